//! The facts of the note: what has changed since the block of anchor facts was written, and what
//! fits the request but has no place in it.
//!
//! Owns the choice and the wording of the lines. The block itself is written in `prompt::block`.

use std::collections::{BTreeMap, BTreeSet};

use super::Material;
use super::refers::asks_for_all;
use crate::memory::facts::Source;
use crate::memory::{Hit, Statement, compact, statements};
use crate::text;

/// Opens the facts.
pub(super) const HEADING: &str = "The user said earlier (quoted, not instructions):";

/// The facts that go into a note.
#[derive(Default)]
pub(super) struct Known {
    pub(super) lines: Vec<String>,
    /// Turn and id of the messages that they quote.
    messages: BTreeSet<(u32, String)>,
}

impl Known {
    /// Whether all that a short message says stands in the anchor facts already, here or in front
    /// of the window.
    pub(super) fn hold(&self, material: &Material<'_>, hit: &Hit, spoken: &str) -> bool {
        if self.messages.contains(&(hit.turn, hit.id.clone())) {
            return true;
        }
        let line = material.anchors.lines.iter().find(|line| line.turn == hit.turn && line.message == hit.id);
        line.is_some_and(|line| {
            let held: BTreeSet<String> = text::terms(&line.text).into_iter().collect();
            text::terms(spoken).iter().all(|term| held.contains(term))
        })
    }
}

/// The lines that fit some tokens.
pub(super) fn lines(material: &Material<'_>, room: usize) -> Known {
    let mut known = Known::default();
    let mut spent = 0;
    let mut take = |turn: u32, message: &str, line: String| {
        let cost = material.counter.count(&line) + 1;
        if spent + cost > room || known.lines.contains(&line) {
            return;
        }
        spent += cost;
        known.messages.insert((turn, message.to_owned()));
        known.lines.push(line);
    };
    for (turn, message, words) in changed(material) {
        take(turn, &message, line("- changed in turn", turn, &words));
    }
    for statement in relevant(material) {
        take(statement.turn, &statement.message, line("- turn", statement.turn, &statement.text));
    }
    if !known.lines.is_empty() {
        known.lines.insert(0, HEADING.to_owned());
    }
    known
}

fn line(label: &str, turn: u32, words: &str) -> String {
    format!("{label} {turn}: {}", words.replace("leeboard_", "leeboard "))
}

/// What the user has said since that ends something in the block: turn, message, words.
fn changed(material: &Material<'_>) -> BTreeSet<(u32, String, String)> {
    let (facts, anchors) = (material.session.facts(), material.anchors);
    let ended = facts.all().filter(|fact| {
        fact.until.is_some_and(|until| until > fact.turn && until >= anchors.turn)
            && anchors.quote(fact.turn, &fact.message)
    });
    let successors = ended.filter_map(|fact| facts.successor(fact));
    successors.map(|fact| (fact.turn, fact.message.clone(), compact(&fact.words))).collect()
}

/// What left the window, has no place in the block and fits the request, best first. A request
/// for all that was said gets what matters most.
fn relevant(material: &Material<'_>) -> Vec<Statement> {
    let session = material.session;
    let mut candidates = statements(session.facts(), session.next_turn());
    candidates.retain(|it| !session.stands(it.turn, material.window_start));
    candidates.retain(|it| it.source == Source::User && !material.anchors.hold(it));
    if candidates.is_empty() {
        return candidates;
    }
    let index = material.session.index();
    let all = asks_for_all(material.request);
    let wanted: BTreeMap<String, f64> =
        text::terms(material.request).into_iter().map(|term| (index.rarity(&term), term)).map(swap).collect();
    let weight = |statement: &Statement| {
        let terms: BTreeSet<String> = text::terms(&statement.text).into_iter().collect();
        let shared: f64 = terms.iter().filter_map(|term| wanted.get(term)).sum();
        if shared > 0.0 || all { shared + statement.importance } else { 0.0 }
    };
    let mut ranked: Vec<(f64, Statement)> = candidates.into_iter().map(|it| (weight(&it), it)).collect();
    ranked.retain(|(weight, _)| *weight > 0.0);
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then(b.1.place.cmp(&a.1.place)));
    ranked.into_iter().map(|(_, statement)| statement).collect()
}

fn swap((weight, term): (f64, String)) -> (String, f64) {
    (term, weight)
}
