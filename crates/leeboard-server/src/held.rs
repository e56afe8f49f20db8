//! A reply that is not a stream, held back until it is judged.
//!
//! Owns which replies can be held back, the second question to the upstream, and what is delivered
//! of several answers. The decisions are the core's, the exchange is `leeboard_io::candidates`.

use std::time::{Duration, Instant};

use axum::http::request::Parts;
use bytes::Bytes;
use leeboard_core::message::{Content, Entry, Message};
use leeboard_core::record::Outcome;
use leeboard_core::turn::Reply;
use leeboard_core::{Mode, Session};
use leeboard_io::candidates::{Source, Wish};
use leeboard_io::engine::EngineError;
use serde_json::{Map, Value};
use thiserror::Error;

use crate::openai::request::ChatRequest;
use crate::openai::response;
use crate::splice;
use crate::state::AppState;
use crate::upstream::UpstreamError;

/// An answer of the upstream with the message in it.
pub(crate) struct Held {
    pub(crate) body: Bytes,
    pub(crate) message: Message,
    /// What it has cost, if the upstream says so.
    usage: Option<Value>,
}

/// What a request was, to be asked again.
#[derive(Clone, Copy)]
pub(crate) struct Question<'a> {
    pub(crate) head: &'a Parts,
    pub(crate) request: &'a ChatRequest,
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
    /// The answer, if it can be held back: one choice that calls no tools and has no
    /// probabilities of tokens, which would not fit other words.
    pub(crate) fn of(body: &Bytes, message: Option<&Message>) -> Option<Self> {
        let message = message.filter(|it| it.is_reply() && it.tool_calls.is_empty())?;
        if !matches!(message.content, Content::Text(_)) {
            return None;
        }
        let mut read: Value = serde_json::from_slice(body).ok()?;
        let [choice] = read.get("choices")?.as_array()?.as_slice() else { return None };
        let plain = choice.get("logprobs").is_none_or(Value::is_null);
        plain.then(|| Self { body: body.clone(), message: message.clone(), usage: usage_in(&mut read) })
    }
}

/// The upstream as the source of a turn's replies.
pub(crate) struct Asking<'a> {
    state: &'a AppState,
    question: Question<'a>,
    mode: Mode,
    steps: Vec<Entry>,
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
        let usage = first.usage.iter().cloned().collect();
        Self { state, question, mode, steps, usage, waited: Duration::ZERO }
    }

    /// The body to deliver: its own words, or those that are left of them, and the tokens of all
    /// answers if there were several.
    pub(crate) fn delivered(&self, held: Held, left: Option<&str>) -> Bytes {
        let body = left.map_or_else(|| held.body.clone(), |left| splice::with_reply(&held.body, left));
        match self.usage.as_slice() {
            [] | [_] => body,
            several => splice::with_usage(&body, &sum(several)),
        }
    }

    async fn ask(&mut self, wish: &Wish) -> Result<Held, HeldError> {
        let Question { head, request } = self.question;
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
        let body = upstream.whole(&mut answer).await?;
        self.usage.extend(usage_of(&body));
        let message = response::message_of(&body);
        Held::of(&body, message.as_ref()).ok_or_else(|| HeldError::NoReply("no plain text".to_owned()))
    }
}

impl Source for Asking<'_> {
    type Answer = Held;

    fn reply(&mut self, session: &Session, held: &Held) -> Result<Reply, EngineError> {
        let stamp = self.state.engine().stamp()?;
        let id = format!("a{}", session.sequence());
        let entry = Entry { created_at: Some(stamp.time), ..Entry::new(id, held.message.clone()) };
        let (steps, entry, outcome) = (self.steps.clone(), Some(entry), Outcome::Replied);
        Ok(Reply { steps, entry, outcome, rejected: Vec::new(), buffered: true, stamp })
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

fn usage_of(body: &Bytes) -> Option<Value> {
    usage_in(&mut serde_json::from_slice(body).ok()?)
}

fn usage_in(read: &mut Value) -> Option<Value> {
    read.get_mut("usage").map(Value::take).filter(Value::is_object)
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
            Held::of(&body, response::message_of(&body).as_ref()).is_some()
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
