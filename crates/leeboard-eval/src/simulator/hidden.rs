//! What nobody sees of a simulated model: how soon it forgets, how stubborn it is, what it obeys.
//!
//! Owns the parameters and the ranges they are drawn from. The ranges are wide on purpose, are
//! not fitted to leeboard or to any model, and stand in `docs/guides/eval-loop.md`.

use super::Kind;
use crate::bootstrap::Dice;

/// One model, drawn from a seed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Hidden {
    /// Words after which the hold of an instruction has fallen to 1/e of what it can lose.
    pub(crate) reach: f64,
    /// What is left of that hold at any distance, in [0, 1].
    pub(crate) floor: f64,
    /// Standard deviation of the noise on the strength of the character.
    pub(crate) noise: f64,
    /// What stays of a latent state from turn to turn, in [0, 1].
    pub(crate) stubbornness: f64,
    /// Weight of its own earlier replies in the prompt, in [0, 1].
    pub(crate) copying: f64,
    /// Chance that a correction of this kind is obeyed, each in [0, 1].
    pub(crate) obedience: Obedience,
    /// What each further reminder of a kind within ten turns loses of its effect, in [0, 1].
    pub(crate) resistance: f64,
    /// Chance to overlook a fact far back in the prompt, in [0, 1].
    pub(crate) overlooks: f64,
    /// Chance to make up a value that it does not find, in [0, 1].
    pub(crate) invents: f64,
    /// Chance a turn to break a rule that is far away, in [0, 1].
    pub(crate) slips: f64,
    /// Chance a turn to come back to topic, fact, rule or form by itself, in [0, 1].
    pub(crate) returns: f64,
    /// Chance that a reply without need states what it wrongly believes, in [0, 1].
    pub(crate) mentions: f64,
}

/// What is obeyed, by what the correction speaks of.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Obedience {
    pub(crate) persona: f64,
    pub(crate) rule: f64,
    pub(crate) fact: f64,
    pub(crate) topic: f64,
    pub(crate) form: f64,
    /// A prompt with far less history than the one before.
    pub(crate) fresh: f64,
}

/// One model in this many obeys no correction at all.
const DISOBEDIENT: usize = 8;

impl Hidden {
    /// The model of a seed. In a run without drift nothing fades and nothing slips.
    pub(crate) fn of(seed: u64, kind: Kind) -> Self {
        let mut dice = Dice::of(seed ^ 0x005e_edf0_44a1);
        let mut between = |low: f64, high: f64| low + (high - low) * dice.unit();
        let mut hidden = Self {
            // Log-uniform: a short reach is as likely as a long one.
            reach: between(f64::ln(1_500.0), f64::ln(30_000.0)).exp(),
            floor: between(0.1, 0.5),
            noise: between(0.01, 0.08),
            stubbornness: between(0.2, 0.8),
            copying: between(0.1, 0.6),
            obedience: Obedience {
                persona: between(0.5, 1.0),
                rule: between(0.5, 1.0),
                fact: between(0.5, 1.0),
                topic: between(0.5, 1.0),
                form: between(0.5, 1.0),
                fresh: between(0.4, 1.0),
            },
            resistance: between(0.0, 0.3),
            overlooks: between(0.0, 0.15),
            invents: between(0.2, 0.9),
            slips: between(0.0, 0.01),
            returns: between(0.0, 0.1),
            mentions: between(0.2, 0.6),
        };
        if dice.below(DISOBEDIENT) == 0 {
            hidden.obedience = Obedience::default();
            hidden.returns = 0.0;
        }
        if kind == Kind::None {
            hidden = Self { reach: f64::INFINITY, overlooks: 0.0, slips: 0.0, ..hidden };
        }
        hidden
    }

    /// Whether it obeys any correction.
    pub(crate) fn obeys(&self) -> bool {
        self.obedience != Obedience::default()
    }

    /// The hold of an instruction that stands so many words back, in [0, 1].
    pub(crate) fn hold(&self, words: usize) -> f64 {
        self.floor + (1.0 - self.floor) * (-(words as f64) / self.reach).exp()
    }
}
