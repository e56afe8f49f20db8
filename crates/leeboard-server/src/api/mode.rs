//! `PATCH /v1/sessions/{id}`: what leeboard may change in one session.
//!
//! Owns the request. A request that names a mode has that one all the same.

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use leeboard_core::Mode;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::doc::{ErrorBody, Usual};
use super::read::{self, Named};
use crate::events::Kind;
use crate::openai::error::ApiError;
use crate::state::AppState;

/// How much leeboard may change of what the client sends.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum ModeName {
    /// Nothing.
    Observe,
    /// The note is added.
    Augment,
    /// The prompt is rebuilt.
    Manage,
}

impl From<ModeName> for Mode {
    fn from(name: ModeName) -> Self {
        match name {
            ModeName::Observe => Self::Observe,
            ModeName::Augment => Self::Augment,
            ModeName::Manage => Self::Manage,
        }
    }
}

/// What is to be changed of a session.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SessionChange {
    /// The mode of its requests that name none; null for that of the key or the settings.
    // A field that is left out must not look like null.
    #[serde(deserialize_with = "Option::deserialize")]
    #[schema(required)]
    mode: Option<ModeName>,
}

/// What was set for a session.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SessionSettings {
    /// Its id.
    id: String,
    /// The mode of its requests that name none; null for that of the key or the settings.
    mode: Option<ModeName>,
}

/// Sets the mode of a session, from its next turn on.
#[utoipa::path(patch, operation_id = "change_session", path = "/v1/sessions/{id}", tag = "sessions",
    params(("id" = String, Path, description = "The session, percent-encoded.")),
    request_body = SessionChange,
    responses((status = 200, description = "What is set now.", body = SessionSettings),
              (status = 413, description = "The body is too large.", body = ErrorBody), Usual))]
pub(super) async fn change(
    State(state): State<AppState>,
    named: Named,
    body: Body,
) -> Result<Json<SessionSettings>, ApiError> {
    let SessionChange { mode } = read::json(&state, body).await?;
    let store = state.engine().store();
    if !store.set_mode(&named.stored, mode.map(Mode::from)).await? {
        return Err(named.unknown());
    }
    state.events().send(&named.stored, Kind::Mode, json!({ "mode": mode }));
    Ok(Json(SessionSettings { id: named.id, mode }))
}
