//! The default store: one SQLite file on this machine.
//!
//! Owns the SQL of deleting, and what a fault means. Commits are in `tree`, the usual one in
//! `writer` with its `queue`, paths and searches in `find`, lists in `list`, forgetting in `erase`, the cache of
//! vectors in `vectors`, snapshots in `snapshots`, keys in `keys`, copies in `backup`. How
//! the file is created, checked and migrated is in `open` and `upgrade`. Several processes may share a file; SQLite
//! lets one write at a time and the others wait.

mod backup;
mod erase;
mod find;
mod keys;
mod list;
mod open;
mod queue;
mod snapshots;
#[cfg(test)]
mod tests;
mod tree;
mod upgrade;
mod vectors;
mod writer;

use std::path::Path;
use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use leeboard_core::Mode;
use leeboard_core::record::{Digest, Record};
use leeboard_core::vector::Vector;
use sqlx::SqlitePool;

use self::writer::Writer;
use super::{Commit, Page, SessionSummary, Snapshot, Store, StoreError, Trace, View};

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
    writer: Arc<Writer>,
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
        let (pool, options) = open::open(path, durability).await?;
        Ok(Self { pool, writer: Arc::new(Writer::new(options, durability)) })
    }

    /// Closes all connections and folds the write-ahead log into the file.
    pub async fn close(&self) {
        self.writer.close().await;
        self.pool.close().await;
    }

    /// Runs a statement, to damage a store in a test.
    #[cfg(test)]
    pub(crate) async fn execute(&self, statement: &str) -> Result<(), StoreError> {
        let done = sqlx::query(sqlx::AssertSqlSafe(statement)).execute(&self.pool).await;
        done.map(drop).map_err(database)
    }

    /// Folds the write-ahead log into the file.
    #[cfg(test)]
    pub(crate) async fn checkpoint(&self) -> Result<(), StoreError> {
        erase::cut_log(&self.pool).await
    }

    /// What is wrong with the file, as far as a quick look tells; nothing if it is whole.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`] or [`StoreError::Busy`] if it cannot be looked at.
    pub async fn quick_check(&self) -> Result<Vec<String>, StoreError> {
        let rows: Vec<(String,)> =
            sqlx::query_as("PRAGMA quick_check(20)").fetch_all(&self.pool).await.map_err(database)?;
        Ok(rows.into_iter().map(|(row,)| row).filter(|row| row != "ok").collect())
    }

    async fn delete_all(&self, session: &str) -> Result<bool, StoreError> {
        let deleted = sqlx::query("DELETE FROM sessions WHERE id = ?")
            .bind(session)
            .execute(&self.pool)
            .await
            .map_err(database)?
            .rows_affected();
        if deleted > 0 {
            erase::cut_log(&self.pool).await?;
        }
        Ok(deleted > 0)
    }
}

impl Store for SqliteStore {
    fn commit<'a>(&'a self, commit: Commit<'a>) -> BoxFuture<'a, Result<(), StoreError>> {
        self.writer.commit(&self.pool, commit).boxed()
    }

    fn deliver<'a>(&'a self, session: &'a str, head: Digest) -> BoxFuture<'a, Result<(), StoreError>> {
        tree::deliver(&self.pool, session, head).boxed()
    }

    fn set_mode<'a>(
        &'a self,
        session: &'a str,
        mode: Option<Mode>,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        tree::set_mode(&self.pool, session, mode).boxed()
    }

    fn load<'a>(&'a self, session: &'a str) -> BoxFuture<'a, Result<Vec<Record>, StoreError>> {
        find::path(&self.pool, session, None, Digest::default()).boxed()
    }

    fn path<'a>(
        &'a self,
        session: &'a str,
        tip: Digest,
        after: Digest,
    ) -> BoxFuture<'a, Result<Vec<Record>, StoreError>> {
        find::path(&self.pool, session, Some(tip), after).boxed()
    }

    fn view<'a>(
        &'a self,
        session: &'a str,
        known: Option<(u64, Digest)>,
    ) -> BoxFuture<'a, Result<Option<View>, StoreError>> {
        find::view(&self.pool, session, known).boxed()
    }

    fn find<'a>(&'a self, scope: Digest, trace: Trace<'a>) -> BoxFuture<'a, Result<Vec<String>, StoreError>> {
        find::find(&self.pool, scope, trace).boxed()
    }

    fn list<'a>(&'a self) -> BoxFuture<'a, Result<Vec<SessionSummary>, StoreError>> {
        list::all(&self.pool).boxed()
    }

    fn summary<'a>(&'a self, session: &'a str) -> BoxFuture<'a, Result<Option<SessionSummary>, StoreError>> {
        list::one(&self.pool, session).boxed()
    }

    fn page<'a>(&'a self, page: Page<'a>) -> BoxFuture<'a, Result<Vec<SessionSummary>, StoreError>> {
        list::page(&self.pool, page).boxed()
    }

    fn sessions_of<'a>(&'a self, scope: Digest) -> BoxFuture<'a, Result<Vec<String>, StoreError>> {
        list::of_scope(&self.pool, scope).boxed()
    }

    fn scope<'a>(&'a self, session: &'a str) -> BoxFuture<'a, Result<Option<Digest>, StoreError>> {
        list::scope(&self.pool, session).boxed()
    }

    fn delete<'a>(&'a self, session: &'a str) -> BoxFuture<'a, Result<bool, StoreError>> {
        self.delete_all(session).boxed()
    }

    fn all<'a>(&'a self, session: &'a str) -> BoxFuture<'a, Result<Vec<Record>, StoreError>> {
        erase::all(&self.pool, session).boxed()
    }

    fn erase<'a>(
        &'a self,
        restated: &'a [Record],
        record: &'a Record,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        erase::erase(&self.pool, restated, record).boxed()
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

    fn snapshot<'a>(
        &'a self,
        session: &'a str,
        tip: Digest,
        known: Digest,
    ) -> BoxFuture<'a, Result<Option<Snapshot>, StoreError>> {
        snapshots::get(&self.pool, session, tip, known).boxed()
    }

    fn put_snapshot<'a>(
        &'a self,
        session: &'a str,
        erasures: u64,
        snapshot: &'a Snapshot,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        snapshots::put(&self.pool, session, erasures, snapshot).boxed()
    }
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
