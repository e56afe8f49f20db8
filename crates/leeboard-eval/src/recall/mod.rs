//! Recall on recorded conversations: which messages a query finds.
//!
//! Owns the query and answer lines. The scoring is `leeboard_core::memory`.
//!
//! [`measure`](measure::measure) says how well that works and fits the weights anew.

mod fit;
pub mod measure;
mod samples;

use leeboard_core::memory;
use leeboard_core::message::Entry;
use leeboard_core::record::Mode;
use leeboard_core::vector::Answer;
use leeboard_io::conversation::Conversation;
use serde::{Deserialize, Serialize};

use crate::offline::{EvalError, Means, Replay};

/// A question on a conversation; other fields of the line are ignored.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[expect(clippy::exhaustive_structs, reason = "the input line of a fixed contract")]
pub struct Query {
    /// Its id, given back with the answer.
    pub query_id: String,
    /// The conversation's id.
    pub conversation: String,
    /// The question.
    pub query: String,
    /// Only messages before this 0-based index count; all of them without it.
    #[serde(default)]
    pub at: Option<usize>,
}

/// The answer to one query.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct RecallLine {
    /// The query's id.
    pub query_id: String,
    /// What was found, best first.
    pub hits: Vec<HitLine>,
}

/// One message that was found.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct HitLine {
    /// The message's id.
    pub id: String,
    /// How sure it is that the query is about it, in [0, 1].
    pub score: f64,
    /// What speaks for it.
    pub why: String,
}

/// Answers queries on one conversation, in the order given. Each sees only what was said before
/// its place.
///
/// # Errors
/// [`EvalError`] if a message is over a limit.
pub fn recall(
    conversation: &Conversation,
    queries: &[Query],
    k: usize,
    means: Means<'_>,
) -> Result<Vec<RecallLine>, EvalError> {
    let mut lines: Vec<(usize, RecallLine)> = Vec::with_capacity(queries.len());
    each(conversation, queries, means, |n, index, asked| {
        let hits = memory::recall(index, &asked, k, &means.config.memory);
        let hits = hits.into_iter().map(|hit| HitLine { id: hit.id, score: hit.score, why: hit.why });
        lines.push((n, RecallLine { query_id: queries[n].query_id.clone(), hits: hits.collect() }));
    })?;
    lines.sort_by_key(|&(n, _)| n);
    Ok(lines.into_iter().map(|(_, line)| line).collect())
}

/// Brings each query, by its number, together with the memory of what was said before it.
fn each(
    conversation: &Conversation,
    queries: &[Query],
    means: Means<'_>,
    mut answer: impl FnMut(usize, &memory::Index, memory::Query<'_>),
) -> Result<(), EvalError> {
    let end = conversation.entries.len();
    let mut order: Vec<usize> = (0..queries.len()).collect();
    order.sort_by_key(|&n| queries[n].at.unwrap_or(end).min(end));
    let mut memory = Memory { replay: Replay::start(conversation, None, means)?, seen: 0 };
    for n in order {
        let query = &queries[n];
        let at = query.at.unwrap_or(end).min(end);
        memory.read_to(&conversation.entries, at)?;
        let index = memory.replay.session().index();
        let embedded = memory::without_names(index, &query.query).into_owned();
        let vector = means.embedder.answers(&[embedded]).pop();
        let until = conversation.entries.get(..=at).unwrap_or(&conversation.entries);
        let asked = memory::Query {
            text: &query.query,
            vector: vector.as_ref().and_then(Answer::vector),
            now: until.last().and_then(|entry| entry.created_at),
        };
        answer(n, index, asked);
    }
    Ok(())
}

/// A replay that reads up to a message, since a query may stand in the middle of a turn.
struct Memory<'a> {
    replay: Replay<'a>,
    seen: usize,
}

impl Memory<'_> {
    fn read_to(&mut self, entries: &[Entry], end: usize) -> Result<(), EvalError> {
        let spoken = entries.get(self.seen..end).unwrap_or_default().iter();
        let spoken: Vec<Entry> = spoken.filter(|entry| !entry.message.role.instructs()).cloned().collect();
        // What was said up to a reply is read at once: an input read alone is given up for the next.
        for exchange in spoken.split_inclusive(|entry| entry.message.is_reply()) {
            let reply = exchange.last().filter(|entry| entry.message.is_reply());
            let input = &exchange[..exchange.len() - usize::from(reply.is_some())];
            if !input.is_empty() || self.replay.session().pending().is_none() {
                self.replay.open(input, Mode::Observe)?;
            }
            if let Some(reply) = reply {
                self.replay.close(reply)?;
            }
        }
        self.seen = self.seen.max(end);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use leeboard_core::tokens::Estimate;
    use leeboard_core::{Config, Message, Role};
    use leeboard_io::embed::{Offline, Table};

    use super::*;

    /// Read one by one, every message would copy the session of all before it.
    #[test]
    fn a_long_monologue_is_read_at_once() {
        let said = |n: usize| Message::text(Role::User, format!("Buoy {n} lies north of the bar."));
        let entries = (0..6_000).map(|n| Entry::new(n.to_string(), said(n))).collect();
        let conversation = Conversation { id: "c".to_owned(), entries };
        let query = |id: &str, at| Query {
            query_id: id.to_owned(),
            conversation: "c".to_owned(),
            query: "Where is buoy 4321?".to_owned(),
            at,
        };
        let queries = [query("late", None), query("early", Some(100))];
        let (config, embedder) = (Config::default(), Offline::new(Arc::new(Table::new())).unwrap());
        let means = Means { config: &config, counter: &Estimate, embedder: &embedder };
        let lines = recall(&conversation, &queries, 3, means).unwrap();
        assert_eq!(lines[0].hits[0].id, "4321");
        assert_eq!(lines[1].query_id, "early");
        assert!(lines[1].hits.iter().all(|hit| hit.id.parse::<usize>().unwrap() < 100));
    }
}
