//! What a clause says of a person or an animal: name, age, home, origin, work.

use super::Slot;
use super::clause::{Read, clause_end, content, low, name_end, value_at};
use super::extract::{Claim, Reading};
use super::frames::{claim, skip_adverbs, written};
use super::habits::{allergy, favourite, preference};
use super::lexicon::{
    ADVERB, DETERMINER, DIET, JOB, NEGATION, NO_NAME, POSSESSIVE, PREPOSITION, PRONOUN, VERB, base,
};
use super::phrase::Phrase;
use super::place;
use super::token::Token;
use super::unit::decade;
use super::value::{Dimension, Value};

pub(super) fn be(
    reading: &Reading<'_>,
    who: &str,
    subject: &Phrase,
    (from, end): (usize, usize),
    person: bool,
    out: &mut Vec<Claim>,
) {
    let tokens = reading.tokens;
    let head = subject.head.map_or("", |head| low(tokens, head));
    let (mut from, mut end) = (from + usize::from(low(tokens, from) == "not"), end);
    from = skip_adverbs(tokens, from);
    if head == "name" || (head.is_empty() && subject.key.is_empty() && who.is_empty()) {
        name(reading, who, from, end, out);
        return;
    }
    if matches!(head, "favourite" | "favorite") || subject.key.iter().any(|word| word == "favourite") {
        favourite(reading, who, subject, from, end, out);
        return;
    }
    if subject.key.first().is_some_and(|first| first == "job") && subject.key.len() == 1 {
        job(reading, who, from, true, out);
        return;
    }
    if !person {
        place::thing(reading, who, subject, (from, end), out);
        return;
    }
    // "I'm Daniel, 34, from Leeds": one verb, several complements.
    for _ in 0..4 {
        let known = out.len();
        complement(reading, who, subject, from, end, out);
        let comma = tokens.get(end).is_some_and(|token| token.is_mark(','));
        let and = low(tokens, end) == "and" || low(tokens, end + 1) == "and";
        let next = skip_adverbs(tokens, end + 1 + usize::from(comma && and));
        let carries = comma || and;
        let starts = value_at(tokens, next).is_some()
            || matches!(low(tokens, next), "a" | "an" | "from" | "living" | "based" | "working" | "aged");
        if !carries || !starts || out.len() == known && from > 3 {
            break;
        }
        from = next;
        end = clause_end(tokens, next);
    }
}

/// One complement of be, of a person or an animal.
pub(super) fn complement(
    reading: &Reading<'_>,
    who: &str,
    subject: &Phrase,
    from: usize,
    end: usize,
    out: &mut Vec<Claim>,
) {
    let tokens = reading.tokens;
    let (word, next) = (low(tokens, from), low(tokens, from + 1));
    let head = subject.head.map_or("", |head| low(tokens, head));
    match word {
        "from" | "originally" => return origin(reading, who, from, end, out),
        "living" | "based" => return home(reading, who, from + 1, end, false, out),
        "working" if next == "as" => return job(reading, who, from + 2, true, out),
        "called" | "named" => return name(reading, who, from + 1, end, out),
        "allergic" | "intolerant" => return allergy(reading, who, from + 2, end, out),
        "fond" | "keen" | "into" | "crazy" | "mad" => {
            return preference(reading, who, from + 1 + usize::from(word != "into"), end, false, out);
        }
        "in" if tokens.get(from + 1).is_some_and(|token| token.is(POSSESSIVE)) => {
            let at = (from + 2..from + 5).find(|&n| decade(low(tokens, n)).is_some());
            if let Some(at) = at {
                let low_age = decade(low(tokens, at)).unwrap_or_default();
                let value = Value::number(low_age, low_age + 9.0, Dimension::Plain);
                out.push(claim(reading, who, Slot::Age, Vec::new(), value, written(reading, from, at + 1)));
            }
            return;
        }
        "on" | "doing" if matches!(next, "a" | "an" | "the") => {
            let diet = (from + 2..end).find(|&n| matches!(low(tokens, n), "diet"));
            if let Some(at) = diet.filter(|&at| at > from + 2) {
                let words = content(tokens, from + 2, at, &[]);
                let shown = written(reading, from, at + 1);
                out.push(claim(reading, who, Slot::Diet, Vec::new(), Value::Words { words }, shown));
            }
            return;
        }
        _ => {}
    }
    let article = matches!(word, "a" | "an");
    let near = matches!(word, "almost" | "nearly" | "about" | "around" | "roughly");
    let read = value_at(tokens, from + usize::from(word == "aged" || article || near));
    if let Some(read) = read.filter(|read| !article || is_old(tokens, read.end)) {
        age(reading, who, head, &read, end, out);
        if article {
            job(reading, who, read.end + 1, false, out);
            comes_from(reading, who, read.end, end, out);
        }
        return;
    }
    if article {
        comes_from(reading, who, from, end, out);
    }
    if describe(reading, who, from, end, true, out) {
        return;
    }
    let name_end = name_end(tokens, from);
    let all_name = name_end > from
        && (name_end >= end || !tokens[name_end].is_word() || matches!(low(tokens, name_end), "and" | "of"));
    let titled = name_end > from && name_end < end && low(tokens, name_end) == "from";
    if (all_name || titled) && !tokens[from].is(NO_NAME | JOB | DIET) && tokens[from].class == 0 {
        name(reading, who, from, end, out);
    }
}

/// Whether an age ends here: "29-" of "29-year-old", "45 year" of "45 year old".
pub(super) fn is_old(tokens: &[Token<'_>], at: usize) -> bool {
    matches!(low(tokens, at), "year-old" | "old")
        || (tokens.get(at).is_some_and(|token| token.is_mark('-')) && low(tokens, at + 1) == "year-old")
}

/// "a nurse from Cork".
fn comes_from(reading: &Reading<'_>, who: &str, from: usize, end: usize, out: &mut Vec<Claim>) {
    let at = (from..end).find(|&n| low(reading.tokens, n) == "from");
    let found = at.and_then(|at| place_at(reading, who, Slot::Origin, at + 1, out));
    out.extend(found);
}

/// "54", "54 years old", "a 54-year-old".
pub(super) fn age(
    reading: &Reading<'_>,
    who: &str,
    head: &str,
    read: &Read,
    end: usize,
    out: &mut Vec<Claim>,
) {
    let tokens = reading.tokens;
    let Value::Number { low: least, high: most, dimension } = read.value else { return };
    // "I'll be forty in June": not yet.
    if (read.from.saturating_sub(3)..read.from).any(|n| matches!(low(tokens, n), "will" | "'ll")) {
        return;
    }
    let next = low(tokens, read.end);
    let old = next == "old"
        || (next == "of" && low(tokens, read.end + 1) == "age")
        || next == "year-old"
        || (next == "-" && low(tokens, read.end + 1) == "year-old");
    let bare = dimension == Dimension::Plain
        && (read.end >= end
            || tokens.get(read.end).is_none_or(|token| !token.is_word() || token.is(ADVERB))
            || matches!(next, "and" | "next" | "in" | "this")
            || head == "age");
    let (least, most) = match dimension {
        Dimension::Duration if old => (least / 365.25, most / 365.25),
        Dimension::Plain if bare || old => (least, most),
        _ => return,
    };
    if !(0.0..=120.0).contains(&least) {
        return;
    }
    let round = |years: f64| (years * 1e6).round() / 1e6;
    let value = Value::number(round(least), round(most), Dimension::Plain);
    out.push(claim(
        reading,
        who,
        Slot::Age,
        Vec::new(),
        value,
        written(reading, read.from, read.end).trim_end_matches('-').trim_end_matches(" year").to_owned(),
    ));
}

/// "a vegetarian", "a structural engineer", "fond of steak": whether it was one of these.
pub(super) fn describe(
    reading: &Reading<'_>,
    who: &str,
    from: usize,
    end: usize,
    bare: bool,
    out: &mut Vec<Claim>,
) -> bool {
    let tokens = reading.tokens;
    let start = from + usize::from(tokens.get(from).is_some_and(|token| token.is(DETERMINER)));
    if start == from && !bare {
        return false;
    }
    let mut at = start;
    while at < end.min(start + 6) {
        let token = &tokens[at];
        if token.is(DIET)
            && !matches!(
                low(tokens, at + 1),
                "food" | "restaurant" | "recipe" | "recipes" | "option" | "options" | "diet"
            )
        {
            let words = vec![base(token.low).into_owned()];
            out.push(claim(
                reading,
                who,
                Slot::Diet,
                Vec::new(),
                Value::Words { words },
                token.text.to_owned(),
            ));
            return true;
        }
        if matches!(token.low, "lover" | "eater" | "fan" | "enthusiast" | "drinker")
            && (at > start || low(tokens, at + 1) == "of")
        {
            let of = low(tokens, at + 1) == "of";
            let object = if of { at + 2 } else { start };
            preference(reading, who, object, if of { end } else { at }, false, out);
            return true;
        }
        if !token.is_word() || token.is(PREPOSITION | PRONOUN) {
            break;
        }
        at += 1;
    }
    if start > from {
        job(reading, who, from, false, out)
    }
    out.last().is_some_and(|claim| claim.slot == Slot::Job && claim.words == reading.sentence.said())
}

/// "a structural engineer". Without a frame that calls for a job, only listed jobs count.
pub(super) fn job(reading: &Reading<'_>, who: &str, from: usize, framed: bool, out: &mut Vec<Claim>) {
    let tokens = reading.tokens;
    let start = from + usize::from(tokens.get(from).is_some_and(|token| token.is(DETERMINER | POSSESSIVE)));
    let mut end = start;
    while let Some(token) = tokens.get(end) {
        let stop = !token.is_word()
            || token.is(PREPOSITION | PRONOUN | NEGATION | POSSESSIVE)
            || (token.is(VERB) && !token.is(JOB))
            || matches!(token.low, "and" | "or" | "but" | "so" | "who" | "because" | "which")
            || token.low.starts_with('\'')
            || end > start + 4;
        if stop {
            break;
        }
        end += 1;
    }
    let words: Vec<String> = content(tokens, start, end, &[]);
    let is_job = end > start && tokens[end - 1].is(JOB);
    if words.is_empty() || !is_job && (!framed || start == from) {
        return;
    }
    out.push(claim(
        reading,
        who,
        Slot::Job,
        Vec::new(),
        Value::Words { words },
        written(reading, start, end),
    ));
}

pub(super) fn name(reading: &Reading<'_>, who: &str, from: usize, end: usize, out: &mut Vec<Claim>) {
    let after = name_end(reading.tokens, from);
    if after > from && after <= end.max(after) && !reading.tokens[from].is(NO_NAME) {
        let name = written(reading, from, after);
        out.push(claim(reading, who, Slot::Name, Vec::new(), Value::Name { name: name.clone() }, name));
    }
}

/// "in Leeds", "to Graz": capitalised places only.
pub(super) fn home(
    reading: &Reading<'_>,
    who: &str,
    from: usize,
    end: usize,
    past: bool,
    out: &mut Vec<Claim>,
) {
    let place =
        (from..end).find(|&n| matches!(low(reading.tokens, n), "in" | "to" | "at" | "near" | "outside"));
    if let Some(at) = place {
        let start = at + 1 + usize::from(low(reading.tokens, at + 1) == "the");
        let mut found = place_at(reading, who, Slot::Home, start, out);
        if let Some(found) = found.as_mut() {
            found.past = past;
        }
        out.extend(found);
    }
}

pub(super) fn place_at(
    reading: &Reading<'_>,
    who: &str,
    slot: Slot,
    at: usize,
    _out: &[Claim],
) -> Option<Claim> {
    let end = name_end(reading.tokens, at);
    let month = reading
        .tokens
        .get(at)
        .is_some_and(|token| token.is(NO_NAME) && !matches!(token.low, "usa" | "uk" | "us"));
    if end == at || month {
        return None;
    }
    let name = written(reading, at, end);
    Some(claim(reading, who, slot, Vec::new(), Value::Name { name: name.clone() }, name))
}

pub(super) fn origin(reading: &Reading<'_>, who: &str, from: usize, end: usize, out: &mut Vec<Claim>) {
    let mut places = (from..end).filter(|&n| matches!(low(reading.tokens, n), "in" | "from"));
    let found = places.find_map(|at| place_at(reading, who, Slot::Origin, at + 1, out));
    out.extend(found);
}

pub(super) fn work(reading: &Reading<'_>, who: &str, from: usize, out: &mut Vec<Claim>) {
    match low(reading.tokens, from) {
        "as" => job(reading, who, from + 1, true, out),
        "for" | "at" => {
            let start = from + 1 + usize::from(low(reading.tokens, from + 1) == "the");
            let found = place_at(reading, who, Slot::Employer, start, out);
            out.extend(found);
        }
        _ => {}
    }
}
