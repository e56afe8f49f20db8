//! What was said in a turn, in the form in which conversations are compared.
//!
//! Owns the canonical hash of a message and what counts in it: the speaker, the text with white
//! space trimmed and reasoning dropped, pictures, and tool calls by id. Tool traffic between a
//! question and its reply does not count, since clients shorten and drop it. Finds nothing; the
//! stores and the gateway do.

use leeboard_core::Session;
use leeboard_core::message::{Content, Entry, Message, Role};
use leeboard_core::record::{Digest, Payload, Record};
use serde_json::Value;

use crate::conversation::Exchange;

/// One turn as it is compared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Said {
    /// The user's messages.
    pub asked: Vec<Digest>,
    /// The reply; `None` while it is awaited.
    pub reply: Option<Digest>,
}

impl Said {
    /// A turn of these messages.
    #[must_use]
    pub fn new(asked: Vec<Digest>, reply: Option<Digest>) -> Self {
        Self { asked, reply }
    }

    /// An exchange of a conversation that a client sends.
    #[must_use]
    pub fn of(exchange: &Exchange) -> Self {
        Self::new(asked(&exchange.input), exchange.reply.as_ref().map(|entry| key(&entry.message)))
    }

    /// The digest of a path that ends with this turn, given that of the path before it.
    #[must_use]
    pub fn path(&self, before: Option<Digest>) -> Digest {
        let count = u64::try_from(self.asked.len()).unwrap_or(u64::MAX).to_be_bytes();
        let digests = before.iter().chain(&self.asked).chain(&self.reply);
        let bytes = count.into_iter().chain(digests.flat_map(|digest| digest.0));
        Digest::of(&bytes.collect::<Vec<u8>>())
    }
}

/// What the user asks in some messages.
#[must_use]
pub fn asked(entries: &[Entry]) -> Vec<Digest> {
    entries.iter().filter(|entry| entry.message.role == Role::User).map(|entry| key(&entry.message)).collect()
}

/// The canonical hash of a message.
#[must_use]
pub fn key(message: &Message) -> Digest {
    let calls: Vec<&Value> = message.tool_calls.iter().filter_map(|call| call.get("id")).collect();
    let is_text = |part: &&Value| part.get("text").is_some_and(Value::is_string);
    let pictures: Vec<&Value> = match &message.content {
        Content::Parts(parts) => parts.iter().filter(|part| !is_text(part)).collect(),
        _ => Vec::new(),
    };
    // In a group two people may say the same. A reply gets its name from the client, not from the
    // model, so it does not count there.
    let name = message.name.as_ref().filter(|_| message.role == Role::User);
    let said = message.spoken();
    Digest::of_json(&(message.role, said.trim(), pictures, calls, &message.tool_call_id, name))
}

/// Follows a log and tells what its turns say.
#[derive(Clone, Debug, Default)]
pub struct Follower {
    carried: Vec<Digest>,
    open: Option<Vec<Digest>>,
}

impl Follower {
    /// From where a session stands.
    #[must_use]
    pub fn after(session: &Session) -> Self {
        let open = session.pending().map(|opened| asked(&opened.input));
        Self { carried: asked(session.carried()), open }
    }

    /// What is said with the next record: a question that waits for its reply, or a turn.
    pub fn next(&mut self, record: &Record) -> Option<Said> {
        match record.payload()? {
            Payload::Opened(opened) => {
                let input = asked(&opened.input);
                let all = self.carried.iter().chain(&input).copied().collect();
                self.open = Some(input);
                Some(Said::new(all, None))
            }
            Payload::Closed(closed) => {
                self.carried.append(&mut self.open.take().unwrap_or_default());
                self.carried.append(&mut asked(&closed.steps));
                let reply = key(&closed.reply.as_ref()?.message);
                Some(Said::new(std::mem::take(&mut self.carried), Some(reply)))
            }
            Payload::Imported(imported) => {
                Some(Said::new(asked(&imported.input), Some(key(&imported.reply.message))))
            }
            _ => None,
        }
    }

    /// What is said with each of these records.
    pub fn all(&mut self, records: &[Record]) -> Vec<Option<Said>> {
        records.iter().map(|record| self.next(record)).collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::conversation::Conversation;

    #[test]
    fn white_space_reasoning_and_the_shape_of_text_do_not_count() {
        let one = Message::text(Role::Assistant, "<think>hm</think>\n Hello ");
        assert_eq!(key(&one), key(&Message::text(Role::Assistant, "Hello")));
        assert_ne!(key(&one), key(&Message::text(Role::User, "Hello")));
        let mut parts = Message::text(Role::User, "");
        parts.content = Content::Parts(vec![json!({"type": "text", "text": "Hello"})]);
        assert_eq!(key(&parts), key(&Message::text(Role::User, "Hello")));
        parts.content = Content::Parts(vec![json!({"type": "image_url", "image_url": {"url": "data:"}})]);
        assert_ne!(key(&parts), key(&Message::text(Role::User, "")));
    }

    #[test]
    fn the_speaker_counts_in_a_group_but_not_the_name_of_a_reply() {
        let named = |role, name: &str| Message { name: Some(name.to_owned()), ..Message::text(role, "Hi") };
        assert_ne!(key(&named(Role::User, "Ann")), key(&named(Role::User, "Bo")));
        assert_eq!(key(&named(Role::Assistant, "Ann")), key(&Message::text(Role::Assistant, "Hi")));
    }

    #[test]
    fn tool_traffic_does_not_count() {
        let said = |text: &str| -> Vec<Said> {
            let messages: Vec<Message> = serde_json::from_str(text).unwrap();
            let entries = messages.into_iter().map(|message| Entry::new("x", message)).collect();
            Conversation { entries, ..Conversation::default() }.exchanges().iter().map(Said::of).collect()
        };
        let with_tools = r#"[{"role":"user","content":"a"},
            {"role":"assistant","tool_calls":[{"id":"1"}]},{"role":"tool","content":"t","tool_call_id":"1"},
            {"role":"assistant","content":"1"}]"#;
        let without = r#"[{"role":"user","content":"a"},{"role":"assistant","content":"1"}]"#;
        assert_eq!(said(with_tools), said(without));
    }

    #[test]
    fn paths_differ_by_every_message_and_its_place() {
        let [a, b] = ["a", "b"].map(|text| Digest::of(text.as_bytes()));
        let said = |asked: &[Digest], reply| Said::new(asked.to_vec(), reply);
        let paths = [
            said(&[a], Some(b)).path(None),
            said(&[b], Some(a)).path(None),
            said(&[a, b], None).path(None),
            said(&[a], Some(b)).path(Some(a)),
            said(&[a, a], Some(b)).path(None),
            said(&[], Some(b)).path(Some(a)),
        ];
        let mut distinct = paths.to_vec();
        distinct.sort();
        distinct.dedup();
        assert_eq!(distinct.len(), paths.len());
    }
}
