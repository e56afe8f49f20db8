//! Gives the tool calls of formats that have none of OpenAI's shape that shape.
//!
//! Owns the call object and which result answers which call. Used for `ShareGPT` and
//! `ChatGPT` only: other formats bring their calls along.

use leeboard_core::{Content, Entry, Message, Role};
use serde_json::{Value, json};

/// An assistant message that only calls a tool.
pub(super) fn calling(id: &str, function: &str, arguments: &str) -> Message {
    let call = json!({
        "id": id,
        "type": "function",
        "function": {"name": function, "arguments": arguments},
    });
    let mut message = Message::text(Role::Assistant, "");
    message.content = Content::Absent;
    message.tool_calls.push(call);
    message
}

/// Lets every tool message answer the call before it.
pub(super) fn link(entries: &mut [Entry]) {
    let mut last: Option<String> = None;
    for entry in entries {
        let message = &mut entry.message;
        if let Some(call) = message.tool_calls.last() {
            last = call.get("id").and_then(Value::as_str).map(str::to_owned);
        } else if message.role == Role::Tool && message.tool_call_id.is_none() {
            message.tool_call_id.clone_from(&last);
        }
    }
}
