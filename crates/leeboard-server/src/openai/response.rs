//! Chat replies: what the assistant's message means for its turn.
//!
//! Passes nothing on; `stream` and `chat` do. How replies are read is `leeboard_io`'s.

use leeboard_core::message::Message;

pub(crate) use leeboard_io::model::openai::{
    Assembly, message_of_reply as message_of, usage_of_reply as usage_of,
};

/// Whether a message only calls tools, so that its turn goes on.
pub(crate) fn only_calls(message: &Message) -> bool {
    !message.is_reply() && !message.tool_calls.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_with_text_is_a_reply_whatever_it_calls() {
        let message = |body: &str| message_of(body.as_bytes()).unwrap();
        let calls = r#"{"choices":[{"message":{"content":null,"tool_calls":[{"id":"c1"}]}}]}"#;
        assert!(only_calls(&message(calls)));
        assert!(!only_calls(&message(&calls.replace("null", "\"On it.\""))));
        assert!(!only_calls(&message(r#"{"choices":[{"message":{"content":""}}]}"#)));
    }
}
