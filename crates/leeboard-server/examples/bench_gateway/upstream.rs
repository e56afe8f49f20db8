//! The upstream: answers every chat at once with the reply that its `seed` names.
//!
//! Owns the two shapes of a reply, made beforehand. A stream is one burst: a role, 150 pieces of
//! text, an end and `[DONE]`, each in a chunk of its own, written together.

use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;

use serde_json::json;

use crate::http::{Wire, find};
use crate::prose::{REPLIES, reply};

/// Pieces of text in a stream.
const EVENTS: usize = 150;

struct Replies {
    whole: Vec<Vec<u8>>,
    streamed: Vec<Vec<u8>>,
}

pub(crate) fn run(address: &str) {
    let replies = Arc::new(Replies {
        whole: (0..REPLIES).map(whole).collect(),
        streamed: (0..REPLIES).map(streamed).collect(),
    });
    let listener = TcpListener::bind(address).unwrap();
    println!("ready");
    for stream in listener.incoming() {
        let (stream, replies) = (stream.unwrap(), Arc::clone(&replies));
        std::thread::spawn(move || serve(stream, &replies));
    }
}

fn serve(stream: TcpStream, replies: &Replies) {
    let mut wire = Wire::new(stream);
    while let Some(message) = wire.read() {
        let seed = value(&message.body, b"\"seed\":").and_then(|seed| seed.parse::<usize>().ok());
        let is_stream = value(&message.body, b"\"stream\":").as_deref() == Some("true");
        let seed = seed.expect("a request names its reply by a seed") % REPLIES;
        let reply = if is_stream { &replies.streamed[seed] } else { &replies.whole[seed] };
        if wire.stream.write_all(reply).is_err() {
            return;
        }
    }
}

/// What stands after a name: near the start where the client's bytes pass, else near the end.
fn value(body: &[u8], name: &[u8]) -> Option<String> {
    let (start, rest) = body.split_at(body.len().min(100));
    let at = find(start, name).or_else(|| {
        let found = rest.windows(name.len()).rposition(|window| window == name);
        found.map(|found| found + start.len())
    })?;
    let value = body[at + name.len()..].iter().skip_while(|byte| **byte == b' ');
    let value: Vec<u8> = value.take_while(|byte| byte.is_ascii_alphanumeric()).copied().collect();
    String::from_utf8(value).ok()
}

fn whole(number: usize) -> Vec<u8> {
    let body = json!({
        "id": format!("chatcmpl-{number}"), "object": "chat.completion", "created": 1_700_000_000, "model": "bench",
        "choices": [{
            "index": 0, "finish_reason": "stop",
            "message": {"role": "assistant", "content": reply(number)},
        }],
        "usage": {"prompt_tokens": 1_400, "completion_tokens": 110, "total_tokens": 1_510},
    });
    let body = body.to_string();
    let length = body.len();
    format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}")
        .into_bytes()
}

fn streamed(number: usize) -> Vec<u8> {
    let mut bytes = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\
        cache-control: no-cache\r\ntransfer-encoding: chunked\r\n\r\n"
        .to_vec();
    let event = |delta: serde_json::Value, finish: Option<&str>| {
        let choices = json!([{"index": 0, "delta": delta, "finish_reason": finish}]);
        let event = json!({
            "id": format!("chatcmpl-{number}"), "object": "chat.completion.chunk", "created": 1_700_000_000,
            "model": "bench", "choices": choices,
        });
        format!("data: {event}\n\n")
    };
    let text: Vec<char> = reply(number).chars().collect();
    let cut = |at: usize| at * text.len() / EVENTS;
    let mut events = vec![event(json!({"role": "assistant", "content": ""}), None)];
    for at in 0..EVENTS {
        let piece: String = text[cut(at)..cut(at + 1)].iter().collect();
        events.push(event(json!({"content": piece}), None));
    }
    events.push(event(json!({}), Some("stop")));
    events.push("data: [DONE]\n\n".to_owned());
    for event in events {
        bytes.extend_from_slice(format!("{:x}\r\n{event}\r\n", event.len()).as_bytes());
    }
    bytes.extend_from_slice(b"0\r\n\r\n");
    bytes
}
