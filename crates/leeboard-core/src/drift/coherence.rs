//! The coherence metrics of SRIP-03 section 3, with our definitions where it gives only a range.
//!
//! Owns semantic drift (SDI), symbolic variation (SV), posture distance (PD), semantic
//! compression (SCR) and the composite DI = (SDI + SV + PD) / (3 SCR). Reported beside the
//! index; see `docs/concepts/drift.md`.

use std::collections::{BTreeSet, VecDeque};

use serde::{Deserialize, Serialize};

use super::{Situation, off_topic};
use crate::control;

/// The parts of SRIP-03's composite, and symbolic density, for one cycle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Coherence {
    /// SDI in [0, 1]: `1 / (1 + exp(3.5 - z))`, z the reply's distance to the request in
    /// standard deviations above the conversation's usual; 0 where that cannot be measured.
    pub semantic_drift: f64,
    /// SV in [0, 1]: four times the variance of symbolic density over the last eight cycles
    /// (a variance within [0, 1] is at most 1/4).
    pub symbolic_variation: f64,
    /// PD in [0, 1]: distance of the postures that the last four replies asked for from the
    /// usual one, the mean over the last 32; each as a severity (stable 0, reflective 1/3,
    /// recovery 2/3, contain 1) by the index alone, so that it cannot feed on itself.
    pub posture_distance: f64,
    /// SCR in (0, 1]: distinct content terms per content term, mean over windows of 50.
    pub compression: Compression,
    /// Symbolic density in [0, 1]: the share of the reply's content terms that are motifs.
    pub symbolic_density: f64,
    /// Terminological isometry (TI, SRIP-10) in [0, 1]: the share of the reply's distinct terms
    /// that stood in the last five replies.
    pub term_overlap: f64,
}

/// Semantic compression in (0, 1]; 1 (nothing repeated) where there is nothing to measure.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(transparent)]
#[expect(clippy::exhaustive_structs, reason = "a number with its own default")]
pub struct Compression(pub f64);

impl Default for Compression {
    fn default() -> Self {
        Self(1.0)
    }
}

impl Coherence {
    /// DI = (SDI + SV + PD) / (3 SCR), clamped to [0, 1]. SRIP-03 section 3.
    #[must_use]
    pub fn di(&self) -> f64 {
        let sum = self.semantic_drift + self.symbolic_variation + self.posture_distance;
        let di = sum / (3.0 * self.compression.0);
        if di.is_finite() { di.clamp(0.0, 1.0) } else { 0.0 }
    }
}

/// Cycles whose density makes the variation.
const VARIATION_CYCLES: usize = 8;

/// Terms per window of the compression; a whole long reply would look repetitive by its length.
const COMPRESSION_WINDOW: usize = 50;

pub(super) fn measure(situation: &Situation<'_>, topic_distance: Option<f64>) -> Coherence {
    let session = situation.session;
    let deviation = topic_distance.and_then(|distance| off_topic::deviation(situation, distance));
    let semantic_drift = deviation.map_or(0.0, |z| 1.0 / (1.0 + (3.5 - z).exp()));
    let symbolic_density = density(situation);
    let recent = session.history().iter().rev().take(VARIATION_CYCLES - 1);
    let densities: Vec<f64> =
        recent.map(|cycle| cycle.coherence.symbolic_density).chain([symbolic_density]).collect();
    Coherence {
        semantic_drift: crate::text::round6(semantic_drift),
        symbolic_variation: crate::text::round6((4.0 * variance(&densities)).min(1.0)),
        posture_distance: crate::text::round6(posture_distance(situation)),
        compression: Compression(crate::text::round6(compression(&situation.reply_text.terms))),
        symbolic_density: crate::text::round6(symbolic_density),
        term_overlap: crate::text::round6(session.recent_terms().overlap(&situation.reply_text.terms)),
    }
}

/// Cycles that make the recent and the usual posture.
const RECENT_CYCLES: usize = 4;
const USUAL_CYCLES: usize = 32;

fn posture_distance(situation: &Situation<'_>) -> f64 {
    let control = &situation.config.control;
    let asked: Vec<f64> = situation
        .session
        .history()
        .iter()
        .rev()
        .take(USUAL_CYCLES)
        .map(|cycle| control::posture_of_index(cycle.index, control).severity())
        .collect();
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len().max(1) as f64;
    (mean(&asked[..asked.len().min(RECENT_CYCLES)]) - mean(&asked)).abs()
}

/// The distinct terms of the last few replies, part of the fold.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RecentTerms(VecDeque<BTreeSet<String>>);

impl RecentTerms {
    /// Replies that are remembered.
    const REPLIES: usize = 5;

    /// Takes in a reply's terms.
    pub fn add(&mut self, terms: &[String]) {
        self.0.push_back(terms.iter().cloned().collect());
        if self.0.len() > Self::REPLIES {
            self.0.pop_front();
        }
    }

    /// The share of distinct terms that the last replies hold; 0 for none.
    fn overlap(&self, terms: &[String]) -> f64 {
        let distinct: BTreeSet<&String> = terms.iter().collect();
        let known = distinct.iter().filter(|term| self.0.iter().any(|reply| reply.contains(**term))).count();
        known as f64 / distinct.len().max(1) as f64
    }
}

fn density(situation: &Situation<'_>) -> f64 {
    let terms = &situation.reply_text.terms;
    if terms.is_empty() {
        return 0.0;
    }
    let motifs = situation.session.motifs();
    let known = terms.iter().filter(|term| motifs.recurs(term, &situation.config.patterns)).count();
    known as f64 / terms.len() as f64
}

fn variance(values: &[f64]) -> f64 {
    if values.len() < 2 {
        return 0.0;
    }
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / values.len() as f64
}

fn compression(terms: &[String]) -> f64 {
    if terms.is_empty() {
        return 1.0;
    }
    let windows: Vec<f64> = terms
        .chunks(COMPRESSION_WINDOW)
        .filter(|window| window.len() == COMPRESSION_WINDOW || terms.len() < COMPRESSION_WINDOW)
        .map(|window| window.iter().collect::<BTreeSet<_>>().len() as f64 / window.len() as f64)
        .collect();
    windows.iter().sum::<f64>() / windows.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn di_follows_the_published_formula_and_stays_in_range() {
        let coherence = Coherence {
            semantic_drift: 0.3,
            symbolic_variation: 0.2,
            posture_distance: 0.1,
            compression: Compression(0.8),
            symbolic_density: 0.5,
            term_overlap: 0.0,
        };
        assert!((coherence.di() - 0.6 / 2.4).abs() < 1e-12);
        let broken = Coherence { compression: Compression(0.0), ..coherence };
        assert!(broken.di() <= 1.0);
    }

    #[test]
    fn compression_falls_when_terms_repeat() {
        let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        assert!((compression(&words("a b c d")) - 1.0).abs() < 1e-12);
        assert!((compression(&words("a a b b")) - 0.5).abs() < 1e-12);
        assert!((compression(&[]) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn overlap_counts_terms_of_the_last_five_replies() {
        let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let mut recent = RecentTerms::default();
        assert_eq!(recent.overlap(&words("a b")), 0.0);
        recent.add(&words("a"));
        assert_eq!(recent.overlap(&words("a b a")), 0.5);
        for _ in 0..RecentTerms::REPLIES {
            recent.add(&words("c"));
        }
        assert_eq!(recent.overlap(&words("a b")), 0.0);
    }

    #[test]
    fn variance_needs_two_values() {
        assert_eq!(variance(&[0.7]), 0.0);
        assert!((variance(&[0.0, 1.0]) - 0.25).abs() < 1e-12);
    }
}
