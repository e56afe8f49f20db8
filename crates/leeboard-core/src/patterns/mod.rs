//! Steps 4 and 6 of the loop: what recurs in a conversation, and the pattern it forms.
//!
//! Users read "pattern"; SRIP-02 says attractor. Owns motifs and the active attractor. Patterns
//! are shown and logged; they correct nothing by themselves.

mod attractor;
mod motif;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::config::PatternConfig;
use crate::control::{Correction, Transition};
use crate::drift::Drift;
use crate::record::{Opened, Stamp};
use crate::session::Session;

pub use attractor::{Attractor, AttractorType, Lifecycle};
pub use motif::{Motif, Motifs};

/// The active pattern after a turn with these symbols and this drift.
pub(crate) fn update(
    session: &Session,
    symbols: &BTreeMap<String, u32>,
    drift_index: f64,
    stamp: Stamp,
    config: &PatternConfig,
) -> Option<Attractor> {
    let turn = session.next_turn();
    let mut motifs = session.motifs().clone();
    motifs.observe(turn, symbols, config.motif_keep, config.max_motifs);
    let earlier = session.history().iter().rev().map(|cycle| cycle.index).collect();
    let cycle = attractor::Cycle { turn, motifs: &motifs, drift_index, earlier, stamp, config };
    attractor::update(session.attractor(), &cycle)
}

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
    fn new(cycle: u32, cause: impl Into<String>, effect: impl Into<String>) -> Self {
        Self { cycle, cause: cause.into(), effect: effect.into() }
    }

    /// What happened in a cycle and what followed from it, in order.
    pub(crate) fn of_cycle(
        opened: &Opened,
        drift: &Drift,
        transition: Option<&Transition>,
        after: Option<&Attractor>,
        before: Option<&Attractor>,
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
        let state = |attractor: Option<&Attractor>| attractor.map(|it| (it.id.clone(), it.lifecycle_state));
        if let Some(now) = after.filter(|_| state(after) != state(before)) {
            let effect = format!("pattern \"{}\" is {}", now.name, now.lifecycle_state.name());
            links.push(Self::new(
                turn,
                format!("stability {:.3}, drift {:.3}", now.stability_index, now.drift_index),
                effect,
            ));
        }
        links
    }
}
