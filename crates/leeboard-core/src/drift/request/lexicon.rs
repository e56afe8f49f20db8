//! Request words of a language, and how they are found in a request.
//!
//! Owns the form of a table and how one phrase is matched. The words are in `tables`, English in
//! `english`; `index` looks for all of them at once.

use super::Asked;
use crate::text::{self, base};

/// How the words of a language are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Matching {
    /// As whole words, accents aside: people leave them out. `*` at the end of a word stands for any
    /// ending, `~` for up to [`GAP`] words.
    Words,
    /// Anywhere in a sentence, for scripts without spaces and languages that join small words to
    /// the next; `~` stands for anything between.
    Within,
}

/// Words between the parts of a phrase at most: "fass das bitte zusammen".
const GAP: usize = 5;

/// The request words of one language.
#[derive(Clone, Copy, Debug)]
pub(super) struct Requests {
    /// Two-letter code.
    pub(super) code: &'static str,
    pub(super) matching: Matching,
    pub(super) format: &'static [&'static str],
    pub(super) shorter: &'static [&'static str],
    pub(super) summary: &'static [&'static str],
    pub(super) longer: &'static [&'static str],
    pub(super) voice: &'static [&'static str],
    pub(super) repeat: &'static [&'static str],
    /// What a length can be counted in, and the numbers that count it: "in zwei Sätzen".
    pub(super) units: &'static [&'static str],
    pub(super) numbers: &'static [&'static str],
}

impl Requests {
    /// What a request asks for by phrases of this language that may stand anywhere in a sentence.
    pub(super) fn within(&self, request: &Request) -> Asked {
        let has = |phrases: &[&str]| phrases.iter().any(|phrase| request.holds(phrase));
        Asked {
            format: has(self.format),
            shorter: has(self.shorter),
            summary: has(self.summary),
            longer: has(self.longer),
            voice: has(self.voice),
            repeat: has(self.repeat),
            unread: false,
        }
    }
}

/// A request taken apart for matching.
pub(super) struct Request {
    /// Its words in lower case, without accents.
    pub(super) words: Vec<String>,
    /// The words of each sentence.
    pub(super) sentences: Vec<Vec<String>>,
    /// Its sentences in lower case.
    texts: Vec<String>,
}

impl Request {
    pub(super) fn of(request: &str) -> Self {
        let plain = |text: &str| {
            text::words(text).map(|word| word.chars().filter(|&c| c != DOT).map(base).collect()).collect()
        };
        let sentences = text::sentences(request);
        Self {
            words: plain(request),
            sentences: sentences.iter().map(|sentence| plain(sentence)).collect(),
            texts: sentences.iter().map(|sentence| sentence.to_lowercase()).collect(),
        }
    }

    /// Whether the parts of a phrase stand in one sentence, in order.
    fn holds(&self, phrase: &str) -> bool {
        self.texts.iter().any(|text| {
            let mut rest = text.as_str();
            phrase.split('~').map(str::trim).all(|part| match rest.find(part) {
                Some(at) => {
                    rest = rest.get(at + part.len()..).unwrap_or_default();
                    true
                }
                None => false,
            })
        })
    }
}

/// Whether a phrase stands at the beginning of some words.
pub(super) fn runs(words: &[String], phrase: &str) -> bool {
    let (wanted, rest) = phrase.split_once(' ').unwrap_or((phrase, ""));
    if wanted == "~" {
        return (0..=GAP).any(|gap| words.get(gap..).is_some_and(|words| runs(words, rest)));
    }
    words
        .split_first()
        .is_some_and(|(word, following)| matches(word, wanted) && (rest.is_empty() || runs(following, rest)))
}

/// Whether a word without accents is the wanted one, or begins like it.
fn matches(word: &str, wanted: &str) -> bool {
    let mut word = word.chars();
    match wanted.strip_suffix('*') {
        Some(stem) => stem.chars().map(base).all(|letter| word.next() == Some(letter)),
        None => word.eq(wanted.chars().map(base)),
    }
}

/// What lower case leaves of the dot of a Turkish capital I.
const DOT: char = '\u{307}';

#[cfg(test)]
mod tests {
    use super::*;

    fn says(request: &str, phrase: &str) -> bool {
        let words = Request::of(request).sentences;
        words.iter().any(|words| (0..words.len()).any(|at| runs(&words[at..], phrase)))
    }

    #[test]
    fn stems_gaps_and_accents() {
        assert!(says("Fass das bitte noch zusammen.", "fass* ~ zusammen"));
        assert!(!says("Fass das an. Wir kommen zusammen.", "fass* ~ zusammen"));
        assert!(says("Repitelo, por favor", "repít*") && !says("irrepetible", "repet*"));
        assert!(!says("", "a ~ b") && !says("a b", "b ~ a"));
    }

    #[test]
    fn scripts_without_spaces_are_searched_within_sentences() {
        assert!(Request::of("请用列表。").holds("列表"));
        assert!(Request::of("像个海盗一样说").holds("像个~一样说"));
        assert!(!Request::of("像个。一样说").holds("像个~一样说"));
    }
}
