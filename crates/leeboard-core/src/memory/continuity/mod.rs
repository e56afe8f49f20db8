//! The invariants of memory (SRIP-04): does the conversation carry on, is its core still held, is
//! what is remembered sound, are corrections kept?
//!
//! Owns the four figures of a cycle, their formulas and their limits' meaning. The standard gives
//! names and limits only; the definitions are ours, see `docs/concepts/memory.md`. What is done
//! about a broken one is in `safety`; the schema of SRIP-04 section 5 is in `schema`, what the
//! figures need of earlier cycles in `track`.

mod schema;
#[cfg(test)]
mod tests;
mod track;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::config::{Config, ControlConfig};
use crate::drift::{Drift, Opinion, Signal};
use crate::patterns::gain;
use crate::session::Session;
use crate::text::round6;

pub use schema::{EpisodicItem, MemorySchema, PilInvariants, SemanticMap, SymbolicMotifs};
pub use track::Track;

/// Cycles that continuity, retention and carry-over look at. SRIP-04: continuity over five cycles.
const CYCLES: usize = 5;

/// The heaviest motifs, among which a core motif counts as retained; as many as a pattern's
/// density is a share of.
const FIELD: usize = 20;

/// Replies that carry-over is a share of, at least, so that a second flag in a row does not break
/// it.
const FEWEST_CONTROLS: usize = 4;

/// SRIP-04's invariants for one cycle. All figures in [0, 1].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Continuity {
    /// Continuity index: the mean over five cycles of `1 - (index - a) / (1 - a)`, the index of a
    /// cycle that is over the alarm `a` (`control.index`), and 1 of one that is under it.
    pub continuity: f64,
    /// Share of the core motifs of five cycles ago (those of the active pattern) that are still
    /// among the twenty heaviest; 1 where there was no pattern.
    pub retention: f64,
    /// Entropy ratio: the share of the last ten cycles whose replies are unstable and not pruned.
    pub noise: f64,
    /// Control carry-over: of the last five replies after which a correction was held (a signal was
    /// in alarm in the `control.hold` + 1 cycles before), the share without any of those signals; at
    /// least four are counted.
    pub carry_over: f64,
    /// Whether this reply is unstable: a signal that judges one reply is at or over the threshold
    /// of recovery.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unstable: bool,
}

impl Default for Continuity {
    /// Where nothing was measured, nothing is broken.
    fn default() -> Self {
        Self { continuity: 1.0, retention: 1.0, noise: 0.0, carry_over: 1.0, unstable: false }
    }
}

impl Continuity {
    /// Cycles whose replies the noise is a share of: twice as many as for the others, so that one
    /// reply is not a fifth.
    pub(crate) const NOISE_CYCLES: usize = 10;

    /// The names of the invariants that do not hold.
    #[must_use]
    pub fn broken(&self, limits: &ControlConfig) -> Vec<&'static str> {
        let all = [
            ("continuity", self.continuity >= limits.continuity),
            ("retention", self.retention >= limits.retention),
            ("noise", self.noise <= limits.noise),
            ("carry-over", self.carry_over >= limits.carry_over),
        ];
        all.into_iter().filter(|(_, holds)| !holds).map(|(name, _)| name).collect()
    }

    /// Whether all invariants hold.
    #[must_use]
    pub fn holds(&self, limits: &ControlConfig) -> bool {
        self.broken(limits).is_empty()
    }
}

/// The figures of the cycle that is being closed.
pub(crate) fn measure(
    session: &Session,
    drift: &Drift,
    symbols: &BTreeMap<String, u32>,
    config: &Config,
) -> Continuity {
    let unstable = is_unstable(drift, &config.control);
    Continuity {
        continuity: round6(continuity(session, drift, &config.control)),
        retention: round6(retention(session, symbols, config)),
        noise: round6(noise(session, unstable)),
        carry_over: round6(carry_over(session, drift, &config.control)),
        unstable,
    }
}

/// `slow` looks back over many replies and stays up after the last of them; it is no judgement of
/// this one.
fn judges_one_reply(signal: Signal) -> bool {
    signal != Signal::Slow
}

fn is_unstable(drift: &Drift, control: &ControlConfig) -> bool {
    let [_, recovery, _] = control.index;
    let scores = drift.signals.iter().filter(|(signal, _)| judges_one_reply(**signal));
    scores.filter_map(|(_, opinion)| Opinion::score(opinion)).any(|score| score >= recovery)
}

fn continuity(session: &Session, drift: &Drift, control: &ControlConfig) -> f64 {
    let [alarm, ..] = control.index;
    let link = |index: f64| 1.0 - ((index - alarm) / (1.0 - alarm)).clamp(0.0, 1.0);
    let before = session.history().iter().rev().take(CYCLES - 1).map(|cycle| cycle.index);
    let links: Vec<f64> = before.chain([drift.index]).map(link).collect();
    // A conversation that has just begun has not been broken yet.
    (links.iter().sum::<f64>() + (CYCLES - links.len()) as f64) / CYCLES as f64
}

fn retention(session: &Session, symbols: &BTreeMap<String, u32>, config: &Config) -> f64 {
    let core = session.track().core_before();
    if core.is_empty() {
        return 1.0;
    }
    // The weights after this turn, without folding it: all fade, and the turn's symbols gain.
    let keep = config.patterns.motif_keep;
    let motifs = session.motifs();
    let faded: Vec<f64> = motifs.weights().map(|weight| weight * keep).collect();
    let fresh: Vec<(f64, f64)> = symbols
        .iter()
        .map(|(name, &count)| {
            let old = motifs.weight(name) * keep;
            (old, old + gain(name, count))
        })
        .collect();
    let count = |values: &mut dyn Iterator<Item = f64>, over: f64| values.filter(|&it| it > over).count();
    let retained = core.iter().filter(|name| {
        let gained = symbols.get(*name).map_or(0.0, |&count| gain(name, count));
        let weight = motifs.weight(name) * keep + gained;
        let heavier = count(&mut faded.iter().copied(), weight)
            + count(&mut fresh.iter().map(|it| it.1), weight)
            - count(&mut fresh.iter().map(|it| it.0), weight);
        weight > 0.0 && heavier < FIELD
    });
    retained.count() as f64 / core.len() as f64
}

fn noise(session: &Session, unstable: bool) -> f64 {
    let track = session.track();
    let before = session.history().iter().rev().take(Continuity::NOISE_CYCLES - 1);
    let noisy = before.filter(|cycle| cycle.continuity.unstable && !track.is_pruned(cycle.turn)).count();
    (noisy + usize::from(unstable)) as f64 / Continuity::NOISE_CYCLES as f64
}

fn carry_over(session: &Session, drift: &Drift, control: &ControlConfig) -> f64 {
    let held = usize::try_from(control.hold).unwrap_or(usize::MAX).saturating_add(1);
    let flags: Vec<&[Signal]> = session.history().iter().rev().map(|cycle| cycle.flags.as_slice()).collect();
    let (mut controls, mut failed) = (0, 0);
    // The present reply, then the four before it, newest first.
    for back in 0..CYCLES.min(flags.len() + 1) {
        let now =
            if back == 0 { drift.flags.as_slice() } else { flags.get(back - 1).copied().unwrap_or(&[]) };
        let mut called: Vec<Signal> =
            flags.iter().skip(back).take(held).flat_map(|it| *it).copied().collect();
        called.retain(|signal| judges_one_reply(*signal));
        controls += usize::from(!called.is_empty());
        failed += usize::from(called.iter().any(|signal| now.contains(signal)));
    }
    1.0 - failed as f64 / controls.max(FEWEST_CONTROLS) as f64
}
