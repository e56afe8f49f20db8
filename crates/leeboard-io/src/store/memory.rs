//! A store that lives as long as its process.
//!
//! Owns nothing on disk. For tests, for work on files, and for chats that nobody wants kept.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use futures_util::FutureExt;
use futures_util::future::{self, BoxFuture};
use leeboard_core::record::{Digest, Record};
use leeboard_core::vector::Vector;

use super::{Mark, SessionSummary, Store, StoreError, check_batch, replied_turns, unstored};

/// Sessions in memory.
#[derive(Debug, Default)]
pub struct MemoryStore {
    sessions: Mutex<BTreeMap<String, Kept>>,
}

/// What is kept of a session.
#[derive(Debug, Default)]
struct Kept {
    log: Vec<Record>,
    /// By model, then by the text's digest.
    vectors: BTreeMap<String, BTreeMap<Digest, Vector>>,
}

impl MemoryStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn sessions(&self) -> MutexGuard<'_, BTreeMap<String, Kept>> {
        // Appending is the last step of every change, so a panic leaves no half-made state.
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn append_now(&self, records: &[Record]) -> Result<(), StoreError> {
        let Some(session) = check_batch(records)? else {
            return Ok(());
        };
        let mut sessions = self.sessions();
        let log = sessions.get(session).map(|kept| kept.log.as_slice()).unwrap_or_default();
        let first = records.first().and_then(|record| usize::try_from(record.sequence).ok());
        let stored = first.and_then(|first| log.get(first..)).unwrap_or_default();
        let stored: Vec<_> = stored.iter().map(Mark::of).collect();
        let next = u64::try_from(log.len()).unwrap_or(u64::MAX);
        let fresh = unstored(records, &stored, next)?;
        sessions.entry(session.to_owned()).or_default().log.extend_from_slice(fresh);
        Ok(())
    }

    fn list_now(&self) -> Vec<SessionSummary> {
        let sessions = self.sessions();
        let summary = |(id, Kept { log, .. }): (&String, &Kept)| {
            let newest = log.last()?;
            Some(SessionSummary::new(id.clone(), replied_turns(log), newest.time))
        };
        let mut list: Vec<_> = sessions.iter().filter_map(summary).collect();
        // The sort is stable and the map ordered, so sessions of one moment stay by id.
        list.sort_by_key(|summary| Reverse(summary.updated_at));
        list
    }

    fn vectors_now(&self, session: &str, model: &str, texts: &[Digest]) -> Vec<Option<Vector>> {
        let sessions = self.sessions();
        let of_model = sessions.get(session).and_then(|kept| kept.vectors.get(model));
        texts.iter().map(|text| of_model.and_then(|vectors| vectors.get(text)).cloned()).collect()
    }

    fn keep_now(&self, session: &str, vectors: &[(Digest, Vector)]) {
        if let Some(kept) = self.sessions().get_mut(session) {
            for (text, vector) in vectors {
                let of_model = kept.vectors.entry(vector.model().to_owned()).or_default();
                of_model.insert(*text, vector.clone());
            }
        }
    }
}

impl Store for MemoryStore {
    fn append<'a>(&'a self, records: &'a [Record]) -> BoxFuture<'a, Result<(), StoreError>> {
        future::ready(self.append_now(records)).boxed()
    }

    fn load<'a>(&'a self, session: &'a str) -> BoxFuture<'a, Result<Vec<Record>, StoreError>> {
        let log = self.sessions().get(session).map(|kept| kept.log.clone()).unwrap_or_default();
        future::ready(Ok(log)).boxed()
    }

    fn list<'a>(&'a self) -> BoxFuture<'a, Result<Vec<SessionSummary>, StoreError>> {
        future::ready(Ok(self.list_now())).boxed()
    }

    fn delete<'a>(&'a self, session: &'a str) -> BoxFuture<'a, Result<bool, StoreError>> {
        let found = self.sessions().remove(session).is_some();
        future::ready(Ok(found)).boxed()
    }

    fn vectors<'a>(
        &'a self,
        session: &'a str,
        model: &'a str,
        texts: &'a [Digest],
    ) -> BoxFuture<'a, Result<Vec<Option<Vector>>, StoreError>> {
        future::ready(Ok(self.vectors_now(session, model, texts))).boxed()
    }

    fn keep_vectors<'a>(
        &'a self,
        session: &'a str,
        vectors: &'a [(Digest, Vector)],
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        self.keep_now(session, vectors);
        future::ready(Ok(())).boxed()
    }
}

#[cfg(test)]
mod tests {
    use super::super::conformance;
    use super::*;

    #[tokio::test]
    async fn passes_the_conformance_suite() {
        conformance::check(async || MemoryStore::new()).await.unwrap();
    }
}
