//! Commits that wait to be written together.
//!
//! Owns their order and what is told to whoever waits. Whoever gets the connection writes for all
//! (`writer`); a commit whose caller has gone is left out.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use super::super::StoreError;
use super::tree::Script;
use super::writer::Head;

/// Commits of one transaction at most: some milliseconds of writing.
const MOST: usize = 32;

/// In the order in which they came.
#[derive(Debug, Default)]
pub(super) struct Queue {
    waiting: Mutex<VecDeque<Waiting>>,
}

/// A commit that waits to be written.
#[derive(Debug)]
pub(super) struct Waiting {
    session: String,
    script: Script,
    /// Where the head goes.
    head: Head,
    /// Whether it waits for the disk.
    pub(super) waits: bool,
    teller: oneshot::Sender<Answer>,
}

/// What became of a commit.
#[derive(Clone, Copy, Debug)]
pub(super) enum Answer {
    /// It is stored.
    Written,
    /// Another process is writing.
    Busy,
    /// It has to be tried alone.
    Alone,
}

impl Answer {
    /// Whether it is stored, or has to be tried alone.
    pub(super) fn told(self) -> Result<bool, StoreError> {
        match self {
            Self::Written => Ok(true),
            Self::Busy => Err(StoreError::Busy),
            Self::Alone => Ok(false),
        }
    }
}

impl Waiting {
    /// What is written, and whom it concerns.
    pub(super) fn apart(self) -> (Script, (String, Head, oneshot::Sender<Answer>)) {
        (self.script, (self.session, self.head, self.teller))
    }
}

impl Queue {
    /// Puts a commit at the end; the answer comes once somebody has written it.
    pub(super) fn push(
        &self,
        session: &str,
        script: Script,
        head: Head,
        waits: bool,
    ) -> oneshot::Receiver<Answer> {
        let (teller, answer) = oneshot::channel();
        let waiting = Waiting { session: session.to_owned(), script, head, waits, teller };
        self.waiting().push_back(waiting);
        answer
    }

    /// Those that are written next.
    pub(super) fn take(&self) -> Vec<Waiting> {
        let mut waiting = self.waiting();
        let mut group = Vec::new();
        while group.len() < MOST {
            let Some(next) = waiting.pop_front() else { break };
            if !next.teller.is_closed() {
                group.push(next);
            }
        }
        group
    }

    fn waiting(&self) -> MutexGuard<'_, VecDeque<Waiting>> {
        // Nothing is done under this lock but single calls of the queue.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
