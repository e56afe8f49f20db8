//! Remembered or forgotten: was what a reply went against in the prompt that produced it?
//!
//! Owns that question for every broken rule and contradicted fact, as a decision for the turn's
//! record. What was there was violated, by the model; what was missing was forgotten, by us.

use serde::{Deserialize, Serialize};

use crate::drift::{Drift, Signal};
use crate::memory::facts::{Claim, Fact, Source, conflicts};
use crate::memory::{Place, fact_place};
use crate::record::{Mode, Opened};
use crate::session::Session;
use crate::tokens::TokenCounter;

/// Lapses of one reply in its record, at most.
const MOST: usize = 8;

/// Whether the model had what it went against.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "it was there, it was not, or nobody knows")]
pub enum Known {
    /// It was in the prompt: the model went against it.
    Violated,
    /// It was not: leeboard failed to bring it.
    Forgotten,
    /// The messages were the client's own.
    Unknown,
}

impl Known {
    /// The name in traces.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Violated => "violated",
            Self::Forgotten => "forgotten",
            Self::Unknown => "unknown",
        }
    }
}

/// A broken rule or a contradicted fact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Lapse {
    /// `rules` or `contradiction`.
    pub signal: Signal,
    /// The id of the rule or fact.
    pub id: String,
    /// The turn in which the fact was said; 0 for the identity and its rules.
    pub turn: u32,
    /// The words that state it.
    pub words: String,
    /// Whether it was in the prompt.
    pub known: Known,
    /// Where it stood, or why it did not.
    pub why: String,
}

/// The lapses of a reply, by its judgement and its claims.
pub(crate) fn lapses(
    session: &Session,
    opened: &Opened,
    drift: &Drift,
    claims: &[Claim],
    counter: &dyn TokenCounter,
) -> Vec<Lapse> {
    let rules = session.identity().rules().iter();
    let broken = rules.filter(|rule| drift.broken_rules().any(|id| *id == rule.id));
    let mut found: Vec<Lapse> = broken
        .map(|rule| {
            let (known, why) = place_of_rule(session, opened, &rule.source);
            let (id, words, why) = (rule.id.clone(), rule.source.clone(), why.to_owned());
            Lapse { signal: Signal::Rules, id, turn: 0, words, known, why }
        })
        .collect();
    if drift.flags.contains(&Signal::Contradiction) {
        let facts = session.facts();
        // What the judgement left out of account is no lapse either.
        let told: Vec<Option<u32>> = drift
            .evidence
            .iter()
            .filter(|evidence| evidence.signal == Signal::Contradiction)
            .map(|evidence| evidence.turn)
            .collect();
        for conflict in conflicts(facts, claims) {
            let fact = conflict.fact;
            let turn = (fact.source != Source::Identity).then_some(fact.turn);
            let id = fact.id();
            if told.contains(&turn) && found.iter().all(|lapse| lapse.id != id) {
                let (known, why) = place_of_fact(session, opened, fact, counter);
                let (turn, words) = (fact.turn, fact.words.clone());
                found.push(Lapse { signal: Signal::Contradiction, id, turn, words, known, why });
            }
        }
    }
    found.truncate(MOST);
    found
}

fn place_of_rule(session: &Session, opened: &Opened, words: &str) -> (Known, &'static str) {
    let note = opened.note.as_deref().unwrap_or_default();
    if note.contains(words) {
        (Known::Violated, "restated in the note")
    } else if opened.mode != Mode::Manage {
        (Known::Unknown, "the system message was the client's")
    } else if session.identity().prompt().contains(words) {
        (Known::Violated, "stands in the identity")
    } else {
        // A declared rule has no sentence of its own in the identity.
        (Known::Forgotten, "no sentence of the identity states it")
    }
}

fn place_of_fact(
    session: &Session,
    opened: &Opened,
    fact: &Fact,
    counter: &dyn TokenCounter,
) -> (Known, String) {
    let place = fact_place(session, opened, fact, counter);
    let known = match place.place {
        Place::Out if opened.mode != Mode::Manage => Known::Unknown,
        // What is to stand in a window that is the client's own may have been dropped by the client.
        Place::Window | Place::Identity if opened.mode != Mode::Manage => Known::Unknown,
        Place::Out => Known::Forgotten,
        _ => Known::Violated,
    };
    (known, format!("{}: {}", place.place.name(), place.why))
}
