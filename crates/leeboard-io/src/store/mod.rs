//! Keeping the log - commit, load, find, list, delete - and beside it the vectors of its texts.
//!
//! Owns the trait that every store implements, its faults, and what the list of sessions shows.
//! A store keeps records as they are: it never folds, scores or repairs them. The tree that
//! they form is described in [`branch`], what turns are compared by in [`said`]; the keys of a
//! gateway are in [`keys`]. `conformance` holds the suite that a store must pass, here or in a third
//! party's crate.

pub mod branch;
pub mod conformance;
mod error;
mod heads;
pub mod keys;
mod keys_sql;
pub mod memory;
mod plan;
pub mod postgres;
mod rows;
pub mod said;
pub mod snapshot;
pub mod sqlite;
pub mod tenant;
#[cfg(test)]
mod testing;

use futures_util::future::BoxFuture;
use leeboard_core::Mode;
use leeboard_core::record::{Digest, Outcome, Payload, Record};
use leeboard_core::time::Timestamp;
use leeboard_core::vector::Vector;

pub use branch::{Client, Commit, Mark, Tip, Trace, View};
pub use error::StoreError;
pub use keys::{Key, Keys};
pub use memory::MemoryStore;
pub use postgres::PostgresStore;
pub use said::{Follower, Said};
pub use snapshot::Snapshot;
pub use sqlite::{Durability, SqliteStore};

/// One line of the list of sessions.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SessionSummary {
    /// The session.
    pub id: String,
    /// Turns on the path to the head that ended with a reply, imported ones included.
    pub turns: u64,
    /// When its newest record was made.
    pub updated_at: Timestamp,
}

/// A part of the list of one tenant's sessions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "the caller of a store builds it")]
pub struct Page<'a> {
    /// Whose sessions.
    pub tenant: &'a str,
    /// Only what comes after this line of the list: its moment and stored id.
    pub after: Option<(Timestamp, &'a str)>,
    /// At most this many.
    pub limit: usize,
}

impl Page<'_> {
    /// Whether a line of the list belongs to the tenant and comes after the one that is named.
    pub(crate) fn takes(&self, line: &SessionSummary) -> bool {
        let later = |(moment, id): (Timestamp, &str)| {
            line.updated_at < moment || (line.updated_at == moment && line.id.as_str() > id)
        };
        tenant::split(&line.id).0 == self.tenant && self.after.is_none_or(later)
    }
}

impl SessionSummary {
    /// A line of the list.
    #[must_use]
    pub fn new(id: impl Into<String>, turns: u64, updated_at: Timestamp) -> Self {
        Self { id: id.into(), turns, updated_at }
    }
}

/// The records of each session, which are only ever added, with a cache of vectors that lives as
/// long as the session.
///
/// What `commit` has returned `Ok` for is there for every later `load`, through this handle or
/// another one on the same data.
pub trait Store: Send + Sync {
    /// Stores records of one session after the record that the first of them names, all or none.
    ///
    /// Records that are already there are skipped, so a caller that did not see the answer can
    /// commit again. No records is no work.
    ///
    /// # Errors
    ///
    /// [`StoreError::Conflict`] if the record to follow is not there, with [`Tip::Required`] is not
    /// the head, or with [`Tip::Delivered`] has been followed by records that are no turns;
    /// [`StoreError::Mixed`] for records of several sessions.
    fn commit<'a>(&'a self, commit: Commit<'a>) -> BoxFuture<'a, Result<(), StoreError>>;

    /// Stores records after the head. Of two writers that append to the same head one gets `Ok`
    /// and the other [`StoreError::Conflict`], and there is never a mixture.
    ///
    /// # Errors
    ///
    /// As [`commit`](Self::commit) with [`Tip::Required`].
    fn append<'a>(&'a self, records: &'a [Record]) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(async move {
            // What is said can be told from a whole log alone.
            let whole = records.first().is_some_and(|first| first.sequence == 0);
            let said = if whole { Follower::default().all(records) } else { Vec::new() };
            let client = Client::default();
            self.commit(Commit { records, said: &said, tip: Tip::Required, client }).await
        })
    }

    /// Makes a stored record the head: what a client was told there is where it goes on.
    ///
    /// # Errors
    ///
    /// [`StoreError::Conflict`] if the session has no such record.
    fn deliver<'a>(&'a self, session: &'a str, head: Digest) -> BoxFuture<'a, Result<(), StoreError>>;

    /// Sets what leeboard may change in a session, for every branch of it; `None` leaves it to the
    /// key and the settings. Tells whether there is such a session.
    fn set_mode<'a>(
        &'a self,
        session: &'a str,
        mode: Option<Mode>,
    ) -> BoxFuture<'a, Result<bool, StoreError>>;

    /// The records on the path to the head, in order; none if the session is unknown.
    fn load<'a>(&'a self, session: &'a str) -> BoxFuture<'a, Result<Vec<Record>, StoreError>>;

    /// The records on the path to `tip`, in order: those after `after`, or all if that is not on
    /// the path. None if there is no such record.
    fn path<'a>(
        &'a self,
        session: &'a str,
        tip: Digest,
        after: Digest,
    ) -> BoxFuture<'a, Result<Vec<Record>, StoreError>>;

    /// Head and marks of a session, `None` if it is unknown. With the number and place of a mark
    /// that is known, only later ones, if it is still there.
    fn view<'a>(
        &'a self,
        session: &'a str,
        known: Option<(u64, Digest)>,
    ) -> BoxFuture<'a, Result<Option<View>, StoreError>>;

    /// The sessions of this scope in which something was said, newest first, at most
    /// [`MOST_FOUND`](branch::MOST_FOUND).
    fn find<'a>(&'a self, scope: Digest, trace: Trace<'a>) -> BoxFuture<'a, Result<Vec<String>, StoreError>>;

    /// All sessions, newest first, those of one moment by id.
    fn list<'a>(&'a self) -> BoxFuture<'a, Result<Vec<SessionSummary>, StoreError>>;

    /// A session's line of the list; `None` if it is unknown.
    fn summary<'a>(&'a self, session: &'a str) -> BoxFuture<'a, Result<Option<SessionSummary>, StoreError>>;

    /// A part of one tenant's sessions, in the order of the list.
    fn page<'a>(&'a self, page: Page<'a>) -> BoxFuture<'a, Result<Vec<SessionSummary>, StoreError>>;

    /// The sessions in which something was said in this scope, by id.
    fn sessions_of<'a>(&'a self, scope: Digest) -> BoxFuture<'a, Result<Vec<String>, StoreError>>;

    /// The scope that spoke last in a session; `None` if nothing is known to be said in it.
    fn scope<'a>(&'a self, session: &'a str) -> BoxFuture<'a, Result<Option<Digest>, StoreError>>;

    /// Deletes a session for good, its vectors too, and tells whether there was one.
    fn delete<'a>(&'a self, session: &'a str) -> BoxFuture<'a, Result<bool, StoreError>>;

    /// All records of a session's tree, by their places.
    fn all<'a>(&'a self, session: &'a str) -> BoxFuture<'a, Result<Vec<Record>, StoreError>>;

    /// Puts restated records in the place of those with the same hash, adds the record that vouches
    /// for them after the head, drops the session's kept vectors and counts the
    /// [erasure](View::erasures): all or nothing. Nothing of what stood there before may be left
    /// in files that the store writes itself; a database server may keep freed bytes until it uses
    /// them again, and the guide of such a store says so.
    ///
    /// # Errors
    ///
    /// [`StoreError::Conflict`] if one of them is not there or the head is another.
    fn erase<'a>(
        &'a self,
        restated: &'a [Record],
        record: &'a Record,
    ) -> BoxFuture<'a, Result<(), StoreError>>;

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

    /// The newest kept [`Snapshot`] on the path to `tip`; none if `known` is on that path and is not
    /// before it. A store need not keep any; this one gives none.
    fn snapshot<'a>(
        &'a self,
        session: &'a str,
        tip: Digest,
        known: Digest,
    ) -> BoxFuture<'a, Result<Option<Snapshot>, StoreError>> {
        let _ = (session, tip, known);
        Box::pin(async { Ok(None) })
    }

    /// Keeps a snapshot of a session in which so many [erasures](View::erasures) had been made, and
    /// of the earlier ones at least the last.
    ///
    /// If more was forgotten since, or the session does not have the record, nothing is kept, and
    /// that is no error: a snapshot tells of what was said, and must not outlive it. Both
    /// [`erase`](Self::erase) and [`delete`](Self::delete) delete a session's snapshots.
    fn put_snapshot<'a>(
        &'a self,
        session: &'a str,
        erasures: u64,
        snapshot: &'a Snapshot,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        let _ = (session, erasures, snapshot);
        Box::pin(async { Ok(()) })
    }
}

/// Checks what can be known without the store: one session, each record after the one before.
/// Gives the session, or `None` if there is nothing to store.
pub(crate) fn check_batch(records: &[Record]) -> Result<Option<&str>, StoreError> {
    let Some(first) = records.first() else {
        return Ok(None);
    };
    let mut parent = first.parent;
    for (expected, record) in (first.sequence..).zip(records) {
        if record.session != first.session {
            return Err(StoreError::Mixed { first: first.session.clone(), other: record.session.clone() });
        }
        if record.sequence != expected || record.parent != parent {
            return Err(conflict(&first.session, expected, record.sequence));
        }
        parent = record.hash();
    }
    Ok(Some(&first.session))
}

pub(crate) fn conflict(session: &str, expected: u64, found: u64) -> StoreError {
    StoreError::Conflict { session: session.to_owned(), expected, found }
}

/// Whether records that stand between a parent and the head would be lost if the head went to
/// another record after that parent, though none of them is a turn.
pub(crate) fn would_lose(between: &[Record], parent: Digest) -> bool {
    let is_turn = |record: &Record| {
        let payload = record.payload();
        matches!(payload, None | Some(Payload::Opened(_) | Payload::Closed(_) | Payload::Imported(_)))
    };
    between.first().is_some_and(|first| first.parent == parent) && !between.iter().any(is_turn)
}

/// Whether a record ends a turn with a reply.
pub(crate) fn is_reply(record: &Record) -> bool {
    match record.payload() {
        Some(Payload::Imported(_)) => true,
        Some(Payload::Closed(closed)) => {
            matches!(closed.outcome, Outcome::Replied | Outcome::Partial)
        }
        _ => false,
    }
}

/// Where a record stands among the turns of its path.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Standing {
    /// Turns with a reply up to it.
    pub(crate) turns: u64,
    /// The last finished turn that has a mark, and the digest of the path that ends with it.
    pub(crate) turn: Option<(Digest, Digest)>,
}

impl Standing {
    /// Where the next record stands, and the mark's path if it ends a turn.
    pub(crate) fn next(self, record: &Record, hash: Digest, said: Option<&Said>) -> (Self, Option<Digest>) {
        let turns = self.turns + u64::from(is_reply(record));
        match said.filter(|said| said.reply.is_some()) {
            Some(said) => {
                let path = said.path(self.turn.map(|(_, path)| path));
                (Self { turns, turn: Some((hash, path)) }, Some(path))
            }
            None => (Self { turns, ..self }, None),
        }
    }
}
