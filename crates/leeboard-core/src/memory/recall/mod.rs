//! Recall: which earlier messages a query is about.
//!
//! Owns the order of the work: a place in the conversation is looked up (`position`); else one
//! sweep over all messages (`scan`) chooses candidates, `features` says what speaks for each,
//! and the weights in the settings make one score of it. Does not cut to a budget; `prompt` does.

mod features;
mod names;
mod period;
mod position;
mod question;
mod scan;
#[cfg(test)]
mod tests;
mod why;

use super::Recalled;
use super::index::{Document, Index, Traits};
use crate::config::{MemoryConfig, RecallWeights};
use crate::text::round6;
use crate::time::Timestamp;
use crate::vector::Vector;

pub use features::{Evidence, FEATURES, best_cosine, evidence};
pub use names::without_names;

use question::Question;
use scan::Scan;

/// What is looked for.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "the caller builds it")]
pub struct Query<'a> {
    /// The user's words.
    pub text: &'a str,
    /// The vector of the text [`without_names`]; without it words alone decide.
    pub vector: Option<&'a Vector>,
    /// When it is asked, for "last week"; without it only dates are understood.
    pub now: Option<Timestamp>,
}

/// A message that a query is about.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Hit {
    /// The message's id.
    pub id: String,
    /// The turn it belongs to.
    pub turn: u32,
    /// How sure it is that the query is about this message, in [0, 1].
    pub score: f64,
    /// What speaks for it, for people.
    pub why: String,
}

impl Hit {
    /// The hit that a recalled message was.
    pub(crate) fn again(item: &Recalled) -> Self {
        Self { id: item.id.clone(), turn: item.turn, score: item.score, why: item.why.clone() }
    }
}

/// The `k` messages that fit a query best, best first; ties go to the older message.
#[must_use]
pub fn recall(index: &Index, query: &Query<'_>, k: usize, config: &MemoryConfig) -> Vec<Hit> {
    let mut places = position::read(query.text).map(|place| place.find(index)).unwrap_or_default();
    places.truncate(k);
    let at_place = |&place: &usize| {
        let document = index.documents().get(place)?;
        let why = format!("stands at the place asked for, turn {}", document.turn);
        Some(Hit { id: document.id.to_string(), turn: document.turn, score: 1.0, why })
    };
    let mut hits: Vec<Hit> = places.iter().filter_map(at_place).collect();
    let question = Question::read(index, query);
    let scan = Scan::of(index, &question, query, config);
    // What stands at a place asked for comes once.
    let ranked = ranked(index, &question, &scan, &config.recall, k + places.len());
    let others = ranked.into_iter().filter(|(found, _)| !places.contains(&found.place)).take(k - hits.len());
    let hit = |(found, score): (Evidence, f64)| {
        let document = index.documents().get(found.place)?;
        let why = why::why(&question, &scan, document, &found);
        Some(Hit { id: document.id.to_string(), turn: document.turn, score, why })
    };
    hits.extend(others.filter_map(hit));
    hits
}

/// The candidates for a prompt: three for each place, so that what is still in the window or
/// under the floor may drop out, and the trace can say why not.
pub(crate) fn recall_for_prompt(index: &Index, query: &Query<'_>, config: &MemoryConfig) -> Vec<Hit> {
    recall(index, query, config.max_results.saturating_mul(3), config)
}

/// Of the candidates that anything of the query speaks for the best, with their scores, best first.
fn ranked(
    index: &Index,
    question: &Question<'_>,
    scan: &Scan,
    weights: &RecallWeights,
    most: usize,
) -> Vec<(Evidence, f64)> {
    let by_feature = weights.features();
    let sum = |found: &Evidence| -> f64 {
        found.features.iter().zip(by_feature).map(|(feature, weight)| feature * weight).sum()
    };
    let found = features::weigh(index, question, scan);
    let covered = found.iter().map(Evidence::around).fold(0.0, f64::max);
    // Candidates are in the order of the conversation, and of equals the older is better.
    let spoken_for = found.iter().enumerate().filter(|(_, found)| found.is_any());
    let mut order: Vec<(f64, usize)> = spoken_for.map(|(at, found)| (sum(found), at)).collect();
    order.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    order.truncate(most);
    let rest = if scan.meaning.is_some() {
        let [factor, by_cover, by_cosine, constant] = weights.score;
        (factor, by_cover * covered + by_cosine * scan.best_cosine + constant)
    } else {
        let [factor, by_cover, constant] = weights.score_without_vectors;
        (factor, by_cover * covered + constant)
    };
    let score = |sum: f64| round6(1.0 / (1.0 + (-(rest.0 * sum + rest.1)).exp()));
    order.into_iter().filter_map(|(sum, at)| Some((*found.get(at)?, score(sum)))).collect()
}
