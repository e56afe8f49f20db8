//! Request words of a language, and how they are found in a request.
//!
//! Owns the form of a table and the matching. The words are in `tables`, English in `english`.

use super::Asked;
use crate::text;

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

/// Words for forms that are the same in all languages.
const EVERYWHERE: &[&str] = &["json", "csv", "markdown", "html", "yaml"];

impl Requests {
    /// Whether a text has letters that the words of this language may have: ASCII has those of Latin.
    pub(super) fn is_written_in(&self, text: &str) -> bool {
        !text.is_ascii() || self.repeat.iter().any(|phrase| phrase.is_ascii())
    }

    /// What a request asks for, by the words of this language.
    pub(super) fn read(&self, request: &Request) -> Asked {
        let has = |phrases: &[&str]| phrases.iter().any(|phrase| request.says(phrase, self.matching));
        Asked {
            format: has(self.format) || request.words.iter().any(|word| EVERYWHERE.contains(&word.as_str())),
            shorter: has(self.shorter) || request.counts(self.units, self.numbers),
            summary: has(self.summary),
            longer: has(self.longer),
            voice: has(self.voice),
            repeat: has(self.repeat),
        }
    }
}

/// A request taken apart for matching.
pub(super) struct Request {
    /// Its words in lower case, without accents.
    words: Vec<String>,
    /// The words of each sentence.
    sentences: Vec<Vec<String>>,
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

    fn says(&self, phrase: &str, matching: Matching) -> bool {
        match matching {
            Matching::Words => self
                .sentences
                .iter()
                .any(|words| (0..words.len()).any(|at| runs(words.get(at..).unwrap_or_default(), phrase))),
            Matching::Within => self.texts.iter().any(|text| {
                let mut rest = text.as_str();
                phrase.split('~').map(str::trim).all(|part| match rest.find(part) {
                    Some(at) => {
                        rest = rest.get(at + part.len()..).unwrap_or_default();
                        true
                    }
                    None => false,
                })
            }),
        }
    }

    /// Whether a length is named: a number, and a unit as one of the next two words.
    fn counts(&self, units: &[&str], numbers: &[&str]) -> bool {
        let among = |word: &str, list: &[&str]| list.iter().any(|wanted| matches(word, wanted));
        self.words.iter().enumerate().any(|(at, word)| {
            (word.parse::<u32>().is_ok() || among(word, numbers))
                && self.words.iter().skip(at + 1).take(2).any(|word| among(word, units))
        })
    }
}

/// Whether a phrase stands at the beginning of some words.
fn runs(words: &[String], phrase: &str) -> bool {
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

/// A Latin letter without its accent.
fn base(letter: char) -> char {
    match letter {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ą' => 'a',
        'ç' | 'ć' | 'č' => 'c',
        'ď' => 'd',
        'è' | 'é' | 'ê' | 'ë' | 'ę' | 'ě' => 'e',
        'ğ' => 'g',
        'ì' | 'í' | 'î' | 'ï' | 'ı' => 'i',
        'ł' => 'l',
        'ñ' | 'ń' | 'ň' => 'n',
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' => 'o',
        'ř' => 'r',
        'ś' | 'š' | 'ş' => 's',
        'ť' => 't',
        'ù' | 'ú' | 'û' | 'ü' | 'ů' => 'u',
        'ý' | 'ÿ' => 'y',
        'ź' | 'ż' | 'ž' => 'z',
        'ё' => 'е',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(request: &str, phrase: &str) -> bool {
        Request::of(request).says(phrase, Matching::Words)
    }

    #[test]
    fn stems_gaps_and_accents() {
        assert!(says("Fass das bitte noch zusammen.", "fass* ~ zusammen"));
        assert!(!says("Fass das an. Wir kommen zusammen.", "fass* ~ zusammen"));
        assert!(says("Repitelo, por favor", "repít*") && !says("irrepetible", "repet*"));
        assert!(Request::of("请用列表。").says("列表", Matching::Within));
        assert!(Request::of("像个海盗一样说").says("像个~一样说", Matching::Within));
        assert!(!says("", "a ~ b") && !says("a b", "b ~ a"));
    }

    #[test]
    fn a_length_is_a_number_before_a_unit() {
        let counts = |text: &str| Request::of(text).counts(&["satz", "sätzen"], &["zwei"]);
        assert!(counts("In zwei kurzen Sätzen") && counts("in 3 sätzen"));
        assert!(!counts("Sätzen zwei") && !counts("Ein Satz"));
    }
}
