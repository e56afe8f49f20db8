//! Events of the integrity ledger (SRIP-06): which assertion failed, and what is done about it.
//!
//! Owns the types and their words. When they happen is decided in `containment`; every event is part
//! of its turn's record, and so of the hash chain.

use serde::{Deserialize, Serialize};

use crate::control::Posture;
use crate::patterns::CausalLink;
use crate::record::Digest;

/// The assertion that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Breach {
    /// A turn took as many model calls as are allowed (runaway recursion).
    Recursion,
    /// A posture lock lasted until it opened by itself.
    Lock,
    /// All rungs of the ladder have failed.
    Drift,
    /// DI over .75 (semantic collapse).
    SemanticCollapse,
    /// The pattern's stability has been too low for too long.
    PatternCollapse,
    /// Memory holds too much that is unsound.
    Entropy,
    /// DI has jumped.
    Jump,
    /// The phase of the pattern has shifted.
    PhaseShift,
    /// The replies go round in a loop.
    Loop,
    /// None: safe mode ends.
    Resumed,
}

/// What is done, deterministically and to the state alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Response {
    /// The courses of correction start anew, the window too.
    Reset,
    /// The cycle's motifs are dissolved, identity and facts stay.
    Dissolve,
    /// The replies at fault leave prompt and recall.
    Quarantine,
    /// The window starts anew from identity, facts and the last turns.
    Recover,
    /// The cycle's symbols form no motifs.
    Isolate,
    /// The posture is locked.
    Lock,
    /// Redundant turns leave the prompt.
    Prune,
    /// Back to normal.
    Resume,
}

/// An event of the integrity ledger.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SafetyEvent {
    /// The turn.
    pub turn: u32,
    /// The assertion that failed.
    pub breach: Breach,
    /// What is done.
    pub response: Response,
    /// Why, in words and figures.
    pub cause: String,
    /// Turns that leave the prompt and whose replies leave recall.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pruned: Vec<u32>,
    /// The state at the breach, where safe mode begins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<Snapshot>,
}

/// A diagnostic, identity-safe snapshot: figures and digests, no words of the conversation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Snapshot {
    /// The last cycle at which all invariants of memory held; `None` if none of those held did.
    pub sound: Option<u32>,
    /// Hash of the record before this turn's closing; replaying up to it gives the state.
    pub head: Digest,
    /// Digest of the identity's prompt, which nothing here may change.
    pub identity: Digest,
    /// The version of the identity.
    pub identity_version: u32,
    /// The drift index of the reply.
    pub index: f64,
    /// Its DI.
    pub di: f64,
    /// The posture that was held.
    pub held: Posture,
    /// The first turn of the window.
    pub window_start: u32,
    /// Noise of memory.
    pub noise: f64,
}

impl SafetyEvent {
    /// Cause and effect, for the causal chain.
    pub(crate) fn link(&self) -> CausalLink {
        let pruned: Vec<String> = self.pruned.iter().map(u32::to_string).collect();
        let pruned = if pruned.is_empty() {
            String::new()
        } else {
            format!(", turns {} leave the prompt", pruned.join(", "))
        };
        let safe = if self.snapshot.is_some() { ", safe mode" } else { "" };
        let effect = format!("containment: {}{safe}{pruned}", self.response.name());
        CausalLink { cycle: self.turn, cause: self.cause.clone(), effect }
    }

    /// In words.
    #[must_use]
    pub fn in_words(&self) -> String {
        let link = self.link();
        format!("{} -> {}", link.cause, link.effect)
    }
}

impl Response {
    /// The name in traces.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Reset => "reset",
            Self::Dissolve => "dissolve",
            Self::Quarantine => "quarantine",
            Self::Recover => "recover",
            Self::Isolate => "isolate",
            Self::Lock => "lock",
            Self::Prune => "prune",
            Self::Resume => "resume",
        }
    }
}
