//! Settings of the correction ladder.

use serde::{Deserialize, Serialize};

use crate::control::Correction;
use crate::drift::Signal;

/// How far the correction of one signal may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::exhaustive_structs, reason = "three values, written in config files")]
pub struct Policy {
    /// The highest rung; `observe` switches the signal's corrections off.
    pub highest: Correction,
    /// Turns of rest after all rungs have failed; twice as many after each further failure.
    pub cooldown: u32,
    /// Corrected turns within `control.ladder.window`, at most.
    pub budget: u32,
}

/// The correction ladder (DESIGN's rungs 0 to 5) and its bounds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct LadderConfig {
    /// Broken rules.
    pub rules: Policy,
    /// A lost voice.
    pub persona: Policy,
    /// A reply that is not about the request.
    pub off_topic: Policy,
    /// An unasked change of form.
    pub consistency: Policy,
    /// A reply that says again what was said: only another form helps.
    pub repetition: Policy,
    /// A contradicted fact.
    pub contradiction: Policy,
    /// A voice that slides.
    pub slow: Policy,
    /// Index from which a signal that can only be sure in degrees is corrected at its first
    /// alarm; under it a second one within `within` is waited for. SRIP-03 section 4: .45 to .5
    /// asks for introspection only.
    pub act: f64,
    /// Turns that a budget is for.
    pub window: u32,
    /// A correction that is held is said every so many turns; 1 = in each.
    pub every: u32,
    /// Replies within which a correction must have brought its signal down.
    pub within: u32,
    /// Failures in a row after which a signal is not corrected any more until it has come down by
    /// itself.
    pub give_up: u32,
    /// Turns between two restarts of the window by the ladder: each costs the prompt's cache, and
    /// too many of them hurt (ERGO, 2510.14077).
    pub restart_cooldown: u32,
}

impl Default for LadderConfig {
    fn default() -> Self {
        let to = |highest, budget| Policy { highest, cooldown: 8, budget };
        Self {
            rules: to(Correction::Contain, 20),
            persona: to(Correction::Contain, 20),
            off_topic: to(Correction::Consolidate, 10),
            consistency: to(Correction::Consolidate, 10),
            repetition: to(Correction::Consolidate, 10),
            contradiction: to(Correction::Contain, 20),
            slow: to(Correction::Consolidate, 20),
            act: 0.5,
            window: 50,
            every: 1,
            within: 3,
            give_up: 3,
            restart_cooldown: 10,
        }
    }
}

impl LadderConfig {
    /// The same with no signal's correction going further than a rung.
    #[must_use]
    pub fn up_to(mut self, highest: Correction) -> Self {
        let signals = [&mut self.rules, &mut self.persona, &mut self.off_topic, &mut self.consistency];
        let others = [&mut self.repetition, &mut self.contradiction, &mut self.slow];
        for policy in signals.into_iter().chain(others) {
            policy.highest = policy.highest.min(highest);
        }
        self
    }

    /// The policy of a signal.
    #[must_use]
    pub fn policy(&self, signal: Signal) -> Policy {
        match signal {
            Signal::Rules => self.rules,
            Signal::Persona => self.persona,
            Signal::OffTopic => self.off_topic,
            Signal::Consistency => self.consistency,
            Signal::Repetition => self.repetition,
            Signal::Contradiction => self.contradiction,
            Signal::Slow => self.slow,
        }
    }
}
