//! Motifs: symbols that recur, with a weight that fades.
//!
//! Owns recurrence and decay. Which motifs make a pattern is the business of `attractor`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::config::PatternConfig;

/// A recurring symbol (SRIP-02 section 4).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Motif {
    /// Occurrences, faded by the decay of every turn since.
    pub weight: f64,
    /// Turns in which it occurred.
    pub recurrence: u32,
    /// First turn.
    pub first_seen: u32,
    /// Last turn.
    pub last_seen: u32,
}

/// All symbols under observation, by name.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Motifs(BTreeMap<String, Motif>);

impl Motifs {
    /// Fades everything by `keep` and takes in the symbols of a turn; beyond `max` the lightest
    /// leave.
    pub(crate) fn observe(&mut self, turn: u32, symbols: &BTreeMap<String, u32>, keep: f64, max: usize) {
        for motif in self.0.values_mut() {
            motif.weight *= keep;
        }
        for (name, &count) in symbols {
            let motif =
                self.0.entry(name.clone()).or_insert_with(|| Motif { first_seen: turn, ..Motif::default() });
            motif.weight += f64::from(count);
            motif.recurrence += 1;
            motif.last_seen = turn;
        }
        if self.0.len() > max {
            let names: Vec<String> = self.ranked().map(|(name, _)| name.clone()).skip(max).collect();
            for name in names {
                self.0.remove(&name);
            }
        }
    }

    /// Whether a symbol has recurred often enough to be a motif.
    #[must_use]
    pub fn recurs(&self, name: &str, config: &PatternConfig) -> bool {
        self.0.get(name).is_some_and(|motif| motif.recurrence >= config.min_recurrence)
    }

    /// The weight of a symbol; 0 if it is not held.
    pub(crate) fn weight(&self, name: &str) -> f64 {
        self.0.get(name).map_or(0.0, |motif| motif.weight)
    }

    /// The weights of all, in alphabetical order.
    pub(crate) fn weights(&self) -> impl Iterator<Item = f64> {
        self.0.values().map(|motif| motif.weight)
    }

    /// Heaviest first, ties in alphabetical order.
    pub fn ranked(&self) -> impl Iterator<Item = (&String, &Motif)> {
        let mut all: Vec<_> = self.0.iter().collect();
        all.sort_by(|a, b| b.1.weight.total_cmp(&a.1.weight));
        all.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn symbols(names: &[&str]) -> BTreeMap<String, u32> {
        names.iter().map(|name| ((*name).to_owned(), 1)).collect()
    }

    #[test]
    fn motifs_recur_fade_and_are_bounded() {
        let config = PatternConfig::default();
        let mut motifs = Motifs::default();
        motifs.observe(1, &symbols(&["keel", "sail"]), 0.5, 2);
        motifs.observe(2, &symbols(&["keel"]), 0.5, 2);
        assert!(motifs.recurs("keel", &config) && !motifs.recurs("sail", &config));
        let weights: Vec<f64> = motifs.ranked().map(|(_, motif)| motif.weight).collect();
        assert_eq!(weights, [1.5, 0.5]);
        motifs.observe(3, &symbols(&["mast"]), 0.5, 2);
        let names: Vec<&str> = motifs.ranked().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["mast", "keel"]);
    }
}
