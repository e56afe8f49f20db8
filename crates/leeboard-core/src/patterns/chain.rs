//! The causal continuity chain: cause and effect of every cycle, in words.
//!
//! Owns the wording of what a judged turn adds to the chain. Decides nothing.

use serde::{Deserialize, Serialize};

use super::registry::PatternEvent;
use crate::control::{Correction, Transition};
use crate::drift::Drift;
use crate::record::Opened;

/// One cause and its effect in one cycle: the causal continuity chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CausalLink {
    /// The turn.
    pub cycle: u32,
    /// What happened.
    pub cause: String,
    /// What followed.
    pub effect: String,
}

impl CausalLink {
    pub(crate) fn new(cycle: u32, cause: impl Into<String>, effect: impl Into<String>) -> Self {
        Self { cycle, cause: cause.into(), effect: effect.into() }
    }

    /// What happened in a cycle and what followed from it, in order.
    pub(crate) fn of_cycle(
        opened: &Opened,
        drift: &Drift,
        transition: Option<&Transition>,
        events: &[PatternEvent],
    ) -> Vec<Self> {
        let turn = opened.turn;
        let mut links = Vec::new();
        if opened.plan.correction != Correction::Observe {
            links.push(Self::new(
                turn,
                opened.plan.cause.clone(),
                format!("correction: {}", opened.plan.correction.name()),
            ));
        }
        if !drift.flags.is_empty() {
            let names: Vec<&str> = drift.flags.iter().map(|flag| flag.name()).collect();
            links.push(Self::new(
                turn,
                format!("signals in alarm: {}", names.join(", ")),
                format!("drift index {:.3}", drift.index),
            ));
        }
        if let Some(change) = transition {
            let effect = format!("posture {} to {}", change.from.name(), change.to.name());
            links.push(Self::new(turn, change.cause.clone(), effect));
        }
        links.extend(events.iter().map(|event| Self::new(turn, event.cause.clone(), event.in_words())));
        links
    }
}
