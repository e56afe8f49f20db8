//! One turn explained from its records, in the order in which it was decided.
//!
//! Owns which records belong to a turn. Decides nothing anew: what the records do not say is not
//! said here. What facts were known follows from the records before. How it reads is the business of whoever shows it.

use leeboard_core::Session;
use leeboard_core::control::{Belief, beliefs};
use leeboard_core::drift::Drift;
use leeboard_core::memory::facts::FactConflict;
use leeboard_core::memory::{FactPlace, Recalled, fact_places};
use leeboard_core::record::{Closed, Digest, Imported, Opened, Payload, Record};
use serde::Serialize;

use crate::tokens;

/// A record of the turn, with what identifies it.
#[derive(Clone, Copy, Debug, Serialize)]
#[non_exhaustive]
pub struct Recorded<'a, T> {
    /// Its place in the log.
    pub sequence: u64,
    /// Its hash.
    pub hash: Digest,
    /// What it says.
    #[serde(flatten)]
    pub payload: &'a T,
}

/// What the log says about one turn.
#[derive(Debug, Default, Serialize)]
#[non_exhaustive]
pub struct Trace<'a> {
    /// The session.
    pub session: &'a str,
    /// The turn, from 1.
    pub turn: u32,
    /// Openings of this turn that got no reply before the one that did.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub given_up: Vec<Recorded<'a, Opened>>,
    /// The exchange, if it happened before leeboard saw it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub imported: Option<Recorded<'a, Imported>>,
    /// What was sent, and why.
    pub opened: Option<Recorded<'a, Opened>>,
    /// What came back, and how it was judged.
    pub closed: Option<Recorded<'a, Closed>>,
    /// Where each fact stood in the prompt, or why it did not.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<FactPlace>,
    /// The facts that disagreed when the turn was opened.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub conflicts: Vec<FactConflict>,
    /// What the runtime believed after the turn, and why it acts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub beliefs: Vec<Belief>,
    /// The judgement as it was made anew when late vectors came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub judged_again: Option<Recorded<'a, Drift>>,
}

impl<'a> Trace<'a> {
    /// The turn, unless the log has nothing of it. A turn that was given up keeps its number for
    /// the next one, so one number may have several openings.
    #[must_use]
    pub fn of(records: &'a [Record], session: &'a str, turn: u32) -> Option<Self> {
        let mut trace = Self { session, turn, ..Self::default() };
        let mut last = None;
        for record in records {
            last = turn_of(record).or(last);
            if last != Some(turn) {
                continue;
            }
            let (sequence, hash) = (record.sequence, record.hash());
            match record.payload() {
                Some(Payload::Opened(payload)) => {
                    trace.given_up.extend(trace.opened.take());
                    trace.closed = None;
                    trace.opened = Some(Recorded { sequence, hash, payload });
                }
                Some(Payload::Closed(payload)) => trace.closed = Some(Recorded { sequence, hash, payload }),
                Some(Payload::Imported(payload)) => {
                    trace.given_up.extend(trace.opened.take());
                    trace.closed = None;
                    trace.imported = Some(Recorded { sequence, hash, payload });
                }
                Some(Payload::Embedded(embedded)) => {
                    let judged = embedded.drift.as_ref();
                    trace.judged_again = judged.map(|payload| Recorded { sequence, hash, payload });
                }
                _ => {}
            }
        }
        let found = trace.imported.is_some() || trace.opened.is_some() || trace.closed.is_some();
        found.then_some(trace)
    }

    /// Reads what was known when the turn was opened, from the records before; nothing where they do
    /// not follow one another.
    pub fn read_facts(&mut self, records: &[Record]) {
        let Some(opened) = &self.opened else { return };
        let before = records.iter().take_while(|record| record.sequence < opened.sequence);
        let stored = records.first().map_or("", |record| record.session.as_str());
        let mut session = Session::new(stored);
        if before.map(|record| session.apply(record)).any(|applied| applied.is_err()) {
            return;
        }
        let counter =
            tokens::counter(&opened.payload.tokens.counter).unwrap_or_else(|_| tokens::default_counter());
        self.facts = fact_places(&session, opened.payload, counter.as_ref());
        self.conflicts = session.facts().conflicts();
    }

    /// Reads what the runtime believed after the turn, from the records through its closing.
    pub fn read_beliefs(&mut self, records: &[Record]) {
        let Some(closed) = &self.closed else { return };
        let through = records.iter().take_while(|record| record.sequence <= closed.sequence);
        let stored = records.first().map_or("", |record| record.session.as_str());
        let mut session = Session::new(stored);
        if through.map(|record| session.apply(record)).all(|applied| applied.is_ok()) {
            self.beliefs = beliefs(&session);
        }
    }

    /// The messages that recall looked at: those in the prompt, then the near misses.
    #[must_use]
    pub fn recalled(&self) -> (Vec<&'a Recalled>, Vec<&'a Recalled>) {
        let all = self.opened.as_ref().map(|opened| opened.payload.recalled.as_slice()).unwrap_or_default();
        all.iter().partition(|item| item.used)
    }
}

/// The turn that a record belongs to, if it begins or ends one.
#[must_use]
pub fn turn_of(record: &Record) -> Option<u32> {
    match record.payload()? {
        Payload::Opened(opened) => Some(opened.turn),
        Payload::Closed(closed) => Some(closed.turn),
        Payload::Imported(imported) => Some(imported.turn),
        _ => None,
    }
}

/// Which turns could have been named instead, in words.
#[must_use]
pub fn what_there_is(records: &[Record]) -> String {
    let redacted = records.iter().filter(|record| record.payload().is_none()).count();
    let forgotten = match redacted {
        0 => String::new(),
        count => format!(" ({count} of its records are forgotten)"),
    };
    match records.iter().filter_map(turn_of).max() {
        None => format!("it has no turns{forgotten}"),
        Some(1) => format!("it has turn 1 only{forgotten}"),
        Some(last) => format!("it has the turns 1 to {last}{forgotten}"),
    }
}
