//! The timeline of facts, part of the fold.
//!
//! Owns what is known, what still holds, and how a newer fact ends an older one. Facts arrive
//! decided, in records.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::extract::{Claim, Speaker, claims};
use super::task::{self, Origin};
use super::timeline::{Meeting, meet, same_slot, supersedes};
use super::{Fact, Slot, Source};
use crate::memory::edit::MemoryEdit;
use crate::message::{Entry, Role};

/// All facts of a session, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Facts {
    facts: VecDeque<Fact>,
    /// Whether the facts of the identity in force are in.
    identity: bool,
}

impl Facts {
    /// The facts that still hold, oldest first.
    pub fn valid(&self) -> impl Iterator<Item = &Fact> {
        self.facts.iter().filter(|fact| fact.is_valid())
    }

    /// All facts, with those that were ended, oldest first.
    pub fn all(&self) -> impl Iterator<Item = &Fact> {
        self.facts.iter()
    }

    /// The fact that ended another one.
    pub(crate) fn successor(&self, ended: &Fact) -> Option<&Fact> {
        let newer = self.facts.iter().filter(|fact| ended.until == Some(fact.turn));
        let newer = newer.rev().find(|fact| fact.source == Source::User && supersedes(fact, ended));
        // What was said again was said first in another turn.
        let again = || {
            self.valid().find(|fact| {
                matches!(meet(fact, ended), Meeting::Disagree(_))
                    || matches!(meet(ended, fact), Meeting::Disagree(_))
            })
        };
        newer.or_else(again)
    }

    /// Whether nothing is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.facts.is_empty()
    }

    /// The facts that the user states in some messages. Reads only the user's own words.
    #[must_use]
    pub fn stated_by_user(&self, turn: u32, entries: &[Entry]) -> Vec<Fact> {
        let mut found = Vec::new();
        for entry in entries.iter().filter(|entry| entry.message.role == Role::User) {
            let spoken = entry.message.spoken();
            let from = Origin { source: Source::User, turn, message: &entry.id };
            let mut task = self.task_in(&spoken, from);
            let mut claims = claims(&spoken, Speaker::User);
            // A plan is read as a whole, not sentence by sentence.
            claims.retain(|claim| claim.slot != Slot::Step);
            let twice = |fact: &Fact| {
                fact.slot == Slot::Decision
                    && claims.iter().any(|claim| claim.slot == fact.slot && claim.words == fact.words)
            };
            task.retain(|fact| !twice(fact));
            found.extend(task);
            for mut claim in claims {
                self.resolve(&mut claim, turn);
                found.push(fact(claim, Source::User, turn, &entry.id));
            }
        }
        found
    }

    /// What a message of the user says of the goal and the plan.
    fn task_in(&self, spoken: &str, from: Origin<'_>) -> Vec<Fact> {
        let steps = task::announced_by_user(self, spoken, from);
        let listed = !steps.is_empty();
        let changes = task::changes(self, spoken, from);
        let changes = changes.into_iter().filter(|fact| !listed || fact.slot != Slot::Step);
        steps.into_iter().chain(changes).chain(task::wishes(self, spoken, from)).collect()
    }

    /// The steps that a reply proposes as the plan.
    pub(crate) fn proposed(&self, request: &str, reply: &str, turn: u32, message: &str) -> Vec<Fact> {
        task::proposed(self, request, reply, Origin { source: Source::Assistant, turn, message })
    }

    /// The facts that the identity states of the assistant and the user, unless they are known already.
    #[must_use]
    pub fn stated_by_identity(&self, text: &str) -> Vec<Fact> {
        if self.identity {
            return Vec::new();
        }
        let kept = claims(text, Speaker::Identity).into_iter().filter(|claim| {
            let somebody = claim.who.starts_with("assistant") || claim.who == "user";
            claim.slot != Slot::Measure && claim.slot != Slot::Count && somebody
        });
        kept.map(|claim| fact(claim, Source::Identity, 0, "")).collect()
    }

    /// Takes facts in, ending what they supersede; keeps at most `most`.
    pub(crate) fn learn(&mut self, facts: &[Fact], most: usize) {
        for fact in facts {
            self.learn_one(fact);
        }
        while self.facts.len() > most.max(1) {
            // What is pinned stays. Ended facts leave first, then bare statements, then the oldest.
            let loose = |fact: &&Fact| !fact.pinned;
            let place = |found: &dyn Fn(&Fact) -> bool| {
                self.facts.iter().position(|fact| loose(&fact) && found(fact))
            };
            let at = place(&|fact| !fact.is_valid());
            let at = at.or_else(|| place(&|fact| fact.slot == Slot::Statement)).or_else(|| place(&|_| true));
            self.facts.remove(at.unwrap_or_default());
        }
    }

    fn learn_one(&mut self, new: &Fact) {
        let known = self.valid().any(|old| old.same_as(new));
        for old in self.facts.iter_mut().filter(|old| old.is_valid()) {
            let ends = match meet(new, old) {
                Meeting::Ends => true,
                // Of two words that disagree, the one holds that the user says again.
                Meeting::Disagree(_) => {
                    known && new.source == Source::User && old.source == Source::User && !new.key_is_missing()
                }
                Meeting::Apart => false,
            };
            if ends {
                old.until = Some(new.turn);
            }
        }
        if !known && !new.forgotten {
            self.facts.push_back(new.clone());
        }
    }

    /// What the user has changed: facts that no longer hold, pins, and new facts.
    pub(crate) fn edit(&mut self, edit: &MemoryEdit, most: usize) {
        for fact in self.facts.iter_mut().filter(|fact| fact.is_valid()) {
            let id = fact.id();
            if edit.ends.contains(&id) {
                fact.until = Some(edit.turn);
            }
            if let Some(pinned) = edit.pins.get(&id) {
                fact.pinned = *pinned;
            }
        }
        self.learn(&edit.adds, most);
    }

    /// The identity changed: its facts go, and the new one's are to be stated.
    pub(crate) fn forget_identity(&mut self) {
        self.facts.retain(|fact| fact.source != Source::Identity);
        self.identity = false;
    }

    /// The identity's facts are in.
    pub(crate) fn know_identity(&mut self) {
        self.identity = true;
    }
}

/// A claim that has become a fact.
pub(crate) fn fact(claim: Claim, source: Source, turn: u32, message: &str) -> Fact {
    Fact {
        who: claim.who,
        slot: claim.slot,
        key: claim.key,
        value: claim.value,
        shown: claim.shown,
        negated: claim.negated,
        corrects: claim.change,
        source,
        turn,
        message: message.to_owned(),
        words: claim.words,
        until: claim.past.then_some(turn),
        pinned: false,
        entered: false,
        forgotten: false,
    }
}

impl Fact {
    /// Whether another fact states just the same, in whichever turn.
    pub(in crate::memory) fn same_as(&self, other: &Self) -> bool {
        self.source == other.source
            && self.negated == other.negated
            && self.value == other.value
            && same_slot(other, self)
            && self.key == other.key
    }
}
