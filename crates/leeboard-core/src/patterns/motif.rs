//! Motifs: symbols that recur, with a weight that fades and the turns in which they occurred.
//!
//! Owns recurrence, decay and co-occurrence. Which motifs belong together is the business of
//! `cluster`, which pattern they make that of `attractor`.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::config::PatternConfig;
use crate::symbols::is_phrase;

/// A recurring symbol (SRIP-02 section 4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Motif {
    /// Occurrences, a phrase's counting for both of its words, faded by the decay of every turn
    /// since. From 0 up.
    pub weight: f64,
    /// Turns in which it occurred.
    pub recurrence: u32,
    /// First turn.
    pub first_seen: u32,
    /// Last turn.
    pub last_seen: u32,
    /// The last 32 cycles, the newest in the lowest bit: 1 where it occurred.
    #[serde(default)]
    pub cycles: u32,
}

/// All symbols under observation, by name.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Motifs(BTreeMap<String, Motif>);

/// What a symbol's occurrences add to its weight: a phrase weighs as its two words.
pub(crate) fn gain(name: &str, count: u32) -> f64 {
    f64::from(count) * if is_phrase(name) { 2.0 } else { 1.0 }
}

impl Motif {
    /// One more cycle in which it occurred with this gain, or did not.
    fn pass(&mut self, turn: u32, gain: Option<f64>, keep: f64) {
        self.weight *= keep;
        self.cycles <<= 1;
        if let Some(gain) = gain {
            self.weight += gain;
            self.cycles |= 1;
            self.recurrence += 1;
            self.last_seen = turn;
        }
    }

    fn first(turn: u32, gain: f64) -> Self {
        Self { weight: gain, recurrence: 1, first_seen: turn, last_seen: turn, cycles: 1 }
    }
}

impl Motifs {
    /// Fades everything and takes in the symbols of a turn; beyond `max_motifs` words, and as many
    /// phrases, the lightest leave.
    pub(crate) fn observe(&mut self, turn: u32, symbols: &BTreeMap<String, u32>, config: &PatternConfig) {
        let mut fresh = symbols.iter().peekable();
        let mut new = Vec::new();
        for (name, motif) in &mut self.0 {
            while let Some(unknown) = fresh.next_if(|(symbol, _)| *symbol < name) {
                new.push(unknown);
            }
            let found = fresh.next_if(|(symbol, _)| *symbol == name);
            motif.pass(turn, found.map(|(_, &count)| gain(name, count)), config.motif_keep);
        }
        for (name, &count) in new.into_iter().chain(fresh) {
            self.0.insert(name.clone(), Motif::first(turn, gain(name, count)));
        }
        for phrases in [false, true] {
            self.drop_lightest(phrases, config.max_motifs);
        }
    }

    fn drop_lightest(&mut self, phrases: bool, max: usize) {
        let mut held: Vec<(f64, &String)> = Vec::new();
        held.extend(self.0.iter().filter(|it| is_phrase(it.0) == phrases).map(|it| (it.1.weight, it.0)));
        if held.len() > max {
            held.select_nth_unstable_by(max, heavier);
            let left: Vec<String> = held.iter().skip(max).map(|(_, name)| (*name).clone()).collect();
            for name in left {
                self.0.remove(&name);
            }
        }
    }

    /// Halves the weight of some motifs: a pattern of theirs has dissolved (ERI).
    pub(crate) fn halve(&mut self, names: &[String]) {
        for name in names {
            if let Some(motif) = self.0.get_mut(name) {
                motif.weight /= 2.0;
            }
        }
    }

    /// Every symbol as it will be after a turn with these symbols, in alphabetical order, without
    /// folding it. Before it, 0 where it is new; then what it becomes.
    pub(super) fn after<'a>(
        &'a self,
        turn: u32,
        symbols: &'a BTreeMap<String, u32>,
        keep: f64,
    ) -> impl Iterator<Item = (&'a str, f64, Motif)> {
        let mut known = self.0.iter().peekable();
        let mut fresh = symbols.iter().peekable();
        std::iter::from_fn(move || {
            let order = match (known.peek(), fresh.peek()) {
                (None, None) => return None,
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some((known, _)), Some((fresh, _))) => known.cmp(fresh),
            };
            let found = if order == Ordering::Less { None } else { fresh.next() };
            let before = if order == Ordering::Greater { None } else { known.next() };
            let gained = found.map(|(name, &count)| gain(name, count));
            match (before, found) {
                (Some((name, motif)), _) => {
                    let mut next = *motif;
                    next.pass(turn, gained, keep);
                    Some((name.as_str(), motif.weight, next))
                }
                (None, Some((name, _))) => {
                    Some((name.as_str(), 0.0, Motif::first(turn, gained.unwrap_or_default())))
                }
                (None, None) => None,
            }
        })
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

/// The heavier first, ties in alphabetical order.
fn heavier(one: &(f64, &String), other: &(f64, &String)) -> Ordering {
    other.0.total_cmp(&one.0).then_with(|| one.1.cmp(other.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn symbols(names: &[&str]) -> BTreeMap<String, u32> {
        names.iter().map(|name| ((*name).to_owned(), 1)).collect()
    }

    fn config() -> PatternConfig {
        PatternConfig { motif_keep: 0.5, max_motifs: 2, ..PatternConfig::default() }
    }

    fn names(motifs: &Motifs) -> Vec<&str> {
        motifs.ranked().map(|(name, _)| name.as_str()).collect()
    }

    #[test]
    fn motifs_recur_fade_and_are_bounded() {
        let mut motifs = Motifs::default();
        motifs.observe(1, &symbols(&["keel", "sail"]), &config());
        motifs.observe(2, &symbols(&["keel"]), &config());
        assert!(motifs.recurs("keel", &config()) && !motifs.recurs("sail", &config()));
        let weights: Vec<f64> = motifs.ranked().map(|(_, motif)| motif.weight).collect();
        assert_eq!(weights, [1.5, 0.5]);
        motifs.observe(3, &symbols(&["mast"]), &config());
        assert_eq!(names(&motifs), ["mast", "keel"]);
    }

    #[test]
    fn phrases_weigh_double_and_take_no_room_from_words() {
        let mut motifs = Motifs::default();
        motifs.observe(1, &symbols(&["keel", "sail", "red buoy", "slack tide"]), &config());
        motifs.observe(2, &symbols(&["old quay", "keel", "sail"]), &config());
        assert_eq!(names(&motifs), ["old quay", "keel", "sail", "red buoy"]);
        assert_eq!(motifs.weight("red buoy"), 1.0);
    }

    #[test]
    fn what_a_turn_will_make_of_them_is_what_it_makes() {
        let mut motifs = Motifs::default();
        let config = PatternConfig::default();
        for (turn, names) in [(1, ["keel", "sail"]), (2, ["keel", "mast"]), (3, ["boom", "tide"])] {
            let symbols = symbols(&names);
            let expected: Vec<(String, Motif)> = motifs
                .after(turn, &symbols, config.motif_keep)
                .map(|(name, _, motif)| (name.to_owned(), motif))
                .collect();
            motifs.observe(turn, &symbols, &config);
            assert_eq!(motifs.0.clone().into_iter().collect::<Vec<_>>(), expected);
        }
        assert_eq!(motifs.0["keel"].cycles, 0b110);
    }
}
