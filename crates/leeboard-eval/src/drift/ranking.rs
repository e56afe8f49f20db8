//! Labelled replies in the order of a detector's scores: AUROC by kind, and its intervals.
//!
//! Owns the ranking. Which replies rank is for `labels`.

use std::collections::BTreeMap;

use super::labels::{Label, Part};
use super::metrics::Series;
use crate::bootstrap::{self, Dice};

/// The ranked replies in the order of their scores.
pub(super) struct Ranking<'a> {
    /// Score, place of the label, its kind if it drifts.
    places: Vec<(f64, usize, Option<&'a str>)>,
}

impl<'a> Ranking<'a> {
    pub(super) fn of(labels: &[&'a Label], series: &Series) -> Self {
        let place = |(at, (label, score)): (usize, (&&'a Label, &f64))| match label.part() {
            Part::Negative => Some((*score, at, None)),
            Part::Positive => Some((*score, at, Some(label.kind.as_str()))),
            Part::WarmUp | Part::Between => None,
        };
        let mut places: Vec<_> = labels.iter().zip(&series.scores).enumerate().filter_map(place).collect();
        places.sort_by(|a, b| a.0.total_cmp(&b.0));
        Self { places }
    }

    /// AUROC by kind, and of all drift under `None`; label `n` counts `weights[n]` times.
    pub(super) fn aurocs(&self, weights: &[u32]) -> BTreeMap<Option<&'a str>, f64> {
        let weight = |at: usize| weights.get(at).copied().map_or(0.0, f64::from);
        let mut won: BTreeMap<Option<&str>, (f64, f64)> = BTreeMap::new();
        let mut below = 0.0;
        for group in self.places.chunk_by(|a, b| a.0 == b.0) {
            let beside: f64 =
                group.iter().filter(|place| place.2.is_none()).map(|place| weight(place.1)).sum();
            for &(_, at, kind) in group.iter().filter(|place| place.2.is_some()) {
                for name in [None, kind] {
                    let (sum, count) = won.entry(name).or_default();
                    *sum += weight(at) * (below + beside / 2.0);
                    *count += weight(at);
                }
            }
            below += beside;
        }
        let share = |(name, (sum, count)): (_, (f64, f64))| (name, sum / (count * below));
        won.into_iter().map(share).filter(|(_, auroc)| auroc.is_finite()).collect()
    }
}

/// Intervals of AUROC: conversations are drawn, since replies of one are not independent.
pub(super) fn intervals<'a>(
    labels: &[&'a Label],
    ranking: &Ranking<'a>,
    draws: usize,
) -> BTreeMap<Option<&'a str>, [f64; 2]> {
    let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
    let talks: Vec<usize> = labels
        .iter()
        .map(|label| {
            let next = numbers.len();
            *numbers.entry(&label.conversation).or_insert(next)
        })
        .collect();
    let mut dice = Dice::default();
    let mut drawn: BTreeMap<Option<&str>, Vec<f64>> = BTreeMap::new();
    for _ in 0..draws {
        let mut times = vec![0_u32; numbers.len()];
        for _ in 0..numbers.len() {
            times[dice.below(numbers.len())] += 1;
        }
        let weights: Vec<u32> = talks.iter().map(|&talk| times[talk]).collect();
        for (name, auroc) in ranking.aurocs(&weights) {
            drawn.entry(name).or_default().push(auroc);
        }
    }
    drawn.into_iter().filter_map(|(name, draws)| Some((name, bootstrap::interval(draws)?))).collect()
}
