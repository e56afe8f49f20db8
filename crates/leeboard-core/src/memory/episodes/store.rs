//! The summaries of a session, part of the fold.
//!
//! Owns how many are held and what forgetting a message takes from them. Summaries arrive
//! decided, in records.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::{Scope, Summary};
use crate::config::EpisodeConfig;

/// All summaries of a session, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Episodes {
    episodes: VecDeque<Summary>,
    rib_points: VecDeque<Summary>,
    /// The last turn that an episode covers, whether it is still held or not.
    through: u32,
    /// The last turn that a rib point covers.
    ribbed_through: u32,
}

impl Episodes {
    /// The episodes, oldest first.
    pub fn episodes(&self) -> impl DoubleEndedIterator<Item = &Summary> {
        self.episodes.iter()
    }

    /// The rib points, oldest first.
    pub fn rib_points(&self) -> impl DoubleEndedIterator<Item = &Summary> {
        self.rib_points.iter()
    }

    /// Each stretch once, oldest first: rib points, and the episodes that none of them covers.
    pub fn outline(&self) -> impl DoubleEndedIterator<Item = &Summary> {
        self.rib_points.iter().chain(self.unribbed())
    }

    /// Whether nothing was summed up yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.episodes.is_empty() && self.rib_points.is_empty()
    }

    /// The first turn that no episode covers.
    #[must_use]
    pub fn next_turn(&self) -> u32 {
        self.through.saturating_add(1)
    }

    /// The episodes that no rib point covers.
    pub(super) fn unribbed(&self) -> impl DoubleEndedIterator<Item = &Summary> {
        self.episodes.iter().filter(|episode| episode.from > self.ribbed_through)
    }

    /// The same with nothing held that a coming rib point does not need.
    pub(super) fn unsummed(&self) -> Self {
        Self { episodes: self.unribbed().cloned().collect(), rib_points: VecDeque::new(), ..*self }
    }

    /// Takes a summary in; beyond the limits the oldest leave.
    pub(crate) fn learn(&mut self, summary: &Summary, config: &EpisodeConfig) {
        let (held, covered, most) = match summary.scope {
            Scope::Episode => (&mut self.episodes, &mut self.through, config.max_episodes),
            Scope::RibPoint => (&mut self.rib_points, &mut self.ribbed_through, config.max_rib_points),
        };
        held.push_back(summary.clone());
        *covered = summary.through.max(*covered);
        held.drain(..held.len().saturating_sub(most.max(1)));
    }

    /// Removes what was taken from a message. The stretch stays, with one sentence less; of a rib
    /// point the mean direction goes too, since the message's vector is part of it.
    pub fn forget(&mut self, turn: u32, message: &str) {
        for summary in self.episodes.iter_mut().chain(&mut self.rib_points) {
            if (summary.from..=summary.through).contains(&turn) {
                summary.lines.retain(|line| line.turn != turn || line.message != message);
                summary.centroid = None;
            }
        }
    }
}
