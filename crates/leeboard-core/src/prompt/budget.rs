//! Tokens: how many a message has, how many a prompt may have, how many a provider's cache
//! would serve.
//!
//! Owns the accounting. What is put into the prompt is decided in `layout` and `note`.

use serde::{Deserialize, Serialize};

use crate::message::{Content, Message};
use crate::tokens::TokenCounter;

/// Tokens that a chat format spends on one message besides its content, and on the start of the
/// reply: OpenAI's chat format has 3 and the role, then 3.
pub(crate) const PER_MESSAGE: usize = 4;
pub(crate) const PER_REPLY: usize = 3;

/// Tokens of a prompt by section.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TokenReport {
    /// All of them.
    pub total: usize,
    /// The identity.
    pub system: usize,
    /// The anchor facts in front of the window.
    #[serde(default)]
    pub facts: usize,
    /// Earlier messages.
    pub history: usize,
    /// The note in front of the user's message.
    pub note: usize,
    /// The current input.
    pub input: usize,
    /// What the chat format adds.
    pub framing: usize,
    /// The budget that held.
    pub budget: usize,
    /// Whether identity and input alone, with the calls that the input answers, are over it; they
    /// are never cut.
    pub over_budget: bool,
}

impl TokenReport {
    pub(crate) fn sum(mut self) -> Self {
        self.total = self.system + self.facts + self.history + self.note + self.input + self.framing;
        self.over_budget = self.total > self.budget;
        self
    }
}

impl TokenReport {
    pub(super) fn plain(messages: &[Message], counter: &dyn TokenCounter) -> Self {
        let mut report = Self { budget: usize::MAX, ..Self::default() };
        for (n, message) in messages.iter().enumerate() {
            let tokens = count_message(message, counter);
            if n == 0 && message.role.instructs() {
                report.system += tokens;
            } else if n + 1 == messages.len() {
                report.input += tokens;
            } else {
                report.history += tokens;
            }
        }
        report.framing = messages.len() * PER_MESSAGE + PER_REPLY;
        report.sum()
    }
}

/// Tokens of a message's content: its text, and the JSON of its tool calls. Images and audio
/// are not counted; providers price them by size.
pub(crate) fn count_message(message: &Message, counter: &dyn TokenCounter) -> usize {
    let text = match &message.content {
        Content::Text(text) => counter.count(text),
        Content::Absent | Content::Parts(_) => counter.count(&message.full_text()),
    };
    let calls = message.tool_calls.iter().map(|call| counter.count(&call.to_string())).sum::<usize>();
    text + calls
}

/// Tokens at the start of a prompt that a provider's cache would serve after `previous`: the
/// leading messages that are equal, by OpenAI's rule in whole steps of 128 from 1,024 up.
#[must_use]
pub fn cached_prefix(previous: &[Message], current: &[Message], counter: &dyn TokenCounter) -> usize {
    let equal = previous.iter().zip(current).take_while(|(before, now)| before == now);
    let shared: usize = equal.map(|(_, now)| count_message(now, counter) + PER_MESSAGE).sum();
    cacheable(shared)
}

/// OpenAI's rule: nothing under 1,024 tokens, then whole steps of 128.
fn cacheable(shared: usize) -> usize {
    if shared < 1_024 { 0 } else { shared / 128 * 128 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn openai_caches_from_1024_in_steps_of_128() {
        assert_eq!([1_023, 1_024, 1_151, 1_152].map(cacheable), [0, 1_024, 1_024, 1_152]);
    }
}
