//! What a clause means as a fact: one small reading for each kind of verb.
//!
//! Owns the slots and their keys. The grammar is in `clause`, the sentence in `extract`.

use super::Slot;
use super::clause::{Read, Verb, content, low, value_at};
use super::extract::{Claim, Reading, Speaker};
use super::figures::values;
use super::habits::{habit, have, preference, take};
use super::lexicon::{ADVERB, CONSUME, DISLIKE, LIKE, RELATION, SINGLE, base};
use super::number::plain;
use super::person::{age, be, describe, home, is_old, job, name, origin, work};
use super::phrase::Phrase;
use super::place;
use super::token::Token;
use super::value::{Dimension, Value};
use super::ways::class_of;

/// A claim of a sentence, with everything that the sentence itself says.
pub(super) fn claim(
    reading: &Reading<'_>,
    who: &str,
    slot: Slot,
    key: Vec<String>,
    value: Value,
    shown: String,
) -> Claim {
    Claim {
        who: who.to_owned(),
        slot,
        key,
        value,
        shown,
        negated: false,
        past: false,
        change: reading.change,
        recalled: reading.recalled,
        words: reading.sentence.said().to_owned(),
    }
}

/// The text between two tokens, as written.
pub(super) fn written(reading: &Reading<'_>, from: usize, end: usize) -> String {
    let start = reading.tokens.get(from).map_or(0, |token| token.at);
    let stop = end.checked_sub(1).and_then(|last| reading.tokens.get(last)).map_or(start, Token::end);
    reading.sentence.text.get(start..stop.max(start)).unwrap_or_default().to_owned()
}

pub(super) fn statement(reading: &Reading<'_>) -> Claim {
    let key = content(reading.tokens, 0, reading.tokens.len(), &[]);
    claim(reading, "user", Slot::Statement, key, Value::None, String::new())
}

/// "Step 4: call the bank", "step 4 is to call the bank": where it ends.
pub(super) fn step(
    reading: &Reading<'_>,
    at: usize,
    speaker: Speaker,
    out: &mut Vec<Claim>,
) -> Option<usize> {
    let tokens = reading.tokens;
    if low(tokens, at) != "step" || speaker == Speaker::Identity {
        return None;
    }
    let (number, mut next, _) = plain(tokens, at + 1)?;
    let says = tokens.get(next).is_some_and(|token| {
        token.is_mark(':')
            || token.is_mark('—')
            || token.is_mark('–')
            || matches!(token.low, "is" | "will" | "was")
    });
    if !says {
        return None;
    }
    next += 1;
    let words = content(tokens, next, tokens.len(), &[]);
    if words.is_empty() {
        return None;
    }
    let shown = written(reading, next, tokens.len());
    out.push(claim(
        reading,
        "",
        Slot::Step,
        vec!["step".into(), number.to_string()],
        Value::Words { words },
        shown,
    ));
    Some(tokens.len())
}

/// What a noun phrase says by itself: "my sister Anna", "your two daughters", "your budget of
/// 4,000 pounds", "your work as a nurse".
pub(super) fn phrase(
    reading: &Reading<'_>,
    who: &str,
    phrase: &Phrase,
    speaker: Speaker,
    out: &mut Vec<Claim>,
) {
    let tokens = reading.tokens;
    if let (Some((from, end)), Some(_)) = (phrase.name, phrase.relation.as_ref()) {
        let name = written(reading, from, end);
        out.push(claim(reading, who, Slot::Name, Vec::new(), Value::Name { name: name.clone() }, name));
    }
    if let Some(read) = &phrase.age {
        let shown = written(reading, read.from, read.end);
        out.push(claim(reading, who, Slot::Age, Vec::new(), read.value.clone(), shown));
    }
    if who.is_empty() && !phrase.recalled && speaker != Speaker::User {
        // "the 5 % threshold" is about the world; what "the budget is" is read with its verb.
        return;
    }
    for read in &phrase.values {
        let counted = !read.figure || !read.unit;
        let head = phrase.head.filter(|&head| head >= read.end);
        if counted && let Some(head) = head.filter(|&head| head < read.end + 3) {
            let owner = if tokens[head].is(RELATION) { owner_of(who, speaker) } else { who.to_owned() };
            count(reading, &owner, head, read, false, out);
        } else if read.figure && !phrase.key.is_empty() {
            measure(reading, who, phrase.key.clone(), read, false, out);
        }
    }
    // "your nut allergy", "your allergy to nuts".
    if phrase.key.contains(&"allergy".to_owned()) {
        for word in phrase.key.iter().filter(|word| *word != "allergy" && !class_of(word).is_empty()) {
            out.push(claim(reading, who, Slot::Allergy, vec![word.clone()], Value::None, word.clone()));
        }
    }
    // "your work as a nurse", "your job as a nurse".
    let head = phrase.head.map_or("", |head| low(tokens, head));
    if matches!(head, "work" | "job" | "role" | "career" | "profession" | "nurse")
        || phrase.key.first().is_some_and(|first| first == "job")
    {
        let as_at = (0..tokens.len())
            .find(|&n| low(tokens, n) == "as" && phrase.head.is_some_and(|head| n > head && n < head + 3));
        if let Some(at) = as_at {
            job(reading, who, at + 1, true, out);
        }
    }
}

fn owner_of(who: &str, speaker: Speaker) -> String {
    if who.starts_with("assistant") || speaker == Speaker::Identity {
        "assistant".into()
    } else {
        "user".into()
    }
}

/// "As a vegetarian, ...", "At 54, ...", "Living in Leeds, ...".
pub(super) fn opening(reading: &Reading<'_>, who: &str, comma: usize, out: &mut Vec<Claim>) {
    let tokens = reading.tokens;
    match low(tokens, 0) {
        "as" | "being" if matches!(low(tokens, 1), "a" | "an") => {
            // "As a 29-year-old nurse, ..."
            let read = value_at(tokens, 2).filter(|read| is_old(tokens, read.end));
            if let Some(read) = read {
                age(reading, who, "", &read, comma, out);
                job(reading, who, read.end + 1, false, out);
                return;
            }
            let found = describe(reading, who, 1, comma, false, out);
            if !found {
                job(reading, who, 1, false, out);
            }
        }
        "at" | "aged" => {
            if let Some((number, end, _)) = plain(tokens, 1)
                && (end == comma || low(tokens, end) == "years")
                && (1.0..120.0).contains(&number)
            {
                let value = Value::number(number, number, Dimension::Plain);
                out.push(claim(reading, who, Slot::Age, Vec::new(), value, written(reading, 1, end)));
            }
        }
        "living" | "based" => home(reading, who, 1, comma, false, out),
        "working" if low(tokens, 1) == "as" => job(reading, who, 2, true, out),
        _ => {}
    }
}

/// A value of something.
pub(super) fn measure(
    reading: &Reading<'_>,
    who: &str,
    mut key: Vec<String>,
    read: &Read,
    past: bool,
    out: &mut Vec<Claim>,
) {
    key.sort();
    key.dedup();
    let shown = written(reading, read.from, read.end);
    let mut found = claim(reading, who, Slot::Measure, key, read.value.clone(), shown);
    found.past = past;
    out.push(found);
}

pub(super) fn count(
    reading: &Reading<'_>,
    who: &str,
    noun: usize,
    read: &Read,
    past: bool,
    out: &mut Vec<Claim>,
) {
    let Some(token) = reading.tokens.get(noun) else { return };
    let shown = written(reading, read.from, noun + 1);
    let mut found =
        claim(reading, who, Slot::Count, vec![base(token.low).into_owned()], read.value.clone(), shown);
    found.past = past;
    out.push(found);
}

/// What a clause states: subject, verb, complement up to `end`.
pub(super) fn clause(
    reading: &Reading<'_>,
    who: &str,
    subject: &Phrase,
    verb: Verb,
    end: usize,
    out: &mut Vec<Claim>,
) {
    let tokens = reading.tokens;
    if verb.modal {
        return;
    }
    let word = low(tokens, verb.main);
    // What is wanted or hoped for is not so yet.
    let wishes = matches!(word, "want" | "wants" | "need" | "needs" | "plan" | "planned" | "hope" | "hoping");
    if wishes && low(tokens, verb.end) == "to" {
        return;
    }
    let before = out.len();
    let from = skip_adverbs(tokens, verb.end);
    let negated = verb.negated || (verb.be && low(tokens, from) == "not");
    let head = subject.head.map_or("", |head| low(tokens, head));
    let person = subject.key.is_empty() || subject.relation.is_some() || head == "name" || head == "age";
    if verb.be {
        be(reading, who, subject, (from, end), person, out);
    } else {
        match word {
            "called" | "named" | "call" if person => name(reading, who, from, end, out),
            // What a thing is called is not its owner's name.
            "called" | "named" => place::named(reading, who, subject, from, out),
            "goes" | "go" if low(tokens, from) == "by" => {
                name(reading, who, from + 1 + usize::from(low(tokens, from + 1) == "the"), end, out)
            }
            "live" | "lives" | "living" | "lived" | "reside" | "resides" | "residing" | "resided"
            | "based" | "moved" | "relocated" | "settled" => {
                home(reading, who, from, end, word == "lived", out);
            }
            "work" | "works" | "working" | "worked" => work(reading, who, from, out),
            "born" | "grew" => origin(reading, who, from, end, out),
            "turned" | "turn" | "turns" => {
                if let Some((number, after, _)) = plain(tokens, from)
                    .filter(|&(number, after, _)| after >= end.min(after) && number < 120.0 && number > 10.0)
                {
                    let value = Value::number(number, number, Dimension::Plain);
                    out.push(claim(
                        reading,
                        who,
                        Slot::Age,
                        Vec::new(),
                        value,
                        written(reading, from, after),
                    ));
                }
            }
            "have" | "has" | "had" | "having" | "got" | "'ve" | "own" | "owns" | "keep" | "keeps" | "'s" => {
                have(reading, who, from, end, out)
            }
            "take" | "takes" | "taking" | "prescribed" => take(reading, who, from, end, out),
            "decided" | "agreed" | "chose" | "picked" | "opted" | "settle" => {
                let words = content(tokens, from, end, &[]);
                if !words.is_empty() {
                    let shown = written(reading, from, end);
                    out.push(claim(
                        reading,
                        who,
                        Slot::Decision,
                        words.clone(),
                        Value::Words { words },
                        shown,
                    ));
                }
            }
            _ => {}
        }
        if tokens.get(verb.main).is_some_and(|token| token.is(LIKE | DISLIKE))
            && (who == "user" || subject.relation.is_some() || who == "assistant")
        {
            // "Can't stand" is negated already.
            let dislikes = tokens[verb.main].is(DISLIKE) && !matches!(word, "stand" | "bear");
            preference(reading, who, from, end, dislikes, out);
        } else if tokens.get(verb.main).is_some_and(|token| {
            token.is(CONSUME | SINGLE)
                || matches!(
                    token.low,
                    "smoke" | "smokes" | "speak" | "speaks" | "swim" | "cook" | "avoid" | "stopped" | "quit"
                )
        }) {
            habit(reading, who, verb.main, from, end, out);
        }
    }
    for found in &mut out[before..] {
        found.past |= past(reading, verb);
        if negated && found.slot == Slot::Count {
            deny(found);
        } else {
            found.negated ^= negated && !found.past;
        }
    }
    let typed = out.len() > before;
    values(reading, who, subject, verb, (from, end), negated, typed, out);
}

/// "I don't have a dog", "I don't have any": none at all. "I don't have three" leaves it open.
fn deny(found: &mut Claim) {
    match found.value {
        Value::Number { low, high, .. } if high == 0.0 || low < high => {
            found.value = Value::number(0.0, 0.0, Dimension::Plain);
        }
        _ => found.negated = true,
    }
}

/// Whether a clause tells what was: not where speech is reported, and birth stays true.
pub(super) fn past(reading: &Reading<'_>, verb: Verb) -> bool {
    let born = matches!(low(reading.tokens, verb.main), "born" | "grew");
    !born && (verb.over || verb.past && !reading.recalled)
}

pub(super) fn skip_adverbs(tokens: &[Token<'_>], mut at: usize) -> usize {
    while tokens.get(at).is_some_and(|token| token.is(ADVERB)) {
        at += 1;
    }
    at
}
