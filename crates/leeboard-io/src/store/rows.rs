//! What the rows of SQL stores hold, and what is read from them.
//!
//! Owns the forms of records, digests, marks, keys and vectors in columns, and telling damage from a
//! newer format. Hashes are hex digits, records and vectors JSON. Knows no database and no SQL.

use std::collections::BTreeMap;

use leeboard_core::record::{Digest, FORMAT, Record};
use leeboard_core::time::Timestamp;
use leeboard_core::vector::Vector;
use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::Error as ValueError;
use serde_json::Value;

use super::keys::{Key, KeyDigest};
use super::{Mark, Said, SessionSummary, Snapshot, Standing, StoreError, View};

/// A record as it is stored.
pub(super) fn json(record: &Record) -> Result<String, StoreError> {
    serde_json::to_string(record)
        .map_err(|error| StoreError::Database(format!("a record is no JSON: {error}")))
}

/// A record from its row.
pub(super) fn parse(session: &str, sequence: u64, json: &str) -> Result<Record, StoreError> {
    match serde_json::from_str::<Record>(json) {
        Ok(record) if record.session == session && record.sequence == sequence => Ok(record),
        Ok(_) => Err(corrupt(session, sequence, "it belongs to another place")),
        Err(error) => Err(newer_or_corrupt(session, sequence, json, &error)),
    }
}

/// A record that does not parse is damaged, unless it says that it is of a newer format.
fn newer_or_corrupt(session: &str, sequence: u64, json: &str, error: &serde_json::Error) -> StoreError {
    let known = u64::from(FORMAT);
    let format = serde_json::from_str::<Value>(json)
        .ok()
        .and_then(|record| record.get("format").and_then(Value::as_u64));
    match format {
        Some(found) if found > known => {
            StoreError::NewerRecord { session: session.to_owned(), sequence, found, known }
        }
        _ => corrupt(session, sequence, &error.to_string()),
    }
}

pub(super) fn corrupt(session: &str, sequence: u64, reason: &str) -> StoreError {
    StoreError::Corrupt { session: session.to_owned(), sequence, reason: reason.to_owned() }
}

/// A number as a database can hold it.
pub(super) fn column(number: u64) -> Result<i64, StoreError> {
    i64::try_from(number).map_err(|_| StoreError::Database(format!("{number} is too large for a column")))
}

/// A digest as it stands in a column.
pub(super) fn digest(session: &str, hex: &str) -> Result<Digest, StoreError> {
    Digest::deserialize(hex.into_deserializer())
        .map_err(|error: ValueError| corrupt(session, 0, &format!("a hash of it is damaged: {error}")))
}

/// Sequence and JSON of records in a row.
pub(super) fn records(session: &str, rows: Vec<(i64, String)>) -> Result<Vec<Record>, StoreError> {
    let record =
        |(sequence, json): (i64, String)| parse(session, u64::try_from(sequence).unwrap_or_default(), &json);
    rows.into_iter().map(record).collect()
}

/// The same of a whole path after a record: none may be missing.
pub(super) fn path(
    session: &str,
    after: Digest,
    rows: Vec<(i64, String)>,
) -> Result<Vec<Record>, StoreError> {
    let first = rows.first().map_or(0, |(sequence, _)| *sequence);
    let gap = (first..).zip(&rows).find(|(expected, (sequence, _))| expected != sequence);
    if let Some((expected, _)) = gap {
        return Err(corrupt(session, u64::try_from(expected).unwrap_or(0), "it is missing"));
    }
    let records = records(session, rows)?;
    match records.first() {
        Some(first) if first.sequence > 0 && first.parent != after => {
            Err(corrupt(session, first.sequence - 1, "it is missing"))
        }
        _ => Ok(records),
    }
}

/// Sequence, hash and JSON of all records of a tree.
pub(super) fn tree(session: &str, rows: Vec<(i64, String, String)>) -> Result<Vec<Record>, StoreError> {
    let record = |(sequence, hash, json): (i64, String, String)| {
        let sequence = u64::try_from(sequence).unwrap_or_default();
        let record = parse(session, sequence, &json)?;
        match record.hash().to_string() == hash {
            true => Ok(record),
            false => Err(corrupt(session, sequence, "its hash is another than the one it is stored under")),
        }
    };
    rows.into_iter().map(record).collect()
}

/// Sequence, turns, last finished turn and its path.
pub(super) type Place = (i64, i64, Option<String>, Option<String>);

/// A record's place, as its row tells.
pub(super) fn stands(
    session: &str,
    (sequence, turns, turn, path): Place,
) -> Result<(u64, Standing), StoreError> {
    let sequence = u64::try_from(sequence).map_err(|_| corrupt(session, 0, "its place is negative"))?;
    let turn = match (turn, path) {
        (Some(turn), Some(path)) => Some((digest(session, &turn)?, digest(session, &path)?)),
        _ => None,
    };
    Ok((sequence, Standing { turns: u64::try_from(turns).unwrap_or(0), turn }))
}

/// A session with its marks, all in one row: thousands of rows would take longer than what is in
/// them. The columns are `head`, `resends`, `erasures`, the `turn` of the head, and the marks, one in
/// a line: number, place, the finished turn before it, digests of the question and of the reply, with
/// a space between each two.
pub(super) type ViewRow = (String, i64, i64, Option<String>, Option<String>);

/// Head and marks of a session, from the marks that come after one that is known; `None` if it is
/// not the first of them.
pub(super) fn view(
    session: &str,
    (head, resends, erasures, turn, marks): ViewRow,
    known: Option<(u64, Digest)>,
) -> Result<Option<View>, StoreError> {
    let lines = marks.as_deref().unwrap_or_default().lines();
    let mut marks = lines.map(|line| mark(session, line)).collect::<Result<Vec<_>, _>>()?;
    // They come in order, but no database promises it.
    marks.sort_by_key(|mark| mark.number);
    if let Some(known) = known {
        if marks.first().map(|mark| (mark.number, mark.at)) != Some(known) {
            return Ok(None);
        }
        marks.remove(0);
    }
    Ok(Some(View {
        head: digest(session, &head)?,
        turn: turn.as_deref().map(|turn| digest(session, turn)).transpose()?,
        resends: resends != 0,
        erasures: u64::try_from(erasures).unwrap_or_default(),
        marks,
        whole: known.is_none(),
    }))
}

/// A mark from its line.
fn mark(session: &str, line: &str) -> Result<Mark, StoreError> {
    let read = |hex: &str| digest(session, hex);
    let given = |hex: &str| (!hex.is_empty()).then(|| read(hex)).transpose();
    let mut parts = line.split(' ');
    let mut next = || parts.next().ok_or_else(|| corrupt(session, 0, "a mark of it is damaged"));
    let number = next()?.parse().map_err(|_| corrupt(session, 0, "the number of a mark is damaged"))?;
    let (at, after, asked, reply) = (read(next()?)?, given(next()?)?, next()?, given(next()?)?);
    let asked = asked.split(',').filter(|hex| !hex.is_empty()).map(read).collect::<Result<_, _>>()?;
    Ok(Mark { number, at, after, said: Said::new(asked, reply) })
}

/// Head, sequence, format, algorithm and bytes of a snapshot.
pub(super) type SnapshotRow = (String, i64, i64, i64, Vec<u8>);

pub(super) fn snapshot(
    session: &str,
    (head, sequence, format, algorithm, bytes): SnapshotRow,
) -> Result<Snapshot, StoreError> {
    let narrow = |number: i64| u16::try_from(number).unwrap_or_default();
    Ok(Snapshot {
        head: digest(session, &head)?,
        sequence: u64::try_from(sequence).unwrap_or_default(),
        format: narrow(format),
        algorithm: narrow(algorithm),
        bytes,
    })
}

/// Stored id, turns and newest moment of a session.
pub(super) type SummaryRow = (String, i64, i64);

pub(super) fn summary((id, turns, updated_at): SummaryRow) -> SessionSummary {
    SessionSummary::new(id, u64::try_from(turns).unwrap_or(0), Timestamp(updated_at))
}

/// A key: id, digest, tenant, note, and the times of making, last use and revoking.
pub(super) type KeyRow = (String, String, String, Option<String>, i64, Option<i64>, Option<i64>);

pub(super) fn key((id, digest, tenant, note, created_at, used, revoked): KeyRow) -> Result<Key, StoreError> {
    let digest = KeyDigest::from_hex(&digest).ok_or_else(|| {
        StoreError::Database(format!("the digest of the key {id} is damaged (make a new key)"))
    })?;
    let mut key = Key::new(id, digest, tenant, note, Timestamp(created_at));
    (key.last_used_at, key.revoked_at) = (used.map(Timestamp), revoked.map(Timestamp));
    Ok(key)
}

/// A vector as it is stored.
pub(super) fn vector_json(vector: &Vector) -> Result<String, StoreError> {
    serde_json::to_string(vector)
        .map_err(|error| StoreError::Database(format!("a vector is no JSON: {error}")))
}

/// Vectors in the order of the wanted names, from rows of name and JSON. A damaged one counts as
/// absent, since it can be made again.
pub(super) fn vectors(
    session: &str,
    model: &str,
    names: &[String],
    rows: Vec<(String, String)>,
) -> Vec<Option<Vector>> {
    let found: BTreeMap<String, Vector> = rows
        .into_iter()
        .filter_map(|(text, json)| match serde_json::from_str::<Vector>(&json) {
            Ok(vector) if vector.model() == model => Some((text, vector)),
            _ => {
                tracing::warn!(session, "a kept vector is damaged and will be made again");
                None
            }
        })
        .collect();
    names.iter().map(|name| found.get(name).cloned()).collect()
}
