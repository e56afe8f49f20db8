//! States of sessions as stores keep them: bytes that save replaying a log.
//!
//! Owns what stands beside the bytes. What is in them, and their checksum, are the core's
//! ([`Session::snapshot`]).

use leeboard_core::Session;
use leeboard_core::record::{ALGORITHM, Digest, FORMAT};
use leeboard_core::session::SnapshotError;

/// How many snapshots of a session are kept: beside the newest one of an earlier moment, for a
/// conversation that goes on before it.
pub const KEPT: usize = 2;

/// A state of a session after one of its records.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "stores build it")]
pub struct Snapshot {
    /// Hash of the last record in it.
    pub head: Digest,
    /// The sequence number of the record after that.
    pub sequence: u64,
    /// The record format of the program that made it.
    pub format: u16,
    /// Its algorithm.
    pub algorithm: u16,
    /// The state.
    pub bytes: Vec<u8>,
}

impl Snapshot {
    /// Takes a snapshot of a state. For a session of 10,000 turns that is work for some 30 ms.
    ///
    /// # Errors
    /// [`SnapshotError::Form`] for a state that cannot be written.
    pub fn of(session: &Session) -> Result<Self, SnapshotError> {
        Ok(Self {
            head: session.head(),
            sequence: session.sequence(),
            format: FORMAT,
            algorithm: ALGORITHM,
            bytes: session.snapshot()?,
        })
    }

    /// The state again.
    ///
    /// # Errors
    /// [`SnapshotError`]: replay the log instead.
    pub fn restore(&self, session: &str) -> Result<Session, SnapshotError> {
        let state = Session::restore(session, self.head, &self.bytes)?;
        if state.sequence() == self.sequence { Ok(state) } else { Err(SnapshotError::Misplaced) }
    }
}
