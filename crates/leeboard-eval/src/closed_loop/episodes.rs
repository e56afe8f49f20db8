//! Stretches out of band: where they begin, whether they are noticed, when they are over.
//!
//! Owns the definitions that the figures stand on; `docs/guides/eval-loop.md` says them in words.

use serde::Serialize;

use super::trial::{Trial, Turn};
use crate::simulator::{Kind, Truth};

/// Turns of the warm-up: before five accepted replies most signals have no opinion.
pub(super) const WARM_UP: usize = 6;

/// Turns at the end in which no episode begins that counts: it could not be seen through.
const TAIL: usize = 5;

/// In band for so many turns in a row, an episode is over; its end is the first of them.
const CALM: usize = 2;

/// A new episode of the same kind within so many turns is a relapse, and so many episodes in a
/// row are a cycle.
const RELAPSE: usize = 10;
const CYCLE: usize = 3;

/// One stretch out of band. Turns are counted from 0.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Episode {
    pub(super) kind: Kind,
    /// Whether an event began it.
    pub(super) planted: bool,
    pub(super) onset: usize,
    /// The first turn back in band; `None` if there was none.
    pub(super) end: Option<usize>,
    /// The first flagged turn of it.
    pub(super) detected: Option<usize>,
    /// The first turn after the onset whose prompt corrected something.
    pub(super) corrected: Option<usize>,
}

impl Episode {
    /// Turns from the onset to the first flag.
    pub(super) fn delay(&self) -> Option<usize> {
        self.detected.map(|at| at - self.onset)
    }

    /// Turns from the first flag until it was over; from the onset where none came.
    pub(super) fn recovery(&self) -> Option<usize> {
        let from = self.detected.unwrap_or(self.onset);
        self.end.map(|end| end - from)
    }
}

/// A kind of state, and whether it is out of band.
type Watched = (Kind, fn(&Truth) -> bool);

/// The states that are watched.
const WATCHED: [Watched; 5] = [
    (Kind::Persona, |truth| truth.off_persona),
    (Kind::Topic, |truth| truth.off_topic),
    (Kind::Fact, |truth| truth.misbelieves),
    (Kind::Rule, |truth| !truth.broken.is_empty()),
    (Kind::Rut, |truth| truth.rut),
];

/// Whether anything is out of band.
fn is_out(truth: &Truth) -> bool {
    WATCHED.iter().any(|(_, out)| out(truth))
}

/// A turn is excused if anything was out of band or a fact wrong in it or in the so many before:
/// corrections are held for some turns.
const EXCUSED: usize = 5;

/// Whether there was a reason to act in a turn.
pub(super) fn is_excused(turns: &[Turn], at: usize) -> bool {
    let near = turns.get(at.saturating_sub(EXCUSED)..=at).unwrap_or_default();
    near.iter().any(|turn| is_out(&turn.truth) || turn.wrong_fact)
}

/// All episodes of a trial that count.
pub(super) fn episodes(trial: &Trial) -> Vec<Episode> {
    let last = trial.turns.len().saturating_sub(TAIL);
    let all = WATCHED.iter().flat_map(|(kind, out)| of_kind(trial, *kind, *out));
    all.filter(|episode| (WARM_UP..last).contains(&episode.onset)).collect()
}

fn of_kind(trial: &Trial, kind: Kind, out: fn(&Truth) -> bool) -> Vec<Episode> {
    let turns = &trial.turns;
    let is_out = |at: usize| turns.get(at).is_some_and(|turn| out(&turn.truth));
    let event = |at: usize| turns.get(at).and_then(|turn| turn.truth.event);
    let mut found = Vec::new();
    let mut at = 0;
    while at < turns.len() {
        if !is_out(at) {
            at += 1;
            continue;
        }
        let onset = at;
        let calm = |from: usize| (from..from + CALM).all(|turn| turn < turns.len() && !is_out(turn));
        let end = (onset + 1..turns.len()).find(|&turn| calm(turn));
        let until = end.unwrap_or(turns.len());
        let first = |from: usize, test: &dyn Fn(&Turn) -> bool| {
            (from..until).find(|&turn| turns.get(turn).is_some_and(test))
        };
        found.push(Episode {
            kind,
            // A rut begins with its second reply.
            planted: (onset.saturating_sub(1)..=onset).any(|at| event(at) == Some(kind)),
            onset,
            end,
            detected: first(onset, &|turn| !turn.flags.is_empty()),
            // The correction that ends it stands in the prompt of its end.
            corrected: first(onset + 1, &|turn| !turn.rungs.is_empty())
                .or_else(|| end.filter(|&end| turns.get(end).is_some_and(|turn| !turn.rungs.is_empty()))),
        });
        at = until;
    }
    found
}

/// Three or more episodes of a kind that follow each other closely: of each the first and the third.
pub(super) fn cycles(episodes: &[Episode]) -> Vec<(&Episode, &Episode)> {
    let mut cycles = Vec::new();
    for (kind, _) in WATCHED {
        let mut chain: Vec<&Episode> = Vec::new();
        for episode in episodes.iter().filter(|episode| episode.kind == kind) {
            let before = chain.last().and_then(|before| before.end);
            if before.is_none_or(|end| episode.onset > end + RELAPSE) {
                chain.clear();
            }
            chain.push(episode);
            if let Some(&first) = chain.first().filter(|_| chain.len() == CYCLE) {
                cycles.push((first, episode));
            }
        }
    }
    cycles
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::closed_loop::Who;

    /// A trial whose topic is lost where a letter stands: `x` lost, `F` lost and flagged.
    fn trial(line: &str) -> Trial {
        let turn = |mark: char| Turn {
            truth: Truth { off_topic: mark != '.', ..Truth::default() },
            flags: if mark == 'F' { vec![leeboard_core::drift::Signal::OffTopic] } else { Vec::new() },
            ..Turn::default()
        };
        Trial {
            seed: 1,
            kind: Kind::Topic,
            who: Who::Plain,
            obeys: true,
            turns: line.chars().map(turn).collect(),
        }
    }

    #[test]
    fn an_episode_has_delay_and_recovery() {
        let found = episodes(&trial("..........xFx.x...........xx....x"));
        let figures: Vec<_> = found.iter().map(|it| (it.onset, it.end, it.delay(), it.recovery())).collect();
        // One turn in band does not end it; the last one begins too late to count.
        assert_eq!(figures, [(10, Some(15), Some(1), Some(4)), (26, Some(28), None, Some(2))]);
        let open = episodes(&trial("..........FFFFFFFFFF"));
        assert_eq!((open[0].end, open[0].recovery()), (None, None));
    }

    #[test]
    fn three_close_episodes_are_a_cycle() {
        let found = episodes(&trial("..........xx....xx.....xx....xx..........."));
        let cycles: Vec<_> = cycles(&found).iter().map(|it| (it.0.onset, it.1.onset)).collect();
        assert_eq!(cycles, [(10, 23)], "and one more episode is the same cycle");
        assert!(
            super::cycles(&episodes(&trial("..........xx....xx..................xx..........."))).is_empty()
        );
    }
}
