//! What is measured of a reply: rates of everyday words and marks, lengths, layout.
//!
//! Owns the counting. Names, spreads and weights of the features stand in `table`, in the order
//! in which they are made here.

use super::words::{ENDINGS, GROUPS, POINTING, SUBORDINATE, ending, group};
use crate::text;

/// Features before the endings and groups.
const SHAPES: usize = 25;

/// Features behind them.
const EMPHASIS: usize = 2;

/// How many features there are.
pub(super) const COUNT: usize = SHAPES + ENDINGS.len() + GROUPS + EMPHASIS;

/// All features of a reply with these words, of which there is at least one.
pub(super) fn measure(reply: &str, words: &[String]) -> Vec<f64> {
    let count = words.len().max(1) as f64;
    let per_hundred = |n: usize| n as f64 * 100.0 / count;
    let mut measured = Vec::with_capacity(COUNT);
    measured.extend(sentence_features(reply, count));
    measured.extend(word_features(words, count));
    let marks = Marks::of(reply);
    measured.extend(marks.rates(count));
    measured.extend(layout_features(reply, count));
    let mut endings = [0; ENDINGS.len()];
    let mut groups = [0; GROUPS];
    for word in words {
        if let Some(found) = ending(word).and_then(|ending| endings.get_mut(ending)) {
            *found += 1;
        }
        if let Some(found) = group(word).and_then(|group| groups.get_mut(group as usize)) {
            *found += 1;
        }
    }
    let emphasis = [marks.exclamations, marks.emoji];
    measured.extend(endings.into_iter().chain(groups).chain(emphasis).map(per_hundred));
    // Four digits tell all that matters and keep the records short.
    measured.iter().map(|value| (value * 1e4).round() / 1e4).collect()
}

/// Lengths of the reply and its sentences, and how the sentences open.
fn sentence_features(reply: &str, count: f64) -> [f64; 7] {
    let sentences = text::sentences(reply);
    let several = sentences.len().max(1) as f64;
    let length = |sentence: &str| {
        let words = sentence.split_whitespace();
        words.filter(|word| word.contains(char::is_alphanumeric)).count() as f64
    };
    let lengths: Vec<f64> = sentences.iter().map(|sentence| length(sentence)).collect();
    let last = lengths.last().copied().unwrap_or(0.0);
    let longest = lengths.iter().copied().fold(0.0, f64::max);
    let shortest = lengths.iter().copied().fold(longest, f64::min);
    let opens_with = |any: &[&str]| {
        let opens = sentences.iter().filter(|sentence| {
            let first = sentence.split_whitespace().next().unwrap_or("");
            let first = first.trim_matches(|c: char| !c.is_alphanumeric());
            any.iter().any(|word| first.eq_ignore_ascii_case(word))
        });
        opens.count() as f64 / several
    };
    [
        count.ln(),
        (count / several).ln(),
        last.ln_1p(),
        shortest.ln_1p(),
        longest.ln_1p(),
        opens_with(&POINTING),
        opens_with(&SUBORDINATE),
    ]
}

/// Spread of word lengths, short words, contractions, possessives.
fn word_features(words: &[String], count: f64) -> [f64; 4] {
    let letters = |word: &String| if word.is_ascii() { word.len() } else { word.chars().count() } as f64;
    let mean = words.iter().map(letters).sum::<f64>() / count;
    let variance = words.iter().map(|word| (letters(word) - mean).powi(2)).sum::<f64>() / count;
    let rate = |test: fn(&str) -> bool| words.iter().filter(|word| test(word)).count() as f64 * 100.0 / count;
    [
        variance.sqrt(),
        rate(|word| word.len() <= 3),
        rate(|word| word.contains('\'') && !word.ends_with("'s")),
        rate(|word| word.ends_with("'s")),
    ]
}

/// Marks that a reply is written with.
#[derive(Default)]
struct Marks {
    commas: usize,
    semicolons: usize,
    colons: usize,
    dashes: usize,
    quotes: usize,
    brackets: usize,
    curly: usize,
    stars: usize,
    capitals: usize,
    exclamations: usize,
    emoji: usize,
}

impl Marks {
    fn of(reply: &str) -> Self {
        let mut marks = Self::default();
        // Whether a capital here would only open a sentence, and what stood before.
        let (mut opening, mut before) = (true, ' ');
        for mark in reply.chars() {
            match mark {
                ',' => marks.commas += 1,
                ';' => marks.semicolons += 1,
                ':' => marks.colons += 1,
                '—' => marks.dashes += 1,
                '"' | '“' | '”' => marks.quotes += 1,
                '(' | '[' => marks.brackets += 1,
                '’' => marks.curly += 1,
                '!' => marks.exclamations += 1,
                '\u{2600}'..='\u{27bf}' | '\u{1f300}'..='\u{1faff}' => marks.emoji += 1,
                '*' if before == '*' => marks.stars += 1,
                _ => {}
            }
            if mark.is_alphanumeric() {
                let begins = !before.is_alphanumeric() && before != '\'' && before != '’';
                marks.capitals += usize::from(begins && !opening && mark.is_uppercase());
                opening = false;
            } else if matches!(mark, '.' | '!' | '?' | '…' | ':' | '\n') {
                opening = true;
            }
            before = mark;
        }
        marks
    }

    /// Each per hundred words; bold is a pair of double stars.
    fn rates(&self, count: f64) -> [f64; 9] {
        let counts = [
            self.commas,
            self.semicolons,
            self.colons,
            self.dashes,
            self.quotes,
            self.brackets,
            self.curly,
            self.stars / 2,
            self.capitals,
        ];
        counts.map(|n| n as f64 * 100.0 / count)
    }
}

/// List items, headings, paragraphs and lines.
fn layout_features(reply: &str, count: f64) -> [f64; 5] {
    let lines: Vec<&str> = reply.lines().filter(|line| !line.trim().is_empty()).collect();
    let several = lines.len().max(1) as f64;
    let share = |test: fn(&str) -> bool| lines.iter().filter(|line| test(line)).count() as f64 / several;
    let paragraphs = text::paragraphs(reply).len().max(1) as f64;
    [
        share(text::is_list_item),
        share(text::is_heading),
        paragraphs.ln(),
        (count / paragraphs).ln(),
        several.ln(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drift::voice::table::FEATURES;
    use proptest::prelude::*;

    fn of(reply: &str) -> Vec<f64> {
        measure(reply, &text::words(reply).collect::<Vec<_>>())
    }

    fn named(measured: &[f64], name: &str) -> f64 {
        measured[FEATURES.iter().position(|feature| feature.name == name).unwrap()]
    }

    #[test]
    fn features_stand_where_their_names_say() {
        let measured =
            of("The Tide turns (at six); we wait: it’s slack — \"so\" she said.\n\n- **bold** item, one");
        assert_eq!(measured.len(), COUNT);
        let words = 15.0;
        for name in ["semicolons", "dashes", "brackets", "curly apostrophes", "bold", "commas", "colons"] {
            assert_eq!(named(&measured, name), (100.0_f64 / words * 1e4).round() / 1e4, "{name}");
        }
        assert_eq!(named(&measured, "quotation marks"), (200.0_f64 / words * 1e4).round() / 1e4);
        assert_eq!(named(&measured, "capitals within sentences"), (100.0_f64 / words * 1e4).round() / 1e4);
        assert_eq!(named(&measured, "list items"), 0.5);
        assert_eq!(named(&measured, "paragraphs"), (2.0_f64.ln() * 1e4).round() / 1e4);
        assert_eq!(named(&measured, "\"the\""), (100.0_f64 / words * 1e4).round() / 1e4);
        assert_eq!((named(&measured, "exclamation marks"), named(&measured, "emoji")), (0.0, 0.0));
        let loud = of("Yeah, we totally wait! Now! 🚀");
        assert_eq!((named(&loud, "exclamation marks"), named(&loud, "emoji")), (40.0, 20.0));
        assert_eq!((named(&loud, "casual words"), named(&loud, "stiff words")), (40.0, 0.0));
        assert_eq!(named(&measured, "length"), (words.ln() * 1e4).round() / 1e4);
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: crate::drift::voice::tests::cases(), ..ProptestConfig::default() })]

        #[test]
        fn any_text_has_finite_features(reply in "\\PC{0,300}|[a-z .,;:*\n’—\"-]{0,300}") {
            let measured = of(&reply);
            prop_assert_eq!(measured.len(), COUNT);
            prop_assert!(measured.iter().all(|value| value.is_finite()));
        }
    }
}
