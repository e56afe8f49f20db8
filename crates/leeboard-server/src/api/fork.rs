//! `POST /v1/sessions/{id}/fork`: a copy to go on with in another way.

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::StatusCode;
use leeboard_io::stamp;
use leeboard_io::upkeep::{self, ForkError};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::doc::{ErrorBody, Usual};
use super::read::{self, Named};
use crate::access::Caller;
use crate::openai::error::ApiError;
use crate::sessions::id;
use crate::state::AppState;

/// How to fork.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct ForkRequest {
    /// The last turn to copy; all without it.
    #[schema(minimum = 0, maximum = 4294967295_u32)]
    through: Option<u32>,
    /// The copy's id, at most 256 bytes; a fresh one without it. Space around it does not count.
    #[schema(min_length = 1, max_length = 256, pattern = r"^[^\x00-\x20\x7F-\xA0][^\x00-\x1F\x7F-\x9F]*$")]
    id: Option<String>,
}

/// The copy.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Forked {
    /// Its id.
    id: String,
    /// Its last turn; 0 for none.
    turns: u32,
}

/// Copies a session with its memory, through a turn or whole.
#[utoipa::path(post, operation_id = "fork_session", path = "/v1/sessions/{id}/fork", tag = "sessions",
    params(("id" = String, Path, description = "The session, percent-encoded.")),
    request_body(content = Option<ForkRequest>, description = "May be left out."),
    responses((status = 201, description = "The copy.", body = Forked),
              (status = 409, description = "The id is in use.", body = ErrorBody),
              (status = 413, description = "The body is too large.", body = ErrorBody), Usual))]
pub(super) async fn fork(
    State(state): State<AppState>,
    caller: Caller,
    named: Named,
    body: Body,
) -> Result<(StatusCode, Json<Forked>), ApiError> {
    let asked: Option<ForkRequest> = read::json_or_default(&state, body).await?;
    let asked = asked.unwrap_or_default();
    let new_id = asked.id.map_or_else(stamp::new_id, |id| id.trim().to_owned());
    if new_id.is_empty() {
        return Err(ApiError::invalid("id", "a session id is not empty"));
    }
    id::check(&new_id).map_err(|reason| ApiError::invalid("id", reason))?;
    let store = state.engine().store();
    let records = store.load(&named.stored).await?;
    if records.is_empty() {
        return Err(named.unknown());
    }
    let stored = caller.stored(&new_id);
    let _held = state.locks().hold(&stored).await;
    match upkeep::fork(store.as_ref(), &records, asked.through, &stored).await {
        Ok(turns) => Ok((StatusCode::CREATED, Json(Forked { id: new_id, turns }))),
        Err(ForkError::Store(error)) => Err(error.into()),
        Err(error @ ForkError::Taken) => Err(ApiError::conflict("session_exists", &error.to_string())),
        Err(error @ ForkError::Replay(_)) => Err(ApiError::unreadable_session(&error.to_string())),
        Err(error) => Err(ApiError::no_such_turn(asked.through.unwrap_or(0), &named.id, &error.to_string())),
    }
}
