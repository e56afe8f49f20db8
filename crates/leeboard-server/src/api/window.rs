//! `compact` and `recenter`: the window of the prompt restarted on request.
//!
//! Owns the requests. What is kept is decided in the core.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::doc::{ErrorBody, Usual};
use super::read::Named;
use crate::openai::error::ApiError;
use crate::state::AppState;

/// The window from here on.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Window {
    /// The session.
    id: String,
    /// The first turn that stands verbatim in the next prompt.
    window_start: u32,
    /// Lines of anchor facts in front of it.
    anchors: usize,
    /// Whether what the replies so far ask to be corrected was dropped.
    corrections_dropped: bool,
}

/// Trims the window now: the next prompt has the identity, the anchor facts and the last messages.
#[utoipa::path(post, operation_id = "compact_session", path = "/v1/sessions/{id}/compact", tag = "sessions",
    params(("id" = String, Path, description = "The session, percent-encoded.")),
    responses((status = 200, description = "The window.", body = Window),
              (status = 409, description = "A turn is open.", body = ErrorBody), Usual))]
pub(super) async fn compact(State(state): State<AppState>, named: Named) -> Result<Json<Window>, ApiError> {
    restart(&state, &named, false).await
}

/// The same as compact, and drops what waits to be corrected.
#[utoipa::path(post, operation_id = "recenter_session", path = "/v1/sessions/{id}/recenter", tag = "sessions",
    params(("id" = String, Path, description = "The session, percent-encoded.")),
    responses((status = 200, description = "The window.", body = Window),
              (status = 409, description = "A turn is open.", body = ErrorBody), Usual))]
pub(super) async fn recenter(State(state): State<AppState>, named: Named) -> Result<Json<Window>, ApiError> {
    restart(&state, &named, true).await
}

async fn restart(state: &AppState, named: &Named, drop: bool) -> Result<Json<Window>, ApiError> {
    let mut lent = named.lend(state).await?;
    let done = state.engine().recenter(&mut lent.session, drop).await;
    let window = Window {
        id: named.id.clone(),
        window_start: lent.session.window_start(),
        anchors: lent.session.anchors().lines.len(),
        corrections_dropped: drop,
    };
    lent.give_back();
    done?;
    Ok(Json(window))
}
