//! Nouns without a number: what a clause forbids or demands by naming it.
//!
//! Owns which nouns mean a form of the reply, and which some particular thing. Numbers are in
//! `lengths`.

use super::super::RuleKind;
use super::super::measure::{Bound, Measure};
use super::super::reader::clause::Clause;
use super::super::reader::condition::Condition;
use super::super::reader::token::Token;
use super::super::reader::verbs::Act;
use super::features::suits;
use super::nouns::unit_at;
use super::{Found, Reading, joined, says, whole};

/// Words that say how much of a thing or which sort of it is meant: no bound, and no thing of its own.
const VAGUE: &[&str] = &[
    "bad",
    "big",
    "complex",
    "complicated",
    "endless",
    "excess",
    "excessive",
    "large",
    "lengthy",
    "long",
    "many",
    "needless",
    "overly",
    "too",
    "unclear",
    "unnecessary",
];

/// Adverbs that say how a thing is used, not whether.
const MEASURED: &[&str] = &[
    " sparingly ",
    " correctly ",
    " carefully ",
    " properly ",
    " wisely ",
    " moderately ",
    " judiciously ",
    " in moderation ",
    " accurately ",
    " consistently ",
];

/// A noun without a number.
pub(super) fn named(
    reading: &mut Reading<'_>,
    clause: &Clause,
    measure: Measure,
    at: usize,
    (forbids, local): (bool, bool),
    edge: bool,
) {
    let word = |at: usize| clause.tokens.get(at).map(Token::word).unwrap_or_default();
    let before = at.checked_sub(1).map(word).unwrap_or_default();
    // "the price list", "your question": some particular thing, not a form of reply.
    let particular = matches!(
        before,
        "the"
            | "this"
            | "that"
            | "these"
            | "those"
            | "my"
            | "our"
            | "their"
            | "price"
            | "customer"
            | "mailing"
            | "shopping"
            | "contact"
            | "guest"
            | "user's"
            | "final"
            | "same"
            | "to"
    ) && matches!(
        word(at),
        "list" | "table" | "question" | "questions" | "link" | "links" | "header" | "headings" | "lists"
    );
    let act = if local { Some(Act::Use) } else { clause.act };
    let person = matches!(measure, Measure::FirstPerson | Measure::SecondPerson);
    // "a semicolon at least twice" was counted before.
    let counted = |found: &Found| matches!(found.kind, RuleKind::Count(other, _) if other == measure);
    if reading.found.iter().take(4).any(counted) {
        return;
    }
    let fits = suits(act, measure) || person && matches!(act, Some(Act::Reply | Act::Say | Act::Call));
    if particular
        || edge
        || !fits
        || act == Some(Act::Exceed)
        || VAGUE.contains(&before)
        || edits(reading, clause)
    {
        return;
    }
    if MEASURED.iter().any(|adverb| joined(clause).contains(adverb)) {
        return;
    }
    if matches!(clause.act, Some(Act::Reply)) && measure == Measure::Questions {
        return;
    }
    if measure == Measure::Questions
        && says(
            &joined(clause),
            &[
                "answer",
                "answering",
                "answered",
                "dodge",
                "dodging",
                "ignore",
                "ignoring",
                "follow up questions from",
            ],
        )
    {
        return;
    }
    if (word(at) == "code" || word(at) == "markdown" && unit_at(&clause.tokens, at + 1).is_some()) && !forbids
    {
        return;
    }
    if clause.only && clause.condition == Condition::WhenAsked {
        // Only when asked for: not otherwise.
        let clause = Clause { condition: Condition::UnlessAsked, ..clause.clone() };
        return forbid(reading, &clause, measure, at);
    }
    if forbids {
        forbid(reading, clause, measure, at);
    } else if !person
        && !matches!(
            measure,
            Measure::AiTalk
                | Measure::Profanity
                | Measure::Apologies
                | Measure::Greetings
                | Measure::CapitalWords
                | Measure::Dashes
                | Measure::Parentheses
                | Measure::QuotationMarks
                | Measure::Colons
                | Measure::Ellipses
        )
    {
        require(reading, clause, measure);
    }
}

/// "Remove commas from the user's text": the text is not the reply.
fn edits(reading: &Reading<'_>, clause: &Clause) -> bool {
    let whole = whole(reading);
    clause.act == Some(Act::Avoid)
        && says(&whole, &["from the", "from their", "from a", "from any", "from user"])
        && !says(
            &whole,
            &["from the use", "from the reply", "from the response", "from the answer", "from the output"],
        )
}

fn forbid(reading: &mut Reading<'_>, clause: &Clause, measure: Measure, at: usize) {
    let words = joined(clause);
    let word = |at: usize| clause.tokens.get(at).map(Token::word).unwrap_or_default();
    match measure {
        Measure::Bullets if says(&whole(reading), &["numbered", "numbers"]) && !forbids_numbers(reading) => {
            reading.count(clause, Measure::Bullets, Bound::Max(0), false);
        }
        Measure::Bullets => reading.count(clause, Measure::Lists, Bound::Max(0), false),
        Measure::Markdown => {
            if word(at) == "formatting"
                && !says(&words, &["markdown", "formatting", "any formatting", "rich"])
            {
                return;
            }
            reading.count(clause, Measure::Markdown, Bound::Max(0), false);
        }
        Measure::Headings if says(&words, &["email headers", "http headers", "request headers"]) => {}
        Measure::CodeBlocks | Measure::Tables if word(at + 1) == "of" => {}
        // "no bold claims", "no link between".
        Measure::Bold
            if !matches!(
                word(at + 1),
                "" | "text"
                    | "type"
                    | "font"
                    | "face"
                    | "words"
                    | "in"
                    | "anywhere"
                    | "formatting"
                    | "or"
                    | "for"
                    | "markup"
                    | "markdown"
            ) => {}
        Measure::Urls if matches!(word(at + 1), "between" | "to") && word(at) == "link" => {}
        Measure::Greetings => reading.count(clause, Measure::Greetings, Bound::Max(0), false),
        measure => reading.count(clause, measure, Bound::Max(0), false),
    }
}

/// Whether numbered lists are forbidden in the sentence too.
fn forbids_numbers(reading: &Reading<'_>) -> bool {
    reading
        .parsed
        .clauses
        .iter()
        .any(|clause| clause.negative && says(&joined(clause), &["numbered", "numbers"]))
}

/// Something that each reply shall have; a bare imperative allows rather than demands.
fn require(reading: &mut Reading<'_>, clause: &Clause, measure: Measure) {
    let whole = whole(reading);
    let demands = clause.strong
        || clause.act == Some(Act::Include)
        || says(
            &whole,
            &[
                "always",
                "must",
                "every reply",
                "each reply",
                "every response",
                "every answer",
                "each answer",
                "each response",
                "every message",
            ],
        );
    let fits = matches!(clause.act, Some(Act::Use | Act::Include | Act::Wrap | Act::Ask))
        || clause.only
        || matches!(clause.act, Some(Act::Reply)) && says(&joined(clause), &["in", "as", "with"]);
    let asks = measure == Measure::Questions
        && !(clause.act == Some(Act::Ask) && demands || clause.act == Some(Act::Include));
    if fits && !asks && clause.condition != Condition::UnlessAsked {
        reading.count(clause, measure, Bound::Min(1), !demands);
    }
}
