//! `trace`: one turn explained from its records, in the order in which it was decided.
//!
//! Owns which records belong to a turn. How they read is in `words`. Decides nothing anew: what
//! the records do not say is not said here. What facts were known follows from the records before.

use anyhow::bail;
use leeboard_core::Session;
use leeboard_core::drift::Drift;
use leeboard_core::memory::facts::FactConflict;
use leeboard_core::memory::{FactPlace, fact_places};
use leeboard_core::record::{Closed, Digest, Imported, Opened, Payload, Record};
use leeboard_io::store::Store;
use leeboard_io::tokens;
use serde::Serialize;

use crate::args::TraceArguments;
use crate::exit::Exit;
use crate::output::Data;
use crate::settings::Settings;
use crate::shell;

use super::sessions;

mod words;

/// A record of the turn, with what identifies it.
#[derive(Clone, Copy, Debug, Serialize)]
struct Recorded<'a, T> {
    sequence: u64,
    hash: Digest,
    #[serde(flatten)]
    payload: &'a T,
}

/// What the log says about one turn.
#[derive(Debug, Default, Serialize)]
struct Trace<'a> {
    session: &'a str,
    turn: u32,
    /// Openings of this turn that got no reply before the one that did.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    given_up: Vec<Recorded<'a, Opened>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    imported: Option<Recorded<'a, Imported>>,
    opened: Option<Recorded<'a, Opened>>,
    closed: Option<Recorded<'a, Closed>>,
    /// Where each fact stood in the prompt, or why it did not.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    facts: Vec<FactPlace>,
    /// The facts that disagreed when the turn was opened.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    conflicts: Vec<FactConflict>,
    /// The judgement as it was made anew when late vectors came.
    #[serde(skip_serializing_if = "Option::is_none")]
    judged_again: Option<Recorded<'a, Drift>>,
}

pub(crate) fn run(arguments: &TraceArguments, settings: &Settings) -> anyhow::Result<Exit> {
    shell::block_on(async {
        let opened = shell::existing_store(&settings.store).await?;
        let end = show(arguments, opened.store.as_ref()).await;
        opened.close().await;
        end
    })?;
    Ok(Exit::Done)
}

async fn show(arguments: &TraceArguments, store: &dyn Store) -> anyhow::Result<()> {
    let (id, turn) = (arguments.session.as_str(), arguments.turn);
    let records = sessions::records(store, id).await?;
    let Some(mut trace) = Trace::of(&records, id, turn) else {
        bail!("find turn {turn} of session {id:?}: {}", what_there_is(&records));
    };
    trace.read_facts(&records);
    let mut data = Data::open();
    if arguments.json {
        data.json(&trace)?;
    } else {
        data.text(&words::of(&trace))?;
    }
    data.flush()
}

impl<'a> Trace<'a> {
    /// The turn, unless the log has nothing of it. A turn that was given up keeps its number for
    /// the next one, so one number may have several openings.
    fn of(records: &'a [Record], session: &'a str, turn: u32) -> Option<Self> {
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

    /// What was known when the turn was opened, from the records before; nothing where they do not
    /// follow one another.
    fn read_facts(&mut self, records: &[Record]) {
        let Some(opened) = &self.opened else { return };
        let before = records.iter().take_while(|record| record.sequence < opened.sequence);
        let mut session = Session::new(self.session);
        if before.map(|record| session.apply(record)).any(|applied| applied.is_err()) {
            return;
        }
        let counter =
            tokens::counter(&opened.payload.tokens.counter).unwrap_or_else(|_| tokens::default_counter());
        self.facts = fact_places(&session, opened.payload, counter.as_ref());
        self.conflicts = session.facts().conflicts();
    }
}

fn turn_of(record: &Record) -> Option<u32> {
    match record.payload()? {
        Payload::Opened(opened) => Some(opened.turn),
        Payload::Closed(closed) => Some(closed.turn),
        Payload::Imported(imported) => Some(imported.turn),
        _ => None,
    }
}

/// Which turns could have been named instead.
fn what_there_is(records: &[Record]) -> String {
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
