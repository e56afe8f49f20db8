//! What the next prompt is to correct.
//!
//! Owns the rungs of the correction ladder and the plan. Which rung is taken is decided in `ladder`.

use serde::{Deserialize, Serialize};

use crate::drift::Signal;

/// The rungs of the correction ladder, least first; each includes none of the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Correction {
    /// Nothing is corrected.
    #[default]
    Observe,
    /// A short reminder of who the assistant is, or of what is asked of its form.
    Anchor,
    /// What was violated, and only that, is restated.
    Restate,
    /// The window starts anew with a compact brief and the last turns.
    Consolidate,
    /// The reply is asked for again before it is delivered.
    Regenerate,
    /// Safe mode: the conversation is contained.
    Contain,
}

impl Correction {
    /// The name in traces and headers.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Observe => "observe",
            Self::Anchor => "anchor",
            Self::Restate => "restate",
            Self::Consolidate => "consolidate",
            Self::Regenerate => "regenerate",
            Self::Contain => "contain",
        }
    }
}

/// What is done in one turn about one signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Step {
    /// The signal.
    pub signal: Signal,
    /// The rung.
    pub rung: Correction,
    /// Whether the rung begins with this turn; else it is held.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub begins: bool,
}

/// A signal that was in alarm and is not corrected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Resting {
    /// The signal.
    pub signal: Signal,
    /// Why, in words.
    pub why: String,
}

/// A fact that a recent reply went against.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RestatedFact {
    /// The turn in which it was said; 0 for the identity.
    pub turn: u32,
    /// The words that state it.
    pub words: String,
    /// Whether it was missing in the prompt: then it is put back, and nobody is corrected.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub forgotten: bool,
}

/// The stabilization methods of SRIP-03.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "the five methods of the standard")]
pub enum Method {
    /// Identity, rules or facts stand anew beside the newest message.
    SemanticReanchoring,
    /// Another form is asked for, so that what recurs gives way.
    DensityModulation,
    /// The posture is kept by a lock.
    PostureRealignment,
    /// Sampling and length are bounded.
    EntropyThrottling,
    /// What the conversation keeps coming back to is named.
    AttractorReinforcement,
}

impl Method {
    /// As users read it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::SemanticReanchoring => "semantic re-anchoring",
            Self::DensityModulation => "symbolic density modulation",
            Self::PostureRealignment => "posture realignment",
            Self::EntropyThrottling => "entropy throttling",
            Self::AttractorReinforcement => "attractor reinforcement",
        }
    }
}

/// Bounds of sampling and length for one reply.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Throttle {
    /// Temperature, at most.
    pub temperature: f64,
    /// Tokens of the reply, at most; `None` where its length was not what drifted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_tokens: Option<u32>,
}

/// What the next prompt is to correct.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Plan {
    /// The highest rung of the steps.
    pub correction: Correction,
    /// Ids of the rules to restate.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<String>,
    /// The facts to restate or to put back.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<RestatedFact>,
    /// Whether to ask for another form, against a rut.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub vary: bool,
    /// Whether the identity is restated because something in the input tries to change it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub guards: bool,
    /// Whether the identity is restated because its turn has come.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub reminds: bool,
    /// What the conversation keeps coming back to, where it is to be named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub motifs: Vec<String>,
    /// What is done about each signal.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<Step>,
    /// The signals that are not corrected though they were in alarm.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resting: Vec<Resting>,
    /// The stabilization methods that this is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub methods: Vec<Method>,
    /// Bounds of sampling, where the operator allows them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub throttle: Option<Throttle>,
    /// Whether the window starts anew.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub recenter: bool,
    /// Why, in words.
    pub cause: String,
}

/// Why nothing is corrected where somebody does not want it.
const SWITCHED_OFF: &str = "corrections are switched off for this request";

impl Plan {
    /// To correct nothing, as was asked for.
    pub(crate) fn switched_off() -> Self {
        Self { cause: SWITCHED_OFF.to_owned(), ..Self::default() }
    }

    /// Whether somebody asked to correct nothing.
    #[must_use]
    pub fn is_switched_off(&self) -> bool {
        self.cause == SWITCHED_OFF
    }

    /// Whether something is done about a signal.
    #[must_use]
    pub fn treats(&self, signal: Signal) -> bool {
        self.steps.iter().any(|step| step.signal == signal)
    }
}
