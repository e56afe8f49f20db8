//! Settings of safe mode and local isolation.

use serde::{Deserialize, Serialize};

use super::later;

/// Limits whose breach makes the runtime contain itself (SRIP-06).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct SafetyConfig {
    /// DI over which meaning has collapsed. SRIP-03 section 8: .75.
    pub collapse_di: f64,
    /// Noise of memory over which safe mode is entered. SRIP-06: .35 to .4.
    pub entropy: f64,
    /// Stability under which a pattern collapses. SRIP-06: .5.
    pub collapse_stability: f64,
    /// Cycles that this must last longer than. SRIP-06: 3.
    pub collapse_cycles: u32,
    /// Compression under which, with such a pattern, it is a collapse. SRIP-06: .6.
    pub collapse_compression: f64,
    /// Posture distance over which it is one. SRIP-06: .25.
    pub collapse_posture: f64,
    /// Rise of DI from one cycle to the next that isolates the cycle's motifs. SRIP-06: .4.
    pub jump: f64,
    /// Change of phase stability that locks the posture. SRIP-06: .15.
    pub phase_shift: f64,
    /// Repetitions in a row over which the redundant turns leave the prompt. SRIP-06: 2.
    pub loops: u32,
    /// Stability over which safe mode ends. SRIP-06: .9.
    pub resume_stability: f64,
    /// Cycles after which safe mode ends whatever the stability. SRIP-06: 8 to 10.
    pub timeout: u32,
    /// Whether an attempt to change who the assistant is, is met with a line of who it is. On: a short
    /// anchor next to what it answers is the least intervention.
    #[serde(skip_serializing_if = "later::is_on")]
    pub guard: bool,
}

impl Default for SafetyConfig {
    fn default() -> Self {
        Self {
            collapse_di: 0.75,
            entropy: 0.4,
            collapse_stability: 0.5,
            collapse_cycles: 3,
            collapse_compression: 0.6,
            collapse_posture: 0.25,
            jump: 0.4,
            phase_shift: 0.15,
            loops: 2,
            resume_stability: 0.9,
            timeout: 10,
            guard: true,
        }
    }
}
