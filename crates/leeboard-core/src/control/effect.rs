//! Whether a correction has helped: did its signal come down within three replies?
//!
//! Owns the measuring, as a decision for the turn's record. It is no proof: a signal may come down
//! by itself. What follows from it is folded in `course` and used in `ladder`.

use serde::{Deserialize, Serialize};

use super::Correction;
use super::course::{Course, Steering};
use crate::config::ControlConfig;
use crate::drift::{Drift, Opinion, Signal};

/// The longest rest of a signal, in turns.
const LONGEST_REST: u32 = 64;

/// What a correction has brought.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Effect {
    /// The signal.
    pub signal: Signal,
    /// The rung.
    pub rung: Correction,
    /// The turn with which it began.
    pub began: u32,
    /// Replies since then, with this one.
    pub replies: u32,
    /// Whether the signal came down; `None` if it could not be judged.
    pub fell: Option<bool>,
    /// Whether no higher rung follows.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ends: bool,
    /// The first turn in which the signal is corrected again, where all has failed; 0 if not.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub rests_until: u32,
    /// Whether the signal is left alone from here on: the model does not respond.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub gives_up: bool,
}

fn is_zero(number: &u32) -> bool {
    *number == 0
}

impl Effect {
    /// In words.
    #[must_use]
    pub fn in_words(&self) -> String {
        let (signal, rung, replies) = (self.signal.name(), self.rung.name(), self.replies);
        let of = format!("{rung} of turn {} for {signal}", self.began);
        match self.fell {
            Some(true) => format!("{of}: helped after {replies} replies"),
            None => format!("{of}: not to be judged, {signal} had no opinion in {replies} replies"),
            Some(false) if !self.ends => format!("{of}: did not help, the next rung follows"),
            Some(false) if self.gives_up => {
                format!("{of}: did not help, not responding; left alone until {signal} falls by itself")
            }
            Some(false) => {
                format!("{of}: did not help, not responding; rests until turn {}", self.rests_until)
            }
        }
    }
}

/// What the reply of a turn shows of the corrections whose effect is awaited.
pub(crate) fn measure(steering: &Steering, turn: u32, drift: &Drift, control: &ControlConfig) -> Vec<Effect> {
    let awaited = steering.courses().iter().filter(|(_, course)| course.rung != Correction::Observe);
    awaited.filter_map(|(&signal, course)| effect(signal, course, turn, drift, control)).collect()
}

fn effect(
    signal: Signal,
    course: &Course,
    turn: u32,
    drift: &Drift,
    control: &ControlConfig,
) -> Option<Effect> {
    let ladder = &control.ladder;
    let replies = turn.saturating_sub(course.began).saturating_add(1);
    let mut effect = Effect {
        signal,
        rung: course.rung,
        began: course.began,
        replies,
        fell: Some(true),
        ends: true,
        rests_until: 0,
        gives_up: false,
    };
    if drift.signals.get(&signal).and_then(Opinion::score).is_none() {
        effect.fell = None;
        return (replies >= ladder.within).then_some(effect);
    }
    if !drift.flags.contains(&signal) {
        return Some(effect);
    }
    effect.fell = Some(false);
    let policy = ladder.policy(signal);
    let all = turn.saturating_sub(course.since).saturating_add(1);
    // A rung that cannot be taken, in mode augment or in a cooldown, must not be waited for for ever.
    let over =
        all >= ladder.within.saturating_mul(2) || (course.rung >= policy.highest && replies >= ladder.within);
    if over {
        let doubled = policy.cooldown.saturating_mul(2_u32.saturating_pow(course.failures));
        effect.rests_until = turn.saturating_add(1).saturating_add(doubled.min(LONGEST_REST));
        effect.gives_up = course.failures.saturating_add(1) >= ladder.give_up;
        return Some(effect);
    }
    effect.ends = false;
    (course.rung < policy.highest).then_some(effect)
}
