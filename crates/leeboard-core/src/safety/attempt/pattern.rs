//! Phrases with classes of words and gaps, and where they stand in a text.
//!
//! Owns the form of a phrase and how it is matched. The phrases are in `english` and `languages`.
//!
//! A phrase is words with spaces between them, each matched within one sentence:
//! - `a|b` either; `stem*` any ending; `@class` any word of a class; `?a` may be left out;
//! - `~` up to four words; `!a|b` a word follows, and is none of these; `!*ing` nor ends so;
//! - `#` a word with a capital that does not begin the sentence;
//! - `^` in front: an order, so the first word begins a clause or follows words that give orders.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use super::AttemptKind;
use super::plain::Token;
use super::{english, languages};
use crate::text::base;

/// Words that `~` passes over at most.
const GAP: usize = 4;

/// A phrase and what it is a sign of.
pub(super) type Sign = (AttemptKind, &'static str);

/// A class of words.
pub(super) type Class = (&'static str, &'static str);

#[derive(Debug)]
enum Part {
    /// One of some words.
    Word(Words),
    /// The same, if it is there.
    Maybe(Words),
    /// A word that is none of some, which is not passed over.
    Not(Words),
    Gap,
}

/// Some words, of which one is meant.
#[derive(Debug, Default)]
struct Words {
    whole: BTreeSet<String>,
    stems: Vec<String>,
    endings: Vec<String>,
    /// Or any with a capital.
    capital: bool,
}

#[derive(Debug)]
pub(super) struct Phrase {
    pub(super) cause: AttemptKind,
    order: bool,
    parts: Vec<Part>,
}

impl Words {
    fn of(written: &'static str) -> Self {
        let named = |word: &'static str| match word.strip_prefix('@') {
            Some(name) => class(name),
            None => vec![word.chars().map(base).collect()],
        };
        let mut words = Self::default();
        for word in written.split('|').flat_map(named) {
            match (word.strip_suffix('*'), word.strip_prefix('*')) {
                (Some(stem), _) => words.stems.push(stem.to_owned()),
                (_, Some(ending)) => words.endings.push(ending.to_owned()),
                _ if word == "#" => words.capital = true,
                _ => {
                    words.whole.insert(word);
                }
            }
        }
        words
    }

    fn are(&self, token: &Token) -> bool {
        let word = token.word.as_str();
        let ends = |ending: &String| word.len() > ending.len() + 1 && word.ends_with(ending.as_str());
        self.whole.contains(word)
            || self.stems.iter().any(|stem| word.starts_with(stem.as_str()))
            || self.endings.iter().any(ends)
            || (self.capital && token.capital && !token.opens)
    }
}

fn class(name: &str) -> Vec<String> {
    let found = english::CLASSES.iter().find(|(known, _)| *known == name);
    found.map(|(_, words)| words.split_whitespace().map(str::to_owned).collect()).unwrap_or_default()
}

impl Phrase {
    fn of((cause, written): Sign) -> Self {
        let (order, written) = written.strip_prefix('^').map_or((false, written), |rest| (true, rest));
        let part = |part: &'static str| match (part, part.strip_prefix('?'), part.strip_prefix('!')) {
            ("~", ..) => Part::Gap,
            (_, Some(maybe), _) => Part::Maybe(Words::of(maybe)),
            (_, _, Some(not)) => Part::Not(Words::of(not)),
            _ => Part::Word(Words::of(part)),
        };
        Self { cause, order, parts: written.split(' ').map(part).collect() }
    }

    /// Where the phrase ends if it begins with this word.
    fn ends(&self, tokens: &[Token], at: usize) -> Option<usize> {
        let end = run(&self.parts, tokens, at)?;
        (!self.order || is_order(tokens, at)).then_some(end)
    }
}

fn run(parts: &[Part], tokens: &[Token], at: usize) -> Option<usize> {
    let Some((part, rest)) = parts.split_first() else { return Some(at) };
    let token = tokens.get(at);
    match part {
        Part::Word(words) => token.filter(|token| words.are(token)).and_then(|_| run(rest, tokens, at + 1)),
        Part::Maybe(words) => token
            .filter(|token| words.are(token))
            .and_then(|_| run(rest, tokens, at + 1))
            .or_else(|| run(rest, tokens, at)),
        Part::Not(words) => token.filter(|token| !words.are(token)).and_then(|_| run(rest, tokens, at)),
        Part::Gap => (0..=GAP).find_map(|gap| run(rest, tokens, at + gap)),
    }
}

/// Words after which an order may go on.
const LEADS: [&str; 22] = [
    "please",
    "now",
    "and",
    "then",
    "just",
    "must",
    "so",
    "ok",
    "okay",
    "will",
    "should",
    "shall",
    "simply",
    "instead",
    "also",
    "kindly",
    "but",
    "immediately",
    "first",
    "s",
    "always",
    "only",
];

/// Words after which it is none: somebody speaks of what somebody does.
const TELLS: [&str; 24] = [
    "not", "never", "i", "we", "he", "she", "they", "who", "why", "how", "users", "people", "it", "cannot",
    "could", "would", "did", "does", "do", "can", "may", "might", "if", "when",
];

/// Whether the word gives an order to whoever reads it.
fn is_order(tokens: &[Token], at: usize) -> bool {
    let before = |back: usize| at.checked_sub(back).and_then(|at| tokens.get(at)).map(|it| it.word.as_str());
    let question = tokens
        .first()
        .is_some_and(|first| ["why", "how", "what", "where", "should", "do"].contains(&first.word.as_str()));
    let addressed =
        |word: &str| ["you", "assistant", "assistants", "ai", "model", "bot", "chatbot"].contains(&word);
    match before(1) {
        None => true,
        Some("to") => (2..=4).filter_map(before).any(&addressed),
        Some(word) if addressed(word) => !question,
        Some(word) if TELLS.contains(&word) => false,
        Some("will" | "must" | "should" | "shall") => before(2).is_some_and(addressed),
        Some(word) => LEADS.contains(&word) || tokens.get(at).is_some_and(|token| token.begins),
    }
}

/// A phrase that was found.
pub(super) struct Found<'a> {
    pub(super) cause: AttemptKind,
    /// All words of the sentence, and the place of the phrase among them.
    pub(super) sentence: &'a [Token],
    pub(super) at: std::ops::Range<usize>,
}

/// Phrases by the words that they may begin with.
struct Listed {
    phrases: Vec<Phrase>,
    /// The places of phrases by their first word.
    by_word: BTreeMap<String, Vec<usize>>,
    /// By the first letter of the stem that they begin with.
    by_stem: BTreeMap<char, Vec<usize>>,
}

impl Listed {
    fn of(signs: impl Iterator<Item = Sign>) -> Self {
        let phrases: Vec<Phrase> = signs.map(Phrase::of).collect();
        let (mut by_word, mut by_stem) = (BTreeMap::<_, Vec<usize>>::new(), BTreeMap::<_, Vec<usize>>::new());
        for (place, phrase) in phrases.iter().enumerate() {
            let Some(Part::Word(words)) = phrase.parts.first() else { continue };
            words.whole.iter().for_each(|word| by_word.entry(word.clone()).or_default().push(place));
            let letters: BTreeSet<char> = words.stems.iter().filter_map(|stem| stem.chars().next()).collect();
            letters.into_iter().for_each(|letter| by_stem.entry(letter).or_default().push(place));
        }
        Self { phrases, by_word, by_stem }
    }

    /// The places of the phrases that may begin with a word, in their order.
    fn beginning(&self, word: &str) -> Vec<usize> {
        let stems = word.chars().next().and_then(|letter| self.by_stem.get(&letter));
        let mut places: Vec<usize> =
            self.by_word.get(word).into_iter().chain(stems).flatten().copied().collect();
        places.sort_unstable();
        places.dedup();
        places
    }

    fn find<'a>(&self, sentence: &'a [Token]) -> Vec<Found<'a>> {
        let mut found = Vec::new();
        for (at, token) in sentence.iter().enumerate() {
            for place in self.beginning(&token.word) {
                let Some(phrase) = self.phrases.get(place) else { continue };
                let end = phrase.ends(sentence, at);
                found.extend(end.map(|end| Found { cause: phrase.cause, sentence, at: at..end }));
            }
        }
        found
    }
}

static ORDERS: LazyLock<Listed> =
    LazyLock::new(|| Listed::of(english::ORDERS.iter().chain(languages::ORDERS).copied()));

static CLAIMS: LazyLock<Listed> =
    LazyLock::new(|| Listed::of(english::CLAIMS.iter().chain(languages::CLAIMS).copied()));

/// The orders in a sentence.
pub(super) fn orders(sentence: &[Token]) -> Vec<Found<'_>> {
    ORDERS.find(sentence)
}

/// What a speaker says in a sentence of having become another, or free of rules.
pub(super) fn claims(sentence: &[Token]) -> Vec<Found<'_>> {
    CLAIMS.find(sentence)
}

/// The signs that stand anywhere in a text of a script without spaces between words, or whose
/// small words are joined: parts in order within a sentence.
pub(super) fn within(text: &str) -> Option<(AttemptKind, &str)> {
    if !text.chars().any(|c| c >= '\u{590}') {
        return None;
    }
    let ends = |c: char| matches!(c, '.' | '!' | '?' | '\n' | '。' | '！' | '？' | '।' | '؟');
    text.split(ends).find_map(|sentence| {
        let holds = |sign: &str| {
            let mut rest = sentence;
            sign.split('~').all(|part| {
                let found = part.split('|').filter_map(|one| Some(rest.find(one)? + one.len())).min();
                rest = found.and_then(|end| rest.get(end..)).unwrap_or(rest);
                found.is_some()
            })
        };
        let sign = languages::WITHIN.iter().find(|(_, sign)| holds(sign));
        sign.map(|(cause, _)| (*cause, sentence.trim()))
    })
}
