//! What goes over the wire: HTTP by hand, a model that answers at once, and a request.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::spawn;

use serde_json::{Value, json};

use super::PATIENCE;

/// The head and the body of an HTTP message whose sender closes the connection or says its length.
pub(crate) fn message(reader: &mut impl BufRead) -> Option<(String, Vec<u8>)> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head).ok()? == 0 {
            return None;
        }
    }
    let lower = head.to_lowercase();
    let length = lower.lines().find_map(|line| line.strip_prefix("content-length: ")?.trim().parse().ok());
    let mut body = Vec::new();
    match length {
        Some(length) => {
            body.resize(length, 0);
            reader.read_exact(&mut body).ok()?;
        }
        None => {
            reader.read_to_end(&mut body).ok()?;
            if lower.contains("transfer-encoding: chunked") && !body.ends_with(b"0\r\n\r\n") {
                return None;
            }
        }
    }
    Some((lower, body))
}

/// A model that answers with the number of its reply and the mark in the question, or calls its tool
/// if it must. Gives its URL.
pub(crate) fn upstream() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let replies = Arc::new(AtomicU64::new(1));
    spawn(move || {
        for connection in listener.incoming() {
            let replies = Arc::clone(&replies);
            spawn(move || {
                let mut reader = BufReader::new(connection.unwrap());
                while let Some(()) = answer(&mut reader, &replies) {}
            });
        }
    });
    format!("http://{address}/v1")
}

fn answer(reader: &mut BufReader<TcpStream>, replies: &AtomicU64) -> Option<()> {
    let (_, body) = message(reader)?;
    let number = replies.fetch_add(1, Ordering::SeqCst);
    let request: Value = serde_json::from_slice(&body).unwrap();
    let asked = request["messages"].to_string();
    let mark: String = asked[asked.rfind("mark-").unwrap()..]
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || *c == '-')
        .collect();
    let text = format!("Reply {number} for {mark}, as the harbour master wrote it down in the log.");
    let (kind, body) = if request["stream"] == true {
        let piece = |delta: Value| {
            json!({"id": "c", "object": "chat.completion.chunk", "created": 1,
            "model": "m", "choices": [{"index": 0, "delta": delta, "finish_reason": null}]})
        };
        let (first, rest) = text.split_at(text.len() / 2);
        let pieces = [json!({"role": "assistant", "content": first}), json!({"content": rest})];
        let events: String = pieces.into_iter().map(|delta| format!("data: {}\n\n", piece(delta))).collect();
        ("text/event-stream", format!("{events}data: [DONE]\n\n"))
    } else {
        let (said, reason) = if request["tool_choice"] == "required" {
            let call = json!({"id": format!("call{number}"), "type": "function",
                "function": {"name": "log", "arguments": format!("{{\"of\":\"{mark}\"}}")}});
            (json!({"role": "assistant", "content": null, "tool_calls": [call]}), "tool_calls")
        } else {
            (json!({"role": "assistant", "content": text}), "stop")
        };
        let reply = json!({"id": "c", "object": "chat.completion", "created": 1, "model": "m",
            "choices": [{"index": 0, "message": said, "finish_reason": reason}]});
        ("application/json", reply.to_string())
    };
    let head = format!("HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ncontent-length: {}\r\n\r\n", body.len());
    // The gateway may be dead by now.
    reader.get_mut().write_all(format!("{head}{body}").as_bytes()).ok()
}

/// What became of a request.
pub(crate) enum Answer {
    /// The gateway stood by it to the end: the assistant's message.
    Message(Value),
    /// The gateway said that it could not do its part.
    Refused(String),
    /// The connection ended before.
    Cut,
}

/// Sends a chat request.
pub(crate) fn send(address: &str, body: &Value) -> Answer {
    exchange(address, body).unwrap_or(Answer::Cut)
}

fn exchange(address: &str, body: &Value) -> Option<Answer> {
    let stream = body["stream"] == true;
    let body = body.to_string();
    let mut connection = TcpStream::connect(address).ok()?;
    connection.set_read_timeout(Some(PATIENCE)).unwrap();
    connection.set_nodelay(true).unwrap();
    let head = format!(
        "POST /v1/chat/completions HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    connection.write_all(format!("{head}{body}").as_bytes()).ok()?;
    let (head, body) = message(&mut BufReader::new(connection))?;
    let text = String::from_utf8(body).unwrap();
    if !head.starts_with("http/1.1 200") || head.contains("x-leeboard-error") {
        return Some(Answer::Refused(format!("{head}{text}")));
    }
    if !stream {
        let mut reply: Value = serde_json::from_str(&text).unwrap();
        return Some(Answer::Message(reply["choices"][0]["message"].take()));
    }
    if text.lines().any(|line| line.starts_with(": leeboard {\"error\"")) {
        return Some(Answer::Refused(text));
    }
    let events = text.lines().filter_map(|line| line.strip_prefix("data: "));
    let (mut reply, mut done) = (String::new(), false);
    for event in events {
        match serde_json::from_str::<Value>(event) {
            Ok(event) if event.get("error").is_some() => return Some(Answer::Refused(event.to_string())),
            Ok(event) => reply.push_str(event["choices"][0]["delta"]["content"].as_str().unwrap_or_default()),
            Err(_) => done = event == "[DONE]",
        }
    }
    done.then(|| Answer::Message(json!({"role": "assistant", "content": reply})))
}
