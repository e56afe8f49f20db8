//! A streamed reply: server-sent events in, pieces of text out, the whole reply at the end.
//!
//! Owns the assembly of text, tool calls and vendor fields from their deltas. Never reconnects:
//! once a byte has been streamed, a second try could say something else.

use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::stream::{self, BoxStream};
use futures_util::{Stream, StreamExt};
use reqwest::Response;
use serde_json::{Map, Value};
use sse_stream::{Sse, SseByteStream};
use tokio::time::timeout;

use super::super::{ModelError, ModelReply, Piece, Pieces, Usage};
use super::{Secrets, root_cause, wire};

/// The pieces of a response whose body is an event stream.
pub(super) fn pieces(response: Response, idle: Duration, secrets: Secrets) -> Pieces {
    let events = SseByteStream::new(bytes(response, idle).boxed()).boxed();
    let reading = Reading { events, assembly: Assembly::default(), secrets };
    stream::unfold(Some(reading), |reading| async move {
        let mut reading = reading?;
        let item = reading.next().await;
        let more = matches!(item, Ok(Piece::Text(_))).then_some(reading);
        Some((item, more))
    })
    .boxed()
}

/// The body's bytes, with a limit on how long the server may be silent. Comments that keep the
/// connection alive count as a sign of life.
fn bytes(response: Response, idle: Duration) -> impl Stream<Item = Result<bytes::Bytes, ModelError>> + Send {
    stream::unfold(response, move |mut response| async move {
        let item = match timeout(idle, response.chunk()).await {
            Ok(Ok(Some(chunk))) => Ok(chunk),
            Ok(Ok(None)) => return None,
            Ok(Err(error)) => Err(interrupted(root_cause(&error.without_url()))),
            Err(_) => Err(ModelError::Timeout { after: idle }),
        };
        Some((item, response))
    })
}

struct Reading {
    events: BoxStream<'static, Result<Sse, sse_stream::Error>>,
    assembly: Assembly,
    secrets: Secrets,
}

impl Reading {
    async fn next(&mut self) -> Result<Piece, ModelError> {
        loop {
            let data = match self.events.next().await {
                Some(Ok(event)) => event.data.unwrap_or_default(),
                Some(Err(error)) => return Err(fault(error)),
                None if self.assembly.finish_reason.is_some() => return self.end(),
                None => return Err(interrupted("the connection closed before the reply's end")),
            };
            match data.trim() {
                "" => {}
                "[DONE]" => return self.end(),
                data => {
                    let text = self.assembly.add(data, &self.secrets)?;
                    if !text.is_empty() {
                        return Ok(Piece::Text(text));
                    }
                }
            }
        }
    }

    fn end(&mut self) -> Result<Piece, ModelError> {
        std::mem::take(&mut self.assembly).finish().map(Piece::End)
    }
}

/// The error that `bytes` gave, or the parser's own.
fn fault(error: sse_stream::Error) -> ModelError {
    match error {
        sse_stream::Error::Body(inner) => match inner.downcast::<ModelError>() {
            Ok(ours) => *ours,
            Err(other) => interrupted(other.to_string()),
        },
        other => interrupted(other.to_string()),
    }
}

fn interrupted(reason: impl Into<String>) -> ModelError {
    ModelError::Interrupted { reason: reason.into() }
}

/// The reply as far as it has come.
#[derive(Default)]
struct Assembly {
    text: String,
    tool_calls: BTreeMap<u64, Map<String, Value>>,
    fields: Map<String, Value>,
    finish_reason: Option<String>,
    usage: Option<Usage>,
}

impl Assembly {
    /// Takes one event and gives the text that it adds.
    fn add(&mut self, data: &str, secrets: &Secrets) -> Result<String, ModelError> {
        let mut event: Value = serde_json::from_str(data)
            .map_err(|error| interrupted(format!("an event of it is not JSON ({error})")))?;
        if event.get("error").is_some_and(|error| !error.is_null()) {
            let said = wire::message_of(&event).unwrap_or_else(|| "no explanation".to_owned());
            return Err(interrupted(format!("the server broke off: {}", secrets.hide(&said))));
        }
        self.usage = wire::usage(&event).or(self.usage);
        let Some(choice) = first_choice(&mut event) else {
            return Ok(String::new());
        };
        if let Some(reason) = choice.get("finish_reason").and_then(Value::as_str) {
            self.finish_reason = Some(reason.to_owned());
        }
        match choice.get_mut("delta").map(Value::take) {
            Some(Value::Object(delta)) => Ok(self.add_delta(delta)),
            _ => Ok(String::new()),
        }
    }

    fn add_delta(&mut self, delta: Map<String, Value>) -> String {
        let mut added = String::new();
        for (name, value) in delta {
            match (name.as_str(), value) {
                ("content", Value::String(text)) => {
                    self.text.push_str(&text);
                    added = text;
                }
                ("tool_calls", Value::Array(calls)) => self.add_calls(calls),
                ("content" | "tool_calls" | "role", _) | (_, Value::Null) => {}
                (_, value) => append(&mut self.fields, name, value),
            }
        }
        added
    }

    fn add_calls(&mut self, calls: Vec<Value>) {
        for (position, call) in (0_u64..).zip(calls) {
            let Value::Object(mut call) = call else { continue };
            let index = call.remove("index").as_ref().and_then(Value::as_u64).unwrap_or(position);
            let known = self.tool_calls.entry(index).or_default();
            for (name, value) in call {
                match (name.as_str(), value, known.get_mut("function")) {
                    ("function", Value::Object(parts), Some(Value::Object(function))) => {
                        add_function(function, parts);
                    }
                    (_, Value::Null, _) => {}
                    // Ids and types come whole; some servers send them with every delta.
                    (_, value, _) => {
                        known.insert(name, value);
                    }
                }
            }
        }
    }

    fn finish(self) -> Result<ModelReply, ModelError> {
        let mut fields = self.fields;
        let content = if self.text.is_empty() && !self.tool_calls.is_empty() {
            Value::Null
        } else {
            Value::String(self.text)
        };
        fields.insert("content".to_owned(), content);
        if !self.tool_calls.is_empty() {
            let calls = self.tool_calls.into_values().map(Value::Object).collect();
            fields.insert("tool_calls".to_owned(), Value::Array(calls));
        }
        let message = wire::message(fields).map_err(|what| ModelError::Malformed { what })?;
        Ok(ModelReply::new(message, self.finish_reason, self.usage))
    }
}

/// The choice with index 0: further ones (`n` above 1) are not for a conversation.
fn first_choice(event: &mut Value) -> Option<&mut Map<String, Value>> {
    let choices = event.get_mut("choices")?.as_array_mut()?;
    choices
        .iter_mut()
        .filter_map(Value::as_object_mut)
        .find(|choice| choice.get("index").and_then(Value::as_u64).unwrap_or(0) == 0)
}

/// Arguments come in parts; the name comes whole, from some servers with every delta.
fn add_function(function: &mut Map<String, Value>, parts: Map<String, Value>) {
    for (name, value) in parts {
        if name == "arguments" {
            append(function, name, value);
        } else if !value.is_null() && value != "" {
            function.insert(name, value);
        }
    }
}

/// Text goes on where it stopped; anything else takes the newest value.
fn append(fields: &mut Map<String, Value>, name: String, value: Value) {
    match (fields.get_mut(&name), value) {
        (_, Value::Null) => {}
        (Some(Value::String(known)), Value::String(more)) => known.push_str(&more),
        (_, value) => {
            fields.insert(name, value);
        }
    }
}
