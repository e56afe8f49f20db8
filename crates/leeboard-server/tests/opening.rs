//! Opening sessions that are not in memory: snapshots are taken after so many records and when a session
//! leaves the memory, and a gateway that does not have a session reads the newest one and little more.

#[cfg(test)]
#[expect(dead_code, reason = "each test file uses its part of the support")]
mod support;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use leeboard_core::Mode;
use serde_json::{Value, json};
use support::fragile::Fragile;
use support::{Gateway, header};

/// Records from one snapshot to the next.
const EVERY: u32 = 8;

#[cfg(test)]
async fn gateway(store: &Arc<Fragile>, hot_bytes: usize) -> Gateway {
    Gateway::over(Arc::clone(store) as _, |config| {
        config.mode = Mode::Manage;
        config.limits.snapshot_records = EVERY;
        config.limits.hot_bytes = hot_bytes;
    })
    .await
}

/// One more turn of a conversation that the client sends whole; its number.
#[cfg(test)]
async fn turn(gateway: &Gateway, session: &str, said: &mut Vec<Value>) -> usize {
    let number = said.len() / 2 + 1;
    let reply = format!("Pier {number} of {session} is north.");
    gateway.script.says(&reply);
    said.push(json!({"role": "user", "content": format!("Where is pier {number}?")}));
    let response = gateway.send(json!({"session_id": session, "messages": said}).to_string()).await;
    assert!(!response.headers().contains_key("x-leeboard-error"));
    said.push(json!({"role": "assistant", "content": reply}));
    header(&response, "x-leeboard-turn").parse().unwrap()
}

#[cfg(test)]
async fn until_taken(store: &Fragile, snapshots: usize) {
    for _ in 0..500 {
        if store.snapshots.load(Ordering::SeqCst) >= snapshots {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{} snapshots were taken, not {snapshots}", store.snapshots.load(Ordering::SeqCst));
}

#[tokio::test]
async fn a_gateway_that_starts_reads_a_snapshot_and_the_records_after_it() {
    let store = Arc::new(Fragile::default());
    let mut said = Vec::new();
    let first = gateway(&store, 64 << 20).await;
    for n in 1..=20 {
        assert_eq!(turn(&first, "s", &mut said).await, n);
    }
    let records = first.session("s").await.sequence();
    assert!(records > 40);
    until_taken(&store, usize::try_from(records / u64::from(EVERY)).unwrap()).await;
    first.stop().await;
    assert_eq!(store.read.load(Ordering::SeqCst), 0, "what is in memory is not read");

    let second = gateway(&store, 64 << 20).await;
    assert_eq!(turn(&second, "s", &mut said).await, 21);
    let read = store.read.load(Ordering::SeqCst);
    assert!(read < EVERY as usize, "{read} of {records} records were read");
    // The prompt is that of a gateway which replays the whole log.
    let prompt = second.script.last_json()["messages"].clone();
    let session = second.session("s").await;
    assert_eq!(session.turns().len(), 21);
    assert!(prompt.to_string().contains("Where is pier 21?"));
    let found = leeboard_io::verify::session(second.store.as_ref(), "s").await;
    assert!(found.faults.is_empty() && found.prompts == 21, "{:?}", found.faults);
}

#[tokio::test]
async fn a_session_that_leaves_the_memory_is_kept_as_it_was() {
    let store = Arc::new(Fragile::default());
    // Room for no session at all: each one leaves at once.
    let gateway = gateway(&store, 1).await;
    let mut said = [Vec::new(), Vec::new()];
    for n in 1..=12 {
        for (at, id) in ["a", "b"].into_iter().enumerate() {
            assert_eq!(turn(&gateway, id, &mut said[at]).await, n);
        }
    }
    until_taken(&store, 4).await;
    store.read.store(0, Ordering::SeqCst);
    assert_eq!(turn(&gateway, "a", &mut said[0]).await, 13);
    let read = store.read.load(Ordering::SeqCst);
    assert!(read <= EVERY as usize, "{read} records were read");
    for id in ["a", "b"] {
        let found = leeboard_io::verify::session(gateway.store.as_ref(), id).await;
        assert!(found.faults.is_empty(), "{:?}", found.faults);
    }
}
