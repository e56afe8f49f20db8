//! Steps that are added between others, trade places or make room for something else.

use super::super::clause::low;
use super::changes::Reader;
use super::{StepState, TaskStep, words_of};
use crate::memory::facts::Fact;

impl Reader<'_> {
    /// "Add a step: pack the bags", "add packing the bags as step 11", "insert X after step 3".
    pub(super) fn added(&self) -> Option<Vec<Fact>> {
        let tokens = self.tokens;
        let verb = (0..tokens.len().min(6))
            .find(|&n| matches!(low(tokens, n), "add" | "insert" | "include" | "append"))?;
        let last = self.task.steps.iter().map(|step| step.number).max().unwrap_or_default();
        let label = self.task.label().to_owned();
        let named = self.named();
        let colon = (verb..tokens.len()).find(|&n| tokens.get(n).is_some_and(|token| token.is_mark(':')));
        let after = named.as_ref().and_then(|named| {
            let number = *named.numbers.first()?;
            match low(tokens, named.start.wrapping_sub(1)) {
                "after" | "behind" => Some(number),
                "before" => number.checked_sub(1),
                "as" => number.checked_sub(1).filter(|&before| before <= last),
                _ => (colon == Some(named.end)).then(|| number.saturating_sub(1)),
            }
        });
        let says_step = (verb..tokens.len()).find(|&n| matches!(low(tokens, n), "step" | "task" | "stage"));
        if after.is_none() && (says_step.is_none() || self.task.steps.is_empty()) {
            return None;
        }
        let text = match (colon, named.as_ref().filter(|named| named.start > verb + 1)) {
            (Some(colon), _) => self.written(colon + 1, tokens.len()),
            (None, Some(named)) => {
                let link = |&n: &usize| matches!(low(tokens, n), "as" | "after" | "before" | "behind");
                self.written(verb + 1, (verb..named.start).rev().find(link)?)
            }
            // "Add packing the bags as a last step."
            (None, None) => {
                let as_at = (verb..tokens.len()).rev().find(|&n| low(tokens, n) == "as")?;
                self.written(verb + 1, as_at)
            }
        };
        if text.split_whitespace().count() < 1 || text.is_empty() {
            return None;
        }
        let place = after.unwrap_or(last);
        let mut facts = Vec::new();
        for step in self.task.steps.iter().filter(|step| step.number > place) {
            facts.extend(self.put(&label, step.number + 1, step));
        }
        facts.push(self.from.step(&label, place + 1, &text, self.sentence.said()));
        Some(facts)
    }

    /// A step with its state at another number.
    pub(super) fn put(&self, label: &str, number: u32, step: &TaskStep<'_>) -> Vec<Fact> {
        let words = self.sentence.said();
        let mut moved = vec![self.from.step(label, number, &step.fact.shown, words)];
        match step.state {
            StepState::Open => {}
            StepState::Done => moved.push(self.from.progress(label, number, true, words)),
            StepState::Dropped => moved.iter_mut().for_each(|fact| fact.negated = true),
        }
        moved
    }

    /// "Let's swap the museum for the castle", "the castle instead of the museum": a step that is
    /// known by its words.
    pub(super) fn exchanged(&self) -> Option<Fact> {
        let tokens = self.tokens;
        let find =
            |from: usize, wanted: &[&str]| (from..tokens.len()).find(|&n| wanted.contains(&low(tokens, n)));
        let (old, new) = if let Some(verb) = find(0, &["swap", "replace", "exchange", "substitute"]) {
            let link = find(verb, &["for", "with", "by"])?;
            ((verb + 1, link), (link + 1, tokens.len()))
        } else {
            let at = find(0, &["instead"]).filter(|&at| low(tokens, at + 1) == "of")?;
            let comma = (at..tokens.len()).find(|&n| tokens.get(n).is_some_and(|token| token.is_mark(',')));
            match comma.filter(|_| at == 0) {
                Some(comma) => ((2, comma), (self.wish(comma + 1).unwrap_or(comma + 1), tokens.len())),
                None => {
                    let start = (0..at)
                        .rev()
                        .find(|&n| matches!(low(tokens, n), "do" | "have" | "'s" | "take" | "prefer"))?;
                    ((at + 2, tokens.len()), (start + 1, at))
                }
            }
        };
        let (old, new) = (self.written(old.0, old.1), self.written(new.0, new.1));
        let wanted = words_of(&old);
        if wanted.is_empty() || new.is_empty() {
            return None;
        }
        let mut fitting = self.task.live().filter(|step| {
            let words = words_of(&step.fact.shown);
            wanted.iter().all(|word| words.contains(word))
        });
        let step = fitting.next().filter(|_| fitting.next().is_none())?;
        let text = replaced(&step.fact.shown, &old, &new).unwrap_or(new);
        Some(self.from.step(step.fact.key.first()?, step.number, &text, self.sentence.said()))
    }
}

/// The text with the old words replaced, where it holds them as they are or with another article.
fn replaced(text: &str, old: &str, new: &str) -> Option<String> {
    let find = |old: &str, new: &str| {
        let at = text.to_ascii_lowercase().find(&old.to_ascii_lowercase())?;
        Some(format!("{}{new}{}", text.get(..at)?, text.get(at + old.len()..)?))
    };
    find(old, new).or_else(|| find(without_article(old), without_article(new)))
}

fn without_article(text: &str) -> &str {
    ["the ", "a ", "an ", "my ", "our "].iter().find_map(|article| text.strip_prefix(article)).unwrap_or(text)
}
