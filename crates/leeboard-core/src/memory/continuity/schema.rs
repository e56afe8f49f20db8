//! A session's memory in the schema of SRIP-04 section 5.
//!
//! Owns the view only: it is made when it is asked for, and nothing is decided from it.

use serde::Serialize;

use crate::memory::facts::{Fact, Source};
use crate::message::Role;
use crate::session::{Cycle, Session};
use crate::text;
use crate::vector::{Answer, Vector};

/// Characters of what a cycle without a sentence in an episode is shown by.
const EXCERPT: usize = 120;

/// What the session remembers, by the standard's names.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct MemorySchema {
    /// The cycles held in memory, oldest first.
    pub episodic_store: Vec<EpisodicItem>,
    /// What is known, with its vectors.
    pub semantic_map: SemanticMap,
    /// What recurs.
    pub symbolic_motifs: SymbolicMotifs,
    /// What dialogue does not change.
    pub pil_invariants: PilInvariants,
}

/// One cycle.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct EpisodicItem {
    /// The turn.
    pub cycle_id: u32,
    /// Semantic drift, symbolic variation, posture distance, compression, symbolic density and
    /// term overlap, each in [0, 1].
    pub state_vector: [f64; 6],
    /// The drift index, in [0, 1].
    pub drift_index: f64,
    /// Its sentences in the episode that covers it, else the beginning of what the user said.
    pub summary: String,
}

/// Concepts and their vectors, side by side.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct SemanticMap {
    /// The facts that hold, in words, oldest first.
    pub concepts: Vec<String>,
    /// The vector of the message that stated each; null where there is none.
    pub embeddings: Vec<Option<Vector>>,
}

/// Motifs by the pattern they form.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct SymbolicMotifs {
    /// The motifs of each living pattern, heaviest first. One of them is active.
    pub clusters: Vec<Vec<String>>,
    /// The density of each, in [0, 1].
    pub density_scores: Vec<f64>,
}

/// What the identity layer holds to.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct PilInvariants {
    /// The mean direction of the accepted replies: the identity as it speaks. Null without vectors.
    pub identity_vector: Option<Vector>,
    /// The motifs that retention is measured by.
    pub core_motifs: Vec<String>,
}

impl MemorySchema {
    /// The view of a session.
    #[must_use]
    pub fn of(session: &Session) -> Self {
        let facts: Vec<_> = session.facts().valid().collect();
        let embedding = |turn, source| {
            let role = if source == Source::User { Role::User } else { Role::Assistant };
            session.vector_of(turn, role).as_ref().and_then(Answer::vector).cloned()
        };
        let patterns = || session.patterns().living();
        Self {
            episodic_store: session.history().iter().map(|cycle| item(session, cycle)).collect(),
            semantic_map: SemanticMap {
                concepts: facts.iter().map(|fact| concept(fact)).collect(),
                embeddings: facts.iter().map(|fact| embedding(fact.turn, fact.source)).collect(),
            },
            symbolic_motifs: SymbolicMotifs {
                clusters: patterns().map(|pattern| pattern.motifs.clone()).collect(),
                density_scores: patterns().map(|pattern| pattern.density).collect(),
            },
            pil_invariants: PilInvariants {
                identity_vector: session.replies_centroid().direction(),
                core_motifs: session.track().core().to_vec(),
            },
        }
    }
}

/// The fact by itself; a mere statement has nothing but its words.
fn concept(fact: &Fact) -> String {
    let words = if fact.shown.is_empty() { fact.words.clone() } else { fact.in_words() };
    text::excerpt(&words, EXCERPT)
}

fn item(session: &Session, cycle: &Cycle) -> EpisodicItem {
    let coherence = &cycle.coherence;
    let covering = session.episodes().episodes().find(|it| (it.from..=it.through).contains(&cycle.turn));
    let lines = covering.into_iter().flat_map(|it| &it.lines).filter(|line| line.turn == cycle.turn);
    let summary = lines.map(|line| line.text.as_str()).collect::<Vec<_>>().join(" ");
    EpisodicItem {
        cycle_id: cycle.turn,
        state_vector: [
            coherence.semantic_drift,
            coherence.symbolic_variation,
            coherence.posture_distance,
            coherence.compression.0,
            coherence.symbolic_density,
            coherence.term_overlap,
        ],
        drift_index: cycle.index,
        summary: if summary.is_empty() {
            text::excerpt(&session.asked_in(cycle.turn), EXCERPT)
        } else {
            summary
        },
    }
}
