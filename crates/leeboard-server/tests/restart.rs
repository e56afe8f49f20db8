//! The database goes away and comes back while clients talk: what was acknowledged is there, once.

#[cfg(test)]
#[expect(dead_code, reason = "each test file uses its part of the support")]
mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use leeboard_core::Mode;
use leeboard_io::store::PostgresStore;
use leeboard_server::Fail;
use serde_json::{Value, json};
use support::Gateway;
use support::postgres::Cluster;

/// Clients, each with a session of its own.
const CLIENTS: usize = 4;
/// Turns that each of them gets acknowledged at least.
const TURNS: usize = 12;
/// Times that the server is stopped or crashed.
const RESTARTS: usize = 4;

/// Talks until enough turns are acknowledged and the server has been restarted often enough. A request
/// that fails is sent again, to the other replica. Gives what the client has seen.
#[cfg(test)]
async fn talk(replicas: &[Gateway; 2], client: usize, calm: &AtomicBool, failed: &AtomicUsize) -> Vec<Value> {
    let mut seen: Vec<Value> = Vec::new();
    let mut at = client;
    while seen.len() < 2 * TURNS || !calm.load(Ordering::SeqCst) {
        let question = json!({"role": "user", "content": format!("Question {} of {client}?", seen.len())});
        seen.push(question);
        let body = json!({"session_id": format!("s{client}"), "messages": seen}).to_string();
        let reply = loop {
            at += 1;
            let response = replicas[at % 2].send(body.clone()).await;
            if response.status() == 200 && !response.headers().contains_key("x-leeboard-error") {
                let answer: Value = response.json().await.unwrap();
                break answer["choices"][0]["message"]["content"].clone();
            }
            failed.fetch_add(1, Ordering::SeqCst);
            tokio::time::sleep(Duration::from_millis(50)).await;
        };
        seen.push(json!({"role": "assistant", "content": reply}));
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    seen
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_acknowledged_turn_is_there_once_though_the_server_is_restarted() {
    let mut cluster = tokio::task::spawn_blocking(Cluster::start).await.unwrap();
    let database = cluster.database().await;
    let replica = async |name: &str| {
        let store = PostgresStore::open(&database.url, 4).await.unwrap();
        let gateway = Gateway::over(Arc::new(store), |config| {
            config.mode = Mode::Manage;
            config.fail = Fail::Closed;
        })
        .await;
        for n in 0..5000 {
            gateway.script.says(&format!("Reply {n} of {name}."));
        }
        gateway
    };
    let replicas = [replica("one").await, replica("two").await];
    let (calm, failed) = (AtomicBool::new(false), AtomicUsize::new(0));
    let talks = join_all((0..CLIENTS).map(|client| talk(&replicas, client, &calm, &failed)));
    let restarts = async {
        for n in 0..RESTARTS {
            tokio::time::sleep(Duration::from_millis(300)).await;
            tokio::task::block_in_place(|| {
                cluster.tell(if n % 2 == 0 { "crash" } else { "stop" });
                cluster.tell("start");
            });
        }
        calm.store(true, Ordering::SeqCst);
    };
    let (histories, ()) = tokio::join!(talks, restarts);

    for (client, seen) in histories.into_iter().enumerate() {
        let session = replicas[0].session(&format!("s{client}")).await;
        let held: Vec<Value> = session
            .turns()
            .iter()
            .flat_map(|turn| turn.entries())
            .map(|entry| json!({"role": entry.message.role, "content": entry.message.full_text()}))
            .collect();
        assert_eq!(held, seen, "client {client} saw something else than what is stored");
        assert!(seen.len() >= 2 * TURNS);
    }
    println!("{} requests failed and were sent again", failed.into_inner());
}
