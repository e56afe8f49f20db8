//! What the invariants need of earlier cycles, part of the fold.
//!
//! Owns the cores of the last cycles, and which replies were pruned in a recovery.

use std::collections::{BTreeSet, VecDeque};

use serde::{Deserialize, Serialize};

use super::CYCLES;

/// The cores of the last cycles, and what recoveries have pruned.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Track {
    /// The core motifs of the last five cycles, oldest first.
    cores: VecDeque<Vec<String>>,
    /// Turns that a recovery has pruned.
    pruned: BTreeSet<u32>,
    /// Turns that were quarantined: pruned once they are not the last any more.
    quarantined: BTreeSet<u32>,
    /// The turn that was closed with the last recovery; 0 for none.
    recovered: u32,
}

impl Track {
    /// The core motifs of five cycles ago; none in the first five cycles.
    #[must_use]
    pub fn core_before(&self) -> &[String] {
        let whole = self.cores.len() == CYCLES;
        self.cores.front().filter(|_| whole).map(Vec::as_slice).unwrap_or_default()
    }

    /// The core motifs of the last cycle.
    #[must_use]
    pub fn core(&self) -> &[String] {
        self.cores.back().map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether a turn was pruned: it stands in no prompt, and its reply is not recalled.
    #[must_use]
    pub fn is_pruned(&self, turn: u32) -> bool {
        self.pruned.contains(&turn)
    }

    /// Whether a turn was quarantined: its reply is not recalled, and it stands in a prompt only as
    /// long as it is the last.
    #[must_use]
    pub fn is_quarantined(&self, turn: u32) -> bool {
        self.quarantined.contains(&turn)
    }

    /// The turn that was closed with the last recovery; 0 for none.
    #[must_use]
    pub fn recovered(&self) -> u32 {
        self.recovered
    }

    pub(crate) fn remember_core(&mut self, core: &[String]) {
        self.cores.push_back(core.to_vec());
        self.cores.drain(..self.cores.len().saturating_sub(CYCLES));
    }

    pub(crate) fn quarantine(&mut self, turns: &[u32]) {
        self.quarantined.extend(turns);
    }

    pub(crate) fn prune(&mut self, turn: u32, pruned: &[u32]) {
        self.pruned.extend(pruned);
        self.recovered = turn;
    }
}
