//! A reply that is held back until it is judged.
//!
//! Owns which replies can be held back, the second question to the upstream, and what is delivered
//! of several answers. The decisions are the core's, the exchange is `leeboard_io::candidates`.

use std::time::{Duration, Instant};

use axum::http::request::Parts;
use bytes::Bytes;
use leeboard_core::message::{Content, Entry, Message};
use leeboard_core::record::Outcome;
use leeboard_core::turn::{Delivery, Reply};
use leeboard_core::{Mode, Session};
use leeboard_io::candidates::{Source, Wish};
use leeboard_io::engine::EngineError;
use leeboard_io::model::Usage;
use serde_json::{Map, Value};
use thiserror::Error;

use crate::openai::request::ChatRequest;
use crate::openai::response::{Assembly, WholeReply};
use crate::state::AppState;
use crate::stream::{self, events};
use crate::upstream::UpstreamError;
use crate::{headers, splice};

/// An answer of the upstream with the message in it.
pub(crate) struct Held {
    /// A whole reply, or a stream up to its `[DONE]`.
    pub(crate) body: Bytes,
    /// The end of a stream; `None` if it is none.
    end: Option<Bytes>,
    message: Message,
    /// What it has cost, if the upstream says so.
    usage: Option<Value>,
}

/// What the client gets.
pub(crate) struct Delivered {
    /// A whole reply, or a stream up to its `[DONE]`.
    pub(crate) body: Bytes,
    /// The end of a stream.
    pub(crate) end: Bytes,
    /// The tokens of all answers.
    pub(crate) usage: Option<Usage>,
    /// Whether there was but one answer.
    pub(crate) is_first: bool,
}

/// What a request was, to be asked again.
#[derive(Clone, Copy)]
pub(crate) struct Question<'a> {
    pub(crate) head: &'a Parts,
    pub(crate) request: &'a ChatRequest,
    /// Whether a stream that answers it is held back too.
    pub(crate) buffer: bool,
}

impl Question<'_> {
    /// Whether leeboard may have a say in how the reply is made: it is no stream on its way out.
    pub(crate) fn waits(&self) -> bool {
        self.buffer || !self.request.fields.stream
    }
}

/// Why there is no other answer.
#[derive(Debug, Error)]
pub(crate) enum HeldError {
    /// The upstream did not answer.
    #[error(transparent)]
    Upstream(#[from] UpstreamError),
    /// It answered with something else than a reply.
    #[error("get another reply of the upstream: it answered with {0}")]
    NoReply(String),
}

impl Held {
    /// A whole reply, if it can be held back.
    pub(crate) fn whole(body: &Bytes, read: WholeReply) -> Option<Self> {
        let WholeReply { message, usage, plain, .. } = read;
        plain.then(|| Self::of(body.clone(), None, message?, usage)).flatten()
    }

    /// A stream that has ended well, in two parts, if it can be held back.
    pub(crate) fn stream(body: &Bytes, end: &Bytes, reply: Assembly) -> Option<Self> {
        let (plain, usage) = (reply.is_plain(), reply.usage().cloned());
        plain.then(|| Self::of(body.clone(), Some(end.clone()), reply.into_message()?, usage)).flatten()
    }

    /// One choice that calls no tools and has no probabilities of tokens, which would not fit other
    /// words.
    fn of(body: Bytes, end: Option<Bytes>, message: Message, usage: Option<Value>) -> Option<Self> {
        let is_text = matches!(message.content, Content::Text(_));
        let can = message.is_reply() && message.tool_calls.is_empty() && is_text;
        can.then_some(Self { body, end, message, usage })
    }
}

/// The upstream as the source of a turn's replies.
pub(crate) struct Asking<'a> {
    state: &'a AppState,
    question: Question<'a>,
    mode: Mode,
    steps: Vec<Entry>,
    /// Whether the answers are streams.
    streams: bool,
    /// How many there are.
    answers: usize,
    /// What the answers so far have cost.
    usage: Vec<Value>,
    /// How long further answers took.
    pub(crate) waited: Duration,
}

impl<'a> Asking<'a> {
    pub(crate) fn new(
        state: &'a AppState,
        question: Question<'a>,
        mode: Mode,
        steps: Vec<Entry>,
        first: &Held,
    ) -> Self {
        let (streams, usage) = (first.end.is_some(), first.usage.iter().cloned().collect());
        Self { state, question, mode, steps, streams, answers: 1, usage, waited: Duration::ZERO }
    }

    /// What to deliver: its own words, or those that are left of them, and the tokens of all answers
    /// if there were several.
    pub(crate) fn delivered(&self, held: Held, left: Option<&str>) -> Delivered {
        let Held { mut body, end, .. } = held;
        if let Some(left) = left {
            body =
                if self.streams { events::with_text(&body, left) } else { splice::with_reply(&body, left) };
        }
        let usage = match self.usage.as_slice() {
            [] => None,
            [one] => Some(one.clone()),
            several => {
                let all = sum(several);
                let with = if self.streams { events::with_usage } else { splice::with_usage };
                body = with(&body, &all);
                Some(all)
            }
        };
        let (usage, is_first) = (usage.as_ref().map(Usage::of), self.answers == 1);
        Delivered { body, end: end.unwrap_or_default(), usage, is_first }
    }

    async fn ask(&mut self, wish: &Wish) -> Result<Held, HeldError> {
        let Question { head, request, .. } = self.question;
        let body = match (self.mode, &wish.note) {
            (Mode::Manage, _) => splice::with_messages(&request.body, &wish.prompt.messages),
            (Mode::Augment, Some(note)) => splice::with_note(&request.body, note),
            _ => splice::without_ours(&request.body),
        };
        let upstream = self.state.upstream();
        let mut answer = upstream.chat(head, body).await?;
        if !answer.status().is_success() {
            return Err(HeldError::NoReply(format!("status {}", answer.status().as_u16())));
        }
        if headers::is_event_stream(answer.headers()) != self.streams {
            return Err(HeldError::NoReply("another kind of reply".to_owned()));
        }
        let held = if self.streams {
            let (body, end, reply) =
                stream::whole(self.state, &mut answer).await.map_err(HeldError::NoReply)?;
            self.usage.extend(reply.usage().cloned());
            Held::stream(&body, &end, reply)
        } else {
            let body = upstream.whole(&mut answer).await?;
            let read = WholeReply::read(&body);
            self.usage.extend(read.usage.clone());
            Held::whole(&body, read)
        };
        self.answers += 1;
        held.ok_or_else(|| HeldError::NoReply("no plain text".to_owned()))
    }
}

impl Source for Asking<'_> {
    type Answer = Held;

    fn reply(&mut self, session: &Session, held: &Held) -> Result<Reply, EngineError> {
        let stamp = self.state.engine().stamp()?;
        let id = format!("a{}", session.sequence());
        let entry = Entry { created_at: Some(stamp.time), ..Entry::new(id, held.message.clone()) };
        let (steps, entry, outcome) = (self.steps.clone(), Some(entry), Outcome::Replied);
        Ok(Reply { steps, entry, outcome, rejected: Vec::new(), delivery: Delivery::Held, stamp })
    }

    async fn again(&mut self, wish: Wish) -> Option<Held> {
        let started = Instant::now();
        let state = self.state;
        let asked = tokio::select! {
            asked = self.ask(&wish) => asked,
            () = state.tasks().stopping() => Err(HeldError::NoReply("nothing: the gateway stops".to_owned())),
        };
        self.waited += started.elapsed();
        asked.inspect_err(|error| tracing::warn!(%error, "there is no other reply")).ok()
    }
}

/// The sum of all whole numbers, name by name.
fn sum(counts: &[Value]) -> Value {
    let mut total = Map::new();
    for count in counts.iter().filter_map(Value::as_object) {
        for (name, value) in count {
            let before = total.remove(name);
            let added = match (&before, value) {
                (Some(Value::Number(a)), Value::Number(b)) => match (a.as_u64(), b.as_u64()) {
                    (Some(a), Some(b)) => a.saturating_add(b).into(),
                    _ => (a.as_f64().unwrap_or(0.0) + b.as_f64().unwrap_or(0.0)).into(),
                },
                (Some(inner @ Value::Object(_)), Value::Object(_)) => sum(&[inner.clone(), value.clone()]),
                (_, value) => value.clone(),
            };
            total.insert(name.clone(), added);
        }
    }
    Value::Object(total)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn tokens_are_added_name_by_name() {
        let one = json!({"prompt_tokens": 10, "details": {"cached": 4}, "cost": 0.5, "kind": "x"});
        let two =
            json!({"prompt_tokens": 3, "details": {"cached": 1, "audio": 2}, "cost": 0.25, "kind": "x"});
        let wanted =
            json!({"prompt_tokens": 13, "details": {"cached": 5, "audio": 2}, "cost": 0.75, "kind": "x"});
        assert_eq!(sum(&[one, two]), wanted);
    }

    #[test]
    fn only_one_plain_choice_is_held_back() {
        let held = |body: &str| {
            let body = Bytes::from(body.to_owned());
            Held::whole(&body, WholeReply::read(&body)).is_some()
        };
        assert!(held(r#"{"choices":[{"message":{"content":"x"},"logprobs":null}]}"#));
        for body in [
            r#"{"choices":[{"message":{"content":"x"}},{"index":1,"message":{"content":"y"}}]}"#,
            r#"{"choices":[{"message":{"content":"x"},"logprobs":{"content":[]}}]}"#,
            r#"{"choices":[{"message":{"content":"x","tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}]}}]}"#,
            r#"{"choices":[{"message":{"content":null}}]}"#,
            r#"{"error":"x"}"#,
        ] {
            assert!(!held(body), "{body}");
        }
    }
}
