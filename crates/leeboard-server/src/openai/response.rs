//! Chat replies: what the assistant's message means for its turn.
//!
//! Passes nothing on; `stream` and `chat` do. How replies are read is `leeboard_io`'s.

use leeboard_core::message::Message;

pub(crate) use leeboard_io::model::openai::{Assembly, WholeReply};

/// Whether a message only calls tools, so that its turn goes on.
pub(crate) fn only_calls(message: &Message) -> bool {
    !message.is_reply() && !message.tool_calls.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_with_text_is_a_reply_whatever_it_calls() {
        let message = |body: &str| WholeReply::read(body.as_bytes()).message.unwrap();
        let calls = r#"{"choices":[{"message":{"content":null,"tool_calls":[{"id":"c1"}]}}]}"#;
        assert!(only_calls(&message(calls)));
        assert!(!only_calls(&message(&calls.replace("null", "\"On it.\""))));
        assert!(!only_calls(&message(r#"{"choices":[{"message":{"content":""}}]}"#)));
    }
}
