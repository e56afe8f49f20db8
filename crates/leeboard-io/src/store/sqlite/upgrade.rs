//! What migrations cannot compute in SQL, for stores of older versions.
//!
//! Owns filling in hashes, heads and marks of sessions that were stored as plain logs. A session
//! that cannot be read is left as it is: loading it says what is wrong with it.

use leeboard_core::record::{Digest, Record};
use sqlx::SqlitePool;

use super::super::plan::Turn;
use super::super::rows::{column, parse};
use super::super::{Follower, Standing, StoreError};
use super::database;
use super::tree::{Writing, mark, set_head};

/// Brings sessions without a head up to date, each in a transaction of its own.
pub(super) async fn fill_in(pool: &SqlitePool) -> Result<(), StoreError> {
    let waiting: Vec<(String,)> =
        sqlx::query_as("SELECT id FROM sessions WHERE head = ''").fetch_all(pool).await.map_err(database)?;
    for (session,) in waiting {
        let mut writing = pool.begin_with("BEGIN IMMEDIATE").await.map_err(database)?;
        // Another process may have done it meanwhile.
        let (left,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM sessions WHERE id = ? AND head = ''")
            .bind(&session)
            .fetch_one(&mut *writing)
            .await
            .map_err(database)?;
        if left > 0 {
            match records(&mut writing, &session).await {
                Ok(records) => fill_in_one(&mut writing, &session, &records).await?,
                Err(error) => tracing::warn!(session, "failed to {error}"),
            }
        }
        writing.commit().await.map_err(database)?;
    }
    Ok(())
}

async fn records(writing: &mut Writing<'_>, session: &str) -> Result<Vec<Record>, StoreError> {
    let rows: Vec<(String,)> =
        sqlx::query_as("SELECT record FROM records WHERE session = ? ORDER BY sequence")
            .bind(session)
            .fetch_all(&mut **writing)
            .await
            .map_err(database)?;
    (0..).zip(rows).map(|(sequence, (json,))| parse(session, sequence, &json)).collect()
}

async fn fill_in_one(writing: &mut Writing<'_>, session: &str, records: &[Record]) -> Result<(), StoreError> {
    let mut standing = Standing::default();
    let mut last = Digest::default();
    for (record, said) in records.iter().zip(Follower::default().all(records)) {
        last = record.hash();
        let after = standing.turn.map(|(at, _)| at);
        let (next, path) = standing.next(record, last, said.as_ref());
        standing = next;
        sqlx::query(
            "UPDATE records SET hash = ?, turns = ?, turn = ?, path = ? WHERE session = ? AND sequence = ?",
        )
        .bind(last.to_string())
        .bind(column(standing.turns)?)
        .bind(standing.turn.map(|(at, _)| at.to_string()))
        .bind(standing.turn.map(|(_, path)| path.to_string()))
        .bind(session)
        .bind(column(record.sequence)?)
        .execute(&mut **writing)
        .await
        .map_err(database)?;
        if let Some(said) = &said {
            mark(writing, session, &Turn { at: last, after, said, scope: Digest::default(), path }).await?;
        }
    }
    set_head(writing, session, last).await
}
