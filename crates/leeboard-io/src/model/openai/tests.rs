//! The client against servers that behave, refuse, stall, babble and break off.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::mpsc;
use std::thread::{self, JoinHandle};

use futures_util::StreamExt;
use leeboard_core::message::{Message, Role};
use serde_json::{Value, json};
use wiremock::matchers::{body_partial_json, header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::super::{Piece, Usage, collect};
use super::*;

const KEY: &str = "sk-keep-this-to-yourself";

fn settings(base_url: &str) -> OpenAiSettings {
    let mut settings = OpenAiSettings::new(base_url, "small").with_key(KEY);
    settings.first_pause = Duration::from_millis(1);
    settings.reply_timeout = Duration::from_secs(20);
    settings
}

fn client(base_url: &str) -> OpenAi {
    OpenAi::new(settings(base_url)).unwrap()
}

fn request() -> ModelRequest {
    ModelRequest::new(vec![Message::text(Role::User, "Which way does the wind blow?")])
}

fn good() -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(json!({
        "id": "c1", "choices": [{"index": 0, "finish_reason": "stop",
            "message": {"role": "assistant", "content": "From the west.", "refusal": null}}],
        "usage": {"prompt_tokens": 9, "completion_tokens": 4, "total_tokens": 13,
            "prompt_tokens_details": {"cached_tokens": 8}}
    }))
}

fn refusal(status: u16) -> ResponseTemplate {
    let said = format!("Key {KEY} is not liked today");
    ResponseTemplate::new(status).set_body_json(json!({"error": {"message": said, "type": "x"}}))
}

async fn answers(first: ResponseTemplate, times: u64) -> MockServer {
    let server = MockServer::start().await;
    let post = || Mock::given(method("POST")).and(path("/v1/chat/completions"));
    post().respond_with(first).up_to_n_times(times).mount(&server).await;
    post().respond_with(good()).mount(&server).await;
    server
}

async fn tries(server: &MockServer) -> usize {
    server.received_requests().await.unwrap().len()
}

/// A server of one connection that sends what it is told, in exactly these writes, and then
/// holds the connection until the sender is dropped.
fn raw_server(writes: Vec<Vec<u8>>) -> (String, mpsc::Sender<()>, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/v1", listener.local_addr().unwrap());
    let (hold, held) = mpsc::channel::<()>();
    let server = thread::spawn(move || {
        let (mut connection, _) = listener.accept().unwrap();
        connection.set_nodelay(true).unwrap();
        let mut request = [0; 4096];
        let _ = connection.read(&mut request).unwrap();
        for part in writes {
            if connection.write_all(&part).is_err() {
                return;
            }
            let _ = held.recv_timeout(Duration::from_millis(2));
        }
        let _ = held.recv();
    });
    (url, hold, server)
}

const STREAM_HEAD: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n";

fn event(delta: &Value, finish: Option<&str>) -> String {
    let event = json!({"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]});
    format!("data: {event}\n\n")
}

async fn read(url: &str) -> (String, Result<ModelReply, ModelError>) {
    let mut settings = settings(url);
    settings.idle_timeout = Duration::from_millis(200);
    let model = OpenAi::new(settings).unwrap();
    let mut pieces = model.stream(&request()).await.unwrap();
    let mut text = String::new();
    let mut end = None;
    while let Some(piece) = pieces.next().await {
        assert!(end.is_none(), "nothing follows the end");
        match piece {
            Ok(Piece::Text(more)) => text.push_str(&more),
            Ok(Piece::End(reply)) => end = Some(Ok(reply)),
            Err(error) => end = Some(Err(error)),
        }
    }
    (text, end.unwrap())
}

#[tokio::test]
async fn a_whole_reply_with_key_usage_and_unknown_fields() {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .and(path("/v1/chat/completions"))
        .and(header("authorization", format!("Bearer {KEY}")))
        .and(body_partial_json(json!({"model": "small", "temperature": 0.25})))
        .respond_with(good())
        .mount(&server)
        .await;
    let mut request = request();
    request.parameters.insert("temperature".to_owned(), json!(0.25));
    for base in ["", "/", "/v1", "/v1/"] {
        let model = client(&format!("{}{base}", server.uri()));
        let reply = model.complete(&request).await.unwrap();
        assert_eq!(reply.message.full_text(), "From the west.");
        assert!(reply.message.extra.contains_key("refusal"));
        assert_eq!(reply.finish_reason.as_deref(), Some("stop"));
        let usage = Usage { prompt_tokens: 9, completion_tokens: 4, cached_tokens: 8 };
        assert_eq!(reply.usage, Some(usage));
    }
}

#[tokio::test]
async fn a_busy_server_is_tried_again_when_it_asks_for_it() {
    let busy = refusal(429).insert_header("retry-after", "0");
    let server = answers(busy, 2).await;
    let reply = client(&server.uri()).complete(&request()).await.unwrap();
    assert_eq!(reply.message.full_text(), "From the west.");
    assert_eq!(tries(&server).await, 3);
}

#[tokio::test]
async fn a_wish_to_wait_for_hours_is_told_and_not_granted() {
    let server = answers(refusal(429).insert_header("retry-after", "7200"), 1).await;
    let error = client(&server.uri()).complete(&request()).await.unwrap_err();
    let wish = Some(Duration::from_secs(7200));
    assert!(matches!(&error, ModelError::Status { status: 429, retry_after, .. } if *retry_after == wish));
    assert_eq!(tries(&server).await, 1);
}

#[tokio::test]
async fn a_broken_server_is_given_up_after_the_last_try() {
    let server = answers(refusal(500), 99).await;
    let error = client(&server.uri()).complete(&request()).await.unwrap_err();
    assert!(matches!(&error, ModelError::Status { status: 500, message, .. }
        if message == "Key [secret] is not liked today"));
    assert_eq!(tries(&server).await, 3);
}

#[tokio::test]
async fn a_refused_key_is_not_tried_again_and_not_repeated() {
    for status in [400, 401, 403, 404] {
        let server = answers(refusal(status), 99).await;
        let model = client(&server.uri());
        let whole = model.complete(&request()).await.unwrap_err();
        let streamed = model.stream(&request()).await.err().unwrap();
        assert_eq!(whole, streamed);
        assert!(!format!("{whole} {whole:?} {model:?}").contains(KEY));
        assert_eq!(tries(&server).await, 2);
    }
}

#[tokio::test]
async fn an_unreachable_server_is_named_without_credentials() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let model = client(&format!("http://ann:hunter2@{free}/v1?token=hunter3"));
    let error = model.complete(&request()).await.unwrap_err();
    let ModelError::Unreachable { url, .. } = &error else { panic!("{error}") };
    assert_eq!(url, &format!("http://{free}/v1/chat/completions"));
    assert!(!format!("{error} {error:?}").contains("hunter"));
}

#[tokio::test]
async fn settings_that_cannot_work_are_told_at_once() {
    for base in ["", "localhost:8080", "ftp://host/v1", "http://"] {
        let error = OpenAi::new(settings(base)).unwrap_err();
        assert!(matches!(error, ModelError::Setup { .. }), "{base}: {error}");
    }
    let bad_key = settings("http://host").with_key("line\nbreak");
    let error = OpenAi::new(bad_key).unwrap_err().to_string();
    assert!(error.contains("the key") && !error.contains("break"), "{error}");
}

#[tokio::test]
async fn a_server_that_stalls_is_a_timeout() {
    let server = answers(good().set_delay(Duration::from_secs(30)), 1).await;
    let mut settings = settings(&server.uri());
    settings.reply_timeout = Duration::from_millis(100);
    let model = OpenAi::new(settings).unwrap();
    let after = Duration::from_millis(100);
    assert_eq!(model.complete(&request()).await, Err(ModelError::Timeout { after }));
}

#[tokio::test]
async fn replies_that_are_none_are_malformed_and_not_tried_again() {
    for (body, word) in [
        ("<html>", "not JSON"),
        ("{}", "no choices"),
        (r#"{"choices":[]}"#, "no choices"),
        (r#"{"choices":[{"index":0}]}"#, "no message"),
        (r#"{"choices":[{"message":{"content":7}}]}"#, "does not fit"),
        (r#"{"error":{"message":"out of memory"}}"#, "out of memory"),
    ] {
        let server = answers(ResponseTemplate::new(200).set_body_string(body), 99).await;
        let error = client(&server.uri()).complete(&request()).await.unwrap_err();
        assert!(matches!(&error, ModelError::Malformed { what } if what.contains(word)), "{error}");
        assert_eq!(tries(&server).await, 1);
    }
}

#[tokio::test]
async fn a_stream_may_be_cut_anywhere() {
    let mut body = String::from(STREAM_HEAD) + ": a comment\n\n";
    body += &event(&json!({"role": "assistant", "content": ""}), None);
    body += &event(&json!({"reasoning_content": "Hm, "}), None);
    body += &event(&json!({"reasoning_content": "west."}), None);
    body += &event(&json!({"content": "Von Wésten ⛵"}), None);
    body += &event(&json!({"content": " her."}), None);
    body += &event(&json!({}), Some("stop"));
    body += "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2}}\r\n\r\n";
    body += "data: [DONE]\n\n";
    for size in [1, 7, 64, 4096] {
        let writes = body.as_bytes().chunks(size).map(<[u8]>::to_vec).collect();
        let (url, hold, server) = raw_server(writes);
        let (text, end) = read(&url).await;
        let reply = end.unwrap();
        assert_eq!(text, "Von Wésten ⛵ her.");
        assert_eq!(reply.message.full_text(), text);
        assert_eq!(reply.message.extra["reasoning_content"], "Hm, west.");
        assert_eq!(reply.usage.unwrap().prompt_tokens, 3);
        drop(hold);
        server.join().unwrap();
    }
}

#[tokio::test]
async fn tool_calls_are_put_together() {
    let calls = |calls: Value| event(&json!({"tool_calls": calls}), None);
    let body = [
        STREAM_HEAD.to_owned(),
        calls(json!([{"index": 0, "id": "a", "type": "function",
            "function": {"name": "tide", "arguments": ""}}])),
        calls(json!([{"index": 0, "function": {"name": "tide", "arguments": "{\"day\":"}}])),
        calls(json!([{"index": 1, "id": "b", "type": "function",
            "function": {"name": "wind", "arguments": "{}"}}])),
        calls(json!([{"index": 0, "id": null, "function": {"arguments": "2}"}}])),
        event(&json!({}), Some("tool_calls")),
        "data: [DONE]\n\n".to_owned(),
    ]
    .concat();
    let (url, hold, server) = raw_server(vec![body.into_bytes()]);
    let (text, end) = read(&url).await;
    let message = end.unwrap().message;
    assert_eq!((text.as_str(), message.is_reply()), ("", false));
    assert_eq!(
        Value::Array(message.tool_calls),
        json!([
            {"id": "a", "type": "function",
                "function": {"name": "tide", "arguments": "{\"day\":2}"}},
            {"id": "b", "type": "function", "function": {"name": "wind", "arguments": "{}"}},
        ])
    );
    drop(hold);
    server.join().unwrap();
}

#[tokio::test]
async fn a_stream_that_breaks_keeps_what_came_and_is_not_tried_again() {
    let begun = String::from(STREAM_HEAD) + &event(&json!({"content": "From the"}), None);
    let (url, hold, server) = raw_server(vec![begun.clone().into_bytes()]);
    drop(hold);
    let (text, end) = read(&url).await;
    assert_eq!(text, "From the");
    assert!(matches!(end, Err(ModelError::Interrupted { .. })), "{end:?}");
    server.join().unwrap();

    let error = format!("data: {{\"error\":{{\"message\":\"no memory for {KEY}\"}}}}\n\n");
    let (url, hold, server) = raw_server(vec![(begun.clone() + &error).into_bytes()]);
    let (_, end) = read(&url).await;
    let told = end.unwrap_err().to_string();
    assert!(told.contains("no memory for [secret]"), "{told}");
    drop(hold);
    server.join().unwrap();

    let (url, hold, server) = raw_server(vec![begun.into_bytes()]);
    let (text, end) = read(&url).await;
    assert_eq!(text, "From the");
    assert_eq!(end, Err(ModelError::Timeout { after: Duration::from_millis(200) }));
    drop(hold);
    server.join().unwrap();
}

#[tokio::test]
async fn a_stream_whose_last_event_is_missing_still_ends() {
    let body = String::from(STREAM_HEAD) + &event(&json!({"content": "West."}), Some("stop"));
    let (url, hold, server) = raw_server(vec![body.into_bytes()]);
    drop(hold);
    let (text, end) = read(&url).await;
    assert_eq!((text.as_str(), end.is_ok()), ("West.", true));
    server.join().unwrap();
}

#[tokio::test]
async fn a_server_that_cannot_stream_is_read_whole() {
    let server = answers(refusal(503), 1).await;
    let pieces = client(&server.uri()).stream(&request()).await.unwrap();
    assert_eq!(collect(pieces).await.unwrap().message.full_text(), "From the west.");
    assert_eq!(tries(&server).await, 2);
}
