//! A payload without what is forgotten.
//!
//! Owns which parts of a payload are what: messages lose sentences, facts go, what leeboard made
//! of them loses every line that tells of them, vectors of changed messages go, since they tell of
//! their text. A payload that holds nothing of it stays as it is, byte for byte.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::scrub::{Scrub, or_placeholder};
use super::target::Target;
use crate::memory::episodes::Summary;
use crate::memory::facts::Fact;
use crate::memory::{Anchors, SummaryLine};
use crate::message::{Content, Entry};
use crate::record::{Closed, Embedded, Imported, MessageTokens, Opened, Payload};
use crate::vector::Answer;

/// What is left of a payload.
pub(super) struct Left {
    /// `None` if it cannot be told what is left.
    pub(super) payload: Option<Payload>,
    pub(super) messages: u32,
    pub(super) facts: u32,
}

/// What is left of a payload; `None` if it holds nothing of what is forgotten.
pub(super) fn restate(payload: &Payload, target: &Target, scrub: &Scrub<'_>) -> Option<Left> {
    let mut work = Work { target, scrub, changed: BTreeSet::new(), facts: 0, touched: false };
    let mut left = payload.clone();
    match &mut left {
        Payload::Imported(imported) => work.imported(imported),
        Payload::Opened(opened) => work.opened(opened),
        Payload::Closed(closed) => work.closed(closed),
        Payload::Embedded(embedded) => work.embedded(embedded),
        Payload::Memory(edit) => work.facts(&mut edit.adds),
        Payload::Recentered(recentered) => work.anchors(&mut recentered.anchors),
        // Identity and settings are the operator's, and an erasure holds no words.
        Payload::Identity(_) | Payload::Config(_) | Payload::Erased(_) => return None,
    }
    let left = work.rest(left);
    let messages = u32::try_from(work.changed.len()).unwrap_or(u32::MAX);
    (left.is_none() || work.touched || messages > 0 || work.facts > 0).then_some(Left {
        payload: left,
        messages,
        facts: work.facts,
    })
}

struct Work<'a> {
    target: &'a Target,
    scrub: &'a Scrub<'a>,
    /// Ids of messages of this payload that lost something.
    changed: BTreeSet<String>,
    facts: u32,
    touched: bool,
}

impl Work<'_> {
    fn imported(&mut self, imported: &mut Imported) {
        self.entries(imported.input.iter_mut().chain([&mut imported.reply]));
        self.counts(&mut imported.tokens);
        self.vectors(&mut imported.vectors);
        self.facts(&mut imported.facts);
    }

    fn opened(&mut self, opened: &mut Opened) {
        self.entries(opened.input.iter_mut());
        self.counts(&mut opened.tokens);
        self.vectors(&mut opened.vectors);
        if !self.changed.is_empty() {
            opened.vector = None;
        }
        self.facts(&mut opened.facts);
        if let Some(anchors) = &mut opened.anchors {
            self.anchors(anchors);
        }
        if let Some(left) = opened.note.as_deref().and_then(|note| self.scrub.made(note)) {
            opened.note = (!left.is_empty()).then_some(left);
            self.touched = true;
        }
        if self.touched || !self.changed.is_empty() {
            // It is not salted, so it could confirm a guess.
            opened.prompt_hash = None;
        }
    }

    fn closed(&mut self, closed: &mut Closed) {
        self.entries(closed.steps.iter_mut().chain(&mut closed.reply));
        self.counts(&mut closed.tokens);
        if !self.changed.is_empty() {
            closed.vector = None;
        }
        self.facts(&mut closed.facts);
        self.summaries(&mut closed.summaries);
        let symbols = closed.symbols.len();
        closed.symbols.retain(|symbol, _| !symbol.split(' ').any(|term| self.scrub.is_own(term)));
        self.touched |= closed.symbols.len() < symbols;
    }

    fn embedded(&mut self, embedded: &mut Embedded) {
        // Which messages lose something is told by other records: take what the whole target says.
        let before = embedded.vectors.len();
        embedded.vectors.retain(|vector| !self.scrub.changes(&vector.id));
        self.touched |= embedded.vectors.len() < before;
    }

    fn entries<'e>(&mut self, entries: impl Iterator<Item = &'e mut Entry>) {
        for entry in entries {
            if self.entry(entry) {
                self.changed.insert(entry.id.clone());
            }
        }
    }

    /// Takes out of a message what is forgotten, and tells whether there was anything.
    fn entry(&self, entry: &mut Entry) -> bool {
        let message = &mut entry.message;
        if self.target.messages.contains(&entry.id) {
            if message.content != Content::Absent {
                message.content = Content::Text(or_placeholder(String::new()));
            }
            let calls = !message.tool_calls.is_empty();
            message.tool_calls.clear();
            message.extra.clear();
            return calls || message.content != Content::Absent;
        }
        let mut changed = false;
        match &mut message.content {
            Content::Absent => {}
            Content::Text(text) => changed |= self.said(text),
            Content::Parts(parts) => {
                for text in parts.iter_mut().filter_map(|part| part.get_mut("text")) {
                    if let Value::String(text) = text {
                        changed |= self.said(text);
                    }
                }
            }
        }
        for call in &mut message.tool_calls {
            if let Some(Value::String(arguments)) = call.pointer_mut("/function/arguments")
                && self.target.names(arguments)
            {
                "{}".clone_into(arguments);
                changed = true;
            }
        }
        for field in message.extra.values_mut() {
            changed |= self.scrub.value(field);
        }
        changed
    }

    fn said(&self, text: &mut String) -> bool {
        let Some(left) = self.scrub.said(text) else { return false };
        *text = or_placeholder(left);
        true
    }

    /// Counts of changed messages are no longer right: an unknown counter makes them be counted
    /// anew.
    fn counts(&self, tokens: &mut MessageTokens) {
        if !self.changed.is_empty() {
            tokens.counter.clear();
        }
    }

    fn vectors(&self, vectors: &mut BTreeMap<String, Answer>) {
        vectors.retain(|id, _| !self.changed.contains(id));
    }

    /// A fact that goes leaves its slot, so that what it ended stays ended.
    fn facts(&mut self, facts: &mut [Fact]) {
        for fact in facts.iter_mut().filter(|fact| !fact.forgotten) {
            if !self.target.loses(fact) {
                // It may have its subject from what goes.
                let words = fact.key.len();
                fact.key.retain(|word| !self.scrub.is_own(word));
                self.touched |= fact.key.len() < words;
                continue;
            }
            let (who, key) = (std::mem::take(&mut fact.who), std::mem::take(&mut fact.key));
            *fact = Fact {
                who: if self.scrub.betrays(&who) { String::new() } else { who },
                slot: fact.slot,
                key: key.into_iter().filter(|word| !self.scrub.is_own(word)).collect(),
                source: fact.source,
                turn: fact.turn,
                message: std::mem::take(&mut fact.message),
                until: Some(fact.turn),
                forgotten: true,
                ..Fact::default()
            };
            self.facts += 1;
        }
    }

    fn anchors(&mut self, anchors: &mut Anchors) {
        let before = anchors.lines.len();
        for line in &mut anchors.lines {
            let left = match self.target.messages.contains(&line.message) {
                true => Some(String::new()),
                false => self.scrub.made(&line.text),
            };
            if let Some(left) = left {
                line.text = left;
                self.touched = true;
            }
        }
        anchors.lines.retain(|line| !line.text.is_empty());
        self.touched |= anchors.lines.len() < before;
        self.summary_lines(&mut anchors.earlier);
        let before = anchors.task.len();
        anchors.task.retain(|line| {
            !self.target.messages.contains(&line.message) && self.scrub.made(&line.text).is_none()
        });
        self.touched |= anchors.task.len() < before;
    }

    /// A mean direction tells of all its texts, quoted or not.
    fn summaries(&mut self, summaries: &mut [Summary]) {
        for summary in summaries {
            self.summary_lines(&mut summary.lines);
            self.touched |= summary.centroid.take().is_some();
        }
    }

    /// Takes out the sentences that tell of it.
    fn summary_lines(&mut self, lines: &mut Vec<SummaryLine>) {
        let before = lines.len();
        lines.retain(|line| {
            !self.target.messages.contains(&line.message) && self.scrub.made(&line.text).is_none()
        });
        self.touched |= lines.len() < before;
    }

    /// Everything else that is text: evidence, reasons, patterns, and what later versions add.
    fn rest(&mut self, payload: Payload) -> Option<Payload> {
        let mut value = serde_json::to_value(&payload).ok()?;
        let fields = value.as_object_mut()?;
        let mut touched = false;
        for (name, field) in fields.iter_mut() {
            if !SAID.contains(&name.as_str()) {
                touched |= self.scrub.value(field);
            }
        }
        if !touched {
            return Some(payload);
        }
        self.touched = true;
        serde_json::from_value(value).ok()
    }
}

/// What was dealt with above by its kind, and what is no text.
const SAID: [&str; 14] = [
    "summaries",
    "type",
    "input",
    "reply",
    "steps",
    "facts",
    "adds",
    "anchors",
    "note",
    "symbols",
    "vector",
    "vectors",
    "ends",
    "mode",
];
