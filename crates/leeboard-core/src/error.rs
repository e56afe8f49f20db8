//! Errors by fault: the caller's misuse, a limit that was reached, records that do not fit.
//!
//! Messages are fragments that read on after "failed to ...".

use thiserror::Error;

/// Why a turn could not be opened or closed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum TurnError {
    /// The call came in the wrong state.
    #[error("{0}")]
    Misuse(Misuse),
    /// The input breaks a configured limit.
    #[error("{what} of {size} bytes is over the limit of {limit} (raise limits.{setting} to allow it)")]
    Limit {
        /// What is too large.
        what: &'static str,
        /// Its size in bytes.
        size: usize,
        /// The limit in bytes.
        limit: usize,
        /// The setting that holds the limit.
        setting: &'static str,
    },
    /// A record that the core itself made does not apply: a bug.
    #[error("{0}")]
    Apply(#[from] ApplyError),
}

/// A call in the wrong state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Misuse {
    /// `close` without an open turn.
    #[error("no turn is open; call open first")]
    NoOpenTurn,
    /// A step between two turns while one is open.
    #[error("turn {turn} is open (close it first: send the results of its tools, or the next message)")]
    OpenTurn {
        /// The open turn.
        turn: u32,
    },
    /// The shell answered another number of texts than were wanted.
    #[error("{got} answers for {wanted} wanted texts")]
    Answers {
        /// Texts wanted.
        wanted: usize,
        /// Answers given.
        got: usize,
    },
}

/// Why a record does not fit a session.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ApplyError {
    /// The record was written by a newer leeboard.
    #[error("record {sequence} has format {found}; this version reads up to {known} (upgrade leeboard)")]
    Newer {
        /// Its place in the log.
        sequence: u64,
        /// Its format.
        found: u16,
        /// The newest format that this version reads.
        known: u16,
    },
    /// The record does not follow the last one.
    #[error("record {found} does not follow record {expected} of session {session}")]
    OutOfOrder {
        /// The session.
        session: String,
        /// The sequence number that was due.
        expected: u64,
        /// The one that came.
        found: u64,
    },
    /// The record names another parent than the head of the session.
    #[error("record {sequence} has another parent than the head of its session")]
    Parent {
        /// Its place in the log.
        sequence: u64,
    },
    /// A turn was closed that was not open, or numbered wrongly.
    #[error("record {sequence} closes turn {turn}, which is not open")]
    NotOpen {
        /// Its place in the log.
        sequence: u64,
        /// The turn it names.
        turn: u32,
    },
}

/// Why an identity file or text was refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct IdentityError {
    /// What is wrong, with line and column where the parser knows them.
    pub message: String,
}
