//! The hash chain over a session's records.
//!
//! Owns writing records in a row, checking a chain and copying one to a fork. A record's hash
//! covers the salted digest of its payload, not the payload, so a chain with forgotten payloads
//! still verifies and says "redacted"; what is left of one is vouched for by an [`Erased`] record.
//!
//! [`Erased`]: crate::memory::forget::Erased

use std::collections::BTreeSet;

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
            restated: None,
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
    /// Of these, how many have a payload that was forgotten, as a whole or in part.
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
    verify_branch(records, &BTreeSet::new())
}

/// The same for a branch. `erased` are the digests that
/// [`Erased`](crate::memory::forget::Erased) records on other branches of the session hold; those of the chain itself are known.
///
/// # Errors
/// [`LedgerError`] naming the first record that does not hold.
pub fn verify_branch(records: &[Record], erased: &BTreeSet<Digest>) -> Result<Verified, LedgerError> {
    let known: BTreeSet<Digest> = restated_by(records).chain(erased.iter().copied()).collect();
    let mut verified = Verified::default();
    for record in records {
        let sequence = record.sequence;
        if sequence != verified.records || record.parent != verified.head {
            return Err(LedgerError::Link { sequence });
        }
        if !is_whole(record, &known) {
            return Err(LedgerError::Payload { sequence });
        }
        verified.redacted += u64::from(record.sealed.is_none());
        verified.records += 1;
        verified.head = record.hash();
    }
    Ok(verified)
}

/// Whether a record's payload is what its digest says, or what an [`Erased`] record vouches for, or
/// was forgotten.
///
/// [`Erased`]: crate::memory::forget::Erased
#[must_use]
pub fn is_whole(record: &Record, vouched: &BTreeSet<Digest>) -> bool {
    match (&record.sealed, &record.restated) {
        (Some(sealed), None) => sealed.digest() == record.digest,
        (None, Some(left)) => vouched.contains(&left.digest()),
        (None, None) => true,
        (Some(_), Some(_)) => false,
    }
}

/// The digests of all that was restated, as the [`Erased`](crate::memory::forget::Erased) records among these hold them.
pub fn restated_by(records: &[Record]) -> impl Iterator<Item = Digest> + '_ {
    let erased = records.iter().filter_map(|record| match record.payload() {
        Some(Payload::Erased(erased)) => Some(&erased.restated),
        _ => None,
    });
    erased.flatten().copied()
}

/// Copies a log to a new session, through turn `through` (0 copies only what came before the
/// first turn). Payloads, salts and times stay; the chain is the fork's own. Later records of
/// what was forgotten are copied too, since they vouch for what is left.
#[must_use]
pub fn fork(records: &[Record], session: &str, through: u32) -> Vec<Record> {
    let mut copies: Vec<Record> = Vec::new();
    let mut ended = false;
    for record in records {
        let beyond = match record.payload() {
            Some(Payload::Opened(opened)) => opened.turn > through,
            Some(Payload::Closed(closed)) => closed.turn > through,
            Some(Payload::Imported(imported)) => imported.turn > through,
            Some(Payload::Recentered(recentered)) => recentered.after.max(recentered.turn) > through,
            Some(Payload::Memory(edit)) => edit.turn > through.saturating_add(1),
            _ => false,
        };
        ended |= beyond;
        if ended && !matches!(record.payload(), Some(Payload::Erased(_))) {
            continue;
        }
        let parent = copies.last().map_or_else(Digest::default, Record::hash);
        let sequence = copies.len() as u64;
        copies.push(Record { session: session.to_owned(), parent, sequence, ..record.clone() });
    }
    copies
}
