//! Many rounds of an upstream's faults against one gateway: each client gets a right answer, each
//! turn is closed, and afterwards nothing is left of them. Single faults are in faults.rs; this
//! file is a process of its own, so that what it counts is its own. Linux says what a process holds.

#![cfg(target_os = "linux")]

#[cfg(test)]
#[expect(dead_code, reason = "each test file uses its part of the support")]
mod support;

use std::sync::LazyLock;
use std::time::Duration;

use futures_util::{StreamExt, stream};
use leeboard_core::record::{Outcome, Payload};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};
use support::{Gateway, event, nowhere, reply};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::RwLock;
use tokio::task::JoinSet;

/// What goes wrong in a round.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    Nothing,
    Refused,
    Reset,
    HalfBody,
    ResetWithin,
    StallBefore,
    StallWithin,
    HalfEvent,
    NoJson,
    Limited,
    Failed,
    Huge,
    Leaves,
}

use Fault::*;

const ALL: [Fault; 13] = [
    Nothing,
    Refused,
    Reset,
    HalfBody,
    ResetWithin,
    StallBefore,
    StallWithin,
    HalfEvent,
    NoJson,
    Limited,
    Failed,
    Huge,
    Leaves,
];
const HALF_EVENT: &str = "data: {\"choices\":[{\"delta\":{\"con";
const NO_JSON: &str = "<html>busy</html>";
const ERROR: &str = r#"{"error":{"message":"slow down"}}"#;
/// How long the gateway waits for an upstream that stalls: long beside what a busy machine takes
/// for a huge reply.
const PATIENCE: Duration = Duration::from_secs(4);
/// By how much the memory of the process may differ between two moments without a leak, in KiB.
const GROWTH: u64 = 40 << 10;
/// Rounds at the same time.
const TOGETHER: usize = 16;

/// 50 rounds, or half of what `LEEBOARD_TEST_CASES` says: 1,000 with `./test --long`.
fn count() -> usize {
    #[expect(clippy::disallowed_methods, reason = "a test may read how long it shall run")]
    let asked = std::env::var("LEEBOARD_TEST_CASES");
    asked.ok().and_then(|cases| cases.parse::<usize>().ok()).map_or(50, |cases| cases / 2)
}

/// The same rounds at every run. A huge reply takes long, so it comes seldom.
#[cfg(test)]
fn rounds() -> Vec<Fault> {
    let usual: Vec<_> = ALL.into_iter().filter(|fault| *fault != Huge).collect();
    let fault = prop_oneof![40 => prop::sample::select(usual), 1 => Just(Huge)];
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    prop::collection::vec(fault, count()).new_tree(&mut runner).unwrap().current()
}

/// A reply of 10 MB.
static HUGE: LazyLock<String> = LazyLock::new(|| {
    reply(json!({"role": "assistant", "content": "a long word ".repeat((10 << 20) / 12)})).to_string()
});

/// An upstream that does what the header `x-fault` says, with one connection for each request.
#[cfg(test)]
async fn rogue(tasks: &mut JoinSet<()>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tasks.spawn(async move {
        let mut connections = JoinSet::new();
        loop {
            tokio::select! {
                accepted = listener.accept() => drop(connections.spawn(act(accepted.unwrap().0))),
                Some(ended) = connections.join_next() => ended.unwrap(),
            }
        }
    });
    format!("http://{address}/v1")
}

#[cfg(test)]
async fn act(mut connection: TcpStream) {
    let mut head = vec![0; 4096];
    let (length, fault) = loop {
        let length = connection.peek(&mut head).await.unwrap();
        let text = String::from_utf8_lossy(&head[..length]).into_owned();
        let named = |fault: &&Fault| text.contains(&format!("x-fault: {fault:?}\r\n"));
        if let (true, Some(fault)) = (text.ends_with('}'), ALL.iter().find(named)) {
            break (length, *fault);
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    };
    if fault == Reset {
        // What was not read makes the system reset the connection.
        return;
    }
    // One byte stays unread for those that end with a reset.
    let unread = usize::from(matches!(fault, HalfBody | ResetWithin));
    connection.read_exact(&mut head[..length - unread]).await.unwrap();
    let begun = event(json!({"content": "Hel"}), Value::Null);
    let whole = event(json!({"content": "Hello."}), json!("stop")) + "data: [DONE]\n\n";
    let (stream, page) =
        ("200 OK\r\ncontent-type: text/event-stream", "200 OK\r\ncontent-type: application/json");
    let (status, body, length) = match fault {
        Nothing => (stream, whole, None),
        ResetWithin | StallWithin | Leaves => (stream, begun, None),
        HalfEvent => (stream, HALF_EVENT.to_owned(), None),
        HalfBody => (page, "{\"choices\"".to_owned(), Some(500)),
        NoJson => (page, NO_JSON.to_owned(), None),
        Limited => ("429 Too Many Requests\r\nretry-after: 7", ERROR.to_owned(), None),
        Failed => ("500 Internal Server Error", ERROR.to_owned(), None),
        Huge => (page, HUGE.clone(), None),
        Refused | Reset | StallBefore => ("", String::new(), None),
    };
    if !status.is_empty() {
        let length = length.map_or_else(String::new, |length: usize| format!("content-length: {length}\r\n"));
        let head = format!("HTTP/1.1 {status}\r\nconnection: close\r\n{length}\r\n");
        // The other side may have left.
        let _ = connection.write_all(head.as_bytes()).await;
        let _ = connection.write_all(body.as_bytes()).await;
    }
    if matches!(fault, StallBefore | StallWithin | Leaves) {
        // Until the gateway has had enough; a connection that is never left never ends.
        let _ = connection.read(&mut head).await;
    } else if unread > 0 {
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
}

/// One request and what must come of it; returns how its turn must have ended.
#[cfg(test)]
async fn round(gateway: &Gateway, fault: Fault, id: &str) -> Outcome {
    let stream = !matches!(fault, HalfBody | NoJson | Huge);
    let body = json!({"session_id": id, "stream": stream, "messages": [{"role": "user", "content": "Hi"}]});
    let name = format!("{fault:?}");
    let mut response = gateway.send_with(body.to_string(), &[("x-fault", &name)]).await;
    let wanted = match fault {
        Refused | Reset | HalfBody => 502,
        StallBefore => 504,
        Limited => 429,
        Failed => 500,
        _ => 200,
    };
    assert_eq!(response.status(), wanted, "{fault:?}");
    let header = |name: &str| response.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
    assert_eq!(header("retry-after").as_deref(), (fault == Limited).then_some("7"), "{fault:?}");
    assert_eq!(header("x-leeboard-error").is_some(), matches!(fault, NoJson | Huge), "{fault:?}");
    if fault == Leaves {
        assert!(response.chunk().await.unwrap().is_some());
        return Outcome::Partial;
    }
    let text = response.text().await;
    match fault {
        ResetWithin | StallWithin => assert!(text.is_err(), "{fault:?}: {text:?}"),
        Refused | Reset | HalfBody | StallBefore => {
            let error: Value = serde_json::from_str(&text.unwrap()).unwrap();
            let code = error["error"]["code"].as_str().unwrap();
            assert!(code.starts_with("upstream_"), "{fault:?}: {code}");
        }
        HalfEvent => assert_eq!(text.unwrap(), HALF_EVENT),
        NoJson => assert_eq!(text.unwrap(), NO_JSON),
        Limited | Failed => assert_eq!(text.unwrap(), ERROR),
        Huge => assert!(text.unwrap() == *HUGE, "the reply passes whole"),
        Nothing | Leaves => assert!(text.unwrap().ends_with("data: [DONE]\n\n")),
    }
    match fault {
        Nothing => Outcome::Replied,
        ResetWithin | StallWithin => Outcome::Partial,
        _ => Outcome::Abandoned,
    }
}

/// Plays rounds, some at the same time, and sees that each turn is closed as it must be.
#[cfg(test)]
async fn play(gateways: &[Gateway; 2], rounds: &[Fault], name: &str) {
    let alone = &RwLock::new(());
    let each = rounds.iter().enumerate().map(|(n, fault)| async move {
        // A huge reply keeps a machine so busy that others would run out of time beside it.
        let _together = if *fault == Huge { None } else { Some(alone.read().await) };
        let _alone = if *fault == Huge { Some(alone.write().await) } else { None };
        let gateway = &gateways[usize::from(*fault == Refused)];
        let id = format!("{name}-{n}");
        let wanted = round(gateway, *fault, &id).await;
        gateway.session_when(&id, |session| session.sequence() > 0 && session.pending().is_none()).await;
        let records = gateway.store.load(&id).await.unwrap();
        let outcome = records.iter().rev().find_map(|record| match record.payload() {
            Some(Payload::Closed(closed)) => Some(closed.outcome),
            _ => None,
        });
        assert_eq!(outcome, Some(wanted), "round {n}, {fault:?}");
        // So that a store that grows is not taken for a leak.
        assert!(gateway.store.delete(&id).await.unwrap());
    });
    stream::iter(each).buffer_unordered(TOGETHER).collect::<Vec<_>>().await;
}

/// What the process holds.
#[derive(Clone, Copy, Debug)]
struct Held {
    tasks: usize,
    files: usize,
    kilobytes: u64,
}

#[cfg(test)]
fn held() -> Held {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    Held {
        tasks: tokio::runtime::Handle::current().metrics().num_alive_tasks(),
        files: std::fs::read_dir("/proc/self/fd").unwrap().count(),
        kilobytes: line.trim().trim_end_matches(" kB").parse().unwrap(),
    }
}

/// What is held once connections that were left are gone, or after five seconds.
async fn settled(most: Held) -> Held {
    for _ in 0..100 {
        let now = held();
        if now.tasks <= most.tasks && now.files <= most.files {
            return now;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    held()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_left_after_many_faults() {
    let mut tasks = JoinSet::new();
    let address = rogue(&mut tasks).await;
    let gateways = [address, nowhere().await].map(|upstream| {
        Gateway::start(move |config| {
            config.upstream = upstream;
            config.limits.reply_timeout = PATIENCE;
            config.limits.idle_timeout = PATIENCE;
            config.limits.hot_bytes = 1 << 20;
        })
    });
    let [first, second] = gateways;
    let mut gateways = [first.await, second.await];
    for gateway in &mut gateways {
        // A connection for each request, so that what stays open is a leak.
        gateway.client = reqwest::Client::builder().pool_max_idle_per_host(0).build().unwrap();
    }
    let empty = held();

    // What is made once, such as tables and buffers, is there after one round of each kind.
    play(&gateways, &ALL, "first").await;
    let before = settled(empty).await;
    let rounds = rounds();
    play(&gateways, &rounds, "round").await;
    let after = settled(before).await;

    println!("{} rounds: {empty:?}, {before:?}, {after:?}", rounds.len());
    assert!(after.tasks <= before.tasks, "tasks: {before:?}, {after:?}");
    assert!(after.files <= before.files, "open files: {before:?}, {after:?}");
    assert!(after.kilobytes <= before.kilobytes + GROWTH, "memory: {before:?}, {after:?}");
    for gateway in gateways {
        assert!(gateway.store.list().await.unwrap().is_empty());
        gateway.stop().await;
    }
}
