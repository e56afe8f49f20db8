//! Whole conversations through the core, without a store or a model.
//!
//! `anchors` is what a prompt holds of what was said long ago, `plan` what it holds of the goal and
//! the steps, `notes` where and how often anchors stand, `laws` are properties over random conversations, `turns` single turns that go wrong
//! somewhere, `boundaries` whether anybody else's text can pose as the runtime's, `recenter` windows restarted by hand, `candidates` replies that are held back, `vectors` what becomes of embeddings,
//! `adversarial` inputs made to be slow or to break. `shell` drives the core for all of them.

mod adversarial;
mod anchors;
mod boundaries;
mod candidates;
mod laws;
mod notes;
mod plan;
mod recenter;
mod shell;
mod turns;
mod vectors;
