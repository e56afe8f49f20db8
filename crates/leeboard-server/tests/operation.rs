//! What an operator sees: health, counters, live events.

#[cfg(test)]
#[expect(dead_code, reason = "each test file uses its part of the support")]
mod support;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use leeboard_core::Mode;
use leeboard_io::store::{MemoryStore, Store};
use serde_json::{Value, json};
use support::fragile::Fragile;
use support::{Gateway, Play, Then, event, nowhere, reply};
use tokio::time::timeout;

fn ask(id: &str, text: &str) -> String {
    json!({"session_id": id, "messages": [{"role": "user", "content": text}]}).to_string()
}

#[cfg(test)]
async fn get(gateway: &Gateway, path: &str) -> reqwest::Response {
    gateway.client.get(format!("{}{path}", gateway.url)).send().await.unwrap()
}

#[tokio::test]
async fn a_gateway_that_cannot_store_is_not_ready_and_lives() {
    let store = Arc::new(Fragile::default());
    let gateway = Gateway::over(store.clone(), |_| ()).await;
    let ready = get(&gateway, "/health/ready").await;
    assert_eq!(ready.status(), 200);
    let ready: Value = ready.json().await.unwrap();
    assert_eq!(ready, json!({"status": "ok", "checks": {"store": "ok", "upstream": "set"}}));
    store.fails.store(true, Ordering::SeqCst);
    let ready = get(&gateway, "/health/ready").await;
    assert_eq!(ready.status(), 503);
    let ready: Value = ready.json().await.unwrap();
    assert_eq!(ready["checks"]["store"], "failed to use the store: disk full");
    assert_eq!(get(&gateway, "/health/live").await.status(), 200);
    let sessions = get(&gateway, "/v1/sessions").await;
    assert_eq!(sessions.status(), 503);
    let error: Value = sessions.json().await.unwrap();
    assert_eq!(error["error"]["code"], "store_unavailable");
}

#[tokio::test]
async fn what_happens_is_counted_without_ids() {
    let address = nowhere().await;
    let gateway = Gateway::start(|config| config.upstream = address).await;
    gateway.send(ask("secret-session", "Hi")).await;
    let text = get(&gateway, "/metrics").await.text().await.unwrap();
    for line in [
        "leeboard_errors_total{code=\"upstream_unreachable\"} 1",
        "leeboard_turns_total{mode=\"observe\",outcome=\"abandoned\"} 1",
        "leeboard_requests_total{method=\"POST\",path=\"/v1/chat/completions\",status=\"502\"} 1",
        "leeboard_hot_sessions 1",
        "leeboard_open_turns 0",
    ] {
        assert!(text.lines().any(|found| found == line), "{line} in {text}");
    }
    assert!(text.contains("leeboard_overhead_seconds_count{phase=\"open\"} 1"), "{text}");
    assert!(!text.contains("secret-session"));
}

#[tokio::test]
async fn tokens_are_counted_as_the_upstream_says() {
    let gateway = Gateway::start(|_| ()).await;
    let usage = json!({"prompt_tokens": 2_000, "completion_tokens": 40, "total_tokens": 2_040,
        "prompt_tokens_details": {"cached_tokens": 1_536}});
    let mut whole = reply(json!({"role": "assistant", "content": "Hello."}));
    whole["usage"] = usage.clone();
    let last = format!("data: {}\n\n", json!({"id": "r", "choices": [], "usage": usage}));
    let pieces = vec![event(json!({"content": "Yes."}), json!("stop")), last, "data: [DONE]\n\n".to_owned()];
    gateway.script.play(Play::Whole(200, whole.to_string())).play(Play::Stream(pieces, Then::Closes));
    gateway.script.says("No usage at all.");
    for _ in 0..3 {
        gateway.send(ask("s", "Hi")).await.bytes().await.unwrap();
    }
    let text = get(&gateway, "/metrics").await.text().await.unwrap();
    for (kind, tokens) in [("prompt", 4_000), ("cached", 3_072), ("completion", 80)] {
        let line = format!("leeboard_upstream_tokens_total{{kind=\"{kind}\"}} {tokens}");
        assert!(text.lines().any(|found| found == line), "{line} in {text}");
    }
}

/// The next event of a stream, as its name and data.
#[cfg(test)]
async fn next(stream: &mut reqwest::Response, buffer: &mut String) -> (String, Value) {
    loop {
        if let Some((event, rest)) = buffer.split_once("\n\n") {
            let field = |name: &str| {
                let found = event.lines().find_map(|line| line.strip_prefix(name));
                found.map(|value| value.trim().to_owned())
            };
            let found = field("event:").zip(field("data:"));
            let rest = rest.to_owned();
            *buffer = rest;
            match found {
                Some((name, data)) => return (name, serde_json::from_str(&data).unwrap()),
                None => continue,
            }
        }
        let piece = timeout(Duration::from_secs(5), stream.chunk()).await.unwrap().unwrap();
        buffer.push_str(std::str::from_utf8(&piece.expect("the stream goes on")).unwrap());
    }
}

#[tokio::test]
async fn events_come_live_and_end_with_the_gateway() {
    let gateway = Gateway::start(|config| config.mode = Mode::Manage).await;
    let (mut all, mut one) =
        (get(&gateway, "/v1/events").await, get(&gateway, "/v1/sessions/b/events").await);
    assert_eq!(all.headers()["content-type"], "text/event-stream");
    for id in ["a", "b"] {
        gateway.script.says("Hello.");
        gateway.send(ask(id, "A word that nobody hears")).await;
    }
    let (mut buffer, mut other) = (String::new(), String::new());
    let (name, opened) = next(&mut all, &mut buffer).await;
    assert_eq!((name.as_str(), &opened["session"], &opened["turn"]), ("turn.opened", &json!("a"), &json!(1)));
    let (name, closed) = next(&mut all, &mut buffer).await;
    assert_eq!((name.as_str(), &closed["posture"]), ("turn.closed", &json!("stable")));
    assert_eq!((&closed["outcome"], &closed["flags"]), (&json!("replied"), &json!([])));
    assert!(closed["drift"].is_number() && !closed.to_string().contains("nobody hears"));
    assert_eq!(next(&mut one, &mut other).await.1["session"], "b");
    gateway.client.delete(format!("{}/v1/sessions/b", gateway.url)).send().await.unwrap();
    assert_eq!(next(&mut one, &mut other).await.0, "turn.closed");
    assert_eq!(next(&mut one, &mut other).await.0, "session.deleted");
    gateway.stop().await;
    let rest = timeout(Duration::from_secs(5), all.text()).await;
    assert!(rest.is_ok(), "the stream ends");
}

#[tokio::test]
async fn sessions_that_nobody_uses_are_deleted_where_it_is_wanted() {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let gateway = Gateway::over(Arc::clone(&store), |_| ()).await;
    gateway.script.says("Hello.");
    // The test's clock stands at 1970.
    gateway
        .send(r#"{"model": "m", "session_id": "old", "messages": [{"role": "user", "content": "Hi"}]}"#)
        .await;
    gateway.stop().await;
    assert_eq!(store.list().await.unwrap().len(), 1);
    let gateway = Gateway::over(Arc::clone(&store), |config| config.retention_days = 30).await;
    for _ in 0..200 {
        if store.list().await.unwrap().is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(store.list().await.unwrap().is_empty());
    gateway.stop().await;
}
