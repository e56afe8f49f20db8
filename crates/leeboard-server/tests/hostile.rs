//! What a client or an upstream may try: other hosts, paths out of the API, redirects, heads and
//! bodies that are too large or never end.

#[cfg(test)]
#[expect(dead_code, reason = "each test file uses its part of the support")]
mod support;

use std::time::Duration;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::Value;
use support::{Gateway, Play, Then};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{sleep, timeout};

/// Sends bytes as they are and reads until the gateway closes.
#[cfg(test)]
async fn raw(gateway: &Gateway, request: &[u8]) -> String {
    let mut connection = TcpStream::connect(gateway.url.trim_start_matches("http://")).await.unwrap();
    // The gateway may answer and close before it has read all.
    let _ = connection.write_all(request).await;
    let mut answer = Vec::new();
    let read = timeout(Duration::from_secs(10), connection.read_to_end(&mut answer)).await;
    assert!(read.is_ok(), "the gateway keeps the connection");
    String::from_utf8_lossy(&answer).into_owned()
}

/// A listener that must never be asked.
#[cfg(test)]
async fn bystander() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    (listener, address)
}

#[cfg(test)]
async fn unasked(bystander: &TcpListener) {
    assert!(timeout(Duration::from_millis(50), bystander.accept()).await.is_err(), "another host was asked");
}

#[tokio::test]
async fn no_request_names_another_host() {
    let (other, address) = bystander().await;
    let gateway = Gateway::start(|_| ()).await;
    for target in [
        format!("http://{address}/v1/models"),
        format!("http://user@{address}/v1/models"),
        format!("/v1/@{address}/x"),
        format!("/v1//{address}/x"),
        format!("/v1/\\{address}/x"),
        format!("/v1/http://{address}/x"),
        format!("/v1/%2f%2f{address}/x"),
        format!("//{address}/v1/models"),
        "/v1/../../x".to_owned(),
        "/v1/%2e%2e/%2e%2e/x".to_owned(),
        "/v1/..%2f..%2fx".to_owned(),
        "/v1/a/..;/..;/x".to_owned(),
        "/v1?@x".to_owned(),
    ] {
        for host in [address.as_str(), "localhost"] {
            let request = format!("GET {target} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
            let answer = raw(&gateway, request.as_bytes()).await;
            assert!(answer.starts_with("HTTP/1.1 40"), "{target}: {answer}");
        }
    }
    unasked(&other).await;
    let upstream = gateway.script.got();
    assert!(!upstream.is_empty());
    for got in upstream {
        let path = got.line.split(' ').nth(1).unwrap();
        assert!(path.starts_with("/v1/") || path.starts_with("/v1?"), "{}", got.line);
        assert!(!path.contains("/../") && !path.ends_with("/.."), "{}", got.line);
        assert_ne!(got.headers["host"], address);
    }
}

#[tokio::test]
async fn no_path_leaves_the_api_of_the_upstream() {
    let gateway = Gateway::start(|_| ()).await;
    let pieces = prop::sample::select(vec![
        "..",
        ".",
        "%2e",
        "%2E%2e",
        "/",
        "%2f",
        "\\",
        "%5c",
        "@",
        ":",
        "//",
        "a",
        "v1",
        "?",
        "#",
        ";",
        "%00",
        "%25",
        "http:",
        "localhost",
        "[::1]",
    ]);
    let paths = prop::collection::vec(pieces, 1..12).prop_map(|pieces| pieces.concat());
    let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::with_cases(cases()) });
    let handle = tokio::runtime::Handle::current();
    tokio::task::spawn_blocking(move || {
        runner
            .run(&paths, |path| {
                let request =
                    format!("GET /v1/{path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
                handle.block_on(raw(&gateway, request.as_bytes()));
                if let Some(got) = gateway.script.got().pop() {
                    let sent = got.line.split(' ').nth(1).unwrap().to_owned();
                    prop_assert!(sent.starts_with("/v1/"), "{} became {}", path, sent);
                    let path = sent.split('?').next().unwrap();
                    prop_assert!(!path.split('/').any(|part| part == ".."), "{}", sent);
                }
                Ok(())
            })
            .unwrap();
        assert!(!gateway.script.got().is_empty());
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn redirects_are_the_clients_to_follow() {
    let (other, address) = bystander().await;
    let gateway = Gateway::start(|config| config.upstream_key = Some("sk-ours".into())).await;
    let location: &'static str = format!("http://{address}/v1/models").leak();
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    for status in [301, 302, 303, 307, 308] {
        for path in ["/v1/models", "/v1/chat/completions"] {
            gateway.script.play(Play::With(status, ("location", location), String::new()));
            let request = client.post(format!("{}{path}", gateway.url));
            let body = r#"{"session_id":"s","messages":[{"role":"user","content":"Hi"}]}"#;
            assert_eq!(request.body(body).send().await.unwrap().status(), status);
        }
    }
    unasked(&other).await;
}

#[tokio::test]
async fn heads_that_are_too_large_are_refused() {
    let gateway = Gateway::start(|config| config.limits.header_bytes = 8_192).await;
    let many = "a: b\r\n".repeat(101);
    let wide = format!("a: {}\r\n", "x".repeat(9_000));
    for headers in [many, wide] {
        let request = format!("GET /v1/models HTTP/1.1\r\nhost: localhost\r\n{headers}\r\n");
        let answer = raw(&gateway, request.as_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");
    }
    let long = format!("GET /v1/{} HTTP/1.1\r\nhost: localhost\r\n\r\n", "x".repeat(9_000));
    let answer = raw(&gateway, long.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 4"), "{answer}");
    assert!(gateway.script.got().is_empty());
}

#[tokio::test]
async fn a_head_that_does_not_end_is_not_waited_for() {
    let gateway = Gateway::start(|config| config.limits.header_timeout = Duration::from_millis(100)).await;
    for begun in ["", "GET /v1/mod", "GET /v1/models HTTP/1.1\r\nhost: localhost\r\na: b"] {
        let answer = raw(&gateway, begun.as_bytes()).await;
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 408"), "{answer}");
    }
    // A stream may last longer.
    let pieces: Vec<String> = (0..100).map(|n| format!("data: {n}\n\n")).collect();
    gateway.script.play(Play::Stream(pieces.clone(), Then::Closes));
    let response = gateway.client.get(format!("{}/v1/responses", gateway.url)).send().await.unwrap();
    assert_eq!(response.text().await.unwrap(), pieces.concat());
    // A connection that was used may rest as long, and no longer.
    let health = b"GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n";
    let started = std::time::Instant::now();
    assert!(raw(&gateway, health).await.starts_with("HTTP/1.1 200"));
    assert!(started.elapsed() >= Duration::from_millis(90));
}

#[tokio::test]
async fn a_body_that_does_not_end_is_not_waited_for() {
    let gateway = Gateway::start(|config| config.limits.body_timeout = Duration::from_millis(100)).await;
    let chat = "POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\ncontent-length: 90\r\nconnection: close\r\n\r\n{";
    let answer = raw(&gateway, chat.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 408") && answer.contains("body_timeout"), "{answer}");
    let file =
        "POST /v1/files HTTP/1.1\r\nhost: localhost\r\ncontent-length: 90\r\nconnection: close\r\n\r\nab";
    let answer = raw(&gateway, file.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 502"), "{answer}");
    // One that comes slowly is waited for, as long as it comes.
    gateway.script.play(Play::Whole(200, "{}".to_owned()));
    let mut connection = TcpStream::connect(gateway.url.trim_start_matches("http://")).await.unwrap();
    let head = "POST /v1/files HTTP/1.1\r\nhost: localhost\r\ncontent-length: 4\r\nconnection: close\r\n\r\n";
    connection.write_all(head.as_bytes()).await.unwrap();
    for _ in 0..4 {
        sleep(Duration::from_millis(40)).await;
        connection.write_all(b"x").await.unwrap();
    }
    let mut answer = String::new();
    connection.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert_eq!(gateway.script.last().body, "xxxx");
}

#[tokio::test]
async fn bodies_of_unknown_callers_are_not_read() {
    let gateway = Gateway::start(|config| config.access.require_key = true).await;
    // The body never comes; the answer does.
    let chat = "POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\ncontent-length: 90\r\nconnection: close\r\n\r\n";
    let answer = raw(&gateway, chat.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
    let body: Value = serde_json::from_str(answer.split("\r\n\r\n").nth(1).unwrap()).unwrap();
    assert_eq!(body["error"]["code"], "missing_api_key");
}

/// 256 cases, or as many as `LEEBOARD_TEST_CASES` says (`./test --long`).
#[cfg(test)]
fn cases() -> u32 {
    #[expect(clippy::disallowed_methods, reason = "a test may read how long it shall run")]
    let asked = std::env::var("LEEBOARD_TEST_CASES");
    asked.ok().and_then(|cases| cases.parse().ok()).unwrap_or(256)
}
