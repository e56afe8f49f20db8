//! Chat replies: the assistant's message, from a whole body or put together from deltas.
//!
//! Owns what a reply says. Passes nothing on; `stream` and `chat` do.

use std::collections::BTreeMap;

use leeboard_core::message::{Content, Message, Role};
use serde_json::{Map, Value};

/// The message of the first choice of a whole reply; `None` if there is none.
pub(crate) fn message_of(body: &[u8]) -> Option<Message> {
    let mut body: Value = serde_json::from_slice(body).ok()?;
    let message = first_choice(&mut body)?.get_mut("message").map(Value::take)?;
    with_role(message)
}

/// Whether a message only calls tools, so that its turn goes on.
pub(crate) fn only_calls(message: &Message) -> bool {
    !message.is_reply() && !message.tool_calls.is_empty()
}

fn with_role(message: Value) -> Option<Message> {
    let Value::Object(mut fields) = message else { return None };
    fields.insert("role".to_owned(), Role::Assistant.as_str().into());
    serde_json::from_value(Value::Object(fields)).ok()
}

/// The choice with index 0: further ones (`n` above 1) are not for a conversation.
fn first_choice(body: &mut Value) -> Option<&mut Map<String, Value>> {
    let choices = body.get_mut("choices")?.as_array_mut()?.iter_mut();
    choices
        .filter_map(Value::as_object_mut)
        .find(|choice| choice.get("index").and_then(Value::as_u64).unwrap_or(0) == 0)
}

/// A streamed reply as far as it has come.
#[derive(Debug, Default)]
pub(crate) struct Assembly {
    text: Option<String>,
    calls: BTreeMap<u64, Map<String, Value>>,
    finish_reason: Option<String>,
    failed: bool,
}

impl Assembly {
    /// Takes the data of one event. What is not a chat chunk is left alone: it is the client's.
    pub(crate) fn add(&mut self, data: &[u8]) {
        let Ok(mut event) = serde_json::from_slice::<Value>(data) else { return };
        // Some servers report in the stream that they failed, and end it in good order.
        self.failed |= event.get("error").is_some_and(|error| !error.is_null());
        let Some(choice) = first_choice(&mut event) else { return };
        if let Some(reason) = choice.get("finish_reason").and_then(Value::as_str) {
            self.finish_reason = Some(reason.to_owned());
        }
        let Some(delta) = choice.get_mut("delta") else { return };
        if let Some(text) = delta.get("content").and_then(Value::as_str) {
            self.text.get_or_insert_default().push_str(text);
        }
        if let Some(Value::Array(calls)) = delta.get_mut("tool_calls").map(Value::take) {
            self.add_calls(calls);
        }
    }

    /// Whether the model has said why it stopped.
    pub(crate) fn is_finished(&self) -> bool {
        self.finish_reason.is_some()
    }

    /// Whether the server has reported an error in the stream.
    pub(crate) fn has_failed(&self) -> bool {
        self.failed
    }

    /// The message; `None` if nothing was said.
    pub(crate) fn into_message(self) -> Option<Message> {
        let calls: Vec<Value> = self.calls.into_values().map(Value::Object).collect();
        let text = self.text.filter(|text| !text.is_empty() || calls.is_empty());
        if text.is_none() && calls.is_empty() {
            return None;
        }
        let content = text.map_or(Content::Absent, Content::Text);
        Some(Message { content, tool_calls: calls, ..Message::text(Role::Assistant, "") })
    }

    fn add_calls(&mut self, calls: Vec<Value>) {
        for (position, call) in (0_u64..).zip(calls) {
            let Value::Object(mut call) = call else { continue };
            let index = call.remove("index").as_ref().and_then(Value::as_u64).unwrap_or(position);
            let known = self.calls.entry(index).or_default();
            for (name, value) in call {
                match (known.get_mut(&name), value) {
                    (_, Value::Null) => {}
                    (Some(Value::Object(function)), Value::Object(parts)) => extend(function, parts),
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
fn extend(function: &mut Map<String, Value>, parts: Map<String, Value>) {
    for (name, value) in parts {
        match (function.get_mut(&name), value) {
            (_, Value::Null) => {}
            (Some(Value::String(known)), Value::String(more)) if name == "arguments" => {
                known.push_str(&more);
            }
            (Some(_), value) if value == "" => {}
            (_, value) => {
                function.insert(name, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn assembled(deltas: &[Value]) -> Option<Message> {
        let mut assembly = Assembly::default();
        for delta in deltas {
            assembly.add(json!({ "choices": [{ "delta": delta }] }).to_string().as_bytes());
        }
        assembly.into_message()
    }

    #[test]
    fn text_comes_together() {
        let message = assembled(&[
            json!({"role": "assistant", "content": ""}),
            json!({"content": "a"}),
            json!({"content": "b"}),
        ]);
        assert_eq!(message.unwrap().full_text(), "ab");
        assert!(assembled(&[json!({}), json!({"content": null})]).is_none());
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
        .unwrap();
        assert!(only_calls(&message));
        assert_eq!(
            message.tool_calls,
            [json!({"id": "c1", "type": "function", "function": {"name": "look", "arguments": "{\"q\":1}"}})]
        );
    }

    #[test]
    fn a_whole_reply_is_that_of_the_first_choice() {
        let body =
            br#"{"choices":[{"index":1,"message":{"content":"b"}},{"index":0,"message":{"content":"a"}}]}"#;
        assert_eq!(message_of(body).unwrap().full_text(), "a");
        assert!(message_of(b"{}").is_none() && message_of(b"").is_none());
    }
}
