//! Vectors that an embedding endpoint gives after the reply was delivered.
//!
//! Owns the task that asks for them and records them. Nobody waits for it: the session is free
//! while the endpoint is asked, and a turn that comes first goes on without.

use leeboard_core::Session;
use leeboard_io::embed::Answers;
use leeboard_io::engine::EngineError;

use crate::state::AppState;

/// Starts the task, if the session waits for vectors.
pub(super) fn supply(state: &AppState, session: &Session) {
    let texts = state.engine().wants_late(session);
    if texts.is_empty() {
        return;
    }
    let (id, shared) = (session.id().to_owned(), state.clone());
    state.tasks().spawn(async move {
        let answers = tokio::select! {
            () = shared.tasks().stopping() => return,
            answers = shared.engine().vectors().fetch(&id, texts) => answers,
        };
        if let Err(error) = record(&shared, &id, &answers).await {
            tracing::warn!(session = id, "failed to {error}");
        }
    });
}

async fn record(state: &AppState, id: &str, answers: &Answers) -> Result<(), EngineError> {
    let _held = state.locks().hold(id).await;
    let mut session = state.engine().load(id).await?;
    // Deleted meanwhile: nothing of it may come back.
    if session.sequence() == 0 {
        return Ok(());
    }
    state.engine().catch_up(&mut session, answers).await
}
