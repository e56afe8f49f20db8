//! Forgetting: what the user wants gone leaves every record that holds it.
//!
//! The records of the whole tree are read, those that hold the words are restated without them,
//! and an [`Erased`] record vouches for what is left, so that the chain still verifies. What is
//! looked for is in `target`, taking words out of a payload in `scrub` and `restate`. Owns no
//! storage: the shell puts the restated records in the place of the old ones, in one
//! transaction, and replays sessions that it had in memory.

mod restate;
mod scrub;
mod target;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use self::restate::restate;
use self::scrub::Scrub;
use self::target::Target;
use crate::config::Config;
use crate::ledger::Chain;
use crate::message::Entry;
use crate::record::{Digest, Payload, Record, Sealed, Stamp};
use crate::session::Session;

/// Stands where all of a message was forgotten, since many models refuse an empty one.
pub const PLACEHOLDER: &str = "[forgotten]";

/// What is to be forgotten. Whatever leeboard made of it goes with it: facts, lines of notes,
/// vectors, evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "whoever offers forgetting offers each")]
pub enum Forget {
    /// A fact: the sentences that state it and every other one with its value in words.
    Fact {
        /// Its [id](crate::memory::facts::Fact::id).
        id: String,
    },
    /// A message as a whole.
    Message {
        /// Its id.
        id: String,
    },
    /// Every sentence that holds these words, whoever said it. Upper and lower case are alike.
    Text {
        /// The words.
        text: String,
    },
}

/// What a session has forgotten. Holds none of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Erased {
    /// Salted digests of what is left of the records, in their order.
    pub restated: Vec<Digest>,
    /// Messages that lost something.
    pub messages: u32,
    /// Facts that are gone.
    pub facts: u32,
}

/// How to forget.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Erasure {
    /// The records without what was forgotten; each has the hash of the one it replaces.
    pub restated: Vec<Record>,
    /// The record that vouches for them, to be added after the session's head.
    pub record: Record,
    /// What is gone, in numbers.
    pub erased: Erased,
    /// The ids of messages that still share a rare word with what was forgotten, at most 20. The
    /// user may want them gone too.
    pub still_said: Vec<String>,
}

/// How to forget something of a session, whose tree has these records; `None` if they do not hold
/// it.
#[must_use]
pub fn forget(
    head: &Session,
    records: &[Record],
    what: &Forget,
    stamp: Stamp,
    config: &Config,
) -> Option<Erasure> {
    let target = Target::find(records, what)?;
    let scrub = Scrub::new(&target, records);
    let mut erased = Erased::default();
    let mut restated = Vec::new();
    for record in records {
        let Some(payload) = record.payload() else { continue };
        let Some(left) = restate(payload, &target, &scrub) else { continue };
        erased.messages += left.messages;
        erased.facts += left.facts;
        let hash = record.hash();
        let Some(payload) = left.payload else {
            restated.push(record.clone().redacted());
            continue;
        };
        let sealed = Sealed::new(payload, stamp.salt.for_record(hash));
        erased.restated.push(sealed.digest());
        restated.push(record.clone().restated(sealed));
    }
    if restated.is_empty() {
        return None;
    }
    let mut chain = Chain::after(head, stamp, config);
    chain.add(Payload::Erased(erased.clone()));
    let record = chain.finish().remove(0);
    Some(Erasure { restated, record, erased, still_said: scrub.still_said(records) })
}

/// The messages that a payload holds.
fn entries(payload: &Payload) -> Vec<&Entry> {
    match payload {
        Payload::Imported(imported) => imported.input.iter().chain([&imported.reply]).collect(),
        Payload::Opened(opened) => opened.input.iter().collect(),
        Payload::Closed(closed) => closed.steps.iter().chain(&closed.reply).collect(),
        _ => Vec::new(),
    }
}
