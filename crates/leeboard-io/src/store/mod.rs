//! Keeping the log - append, load, list, delete - and beside it the vectors of its texts.
//!
//! Owns the trait that every store implements, its faults, and what the list of sessions shows.
//! A store keeps records as they are: it never folds, scores or repairs them. `conformance`
//! holds the suite that a store must pass, here or in a third party's crate.

pub mod conformance;
mod error;
pub mod memory;
pub mod sqlite;

use futures_util::future::BoxFuture;
use leeboard_core::record::{Digest, Outcome, Payload, Record};
use leeboard_core::time::Timestamp;
use leeboard_core::vector::Vector;

pub use error::StoreError;
pub use memory::MemoryStore;
pub use sqlite::{Durability, SqliteStore};

/// One line of the list of sessions.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SessionSummary {
    /// The session.
    pub id: String,
    /// Turns that ended with a reply, imported ones included.
    pub turns: u64,
    /// When its newest record was made.
    pub updated_at: Timestamp,
}

impl SessionSummary {
    /// A line of the list.
    #[must_use]
    pub fn new(id: impl Into<String>, turns: u64, updated_at: Timestamp) -> Self {
        Self { id: id.into(), turns, updated_at }
    }
}

/// An append-only log per session, with a cache of vectors that lives as long as the session.
///
/// What `append` has returned `Ok` for is there for every later `load`, through this handle or
/// another one on the same data. Two writers that append the same place get one `Ok` and one
/// [`StoreError::Conflict`], never a mixture.
pub trait Store: Send + Sync {
    /// Appends records of one session, all or none.
    ///
    /// Records that are already there - same sequence, digest and parent - are skipped, so a
    /// caller that did not see the answer can append again. No records is no work.
    ///
    /// # Errors
    ///
    /// [`StoreError::Conflict`] if a place is taken by another record or one before it is
    /// missing; [`StoreError::Mixed`] for records of several sessions.
    fn append<'a>(&'a self, records: &'a [Record]) -> BoxFuture<'a, Result<(), StoreError>>;

    /// All records of a session in order; none if the session is unknown.
    fn load<'a>(&'a self, session: &'a str) -> BoxFuture<'a, Result<Vec<Record>, StoreError>>;

    /// All sessions, newest first, those of one moment by id.
    fn list<'a>(&'a self) -> BoxFuture<'a, Result<Vec<SessionSummary>, StoreError>>;

    /// Deletes a session for good, its vectors too, and tells whether there was one.
    fn delete<'a>(&'a self, session: &'a str) -> BoxFuture<'a, Result<bool, StoreError>>;

    /// The kept vectors of a session's texts, which are named by their digests: one answer for
    /// each, in order. Only vectors of this model, and none of another session.
    fn vectors<'a>(
        &'a self,
        session: &'a str,
        model: &'a str,
        texts: &'a [Digest],
    ) -> BoxFuture<'a, Result<Vec<Option<Vector>>, StoreError>>;

    /// Keeps vectors of a session's texts, each with the digest of its text; a later one of the
    /// same model takes the place of an earlier one.
    ///
    /// For a session without records nothing is kept, and that is no error: otherwise an answer
    /// that comes late would outlive the deletion of its session.
    fn keep_vectors<'a>(
        &'a self,
        session: &'a str,
        vectors: &'a [(Digest, Vector)],
    ) -> BoxFuture<'a, Result<(), StoreError>>;
}

/// What decides whether two records at one place are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) digest: Digest,
    pub(crate) parent: Digest,
}

impl Mark {
    pub(crate) fn of(record: &Record) -> Self {
        Self { digest: record.digest, parent: record.parent }
    }
}

/// Checks what can be known without the store: one session, ascending without gaps. Gives the
/// session, or `None` if there is nothing to append.
pub(crate) fn check_batch(records: &[Record]) -> Result<Option<&str>, StoreError> {
    let Some(first) = records.first() else {
        return Ok(None);
    };
    for (expected, record) in (first.sequence..).zip(records) {
        if record.session != first.session {
            return Err(StoreError::Mixed { first: first.session.clone(), other: record.session.clone() });
        }
        if record.sequence != expected {
            return Err(conflict(&first.session, expected, record.sequence));
        }
    }
    Ok(Some(&first.session))
}

/// The records that are not stored yet, given the marks of those that are, from the batch's
/// first place on. `next` is the first free place.
pub(crate) fn unstored<'a>(
    records: &'a [Record],
    stored: &[Mark],
    next: u64,
) -> Result<&'a [Record], StoreError> {
    let known = records.iter().zip(stored).take_while(|(new, old)| Mark::of(new) == **old).count();
    let (_, fresh) = records.split_at(known);
    match fresh.first() {
        Some(record) if record.sequence != next => Err(conflict(&record.session, next, record.sequence)),
        _ => Ok(fresh),
    }
}

pub(crate) fn conflict(session: &str, expected: u64, found: u64) -> StoreError {
    StoreError::Conflict { session: session.to_owned(), expected, found }
}

/// How many turns with a reply these records add.
pub(crate) fn replied_turns(records: &[Record]) -> u64 {
    let replied = |record: &&Record| match record.payload() {
        Some(Payload::Imported(_)) => true,
        Some(Payload::Closed(closed)) => {
            matches!(closed.outcome, Outcome::Replied | Outcome::Partial)
        }
        _ => false,
    };
    records.iter().filter(replied).fold(0, |turns, _| turns + 1)
}
