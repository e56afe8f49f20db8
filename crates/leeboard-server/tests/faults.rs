//! What an upstream may do wrong: the client gets a right answer, the turn is closed, and the
//! gateway comes to an end when it is asked to.

#[cfg(test)]
#[expect(dead_code, reason = "each test file uses its part of the support")]
mod support;

use std::time::Duration;

use leeboard_core::record::{Outcome, Payload};
use serde_json::{Value, json};
use support::{Gateway, Play, Then, event, header, nowhere, reply, reset};
use tokio::task::JoinSet;

const ASK: &str = r#"{"session_id":"s","messages":[{"role":"user","content":"Hi"}]}"#;
const STREAM: &str = r#"{"stream":true,"session_id":"s","messages":[{"role":"user","content":"Hi"}]}"#;

/// The turn is closed in this way, a later one succeeds, and no task is left.
#[cfg(test)]
async fn ends(gateway: Gateway, wanted: Option<Outcome>) {
    let closed = gateway.session_when("s", |session| session.sequence() > 0 && session.pending().is_none());
    closed.await;
    let records = gateway.store.load("s").await.unwrap();
    let outcome = records.iter().rev().find_map(|record| match record.payload() {
        Some(Payload::Closed(closed)) => Some(closed.outcome),
        _ => None,
    });
    assert_eq!(outcome, wanted);
    gateway.stop().await;
}

#[tokio::test]
async fn refused_and_reset_connections_are_bad_gateways() {
    let mut tasks = JoinSet::new();
    let half =
        b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{\"choices\"";
    for address in [nowhere().await, reset(&mut tasks, b"").await, reset(&mut tasks, half).await] {
        let gateway = Gateway::start(|config| config.upstream = address).await;
        let response = gateway.send(ASK).await;
        assert_eq!(response.status(), 502);
        let code = response.json::<Value>().await.unwrap()["error"]["code"].clone();
        assert!(code == "upstream_unreachable" || code == "upstream_interrupted", "{code}");
        ends(gateway, Some(Outcome::Abandoned)).await;
    }
}

#[tokio::test]
async fn a_stream_that_is_reset_keeps_what_came() {
    let mut tasks = JoinSet::new();
    let begun = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\ndata: {\"choices\":[{\"delta\":{\"content\":\"Hel\"}}]}\n\n";
    let address = reset(&mut tasks, begun).await;
    let gateway = Gateway::start(|config| config.upstream = address).await;
    let text = gateway.send(STREAM).await.text().await;
    assert!(text.is_err() || text.is_ok_and(|text| !text.contains("[DONE]")));
    ends(gateway, Some(Outcome::Partial)).await;
}

#[tokio::test]
async fn a_stall_ends_with_the_time_allowed() {
    for (pieces, outcome) in [
        (vec![event(json!({"content": "Hel"}), Value::Null)], Outcome::Partial),
        (vec![": wait\n\n".to_owned()], Outcome::Abandoned),
    ] {
        let gateway = Gateway::start(|config| config.limits.idle_timeout = Duration::from_millis(80)).await;
        gateway.script.play(Play::Stream(pieces, Then::IsSilent));
        assert!(gateway.send(STREAM).await.text().await.is_err());
        ends(gateway, Some(outcome)).await;
    }
}

#[tokio::test]
async fn half_an_event_passes_and_is_no_reply() {
    let gateway = Gateway::start(|_| ()).await;
    let half = "data: {\"choices\":[{\"delta\":{\"con".to_owned();
    gateway.script.play(Play::Stream(vec![half.clone()], Then::Closes));
    assert_eq!(gateway.send(STREAM).await.text().await.unwrap(), half);
    ends(gateway, Some(Outcome::Abandoned)).await;
}

#[tokio::test]
async fn events_that_are_no_json_pass_between_those_that_are() {
    let gateway = Gateway::start(|_| ()).await;
    let pieces = vec![
        event(json!({"content": "Hel"}), Value::Null),
        "data: {oops\n\ndata: null\n\ndata: [1]\n\n".to_owned(),
        event(json!({"content": "lo."}), json!("stop")),
        "data: [DONE]\n\n".to_owned(),
    ];
    gateway.script.play(Play::Stream(pieces.clone(), Then::Closes));
    assert_eq!(gateway.send(STREAM).await.text().await.unwrap(), pieces.concat());
    assert_eq!(gateway.session("s").await.turns().get(0).unwrap().reply.message.full_text(), "Hello.");
    ends(gateway, Some(Outcome::Replied)).await;
}

#[tokio::test]
async fn a_reply_that_is_no_json_passes_and_says_so() {
    for body in ["", "{", "<html>busy</html>", "{}", r#"{"choices":[]}"#] {
        let gateway = Gateway::start(|_| ()).await;
        gateway.script.play(Play::Whole(200, body.to_owned()));
        let response = gateway.send(ASK).await;
        assert_eq!(response.status(), 200);
        assert!(header(&response, "x-leeboard-error").contains("find a message"));
        assert_eq!(response.text().await.unwrap(), body);
        ends(gateway, Some(Outcome::Abandoned)).await;
    }
}

#[tokio::test]
async fn errors_pass_with_their_headers_and_bodies() {
    for (status, name, value) in
        [(429, "retry-after", "7"), (500, "x-request-id", "r1"), (503, "retry-after", "1"), (529, "x-a", "b")]
    {
        for body in ["{\"error\":{\"message\":\"slow down\"}}", "not json"] {
            let gateway = Gateway::start(|_| ()).await;
            gateway.script.play(Play::With(status, (name, value), body.to_owned()));
            let response = gateway.send(STREAM).await;
            assert_eq!((response.status().as_u16(), header(&response, name)), (status, value));
            assert_eq!(response.text().await.unwrap(), body);
            assert_eq!(gateway.script.got().len(), 1, "the gateway never tries twice");
            ends(gateway, Some(Outcome::Abandoned)).await;
        }
    }
}

#[tokio::test]
async fn a_very_long_reply_passes_whole_and_is_remembered_or_said_not_to_be() {
    // 10 MB is more than one message may have in memory: it is delivered and not stored.
    for (bytes, stored) in [(1 << 20, true), (10 << 20, false)] {
        let gateway = Gateway::start(|_| ()).await;
        let text = "a long word ".repeat(bytes / 12);
        let body = reply(json!({"role": "assistant", "content": text})).to_string();
        gateway.script.play(Play::Whole(200, body.clone()));
        let response = gateway.send(ASK).await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers().contains_key("x-leeboard-error"), !stored);
        assert_eq!(response.bytes().await.unwrap().len(), body.len());
        let session = gateway.session("s").await;
        assert_eq!((session.turns().len(), session.pending().is_some()), (usize::from(stored), false));
        // The conversation goes on whatever became of that turn.
        gateway.script.says("Fine.");
        let response =
            gateway.send(r#"{"session_id":"s","messages":[{"role":"user","content":"Well?"}]}"#).await;
        assert!(!response.headers().contains_key("x-leeboard-error"));
        ends(gateway, Some(Outcome::Replied)).await;
    }
}
