//! Safe mode and the integrity ledger, folded from the events of records.
//!
//! Owns the state; decides nothing.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::attempt::{Attempt, AttemptPlace};
use super::event::{Response, SafetyEvent};

/// Events of the ledger held in memory; all of them stay in the log.
const MOST_EVENTS: usize = 64;

/// Attempts held in memory.
const MOST_ATTEMPTS: usize = 8;

/// Safe mode and the integrity ledger, as the records say.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Safety {
    since: Option<u32>,
    /// Why the window has to start anew with the next prompt that is ours.
    due: Option<String>,
    ledger: VecDeque<SafetyEvent>,
    events: u64,
    /// The attempts to change who the assistant is, of the last turns that had any.
    attempts: Vec<(u32, Attempt)>,
    attempted: u64,
}

impl Safety {
    /// Whether safe mode is on.
    #[must_use]
    pub fn is_safe(&self) -> bool {
        self.since.is_some()
    }

    /// The turn with which safe mode began.
    #[must_use]
    pub fn since(&self) -> Option<u32> {
        self.since
    }

    /// The last containment events, oldest first.
    #[must_use]
    pub fn ledger(&self) -> &VecDeque<SafetyEvent> {
        &self.ledger
    }

    /// How many containment events there were.
    #[must_use]
    pub fn events(&self) -> u64 {
        self.events
    }

    /// How many attempts to change who the assistant is there were.
    #[must_use]
    pub fn attempted(&self) -> u64 {
        self.attempted
    }

    /// The attempts of the turns from this one on that are still in memory.
    pub(crate) fn attempts_from(&self, turn: u32) -> impl Iterator<Item = &Attempt> {
        self.attempts.iter().filter(move |(at, _)| *at >= turn).map(|(_, attempt)| attempt)
    }

    pub(crate) fn recenter_due(&self) -> Option<&str> {
        self.due.as_deref()
    }

    pub(crate) fn recentered(&mut self) {
        self.due = None;
    }

    pub(crate) fn fold_attempts(&mut self, turn: u32, attempts: &[Attempt]) {
        let tried = attempts.iter().filter(|attempt| attempt.place != AttemptPlace::Reply);
        self.attempted = self.attempted.saturating_add(tried.clone().count() as u64);
        self.attempts.extend(tried.map(|attempt| (turn, attempt.clone())));
        self.attempts.drain(..self.attempts.len().saturating_sub(MOST_ATTEMPTS));
    }

    pub(crate) fn fold(&mut self, events: &[SafetyEvent]) {
        for event in events {
            if event.snapshot.is_some() {
                self.since = Some(event.turn);
                self.due = Some(event.cause.clone());
            } else if event.response == Response::Resume {
                self.since = None;
            }
            self.ledger.push_back(event.clone());
            self.events = self.events.saturating_add(1);
        }
        self.ledger.drain(..self.ledger.len().saturating_sub(MOST_EVENTS));
    }
}
