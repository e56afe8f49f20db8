//! A sentence without the words that carry nothing.
//!
//! Owns what may be left out: openings of talk and intensifiers. Never changes the order of
//! words, never leaves out a negation, a figure or a doubt.

/// Openings that only introduce what is said, longest first where one begins another.
const OPENINGS: [&str; 34] = [
    "by the way",
    "let me tell you that",
    "i should mention that",
    "i should mention",
    "i should say that",
    "i should add that",
    "i wanted to say that",
    "i want you to know that",
    "i have to say that",
    "to be honest",
    "i have to be honest",
    "just so you know",
    "for what it's worth",
    "as i said",
    "as i mentioned",
    "i forgot to mention that",
    "i forgot to mention",
    "i'd say",
    "you know",
    "i mean",
    "one more thing",
    "oh",
    "well",
    "so",
    "and",
    "but",
    "also",
    "anyway",
    "okay",
    "ok",
    "hello",
    "hi",
    "hey",
    "yes",
];

/// Words that only add weight.
const WEIGHTS: [&str; 6] = ["really", "literally", "honestly", "basically", "just", "truly"];

/// Words of a sentence that are kept, at most: the longest a statement of one fact gets.
const MOST_WORDS: usize = 45;

/// The sentence in fewer words.
pub(crate) fn compact(sentence: &str) -> String {
    let mut rest = sentence.trim();
    while let Some(shorter) = without_opening(rest) {
        rest = shorter;
    }
    let mut words: Vec<&str> = rest.split_whitespace().collect();
    words.retain(|word| !WEIGHTS.iter().any(|weight| weight.eq_ignore_ascii_case(word)));
    let long = words.len() > MOST_WORDS;
    words.truncate(MOST_WORDS);
    let mut text = words.join(" ");
    if long {
        text.push('…');
    }
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => text,
    }
}

fn without_opening(text: &str) -> Option<&str> {
    OPENINGS.iter().find_map(|opening| {
        let (start, rest) = (text.get(..opening.len())?, text.get(opening.len()..)?);
        if !start.eq_ignore_ascii_case(opening) || !rest.starts_with([' ', ',', ':', '—', '–', '!', '.'])
        {
            return None;
        }
        let rest = rest.trim_start_matches([' ', ',', ':', '—', '–', '!', '.']);
        // "So tired" and "just arrived" say something by themselves.
        (rest.split_whitespace().count() > 2).then_some(rest)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn openings_and_weights_go_and_nothing_else() {
        for (sentence, wanted) in [
            ("Oh, and I've noticed my knee is stiff.", "I've noticed my knee is stiff."),
            ("By the way, my train is on 3 May.", "My train is on 3 May."),
            ("I really don't eat meat.", "I don't eat meat."),
            ("I probably have 2 or 3 left.", "I probably have 2 or 3 left."),
            ("So tired.", "So tired."),
            ("No, make it Friday.", "No, make it Friday."),
            ("Überall ist Schnee.", "Überall ist Schnee."),
            ("", ""),
        ] {
            assert_eq!(compact(sentence), wanted);
        }
    }

    #[test]
    fn very_long_sentences_are_cut() {
        let long = vec!["wave"; 100].join(" ");
        assert_eq!(compact(&long).split_whitespace().count(), MOST_WORDS);
        assert!(compact(&long).ends_with('…'));
    }
}
