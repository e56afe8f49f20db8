//! Opening a session from a snapshot, and keeping one.
//!
//! A snapshot is only a cache: whatever is wrong with it or with the store that keeps it, the log is
//! replayed, and the log of the program says why.

use leeboard_core::record::{ALGORITHM, Digest, FORMAT};
use leeboard_core::session::Session;

use super::Engine;
use crate::store::Snapshot;

impl Engine {
    /// The newest kept state on the way to a record, unless `known` comes after it.
    pub(super) async fn restored(&self, id: &str, tip: Digest, known: Digest) -> Option<Session> {
        let snapshot = match self.store().snapshot(id, tip, known).await {
            Ok(found) => found?,
            Err(error) => {
                tracing::warn!("the log is replayed: failed to {error}");
                return None;
            }
        };
        if (snapshot.format, snapshot.algorithm) != (FORMAT, ALGORITHM) {
            tracing::debug!("the log is replayed: another version made the snapshot");
            return None;
        }
        match snapshot.restore(id) {
            Ok(session) => Some(session),
            Err(error) => {
                tracing::warn!("the log is replayed: failed to {error}");
                None
            }
        }
    }

    /// Keeps a snapshot, taken of a state that was read when so many
    /// [erasures](crate::store::View::erasures) had been made. That it cannot be kept is logged.
    pub async fn keep_snapshot(&self, id: &str, erasures: u64, snapshot: &Snapshot) {
        if let Err(error) = self.store().put_snapshot(id, erasures, snapshot).await {
            tracing::warn!("no snapshot is kept: failed to {error}");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use leeboard_core::Config;
    use leeboard_core::memory::forget::Forget;
    use leeboard_core::message::{Entry, Message, Role};
    use leeboard_core::record::canonical_json;

    use super::*;
    use crate::store::{Durability, SqliteStore};
    use crate::tokens;

    struct Kept {
        directory: tempfile::TempDir,
        store: SqliteStore,
        engine: Engine,
        session: Session,
    }

    fn exchange(n: u64) -> (Vec<Entry>, Entry) {
        let entry = |kind, role, text| Entry::new(format!("{kind}{n}"), Message::text(role, text));
        let asked = format!("Pier {n} is called Quagga-{n}.");
        (vec![entry('q', Role::User, asked)], entry('a', Role::Assistant, format!("Noted: pier {n}.")))
    }

    async fn add(engine: &Engine, session: &mut Session, turns: u64) {
        for _ in 0..turns {
            let next = exchange(session.sequence());
            engine.import(session, [next]).await.unwrap();
        }
    }

    /// A session of eight turns with a snapshot after the fifth.
    async fn kept() -> Kept {
        let directory = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(&directory.path().join("s.db"), Durability::Process).await.unwrap();
        let counter = tokens::counter("estimate").unwrap();
        let engine = Engine::new(Config::default(), counter, Arc::new(store.clone()));
        let mut session = Session::new("s");
        add(&engine, &mut session, 5).await;
        engine.keep_snapshot("s", 0, &Snapshot::of(&session).unwrap()).await;
        add(&engine, &mut session, 3).await;
        Kept { directory, store, engine, session }
    }

    async fn restored(kept: &Kept) -> Option<Session> {
        kept.engine.restored("s", kept.session.head(), Digest::default()).await
    }

    async fn opens_to_the_same(kept: &Kept) {
        let opened = kept.engine.load_at("s", kept.session.head(), None).await.unwrap();
        let replayed = kept.engine.load("s").await.unwrap();
        assert_eq!(opened, replayed);
        assert_eq!(canonical_json(&opened), canonical_json(&replayed));
    }

    #[tokio::test]
    async fn a_snapshot_and_the_records_after_it_give_the_state() {
        let kept = kept().await;
        let state = restored(&kept).await.unwrap();
        assert_eq!(state.turns().len(), 5);
        opens_to_the_same(&kept).await;
        // A state that is newer is not gone behind; one that is not on the way is left.
        let head = kept.session.head();
        assert_eq!(kept.engine.restored("s", head, state.head()).await, None);
        assert!(kept.engine.restored("s", head, Digest::of(b"elsewhere")).await.is_some());
        assert_eq!(kept.engine.load_at("s", head, Some(state)).await.unwrap(), kept.session);
    }

    #[tokio::test]
    async fn a_branch_before_the_snapshot_is_replayed() {
        let kept = kept().await;
        let records = kept.engine.store().load("s").await.unwrap();
        let third = records[2].hash();
        assert_eq!(kept.engine.restored("s", third, Digest::default()).await, None);
        let mut branch = kept.engine.load_at("s", third, None).await.unwrap();
        assert_eq!(branch.turns().len(), 3);
        add(&kept.engine, &mut branch, 1).await;
        assert_eq!(kept.engine.load_at("s", branch.head(), None).await.unwrap(), branch);
    }

    #[tokio::test]
    async fn what_is_damaged_or_of_another_version_is_replayed() {
        for damage in [
            "UPDATE snapshot_parts SET bytes = CAST(substr(bytes, 1, 900) || 'x' || substr(bytes, 901) AS BLOB)",
            "UPDATE snapshot_parts SET bytes = x''",
            "DELETE FROM snapshot_parts",
            "UPDATE snapshots SET algorithm = algorithm + 1",
            "UPDATE snapshots SET format = format + 1",
            "UPDATE snapshots SET sequence = sequence + 1",
            "UPDATE snapshots SET parts = 2",
            "DROP TABLE snapshots",
        ] {
            let kept = kept().await;
            assert!(restored(&kept).await.is_some());
            kept.store.execute(damage).await.unwrap();
            assert_eq!(restored(&kept).await, None, "{damage}");
            opens_to_the_same(&kept).await;
        }
    }

    #[tokio::test]
    async fn what_is_forgotten_is_in_no_byte_of_a_snapshot() {
        let kept = kept().await;
        let holds = || {
            let files = std::fs::read_dir(kept.directory.path()).unwrap();
            let bytes = files.flat_map(|file| std::fs::read(file.unwrap().path()).unwrap());
            let bytes: Vec<u8> = bytes.collect();
            bytes.windows(8).filter(|window| window.eq_ignore_ascii_case(b"quagga-2")).count()
        };
        assert!(holds() > 0);
        let before = Snapshot::of(&kept.session).unwrap();
        let what = Forget::Text { text: "Quagga-2".to_owned() };
        kept.engine.forget("s", &what).await.unwrap().unwrap();
        assert_eq!((holds(), restored(&kept).await), (0, None));
        // A state from before comes too late.
        kept.engine.keep_snapshot("s", 0, &before).await;
        assert_eq!((holds(), restored(&kept).await), (0, None));
        let session = kept.engine.load("s").await.unwrap();
        kept.engine.keep_snapshot("s", 1, &Snapshot::of(&session).unwrap()).await;
        assert_eq!(kept.engine.restored("s", session.head(), Digest::default()).await, Some(session));
        assert_eq!(holds(), 0);
        let found = crate::verify::session(kept.engine.store().as_ref(), "s").await;
        assert_eq!((found.turns, found.faults.as_slice()), (8, [].as_slice()));
    }
}
