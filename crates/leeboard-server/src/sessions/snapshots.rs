//! Snapshots of long sessions, so that one that left the memory is opened without replaying its log.
//!
//! Owns when they are taken: after so many records, and when a session leaves the memory. Nobody waits
//! for one; the reply was delivered before. What they are is the core's, where they stand the
//! store's.

use std::sync::Arc;

use leeboard_core::Session;
use leeboard_io::store::Snapshot;
use tokio::sync::Semaphore;

use super::hot::{Evicted, Warm};
use crate::state::AppState;

/// Snapshots that are taken at once: each is a moment's work of a processor and holds a state that
/// is counted nowhere. Sessions that leave meanwhile go without.
const AT_ONCE: usize = 2;

/// The right to take snapshots.
pub(crate) struct Snapshots {
    /// Records from one to the next; 0 for none.
    every: u64,
    room: Arc<Semaphore>,
}

impl Snapshots {
    /// One after so many records; none for 0.
    pub(crate) fn new(every: u32) -> Self {
        Self { every: u64::from(every), room: Arc::new(Semaphore::new(AT_ONCE)) }
    }

    /// Whether one is due for a session that was at one record and now is at another.
    fn is_due(&self, from: u64, to: u64) -> bool {
        let passed = |sequence: u64| sequence.checked_div(self.every);
        passed(from) != passed(to)
    }

    /// Whether it is worth one when a session leaves the memory: half as many records as usual
    /// would have to be replayed.
    fn is_worth_it(&self, sequence: u64) -> bool {
        let since = sequence.checked_rem(self.every);
        since.is_some_and(|since| since >= self.every.div_ceil(2))
    }
}

/// Puts a session into the memory, and takes snapshots of those that leave it.
pub(crate) fn put(state: &AppState, id: &str, warm: Warm) {
    leave(state, state.hot().put(id, warm));
}

/// Puts a state into the memory after a turn, with a snapshot first if one is due. `from` is the
/// record that the request began at.
pub(crate) fn put_state(state: &AppState, session: Session, erasures: u64, from: u64) {
    if !state.snapshots().is_due(from, session.sequence()) {
        let id = session.id().to_owned();
        leave(state, state.hot().put_state(&id, session, erasures));
        return;
    }
    let shared = state.clone();
    state.tasks().spawn(async move {
        let id = session.id().to_owned();
        // The next request of this session waits a moment rather than read the state from the store.
        let held = shared.locks().hold(&id).await;
        let Some((session, snapshot)) = take(session).await else { return };
        leave(&shared, shared.hot().put_state(&id, session, erasures));
        drop(held);
        keep(&shared, &id, erasures, snapshot).await;
    });
}

fn leave(state: &AppState, evicted: Vec<Evicted>) {
    for Evicted { id, session, erasures } in evicted {
        if !state.snapshots().is_worth_it(session.sequence()) {
            continue;
        }
        let Ok(room) = Arc::clone(&state.snapshots().room).try_acquire_owned() else { return };
        let shared = state.clone();
        state.tasks().spawn(async move {
            if let Some((session, snapshot)) = take(session).await {
                drop(session);
                keep(&shared, &id, erasures, snapshot).await;
            }
            drop(room);
        });
    }
}

/// Takes a snapshot where it keeps no request from going on; gives the state back.
async fn take(session: Session) -> Option<(Session, Option<Snapshot>)> {
    let work = move || {
        let snapshot = Snapshot::of(&session)
            .inspect_err(|error| tracing::warn!("no snapshot is kept: failed to {error}"));
        (session, snapshot.ok())
    };
    tokio::task::spawn_blocking(work).await.ok()
}

async fn keep(state: &AppState, id: &str, erasures: u64, snapshot: Option<Snapshot>) {
    if let Some(snapshot) = snapshot {
        state.engine().keep_snapshot(id, erasures, &snapshot).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_due_whenever_so_many_records_were_passed() {
        let snapshots = Snapshots::new(100);
        for (from, to, due) in [(0, 3, false), (98, 100, true), (100, 102, false), (5, 900, true)] {
            assert_eq!(snapshots.is_due(from, to), due, "{from} {to}");
        }
        assert!(!snapshots.is_worth_it(149) && snapshots.is_worth_it(150) && !snapshots.is_worth_it(200));
        let none = Snapshots::new(0);
        assert!(!none.is_due(0, 1_000) && !none.is_worth_it(1_000));
    }
}
