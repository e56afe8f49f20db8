//! What a clause says of what somebody has, likes, takes and does.

use super::Slot;
use super::clause::{Read, clause_end, content, is_name, low, name_end, value_at};
use super::extract::{Claim, Reading};
use super::frames::{claim, count, written};
use super::lexicon::{
    DISLIKE, LIGHT, LIKE, POSSESSIVE, PREPOSITION, PRONOUN, RELATION, VERB, base, relation,
};
use super::person::name;
use super::phrase::Phrase;
use super::value::{Dimension, Value};

pub(super) fn favourite(
    reading: &Reading<'_>,
    who: &str,
    subject: &Phrase,
    from: usize,
    end: usize,
    out: &mut Vec<Claim>,
) {
    let tokens = reading.tokens;
    let words = content(tokens, from, end, &[]);
    let key: Vec<String> = subject.key.iter().filter(|word| *word != "favourite").cloned().collect();
    if words.is_empty()
        || words.len() > 4
        || key.is_empty()
        || tokens.get(from).is_some_and(|token| token.is(VERB | PREPOSITION))
    {
        return;
    }
    out.push(claim(reading, who, Slot::Favourite, key, Value::Words { words }, written(reading, from, end)));
}

/// "two daughters", "no daughters", "a dog called Rex", "an allergy to nuts".
pub(super) fn have(reading: &Reading<'_>, who: &str, from: usize, end: usize, out: &mut Vec<Claim>) {
    let tokens = reading.tokens;
    let allergy_at = (from..end).find(|&n| matches!(low(tokens, n), "allergy" | "allergies" | "intolerance"));
    if let Some(at) = allergy_at {
        let behind = matches!(low(tokens, at + 1), "to" | "against");
        let (start, stop) = if behind { (at + 2, end) } else { (from + 1, at) };
        return allergy(reading, who, start, stop, out);
    }
    let none = matches!(low(tokens, from), "no" | "any");
    let article = matches!(low(tokens, from), "a" | "an");
    let number =
        value_at(tokens, from).filter(|read| !read.unit && matches!(read.value, Value::Number { .. }));
    let (value, read_end) = match number {
        Some(read) => (read.value.clone(), read.end),
        None if none => (Value::number(0.0, 0.0, Dimension::Plain), from + 1),
        None if article => (Value::number(1.0, 1e15, Dimension::Plain), from + 1),
        None => return,
    };
    // The head is the last noun before a mark, a preposition or a verb.
    let mut head = None;
    for (n, token) in tokens.iter().enumerate().take(end.min(read_end + 5)).skip(read_end) {
        if !token.is_word()
            || token.is(PREPOSITION | PRONOUN | POSSESSIVE)
            || (token.is(VERB) && head.is_some())
            || is_name(token)
            || matches!(token.low, "and" | "or")
        {
            break;
        }
        if !token.is(LIGHT) {
            head = Some(n);
        }
    }
    let Some(head) = head else { return };
    let read = Read { value, from, end: read_end, figure: false, unit: false };
    count(reading, who, head, &read, false, out);
    // "a dog called Rex", "a sister, Anna", "a sister Anna".
    if tokens[head].is(RELATION) {
        let called = matches!(low(tokens, head + 1), "called" | "named")
            || tokens.get(head + 1).is_some_and(|token| token.is_mark(','));
        let relation = relation(tokens[head].low).to_owned();
        let start = head + 1 + usize::from(called);
        let stop = name_end(tokens, start);
        if stop > start {
            name(reading, &relation, start, stop, out);
        }
    }
}

pub(super) fn allergy(reading: &Reading<'_>, who: &str, from: usize, end: usize, out: &mut Vec<Claim>) {
    let mut words = content(reading.tokens, from, end, &[]);
    // The list may go on behind commas.
    let mut at = end;
    while reading.tokens.get(at).is_some_and(|token| token.is_mark(',')) {
        let next = clause_end(reading.tokens, at + 1);
        if next > at + 5 + usize::from(low(reading.tokens, at + 1) == "and")
            || reading.tokens[at + 1..next].iter().any(|token| token.is(PRONOUN | VERB))
        {
            break;
        }
        words.extend(content(reading.tokens, at + 1, next, &[]));
        at = next;
    }
    for word in words {
        out.push(claim(reading, who, Slot::Allergy, vec![word.clone()], Value::None, word));
    }
}

/// "lisinopril 10mg", "2000 IU of vitamin D": a medicine and its dose.
pub(super) fn take(reading: &Reading<'_>, who: &str, from: usize, end: usize, out: &mut Vec<Claim>) {
    let tokens = reading.tokens;
    let dose = (from..end).find_map(|at| {
        value_at(tokens, at).filter(|read| {
            matches!(
                read.value,
                Value::Number { dimension: Dimension::Mass | Dimension::Iu | Dimension::Volume, .. }
            )
        })
    });
    let Some(dose) = dose else { return };
    let mut key = content(tokens, from, end.min(dose.end + 4), std::slice::from_ref(&dose));
    key.retain(|word| {
        !matches!(
            word.as_str(),
            "daily"
                | "twice"
                | "medication"
                | "dai"
                | "morn"
                | "evening"
                | "night"
                | "day"
                | "morning"
                | "mild"
                | "high"
                | "pressur"
                | "blood"
        )
    });
    key.truncate(3);
    if !key.is_empty() {
        let shown = written(reading, dose.from, dose.end);
        out.push(claim(reading, who, Slot::Medication, key, dose.value, shown));
    }
}

pub(super) fn preference(
    reading: &Reading<'_>,
    who: &str,
    from: usize,
    end: usize,
    dislikes: bool,
    out: &mut Vec<Claim>,
) {
    let tokens = reading.tokens;
    // "I'd like to": modal, not here; "like to swim" is a taste for swimming.
    let key = content(tokens, from, end, &[]);
    if key.is_empty() || key.len() > 5 || tokens.get(from).is_some_and(|token| token.is(PRONOUN)) {
        return;
    }
    let mut found = claim(reading, who, Slot::Preference, key, Value::None, written(reading, from, end));
    found.negated = dislikes;
    out.push(found);
}

/// "I don't drink", "I never eat meat", "I smoke", "I avoid dairy", "I stopped smoking".
pub(super) fn habit(
    reading: &Reading<'_>,
    who: &str,
    main: usize,
    from: usize,
    end: usize,
    out: &mut Vec<Claim>,
) {
    let tokens = reading.tokens;
    let word = low(tokens, main);
    if tokens[main].is(LIKE | DISLIKE)
        || matches!(word, "have" | "has" | "having" | "had" | "be" | "is" | "am" | "are")
    {
        return;
    }
    let mut words = content(tokens, from, end, &[]);
    let (verb, negated) = match word {
        "avoid" => ("eat".to_owned(), true),
        "stopped" | "quit" => {
            if words.is_empty() {
                return;
            }
            (words.remove(0), true)
        }
        _ => (base(word).into_owned(), false),
    };
    words.truncate(4);
    let mut key = vec![verb];
    key.extend(words);
    let mut found = claim(reading, who, Slot::Habit, key, Value::None, written(reading, main, end));
    found.negated = negated;
    out.push(found);
}
