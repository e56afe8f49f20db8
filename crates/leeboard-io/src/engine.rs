//! The two halves of a turn with storage: open it, close it.
//!
//! Owns loading, persisting and applying what the core decides; vectors that come after their turn
//! are taken in by `late`, what users change in the memory by `memory`. Calls no model: the driver and the gateway do that between the halves,
//! each in its own way.

mod late;
mod memory;
mod recenter;
mod snapshots;

use std::sync::Arc;

use leeboard_core::Config;
use leeboard_core::error::{ApplyError, TurnError};
use leeboard_core::identity::Identity;
use leeboard_core::memory::edit::EditError;
use leeboard_core::message::Entry;
use leeboard_core::record::{Digest, Mode, Record, Stamp};
use leeboard_core::session::Session;
use leeboard_core::tokens::TokenCounter;
use leeboard_core::turn::{self, Closing, Input, Opening, Reply, Tools};
use thiserror::Error;

use crate::embed::{Answers, Embedder, Table, Vectors};
use crate::stamp::{self, NoRandomness};
use crate::store::{Client, Commit, Follower, Store, StoreError, Tip};

/// How often a turn is closed anew because the memory was edited meanwhile.
const CLOSING_TRIES: u32 = 5;

/// Why a half of a turn failed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum EngineError {
    /// The core refused: misuse or a limit.
    #[error(transparent)]
    Turn(#[from] TurnError),
    /// A stored record does not fit its session.
    #[error("replay session {session}: {source}")]
    Replay {
        /// The session.
        session: String,
        /// What does not fit.
        source: ApplyError,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An edit of the memory is not possible.
    #[error(transparent)]
    Edit(#[from] EditError),
    /// The system gave no random bytes.
    #[error(transparent)]
    Randomness(#[from] NoRandomness),
}

/// Settings, token counter, embedder and store: all that the halves of a turn need.
#[derive(Clone)]
pub struct Engine {
    config: Arc<Config>,
    counter: Arc<dyn TokenCounter>,
    vectors: Vectors,
    stamps: stamp::Source,
    client: Client,
}

impl Engine {
    /// An engine over a store, with the embedding table of this crate.
    #[must_use]
    pub fn new(config: Config, counter: Arc<dyn TokenCounter>, store: Arc<dyn Store>) -> Self {
        let vectors = Vectors::new(Arc::new(Table::new()), store);
        let (config, client) = (Arc::new(config), Client::default());
        Self { config, counter, vectors, stamps: Arc::new(stamp::now), client }
    }

    /// The same with another embedder.
    #[must_use]
    pub fn with_embedder(self, embedder: Arc<dyn Embedder>) -> Self {
        let vectors = Vectors::new(embedder, Arc::clone(self.store()));
        Self { vectors, ..self }
    }

    /// The same over another store.
    #[must_use]
    pub fn over(&self, store: Arc<dyn Store>) -> Self {
        Self { vectors: self.vectors.over(store), ..self.clone() }
    }

    /// The same with another source of stamps, so that a run can be repeated. Not for anything
    /// stored: salts must not be guessable.
    #[must_use]
    pub fn with_stamps(self, stamps: stamp::Source) -> Self {
        Self { stamps, ..self }
    }

    /// The same for a client, whose turns it marks as such.
    #[must_use]
    pub fn serving(&self, client: Client) -> Self {
        Self { client, ..self.clone() }
    }

    /// The settings.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The token counter.
    #[must_use]
    pub fn counter(&self) -> &Arc<dyn TokenCounter> {
        &self.counter
    }

    /// The store.
    #[must_use]
    pub fn store(&self) -> &Arc<dyn Store> {
        self.vectors.store()
    }

    /// Where vectors come from.
    #[must_use]
    pub fn vectors(&self) -> &Vectors {
        &self.vectors
    }

    /// Where stamps come from.
    #[must_use]
    pub fn stamps(&self) -> &stamp::Source {
        &self.stamps
    }

    /// A stamp for a step.
    ///
    /// # Errors
    /// [`NoRandomness`] if the system gives none.
    pub fn stamp(&self) -> Result<Stamp, NoRandomness> {
        (self.stamps)()
    }

    /// The session as the store has it at its head; an empty one if it is new.
    ///
    /// # Errors
    /// [`EngineError::Store`], or [`EngineError::Replay`] if a record does not fit.
    pub async fn load(&self, id: &str) -> Result<Session, EngineError> {
        let records = self.store().load(id).await?;
        Session::replay(id, &records).map_err(|source| EngineError::Replay { session: id.to_owned(), source })
    }

    /// The session as it was after the record with this hash; an empty one for the hash of zeros.
    /// From `known`, a state of the same session, or from a kept snapshot, only what came later is
    /// replayed if it is on the way.
    ///
    /// # Errors
    /// [`EngineError::Store`], also if there is no such record any more, or
    /// [`EngineError::Replay`] if a record does not fit.
    pub async fn load_at(
        &self,
        id: &str,
        tip: Digest,
        known: Option<Session>,
    ) -> Result<Session, EngineError> {
        if tip == Digest::default() {
            return Ok(Session::new(id));
        }
        let mut session = known.unwrap_or_else(|| Session::new(id));
        if session.head() == tip {
            return Ok(session);
        }
        if let Some(restored) = self.restored(id, tip, session.head()).await {
            session = restored;
            if session.head() == tip {
                return Ok(session);
            }
        }
        let records = self.store().path(id, tip, session.head()).await?;
        if records.first().is_some_and(|first| first.parent != session.head()) {
            session = Session::new(id);
        }
        let misfit = |source| EngineError::Replay { session: id.to_owned(), source };
        for record in &records {
            session.apply(record).map_err(misfit)?;
        }
        if session.head() == tip {
            return Ok(session);
        }
        Err(StoreError::Gone { session: id.to_owned() }.into())
    }

    /// Puts settings and identity into force, if they are new to the session.
    ///
    /// # Errors
    /// [`EngineError`]; the session is unchanged then.
    pub async fn start(&self, session: &mut Session, identity: &Identity) -> Result<(), EngineError> {
        let records = session.start(identity, &self.config, self.stamp()?);
        self.commit(session, &records, Tip::Follows).await
    }

    /// Takes in exchanges, each an input and its reply, that happened before leeboard saw the
    /// conversation: all in one commit.
    ///
    /// # Errors
    /// [`EngineError`]; the session is unchanged then.
    pub async fn import(
        &self,
        session: &mut Session,
        exchanges: impl IntoIterator<Item = (Vec<Entry>, Entry)>,
    ) -> Result<(), EngineError> {
        let mut exchanges = exchanges.into_iter().peekable();
        if exchanges.peek().is_none() {
            return Ok(());
        }
        let exchanges: Vec<_> = exchanges.collect();
        let entries: Vec<&Entry> =
            exchanges.iter().flat_map(|(input, reply)| input.iter().chain([reply])).collect();
        let mut vectors = self.vectors.of_messages(session.id(), entries.into_iter()).await;
        // Each record follows the one before it, so they are made on a copy.
        let mut ahead = session.clone();
        let mut records = Vec::new();
        for (input, reply) in exchanges {
            let ids = input.iter().chain([&reply]).map(|entry| &entry.id);
            let vectors = ids.filter_map(|id| vectors.remove_entry(id)).collect();
            let record = ahead.import(input, reply, vectors, self.stamp()?, self.counter.as_ref());
            ahead.apply(&record).map_err(TurnError::from)?;
            records.push(record);
        }
        self.persist(session, &records, Tip::Follows).await?;
        *session = ahead;
        Ok(())
    }

    /// The first half: steps 1 to 7, persisted before the model is called.
    ///
    /// # Errors
    /// [`EngineError`]; the session is unchanged then.
    pub async fn open(
        &self,
        session: &mut Session,
        entries: Vec<Entry>,
        mode: Mode,
    ) -> Result<Opening, EngineError> {
        self.open_with(session, entries, mode, true).await
    }

    /// The same; without `correct` the prompt corrects nothing.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub async fn open_with(
        &self,
        session: &mut Session,
        entries: Vec<Entry>,
        mode: Mode,
        correct: bool,
    ) -> Result<Opening, EngineError> {
        self.catch_up(session, &Answers::new()).await?;
        let input = Input { entries, mode, stamp: self.stamp()? };
        let answers = self.vectors.at_hand(session.id(), &turn::wants_open(session, &input)).await;
        let open = if correct { turn::open } else { turn::open_uncorrected };
        let opening = open(session, &input, &answers, self.tools())?;
        self.commit(session, &opening.records, Tip::Follows).await?;
        Ok(opening)
    }

    /// The second half: steps 9 to 11, persisted when this returns `Done`.
    ///
    /// # Errors
    /// [`EngineError`]; the session is unchanged then.
    pub async fn close(&self, session: &mut Session, reply: &Reply) -> Result<Closing, EngineError> {
        let wanted = turn::wants_close(session, reply);
        let answers = self.vectors.at_hand(session.id(), &wanted).await;
        let tip = if reply.entry.is_some() { Tip::Delivered } else { Tip::Follows };
        let mut tries = 1;
        loop {
            let closing = turn::close(session, reply, &answers, self.tools())?;
            let Closing::Done(records) = &closing else { return Ok(closing) };
            match self.commit(session, records, tip).await {
                Ok(()) => return Ok(closing),
                // The memory was edited meanwhile: the turn is closed after that.
                Err(EngineError::Store(StoreError::Conflict { .. })) if tries < CLOSING_TRIES => {
                    tries += 1;
                    let again = self.load(session.id()).await?;
                    if again.pending() != session.pending() {
                        // Another turn is not closed with this one's reply.
                        return Err(StoreError::Gone { session: session.id().to_owned() }.into());
                    }
                    *session = again;
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Persists records, then applies them: what a session knows, the store has.
    async fn commit(&self, session: &mut Session, records: &[Record], tip: Tip) -> Result<(), EngineError> {
        self.persist(session, records, tip).await?;
        for record in records {
            session.apply(record).map_err(TurnError::from)?;
        }
        Ok(())
    }

    async fn persist(&self, session: &Session, records: &[Record], tip: Tip) -> Result<(), EngineError> {
        let said = Follower::after(session).all(records);
        let commit = Commit { records, said: &said, tip, client: self.client };
        Ok(self.store().commit(commit).await?)
    }

    fn tools(&self) -> Tools<'_> {
        Tools { config: &self.config, tokens: self.counter.as_ref() }
    }
}

#[cfg(test)]
mod tests {
    use leeboard_core::message::{Message, Role};

    use super::*;
    use crate::store::MemoryStore;
    use crate::tokens;

    fn exchange(n: usize) -> (Vec<Entry>, Entry) {
        let entry = |kind, role| Entry::new(format!("{kind}{n}"), Message::text(role, format!("{kind} {n}")));
        (vec![entry('q', Role::User)], entry('a', Role::Assistant))
    }

    #[tokio::test]
    async fn an_import_is_taken_in_whole_or_not_at_all() {
        let store = Arc::new(MemoryStore::new());
        let engine = Engine::new(Config::default(), tokens::counter("estimate").unwrap(), store);
        let mut stale = engine.load("s").await.unwrap();
        let mut session = stale.clone();
        engine.import(&mut session, [exchange(1), exchange(2)]).await.unwrap();
        assert_eq!(session.turns().len(), 2);
        assert_eq!(engine.load("s").await.unwrap(), session);

        // What was made from an older state is a branch, and the head stays.
        engine.import(&mut stale, [exchange(3)]).await.unwrap();
        assert_eq!(stale.turns().len(), 1);
        assert_eq!(engine.load("s").await.unwrap(), session);
        assert_eq!(engine.load_at("s", stale.head(), Some(session.clone())).await.unwrap(), stale);
        let gone = engine.load_at("s", Digest::of(b"gone"), None).await;
        assert!(matches!(gone, Err(EngineError::Store(StoreError::Gone { .. }))));
        engine.import(&mut session, []).await.unwrap();
        assert_eq!(session.sequence(), 2);
    }
}
