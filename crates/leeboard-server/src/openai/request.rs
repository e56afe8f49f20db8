//! Chat requests: what leeboard reads of a body.
//!
//! Owns the reading of messages and finding our own fields. Changes nothing; `splice`
//! does. A request that is JSON but not understood is not an error: it is passed on.

use bytes::Bytes;
use leeboard_core::message::{Entry, Message};
use leeboard_io::conversation::Conversation;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

/// A chat request as far as leeboard understands it.
#[derive(Clone, Debug)]
pub(crate) struct ChatRequest {
    /// The body as it came.
    pub(crate) body: Bytes,
    /// Its messages; their ids are their places.
    pub(crate) conversation: Conversation,
    /// Our own fields.
    pub(crate) fields: Fields,
}

/// The values of our own fields and of those that say whose the request is, unchecked.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fields {
    /// `session_id`.
    pub(crate) session_id: Option<Value>,
    /// `conversation`, a text or an object with an `id`.
    pub(crate) conversation: Option<Value>,
    /// `metadata`.
    pub(crate) metadata: Option<Value>,
    /// `leeboard`.
    pub(crate) leeboard: Option<Value>,
    /// `user`, which is the client's own and passes.
    pub(crate) user: Option<Value>,
    /// `stream`, which passes too.
    pub(crate) stream: bool,
}

/// What a body is.
#[derive(Debug)]
pub(crate) enum Parsed {
    /// A chat request.
    Chat(Box<ChatRequest>),
    /// JSON, but not a chat request that leeboard understands, and why.
    Unknown(String),
    /// Not JSON, and why.
    Malformed(String),
}

#[derive(Deserialize)]
struct Body {
    messages: Vec<Message>,
    session_id: Option<Value>,
    conversation: Option<Value>,
    metadata: Option<Value>,
    leeboard: Option<Value>,
    user: Option<Value>,
    stream: Option<Value>,
}

impl Parsed {
    /// Reads a body.
    pub(crate) fn of(body: Bytes) -> Self {
        match serde_json::from_slice::<Body>(&body) {
            Ok(read) if read.messages.is_empty() => Self::Unknown("find a message in the request".to_owned()),
            Ok(read) => Self::Chat(Box::new(ChatRequest::new(body, read))),
            Err(error) => match serde_json::from_slice::<IgnoredAny>(&body) {
                Ok(_) => Self::Unknown(format!("read the request as a chat ({error})")),
                Err(error) => Self::Malformed(error.to_string()),
            },
        }
    }
}

impl ChatRequest {
    fn new(body: Bytes, read: Body) -> Self {
        let entries = read.messages.into_iter().enumerate();
        let entries = entries.map(|(at, message)| Entry::new(at.to_string(), message)).collect();
        let Body { session_id, conversation, metadata, leeboard, user, stream, .. } =
            Body { messages: Vec::new(), ..read };
        Self {
            body,
            conversation: Conversation { entries, ..Conversation::default() },
            fields: Fields {
                session_id,
                conversation,
                metadata,
                leeboard,
                user,
                stream: stream == Some(Value::Bool(true)),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(body: &'static str) -> Parsed {
        Parsed::of(Bytes::from_static(body.as_bytes()))
    }

    #[test]
    fn a_body_is_a_chat_or_unknown_or_malformed() {
        assert!(matches!(parsed(r#"{"messages":[{"role":"user","content":"x"}]}"#), Parsed::Chat(_)));
        for unknown in [
            r#"{"messages":[{"role":"oracle","content":"x"}]}"#,
            r#"{"prompt":"x"}"#,
            r#"{"messages":[],"messages":[]}"#,
            r#"{"messages":[]}"#,
            r#"{"messages":[{"role":"user","content":"\ud800"}]}"#,
            "[]",
        ] {
            assert!(matches!(parsed(unknown), Parsed::Unknown(_)), "{unknown}");
        }
        for malformed in ["", "{", r#"{"messages":[}"#, "{} x"] {
            assert!(matches!(parsed(malformed), Parsed::Malformed(_)), "{malformed}");
        }
    }
}
