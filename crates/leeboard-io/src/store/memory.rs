//! A store that lives as long as its process.
//!
//! Owns nothing on disk. For tests, for work on files, and for chats that nobody wants kept.

mod keys;
mod snapshots;

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use futures_util::FutureExt;
use futures_util::future::{self, BoxFuture};
use leeboard_core::Mode;
use leeboard_core::record::{Digest, Record};
use leeboard_core::time::Timestamp;
use leeboard_core::vector::Vector;

use super::branch::MOST_FOUND;
use super::{
    Client, Commit, Key, Mark, Page, SessionSummary, Snapshot, Standing, Store, StoreError, Tip, Trace, View,
    check_batch, conflict, plan, would_lose,
};

/// Sessions in memory.
#[derive(Debug, Default)]
pub struct MemoryStore {
    sessions: Mutex<Sessions>,
    keys: Mutex<BTreeMap<String, Key>>,
}

#[derive(Debug, Default)]
struct Sessions {
    kept: BTreeMap<String, Kept>,
    /// Marks made so far, those of deleted sessions too.
    marks: u64,
}

/// What is kept of a session.
#[derive(Debug, Default)]
struct Kept {
    records: BTreeMap<Digest, Node>,
    head: Digest,
    updated_at: Timestamp,
    resends: bool,
    erasures: u64,
    mode: Option<Mode>,
    marks: Vec<Marked>,
    /// By model, then by the text's digest.
    vectors: BTreeMap<String, BTreeMap<Digest, Vector>>,
    snapshots: Vec<Snapshot>,
}

#[derive(Debug)]
struct Node {
    record: Record,
    standing: Standing,
}

#[derive(Debug)]
struct Marked {
    mark: Mark,
    scope: Digest,
    path: Option<Digest>,
}

impl MemoryStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn sessions(&self) -> MutexGuard<'_, Sessions> {
        // Changes are checked before they begin, so a panic leaves no half-made state.
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn commit_now(&self, commit: Commit<'_>) -> Result<(), StoreError> {
        let Some(session) = check_batch(commit.records)? else {
            return Ok(());
        };
        let mut sessions = self.sessions();
        let Sessions { kept, marks } = &mut *sessions;
        let empty = Kept::default();
        let (parent, mut standing) = kept.get(session).unwrap_or(&empty).check(session, &commit)?;
        let kept = kept.entry(session.to_owned()).or_default();
        let fresh = commit.records.iter().find(|record| !kept.records.contains_key(&record.hash()));
        if let Some(first) = fresh
            && commit.tip == Tip::Delivered
            && kept.head != parent
            && would_lose(&kept.path(kept.head, parent), parent)
        {
            return Err(conflict(session, first.sequence + 1, first.sequence));
        }
        let mut last = parent;
        let said = commit.said.iter().chain(std::iter::repeat(&None));
        for (record, said) in commit.records.iter().zip(said) {
            let hash = record.hash();
            last = hash;
            if kept.records.contains_key(&hash) {
                continue;
            }
            let after = standing.turn.map(|(at, _)| at);
            let (next, path) = standing.next(record, hash, said.as_ref());
            standing = next;
            if let Some(said) = said {
                *marks += 1;
                let mark = Mark { number: *marks, at: hash, after, said: said.clone() };
                kept.marks.push(Marked { mark, scope: commit.client.scope, path });
            }
            kept.updated_at = record.time;
            kept.records.insert(hash, Node { record: record.clone(), standing });
        }
        if plan::moves(commit.tip, kept.head, parent) {
            kept.head = last;
        }
        kept.resends |= commit.client.resends;
        Ok(())
    }

    fn deliver_now(&self, session: &str, head: Digest) -> Result<(), StoreError> {
        let mut sessions = self.sessions();
        match sessions.kept.get_mut(session).filter(|kept| kept.records.contains_key(&head)) {
            Some(kept) => kept.head = head,
            None => return Err(conflict(session, 0, 0)),
        }
        Ok(())
    }

    fn set_mode_now(&self, session: &str, mode: Option<Mode>) -> bool {
        let mut sessions = self.sessions();
        let Some(kept) = sessions.kept.get_mut(session) else { return false };
        kept.mode = mode;
        true
    }

    fn path_now(&self, session: &str, tip: Option<Digest>, after: Digest) -> Vec<Record> {
        let sessions = self.sessions();
        let Some(kept) = sessions.kept.get(session) else { return Vec::new() };
        kept.path(tip.unwrap_or(kept.head), after)
    }

    fn view_now(&self, session: &str, known: Option<(u64, Digest)>) -> Option<View> {
        let sessions = self.sessions();
        let kept = sessions.kept.get(session)?;
        let place = known.and_then(|known| {
            kept.marks.iter().rposition(|marked| (marked.mark.number, marked.mark.at) == known)
        });
        let fresh = kept.marks.get(place.map_or(0, |place| place + 1)..).unwrap_or_default();
        let turn = kept.records.get(&kept.head).and_then(|node| node.standing.turn);
        Some(View {
            head: kept.head,
            turn: turn.map(|(at, _)| at),
            resends: kept.resends,
            erasures: kept.erasures,
            mode: kept.mode,
            marks: fresh.iter().map(|marked| marked.mark.clone()).collect(),
            whole: place.is_none(),
        })
    }

    fn find_now(&self, scope: Digest, trace: Trace<'_>) -> Vec<String> {
        let fits = |marked: &Marked| match trace {
            Trace::Paths(paths) => marked.path.is_some_and(|path| paths.contains(&path)),
            Trace::Replies(replies) => marked.mark.said.reply.is_some_and(|reply| replies.contains(&reply)),
        };
        let sessions = self.sessions();
        let newest = |kept: &Kept| {
            let fitting = kept.marks.iter().rev().find(|marked| marked.scope == scope && fits(marked));
            fitting.map(|marked| marked.mark.number)
        };
        let mut found: Vec<_> =
            sessions.kept.iter().filter_map(|(id, kept)| Some((Reverse(newest(kept)?), id))).collect();
        found.sort();
        found.into_iter().take(MOST_FOUND).map(|(_, id)| id.clone()).collect()
    }

    fn list_now(&self) -> Vec<SessionSummary> {
        let sessions = self.sessions();
        let mut list: Vec<_> = sessions.kept.iter().filter_map(|(id, kept)| kept.summary(id)).collect();
        // The sort is stable and the map ordered, so sessions of one moment stay by id.
        list.sort_by_key(|summary| Reverse(summary.updated_at));
        list
    }

    fn all_now(&self, session: &str) -> Vec<Record> {
        let sessions = self.sessions();
        let records = sessions.kept.get(session).into_iter().flat_map(|kept| &kept.records);
        let mut all: Vec<Record> = records.map(|(_, node)| node.record.clone()).collect();
        all.sort_by_key(|record| record.sequence);
        all
    }

    fn erase_now(&self, restated: &[Record], record: &Record) -> Result<(), StoreError> {
        let records = std::slice::from_ref(record);
        let commit = Commit { records, said: &[], tip: Tip::Required, client: Client::default() };
        let sessions = self.sessions();
        let kept = sessions.kept.get(&record.session);
        let known = |left: &Record| kept.is_some_and(|kept| kept.records.contains_key(&left.hash()));
        if let Some(left) = restated.iter().find(|left| !known(left)) {
            return Err(conflict(&record.session, record.sequence, left.sequence));
        }
        drop(sessions);
        self.commit_now(commit)?;
        let mut sessions = self.sessions();
        if let Some(kept) = sessions.kept.get_mut(&record.session) {
            for left in restated {
                if let Some(node) = kept.records.get_mut(&left.hash()) {
                    node.record.clone_from(left);
                }
            }
            kept.vectors.clear();
            kept.snapshots.clear();
            kept.erasures += 1;
        }
        Ok(())
    }

    fn page_now(&self, page: Page<'_>) -> Vec<SessionSummary> {
        self.list_now().into_iter().filter(|line| page.takes(line)).take(page.limit).collect()
    }

    fn sessions_of_now(&self, scope: Digest) -> Vec<String> {
        let sessions = self.sessions();
        let spoken = |kept: &Kept| kept.marks.iter().any(|marked| marked.scope == scope);
        sessions.kept.iter().filter(|(_, kept)| spoken(kept)).map(|(id, _)| id.clone()).collect()
    }

    fn scope_now(&self, session: &str) -> Option<Digest> {
        self.sessions().kept.get(session)?.marks.last().map(|marked| marked.scope)
    }

    fn vectors_now(&self, session: &str, model: &str, texts: &[Digest]) -> Vec<Option<Vector>> {
        let sessions = self.sessions();
        let of_model = sessions.kept.get(session).and_then(|kept| kept.vectors.get(model));
        texts.iter().map(|text| of_model.and_then(|vectors| vectors.get(text)).cloned()).collect()
    }

    fn keep_now(&self, session: &str, vectors: &[(Digest, Vector)]) {
        if let Some(kept) = self.sessions().kept.get_mut(session) {
            for (text, vector) in vectors {
                let of_model = kept.vectors.entry(vector.model().to_owned()).or_default();
                of_model.insert(*text, vector.clone());
            }
        }
    }
}

impl Kept {
    /// The records on the path to a tip after another record.
    fn path(&self, tip: Digest, after: Digest) -> Vec<Record> {
        let next = |hash: Digest| self.records.get(&hash).filter(|_| hash != after);
        let walk = std::iter::successors(next(tip), |node| next(node.record.parent));
        let mut path: Vec<Record> = walk.map(|node| node.record.clone()).collect();
        path.reverse();
        path
    }

    fn summary(&self, id: &str) -> Option<SessionSummary> {
        let head = self.records.get(&self.head)?;
        Some(SessionSummary::new(id, head.standing.turns, self.updated_at))
    }

    /// The record that the first new one follows, and where that stands.
    fn check(&self, session: &str, commit: &Commit<'_>) -> Result<(Digest, Standing), StoreError> {
        let mut fresh = commit.records.iter().skip_while(|record| self.records.contains_key(&record.hash()));
        let Some(first) = fresh.next() else {
            // All is known: the head can only go to where these end.
            let last = commit.records.last().map(Record::hash).unwrap_or_default();
            return Ok((last, Standing::default()));
        };
        let next = |hash: &Digest| self.records.get(hash).map(|node| node.record.sequence + 1);
        let before = self.records.get(&first.parent).map(|node| (node.record.sequence, node.standing));
        plan::follow(first, commit.tip, self.head, before)
            .ok_or_else(|| conflict(session, next(&self.head).unwrap_or(0), first.sequence))
    }
}

impl Store for MemoryStore {
    fn commit<'a>(&'a self, commit: Commit<'a>) -> BoxFuture<'a, Result<(), StoreError>> {
        future::ready(self.commit_now(commit)).boxed()
    }

    fn deliver<'a>(&'a self, session: &'a str, head: Digest) -> BoxFuture<'a, Result<(), StoreError>> {
        future::ready(self.deliver_now(session, head)).boxed()
    }

    fn set_mode<'a>(
        &'a self,
        session: &'a str,
        mode: Option<Mode>,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        future::ready(Ok(self.set_mode_now(session, mode))).boxed()
    }

    fn load<'a>(&'a self, session: &'a str) -> BoxFuture<'a, Result<Vec<Record>, StoreError>> {
        future::ready(Ok(self.path_now(session, None, Digest::default()))).boxed()
    }

    fn path<'a>(
        &'a self,
        session: &'a str,
        tip: Digest,
        after: Digest,
    ) -> BoxFuture<'a, Result<Vec<Record>, StoreError>> {
        future::ready(Ok(self.path_now(session, Some(tip), after))).boxed()
    }

    fn view<'a>(
        &'a self,
        session: &'a str,
        known: Option<(u64, Digest)>,
    ) -> BoxFuture<'a, Result<Option<View>, StoreError>> {
        future::ready(Ok(self.view_now(session, known))).boxed()
    }

    fn find<'a>(&'a self, scope: Digest, trace: Trace<'a>) -> BoxFuture<'a, Result<Vec<String>, StoreError>> {
        future::ready(Ok(self.find_now(scope, trace))).boxed()
    }

    fn list<'a>(&'a self) -> BoxFuture<'a, Result<Vec<SessionSummary>, StoreError>> {
        future::ready(Ok(self.list_now())).boxed()
    }

    fn summary<'a>(&'a self, session: &'a str) -> BoxFuture<'a, Result<Option<SessionSummary>, StoreError>> {
        let found = self.sessions().kept.get(session).and_then(|kept| kept.summary(session));
        future::ready(Ok(found)).boxed()
    }

    fn page<'a>(&'a self, page: Page<'a>) -> BoxFuture<'a, Result<Vec<SessionSummary>, StoreError>> {
        future::ready(Ok(self.page_now(page))).boxed()
    }

    fn sessions_of<'a>(&'a self, scope: Digest) -> BoxFuture<'a, Result<Vec<String>, StoreError>> {
        future::ready(Ok(self.sessions_of_now(scope))).boxed()
    }

    fn scope<'a>(&'a self, session: &'a str) -> BoxFuture<'a, Result<Option<Digest>, StoreError>> {
        future::ready(Ok(self.scope_now(session))).boxed()
    }

    fn delete<'a>(&'a self, session: &'a str) -> BoxFuture<'a, Result<bool, StoreError>> {
        let found = self.sessions().kept.remove(session).is_some();
        future::ready(Ok(found)).boxed()
    }

    fn all<'a>(&'a self, session: &'a str) -> BoxFuture<'a, Result<Vec<Record>, StoreError>> {
        future::ready(Ok(self.all_now(session))).boxed()
    }

    fn erase<'a>(
        &'a self,
        restated: &'a [Record],
        record: &'a Record,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        future::ready(self.erase_now(restated, record)).boxed()
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

    fn snapshot<'a>(
        &'a self,
        session: &'a str,
        tip: Digest,
        known: Digest,
    ) -> BoxFuture<'a, Result<Option<Snapshot>, StoreError>> {
        let found = self.sessions().kept.get(session).and_then(|kept| kept.snapshot(tip, known));
        future::ready(Ok(found)).boxed()
    }

    fn put_snapshot<'a>(
        &'a self,
        session: &'a str,
        erasures: u64,
        snapshot: &'a Snapshot,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        if let Some(kept) = self.sessions().kept.get_mut(session) {
            kept.put_snapshot(erasures, snapshot);
        }
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
        conformance::check_snapshots(async || MemoryStore::new()).await.unwrap();
        conformance::check_keys(async || MemoryStore::new()).await.unwrap();
    }
}
