//! The settings of the gateway, each with the reason for its default.
//!
//! Owns no parsing: the binary reads files, flags and environment and hands these in. Settings
//! of the conversation loop are `leeboard_core::Config`.

use std::fmt;
use std::time::Duration;

use leeboard_core::{Identity, Mode};
use secrecy::SecretString;

use crate::access::cors;
use crate::state::SetupError;
use crate::upstream::Upstream;

/// What happens to a turn that cannot be remembered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "open or closed, nothing between")]
pub enum Fail {
    /// It goes on without leeboard, and a header says so. The default: a conversation that
    /// drifts is better than one that stops.
    #[default]
    Open,
    /// It ends with an error.
    Closed,
}

/// How the gateway works. Start from [`ServerConfig::new`] and change what differs.
#[derive(Clone)]
#[non_exhaustive]
pub struct ServerConfig {
    /// The root of the only API that requests go to, with its version:
    /// `https://api.openai.com/v1`. A bare host gets `/v1`.
    pub upstream: String,
    /// The key for it. `None` passes the client's own on.
    pub upstream_key: Option<SecretString>,
    /// What leeboard may change. Observe: nobody wants a proxy that changes prompts unasked.
    pub mode: Mode,
    /// Whether streams too are held back until they are judged, where a request does not say. Not:
    /// a reader who sees words at once is worth more than a rare second try.
    pub buffer: bool,
    /// Who the assistant is. `None`: whoever the client's system message says.
    pub identity: Option<Identity>,
    /// What happens when the store or the loop fails.
    pub fail: Fail,
    /// Days after which a session that nobody uses is deleted; 0 keeps all.
    pub retention_days: u32,
    /// Sizes and times.
    pub limits: ServerLimits,
    /// Who may send requests.
    pub access: AccessConfig,
}

/// Who may send requests, and how many.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AccessConfig {
    /// Whether a key must be shown even while there is none. Otherwise one must be shown as soon as
    /// the first was made: nobody on the loopback address should need one to try the gateway.
    pub require_key: bool,
    /// How long a key that was looked up needs no looking up, so that a request costs no query. 5
    /// seconds: a revoked key opens nothing any more by the time one has checked that.
    pub key_memory: Duration,
    /// Origins such as `https://chat.example` whose pages may send requests and read answers. None:
    /// a page that a user happens to visit must not talk to the gateway.
    pub cors_origins: Vec<String>,
    /// Names, without a port, that the gateway is reached under, beside `localhost` and addresses.
    /// Asked only while no key is needed.
    pub hosts: Vec<String>,
    /// How many requests.
    pub limits: AccessLimits,
}

impl Default for AccessConfig {
    fn default() -> Self {
        Self {
            require_key: false,
            key_memory: Duration::from_secs(5),
            cors_origins: Vec::new(),
            hosts: Vec::new(),
            limits: AccessLimits::default(),
        }
    }
}

/// How many requests are taken; 0 is no limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AccessLimits {
    /// Requests under way at once. 2,048: each needs two sockets, and no small machine serves more.
    pub requests: usize,
    /// Requests of one key under way at once. None: how many a client needs is not ours to guess.
    pub requests_per_key: usize,
    /// Requests of one key a minute, in the long run. None, for the same reason.
    pub per_minute: u32,
    /// Requests of one key that may come together, after it has been quiet. 0: those of a minute.
    pub burst: u32,
}

impl Default for AccessLimits {
    fn default() -> Self {
        Self { requests: 2_048, requests_per_key: 0, per_minute: 0, burst: 0 }
    }
}

impl ServerConfig {
    /// The usual settings for an upstream.
    #[must_use]
    pub fn new(upstream: impl Into<String>) -> Self {
        Self {
            upstream: upstream.into(),
            upstream_key: None,
            mode: Mode::Observe,
            buffer: false,
            identity: None,
            fail: Fail::Open,
            retention_days: 0,
            limits: ServerLimits::default(),
            access: AccessConfig::default(),
        }
    }

    /// Whether a gateway can be set up with these settings, before anything is opened for it.
    ///
    /// # Errors
    /// [`SetupError`] for an address, a key or an origin that cannot be used.
    pub fn check(&self) -> Result<(), SetupError> {
        cors::layer(&self.access.cors_origins)?;
        Upstream::new(self).map(drop)
    }
}

impl fmt::Debug for ServerConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The address may hold a password, so it is left out with the key.
        f.debug_struct("ServerConfig")
            .field("mode", &self.mode)
            .field("fail", &self.fail)
            .field("limits", &self.limits)
            .field("access", &self.access)
            .finish_non_exhaustive()
    }
}

/// Sizes and times that the gateway bears.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServerLimits {
    /// A chat request's body. 32 MiB: several pictures in base64. Other bodies stream and are the
    /// upstream's to limit.
    pub request_bytes: usize,
    /// A request's first line and headers, of which there may be 100. 64 KiB: eight times what
    /// common proxies let through.
    pub header_bytes: usize,
    /// For a request's headers, and for the next request on a connection. 60 seconds: clients keep
    /// idle connections for a few seconds, and a slow one must not hold its socket for ever.
    pub header_timeout: Duration,
    /// For all of a chat request's body, and between two pieces of another one. 5 minutes: the
    /// largest body at 100 KB a second.
    pub body_timeout: Duration,
    /// A chat reply that is held back. 64 MiB: no whole reply is longer, and a longer stream passes.
    pub reply_bytes: usize,
    /// Between two comments in a stream that is held back. 10 seconds: proxies close connections that
    /// are silent for 30 to 60.
    pub comment_every: Duration,
    /// For the connection to the upstream. 10 seconds: enough for a slow network, short for a
    /// wrong host.
    pub connect_timeout: Duration,
    /// Until the upstream begins to answer. 10 minutes, as in OpenAI's own clients.
    pub reply_timeout: Duration,
    /// Between two pieces of an answer. 5 minutes: reasoning models pause before they speak.
    pub idle_timeout: Duration,
    /// Memory for sessions in use, so that their logs are not replayed at every request; 0 for
    /// none. 256 MiB: about a hundred conversations of 400 turns, or fifteen hundred of twenty.
    pub hot_bytes: usize,
    /// Records after which the state of a session is kept in the store, so that it is opened later
    /// without replaying its whole log; 0 for never. 128, some 64 turns: at 10,000 turns the last
    /// hundred records take as long as reading the snapshot.
    pub snapshot_records: u32,
    /// For replies under way at shutdown, before they are cut. 20 seconds: supervisors kill
    /// after 30.
    pub shutdown_grace: Duration,
}

impl Default for ServerLimits {
    fn default() -> Self {
        Self {
            request_bytes: 32 << 20,
            header_bytes: 64 << 10,
            header_timeout: Duration::from_secs(60),
            body_timeout: Duration::from_secs(300),
            reply_bytes: 64 << 20,
            comment_every: Duration::from_secs(10),
            connect_timeout: Duration::from_secs(10),
            reply_timeout: Duration::from_secs(600),
            idle_timeout: Duration::from_secs(300),
            hot_bytes: 256 << 20,
            snapshot_records: 128,
            shutdown_grace: Duration::from_secs(20),
        }
    }
}
