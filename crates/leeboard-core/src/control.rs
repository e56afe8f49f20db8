//! Posture and correction: what is done about drift.
//!
//! Owns the postures with SRIP-03's thresholds and the plan for the next reply. Does not
//! measure; `drift` does. Does not write the note; `prompt` does.

mod ladder;
mod plan;
mod posture;

pub use plan::{Correction, Plan};
pub use posture::{Posture, Transition, posture_for};

pub(crate) use ladder::{plan, plan_for};
pub(crate) use posture::{next_posture, posture_of_index};
