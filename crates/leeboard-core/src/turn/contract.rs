//! What goes into the two halves of a turn and what comes out of them.
//!
//! Owns the types only; the loop is in the parent module.

use crate::config::Config;
use crate::control::Plan;
use crate::message::Entry;
use crate::prompt::Prompt;
use crate::record::{Mode, Outcome, Record, Rejected, Stamp};
use crate::tokens::TokenCounter;

/// What the user has said, with the moment and the mode of the turn.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "the shell builds it for every turn")]
pub struct Input {
    /// The new messages: the user's, with tool results between them if there are any.
    pub entries: Vec<Entry>,
    /// What leeboard may change.
    pub mode: Mode,
    /// Now, and fresh salt.
    pub stamp: Stamp,
}

/// What the model has said.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "the shell builds it for every turn")]
pub struct Reply {
    /// Tool calls and results since the input, oldest first.
    pub steps: Vec<Entry>,
    /// The reply; `None` if there was none.
    pub entry: Option<Entry>,
    /// How the turn ended.
    pub outcome: Outcome,
    /// Replies of this turn that were rejected before.
    pub rejected: Vec<Rejected>,
    /// Where the reply is while it is judged.
    pub delivery: Delivery,
    /// Now, and fresh salt.
    pub stamp: Stamp,
}

/// Where a reply is while it is judged, and so what can still be done about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the shell says which")]
pub enum Delivery {
    /// Out, as a stream is: nothing of it can be changed.
    Sent,
    /// Held back: it may be changed, and the model may be asked for another.
    Held,
    /// Held back, and the model gives no other: it may be changed, or an earlier one be taken.
    Last,
}

/// Settings and the token counter, as every step gets them.
#[derive(Clone, Copy)]
#[expect(clippy::exhaustive_structs, reason = "the shell builds it")]
pub struct Tools<'a> {
    /// The settings.
    pub config: &'a Config,
    /// Counts tokens.
    pub tokens: &'a dyn TokenCounter,
}

/// An opened turn.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Opening {
    /// To be applied and persisted before the model is called.
    pub records: Vec<Record>,
    /// What to send in mode manage; `None` in observe.
    pub prompt: Option<Prompt>,
    /// The note to add to the client's messages in mode augment.
    pub note: Option<String>,
    /// What is to be corrected, and why.
    pub plan: Plan,
}

/// A judged reply.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "the shell must handle both")]
pub enum Closing {
    /// Ask the model once more with this prompt; pass `rejected` on with the next reply.
    Retry {
        /// The corrected prompt.
        prompt: Box<Prompt>,
        /// The corrected note, for mode augment.
        note: Option<String>,
        /// The reply that is not delivered.
        rejected: Rejected,
    },
    /// An earlier reply of this turn was better: close again with that one. `rejected` stands for
    /// the reply at hand; the candidate's own is taken out of the list.
    Better {
        /// Its place among the rejected replies, from 0.
        candidate: usize,
        /// The reply that is not delivered.
        rejected: Rejected,
    },
    /// Deliver the reply; apply and persist the records. Where the record of the closing says that
    /// a leak was stripped, its reply is the one to deliver.
    Done(Vec<Record>),
}

impl Input {
    /// Whether it goes on with the results of tools.
    pub(super) fn answers_a_call(&self) -> bool {
        self.entries.first().is_some_and(|entry| entry.message.role == crate::message::Role::Tool)
    }
}

impl Reply {
    pub(super) fn spoken(&self) -> Option<String> {
        self.entry.as_ref().map(|entry| entry.message.spoken())
    }

    /// The id of the reply's message; empty if there is none.
    pub(super) fn id(&self) -> &str {
        self.entry.as_ref().map_or("", |entry| entry.id.as_str())
    }

    /// Steps and reply as they are remembered.
    pub(super) fn remembered(&self) -> (Vec<Entry>, Option<Entry>) {
        let steps = self.steps.iter().cloned().map(Entry::remembered).collect();
        (steps, self.entry.clone().map(Entry::remembered))
    }
}
