//! The two agents of the closed loop: one in the runtime, one that sends its last messages.
//!
//! Owns how each asks and what it says of its own steps. Both talk plain chat completions to an
//! endpoint; neither knows what is behind it.

use std::collections::VecDeque;
use std::sync::Arc;

use leeboard_core::Config;
use leeboard_core::control::{Correction, Plan};
use leeboard_core::drift::{Drift, Signal};
use leeboard_core::identity::Identity;
use leeboard_core::message::{Entry, Message, Role};
use leeboard_core::record::{Closed, Mode, Opened, Outcome, Payload, Record};
use leeboard_core::session::Session;
use leeboard_core::turn::{self, Closing, Delivery, Input, Reply, Tools};
use leeboard_io::driver::Runtime;
use leeboard_io::engine::{Engine, EngineError};
use leeboard_io::model::{Model, ModelRequest, OpenAi};

use super::LoopError;
use crate::bench::{self, Cost, Meter};

/// Messages that the plain agent sends besides the system message.
const WINDOW: usize = 20;

/// What an agent said, at what cost, and what it thought of it.
#[derive(Clone, Debug, Default)]
pub(super) struct Said {
    pub(super) reply: String,
    pub(super) cost: Cost,
    /// The rungs that this turn took: names, in order.
    pub(super) rungs: Vec<String>,
    /// Why.
    pub(super) cause: String,
    pub(super) index: f64,
    pub(super) flags: Vec<Signal>,
    pub(super) evidence: Vec<String>,
    pub(super) note: Option<String>,
}

/// One of the two.
pub(super) enum Agent {
    Plain(Plain),
    Managed(Box<Managed>),
}

impl Agent {
    pub(super) async fn say(&mut self, text: &str) -> Result<Said, LoopError> {
        match self {
            Self::Plain(plain) => plain.say(text).await,
            Self::Managed(managed) => managed.say(text).await,
        }
    }
}

/// The agent that sends its system message and the last messages.
pub(super) struct Plain {
    identity: String,
    history: VecDeque<Message>,
    meter: Meter<OpenAi>,
}

impl Plain {
    pub(super) fn new(identity: &str, model: OpenAi) -> Self {
        Self { identity: identity.to_owned(), history: VecDeque::new(), meter: Meter::new(model) }
    }

    async fn say(&mut self, text: &str) -> Result<Said, LoopError> {
        self.remember(Message::text(Role::User, text));
        let system = Message::text(Role::System, self.identity.as_str());
        let messages = [system].into_iter().chain(self.history.iter().cloned()).collect();
        let reply = self.meter.tap.complete(&ModelRequest::new(messages)).await?.message;
        let text = reply.full_text();
        self.remember(reply);
        Ok(Said { reply: text, cost: self.meter.read(), ..Said::default() })
    }

    fn remember(&mut self, message: Message) {
        self.history.push_back(message);
        if self.history.len() > WINDOW {
            self.history.pop_front();
        }
    }
}

/// The agent in the runtime.
pub(super) struct Managed {
    runtime: Runtime,
    engine: Engine,
    session: Session,
    meter: Meter<OpenAi>,
    /// The rung that is switched off.
    without: Option<String>,
}

/// The window starts anew: by the ladder, or because memory was restored.
pub(super) const CONSOLIDATE: &str = "consolidate";

/// Asks for another form, beside the ladder.
pub(super) const VARY: &str = "vary";

/// Safe mode by the ladder.
pub(super) const CONTAIN: &str = "contain";

const REGENERATE: &str = "regenerate";

impl Managed {
    pub(super) async fn new(
        seed: u64,
        identity: &str,
        model: OpenAi,
        mut config: Config,
        without: Option<String>,
    ) -> Result<Self, LoopError> {
        match without.as_deref() {
            // The ladder ends below; an entropy ratio, which also restarts the window, is never over 1.
            Some(CONSOLIDATE) => {
                config.control.ladder = config.control.ladder.up_to(Correction::Restate);
                config.control.noise = 1.0;
            }
            Some(CONTAIN) => config.control.ladder = config.control.ladder.up_to(Correction::Consolidate),
            _ => {}
        }
        let meter = Meter::new(model);
        let engine = bench::engine(seed, config);
        let runtime = Runtime::new(Arc::clone(&meter.tap)).with_engine(engine.clone());
        let session = runtime.session("managed", &Identity::from_system_message(identity)).await?;
        Ok(Self { runtime, engine, session, meter, without })
    }

    async fn say(&mut self, text: &str) -> Result<Said, LoopError> {
        let recovered = self.session.track().recovered();
        let (reply, opened, drift, tries) = if self.plans_without(text).await? {
            self.uncorrected(text).await?
        } else {
            let step = self.runtime.step(&mut self.session, text).await?;
            (step.text(), step.opened, step.drift, step.rejected.len())
        };
        let mut rungs = rungs(&opened.plan);
        if tries > 0 {
            rungs.push(REGENERATE.to_owned());
        }
        if self.session.track().recovered() > recovered {
            rungs.push(CONSOLIDATE.to_owned());
        }
        Ok(Said {
            reply,
            cost: self.meter.read(),
            rungs,
            cause: opened.plan.cause,
            index: drift.index,
            flags: drift.flags,
            evidence: drift.evidence.into_iter().map(|evidence| evidence.text).collect(),
            note: opened.note,
        })
    }

    /// Whether the plan for this input takes the rung that is switched off. The core is asked, and
    /// nothing is recorded.
    async fn plans_without(&self, text: &str) -> Result<bool, LoopError> {
        let Some(without) = &self.without else { return Ok(false) };
        let stamp = self.engine.stamp().map_err(EngineError::from)?;
        let input = Input { entries: vec![self.entry(text)?], mode: Mode::Manage, stamp };
        let wanted = turn::wants_open(&self.session, &input);
        let answers = self.engine.vectors().at_hand(self.session.id(), &wanted).await;
        let tools = Tools { config: self.engine.config(), tokens: self.engine.counter().as_ref() };
        let opening = turn::open(&self.session, &input, &answers, tools).map_err(EngineError::from)?;
        let opened = opening.records.iter().find_map(opened);
        Ok(opened.is_some_and(|opened| rungs(&opened.plan).contains(without)))
    }

    /// A turn whose prompt corrects nothing, otherwise as the driver takes it.
    async fn uncorrected(&mut self, text: &str) -> Result<(String, Opened, Drift, usize), LoopError> {
        let entry = self.entry(text)?;
        let opening = self.engine.open_with(&mut self.session, vec![entry], Mode::Manage, false).await?;
        let prompt = opening.prompt.map(|prompt| prompt.messages).unwrap_or_default();
        let message = self.meter.tap.complete(&ModelRequest::new(prompt)).await?.message;
        let stamp = self.engine.stamp().map_err(EngineError::from)?;
        let id = format!("a{}", self.session.sequence());
        let entry = Entry { created_at: Some(stamp.time), ..Entry::new(id, message.clone()) };
        let reply = Reply {
            steps: Vec::new(),
            entry: Some(entry),
            outcome: Outcome::Replied,
            rejected: Vec::new(),
            delivery: Delivery::Sent,
            stamp,
        };
        let closing = self.engine.close(&mut self.session, &reply).await?;
        let drift = match &closing {
            Closing::Done(records) => records.iter().find_map(closed).map(|closed| closed.drift.clone()),
            Closing::Retry { .. } | Closing::Better { .. } => None,
        };
        let opened = opening.records.iter().find_map(opened).cloned().unwrap_or_default();
        Ok((message.full_text(), opened, drift.unwrap_or_default(), 0))
    }

    fn entry(&self, text: &str) -> Result<Entry, LoopError> {
        let now = self.engine.stamp().map_err(EngineError::from)?.time;
        let id = format!("u{}", self.session.sequence());
        Ok(Entry { created_at: Some(now), ..Entry::new(id, Message::text(Role::User, text)) })
    }
}

/// The rungs that a plan takes.
fn rungs(plan: &Plan) -> Vec<String> {
    let correction = plan.correction.name();
    let taken = (correction != "observe").then(|| correction.to_owned());
    taken.into_iter().chain(plan.vary.then(|| VARY.to_owned())).collect()
}

fn opened(record: &Record) -> Option<&Opened> {
    match record.payload() {
        Some(Payload::Opened(opened)) => Some(opened),
        _ => None,
    }
}

fn closed(record: &Record) -> Option<&Closed> {
    match record.payload() {
        Some(Payload::Closed(closed)) => Some(closed),
        _ => None,
    }
}
