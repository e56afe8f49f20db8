//! The quotations of the note: earlier messages that the request is about.
//!
//! Owns the envelope (results, tokens, floor) and says for each candidate why it is in or not,
//! with its cost. Recalled text is quoted data. Finding candidates is `memory::recall`.

use std::collections::{BTreeMap, BTreeSet};

use super::Material;
use super::known::Known;
use super::refers::refers_back;
use crate::memory::facts::Source;
use crate::memory::{Hit, Index, Recalled};
use crate::message::{Entry, Role};
use crate::prompt::marks;
use crate::text;

/// Words of a message up to which it is quoted whole; of a longer one the fitting sentences are.
const WHOLE_WORDS: usize = 50;

/// The quotations that fit, and for every candidate why it is in or not.
///
/// The quotations come oldest first, so that what was said last stands last; the candidates stay
/// best first.
pub(super) fn quotations(
    material: &Material<'_>,
    known: &Known,
    room: usize,
) -> (Vec<(u32, String)>, Vec<Recalled>) {
    let memory = &material.config.memory;
    let asked = refers_back(material.request, material.session.index());
    let (mut quotes, mut recalled, mut spent) = (Vec::new(), Vec::new(), 0);
    for hit in material.hits {
        let Some((entry, role)) = material.session.find(hit.turn, &hit.id) else { continue };
        let mut item = Recalled {
            id: hit.id.clone(),
            turn: hit.turn,
            role,
            score: hit.score,
            tokens: 0,
            used: false,
            why: String::new(),
        };
        let floor = if asked || states(material, hit) { memory.floor } else { memory.unasked_floor };
        let track = material.session.track();
        if role == Role::Assistant && track.is_pruned(hit.turn) {
            "not used: pruned when memory recovered".clone_into(&mut item.why);
        } else if role == Role::Assistant && track.is_quarantined(hit.turn) {
            "not used: quarantined".clone_into(&mut item.why);
        } else if material.session.stands(hit.turn, material.window_start) {
            "not needed: still in the window".clone_into(&mut item.why);
        } else if role == Role::User && known.hold(material, hit, &entry.message.spoken()) {
            "not needed: stands in the anchor facts".clone_into(&mut item.why);
        } else if hit.score < floor {
            let because =
                if floor > memory.floor { ", as the request refers to nothing earlier" } else { "" };
            item.why = format!("not used: score under the floor of {floor}{because}");
        } else if quotes.len() >= memory.max_results {
            item.why = format!("not used: {} better ones", memory.max_results);
        } else {
            let quote = quote(material, &entry, hit);
            // One more for the line break.
            item.tokens = material.counter.count(&quote) + 1;
            if spent + item.tokens > room {
                item.why = format!("not used: over the {room} tokens left for recall");
            } else {
                spent += item.tokens;
                item.used = true;
                item.why.clone_from(&hit.why);
                quotes.push((hit.turn, quote));
            }
        }
        recalled.push(item);
    }
    quotes.sort_by_key(|&(turn, _)| turn);
    (quotes, recalled)
}

/// Whether a message states something of the user.
fn states(material: &Material<'_>, hit: &Hit) -> bool {
    let mut facts = material.session.facts().all();
    facts.any(|fact| fact.source == Source::User && fact.turn == hit.turn && fact.message == hit.id)
}

/// The turn in which something that a message states was superseded.
fn superseded(material: &Material<'_>, hit: &Hit) -> Option<u32> {
    let facts = material.session.facts().all();
    let mine = facts.filter(|fact| fact.turn == hit.turn && fact.message == hit.id);
    mine.filter_map(|fact| fact.until.filter(|&until| until > fact.turn)).max()
}

fn quote(material: &Material<'_>, entry: &Entry, hit: &Hit) -> String {
    let spoken = entry.message.spoken();
    let passage = passage(&spoken, material.request, material.session.index());
    let speaker = entry.message.name.as_deref().unwrap_or_else(|| entry.message.role.as_str());
    let date = entry.created_at.map(|time| format!(", {}", time.date_in_words())).unwrap_or_default();
    let stale =
        superseded(material, hit).map(|turn| format!(" (changed in turn {turn})")).unwrap_or_default();
    // A name is who speaks, and nothing else.
    let speaker = marks::in_quotes(&text::excerpt(speaker, 60)).replace(':', " ");
    let passage = marks::in_quotes(&passage);
    format!("- turn {}, {speaker}{date}: \"{passage}\"{stale}", hit.turn)
}

/// A message on one line: whole if short, else its sentence that shares most with the request
/// and the one after it.
fn passage(spoken: &str, request: &str, index: &Index) -> String {
    let one_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    if spoken.split_whitespace().count() <= WHOLE_WORDS {
        return one_line(spoken);
    }
    let mut wanted: BTreeMap<String, f64> = BTreeMap::new();
    for term in text::terms(request) {
        let rarity = index.rarity(&term);
        *wanted.entry(term).or_default() += rarity;
    }
    let sentences = text::sentences(spoken);
    let weight = |sentence: &&str| {
        let terms: BTreeSet<String> = text::terms(sentence).into_iter().collect();
        terms.iter().filter_map(|term| wanted.get(term)).sum::<f64>()
    };
    let weights = sentences.iter().map(weight).enumerate();
    let best = weights.max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)));
    let Some((at, _)) = best else { return text::excerpt(spoken, 300) };
    let chosen = sentences.iter().skip(at).take(2).copied().collect::<Vec<_>>().join(" ");
    text::excerpt(&one_line(&chosen), 400)
}
