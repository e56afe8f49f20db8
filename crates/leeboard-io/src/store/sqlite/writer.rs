//! The connection that commits go through.
//!
//! Owns the connection and the usual commit - records that follow the head - as one script, which
//! is one hand-over to SQLite's thread. Commits that come while others are written wait in `queue`
//! and then share a transaction, so that one wait for the disk serves all; one that comes alone waits
//! for nobody. Whatever is not usual is left to `tree`. Of several processes on one file each has a
//! writer; what another one did is seen by the head.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use leeboard_core::record::Digest;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, SqliteConnection, SqlitePool};
use tokio::sync::oneshot::error::TryRecvError;
use tokio::sync::{Mutex as AsyncMutex, MutexGuard as AsyncMutexGuard};
use tokio::task::JoinSet;

use super::super::heads::Heads;
use super::super::plan::{Row, rows};
use super::super::{Commit, Standing, StoreError, check_batch};
use super::queue::{Answer, Queue, Waiting};
use super::tree::{self, Script};
use super::{Durability, database, erase};

/// Commits between two checkpoints: each writes some ten pages, and SQLite itself would fold 1,000
/// pages into the file, but while a commit waits for it.
const CHECKPOINT_EVERY: u32 = 100;

/// Pages of a write-ahead log that is begun anew: 16 MB. SQLite does so with a commit that finds all
/// of it folded into the file. While others write, a checkpoint never gets that far.
const LONG: i64 = 4_000;

/// Writes commits.
#[derive(Debug)]
pub(super) struct Writer {
    options: SqliteConnectOptions,
    durability: Durability,
    connection: Arc<AsyncMutex<Option<Line>>>,
    queue: Queue,
    heads: Heads<Head>,
    commits: AtomicU32,
    checkpoints: Mutex<JoinSet<()>>,
}

#[derive(Debug)]
struct Line {
    connection: SqliteConnection,
    /// Whether a script may have stopped on the way: its transaction is open then.
    unfinished: bool,
    /// Whether a commit waits for the disk.
    waits: bool,
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

    /// Sets whether the next commit waits for the disk.
    async fn wait(&mut self, waits: bool) -> Result<(), StoreError> {
        if self.waits != waits {
            // Takes effect where it is prepared, so it must not be remembered as prepared.
            let set = if waits { "PRAGMA synchronous = FULL" } else { "PRAGMA synchronous = NORMAL" };
            sqlx::raw_sql(set).execute(&mut self.connection).await.map_err(database)?;
            self.waits = waits;
        }
        Ok(())
    }

    /// Runs scripts as one transaction.
    async fn run(&mut self, mut scripts: Vec<Script>) -> Result<(), StoreError> {
        if let Some(first) = scripts.first_mut() {
            first.begin();
        }
        if let Some(last) = scripts.last_mut() {
            last.end();
        }
        self.unfinished = true;
        for script in scripts {
            script.run(&mut self.connection).await?;
        }
        self.unfinished = false;
        Ok(())
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
    pub(super) fn new(options: SqliteConnectOptions, durability: Durability) -> Self {
        let options = options.pragma("wal_autocheckpoint", "0");
        Self {
            options,
            durability,
            connection: Arc::default(),
            queue: Queue::default(),
            heads: Heads::default(),
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

    /// How the last commit was written, as SQLite says.
    #[cfg(test)]
    pub(super) async fn synchronous(&self) -> i64 {
        let mut held = self.connection.lock().await;
        let line = held.as_mut().unwrap();
        sqlx::query_scalar("PRAGMA synchronous").fetch_one(&mut line.connection).await.unwrap()
    }

    /// Stores a commit.
    pub(super) async fn commit(&self, pool: &SqlitePool, commit: Commit<'_>) -> Result<(), StoreError> {
        let Some(session) = check_batch(commit.records)? else {
            return Ok(());
        };
        if !self.follow(session, &commit).await? {
            let mut held = self.connection.lock().await;
            let line = self.ready(&mut held).await?;
            line.wait(self.durability == Durability::Machine).await?;
            let mut writing = line.connection.begin_with("BEGIN IMMEDIATE").await.map_err(database)?;
            let head = tree::add_to(&mut writing, session, commit).await?;
            writing.commit().await.map_err(database)?;
            if let Some(head) = head {
                self.heads.put(session, head);
            }
        }
        if self.commits.fetch_add(1, Ordering::Relaxed).is_multiple_of(CHECKPOINT_EVERY) {
            let mut checkpoints = self.checkpoints();
            while checkpoints.try_join_next().is_some() {}
            checkpoints.spawn(checkpoint(pool.clone(), Arc::clone(&self.connection)));
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
                Line { connection, unfinished: false, waits: self.durability == Durability::Machine }
            }
        };
        let line = held.insert(line);
        line.roll_back().await;
        Ok(line)
    }

    /// Stores records that follow the head, together with what others store at this moment; whether
    /// the head is where it was when this process saw it last.
    async fn follow(&self, session: &str, commit: &Commit<'_>) -> Result<bool, StoreError> {
        let parent = commit.records.first().map(|record| record.parent);
        let Some(known) = self.heads.get(session).filter(|head| Some(head.hash) == parent) else {
            return Ok(false);
        };
        let rows = rows(commit, 0, known.standing);
        let Some(head) = rows.last().map(Head::of).filter(|_| rows.len() <= tree::AT_ONCE) else {
            return Ok(false);
        };
        // Nothing is acknowledged with a question: the reply waits for the disk, and so for both.
        let asks =
            rows.last().and_then(|row| row.turn.as_ref()).is_some_and(|turn| turn.said.reply.is_none());
        let waits = self.durability == Durability::Machine && !asks;
        let script = Script::following(session, commit, &rows)?;
        let mut answer = self.queue.push(session, script, head, waits);
        loop {
            let mut held = tokio::select! {
                biased;
                answer = &mut answer => return answer.map_or(Ok(false), Answer::told),
                held = self.connection.lock() => held,
            };
            // Whoever had the connection before may have written this one too.
            match answer.try_recv() {
                Ok(answer) => return answer.told(),
                // It was taken, and then cut off.
                Err(TryRecvError::Closed) => return Ok(false),
                Err(TryRecvError::Empty) => {}
            }
            let line = self.ready(&mut held).await?;
            self.write(line, self.queue.take()).await;
        }
    }

    /// Writes commits in one transaction, and tells those who wait.
    async fn write(&self, line: &mut Line, group: Vec<Waiting>) {
        let waits = group.iter().any(|waiting| waiting.waits);
        let (scripts, waiting): (Vec<_>, Vec<_>) = group.into_iter().map(Waiting::apart).unzip();
        let written = match line.wait(waits).await {
            Ok(()) => line.run(scripts).await,
            Err(error) => Err(error),
        };
        if written.is_err() {
            line.roll_back().await;
        }
        for (session, head, teller) in waiting {
            match written {
                Ok(()) => self.heads.put(&session, head),
                Err(_) => self.heads.forget(&session),
            }
            // Whoever does not wait any more need not know.
            let _ = teller.send(match written {
                Ok(()) => Answer::Written,
                Err(StoreError::Busy) => Answer::Busy,
                // One of the heads is elsewhere, or the store cannot write: `tree` tells.
                Err(_) => Answer::Alone,
            });
        }
    }
}

/// Folds the write-ahead log into the file; the rest of a long one while nobody writes.
async fn checkpoint(pool: SqlitePool, connection: Arc<AsyncMutex<Option<Line>>>) {
    if erase::checkpoint(&pool).await < LONG {
        return;
    }
    if let Some(line) = connection.lock().await.as_mut().filter(|line| !line.unfinished) {
        erase::checkpoint(&mut line.connection).await;
    }
}
