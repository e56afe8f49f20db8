//! Restarting a session's window on request.
//!
//! Owns storing it. What is kept is decided in the core.

use leeboard_core::session::Session;
use leeboard_core::turn;

use super::{Engine, EngineError};
use crate::store::Tip;

impl Engine {
    /// Restarts the window between two turns, and with `drop_corrections` drops what waits to be
    /// corrected.
    ///
    /// # Errors
    /// [`EngineError`], also while a turn is open; the session is unchanged then.
    pub async fn recenter(&self, session: &mut Session, drop_corrections: bool) -> Result<(), EngineError> {
        let records = turn::recenter(session, drop_corrections, self.stamp()?, self.tools())?;
        self.commit(session, &records, Tip::Required).await
    }
}
