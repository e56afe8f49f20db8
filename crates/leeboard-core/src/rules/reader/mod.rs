//! The reader of natural prompts: a small grammar over clauses.
//!
//! Owns the way from a prompt to clauses: lines and sentences, tokens, clauses with polarity,
//! strength and condition, quantities. What a clause means for a reply is in `kinds`. Reads
//! English; all of it takes time in proportion to the text.

mod bound;
pub(in crate::rules) mod clause;
pub(in crate::rules) mod condition;
mod decoration;
mod fragment;
mod head;
pub(in crate::rules) mod lines;
mod passage;
pub(in crate::rules) mod quantity;
mod rewrite;
mod scope;
mod segment;
mod sentence;
mod statement;
pub(in crate::rules) mod token;
pub(in crate::rules) mod verbs;
mod words;
