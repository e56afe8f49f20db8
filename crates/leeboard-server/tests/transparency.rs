//! In mode observe nothing is changed: whatever a request and a reply hold and however the bytes
//! are cut, both arrive as in a direct call. What is said in them is in support/wire.rs.

#[cfg(test)]
#[expect(dead_code, reason = "each test file uses its part of the support")]
mod support;

use axum::http::HeaderMap;
use futures_util::stream;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use support::wire::{answer, cut, request, stream as stream_of, text};
use support::{Gateway, Play};

/// As many cases as `LEEBOARD_TEST_CASES` says (`./test --long`), or a usual number.
fn cases(usual: u32) -> ProptestConfig {
    #[expect(clippy::disallowed_methods, reason = "a test may read how long it shall run")]
    let asked = std::env::var("LEEBOARD_TEST_CASES");
    let cases = asked.ok().and_then(|cases| cases.parse().ok()).unwrap_or(usual);
    ProptestConfig { cases, source_file: Some(file!()), ..ProptestConfig::default() }
}

/// Headers without those that belong to one connection or one moment, or that leeboard adds.
fn end_to_end(headers: &HeaderMap) -> HeaderMap {
    let mut kept = HeaderMap::new();
    for (name, value) in headers {
        let own = ["host", "connection", "content-length", "transfer-encoding", "date", "x-hop"];
        if !own.contains(&name.as_str()) && !name.as_str().starts_with("x-leeboard-") {
            kept.append(name, value.clone());
        }
    }
    kept
}

/// Status, headers and body as the client sees them.
type Seen = (u16, HeaderMap, Vec<u8>);

/// Sends a body in pieces to a gateway or an upstream.
#[cfg(test)]
async fn call(client: &reqwest::Client, url: &str, body: &str, sizes: &[usize]) -> Seen {
    let pieces = cut(body.as_bytes(), sizes).into_iter().map(Ok::<_, std::io::Error>);
    let request = client
        .post(format!("{url}/chat/completions?api-version=1&x=%C3%A9"))
        .header("authorization", "Bearer test-key")
        .header("content-type", "application/json; charset=utf-8")
        .header("openai-organization", "org")
        .header("x-twice", "one")
        .header("x-twice", "two")
        .body(reqwest::Body::wrap_stream(stream::iter(pieces)));
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), end_to_end(response.headers()));
    (status, headers, response.bytes().await.unwrap().to_vec())
}

#[test]
fn a_call_is_as_a_direct_one() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut upstream = String::new();
    let gateway = runtime.block_on(Gateway::start(|config| upstream = config.upstream.clone()));
    let through = format!("{}/v1", gateway.url);
    let sizes = || prop::collection::vec(1..40_usize, 1..6);
    let case = (request(), answer(), sizes(), sizes());
    let mut runner = TestRunner::new(cases(500));
    let ran = runner.run(&case, |((written, plain), (status, media, body), asked, replied)| {
        let headers =
            [("content-type", media), ("x-request-id", "r-1"), ("set-cookie", "a=1"), ("set-cookie", "b=2")];
        for _ in 0..2 {
            gateway.script.play(Play::Raw(status, headers.to_vec(), cut(&body, &replied)));
        }
        runtime.block_on(async {
            let direct = call(&gateway.client, &upstream, &plain, &asked).await;
            let passed = call(&gateway.client, &through, &written, &asked).await;
            assert_eq!(passed, direct);
            let [.., first, second] = &gateway.script.got()[..] else { panic!("two calls") };
            assert_eq!((&second.line, &second.body), (&first.line, &first.body));
            assert_eq!(end_to_end(&second.headers), end_to_end(&first.headers));
        });
        gateway.script.forget();
        Ok(())
    });
    ran.unwrap();
    let sessions = runtime.block_on(gateway.store.list()).unwrap();
    assert!(sessions.len() > 3, "most requests were turns, and passed none the less: {sessions:?}");
}

/// A request for a stream in a JSON of its own making: spaces, escapes, numbers, unknown fields.
fn question() -> impl Strategy<Value = String> {
    (text(), text(), prop::sample::select(vec!["", " ", "\n\t", "\r\n"]), any::<bool>()).prop_map(
        |(asked, other, space, first)| {
            let message = json!({"role": "user", "content": asked, "x": other}).to_string();
            let known = format!("\"stream\":{space}true,{space}\"messages\":[{space}{message}{space}]");
            let own = format!("\"n\":1.50e+1,\"o\\u0074her\":{}{space}", json!(other));
            if first { format!("{{{own},{known}}}{space}") } else { format!("{{{space}{known},{own}}}") }
        },
    )
}

proptest! {
    #![proptest_config(cases(48))]

    #[test]
    fn a_stream_is_held_as_it_was_sent(
        request in question(),
        (stream, said) in stream_of(),
        sizes in prop::collection::vec(1..40_usize, 1..6),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let gateway = Gateway::start(|_| ()).await;
            gateway.script.play(Play::Bytes(cut(&stream, &sizes)));
            let response = gateway.send(request.clone()).await;
            assert_eq!(response.headers()["content-type"], "text/event-stream");
            assert_eq!(response.bytes().await.unwrap(), stream);
            assert_eq!(gateway.script.last().body, request);
            let asked: Value = serde_json::from_str(&request).unwrap();
            let sessions = gateway.store.list().await.unwrap();
            assert_eq!(sessions.len(), 1);
            let session = gateway.session(&sessions[0].id).await;
            let held = session.turns().get(0).map(|turn| turn.entries().cloned().collect::<Vec<_>>());
            if let Some(held) = held {
                assert_eq!(held[0].message.full_text(), asked["messages"][0]["content"].as_str().unwrap());
                assert_eq!(held[1].message.full_text(), said);
            }
            assert!(session.pending().is_none());
        });
    }
}
