//! Counted words and letters: "the word tide at least three times".
//!
//! Owns what is counted, where it stands in the sentence, and how often.

use super::super::RuleKind;
use super::super::measure::{Bound, Measure};
use super::super::reader::clause::Clause;
use super::super::reader::quantity::{self, Quantity};
use super::super::reader::token::Token;
use super::super::reader::verbs::{self, Act};
use super::nouns::noun_at;
use super::phrases::NAMES_WORDS;
use super::{Reading, says, whole};

/// "the word tide at least three times", "mention safety twice", "the letter e under 4 times".
pub(super) fn counted(reading: &mut Reading<'_>, clause: &Clause) -> bool {
    let tokens = &reading.parsed.tokens;
    let word = |at: usize| tokens.get(at).map(Token::word).unwrap_or_default();
    let end = tokens.len().min(400);
    let Some(quantity) = (0..end).find_map(|at| {
        let (quantity, next) = quantity::quantity_at(tokens, at)?;
        let named = matches!(word(next), "times" | "time" | "instances" | "occurrences");
        let adverb = matches!(word(next - 1), "once" | "twice" | "thrice");
        (named || adverb && word(next) != "a").then(|| {
            let exact = quantity.plain && named;
            Quantity {
                exact: exact || quantity.exact,
                ..quantity.with_words_after(tokens, next + usize::from(named))
            }
        })
    }) else {
        return false;
    };
    let letter = (0..end).find(|&at| matches!(word(at), "letter" | "letters"));
    let named = (0..end).find(|&at| {
        NAMES_WORDS.contains(&word(at))
            && !matches!(word(at + 1), "" | "should" | "must" | "in" | "at" | "with")
            || NAMES_WORDS.contains(&word(at)) && matches!(tokens.get(at + 1), Some(Token::Quote(_)))
    });
    let quote = tokens.iter().find(|token| matches!(token, Token::Quote(_)));
    let target = letter
        .or(named)
        .and_then(|at| tokens.get(at + 1))
        .filter(|token| !matches!(token, Token::Mark(_)))
        .or(quote)
        .map(Token::written)
        .or_else(|| {
            let verb = (0..end)
                .find(|&at| matches!(verbs::act(word(at)), Some(Act::Say | Act::Include | Act::Use)))?;
            let after = (verb + 1..end)
                .find(|&at| !matches!(word(at), "the" | "a" | "your" | "name" | "of" | "user's"))?;
            (quantity::quantity_at(tokens, after).is_none() && !word(after).is_empty() && word(after) != "it")
                .then(|| tokens[after].written())
        });
    let verb = (0..end).find(|&at| matches!(verbs::act(word(at)), Some(Act::Include | Act::Use)));
    let object = verb.map(|at| at + 1 + usize::from(matches!(word(at + 1), "a" | "an" | "the")));
    if let Some((measure, _)) = object.and_then(|at| noun_at(tokens, at)).filter(|_| quote.is_none()) {
        let quantity = if clause.negative { quantity.forbidden() } else { Some(quantity) };
        let bound = quantity.map(bounds);
        for bound in bound.into_iter().flatten() {
            reading.count(clause, measure, bound, false);
        }
        return true;
    }
    let capitals = says(
        &whole(reading),
        &["all capital letters", "capital letters", "all caps", "capital words", "uppercase"],
    );
    let Some(target) = target.or_else(|| capitals.then(String::new)) else { return false };
    let quantity = if clause.negative { quantity.forbidden() } else { Some(quantity) };
    let Some(quantity) = quantity else { return false };
    let push = |bound: Bound| {
        if capitals && named.is_none_or(|at| word(at) == "words") && quote.is_none() {
            return reading.push(clause, RuleKind::Count(Measure::CapitalWords, bound));
        }
        let kind = match (letter, target.chars().next()) {
            (Some(_), Some(first)) if target.chars().count() == 1 => RuleKind::Letter(first, bound),
            _ => RuleKind::Phrase(target.clone(), bound),
        };
        reading.push(clause, kind);
    };
    bounds(quantity).for_each(push);
    true
}

/// The bounds that a quantity makes, one or two.
fn bounds(quantity: Quantity) -> impl Iterator<Item = Bound> {
    let exact = quantity.least.filter(|_| quantity.least == quantity.most).map(Bound::Exactly);
    let least = quantity.least.filter(|_| exact.is_none()).map(Bound::Min);
    let most = quantity.most.filter(|_| exact.is_none()).map(Bound::Max);
    exact.into_iter().chain(least).chain(most)
}

/// "Never use the letter e".
pub(super) fn lettered(reading: &mut Reading<'_>, clause: &Clause) -> bool {
    let tokens = &reading.parsed.tokens;
    let at = tokens.iter().take(60).position(|token| token.word() == "letter");
    let letter = at.and_then(|at| tokens.get(at + 1)).map(Token::written).unwrap_or_default();
    let Some(first) = letter.chars().next().filter(|_| clause.negative && letter.chars().count() == 1) else {
        return false;
    };
    reading.push(clause, RuleKind::Letter(first, Bound::Max(0)));
    true
}
