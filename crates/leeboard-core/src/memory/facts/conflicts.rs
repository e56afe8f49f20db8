//! Facts that disagree: which pairs, which of them were resolved and how.
//!
//! Owns the list and the words for it. When a newer fact ends an older one, and when it does
//! not, is in `timeline`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::timeline::{Meeting, meet};
use super::{Fact, Facts, Slot, Source};

/// Two facts that cannot both be true.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FactConflict {
    /// Whom or what it is about.
    pub who: String,
    /// What both state.
    pub slot: Slot,
    /// Base forms of the words that tell it from others of the slot.
    pub key: Vec<String>,
    /// Whether one of them has ended the other.
    pub state: ConflictState,
    /// Why it was resolved, or why not.
    pub why: String,
    /// The one that was stated first.
    pub earlier: Fact,
    /// The one that was stated last, or that was said again.
    pub later: Fact,
}

/// What has become of a conflict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ConflictState {
    /// One of the facts has ended the other.
    Resolved,
    /// Both are kept: it is not clear which holds.
    Buffered,
}

/// Facts of one slot and key that are compared with one another, at most: the newest.
const COMPARED: usize = 32;

impl FactConflict {
    fn of(earlier: &Fact, later: &Fact, state: ConflictState, why: &str) -> Self {
        Self {
            who: earlier.who.clone(),
            slot: earlier.slot,
            key: earlier.key.clone(),
            state,
            why: why.to_owned(),
            earlier: earlier.clone(),
            later: later.clone(),
        }
    }

    /// Both facts in one short neutral line.
    #[must_use]
    pub fn in_words(&self) -> String {
        let of = match self.who.as_str() {
            "" | "user" => String::new(),
            who => format!(" for {who}"),
        };
        let what = match self.slot {
            Slot::Name => format!("two names were given{of}"),
            Slot::Age => format!("two ages were given{of}"),
            Slot::Origin => format!("two places of origin were given{of}"),
            Slot::Measure => format!("two values were given for {}", self.key.join(" ")),
            _ => "both were said".to_owned(),
        };
        let told = |fact: &Fact| {
            let typed = matches!(self.slot, Slot::Name | Slot::Age | Slot::Origin | Slot::Measure);
            let value = if typed { fact.shown.clone() } else { fact.in_words() };
            match fact.source {
                Source::User => format!("{value} (turn {})", fact.turn),
                Source::Assistant => format!("{value} (assistant, turn {})", fact.turn),
                Source::Identity => format!("{value} (instructions)"),
            }
        };
        format!("{what}: {}, {}", told(&self.earlier), told(&self.later))
    }
}

impl Facts {
    /// The facts that disagree, resolved and not, in the order of the later statement.
    #[must_use]
    pub fn conflicts(&self) -> Vec<FactConflict> {
        let resolved = self.all().filter(|old| old.until.is_some_and(|until| until > old.turn));
        let resolved = resolved.filter_map(|old| self.successor(old).map(|new| (old, new)));
        let mut found: Vec<FactConflict> = resolved
            .map(|(old, new)| FactConflict::of(old, new, ConflictState::Resolved, &resolution(old, new)))
            .collect();
        found.extend(self.buffered());
        found.sort_by_key(|conflict| conflict.later.turn);
        found
    }

    /// The facts that hold and disagree.
    #[must_use]
    pub fn buffered(&self) -> Vec<FactConflict> {
        let mut groups: BTreeMap<(Slot, &[String]), Vec<&Fact>> = BTreeMap::new();
        for fact in self.valid() {
            groups.entry((fact.slot, fact.key.as_slice())).or_default().push(fact);
        }
        let mut found = Vec::new();
        for group in groups.into_values() {
            let newest = group.get(group.len().saturating_sub(COMPARED)..).unwrap_or_default();
            for (n, later) in newest.iter().enumerate() {
                found.extend(newest.iter().take(n).filter_map(|earlier| buffered(earlier, later)));
            }
        }
        for later in self.valid().filter(|fact| fact.key_is_missing()) {
            found.extend(self.valid().filter_map(|earlier| buffered(earlier, later)).take(COMPARED));
        }
        found.sort_by_key(|conflict| conflict.later.turn);
        found
    }

    /// The conflicts that new facts bring in and do not resolve.
    pub(crate) fn disputed_by(&self, stated: &[Fact]) -> Vec<FactConflict> {
        let fresh = |new: &&Fact| !self.valid().any(|old| old.same_as(new));
        let disputes = |new| self.valid().filter_map(move |old| buffered(old, new));
        stated.iter().filter(fresh).flat_map(disputes).collect()
    }
}

fn buffered(earlier: &Fact, later: &Fact) -> Option<FactConflict> {
    match meet(later, earlier) {
        Meeting::Disagree(why) if earlier.key == later.key || later.key_is_missing() => {
            Some(FactConflict::of(earlier, later, ConflictState::Buffered, why))
        }
        _ => None,
    }
}

fn resolution(old: &Fact, new: &Fact) -> String {
    if old.until.is_some_and(|until| until != new.turn) {
        return format!("the user said it again in turn {}", old.until.unwrap_or_default());
    }
    let why = match (new.source, old.source) {
        (Source::User, Source::Assistant) => "the user's word stands before the assistant's",
        (Source::User, _) if new.corrects => "the user corrected it",
        (Source::User, _) => "the user's latest word, on what may change",
        _ => "the latest word, on what may change",
    };
    why.to_owned()
}
