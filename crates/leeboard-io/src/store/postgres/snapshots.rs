//! Snapshots in PostgreSQL.
//!
//! Owns their SQL. The bytes are written before the session's row is looked at, and that is held only
//! until the transaction ends: no turn waits for the bytes. What was forgotten before the look keeps
//! the snapshot out; what is forgotten after it finds the snapshot and deletes it.

use leeboard_core::record::Digest;
use sqlx::PgPool;

use super::super::Snapshot;
use super::super::rows::{SnapshotRow, column, snapshot};
use super::super::snapshot::KEPT;
use super::fault::Fault;
use super::of;

pub(super) async fn get(
    pool: &PgPool,
    session: &str,
    tip: Digest,
    known: Digest,
) -> Result<Option<Snapshot>, Fault> {
    let row: Option<SnapshotRow> = sqlx::query_as(
        "WITH RECURSIVE kept AS MATERIALIZED ( \
             SELECT head FROM leeboard.snapshots WHERE tenant = $1 AND session = $2), \
         path (hash, parent) AS ( \
             SELECT hash, parent FROM leeboard.records WHERE tenant = $1 AND session = $2 AND hash = $3 \
                 AND hash <> $4 AND EXISTS (SELECT 1 FROM kept) \
             UNION ALL \
             SELECT r.hash, r.parent FROM path, LATERAL ( \
                 SELECT hash, parent FROM leeboard.records \
                 WHERE tenant = $1 AND session = $2 AND hash = path.parent LIMIT 1) r \
             WHERE path.parent <> $4 AND path.hash NOT IN (SELECT head FROM kept)) \
         SELECT s.head, s.sequence, s.format::bigint, s.algorithm::bigint, s.bytes FROM path \
         JOIN leeboard.snapshots s ON s.tenant = $1 AND s.session = $2 AND s.head = path.hash LIMIT 1",
    )
    .bind(of(session))
    .bind(session)
    .bind(tip.to_string())
    .bind(known.to_string())
    .fetch_optional(pool)
    .await?;
    Ok(row.map(|row| snapshot(session, row)).transpose()?)
}

pub(super) async fn put(
    pool: &PgPool,
    session: &str,
    erasures: u64,
    snapshot: &Snapshot,
) -> Result<(), Fault> {
    let head = snapshot.head.to_string();
    let mut writing = pool.begin().await?;
    let written = sqlx::query(
        "INSERT INTO leeboard.snapshots (tenant, session, head, sequence, format, algorithm, bytes) \
         SELECT $1, $2, $3, $4, $5, $6, $7 \
         WHERE EXISTS (SELECT 1 FROM leeboard.sessions \
             WHERE tenant = $1 AND session = $2 AND erasures = $8) \
         ON CONFLICT (tenant, session, head) DO NOTHING",
    )
    .bind(of(session))
    .bind(session)
    .bind(&head)
    .bind(column(snapshot.sequence)?)
    .bind(i32::from(snapshot.format))
    .bind(i32::from(snapshot.algorithm))
    .bind(&snapshot.bytes)
    .bind(column(erasures)?)
    .execute(&mut *writing)
    .await?;
    if written.rows_affected() == 0 {
        return Ok(());
    }
    let still: Option<(i32,)> = sqlx::query_as(
        "SELECT 1 FROM leeboard.sessions s WHERE s.tenant = $1 AND s.session = $2 AND s.erasures = $3 \
         AND EXISTS (SELECT 1 FROM leeboard.records r \
             WHERE r.tenant = $1 AND r.session = $2 AND r.hash = $4) FOR SHARE OF s",
    )
    .bind(of(session))
    .bind(session)
    .bind(column(erasures)?)
    .bind(&head)
    .fetch_optional(&mut *writing)
    .await?;
    if still.is_none() {
        return Ok(writing.rollback().await?);
    }
    sqlx::query(
        "DELETE FROM leeboard.snapshots WHERE tenant = $1 AND session = $2 AND head NOT IN ( \
             SELECT head FROM leeboard.snapshots WHERE tenant = $1 AND session = $2 \
             ORDER BY number DESC LIMIT $3)",
    )
    .bind(of(session))
    .bind(session)
    .bind(i64::try_from(KEPT).unwrap_or(i64::MAX))
    .execute(&mut *writing)
    .await?;
    Ok(writing.commit().await?)
}
