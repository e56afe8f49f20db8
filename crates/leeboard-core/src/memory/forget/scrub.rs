//! Taking forgotten words out of texts that leeboard made: notes, lines of facts, evidence.
//!
//! Such texts quote, cut and reword, so what is looked for is what betrays the forgotten: a word
//! that was said nowhere else, or four words in a row. Owns no records.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::target::Target;
use super::{PLACEHOLDER, entries};
use crate::record::Record;
use crate::text;

/// Words in a row that are taken for a quotation.
const RUN: usize = 4;

/// A word that at most so many messages share is worth a look.
const RARE: usize = 5;

/// Messages that are named to the user at most.
const MOST_NAMED: usize = 20;

/// Fields that hold no words of a conversation.
const STRUCTURE: [&str; 24] = [
    "kind",
    "place",
    "id",
    "role",
    "type",
    "model",
    "counter",
    "tool_call_id",
    "outcome",
    "mode",
    "digest",
    "slot",
    "source",
    "message_id",
    "posture",
    "lifecycle_state",
    "density_rule",
    "zone",
    "event",
    "from",
    "to",
    "correction",
    "vector",
    "vectors",
];

/// How forgotten words are recognised.
pub(super) struct Scrub<'a> {
    target: &'a Target,
    /// Base forms that were said nowhere else.
    own: BTreeSet<String>,
    /// Base forms that were said.
    said: BTreeSet<String>,
    /// Four words in a row of what is forgotten.
    runs: BTreeSet<Vec<String>>,
    /// Ids of messages that lose something.
    changed: BTreeSet<String>,
}

impl<'a> Scrub<'a> {
    pub(super) fn new(target: &'a Target, records: &[Record]) -> Self {
        let said: BTreeSet<String> = target.lost.iter().flat_map(|lost| text::terms(lost)).collect();
        let mut own = said.clone();
        let mut changed = target.messages.clone();
        for entry in records.iter().filter_map(Record::payload).flat_map(entries) {
            if !target.messages.contains(&entry.id) {
                for sentence in text::sentences(&entry.message.full_text()) {
                    if target.names(sentence) {
                        changed.insert(entry.id.clone());
                    } else {
                        for term in text::terms(sentence) {
                            own.remove(&term);
                        }
                    }
                }
            }
        }
        let runs = target.lost.iter().flat_map(|lost| runs(lost)).collect();
        Self { target, own, said, runs, changed }
    }

    /// Whether a text tells of what is forgotten.
    pub(super) fn betrays(&self, text: &str) -> bool {
        self.target.names(text)
            || text::terms(text).iter().any(|term| self.own.contains(term))
            || runs(text).iter().any(|run| self.runs.contains(run))
    }

    /// Whether a base form was said only in what is forgotten.
    pub(super) fn is_own(&self, term: &str) -> bool {
        self.own.contains(term)
    }

    /// Whether a message loses something.
    pub(super) fn changes(&self, message: &str) -> bool {
        self.changed.contains(message)
    }

    /// A text that leeboard made, without the sentences that betray; `None` if there are none.
    pub(super) fn made(&self, text: &str) -> Option<String> {
        without(text, |sentence| self.betrays(sentence))
    }

    /// What somebody said, without the sentences that are to be forgotten; `None` if there are
    /// none.
    pub(super) fn said(&self, text: &str) -> Option<String> {
        without(text, |sentence| self.target.names(sentence))
    }

    /// Takes what betrays out of all texts of a value, and tells whether there was any. An element
    /// of a list of which nothing is left goes.
    pub(super) fn value(&self, value: &mut Value) -> bool {
        match value {
            Value::String(text) => match self.made(text) {
                Some(left) => {
                    *text = left;
                    true
                }
                None => false,
            },
            Value::Array(list) => {
                let mut changed = false;
                list.retain_mut(|item| {
                    let touched = self.value(item);
                    changed |= touched;
                    !touched || !matches!(item, Value::String(left) if left.is_empty())
                });
                changed
            }
            Value::Object(fields) => {
                let mut changed = false;
                for (name, field) in fields.iter_mut() {
                    if !STRUCTURE.contains(&name.as_str()) {
                        changed |= self.value(field);
                    }
                }
                changed
            }
            _ => false,
        }
    }

    /// The messages that still share a rare word with what was forgotten.
    pub(super) fn still_said(&self, records: &[Record]) -> Vec<String> {
        let mut places: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for entry in records.iter().filter_map(Record::payload).flat_map(entries) {
            if self.target.messages.contains(&entry.id) {
                continue;
            }
            let said = entry.message.full_text();
            let left = self.said(&said).unwrap_or(said);
            for term in text::terms(&left) {
                if let Some(term) = self.said.get(&term) {
                    places.entry(term).or_default().insert(&entry.id);
                }
            }
        }
        let rare = places.values().filter(|ids| ids.len() <= RARE);
        let ids: BTreeSet<&str> = rare.flatten().copied().collect();
        ids.into_iter().take(MOST_NAMED).map(str::to_owned).collect()
    }
}

/// A text without some of its sentences; `None` if all stay.
fn without(text: &str, goes: impl Fn(&str) -> bool) -> Option<String> {
    let mut left = String::with_capacity(text.len());
    let mut kept = 0;
    for sentence in text::sentences(text) {
        if !goes(sentence) {
            continue;
        }
        let start = sentence.as_ptr() as usize - text.as_ptr() as usize;
        left.push_str(text.get(kept..start).unwrap_or_default());
        kept = start + sentence.len();
    }
    if kept == 0 {
        return None;
    }
    left.push_str(text.get(kept..).unwrap_or_default());
    Some(left.trim().to_owned())
}

/// All runs of four words.
fn runs(text: &str) -> Vec<Vec<String>> {
    let words: Vec<String> = text::words(text).collect();
    words.windows(RUN).map(<[String]>::to_vec).collect()
}

/// What stands for a text of which nothing is left.
pub(super) fn or_placeholder(left: String) -> String {
    if left.chars().any(char::is_alphanumeric) { left } else { PLACEHOLDER.to_owned() }
}
