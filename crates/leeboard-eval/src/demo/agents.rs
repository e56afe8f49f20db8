//! The two agents of the demo: one in the runtime, one that sends the last messages.
//!
//! Owns how each builds its prompts and what a turn costs. Both stand on a simulated model of
//! the same seed and are judged by the same signals; nothing here knows the script.

use std::collections::VecDeque;
use std::sync::Arc;

use leeboard_core::Config;
use leeboard_core::drift::Drift;
use leeboard_core::identity::Identity;
use leeboard_core::message::{Entry, Message, Role};
use leeboard_core::record::{Closed, Mode, Outcome, Payload};
use leeboard_core::session::Session;
use leeboard_core::turn::{Closing, Delivery, Reply};
use leeboard_io::driver::Runtime;
use leeboard_io::engine::{Engine, EngineError};
use leeboard_io::model::{Model, ModelRequest, Sim};

use super::{DemoError, Lane, lines};
use crate::bench::{self, Cost, Meter};

/// Messages that the plain agent sends besides the system message.
const WINDOW: usize = 20;

/// What an agent said and what that took.
pub(super) struct Said {
    pub(super) lane: Lane,
    /// All text of the prompt that produced the reply.
    pub(super) prompt: String,
}

impl Said {
    fn of(reply: String, cost: Cost) -> Self {
        let lane = Lane {
            reply,
            prompt_tokens: cost.prompt,
            cached_tokens: cost.cached,
            billed_tokens: cost.billed,
            ..Lane::default()
        };
        Self { lane, prompt: cost.text }
    }
}

/// The agent in the runtime.
pub(super) struct Managed {
    runtime: Runtime,
    session: Session,
    meter: Meter<Sim>,
}

impl Managed {
    pub(super) async fn new(seed: u64) -> Result<Self, DemoError> {
        let meter = Meter::new(Sim::new(seed));
        let runtime =
            Runtime::new(Arc::clone(&meter.tap)).with_engine(bench::engine(seed, Config::default()));
        let session = runtime.session("managed", &identity()).await?;
        Ok(Self { runtime, session, meter })
    }

    pub(super) async fn say(&mut self, text: &str) -> Result<Said, DemoError> {
        let step = self.runtime.step(&mut self.session, text).await?;
        let plan = &step.opened.plan;
        let correction =
            if plan.vary && plan.correction.name() == "observe" { "vary" } else { plan.correction.name() };
        let mut said = Said::of(step.text(), self.meter.read());
        said.lane.recalled = step.opened.recalled.iter().filter(|item| item.used).count();
        said.lane.note.clone_from(&step.opened.note);
        said.lane.correction = correction;
        said.lane.posture = step.posture.name();
        said.lane.judge(&step.drift);
        Ok(said)
    }
}

/// The agent that sends its system message and the last messages.
pub(super) struct Plain {
    history: VecDeque<Message>,
    meter: Meter<Sim>,
    /// Judges the replies; changes nothing.
    engine: Engine,
    session: Session,
}

impl Plain {
    pub(super) async fn new(seed: u64) -> Result<Self, DemoError> {
        let engine = bench::engine(seed, Config::default());
        let mut session = engine.load("plain").await?;
        engine.start(&mut session, &identity()).await?;
        Ok(Self { history: VecDeque::new(), meter: Meter::new(Sim::new(seed)), engine, session })
    }

    pub(super) async fn say(&mut self, text: &str) -> Result<Said, DemoError> {
        let user = Message::text(Role::User, text);
        self.remember(user.clone());
        let system = Message::text(Role::System, lines::IDENTITY);
        let messages = [system].into_iter().chain(self.history.iter().cloned()).collect();
        let reply = self.meter.tap.complete(&ModelRequest::new(messages)).await?.message;
        self.remember(reply.clone());
        let mut said = Said::of(reply.full_text(), self.meter.read());
        if let Some(closed) = self.observe(user, reply).await? {
            said.lane.posture = closed.posture.name();
            said.lane.judge(&closed.drift);
        }
        Ok(said)
    }

    fn remember(&mut self, message: Message) {
        self.history.push_back(message);
        if self.history.len() > WINDOW {
            self.history.pop_front();
        }
    }

    async fn observe(&mut self, user: Message, reply: Message) -> Result<Option<Closed>, DemoError> {
        let stamp = self.engine.stamp().map_err(EngineError::from)?;
        let entry = |id: String, message| Entry { created_at: Some(stamp.time), ..Entry::new(id, message) };
        let sequence = self.session.sequence();
        let input = vec![entry(format!("u{sequence}"), user)];
        self.engine.open(&mut self.session, input, Mode::Observe).await?;
        let reply = Reply {
            steps: Vec::new(),
            entry: Some(entry(format!("a{sequence}"), reply)),
            outcome: Outcome::Replied,
            rejected: Vec::new(),
            delivery: Delivery::Sent,
            stamp: self.engine.stamp().map_err(EngineError::from)?,
        };
        let Closing::Done(records) = self.engine.close(&mut self.session, &reply).await? else {
            return Ok(None);
        };
        Ok(records.iter().find_map(|record| match record.payload() {
            Some(Payload::Closed(closed)) => Some((**closed).clone()),
            _ => None,
        }))
    }
}

impl Lane {
    fn judge(&mut self, drift: &Drift) {
        self.drift = drift.index;
        self.flags.clone_from(&drift.flags);
        self.evidence = drift.evidence.iter().map(|evidence| evidence.text.clone()).collect();
    }
}

fn identity() -> Identity {
    Identity::from_system_message(lines::IDENTITY)
}
