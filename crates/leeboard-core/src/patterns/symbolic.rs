//! Symbolic density and its kin (SRIP-07), and over-stability (SRIP-10).
//!
//! Owns the figures of one cycle and the rules for density. They are shown and measured; they ask
//! for nothing.

use serde::{Deserialize, Serialize};

use crate::drift::Coherence;
use crate::text::round6;

/// Cycles that the deviations look at, this one included.
const CYCLES: usize = 8;

/// What the density asks for (SRIP-07).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "the rules of the standard")]
pub enum DensityRule {
    /// Under .45: reflective, motifs are to be reinforced.
    Reinforce,
    /// From .45 to .85: it may stay as it is.
    #[default]
    Hold,
    /// Over .85: it is to be dampened.
    Dampen,
}

impl DensityRule {
    /// The name in traces.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Reinforce => "reinforce",
            Self::Hold => "hold",
            Self::Dampen => "dampen",
        }
    }

    /// What a symbolic density in [0, 1] asks for. SRIP-07: under .45 reinforce, over .85 dampen.
    #[must_use]
    pub fn of(density: f64) -> Self {
        if density < 0.45 {
            Self::Reinforce
        } else if density > 0.85 {
            Self::Dampen
        } else {
            Self::Hold
        }
    }

    /// Whether a density is where SRIP-07 wants it: from .5 to .8.
    #[must_use]
    pub fn is_optimal(density: f64) -> bool {
        (0.5..=0.8).contains(&density)
    }
}

/// How alike the replies have become (SRIP-10). Without vectors only terms are known, and the zone
/// is `equilibrium`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "the zones that two of the standard's three figures tell")]
pub enum Zone {
    /// Neither of the others.
    #[default]
    Equilibrium,
    /// Over-stable, a fault: the same terms and the same meaning again and again.
    Convergent,
    /// Falling apart: few terms in common and meanings that jump.
    Dispersive,
}

impl Zone {
    /// The name in traces.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Equilibrium => "equilibrium",
            Self::Convergent => "convergent",
            Self::Dispersive => "dispersive",
        }
    }

    /// The zone of a term overlap (TI) and a semantic coefficient (SDC). SRIP-10: convergent from
    /// TI > .85 and SDC < .03, dispersive from TI < .40 and SDC > .25; its third figure, the share of
    /// sentences with information gain, is not measured.
    #[must_use]
    pub fn of(term_overlap: f64, semantic_coefficient: Option<f64>) -> Self {
        match semantic_coefficient {
            Some(sdc) if term_overlap > 0.85 && sdc < 0.03 => Self::Convergent,
            Some(sdc) if term_overlap < 0.40 && sdc > 0.25 => Self::Dispersive,
            _ => Self::Equilibrium,
        }
    }
}

/// The figures of SRIP-07 and SRIP-10 for one cycle. SD and SCR stand with the coherence metrics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Symbolic {
    /// CD in [-1, 1]: the reply's compression (SCR) less its mean over the seven cycles before.
    /// SRIP-07: typically -.2 to .2. Our definition.
    pub compression_delta: f64,
    /// SC in [0, 1]: 1 - two standard deviations of the symbolic density over the last eight cycles
    /// (a deviation within [0, 1] is at most 1/2). SRIP-07: typically .7 to 1. Our definition.
    pub stability_coefficient: f64,
    /// DR in [0, 1]: the share of all weight that the cycle has moved to its own symbols, that is
    /// their share after it less their share before. SRIP-07: typically 0 to .15. Our definition.
    pub divergence_rate: f64,
    /// SDC in [0, 2]: 1 - the mean cosine of consecutive replies over the last ten (SRIP-10).
    /// Equilibrium: .05 to .15. Absent without vectors.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub semantic_coefficient: Option<f64>,
    /// What the symbolic density asks for.
    pub density_rule: DensityRule,
    /// How alike the replies have become.
    pub zone: Zone,
}

impl Symbolic {
    /// The figures of a cycle, with those of the cycles before it, newest first.
    pub(super) fn of(
        now: &Coherence,
        before: impl Iterator<Item = Coherence>,
        divergence_rate: f64,
        semantic_coefficient: Option<f64>,
    ) -> Self {
        let (mut densities, mut compression, mut count) = ([now.symbolic_density; CYCLES], 0.0, 0_usize);
        for (earlier, place) in before.zip(densities.iter_mut().skip(1)) {
            *place = earlier.symbolic_density;
            compression += earlier.compression.0;
            count += 1;
        }
        let densities = densities.get(..=count).unwrap_or_default();
        let delta = if count == 0 { 0.0 } else { now.compression.0 - compression / count as f64 };
        Self {
            compression_delta: round6(delta),
            stability_coefficient: round6((1.0 - 2.0 * deviation(densities)).clamp(0.0, 1.0)),
            divergence_rate: round6(divergence_rate.clamp(0.0, 1.0)),
            semantic_coefficient: semantic_coefficient.map(round6),
            density_rule: DensityRule::of(now.symbolic_density),
            zone: Zone::of(now.term_overlap, semantic_coefficient),
        }
    }
}

fn deviation(values: &[f64]) -> f64 {
    let count = values.len().max(1) as f64;
    let mean = values.iter().sum::<f64>() / count;
    (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / count).sqrt()
}

/// The weight of all symbols and of those of the cycle, each before and after it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Divergence {
    all: [f64; 2],
    own: [f64; 2],
}

impl Divergence {
    /// Takes in a symbol's weight before and after, and whether it occurred.
    pub(super) fn add(&mut self, before: f64, after: f64, occurred: bool) {
        for [old, new] in std::iter::once(&mut self.all).chain(occurred.then_some(&mut self.own)) {
            *old += before;
            *new += after;
        }
    }

    /// The divergence rate; 0 in the first cycle, where there is nothing to diverge from.
    pub(super) fn rate(&self) -> f64 {
        let ([before, after], [own_before, own_after]) = (self.all, self.own);
        if before > 0.0 && after > 0.0 {
            (own_after / after - own_before / before).clamp(0.0, 1.0)
        } else {
            0.0
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drift::Compression;

    fn coherence(density: f64, compression: f64) -> Coherence {
        Coherence { symbolic_density: density, compression: Compression(compression), ..Coherence::default() }
    }

    fn of(now: Coherence, before: &[Coherence]) -> Symbolic {
        Symbolic::of(&now, before.iter().copied(), 0.0, None)
    }

    #[test]
    fn srip_07_density_under_045_reinforces() {
        assert_eq!(
            [0.0, 0.449, 0.45].map(DensityRule::of),
            [DensityRule::Reinforce, DensityRule::Reinforce, DensityRule::Hold]
        );
    }

    #[test]
    fn srip_07_density_from_05_to_08_is_optimal_and_held() {
        assert_eq!(
            [0.49, 0.5, 0.65, 0.8, 0.81].map(DensityRule::is_optimal),
            [false, true, true, true, false]
        );
        assert!([0.5, 0.65, 0.8].iter().all(|&density| DensityRule::of(density) == DensityRule::Hold));
    }

    #[test]
    fn srip_07_density_over_085_dampens() {
        assert_eq!(
            [0.85, 0.851, 1.0].map(DensityRule::of),
            [DensityRule::Hold, DensityRule::Dampen, DensityRule::Dampen]
        );
    }

    #[test]
    fn srip_07_compression_delta_falls_when_a_reply_repeats_itself_more_than_usual() {
        let usual = [coherence(0.5, 0.8); 3];
        assert_eq!(of(coherence(0.5, 0.8), &usual).compression_delta, 0.0);
        assert_eq!(of(coherence(0.5, 0.6), &usual).compression_delta, -0.2);
        assert_eq!(of(coherence(0.5, 0.9), &usual).compression_delta, 0.1);
        assert_eq!(of(coherence(0.5, 0.6), &[]).compression_delta, 0.0);
    }

    #[test]
    fn srip_07_stability_coefficient_falls_when_density_jumps() {
        let calm = of(coherence(0.5, 1.0), &[coherence(0.5, 1.0); 7]).stability_coefficient;
        let jumps = of(coherence(1.0, 1.0), &[coherence(0.0, 1.0)]).stability_coefficient;
        let some = of(coherence(0.6, 1.0), &[coherence(0.4, 1.0)]).stability_coefficient;
        assert_eq!((calm, some, jumps), (1.0, 0.8, 0.0));
    }

    #[test]
    fn srip_07_divergence_rate_grows_with_what_is_new() {
        let rate = |symbols: &[(f64, f64)]| {
            let mut divergence = Divergence::default();
            for &(before, gain) in symbols {
                divergence.add(before, before * 0.5 + gain, gain > 0.0);
            }
            divergence.rate()
        };
        assert_eq!(rate(&[(4.0, 2.0), (4.0, 2.0)]), 0.0, "all gain alike: the shares stay");
        let (more, new) = (rate(&[(4.0, 2.0), (4.0, 0.0)]), rate(&[(4.0, 0.0), (4.0, 0.0), (0.0, 8.0)]));
        assert!(more > 0.1 && new > more, "{more} {new}");
    }

    #[test]
    fn srip_10_zones_need_both_figures() {
        assert_eq!(Zone::of(0.9, Some(0.02)), Zone::Convergent);
        assert_eq!(Zone::of(0.3, Some(0.3)), Zone::Dispersive);
        for (overlap, sdc) in [(0.9, None), (0.9, Some(0.1)), (0.6, Some(0.1)), (0.3, Some(0.02))] {
            assert_eq!(Zone::of(overlap, sdc), Zone::Equilibrium, "{overlap} {sdc:?}");
        }
    }
}
