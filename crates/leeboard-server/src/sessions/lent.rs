//! A session at its head, lent to whoever looks at it or works on it between two turns.
//!
//! Owns taking it from the cache or the log and giving it back. No turn opens meanwhile; one that
//! is open goes on.

use leeboard_core::{Mode, Session};
use leeboard_io::engine::EngineError;

use super::hot::Warm;
use super::locks::Held;
use super::snapshots;
use super::tree::Tree;
use crate::state::AppState;

/// A session with the right to work on it.
pub(crate) struct Lent {
    /// The state at the head.
    pub(crate) session: Session,
    /// What leeboard may change in it, if that was set for the session.
    pub(crate) mode: Option<Mode>,
    tree: Tree,
    erasures: u64,
    state: AppState,
    _held: Held,
}

impl Lent {
    /// The session of this stored id, if there is one.
    pub(crate) async fn of(state: &AppState, id: &str) -> Result<Option<Self>, EngineError> {
        let held = state.locks().hold(id).await;
        let Warm { mut tree, state: warm, erasures } = state.hot().take(id);
        let Some(view) = state.engine().store().view(id, tree.known()).await? else { return Ok(None) };
        tree.update(&view);
        let warm = warm.filter(|_| view.erasures == erasures);
        let session = state.engine().load_at(id, view.head, warm).await?;
        let (mode, erasures) = (view.mode, view.erasures);
        Ok(Some(Self { session, mode, tree, erasures, state: state.clone(), _held: held }))
    }

    /// Puts it back into the cache.
    pub(crate) fn give_back(self) {
        let id = self.session.id().to_owned();
        let warm = Warm { tree: self.tree, state: Some(self.session), erasures: self.erasures };
        snapshots::put(&self.state, &id, warm);
    }
}
