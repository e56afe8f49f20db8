//! Streams: every byte passes, `[DONE]` waits for the commit, and turns close however they end.

#[cfg(test)]
#[expect(dead_code, reason = "each test file uses its part of the support")]
mod support;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use leeboard_core::Mode;
use leeboard_core::record::{Outcome, Payload};
use leeboard_server::Fail;
use serde_json::{Value, json};
use support::fragile::Fragile;
use support::{Gateway, Play, Then, event, header};
use tokio::time::timeout;

const ASK: &str = r#"{"stream":true,"session_id":"s","messages":[{"role":"user","content":"Hi"}]}"#;
const DONE: &str = "data: [DONE]\n\n";

fn words() -> Vec<String> {
    vec![
        event(json!({"role":"assistant","content":""}), Value::Null),
        event(json!({"content":"Hello"}), Value::Null),
        ": ping\n\n".to_owned(),
        event(json!({"content":" there."}), json!("stop")),
        "data: {\"choices\":[],\"usage\":{\"total_tokens\":3}}\n\n".to_owned(),
    ]
}

fn with_done() -> Vec<String> {
    let mut pieces = words();
    pieces.push(DONE.to_owned());
    pieces
}

#[cfg(test)]
async fn last_outcome(gateway: &Gateway, id: &str) -> Option<Outcome> {
    let records = gateway.store.load(id).await.unwrap();
    records.iter().rev().find_map(|record| match record.payload() {
        Some(Payload::Closed(closed)) => Some(closed.outcome),
        _ => None,
    })
}

#[tokio::test]
async fn observe_passes_every_byte_and_adds_none() {
    let gateway = Gateway::start(|_| ()).await;
    gateway.script.play(Play::Stream(with_done(), Then::Closes));
    let response = gateway.send(ASK).await;
    assert_eq!(header(&response, "content-type"), "text/event-stream; charset=utf-8");
    assert_eq!(header(&response, "x-leeboard-session"), "s");
    assert_eq!(header(&response, "x-leeboard-turn"), "1");
    assert!(response.headers().get("x-leeboard-drift").is_none());
    assert_eq!(response.text().await.unwrap(), with_done().concat());
    let session = gateway.session("s").await;
    assert_eq!(session.turns().get(0).unwrap().reply.message.full_text(), "Hello there.");
    assert_eq!(last_outcome(&gateway, "s").await, Some(Outcome::Replied));
}

#[tokio::test]
async fn other_modes_add_one_comment_before_done() {
    for mode in [Mode::Augment, Mode::Manage] {
        let gateway = Gateway::start(|config| config.mode = mode).await;
        gateway.script.play(Play::Stream(with_done(), Then::Closes));
        let text = gateway.send(ASK).await.text().await.unwrap();
        let rest = text.strip_prefix(&words().concat()).unwrap();
        let comment = rest.strip_prefix(": leeboard ").unwrap().strip_suffix(DONE).unwrap();
        let values: Value = serde_json::from_str(comment.trim_end()).unwrap();
        assert!(values["drift"].as_f64().is_some() && values["overhead_ms"].as_f64().is_some());
        assert_eq!(values["action"], "observe");
    }
}

#[tokio::test]
async fn done_comes_only_after_the_commit() {
    let store = Arc::new(Fragile::default());
    store.waits.store(true, Ordering::SeqCst);
    let gateway = Gateway::over(Arc::clone(&store) as _, |_| ()).await;
    gateway.script.play(Play::Stream(with_done(), Then::Closes));
    let mut response = gateway.send(ASK).await;
    let mut text = String::new();
    while text != words().concat() {
        text.push_str(std::str::from_utf8(&response.chunk().await.unwrap().unwrap()).unwrap());
    }
    let early = timeout(Duration::from_millis(100), response.chunk()).await;
    assert!(early.is_err(), "{early:?}");
    assert!(gateway.session("s").await.turns().is_empty());
    store.permits.0.add_permits(1);
    assert_eq!(response.chunk().await.unwrap().unwrap(), DONE);
    assert_eq!(gateway.session("s").await.turns().len(), 1);
    assert_eq!(response.chunk().await.unwrap(), None);
}

#[tokio::test]
async fn a_stream_that_only_calls_tools_leaves_the_turn_open() {
    let gateway = Gateway::start(|_| ()).await;
    let call = json!({"index":0,"id":"c1","type":"function","function":{"name":"depth","arguments":"{}"}});
    let pieces = vec![
        event(json!({"role":"assistant","content":null,"tool_calls":[call]}), Value::Null),
        event(json!({}), json!("tool_calls")),
        DONE.to_owned(),
    ];
    gateway.script.play(Play::Stream(pieces, Then::Closes)).play(Play::Stream(with_done(), Then::Closes));
    gateway.send(ASK).await.text().await.unwrap();
    assert!(gateway.session("s").await.pending().is_some());
    let body = json!({"stream":true,"session_id":"s","messages":[
        {"role":"user","content":"Hi"},
        {"role":"assistant","tool_calls":[{"id":"c1","type":"function","function":{"name":"depth","arguments":"{}"}}]},
        {"role":"tool","tool_call_id":"c1","content":"4"}]});
    gateway.send(body.to_string()).await.text().await.unwrap();
    let session = gateway.session("s").await;
    assert_eq!((session.turns().len(), session.turns().get(0).unwrap().input.len()), (1, 3));
}

#[tokio::test]
async fn a_client_that_leaves_closes_its_turn() {
    let gateway = Gateway::start(|_| ()).await;
    gateway.script.play(Play::Stream(words()[..2].to_vec(), Then::IsSilent));
    let mut response = gateway.send(ASK).await;
    let mut text = String::new();
    while !text.contains("Hello") {
        text.push_str(std::str::from_utf8(&response.chunk().await.unwrap().unwrap()).unwrap());
    }
    drop(response);
    let session = gateway.session_when("s", |session| session.turns().len() == 1).await;
    assert_eq!(session.turns().get(0).unwrap().reply.message.full_text(), "Hello");
    assert_eq!(last_outcome(&gateway, "s").await, Some(Outcome::Partial));
}

#[tokio::test]
async fn a_client_that_leaves_before_the_head_closes_its_turn() {
    let mut tasks = tokio::task::JoinSet::new();
    let address = support::silence(&mut tasks).await;
    let gateway = Gateway::start(|config| config.upstream = address).await;
    assert!(timeout(Duration::from_millis(200), gateway.send(ASK)).await.is_err());
    gateway.session_when("s", |session| session.sequence() > 0 && session.pending().is_none()).await;
    assert_eq!(last_outcome(&gateway, "s").await, Some(Outcome::Abandoned));
}

#[tokio::test]
async fn an_upstream_that_breaks_off_breaks_the_clients_stream() {
    let gateway = Gateway::start(|config| config.mode = Mode::Augment).await;
    gateway.script.play(Play::Stream(words()[..2].to_vec(), Then::Breaks));
    let mut response = gateway.send(ASK).await;
    let mut text = String::new();
    let broken = loop {
        match response.chunk().await {
            Ok(Some(piece)) => text.push_str(std::str::from_utf8(&piece).unwrap()),
            Ok(None) => break false,
            Err(_) => break true,
        }
    };
    assert!(broken, "{text}");
    assert_eq!(text, words()[..2].concat());
    assert_eq!(last_outcome(&gateway, "s").await, Some(Outcome::Partial));
}

#[tokio::test]
async fn a_stream_without_done_ends_without_one() {
    let gateway = Gateway::start(|_| ()).await;
    gateway.script.play(Play::Stream(words(), Then::Closes));
    gateway.script.play(Play::Stream(words()[..2].to_vec(), Then::Closes));
    assert_eq!(gateway.send(ASK).await.text().await.unwrap(), words().concat());
    assert_eq!(last_outcome(&gateway, "s").await, Some(Outcome::Replied));
    assert_eq!(gateway.send(ASK).await.text().await.unwrap(), words()[..2].concat());
    assert_eq!(last_outcome(&gateway, "s").await, Some(Outcome::Partial));
}

#[tokio::test]
async fn a_turn_that_cannot_be_stored_says_so() {
    for (fail, done) in [(Fail::Open, true), (Fail::Closed, false)] {
        let store = Arc::new(Fragile::default());
        store.fails_to_close.store(true, Ordering::SeqCst);
        let gateway = Gateway::over(store, |config| config.fail = fail).await;
        gateway.script.play(Play::Stream(with_done(), Then::Closes));
        let text = gateway.send(ASK).await.text().await.unwrap();
        assert!(text.starts_with(&words().concat()));
        assert_eq!(text.ends_with(DONE), done);
        assert!(text.contains("error"), "{text}");
    }
}

#[tokio::test]
async fn shutdown_closes_turns_under_way() {
    let gateway = Gateway::start(|config| config.limits.shutdown_grace = Duration::from_millis(50)).await;
    gateway.script.play(Play::Stream(words()[..2].to_vec(), Then::IsSilent));
    let mut response = gateway.send(ASK).await;
    let mut text = String::new();
    while !text.contains("Hello") {
        text.push_str(std::str::from_utf8(&response.chunk().await.unwrap().unwrap()).unwrap());
    }
    let store = Arc::clone(&gateway.store);
    gateway.stop().await;
    let records = store.load("s").await.unwrap();
    assert!(
        matches!(records.last().unwrap().payload(), Some(Payload::Closed(closed)) if closed.outcome == Outcome::Partial)
    );
}
