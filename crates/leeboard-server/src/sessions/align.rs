//! Compares what a client sends again with what a session holds.
//!
//! Owns the comparison and the names of branches. Pure: loads, locks and opens nothing. Only
//! what was said counts, white space trimmed and reasoning dropped; tool traffic does not, since
//! clients shorten and drop it.

use leeboard_core::Session;
use leeboard_core::message::{Content, Entry, Message, Role};
use leeboard_core::record::Digest;
use leeboard_io::conversation::Exchange;
use serde_json::{Value, json};

/// A message as it is compared.
type Key = Digest;

/// One exchange as it is compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Said {
    asked: Vec<Key>,
    reply: Option<Key>,
}

/// Where a request goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Alignment {
    /// At the end of the session.
    Append,
    /// There too, but the exchanges from this one on are unknown and come first.
    Extend(usize),
    /// Elsewhere: this exchange is not the one that the session holds at its place.
    Differs(usize),
}

impl Said {
    /// What was said in a finished exchange of a client.
    pub(crate) fn of(exchange: &Exchange) -> Self {
        Self {
            asked: asked(&exchange.input),
            reply: exchange.reply.as_ref().map(|entry| key(&entry.message)),
        }
    }

    /// What was said in the finished turns of a session.
    pub(crate) fn of_session(session: &Session) -> Vec<Self> {
        let turns = session.turns().iter();
        turns.map(|turn| Self { asked: asked(&turn.input), reply: Some(key(&turn.reply.message)) }).collect()
    }

    /// The same exchange. A client may have dropped questions that never got a reply.
    fn is(&self, sent: &Self) -> bool {
        self.reply == sent.reply && self.asked.ends_with(&sent.asked)
    }
}

/// Where a request with this history goes on in a session that holds that one.
///
/// The history may be all that the session holds, its last part, or all of it and more.
pub(crate) fn align(held: &[Said], sent: &[Said]) -> Alignment {
    let same = |held: &[Said], sent: &[Said]| held.iter().zip(sent).all(|(held, sent)| held.is(sent));
    let last = held.len().checked_sub(sent.len()).and_then(|skipped| held.get(skipped..));
    if last.is_some_and(|last| same(last, sent)) {
        return Alignment::Append;
    }
    let common = held.iter().zip(sent).take_while(|(held, sent)| held.is(sent)).count();
    if common == held.len() { Alignment::Extend(common) } else { Alignment::Differs(common) }
}

/// The name of the branch that leaves a session at an exchange, where the client has asked
/// `asked` instead or has got another reply. The same however far the branch has grown since.
pub(crate) fn branch(root: &str, left: &str, at: usize, sent: &[Said], asked: &[Key]) -> String {
    let common: Vec<_> = sent.iter().take(at).map(|said| json!([said.asked, said.reply])).collect();
    let asked = sent.get(at).map_or(asked, |said| &said.asked);
    let digest = Digest::of_json(&json!([left, common, asked])).to_string();
    // 48 bits: far more than one conversation has branches.
    format!("{root}.{}", digest.get(..12).unwrap_or_default())
}

/// What the user asks in some messages.
pub(crate) fn asked(entries: &[Entry]) -> Vec<Key> {
    entries.iter().filter(|entry| entry.message.role == Role::User).map(|entry| key(&entry.message)).collect()
}

/// How many messages at the start of `entries` are those of `known`: all of them or none.
pub(crate) fn known_first<'a>(
    known: impl IntoIterator<Item = &'a Entry>,
    entries: &[Entry],
) -> Option<usize> {
    let known: Vec<Key> = known.into_iter().map(|entry| key(&entry.message)).collect();
    let first = entries.get(..known.len())?;
    first.iter().map(|entry| key(&entry.message)).eq(known.iter().copied()).then_some(known.len())
}

fn key(message: &Message) -> Key {
    let calls: Vec<&Value> = message.tool_calls.iter().filter_map(|call| call.get("id")).collect();
    let is_text = |part: &&Value| part.get("text").is_some_and(Value::is_string);
    let pictures: Vec<&Value> = match &message.content {
        Content::Parts(parts) => parts.iter().filter(|part| !is_text(part)).collect(),
        _ => Vec::new(),
    };
    Digest::of_json(&json!([message.role, message.spoken().trim(), pictures, calls, message.tool_call_id]))
}

#[cfg(test)]
mod tests {
    use leeboard_io::conversation::Conversation;

    use super::*;

    /// Exchanges written as question and reply: "a1 b2" asks a and b, with replies 1 and 2.
    fn said(text: &str) -> Vec<Said> {
        let exchange = |word: &str| {
            let (asked, reply) = word.split_at(word.len() - 1);
            let entry = |role, text: &str| Entry::new("x", Message::text(role, text));
            Said {
                asked: super::asked(
                    &asked.chars().map(|c| entry(Role::User, &c.to_string())).collect::<Vec<_>>(),
                ),
                reply: Some(key(&entry(Role::Assistant, reply).message)),
            }
        };
        text.split_whitespace().map(exchange).collect()
    }

    #[test]
    fn history_is_the_whole_a_part_or_more() {
        for (held, sent, wanted) in [
            ("", "", Alignment::Append),
            ("a1 b2", "", Alignment::Append),
            ("a1 b2", "a1 b2", Alignment::Append),
            ("a1 b2 c3", "b2 c3", Alignment::Append),
            ("xa1 b2", "a1 b2", Alignment::Append),
            ("", "a1", Alignment::Extend(0)),
            ("a1", "a1 b2 c3", Alignment::Extend(1)),
            ("a1 b2", "a1", Alignment::Differs(1)),
            ("a1 b2", "a1 b3", Alignment::Differs(1)),
            ("a1 b2", "a1 c2", Alignment::Differs(1)),
            ("a1", "b1", Alignment::Differs(0)),
            ("a1 b2 c3", "b2 x9", Alignment::Differs(0)),
        ] {
            assert_eq!(align(&said(held), &said(sent)), wanted, "{held} against {sent}");
        }
    }

    #[test]
    fn a_branch_keeps_its_name_while_it_grows() {
        let asked = |text: &str| said(&format!("{text}0")).remove(0).asked;
        // The reply to b is generated again, then the conversation goes on with c.
        let first = branch("s", "s", 1, &said("a1"), &asked("b"));
        assert_eq!(first, branch("s", "s", 1, &said("a1 b3"), &asked("c")));
        assert_eq!(first, branch("s", "s", 1, &said("a1 b3 c4"), &asked("d")));
        // Another question, or leaving another branch, is another one.
        assert_ne!(first, branch("s", "s", 1, &said("a1"), &asked("x")));
        assert_ne!(first, branch("s", &first, 1, &said("a1"), &asked("b")));
        assert_eq!(first.len(), "s.".len() + 12);
    }

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
    fn tool_traffic_does_not_count() {
        let text = r#"[{"role":"user","content":"a"},
            {"role":"assistant","tool_calls":[{"id":"1"}]},{"role":"tool","content":"t","tool_call_id":"1"},
            {"role":"assistant","content":"1"}]"#;
        let entries: Vec<Message> = serde_json::from_str(text).unwrap();
        let entries = entries.into_iter().map(|message| Entry::new("x", message)).collect();
        let conversation = Conversation { entries, ..Conversation::default() };
        let sent: Vec<Said> = conversation.exchanges().iter().map(Said::of).collect();
        assert_eq!(sent, said("a1"));
    }

    #[test]
    fn known_messages_are_all_there_or_not_known() {
        let entries = |text: &str| -> Vec<Entry> {
            text.chars().map(|c| Entry::new("x", Message::text(Role::User, c))).collect()
        };
        assert_eq!(known_first(&entries(""), &entries("ab")), Some(0));
        assert_eq!(known_first(&entries("a"), &entries("ab")), Some(1));
        assert_eq!(known_first(&entries("ab"), &entries("a")), None);
        assert_eq!(known_first(&entries("b"), &entries("ab")), None);
    }
}
