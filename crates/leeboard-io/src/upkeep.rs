//! What is done to whole sessions: copied to a fork, written out, taken in from a file, deleted when
//! nobody has used them for long.
//!
//! Owns these for the command line and the gateway alike. Whose a session is, is the caller's
//! business; what happens within a turn is `engine`'s.

use std::collections::BTreeSet;

use leeboard_core::message::Entry;
use leeboard_core::record::Record;
use leeboard_core::time::Timestamp;
use leeboard_core::{ApplyError, Identity, Message, Role, Session, ledger};
use thiserror::Error;

use crate::conversation::{Conversation, Exchange};
use crate::engine::{Engine, EngineError};
use crate::store::{Client, Commit, Follower, Store, StoreError, Tip};

/// Why a session was not copied.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ForkError {
    /// The turn is not there.
    #[error("there is no turn {through}, its last one is {last}")]
    NoSuchTurn {
        /// The turn that was asked for.
        through: u32,
        /// The last one there is.
        last: u32,
    },
    /// The new id is in use.
    #[error("there is a session of that id (take another)")]
    Taken,
    /// Nothing comes before the turn.
    #[error("nothing comes before turn {through}")]
    Empty {
        /// The turn that was asked for.
        through: u32,
    },
    /// The log does not replay.
    #[error("{0}")]
    Replay(#[from] ApplyError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Copies a log to a new session, through a turn or whole, and gives the last turn of the copy.
/// The copy belongs to the same user and keeps the session's mode.
///
/// # Errors
/// [`ForkError`]; nothing is stored then.
pub async fn fork(
    store: &dyn Store,
    records: &[Record],
    through: Option<u32>,
    to: &str,
) -> Result<u32, ForkError> {
    let from = records.first().map_or("", |first| first.session.as_str());
    let last = Session::replay(from, records)?.turns().last().map_or(0, |turn| turn.number);
    let through = through.unwrap_or(last);
    if through > last {
        return Err(ForkError::NoSuchTurn { through, last });
    }
    let copies = ledger::fork(records, to, through);
    if copies.is_empty() {
        return Err(ForkError::Empty { through });
    }
    if !store.load(to).await?.is_empty() {
        return Err(ForkError::Taken);
    }
    let client = Client { scope: store.scope(from).await?.unwrap_or_default(), resends: false };
    let said = Follower::default().all(&copies);
    match store.commit(Commit { records: &copies, said: &said, tip: Tip::Required, client }).await {
        // Another fork was first.
        Err(StoreError::Conflict { .. }) => return Err(ForkError::Taken),
        other => other?,
    }
    let view = store.view(from, None).await?;
    if let Some(mode) = view.and_then(|view| view.mode) {
        store.set_mode(to, Some(mode)).await?;
    }
    Ok(through)
}

/// A session as a conversation: the identity in force, then all that was said, with messages
/// that still wait for a reply at the end.
#[must_use]
pub fn conversation(session: &Session, id: &str) -> Conversation {
    let prompt = session.identity().prompt();
    let system = (!prompt.is_empty()).then(|| Entry::new("system", Message::text(Role::System, prompt)));
    let waiting = session.pending().map(|opened| opened.input.as_slice()).unwrap_or_default();
    let spoken = session.turns().iter().flat_map(|turn| turn.into_owned().into_entries());
    let open = session.carried().iter().chain(waiting).cloned();
    let all = system.into_iter().chain(spoken).chain(open);
    let mut taken = BTreeSet::new();
    let entries = all.enumerate().map(|(n, mut entry)| {
        // Clients may repeat ids; in a conversation file they are unique.
        while !taken.insert(entry.id.clone()) {
            entry.id = format!("{}-{n}", entry.id);
        }
        entry
    });
    Conversation { id: id.to_owned(), entries: entries.collect() }
}

/// Takes a conversation in as a new session: its exchanges unscored, a question that waits for
/// its reply left out. Gives the session.
///
/// # Errors
/// [`EngineError`]; a conflict if there is such a session already.
pub async fn import(engine: &Engine, id: &str, conversation: &Conversation) -> Result<Session, EngineError> {
    let identity = conversation.system_text().map(|text| Identity::from_system_message(&text));
    let mut session = Session::new(id);
    engine.start(&mut session, &identity.unwrap_or_default()).await?;
    let answered = |exchange: Exchange| exchange.reply.map(|reply| (exchange.input, reply));
    engine.import(&mut session, conversation.exchanges().into_iter().filter_map(answered)).await?;
    Ok(session)
}

/// The ids of sessions whose newest record is older than a moment, oldest last.
///
/// # Errors
/// [`StoreError`].
pub async fn unused_since(store: &dyn Store, moment: Timestamp) -> Result<Vec<String>, StoreError> {
    let mut sessions = store.list().await?;
    sessions.retain(|session| session.updated_at < moment);
    Ok(sessions.into_iter().map(|session| session.id).collect())
}

/// The moment so many days before another.
#[must_use]
pub fn days_before(moment: Timestamp, days: u32) -> Timestamp {
    const DAY: i64 = 86_400_000;
    Timestamp(moment.0.saturating_sub(i64::from(days) * DAY))
}
