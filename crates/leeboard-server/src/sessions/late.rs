//! Vectors that an embedding endpoint gives after the reply was delivered.
//!
//! Owns the task that asks for them and records them, one at a time for each session. Nobody
//! waits for it: the session is free while the endpoint is asked, and a turn that comes first goes
//! on without.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use leeboard_core::Session;
use leeboard_io::embed::Answers;
use leeboard_io::engine::EngineError;

use super::snapshots;
use crate::state::AppState;

/// The sessions that a task works for, with the texts that are wanted next.
#[derive(Default)]
pub(crate) struct Late {
    wanted: Mutex<BTreeMap<String, Option<Vec<String>>>>,
}

impl Late {
    /// Says what a session wants. Whether a task has to be started for it: not if one is running,
    /// which will ask for this next.
    fn want(&self, id: &str, texts: &[String]) -> bool {
        let mut wanted = self.wanted();
        let running = wanted.contains_key(id);
        wanted.insert(id.to_owned(), Some(texts.to_vec()));
        !running
    }

    /// What to ask for next; the task ends where there is nothing.
    fn next(&self, id: &str) -> Option<Vec<String>> {
        let mut wanted = self.wanted();
        let next = wanted.get_mut(id).and_then(Option::take);
        if next.is_none() {
            wanted.remove(id);
        }
        next
    }

    fn wanted(&self) -> MutexGuard<'_, BTreeMap<String, Option<Vec<String>>>> {
        // Nothing is done under this lock but single calls of the map.
        self.wanted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Starts the task, if the session waits for vectors and none is running.
pub(super) fn supply(state: &AppState, session: &Session) {
    let texts = state.engine().wants_late(session);
    if texts.is_empty() || !state.late().want(session.id(), &texts) {
        return;
    }
    let (id, shared) = (session.id().to_owned(), state.clone());
    state.tasks().spawn(async move {
        while let Some(texts) = shared.late().next(&id) {
            let answers = tokio::select! {
                () = shared.tasks().stopping() => return,
                answers = shared.engine().vectors().fetch(&id, texts) => answers,
            };
            if let Err(error) = record(&shared, &id, &answers).await {
                tracing::warn!(session = id, "failed to {error}");
            }
        }
    });
}

async fn record(state: &AppState, id: &str, answers: &Answers) -> Result<(), EngineError> {
    let _held = state.locks().hold(id).await;
    // Deleted meanwhile: nothing of it may come back.
    let Some(view) = state.engine().store().view(id, None).await? else {
        return Ok(());
    };
    // A turn that waits for its reply goes on without; the next one finds the vectors in the cache.
    if state.flights().has(view.head) {
        return Ok(());
    }
    let mut warm = state.hot().take(id);
    let mut session = state.engine().load_at(id, view.head, warm.state.take()).await?;
    let recorded = state.engine().catch_up(&mut session, answers).await;
    warm.state = Some(session);
    snapshots::put(state, id, warm);
    recorded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_task_at_a_time_asks_for_what_was_wanted_last() {
        let late = Late::default();
        let texts = |text: &str| vec![text.to_owned()];
        assert!(late.want("s", &texts("one")));
        assert!(late.want("other", &texts("one")));
        assert_eq!(late.next("s"), Some(texts("one")));
        assert!(!late.want("s", &texts("two")) && !late.want("s", &texts("three")));
        assert_eq!(late.next("s"), Some(texts("three")));
        assert_eq!(late.next("s"), None);
        assert!(late.want("s", &texts("four")));
    }
}
