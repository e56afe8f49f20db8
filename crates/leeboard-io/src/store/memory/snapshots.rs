//! Snapshots in memory: for tests, and so that every store of this crate does the same.

use leeboard_core::record::Digest;

use super::super::Snapshot;
use super::super::snapshot::KEPT;
use super::Kept;

impl Kept {
    /// The newest snapshot on the way to a tip, unless `known` comes first.
    pub(super) fn snapshot(&self, tip: Digest, known: Digest) -> Option<Snapshot> {
        let parent = |hash: &Digest| self.records.get(hash).map(|node| node.record.parent);
        let way = std::iter::successors(Some(tip), parent).take_while(|hash| *hash != known);
        let mut kept = way.filter_map(|hash| self.snapshots.iter().find(|snapshot| snapshot.head == hash));
        kept.next().cloned()
    }

    pub(super) fn put_snapshot(&mut self, erasures: u64, snapshot: &Snapshot) {
        let known = self.snapshots.iter().any(|kept| kept.head == snapshot.head);
        if known || erasures != self.erasures || !self.records.contains_key(&snapshot.head) {
            return;
        }
        self.snapshots.push(snapshot.clone());
        self.snapshots.drain(..self.snapshots.len().saturating_sub(KEPT));
    }
}
