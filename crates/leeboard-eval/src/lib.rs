//! Measuring leeboard and measuring with it: replay of recorded conversations, reports, demo.
//!
//! Owns everything that runs a conversation without a person in it. Needs no model, except the
//! simulated one of the demo.
//!
//! - [`offline`] drives a recorded conversation through the core.
//! - [`audit`] scores its replies, [`recall`] answers queries on it, [`prompts`] shows what
//!   would have been sent, also by other [`policies`], and [`cost`] what that is billed at.
//! - [`demo`] holds a managed agent beside a plain one on the simulated model.
//! - [`embed`] measures embedders side by side, [`drift`] drift detectors on labelled replies.
//! - [`closed_loop`] holds both agents against a simulated model that is disturbed, or a real one.
//! - [`report`] renders audits for people.

pub mod audit;
mod bench;
mod bootstrap;
pub mod closed_loop;
pub mod cost;
pub mod demo;
pub mod drift;
pub mod embed;
pub mod offline;
pub mod policies;
pub mod prompts;
pub mod recall;
pub mod report;
mod simulator;

pub use offline::EvalError;
