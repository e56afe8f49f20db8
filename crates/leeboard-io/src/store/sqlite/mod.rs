//! The default store: one SQLite file on this machine.
//!
//! Owns the SQL of appending, loading, listing and deleting. How the file is created, checked
//! and migrated is in `open`, the cache of vectors in `vectors`. Several processes may share a
//! file; SQLite lets one write at a time and the others wait.

mod open;
#[cfg(test)]
mod tests;
mod vectors;

use std::path::Path;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use leeboard_core::record::{Digest, FORMAT, Record};
use leeboard_core::time::Timestamp;
use leeboard_core::vector::Vector;
use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::Error as ValueError;
use serde_json::Value;
use sqlx::{Sqlite, SqlitePool, Transaction};

use super::{Mark, SessionSummary, Store, StoreError, check_batch, replied_turns, unstored};

/// What a commit survives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Durability {
    /// The end of the process, however sudden. Losing power may lose the last commits, but
    /// never damages the file. Fast, and the default.
    #[default]
    Process,
    /// Losing power too: every commit waits for the disk.
    Machine,
}

/// Sessions in an SQLite file. Cloning shares the connections.
#[derive(Clone, Debug)]
pub struct SqliteStore {
    pool: SqlitePool,
}

impl SqliteStore {
    /// Opens the file, creates it (readable by its owner only) if there is none, and brings its
    /// schema up to date.
    ///
    /// # Errors
    ///
    /// [`StoreError::Open`] for a file that cannot be created or is something else,
    /// [`StoreError::NewerSchema`] for a store of a newer leeboard.
    pub async fn open(path: &Path, durability: Durability) -> Result<Self, StoreError> {
        Ok(Self { pool: open::open(path, durability).await? })
    }

    /// Closes all connections and folds the write-ahead log into the file.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    async fn append_all(&self, records: &[Record]) -> Result<(), StoreError> {
        let (Some(session), Some(first)) = (check_batch(records)?, records.first()) else {
            return Ok(());
        };
        // Taking the write lock at once means that what is read here still holds at the commit.
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(database)?;
        let stored = marks(&mut transaction, session, first.sequence, records.len()).await?;
        let next = next_sequence(&mut transaction, session).await?;
        let fresh = unstored(records, &stored, next)?;
        if let Some(newest) = fresh.last() {
            touch(&mut transaction, session, replied_turns(fresh), newest.time).await?;
            for record in fresh {
                insert(&mut transaction, record).await?;
            }
        }
        transaction.commit().await.map_err(database)
    }

    async fn load_all(&self, session: &str) -> Result<Vec<Record>, StoreError> {
        let rows: Vec<(i64, String)> =
            sqlx::query_as("SELECT sequence, record FROM records WHERE session = ? ORDER BY sequence")
                .bind(session)
                .fetch_all(&self.pool)
                .await
                .map_err(database)?;
        (0_u64..)
            .zip(rows)
            .map(|(expected, (sequence, json))| {
                if u64::try_from(sequence) != Ok(expected) {
                    return Err(corrupt(session, expected, "it is missing"));
                }
                parse(session, expected, &json)
            })
            .collect()
    }

    async fn list_all(&self) -> Result<Vec<SessionSummary>, StoreError> {
        let rows: Vec<(String, i64, i64)> =
            sqlx::query_as("SELECT id, turns, updated_at FROM sessions ORDER BY updated_at DESC, id")
                .fetch_all(&self.pool)
                .await
                .map_err(database)?;
        let summary = |(id, turns, updated_at): (String, i64, i64)| {
            SessionSummary::new(id, u64::try_from(turns).unwrap_or(0), Timestamp(updated_at))
        };
        Ok(rows.into_iter().map(summary).collect())
    }

    async fn delete_all(&self, session: &str) -> Result<bool, StoreError> {
        let deleted = sqlx::query("DELETE FROM sessions WHERE id = ?")
            .bind(session)
            .execute(&self.pool)
            .await
            .map_err(database)?
            .rows_affected();
        if deleted > 0 {
            // The write-ahead log still holds the text until it is folded in and cut.
            let (held, _, _): (i64, i64, i64) = sqlx::query_as("PRAGMA wal_checkpoint(TRUNCATE)")
                .fetch_one(&self.pool)
                .await
                .map_err(database)?;
            if held != 0 {
                tracing::warn!("a reader holds the write-ahead log; deleted text stays in it for now");
            }
        }
        Ok(deleted > 0)
    }
}

impl Store for SqliteStore {
    fn append<'a>(&'a self, records: &'a [Record]) -> BoxFuture<'a, Result<(), StoreError>> {
        self.append_all(records).boxed()
    }

    fn load<'a>(&'a self, session: &'a str) -> BoxFuture<'a, Result<Vec<Record>, StoreError>> {
        self.load_all(session).boxed()
    }

    fn list<'a>(&'a self) -> BoxFuture<'a, Result<Vec<SessionSummary>, StoreError>> {
        self.list_all().boxed()
    }

    fn delete<'a>(&'a self, session: &'a str) -> BoxFuture<'a, Result<bool, StoreError>> {
        self.delete_all(session).boxed()
    }

    fn vectors<'a>(
        &'a self,
        session: &'a str,
        model: &'a str,
        texts: &'a [Digest],
    ) -> BoxFuture<'a, Result<Vec<Option<Vector>>, StoreError>> {
        vectors::get(&self.pool, session, model, texts).boxed()
    }

    fn keep_vectors<'a>(
        &'a self,
        session: &'a str,
        vectors: &'a [(Digest, Vector)],
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        vectors::keep(&self.pool, session, vectors).boxed()
    }
}

type Writing<'a> = Transaction<'a, Sqlite>;

/// The marks of the stored records from a place on, as many as the batch has.
async fn marks(
    transaction: &mut Writing<'_>,
    session: &str,
    first: u64,
    count: usize,
) -> Result<Vec<Mark>, StoreError> {
    let rows: Vec<(String, String)> = sqlx::query_as(
        "SELECT digest, parent FROM records WHERE session = ? AND sequence >= ? \
         ORDER BY sequence LIMIT ?",
    )
    .bind(session)
    .bind(column(first)?)
    .bind(i64::try_from(count).unwrap_or(i64::MAX))
    .fetch_all(&mut **transaction)
    .await
    .map_err(database)?;
    (first..)
        .zip(rows)
        .map(|(sequence, (digest, parent))| {
            let read = |hex: String| {
                Digest::deserialize(hex.into_deserializer())
                    .map_err(|error: ValueError| corrupt(session, sequence, &error.to_string()))
            };
            Ok(Mark { digest: read(digest)?, parent: read(parent)? })
        })
        .collect()
}

async fn next_sequence(transaction: &mut Writing<'_>, session: &str) -> Result<u64, StoreError> {
    let (next,): (i64,) =
        sqlx::query_as("SELECT COALESCE(MAX(sequence) + 1, 0) FROM records WHERE session = ?")
            .bind(session)
            .fetch_one(&mut **transaction)
            .await
            .map_err(database)?;
    u64::try_from(next).map_err(|_| corrupt(session, 0, "its place is negative"))
}

/// Creates the session's row or brings it up to date.
async fn touch(
    transaction: &mut Writing<'_>,
    session: &str,
    turns: u64,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO sessions (id, turns, updated_at) VALUES (?, ?, ?) ON CONFLICT (id) \
         DO UPDATE SET turns = turns + excluded.turns, updated_at = excluded.updated_at",
    )
    .bind(session)
    .bind(column(turns)?)
    .bind(now.0)
    .execute(&mut **transaction)
    .await
    .map_err(database)?;
    Ok(())
}

async fn insert(transaction: &mut Writing<'_>, record: &Record) -> Result<(), StoreError> {
    let json = serde_json::to_string(record)
        .map_err(|error| StoreError::Database(format!("a record is no JSON: {error}")))?;
    sqlx::query(
        "INSERT INTO records (session, sequence, digest, parent, time, record) \
         VALUES (?, ?, ?, ?, ?, ?)",
    )
    .bind(&record.session)
    .bind(column(record.sequence)?)
    .bind(record.digest.to_string())
    .bind(record.parent.to_string())
    .bind(record.time.0)
    .bind(json)
    .execute(&mut **transaction)
    .await
    .map_err(database)?;
    Ok(())
}

fn parse(session: &str, sequence: u64, json: &str) -> Result<Record, StoreError> {
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

fn corrupt(session: &str, sequence: u64, reason: &str) -> StoreError {
    StoreError::Corrupt { session: session.to_owned(), sequence, reason: reason.to_owned() }
}

/// A number as SQLite can hold it.
fn column(number: u64) -> Result<i64, StoreError> {
    i64::try_from(number).map_err(|_| StoreError::Database(format!("{number} is too large for a column")))
}

fn database(error: sqlx::Error) -> StoreError {
    if is_busy(&error) { StoreError::Busy } else { StoreError::Database(error.to_string()) }
}

/// `SQLITE_BUSY` (5) or `SQLITE_LOCKED` (6), with or without an extended code.
fn is_busy(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::PoolTimedOut => true,
        sqlx::Error::Database(error) => error
            .code()
            .and_then(|code| code.parse::<u32>().ok())
            .is_some_and(|code| matches!(code & 0xff, 5 | 6)),
        _ => false,
    }
}
