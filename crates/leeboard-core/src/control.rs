//! Posture and correction: what is done about drift.
//!
//! Owns the posture that a reply asks for (`posture`) and the one that is held (`held`), the plan
//! for the next reply (`ladder`), what was done so far (`course`) and whether it helped (`effect`),
//! whether what was broken had been in the prompt (`lapse`), and what the user is after (`intent`).
//! Does not measure; `drift` does. Does not write the note; `prompt` does. Containment is in
//! `safety`.

mod belief;
mod course;
mod effect;
mod held;
mod intent;
mod ladder;
mod lapse;
mod links;
mod method;
mod plan;
mod posture;

pub use belief::{Belief, beliefs};
pub use course::{Course, Steering};
pub use effect::Effect;
pub use held::{Held, Immunity, Lock};
pub use intent::Intent;
pub use lapse::{Known, Lapse};
pub use plan::{Correction, Method, Plan, RestatedFact, Resting, Step, Throttle};
pub use posture::{Posture, Transition, posture_for};

pub(crate) use effect::measure as measure_effects;
pub(crate) use held::{Wish, next as next_held};
pub(crate) use ladder::{at_fault, plan, plan_for};
pub(crate) use lapse::lapses;
pub(crate) use links::links;
pub(crate) use posture::{next_posture, posture_of_index};
