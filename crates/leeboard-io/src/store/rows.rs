//! What the rows of SQL stores hold, and what is read from them.
//!
//! Owns the forms of records, digests, marks, keys and vectors in columns, and telling damage from a
//! newer format. Hashes are hex digits, records and vectors JSON. Knows no database and no SQL.

use std::collections::BTreeMap;

use leeboard_core::Mode;
use leeboard_core::record::{Digest, FORMAT, Record};
use leeboard_core::time::Timestamp;
use leeboard_core::vector::Vector;
use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::Error as ValueError;
use serde_json::Value;
use sqlx::{ColumnIndex, Database, Decode, FromRow, Row, Type};

use super::keys::{Key, KeyDigest};
use super::{Mark, Said, SessionSummary, Standing, StoreError, View};

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

/// The session with one of its marks, or with none if there is none. The columns are `head`,
/// `resends`, `erasures`, the `turn` of the head, the mark's `number`, `at`, `after`, `asked` and
/// `reply`, and the session's `mode`.
pub(super) struct ViewRow {
    head: String,
    resends: i64,
    erasures: i64,
    turn: Option<String>,
    mark: MarkRow,
    mode: Option<String>,
}

/// Number, place, the finished turn before it, digests of the question and of the reply.
type MarkRow = (Option<i64>, Option<String>, Option<String>, Option<String>, Option<String>);

impl<'r, R: Row> FromRow<'r, R> for ViewRow
where
    usize: ColumnIndex<R>,
    i64: Decode<'r, R::Database> + Type<R::Database>,
    String: Decode<'r, R::Database> + Type<R::Database>,
    R::Database: Database,
{
    fn from_row(row: &'r R) -> Result<Self, sqlx::Error> {
        let mark = (row.try_get(4)?, row.try_get(5)?, row.try_get(6)?, row.try_get(7)?, row.try_get(8)?);
        let (head, resends) = (row.try_get(0)?, row.try_get(1)?);
        let (erasures, turn, mode) = (row.try_get(2)?, row.try_get(3)?, row.try_get(9)?);
        Ok(Self { head, resends, erasures, turn, mark, mode })
    }
}

/// Takes the mark that is known out of the rows from it on; tells whether it is there.
pub(super) fn skip_known(rows: &mut [ViewRow], (number, at): (u64, Digest)) -> bool {
    let Some(first) = rows.first_mut() else { return false };
    let same_number = first.mark.0.and_then(|found| u64::try_from(found).ok()) == Some(number);
    let known = same_number && first.mark.1.as_deref() == Some(at.to_string().as_str());
    if known {
        first.mark.0 = None;
    }
    known
}

/// Head and marks of a session; `None` without rows.
pub(super) fn view(session: &str, rows: Vec<ViewRow>, whole: bool) -> Result<Option<View>, StoreError> {
    let Some(first) = rows.first() else { return Ok(None) };
    let (head, resends) = (digest(session, &first.head)?, first.resends != 0);
    let erasures = u64::try_from(first.erasures).unwrap_or_default();
    let turn = first.turn.as_deref().map(|turn| digest(session, turn)).transpose()?;
    let mode = mode(first.mode.as_deref())?;
    let marks = rows.into_iter().filter_map(|row| mark(session, row.mark).transpose());
    let marks = marks.collect::<Result<_, _>>()?;
    Ok(Some(View { head, turn, resends, erasures, mode, marks, whole }))
}

/// A mark; `None` for a row without one.
fn mark(session: &str, (number, at, after, asked, reply): MarkRow) -> Result<Option<Mark>, StoreError> {
    let (Some(number), Some(at)) = (number, at) else { return Ok(None) };
    let read = |hex: &str| digest(session, hex);
    let asked = asked.unwrap_or_default();
    let asked = asked.split(',').filter(|hex| !hex.is_empty()).map(read).collect::<Result<_, _>>()?;
    Ok(Some(Mark {
        number: u64::try_from(number).unwrap_or(0),
        at: read(&at)?,
        after: after.as_deref().map(read).transpose()?,
        said: Said::new(asked, reply.as_deref().map(read).transpose()?),
    }))
}

/// Stored id, turns and newest moment of a session.
pub(super) type SummaryRow = (String, i64, i64);

pub(super) fn summary((id, turns, updated_at): SummaryRow) -> SessionSummary {
    SessionSummary::new(id, u64::try_from(turns).unwrap_or(0), Timestamp(updated_at))
}

/// A mode as it stands in a column.
fn mode(name: Option<&str>) -> Result<Option<Mode>, StoreError> {
    let read = |name: &str| {
        Mode::deserialize(name.into_deserializer())
            .map_err(|error: ValueError| StoreError::Database(format!("a mode in it is damaged: {error}")))
    };
    name.map(read).transpose()
}

/// A key: id, digest, tenant, note, the times of making, last use and revoking, and the mode.
pub(super) type KeyRow =
    (String, String, String, Option<String>, i64, Option<i64>, Option<i64>, Option<String>);

pub(super) fn key(
    (id, digest, tenant, note, created_at, used, revoked, named): KeyRow,
) -> Result<Key, StoreError> {
    let digest = KeyDigest::from_hex(&digest).ok_or_else(|| {
        StoreError::Database(format!("the digest of the key {id} is damaged (make a new key)"))
    })?;
    let mut key = Key::new(id, digest, tenant, note, Timestamp(created_at));
    (key.last_used_at, key.revoked_at) = (used.map(Timestamp), revoked.map(Timestamp));
    key.mode = mode(named.as_deref())?;
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
