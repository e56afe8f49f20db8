//! The store for several replicas: a PostgreSQL database.
//!
//! Owns the handle and its waiting room: every operation may be repeated, so after a lost connection,
//! a deadlock or a serialization failure it is, for a while. Commits are in `tree`, paths and
//! searches in `find`, lists in `list`, deleting and forgetting in `erase`, the cache of vectors in
//! `vectors`, snapshots in `snapshots`, keys in `keys`; opening and migrating in `open`, what a fault
//! means in `fault`.
//!
//! No lock is held between two statements, except to delete, to forget and to end a snapshot, and no
//! connection between two operations. So a pooler between leeboard and the server may give each
//! transaction another one.

mod erase;
mod fault;
mod find;
mod keys;
mod list;
mod open;
mod snapshots;
#[cfg(test)]
mod tests;
mod tree;
mod vectors;

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use leeboard_core::Mode;
use leeboard_core::record::{Digest, Record};
use leeboard_core::vector::Vector;
use sqlx::PgPool;

use super::heads::Heads;
use super::{Commit, Page, SessionSummary, Snapshot, Store, StoreError, Trace, View, tenant};
use fault::Fault;

/// How many connections a store has at most unless told otherwise.
pub const CONNECTIONS: u32 = 10;

/// How long an operation waits for a connection, and how long it is repeated. A server that is
/// restarted is back within seconds; who waits longer is told.
const PATIENCE: Duration = Duration::from_secs(5);

/// Before an operation is repeated; doubled each time.
const FIRST_PAUSE: Duration = Duration::from_millis(5);
const LONGEST_PAUSE: Duration = Duration::from_millis(250);

/// Sessions in a PostgreSQL database. Cloning shares the connections.
#[derive(Clone, Debug)]
pub struct PostgresStore {
    pool: PgPool,
    /// Whether the server answered when it was last spoken to.
    answers: Arc<AtomicBool>,
    heads: Arc<Heads<tree::Head>>,
}

/// What leeboard finds out about the server that it is connected to.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Server {
    /// Its version, as it says.
    pub version: String,
    /// Whether this connection is encrypted.
    pub encrypted: bool,
}

impl PostgresStore {
    /// Connects to the database of a `postgres://` URL with at most so many connections, and brings
    /// its schema up to date.
    ///
    /// # Errors
    ///
    /// [`StoreError::Open`] for a URL or database that cannot be used, [`StoreError::NewerSchema`] for
    /// one of a newer leeboard. Neither holds the password.
    pub async fn open(url: &str, connections: u32) -> Result<Self, StoreError> {
        let pool = open::open(url, connections.max(1)).await?;
        Ok(Self { pool, answers: Arc::new(AtomicBool::new(true)), heads: Arc::default() })
    }

    /// Closes all connections.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    /// The server that this store is on.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if it cannot be asked.
    pub async fn server(&self) -> Result<Server, StoreError> {
        self.repeat(async || {
            let (version, encrypted): (String, bool) = sqlx::query_as(
                "SELECT current_setting('server_version'), \
                 COALESCE((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), FALSE)",
            )
            .fetch_one(&self.pool)
            .await?;
            Ok(Server { version, encrypted })
        })
        .await
    }

    /// Runs an operation, again and again while what is in the way may pass.
    async fn repeat<T, F>(&self, mut attempt: impl FnMut() -> F) -> Result<T, StoreError>
    where
        F: Future<Output = Result<T, Fault>>,
    {
        let begun = Instant::now();
        let mut pause = FIRST_PAUSE;
        loop {
            let error = match attempt().await {
                Ok(done) => {
                    self.answers.store(true, Ordering::Relaxed);
                    return Ok(done);
                }
                Err(Fault::Store(error)) => return Err(error),
                Err(Fault::Database(error)) => error,
            };
            if fault::is_lost(&error) {
                self.answers.store(false, Ordering::Relaxed);
            }
            if !fault::may_pass(&error) || begun.elapsed() + pause > PATIENCE {
                return Err(self.told(&error));
            }
            tracing::debug!(%error, "the database is asked again");
            tokio::time::sleep(pause).await;
            pause = (2 * pause).min(LONGEST_PAUSE);
        }
    }

    /// What a fault of the database is to a caller.
    fn told(&self, error: &sqlx::Error) -> StoreError {
        let connections = self.pool.options().get_max_connections();
        let in_use = self.answers.load(Ordering::Relaxed) && self.pool.size() >= connections;
        match error {
            sqlx::Error::PoolTimedOut if in_use => StoreError::Exhausted { connections },
            error => fault::told(error),
        }
    }
}

/// The tenant of a session, which leads every key.
fn of(session: &str) -> &str {
    tenant::split(session).0
}

impl Store for PostgresStore {
    fn commit<'a>(&'a self, commit: Commit<'a>) -> BoxFuture<'a, Result<(), StoreError>> {
        self.repeat(move || tree::commit(&self.pool, &self.heads, commit)).boxed()
    }

    fn deliver<'a>(&'a self, session: &'a str, head: Digest) -> BoxFuture<'a, Result<(), StoreError>> {
        self.repeat(move || tree::deliver(&self.pool, session, head)).boxed()
    }

    fn set_mode<'a>(
        &'a self,
        session: &'a str,
        mode: Option<Mode>,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        self.repeat(move || tree::set_mode(&self.pool, session, mode)).boxed()
    }

    fn load<'a>(&'a self, session: &'a str) -> BoxFuture<'a, Result<Vec<Record>, StoreError>> {
        self.repeat(move || find::path(&self.pool, session, None, Digest::default())).boxed()
    }

    fn path<'a>(
        &'a self,
        session: &'a str,
        tip: Digest,
        after: Digest,
    ) -> BoxFuture<'a, Result<Vec<Record>, StoreError>> {
        self.repeat(move || find::path(&self.pool, session, Some(tip), after)).boxed()
    }

    fn view<'a>(
        &'a self,
        session: &'a str,
        known: Option<(u64, Digest)>,
    ) -> BoxFuture<'a, Result<Option<View>, StoreError>> {
        self.repeat(move || find::view(&self.pool, &self.heads, session, known)).boxed()
    }

    fn find<'a>(&'a self, scope: Digest, trace: Trace<'a>) -> BoxFuture<'a, Result<Vec<String>, StoreError>> {
        self.repeat(move || find::find(&self.pool, scope, trace)).boxed()
    }

    fn list<'a>(&'a self) -> BoxFuture<'a, Result<Vec<SessionSummary>, StoreError>> {
        self.repeat(move || list::all(&self.pool)).boxed()
    }

    fn summary<'a>(&'a self, session: &'a str) -> BoxFuture<'a, Result<Option<SessionSummary>, StoreError>> {
        self.repeat(move || list::one(&self.pool, session)).boxed()
    }

    fn page<'a>(&'a self, page: Page<'a>) -> BoxFuture<'a, Result<Vec<SessionSummary>, StoreError>> {
        self.repeat(move || list::page(&self.pool, page)).boxed()
    }

    fn sessions_of<'a>(&'a self, scope: Digest) -> BoxFuture<'a, Result<Vec<String>, StoreError>> {
        self.repeat(move || list::of_scope(&self.pool, scope)).boxed()
    }

    fn scope<'a>(&'a self, session: &'a str) -> BoxFuture<'a, Result<Option<Digest>, StoreError>> {
        self.repeat(move || list::scope(&self.pool, session)).boxed()
    }

    fn delete<'a>(&'a self, session: &'a str) -> BoxFuture<'a, Result<bool, StoreError>> {
        async move {
            // Deleted with an answer that was lost is deleted all the same.
            let found = AtomicBool::new(false);
            self.repeat(|| erase::delete(&self.pool, session, &found)).await?;
            Ok(found.into_inner())
        }
        .boxed()
    }

    fn all<'a>(&'a self, session: &'a str) -> BoxFuture<'a, Result<Vec<Record>, StoreError>> {
        self.repeat(move || erase::all(&self.pool, session)).boxed()
    }

    fn erase<'a>(
        &'a self,
        restated: &'a [Record],
        record: &'a Record,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        self.repeat(move || erase::erase(&self.pool, restated, record)).boxed()
    }

    fn vectors<'a>(
        &'a self,
        session: &'a str,
        model: &'a str,
        texts: &'a [Digest],
    ) -> BoxFuture<'a, Result<Vec<Option<Vector>>, StoreError>> {
        self.repeat(move || vectors::get(&self.pool, session, model, texts)).boxed()
    }

    fn keep_vectors<'a>(
        &'a self,
        session: &'a str,
        vectors: &'a [(Digest, Vector)],
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        self.repeat(move || vectors::keep(&self.pool, session, vectors)).boxed()
    }
    fn snapshot<'a>(
        &'a self,
        session: &'a str,
        tip: Digest,
        known: Digest,
    ) -> BoxFuture<'a, Result<Option<Snapshot>, StoreError>> {
        self.repeat(move || snapshots::get(&self.pool, session, tip, known)).boxed()
    }

    fn put_snapshot<'a>(
        &'a self,
        session: &'a str,
        erasures: u64,
        snapshot: &'a Snapshot,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        self.repeat(move || snapshots::put(&self.pool, session, erasures, snapshot)).boxed()
    }
}
