//! Signal `consistency`: an unasked change of form.
//!
//! Raw measure: how far lists, headings or length lie above the conversation's usual, in
//! standard deviations, lists and headings at half weight since they come in bursts. One-sided:
//! a plainer or shorter reply is no fault. What the user asked for in this message does not
//! count.

use super::request::Asked;
use super::voice::{FEATURES, feature};
use super::{Finding, Signal, Situation};

/// What is watched, with weights.
const LENGTH: (usize, f64) = (feature::LENGTH, 1.0);
const LISTS: (usize, f64) = (feature::LISTS, 0.5);
const HEADINGS: (usize, f64) = (feature::HEADINGS, 0.5);

pub(super) fn judge(situation: &Situation<'_>, asked: Asked) -> Finding {
    let distances = match situation.voice_distances() {
        Ok(distances) => distances,
        Err(reason) => return Finding::abstain(reason),
    };
    let mut watched = Vec::new();
    if !asked.format {
        watched.extend([LISTS, HEADINGS]);
    }
    if !asked.length {
        watched.push(LENGTH);
    }
    let weighed = watched
        .into_iter()
        .filter_map(|(feature, weight)| distances.get(feature).map(|z| (feature, weight * z)))
        .max_by(|a, b| a.1.total_cmp(&b.1));
    let Some((feature, raw)) = weighed else {
        return Finding::abstain("the user asked for another form");
    };
    Finding::scored(Signal::Consistency, situation.config.drift.consistency.score(raw), || {
        let name = FEATURES.get(feature).map_or("form", |(name, _)| name);
        format!("unasked change of form: {name} far above the usual in this conversation")
    })
}
