//! Checkable rules: what a reply may not do, compiled from text or declared in a file.
//!
//! Owns rules with their source and severity. `reader` and `kinds` read natural wording,
//! `declared` reads identity files, `check` holds a reply against a rule. Does not weigh a
//! violation against other signals; that is `drift`.

mod check;
mod compile;
mod count;
mod declared;
mod formats;
mod kind;
mod kinds;
mod language;
mod manner;
mod marks;
mod measure;
mod phrase;
mod reader;
mod reply;
mod spelling;
mod topics;
mod unchecked;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

pub use check::Violation;
pub use compile::{Reading, compile, read};
pub use declared::Declared;
pub use kind::RuleKind;
pub(crate) use language::likely as likely_languages;
pub use measure::{Bound, Measure};
pub use reply::Reply;
pub use unchecked::Unchecked;

/// What happens when a rule is broken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(clippy::exhaustive_enums, reason = "part of the identity file format")]
pub enum Severity {
    /// Reported, no alarm.
    Warn,
    /// Alarm, corrected on the next turn; a buffered reply may be regenerated.
    #[default]
    Correct,
    /// As `correct`, with a higher score.
    Block,
}

/// A rule with its source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Rule {
    /// Unique in its identity: as declared, or the kind with a number if there are several.
    pub id: String,
    /// What is checked.
    #[serde(flatten)]
    pub kind: RuleKind,
    /// What happens when it is broken.
    pub severity: Severity,
    /// The wording it was read from.
    pub source: String,
    /// The line of that wording, from 1; `None` for declared rules.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// Phrases of the user's that lift the rule for one reply.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exceptions: Vec<String>,
    /// What the reply quotes is not held against it ("except when quoting").
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub outside_quotations: bool,
}

/// Declared rules, then compiled ones of which no equal kind was declared; ids made unique.
#[must_use]
pub fn merge(declared: Vec<Rule>, compiled: Vec<Rule>) -> Vec<Rule> {
    let mut merged: Vec<Rule> = Vec::with_capacity(declared.len() + compiled.len());
    let mut kinds: BTreeMap<RuleKind, usize> = BTreeMap::new();
    let mut ids: BTreeSet<String> = BTreeSet::new();
    // The number that the next rule of an id gets; ids are never given back.
    let mut numbers: BTreeMap<String, u32> = BTreeMap::new();
    for mut rule in declared.into_iter().chain(compiled) {
        if let Some(before) = kinds.get(&rule.kind).and_then(|&at| merged.get_mut(at)) {
            // A wish that is a rule elsewhere in the prompt is a rule.
            if before.line.is_some() && before.severity < rule.severity {
                rule.id.clone_from(&before.id);
                *before = rule;
            }
            continue;
        }
        kinds.insert(rule.kind.clone(), merged.len());
        if ids.contains(&rule.id) {
            let n = numbers.entry(rule.id.clone()).or_insert(2);
            let numbered = |n: u32| format!("{}_{n}", rule.id);
            while ids.contains(&numbered(*n)) {
                *n += 1;
            }
            rule.id = numbered(*n);
        }
        ids.insert(rule.id.clone());
        merged.push(rule);
    }
    merged
}
