//! Step 7 of the loop: the prompt, bounded, deterministic, with a prefix that stands still.
//!
//! Layout (see `docs/concepts/prompt.md`): the identity, byte-identical; the anchor facts of the
//! messages that left the window, rewritten only when it is trimmed; history, append-only and
//! trimmed in rare large steps; the current input with one short note in front of it. The note
//! is not kept in later history.

mod block;
mod budget;
mod layout;
mod marks;
mod note;
mod restart;
mod window;

use serde::{Deserialize, Serialize};

use crate::message::Message;
use crate::record::Digest;
use crate::tokens::TokenCounter;

pub use budget::{TokenReport, cached_prefix};
pub use layout::{attach_note, rebuild};

pub(crate) use budget::count_message;
pub(crate) use layout::{Request, build};
pub(crate) use restart::restart;

/// What is sent to the model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Prompt {
    /// The messages, in order.
    pub messages: Vec<Message>,
    /// Tokens by section.
    pub report: TokenReport,
    /// BLAKE3 of the canonical JSON of `messages`.
    pub hash: Digest,
}

impl Prompt {
    fn new(messages: Vec<Message>, report: TokenReport) -> Self {
        let hash = Digest::of_json(&messages);
        Self { messages, report, hash }
    }

    /// Messages that were not assembled here, for comparison: a leading system message and the
    /// last message count as such, the rest as history. There is no budget.
    #[must_use]
    pub fn plain(messages: Vec<Message>, counter: &dyn TokenCounter) -> Self {
        let report = TokenReport::plain(&messages, counter);
        Self::new(messages, report)
    }

    /// All text of the prompt, messages joined by line breaks.
    #[must_use]
    pub fn text(&self) -> String {
        self.messages.iter().map(Message::full_text).collect::<Vec<_>>().join("\n")
    }
}
