//! The settings of the gateway, each with the reason for its default.
//!
//! Owns no parsing: the binary reads files, flags and environment and hands these in. Settings
//! of the conversation loop are `leeboard_core::Config`.

use std::fmt;
use std::time::Duration;

use leeboard_core::{Identity, Mode};
use secrecy::SecretString;

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
    /// Who the assistant is. `None`: whoever the client's system message says.
    pub identity: Option<Identity>,
    /// What happens when the store or the loop fails.
    pub fail: Fail,
    /// Days after which a session that nobody uses is deleted; 0 keeps all.
    pub retention_days: u32,
    /// Sizes and times.
    pub limits: ServerLimits,
}

impl ServerConfig {
    /// The usual settings for an upstream.
    #[must_use]
    pub fn new(upstream: impl Into<String>) -> Self {
        Self {
            upstream: upstream.into(),
            upstream_key: None,
            mode: Mode::Observe,
            identity: None,
            fail: Fail::Open,
            retention_days: 0,
            limits: ServerLimits::default(),
        }
    }

    /// Whether a gateway can be set up with these settings, before anything is opened for it.
    ///
    /// # Errors
    /// [`SetupError`] for an address or a key that cannot be used.
    pub fn check(&self) -> Result<(), SetupError> {
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
            .finish_non_exhaustive()
    }
}

/// Sizes and times that the gateway bears.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServerLimits {
    /// A chat request's body. 32 MiB: several pictures in base64.
    pub request_bytes: usize,
    /// A chat reply that is not a stream. 64 MiB: it must be held until the turn is committed.
    pub reply_bytes: usize,
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
    /// For replies under way at shutdown, before they are cut. 20 seconds: supervisors kill
    /// after 30.
    pub shutdown_grace: Duration,
}

impl Default for ServerLimits {
    fn default() -> Self {
        Self {
            request_bytes: 32 << 20,
            reply_bytes: 64 << 20,
            connect_timeout: Duration::from_secs(10),
            reply_timeout: Duration::from_secs(600),
            idle_timeout: Duration::from_secs(300),
            hot_bytes: 256 << 20,
            shutdown_grace: Duration::from_secs(20),
        }
    }
}
