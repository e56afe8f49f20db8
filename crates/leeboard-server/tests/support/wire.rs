//! Requests and replies as odd as the wire allows, for property tests: JSON in any spelling with
//! every field of the API, streams and whole replies, and cuts at any byte.

use bytes::Bytes;
use proptest::prelude::*;
use serde_json::json;

/// Texts with all that is awkward on the wire.
pub(crate) fn text() -> impl Strategy<Value = String> {
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

/// White space that JSON allows between two tokens.
fn space() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["", "", "", " ", "\n\t", "\r\n", "  "])
}

/// Any JSON value, as somebody may write it.
fn value() -> impl Strategy<Value = String> {
    let odd = prop::sample::select(vec![
        "null",
        "true",
        "false",
        "0",
        "-0",
        "1.50e+1",
        "0.1E-7",
        "123456789012345678901234567890",
        "[]",
        "{ }",
        r#""\u0061\/\ud83d\ude00""#,
        r#""""#,
    ]);
    let leaf = prop_oneof![
        2 => odd.prop_map(str::to_owned),
        1 => any::<i64>().prop_map(|number| number.to_string()),
        1 => text().prop_map(|text| json!(text).to_string()),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        let member = (text(), inner.clone()).prop_map(|(key, value)| format!("{}:{value}", json!(key)));
        prop_oneof![
            (space(), prop::collection::vec(inner, 0..4))
                .prop_map(|(space, all)| format!("[{space}{}{space}]", all.join(","))),
            (space(), prop::collection::vec(member, 0..4))
                .prop_map(|(space, all)| format!("{{{}{space}}}", all.join(","))),
        ]
    })
}

/// A message of any role, in any of the forms that its content may have.
fn message() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        text().prop_map(|text| json!({"type": "text", "text": text})),
        Just(
            json!({"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo=", "detail": "low"}})
        ),
        Just(json!({"type": "input_audio", "input_audio": {"data": "UklGRg==", "format": "wav"}})),
        Just(json!({"type": "file", "file": {"file_id": "f-1"}})),
    ];
    let call =
        json!({"id": "c1", "type": "function", "function": {"name": "tide", "arguments": "{\"at\": 6}"}});
    prop_oneof![
        (prop::sample::select(vec!["system", "developer", "user", "assistant"]), text())
            .prop_map(|(role, text)| json!({"role": role, "content": text})),
        prop::collection::vec(part, 0..3)
            .prop_map(|parts| json!({"role": "user", "name": "Ann", "content": parts})),
        text().prop_map(|text| json!({"role": "assistant", "content": null, "refusal": text})),
        text().prop_map(
            move |text| json!({"role": "assistant", "content": text, "tool_calls": [call.clone()]})
        ),
        text().prop_map(|text| json!({"role": "tool", "tool_call_id": "c1", "content": text})),
        (text(), value())
            .prop_map(|(text, _)| json!({"role": "user", "content": text, "x-own": {"a": [text, 1]}})),
    ]
    .prop_map(|message| message.to_string())
}

/// The fields of the API that are not `messages`, and some that nobody knows.
const FIELDS: [&str; 38] = [
    "model",
    "stream",
    "temperature",
    "top_p",
    "n",
    "stop",
    "seed",
    "max_tokens",
    "max_completion_tokens",
    "presence_penalty",
    "frequency_penalty",
    "logit_bias",
    "logprobs",
    "top_logprobs",
    "response_format",
    "tools",
    "tool_choice",
    "parallel_tool_calls",
    "functions",
    "function_call",
    "stream_options",
    "user",
    "metadata",
    "store",
    "modalities",
    "audio",
    "prediction",
    "reasoning_effort",
    "service_tier",
    "verbosity",
    "web_search_options",
    "prompt_cache_key",
    "safety_identifier",
    "x_vendor",
    "o\\u0074her",
    "\\u00e9",
    "",
    "a\\\"b",
];

/// A long text of one byte a character: a picture, say.
fn long() -> impl Strategy<Value = String> {
    (1_000_000..1_100_000_usize).prop_map(|bytes| format!("\"{}\"", "iVBORw0KGgo=".repeat(bytes / 12)))
}

/// A request as the client writes it, and the same without leeboard's own fields.
pub(crate) fn request() -> impl Strategy<Value = (String, String)> {
    let any_value = prop_oneof![60 => value(), 1 => long()];
    let field = (0..FIELDS.len(), space(), any_value);
    let ours = prop::sample::select(vec![
        r#""session_id" :"s-1""#,
        r#""session_id":7"#,
        r#""conversation": {"id":"c"}"#,
        r#""leeboard":{"mode":"observe"}"#,
    ]);
    let ours = prop_oneof![2 => Just(None), 3 => (ours, 0..10_usize).prop_map(Some)];
    (prop::collection::vec(message(), 1..4), prop::collection::vec(field, 0..8), ours, space(), space())
        .prop_map(|(messages, fields, ours, before, after)| {
            let mut members = vec![format!("\"messages\":{after}[{before}{}]", messages.join(","))];
            let mut taken = [false; FIELDS.len()];
            for (at, space, value) in fields {
                // A name that comes twice would be no request that anybody sends.
                if !std::mem::replace(&mut taken[at], true) {
                    let place = if at % 2 == 0 { 0 } else { members.len() };
                    members.insert(place, format!("\"{}\"{space}:{space}{value}", FIELDS[at]));
                }
            }
            let written = |members: &[String]| {
                format!("{{{before}{}{after}}}{before}", members.join(&format!(",{after}")))
            };
            let plain = written(&members);
            let Some((ours, at)) = ours else { return (plain.clone(), plain) };
            members.insert(at.min(members.len()), ours.to_owned());
            (written(&members), plain)
        })
}

/// The bytes of a stream of events, comments and nonsense with one kind of line break, with or
/// without an end, and the text of its reply.
pub(crate) fn stream() -> impl Strategy<Value = (Vec<u8>, String)> {
    let line = prop::sample::select(vec!["\n", "\r\n", "\r"]);
    let odd = prop::sample::select(vec![
        ": ping",
        "event: x",
        "id: 7",
        "retry: 5",
        "data: {",
        "data: null",
        "nothing",
        "data: [DONUT]",
        "data:",
    ]);
    let event = prop_oneof![6 => text().prop_map(Ok), 1 => odd.prop_map(Err)];
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

/// Status, media type and body of a reply.
pub(crate) fn answer() -> impl Strategy<Value = (u16, &'static str, Vec<u8>)> {
    let whole = (text(), value(), value()).prop_map(|(text, one, other)| {
        let message = json!({"role": "assistant", "content": text});
        format!("{{\"x\":{one},\"choices\":[{{\"index\":0,\"message\":{message},\"finish_reason\":\"stop\"}}],\"usage\": {other}}}")
    });
    let blob = long().prop_map(|long| format!("{{\"choices\":[{{\"message\":{{\"role\":\"assistant\",\"content\":\"Aye.\",\"image\":{long}}}}}]}}"));
    let event = long().prop_map(|long| {
        format!("data: {{\"choices\":[{{\"delta\":{{\"content\":\"Aye.\",\"audio\":{long}}}}}]}}\r\n\r\n")
    });
    let status = prop::sample::select(vec![200, 200, 201, 400, 401, 404, 429, 500, 503]);
    let json = "application/json; charset=utf-8";
    let events = "text/event-stream";
    prop_oneof![
        30 => stream().prop_map(move |(bytes, _)| (200, events, bytes)),
        30 => (status.clone(), whole).prop_map(move |(status, body)| (status, json, body.into_bytes())),
        20 => (status, prop::collection::vec(any::<u8>(), 0..300)).prop_map(|(status, body)| (status, "application/octet-stream", body)),
        1 => blob.prop_map(move |body| (200, json, body.into_bytes())),
        1 => event.prop_map(move |body| (200, events, body.into_bytes())),
    ]
}

/// Cuts bytes wherever, also within a character and within a line break.
pub(crate) fn cut(bytes: &[u8], sizes: &[usize]) -> Vec<Bytes> {
    // Thousands of small pieces would only take long.
    let grow = 1 + bytes.len() / 20_000;
    let (mut pieces, mut rest, mut sizes) = (Vec::new(), bytes, sizes.iter().cycle());
    while !rest.is_empty() {
        let size = sizes.next().map_or(rest.len(), |size| (*size * grow).min(rest.len()));
        let (piece, after) = rest.split_at(size);
        pieces.push(Bytes::copy_from_slice(piece));
        rest = after;
    }
    pieces
}
