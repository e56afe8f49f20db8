//! What can go wrong with a store, by fault.
//!
//! Messages read on after "failed to ...". None holds a connection string.

use thiserror::Error;

/// Why a store did not do what was asked.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Another writer was first: load the session again and append to its new end.
    #[error(
        "append record {found} to session {session}: record {expected} is due \
         (another writer was first; load the session again)"
    )]
    Conflict {
        /// The session.
        session: String,
        /// The sequence number that is due.
        expected: u64,
        /// The one that came.
        found: u64,
    },
    /// What was there is not there any more.
    #[error("find the state of session {session} (it was deleted meanwhile; send the request again)")]
    Gone {
        /// The session.
        session: String,
    },
    /// One append holds records of two sessions: the caller's mistake.
    #[error("append records of session {first} and of session {other} together (append each alone)")]
    Mixed {
        /// The session of the first record.
        first: String,
        /// Another one.
        other: String,
    },
    /// A key of this id was kept before.
    #[error("keep the key {id}: there is one of that id (make another key)")]
    KeyExists {
        /// The id.
        id: String,
    },
    /// The store was written by a newer leeboard.
    #[error(
        "open the store {path}: its schema has version {found}, this leeboard knows up to {known} \
         (upgrade leeboard)"
    )]
    NewerSchema {
        /// Where it is.
        path: String,
        /// Its version.
        found: i64,
        /// The newest version that this program knows.
        known: i64,
    },
    /// A record was written by a newer leeboard.
    #[error(
        "read record {sequence} of session {session}: its format is {found}, this leeboard knows \
         up to {known} (upgrade leeboard)"
    )]
    NewerRecord {
        /// The session.
        session: String,
        /// Its place in the log.
        sequence: u64,
        /// Its format.
        found: u64,
        /// The newest format that this program reads.
        known: u64,
    },
    /// The store cannot be opened.
    #[error("open the store {path}: {reason}")]
    Open {
        /// Where it is.
        path: String,
        /// What is in the way.
        reason: String,
    },
    /// A stored record is damaged.
    #[error("read record {sequence} of session {session}: {reason} (restore the store from a backup)")]
    Corrupt {
        /// The session.
        session: String,
        /// Its place in the log.
        sequence: u64,
        /// What is wrong with it.
        reason: String,
    },
    /// Somebody else held the store for too long.
    #[error("get hold of the store: another process is writing (try again)")]
    Busy,
    /// All connections to the database were in use for too long.
    #[error(
        "get a connection to the database: all {connections} are in use (try again; allow more with \
         store.connections)"
    )]
    Exhausted {
        /// How many there may be.
        connections: u32,
    },
    /// The database server does not answer.
    #[error("reach the database server: {reason} (check that it runs, then try again)")]
    Unreachable {
        /// What is in the way.
        reason: String,
    },
    /// The database failed: disk full, input or output error, ...
    #[error("use the store: {0}")]
    Database(String),
}
