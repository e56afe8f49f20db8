//! What a fault of the database means: whether it may pass, and what the caller is told.
//!
//! Owns the codes of PostgreSQL (its manual, appendix A) that matter here.

use super::super::StoreError;

/// Why an attempt failed.
pub(super) enum Fault {
    /// The database, which may do better next time.
    Database(sqlx::Error),
    /// For a reason that stays.
    Store(StoreError),
}

impl From<sqlx::Error> for Fault {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error)
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Another transaction was in the way: serialization failure, deadlock, a lock that was not to be
/// had.
const IN_THE_WAY: [&str; 3] = ["40001", "40P01", "55P03"];

/// The server ends the connection or has none left: shut down, crashed, starting, idle for too long,
/// too many connections. Class 08 beside these.
const LOST: [&str; 6] = ["57P01", "57P02", "57P03", "57P05", "25P03", "53300"];

/// Whether the connection or the server went away.
pub(super) fn is_lost(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) => true,
        sqlx::Error::Database(inner) => {
            inner.code().is_some_and(|code| code.starts_with("08") || LOST.contains(&code.as_ref()))
        }
        _ => false,
    }
}

/// Whether the same may succeed a little later. For a connection it was waited long enough.
pub(super) fn may_pass(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Database(inner) if inner.code().is_some_and(|code| IN_THE_WAY.contains(&&*code)) => true,
        error => is_lost(error),
    }
}

/// What a caller is told.
pub(super) fn told(error: &sqlx::Error) -> StoreError {
    match error {
        sqlx::Error::Database(inner) if inner.code().is_some_and(|code| IN_THE_WAY.contains(&&*code)) => {
            StoreError::Busy
        }
        sqlx::Error::PoolTimedOut => {
            let reason = format!("no connection within {} seconds", super::PATIENCE.as_secs());
            StoreError::Unreachable { reason }
        }
        error if is_lost(error) => StoreError::Unreachable { reason: error.to_string() },
        error => StoreError::Database(error.to_string()),
    }
}
