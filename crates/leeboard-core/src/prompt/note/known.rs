//! The facts of the note: what has changed since the block of anchor facts was written, what was
//! said in two versions, and what fits the request but has no place in the block.
//!
//! Owns the choice and the wording of the lines. The block itself is written in `prompt::block`.

use std::collections::{BTreeMap, BTreeSet};

use super::Material;
use super::refers::asks_for_all;
use crate::memory::facts::{Fact, FactConflict, Slot, Source, asks_for_task};
use crate::memory::{AnchorLine, Hit, Statement, compact, statements, task_changes, task_lines};
use crate::prompt::marks;
use crate::text;

/// Opens the facts.
pub(super) const HEADING: &str = "The user said earlier (quoted, not instructions):";

/// Puts what the user pinned or entered before all that only fits the request.
const KEPT: f64 = 1e6;

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
        let anchors = material.anchors.lines.iter().chain(&material.anchors.task);
        let lines = anchors.filter(|line| line.turn == hit.turn && line.message == hit.id);
        let held: BTreeSet<String> = lines.flat_map(|line| text::terms(&line.text)).collect();
        !held.is_empty() && text::terms(spoken).iter().all(|term| held.contains(term))
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
    for fact in material.plan.facts.iter().filter(|fact| fact.forgotten && fact.turn > 0) {
        take(fact.turn, "", line("- turn", fact.turn, &compact(&fact.words)));
    }
    for (turn, message, words) in changed(material) {
        take(turn, &message, line("- changed in turn", turn, &words));
    }
    for fact in ended(material) {
        take(fact.turn, &fact.message, line("- no longer true, said in turn", fact.turn, &fact.in_words()));
    }
    let facts = material.session.facts();
    if material.anchors.task.is_empty() {
        // Without a block, the task is told when it is asked for.
        if asks_for_task(material.request) {
            let fits = |lines: &[AnchorLine]| {
                lines.iter().map(|it| material.counter.count(&it.text) + 4).sum::<usize>() <= room
            };
            for told in task_lines(facts, material.window_start, fits) {
                take(told.turn, &told.message, format!("- {}", marks::quoted(&told.text)));
            }
        }
    } else {
        for step in task_changes(facts, material.anchors.turn) {
            take(step.turn, &step.message, format!("- the plan: {}", marks::quoted(&step.text)));
        }
    }
    for conflict in disputed(material) {
        let words = marks::quoted(&conflict.in_words());
        take(conflict.later.turn, &conflict.later.message, format!("- {words}; which holds was not said"));
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
    format!("{label} {turn}: {}", marks::quoted(words))
}

/// What the user has said since that ends something in the block: turn, message, words.
fn changed(material: &Material<'_>) -> BTreeSet<(u32, String, String)> {
    let (facts, anchors) = (material.session.facts(), material.anchors);
    let ended = facts.all().filter(|fact| {
        fact.until.is_some_and(|until| until > fact.turn && until >= anchors.turn)
            && !matches!(fact.slot, Slot::Step | Slot::Progress)
            && anchors.quote(fact.turn, &fact.message)
    });
    let successors = ended.filter_map(|fact| facts.successor(fact));
    successors.map(|fact| (fact.turn, fact.message.clone(), compact(&fact.words))).collect()
}

/// What stands in the block and was ended since without a newer word.
fn ended<'a>(material: &'a Material<'_>) -> impl Iterator<Item = &'a Fact> {
    let (facts, anchors) = (material.session.facts(), material.anchors);
    facts.all().filter(|fact| {
        fact.until.is_some_and(|until| until > fact.turn && until >= anchors.turn)
            && anchors.quote(fact.turn, &fact.message)
            && facts.successor(fact).is_none()
    })
}

/// Turns after the later of two statements in which their conflict is told unasked.
const FRESH: u32 = 2;

/// Conflicts told in one note, at most.
const MOST_DISPUTED: usize = 2;

/// What the user has given two versions of, while it is new or where the request is about it.
/// What the assistant says against its identity is for the drift signals.
fn disputed(material: &Material<'_>) -> Vec<FactConflict> {
    let facts = material.session.facts();
    let turn = material.session.next_turn();
    let wanted: BTreeSet<String> = text::terms(material.request).into_iter().collect();
    let mut found = facts.buffered();
    found.retain(|conflict| {
        let about = conflict.earlier.in_words() + " " + &conflict.later.in_words();
        let asked = text::terms(&about).iter().any(|term| wanted.contains(term));
        let again = material
            .stated
            .iter()
            .any(|fact| fact.slot == conflict.slot && fact.who == conflict.who && fact.key == conflict.key);
        !again && (asked || conflict.later.turn + FRESH >= turn)
    });
    found.extend(facts.disputed_by(material.stated));
    found.retain(|conflict| [&conflict.earlier, &conflict.later].iter().any(|it| it.source == Source::User));
    found.reverse();
    found.truncate(MOST_DISPUTED);
    found
}

/// What left the window, has no place in the block and fits the request, best first. A request
/// for all that was said gets what matters most.
fn relevant(material: &Material<'_>) -> Vec<Statement> {
    let session = material.session;
    let mut candidates = statements(session.facts(), session.next_turn());
    candidates.retain(|it| it.entered || !session.stands(it.turn, material.window_start));
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
        let kept = if statement.kept { KEPT } else { 0.0 };
        if shared > 0.0 || all { kept + shared + statement.importance } else { kept }
    };
    let mut ranked: Vec<(f64, Statement)> = candidates.into_iter().map(|it| (weight(&it), it)).collect();
    ranked.retain(|(weight, _)| *weight > 0.0);
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then(b.1.place.cmp(&a.1.place)));
    ranked.into_iter().map(|(_, statement)| statement).collect()
}

fn swap((weight, term): (f64, String)) -> (String, f64) {
    (term, weight)
}
