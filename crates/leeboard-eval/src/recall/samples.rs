//! Questions with known evidence, brought together with what recall sees of each message.
//!
//! Owns reading the data and asking each question twice: of its own conversation, and of
//! another, where nothing should be found.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use leeboard_core::memory::{self, Index};
use leeboard_io::conversation::Conversation;
use serde::Deserialize;

use super::fit::Sample;
use super::{Query, RecallLine, each, recall};
use crate::embed::data::{DataError, conversations, lines};
use crate::offline::{EvalError, Means};

/// A question and the messages that answer it; other fields of the line are ignored.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Question {
    #[serde(flatten)]
    pub(super) query: Query,
    pub(super) evidence: BTreeSet<String>,
    #[serde(default)]
    pub(super) category: String,
}

/// Questions by conversation.
pub(super) struct Asked {
    pub(super) conversation: Conversation,
    pub(super) questions: Vec<Question>,
}

/// The questions of a file on the conversations beside it. Those that nothing answers are out.
pub(super) fn read(folder: &Path, file: &str) -> Result<Vec<Asked>, DataError> {
    let mut by_conversation: BTreeMap<String, Vec<Question>> = BTreeMap::new();
    for question in lines::<Question>(&folder.join(file))? {
        if !question.evidence.is_empty() && question.category != "adversarial" {
            by_conversation.entry(question.query.conversation.clone()).or_default().push(question);
        }
    }
    let all = conversations(&folder.join("conversations"))?;
    let asked = all.into_iter().filter_map(|conversation| {
        let questions = by_conversation.remove(&conversation.id)?;
        Some(Asked { conversation, questions })
    });
    Ok(asked.collect())
}

/// A question's candidates.
pub(super) struct Candidates {
    pub(super) sample: Sample,
    /// Their ids.
    pub(super) ids: Vec<String>,
    pub(super) best_cosine: f64,
}

/// What recall answers with the weights in force, and what it sees.
pub(super) struct Seen {
    pub(super) lines: Vec<RecallLine>,
    pub(super) candidates: Vec<Candidates>,
}

/// Asks the questions of their own conversation.
pub(super) fn own(asked: &Asked, k: usize, means: Means<'_>) -> Result<Seen, EvalError> {
    let queries: Vec<Query> = asked.questions.iter().map(|question| question.query.clone()).collect();
    let lines = recall(&asked.conversation, &queries, k, means)?;
    let evidence: Vec<&BTreeSet<String>> =
        asked.questions.iter().map(|question| &question.evidence).collect();
    let candidates = candidates(&asked.conversation, &queries, &evidence, means)?;
    Ok(Seen { lines, candidates })
}

/// Asks them of another conversation, its speakers' names put for the own ones.
pub(super) fn foreign(
    asked: &Asked,
    other: &Conversation,
    means: Means<'_>,
) -> Result<Vec<Candidates>, EvalError> {
    let (from, to) = (speakers(&asked.conversation), speakers(other));
    let renamed = |question: &Question| {
        let mut query = Query { at: None, conversation: other.id.clone(), ..question.query.clone() };
        for (from, to) in from.iter().zip(&to) {
            query.query = query.query.replace(from.as_str(), to);
        }
        query
    };
    let queries: Vec<Query> = asked.questions.iter().map(renamed).collect();
    let nothing = BTreeSet::new();
    candidates(other, &queries, &vec![&nothing; queries.len()], means)
}

fn speakers(conversation: &Conversation) -> BTreeSet<String> {
    conversation.entries.iter().filter_map(|entry| entry.message.name.clone()).collect()
}

fn candidates(
    conversation: &Conversation,
    queries: &[Query],
    evidence: &[&BTreeSet<String>],
    means: Means<'_>,
) -> Result<Vec<Candidates>, EvalError> {
    let mut found: Vec<(usize, Candidates)> = Vec::new();
    each(conversation, queries, means, |n, index, query| {
        let seen = memory::evidence(index, &query, &means.config.memory);
        let ids: Vec<String> = seen.iter().map(|seen| id(index, seen.place)).collect();
        let sample = Sample {
            rows: seen.iter().map(|seen| seen.features).collect(),
            evidence: ids
                .iter()
                .map(|id| evidence.get(n).is_some_and(|wanted| wanted.contains(id)))
                .collect(),
        };
        let best_cosine = memory::best_cosine(index, &query);
        found.push((n, Candidates { sample, ids, best_cosine }));
    })?;
    found.sort_by_key(|&(n, _)| n);
    Ok(found.into_iter().map(|(_, candidates)| candidates).collect())
}

fn id(index: &Index, place: usize) -> String {
    index.id(place).unwrap_or_default().to_owned()
}
