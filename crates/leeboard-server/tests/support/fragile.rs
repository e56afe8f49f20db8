//! A store that waits or fails when told to and counts, and keys that do.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use leeboard_core::Mode;
use leeboard_core::record::{Digest, Payload, Record};
use leeboard_core::time::Timestamp;
use leeboard_core::vector::Vector;
use leeboard_io::store::{
    Commit, Key, Keys, MemoryStore, Page, SessionSummary, Snapshot, Store, StoreError, Trace, View,
};
use tokio::sync::Semaphore;

/// A store whose openings or closings wait for a permit, and that fails when told to.
#[derive(Default)]
pub(crate) struct Fragile {
    inner: MemoryStore,
    pub(crate) waits: AtomicBool,
    pub(crate) waits_to_open: AtomicBool,
    pub(crate) fails: AtomicBool,
    pub(crate) fails_to_close: AtomicBool,
    pub(crate) appends: AtomicUsize,
    pub(crate) loads: AtomicUsize,
    /// Records that were read by path.
    pub(crate) read: AtomicUsize,
    pub(crate) snapshots: AtomicUsize,
    pub(crate) permits: Permits,
}

/// A semaphore that begins without permits.
pub(crate) struct Permits(pub(crate) Semaphore);

impl Default for Permits {
    fn default() -> Self {
        Self(Semaphore::new(0))
    }
}

impl Fragile {
    fn check(&self) -> Result<(), StoreError> {
        let broken = self.fails.load(Ordering::SeqCst);
        if broken { Err(StoreError::Database("disk full".to_owned())) } else { Ok(()) }
    }
}

impl Store for Fragile {
    fn commit<'a>(&'a self, commit: Commit<'a>) -> BoxFuture<'a, Result<(), StoreError>> {
        async move {
            self.check()?;
            self.appends.fetch_add(1, Ordering::SeqCst);
            let opens = |record: &Record| matches!(record.payload(), Some(Payload::Opened(_)));
            if self.waits_to_open.load(Ordering::SeqCst) && commit.records.iter().any(opens) {
                self.permits.0.acquire().await.unwrap().forget();
            }
            if commit.records.iter().any(|record| matches!(record.payload(), Some(Payload::Closed(_)))) {
                if self.fails_to_close.load(Ordering::SeqCst) {
                    return Err(StoreError::Busy);
                }
                if self.waits.load(Ordering::SeqCst) {
                    self.permits.0.acquire().await.unwrap().forget();
                }
            }
            self.inner.commit(commit).await
        }
        .boxed()
    }

    fn deliver<'a>(&'a self, session: &'a str, head: Digest) -> BoxFuture<'a, Result<(), StoreError>> {
        self.inner.deliver(session, head)
    }

    fn set_mode<'a>(
        &'a self,
        session: &'a str,
        mode: Option<Mode>,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        self.inner.set_mode(session, mode)
    }

    fn load<'a>(&'a self, session: &'a str) -> BoxFuture<'a, Result<Vec<Record>, StoreError>> {
        async move {
            self.check()?;
            self.inner.load(session).await
        }
        .boxed()
    }

    fn path<'a>(
        &'a self,
        session: &'a str,
        tip: Digest,
        after: Digest,
    ) -> BoxFuture<'a, Result<Vec<Record>, StoreError>> {
        async move {
            self.loads.fetch_add(1, Ordering::SeqCst);
            let records = self.inner.path(session, tip, after).await?;
            self.read.fetch_add(records.len(), Ordering::SeqCst);
            Ok(records)
        }
        .boxed()
    }

    fn view<'a>(
        &'a self,
        session: &'a str,
        known: Option<(u64, Digest)>,
    ) -> BoxFuture<'a, Result<Option<View>, StoreError>> {
        async move {
            self.check()?;
            self.inner.view(session, known).await
        }
        .boxed()
    }

    fn find<'a>(&'a self, scope: Digest, trace: Trace<'a>) -> BoxFuture<'a, Result<Vec<String>, StoreError>> {
        self.inner.find(scope, trace)
    }

    fn list<'a>(&'a self) -> BoxFuture<'a, Result<Vec<SessionSummary>, StoreError>> {
        self.inner.list()
    }

    fn summary<'a>(&'a self, session: &'a str) -> BoxFuture<'a, Result<Option<SessionSummary>, StoreError>> {
        async move {
            self.check()?;
            self.inner.summary(session).await
        }
        .boxed()
    }

    fn page<'a>(&'a self, page: Page<'a>) -> BoxFuture<'a, Result<Vec<SessionSummary>, StoreError>> {
        async move {
            self.check()?;
            self.inner.page(page).await
        }
        .boxed()
    }

    fn sessions_of<'a>(&'a self, scope: Digest) -> BoxFuture<'a, Result<Vec<String>, StoreError>> {
        self.inner.sessions_of(scope)
    }

    fn scope<'a>(&'a self, session: &'a str) -> BoxFuture<'a, Result<Option<Digest>, StoreError>> {
        self.inner.scope(session)
    }

    fn delete<'a>(&'a self, session: &'a str) -> BoxFuture<'a, Result<bool, StoreError>> {
        self.inner.delete(session)
    }

    fn all<'a>(&'a self, session: &'a str) -> BoxFuture<'a, Result<Vec<Record>, StoreError>> {
        self.inner.all(session)
    }

    fn erase<'a>(
        &'a self,
        restated: &'a [Record],
        record: &'a Record,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        self.inner.erase(restated, record)
    }

    fn vectors<'a>(
        &'a self,
        session: &'a str,
        model: &'a str,
        texts: &'a [Digest],
    ) -> BoxFuture<'a, Result<Vec<Option<Vector>>, StoreError>> {
        self.inner.vectors(session, model, texts)
    }

    fn keep_vectors<'a>(
        &'a self,
        session: &'a str,
        vectors: &'a [(Digest, Vector)],
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        self.inner.keep_vectors(session, vectors)
    }

    fn snapshot<'a>(
        &'a self,
        session: &'a str,
        tip: Digest,
        known: Digest,
    ) -> BoxFuture<'a, Result<Option<Snapshot>, StoreError>> {
        self.inner.snapshot(session, tip, known)
    }

    fn put_snapshot<'a>(
        &'a self,
        session: &'a str,
        erasures: u64,
        snapshot: &'a Snapshot,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        async move {
            self.inner.put_snapshot(session, erasures, snapshot).await?;
            self.snapshots.fetch_add(1, Ordering::SeqCst);
            Ok(())
        }
        .boxed()
    }
}

/// Keys that fail when told to, and that count queries.
#[derive(Default)]
pub(crate) struct Asked {
    inner: MemoryStore,
    pub(crate) fails: AtomicBool,
    pub(crate) queries: AtomicUsize,
}

impl Asked {
    fn ask<T: Send + 'static>(
        &self,
        answer: BoxFuture<'_, Result<T, StoreError>>,
    ) -> BoxFuture<'static, Result<T, StoreError>> {
        self.queries.fetch_add(1, Ordering::SeqCst);
        let broken = self.fails.load(Ordering::SeqCst);
        // Memory answers at once.
        let answer = if broken { None } else { answer.now_or_never() };
        std::future::ready(answer.unwrap_or_else(|| Err(StoreError::Database("disk full".to_owned()))))
            .boxed()
    }
}

impl Keys for Asked {
    fn create_key<'a>(&'a self, key: &'a Key) -> BoxFuture<'a, Result<(), StoreError>> {
        self.inner.create_key(key)
    }

    fn keys<'a>(&'a self) -> BoxFuture<'a, Result<Vec<Key>, StoreError>> {
        self.inner.keys()
    }

    fn has_keys<'a>(&'a self) -> BoxFuture<'a, Result<bool, StoreError>> {
        self.ask(self.inner.has_keys())
    }

    fn find_key<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<Option<Key>, StoreError>> {
        self.ask(self.inner.find_key(id))
    }

    fn revoke_key<'a>(&'a self, id: &'a str, now: Timestamp) -> BoxFuture<'a, Result<bool, StoreError>> {
        self.inner.revoke_key(id, now)
    }

    fn use_key<'a>(&'a self, id: &'a str, now: Timestamp) -> BoxFuture<'a, Result<(), StoreError>> {
        self.inner.use_key(id, now)
    }
}
