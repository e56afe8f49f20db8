//! Quantities with a unit: "at most three sentences", "under 20 words a sentence".
//!
//! Owns the unit that a quantity is of, for the whole reply or for each part, and its bounds.

use super::super::measure::{Bound, Measure};
use super::super::reader::clause::Clause;
use super::super::reader::quantity::Quantity;
use super::super::reader::token::Token;
use super::super::reader::verbs::Act;
use super::features::{Before, suits};
use super::nouns::unit_at;
use super::{Reading, says, whole};

/// A quantity and its unit; the place after them.
pub(super) fn quantified(
    reading: &mut Reading<'_>,
    clause: &Clause,
    quantity: Quantity,
    (at, next): (usize, usize),
    last: &mut Before,
) -> Option<usize> {
    let tokens = &clause.tokens;
    let word = |at: usize| tokens.get(at).map(Token::word).unwrap_or_default();
    if at > 0
        && matches!(
            word(at - 1),
            "first"
                | "last"
                | "next"
                | "previous"
                | "top"
                | "these"
                | "those"
                | "other"
                | "every"
                | "than"
                | "number"
                | "step"
                | "grade"
                | "rule"
                | "average"
                | "averaging"
        )
    {
        return None;
    }
    // Up to three adjectives stand between the number and the unit.
    let unit = (next..next + 4)
        .take_while(|&at| at == next || !matches!(word(at - 1), "" | "of" | "in" | "per" | "for"))
        .find_map(|at| unit_at(tokens, at).map(|(measure, length)| (measure, at + length)));
    let mark = clause.act == Some(Act::Mark) || says(&whole(reading), &["highlighting", "highlighted"]);
    let marked = || {
        mark.then(|| {
            (next..next + 3).find(|&at| {
                matches!(
                    word(at),
                    "section" | "sections" | "words" | "phrases" | "parts" | "passages" | "terms"
                )
            })
        })
        .flatten()
    };
    let (mut measure, after) = match marked() {
        Some(at) => (Measure::Highlights, at + 1),
        None => unit?,
    };
    // "the user's three questions", "answer two questions": not the reply's own.
    let into = matches!(clause.act, Some(Act::Break | Act::Mark)) && at > 0 && word(at - 1) == "into";
    let asks = measure == Measure::Questions
        && matches!(clause.act, Some(Act::Reply | Act::Keep))
        && !reading.parsed.tokens.iter().any(|token| token.word().starts_with("answer"));
    if !(suits(clause.act, measure) || into || asks) || measure == Measure::Lists && quantity.plain {
        return Some(after);
    }
    measure = each(reading, clause, measure, at, after)?;
    let mut quantity = quantity.with_words_after(tokens, after);
    if clause.act == Some(Act::Exceed) && quantity.plain {
        quantity = Quantity { least: quantity.least.map(|n| n + 1), over: true, ..Quantity::default() };
    }
    let carried = quantity.plain
        && !clause.headed
        && last.quantity.is_some_and(|last| last.over || last.least.is_none());
    let post_negative = clause.negative || at > 0 && word(at - 1) == "not";
    let quantity = if carried {
        Quantity { most: quantity.most, ..Quantity::default() }
    } else {
        last.quantity = Some(quantity);
        if post_negative { quantity.forbidden()? } else { quantity }
    };
    bound(reading, clause, measure, quantity);
    Some(after)
}

/// The measure of a part where the limit is for each part: "sentences of at most 20 words".
fn each(
    reading: &Reading<'_>,
    clause: &Clause,
    measure: Measure,
    at: usize,
    after: usize,
) -> Option<Measure> {
    let tokens = &clause.tokens;
    let word = |at: usize| tokens.get(at).map(Token::word).unwrap_or_default();
    let part = |word: &str| match word {
        "sentence" | "sentences" => Some(Measure::Sentences),
        "paragraph" | "paragraphs" => Some(Measure::Paragraphs),
        "bullet" | "bullets" | "item" | "items" | "point" | "points" => Some(Measure::Bullets),
        "day" | "month" | "week" | "line" | "lines" | "title" | "titles" | "heading" | "headings"
        | "section" | "sections" | "summary" | "summaries" | "stanza" | "verse" => Some(Measure::Words),
        _ => None,
    };
    // The part that is limited stands before the quantity, in the clause or its head, or after
    // "per", "each", "in a".
    let all = &reading.parsed.tokens;
    let here = all.windows(2).position(|pair| {
        pair[0].word() == word(at) && pair.get(1).map(Token::word) == tokens.get(at + 1).map(Token::word)
    });
    let before = all
        .iter()
        .take(here.unwrap_or(0))
        .rev()
        .take(7)
        .take_while(|token| !matches!(token, Token::Mark(_)))
        .map(Token::word);
    // "Never let one exceed 25 words": what "one" is stands further in front.
    let meant = || all.iter().take(here.unwrap_or(0)).rev().take(30).map(Token::word).find_map(part);
    let one = clause.act == Some(Act::Exceed)
        && here.is_some_and(|here| {
            let from = here.saturating_sub(3);
            all.get(from..here).unwrap_or_default().iter().any(|token| matches!(token.word(), "one" | "any"))
        });
    let meant = if one { meant() } else { None };
    let before =
        before.take_while(|word| *word != "and" && *word != "in" && *word != "or").find_map(part).or(meant);
    let of_each = matches!(word(after), "per" | "each" | "in" | "a" | "every" | "for");
    let following = of_each.then(|| (after..after + 3).find_map(|at| part(word(at)))).flatten();
    match (before.or(following), measure) {
        (None, measure) => Some(measure),
        (Some(Measure::Sentences), Measure::Words) => Some(Measure::WordsPerSentence),
        (Some(Measure::Paragraphs), Measure::Words) => Some(Measure::WordsPerParagraph),
        (Some(Measure::Paragraphs), Measure::Sentences) => Some(Measure::SentencesPerParagraph),
        (Some(Measure::Bullets), Measure::Words) => Some(Measure::WordsPerItem),
        // "a paragraph in at most three sentences" and the like are read as they stand.
        (Some(part), measure) if part == measure => Some(measure),
        _ => None,
    }
}

/// The bounds that a quantity makes.
fn bound(reading: &mut Reading<'_>, clause: &Clause, measure: Measure, quantity: Quantity) {
    let text = matches!(measure, Measure::Words | Measure::Characters);
    let few = matches!(measure, Measure::Sentences | Measure::Paragraphs | Measure::Lines);
    let soft = quantity.loose;
    let limits = clause.act == Some(Act::Keep)
        || matches!(
            measure,
            Measure::WordsPerItem
                | Measure::WordsPerSentence
                | Measure::WordsPerParagraph
                | Measure::SentencesPerParagraph
        );
    match (quantity.least, quantity.most) {
        (Some(n), Some(most)) if n == most => {
            let at_most =
                !quantity.exact && (text || limits || few && n == 1 || measure == Measure::Questions);
            reading.count(clause, measure, if at_most { Bound::Max(n) } else { Bound::Exactly(n) }, soft);
        }
        (least, most) => {
            let least = least.filter(|&n| !(most.is_some() && (n <= 1 || limits && quantity.plain)));
            if let Some(n) = least {
                reading.count(clause, measure, Bound::Min(n), soft);
            }
            if let Some(n) = most {
                reading.count(clause, measure, Bound::Max(n), soft);
            }
        }
    }
}
