//! What the demo and the closed loop share: engines whose stamps follow from a seed, and models
//! that are listened to.
//!
//! Owns the count of what a model was sent. Knows no script and judges nothing.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::future::BoxFuture;
use leeboard_core::Config;
use leeboard_core::message::Message;
use leeboard_core::prompt::{Prompt, cached_prefix};
use leeboard_core::record::{Salt, Stamp};
use leeboard_core::time::Timestamp;
use leeboard_core::tokens::TokenCounter;
use leeboard_io::engine::Engine;
use leeboard_io::model::{Model, ModelError, ModelReply, ModelRequest, Pieces};
use leeboard_io::stamp;
use leeboard_io::store::MemoryStore;
use leeboard_io::tokens;

/// What a cached token costs, as a share of one that is not: one in ten, as OpenAI and
/// Anthropic charge for reads.
const CACHED_PRICE: usize = 10;

/// The first moment: 2 March 2026, 09:00 UTC. Each stamp is half a minute later, so that a run
/// does not depend on the day it is made.
const START: i64 = 1_772_442_000_000;
const STAMP_GAP: i64 = 30_000;

/// An engine that keeps its sessions in memory and whose stamps follow from the seed.
pub(crate) fn engine(seed: u64, config: Config) -> Engine {
    let made = AtomicU64::new(0);
    let stamps: stamp::Source = Arc::new(move || {
        let n = made.fetch_add(1, Ordering::Relaxed);
        let time = Timestamp(START + STAMP_GAP * i64::try_from(n).unwrap_or(i64::MAX / STAMP_GAP));
        Ok(Stamp { time, salt: Salt::from_text(&format!("{seed}:{n}")) })
    });
    let store = Arc::new(MemoryStore::default());
    Engine::new(config, tokens::default_counter(), store).with_stamps(stamps)
}

/// What requests cost.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cost {
    /// Tokens of the prompts.
    pub(crate) prompt: usize,
    /// Those that a provider's cache would have served after the prompt before.
    pub(crate) cached: usize,
    /// Tokens to pay for: a cached one counts a tenth.
    pub(crate) billed: usize,
    /// All text of the last prompt.
    pub(crate) text: String,
}

/// The model of one agent with a count of what it was sent.
pub(crate) struct Meter<M> {
    pub(crate) tap: Arc<Tap<M>>,
    counter: Arc<dyn TokenCounter>,
    /// The last prompt, which a provider would have cached.
    previous: Vec<Message>,
}

impl<M: Model> Meter<M> {
    pub(crate) fn new(model: M) -> Self {
        let tap = Arc::new(Tap { model, sent: Mutex::default() });
        Self { tap, counter: tokens::default_counter(), previous: Vec::new() }
    }

    /// The cost of all requests since the last reading.
    pub(crate) fn read(&mut self) -> Cost {
        let mut cost = Cost::default();
        for messages in self.tap.take() {
            let cached = cached_prefix(&self.previous, &messages, self.counter.as_ref());
            self.previous.clone_from(&messages);
            let sent = Prompt::plain(messages, self.counter.as_ref());
            cost.prompt += sent.report.total;
            cost.cached += cached;
            cost.billed += sent.report.total - cached + cached.div_ceil(CACHED_PRICE);
            cost.text = sent.text();
        }
        cost
    }
}

/// A model that keeps what it was sent until it is read.
pub(crate) struct Tap<M> {
    model: M,
    sent: Mutex<Vec<Vec<Message>>>,
}

impl<M> Tap<M> {
    fn keep(&self, request: &ModelRequest) {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner).push(request.messages.clone());
    }

    fn take(&self) -> Vec<Vec<Message>> {
        std::mem::take(&mut *self.sent.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl<M: Model> Model for Tap<M> {
    fn name(&self) -> &str {
        self.model.name()
    }

    fn simulated(&self) -> bool {
        self.model.simulated()
    }

    fn complete<'a>(&'a self, request: &'a ModelRequest) -> BoxFuture<'a, Result<ModelReply, ModelError>> {
        self.keep(request);
        self.model.complete(request)
    }

    fn stream<'a>(&'a self, request: &'a ModelRequest) -> BoxFuture<'a, Result<Pieces, ModelError>> {
        self.keep(request);
        self.model.stream(request)
    }
}
