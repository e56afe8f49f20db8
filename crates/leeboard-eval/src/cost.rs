//! What the prompts of a conversation cost: tokens, what a provider's cache would serve, the bill.
//!
//! Owns the sums. Which prompts there are is said by `prompts` and `policies`.

use std::collections::BTreeMap;

use leeboard_core::message::Message;
use leeboard_core::prompt::Prompt;
use leeboard_core::tokens::TokenCounter;
use serde::Serialize;

use crate::prompts::PromptLine;

/// What a provider charges for the tokens of prompts.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "the caller builds it")]
pub struct Price {
    /// For people.
    pub name: String,
    /// For a million tokens, in any currency.
    pub input: f64,
    /// For a million tokens that the provider's cache serves.
    pub cached: f64,
}

/// Shares of the full price that providers ask for a cached token, at best and at worst: OpenAI,
/// Anthropic and Google ask between a tenth and a half.
pub const CACHED_SHARES: [(&str, f64); 2] = [("0.1", 0.1), ("0.5", 0.5)];

/// One conversation's prompts by one policy. Means are per turn.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Cost {
    /// The conversation's id.
    pub conversation: String,
    /// The policy, as it was asked for.
    pub policy: String,
    /// Prompts.
    pub turns: usize,
    /// Tokens of a prompt.
    pub mean_tokens: f64,
    /// The longest one's.
    pub max_tokens: usize,
    /// Mean tokens of the earlier messages.
    pub mean_history: f64,
    /// Mean tokens of the note.
    pub mean_note: f64,
    /// Prompts whose system message and input alone are over the budget.
    pub over_budget: usize,
    /// Share of all tokens in leading messages that equal those of the prompt before, in [0, 1].
    pub shared_share: f64,
    /// Share of all tokens that OpenAI's rule would cache, in [0, 1]: of those, none under 1,024
    /// and whole steps of 128.
    pub cached_share: f64,
    /// Mean billed tokens, by the share of the price that a cached token costs.
    pub billed: BTreeMap<&'static str, f64>,
    /// What all prompts cost together, by name of the price.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub cost: BTreeMap<String, f64>,
}

impl Cost {
    /// Sums up the prompts of all turns of a conversation, in order.
    #[must_use]
    pub fn of(
        conversation: &str,
        policy: &str,
        lines: &[PromptLine],
        prices: &[Price],
        counter: &dyn TokenCounter,
    ) -> Self {
        let turns = lines.len().max(1) as f64;
        let section = |line: &PromptLine, name| line.tokens.get(name).copied().unwrap_or_default();
        let sum = |name| lines.iter().map(|line| section(line, name)).sum::<usize>() as f64;
        let cached: f64 = lines.iter().map(|line| line.cached_prefix_tokens as f64).sum();
        let before = std::iter::once(&[][..]).chain(lines.iter().map(|line| line.messages.as_slice()));
        let shared: usize =
            before.zip(lines).map(|(before, line)| shared(before, &line.messages, counter)).sum();
        let all = sum("total").max(1.0);
        let billed = |share: f64| lines.iter().map(|line| line.billed(share)).sum::<f64>();
        let price = |price: &Price| {
            let cost = (all - cached) * price.input + cached * price.cached;
            (price.name.clone(), rounded(cost / 1e6, 6))
        };
        Self {
            conversation: conversation.to_owned(),
            policy: policy.to_owned(),
            turns: lines.len(),
            mean_tokens: rounded(sum("total") / turns, 1),
            max_tokens: lines.iter().map(|line| section(line, "total")).max().unwrap_or_default(),
            mean_history: rounded(sum("history") / turns, 1),
            mean_note: rounded(sum("note") / turns, 1),
            over_budget: lines.iter().filter(|line| line.over_budget).count(),
            shared_share: rounded(shared as f64 / all, 4),
            cached_share: rounded(cached / all, 4),
            billed: CACHED_SHARES
                .into_iter()
                .map(|(name, share)| (name, rounded(billed(share) / turns, 1)))
                .collect(),
            cost: prices.iter().map(price).collect(),
        }
    }
}

/// Tokens of the leading messages that are equal, with the chat format's overhead.
fn shared(previous: &[Message], current: &[Message], counter: &dyn TokenCounter) -> usize {
    let equal = previous.iter().zip(current).take_while(|(before, now)| before == now).count();
    let count = |messages: &[Message]| Prompt::plain(messages.to_vec(), counter).report.total;
    count(current.get(..equal).unwrap_or_default()).saturating_sub(count(&[]))
}

fn rounded(value: f64, digits: i32) -> f64 {
    let factor = 10_f64.powi(digits);
    (value * factor).round() / factor
}

#[cfg(test)]
mod tests {
    use leeboard_core::message::Role;
    use leeboard_core::record::Digest;
    use leeboard_core::tokens::Estimate;

    use super::*;

    fn line(messages: Vec<Message>, total: usize, cached: usize) -> PromptLine {
        PromptLine {
            conversation: "c".to_owned(),
            at: 0,
            prompt: String::new(),
            tokens: BTreeMap::from([("total", total), ("history", total / 2), ("note", 10)]),
            cached_prefix_tokens: cached,
            over_budget: false,
            hash: Digest::of_json(&messages),
            messages,
        }
    }

    #[test]
    fn cached_tokens_cost_less_and_shared_ones_are_counted() {
        let first = Message::text(Role::System, "You are Ada, a harbour pilot.");
        let prompts = [
            line(vec![first.clone(), Message::text(Role::User, "one")], 1_000, 0),
            line(vec![first.clone(), Message::text(Role::User, "two")], 3_000, 2_000),
        ];
        let price = Price { name: "p".to_owned(), input: 2.0, cached: 0.5 };
        let cost = Cost::of("c", "full", &prompts, &[price], &Estimate);
        assert_eq!((cost.turns, cost.mean_tokens, cost.max_tokens), (2, 2_000.0, 3_000));
        assert_eq!((cost.cached_share, cost.billed["0.1"], cost.billed["0.5"]), (0.5, 1_100.0, 1_500.0));
        assert_eq!(cost.cost["p"], (2_000.0 * 2.0 + 2_000.0 * 0.5) / 1e6);
        let alone = Prompt::plain(vec![first], &Estimate).report.total - 3;
        assert_eq!(cost.shared_share, rounded(alone as f64 / 4_000.0, 4));
    }
}
