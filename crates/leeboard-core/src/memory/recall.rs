//! Recall: which earlier messages a query is about.
//!
//! Owns the scoring: BM25 over stemmed terms, speaker and date; a share of the neighbours'
//! scores; a boost for the speaker that the query names; a penalty for messages that only ask.
//! Does not cut to a budget; `prompt` does.

use std::collections::BTreeSet;

use super::Recalled;
use super::index::{Document, Index};
use crate::config::MemoryConfig;
use crate::text::{self, round6};

/// A message that a query is about.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Hit {
    /// The message's id.
    pub id: String,
    /// The turn it belongs to.
    pub turn: u32,
    /// Share of the best score that the query's known words could reach.
    pub score: f64,
    /// What speaks for it, for people.
    pub why: String,
}

impl Hit {
    /// The hit that a recalled message was.
    pub(crate) fn again(item: &Recalled) -> Self {
        Self { id: item.id.clone(), turn: item.turn, score: item.score, why: item.why.clone() }
    }
}

/// The `k` messages that fit a query best, best first; ties go to the older message.
#[must_use]
pub fn recall(index: &Index, query: &str, k: usize, config: &MemoryConfig) -> Vec<Hit> {
    let terms: BTreeSet<String> = text::terms(query).into_iter().collect();
    let named = named_speakers(index, query);
    let lexical = bm25(index, &terms, config);
    // Words that nobody has said yet cannot be found and say nothing about a hit.
    let known = terms.iter().filter(|term| index.postings(term).is_some_and(|found| !found.is_empty()));
    let best: f64 = known.map(|term| index.rarity(term) * (config.bm25_k1 + 1.0)).sum();
    let mut ranked: Vec<(usize, f64)> = index
        .documents()
        .iter()
        .enumerate()
        .map(|(at, document)| (at, adjusted(&lexical, at, document, &named, config)))
        .filter(|&(_, score)| score > 0.0)
        .collect();
    let best_first = |a: &(usize, f64), b: &(usize, f64)| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0));
    // Most messages share some word with a query; only the best are worth sorting.
    if k < ranked.len() {
        ranked.select_nth_unstable_by(k, best_first);
        ranked.truncate(k);
    }
    ranked.sort_by(best_first);
    let hit = |(at, score): (usize, f64)| {
        let document = index.documents().get(at)?;
        Some(Hit {
            id: document.id.clone(),
            turn: document.turn,
            score: round6(score / best.max(f64::MIN_POSITIVE)),
            why: why(index, at, document, &terms, &named, lexical[at] > 0.0),
        })
    };
    ranked.into_iter().filter_map(hit).collect()
}

/// The candidates for a prompt: three for each place, so that what is still in the window or
/// under the floor may drop out, and the trace can say why not.
pub(crate) fn recall_for_prompt(index: &Index, request: &str, config: &MemoryConfig) -> Vec<Hit> {
    recall(index, request, config.max_results.saturating_mul(3), config)
}

/// Plain BM25 (Robertson and Zaragoza 2009) for every message in the index.
fn bm25(index: &Index, terms: &BTreeSet<String>, config: &MemoryConfig) -> Vec<f64> {
    let mut scores = vec![0.0; index.len()];
    let mean = index.mean_length();
    for term in terms {
        let Some(postings) = index.postings(term) else { continue };
        let rarity = index.rarity(term);
        for &posting in postings {
            let at = index.place(posting);
            let Some(document) = index.documents().get(at) else { continue };
            let frequency = f64::from(posting.frequency);
            let length = 1.0 - config.bm25_b + config.bm25_b * f64::from(document.length) / mean;
            scores[at] += rarity * frequency * (config.bm25_k1 + 1.0) / (frequency + config.bm25_k1 * length);
        }
    }
    scores
}

fn adjusted(
    lexical: &[f64],
    at: usize,
    document: &Document,
    named: &BTreeSet<String>,
    config: &MemoryConfig,
) -> f64 {
    let before = at.checked_sub(1).and_then(|n| lexical.get(n)).copied().unwrap_or(0.0);
    let after = lexical.get(at + 1).copied().unwrap_or(0.0);
    let mut score = lexical.get(at).copied().unwrap_or(0.0) + config.neighbour * before.max(after);
    if document.asks {
        score *= config.question_penalty;
    }
    if document.speaker.as_ref().is_some_and(|speaker| named.contains(speaker)) {
        score *= config.speaker_boost;
    }
    score
}

fn named_speakers(index: &Index, query: &str) -> BTreeSet<String> {
    if index.speakers().is_empty() {
        return BTreeSet::new();
    }
    let words: BTreeSet<String> =
        text::words(query).map(|word| word.strip_suffix("'s").unwrap_or(&word).to_owned()).collect();
    let named = |speaker: &&String| speaker.split_whitespace().any(|part| words.contains(part));
    index.speakers().iter().filter(named).cloned().collect()
}

fn why(
    index: &Index,
    at: usize,
    document: &Document,
    terms: &BTreeSet<String>,
    named: &BTreeSet<String>,
    matches: bool,
) -> String {
    let holds = |term: &&String| {
        index.postings(term).is_some_and(|postings| {
            postings.binary_search_by_key(&at, |&posting| index.place(posting)).is_ok()
        })
    };
    let mut reasons = Vec::new();
    if matches {
        let shared: Vec<&str> = terms.iter().filter(holds).map(String::as_str).collect();
        reasons.push(format!("shares {}", shared.join(", ")));
    } else {
        reasons.push("stands beside a match".to_owned());
    }
    if document.speaker.as_ref().is_some_and(|speaker| named.contains(speaker)) {
        reasons.push("said by the speaker named".to_owned());
    }
    if document.asks {
        reasons.push("but only asks".to_owned());
    }
    reasons.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::{Entry, Message, Role};

    fn index(messages: &[(&str, &str)]) -> Index {
        let mut index = Index::default();
        for (n, (name, text)) in messages.iter().enumerate() {
            let mut message = Message::text(Role::User, *text);
            message.name = (!name.is_empty()).then(|| (*name).to_owned());
            index.add(1, &Entry::new(n.to_string(), message), None, None, 100);
        }
        index
    }

    fn ids(index: &Index, query: &str) -> Vec<String> {
        recall(index, query, 3, &MemoryConfig::default()).into_iter().map(|hit| hit.id).collect()
    }

    #[test]
    fn the_rarer_shared_word_wins_and_neighbours_follow() {
        let index = index(&[
            ("", "We sailed to the harbour."),
            ("", "Which harbour has moorings?"),
            ("", "The northern one, near Skagen."),
            ("", "I bought a sextant in Skagen."),
        ]);
        assert_eq!(ids(&index, "Where did I buy the sextant?")[0], "3");
        let hits = recall(&index, "sextant", 4, &MemoryConfig::default());
        assert_eq!(hits[0].why, "shares sextant");
        assert_eq!((hits[1].id.as_str(), hits[1].why.as_str()), ("2", "stands beside a match"));
    }

    #[test]
    fn the_named_speaker_is_preferred() {
        let index = index(&[("Ann", "The kayak is red."), ("Bob", "The kayak is red.")]);
        assert_eq!(ids(&index, "What colour is Bob's kayak?")[0], "1");
    }

    #[test]
    fn no_shared_word_no_hit() {
        assert!(ids(&index(&[("", "anchor")]), "the of and").is_empty());
        assert!(ids(&Index::default(), "anchor").is_empty());
    }
}
