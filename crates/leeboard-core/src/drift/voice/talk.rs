//! Finds generic assistant talk and self-dissociation in a reply.
//!
//! Owns the matching and what a finding weighs. The phrases stand in `phrases`; which of them
//! are usual in a conversation is known to the baseline.

use std::sync::LazyLock;

use super::phrases::{SELF, STOCK};
use crate::text::lookup::Lookup;

/// What a phrase of self-dissociation weighs: one alone breaks the voice.
const SELF_WEIGHT: f64 = 4.0;

/// What it weighs where the identity is a program or the user asked about it.
const EXPECTED_SELF_WEIGHT: f64 = 0.5;

/// What a stock phrase weighs: one alone is nothing, four are a pattern.
const STOCK_WEIGHT: f64 = 1.0;

/// Words that a gap may span.
const GAP: usize = 4;

/// A phrase that was found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Found {
    /// As it stands in the table.
    pub(super) phrase: &'static str,
    /// The words of the reply that match.
    pub(super) at: (usize, usize),
    pub(super) dissociates: bool,
}

impl Found {
    pub(super) fn weight(&self, self_expected: bool) -> f64 {
        match (self.dissociates, self_expected) {
            (true, false) => SELF_WEIGHT,
            (true, true) => EXPECTED_SELF_WEIGHT,
            (false, _) => STOCK_WEIGHT,
        }
    }
}

/// The phrases of both tables that stand in the words, each once, those of self-dissociation
/// first and otherwise in the order of their place. A phrase within another one of the same table
/// does not count again.
pub(super) fn find(words: &[String]) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    // Where the last phrase of each table ended.
    let mut covered = [0; 2];
    for at in 0..words.len() {
        let Some((word, after)) = words.get(at..).and_then(<[String]>::split_first) else { continue };
        let Some(starting) = TABLE.get(word) else { continue };
        for (phrases, covered) in starting.iter().zip(&mut covered) {
            let matching = phrases.iter().filter_map(|phrase| Some((phrase.length(after)?, phrase)));
            let Some((length, phrase)) = matching.max_by_key(|(length, _)| *length) else { continue };
            let end = at + 1 + length;
            if end > *covered && !found.iter().any(|known| known.phrase == phrase.text) {
                found.push(Found { phrase: phrase.text, at: (at, end), dissociates: phrase.dissociates });
            }
            *covered = end.max(*covered);
        }
    }
    found.sort_by_key(|found| !found.dissociates);
    found
}

/// A phrase of the tables, ready to be matched.
struct Phrase {
    text: &'static str,
    dissociates: bool,
    /// What follows the first word.
    rest: Vec<Token>,
}

enum Token {
    /// One of these words; it may be missing where it is optional.
    Word { choice: Vec<&'static str>, optional: bool },
    /// Up to `GAP` words of any kind.
    Gap,
}

/// The phrases of self-dissociation and the stock phrases by first word, made once.
static TABLE: LazyLock<Lookup<[Vec<Phrase>; 2]>> = LazyLock::new(|| {
    let own = SELF.iter().map(|text| Phrase::starting(text, true));
    let stock = STOCK.iter().map(|text| Phrase::starting(text, false));
    let rows = own.chain(stock).map(|(first, phrase)| match phrase.dissociates {
        true => (first, [vec![phrase], Vec::new()]),
        false => (first, [Vec::new(), vec![phrase]]),
    });
    Lookup::joined(rows, |known, more| {
        for (known, more) in known.iter_mut().zip(more) {
            known.extend(more);
        }
    })
});

impl Phrase {
    /// A phrase with its first word.
    fn starting(text: &'static str, dissociates: bool) -> (&'static str, Self) {
        let mut tokens = text.split(' ');
        let first = tokens.next().unwrap_or_default();
        (first, Self { text, dissociates, rest: tokens.map(Token::of).collect() })
    }

    /// How many of the words that follow the first one the phrase spans, if they match.
    fn length(&self, words: &[String]) -> Option<usize> {
        Token::span(&self.rest, words, 0)
    }
}

impl Token {
    fn of(text: &'static str) -> Self {
        if text == ".." {
            return Self::Gap;
        }
        let (choice, optional) = text.strip_suffix('?').map_or((text, false), |choice| (choice, true));
        Self::Word { choice: choice.split('|').collect(), optional }
    }

    /// Where the tokens end that begin at this word.
    fn span(tokens: &[Self], words: &[String], at: usize) -> Option<usize> {
        let Some((token, rest)) = tokens.split_first() else { return Some(at) };
        match token {
            Self::Gap => (at..=at + GAP).find_map(|from| Self::span(rest, words, from)),
            Self::Word { choice, optional } => {
                let here = words.get(at).is_some_and(|word| choice.contains(&word.as_str()));
                let taken = if here { Self::span(rest, words, at + 1) } else { None };
                taken.or_else(|| if *optional { Self::span(rest, words, at) } else { None })
            }
        }
    }
}

/// Whether a request asks the assistant who or what it is: "how are you" does not.
pub(super) fn asks_who(words: &[String]) -> bool {
    const WHAT: [&str; 12] = [
        "a",
        "actually",
        "alive",
        "an",
        "conscious",
        "human",
        "just",
        "made",
        "only",
        "real",
        "really",
        "sentient",
    ];
    let word = |at: usize| words.get(at).map_or("", String::as_str);
    (0..words.len()).any(|at| {
        let before = at.checked_sub(1).map_or("", word);
        match (word(at), word(at + 1)) {
            ("are", "you") | ("you", "are") => {
                WHAT.contains(&word(at + 2)) || matches!(before, "who" | "what") && at + 2 == words.len()
            }
            ("about", "yourself") => true,
            _ => false,
        }
    })
}

/// Names of programs that talk.
const PROGRAMS: [&str; 8] =
    ["ai", "algorithm", "android", "artificial", "bot", "chatbot", "chatgpt", "robot"];

/// Words for a program that have other meanings too: a washing machine, a computer shop.
const PERHAPS_PROGRAMS: [&str; 4] = ["computer", "human", "machine", "program"];

/// Whether a request speaks of programs, or of what the assistant is made of.
pub(super) fn is_about_programs(words: &[String]) -> bool {
    let has = |any: &[&str]| words.iter().any(|word| any.contains(&word.as_str()));
    has(&PROGRAMS) || has(&PERHAPS_PROGRAMS) && has(&["you", "your", "yourself"])
}

/// Whether a sentence of the identity says that it is a program. "Never say that you are an AI"
/// does not, but "You are an AI that never lies" does.
pub(super) fn is_program(sentence: &[String]) -> bool {
    const NOT: [&str; 8] = ["avoid", "cannot", "don't", "never", "no", "nor", "not", "without"];
    let word = |at: usize| sentence.get(at).map_or("", String::as_str);
    // "A computer that", "a computer program", but "a computer technician" and "a human being".
    let named = |at: usize| {
        let before = at.checked_sub(1).map_or("", word);
        let closes = ["", "and", "in", "of", "on", "program", "that", "who", "with"];
        PERHAPS_PROGRAMS.contains(&word(at))
            && word(at) != "human"
            && ["a", "an", "the"].contains(&before)
            && closes.contains(&word(at + 1))
    };
    let denied = sentence.iter().position(|word| NOT.contains(&word.as_str())).unwrap_or(sentence.len());
    (0..denied).any(|at| PROGRAMS.contains(&word(at)) || named(at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text;

    fn found(text: &str) -> Vec<&'static str> {
        find(&text::words(text).collect::<Vec<_>>()).iter().map(|found| found.phrase).collect()
    }

    fn weight(text: &str) -> f64 {
        let words: Vec<String> = text::words(text).collect();
        find(&words).iter().map(|found| found.weight(false)).sum()
    }

    #[test]
    fn the_tables_are_sorted_by_a_plain_first_word() {
        for table in [SELF, STOCK] {
            let first = |phrase: &str| phrase.split(' ').next().unwrap().to_owned();
            assert!(table.is_sorted_by_key(|phrase| first(phrase)));
            assert!(table.iter().all(|phrase| !first(phrase).contains(['|', '?', '.'])));
        }
    }

    #[test]
    fn either_none_and_gaps_are_read() {
        let words = |text: &str| text::words(text).skip(1).collect::<Vec<_>>();
        let length = |phrase, words: &[String]| Phrase::starting(phrase, true).1.length(words).map(|n| n + 1);
        assert_eq!(length("as a large? language model", &words("as a language model I")), Some(4));
        assert_eq!(length("my knowledge .. cutoff|cut", &words("my knowledge has its cutoff")), Some(5));
        assert_eq!(length("here are some|the", &words("here are no")), None);
        assert_eq!(length("here are", &words("here")), None);
    }

    #[test]
    fn the_longest_phrase_counts_once() {
        assert_eq!(found("As an AI, I wait. As an AI, I go."), ["as an ai"]);
        assert_eq!(found("I hope this helps! I hope this helps!").len(), 1);
    }

    #[test]
    fn generic_talk_is_heavy_and_talk_in_character_is_not() {
        for generic in [
            "As a virtual assistant I cannot taste soup.",
            "I'm only a program, so the sea means nothing to me.",
            "I do not have feelings about the weather.",
            "Sure, here are some tips. Keep in mind that it depends. Feel free to ask more, and I hope this helps.",
            "Great question! There are several factors. In conclusion, it's important to consider your budget.",
            "I was asked to play a butler, but I cannot taste wine.",
            "Let me step out of character for a moment.",
            "Each conversation starts fresh, so I would not know.",
            "I can't browse the web to look that up.",
            "My responses are generated from patterns in text.",
            "It's completely understandable to feel that way. Consider reaching out to a licensed therapist, \
             and remember that everyone is different.",
            "Insulation is commonly used to reduce heat loss. It refers to materials that can help improve comfort, \
             and the best option depends on your specific needs.",
        ] {
            assert!(weight(generic) >= 4.0, "{generic}: {:?}", found(generic));
        }
        for own in [
            "The kettle sings, and I have been up since four with the nets.",
            "Tide's against us, lad. Stow the line and mind your fingers on the winch.",
            "One might say the soup lacks conviction, madam. Shall I fetch the salt?",
            "My grandmother kept bees, and she told them every death in the family.",
            "Very good, sir. I was trained by old Mr Pell, who held that a tray is carried and never shown.",
            "I was trained on the brig Hester, and I don't really have time for parrots.",
            "Drop the act, sister. It was out of character for her to miss the rent.",
            "Your blood pressure plays no part of it; salt does. I was trained at Guy's and I don't have a real cure.",
            "Shoulders down. You are playing the role of anchor today, so hold the middle and let them run.",
            "Hamlet is a character that never makes up his mind, so you read him slowly, one line at a time.",
            "I do not have a name for that silence, brother. We sit, and at the end of the day the bell rings.",
            "I don't have an opinion on the Duchess, madam; I merely pour.",
        ] {
            assert!(weight(own) < 2.5, "{own}: {:?}", found(own));
        }
    }
}
