//! Cuts a conversation into exchanges: what was said, and the reply to it.
//!
//! Owns where a turn ends. Reads nothing and scores nothing.

use leeboard_core::{Entry, Role};

/// One exchange: what was said before a reply, and the reply.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Exchange {
    /// The 0-based message index of the last user message of the input; none if the input has
    /// no user message, as when the assistant begins or goes on.
    pub at: Option<usize>,
    /// The messages that lead to the reply: of the user and of tools, and calls of tools.
    pub input: Vec<Entry>,
    /// The assistant's text; none for an input at the end that has no reply yet.
    pub reply: Option<Entry>,
    /// The 0-based message index of the reply.
    pub reply_index: Option<usize>,
}

/// Only the last exchange can lack a reply, so the turn of an exchange is its 1-based position.
pub(super) fn exchanges(entries: &[Entry]) -> Vec<Exchange> {
    let mut closed = Vec::new();
    let mut open = Exchange::default();
    let spoken = entries.iter().enumerate().filter(|(_, entry)| !entry.message.role.instructs());
    for (index, entry) in spoken {
        if entry.message.is_reply() {
            let input = std::mem::take(&mut open);
            closed.push(Exchange { reply: Some(entry.clone()), reply_index: Some(index), ..input });
        } else {
            if entry.message.role == Role::User {
                open.at = Some(index);
            }
            open.input.push(entry.clone());
        }
    }
    if !open.input.is_empty() {
        closed.push(open);
    }
    closed
}

#[cfg(test)]
mod tests {
    use leeboard_core::{Content, Message};
    use serde_json::json;

    use super::*;

    /// `s`, `u`, `t` and `a` are messages of a role, `c` is a bare tool call.
    fn conversation(plan: &str) -> Vec<Entry> {
        plan.chars().enumerate().map(|(index, kind)| Entry::new(index.to_string(), message(kind))).collect()
    }

    fn message(kind: char) -> Message {
        let role = match kind {
            's' => Role::System,
            'd' => Role::Developer,
            'u' => Role::User,
            't' => Role::Tool,
            _ => Role::Assistant,
        };
        let mut message = Message::text(role, "text");
        if kind == 'c' {
            message.content = Content::Absent;
            message.tool_calls.push(json!({"id": "1"}));
        }
        message
    }

    /// Each exchange as "at|input ids|reply index".
    fn cut(plan: &str) -> Vec<String> {
        let number = |index: Option<usize>| index.map_or_else(|| "-".to_owned(), |index| index.to_string());
        exchanges(&conversation(plan))
            .iter()
            .map(|exchange| {
                let ids: Vec<_> = exchange.input.iter().map(|entry| entry.id.as_str()).collect();
                assert_eq!(exchange.reply.is_some(), exchange.reply_index.is_some());
                format!("{}|{}|{}", number(exchange.at), ids.join(","), number(exchange.reply_index))
            })
            .collect()
    }

    #[test]
    fn a_reply_closes_an_exchange() {
        assert_eq!(cut("suaua"), ["1|1|2", "3|3|4"]);
        assert_eq!(cut("uua"), ["1|0,1|2"]);
        assert_eq!(cut("usuda"), ["2|0,2|4"]);
    }

    #[test]
    fn tool_calls_belong_to_the_input() {
        assert_eq!(cut("ucta"), ["0|0,1,2|3"]);
        assert_eq!(cut("uacta"), ["0|0|1", "-|2,3|4"]);
    }

    #[test]
    fn the_assistant_may_begin_and_go_on() {
        assert_eq!(cut("saua"), ["-||1", "2|2|3"]);
        assert_eq!(cut("uaa"), ["0|0|1", "-||2"]);
    }

    #[test]
    fn an_unanswered_input_comes_last() {
        assert_eq!(cut("uau"), ["0|0|1", "2|2|-"]);
        assert_eq!(cut("uc"), ["0|0,1|-"]);
        assert!(cut("s").is_empty());
        assert!(cut("").is_empty());
    }
}
