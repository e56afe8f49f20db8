//! What happens in sessions, for whoever listens.
//!
//! Owns the channel: bounded, so that a listener that is slow misses events and is told how many,
//! and a turn never waits for one. Nothing is kept for later listeners. Events hold no content.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use leeboard_core::Timestamp;
use leeboard_io::stamp;
use serde_json::Value;
use tokio::sync::{broadcast, watch};

/// Events that wait for a slow listener before it misses some.
const KEPT: usize = 1_024;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A turn was opened or gone on with.
    Opened,
    /// A turn was closed.
    Closed,
    /// What is remembered was changed on request.
    Memory,
    /// The mode of a session was set.
    Mode,
    /// A session is gone.
    Deleted,
}

impl Kind {
    /// The name that listeners see.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Opened => "turn.opened",
            Self::Closed => "turn.closed",
            Self::Memory => "memory.changed",
            Self::Mode => "session.mode",
            Self::Deleted => "session.deleted",
        }
    }
}

/// Something that happened.
#[derive(Debug)]
pub(crate) struct Event {
    /// Counts from 1 in this process.
    pub(crate) number: u64,
    /// When.
    pub(crate) time: Timestamp,
    /// The stored id of the session.
    pub(crate) session: String,
    /// What.
    pub(crate) kind: Kind,
    /// Figures, as an object.
    pub(crate) data: Value,
}

/// The channel.
pub(crate) struct Events {
    sender: broadcast::Sender<Arc<Event>>,
    number: AtomicU64,
    ended: watch::Sender<bool>,
}

impl Default for Events {
    fn default() -> Self {
        let sender = broadcast::Sender::new(KEPT);
        Self { sender, number: AtomicU64::new(0), ended: watch::Sender::new(false) }
    }
}

impl Events {
    /// Tells those who listen, if anybody does.
    pub(crate) fn send(&self, session: &str, kind: Kind, data: Value) {
        if self.sender.receiver_count() == 0 {
            return;
        }
        let number = self.number.fetch_add(1, Ordering::Relaxed) + 1;
        let event = Event { number, time: stamp::clock(), session: session.to_owned(), kind, data };
        // An error means that the last listener has just left.
        let _ = self.sender.send(Arc::new(event));
    }

    /// Sends the listeners home: a stream that never ends would hold up a shutdown.
    pub(crate) fn end(&self) {
        self.ended.send_replace(true);
    }

    /// Resolves when there will be no more; the future owns what it needs.
    pub(crate) fn ended(&self) -> impl Future<Output = ()> + Send + use<> {
        let mut ended = self.ended.subscribe();
        async move {
            // An error means that the gateway is gone, which is an end too.
            let _ = ended.wait_for(|ended| *ended).await;
        }
    }

    /// Everything that happens from now on.
    pub(crate) fn listen(&self) -> broadcast::Receiver<Arc<Event>> {
        self.sender.subscribe()
    }
}
