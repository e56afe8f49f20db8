//! Conversation files: text in, conversations out.
//!
//! Owns every format a recorded conversation may come in, the one it is written in, and where
//! one exchange ends and the next begins. Opens no file: the caller has the bytes, and goes on
//! with the next file when one is bad. The commands and the importers call it.
//!
//! # Formats
//!
//! Told apart by shape, not by file name. Each may be one object, a list of objects, or JSONL
//! with one object a line. UTF-8, with or without a byte order mark.
//!
//! - **Our own**: `{"id", "messages": [{"role", "content", "id", "name", "created_at", ...}]}`.
//!   Only `messages` and `role` are required. Other fields of a message are kept, others of the
//!   conversation are not. Roles are `system`, `developer`, `user`, `assistant` and `tool`;
//!   `function` is read as `tool`. An id is a string or a number, `created_at` is RFC 3339, ISO
//!   without offset (UTC), a date, or Unix seconds or milliseconds.
//! - **OpenAI fine-tuning**: the same without ids.
//! - **`ShareGPT`**: `{"id", "conversations": [{"from", "value"}]}`. `human` and `user` are the
//!   user; `gpt`, `assistant`, `chatgpt`, `bing` and `bard` the assistant; `function_call` is a
//!   tool call, `tool` and `observation` are its result.
//! - **`ChatGPT` export** (`conversations.json`): of the `mapping`, the branch that ends in
//!   `current_node`, or else in the latest leaf. See [`parse`] for what is left out.
//! - **A bare list of messages**: one conversation.
//!
//! A conversation without an id is called by the file's stem; if the file holds several, by
//! stem and 1-based position (`chats-3`: third of the list, or line 3). A message without an
//! id gets its 0-based index; a message of a `ChatGPT` export the id of its node.

mod calls;
mod chatgpt;
mod detect;
mod error;
mod exchange;
mod field;
mod moment;
mod native;
mod origin;
mod sharegpt;

use std::path::Path;

use leeboard_core::{Content, Entry, Message};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use self::detect::{Layout, Outline, Shape};
use self::origin::Origin;

pub use self::error::{ConversationError, Place};
pub use self::exchange::Exchange;

/// A recorded conversation.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Conversation {
    /// The id in the file, or one made of the file's name.
    pub id: String,
    /// The messages in order; their ids are unique.
    pub entries: Vec<Entry>,
}

impl Conversation {
    /// The conversation in the contract format, which [`parse`] reads back as it is.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let messages = self.entries.iter().map(entry_to_json).collect();
        let mut object = Map::new();
        object.insert("id".to_owned(), Value::String(self.id.clone()));
        object.insert("messages".to_owned(), Value::Array(messages));
        Value::Object(object)
    }

    /// The standing instructions: all system and developer messages, a blank line between.
    /// None if there are none, or none with text.
    #[must_use]
    pub fn system_text(&self) -> Option<String> {
        let instructions = self.entries.iter().filter(|entry| entry.message.role.instructs());
        let texts: Vec<_> = instructions
            .map(|entry| entry.message.full_text())
            .filter(|text| !text.trim().is_empty())
            .collect();
        (!texts.is_empty()).then(|| texts.join("\n\n"))
    }

    /// The conversation cut into turns.
    ///
    /// An assistant message with text closes an exchange. What the user and tools said before
    /// it, and tool calls, are its input; so messages of one role in a row belong together.
    /// Two replies in a row are two exchanges, the second with an empty input. System and
    /// developer messages belong to none. Only the last exchange can lack a reply: the turn of
    /// an exchange is its 1-based position.
    #[must_use]
    pub fn exchanges(&self) -> Vec<Exchange> {
        exchange::exchanges(&self.entries)
    }
}

/// Reads the conversations of a file. The formats are described at the [module](self).
///
/// `name` is what messages call the file, and its stem the id of a conversation without one.
/// Ids of conversations are not checked against each other: they may come from many files.
///
/// Of a `ChatGPT` export, reasoning, hidden nodes and nodes without content are left out,
/// except messages of the user, which may be an upload alone.
///
/// # Errors
///
/// If the file is empty, not UTF-8, not JSON, of no known format, or has a field with a wrong
/// value. The error names the line, column and field as far as they are known. One bad line of
/// a JSONL file makes the file bad.
pub fn parse(name: &str, bytes: &[u8]) -> Result<Vec<Conversation>, ConversationError> {
    let stem = Path::new(name).file_stem().map_or_else(|| name.into(), |stem| stem.to_string_lossy());
    let file = Origin::file(name, &stem);
    let text = decode_utf8(name, bytes)?;
    if text.trim().is_empty() {
        return Err(ConversationError::Empty { place: file.place() });
    }
    match detect::layout(text) {
        Some(Layout::Whole(outline)) => read(outline, text, &file),
        Some(Layout::Lines) => read_lines(name, &stem, text),
        None => Err(file.malformed(text)),
    }
}

/// A format for one conversation.
trait Recording: DeserializeOwned {
    /// The conversation, with an id.
    fn conversation(self, origin: &Origin<'_>) -> Result<Conversation, ConversationError>;
}

fn decode_utf8<'a>(name: &str, bytes: &'a [u8]) -> Result<&'a str, ConversationError> {
    let text = str::from_utf8(bytes).map_err(|error| {
        let offset = error.valid_up_to();
        let breaks = bytes.iter().take(offset).filter(|byte| **byte == b'\n').count();
        let line = Some(breaks + 1);
        ConversationError::Encoding {
            place: Place { file: name.to_owned(), line, ..Place::default() },
            offset,
        }
    })?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

fn read_lines(name: &str, stem: &str, text: &str) -> Result<Vec<Conversation>, ConversationError> {
    let mut conversations = Vec::new();
    for (index, line) in text.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        let origin = Origin::line(name, stem, index + 1);
        let outline = detect::outline(line).ok_or_else(|| origin.malformed(line))?;
        conversations.append(&mut read(outline, line, &origin)?);
    }
    Ok(conversations)
}

fn read(outline: Outline, text: &str, origin: &Origin<'_>) -> Result<Vec<Conversation>, ConversationError> {
    match outline {
        Outline::One(Shape::Native) => read_one::<native::Native>(text, origin),
        Outline::One(Shape::ShareGpt) => read_one::<sharegpt::ShareGpt>(text, origin),
        Outline::One(Shape::ChatGpt) => read_one::<chatgpt::ChatGpt>(text, origin),
        Outline::Many(Shape::Native) => read_many::<native::Native>(text, origin),
        Outline::Many(Shape::ShareGpt) => read_many::<sharegpt::ShareGpt>(text, origin),
        Outline::Many(Shape::ChatGpt) => read_many::<chatgpt::ChatGpt>(text, origin),
        Outline::Many(Shape::Message) => Ok(vec![native::bare(origin.decode(text)?, origin)?]),
        Outline::One(Shape::Message) => Err(unknown("a message on its own".to_owned(), origin)),
        Outline::One(Shape::Other(found)) => Err(unknown(found.to_owned(), origin)),
        Outline::Many(Shape::Other(first)) => {
            Err(unknown(format!("a list that begins with {first}"), origin))
        }
    }
}

fn read_one<R: Recording>(text: &str, origin: &Origin<'_>) -> Result<Vec<Conversation>, ConversationError> {
    Ok(vec![origin.decode::<R>(text)?.conversation(origin)?])
}

fn read_many<R: Recording>(text: &str, origin: &Origin<'_>) -> Result<Vec<Conversation>, ConversationError> {
    let recordings: Vec<R> = origin.decode(text)?;
    let count = recordings.len();
    let numbered = recordings.into_iter().enumerate();
    numbered.map(|(index, one)| one.conversation(&origin.item(index, count))).collect()
}

fn unknown(found: String, origin: &Origin<'_>) -> ConversationError {
    ConversationError::Shape { place: origin.place(), found }
}

fn entry_to_json(entry: &Entry) -> Value {
    let Entry { id, created_at, message } = entry;
    let Message { role, content, name, tool_calls, tool_call_id, extra } = message;
    let mut object: Map<String, Value> =
        extra.iter().map(|(key, value)| (key.clone(), value.clone())).collect();
    let mut put = |key: &str, value: Value| object.insert(key.to_owned(), value);
    put("id", id.as_str().into());
    put("role", role.as_str().into());
    put("content", content_to_json(content));
    if let Some(moment) = created_at {
        put("created_at", moment::to_json(*moment));
    }
    if let Some(name) = name {
        put("name", name.as_str().into());
    }
    if !tool_calls.is_empty() {
        put("tool_calls", tool_calls.as_slice().into());
    }
    if let Some(call) = tool_call_id {
        put("tool_call_id", call.as_str().into());
    }
    Value::Object(object)
}

fn content_to_json(content: &Content) -> Value {
    match content {
        Content::Absent => Value::Null,
        Content::Text(text) => Value::String(text.clone()),
        Content::Parts(parts) => Value::Array(parts.clone()),
    }
}

#[cfg(test)]
mod tests;
