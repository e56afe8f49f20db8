//! What users change in the memory: edits, and forgetting.
//!
//! Owns persisting what the core decides. Forgetting rewrites records, so whoever holds a state of
//! the session in memory must read it anew; the store counts erasures for that.

use leeboard_core::error::TurnError;
use leeboard_core::memory::edit::{self, Edit};
use leeboard_core::memory::forget::{self, Erased, Forget};
use leeboard_core::session::Session;

use super::{Engine, EngineError};
use crate::store::StoreError;

/// How often forgetting is tried while other writers are faster.
const TRIES: u32 = 5;

/// What was forgotten.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Forgotten {
    /// In numbers.
    pub erased: Erased,
    /// The ids of messages that still share a rare word with it.
    pub still_said: Vec<String>,
}

impl Engine {
    /// Changes what is remembered.
    ///
    /// # Errors
    /// [`EngineError::Edit`] for what cannot be done, [`EngineError`] otherwise; the session is
    /// unchanged then.
    pub async fn edit_memory(&self, session: &mut Session, order: &Edit) -> Result<(), EngineError> {
        let record = edit::edit(session, order, self.stamp()?, &self.config)?;
        self.store().append(std::slice::from_ref(&record)).await?;
        session.apply(&record).map_err(TurnError::from)?;
        Ok(())
    }

    /// Forgets something of a session for good, on all its branches; `None` if it holds nothing of
    /// it. States of the session that were loaded before still hold it: load them again.
    ///
    /// # Errors
    /// [`EngineError`]; nothing has changed then.
    pub async fn forget(&self, id: &str, what: &Forget) -> Result<Option<Forgotten>, EngineError> {
        let mut tries = 1;
        loop {
            let head = self.load(id).await?;
            let records = self.store().all(id).await?;
            let erasure = forget::forget(&head, &records, what, self.stamp()?, &self.config);
            let Some(erasure) = erasure else { return Ok(None) };
            match self.store().erase(&erasure.restated, &erasure.record).await {
                Err(StoreError::Conflict { .. }) if tries < TRIES => tries += 1,
                Err(error) => return Err(error.into()),
                Ok(()) => {
                    let (erased, still_said) = (erasure.erased, erasure.still_said);
                    return Ok(Some(Forgotten { erased, still_said }));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use leeboard_core::Config;
    use leeboard_core::message::{Entry, Message, Role};

    use super::*;
    use crate::store::{Durability, SqliteStore};
    use crate::tokens;

    async fn engine(directory: &std::path::Path) -> Engine {
        let store = SqliteStore::open(&directory.join("s.db"), Durability::Process).await.unwrap();
        Engine::new(Config::default(), tokens::counter("estimate").unwrap(), Arc::new(store))
    }

    fn exchange(n: usize, said: &str) -> (Vec<Entry>, Entry) {
        let entry = |kind, role, text: &str| Entry::new(format!("{kind}{n}"), Message::text(role, text));
        (vec![entry('q', Role::User, said)], entry('a', Role::Assistant, &format!("You said: {said}")))
    }

    #[tokio::test]
    async fn what_is_forgotten_is_in_no_byte_of_the_store() {
        let directory = tempfile::tempdir().unwrap();
        let engine = engine(directory.path()).await;
        let mut session = engine.load("s").await.unwrap();
        let first = engine.clone();
        first.import(&mut session, [exchange(1, "My safe word is Quisling-Zebra.")]).await.unwrap();
        // The same message on a branch of its own.
        let mut other = Session::new("s");
        engine.import(&mut other, [exchange(7, "Quisling-Zebra! And I like tea.")]).await.unwrap();
        engine
            .edit_memory(
                &mut session,
                &Edit::Add { text: "The zebra is called Quisling-Zebra.".to_owned(), pinned: true },
            )
            .await
            .unwrap();
        let holds = || {
            let files = std::fs::read_dir(directory.path()).unwrap();
            files
                .filter(|file| {
                    let bytes = std::fs::read(file.as_ref().unwrap().path()).unwrap();
                    bytes.windows(8).any(|window| window.eq_ignore_ascii_case(b"quisling"))
                })
                .count()
        };
        assert!(holds() > 0);
        let what = Forget::Text { text: "quisling-zebra".to_owned() };
        let forgotten = engine.forget("s", &what).await.unwrap().unwrap();
        assert_eq!((forgotten.erased.messages, forgotten.erased.facts > 0), (4, true));
        assert_eq!(holds(), 0);
        assert_eq!(engine.forget("s", &what).await.unwrap(), None);
        let session = engine.load("s").await.unwrap();
        assert_eq!(session.turns().len(), 1);
        assert!(!serde_json::to_string(&session).unwrap().to_lowercase().contains("quisling"));
        assert_eq!(engine.store().view("s", None).await.unwrap().unwrap().erasures, 1);
        let branch = engine.load_at("s", other.head(), None).await.unwrap();
        assert!(branch.turns().get(0).unwrap().input[0].message.full_text().contains("tea"));
    }
}
