//! A model that repeats recorded replies in their order.
//!
//! Owns the recording and the place in it; never looks at the prompt. For tests, and to run a
//! recorded conversation again under other settings.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use futures_util::FutureExt;
use futures_util::future::{self, BoxFuture};
use leeboard_core::message::Message;

use super::{Model, ModelError, ModelReply, ModelRequest, Pieces, in_pieces};

/// Recorded replies, handed out one a call whichever way it is called.
#[derive(Debug)]
pub struct Replay {
    recorded: usize,
    rest: Mutex<VecDeque<ModelReply>>,
}

impl Replay {
    /// A recording.
    #[must_use]
    pub fn new(replies: impl IntoIterator<Item = ModelReply>) -> Self {
        let rest: VecDeque<_> = replies.into_iter().collect();
        Self { recorded: rest.len(), rest: Mutex::new(rest) }
    }

    /// A recording of plain texts.
    #[must_use]
    pub fn of_texts<T: Into<String>>(texts: impl IntoIterator<Item = T>) -> Self {
        Self::new(texts.into_iter().map(ModelReply::text))
    }

    /// The replies of a recorded conversation: its assistant messages that say something.
    #[must_use]
    pub fn of_messages(messages: impl IntoIterator<Item = Message>) -> Self {
        Self::new(
            messages
                .into_iter()
                .filter(Message::is_reply)
                .map(|message| ModelReply::new(message, Some("stop".to_owned()), None)),
        )
    }

    /// How many replies are left.
    #[must_use]
    pub fn left(&self) -> usize {
        self.rest.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    fn next(&self) -> Result<ModelReply, ModelError> {
        let mut rest = self.rest.lock().unwrap_or_else(PoisonError::into_inner);
        rest.pop_front().ok_or(ModelError::Exhausted { recorded: self.recorded })
    }
}

impl Model for Replay {
    fn name(&self) -> &str {
        "replay"
    }

    fn complete<'a>(&'a self, _request: &'a ModelRequest) -> BoxFuture<'a, Result<ModelReply, ModelError>> {
        future::ready(self.next()).boxed()
    }

    fn stream<'a>(&'a self, _request: &'a ModelRequest) -> BoxFuture<'a, Result<Pieces, ModelError>> {
        future::ready(self.next().map(in_pieces)).boxed()
    }
}

#[cfg(test)]
mod tests {
    use leeboard_core::message::Role;

    use super::super::collect;
    use super::*;

    #[tokio::test]
    async fn replies_come_in_order_and_then_run_out() {
        let model = Replay::of_texts(["one", "two words"]);
        let request = ModelRequest::default();
        assert_eq!(model.complete(&request).await.unwrap().message.full_text(), "one");
        let streamed = collect(model.stream(&request).await.unwrap()).await.unwrap();
        assert_eq!(streamed.message.full_text(), "two words");
        assert_eq!(model.complete(&request).await, Err(ModelError::Exhausted { recorded: 2 }));
        assert!(matches!(model.stream(&request).await, Err(ModelError::Exhausted { .. })));
    }

    #[test]
    fn only_spoken_replies_are_taken_from_a_conversation() {
        let mut call = Message::text(Role::Assistant, "");
        call.tool_calls.push(serde_json::Value::Null);
        let model = Replay::of_messages([
            Message::text(Role::User, "hi"),
            call,
            Message::text(Role::Assistant, "hello"),
        ]);
        assert_eq!(model.left(), 1);
    }
}
