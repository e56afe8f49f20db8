//! Recall on recorded conversations: which messages a query finds.
//!
//! Owns the query and answer lines. The scoring is `leeboard_core::memory`.

use leeboard_core::message::Entry;
use leeboard_core::record::Mode;
use leeboard_core::tokens::Estimate;
use leeboard_core::{Config, memory};
use leeboard_io::conversation::Conversation;
use serde::{Deserialize, Serialize};

use crate::offline::{EvalError, Replay};

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
    /// Share of the best score that the query could reach.
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
    config: &Config,
) -> Result<Vec<RecallLine>, EvalError> {
    let mut lines: Vec<(usize, RecallLine)> = Vec::with_capacity(queries.len());
    let end = conversation.entries.len();
    let mut order: Vec<usize> = (0..queries.len()).collect();
    order.sort_by_key(|&n| queries[n].at.unwrap_or(end).min(end));
    let mut memory = Memory { replay: Replay::start(conversation, None, config, &Estimate)?, seen: 0 };
    for n in order {
        let query = &queries[n];
        memory.read_to(&conversation.entries, query.at.unwrap_or(end).min(end))?;
        let hits = memory::recall(memory.replay.session().index(), &query.query, k, &config.memory);
        let hits = hits.into_iter().map(|hit| HitLine { id: hit.id, score: hit.score, why: hit.why });
        lines.push((n, RecallLine { query_id: query.query_id.clone(), hits: hits.collect() }));
    }
    lines.sort_by_key(|&(n, _)| n);
    Ok(lines.into_iter().map(|(_, line)| line).collect())
}

/// A replay that reads message by message, since a query may stand in the middle of a turn.
struct Memory<'a> {
    replay: Replay<'a>,
    seen: usize,
}

impl Memory<'_> {
    fn read_to(&mut self, entries: &[Entry], end: usize) -> Result<(), EvalError> {
        for entry in entries.get(self.seen..end).unwrap_or_default() {
            if entry.message.role.instructs() {
                continue;
            }
            if !entry.message.is_reply() {
                self.replay.open(std::slice::from_ref(entry), Mode::Observe)?;
                continue;
            }
            if self.replay.session().pending().is_none() {
                self.replay.open(&[], Mode::Observe)?;
            }
            self.replay.close(entry)?;
        }
        self.seen = self.seen.max(end);
        Ok(())
    }
}
