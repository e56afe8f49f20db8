//! Reads the contract format, OpenAI fine-tuning data and bare lists of messages.
//!
//! Owns the message as these formats write it, and that ids are unique in a conversation.
//! Fields of a message that leeboard does not know are kept; those of a conversation are not.

use std::collections::BTreeMap;

use leeboard_core::{Content, Entry, Message, Role, Timestamp};
use serde::Deserialize;
use serde_json::Value;

use super::error::ConversationError;
use super::origin::Origin;
use super::{Conversation, Recording, field};

/// `{"id", "messages": [...]}`.
#[derive(Deserialize)]
pub(super) struct Native {
    #[serde(default, deserialize_with = "field::id")]
    id: Option<String>,
    messages: Vec<NativeMessage>,
}

/// `{"role", "content", "id", "name", "created_at", ...}`.
#[derive(Deserialize)]
pub(super) struct NativeMessage {
    #[serde(deserialize_with = "field::role")]
    role: Role,
    #[serde(default, deserialize_with = "field::content")]
    content: Content,
    #[serde(default, deserialize_with = "field::id")]
    id: Option<String>,
    #[serde(default, deserialize_with = "field::time")]
    created_at: Option<Timestamp>,
    name: Option<String>,
    tool_calls: Option<Vec<Value>>,
    tool_call_id: Option<String>,
    #[serde(flatten)]
    extra: BTreeMap<String, Value>,
}

impl Recording for Native {
    fn conversation(self, origin: &Origin<'_>) -> Result<Conversation, ConversationError> {
        let id = self.id.unwrap_or_else(|| origin.fallback.clone());
        Ok(Conversation { id, entries: entries(self.messages, "messages", origin)? })
    }
}

/// A list of messages that is a conversation by itself.
pub(super) fn bare(
    messages: Vec<NativeMessage>,
    origin: &Origin<'_>,
) -> Result<Conversation, ConversationError> {
    Ok(Conversation { id: origin.fallback.clone(), entries: entries(messages, "", origin)? })
}

fn entries(
    messages: Vec<NativeMessage>,
    path: &str,
    origin: &Origin<'_>,
) -> Result<Vec<Entry>, ConversationError> {
    let mut taken = BTreeMap::new();
    let mut entries = Vec::with_capacity(messages.len());
    for (index, message) in messages.into_iter().enumerate() {
        let entry = message.entry(index);
        if let Some(first) = taken.insert(entry.id.clone(), index) {
            let place = origin.field(&format!("{path}[{index}].id"));
            return Err(ConversationError::DuplicateId { place, id: entry.id, first });
        }
        entries.push(entry);
    }
    Ok(entries)
}

impl NativeMessage {
    fn entry(self, index: usize) -> Entry {
        let message = Message {
            role: self.role,
            content: self.content,
            name: self.name,
            tool_calls: self.tool_calls.unwrap_or_default(),
            tool_call_id: self.tool_call_id,
            extra: self.extra,
        };
        let id = self.id.unwrap_or_else(|| index.to_string());
        Entry { id, created_at: self.created_at, message }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::{refusal, single};
    use super::*;

    #[test]
    fn the_contract_format() {
        let read = single(
            r#"{"id": 7, "license": "none", "messages": [
                {"role": "system", "content": "Be brief."},
                {"role": "user", "content": "Hi", "id": "u1", "name": "Ada",
                 "created_at": "2023-05-08T12:00:00", "weight": 0.5},
                {"role": "function", "content": "4", "id": 12, "tool_call_id": "c"},
                {"role": "assistant", "content": null, "tool_calls": null}
            ]}"#,
        );
        assert_eq!(read.id, "7");
        let ids: Vec<_> = read.entries.iter().map(|entry| entry.id.as_str()).collect();
        assert_eq!(ids, ["0", "u1", "12", "3"]);
        let ada = &read.entries[1];
        assert_eq!(ada.created_at, Some(Timestamp(1_683_547_200_000)));
        assert_eq!(ada.message.name.as_deref(), Some("Ada"));
        assert_eq!(ada.message.extra, BTreeMap::from([("weight".to_owned(), json!(0.5))]));
        assert_eq!(read.entries[2].message.role, Role::Tool);
        assert_eq!(read.entries[2].message.tool_call_id.as_deref(), Some("c"));
        assert_eq!(read.entries[3].message.content, Content::Absent);
    }

    #[test]
    fn a_bare_list_is_one_conversation() {
        let read = single(r#"[{"role":"user","content":[{"type":"text","text":"Hi"}]}]"#);
        assert_eq!(read.id, "chats");
        assert_eq!(read.entries[0].message.full_text(), "Hi");
        assert_eq!(
            refusal(r#"[{"role":"user","id":"1"},{"role":"user"}]"#),
            "chats.json: [1].id: the id \"1\" is already that of message 0"
        );
    }

    #[test]
    fn no_id_and_an_empty_id_are_the_same() {
        assert_eq!(single(r#"{"messages":[]}"#).id, "chats");
        assert_eq!(single(r#"{"id":"","messages":[]}"#).id, "chats");
        assert_eq!(single(r#"{"id":null,"messages":[{"role":"user","id":null}]}"#).entries[0].id, "0");
    }

    #[test]
    fn an_unknown_role_is_named() {
        assert_eq!(
            refusal("{\"messages\":[{\"role\":\"user\"},\n{\"role\":\"wizard\"}]}"),
            "chats.json:2:16: messages[1].role: unknown role \"wizard\", expected system, \
             developer, user, assistant, tool or function"
        );
    }

    #[test]
    fn a_wrong_field_is_named() {
        assert_eq!(
            refusal(r#"{"messages":[{"role":"user","content":5}]}"#),
            "chats.json:1:39: messages[0].content: invalid type: integer `5`, expected a string, \
             a list of parts or null"
        );
        assert_eq!(
            refusal(r#"{"messages":[{"content":"Hi"}]}"#),
            "chats.json:1:29: messages[0]: missing field `role`"
        );
        assert_eq!(
            refusal(r#"{"messages":[{"role":"user","created_at":"yesterday"}]}"#),
            "chats.json:1:52: messages[0].created_at: invalid time \"yesterday\", expected an RFC \
             3339 time, an ISO time without offset, a date, or Unix seconds or milliseconds"
        );
        assert_eq!(
            refusal(r#"[{"messages":[]},{"messages":{}}]"#),
            "chats.json:1:29: [1].messages: invalid type: map, expected a sequence"
        );
    }

    #[test]
    fn times_may_be_numbers() {
        let read = single(
            r#"[{"role":"user","created_at":1683504000},{"role":"user","created_at":1683504000000},
                {"role":"user","created_at":1683504000.0},{"role":"user","created_at":null}]"#,
        );
        let times: Vec<_> = read.entries.iter().map(|entry| entry.created_at).collect();
        let may = Some(Timestamp(1_683_504_000_000));
        assert_eq!(times, [may, may, may, None]);
    }

    #[test]
    fn ids_are_unique() {
        assert_eq!(
            refusal(r#"[{"messages":[{"role":"user","id":"a"},{"role":"user","id":"a"}]}]"#),
            "chats.json: [0].messages[1].id: the id \"a\" is already that of message 0"
        );
    }
}
