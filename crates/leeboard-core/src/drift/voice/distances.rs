//! How far a voice lies from the usual, and what that says.
//!
//! Owns the sum that makes evidence of distances and its description for people. The distances
//! are measured by the baseline.

use super::table::{BIAS, FEATURES, Feature, NOVELTY_WEIGHTS};
use super::vocabulary::NOVELTY;

/// The z of novelty counts between these.
const NOVELTY_CLIP: (f64, f64) = (-3.0, 3.0);

/// What a feature that cannot be judged adds: half the mean of ln(1 + z^2) for a standard normal z.
const USUAL: f64 = 0.267;

/// How a reply's voice, or that of several, lies to the usual: z by feature, in the order of the
/// table, and of the novelty measures.
#[derive(Clone, Debug, Default)]
pub(in crate::drift) struct Distances {
    pub(in crate::drift) features: Vec<Option<f64>>,
    pub(super) novelty: Vec<f64>,
}

impl Distances {
    /// Evidence in log-odds that somebody else wrote this: every feature's ln(1 + z^2), so that
    /// none decides alone, weighted by how well it tells writers apart.
    pub(in crate::drift) fn evidence(&self) -> f64 {
        let style: f64 = self.features.iter().zip(&FEATURES).map(|(z, row)| contribution(*z, row)).sum();
        let (least, most) = NOVELTY_CLIP;
        let novelty = self.novelty.iter().zip(NOVELTY_WEIGHTS);
        BIAS + style + novelty.map(|(z, weight)| weight * z.clamp(least, most)).sum::<f64>()
    }

    /// What speaks most for it, for people.
    pub(in crate::drift) fn describe(&self) -> Vec<String> {
        let features = self.features.iter().zip(&FEATURES).filter_map(|(z, row)| {
            let side = if (*z)? > 0.0 { "more" } else { "fewer" };
            Some((contribution(*z, row), row.name, (*z)?.abs(), side))
        });
        let novelty = self.novelty.iter().zip(NOVELTY).zip(NOVELTY_WEIGHTS);
        let novelty = novelty.filter(|((z, _), _)| **z > 0.0);
        let novelty = novelty.map(|((z, (name, _)), weight)| (weight * z, name, *z, "more"));
        let mut all: Vec<(f64, &str, f64, &str)> = features.chain(novelty).collect();
        all.sort_by(|a, b| b.0.total_cmp(&a.0));
        let part = |&(_, name, z, side): &(f64, &str, f64, &str)| {
            let side = if LENGTHS.contains(&name) {
                if side == "more" { "longer" } else { "shorter" }
            } else {
                side
            };
            format!("{name}: {side}, {z:.1} deviations")
        };
        all.iter().take(3).map(part).collect()
    }
}

/// Features that are longer or shorter, not more or fewer.
const LENGTHS: [&str; 6] = [
    "length",
    "words per sentence",
    "last sentence",
    "shortest sentence",
    "longest sentence",
    "words per paragraph",
];

fn contribution(z: Option<f64>, row: &Feature) -> f64 {
    match z {
        None => USUAL * (row.above + row.below),
        Some(z) if z > 0.0 => row.above * (z * z).ln_1p(),
        Some(z) => row.below * (z * z).ln_1p(),
    }
}
