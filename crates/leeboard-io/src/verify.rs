//! Checking what a store holds: the hash chains, and that replaying gives the same prompts.
//!
//! Owns what is checked of one session and how a fault is named. Changes nothing, and goes on where
//! it can: a damaged session says nothing about the others. The database's own check is
//! `leeboard doctor`'s.

use std::collections::{BTreeMap, BTreeSet};

use leeboard_core::ledger;
use leeboard_core::prompt;
use leeboard_core::record::{ALGORITHM, Digest, Payload, Record};
use leeboard_core::session::Session;
use thiserror::Error;

use crate::store::{Store, StoreError};

/// What was found in a session.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Verified {
    /// Records on all branches.
    pub records: u64,
    /// Of these, how many have a payload that was forgotten, as a whole or in part.
    pub redacted: u64,
    /// Branches: records that no other one follows.
    pub branches: u64,
    /// Turns with a reply on the path to the head.
    pub turns: u64,
    /// Prompts on that path that were built anew and are the same, byte for byte.
    pub prompts: u64,
    /// Prompts that cannot be compared: something that they held was forgotten, or another version
    /// of leeboard made them.
    pub not_compared: u64,
    /// What is wrong.
    pub faults: Vec<Fault>,
}

/// Something that is wrong with a session.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Fault {
    /// The store cannot read it.
    #[error("{0}")]
    Unreadable(StoreError),
    /// A payload is not what its digest says.
    #[error("record {sequence}: its payload was changed")]
    Payload {
        /// Its place.
        sequence: u64,
    },
    /// The record that it names as the one before it is not there.
    #[error("record {sequence}: the record before it is missing or was changed")]
    Link {
        /// Its place.
        sequence: u64,
    },
    /// The head is none of the records.
    #[error("the record at the head is missing or was changed")]
    Head,
    /// The store finds other records on the way to the head than they say themselves.
    #[error("the way to the head is damaged")]
    Path,
    /// The records do not make a session.
    #[error("replay stops: {0}")]
    Replay(String),
    /// A prompt comes out otherwise than it was sent.
    #[error("turn {turn}: its prompt comes out otherwise than it was sent")]
    Prompt {
        /// The turn.
        turn: u32,
    },
}

/// Checks one session.
pub async fn session(store: &dyn Store, id: &str) -> Verified {
    let mut found = Verified::default();
    let records = match store.all(id).await {
        Ok(records) => records,
        Err(error) => {
            found.faults.push(Fault::Unreadable(error));
            return found;
        }
    };
    let hashes = chains(&records, &mut found);
    match store.view(id, None).await {
        Ok(Some(view)) if hashes.contains_key(&view.head) => {
            let path = path(&hashes, view.head);
            // By what stands beside the records, as a gateway reads them.
            match store.path(id, view.head, Digest::default()).await {
                Ok(read) if found.faults.is_empty() && !read.iter().eq(path.iter().copied()) => {
                    found.faults.push(Fault::Path);
                }
                Err(error) if found.faults.is_empty() => found.faults.push(Fault::Unreadable(error)),
                _ => {}
            }
            replay(id, &path, &mut found);
        }
        Ok(_) => found.faults.push(Fault::Head),
        Err(error) => found.faults.push(Fault::Unreadable(error)),
    }
    found
}

/// Checks every record by itself and with the one before it.
fn chains<'a>(records: &'a [Record], found: &mut Verified) -> BTreeMap<Digest, &'a Record> {
    let hashes: BTreeMap<Digest, &Record> = records.iter().map(|record| (record.hash(), record)).collect();
    let vouched: BTreeSet<Digest> = ledger::restated_by(records).collect();
    let mut followed: BTreeSet<Digest> = BTreeSet::new();
    for record in records {
        let sequence = record.sequence;
        if !ledger::is_whole(record, &vouched) {
            found.faults.push(Fault::Payload { sequence });
        }
        let before = hashes.get(&record.parent).map(|before| before.sequence + 1);
        let first = sequence == 0 && record.parent == Digest::default();
        if before != Some(sequence) && !first {
            found.faults.push(Fault::Link { sequence });
        }
        followed.insert(record.parent);
        found.redacted += u64::from(record.sealed.is_none());
    }
    found.records = records.len() as u64;
    found.branches = hashes.keys().filter(|hash| !followed.contains(hash)).count() as u64;
    hashes
}

fn path<'a>(hashes: &BTreeMap<Digest, &'a Record>, head: Digest) -> Vec<&'a Record> {
    let walk = std::iter::successors(hashes.get(&head), |record| hashes.get(&record.parent));
    // A chain that bites its tail cannot be made, but a damaged store is not to hang us.
    let mut path: Vec<&Record> = walk.copied().take(hashes.len()).collect();
    path.reverse();
    path
}

/// Replays the path to the head and builds every prompt anew.
fn replay(id: &str, path: &[&Record], found: &mut Verified) {
    let mut session = Session::new(id);
    let mut redacted = false;
    for record in path {
        if let Err(error) = session.apply(record) {
            found.faults.push(Fault::Replay(error.to_string()));
            return;
        }
        redacted |= record.sealed.is_none();
        let Some(Payload::Opened(opened)) = record.payload() else { continue };
        let Some(sent) = opened.prompt_hash else { continue };
        if redacted || record.algorithm != ALGORITHM {
            found.not_compared += 1;
        } else if prompt::rebuild(&session, &[]).map(|messages| Digest::of_json(&messages)) == Some(sent) {
            found.prompts += 1;
        } else {
            found.faults.push(Fault::Prompt { turn: opened.turn });
        }
    }
    found.turns = session.turns().len() as u64;
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use leeboard_core::memory::forget::Forget;
    use leeboard_core::message::{Entry, Message, Role};
    use leeboard_core::record::{Mode, Outcome};
    use leeboard_core::turn::{Delivery, Reply};
    use leeboard_core::{Config, Identity};

    use super::*;
    use crate::engine::Engine;
    use crate::store::{Durability, SqliteStore};
    use crate::tokens;

    async fn turn(engine: &Engine, session: &mut Session, said: &str) {
        let n = session.sequence();
        let entry = Entry::new(format!("u{n}"), Message::text(Role::User, said));
        engine.open(session, vec![entry], Mode::Manage).await.unwrap();
        let reply = Reply {
            steps: Vec::new(),
            entry: Some(Entry::new(format!("a{n}"), Message::text(Role::Assistant, format!("So: {said}")))),
            outcome: Outcome::Replied,
            rejected: Vec::new(),
            delivery: Delivery::Sent,
            stamp: engine.stamp().unwrap(),
        };
        engine.close(session, &reply).await.unwrap();
    }

    async fn filled(directory: &std::path::Path) -> (SqliteStore, Engine) {
        let store = SqliteStore::open(&directory.join("s.db"), Durability::Process).await.unwrap();
        let counter = tokens::counter("estimate").unwrap();
        let engine = Engine::new(Config::default(), counter, Arc::new(store.clone()));
        for id in ["one", "two"] {
            let mut session = Session::new(id);
            engine.start(&mut session, &Identity::from_system_message("You are Ada.")).await.unwrap();
            for n in 0..3 {
                turn(&engine, &mut session, &format!("The harbour has {n} piers.")).await;
            }
        }
        (store, engine)
    }

    #[tokio::test]
    async fn a_sound_session_is_replayed_to_the_same_prompts() {
        let directory = tempfile::tempdir().unwrap();
        let (store, engine) = filled(directory.path()).await;
        let found = session(&store, "one").await;
        assert_eq!((found.turns, found.prompts, found.branches, found.redacted), (3, 3, 1, 0));
        assert!(found.faults.is_empty() && found.not_compared == 0);
        engine.forget("one", &Forget::Text { text: "1 piers".to_owned() }).await.unwrap().unwrap();
        let found = session(&store, "one").await;
        assert_eq!((found.turns, found.faults.as_slice()), (3, [].as_slice()));
        assert!(found.redacted > 0 && found.not_compared > 0);
    }

    #[tokio::test]
    async fn a_changed_record_is_named_and_the_other_session_is_sound() {
        let directory = tempfile::tempdir().unwrap();
        let (store, _) = filled(directory.path()).await;
        let changes = [
            ("replace(record, 'has 1 piers', 'has 9 piers')", "record 4: its payload was changed"),
            ("replace(record, '\"sequence\":4', '\"sequence\":5')", "belongs to another place"),
            ("replace(record, '\"algorithm\":', '\"algorithm\":1')", "its hash"),
            ("substr(record, 1, 40)", "EOF"),
        ];
        for (change, expected) in changes {
            let copy = tempfile::tempdir().unwrap();
            store.checkpoint().await.unwrap();
            let path = copy.path().join("s.db");
            std::fs::copy(directory.path().join("s.db"), &path).unwrap();
            let damaged = SqliteStore::open(&path, Durability::Process).await.unwrap();
            let update =
                format!("UPDATE records SET record = {change} WHERE session = 'one' AND sequence = 4");
            damaged.execute(&update).await.unwrap();
            let found = session(&damaged, "one").await;
            let faults: Vec<String> = found.faults.iter().map(ToString::to_string).collect();
            assert!(faults.iter().any(|fault| fault.contains(expected)), "{change}: {faults:?}");
            assert!(session(&damaged, "two").await.faults.is_empty());
        }
    }

    #[tokio::test]
    async fn a_missing_record_is_named() {
        let directory = tempfile::tempdir().unwrap();
        let (store, _) = filled(directory.path()).await;
        store.execute("DELETE FROM records WHERE session = 'one' AND sequence = 3").await.unwrap();
        let found = session(&store, "one").await;
        assert!(found.faults.contains(&Fault::Link { sequence: 4 }), "{:?}", found.faults);
        store.execute("UPDATE sessions SET head = 'x' || substr(head, 2) WHERE id = 'two'").await.unwrap();
        assert!(!session(&store, "two").await.faults.is_empty());
    }
}
