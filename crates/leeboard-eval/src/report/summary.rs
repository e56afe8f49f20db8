//! The figures of a report by failure mode: how often, from when on, where at its worst.
//!
//! Owns the counting and what each mode is called for people.

use std::collections::BTreeMap;

use leeboard_core::drift::Signal;

use super::{ConversationReport, TurnReport};

/// How often one signal was in alarm.
pub(super) struct Mode<'a> {
    pub(super) signal: Signal,
    /// Replies in which it was.
    pub(super) replies: usize,
    /// Conversations in which it was.
    pub(super) conversations: usize,
    /// The reply with the lowest turn; of several, the one of the conversation that comes first.
    pub(super) first: Place<'a>,
    /// The reply with the signal's highest score, else the highest index.
    pub(super) worst: Place<'a>,
}

/// A reply, and the place of its conversation among the reports.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) conversation: usize,
    pub(super) turn: &'a TurnReport,
}

impl<'a> Mode<'a> {
    /// The same mode with its turns put into another conversation, for reports of one.
    pub(super) fn of_conversation(&self, conversation: usize) -> Self {
        let place = |place: Place<'a>| Place { conversation, ..place };
        Self { first: place(self.first), worst: place(self.worst), ..*self }
    }
}

/// The modes that occur, most frequent first.
pub(super) fn modes<'a>(reports: &[&'a ConversationReport]) -> Vec<Mode<'a>> {
    let mut found: BTreeMap<Signal, Mode<'a>> = BTreeMap::new();
    for (conversation, report) in reports.iter().enumerate() {
        let mut here: BTreeMap<Signal, usize> = BTreeMap::new();
        for turn in report.flagged() {
            let place = Place { conversation, turn };
            for &signal in &turn.flags {
                *here.entry(signal).or_default() += 1;
                let mode = found.entry(signal).or_insert(Mode {
                    signal,
                    replies: 0,
                    conversations: 0,
                    first: place,
                    worst: place,
                });
                if turn.turn < mode.first.turn.turn {
                    mode.first = place;
                }
                if place.score(signal) > mode.worst.score(signal) {
                    mode.worst = place;
                }
            }
        }
        for (signal, replies) in here {
            if let Some(mode) = found.get_mut(&signal) {
                mode.replies += replies;
                mode.conversations += 1;
            }
        }
    }
    let mut modes: Vec<Mode<'a>> = found.into_values().collect();
    modes.sort_by_key(|mode| std::cmp::Reverse(mode.replies));
    modes
}

impl Place<'_> {
    /// The signal's score, then the index.
    fn score(&self, signal: Signal) -> (f64, f64) {
        let score = self.turn.detail.as_ref().and_then(|detail| detail.scores.get(&signal).copied());
        (score.unwrap_or(0.0), self.turn.index)
    }
}

/// All conversations together.
pub(super) struct Totals {
    pub(super) replies: usize,
    pub(super) flagged: usize,
    /// Conversations with a flagged reply.
    pub(super) drifted: usize,
}

impl Totals {
    pub(super) fn of(reports: &[&ConversationReport]) -> Self {
        Self {
            replies: reports.iter().map(|report| report.turns.len()).sum(),
            flagged: reports.iter().map(|report| report.flagged().count()).sum(),
            drifted: reports.iter().filter(|report| report.flagged().next().is_some()).count(),
        }
    }

    /// A share of all replies, as people read it.
    pub(super) fn share(&self, replies: usize) -> String {
        share(replies, self.replies)
    }
}

/// Per cent with one digit.
pub(super) fn share(part: usize, whole: usize) -> String {
    format!("{:.1} %", 100.0 * part as f64 / whole.max(1) as f64)
}

/// `1 reply`, `2 replies`.
pub(super) fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// What a signal in alarm means, in a few words.
pub(super) fn meaning(signal: Signal) -> &'static str {
    match signal {
        Signal::Rules => "breaks a stated rule",
        Signal::Persona => "does not sound like itself",
        Signal::OffTopic => "is not about what was asked",
        Signal::Consistency => "changes its form unasked",
        Signal::Repetition => "says again what it said before",
        Signal::Contradiction => "contradicts a known fact",
        Signal::Slow => "slides away over several replies",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{sample, turn};
    use super::*;

    #[test]
    fn modes_count_replies_and_name_first_and_worst() {
        let mut other = sample();
        other.turns.push(turn(4, 0.5, &[Signal::Rules, Signal::Slow]));
        other.turns.insert(0, turn(1, 0.95, &[Signal::Rules]));
        let (first, second) = (sample(), other);
        let modes = modes(&[&first, &second]);
        let of = |mode: &Mode<'_>| (mode.signal, mode.replies, mode.conversations);
        assert_eq!(of(&modes[0]), (Signal::Rules, 4, 2));
        assert_eq!(of(&modes[1]), (Signal::Slow, 1, 1));
        assert_eq!((modes[0].first.conversation, modes[0].first.turn.turn), (1, 1));
        assert_eq!((modes[0].worst.conversation, modes[0].worst.turn.turn), (0, 2));
    }

    #[test]
    fn every_signal_has_a_meaning() {
        for name in ["rules", "persona", "off_topic", "consistency", "repetition", "contradiction", "slow"] {
            let signal: Signal = serde_json::from_value(name.into()).unwrap();
            assert!(!meaning(signal).is_empty(), "{name}");
        }
    }
}
