//! The OpenAI-compatible gateway of leeboard.
//!
//! A client changes its base URL and nothing else: requests go to one configured upstream, and
//! every conversation is remembered, measured and, if the mode says so, kept on course. This
//! crate owns HTTP: requests, replies, streams, and which session a request belongs to. What is
//! decided about a conversation is `leeboard-core`'s; storage is `leeboard-io`'s.
//!
//! - `access` says who calls, and turns away who may not.
//! - `chat` is the page to read first: one chat completion from request to closed turn.
//! - `sessions` finds the session and opens and closes its turn; `sessions::align` compares
//!   what a client sends again with what is stored.
//! - `splice` changes a request body without touching a byte that is not ours.
//! - `stream` passes a stream on while it listens, and holds back `[DONE]` until the commit.
//! - `passthrough` forwards everything else.
//! - `api` shows sessions and what can be done with them; `events` says what happens, `health` and
//!   `metrics` how the gateway is, `observe` what is told of every request.

mod access;
mod api;
mod app;
mod chat;
mod config;
mod events;
mod headers;
mod health;
mod held;
mod metrics;
mod observe;
mod openai;
mod passthrough;
mod retention;
mod serve;
mod sessions;
mod splice;
mod state;
mod stream;
mod tasks;
mod upstream;

pub use api::openapi;
pub use app::app;
pub use config::{AccessConfig, AccessLimits, Fail, ServerConfig, ServerLimits};
pub use serve::serve;
pub use state::{AppState, SetupError};
