//! In mode observe nothing is changed: whatever a request and a stream hold and however the bytes
//! are cut, both arrive as they were sent.

#[cfg(test)]
#[expect(dead_code, reason = "each test file uses its part of the support")]
mod support;

use bytes::Bytes;
use proptest::prelude::*;
use serde_json::{Value, json};
use support::{Gateway, Play};

/// Texts with all that is awkward on the wire.
fn text() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "a",
        "é",
        "潮",
        "⛵",
        "👩‍👩‍👧",
        "\n",
        "\r\n",
        "\r",
        "\"",
        "\\",
        "data: [DONE]",
        "\u{0}",
        "\u{2028}",
        " ",
        "x y",
    ]);
    prop_oneof![3 => prop::collection::vec(pieces, 0..12).prop_map(|pieces| pieces.concat()), 1 => any::<String>()]
}

/// A request in a JSON of its own making: spaces, escapes, numbers, unknown fields.
fn request() -> impl Strategy<Value = String> {
    (text(), text(), prop::sample::select(vec!["", " ", "\n\t", "\r\n"]), any::<bool>()).prop_map(
        |(asked, other, space, first)| {
            let message = json!({"role": "user", "content": asked, "x": other}).to_string();
            let known = format!("\"stream\":{space}true,{space}\"messages\":[{space}{message}{space}]");
            let own = format!("\"n\":1.50e+1,\"o\\u0074her\":{}{space}", json!(other));
            if first { format!("{{{own},{known}}}{space}") } else { format!("{{{space}{known},{own}}}") }
        },
    )
}

/// A stream of events, comments and nonsense with one kind of line break, with or without an end,
/// and the text of its reply.
fn stream() -> impl Strategy<Value = (Vec<u8>, String)> {
    let line = prop::sample::select(vec!["\n", "\r\n", "\r"]);
    let event = prop_oneof![
        6 => text().prop_map(Ok),
        1 => prop::sample::select(vec![": ping", "event: x", "id: 7", "retry: 5", "data: {", "data: null", "nothing", "data: [DONUT]", "data:"])
            .prop_map(Err),
    ];
    (line, prop::collection::vec(event, 0..8), any::<bool>(), any::<bool>()).prop_map(
        |(line, events, done, more)| {
            let (mut bytes, mut said) = (String::new(), String::new());
            for event in events {
                match event {
                    Ok(text) => {
                        let chunk = json!({"choices": [{"index": 0, "delta": {"content": text}}]});
                        bytes.push_str(&format!("data: {chunk}{line}{line}"));
                        said.push_str(&text);
                    }
                    Err(odd) => bytes.push_str(&format!("{odd}{line}{line}")),
                }
            }
            if done {
                bytes.push_str(&format!("data: [DONE]{line}{line}"));
                if more {
                    bytes.push_str(&format!(": bye{line}{line}"));
                }
            }
            (bytes.into_bytes(), said)
        },
    )
}

/// Cuts bytes wherever, also within a character and within a line break.
fn cut(bytes: &[u8], sizes: &[usize]) -> Vec<Bytes> {
    let (mut pieces, mut rest, mut sizes) = (Vec::new(), bytes, sizes.iter().cycle());
    while !rest.is_empty() {
        let size = sizes.next().map_or(rest.len(), |size| (*size).min(rest.len()));
        let (piece, after) = rest.split_at(size);
        pieces.push(Bytes::copy_from_slice(piece));
        rest = after;
    }
    pieces
}

/// 48 cases, or as many as `LEEBOARD_TEST_CASES` says (`./test --long`).
fn cases() -> u32 {
    #[expect(clippy::disallowed_methods, reason = "a test may read how long it shall run")]
    let asked = std::env::var("LEEBOARD_TEST_CASES");
    asked.ok().and_then(|cases| cases.parse().ok()).unwrap_or(48)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), ..ProptestConfig::default() })]

    #[test]
    fn bytes_arrive_as_they_were_sent(
        request in request(),
        (stream, said) in stream(),
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
            let held = session.turns().first().map(|turn| turn.entries().cloned().collect::<Vec<_>>());
            if let Some(held) = held {
                assert_eq!(held[0].message.full_text(), asked["messages"][0]["content"].as_str().unwrap());
                assert_eq!(held[1].message.full_text(), said);
            }
            assert!(session.pending().is_none());
        });
    }
}
