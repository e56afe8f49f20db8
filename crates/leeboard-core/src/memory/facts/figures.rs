//! The figures of a clause: which thing each is a value of.
//!
//! Owns which values of a complement count. The slots for what is said of persons are in
//! `frames` and `person`.

use super::Slot;
use super::clause::{Read, Verb, content, low, value_at};
use super::extract::{Claim, Reading};
use super::frames::{measure, past, written};
use super::lexicon::{LIGHT, REPORT, SINGLE, base, class_name};
use super::phrase::Phrase;
use super::token::Token;
use super::value::{Dimension, Value};

/// All figures of a complement as values of the thing that subject, verb and the other words name.
#[expect(clippy::too_many_arguments, reason = "the parts of one clause")]
pub(super) fn values(
    reading: &Reading<'_>,
    who: &str,
    subject: &Phrase,
    verb: Verb,
    (from, end): (usize, usize),
    negated: bool,
    typed: bool,
    out: &mut Vec<Claim>,
) {
    let tokens = reading.tokens;
    let mut found: Vec<Read> = Vec::new();
    let mut at = from;
    while at < end {
        let single = tokens.get(verb.main).is_some_and(|token| token.is(SINGLE));
        let read = value_at(tokens, at)
            .filter(|read| read.figure || read.unit || verb.be || reported(tokens, verb) == Some(at))
            .or_else(|| member(tokens, at, end).filter(|_| single));
        match read {
            Some(read) => {
                at = read.end.max(at + 1);
                found.push(read);
            }
            None => at += 1,
        }
    }
    let main = low(tokens, verb.main);
    for read in &found {
        let small = !read.figure;
        let age = typed
            && out.iter().rev().take(3).any(|claim| {
                matches!(claim.slot, Slot::Age | Slot::Count | Slot::Medication)
                    && claim.shown.contains(&written(reading, read.from, read.end))
            });
        let old = read.from.checked_sub(1).map_or("", |n| low(tokens, n));
        let older = read.from.checked_sub(2).map_or("", |n| low(tokens, n));
        // "from 4,000 to 6,500", "not on Friday", "instead of Friday".
        let replaced = (old == "from" && found.iter().any(|other| other.from > read.from))
            || matches!(old, "not" | "than" | "n't")
            || (older == "not" || older == "instead" || older == "rather");
        if age || small && typed || replaced || negated {
            continue;
        }
        let mut key = subject.key.clone();
        if !verb.be && tokens.get(verb.main).is_some_and(|token| !token.is(LIGHT)) {
            key.push(base(main).into_owned());
        }
        key.extend(content(tokens, from, end, &found));
        if key.is_empty() && matches!(read.value, Value::Number { dimension: Dimension::Length, .. }) {
            key.push("tall".to_owned());
        }
        if key.is_empty() && !matches!(read.value, Value::Member { .. }) {
            continue;
        }
        let past = past(reading, verb) && !subject.recalled;
        measure(reading, who, key, read, past, out);
    }
}

/// "You told me nine guests": where the value stands that a verb of saying has at once.
pub(super) fn reported(tokens: &[Token<'_>], verb: Verb) -> Option<usize> {
    if !tokens.get(verb.main).is_some_and(|token| token.is(REPORT)) {
        return None;
    }
    let at = verb.end + usize::from(matches!(low(tokens, verb.end), "me" | "us"));
    value_at(tokens, at).is_some_and(|read| matches!(read.value, Value::Number { .. })).then_some(at)
}

/// A word of a class as a value: "the cello", "left-handed", "O negative".
fn member(tokens: &[Token<'_>], at: usize, end: usize) -> Option<Read> {
    let token = tokens.get(at).filter(|token| token.class > 0)?;
    let class = class_name(token.class);
    // Food and drink are habits and tastes: one may have many.
    if matches!(
        class,
        "meat"
            | "fish"
            | "shellfish"
            | "dairy"
            | "egg"
            | "gluten"
            | "nut"
            | "peanut"
            | "alcohol"
            | "side"
            | "season"
    ) {
        return None;
    }
    // "a red car" tells the car's colour only behind the verb; "single mistake" no status.
    let last = at + 1 >= end || !tokens[at + 1].is_word() || tokens[at + 1].is(LIGHT);
    let described = class == "colour" || class == "vehicle";
    if !last && !described {
        return None;
    }
    let value = Value::Member { class: class.to_owned(), member: base(token.low).into_owned() };
    Some(Read { value, from: at, end: at + 1, figure: true, unit: true })
}
