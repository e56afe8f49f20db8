//! Deleting sessions, and putting restated records in the place of others.
//!
//! Owns their SQL: transactions that take the session's row first, so that no commit comes between.
//! What is taken out of a record is decided in the core. When the server's files forget what was
//! deleted is the server's affair: vacuuming, its write-ahead log, its replicas and backups.

use std::sync::atomic::{AtomicBool, Ordering};

use leeboard_core::record::Record;
use sqlx::{Connection, PgPool};

use super::super::{Client, Commit, StoreError, Tip, conflict, rows};
use super::fault::Fault;
use super::{of, tree};

/// How often an erasure looks again because a commit came first.
const LOOKS: u32 = 8;

/// All records of a session's tree.
pub(super) async fn all(pool: &PgPool, session: &str) -> Result<Vec<Record>, Fault> {
    let rows: Vec<(i64, String, String)> = sqlx::query_as(
        "SELECT sequence, hash, record FROM leeboard.records \
         WHERE tenant = $1 AND session = $2 ORDER BY sequence, hash",
    )
    .bind(of(session))
    .bind(session)
    .fetch_all(pool)
    .await?;
    Ok(rows::tree(session, rows)?)
}

pub(super) async fn delete(pool: &PgPool, session: &str, found: &AtomicBool) -> Result<(), Fault> {
    let mut writing = pool.begin().await?;
    for statement in [
        "DELETE FROM leeboard.sessions WHERE tenant = $1 AND session = $2",
        "DELETE FROM leeboard.records WHERE tenant = $1 AND session = $2",
        "DELETE FROM leeboard.turns WHERE tenant = $1 AND session = $2",
        "DELETE FROM leeboard.vectors WHERE tenant = $1 AND session = $2",
        "DELETE FROM leeboard.snapshots WHERE tenant = $1 AND session = $2",
    ] {
        let deleted = sqlx::query(statement).bind(of(session)).bind(session).execute(&mut *writing).await?;
        found.fetch_or(deleted.rows_affected() > 0, Ordering::Relaxed);
    }
    Ok(writing.commit().await?)
}

pub(super) async fn erase(pool: &PgPool, restated: &[Record], record: &Record) -> Result<(), Fault> {
    let session = record.session.as_str();
    let records = std::slice::from_ref(record);
    let commit = Commit { records, said: &[], tip: Tip::Required, client: Client::default() };
    let mut connection = pool.acquire().await?;
    for _ in 0..LOOKS {
        // All was done by an attempt whose answer was lost.
        let Some(plan) = tree::plan(&mut connection, session, commit).await? else { return Ok(()) };
        let mut writing = connection.begin().await?;
        if plan.write(&mut writing, session, &commit).await?.is_none() {
            continue;
        }
        for left in restated {
            let done = sqlx::query(
                "UPDATE leeboard.records SET record = $4 WHERE tenant = $1 AND session = $2 AND hash = $3",
            )
            .bind(of(session))
            .bind(session)
            .bind(left.hash().to_string())
            .bind(rows::json(left)?)
            .execute(&mut *writing)
            .await?;
            if done.rows_affected() != 1 {
                return Err(conflict(session, record.sequence, left.sequence).into());
            }
        }
        for statement in [
            "DELETE FROM leeboard.vectors WHERE tenant = $1 AND session = $2",
            "DELETE FROM leeboard.snapshots WHERE tenant = $1 AND session = $2",
            "UPDATE leeboard.sessions SET erasures = erasures + 1 WHERE tenant = $1 AND session = $2",
        ] {
            sqlx::query(statement).bind(of(session)).bind(session).execute(&mut *writing).await?;
        }
        return Ok(writing.commit().await?);
    }
    Err(StoreError::Busy.into())
}
