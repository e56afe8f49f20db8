//! The checks of forgetting: restated records take the place of the old ones, all or none.

use leeboard_core::memory::forget::Erased;
use leeboard_core::record::{Payload, Record, Salt, Sealed};
use leeboard_core::time::Timestamp;

use super::super::{Client, Commit, StoreError, Tip, View};
use super::{Checked, Log, Store, ensure, good, refused, same, vectors};

/// What is left of a record: another payload under the same hash.
fn left(record: &Record) -> Record {
    let payload = record.payload().cloned().unwrap_or_else(|| Payload::Erased(Erased::default()));
    record.clone().restated(Sealed::new(payload, Salt::from_text("left")))
}

pub(super) async fn all_branches(store: &impl Store) -> Checked {
    let mut log = Log::new("a", 2, 0)?;
    good(store.append(&log.records).await)?;
    let other = Log::new("b", 2, 0)?;
    good(store.append(&other.records).await)?;
    vectors::keep_one(store, "a").await?;
    vectors::keep_one(store, "b").await?;
    let restated: Vec<Record> = log.records[1..].iter().map(left).collect();
    log.push(Payload::Erased(Erased::default()), Timestamp(9_000))?;
    let record = log.records[3].clone();
    good(store.erase(&restated, &record).await)?;
    let expected = [&log.records[..1], &restated, &log.records[3..]].concat();
    same(&good(store.load("a").await)?, &expected)?;
    same(&good(store.all("a").await)?, &expected)?;
    same(&good(store.all("b").await)?, &other.records)?;
    let erasures = |view: Option<View>| view.map(|view| view.erasures);
    same(&[erasures(good(store.view("a", None).await)?)], &[Some(1)])?;
    same(&[erasures(good(store.view("b", None).await)?)], &[Some(0)])?;
    ensure(!vectors::has_one(store, "a").await?, || "the vectors stayed".to_owned())?;
    ensure(vectors::has_one(store, "b").await?, || "another session lost its vectors".to_owned())
}

pub(super) async fn late_is_refused(store: &impl Store) -> Checked {
    let mut log = Log::new("a", 2, 0)?;
    good(store.append(&log.records).await)?;
    let unchanged = log.records.clone();
    let restated = [left(&log.records[1])];
    // Another writer was first.
    log.push(Payload::Erased(Erased::default()), Timestamp(9_000))?;
    log.push(Payload::Erased(Erased::default()), Timestamp(9_001))?;
    refused(store.erase(&restated, &log.records[4]).await, 3, 4)?;
    same(&good(store.load("a").await)?, &unchanged)?;
    // What is to be restated is of another session.
    let foreign = [left(&Log::new("b", 1, 0)?.records[1])];
    refused(store.erase(&foreign, &log.records[3]).await, 3, 1)?;
    same(&good(store.load("a").await)?, &unchanged)
}

pub(super) async fn edits_are_kept(store: &impl Store) -> Checked {
    let mut log = Log::new("a", 2, 0)?;
    let mut other = Log::new("a", 2, 0)?;
    good(store.append(&log.records).await)?;
    log.push(Payload::Erased(Erased::default()), Timestamp(9_000))?;
    good(store.append(&log.records[3..]).await)?;
    // A turn that was begun before it.
    other.exchanges(3..=3, "a", 9_000)?;
    refused(deliver(store, &other.records[3..]).await, 4, 3)?;
    same(&good(store.load("a").await)?, &log.records)?;
    // After a turn it is a branch like any other.
    log.exchanges(3..=3, "a", 9_000)?;
    good(store.append(&log.records[4..]).await)?;
    good(deliver(store, &other.records[3..]).await)?;
    same(&good(store.load("a").await)?, &other.records)
}

async fn deliver(store: &impl Store, records: &[Record]) -> Result<(), StoreError> {
    store.commit(Commit { records, said: &[], tip: Tip::Delivered, client: Client::default() }).await
}
