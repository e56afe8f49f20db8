//! The connection that commits go through, one after the other.
//!
//! Owns the connection and the usual commit - records that follow the head - as one script, which
//! is one hand-over to SQLite's thread. Whatever is not usual is left to `tree`. Of several
//! processes on one file each has a writer; what another one did is seen by the head.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use leeboard_core::record::Digest;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, SqliteConnection, SqlitePool};
use tokio::sync::{Mutex as AsyncMutex, MutexGuard as AsyncMutexGuard};
use tokio::task::JoinSet;

use super::super::plan::{Row, rows};
use super::super::{Commit, Standing, StoreError, check_batch};
use super::tree::{self, Script};
use super::{database, erase};

/// The heads of this many sessions are remembered, some 200 bytes each. More empty the memory.
const MOST_HEADS: usize = 8_192;

/// Commits between two checkpoints: each writes some ten pages, and SQLite itself would fold 1,000
/// pages into the file, but while a commit waits for it.
const CHECKPOINT_EVERY: u32 = 100;

/// Writes commits.
#[derive(Debug)]
pub(super) struct Writer {
    options: SqliteConnectOptions,
    connection: AsyncMutex<Option<Line>>,
    heads: Mutex<BTreeMap<String, Head>>,
    commits: AtomicU32,
    checkpoints: Mutex<JoinSet<()>>,
}

#[derive(Debug)]
struct Line {
    connection: SqliteConnection,
    /// Whether a script may have stopped on the way: its transaction is open then.
    unfinished: bool,
}

impl Line {
    async fn roll_back(&mut self) {
        if self.unfinished {
            // An error says that there is no transaction, which is as good.
            let _ = sqlx::raw_sql("ROLLBACK").execute(&mut self.connection).await;
            // Not before: this too may be cut off.
            self.unfinished = false;
        }
    }
}

/// Where the head of a session stands, as far as this process knows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Head {
    pub(super) hash: Digest,
    pub(super) standing: Standing,
}

impl Head {
    /// The head, if this is where it goes.
    pub(super) fn of(row: &Row<'_>) -> Self {
        Self { hash: row.hash, standing: row.standing }
    }
}

impl Writer {
    /// A writer that connects with its first commit.
    pub(super) fn new(options: SqliteConnectOptions) -> Self {
        let options = options.pragma("wal_autocheckpoint", "0");
        Self {
            options,
            connection: AsyncMutex::default(),
            heads: Mutex::default(),
            commits: AtomicU32::new(1),
            checkpoints: Mutex::default(),
        }
    }

    pub(super) async fn close(&self) {
        let mut checkpoints = std::mem::take(&mut *self.checkpoints());
        while checkpoints.join_next().await.is_some() {}
        if let Some(line) = self.connection.lock().await.take() {
            // It is gone in any case.
            let _ = line.connection.close().await;
        }
    }

    /// Stores a commit.
    pub(super) async fn commit(&self, pool: &SqlitePool, commit: Commit<'_>) -> Result<(), StoreError> {
        let Some(session) = check_batch(commit.records)? else {
            return Ok(());
        };
        let mut held = self.connection.lock().await;
        let line = self.ready(&mut held).await?;
        if !self.follow(line, session, &commit).await? {
            let mut writing = line.connection.begin_with("BEGIN IMMEDIATE").await.map_err(database)?;
            let head = tree::add_to(&mut writing, session, commit).await?;
            writing.commit().await.map_err(database)?;
            self.remember(session, head);
        }
        drop(held);
        if self.commits.fetch_add(1, Ordering::Relaxed).is_multiple_of(CHECKPOINT_EVERY) {
            let mut checkpoints = self.checkpoints();
            while checkpoints.try_join_next().is_some() {}
            checkpoints.spawn(erase::checkpoint(pool.clone()));
        }
        Ok(())
    }

    fn checkpoints(&self) -> MutexGuard<'_, JoinSet<()>> {
        self.checkpoints.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The connection, without a transaction that was left open.
    async fn ready<'a>(
        &self,
        held: &'a mut AsyncMutexGuard<'_, Option<Line>>,
    ) -> Result<&'a mut Line, StoreError> {
        let line = match held.take() {
            Some(line) => line,
            None => {
                let connection = self.options.connect().await.map_err(database)?;
                Line { connection, unfinished: false }
            }
        };
        let line = held.insert(line);
        line.roll_back().await;
        Ok(line)
    }

    /// Stores records that follow the head, if it is where it was when this process saw it last.
    async fn follow(&self, line: &mut Line, session: &str, commit: &Commit<'_>) -> Result<bool, StoreError> {
        let parent = commit.records.first().map(|record| record.parent);
        let Some(known) = self.head(session).filter(|head| Some(head.hash) == parent) else {
            return Ok(false);
        };
        let rows = rows(commit, 0, known.standing);
        let Some(head) = rows.last().map(Head::of).filter(|_| rows.len() <= tree::AT_ONCE) else {
            return Ok(false);
        };
        let script = Script::following(session, commit, &rows)?;
        line.unfinished = true;
        if let Err(error) = script.run(&mut line.connection).await {
            self.heads().remove(session);
            line.roll_back().await;
            // Else the head is elsewhere, or the store cannot write: `tree` tells.
            return if matches!(error, StoreError::Busy) { Err(error) } else { Ok(false) };
        }
        line.unfinished = false;
        self.remember(session, Some(head));
        Ok(true)
    }

    fn head(&self, session: &str) -> Option<Head> {
        self.heads().get(session).copied()
    }

    fn remember(&self, session: &str, head: Option<Head>) {
        let Some(head) = head else { return };
        let mut heads = self.heads();
        if heads.len() >= MOST_HEADS && !heads.contains_key(session) {
            heads.clear();
        }
        heads.insert(session.to_owned(), head);
    }

    fn heads(&self) -> MutexGuard<'_, BTreeMap<String, Head>> {
        // What a panic leaves here is only a guess that the script checks.
        self.heads.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
