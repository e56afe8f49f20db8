//! Messages as a provider sees them, and entries as a session keeps them.
//!
//! Owns roles, content and what counts as spoken text. Does not know sessions,
//! turns or prompts.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use crate::time::Timestamp;

/// Who speaks, in the vocabulary of the OpenAI chat format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(clippy::exhaustive_enums, reason = "a new role changes how turns are cut; callers must decide")]
pub enum Role {
    /// The operator's standing instructions; the identity unless a file is given.
    System,
    /// The newer name of `system` in OpenAI's API; treated alike.
    Developer,
    /// The person.
    User,
    /// The model.
    Assistant,
    /// The result of a tool call.
    Tool,
}

impl Role {
    /// The wire name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Developer => "developer",
            Self::User => "user",
            Self::Assistant => "assistant",
            Self::Tool => "tool",
        }
    }

    /// Whether the message carries standing instructions.
    #[must_use]
    pub fn instructs(self) -> bool {
        matches!(self, Self::System | Self::Developer)
    }
}

/// What a message says: nothing, a text, or multimodal parts kept as they came.
#[derive(Clone, Debug, Default, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "these are the three shapes of the wire format")]
pub enum Content {
    /// `null` or missing, as in a message that only calls tools.
    #[default]
    Absent,
    /// Plain text.
    Text(String),
    /// Multimodal parts, untouched.
    Parts(Vec<Value>),
}

impl Serialize for Content {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Absent => serializer.serialize_none(),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Parts(parts) => parts.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Content {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::Null => Ok(Self::Absent),
            Value::String(text) => Ok(Self::Text(text)),
            Value::Array(parts) => Ok(Self::Parts(parts)),
            other => Err(serde::de::Error::custom(format!(
                "content must be a string, a list of parts or null, not {}",
                kind_of(&other)
            ))),
        }
    }
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// One chat message. Fields that leeboard does not read are kept and passed on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// Who speaks.
    pub role: Role,
    /// What is said.
    #[serde(default)]
    pub content: Content,
    /// The speaker's name, if the client gives one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Tool calls of an assistant message, untouched.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "null_as_empty")]
    pub tool_calls: Vec<Value>,
    /// Which call a tool message answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool_call_id: Option<String>,
    /// Everything else the client or provider put there.
    #[serde(flatten)]
    pub extra: BTreeMap<String, Value>,
}

/// Some servers write `"tool_calls": null`; it means none.
fn null_as_empty<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Value>, D::Error> {
    Ok(Option::<Vec<Value>>::deserialize(deserializer)?.unwrap_or_default())
}

impl Message {
    /// A plain text message.
    #[must_use]
    pub fn text(role: Role, text: impl Into<String>) -> Self {
        Self {
            role,
            content: Content::Text(text.into()),
            name: None,
            tool_calls: Vec::new(),
            tool_call_id: None,
            extra: BTreeMap::new(),
        }
    }

    /// All text of the message as sent: the string, or its text parts joined by newlines.
    #[must_use]
    pub fn full_text(&self) -> String {
        match &self.content {
            Content::Absent => String::new(),
            Content::Text(text) => text.clone(),
            Content::Parts(parts) => parts
                .iter()
                .filter_map(|part| part.get("text").and_then(Value::as_str))
                .collect::<Vec<_>>()
                .join("\n"),
        }
    }

    /// The text that was said to the other side: `full_text` without `<think>` blocks.
    ///
    /// Reasoning is neither scored nor remembered. An unclosed block runs to the end.
    #[must_use]
    pub fn spoken(&self) -> String {
        let text = self.full_text();
        if self.role == Role::Assistant { strip_reasoning(&text) } else { text }
    }

    /// Whether this assistant message is a reply: it has a text, be it an empty one, rather
    /// than only tool calls and the reasoning that led to them.
    #[must_use]
    pub fn is_reply(&self) -> bool {
        self.role == Role::Assistant
            && self.content != Content::Absent
            && (self.tool_calls.is_empty() || !self.spoken().trim().is_empty())
    }

    /// Whether memory keeps it: what people say and what they are told. Tool traffic is no memory.
    #[must_use]
    pub fn is_remembered(&self) -> bool {
        self.role == Role::User || self.is_reply()
    }
}

fn strip_reasoning(text: &str) -> String {
    const OPEN: &str = "<think>";
    const CLOSE: &str = "</think>";
    if !text.contains(OPEN) {
        return text.to_owned();
    }
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(OPEN) {
        kept.push_str(&rest[..start]);
        rest = match rest[start..].find(CLOSE) {
            Some(end) => &rest[start + end + CLOSE.len()..],
            None => "",
        };
    }
    kept.push_str(rest);
    kept.trim_start().to_owned()
}

/// A message with its place in a conversation: an id and, if known, when it was said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Unique in its conversation; the 0-based index as text where the source gives none.
    pub id: String,
    /// When it was said, if the source tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<Timestamp>,
    /// What was said.
    pub message: Message,
}

impl Entry {
    /// An entry without a time.
    #[must_use]
    pub fn new(id: impl Into<String>, message: Message) -> Self {
        Self { id: id.into(), created_at: None, message }
    }

    /// The entry as it is remembered: without the model's reasoning.
    #[must_use]
    pub fn remembered(mut self) -> Self {
        const REASONING: [&str; 3] = ["reasoning", "reasoning_content", "reasoning_details"];
        for field in REASONING {
            self.message.extra.remove(field);
        }
        if self.message.role != Role::Assistant {
            return self;
        }
        match &mut self.message.content {
            Content::Absent => {}
            Content::Text(text) => *text = strip_reasoning(text),
            Content::Parts(parts) => {
                for part in parts {
                    if let Some(Value::String(text)) = part.get_mut("text") {
                        *text = strip_reasoning(text);
                    }
                }
            }
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_fields_survive_a_round_trip() {
        let wire = r#"{"role":"assistant","content":null,"tool_calls":[{"id":"a"}],"reasoning_content":"x"}"#;
        let message: Message = serde_json::from_str(wire).unwrap();
        assert!(!message.is_reply());
        let back: Value = serde_json::to_value(&message).unwrap();
        assert_eq!(back, serde_json::from_str::<Value>(wire).unwrap());
    }

    #[test]
    fn reasoning_is_not_spoken() {
        let said = |text: &str| Message::text(Role::Assistant, text).spoken();
        assert_eq!(said("<think>plan</think>\nHello"), "Hello");
        assert_eq!(said("Hi <think>never closed"), "Hi ");
        assert_eq!(said("a < b"), "a < b");
    }

    #[test]
    fn reasoning_in_parts_is_not_remembered() {
        let mut message = Message::text(Role::Assistant, "");
        message.content =
            Content::Parts(vec![serde_json::json!({"type": "text", "text": "<think>plan</think>Hello"})]);
        let kept = Entry::new("0", message).remembered();
        assert_eq!(kept.message.full_text(), "Hello");
    }

    #[test]
    fn an_empty_text_is_a_reply_but_a_bare_tool_call_is_not() {
        assert!(Message::text(Role::Assistant, "").is_reply());
        let mut call = Message::text(Role::Assistant, "");
        call.tool_calls.push(Value::Null);
        assert!(!call.is_reply());
        call.content = Content::Text("<think>which tool?</think>\n".to_owned());
        assert!(!call.is_reply(), "reasoning is no reply");
        call.content = Content::Parts(Vec::new());
        assert!(!call.is_reply(), "no parts are no text");
        call.content = Content::Text("I will look.".to_owned());
        assert!(call.is_reply());
    }
}
