//! Hard bounds.

use serde::{Deserialize, Serialize};

use super::SafetyConfig;

/// Hard bounds (SRIP-06).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Limits {
    /// Bytes of one message, at most: 4 MiB, some images inline.
    pub max_message_bytes: usize,
    /// Bytes of all new messages of one turn, at most.
    pub max_turn_bytes: usize,
    /// Model calls in one turn, at most, whatever `control.regenerate` says. SRIP-06: recursion
    /// depth 8 to 12.
    pub max_recursion: u32,
    /// Cycles of drift history and causal links held in memory; all of them stay in the log.
    pub max_history: usize,
    /// When the runtime contains itself.
    pub safety: SafetyConfig,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_message_bytes: 4 << 20,
            max_turn_bytes: 16 << 20,
            max_recursion: 8,
            max_history: 256,
            safety: SafetyConfig::default(),
        }
    }
}
