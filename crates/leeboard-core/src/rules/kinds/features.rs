//! Counts and prohibitions: "at most three sentences", "no emoji", "lists are forbidden".
//!
//! Owns which noun with which verb is a rule, and how quantities bound it.

use super::super::measure::{Bound, Measure};
use super::super::reader::clause::Clause;
use super::super::reader::quantity::{self, Quantity};
use super::super::reader::token::Token;
use super::super::reader::verbs::Act;
use super::lengths::quantified;
use super::named::named;
use super::nouns::{noun_at, unit_at};
use super::{Reading, actions};

/// Words at which what a clause names ends: the rest says what it is about.
const CUT: &[&str] = &[
    "about",
    "who",
    "which",
    "whose",
    "because",
    "since",
    "regarding",
    "concerning",
    "that",
    "so",
    "whom",
    "from",
    "until",
    "copied",
    "than",
    "containing",
];
/// Words that forbid what follows them in an affirmative clause.
const FORBIDS: &[&str] =
    &["no", "without", "zero", "never", "nor", "neither", "instead", "avoid", "avoiding", "not", "minus"];

/// What the clause before said, for a clause that goes on with it.
#[derive(Default)]
pub(super) struct Before {
    pub(super) quantity: Option<Quantity>,
    /// It forbade by a word of its own: "free of lists and headings".
    forbids: bool,
}

/// Reads the nouns of a clause. `last` is the quantity before it in the sentence; `edge` says
/// that what the clause names stands at the beginning or end.
pub(super) fn read(reading: &mut Reading<'_>, clause: &Clause, last: &mut Before, edge: bool) {
    let tokens = &clause.tokens;
    let word = |at: usize| tokens.get(at).map(Token::word).unwrap_or_default();
    let mut local = !clause.headed && !clause.negative && last.forbids;
    let mut forbids = clause.negative || local;
    let mut at = 0;
    while at < tokens.len() {
        let here = word(at);
        if at > 0
            && CUT.contains(&here)
            && !(here == "than" && word(at - 1) == "rather")
            && !(here == "from" && word(at - 1) == "free")
        {
            break;
        }
        if matches!(here, "such" | "like" | "e.g" | "including") && !forbids {
            break;
        }
        let quantity = quantity::quantity_at(tokens, at);
        let after =
            quantity.and_then(|(quantity, next)| quantified(reading, clause, quantity, (at, next), last));
        if let Some(after) = after {
            at = after;
            continue;
        }
        let free = here == "free" && matches!(word(at + 1), "of" | "from");
        let rather = here == "rather" && word(at + 1) == "than" || here == "over" && clause.soft;
        if (FORBIDS.contains(&here)
            && word(at + 1) != "only"
            && word(at + 1) != "just"
            && !(here == "no" && matches!(word(at + 1), "need" | "matter" | "problem" | "one" | "other")))
            || free
            || rather
        {
            // Forbidden twice is something else.
            if clause.negative && !matches!(here, "nor" | "neither") {
                break;
            }
            forbids = true;
            local = true;
        }
        if let Some((measure, length)) = noun_at(tokens, at) {
            if let Some(after) = limited(reading, clause, measure, at + length) {
                at = after;
                continue;
            }
            // "emoji-free".
            let free = word(at + length) == "free" && !clause.negative;
            let (forbids, local) = (forbids || free, local || free);
            named(reading, clause, measure, at, (forbids, local), edge);
            at += length;
            continue;
        }
        at += 1;
    }
    last.forbids = local;
    actions::read(reading, clause);
}

/// "Limit emojis to one": the noun stands before its number.
fn limited(reading: &mut Reading<'_>, clause: &Clause, measure: Measure, at: usize) -> Option<usize> {
    let word = |at: usize| clause.tokens.get(at).map(Token::word).unwrap_or_default();
    if clause.act != Some(Act::Keep) || clause.negative {
        return None;
    }
    let from = at + usize::from(word(at) == "to");
    let (quantity, after) = quantity::quantity_at(&clause.tokens, from)?;
    if from == at && quantity.plain || unit_at(&clause.tokens, after).is_some() {
        return None;
    }
    if let Some(n) = quantity.most {
        reading.count(clause, measure, Bound::Max(n), quantity.loose);
    }
    Some(after)
}

/// Whether a verb has such things as its object.
pub(super) fn suits(act: Option<Act>, measure: Measure) -> bool {
    match act {
        None | Some(Act::Use | Act::Include | Act::Avoid | Act::Exceed | Act::Wrap) => true,
        Some(Act::Reply | Act::Keep | Act::Mark) => measure != Measure::Questions,
        Some(Act::Ask) => measure == Measure::Questions,
        Some(Act::Start) => measure == Measure::Greetings,
        Some(Act::End) => matches!(
            measure,
            Measure::Questions
                | Measure::Words
                | Measure::Sentences
                | Measure::ExclamationMarks
                | Measure::Emoji
        ),
        Some(Act::Say) => matches!(measure, Measure::Profanity | Measure::Apologies | Measure::Urls),
        _ => false,
    }
}
