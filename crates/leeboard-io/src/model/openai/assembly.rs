//! A streamed reply put together from its events.
//!
//! Owns the joining of text, tool calls and vendor fields from their deltas. Reads no stream:
//! the client in `stream` feeds it, and so does the gateway, which only listens.

use std::borrow::Cow;
use std::collections::BTreeMap;

use leeboard_core::message::{Content, Message, Role};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Map, Value};

use super::super::{ModelReply, Usage};
use super::wire;
use crate::http;

/// A streamed reply as far as it has come.
#[derive(Clone, Debug, Default)]
pub struct Assembly {
    text: Option<String>,
    calls: BTreeMap<u64, Map<String, Value>>,
    fields: Map<String, Value>,
    finish_reason: Option<String>,
    usage: Option<Value>,
    failure: Option<String>,
    /// Whether another choice or probabilities of tokens have come.
    manifold: bool,
}

/// An event that only says more text, as nearly all do.
#[derive(Deserialize)]
struct Plain<'a> {
    #[serde(borrow)]
    choices: [PlainChoice<'a>; 1],
    #[serde(default)]
    error: Option<Never>,
    #[serde(default)]
    usage: Option<Never>,
}

#[derive(Deserialize)]
struct PlainChoice<'a> {
    #[serde(default)]
    index: u64,
    #[serde(borrow)]
    delta: PlainDelta<'a>,
    #[serde(default)]
    finish_reason: Option<Never>,
    #[serde(default)]
    logprobs: Option<Never>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PlainDelta<'a> {
    #[serde(default, rename = "role")]
    _role: IgnoredAny,
    #[serde(borrow)]
    content: Cow<'a, str>,
}

/// A value that is not there, or `null`.
#[derive(Deserialize)]
enum Never {}

impl Assembly {
    /// Takes one event as it stands in a stream. What is no JSON adds nothing.
    pub fn read(&mut self, event: &[u8]) {
        match serde_json::from_slice::<Plain<'_>>(event) {
            Ok(Plain { choices: [choice], error: None, usage: None })
                if choice.index == 0 && choice.finish_reason.is_none() && choice.logprobs.is_none() =>
            {
                self.text.get_or_insert_default().push_str(&choice.delta.content);
            }
            _ => {
                if let Ok(event) = serde_json::from_slice(event) {
                    self.add(event);
                }
            }
        }
    }

    /// Takes one event and gives the text that it adds. What is no chunk of a chat adds nothing.
    pub fn add(&mut self, mut event: Value) -> String {
        // Some servers report in the stream that they failed, and end it in good order.
        if event.get("error").is_some_and(|error| !error.is_null()) {
            let said = http::message_of(&event).unwrap_or_else(|| "no explanation".to_owned());
            self.failure.get_or_insert(said);
        }
        self.manifold |= !wire::is_plain(&event);
        self.usage = wire::usage_object(&mut event).or_else(|| self.usage.take());
        let Some(choice) = wire::first_choice(&mut event) else { return String::new() };
        if let Some(reason) = choice.get("finish_reason").and_then(Value::as_str) {
            self.finish_reason = Some(reason.to_owned());
        }
        match choice.get_mut("delta").map(Value::take) {
            Some(Value::Object(delta)) => self.add_delta(delta),
            _ => String::new(),
        }
    }

    /// Whether the model has said why it stopped.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.finish_reason.is_some()
    }

    /// What the server says in the stream about its failure, if it reports one.
    #[must_use]
    pub fn failure(&self) -> Option<&str> {
        self.failure.as_deref()
    }

    /// What the server said last of its tokens, as it said it.
    #[must_use]
    pub fn usage(&self) -> Option<&Value> {
        self.usage.as_ref()
    }

    /// Whether there was a single choice and no probabilities of tokens, which would not fit other
    /// words.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        !self.manifold
    }

    /// The message; `None` if nothing was said and no tool called.
    #[must_use]
    pub fn into_message(self) -> Option<Message> {
        let said = self.text.is_some() || !self.calls.is_empty();
        said.then(|| self.into_reply().message)
    }

    /// The whole reply; its text is empty if nothing was said.
    #[must_use]
    pub fn into_reply(self) -> ModelReply {
        let calls: Vec<Value> = self.calls.into_values().map(Value::Object).collect();
        let content = match self.text.unwrap_or_default() {
            text if text.is_empty() && !calls.is_empty() => Content::Absent,
            text => Content::Text(text),
        };
        // A vendor field that does not fit a message is dropped rather than the reply.
        let fields = wire::message(self.fields).unwrap_or_else(|_| Message::text(Role::Assistant, ""));
        let message = Message { role: Role::Assistant, content, tool_calls: calls, ..fields };
        ModelReply::new(message, self.finish_reason, self.usage.as_ref().map(Usage::of))
    }

    fn add_delta(&mut self, delta: Map<String, Value>) -> String {
        let mut added = String::new();
        for (name, value) in delta {
            match (name.as_str(), value) {
                ("content", Value::String(text)) => {
                    self.text.get_or_insert_default().push_str(&text);
                    added = text;
                }
                ("tool_calls", Value::Array(calls)) => self.add_calls(calls),
                ("content" | "tool_calls" | "role", _) => {}
                (_, value) => append(&mut self.fields, name, value),
            }
        }
        added
    }

    fn add_calls(&mut self, calls: Vec<Value>) {
        for (position, call) in (0_u64..).zip(calls) {
            let Value::Object(mut call) = call else { continue };
            let index = call.remove("index").as_ref().and_then(Value::as_u64).unwrap_or(position);
            let known = self.calls.entry(index).or_default();
            for (name, value) in call {
                match (known.get_mut(&name), value) {
                    (_, Value::Null) => {}
                    (Some(Value::Object(function)), Value::Object(parts)) => add_parts(function, parts),
                    // Ids and types come whole; some servers send them with every delta.
                    (_, value) => {
                        known.insert(name, value);
                    }
                }
            }
        }
    }
}

/// Arguments come in parts; the name comes whole, from some servers with every delta.
fn add_parts(function: &mut Map<String, Value>, parts: Map<String, Value>) {
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn assembled(deltas: &[Value]) -> Assembly {
        let mut assembly = Assembly::default();
        for delta in deltas {
            assembly.add(json!({ "choices": [{ "delta": delta }] }));
        }
        assembly
    }

    #[test]
    fn an_event_reads_the_same_in_the_short_way_and_the_long() {
        let choice = |choice: &str| format!(r#"{{"id":"c","created":1,"choices":[{choice}]}}"#);
        for event in [
            choice(r#"{"index":0,"delta":{"content":"a \"b\" \u00e9"},"finish_reason":null}"#),
            choice(r#"{"delta":{"role":"assistant","content":""}}"#),
            choice(r#"{"index":1,"delta":{"content":"other"}}"#),
            choice(r#"{"index":null,"delta":{"content":"x"}}"#),
            choice(r#"{"index":0,"delta":{"content":"x"},"finish_reason":"stop"}"#),
            choice(r#"{"index":0,"delta":{"content":null,"reasoning":"hm"}}"#),
            choice(r#"{"index":0,"delta":{"content":"x","reasoning":"hm"}}"#),
            choice(r#"{"index":0,"delta":{"content":"x","content":"y"}}"#),
            choice(r#"{"index":0,"delta":{"tool_calls":[{"index":0,"id":"1"}]}}"#),
            choice(r#"{"index":0,"delta":{"content":"x"}},{"index":1,"delta":{"content":"y"}}"#),
            choice(r#"{"index":0,"delta":"x"}"#),
            choice(r#"{"index":0,"delta":{"content":"x"},"logprobs":null}"#),
            choice(r#"{"index":0,"delta":{"content":"x"},"logprobs":{"content":[]}}"#),
            r#"{"choices":[{"delta":{"content":"x"}}],"usage":{"prompt_tokens":3}}"#.to_owned(),
            r#"{"choices":[{"delta":{"content":"x"}}],"usage":null,"error":null}"#.to_owned(),
            r#"{"choices":[{"delta":{"content":"x"}}],"error":{"message":"no"}}"#.to_owned(),
            r#"{"choices":[{"delta":{"content":"x"}}]"#.to_owned(),
        ] {
            let (mut read, mut added) = (Assembly::default(), Assembly::default());
            read.read(event.as_bytes());
            if let Ok(event) = serde_json::from_str(&event) {
                added.add(event);
            }
            assert_eq!(format!("{read:?}"), format!("{added:?}"), "{event}");
        }
    }

    #[test]
    fn text_comes_together() {
        let whole = assembled(&[
            json!({"role": "assistant", "content": ""}),
            json!({"content": "a"}),
            json!({"content": "b"}),
        ]);
        assert_eq!(whole.into_message().unwrap().full_text(), "ab");
        assert!(assembled(&[json!({}), json!({"content": null})]).into_message().is_none());
    }

    #[test]
    fn calls_come_together() {
        let part = |function: Value| json!({"tool_calls": [{"index": 0, "function": function}]});
        let message = assembled(&[
            json!({"content": ""}),
            json!({"tool_calls": [{"index": 0, "id": "c1", "type": "function",
                "function": {"name": "look", "arguments": ""}}]}),
            part(json!({"arguments": "{\"q\":"})),
            part(json!({"name": "", "arguments": "1}"})),
        ])
        .into_message()
        .unwrap();
        assert_eq!(message.content, Content::Absent);
        assert_eq!(
            message.tool_calls,
            [json!({"id": "c1", "type": "function", "function": {"name": "look", "arguments": "{\"q\":1}"}})]
        );
    }

    #[test]
    fn a_vendor_field_that_does_not_fit_costs_only_itself() {
        let whole = assembled(&[json!({"content": "a", "reasoning_content": "hm"}), json!({"name": 7})]);
        assert_eq!(whole.into_message().unwrap().full_text(), "a");
    }

    #[test]
    fn a_failure_in_the_stream_is_told() {
        let mut assembly = Assembly::default();
        assembly.add(json!({"error": {"message": "overloaded"}}));
        assembly.add(json!({"choices": [{"delta": {}, "finish_reason": "stop"}]}));
        assert_eq!((assembly.failure(), assembly.is_finished()), (Some("overloaded"), true));
    }
}
