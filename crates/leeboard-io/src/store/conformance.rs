//! What every store must do, as checks that anyone can run on theirs.
//!
//! A store of your own passes if [`check`] gives `Ok`:
//!
//! ```
//! use leeboard_io::store::{MemoryStore, conformance};
//!
//! # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
//! conformance::check(async || MemoryStore::new()).await?;
//! # Ok::<(), conformance::Failure>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Owns the checks and the records that they use. Not for use outside tests.

mod branches;
mod erasures;
mod keys;
mod lists;
mod snapshots;
mod vectors;

use std::ops::RangeInclusive;

use futures_util::future::join_all;
use leeboard_core::identity::Identity;
use leeboard_core::message::{Entry, Message, Role};
use leeboard_core::record::{
    ALGORITHM, Closed, Digest, FORMAT, Imported, MessageTokens, Outcome, Payload, Record, Salt, Sealed,
};
use leeboard_core::time::Timestamp;
use serde_json::json;
use thiserror::Error;

use super::{Keys, SessionSummary, Store, StoreError};

/// A check that a store did not pass.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("pass the store check `{check}`: {what}")]
#[non_exhaustive]
pub struct Failure {
    /// The check.
    pub check: &'static str,
    /// What was seen instead.
    pub what: String,
}

type Checked = Result<(), String>;

/// Runs all checks, each on a store of its own. `fresh` must give an empty one every time.
///
/// # Errors
///
/// The first check that fails.
pub async fn check<S: Store>(fresh: impl AsyncFn() -> S) -> Result<(), Failure> {
    named("what is appended is loaded", appended_is_loaded(&fresh().await).await)?;
    named("an unknown session is empty", unknown_is_empty(&fresh().await).await)?;
    named("appending again changes nothing", again_is_nothing(&fresh().await).await)?;
    named("a taken or distant place is a conflict", conflicts(&fresh().await).await)?;
    named("a refused append leaves nothing", all_or_none(&fresh().await).await)?;
    named("of racing writers one wins", one_wins(&fresh().await).await)?;
    named("the list is complete and ordered", list_is_ordered(&fresh().await).await)?;
    named("a tenant's list comes in parts", lists::pages(&fresh().await).await)?;
    named("a user's sessions are known", lists::scopes(&fresh().await).await)?;
    named("turns with a reply are counted", replies_are_counted(&fresh().await).await)?;
    named("what is deleted is gone", deleted_is_gone(&fresh().await).await)?;
    named("redacted records are kept as they are", redacted_is_kept(&fresh().await).await)?;
    named("branches share their start and one is the head", branches::heads(&fresh().await).await)?;
    named("a path is loaded whole or in part", branches::paths(&fresh().await).await)?;
    named("marks tell where turns are", branches::views(&fresh().await).await)?;
    named("a session keeps its mode", branches::modes(&fresh().await).await)?;
    named("sessions are found by what was said", branches::searches(&fresh().await).await)?;
    named("what is erased is gone from all branches", erasures::all_branches(&fresh().await).await)?;
    named("no reply is delivered over an edit", erasures::edits_are_kept(&fresh().await).await)?;
    named("a late erasure changes nothing", erasures::late_is_refused(&fresh().await).await)?;
    named("kept vectors are served", vectors::kept_are_served(&fresh().await).await)?;
    named("vectors stay in their model and session", vectors::apart(&fresh().await).await)?;
    named("a later vector takes the earlier one's place", vectors::later_wins(&fresh().await).await)?;
    named("vectors go with their session", vectors::deleted_are_gone(&fresh().await).await)
}

/// Runs the checks of a store that keeps the keys of a gateway too, each on a store of its own.
///
/// # Errors
///
/// The first check that fails.
pub async fn check_keys<S: Keys>(fresh: impl AsyncFn() -> S) -> Result<(), Failure> {
    named("keys are found as they were made", keys::made_are_found(&fresh().await).await)?;
    named("revoked keys stay, with the time", keys::revoked_stay(&fresh().await).await)?;
    named("uses of keys are noted", keys::uses_are_noted(&fresh().await).await)
}

/// Runs the checks of a store that keeps snapshots, each on a store of its own.
///
/// # Errors
///
/// The first check that fails.
pub async fn check_snapshots<S: Store>(fresh: impl AsyncFn() -> S) -> Result<(), Failure> {
    named("the nearest snapshot is given", snapshots::nearest_is_given(&fresh().await).await)?;
    named("a snapshot stays on its branch", snapshots::branches_are_apart(&fresh().await).await)?;
    named("the two newest snapshots are kept", snapshots::newest_are_kept(&fresh().await).await)?;
    let goes = snapshots::go_with_what_they_tell_of(&fresh().await).await;
    named("snapshots go with what they tell of", goes)
}

fn named(check: &'static str, outcome: Checked) -> Result<(), Failure> {
    outcome.map_err(|what| Failure { check, what })
}

/// Makes a chain of valid records.
struct Log {
    session: String,
    records: Vec<Record>,
}

impl Log {
    /// An identity and then imported exchanges, one a second from the given time on.
    fn new(session: &str, turns: u32, start: i64) -> Result<Self, String> {
        let mut log = Self { session: session.to_owned(), records: Vec::new() };
        let identity = Identity::from_system_message("You are Skipper, a calm sailing coach.");
        log.push(Payload::Identity(identity), Timestamp(start))?;
        let name = log.session.clone();
        log.exchanges(1..=turns, &name, start)?;
        Ok(log)
    }

    /// More exchanges, in the words of some speaker.
    fn exchanges(&mut self, turns: RangeInclusive<u32>, speaker: &str, start: i64) -> Result<(), String> {
        for (turn, time) in turns.zip((start + 1000..).step_by(1000)) {
            self.push(Payload::Imported(exchange(speaker, turn)?), Timestamp(time))?;
        }
        Ok(())
    }

    fn push(&mut self, payload: Payload, time: Timestamp) -> Result<(), String> {
        let sequence = self.records.len();
        let sealed = Sealed::new(payload, Salt::from_text(&format!("{} {sequence}", self.session)));
        let parent = self.records.last().map(Record::hash).unwrap_or_default();
        // `Record` is not exhaustive, so from here it is made as it is read: from JSON.
        let record = serde_json::from_value(json!({
            "format": FORMAT, "algorithm": ALGORITHM, "config": Digest::of(b"conformance"),
            "session": self.session, "sequence": sequence, "parent": parent, "time": time,
            "digest": sealed.digest(), "sealed": sealed,
        }));
        self.records.push(record.map_err(|error| format!("a record could not be made: {error}"))?);
        Ok(())
    }

    fn part(&self, from: usize, to: usize) -> &[Record] {
        self.records.get(from..to).unwrap_or_default()
    }
}

/// An exchange that is awkward to store: other scripts, quotes, control characters, numbers
/// whose digits must all survive.
fn exchange(session: &str, turn: u32) -> Result<Imported, String> {
    let asked = format!("{session}, turn {turn}: where does the \"tide\" turn?\u{1}\n\tñ 潮 ⛵");
    let mut reply = Message::text(Role::Assistant, "At noon; 'slack' water lasts 20 minutes.");
    let share = f64::from(turn) / 3.0 + 0.1;
    reply.extra.insert("scores".to_owned(), json!([share, 0.1 + 0.2, 1e-7, 5e-324, u64::MAX]));
    let asked = Entry::new(format!("{turn}u"), Message::text(Role::User, asked));
    let reply = Entry::new(format!("{turn}a"), reply);
    let tokens = MessageTokens::default();
    serde_json::from_value(json!({"turn": turn, "input": [asked], "reply": reply, "tokens": tokens}))
        .map_err(|error| format!("an exchange could not be made: {error}"))
}

async fn appended_is_loaded(store: &impl Store) -> Checked {
    let log = Log::new("a", 3, 0)?;
    good(store.append(&[]).await)?;
    good(store.append(log.part(0, 1)).await)?;
    good(store.append(log.part(1, 4)).await)?;
    let loaded = good(store.load("a").await)?;
    same(&loaded, &log.records)?;
    let verified =
        |record: &Record| record.sealed.as_ref().is_some_and(|sealed| sealed.digest() == record.digest);
    ensure(loaded.iter().all(verified), || "a payload no longer fits its digest".to_owned())
}

async fn unknown_is_empty(store: &impl Store) -> Checked {
    good(store.append(&Log::new("a", 1, 0)?.records).await)?;
    for id in ["b", "", "A", "a ", "a' OR ''='", "%"] {
        same(&good(store.load(id).await)?, &[])?;
    }
    ensure(!good(store.delete("b").await)?, || "deleting an unknown session found one".to_owned())
}

async fn again_is_nothing(store: &impl Store) -> Checked {
    let log = Log::new("a", 3, 0)?;
    good(store.append(log.part(0, 3)).await)?;
    good(store.append(log.part(0, 3)).await)?;
    good(store.append(log.part(1, 2)).await)?;
    // The first half is known, the second new.
    good(store.append(log.part(1, 4)).await)?;
    same(&good(store.load("a").await)?, &log.records)?;
    same(&good(store.list().await)?, &[SessionSummary::new("a", 3, Timestamp(3000))])
}

async fn conflicts(store: &impl Store) -> Checked {
    let log = Log::new("a", 4, 0)?;
    let other = Log::new("a", 2, 500)?;
    refused(store.append(log.part(1, 2)).await, 0, 1)?;
    good(store.append(log.part(0, 2)).await)?;
    refused(store.append(log.part(3, 4)).await, 2, 3)?;
    refused(store.append(other.part(1, 3)).await, 2, 1)?;
    let gap: Vec<_> = log.part(2, 3).iter().chain(log.part(4, 5)).cloned().collect();
    refused(store.append(&gap).await, 3, 4)?;
    let mixed: Vec<_> = log.part(2, 3).iter().chain(Log::new("b", 0, 0)?.part(0, 1)).cloned().collect();
    let answer = store.append(&mixed).await;
    ensure(answer.is_err(), || "records of two sessions were appended together".to_owned())?;
    same(&good(store.load("a").await)?, log.part(0, 2))
}

async fn all_or_none(store: &impl Store) -> Checked {
    let log = Log::new("a", 4, 0)?;
    let other = Log::new("a", 4, 500)?;
    good(store.append(log.part(0, 3)).await)?;
    let before = good(store.list().await)?;
    // The first record is known, the second does not follow it, the rest would be new.
    let batch: Vec<_> = log.part(1, 2).iter().chain(other.part(2, 5)).cloned().collect();
    refused(store.append(&batch).await, 2, 2)?;
    same(&good(store.load("a").await)?, log.part(0, 3))?;
    same(&good(store.list().await)?, &before)
}

async fn one_wins(store: &impl Store) -> Checked {
    const WRITERS: i64 = 8;
    let logs = (0..WRITERS).map(|n| Log::new("a", 1, n)).collect::<Result<Vec<_>, _>>()?;
    let answers = join_all(logs.iter().map(|log| store.append(&log.records))).await;
    let mut winners = Vec::new();
    for (log, answer) in logs.iter().zip(answers) {
        match answer {
            Ok(()) => winners.push(log),
            Err(StoreError::Conflict { .. }) => {}
            Err(other) => return Err(format!("a loser was told: {other}")),
        }
    }
    match winners.as_slice() {
        [winner] => same(&good(store.load("a").await)?, &winner.records),
        _ => Err(format!("{} of {WRITERS} writers won", winners.len())),
    }
}

async fn list_is_ordered(store: &impl Store) -> Checked {
    same(&good(store.list().await)?, &[])?;
    for (id, turns, start) in [("old", 2, -5000), ("tie-b", 0, 9000), ("tie-a", 1, 8000)] {
        good(store.append(&Log::new(id, turns, start)?.records).await)?;
    }
    let expected = [
        SessionSummary::new("tie-a", 1, Timestamp(9000)),
        SessionSummary::new("tie-b", 0, Timestamp(9000)),
        SessionSummary::new("old", 2, Timestamp(-3000)),
    ];
    same(&good(store.list().await)?, &expected)
}

async fn replies_are_counted(store: &impl Store) -> Checked {
    let mut log = Log::new("a", 1, 0)?;
    for (turn, outcome) in (2..).zip([Outcome::Abandoned, Outcome::Replied, Outcome::Partial]) {
        let mut closed = Closed::abandoned(turn);
        closed.outcome = outcome;
        log.push(Payload::Closed(Box::new(closed)), Timestamp(5000 + i64::from(turn)))?;
    }
    for record in &log.records {
        good(store.append(std::slice::from_ref(record)).await)?;
    }
    same(&good(store.list().await)?, &[SessionSummary::new("a", 3, Timestamp(5004))])?;
    same(&good(store.load("a").await)?, &log.records)
}

async fn deleted_is_gone(store: &impl Store) -> Checked {
    let (log, kept) = (Log::new("a", 2, 0)?, Log::new("b", 2, 0)?);
    good(store.append(&log.records).await)?;
    good(store.append(&kept.records).await)?;
    ensure(good(store.delete("a").await)?, || "the session was not found".to_owned())?;
    same(&good(store.load("a").await)?, &[])?;
    same(&good(store.load("b").await)?, &kept.records)?;
    same(&good(store.list().await)?, &[SessionSummary::new("b", 2, Timestamp(2000))])?;
    ensure(!good(store.delete("a").await)?, || "it could be deleted twice".to_owned())?;
    // The id is free again, and counts from the start.
    good(store.append(&log.records).await)?;
    same(&good(store.load("a").await)?, &log.records)
}

async fn redacted_is_kept(store: &impl Store) -> Checked {
    let log = Log::new("a", 1, 0)?;
    let redacted: Vec<_> = log.records.iter().cloned().map(Record::redacted).collect();
    good(store.append(&redacted).await)?;
    same(&good(store.load("a").await)?, &redacted)
}

fn good<T>(answer: Result<T, StoreError>) -> Result<T, String> {
    answer.map_err(|error| format!("it failed to {error}"))
}

fn refused(answer: Result<(), StoreError>, expected: u64, found: u64) -> Checked {
    let right = |error: &StoreError| {
        matches!(error, StoreError::Conflict { expected: e, found: f, .. }
            if (*e, *f) == (expected, found))
    };
    ensure(answer.as_ref().is_err_and(right), || {
        format!("a conflict (due {expected}, came {found}) was expected, not {answer:?}")
    })
}

fn same<T: PartialEq + std::fmt::Debug>(found: &[T], expected: &[T]) -> Checked {
    ensure(found == expected, || format!("{found:?} instead of {expected:?}"))
}

fn ensure(right: bool, what: impl FnOnce() -> String) -> Checked {
    if right { Ok(()) } else { Err(what()) }
}
