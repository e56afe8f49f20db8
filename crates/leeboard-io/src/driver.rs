//! The driver: the published loop with a model in the middle, for library use and the chat.
//!
//! Owns the order open, model, close. The bounded regeneration between the last two is in
//! `candidates`. The gateway does not use this one: there the stream between the halves belongs to the client.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use leeboard_core::drift::Drift;
use leeboard_core::identity::Identity;
use leeboard_core::message::{Entry, Message, Role};
use leeboard_core::record::{Mode, Opened, Outcome, Payload, Record, Rejected};
use leeboard_core::session::Session;
use leeboard_core::turn::{Delivery, Reply};
use leeboard_core::{
    Config,
    control::{Plan, Posture},
};
use serde_json::{Map, Value};
use thiserror::Error;
use tokio::task::JoinSet;

use crate::candidates::{self, Source, Wish};
use crate::embed::Answers;
use crate::engine::{Engine, EngineError};
use crate::model::{Model, ModelError, ModelReply, ModelRequest};
use crate::store::MemoryStore;
use crate::tokens;

/// Why a step failed. The turn stays open then; the next step takes its input along.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StepError {
    /// State or storage.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The model.
    #[error("get a reply from the model: {0}")]
    Model(#[from] ModelError),
}

/// A finished step.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Step {
    /// The turn, from 1.
    pub turn: u32,
    /// The reply as delivered.
    pub reply: ModelReply,
    /// The judgement.
    pub drift: Drift,
    /// The posture after it.
    pub posture: Posture,
    /// What was decided before the model was called: plan, recalled items, tokens, note.
    pub opened: Opened,
    /// Replies that were regenerated away.
    pub rejected: Vec<Rejected>,
}

impl Step {
    /// The reply's text.
    #[must_use]
    pub fn text(&self) -> String {
        self.reply.message.full_text()
    }
}

/// A model with a memory and a course.
pub struct Runtime {
    model: Arc<dyn Model>,
    engine: Engine,
    late: Mutex<Late>,
}

/// Questions to an embedding endpoint that no turn waits for; they end with the runtime.
#[derive(Default)]
struct Late {
    asked: JoinSet<(String, Answers)>,
    /// By session, the texts that the endpoint has no vector for. Vectors are in the store.
    refused: BTreeMap<String, Answers>,
}

impl Runtime {
    /// A runtime with the defaults: mode manage, exact token counts, sessions kept in memory.
    #[must_use]
    pub fn new(model: impl Model + 'static) -> Self {
        let engine =
            Engine::new(Config::default(), tokens::default_counter(), Arc::new(MemoryStore::default()));
        Self { model: Arc::new(model), engine, late: Mutex::default() }
    }

    /// The same over another engine: other settings, another store or another token counter.
    #[must_use]
    pub fn with_engine(self, engine: Engine) -> Self {
        Self { engine, ..self }
    }

    /// The session with this id, continued or started, with this identity in force.
    ///
    /// # Errors
    /// [`StepError::Engine`] if it cannot be loaded or started.
    pub async fn session(&self, id: &str, identity: &Identity) -> Result<Session, StepError> {
        let mut session = self.engine.load(id).await?;
        self.engine.start(&mut session, identity).await?;
        Ok(session)
    }

    /// One turn: the user's text in, the judged reply out.
    ///
    /// # Errors
    /// [`StepError`]. After a model fault the turn is open and the next step takes its input
    /// along; nothing is lost.
    pub async fn step(&self, session: &mut Session, input: &str) -> Result<Step, StepError> {
        let refused = self.refused(session.id());
        if !refused.is_empty() {
            self.engine.catch_up(session, &refused).await?;
        }

        // Steps 1 to 7: from the user's message to the prompt.
        let id = format!("u{}", session.sequence());
        let now = self.engine.stamp().map_err(EngineError::from)?.time;
        let entry = Entry { created_at: Some(now), ..Entry::new(id, Message::text(Role::User, input)) };
        let opening = self.engine.open(session, vec![entry], Mode::Manage).await?;
        let prompt = opening.prompt.map(|prompt| prompt.messages).unwrap_or_default();
        let mut request = ModelRequest { messages: prompt, parameters: bounds(&opening.plan) };

        // Step 8: call the model.
        let answer = self.model.complete(&request).await?;

        // Steps 9 to 11: judge the reply, remember the turn, return; or ask once more.
        let mut source = Asking { runtime: self, request: &mut request };
        let settled = candidates::settle(&self.engine, session, &mut source, answer).await?;
        self.fetch_late(session);
        Ok(finished(&opening.records, &settled.records, settled.answer, settled.rejected))
    }

    /// Has an embedding endpoint asked for what the reply could not wait for.
    fn fetch_late(&self, session: &Session) {
        let texts = self.engine.wants_late(session);
        if !texts.is_empty() {
            let (vectors, id) = (self.engine.vectors().clone(), session.id().to_owned());
            self.late().asked.spawn(async move {
                let answers = vectors.fetch(&id, texts).await;
                (id, answers)
            });
        }
    }

    /// The texts of a session that an endpoint has refused since its last turn. They are recorded
    /// as such, or they would be asked for for ever.
    fn refused(&self, session: &str) -> Answers {
        let mut late = self.late();
        while let Some(ended) = late.asked.try_join_next() {
            let Ok((id, mut answers)) = ended else { continue };
            answers.retain(|_, answer| answer.vector().is_none());
            if !answers.is_empty() {
                late.refused.entry(id).or_default().append(&mut answers);
            }
        }
        late.refused.remove(session).unwrap_or_default()
    }

    fn late(&self) -> MutexGuard<'_, Late> {
        // Nothing is done under this lock but single calls of the set and the map.
        self.late.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The model as the source of a turn's replies.
struct Asking<'a> {
    runtime: &'a Runtime,
    request: &'a mut ModelRequest,
}

impl Source for Asking<'_> {
    type Answer = ModelReply;

    fn reply(&mut self, session: &Session, answer: &ModelReply) -> Result<Reply, EngineError> {
        let stamp = self.runtime.engine.stamp()?;
        let id = format!("a{}", session.sequence());
        let entry = Entry { created_at: Some(stamp.time), ..Entry::new(id, answer.message.clone()) };
        let (entry, outcome) = (Some(entry), Outcome::Replied);
        Ok(Reply { steps: Vec::new(), entry, outcome, rejected: Vec::new(), delivery: Delivery::Held, stamp })
    }

    async fn again(&mut self, wish: Wish) -> Option<ModelReply> {
        self.request.messages = wish.prompt.messages;
        self.runtime.model.complete(self.request).await.ok()
    }
}

/// The bounds of sampling that a plan sets, where the operator allows it.
fn bounds(plan: &Plan) -> Map<String, Value> {
    let mut parameters = Map::new();
    if let Some(throttle) = &plan.throttle {
        parameters.insert("temperature".to_owned(), throttle.temperature.into());
        if let Some(most) = throttle.max_tokens {
            parameters.insert("max_tokens".to_owned(), most.into());
        }
    }
    parameters
}

/// What the records of both halves say of the step.
fn finished(opened: &[Record], closed: &[Record], reply: ModelReply, rejected: Vec<Rejected>) -> Step {
    let mut step = Step {
        turn: 0,
        reply,
        drift: Drift::default(),
        posture: Posture::default(),
        opened: Opened::default(),
        rejected,
    };
    for record in opened.iter().chain(closed) {
        match record.payload() {
            Some(Payload::Opened(opened)) => step.opened = (**opened).clone(),
            Some(Payload::Closed(closed)) => {
                step.turn = closed.turn;
                step.drift = closed.drift.clone();
                // Runtime text that was taken out of the reply is not delivered either.
                let stripped = closed.leak.as_ref().is_some_and(|leak| leak.stripped);
                if let Some(entry) = closed.reply.as_ref().filter(|_| stripped) {
                    step.reply.message.content.clone_from(&entry.message.content);
                }
                step.posture = closed.posture;
            }
            _ => {}
        }
    }
    step
}
