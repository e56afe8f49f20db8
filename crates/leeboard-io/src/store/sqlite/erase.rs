//! Taking what was forgotten out of the file.
//!
//! Owns the SQL that puts restated records in the place of the old ones, and cutting the
//! write-ahead log, which would hold the old pages for a while. What is taken out is decided in the
//! core.

use leeboard_core::record::Record;
use sqlx::{SqliteExecutor, SqlitePool};

use super::super::{Client, Commit, StoreError, Tip, conflict, rows};
use super::{database, tree};

/// All records of a session's tree.
pub(super) async fn all(pool: &SqlitePool, session: &str) -> Result<Vec<Record>, StoreError> {
    let rows: Vec<(i64, String, String)> = sqlx::query_as(
        "SELECT sequence, hash, record FROM records WHERE session = ? ORDER BY sequence, hash",
    )
    .bind(session)
    .fetch_all(pool)
    .await
    .map_err(database)?;
    rows::tree(session, rows)
}

pub(super) async fn erase(pool: &SqlitePool, restated: &[Record], record: &Record) -> Result<(), StoreError> {
    let session = record.session.as_str();
    let mut writing = pool.begin_with("BEGIN IMMEDIATE").await.map_err(database)?;
    for left in restated {
        let json = rows::json(left)?;
        let done = sqlx::query("UPDATE records SET record = ? WHERE session = ? AND hash = ?")
            .bind(json)
            .bind(session)
            .bind(left.hash().to_string())
            .execute(&mut *writing)
            .await
            .map_err(database)?;
        if done.rows_affected() != 1 {
            return Err(conflict(session, record.sequence, left.sequence));
        }
    }
    let records = std::slice::from_ref(record);
    let commit = Commit { records, said: &[], tip: Tip::Required, client: Client::default() };
    tree::add_to(&mut writing, session, commit).await?;
    for statement in [
        "DELETE FROM vectors WHERE session = ?",
        "DELETE FROM snapshots WHERE session = ?",
        "DELETE FROM snapshot_parts WHERE session = ?",
        "UPDATE sessions SET erasures = erasures + 1 WHERE id = ?",
    ] {
        sqlx::query(statement).bind(session).execute(&mut *writing).await.map_err(database)?;
    }
    writing.commit().await.map_err(database)?;
    cut_log(pool).await
}

/// Folds the write-ahead log into the file and cuts it: it still holds what was deleted.
pub(super) async fn cut_log(pool: &SqlitePool) -> Result<(), StoreError> {
    let (held, _, _): (i64, i64, i64) =
        sqlx::query_as("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(pool).await.map_err(database)?;
    if held != 0 {
        tracing::warn!("a reader holds the write-ahead log; deleted text stays in it for now");
    }
    Ok(())
}

/// Folds the write-ahead log into the file as far as readers let it. Waits for nobody. Gives the
/// pages in the log.
pub(super) async fn checkpoint(executor: impl SqliteExecutor<'_>) -> i64 {
    let done: Result<(i64, i64, i64), _> =
        sqlx::query_as("PRAGMA wal_checkpoint(PASSIVE)").fetch_one(executor).await;
    match done {
        Ok((_, pages, _)) => pages,
        Err(error) => {
            tracing::debug!(%error, "the write-ahead log was not folded into the file");
            0
        }
    }
}
