//! A recorded conversation driven through the core: no store, no model, no clock.
//!
//! Owns the replay; `audit`, `recall` and `prompts` say what is read off it. Reproducible:
//! stamps follow from the conversation's id, times from its messages.

use leeboard_core::error::{ApplyError, TurnError};
use leeboard_core::identity::Identity;
use leeboard_core::record::{Closed, Mode, Outcome, Payload, Record, Stamp};
use leeboard_core::session::Session;
use leeboard_core::tokens::TokenCounter;
use leeboard_core::turn::{self, Closing, Delivery, Input, Opening, Reply, Tools};
use leeboard_core::{Config, Entry};
use leeboard_io::conversation::{Conversation, Exchange};
use leeboard_io::embed::Offline;
use leeboard_io::stamp;
use thiserror::Error;

/// Why a conversation could not be replayed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum EvalError {
    /// The core refused a turn: a message over a limit, for example.
    #[error("replay turn {turn} of conversation {conversation}: {source}")]
    Turn {
        /// The conversation.
        conversation: String,
        /// The turn.
        turn: u32,
        /// Why.
        source: TurnError,
    },
    /// A message index that the conversation does not have, or that is no user input.
    #[error("find the user message at index {at} of conversation {conversation} ({reason})")]
    Place {
        /// The conversation.
        conversation: String,
        /// The index that was asked for.
        at: usize,
        /// What is there instead.
        reason: String,
    },
}

/// A conversation on its way through the core.
pub struct Replay<'a> {
    session: Session,
    tools: Tools<'a>,
    embedder: &'a Offline,
    steps: u64,
}

/// What an offline replay works with.
#[derive(Clone, Copy)]
#[expect(clippy::exhaustive_structs, reason = "the caller builds it")]
pub struct Means<'a> {
    /// The settings.
    pub config: &'a Config,
    /// Counts tokens.
    pub counter: &'a dyn TokenCounter,
    /// Makes vectors.
    pub embedder: &'a Offline,
}

impl<'a> Replay<'a> {
    /// Starts a replay with the given identity, or with the conversation's system messages.
    ///
    /// # Errors
    /// [`EvalError::Turn`] if the start does not apply, which would be a bug.
    pub fn start(
        conversation: &Conversation,
        identity: Option<&Identity>,
        means: Means<'a>,
    ) -> Result<Self, EvalError> {
        let own = || Identity::from_system_message(&conversation.system_text().unwrap_or_default());
        let identity = identity.cloned().unwrap_or_else(own);
        let tools = Tools { config: means.config, tokens: means.counter };
        let session = Session::new(&*conversation.id);
        let mut replay = Self { session, tools, embedder: means.embedder, steps: 0 };
        let stamp = replay.stamp(None);
        let records = replay.session.start(&identity, means.config, stamp);
        replay.apply(&records)?;
        Ok(replay)
    }

    /// The session as it stands.
    #[must_use]
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// The first half of a turn, with what the user said in it.
    ///
    /// # Errors
    /// [`EvalError::Turn`] naming conversation and turn.
    pub fn open(&mut self, input: &[Entry], mode: Mode) -> Result<Opening, EvalError> {
        let stamp = self.stamp(input.last());
        let input = Input { entries: input.to_vec(), mode, stamp };
        let answers = self.embedder.answers(&turn::wants_open(&self.session, &input));
        let opening = turn::open(&self.session, &input, &answers, self.tools);
        let opening = opening.map_err(|source| self.error(source))?;
        self.apply(&opening.records)?;
        Ok(opening)
    }

    /// What [`Self::open`] would give, with nothing changed.
    ///
    /// # Errors
    /// [`EvalError::Turn`] naming conversation and turn.
    pub fn preview(&mut self, input: &[Entry]) -> Result<Opening, EvalError> {
        let input = Input { entries: input.to_vec(), mode: Mode::Manage, stamp: self.stamp(input.last()) };
        let answers = self.embedder.answers(&turn::wants_open(&self.session, &input));
        turn::open(&self.session, &input, &answers, self.tools).map_err(|source| self.error(source))
    }

    /// The second half, with the recorded reply.
    ///
    /// # Errors
    /// [`EvalError::Turn`] naming conversation and turn.
    pub fn close(&mut self, reply: &Entry) -> Result<Option<Closed>, EvalError> {
        self.close_after(&[], reply)
    }

    /// The second half, with the tool calls and results that came before the recorded reply.
    ///
    /// # Errors
    /// [`EvalError::Turn`] naming conversation and turn.
    pub fn close_after(&mut self, steps: &[Entry], reply: &Entry) -> Result<Option<Closed>, EvalError> {
        let reply = Reply {
            steps: steps.to_vec(),
            entry: Some(reply.clone()),
            outcome: Outcome::Replied,
            rejected: Vec::new(),
            delivery: Delivery::Sent,
            stamp: self.stamp(Some(reply)),
        };
        let answers = self.embedder.answers(&turn::wants_close(&self.session, &reply));
        let closing = turn::close(&self.session, &reply, &answers, self.tools);
        match closing.map_err(|source| self.error(source))? {
            Closing::Done(records) => {
                self.apply(&records)?;
                Ok(records.into_iter().find_map(closed))
            }
            // A recorded reply is not buffered, so the core asks for no other.
            Closing::Retry { .. } | Closing::Better { .. } => Ok(None),
        }
    }

    /// A whole recorded turn.
    ///
    /// # Errors
    /// [`EvalError::Turn`] naming conversation and turn.
    pub fn turn(&mut self, exchange: &Exchange, mode: Mode) -> Result<Option<Closed>, EvalError> {
        self.open(&exchange.input, mode)?;
        exchange.reply.as_ref().map_or(Ok(None), |reply| self.close(reply))
    }

    fn apply(&mut self, records: &[Record]) -> Result<(), EvalError> {
        let apply = |source: ApplyError| TurnError::from(source);
        for record in records {
            self.session.apply(record).map_err(apply).map_err(|source| self.error(source))?;
        }
        Ok(())
    }

    fn stamp(&mut self, entry: Option<&Entry>) -> Stamp {
        self.steps += 1;
        let time = entry.and_then(|entry| entry.created_at).unwrap_or_default();
        Stamp { time, ..stamp::offline(self.session.id(), self.steps) }
    }

    fn error(&self, source: TurnError) -> EvalError {
        EvalError::Turn { conversation: self.session.id().to_owned(), turn: self.session.next_turn(), source }
    }
}

fn closed(record: Record) -> Option<Closed> {
    match record.sealed?.payload {
        Payload::Closed(closed) => Some(*closed),
        _ => None,
    }
}
