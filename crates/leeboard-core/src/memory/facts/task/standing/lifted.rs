//! What lifts a standing instruction: "you can use emojis again", "you need not cite sources any
//! more".
//!
//! Owns these turns of speech. They count only where there is an instruction that they speak of.

use super::super::super::clause::{content, low};
use super::super::super::orders::{behind_courtesies, is_manner, of_gerund};
use super::super::super::token::{Sentence, Token};
use super::super::super::value::Value;
use super::super::Origin;
use super::super::list::shorten;
use super::LANGUAGE;
use crate::memory::facts::{Fact, Facts, Slot};

/// What a sentence lifts: for each instruction that it speaks of, a fact that ends it and demands
/// nothing itself.
pub(in super::super) fn lifted(
    facts: &Facts,
    tokens: &[Token<'_>],
    sentence: &Sentence,
    from: Origin<'_>,
) -> Vec<Fact> {
    let Some(released) = lifts(tokens) else { return Vec::new() };
    let said = content(tokens, 0, tokens.len(), &[]);
    let about = |known: &&Fact| {
        let shared = known.key.iter().filter(|word| said.contains(word)).count();
        let least = if known.negated { 0.5 } else { 0.75 };
        let language = known.key == LANGUAGE
            && matches!(&known.value, Value::Words { words } if words.iter().all(|it| said.contains(it)));
        known.slot == Slot::Constraint
            && known.value != Value::None
            && (known.negated || released)
            && (language || shared as f64 >= least * known.key.len().max(1) as f64)
    };
    let shown = shorten(sentence.said());
    let lift = |known: &Fact| Fact {
        key: known.key.clone(),
        value: Value::None,
        negated: !known.negated,
        corrects: true,
        ..from.fact(Slot::Constraint, Vec::new(), &shown, sentence.said())
    };
    facts.valid().filter(about).map(lift).collect()
}

/// Whether a sentence lifts what it speaks of; true if it frees from a duty as well as allows.
fn lifts(tokens: &[Token<'_>]) -> Option<bool> {
    let word = |n: usize| low(tokens, n);
    let denied = tokens.iter().any(|token| matches!(token.low, "n't" | "not" | "never"));
    let frees = (0..tokens.len()).any(|n| match (word(n), word(n + 1), word(n + 2)) {
        ("you", "do", "n't" | "not") => matches!(word(n + 3), "have" | "need"),
        ("you", "need", "n't" | "not") => true,
        ("you", "no", "longer") => matches!(word(n + 3), "have" | "need"),
        ("no", "need", "to") | ("no", "longer", "needed" | "necessary" | "applies") => true,
        ("forget" | "ignore" | "drop" | "scrap", "what", "i") => true,
        ("forget" | "ignore" | "drop" | "scrap", "my" | "the" | "that", _) => (n + 2..n + 6)
            .any(|at| matches!(word(at), "rule" | "rules" | "request" | "instruction" | "ban" | "thing")),
        _ => false,
    });
    if frees {
        return Some(true);
    }
    let back = tokens.iter().any(|token| matches!(token.low, "again" | "anyway"))
        || tokens.windows(2).any(|pair| pair[0].low == "after" && pair[1].low == "all");
    let first = behind_courtesies(tokens, 0);
    let allows = (0..tokens.len()).any(|n| match (word(n), word(n + 1)) {
        ("you", "can" | "may" | "could") | ("feel", "free") => true,
        ("you", "are" | "'re") => matches!(word(n + 2), "allowed" | "free" | "welcome"),
        ("is" | "are" | "'s", next) => {
            let next = if matches!(next, "now" | "perfectly" | "all" | "totally" | "quite") {
                word(n + 2)
            } else {
                next
            };
            matches!(next, "fine" | "ok" | "okay" | "alright" | "right" | "allowed" | "welcome")
        }
        ("i", "do") => word(n + 2) == "n't" && word(n + 3) == "mind",
        _ => false,
    });
    let orders =
        back && (is_manner(word(first)) || of_gerund(word(first + 1)).is_some() && word(first) == "start");
    let minds = tokens.windows(2).any(|pair| pair[0].low == "n't" && pair[1].low == "mind");
    ((allows && (!denied || minds)) || orders && !denied).then_some(false)
}
