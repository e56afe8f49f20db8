//! What would have been sent: the prompt at every turn of a recorded conversation.
//!
//! Owns the output line. The prompt itself is built by the core, or by another policy.

use std::collections::{BTreeMap, BTreeSet};

use leeboard_core::Entry;
use leeboard_core::identity::Identity;
use leeboard_core::message::{Message, Role};
use leeboard_core::prompt::{self, Prompt, TokenReport};
use leeboard_core::record::{Digest, Mode};
use leeboard_core::tokens::TokenCounter;
use leeboard_io::conversation::{Conversation, Exchange};
use serde::Serialize;

use crate::offline::{EvalError, Means, Replay};
use crate::policies::{self, Policy};

/// Which prompts are wanted.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "all, or some")]
pub enum Which {
    /// One for every user input.
    All,
    /// Those for the user messages at these 0-based indices.
    At(Vec<usize>),
}

/// One prompt, as `prompt` prints it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct PromptLine {
    /// The conversation's id.
    pub conversation: String,
    /// Index of the message that is the current input.
    pub at: usize,
    /// All text sent.
    pub prompt: String,
    /// The messages sent.
    pub messages: Vec<Message>,
    /// Tokens by section.
    pub tokens: BTreeMap<&'static str, usize>,
    /// Tokens that a provider's cache would serve after the preceding turn's prompt.
    pub cached_prefix_tokens: usize,
    /// Whether identity and input alone are over the budget.
    pub over_budget: bool,
    /// BLAKE3 of the canonical JSON of `messages`.
    pub hash: Digest,
}

impl PromptLine {
    /// What the prompt is billed at, in tokens: uncached ones whole, cached ones at `share`.
    #[must_use]
    pub fn billed(&self, share: f64) -> f64 {
        let total = self.tokens.get("total").copied().unwrap_or_default();
        let cached = self.cached_prefix_tokens.min(total);
        (total - cached) as f64 + share * cached as f64
    }
}

/// The wanted prompts of a conversation, in its order.
///
/// # Errors
/// [`EvalError::Place`] for an index that is no user message, [`EvalError::Turn`] for a message
/// over a limit.
pub fn prompts(
    conversation: &Conversation,
    which: &Which,
    policy: Policy,
    identity: Option<&Identity>,
    means: Means<'_>,
) -> Result<Vec<PromptLine>, EvalError> {
    let counter = means.counter;
    let wanted = wanted(conversation, which)?;
    let mut replay = Replay::start(conversation, identity, means)?;
    let mut lines = Vec::new();
    let mut previous: Vec<Message> = Vec::new();
    for exchange in conversation.exchanges() {
        for at in places(conversation, &exchange) {
            // Messages of one input belong together: those before `at` come first.
            let (input, _) = split_after(conversation, &exchange, at);
            let last = exchange.at == Some(at);
            if !last && !wanted.contains(&at) {
                continue;
            }
            let prompt = match policy {
                Policy::Leeboard if last => replay.open(input, Mode::Manage)?.prompt,
                Policy::Leeboard => replay.preview(input)?.prompt,
                other => Some(policies::plain(&replay, conversation, at, other, counter)),
            };
            let Some(prompt) = prompt else { continue };
            if wanted.contains(&at) {
                lines.push(line(conversation, at, &prompt, &previous, counter));
            }
            if last {
                previous = prompt.messages;
            }
        }
        let mut steps = exchange.at.map_or(&[][..], |at| split_after(conversation, &exchange, at).1);
        if replay.session().pending().is_none() {
            replay.open(&exchange.input, Mode::Observe)?;
            steps = &[];
        }
        if let Some(reply) = &exchange.reply {
            replay.close_after(steps, reply)?;
        }
    }
    Ok(lines)
}

fn wanted(conversation: &Conversation, which: &Which) -> Result<BTreeSet<usize>, EvalError> {
    let Which::At(places) = which else {
        return Ok(conversation.exchanges().iter().filter_map(|exchange| exchange.at).collect());
    };
    for &at in places {
        let reason = match conversation.entries.get(at) {
            None => format!("it has {} messages", conversation.entries.len()),
            Some(entry) if entry.message.role != Role::User => {
                format!("the message there is the {}'s", entry.message.role.as_str())
            }
            Some(_) => continue,
        };
        return Err(EvalError::Place { conversation: conversation.id.clone(), at, reason });
    }
    Ok(places.iter().copied().collect())
}

/// An exchange's input up to the message at an index, and the tool calls and results after it.
fn split_after<'a>(
    conversation: &Conversation,
    exchange: &'a Exchange,
    at: usize,
) -> (&'a [Entry], &'a [Entry]) {
    let place = exchange.input.iter().position(|entry| entry.id == conversation.entries[at].id);
    exchange.input.split_at(place.map_or(0, |place| place + 1))
}

/// Indices of an exchange's user messages.
fn places(conversation: &Conversation, exchange: &Exchange) -> Vec<usize> {
    let (Some(first), Some(last)) = (exchange.input.first(), exchange.at) else { return Vec::new() };
    let start = conversation.entries.iter().position(|entry| entry.id == first.id).unwrap_or(last);
    (start..=last).filter(|&at| conversation.entries[at].message.role == Role::User).collect()
}

fn line(
    conversation: &Conversation,
    at: usize,
    prompt: &Prompt,
    previous: &[Message],
    counter: &dyn TokenCounter,
) -> PromptLine {
    PromptLine {
        conversation: conversation.id.clone(),
        at,
        prompt: prompt.text(),
        tokens: sections(&prompt.report),
        cached_prefix_tokens: prompt::cached_prefix(previous, &prompt.messages, counter),
        over_budget: prompt.report.over_budget,
        hash: prompt.hash,
        messages: prompt.messages.clone(),
    }
}

fn sections(report: &TokenReport) -> BTreeMap<&'static str, usize> {
    BTreeMap::from([
        ("total", report.total),
        ("system", report.system),
        ("facts", report.facts),
        ("history", report.history),
        ("note", report.note),
        ("input", report.input),
        ("framing", report.framing),
    ])
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use leeboard_core::Config;
    use leeboard_core::tokens::Estimate;
    use leeboard_io::embed::{Offline, Table};
    use serde_json::{Value, json};

    use super::*;

    fn conversation(messages: &Value) -> Conversation {
        let text = json!({"id": "c", "messages": messages}).to_string();
        leeboard_io::conversation::parse("c.json", text.as_bytes()).unwrap().remove(0)
    }

    #[test]
    fn tool_calls_and_results_after_the_input_stay_in_history() {
        let call = json!({"id": "t1", "type": "function", "function": {"name": "tide", "arguments": "{}"}});
        let conversation = conversation(&json!([
            {"role": "system", "content": "You are Ada."},
            {"role": "user", "content": "How is the tide?"},
            {"role": "assistant", "content": null, "tool_calls": [call]},
            {"role": "tool", "content": "high at six", "tool_call_id": "t1"},
            {"role": "assistant", "content": "High water is at six."},
            {"role": "user", "content": "And then?"},
        ]));
        let (config, embedder) = (Config::default(), Offline::new(Arc::new(Table::new())).unwrap());
        let means = Means { config: &config, counter: &Estimate, embedder: &embedder };
        let lines = prompts(&conversation, &Which::All, Policy::Leeboard, None, means).unwrap();
        let places: Vec<usize> = lines.iter().map(|line| line.at).collect();
        assert_eq!(places, [1, 5]);
        let sent: Vec<&Message> = lines[1].messages.iter().collect();
        let said: Vec<&Message> = conversation.entries.iter().map(|entry| &entry.message).collect();
        assert_eq!(sent, said);
    }
}
