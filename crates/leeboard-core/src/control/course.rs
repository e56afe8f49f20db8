//! What was done about each signal so far, and whether it helped: part of the fold.
//!
//! Owns the courses of correction and their effects as records say them. Decides nothing: steps
//! are chosen in `ladder`, effects are measured in `effect`.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

use super::{Correction, Effect, Held, Plan};
use crate::drift::{Drift, Opinion, Signal};

/// Corrected turns remembered, at most; budgets look back no further.
const MOST_TURNS: usize = 256;

/// Effects remembered, at most.
const MOST_EFFECTS: usize = 64;

/// The course of one signal's correction.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Course {
    /// The rung whose effect is awaited; observe if none is.
    pub rung: Correction,
    /// The turn with which that rung began.
    pub began: u32,
    /// The turn with which the first rung of this course began.
    pub since: u32,
    /// The last corrected turn; 0 for none.
    pub last: u32,
    /// Courses in a row that did not help.
    pub failures: u32,
    /// The first turn in which it may be corrected again.
    pub rests_until: u32,
    /// Whether it is left alone until it comes down by itself.
    pub given_up: bool,
    /// Judged replies in a row without an alarm.
    pub calm: u32,
    /// The rung that helped last, and the turn whose reply showed it; 0 for none.
    pub helped: Correction,
    /// See `helped`.
    pub helped_at: u32,
    /// The corrected turns.
    turns: VecDeque<u32>,
}

impl Course {
    /// Corrected turns from a turn on.
    #[must_use]
    pub fn spent(&self, from: u32) -> u32 {
        u32::try_from(self.turns.iter().filter(|&&turn| turn >= from).count()).unwrap_or(u32::MAX)
    }

    /// Whether the model does not respond to what is done about this signal.
    #[must_use]
    pub fn not_responding(&self, turn: u32) -> bool {
        self.given_up || turn < self.rests_until
    }
}

/// Posture and corrections of a session, as its records say.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Steering {
    held: Held,
    courses: BTreeMap<Signal, Course>,
    effects: VecDeque<Effect>,
    corrected: VecDeque<u32>,
    recentered: u32,
}

static NO_COURSE: Course = Course {
    rung: Correction::Observe,
    began: 0,
    since: 0,
    last: 0,
    failures: 0,
    rests_until: 0,
    given_up: false,
    calm: 0,
    helped: Correction::Observe,
    helped_at: 0,
    turns: VecDeque::new(),
};

impl Steering {
    /// The posture that the runtime holds.
    #[must_use]
    pub fn held(&self) -> &Held {
        &self.held
    }

    /// The course of a signal.
    #[must_use]
    pub fn course(&self, signal: Signal) -> &Course {
        self.courses.get(&signal).unwrap_or(&NO_COURSE)
    }

    /// The courses of all signals that were ever corrected.
    #[must_use]
    pub fn courses(&self) -> &BTreeMap<Signal, Course> {
        &self.courses
    }

    /// What the last corrections have brought, oldest first.
    #[must_use]
    pub fn effects(&self) -> &VecDeque<Effect> {
        &self.effects
    }

    /// Corrected turns from a turn on.
    #[must_use]
    pub fn corrected(&self, from: u32) -> u32 {
        u32::try_from(self.corrected.iter().filter(|&&turn| turn >= from).count()).unwrap_or(u32::MAX)
    }

    /// The last turn with which the window was started anew; 0 for none.
    #[must_use]
    pub fn recentered(&self) -> u32 {
        self.recentered
    }

    pub(crate) fn fold_plan(&mut self, turn: u32, plan: &Plan) {
        if plan.recenter {
            self.recentered = turn;
        }
        if !plan.steps.is_empty() {
            note_turn(&mut self.corrected, turn);
        }
        for step in &plan.steps {
            let course = self.courses.entry(step.signal).or_default();
            if step.begins {
                if course.rung == Correction::Observe {
                    course.since = turn;
                }
                (course.rung, course.began) = (step.rung, turn);
            }
            course.last = turn;
            note_turn(&mut course.turns, turn);
        }
    }

    pub(crate) fn fold_reply(
        &mut self,
        turn: u32,
        drift: &Drift,
        held: &Held,
        effects: &[Effect],
        rest: u32,
    ) {
        self.held.clone_from(held);
        for effect in effects {
            self.fold_effect(turn, effect);
        }
        for (signal, course) in &mut self.courses {
            let scored = drift.signals.get(signal).and_then(Opinion::score).is_some();
            if drift.flags.contains(signal) {
                course.calm = 0;
            } else if scored {
                course.calm = course.calm.saturating_add(1);
            }
            if course.given_up && course.calm > rest {
                (course.given_up, course.failures, course.rests_until) = (false, 0, 0);
            }
        }
    }

    fn fold_effect(&mut self, turn: u32, effect: &Effect) {
        let course = self.courses.entry(effect.signal).or_default();
        match effect.fell {
            Some(true) => {
                (course.helped, course.helped_at) = (effect.rung, turn);
                course.failures /= 2;
                course.rung = Correction::Observe;
            }
            Some(false) if !effect.ends => {}
            Some(false) => {
                course.failures = course.failures.saturating_add(1);
                course.rung = Correction::Observe;
                course.helped = Correction::Observe;
                course.rests_until = effect.rests_until;
                course.given_up |= effect.gives_up;
            }
            None => course.rung = Correction::Observe,
        }
        self.effects.push_back(effect.clone());
        self.effects.drain(..self.effects.len().saturating_sub(MOST_EFFECTS));
    }
}

/// Takes in a turn once, whatever was given up and opened again.
fn note_turn(turns: &mut VecDeque<u32>, turn: u32) {
    if turns.back() != Some(&turn) {
        turns.push_back(turn);
    }
    turns.drain(..turns.len().saturating_sub(MOST_TURNS));
}
