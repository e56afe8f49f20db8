//! The form of a reply - length, lists, headings - and what is usual in this conversation.
//!
//! Owns the sample and its running baseline, which is part of the fold. What a distance from it
//! means is the business of `consistency`; how a reply sounds is `voice`.

use serde::{Deserialize, Serialize};

use super::Running;
use crate::text::{self, Analysis};

/// The measures: ln(words), the square of list items per line - a reply that is all list differs
/// from prose with a list in it -, ln(1 + headings).
const MEASURES: usize = 3;

/// The spread to expect before a conversation has shown its own. These and the bounds were
/// calibrated on recorded dialogues, see `docs/concepts/drift.md`.
const SPREAD: [f64; MEASURES] = [0.3, 0.2, 0.25];

/// A measure counts at most this many standard deviations: where something was never seen, any
/// amount of it is far out.
const BOUND: [f64; MEASURES] = [12.0, 12.0, 8.0];

/// One reply's form.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FormSample([f64; MEASURES]);

/// How far a reply's form lies from the usual, in standard deviations with sign.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct FormDistance {
    pub(crate) length: f64,
    pub(crate) lists: f64,
    pub(crate) headings: f64,
}

/// The form that a conversation has shown.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FormBaseline([Running; MEASURES]);

impl FormSample {
    /// Measures a reply.
    pub(crate) fn of(reply: &str, analysis: &Analysis) -> Self {
        let lines = || reply.lines().filter(|line| !line.trim().is_empty());
        let items = lines().filter(|line| text::is_list_item(line)).count() as f64;
        let headings = lines().filter(|line| text::is_heading(line)).count() as f64;
        let words = analysis.words.len().max(1) as f64;
        Self([words.ln(), (items / lines().count().max(1) as f64).powi(2), headings.ln_1p()])
    }
}

impl FormBaseline {
    /// Takes in an accepted reply.
    pub(crate) fn add(&mut self, sample: &FormSample, keep: f64) {
        for (running, &value) in self.0.iter_mut().zip(&sample.0) {
            running.add(value, keep);
        }
    }

    /// Takes in a flagged reply with a small weight, so that a form that has changed for good
    /// becomes the usual one in the end.
    pub(crate) fn nudge(&mut self, sample: &FormSample, weight: f64) {
        for (running, &value) in self.0.iter_mut().zip(&sample.0) {
            running.nudge(value, weight);
        }
    }

    /// Replies taken in.
    pub(crate) fn count(&self) -> u32 {
        self.0[0].count
    }

    /// Words that a reply usually has; 1 before the first.
    pub(crate) fn usual_words(&self) -> f64 {
        self.0[0].mean.exp()
    }

    pub(crate) fn distance(&self, sample: &FormSample) -> FormDistance {
        let z = |at: usize| self.0[at].z(sample.0[at], SPREAD[at]).clamp(-BOUND[at], BOUND[at]);
        FormDistance { length: z(0), lists: z(1), headings: z(2) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(text: &str) -> FormSample {
        FormSample::of(text, &Analysis::of(text))
    }

    #[test]
    fn what_is_unusual_lies_far_out_and_what_is_usual_does_not() {
        let prose = "The tide turns at six, and we wait by the quay until the slack water comes.";
        let mut usual = FormBaseline::default();
        for _ in 0..8 {
            usual.add(&sample(prose), 0.97);
        }
        let same = usual.distance(&sample(prose));
        assert_eq!((same.length, same.lists, same.headings), (0.0, 0.0, 0.0));
        let other = usual.distance(&sample("# Tide\n- six\n- noon"));
        assert!(other.lists > 2.0 && other.headings > 2.0 && other.length < -3.0, "{other:?}");
    }

    #[test]
    fn an_empty_reply_has_a_finite_form() {
        assert!(sample("").0.iter().all(|value| value.is_finite()));
    }
}
