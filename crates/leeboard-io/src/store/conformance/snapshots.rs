//! The checks of a store that keeps snapshots.

use leeboard_core::memory::forget::Erased;
use leeboard_core::record::{Digest, Payload, Record};
use leeboard_core::time::Timestamp;

use super::super::{Client, Commit, Snapshot, Tip};
use super::{Checked, Log, Store, good, same};

/// Larger than a store may want to write at once.
const LARGE: usize = 3_000_000;

fn of(record: &Record, size: usize) -> Snapshot {
    let bytes = (0..size).map(|n| (n % 251) as u8).collect();
    Snapshot { head: record.hash(), sequence: record.sequence + 1, format: 1, algorithm: 7, bytes }
}

fn none() -> Digest {
    Digest::default()
}

pub(super) async fn nearest_is_given(store: &impl Store) -> Checked {
    let log = Log::new("a", 6, 0)?;
    good(store.append(&log.records).await)?;
    let at = |n: usize| log.records.get(n).map(Record::hash).unwrap_or_default();
    let snapshots = [of(&log.records[2], 10), of(&log.records[4], LARGE)];
    for snapshot in &snapshots {
        good(store.put_snapshot("a", 0, snapshot).await)?;
        good(store.put_snapshot("a", 0, snapshot).await)?;
    }
    let [early, late] = snapshots;
    for (tip, known, expected) in [
        (at(6), none(), Some(&late)),
        (at(4), none(), Some(&late)),
        (at(3), none(), Some(&early)),
        (at(1), none(), None),
        // What the caller has is as new or newer.
        (at(6), at(5), None),
        (at(6), at(4), None),
        (at(4), at(4), None),
        (at(6), at(3), Some(&late)),
        (at(3), at(6), Some(&early)),
        (Digest::of(b"unknown"), none(), None),
    ] {
        same(&[good(store.snapshot("a", tip, known).await)?], &[expected.cloned()])?;
    }
    same(&[good(store.snapshot("b", at(6), none()).await)?], &[None])
}

pub(super) async fn branches_are_apart(store: &impl Store) -> Checked {
    let log = Log::new("a", 3, 0)?;
    let mut other = Log::new("a", 1, 0)?;
    good(store.append(&log.records).await)?;
    other.exchanges(2..=3, "b", 100)?;
    let commit = Commit { records: &other.records, said: &[], tip: Tip::Follows, client: Client::default() };
    good(store.commit(commit).await)?;
    good(store.put_snapshot("a", 0, &of(&log.records[3], 10)).await)?;
    same(&[good(store.snapshot("a", other.records[3].hash(), none()).await)?], &[None])?;
    good(store.put_snapshot("a", 0, &of(&other.records[2], 10)).await)?;
    let found = good(store.snapshot("a", other.records[3].hash(), none()).await)?;
    same(&[found], &[Some(of(&other.records[2], 10))])
}

pub(super) async fn newest_are_kept(store: &impl Store) -> Checked {
    let log = Log::new("a", 6, 0)?;
    good(store.append(&log.records).await)?;
    // Each next one is smaller, so that nothing of a larger one may stay.
    for (n, size) in [(1, LARGE), (2, LARGE), (3, 20), (4, 10)] {
        good(store.put_snapshot("a", 0, &of(&log.records[n], size)).await)?;
    }
    for (n, size) in [(4, 10), (3, 20)] {
        let found = good(store.snapshot("a", log.records[n].hash(), none()).await)?;
        same(&[found], &[Some(of(&log.records[n], size))])?;
    }
    same(&[good(store.snapshot("a", log.records[2].hash(), none()).await)?], &[None])
}

pub(super) async fn go_with_what_they_tell_of(store: &impl Store) -> Checked {
    let mut log = Log::new("a", 2, 0)?;
    let other = Log::new("b", 2, 0)?;
    good(store.append(&log.records).await)?;
    good(store.append(&other.records).await)?;
    let (a, b) = (of(&log.records[2], 10), of(&other.records[2], 10));
    good(store.put_snapshot("a", 0, &a).await)?;
    good(store.put_snapshot("b", 0, &b).await)?;
    // Of a record that is not there, or for a session that is not.
    good(store.put_snapshot("a", 0, &b).await)?;
    good(store.put_snapshot("unknown", 0, &a).await)?;
    same(&[good(store.snapshot("a", b.head, none()).await)?], &[None])?;
    let restated = [log.records[2].clone().redacted()];
    log.push(Payload::Erased(Erased::default()), Timestamp(9_000))?;
    good(store.erase(&restated, &log.records[3]).await)?;
    // One from before comes late; one from after is welcome.
    good(store.put_snapshot("a", 0, &a).await)?;
    same(&[good(store.snapshot("a", a.head, none()).await)?], &[None])?;
    good(store.put_snapshot("a", 1, &a).await)?;
    same(&[good(store.snapshot("a", a.head, none()).await)?], &[Some(a.clone())])?;
    good(store.delete("a").await)?;
    good(store.put_snapshot("a", 0, &a).await)?;
    same(&[good(store.snapshot("a", a.head, none()).await)?], &[None])?;
    same(&[good(store.snapshot("b", b.head, none()).await)?], &[Some(b)])?;
    // The id is free again and has none, nor does a late one come for what was there before.
    let again = Log::new("a", 1, 7)?;
    good(store.append(&again.records).await)?;
    good(store.put_snapshot("a", 0, &a).await)?;
    same(&[good(store.snapshot("a", again.records[1].hash(), none()).await)?], &[None])
}
