//! The active attractor: the stable pattern that the heaviest motifs form (SRIP-02).
//!
//! Owns its metadata and lifecycle. One is active at a time; it is a reading of the
//! conversation, not a command to it.

use serde::{Deserialize, Serialize};

use super::motif::Motifs;
use crate::config::PatternConfig;
use crate::record::{Salt, Stamp};
use crate::text::round6;
use crate::time::Timestamp;

/// What kind of pattern it is (SRIP-02 section 4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum AttractorType {
    /// Formed by what both sides keep coming back to: all that is detected so far.
    Symbolic,
}

/// Where a pattern stands in its life (SRIP-02 section 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(clippy::exhaustive_enums, reason = "the five states of the standard")]
pub enum Lifecycle {
    /// Motifs begin to recur.
    Forming,
    /// Drift under .35 and PSI over .8.
    Stable,
    /// Drift at or over .5, or PSD at or over .15.
    Reflective,
    /// Drift at or over .6, or PSI under .6.
    Recovery,
    /// Drift over .7.
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

/// A pattern with the metadata of SRIP-02 section 4. All scores in [0, 1].
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
    /// PSI (SRIP-08): mean over the last eight cycles of the cosine between the cycle's phase
    /// vector, (1 - index, index) as far as it is stable and as far as it is not, and the
    /// baseline (1, 0).
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
    /// Running mean of PSI.
    pub expected_stability: f64,
    /// When it formed.
    pub created_at: Timestamp,
    /// When it was last updated.
    pub updated_at: Timestamp,
    /// The turn in which it formed.
    pub origin_cycle: u32,
    /// The pattern it grew out of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent_id: Option<String>,
    /// Free labels.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
}

/// What a cycle tells the pattern.
pub(super) struct Cycle<'a> {
    pub(super) turn: u32,
    pub(super) motifs: &'a Motifs,
    pub(super) drift_index: f64,
    /// Drift indices of the cycles before, newest first.
    pub(super) earlier: Vec<f64>,
    pub(super) stamp: Stamp,
    pub(super) config: &'a PatternConfig,
}

/// What the running mean of PSI keeps per cycle.
const EXPECTED_KEEP: f64 = 0.9;

/// Cycles that PSI is the mean over.
const PHASE_CYCLES: usize = 8;

/// Motifs whose weight the density is a share of.
const FIELD: usize = 20;

/// The active pattern after a cycle; `None` until enough motifs recur.
pub(super) fn update(before: Option<&Attractor>, cycle: &Cycle<'_>) -> Option<Attractor> {
    let core: Vec<(&String, f64)> = cycle
        .motifs
        .ranked()
        .filter(|(_, motif)| motif.recurrence >= cycle.config.min_recurrence)
        .take(cycle.config.attractor_motifs)
        .map(|(name, motif)| (name, motif.weight))
        .collect();
    if core.len() < cycle.config.attractor_motifs.min(3) {
        return None;
    }
    let motifs: Vec<String> = core.iter().map(|(name, _)| (*name).clone()).collect();
    let field: f64 = cycle.motifs.ranked().take(FIELD).map(|(_, motif)| motif.weight).sum();
    let density = round6(core.iter().map(|(_, weight)| weight).sum::<f64>() / field.max(f64::MIN_POSITIVE));
    // Half of the motifs gone is another pattern; it remembers which it grew out of.
    let same = before.filter(|old| 2 * shared(&old.motifs, &motifs) >= old.motifs.len());
    let psi = phase_stability(cycle);
    let expected = same.map_or(psi, |old| old.expected_stability);
    let state = lifecycle(cycle, psi, (psi - expected).abs(), same.is_none());
    // Settling down is no phase change; leaving the settled state is one.
    let changed =
        same.is_some_and(|old| old.lifecycle_state != state && old.lifecycle_state != Lifecycle::Forming);
    let step = if changed { -0.2 } else { 0.05 };
    let alignment = same.map_or(0.5, |old| (old.phase_alignment + step).clamp(0.0, 1.0));
    Some(Attractor {
        id: same.map_or_else(|| uuid(cycle.stamp), |old| old.id.clone()),
        name: motifs.iter().take(3).map(String::as_str).collect::<Vec<_>>().join(", "),
        kind: AttractorType::Symbolic,
        motifs,
        stability_index: round6(psi),
        phase_stability_delta: round6((psi - expected).abs()),
        phase_shift_delta: round6(same.map_or(0.0, |old| (psi - old.stability_index).abs())),
        phase_alignment: round6(alignment),
        density,
        drift_index: cycle.drift_index,
        lifecycle_state: state,
        expected_stability: round6(EXPECTED_KEEP * expected + (1.0 - EXPECTED_KEEP) * psi),
        created_at: same.map_or(cycle.stamp.time, |old| old.created_at),
        updated_at: cycle.stamp.time,
        origin_cycle: same.map_or(cycle.turn, |old| old.origin_cycle),
        parent_id: same.map_or_else(|| before.map(|old| old.id.clone()), |old| old.parent_id.clone()),
        tags: same.map_or_else(Vec::new, |old| old.tags.clone()),
    })
}

/// Mean phase resonance of the last cycles (SRIP-08).
fn phase_stability(cycle: &Cycle<'_>) -> f64 {
    let resonance = |index: f64| (1.0 - index) / (1.0 - index).hypot(index);
    let seen = || std::iter::once(&cycle.drift_index).chain(&cycle.earlier).take(PHASE_CYCLES);
    seen().map(|&index| resonance(index)).sum::<f64>() / seen().count() as f64
}

/// The most severe state that drift, PSI or PSD ask for (SRIP-02 section 5).
fn lifecycle(cycle: &Cycle<'_>, psi: f64, psd: f64, new: bool) -> Lifecycle {
    let config = cycle.config;
    let [reflective, recovery, fragmenting] = config.drift;
    let drift = cycle.drift_index;
    if drift > fragmenting {
        Lifecycle::Fragmenting
    } else if drift >= recovery || psi < config.recovery_psi {
        Lifecycle::Recovery
    } else if drift >= reflective || psd >= config.reflective_psd {
        Lifecycle::Reflective
    } else if !new && drift < config.stable_drift && psi > config.stable_psi {
        Lifecycle::Stable
    } else {
        Lifecycle::Forming
    }
}

fn shared(one: &[String], other: &[String]) -> usize {
    one.iter().filter(|name| other.contains(name)).count()
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
mod tests {
    use super::*;

    fn run(drifts: &[f64]) -> Vec<Attractor> {
        let config = PatternConfig::default();
        let mut motifs = Motifs::default();
        let symbols = ["keel", "sail", "mast", "helm", "tide"].map(|name| (name.to_owned(), 2)).into();
        let mut active = None;
        let mut seen = Vec::new();
        for (turn, (n, &drift_index)) in (1..).zip(drifts.iter().enumerate()) {
            motifs.observe(turn, &symbols, config.motif_keep, config.max_motifs);
            let stamp = Stamp { time: Timestamp(i64::from(turn)), salt: Salt::from_text("s") };
            let earlier = drifts[..n].iter().rev().copied().collect();
            let cycle = Cycle { turn, motifs: &motifs, drift_index, earlier, stamp, config: &config };
            active = update(active.as_ref(), &cycle);
            seen.extend(active.clone());
        }
        seen
    }

    #[test]
    fn srip_02_section_5_lifecycle() {
        let states = |drifts: &[f64]| run(drifts).last().map(|attractor| attractor.lifecycle_state);
        assert_eq!(states(&[0.1]), None, "nothing has recurred yet");
        assert_eq!(states(&[0.1; 2]), Some(Lifecycle::Forming));
        assert_eq!(states(&[0.1; 6]), Some(Lifecycle::Stable));
        assert_eq!(states(&[0.1, 0.1, 0.1, 0.5]), Some(Lifecycle::Reflective));
        assert_eq!(states(&[0.1, 0.1, 0.1, 0.6]), Some(Lifecycle::Recovery));
        assert_eq!(states(&[0.1, 0.1, 0.1, 0.71]), Some(Lifecycle::Fragmenting));
    }

    #[test]
    fn eri_alignment_falls_a_fifth_at_a_phase_change_from_the_top_too() {
        let mut drifts = vec![0.1; 20];
        drifts.push(0.8);
        let seen = run(&drifts);
        let [.., before, after] = &seen[..] else { panic!("two patterns") };
        assert_eq!((before.phase_alignment, after.phase_alignment), (1.0, 0.8));
    }

    #[test]
    fn identity_of_a_pattern_survives_a_bad_turn() {
        let seen = run(&[0.1, 0.1, 0.1, 0.8, 0.1]);
        assert!(seen.windows(2).all(|pair| pair[0].id == pair[1].id));
        assert_eq!(seen[0].origin_cycle, 2);
        assert_eq!(seen[0].id.len(), 36);
        assert!(seen[1].phase_alignment > seen[0].phase_alignment);
        assert!(seen[2].phase_alignment < seen[1].phase_alignment, "leaving the settled state");
        assert!(seen[2].phase_shift_delta > 0.1, "{:?}", seen[2]);
    }
}
