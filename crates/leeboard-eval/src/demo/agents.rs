//! The two agents of the demo: one in the runtime, one that sends the last messages.
//!
//! Owns how each builds its prompts and what a turn costs. Both stand on a simulated model of
//! the same seed and are judged by the same signals; nothing here knows the script.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::future::BoxFuture;
use leeboard_core::Config;
use leeboard_core::drift::Drift;
use leeboard_core::identity::Identity;
use leeboard_core::message::{Entry, Message, Role};
use leeboard_core::prompt::{Prompt, cached_prefix};
use leeboard_core::record::{Closed, Mode, Outcome, Payload, Salt, Stamp};
use leeboard_core::session::Session;
use leeboard_core::time::Timestamp;
use leeboard_core::tokens::TokenCounter;
use leeboard_core::turn::{Closing, Reply};
use leeboard_io::driver::Runtime;
use leeboard_io::engine::{Engine, EngineError};
use leeboard_io::model::{Model, ModelError, ModelReply, ModelRequest, Pieces, Sim};
use leeboard_io::stamp;
use leeboard_io::store::MemoryStore;
use leeboard_io::tokens;

use super::{DemoError, Lane, lines};

/// Messages that the plain agent sends besides the system message.
const WINDOW: usize = 20;

/// What a cached token costs, as a share of one that is not: one in ten, as OpenAI and
/// Anthropic charge for reads.
const CACHED_PRICE: usize = 10;

/// The first moment of the demo: 2 March 2026, 09:00 UTC. Each stamp is half a minute later, so
/// that a run does not depend on the day it is made.
const START: i64 = 1_772_442_000_000;
const STAMP_GAP: i64 = 30_000;

/// What an agent said and what that took.
pub(super) struct Said {
    pub(super) lane: Lane,
    /// All text of the prompt that produced the reply.
    pub(super) prompt: String,
}

/// The agent in the runtime.
pub(super) struct Managed {
    runtime: Runtime,
    session: Session,
    meter: Meter,
}

impl Managed {
    pub(super) async fn new(seed: u64) -> Result<Self, DemoError> {
        let meter = Meter::new(seed);
        let runtime = Runtime::new(Arc::clone(&meter.tap)).with_engine(engine(seed));
        let session = runtime.session("managed", &identity()).await?;
        Ok(Self { runtime, session, meter })
    }

    pub(super) async fn say(&mut self, text: &str) -> Result<Said, DemoError> {
        let step = self.runtime.step(&mut self.session, text).await?;
        let plan = &step.opened.plan;
        let correction =
            if plan.vary && plan.correction.name() == "observe" { "vary" } else { plan.correction.name() };
        let mut said = self.meter.read(step.text());
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
    meter: Meter,
    /// Judges the replies; changes nothing.
    engine: Engine,
    session: Session,
}

impl Plain {
    pub(super) async fn new(seed: u64) -> Result<Self, DemoError> {
        let engine = engine(seed);
        let mut session = engine.load("plain").await?;
        engine.start(&mut session, &identity()).await?;
        Ok(Self { history: VecDeque::new(), meter: Meter::new(seed), engine, session })
    }

    pub(super) async fn say(&mut self, text: &str) -> Result<Said, DemoError> {
        let user = Message::text(Role::User, text);
        self.remember(user.clone());
        let system = Message::text(Role::System, lines::IDENTITY);
        let messages = [system].into_iter().chain(self.history.iter().cloned()).collect();
        let reply = self.meter.tap.complete(&ModelRequest::new(messages)).await?.message;
        self.remember(reply.clone());
        let mut said = self.meter.read(reply.full_text());
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
            buffered: false,
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

/// An engine with the defaults whose stamps follow from the seed.
fn engine(seed: u64) -> Engine {
    let made = AtomicU64::new(0);
    let stamps: stamp::Source = Arc::new(move || {
        let n = made.fetch_add(1, Ordering::Relaxed);
        let time = Timestamp(START + STAMP_GAP * i64::try_from(n).unwrap_or(i64::MAX / STAMP_GAP));
        Ok(Stamp { time, salt: Salt::from_text(&format!("{seed}:{n}")) })
    });
    let store = Arc::new(MemoryStore::default());
    Engine::new(Config::default(), tokens::default_counter(), store).with_stamps(stamps)
}

/// The model of one agent with a count of what it was sent, the same for both agents.
struct Meter {
    tap: Arc<Tap>,
    counter: Arc<dyn TokenCounter>,
    /// The last prompt, which a provider would have cached.
    previous: Vec<Message>,
}

impl Meter {
    fn new(seed: u64) -> Self {
        let tap = Arc::new(Tap { sim: Sim::new(seed), sent: Mutex::default() });
        Self { tap, counter: tokens::default_counter(), previous: Vec::new() }
    }

    /// The reply with the cost of all requests since the last reading.
    fn read(&mut self, reply: String) -> Said {
        let mut lane = Lane { reply, ..Lane::default() };
        let mut prompt = String::new();
        for messages in self.tap.take() {
            let cached = cached_prefix(&self.previous, &messages, self.counter.as_ref());
            self.previous.clone_from(&messages);
            let sent = Prompt::plain(messages, self.counter.as_ref());
            lane.prompt_tokens += sent.report.total;
            lane.cached_tokens += cached;
            lane.billed_tokens += sent.report.total - cached + cached.div_ceil(CACHED_PRICE);
            prompt = sent.text();
        }
        Said { lane, prompt }
    }
}

/// A simulated model that keeps what it was sent until it is read.
struct Tap {
    sim: Sim,
    sent: Mutex<Vec<Vec<Message>>>,
}

impl Tap {
    fn keep(&self, request: &ModelRequest) {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner).push(request.messages.clone());
    }

    fn take(&self) -> Vec<Vec<Message>> {
        std::mem::take(&mut *self.sent.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Model for Tap {
    fn name(&self) -> &str {
        self.sim.name()
    }

    fn simulated(&self) -> bool {
        self.sim.simulated()
    }

    fn complete<'a>(&'a self, request: &'a ModelRequest) -> BoxFuture<'a, Result<ModelReply, ModelError>> {
        self.keep(request);
        self.sim.complete(request)
    }

    fn stream<'a>(&'a self, request: &'a ModelRequest) -> BoxFuture<'a, Result<Pieces, ModelError>> {
        self.keep(request);
        self.sim.stream(request)
    }
}
