//! Steps 4 and 6 of the loop: what recurs in a conversation, and the patterns it forms.
//!
//! Users read "pattern"; SRIP-02 says attractor. Owns motifs, clusters, the living patterns and
//! their registry. Patterns are shown and logged; they correct nothing by themselves. `motif` counts,
//! `cluster` groups, `choose` decides which pattern that is, `attractor` in which state it is,
//! `phase` and `symbolic` measure, `registry` folds, `chain` tells causes and effects.

mod attractor;
mod chain;
mod choose;
mod cluster;
mod direction;
mod motif;
mod phase;
mod registry;
mod symbolic;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use crate::config::PatternConfig;
use crate::control::Posture;
use crate::drift::Drift;
use crate::record::Stamp;
use crate::session::Session;
use crate::symbols::is_phrase;
use crate::vector::Vector;

pub use attractor::{Attractor, AttractorType, Lifecycle};
pub use chain::CausalLink;
pub use motif::{Motif, Motifs};
pub use registry::{PatternChange, PatternEvent, Patterns};
pub use symbolic::{DensityRule, Symbolic, Zone};

pub(crate) use choose::Update;
pub(crate) use motif::gain;

/// What a judged reply tells the patterns.
pub(crate) struct Present<'a> {
    pub(crate) symbols: &'a BTreeMap<String, u32>,
    /// The content terms of what the user said.
    pub(crate) asked: &'a [String],
    pub(crate) drift: &'a Drift,
    /// The reply's vector.
    pub(crate) vector: Option<&'a Vector>,
    /// Whether the conversation is reset with this turn.
    pub(crate) reset: bool,
    pub(crate) stamp: Stamp,
}

/// What a turn decides about the patterns.
pub(crate) fn update(session: &Session, present: &Present<'_>, config: &PatternConfig) -> Update {
    let turn = session.next_turn();
    let patterns = session.patterns();
    let mut divergence = symbolic::Divergence::default();
    let mut recurring = Vec::new();
    for (name, before, motif) in session.motifs().after(turn, present.symbols, config.motif_keep) {
        divergence.add(before, motif.weight, motif.last_seen == turn);
        if motif.recurrence >= config.min_recurrence {
            recurring.push(cluster::Candidate { name, motif });
        }
    }
    let field = cluster::Field::of(recurring);
    let replies = direction::Replies::of(session, present.vector);
    let history = || session.history().iter().rev();
    let cycle = attractor::Cycle {
        turn,
        drift_index: present.drift.index,
        phase: phase::stability(
            std::iter::once(present.drift.index)
                .chain(history().map(|cycle| cycle.index))
                .map(|index| phase::vector(index, config)),
        ),
        reset: present.reset,
        symbolic: Symbolic::of(
            &present.drift.coherence,
            history().map(|cycle| cycle.coherence),
            divergence.rate(),
            replies.semantic_coefficient(),
        ),
        stamp: present.stamp,
        config,
    };
    let active = patterns.active();
    let near = replies.near(active.and_then(|it| patterns.direction(&it.id)));
    let core = active.map(|it| it.motifs.as_slice()).unwrap_or_default();
    let clusters = cluster::clusters(&field, core, |motif| direction::of_motif(&near, motif), config);
    let seen = choose::Seen {
        field: &field,
        clusters,
        weight: |name: &str| {
            let gained = present.symbols.get(name).map_or(0.0, |&count| gain(name, count));
            session.motifs().weight(name) * config.motif_keep + gained
        },
        nearness: |id: &str| patterns.direction(id)?.cosine(present.vector?),
        said: &|name| present.symbols.contains_key(name),
        asked: &|name| has(present.asked, name),
        alarm: !present.drift.flags.is_empty(),
        correcting: session.posture() >= Posture::Reflective,
    };
    choose::choose(patterns, &seen, &cycle)
}

/// Whether some terms hold a symbol: a word, or the words of a phrase side by side.
fn has(terms: &[String], symbol: &str) -> bool {
    if is_phrase(symbol) {
        let mut words = symbol.split(' ');
        let (one, other) = (words.next(), words.next());
        terms.windows(2).any(|pair| pair.iter().map(|it| Some(it.as_str())).eq([one, other]))
    } else {
        terms.iter().any(|term| term == symbol)
    }
}
