//! Token counts: the trait, and an estimate that needs no tables.
//!
//! Owns no vocabulary; exact counters live in `leeboard-io`.

/// Counts the tokens of a text. Must be a pure function of the text.
pub trait TokenCounter: Send + Sync {
    /// What counted, as stored with every count: `o200k_base`, `estimate`, ...
    fn name(&self) -> &str;
    /// Tokens in the text.
    fn count(&self, text: &str) -> usize;
}

/// One token per four bytes of UTF-8, rounded up: the rule of thumb OpenAI gives for English.
///
/// Good enough where no prompt is built (observing, auditing); prompts are budgeted with an
/// exact counter.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "a stateless rule")]
pub struct Estimate;

impl TokenCounter for Estimate {
    fn name(&self) -> &'static str {
        "estimate"
    }

    fn count(&self, text: &str) -> usize {
        text.len().div_ceil(4)
    }
}
