//! An attractor: a pattern with its metadata, and where it stands in its life (SRIP-02).
//!
//! Owns the metadata and the lifecycle rules. Which cluster is which pattern is decided in `choose`.

use serde::{Deserialize, Serialize};

use super::phase;
use super::symbolic::Symbolic;
use crate::config::PatternConfig;
use crate::record::{Salt, Stamp};
use crate::text::round6;
use crate::time::Timestamp;

/// What kind of pattern it is (SRIP-02 section 4), by how it came to be. The names are the
/// standard's, the definitions ours; where several apply, the first of this list counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum AttractorType {
    /// It has taken in another pattern.
    Synthetic,
    /// It formed with a reply that a signal found to drift.
    Adversarial,
    /// It formed while the conversation was being brought back: posture reflective or more severe.
    Reflective,
    /// It formed with none of its motifs in what the user said: the replies brought it in.
    Generative,
    /// It formed of what both sides say.
    Symbolic,
}

/// Where a pattern stands in its life (SRIP-02 section 5).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(clippy::exhaustive_enums, reason = "the five states of the standard")]
pub enum Lifecycle {
    /// Motifs begin to recur.
    #[default]
    Forming,
    /// Drift under .35 and PSI over .8.
    Stable,
    /// Drift at or over .5, or PSD at or over .15.
    Reflective,
    /// Drift at or over .6, or PSI under .6.
    Recovery,
    /// Drift over .7, or a reset.
    Fragmenting,
}

impl Lifecycle {
    /// The name in traces.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Forming => "forming",
            Self::Stable => "stable",
            Self::Reflective => "reflective",
            Self::Recovery => "recovery",
            Self::Fragmenting => "fragmenting",
        }
    }
}

/// A pattern with the metadata of SRIP-02 section 4. All scores in [0, 1] unless said otherwise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Attractor {
    /// UUID (version 8: derived from the salt of the step that formed it).
    pub id: String,
    /// Its heaviest motifs, joined.
    pub name: String,
    /// Its kind.
    #[serde(rename = "type")]
    pub kind: AttractorType,
    /// Its motifs, heaviest first.
    pub motifs: Vec<String>,
    /// PSI (SRIP-08): mean over the last eight cycles of PRS.
    pub stability_index: f64,
    /// PSD: distance of PSI from its running mean, the expected PSI.
    pub phase_stability_delta: f64,
    /// Change of PSI since the last cycle.
    pub phase_shift_delta: f64,
    /// PCI: rises .05 a cycle, falls .2 when the pattern changes phase (ERI).
    pub phase_alignment: f64,
    /// Weight of its motifs as a share of the twenty heaviest.
    pub density: f64,
    /// The drift index of the cycle.
    pub drift_index: f64,
    /// Where it stands.
    pub lifecycle_state: Lifecycle,
    /// Cycles in a row that it has stood there, from 1.
    #[serde(default)]
    pub cycles_in_state: u32,
    /// Running mean of PSI, which keeps .9 a cycle: the expected PSI.
    pub expected_stability: f64,
    /// PRS of the cycle (SRIP-08): cosine of its phase vector, [stable, reflective, recovery], and
    /// the baseline [1, 0, 0].
    #[serde(default)]
    pub phase_resonance: f64,
    /// Angle in radians, from 0 to pi/2, between the mean phase vector of the last eight cycles and
    /// the baseline. SRIP-08: at most .15 in phase.
    #[serde(default)]
    pub deviation_angle: f64,
    /// Share of its motifs that the turn said.
    #[serde(default)]
    pub presence: f64,
    /// Cosine in [-1, 1] of the reply and the mean direction of the replies before it while the
    /// pattern was active. Absent without vectors.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nearness: Option<f64>,
    /// The figures of SRIP-07 and SRIP-10 for the cycle.
    #[serde(default)]
    pub symbolic: Symbolic,
    /// When it formed.
    pub created_at: Timestamp,
    /// When it was last active.
    pub updated_at: Timestamp,
    /// The turn in which it formed.
    pub origin_cycle: u32,
    /// The pattern that was active before it formed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent_id: Option<String>,
    /// Free labels.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
}

/// PSI from which the state of a pattern is nominal. SRIP-02.
const NOMINAL_PSI: f64 = 0.75;

/// What the running mean of PSI keeps per cycle.
const EXPECTED_KEEP: f64 = 0.9;

/// How many motifs make up the name.
const NAMED: usize = 3;

impl Attractor {
    /// Whether its stability is nominal: PSI from .75 up (SRIP-02).
    #[must_use]
    pub fn is_nominal(&self) -> bool {
        self.stability_index >= NOMINAL_PSI
    }
}

/// What a cycle tells the active pattern, whichever it is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cycle<'a> {
    pub(super) turn: u32,
    pub(super) drift_index: f64,
    /// PSI and the deviation angle.
    pub(super) phase: (f64, f64),
    /// Whether the conversation was reset with this cycle.
    pub(super) reset: bool,
    pub(super) symbolic: Symbolic,
    pub(super) stamp: Stamp,
    pub(super) config: &'a PatternConfig,
}

/// What the cycle's cluster is.
#[derive(Clone, Debug)]
pub(super) struct Core {
    pub(super) motifs: Vec<String>,
    pub(super) density: f64,
    pub(super) presence: f64,
    pub(super) nearness: Option<f64>,
    /// Its kind and parent, should it be new.
    pub(super) kind: AttractorType,
    pub(super) parent: Option<String>,
}

/// The pattern after a cycle, and the rule that gave its state. Without `old` it has just formed.
pub(super) fn step(old: Option<&Attractor>, core: Core, cycle: &Cycle<'_>) -> (Attractor, String) {
    let (psi, angle) = cycle.phase;
    let expected = old.map_or(psi, |old| old.expected_stability);
    let psd = (psi - expected).abs();
    let (state, cause) = lifecycle(cycle, psd, old.is_none());
    // Settling down is no phase change; leaving the settled state is one.
    let stays = old.is_some_and(|old| old.lifecycle_state == state);
    let changed = old.is_some_and(|old| old.lifecycle_state != Lifecycle::Forming) && !stays;
    let shift = if changed { -0.2 } else { 0.05 };
    let alignment = old.map_or(0.5, |old| (old.phase_alignment + shift).clamp(0.0, 1.0));
    let attractor = Attractor {
        id: old.map_or_else(|| uuid(cycle.stamp), |old| old.id.clone()),
        name: core.motifs.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", "),
        kind: old.map_or(core.kind, |old| old.kind),
        motifs: core.motifs,
        stability_index: round6(psi),
        phase_stability_delta: round6(psd),
        phase_shift_delta: round6(old.map_or(0.0, |old| (psi - old.stability_index).abs())),
        phase_alignment: round6(alignment),
        density: round6(core.density),
        drift_index: cycle.drift_index,
        lifecycle_state: state,
        cycles_in_state: old.filter(|_| stays).map_or(1, |old| old.cycles_in_state.saturating_add(1)),
        expected_stability: round6(EXPECTED_KEEP * expected + (1.0 - EXPECTED_KEEP) * psi),
        phase_resonance: round6(phase::resonance(phase::vector(cycle.drift_index, cycle.config))),
        deviation_angle: round6(angle),
        presence: round6(core.presence),
        nearness: core.nearness.map(round6),
        symbolic: cycle.symbolic,
        created_at: old.map_or(cycle.stamp.time, |old| old.created_at),
        updated_at: cycle.stamp.time,
        origin_cycle: old.map_or(cycle.turn, |old| old.origin_cycle),
        parent_id: old.map_or(core.parent, |old| old.parent_id.clone()),
        tags: old.map_or_else(Vec::new, |old| old.tags.clone()),
    };
    (attractor, cause)
}

/// The most severe state that a reset, drift, PSI or PSD ask for, and which of them did (SRIP-02
/// section 5).
fn lifecycle(cycle: &Cycle<'_>, psd: f64, new: bool) -> (Lifecycle, String) {
    let config = cycle.config;
    let [reflective, recovery, fragmenting] = config.drift;
    let (drift, (psi, _)) = (cycle.drift_index, cycle.phase);
    let by_drift = || format!("drift {drift:.3}");
    if cycle.reset {
        (Lifecycle::Fragmenting, "the conversation was reset".to_owned())
    } else if drift > fragmenting {
        (Lifecycle::Fragmenting, by_drift())
    } else if drift >= recovery {
        (Lifecycle::Recovery, by_drift())
    } else if psi < config.recovery_psi {
        (Lifecycle::Recovery, format!("stability {psi:.3}"))
    } else if drift >= reflective {
        (Lifecycle::Reflective, by_drift())
    } else if psd >= config.reflective_psd {
        (Lifecycle::Reflective, format!("stability {psi:.3}, {psd:.3} from the expected"))
    } else if !new && drift < config.stable_drift && psi > config.stable_psi {
        (Lifecycle::Stable, format!("drift {drift:.3}, stability {psi:.3}"))
    } else {
        (Lifecycle::Forming, format!("drift {drift:.3}, stability {psi:.3}: not settled"))
    }
}

/// A UUID of version 8 (RFC 9562) from the step's salt, so that the fold needs no randomness.
fn uuid(stamp: Stamp) -> String {
    let mut bytes = stamp.salt.nth(u8::MAX).0;
    bytes[6] = bytes[6] & 0x0f | 0x80;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex = Salt(bytes).to_string();
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..32])
}

#[cfg(test)]
mod tests;
