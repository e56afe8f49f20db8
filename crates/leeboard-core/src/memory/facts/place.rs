//! Where things are: "the key cabinet is in the boat shed", and what things are called.
//!
//! Owns what counts as the place or the name of a thing. Where persons live is in `person`.

use super::Slot;
use super::clause::{Read, content, is, low, name_end, value_at};
use super::extract::{Claim, Reading};
use super::frames::{claim, measure, written};
use super::lexicon::{BREAK, DETERMINER, POSSESSIVE, PREPOSITION, PRONOUN, VERB};
use super::phrase::Phrase;
use super::token::Token;
use super::value::Value;

/// Prepositions of place, for things that lie still.
const WHERE: [&str; 10] =
    ["in", "at", "on", "under", "behind", "above", "below", "beneath", "inside", "beside"];

/// Nouns behind such a preposition that are no place: "in the way", "on the list", "at the end".
const NO_PLACE: &str = " afternoon agenda air basis beginning bag budget business calendar cards case charge clear \
    clock context course danger dark day days debt edge end evening fact fence form fray future hands heart \
    horizon hour list line lookout loop lurch mail making market meantime menu middle mind minute mix moment \
    month mood morning move night nose offing order past path phase picture pipeline plan present process question \
    red rise road rocks roll ropes run same schedule scope season sense shape situation sort spot stage stages start \
    state style table time top track verge wane way week weekend winter summer spring autumn works world year ";

/// Words of a place, at most.
const MOST_WORDS: usize = 5;

/// Whether a place of a thing begins at a token.
pub(super) fn begins(tokens: &[Token<'_>], at: usize) -> bool {
    WHERE.contains(&low(tokens, at))
        && (is(tokens, at + 1, POSSESSIVE) || matches!(low(tokens, at + 1), "the" | "a" | "an"))
}

/// What a form of be says of a thing: its name, or where it is.
pub(super) fn thing(
    reading: &Reading<'_>,
    who: &str,
    subject: &Phrase,
    (from, end): (usize, usize),
    out: &mut Vec<Claim>,
) {
    if subject.key.is_empty() {
        return;
    }
    // "our hotel is the Astoria", "the porter is Tore Quist".
    let tokens = reading.tokens;
    let at = from + usize::from(low(tokens, from) == "the");
    let after = name_end(tokens, at);
    if after > at && after >= end && value_at(tokens, at).is_none() {
        let value = Value::Name { name: written(reading, at, after) };
        let read = Read { value, from: at, end: after, figure: true, unit: true };
        measure(reading, who, subject.key.clone(), &read, false, out);
        return;
    }
    let place = begins(tokens, from).then(|| nouns(tokens, from + 2, end)).flatten();
    if let Some(words) = place {
        let mut key = subject.key.clone();
        key.sort();
        key.dedup();
        let shown = written(reading, from, end);
        out.push(claim(reading, who, Slot::Place, key, Value::Words { words }, shown));
    }
}

/// "My boat is called Petrel": the name of a thing.
pub(super) fn named(reading: &Reading<'_>, who: &str, subject: &Phrase, from: usize, out: &mut Vec<Claim>) {
    let end = name_end(reading.tokens, from);
    if end > from {
        let value = Value::Name { name: written(reading, from, end) };
        let read = Read { value, from, end, figure: true, unit: true };
        measure(reading, who, subject.key.clone(), &read, false, out);
    }
}

/// The words of a noun phrase that fills all of a span and can be a place.
fn nouns(tokens: &[Token<'_>], from: usize, end: usize) -> Option<Vec<String>> {
    let plain = |token: &Token<'_>| {
        token.is_word() && !token.is(PREPOSITION | PRONOUN | POSSESSIVE | DETERMINER | BREAK)
    };
    let filled = (1..=MOST_WORDS).contains(&end.saturating_sub(from))
        && tokens.get(from..end)?.iter().all(plain)
        && (from..end).all(|at| value_at(tokens, at).is_none());
    let head = low(tokens, end.checked_sub(1)?);
    let doing = end == from + 1 && is(tokens, from, VERB);
    let place = !doing && !NO_PLACE.contains(&format!(" {head} "));
    Some(content(tokens, from, end, &[])).filter(|words| filled && place && !words.is_empty())
}
