//! The hash chain over a session's records.
//!
//! Owns writing records in a row, checking a chain and copying one to a fork. A record's hash
//! covers the salted digest of its payload, not the payload, so a chain with forgotten payloads
//! still verifies and says "redacted".

use thiserror::Error;

use crate::config::Config;
use crate::record::{ALGORITHM, Digest, FORMAT, Payload, Record, Sealed, Stamp};
use crate::session::Session;

/// Writes the records of one step, each naming the one before.
pub(crate) struct Chain<'a> {
    session: &'a str,
    sequence: u64,
    parent: Digest,
    config: Digest,
    stamp: Stamp,
    /// Records that the step has written before these: the n-th gets the n-th salt.
    skipped: usize,
    records: Vec<Record>,
}

impl<'a> Chain<'a> {
    /// Continues a session's log.
    pub(crate) fn after(session: &'a Session, stamp: Stamp, config: &Config) -> Self {
        Self {
            session: session.id(),
            sequence: session.sequence(),
            parent: session.head(),
            config: session.digest_of(config),
            stamp,
            skipped: 0,
            records: Vec::new(),
        }
    }

    /// Tells that the same step has already written some records with this stamp.
    pub(crate) fn skipping(mut self, records: usize) -> Self {
        self.skipped = records;
        self
    }

    pub(crate) fn add(&mut self, payload: Payload) {
        // A step writes a handful of records; the number cannot come near 255.
        let nth = u8::try_from(self.skipped + self.records.len()).unwrap_or(u8::MAX);
        let sealed = Sealed::new(payload, self.stamp.salt.nth(nth));
        let record = Record {
            format: FORMAT,
            algorithm: ALGORITHM,
            config: self.config,
            session: self.session.to_owned(),
            sequence: self.sequence,
            parent: self.parent,
            time: self.stamp.time,
            digest: sealed.digest(),
            sealed: Some(sealed),
        };
        self.parent = record.hash();
        self.sequence += 1;
        self.records.push(record);
    }

    pub(crate) fn finish(self) -> Vec<Record> {
        self.records
    }
}

/// What a verified chain holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Verified {
    /// Records in the chain.
    pub records: u64,
    /// Of these, how many have a forgotten payload.
    pub redacted: u64,
    /// Hash of the last record.
    pub head: Digest,
}

/// Where a chain is broken.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum LedgerError {
    /// A payload is not what its digest says.
    #[error("the payload of record {sequence} was changed: its digest differs")]
    Payload {
        /// The record.
        sequence: u64,
    },
    /// A record does not name the one before it, or a record is missing.
    #[error("record {sequence} does not follow the one before it")]
    Link {
        /// The record.
        sequence: u64,
    },
}

/// Recomputes a session's chain from its first record.
///
/// # Errors
/// [`LedgerError`] naming the first record that does not hold.
pub fn verify(records: &[Record]) -> Result<Verified, LedgerError> {
    let mut verified = Verified::default();
    for record in records {
        let sequence = record.sequence;
        if sequence != verified.records || record.parent != verified.head {
            return Err(LedgerError::Link { sequence });
        }
        match &record.sealed {
            Some(sealed) if sealed.digest() != record.digest => {
                return Err(LedgerError::Payload { sequence });
            }
            Some(_) => {}
            None => verified.redacted += 1,
        }
        verified.records += 1;
        verified.head = record.hash();
    }
    Ok(verified)
}

/// Copies a log to a new session, through turn `through` (0 copies only what came before the
/// first turn). Payloads, salts and times stay; the chain is the fork's own.
#[must_use]
pub fn fork(records: &[Record], session: &str, through: u32) -> Vec<Record> {
    let mut copies: Vec<Record> = Vec::new();
    for record in records {
        let beyond = match record.payload() {
            Some(Payload::Opened(opened)) => opened.turn > through,
            Some(Payload::Closed(closed)) => closed.turn > through,
            Some(Payload::Imported(imported)) => imported.turn > through,
            Some(Payload::Config(_) | Payload::Identity(_) | Payload::Embedded(_)) | None => false,
        };
        if beyond {
            break;
        }
        let parent = copies.last().map_or_else(Digest::default, Record::hash);
        copies.push(Record { session: session.to_owned(), parent, ..record.clone() });
    }
    copies
}
