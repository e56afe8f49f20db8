//! The conversation loop of leeboard, pure.
//!
//! `leeboard-core` holds a conversation's state, remembers, measures drift after every reply,
//! decides corrections and rebuilds a bounded prompt every turn. It has no I/O, clock,
//! randomness or async: time, salts and embedding vectors are arguments, and everything it
//! iterates is ordered. The same records give the same state and the same prompt bytes.
//!
//! Read [`turn`] first: it is the loop on one page. [`session::Session`] documents the contract.

mod canonical;
mod compact;
pub mod config;
pub mod control;
pub mod drift;
pub mod error;
pub mod identity;
pub mod ledger;
pub mod memory;
pub mod message;
mod number;
pub mod patterns;
pub mod prompt;
pub mod record;
pub mod rules;
pub mod safety;
pub mod session;
pub mod symbols;
pub mod text;
pub mod time;
pub mod tokens;
pub mod turn;
pub mod vector;

pub use config::Config;
pub use error::{ApplyError, IdentityError, TurnError};
pub use identity::Identity;
pub use message::{Content, Entry, Message, Role};
pub use record::{Mode, Record, Stamp};
pub use session::Session;
pub use time::Timestamp;
pub use turn::{Input, Tools};
