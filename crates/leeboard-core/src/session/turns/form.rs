//! Turns as bytes: without the names of their fields, and plain messages as their text alone.
//!
//! Owns the form, which only packed turns and snapshots have. MessagePack, since messages may hold
//! fields that were kept as they came.

use serde::{Deserialize, Serialize};

use super::Turn;
use crate::message::{Content, Entry, Message, Role};
use crate::record::MessageTokens;
use crate::time::Timestamp;

/// Who says it, or that all of the message stands there as JSON.
#[derive(Serialize, Deserialize)]
enum Form {
    User,
    Assistant,
    Json,
}

type Line = (String, Option<Timestamp>, Form, String);
type Written = (u32, Vec<Line>, Line, MessageTokens);

/// The bytes of some turns; `None` if a message cannot be written, though all came as JSON.
pub(super) fn write(turns: &[Turn]) -> Option<Vec<u8>> {
    let written = turns.iter().map(|turn| {
        let input: Option<Vec<_>> = turn.input.iter().map(line).collect();
        Some((turn.number, input?, line(&turn.reply)?, &turn.tokens))
    });
    rmp_serde::to_vec(&written.collect::<Option<Vec<_>>>()?).ok()
}

/// The turns that some bytes are.
pub(super) fn read(bytes: &[u8]) -> Option<Vec<Turn>> {
    let written: Vec<Written> = rmp_serde::from_slice(bytes).ok()?;
    let turn = |(number, input, reply, tokens): Written| {
        let input = input.into_iter().map(entry).collect::<Option<_>>()?;
        Some(Turn { number, input, reply: entry(reply)?, tokens })
    };
    written.into_iter().map(turn).collect()
}

fn line(entry: &Entry) -> Option<(&str, Option<Timestamp>, Form, std::borrow::Cow<'_, str>)> {
    let (form, text) = match plain(&entry.message) {
        Some((form, text)) => (form, text.into()),
        None => (Form::Json, serde_json::to_string(&entry.message).ok()?.into()),
    };
    Some((&entry.id, entry.created_at, form, text))
}

/// A message that is nothing but its text.
fn plain(message: &Message) -> Option<(Form, &str)> {
    let form = match message.role {
        Role::User => Form::User,
        Role::Assistant => Form::Assistant,
        Role::System | Role::Developer | Role::Tool => return None,
    };
    let Content::Text(text) = &message.content else { return None };
    let bare = message.name.is_none()
        && message.tool_calls.is_empty()
        && message.tool_call_id.is_none()
        && message.extra.is_empty();
    bare.then_some((form, text))
}

fn entry((id, created_at, form, text): Line) -> Option<Entry> {
    let message = match form {
        Form::User => Message::text(Role::User, text),
        Form::Assistant => Message::text(Role::Assistant, text),
        Form::Json => serde_json::from_str(&text).ok()?,
    };
    Some(Entry { id, created_at, message })
}
