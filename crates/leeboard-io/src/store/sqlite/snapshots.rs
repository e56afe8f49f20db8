//! Snapshots in SQLite.
//!
//! Owns their SQL. A snapshot is written in parts, one short transaction each, since every commit
//! waits while another one writes; the row that makes it count comes last. Each part asks anew
//! whether the session still is what the state was taken from.

use leeboard_core::record::Digest;
use sqlx::SqlitePool;

use super::super::rows::{column, snapshot};
use super::super::{Snapshot, StoreError};
use super::database;
use super::tree::Writing;

/// Bytes of a part: some milliseconds of writing.
const PART: usize = 1 << 20;

/// The session, if it has the record and nothing was forgotten since.
const STILL: &str = "FROM sessions JOIN records ON records.session = sessions.id AND records.hash = ?2 \
    WHERE sessions.id = ?1 AND sessions.erasures = ?3";

/// Head, sequence, format, algorithm, how many parts, and one of them.
type Row = (String, i64, i64, i64, i64, Vec<u8>);

pub(super) async fn get(
    pool: &SqlitePool,
    session: &str,
    tip: Digest,
    known: Digest,
) -> Result<Option<Snapshot>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(
        "WITH RECURSIVE path (hash, parent) AS ( \
             SELECT hash, parent FROM records WHERE session = ?1 AND hash = ?2 AND hash <> ?3 \
                 AND EXISTS (SELECT 1 FROM snapshots WHERE session = ?1) \
             UNION ALL \
             SELECT records.hash, records.parent FROM path \
             JOIN records ON records.session = ?1 AND records.hash = path.parent \
             WHERE path.parent <> ?3 \
                 AND path.hash NOT IN (SELECT head FROM snapshots WHERE session = ?1)) \
         SELECT head, sequence, format, algorithm, parts, bytes FROM path \
         JOIN snapshots ON snapshots.session = ?1 AND snapshots.head = path.hash \
         JOIN snapshot_parts ON snapshot_parts.session = ?1 AND snapshot_parts.place = snapshots.place \
         ORDER BY part",
    )
    .bind(session)
    .bind(tip.to_string())
    .bind(known.to_string())
    .fetch_all(pool)
    .await
    .map_err(database)?;
    let Some((head, sequence, format, algorithm, parts, _)) = rows.first() else { return Ok(None) };
    if usize::try_from(*parts) != Ok(rows.len()) {
        return Ok(None);
    }
    let of = (head.clone(), *sequence, *format, *algorithm);
    let mut bytes = Vec::with_capacity(rows.iter().map(|row| row.5.len()).sum());
    rows.iter().for_each(|row| bytes.extend_from_slice(&row.5));
    snapshot(session, (of.0, of.1, of.2, of.3, bytes)).map(Some)
}

pub(super) async fn put(
    pool: &SqlitePool,
    session: &str,
    erasures: u64,
    snapshot: &Snapshot,
) -> Result<(), StoreError> {
    let (head, erasures) = (snapshot.head.to_string(), column(erasures)?);
    let from = (session, head.as_str(), erasures);
    let mut writing = pool.begin_with("BEGIN IMMEDIATE").await.map_err(database)?;
    let Some((place, number)) = room(&mut writing, from).await? else { return Ok(()) };
    writing.commit().await.map_err(database)?;
    let mut parts = 0;
    for bytes in snapshot.bytes.chunks(PART) {
        let insert = format!(
            "INSERT OR REPLACE INTO snapshot_parts (session, place, part, bytes) SELECT ?1, ?4, ?5, ?6 {STILL}"
        );
        let done = sqlx::query(sqlx::AssertSqlSafe(insert)).bind(session).bind(&head).bind(erasures);
        let done = done.bind(place).bind(parts).bind(bytes).execute(pool).await.map_err(database)?;
        if done.rows_affected() == 0 {
            return Ok(());
        }
        parts += 1;
    }
    let mut writing = pool.begin_with("BEGIN IMMEDIATE").await.map_err(database)?;
    sqlx::query("DELETE FROM snapshot_parts WHERE session = ? AND place = ? AND part >= ?")
        .bind(session)
        .bind(place)
        .bind(parts)
        .execute(&mut *writing)
        .await
        .map_err(database)?;
    let insert = format!(
        "INSERT OR REPLACE INTO snapshots (session, place, number, head, sequence, format, algorithm, parts) \
         SELECT ?1, ?4, ?5, ?2, ?6, ?7, ?8, ?9 {STILL}"
    );
    let insert = sqlx::query(sqlx::AssertSqlSafe(insert)).bind(session).bind(&head).bind(erasures);
    let insert = insert.bind(place).bind(number).bind(column(snapshot.sequence)?);
    let insert = insert.bind(i64::from(snapshot.format)).bind(i64::from(snapshot.algorithm)).bind(parts);
    insert.execute(&mut *writing).await.map_err(database)?;
    writing.commit().await.map_err(database)
}

/// The place that a new snapshot takes, which is emptied, and its number; `None` if the session is
/// another one by now or has a snapshot of this record.
async fn room(
    writing: &mut Writing<'_>,
    (session, head, erasures): (&str, &str, i64),
) -> Result<Option<(i64, i64)>, StoreError> {
    let still = format!("SELECT 1 {STILL}");
    let still: Option<(i64,)> = sqlx::query_as(sqlx::AssertSqlSafe(still))
        .bind(session)
        .bind(head)
        .bind(erasures)
        .fetch_optional(&mut **writing)
        .await
        .map_err(database)?;
    let kept: Vec<(i64, i64, String)> =
        sqlx::query_as("SELECT place, number, head FROM snapshots WHERE session = ? ORDER BY number DESC")
            .bind(session)
            .fetch_all(&mut **writing)
            .await
            .map_err(database)?;
    if still.is_none() || kept.iter().any(|(_, _, known)| known == head) {
        return Ok(None);
    }
    let (place, number) = kept.first().map_or((0, 1), |(place, number, _)| (1 - place, number + 1));
    sqlx::query("DELETE FROM snapshots WHERE session = ? AND place = ?")
        .bind(session)
        .bind(place)
        .execute(&mut **writing)
        .await
        .map_err(database)?;
    Ok(Some((place, number)))
}
