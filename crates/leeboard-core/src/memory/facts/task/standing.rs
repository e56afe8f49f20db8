//! Standing instructions: how the user wants the assistant to be in all that follows, until the
//! user says otherwise.
//!
//! Owns telling what lasts ("never use emojis", "don't suggest pork") from what is said for the
//! moment ("don't worry", "don't explain it yet"). What lifts an instruction is in `lifted`, orders
//! for one reply are in `orders`.

use super::super::clause::{content, low};
use super::super::lexicon::{ADVERB, PRONOUN};
use super::super::orders::{behind_courtesies, is_bare, is_manner, listed, of_gerund};
use super::super::token::{Kind, Sentence, Token};
use super::super::value::Value;
use super::Origin;
use super::list::shorten;
use crate::memory::facts::{Fact, Slot};
use span::{lasts, marker, passes};
use words::{ADDRESSES, ALONE, CONSOLES, IDLE, MOODS, POINTERS, TOLD, TONGUES, WAYS};

mod lifted;
mod span;
#[cfg(test)]
mod tests;
mod words;

pub(super) use lifted::lifted;

/// What an instruction is about, and which way.
#[derive(Debug, PartialEq)]
struct Standing {
    key: Vec<String>,
    value: Vec<String>,
    forbids: bool,
}

/// The standing instruction that a sentence gives, as a fact. `passing`: the message asks for one
/// reply, so that a bare "don't" is about that reply.
pub(super) fn standing(
    tokens: &[Token<'_>],
    sentence: &Sentence,
    passing: bool,
    from: Origin<'_>,
) -> Option<Fact> {
    // What a quotation is said to do is no order.
    if sentence.said().starts_with(['"', '“', '«', '„', '`']) {
        return None;
    }
    let found = read(tokens, sentence.question, passing)?;
    let shown = shorten(sentence.said());
    Some(Fact {
        key: found.key,
        value: Value::Words { words: found.value },
        negated: found.forbids,
        ..from.fact(Slot::Constraint, Vec::new(), &shown, sentence.said())
    })
}

/// The key of the language to answer in: one holds at a time.
const LANGUAGE: [&str; 2] = ["answer", "language"];

/// Whether a fact says in which language to answer.
pub(in super::super) fn is_language(fact: &Fact) -> bool {
    fact.slot == Slot::Constraint && fact.key == LANGUAGE
}

fn read(tokens: &[Token<'_>], question: bool, passing: bool) -> Option<Standing> {
    if question && !asked_politely(tokens) {
        return None;
    }
    let mut supposed = false;
    for at in clauses(tokens) {
        // "When I ask for recipes, ...": what I do is a case that recurs; what others do is talk.
        if matches!(low(tokens, at), "if" | "when" | "whenever" | "unless") {
            supposed = low(tokens, at + 1) != "i" && low(tokens, at) != "whenever";
            continue;
        }
        if supposed {
            continue;
        }
        let start = behind_courtesies(tokens, at);
        if let Some(found) = announced(tokens, start).or_else(|| order(tokens, start, passing)) {
            return Some(found);
        }
    }
    None
}

/// "Could you please always ...?", "can you stop using ...?": a request, not a question.
fn asked_politely(tokens: &[Token<'_>]) -> bool {
    let please = tokens.iter().any(|token| token.low == "please");
    let start = behind_courtesies(tokens, 0);
    let you = start > 1 && low(tokens, start - 1) == "you" || please && start > 2;
    you && (please || low(tokens, start) == "stop" || matches!(low(tokens, 0), "could" | "would"))
}

/// Where a clause may begin: at the beginning, and behind a mark, "so", "and" or "please". In what
/// tells of others, "never" behind a comma tells too.
fn clauses(tokens: &[Token<'_>]) -> impl Iterator<Item = usize> {
    let start = behind_courtesies(tokens, 0);
    let first = low(tokens, start);
    let ordered = is_manner(first)
        || matches!(first, "be" | "never" | "always" | "avoid" | "stop" | "under")
        || first == "do" && matches!(low(tokens, start + 1), "n't" | "not");
    let own = matches!(low(tokens, 0), "i" | "my" | "we" | "our" | "if" | "when" | "whenever" | "whatever");
    let marked = marker(tokens, 0).is_some();
    (0..tokens.len()).filter(move |&at| {
        at == 0
            || tokens.get(at - 1).is_some_and(|before| match before.kind {
                Kind::Mark(mark) => {
                    matches!(mark, ',' | ';' | ':' | '—' | '–' | '(') && (ordered || own || marked || at < 4)
                }
                // "I woke and never slept again" tells, "be brief and never apologise" orders.
                _ => {
                    before.low == "please"
                        || before.low == "so"
                        || ordered && matches!(before.low, "and" | "but")
                }
            })
    })
}

/// "From now on: short answers", "in future I want you to ...".
fn announced(tokens: &[Token<'_>], at: usize) -> Option<Standing> {
    let end = marker(tokens, at)?;
    let start = behind_courtesies(tokens, end.max(1));
    let (word, next) = (low(tokens, start), low(tokens, start + 1));
    let wish =
        matches!(word, "i" | "we") && matches!(next, "want" | "need" | "would" | "'d" | "expect" | "prefer");
    let told = tokens.get(start).is_some_and(|token| {
        token.is(PRONOUN) && token.low != "you"
            || matches!(token.low, "my" | "our" | "the" | "his" | "her" | "their")
    });
    if told && !wish {
        return None;
    }
    if !wish && let Some(found) = order(tokens, start, false) {
        return Some(found);
    }
    let only = tokens.len() <= 10
        && tokens.iter().skip(start).any(|token| matches!(token.low, "only" | "please" | "no"));
    let verb = matches!(word, "be" | "try" | "let" | "stay" | "think" | "do" | "make") || is_manner(word);
    // "You must", "you are Max": what the assistant is to be.
    (wish || only || verb || word == "you").then(|| about(tokens, start, matches!(word, "no")))?
}

/// An order at a place that lasts: one that says so, or one of how the assistant talks.
fn order(tokens: &[Token<'_>], at: usize, passing: bool) -> Option<Standing> {
    let word = |n: usize| low(tokens, at + n);
    let lasts = lasts(tokens, at);
    let firm = !passing || lasts;
    match (word(0), word(1)) {
        ("never", _) | ("always", _) => {
            let verb = skipped(tokens, at + 1);
            let manner = is_manner(low(tokens, verb));
            let told = if word(0) == "never" {
                listed(TOLD, low(tokens, verb))
            } else {
                listed(MOODS, low(tokens, verb))
            };
            let bare = tokens.get(verb).is_some_and(is_bare) || matches!(low(tokens, verb), "be" | "do");
            let full = manner || !rest(tokens, verb + 1).is_empty();
            (bare && !told && full).then(|| about(tokens, verb, word(0) == "never"))?
        }
        ("do", "n't" | "not") | ("not", _)
            if word(0) == "do" || at > 0 && matches!(low(tokens, at - 1), "you" | "please") =>
        {
            let verb = skipped(tokens, at + if word(0) == "do" { 2 } else { 1 });
            forbidden(tokens, verb, lasts, firm && word(0) == "do" || lasts)
        }
        ("no", "longer") => {
            let verb = at + 2;
            is_manner(low(tokens, verb)).then(|| about(tokens, verb, true))?
        }
        ("stop", "with") => firm.then(|| about(tokens, at + 2, true))?,
        ("stop", gerund) => {
            let known = of_gerund(gerund).is_some() && firm;
            (known && (lasts || !listed(POINTERS, word(2)))).then(|| about(tokens, at + 1, true))?
        }
        ("avoid", next) => {
            let passes = listed(POINTERS, next) || passes(tokens, at);
            (firm && !passes && tokens.len() <= at + 14).then(|| about(tokens, at + 1, true))?
        }
        ("no", "more") => {
            let idle = matches!(
                word(2),
                "than" | "questions" | "question" | "time" | "money" | "excuses" | "worries" | "thanks"
            );
            (firm && !idle && tokens.len() <= at + 8).then(|| about(tokens, at + 2, true))?
        }
        ("address" | "call", "me") if listed(ADDRESSES, word(2)) => about(tokens, at, false),
        ("refer", "to") if word(2) == "me" => about(tokens, at, false),
        ("you", _) => obliged(tokens, at),
        ("i" | "we", _) => wanted(tokens, at),
        // "Use metric units from now on."
        (verb, _) => {
            let held = (at + 1..tokens.len()).any(|n| marker(tokens, n).is_some());
            ((is_manner(verb) || verb == "be") && held).then(|| about(tokens, at, false))?
        }
    }
}

/// "Don't suggest pork": of how the assistant talks, and not of this moment.
fn forbidden(tokens: &[Token<'_>], verb: usize, lasts: bool, firm: bool) -> Option<Standing> {
    let word = low(tokens, verb);
    if !firm || is_consolation(tokens, verb) || !tokens.get(verb).is_some_and(is_bare) && word != "be" {
        return None;
    }
    if word == "be" {
        let manner = (verb + 1..verb + 4).any(|n| listed(WAYS, low(tokens, n)));
        return (manner || lasts).then(|| about(tokens, verb, true))?;
    }
    let object = low(tokens, verb + 1);
    let told = word == "tell"
        && matches!(object, "me" | "us")
        && matches!(low(tokens, verb + 2), "you" | "he" | "she" | "they" | "it" | "that");
    if told || !lasts && (!is_manner(word) || listed(POINTERS, object) || passes(tokens, verb)) {
        return None;
    }
    let alone = listed(ALONE, word);
    (alone || !rest(tokens, verb + 1).is_empty()).then(|| about(tokens, verb, true))?
}

/// "You must never ...", "you are always to ...".
fn obliged(tokens: &[Token<'_>], at: usize) -> Option<Standing> {
    let (modal, firm) = (low(tokens, at + 1), low(tokens, at + 2));
    let verb = match (modal, firm) {
        ("must" | "shall" | "should", "never" | "always" | "not" | "n't") => at + 3,
        ("are" | "'re", "never" | "always" | "not") if low(tokens, at + 3) == "to" => at + 4,
        _ => return None,
    };
    let please = modal != "should" || tokens.iter().any(|token| matches!(token.low, "please" | "me"));
    let verb = skipped(tokens, verb);
    let forbids = matches!(firm, "never" | "not" | "n't");
    (please && is_manner(low(tokens, verb)) && !passes(tokens, verb)).then(|| about(tokens, verb, forbids))?
}

/// "I want you to be blunt", "I don't want you to mention it", "I'd rather you didn't joke".
fn wanted(tokens: &[Token<'_>], at: usize) -> Option<Standing> {
    let you = (at + 1..at + 6).find(|&n| low(tokens, n) == "you")?;
    let wish = (at + 1..you).all(|n| {
        tokens.get(n).is_some_and(|token| token.is(ADVERB))
            || matches!(
                low(tokens, n),
                "want"
                    | "need"
                    | "would"
                    | "'d"
                    | "like"
                    | "prefer"
                    | "rather"
                    | "expect"
                    | "do"
                    | "n't"
                    | "not"
                    | "never"
                    | "it"
                    | "if"
            )
    });
    let denied = (at + 1..you + 4).any(|n| matches!(low(tokens, n), "n't" | "not" | "never" | "stop"));
    let always = (you + 1..you + 4).any(|n| {
        matches!(low(tokens, n), "always" | "never" | "stop" | "be" | "stay" | "treat" | "remember")
    });
    let verb = (you + 1..you + 5).find(|&n| {
        !matches!(
            low(tokens, n),
            "to" | "did" | "would" | "n't" | "not" | "never" | "always" | "stop" | "ever"
        )
    })?;
    let manner = is_manner(low(tokens, verb))
        || of_gerund(low(tokens, verb)).is_some()
        || matches!(low(tokens, verb), "be" | "stay");
    let whole = !listed(POINTERS, low(tokens, verb + 1)) && !passes(tokens, verb);
    (wish && (denied || always) && manner && whole).then(|| about(tokens, verb, denied))?
}

/// What an order is about: its words without those that every order may have.
fn about(tokens: &[Token<'_>], verb: usize, forbids: bool) -> Option<Standing> {
    let words = rest(tokens, verb);
    let mut key: Vec<String> = words.iter().filter(|word| !listed(IDLE, word)).cloned().collect();
    if key.is_empty() {
        key = words;
    }
    if key.is_empty() {
        return None;
    }
    let tongue = (verb..tokens.len()).any(|n| listed(TONGUES, low(tokens, n)));
    if tongue && !forbids && key.len() <= 3 {
        return Some(Standing { value: key, key: LANGUAGE.map(str::to_owned).to_vec(), forbids });
    }
    key.sort();
    key.dedup();
    Some(Standing { value: key.clone(), key, forbids })
}

fn rest(tokens: &[Token<'_>], from: usize) -> Vec<String> {
    content(tokens, from, tokens.len(), &[])
}

/// What one says to somebody who worries, and openings that are no order.
fn is_consolation(tokens: &[Token<'_>], verb: usize) -> bool {
    let up = low(tokens, verb) == "give" && matches!(low(tokens, verb + 1), "up" | "in" | "me" | "a" | "way");
    up || listed(CONSOLES, low(tokens, verb))
}

/// The verb behind "ever", "please" and other adverbs.
fn skipped(tokens: &[Token<'_>], mut at: usize) -> usize {
    while tokens
        .get(at)
        .is_some_and(|token| matches!(token.low, "ever" | "please" | "again" | "under") || token.is(ADVERB))
    {
        // "Under any circumstances"
        at += if low(tokens, at) == "under" { 3 } else { 1 };
    }
    at
}
