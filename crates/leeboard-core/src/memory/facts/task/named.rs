//! Which steps a sentence names: "step 3", "steps 1 and 2", "the last step".

use super::super::clause::low;
use super::super::token::Kind;
use super::changes::Reader;
use super::list;
use crate::number;

/// Steps that one sentence names, at most.
const MOST_NAMED: usize = 40;

/// The steps that some words name: their numbers, and the tokens that name them.
pub(super) struct Named {
    pub(super) label: String,
    pub(super) numbers: Vec<u32>,
    pub(super) start: usize,
    pub(super) end: usize,
}

impl Reader<'_> {
    /// The steps that the sentence names first: "step 3", "steps 1 and 2", "the third step".
    pub(super) fn named(&self) -> Option<Named> {
        (0..self.tokens.len()).find_map(|at| self.named_at(at))
    }

    fn named_at(&self, at: usize) -> Option<Named> {
        let tokens = self.tokens;
        let numbers = |at: usize| {
            tokens.get(at).and_then(|token| token.low.parse().ok().or_else(|| number::word(token.low)))
        };
        let place = number::ordinal(low(tokens, at))
            .filter(|_| !tokens.get(at).is_some_and(|token| token.kind == Kind::Number));
        if let Some(place) = place.or_else(|| self.last(at)) {
            let label = self.label(low(tokens, at + 1))?;
            let the = usize::from(at > 0 && low(tokens, at - 1) == "the");
            return Some(Named { label, numbers: vec![place], start: at - the, end: at + 2 });
        }
        let label = self.label(low(tokens, at))?;
        let mut found = vec![numbers(at + 1).filter(|number| *number > 0)?];
        let mut end = at + 2;
        loop {
            let (link, next) = (low(tokens, end), numbers(end + 1));
            let comma = tokens.get(end).is_some_and(|token| token.is_mark(','));
            match next {
                Some(next) if link == "and" || link == "&" || comma => found.push(next),
                Some(next) if matches!(link, "to" | "through" | "-" | "–") && next < 100 => {
                    let first = found.last().copied().unwrap_or(next);
                    found.extend(first.saturating_add(1)..=next);
                }
                _ => break,
            }
            end += 2;
        }
        let the = usize::from(at > 0 && low(tokens, at - 1) == "the");
        found.truncate(MOST_NAMED);
        Some(Named { label, numbers: found, start: at - the, end })
    }

    /// The number of "the last step".
    fn last(&self, at: usize) -> Option<u32> {
        let last = matches!(low(self.tokens, at), "last" | "final")
            .then(|| self.task.live().map(|step| step.number).max());
        last.flatten()
    }

    /// What the plan calls its steps, if a word names one. A plan of weeks also has items.
    fn label(&self, word: &str) -> Option<String> {
        let plan = self.task.label();
        match list::label(word) {
            Some("step") => Some(plan.to_owned()),
            Some(label) => (label == plan && !self.task.steps.is_empty()).then(|| label.to_owned()),
            None => (matches!(word, "item" | "point" | "items" | "points" | "task" | "tasks")
                && !self.task.steps.is_empty())
            .then(|| plan.to_owned()),
        }
    }
}
