//! Settings of the posture that the runtime holds.

use serde::{Deserialize, Serialize};

/// Hysteresis, locks and immunity of the held posture (SRIP-03 sections 4, 6.1 and 8, SRIP-06).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct HeldConfig {
    /// How far the drift index must lie under the limit of the held posture for a reply to count
    /// as calm. A tenth of the distance from the alarm to 1, so that a score that hovers at the
    /// limit does not move the posture.
    pub margin: f64,
    /// Calm replies in a row after which the held posture falls by one.
    pub calm: u32,
    /// Cycles after which a lock opens by itself. SRIP-06: 8 to 10.
    pub lock: u32,
    /// Cycles after recovery in which recovery is not entered again. SR-EI-03: 3.
    pub immunity: u32,
    /// Changes between reflective and recovery that are an oscillation.
    pub swings: u32,
    /// Cycles within which they must lie; with an immunity of 3, a swing there and back takes 4.
    pub swing_cycles: u32,
    /// Calm replies in a row under a lock that are over-damping.
    pub over_damping: u32,
    /// What the stability of a crystallized pattern loses each cycle. SRIP-03 section 6.1: .08.
    pub crystal_loss: f64,
    /// Stability under which crystallization becomes reflective. SRIP-03 section 6.1: .70.
    pub crystal_floor: f64,
}

impl Default for HeldConfig {
    fn default() -> Self {
        Self {
            margin: 0.05,
            calm: 2,
            lock: 8,
            immunity: 3,
            swings: 3,
            swing_cycles: 12,
            over_damping: 5,
            crystal_loss: 0.08,
            crystal_floor: 0.70,
        }
    }
}
