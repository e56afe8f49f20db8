//! What exactly is to be forgotten: which messages, and which sentences of the others.
//!
//! Owns the search. Takes nothing out.

use std::collections::BTreeSet;

use super::{Forget, entries};
use crate::memory::facts::Fact;
use crate::record::{Payload, Record};
use crate::text;

/// What to forget, found in the records.
pub(super) struct Target {
    /// Ids of messages that go as a whole.
    pub(super) messages: BTreeSet<String>,
    /// Ids of facts that go.
    pub(super) facts: BTreeSet<String>,
    /// Words in a row, as [`plain`] writes them; each sentence that holds one goes.
    pub(super) phrases: Vec<String>,
    /// All that goes, as written.
    pub(super) lost: Vec<String>,
}

impl Target {
    /// Looks for it; `None` if it is in none of the records.
    pub(super) fn find(records: &[Record], what: &Forget) -> Option<Self> {
        let mut target =
            Self { messages: BTreeSet::new(), facts: BTreeSet::new(), phrases: Vec::new(), lost: Vec::new() };
        let payloads = || records.iter().filter_map(Record::payload);
        match what {
            Forget::Message { id } => {
                target.messages.insert(id.clone());
            }
            Forget::Text { text } => target.phrases.push(plain(text)),
            Forget::Fact { id } => {
                for fact in payloads().flat_map(facts).filter(|fact| fact.id() == *id) {
                    target.facts.insert(id.clone());
                    target.phrases.push(plain(&fact.words));
                    target.phrases.extend(value_in_words(fact));
                }
            }
        }
        target.phrases.retain(|phrase| phrase.len() > 2);
        let mut lost = Vec::new();
        for entry in payloads().flat_map(entries) {
            let said = entry.message.full_text();
            if target.messages.contains(&entry.id) {
                lost.push(said);
            } else {
                let sentences = text::sentences(&said).into_iter();
                lost.extend(sentences.filter(|it| target.names(it)).map(str::to_owned));
            }
        }
        // What was entered into the memory stands in no message.
        let known = payloads().flat_map(facts).filter(|fact| target.loses(fact));
        lost.extend(known.map(|fact| fact.words.clone()));
        target.lost = lost;
        (!target.lost.is_empty()).then_some(target)
    }

    /// Whether a sentence holds one of the phrases.
    pub(super) fn names(&self, sentence: &str) -> bool {
        if self.phrases.is_empty() {
            return false;
        }
        let sentence = plain(sentence);
        self.phrases.iter().any(|phrase| sentence.contains(phrase.as_str()))
    }

    /// Whether a fact goes.
    pub(super) fn loses(&self, fact: &Fact) -> bool {
        self.messages.contains(&fact.message)
            || self.names(&fact.words)
            || (!self.facts.is_empty() && self.facts.contains(&fact.id()))
    }
}

/// The facts that a payload holds.
fn facts(payload: &Payload) -> impl Iterator<Item = &Fact> {
    let facts: &[Fact] = match payload {
        Payload::Imported(imported) => &imported.facts,
        Payload::Opened(opened) => &opened.facts,
        Payload::Closed(closed) => &closed.facts,
        Payload::Memory(edit) => &edit.adds,
        _ => &[],
    };
    facts.iter()
}

/// A value that other sentences may hold: one with a word that means something by itself. A bare
/// number may mean anything elsewhere.
fn value_in_words(fact: &Fact) -> Option<String> {
    let says = text::terms(&fact.shown).iter().any(|term| {
        term.chars().filter(|c| c.is_alphabetic()).count() >= 3 || term.chars().any(is_ideograph)
    });
    says.then(|| plain(&fact.shown))
}

fn is_ideograph(c: char) -> bool {
    !c.is_ascii() && c.is_alphabetic() && !c.is_lowercase() && !c.is_uppercase()
}

/// The words of a text in lower case, each between blanks, so that no part of a word is found.
pub(super) fn plain(text: &str) -> String {
    let mut plain = String::from(" ");
    for word in text::words(text) {
        plain.push_str(&word);
        plain.push(' ');
    }
    plain
}
