//! The posture that the runtime holds: where replies ask for one, it does not jump.
//!
//! Owns SRIP-03's transitions over time: hysteresis, the containment lock and its timeout, the
//! immunity after recovery, the answer to oscillation, to over-damping and to crystallization.
//! Up at once, down by one step after calm replies. What one reply asks for is in `posture`.

use serde::{Deserialize, Serialize};

use super::{Posture, Transition};
use crate::config::ControlConfig;

/// The held posture with what the next decision needs. A whole one stands in every closed turn.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Held {
    /// The posture.
    pub posture: Posture,
    /// The turn from which on it is held.
    pub since: u32,
    /// Calm replies in a row: each asked for less than what is held.
    pub calm: u32,
    /// The lock, while there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lock: Option<Lock>,
    /// The turn from which on recovery and containment may be entered again, and what is the most
    /// until then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub immunity: Option<Immunity>,
    /// Turns of the last changes between reflective and recovery.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub swings: Vec<u32>,
    /// What is left of the stability of a crystallized pattern.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub crystal: Option<f64>,
    /// The change that this reply brought, with its cause.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transition: Option<Transition>,
}

/// A posture that is kept whatever milder replies ask for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Lock {
    /// The turn in which it opens by itself.
    pub until: u32,
    /// Calm replies in a row that open it earlier.
    pub lifts_after: u32,
    /// Why, in words.
    pub cause: String,
}

/// A time in which no more than a posture is entered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Immunity {
    /// The first turn after it.
    pub until: u32,
    /// The most that is entered.
    pub most: Posture,
}

/// What a reply, or safety, asks of the posture.
#[derive(Clone, Debug)]
pub(crate) struct Wish {
    pub(crate) turn: u32,
    /// What the reply asks for, and why.
    pub(crate) asked: Posture,
    pub(crate) cause: String,
    /// The drift index of the reply.
    pub(crate) index: f64,
    /// The stability of the active pattern.
    pub(crate) stability: Option<f64>,
    /// A posture that safety locks, and why.
    pub(crate) locked: Option<(Posture, String)>,
}

/// The posture that is held after a reply.
pub(crate) fn next(before: &Held, wish: &Wish, control: &ControlConfig) -> Held {
    let mut held = Held { transition: None, ..before.clone() };
    held.calm = if calm(&held, wish, control) { held.calm.saturating_add(1) } else { 0 };
    if held.immunity.as_ref().is_some_and(|immunity| wish.turn >= immunity.until) {
        held.immunity = None;
    }
    if let Some((posture, cause)) = &wish.locked {
        let until = wish.turn.saturating_add(control.held.lock);
        held.change(posture.to_owned().max(held.posture), cause, wish.turn);
        held.lock = Some(Lock { until, lifts_after: control.held.over_damping, cause: cause.clone() });
        return held;
    }
    if !held.opens(wish, control) {
        return held;
    }
    let asked = held.allowed(wish.asked);
    if held.posture == Posture::Crystallization || held.crystal.is_some() {
        held.crystallized(asked, wish, control);
    } else if asked > held.posture {
        held.rise(asked, wish, control);
    } else if held.posture > asked && held.calm >= control.held.calm {
        held.fall(wish, control);
    }
    held.swing(before.posture, wish.turn, control);
    held
}

/// Whether a reply asks for less than what is held, and not just so.
fn calm(held: &Held, wish: &Wish, control: &ControlConfig) -> bool {
    let [reflective, recovery, contain] = control.index;
    let limit = match held.posture {
        Posture::Stable | Posture::Crystallization | Posture::Reflective => reflective,
        Posture::Recovery => recovery,
        Posture::Contain => contain,
    };
    // After a rut only a reply out of it is calm, or the posture would go to and fro.
    let out_of_rut = held.crystal.is_none() || wish.asked != Posture::Crystallization;
    wish.asked < held.posture.max(Posture::Reflective)
        && wish.index < limit - control.held.margin
        && out_of_rut
}

impl Held {
    /// Whether the posture may move: there is no lock, it opens, or containment is asked for.
    fn opens(&mut self, wish: &Wish, control: &ControlConfig) -> bool {
        let Some(lock) = &self.lock else { return true };
        if wish.turn >= lock.until {
            let held = self.posture;
            self.change(
                held.min(Posture::Reflective),
                &format!("lock opened by itself after {} cycles", control.held.lock),
                wish.turn,
            );
            self.lock = None;
            // What could not be changed under the lock does not lock again at once.
            let until = wish.turn.saturating_add(control.held.lock);
            self.immunity = Some(Immunity { until, most: Posture::Reflective });
            return false;
        }
        if self.calm >= lock.lifts_after {
            let cause = if lock.lifts_after >= control.held.over_damping {
                format!("over-damping: {} calm replies under a lock, damping lifted", self.calm)
            } else {
                format!("{} calm replies, containment lifted", self.calm)
            };
            let next = if self.posture == Posture::Contain { Posture::Recovery } else { Posture::Stable };
            self.change(next, &cause, wish.turn);
            (self.lock, self.calm) = (None, 0);
            return false;
        }
        let breaks = wish.asked == Posture::Contain && self.posture < Posture::Contain;
        if breaks {
            self.lock = None;
        }
        breaks
    }

    fn allowed(&self, asked: Posture) -> Posture {
        match &self.immunity {
            // After a recovery containment stays possible; after a lock that has failed nothing is.
            Some(immunity) if asked > immunity.most => immunity.most.max(self.posture.min(asked)),
            _ => asked,
        }
    }

    fn rise(&mut self, asked: Posture, wish: &Wish, control: &ControlConfig) {
        self.change(asked, &wish.cause, wish.turn);
        self.crystal = wish.stability.filter(|_| asked == Posture::Crystallization);
        if asked == Posture::Contain {
            self.lock = Some(Lock {
                until: wish.turn.saturating_add(control.held.lock),
                lifts_after: control.held.calm,
                cause: wish.cause.clone(),
            });
        }
    }

    /// One step down.
    fn fall(&mut self, wish: &Wish, control: &ControlConfig) {
        let next = match self.posture {
            Posture::Contain => Posture::Recovery,
            Posture::Recovery => Posture::Reflective,
            Posture::Reflective | Posture::Crystallization | Posture::Stable => Posture::Stable,
        };
        if self.posture == Posture::Recovery {
            let until = wish.turn.saturating_add(control.held.immunity).saturating_add(1);
            self.immunity = Some(Immunity { until, most: Posture::Reflective });
        }
        let cause = format!("{} calm replies, index {:.3}", self.calm, wish.index);
        self.change(next, &cause, wish.turn);
        self.calm = 0;
    }

    /// SRIP-03 section 6.1: stability falls each cycle, under a floor the posture is reflective, and
    /// with the zone left it is stable.
    fn crystallized(&mut self, asked: Posture, wish: &Wish, control: &ControlConfig) {
        if asked >= Posture::Reflective {
            self.crystal = None;
            if asked > self.posture {
                self.rise(asked, wish, control);
            }
        } else if asked == Posture::Stable {
            if self.posture == Posture::Crystallization || self.calm >= control.held.calm {
                self.crystal = None;
                self.change(Posture::Stable, "the convergent zone was left", wish.turn);
            }
        } else if self.posture == Posture::Crystallization {
            let left = self.crystal.unwrap_or(1.0) - control.held.crystal_loss;
            self.crystal = Some(crate::text::round6(left));
            if left < control.held.crystal_floor {
                let cause =
                    format!("stability of the rut {left:.2}, under {:.2}", control.held.crystal_floor);
                self.change(Posture::Reflective, &cause, wish.turn);
            }
        }
    }

    /// SRIP-03 section 8: to and fro between reflective and recovery is locked.
    fn swing(&mut self, before: Posture, turn: u32, control: &ControlConfig) {
        let pair = [before, self.posture];
        if pair == [Posture::Reflective, Posture::Recovery]
            || pair == [Posture::Recovery, Posture::Reflective]
        {
            self.swings.push(turn);
        }
        self.swings.retain(|&at| at.saturating_add(control.held.swing_cycles) > turn);
        let swings = u32::try_from(self.swings.len()).unwrap_or(u32::MAX);
        if control.held.swings > 0 && swings >= control.held.swings {
            let cause = format!("oscillation: {swings} changes between reflective and recovery, locked");
            self.change(Posture::Reflective, &cause, turn);
            let until = turn.saturating_add(control.held.lock);
            self.lock = Some(Lock { until, lifts_after: control.held.over_damping, cause });
            self.swings.clear();
        }
    }

    fn change(&mut self, to: Posture, cause: &str, turn: u32) {
        if to != self.posture {
            let from = self.transition.as_ref().map_or(self.posture, |change| change.from);
            self.transition = Some(Transition { from, to, cause: cause.to_owned() });
            (self.posture, self.since) = (to, turn);
        }
    }
}

#[cfg(test)]
mod tests;
