//! What all requests share: settings, engine, upstream, hot sessions, locks, tasks.
//!
//! Owns their making and nothing of their work.

use std::sync::Arc;

use leeboard_core::Identity;
use leeboard_io::engine::Engine;
use leeboard_io::store::{Keys, MemoryStore};
use thiserror::Error;

use crate::access::{Access, cors};
use crate::config::ServerConfig;
use crate::events::Events;
use crate::metrics::Metrics;
use crate::sessions::flight::Flights;
use crate::sessions::hot::Hot;
use crate::sessions::known::Known;
use crate::sessions::late::Late;
use crate::sessions::locks::Locks;
use crate::sessions::snapshots::Snapshots;
use crate::tasks::Tasks;
use crate::upstream::Upstream;

/// Why a gateway cannot be set up.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SetupError {
    /// The upstream's address cannot be used. The address is not repeated: it may hold a
    /// password.
    #[error("use the upstream's address: {0} (write it like https://api.openai.com/v1)")]
    Address(String),
    /// The key cannot be sent.
    #[error("use the upstream's key: it holds characters that a header cannot carry")]
    Key,
    /// Pages of this origin cannot be allowed.
    #[error(
        "allow pages of {0:?}: it is no origin (write scheme and host, like https://chat.example; \
         every origin at once cannot be allowed)"
    )]
    Origin(String),
    /// The HTTP client cannot be made.
    #[error("set up the HTTP client: {0}")]
    Client(String),
}

/// The shared state of a gateway. Cloning shares it.
#[derive(Clone)]
pub struct AppState {
    shared: Arc<Shared>,
}

struct Shared {
    config: ServerConfig,
    engine: Engine,
    upstream: Upstream,
    locks: Locks,
    flights: Flights,
    hot: Hot,
    snapshots: Snapshots,
    identity: Option<Arc<Identity>>,
    known: Known,
    late: Late,
    tasks: Tasks,
    events: Events,
    metrics: Metrics,
    access: Access,
}

impl AppState {
    /// The state of a gateway with these settings over an engine, which knows no keys: all its
    /// clients are one tenant, or with `access.require_key` there are none. Makes no connection yet.
    ///
    /// # Errors
    /// [`SetupError`] for an address or a key that cannot be used.
    pub fn new(config: ServerConfig, engine: Engine) -> Result<Self, SetupError> {
        Self::with_keys(config, engine, Arc::new(MemoryStore::new()))
    }

    /// The same for a gateway whose clients show keys, once there is one.
    ///
    /// # Errors
    /// [`SetupError`] for an address or a key that cannot be used.
    pub fn with_keys(config: ServerConfig, engine: Engine, keys: Arc<dyn Keys>) -> Result<Self, SetupError> {
        cors::layer(&config.access.cors_origins)?;
        let upstream = Upstream::new(&config)?;
        let hot = Hot::new(config.limits.hot_bytes);
        let snapshots = Snapshots::new(config.limits.snapshot_records);
        let (locks, flights) = (Locks::default(), Flights::default());
        let (late, tasks) = (Late::default(), Tasks::default());
        let (identity, known) = (config.identity.clone().map(Arc::new), Known::default());
        let (events, metrics) = (Events::default(), Metrics::default());
        let access = Access::new(&config, keys);
        let shared = Shared {
            config,
            engine,
            upstream,
            locks,
            flights,
            hot,
            snapshots,
            identity,
            known,
            late,
            tasks,
            events,
            metrics,
            access,
        };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// The settings.
    #[must_use]
    pub fn config(&self) -> &ServerConfig {
        &self.shared.config
    }

    /// The engine.
    #[must_use]
    pub fn engine(&self) -> &Engine {
        &self.shared.engine
    }

    /// Cuts what is under way, and waits until every turn is closed. [`serve`](crate::serve)
    /// does it; call it only where [`app`](crate::app) is served in another way.
    pub async fn finish(&self) {
        self.shared.events.end();
        self.shared.tasks.finish().await;
    }

    pub(crate) fn upstream(&self) -> &Upstream {
        &self.shared.upstream
    }

    pub(crate) fn locks(&self) -> &Locks {
        &self.shared.locks
    }

    pub(crate) fn flights(&self) -> &Flights {
        &self.shared.flights
    }

    pub(crate) fn hot(&self) -> &Hot {
        &self.shared.hot
    }

    pub(crate) fn snapshots(&self) -> &Snapshots {
        &self.shared.snapshots
    }

    /// The identity of the settings.
    pub(crate) fn identity(&self) -> Option<&Arc<Identity>> {
        self.shared.identity.as_ref()
    }

    pub(crate) fn known(&self) -> &Known {
        &self.shared.known
    }

    pub(crate) fn late(&self) -> &Late {
        &self.shared.late
    }

    pub(crate) fn events(&self) -> &Events {
        &self.shared.events
    }

    pub(crate) fn metrics(&self) -> &Metrics {
        &self.shared.metrics
    }

    pub(crate) fn access(&self) -> &Access {
        &self.shared.access
    }

    pub(crate) fn tasks(&self) -> &Tasks {
        &self.shared.tasks
    }
}
