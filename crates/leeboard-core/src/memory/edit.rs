//! What the user changes in the memory: facts that are added, replaced, pinned.
//!
//! Owns reading the user's order into a record; `facts` folds it. Forgetting is in `forget`: what is
//! changed here stays in the log, what is forgotten there does not.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::facts::{Fact, Slot, Source};
use crate::config::Config;
use crate::ledger::Chain;
use crate::message::{Entry, Message, Role};
use crate::record::{Payload, Record, Stamp};
use crate::session::Session;

/// Longest text of a fact that a user enters, in bytes: some sentences.
pub const LONGEST: usize = 2_000;

/// What the user asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "whoever offers edits offers each")]
pub enum Edit {
    /// Remember this.
    Add {
        /// In the user's words.
        text: String,
        /// Whether it is to stay in the prompt.
        pinned: bool,
    },
    /// This fact is to stay in the prompt, or need not any more.
    Pin {
        /// The fact's [id](Fact::id).
        fact: String,
        /// Whether it is to stay.
        pinned: bool,
    },
    /// This fact is in truth another one.
    Replace {
        /// The fact's [id](Fact::id).
        fact: String,
        /// The truth, in the user's words.
        text: String,
    },
    /// This fact does not hold any more. It stays in the log.
    End {
        /// The fact's [id](Fact::id).
        fact: String,
    },
}

/// An edit as it was decided.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct MemoryEdit {
    /// The turn that it holds from.
    pub turn: u32,
    /// The ids of facts that hold no longer.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ends: Vec<String>,
    /// Facts by id that are to stay in the prompt, or need not any more.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub pins: BTreeMap<String, bool>,
    /// What is known from here on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub adds: Vec<Fact>,
}

/// Why an edit is not possible.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum EditError {
    /// No fact has this id, or it holds no longer.
    #[error("find a fact that holds and has the id {id:?} (the list of memories has the ids)")]
    Unknown {
        /// The id.
        id: String,
    },
    /// There is nothing to remember.
    #[error("remember a text without words")]
    Empty,
    /// There is too much.
    #[error("remember a text of {bytes} bytes: a fact has at most {LONGEST}")]
    Long {
        /// Its length.
        bytes: usize,
    },
}

/// The record of an edit, which the shell applies and persists. May be made at any time, also
/// within an open turn; prompts hold it from the next turn on.
///
/// # Errors
/// [`EditError`]; nothing has changed then.
pub fn edit(session: &Session, edit: &Edit, stamp: Stamp, config: &Config) -> Result<Record, EditError> {
    let mut decided = MemoryEdit { turn: session.next_turn(), ..MemoryEdit::default() };
    match edit {
        Edit::Add { text, pinned } => {
            decided.adds = entered(session, text, None, *pinned)?;
            decided.pins = known_pins(session, &decided);
        }
        Edit::Pin { fact, pinned } => {
            let fact = find(session, fact)?;
            decided.pins.insert(fact.id(), *pinned);
        }
        Edit::Replace { fact, text } => {
            let fact = find(session, fact)?;
            decided.adds = entered(session, text, Some(fact), fact.pinned)?;
            decided.ends.push(fact.id());
            decided.pins = known_pins(session, &decided);
        }
        Edit::End { fact } => decided.ends.push(find(session, fact)?.id()),
    }
    let mut chain = Chain::after(session, stamp, config);
    chain.add(Payload::Memory(Box::new(decided)));
    Ok(chain.finish().remove(0))
}

fn find<'a>(session: &'a Session, id: &str) -> Result<&'a Fact, EditError> {
    let found = session.facts().valid().find(|fact| fact.id() == id);
    found.ok_or_else(|| EditError::Unknown { id: id.to_owned() })
}

/// What is known already is not learned again: where it is to stay in the prompt, the known fact is
/// pinned in place of the new one.
fn known_pins(session: &Session, decided: &MemoryEdit) -> BTreeMap<String, bool> {
    let staying = session.facts().valid().filter(|known| !decided.ends.contains(&known.id()));
    let pinned = |known: &&Fact| decided.adds.iter().any(|new| new.pinned && known.same_as(new));
    staying.filter(pinned).map(|known| (known.id(), true)).collect()
}

/// The facts that a text states; one without a slot if none can be read. What takes the place of
/// another fact is about the same.
fn entered(
    session: &Session,
    text: &str,
    instead: Option<&Fact>,
    pinned: bool,
) -> Result<Vec<Fact>, EditError> {
    let text = text.trim();
    if text.len() > LONGEST {
        return Err(EditError::Long { bytes: text.len() });
    }
    if !text.chars().any(char::is_alphanumeric) {
        return Err(EditError::Empty);
    }
    let turn = session.next_turn();
    let id = format!("m{}", session.sequence());
    let entry = Entry::new(&id, Message::text(Role::User, text));
    let mut facts = session.facts().stated_by_user(turn, &[entry]);
    if facts.is_empty() {
        facts.push(Fact {
            who: instead.map_or_else(|| "user".to_owned(), |fact| fact.who.clone()),
            slot: Slot::Statement,
            shown: text.to_owned(),
            words: text.to_owned(),
            source: Source::User,
            turn,
            message: id,
            ..Fact::default()
        });
    }
    for fact in &mut facts {
        (fact.pinned, fact.entered, fact.corrects) = (pinned, true, instead.is_some() || fact.corrects);
    }
    Ok(facts)
}
