//! The posture that a reply asks for, with SRIP-03's thresholds.
//!
//! Owns the five postures and the measures that ask for them. A posture follows each reply; which
//! one the runtime holds for a while is decided in `held`.

use serde::{Deserialize, Serialize};

use crate::config::{Config, ControlConfig};
use crate::drift::Drift;
use crate::patterns::Attractor;
use crate::safety::Recovery;
use crate::session::Session;

/// How alert the runtime is, least severe first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "the postures of the standard")]
pub enum Posture {
    /// On course.
    #[default]
    Stable,
    /// Too much on course: the replies have become alike (SRIP-03 section 6.1).
    Crystallization,
    /// Drift was seen; correct gently.
    Reflective,
    /// Drift is strong; bring the conversation back.
    Recovery,
    /// Critical: contain before anything else.
    Contain,
}

impl Posture {
    /// The name in files and headers.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Stable => "stable",
            Self::Crystallization => "crystallization",
            Self::Reflective => "reflective",
            Self::Recovery => "recovery",
            Self::Contain => "contain",
        }
    }

    /// Distance from stable in [0, 1], in thirds; crystallization is as near as stable.
    #[must_use]
    pub fn severity(self) -> f64 {
        match self {
            Self::Stable | Self::Crystallization => 0.0,
            Self::Reflective => 1.0 / 3.0,
            Self::Recovery => 2.0 / 3.0,
            Self::Contain => 1.0,
        }
    }
}

/// A change of posture with its cause.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Transition {
    /// Before.
    pub from: Posture,
    /// After.
    pub to: Posture,
    /// Why, in words and figures.
    pub cause: String,
}

/// The posture that a judgement asks for: the most severe of what the index, DI and each metric
/// ask for (SRIP-03 sections 3 to 5), with the measure that decided.
#[must_use]
pub fn posture_for(drift: &Drift, config: &ControlConfig) -> (Posture, String) {
    let coherence = &drift.coherence;
    // Compression is bad when low: compare negated.
    let compression = coherence.compression.0;
    let measures = [
        ("drift index", drift.index, over(drift.index, config.index)),
        ("DI", drift.di, over(drift.di, config.index)),
        ("semantic drift", coherence.semantic_drift, over(coherence.semantic_drift, config.semantic_drift)),
        (
            "symbolic variation",
            coherence.symbolic_variation,
            over(coherence.symbolic_variation, config.symbolic_variation),
        ),
        (
            "posture distance",
            coherence.posture_distance,
            over(coherence.posture_distance, config.posture_distance),
        ),
        ("compression", compression, over(-compression, config.compression.map(|limit| -limit))),
    ];
    let decisive = measures.into_iter().rev().max_by_key(|&(_, _, posture)| posture);
    decisive.map_or((Posture::Stable, String::new()), |(name, value, posture)| {
        (posture, format!("{name} {value:.3}"))
    })
}

/// The posture that a measure over its limits (reflective, recovery, contain) asks for.
fn over(value: f64, [reflective, recovery, critical]: [f64; 3]) -> Posture {
    if value >= critical {
        Posture::Contain
    } else if value >= recovery {
        Posture::Recovery
    } else if value >= reflective {
        Posture::Reflective
    } else {
        Posture::Stable
    }
}

/// The posture that the index alone asks for.
pub(crate) fn posture_of_index(index: f64, config: &ControlConfig) -> Posture {
    over(index, config.index)
}

/// Posture after a reply, and the transition if it changed.
pub(crate) fn next_posture(
    session: &Session,
    drift: &Drift,
    attractor: Option<&Attractor>,
    recovery: Option<&Recovery>,
    config: &Config,
) -> Asked {
    let control = &config.control;
    let (mut posture, mut cause) = posture_for(drift, control);
    let rut = session.rut_cycles(control.crystallization_overlap) >= control.crystallization_cycles;
    let settled = attractor.is_some_and(|it| it.stability_index > control.crystallization_stability);
    if posture == Posture::Stable && rut && settled {
        posture = Posture::Crystallization;
        cause = format!(
            "term overlap over {} for {} cycles",
            control.crystallization_overlap, control.crystallization_cycles
        );
    }
    if let Some(recovery) = recovery.filter(|_| posture < Posture::Recovery) {
        (posture, cause) = (Posture::Recovery, recovery.cause.clone());
    }
    let from = session.posture();
    let transition = (posture != from).then(|| Transition { from, to: posture, cause: cause.clone() });
    Asked { posture, cause, transition }
}

/// What a reply asks for.
pub(crate) struct Asked {
    pub(crate) posture: Posture,
    pub(crate) cause: String,
    /// The change since the reply before.
    pub(crate) transition: Option<Transition>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drift::{Coherence, Compression};

    fn drift(index: f64) -> Drift {
        Drift { index, ..Drift::default() }
    }

    fn posture(drift: &Drift) -> Posture {
        posture_for(drift, &ControlConfig::default()).0
    }

    #[test]
    fn srip_03_section_3_thresholds_of_the_index() {
        let at = [
            (0.449, "stable"),
            (0.45, "reflective"),
            (0.599, "reflective"),
            (0.6, "recovery"),
            (0.7, "contain"),
        ];
        for (index, name) in at {
            assert_eq!(posture(&drift(index)).name(), name, "{index}");
        }
    }

    #[test]
    fn srip_03_section_3_thresholds_of_the_metrics() {
        let with = |coherence: Coherence| posture(&Drift { coherence, ..Drift::default() });
        let metric = |set: fn(&mut Coherence, f64), values: [f64; 4]| {
            values.map(|value| {
                let mut coherence = Coherence::default();
                set(&mut coherence, value);
                with(coherence)
            })
        };
        let all = [Posture::Stable, Posture::Reflective, Posture::Recovery, Posture::Contain];
        assert_eq!(metric(|c, v| c.semantic_drift = v, [0.34, 0.35, 0.45, 0.55]), all);
        assert_eq!(metric(|c, v| c.symbolic_variation = v, [0.39, 0.40, 0.55, 0.65]), all);
        assert_eq!(metric(|c, v| c.posture_distance = v, [0.24, 0.25, 0.35, 0.45]), all);
        assert_eq!(metric(|c, v| c.compression = Compression(v), [0.66, 0.65, 0.55, 0.45]), all);
    }
}
