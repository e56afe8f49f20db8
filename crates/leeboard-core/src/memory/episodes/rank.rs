//! What each sentence of a stretch weighs: how central it is, and what it says of the user.
//!
//! Centrality is that of LexRank's degree with continuous weights (Erkan and Radev 2004): the
//! sum of a sentence's TF-IDF cosines with all sentences. That sum is one product with the sum of
//! all unit vectors, so that ranking takes as long as reading. Owns the weights; `choose` picks.

use std::collections::BTreeMap;

use super::SummaryLine;
use crate::memory::facts::{Facts, Source};
use crate::message::Role;
use crate::text;

/// A sentence that could stand in a summary.
#[derive(Clone, Copy)]
pub(super) struct Sentence<'a> {
    pub(super) turn: u32,
    pub(super) message: &'a str,
    pub(super) role: Role,
    pub(super) text: &'a str,
}

impl<'a> Sentence<'a> {
    /// A sentence that stands in a summary already.
    pub(super) fn again(line: &'a SummaryLine) -> Self {
        Self { turn: line.turn, message: &line.message, role: line.role, text: &line.text }
    }
}

/// A sentence with its weight and its direction.
pub(super) struct Ranked<'a> {
    pub(super) sentence: Sentence<'a>,
    /// In [0, 2].
    pub(super) weight: f64,
    /// TF-IDF by term, of length 1, terms ascending.
    direction: Vec<(u32, f64)>,
}

impl Ranked<'_> {
    /// The share of its terms that stand in another sentence, in [0, 1]. Not the cosine: sentences
    /// of one form differ in their rarest terms, which make most of their direction.
    pub(super) fn repeated_in(&self, other: &Self) -> f64 {
        let stands = |id: u32| other.direction.binary_search_by_key(&id, |&(other, _)| other).is_ok();
        let shared = self.direction.iter().filter(|&&(id, _)| stands(id)).count();
        shared as f64 / self.direction.len().max(1) as f64
    }
}

/// What the assistant's sentences weigh beside the user's: it mostly elaborates on what the user
/// has brought up. Our choice; nothing was fitted.
const ASSISTANT: f64 = 0.6;

/// Distinct content terms that a sentence has at least; "Yes, do that." says nothing by itself.
const FEWEST_TERMS: usize = 3;

/// Weighs the sentences, in their order; those that say too little are left out.
pub(super) fn ranked<'a>(sentences: Vec<Sentence<'a>>, facts: &Facts) -> Vec<Ranked<'a>> {
    let mut ids: BTreeMap<String, u32> = BTreeMap::new();
    // In how many sentences each term stands.
    let mut spread: Vec<f64> = Vec::new();
    let mut read: Vec<(Sentence<'a>, BTreeMap<u32, f64>)> = Vec::new();
    for sentence in sentences {
        let mut counts: BTreeMap<u32, f64> = BTreeMap::new();
        for term in text::terms(sentence.text) {
            let next = u32::try_from(ids.len()).unwrap_or(u32::MAX);
            let id = *ids.entry(term).or_insert(next);
            *counts.entry(id).or_default() += 1.0;
        }
        spread.resize(ids.len(), 0.0);
        for &id in counts.keys() {
            if let Some(count) = spread.get_mut(id as usize) {
                *count += 1.0;
            }
        }
        read.push((sentence, counts));
    }
    let all = read.len() as f64;
    let rarity = |id: u32| spread.get(id as usize).map_or(0.0, |count| ((all + 1.0) / (count + 0.5)).ln());
    read.retain(|(_, counts)| counts.len() >= FEWEST_TERMS);
    let directions: Vec<Vec<(u32, f64)>> = read.iter().map(|(_, counts)| unit(counts, rarity)).collect();
    let mut sum = vec![0.0; ids.len()];
    for &(id, value) in directions.iter().flatten() {
        if let Some(total) = sum.get_mut(id as usize) {
            *total += value;
        }
    }
    let central = |direction: &[(u32, f64)]| -> f64 {
        direction.iter().map(|&(id, value)| value * sum.get(id as usize).copied().unwrap_or_default()).sum()
    };
    let centralities: Vec<f64> = directions.iter().map(|direction| central(direction)).collect();
    let most = centralities.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
    read.into_iter()
        .zip(directions)
        .zip(centralities)
        .map(|(((sentence, _), direction), centrality)| {
            let speaker = if sentence.role == Role::Assistant { ASSISTANT } else { 1.0 };
            let weight = speaker * centrality / most + importance(&sentence, facts);
            Ranked { sentence, weight, direction }
        })
        .collect()
}

fn unit(counts: &BTreeMap<u32, f64>, rarity: impl Fn(u32) -> f64) -> Vec<(u32, f64)> {
    let weighed: Vec<(u32, f64)> = counts.iter().map(|(&id, count)| (id, count * rarity(id))).collect();
    let length = weighed.iter().map(|(_, value)| value * value).sum::<f64>().sqrt().max(f64::MIN_POSITIVE);
    weighed.into_iter().map(|(id, value)| (id, value / length)).collect()
}

/// The importance of what a sentence states of the user, in [0, 1]; 0 where it states nothing
/// that still holds.
fn importance(sentence: &Sentence<'_>, facts: &Facts) -> f64 {
    let own = facts.valid().filter(|fact| {
        fact.source == Source::User && fact.turn == sentence.turn && fact.message == sentence.message
    });
    let here = own.filter(|fact| sentence.text.contains(fact.words.trim()));
    here.map(|fact| fact.importance()).fold(0.0, f64::max)
}
