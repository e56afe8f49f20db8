//! Sentences as tokens: words, numbers and marks, with contractions taken apart.
//!
//! Owns what is passed over: code, quoted lines, quoted speech. Understands nothing yet.

use std::borrow::Cow;

use super::lexicon::{self, Tags};
use super::quoted;
use crate::text;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Word,
    /// Digits, with inner points, commas, colons and slashes.
    Number,
    Mark(char),
}

/// One token of a sentence.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token<'a> {
    /// As written.
    pub(super) text: &'a str,
    /// In lower case (ASCII letters only).
    pub(super) low: &'a str,
    /// Where it begins, in bytes of the sentence.
    pub(super) at: usize,
    pub(super) kind: Kind,
    pub(super) tags: Tags,
    pub(super) class: u8,
    /// A word that begins with a capital letter.
    pub(super) capital: bool,
}

impl Token<'_> {
    pub(super) fn is(&self, tags: Tags) -> bool {
        self.tags & tags != 0
    }

    pub(super) fn is_mark(&self, mark: char) -> bool {
        self.kind == Kind::Mark(mark)
    }

    pub(super) fn is_word(&self) -> bool {
        self.kind == Kind::Word
    }

    pub(super) fn end(&self) -> usize {
        self.at + self.text.len()
    }
}

/// A sentence in the form that is read: without what is quoted in it, with straight apostrophes,
/// and the same in lower case.
pub(super) struct Sentence {
    /// As it was said, where that is not what is read.
    said: Option<String>,
    pub(super) text: String,
    pub(super) low: String,
    pub(super) question: bool,
}

impl Sentence {
    /// As it was said.
    pub(super) fn said(&self) -> &str {
        self.said.as_deref().unwrap_or(&self.text)
    }
}

/// Bytes of a sentence that are looked at: longer ones are data, not talk.
const MAX_SENTENCE: usize = 600;

/// The lines of a text that are said in its own voice: without code, quoted lines and tables.
pub(super) fn said_lines(text: &str) -> impl Iterator<Item = &str> {
    listed_lines(text).filter(|line| !line.trim_start().starts_with('|'))
}

/// The same with the rows of tables, which may be a list.
pub(super) fn listed_lines(text: &str) -> impl Iterator<Item = &str> {
    let mut fenced = false;
    text.lines().filter(move |line| {
        let start = line.trim_start();
        let fence = start.starts_with("```") || start.starts_with("~~~");
        fenced ^= fence;
        !(fence || fenced || start.starts_with('>'))
    })
}

/// The sentences of a text that are said in its own voice.
pub(super) fn sentences(text: &str) -> Vec<Sentence> {
    let mut found = Vec::new();
    for line in said_lines(text) {
        let mut quoted = false;
        for sentence in text::sentences(line) {
            let own = own_words(sentence, &mut quoted);
            let own = own.trim();
            if own.is_empty() || own.len() > MAX_SENTENCE {
                continue;
            }
            let end = own.trim_end_matches(|c: char| "\"'”’)»*_ ".contains(c));
            let question = end.ends_with(['?', '？']);
            let said = sentence.trim();
            let said = (said != own && said.len() <= 2 * MAX_SENTENCE).then(|| said.to_owned());
            found.push(Sentence { said, low: own.to_ascii_lowercase(), text: own.to_owned(), question });
        }
    }
    found
}

/// A sentence without quoted speech, which may have begun in the sentence before. A name in quotation
/// marks is no speech.
fn own_words<'a>(sentence: &'a str, quoted: &mut bool) -> Cow<'a, str> {
    let plain = |byte: u8| byte.is_ascii() && !b"\"`*_".contains(&byte);
    if !*quoted && sentence.bytes().all(plain) && !sentence.contains(" '") {
        return Cow::Borrowed(sentence);
    }
    let mut own = String::with_capacity(sentence.len());
    let mut before = ' ';
    let mut named = 0;
    for (at, c) in sentence.char_indices() {
        if at < named {
            continue;
        }
        if !*quoted && let Some((name, end)) = quoted::name(&own, sentence.get(at..).unwrap_or_default()) {
            own.push_str(name);
            named = at + end;
            before = ' ';
            continue;
        }
        match c {
            '“' | '«' | '„' => *quoted = true,
            '”' | '»' => *quoted = false,
            // An inch mark stands behind a digit.
            '"' if !before.is_ascii_digit() || *quoted => *quoted = !*quoted,
            '`' => *quoted = !*quoted,
            _ if *quoted => {}
            '\u{2019}' | '\u{2018}' => own.push('\''),
            '\u{a0}' | '\u{202f}' | '\u{2009}' => own.push(' '),
            '\u{2011}' | '\u{2010}' => own.push('-'),
            '*' | '_' => {}
            _ => own.push(c),
        }
        before = c;
    }
    Cow::Owned(own)
}

/// Takes a sentence apart.
pub(super) fn tokens(sentence: &Sentence) -> Vec<Token<'_>> {
    let (text, low) = (sentence.text.as_str(), sentence.low.as_str());
    let mut tokens = Vec::with_capacity(text.len() / 4);
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        if c.is_ascii_digit() {
            let end = at + number_length(rest);
            tokens.push(token(text, low, at, end, Kind::Number));
            at = end;
        } else if c.is_alphabetic() {
            let end = at + word_length(rest);
            push_word(&mut tokens, text, low, at, end);
            at = end;
        } else {
            let end = at + c.len_utf8();
            if !c.is_whitespace() {
                tokens.push(token(text, low, at, end, Kind::Mark(c)));
            }
            at = end;
        }
    }
    tokens
}

fn token<'a>(text: &'a str, low: &'a str, at: usize, end: usize, kind: Kind) -> Token<'a> {
    let low = &low[at..end];
    let entry = if kind == Kind::Word { lexicon::entry(low) } else { lexicon::Entry::default() };
    let text = &text[at..end];
    let capital = kind == Kind::Word && text.chars().next().is_some_and(char::is_uppercase);
    Token { text, low, at, kind, tags: entry.tags, class: entry.class, capital }
}

/// Digits with single points, commas, colons or slashes between digits.
fn number_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut end = 0;
    while let Some(&byte) = bytes.get(end) {
        let inner = b".,:/".contains(&byte) && bytes.get(end + 1).is_some_and(u8::is_ascii_digit);
        if !byte.is_ascii_digit() && !inner {
            break;
        }
        end += 1;
    }
    end
}

/// Letters and digits, with single hyphens and apostrophes between letters.
fn word_length(text: &str) -> usize {
    let mut end = 0;
    while let Some(c) = text[end..].chars().next() {
        let joins =
            (c == '\'' || c == '-') && text[end + 1..].chars().next().is_some_and(char::is_alphabetic);
        if !c.is_alphanumeric() && !joins {
            break;
        }
        end += c.len_utf8();
    }
    end
}

/// Pushes a word; "don't" is "do" and "n't", "I'm" is "I" and "'m", "dog's" is "dog" and "'s".
fn push_word<'a>(tokens: &mut Vec<Token<'a>>, text: &'a str, low: &'a str, at: usize, end: usize) {
    let word = &low[at..end];
    let split = match word {
        "can't" => Some(at + 2),
        "cannot" => Some(at + 3),
        _ if word.ends_with("n't") && word.len() > 3 => Some(end - 3),
        _ => word.rfind('\'').filter(|&mark| mark > 0 && word.len() - mark <= 3).map(|mark| at + mark),
    };
    let Some(split) = split else {
        tokens.push(token(text, low, at, end, Kind::Word));
        return;
    };
    // "can't": the first part is "can", its n belongs to both.
    let first = if word == "can't" { split + 1 } else { split };
    tokens.push(token(text, low, at, first, Kind::Word));
    tokens.push(token(text, low, split, end, Kind::Word));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Vec<String> {
        let all = sentences(text);
        all.iter().flat_map(tokens).map(|token| token.low.to_owned()).collect()
    }

    #[test]
    fn contractions_and_numbers_are_taken_apart() {
        assert_eq!(split("I can't, don’t."), ["i", "can", "n't", ",", "do", "n't", "."]);
        assert_eq!(split("Rex's 3.5kg at 10:30"), ["rex", "'s", "3.5", "kg", "at", "10:30"]);
        assert_eq!(split("a 54-year-old"), ["a", "54", "-", "year-old"]);
    }

    #[test]
    fn a_sentence_is_kept_as_it_was_said() {
        for text in ["I call my car \"Betsy\".", "My *only* file is `a_b.rs`.", "I don’t know “him”."] {
            let all = sentences(text);
            assert_eq!(all.first().map(Sentence::said), Some(text));
        }
    }

    #[test]
    fn what_others_say_is_passed_over() {
        assert_eq!(split("> I am 40\nShe said “I am 40. I live here.” Yes"), ["she", "said", "yes"]);
        assert_eq!(split("```\nI am 40\n```\nno `I am 40` code"), ["no", "code"]);
    }
}
