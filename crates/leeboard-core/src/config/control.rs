//! Settings of the postures and of memory's invariants.

use serde::{Deserialize, Serialize};

use super::{HeldConfig, LadderConfig};

/// Posture thresholds (SRIP-03 sections 4 and 5) and the correction ladder.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct ControlConfig {
    /// Index or DI for reflective, recovery, contain. SRIP-03 section 3: .45, .60, .70.
    pub index: [f64; 3],
    /// Semantic drift for reflective, recovery, contain. SRIP-03 section 3: .35, .45, .55.
    pub semantic_drift: [f64; 3],
    /// Symbolic variation for reflective, recovery, contain. SRIP-03 section 3: .40, .55, .65.
    pub symbolic_variation: [f64; 3],
    /// Posture distance for reflective, recovery, contain. SRIP-03 section 3: .25, .35, .45.
    pub posture_distance: [f64; 3],
    /// Semantic compression below which reflective, recovery, contain. SRIP-03 section 3: .65,
    /// .55, .45.
    pub compression: [f64; 3],
    /// Stability above which a rut counts as crystallization. SRIP-03 section 6.1: .85.
    pub crystallization_stability: f64,
    /// Cycles in a row that a rut must last. SRIP-03 section 6.1: 5.
    pub crystallization_cycles: u32,
    /// Term overlap with recent replies that counts as a rut. SRIP-10, convergent zone: TI over
    /// .85.
    pub crystallization_overlap: f64,
    /// Replies for which a correction is held after the one that called for it. On the simulated
    /// model, whose persona fades with distance, 4 cut broken rules to a third and more added
    /// little.
    pub hold: u32,
    /// How the posture that the runtime holds follows those that replies ask for.
    pub held: HeldConfig,
    /// How far each signal's correction may go.
    pub ladder: LadderConfig,
    /// Corrected turns of the last ten from which on replies that have become alike are taken to be
    /// over-corrected, and are asked for another form instead. SRIP-03 section 8; 0 = never.
    pub over_correction: u32,
    /// Symbolic density under which a correction of topic or voice also names what the
    /// conversation keeps coming back to. SRIP-07: .45.
    pub density_floor: f64,
    /// Whether a corrected reply in posture reflective or worse may also be bounded in temperature
    /// and length. Off: sampling is the client's. The driver does it, and the gateway for replies that
    /// it holds back.
    pub throttle: bool,
    /// Temperature of such a reply, at most.
    pub throttle_temperature: f64,
    /// How often a buffered reply in posture contain may be regenerated. 0 = never: a second
    /// model call is the user's decision.
    pub regenerate: u32,
    /// Continuity index that holds. SRIP-04: at least .8 over five cycles.
    pub continuity: f64,
    /// Retention of core motifs that holds. SRIP-04: at least .7.
    pub retention: f64,
    /// Noise (entropy ratio) over which memory recovers. SRIP-04: .3. 1 = never.
    pub noise: f64,
    /// Control carry-over that holds. SRIP-04: at least .75.
    pub carry_over: f64,
    /// Turns after a recovery of memory in which there is no other. SR-EI-03 waits 15 cycles.
    pub recovery_cooldown: u32,
}

impl Default for ControlConfig {
    fn default() -> Self {
        Self {
            index: [0.45, 0.60, 0.70],
            semantic_drift: [0.35, 0.45, 0.55],
            symbolic_variation: [0.40, 0.55, 0.65],
            posture_distance: [0.25, 0.35, 0.45],
            compression: [0.65, 0.55, 0.45],
            crystallization_stability: 0.85,
            crystallization_cycles: 5,
            crystallization_overlap: 0.85,
            hold: 4,
            held: HeldConfig::default(),
            ladder: LadderConfig::default(),
            over_correction: 5,
            density_floor: 0.45,
            throttle: false,
            throttle_temperature: 0.5,
            regenerate: 0,
            continuity: 0.8,
            retention: 0.7,
            noise: 0.3,
            carry_over: 0.75,
            recovery_cooldown: 15,
        }
    }
}
