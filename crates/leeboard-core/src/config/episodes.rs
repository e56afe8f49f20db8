//! Settings of episodes and rib points.

use serde::{Deserialize, Serialize};

/// When a stretch of the conversation is summed up, and how much is kept of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct EpisodeConfig {
    /// Turns of an episode; 0 for none. SRIP-11: every 10 to 50 cycles.
    pub turns: u32,
    /// Episodes of a rib point; 0 for none. 5 episodes of 10 turns are SRIP-11's upper end.
    pub rib_episodes: u32,
    /// Sentences of an episode, at most: of ten turns the four that matter most.
    pub sentences: usize,
    /// Sentences of a rib point, at most. 6 of fifty turns are fewer than its episodes have, so
    /// that an old stretch takes less room than a new one.
    pub rib_sentences: usize,
    /// Characters of one sentence, at most; the rest is cut off.
    pub max_chars: usize,
    /// Episodes held, at most; the oldest leave first. 200 are 2,000 turns and some 150 kB.
    pub max_episodes: usize,
    /// Rib points held, at most; the oldest leave first. 200 are 10,000 turns and some 300 kB
    /// with their vectors.
    pub max_rib_points: usize,
}

impl Default for EpisodeConfig {
    fn default() -> Self {
        Self {
            turns: 10,
            rib_episodes: 5,
            sentences: 4,
            rib_sentences: 6,
            max_chars: 200,
            max_episodes: 200,
            max_rib_points: 200,
        }
    }
}
