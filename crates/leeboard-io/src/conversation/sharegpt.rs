//! Reads `ShareGPT` data.
//!
//! Owns its speakers and how they map to roles. A `function_call` becomes a tool call, so
//! that it is no reply; what answers it becomes a tool message.

use std::fmt;

use leeboard_core::{Content, Entry, Message, Role};
use serde::Deserialize;
use serde::de::{Deserializer, Error, Visitor};
use serde_json::Value;

use super::error::ConversationError;
use super::origin::Origin;
use super::{Conversation, Recording, calls, field};

/// `{"id", "conversations": [...]}`.
#[derive(Deserialize)]
pub(super) struct ShareGpt {
    #[serde(default, deserialize_with = "field::id")]
    id: Option<String>,
    conversations: Vec<Said>,
}

/// `{"from", "value"}`.
#[derive(Deserialize)]
struct Said {
    from: Speaker,
    #[serde(deserialize_with = "field::content")]
    value: Content,
}

#[derive(Clone, Copy)]
enum Speaker {
    Role(Role),
    FunctionCall,
}

impl Recording for ShareGpt {
    fn conversation(self, origin: &Origin<'_>) -> Result<Conversation, ConversationError> {
        let said = self.conversations.into_iter().enumerate();
        let mut entries: Vec<_> = said.map(|(index, said)| said.entry(index)).collect();
        calls::link(&mut entries);
        Ok(Conversation { id: self.id.unwrap_or_else(|| origin.fallback.clone()), entries })
    }
}

impl Said {
    fn entry(self, index: usize) -> Entry {
        let message = match self.from {
            Speaker::Role(role) => {
                let mut message = Message::text(role, "");
                message.content = self.value;
                message
            }
            Speaker::FunctionCall => call(&self.value, index),
        };
        Entry::new(index.to_string(), message)
    }
}

/// The value is an object with `name` and `arguments` in writing, or a text of some other kind.
fn call(value: &Content, index: usize) -> Message {
    let id = format!("call-{index}");
    let text = match value {
        Content::Text(text) => text.as_str(),
        Content::Absent | Content::Parts(_) => "",
    };
    let written: Value = serde_json::from_str(text).unwrap_or_default();
    match (written.get("name").and_then(Value::as_str), written.get("arguments")) {
        (Some(name), Some(Value::String(arguments))) => calls::calling(&id, name, arguments),
        (Some(name), Some(arguments)) => calls::calling(&id, name, &arguments.to_string()),
        _ => calls::calling(&id, "function_call", text),
    }
}

impl<'de> Deserialize<'de> for Speaker {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Speakers)
    }
}

struct Speakers;

impl Visitor<'_> for Speakers {
    type Value = Speaker;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a speaker")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Speaker, E> {
        match text {
            "human" | "user" => Ok(Speaker::Role(Role::User)),
            "gpt" | "assistant" | "chatgpt" | "bing" | "bard" => Ok(Speaker::Role(Role::Assistant)),
            "system" => Ok(Speaker::Role(Role::System)),
            "tool" | "observation" => Ok(Speaker::Role(Role::Tool)),
            "function_call" => Ok(Speaker::FunctionCall),
            _ => Err(E::custom(format_args!(
                "unknown speaker {text:?}, expected human, user, gpt, assistant, chatgpt, bing, \
                 bard, system, tool, observation or function_call"
            ))),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::{read, refusal, single};

    #[test]
    fn speakers_become_roles() {
        let read = single(
            r#"{"id":"s","conversations":[{"from":"system","value":"Be kind."},
                {"from":"human","value":"Hi"},{"from":"gpt","value":"Hello"},
                {"from":"user","value":"Bye"},{"from":"bard","value":"So long"}]}"#,
        );
        assert_eq!(read.id, "s");
        let roles: Vec<_> = read.entries.iter().map(|entry| entry.message.role.as_str()).collect();
        assert_eq!(roles, ["system", "user", "assistant", "user", "assistant"]);
        assert_eq!(read.entries[2].message.spoken(), "Hello");
        assert_eq!(read.exchanges().len(), 2);
    }

    #[test]
    fn a_function_call_is_no_reply() {
        let read = single(
            r#"{"conversations":[{"from":"human","value":"Two and two?"},
                {"from":"function_call","value":"{\"name\":\"add\",\"arguments\":{\"a\":2}}"},
                {"from":"observation","value":"4"},{"from":"function_call","value":"odd"},
                {"from":"tool","value":"no"},{"from":"gpt","value":"Four."}]}"#,
        );
        assert_eq!(read.exchanges().len(), 1);
        let call = &read.entries[1].message;
        assert_eq!(call.tool_calls[0]["function"], json!({"name": "add", "arguments": "{\"a\":2}"}));
        assert_eq!(read.entries[2].message.tool_call_id.as_deref(), Some("call-1"));
        assert_eq!(
            read.entries[3].message.tool_calls[0]["function"],
            json!({"name": "function_call", "arguments": "odd"})
        );
        assert_eq!(read.entries[4].message.tool_call_id.as_deref(), Some("call-3"));
    }

    #[test]
    fn lists_and_lines() {
        let one = r#"{"conversations":[{"from":"human","value":"Hi"}]}"#;
        let ids = |text: &str| -> Vec<String> {
            read(text).unwrap().into_iter().map(|conversation| conversation.id).collect()
        };
        assert_eq!(ids(&format!("[{one},{one}]")), ["chats-1", "chats-2"]);
        assert_eq!(ids(&format!("{one}\n\n{one}\n")), ["chats-1", "chats-3"]);
    }

    #[test]
    fn an_unknown_speaker_is_named() {
        let text = refusal(r#"{"conversations":[{"from":"oracle","value":"Hm"}]}"#);
        assert!(
            text.starts_with("chats.json:1:34: conversations[0].from: unknown speaker \"oracle\""),
            "{text}"
        );
    }
}
