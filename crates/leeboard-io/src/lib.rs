//! The world behind traits for leeboard: models, stores, conversation files, the clock.
//!
//! `leeboard-core` decides; this crate fetches, stores and stamps. It owns everything that
//! waits, fails or differs from machine to machine, and takes no decision about a conversation.
//!
//! - [`driver`] is the loop's other half: it carries out what the core asks for.
//! - [`candidates`] judges a reply that is held back, and asks again where the core wishes.
//! - [`engine`] opens and closes turns with storage; the driver and the gateway stand on it.
//! - [`model`] calls a model: any OpenAI-compatible endpoint, a recording, or the simulation.
//! - [`store`] keeps the log of records: SQLite, or memory for tests and throw-away runs.
//! - [`conversation`] reads and writes conversation files.
//! - [`trace`] says which records explain a turn; [`upkeep`] copies, writes out and takes in whole
//!   sessions.
//! - [`tokens`] counts tokens exactly, [`stamp`] supplies time, salts and ids.

pub mod candidates;
pub mod conversation;
pub mod driver;
pub mod embed;
pub mod engine;
pub mod http;
pub mod model;
pub mod stamp;
pub mod store;
pub mod tokens;
pub mod trace;
pub mod upkeep;
pub mod verify;
