//! Steps 3 and 10 of the loop: what is remembered and what is recalled.
//!
//! Layers (SRIP-04): episodic, the turns themselves, kept by `session`; semantic, the
//! index and recall here; facts, in `facts`,
//! and their lines for prompts, in `anchors`; symbolic motifs, in `patterns`. What users change is
//! in `edit` and `forget`. Owns no storage: what is indexed is
//! part of the fold, the archive is the log.

mod anchors;
pub mod continuity;
pub mod edit;
pub mod episodes;
pub mod facts;
pub mod forget;
mod index;
pub mod lexical;
mod recall;
#[cfg(test)]
pub(crate) mod talk;

use serde::{Deserialize, Serialize};

use crate::message::Role;

pub use anchors::{AnchorLine, Anchors, FactPlace, Place, fact_places};
pub use continuity::{Continuity, MemorySchema};
pub use episodes::{Episodes, SummaryLine};
pub use index::Index;
pub use recall::{Evidence, FEATURES, Hit, Query, best_cosine, evidence, recall, without_names};

pub(crate) use anchors::{Statement, compact, fact_place, statements, task_changes, task_lines};
pub(crate) use recall::recall_for_prompt;

/// A recalled message with the reason, in the record of its turn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Recalled {
    /// The message's id.
    pub id: String,
    /// The turn it belongs to.
    pub turn: u32,
    /// Who said it.
    pub role: Role,
    /// How sure it is that the request is about it, in [0, 1].
    pub score: f64,
    /// Tokens that it takes in the note.
    pub tokens: usize,
    /// Whether it is in the prompt.
    pub used: bool,
    /// Why it is in, or why not.
    pub why: String,
}
