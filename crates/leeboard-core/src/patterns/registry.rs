//! The registry: every formation, transition, merge and dissolution with its cause; and the patterns
//! that live.
//!
//! Owns what the session holds of patterns, and folds what a turn has decided. Decides nothing;
//! `choose` does.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::attractor::{Attractor, Lifecycle};
use super::direction;
use super::motif::Motifs;
use crate::config::Config;
use crate::record::Closed;
use crate::vector::{Answer, Vector};

/// What happened to a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "every event must be folded")]
pub enum PatternChange {
    /// It has formed, and is active.
    Formed,
    /// It lived already, and is active again.
    Activated,
    /// Its lifecycle state has changed.
    Transition,
    /// It has taken in `other`, which lives no more.
    Merged,
    /// It shares at least 60 % of the motifs with `other`, and means something else.
    KeptApart,
    /// It lives no more. Identity, rules and the causal chain are not touched by that.
    Dissolved,
}

impl PatternChange {
    /// The name in files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Formed => "formed",
            Self::Activated => "activated",
            Self::Transition => "transition",
            Self::Merged => "merged",
            Self::KeptApart => "kept_apart",
            Self::Dissolved => "dissolved",
        }
    }
}

/// One entry of the registry (SRIP-02).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PatternEvent {
    /// The turn.
    pub cycle: u32,
    /// What happened.
    pub event: PatternChange,
    /// The pattern's id.
    pub pattern: String,
    /// Its name then.
    pub name: String,
    /// Its state before, where it had one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Lifecycle>,
    /// Its state after, where it lives on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Lifecycle>,
    /// The id of the other pattern: the parent of one that formed, the one that was active before,
    /// the one that was taken in or kept apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other: Option<String>,
    /// Why, in words and figures.
    pub cause: String,
}

impl PatternEvent {
    pub(super) fn new(cycle: u32, event: PatternChange, of: &Attractor, cause: impl Into<String>) -> Self {
        let (pattern, name) = (of.id.clone(), of.name.clone());
        Self { cycle, event, pattern, name, from: None, to: None, other: None, cause: cause.into() }
    }

    /// What followed, for the causal chain.
    #[must_use]
    pub fn in_words(&self) -> String {
        let name = &self.name;
        let state = self.to.map_or("", Lifecycle::name);
        match self.event {
            PatternChange::Formed => format!("pattern \"{name}\" forms"),
            PatternChange::Activated => format!("pattern \"{name}\" is active again"),
            PatternChange::Transition => format!("pattern \"{name}\" is {state}"),
            PatternChange::Merged => format!("pattern \"{name}\" takes in another"),
            PatternChange::KeptApart => format!("pattern \"{name}\" and another stay apart"),
            PatternChange::Dissolved => format!("pattern \"{name}\" dissolves"),
        }
    }
}

/// A living pattern.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Held {
    pub(super) attractor: Attractor,
    /// The mean direction of the replies while it was active, with the weight of the last at .1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) direction: Option<Vector>,
}

/// The patterns of a session: those that live, which of them is active, and the registry.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Patterns {
    /// In the order of their forming.
    living: Vec<Held>,
    /// The id of the active one; empty for none.
    active: String,
    /// The id of the one that was active last, living or not; empty before the first.
    last: String,
    registry: VecDeque<PatternEvent>,
}

impl Patterns {
    /// The active pattern.
    #[must_use]
    pub fn active(&self) -> Option<&Attractor> {
        self.held(&self.active).map(|held| &held.attractor)
    }

    /// All living patterns, the active one too, as they were when each was last active; in the order
    /// of their forming.
    pub fn living(&self) -> impl Iterator<Item = &Attractor> {
        self.living.iter().map(|held| &held.attractor)
    }

    /// What happened to patterns, oldest first, as far as `limits.max_history` keeps it; the log has
    /// all of it.
    #[must_use]
    pub fn registry(&self) -> &VecDeque<PatternEvent> {
        &self.registry
    }

    /// The id of the pattern that was active last, whether it lives or not.
    pub(super) fn last(&self) -> Option<&str> {
        Some(self.last.as_str()).filter(|id| !id.is_empty())
    }

    pub(super) fn direction(&self, id: &str) -> Option<&Vector> {
        self.held(id)?.direction.as_ref()
    }

    fn held(&self, id: &str) -> Option<&Held> {
        self.living.iter().find(|held| held.attractor.id == id)
    }

    /// Folds what a turn has decided.
    pub(crate) fn fold(&mut self, closed: &Closed, motifs: &mut Motifs, config: &Config) {
        for event in &closed.pattern_events {
            match event.event {
                PatternChange::Merged => {
                    self.living.retain(|held| event.other.as_ref() != Some(&held.attractor.id));
                }
                PatternChange::Dissolved => {
                    if let Some(held) =
                        self.held(&event.pattern).filter(|_| event.from == Some(Lifecycle::Fragmenting))
                    {
                        motifs.halve(&held.attractor.motifs);
                    }
                    self.living.retain(|held| held.attractor.id != event.pattern);
                }
                PatternChange::Formed
                | PatternChange::Activated
                | PatternChange::Transition
                | PatternChange::KeptApart => {}
            }
        }
        self.active.clear();
        if let Some(attractor) = &closed.attractor {
            self.hold(attractor, closed.vector.as_ref().and_then(Answer::vector));
            self.active.clone_from(&attractor.id);
            self.last.clone_from(&attractor.id);
        }
        // Records of older algorithms do not say when a pattern dissolves.
        while self.living.len() > config.patterns.max_living.max(1) {
            let stale = self.living.iter().filter(|held| held.attractor.id != self.active);
            let Some(id) =
                stale.min_by_key(|held| held.attractor.updated_at).map(|held| held.attractor.id.clone())
            else {
                break;
            };
            self.living.retain(|held| held.attractor.id != id);
        }
        self.registry.extend(closed.pattern_events.iter().cloned());
        let most = config.limits.max_history.max(1);
        self.registry.drain(..self.registry.len().saturating_sub(most));
    }

    fn hold(&mut self, attractor: &Attractor, reply: Option<&Vector>) {
        match self.living.iter_mut().find(|held| held.attractor.id == attractor.id) {
            Some(held) => {
                held.attractor.clone_from(attractor);
                if let Some(reply) = reply {
                    held.direction = Some(direction::turned(held.direction.as_ref(), reply));
                }
            }
            None => self.living.push(Held { attractor: attractor.clone(), direction: reply.cloned() }),
        }
    }
}
