//! An open turn: what goes to the model, and how the reply closes it.
//!
//! Owns its state of the session until it is closed; other turns of the session may be open
//! beside it. Neither finds sessions nor talks to anybody: `sessions` and `chat` do.

use std::time::{Duration, Instant};

use axum::http::{HeaderMap, HeaderValue};
use bytes::Bytes;
use leeboard_core::control::Correction;
use leeboard_core::message::{Entry, Message};
use leeboard_core::record::{Outcome, Payload, Record};
use leeboard_core::safety::Attempt;
use leeboard_core::turn::{Closing, Delivery, Opening, Reply};
use leeboard_core::{Mode, Session, prompt};
use leeboard_io::candidates;
use leeboard_io::engine::{Engine, EngineError};
use leeboard_io::store::tenant;
use serde_json::{Value, json};

use super::flight::Flight;
use super::late;
use super::place::Place;
use super::snapshots;
use crate::events::Kind;
use crate::held::{Asking, Delivered, Held, Question};
use crate::metrics::Phase;
use crate::openai::response;
use crate::state::AppState;
use crate::{headers, splice};

/// A turn between its two halves.
pub(crate) struct OpenTurn {
    state: AppState,
    engine: Engine,
    session: Session,
    _flight: Flight,
    mode: Mode,
    number: u32,
    note: Option<String>,
    prompt: Option<Vec<Message>>,
    action: &'static str,
    steps: Vec<Entry>,
    erasures: u64,
    from: u64,
    spent: Duration,
    /// Whether the turn is stored.
    kept: bool,
}

/// What is known of a turn once its reply is in.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Summary {
    /// The drift index; `None` if there was no reply to judge.
    pub(crate) drift: Option<f64>,
    /// The correction that was in the prompt.
    pub(crate) action: &'static str,
    /// Milliseconds that both halves took.
    pub(crate) overhead_ms: f64,
}

impl OpenTurn {
    /// A turn that was just opened.
    pub(super) fn new(
        state: &AppState,
        place: Place,
        mode: Mode,
        opening: Opening,
        started: Instant,
    ) -> Self {
        let turn = Self {
            state: state.clone(),
            mode,
            number: place.session.next_turn(),
            note: opening.note,
            prompt: opening.prompt.map(|prompt| prompt.messages),
            action: opening.plan.correction.name(),
            steps: Vec::new(),
            erasures: place.erasures,
            from: place.from,
            _flight: state.flights().begin(place.session.head()),
            kept: place.kept,
            session: place.session,
            engine: place.engine,
            spent: started.elapsed(),
        };
        turn.tell_opened();
        turn
    }

    /// The open turn of a session, gone on with: the same prompt and note, then the steps.
    pub(super) fn resume(state: &AppState, place: Place, steps: Vec<Entry>, started: Instant) -> Self {
        let said: Vec<Message> = steps.iter().map(|step| step.message.clone()).collect();
        let opened = place.session.pending();
        Self {
            state: state.clone(),
            mode: opened.map_or(Mode::Observe, |opened| opened.mode),
            number: opened.map_or_else(|| place.session.next_turn(), |opened| opened.turn),
            note: opened.and_then(|opened| opened.note.clone()),
            prompt: prompt::rebuild(&place.session, &said),
            action: opened.map(|opened| opened.plan.correction).unwrap_or_default().name(),
            steps,
            erasures: place.erasures,
            from: place.from,
            _flight: state.flights().begin(place.session.head()),
            kept: place.kept,
            session: place.session,
            engine: place.engine,
            spent: started.elapsed(),
        }
    }

    /// Counts the turn, and tells those who listen.
    fn tell_opened(&self) {
        let Some(opened) = self.session.pending() else { return };
        let whole = (self.mode == Mode::Manage)
            .then(|| self.session.whole_tokens(opened, self.engine.counter().as_ref()));
        self.state.metrics().opened(self.spent, opened, whole);
        if self.kept {
            let attempts = told(&opened.attempts);
            let data = json!({
                "turn": self.number,
                "mode": self.mode,
                "action": self.action,
                "attempts": attempts,
            });
            self.state.events().send(self.session.id(), Kind::Opened, data);
        }
    }

    /// The same when it is closed.
    fn tell_closed(&self, closing: &Closing, took: Duration) {
        let Closing::Done(records) = closing else { return };
        let closed = records.iter().find_map(|record| match record.payload() {
            Some(Payload::Closed(closed)) => Some(closed),
            _ => None,
        });
        let Some(closed) = closed else { return };
        self.state.metrics().closed(took, self.mode, closed);
        if self.kept {
            let judged = closed.reply.is_some();
            let data = json!({
                "turn": closed.turn,
                "outcome": closed.outcome,
                "drift": judged.then_some(closed.drift.index),
                "flags": closed.drift.flags,
                "posture": self.session.posture(),
                "action": self.action,
                "attempts": told(&closed.attempts),
            });
            self.state.events().send(self.session.id(), Kind::Closed, data);
        }
    }

    /// Whether a reply may be held back until it is judged: where something may be changed at all.
    pub(crate) fn holds_back(&self) -> bool {
        let pending = self.session.pending();
        self.mode != Mode::Observe && pending.is_some_and(|opened| !opened.plan.is_switched_off())
    }

    /// Closes the turn with a reply that is held back, or with a better one, and gives what to
    /// deliver.
    pub(crate) async fn deliver(
        mut self,
        held: Held,
        question: Question<'_>,
    ) -> Result<(Summary, Delivered), EngineError> {
        let started = Instant::now();
        let state = self.state.clone();
        let steps = std::mem::take(&mut self.steps);
        let mut asking = Asking::new(&state, question, self.mode, steps, &held);
        let settled = candidates::settle(&self.engine, &mut self.session, &mut asking, held).await;
        let settled = match settled {
            Ok(settled) => settled,
            Err(error) => return Err(self.refused(error).await?),
        };
        let took = started.elapsed().saturating_sub(asking.waited);
        let again = settled.rejected.len();
        let left = stripped(&settled.records);
        let delivered = asking.delivered(settled.answer, left.as_deref());
        let closing = Closing::Done(settled.records);
        self.tell_closed(&closing, took);
        let action = if again > 0 { Correction::Regenerate.name() } else { self.action };
        let summary = Summary { drift: drift_of(&closing), action, overhead_ms: 0.0 };
        Ok((self.finish(summary, took), delivered))
    }

    /// What leeboard may change.
    pub(crate) fn mode(&self) -> Mode {
        self.mode
    }

    /// The body for the upstream.
    pub(crate) fn outgoing(&self, question: Question<'_>) -> Bytes {
        let request = question.request;
        let body = match (self.mode, &self.note, &self.prompt) {
            (Mode::Manage, _, Some(prompt)) => splice::with_messages(&request.body, prompt),
            (Mode::Augment, Some(note), _) => splice::with_note(&request.body, note),
            _ => return splice::without_ours(&request.body),
        };
        let throttle = self.session.pending().and_then(|opened| opened.plan.throttle.as_ref());
        match throttle.filter(|_| question.waits()) {
            Some(throttle) => splice::with_bounds(&body, throttle),
            None => body,
        }
    }

    /// Names the turn in the head of its answer.
    pub(crate) fn mark(&self, head: &mut HeaderMap) {
        if !self.kept {
            head.insert(headers::STORED, HeaderValue::from_static("false"));
            return;
        }
        head.insert(headers::SESSION, headers::clean(tenant::split(self.session.id()).1));
        head.insert(headers::TURN, HeaderValue::from(self.number));
        head.insert(headers::TRACE, headers::clean(&self.session.head().to_string()));
    }

    /// Closes the turn without a reply.
    pub(crate) async fn abandon(self) -> Result<Summary, EngineError> {
        self.close(None, false).await
    }

    /// Closes the turn with the reply as far as it came. A complete reply that only calls tools
    /// leaves it open.
    pub(crate) async fn close(
        mut self,
        message: Option<Message>,
        complete: bool,
    ) -> Result<Summary, EngineError> {
        let started = Instant::now();
        let mut summary = Summary { drift: None, action: self.action, overhead_ms: 0.0 };
        let calls = message.as_ref().is_some_and(response::only_calls);
        if !(calls && complete) {
            let reply = self.reply(message.filter(Message::is_reply), complete)?;
            let closing = match self.engine.close(&mut self.session, &reply).await {
                Err(error) => return Err(self.refused(error).await?),
                Ok(closing) => closing,
            };
            summary.drift = drift_of(&closing);
            self.tell_closed(&closing, started.elapsed());
        } else {
            // The calls were delivered: their results come back to this turn.
            let store = self.engine.store();
            store.deliver(self.session.id(), self.session.head()).await.map_err(EngineError::from)?;
        }
        if calls && complete {
            self.state.metrics().tools(started.elapsed(), self.mode);
        }
        Ok(self.finish(summary, started.elapsed()))
    }

    /// What is refused, such as a reply over a limit, must not keep the turn open.
    async fn refused(&mut self, error: EngineError) -> Result<EngineError, EngineError> {
        if let EngineError::Turn(_) = &error {
            let nothing = self.reply(None, false)?;
            self.engine.close(&mut self.session, &nothing).await?;
        } else {
            self.state.metrics().failed(Phase::Close);
        }
        Ok(error)
    }

    /// Gives the closed session back to the gateway.
    fn finish(self, summary: Summary, took: Duration) -> Summary {
        let spent = self.spent + took;
        if self.kept {
            late::supply(&self.state, &self.session);
            snapshots::put_state(&self.state, self.session, self.erasures, self.from);
        }
        // To a tenth: more would be noise.
        Summary { overhead_ms: (spent.as_secs_f64() * 10_000.0).round() / 10.0, ..summary }
    }

    fn reply(&mut self, message: Option<Message>, complete: bool) -> Result<Reply, EngineError> {
        let stamp = self.state.engine().stamp()?;
        let outcome = match (&message, complete) {
            (None, _) => Outcome::Abandoned,
            (Some(_), true) => Outcome::Replied,
            (Some(_), false) => Outcome::Partial,
        };
        let id = format!("a{}", self.session.sequence());
        let entry = message.map(|message| Entry { created_at: Some(stamp.time), ..Entry::new(id, message) });
        let steps = std::mem::take(&mut self.steps);
        Ok(Reply { steps, entry, outcome, rejected: Vec::new(), delivery: Delivery::Sent, stamp })
    }
}

impl Summary {
    /// Adds the values to the head of an answer that is not a stream.
    pub(crate) fn mark(&self, head: &mut HeaderMap) {
        if let Some(drift) = self.drift {
            head.insert(headers::DRIFT, headers::clean(&drift.to_string()));
        }
        head.insert(headers::ACTION, HeaderValue::from_static(self.action));
        head.insert(headers::OVERHEAD, headers::clean(&self.overhead_ms.to_string()));
    }

    /// The values as the last comment of a stream.
    pub(crate) fn comment(&self) -> Bytes {
        let values = json!({ "drift": self.drift, "action": self.action, "overhead_ms": self.overhead_ms });
        Bytes::from(format!(": leeboard {values}\n\n"))
    }
}

/// The words that are left of a reply from which runtime text was taken out.
fn stripped(records: &[Record]) -> Option<String> {
    records.iter().find_map(|record| match record.payload() {
        Some(Payload::Closed(closed)) if closed.leak.as_ref().is_some_and(|leak| leak.stripped) => {
            closed.reply.as_ref().map(|entry| entry.message.full_text())
        }
        _ => None,
    })
}

/// Attempts without their words: events hold no content.
fn told(attempts: &[Attempt]) -> Vec<Value> {
    attempts.iter().map(|it| json!({ "kind": it.kind, "place": it.place })).collect()
}

fn drift_of(closing: &Closing) -> Option<f64> {
    let Closing::Done(records) = closing else { return None };
    records.iter().find_map(|record| match record.payload() {
        Some(Payload::Closed(closed)) if closed.reply.is_some() => Some(closed.drift.index),
        _ => None,
    })
}
