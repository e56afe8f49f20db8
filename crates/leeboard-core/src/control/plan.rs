//! What the next prompt is to correct.
//!
//! Owns the rungs of the correction ladder and the plan. Which rung is taken is decided in `ladder`.

use serde::{Deserialize, Serialize};

/// The steps of the correction ladder that are built; each includes none of the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Correction {
    /// Nothing is corrected.
    #[default]
    Observe,
    /// A short reminder of who the assistant is.
    Anchor,
    /// The broken rules, and only those, are restated.
    Restate,
}

impl Correction {
    /// The name in traces and headers.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Observe => "observe",
            Self::Anchor => "anchor",
            Self::Restate => "restate",
        }
    }
}

/// What the next prompt is to correct.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Plan {
    /// The step of the ladder.
    pub correction: Correction,
    /// Ids of the rules to restate.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<String>,
    /// Whether to ask for another form, against a rut.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub vary: bool,
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
}
