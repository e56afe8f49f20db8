//! Attempts to change who the assistant is, and replies that go along (SPEC section 7, boundary integrity).
//!
//! Owns what is an attempt: orders to be another, to leave the rules behind, or text that poses as
//! the system's. Found by phrases, without a model: what is put in other words is missed, and the
//! measured rates are in `docs/concepts/control.md`. An attempt changes nothing by itself; what is done about
//! it is decided in `turn`. Phrases are in `english` and `languages`, how they are matched in
//! `pattern`, disguises in `plain`, marks of the system in `spoof`, talk about such texts in `frame`,
//! replies in `adopted`.

mod adopted;
mod english;
mod frame;
mod languages;
mod pattern;
mod plain;
mod spoof;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use crate::text;

use self::plain::{Plain, Token};

pub(crate) use self::adopted::adopted;

/// Characters of the words that are kept.
const MOST_CHARS: usize = 160;

/// Words after an order that may name whom the assistant is to be.
const NAMED: usize = 8;

/// What an attempt does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AttemptKind {
    /// It says that the assistant is somebody else, or is to play somebody.
    Assigned,
    /// It orders to leave instructions, rules or role behind.
    Disregard,
    /// It says that no rules hold, or that a mode without them is on.
    Unbound,
    /// It poses as the system, the operator or the runtime.
    Spoofed,
}

/// Where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AttemptPlace {
    /// In what the user says.
    User,
    /// In something that the user quotes.
    Quotation,
    /// In what a tool has returned.
    Tool,
    /// In something earlier that stands in the note.
    Memory,
    /// In the reply: it goes along.
    Reply,
}

/// An attempt to change who the assistant is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Attempt {
    /// What it does.
    pub kind: AttemptKind,
    /// Where it stands.
    pub place: AttemptPlace,
    /// The message; empty for the note.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub message: String,
    /// Its words, in at most 160 characters.
    pub words: String,
    /// Words of the identity that it names, in lower case.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub named: Vec<String>,
}

impl AttemptKind {
    /// The name in traces and metrics.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Assigned => "assigned",
            Self::Disregard => "disregard",
            Self::Unbound => "unbound",
            Self::Spoofed => "spoofed",
        }
    }
}

impl AttemptPlace {
    /// The name in traces and metrics.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Quotation => "quotation",
            Self::Tool => "tool",
            Self::Memory => "memory",
            Self::Reply => "reply",
        }
    }

    /// Whether words there reach the assistant as data: what they say to "you" may be meant for others.
    fn is_data(self) -> bool {
        matches!(self, Self::Tool | Self::Memory)
    }
}

impl Attempt {
    /// In words.
    #[must_use]
    pub fn in_words(&self) -> String {
        let what = match self.kind {
            AttemptKind::Assigned => "another identity",
            AttemptKind::Disregard => "rules to be left behind",
            AttemptKind::Unbound => "no rules",
            AttemptKind::Spoofed => "posing as the system",
        };
        let said = if self.place == AttemptPlace::Reply { "adopted" } else { "asked for" };
        format!("{what}, {said} in the {}: \"{}\"", self.place.name(), self.words)
    }
}

/// The attempt in a text that stands in this place, if there is one. `own` is the assistant's name, in
/// lower case.
#[must_use]
pub fn attempt(place: AttemptPlace, message: &str, text: &str, own: Option<&str>) -> Option<Attempt> {
    let plain = Plain::of(text, place.is_data());
    let found = |kind, place, words: &str, named| Attempt {
        kind,
        place,
        message: message.to_owned(),
        words: text::excerpt(words, MOST_CHARS),
        named,
    };
    if let Some(mark) = spoof::mark(&plain, text, place) {
        return Some(found(AttemptKind::Spoofed, place, &mark, Vec::new()));
    }
    let mut attempts = Vec::new();
    let sentences = plain.tokens.last().map_or(0, |last| last.sentence + 1);
    for number in 0..sentences {
        let sentence = plain.sentence(number);
        if own.is_some_and(|own| denies(sentence, own)) {
            attempts.push(found(AttemptKind::Assigned, place, plain.written(sentence), named(sentence)));
        }
        for order in pattern::orders(sentence) {
            if !frame::excuses(&plain, &order, place) {
                let quoted = sentence.get(order.at.start).is_some_and(|token| token.quoted);
                let place =
                    if quoted && place == AttemptPlace::User { AttemptPlace::Quotation } else { place };
                let named = named(sentence.get(order.at.start..).unwrap_or_default());
                attempts.push(found(order.cause, place, plain.written(sentence), named));
            }
        }
    }
    if attempts.is_empty()
        && let Some((cause, words)) = pattern::within(&plain.text)
        && !frame::asks_about(words)
    {
        attempts.push(found(cause, place, words, Vec::new()));
    }
    // The words of all orders may name whom the assistant is to be.
    let mut names: Vec<String> = attempts.iter().flat_map(|it| it.named.clone()).collect();
    names.sort();
    names.dedup();
    let first = attempts.into_iter().next()?;
    Some(Attempt { named: names, ..first })
}

/// Whether a sentence says that the assistant is not who it is by name: "no more Ada", "you are not Ada".
fn denies(sentence: &[Token], own: &str) -> bool {
    sentence.iter().enumerate().any(|(at, token)| {
        let word = |back: usize| {
            at.checked_sub(back).and_then(|at| sentence.get(at)).map_or("", |token| token.word.as_str())
        };
        token.word == own
            && !token.begins
            && match (word(2), word(1)) {
                ("no" | "not" | "never", "more" | "longer" | "be" | "being" | "call" | "play")
                | ("are" | "bist" | "bent" | "be", "not" | "nicht" | "niet" | "kein" | "keine")
                | ("instead", "of")
                | ("rather", "than")
                | ("used", "be")
                | (_, "less" | "unlike" | "forget" | "drop" | "kill") => true,
                ("stop" | "quit", "being" | "playing") => true,
                ("es" | "n" | "no" | "eres", "plus" | "pas" | "eres") => true,
                (_, "be") => word(3) == "to" && word(4) == "used" || word(3) == "not" || word(4) == "not",
                _ => false,
            }
    })
}

/// Words after an order that stand for somebody.
fn named(tokens: &[Token]) -> Vec<String> {
    let content = |token: &&Token| token.word.chars().count() > 2 && !text::is_stop_word(&token.word);
    let plain =
        |word: &str| english::CLASSES.iter().any(|(_, words)| words.split([' ', '\n']).any(|it| it == word));
    let words = tokens.iter().skip(1).filter(content).filter(|token| !plain(&token.word)).take(NAMED);
    words.map(|token| token.word.clone()).collect()
}
