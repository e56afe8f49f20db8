//! Safe mode and the integrity ledger, folded from the events of records.
//!
//! Owns the state; decides nothing.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::event::{Response, SafetyEvent};

/// Events of the ledger held in memory; all of them stay in the log.
const MOST_EVENTS: usize = 64;

/// Safe mode and the integrity ledger, as the records say.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Safety {
    since: Option<u32>,
    /// Why the window has to start anew with the next prompt that is ours.
    due: Option<String>,
    ledger: VecDeque<SafetyEvent>,
    events: u64,
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

    pub(crate) fn recenter_due(&self) -> Option<&str> {
        self.due.as_deref()
    }

    pub(crate) fn recentered(&mut self) {
        self.due = None;
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
