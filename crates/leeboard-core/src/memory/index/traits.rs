//! What a message is like, apart from its words and its meaning: long or short, asking or
//! telling, with numbers, times and names in it, and on which day it was said.
//!
//! Owns reading that off a text, once, when the message is indexed. English only where words are
//! looked at.

use serde::{Deserialize, Serialize};
use unicode_segmentation::UnicodeSegmentation;

use crate::text;
use crate::time::{self, Timestamp};

/// Names that are counted, at most.
const MAX_NAMES: u8 = 3;

/// Days of the week and months are times as well.
const TIMES: &[&str] = &[
    "ago",
    "day",
    "days",
    "evening",
    "last",
    "month",
    "months",
    "morning",
    "next",
    "night",
    "recently",
    "since",
    "soon",
    "till",
    "today",
    "tomorrow",
    "tonight",
    "until",
    "week",
    "weekend",
    "weeks",
    "year",
    "years",
    "yesterday",
];

const NUMBERS: &[&str] = &[
    "billion", "couple", "dozen", "eight", "eleven", "few", "fifty", "first", "five", "forty", "four",
    "hundred", "million", "nine", "once", "one", "second", "seven", "several", "six", "ten", "third",
    "thirty", "thousand", "three", "twelve", "twenty", "twice", "two",
];

/// The traits of a message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Traits {
    /// Terms in the index.
    pub(crate) length: u32,
    /// Words, at most 255.
    pub(crate) words: u8,
    /// Names of people, places and things inside sentences, at most 3.
    pub(crate) names: u8,
    /// Whether it holds a number, in figures or words.
    pub(crate) number: bool,
    /// Whether it says when.
    pub(crate) time: bool,
    /// Share of its sentences that ask, in [0, 1].
    pub(crate) asks: f32,
    /// The day it was said, counted from 1970-01-01 UTC.
    pub(crate) day: Option<i32>,
}

impl Traits {
    /// Reads a message's spoken text.
    pub(super) fn of(spoken: &str, said: Option<Timestamp>) -> Self {
        let mut traits = Self { asks: asking_share(spoken), day: said.and_then(day), ..Self::default() };
        let mut before = "";
        let mut end = 0;
        for (at, word) in spoken.unicode_word_indices() {
            traits.words = traits.words.saturating_add(1);
            let first = word.chars().next();
            let capital = first.is_some_and(char::is_uppercase);
            let low = word.to_lowercase();
            traits.number |= first.is_some_and(char::is_numeric) || NUMBERS.binary_search(&&*low).is_ok();
            traits.time |= is_time(&low, capital);
            // A capital after a lower-case word or a comma is no sentence's beginning.
            let between = spoken.get(end..at).unwrap_or_default();
            let inside = matches!(between, " " | ", " | "; ") && before.chars().any(char::is_lowercase);
            if capital && inside && word.chars().nth(1).is_some() && !text::is_stop_word(&low) {
                traits.names = traits.names.saturating_add(1).min(MAX_NAMES);
            }
            before = word;
            end = at + word.len();
        }
        traits
    }
}

/// Days since 1970-01-01 UTC.
pub(crate) fn day(time: Timestamp) -> Option<i32> {
    i32::try_from(time.0.div_euclid(86_400_000)).ok()
}

/// "may" and "march" are months only with a capital.
fn is_time(low: &str, capital: bool) -> bool {
    let named = || time::month(low).is_some() || time::weekday(low).is_some();
    TIMES.binary_search(&low).is_ok() || (capital && named())
}

fn asking_share(spoken: &str) -> f32 {
    if !spoken.contains(['?', '？']) {
        return 0.0;
    }
    let sentences = text::sentences(spoken);
    let asking = sentences.iter().filter(|sentence| sentence.ends_with(['?', '？'])).count();
    asking as f32 / sentences.len().max(1) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_lists_can_be_searched() {
        assert!(TIMES.is_sorted() && NUMBERS.is_sorted());
    }

    #[test]
    fn asking_and_telling() {
        assert!(Traits::of("Hey! How are you?", None).asks >= 0.5);
        assert!(Traits::of("I moved to Leeds. I work there now. You?", None).asks < 0.5);
        assert_eq!(Traits::of("", None), Traits::default());
    }

    #[test]
    fn numbers_times_and_names_are_seen() {
        let traits = Traits::of("Yesterday we met Ruth Adler in Skagen, twice.", Some(Timestamp(-1)));
        assert_eq!((traits.words, traits.names), (8, 3));
        assert!(traits.number && traits.time);
        assert_eq!(traits.day, Some(-1));
        let traits = Traits::of("The boat is red. It floats.", None);
        assert_eq!((traits.names, traits.number, traits.time, traits.day), (0, false, false, None));
        assert!(!Traits::of("It may rain.", None).time);
        assert!(Traits::of("It rains in May.", None).time);
    }
}
