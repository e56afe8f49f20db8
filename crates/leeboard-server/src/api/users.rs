//! `DELETE /v1/users/{id}`: all that a user has said, gone.

use axum::Json;
use axum::extract::{Request, State};
use serde::Serialize;
use utoipa::ToSchema;

use super::doc::Usual;
use super::{one, read};
use crate::access::Caller;
use crate::openai::error::ApiError;
use crate::sessions::client;
use crate::state::AppState;

/// What was deleted.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DeletedUser {
    /// The user.
    id: String,
    /// Sessions that are gone.
    sessions: u64,
    /// Turns that they had at their heads.
    turns: u64,
}

/// Deletes every session in which this user has spoken, as the caller's tenant knows users: by the
/// field `user` or the user headers of chat requests.
#[utoipa::path(delete, operation_id = "delete_user", path = "/v1/users/{id}", tag = "users",
    params(("id" = String, Path, description = "The user, percent-encoded.")),
    responses((status = 200, description = "How much is gone; zeros for an unknown user.", body = DeletedUser),
              Usual))]
pub(super) async fn delete(
    State(state): State<AppState>,
    caller: Caller,
    request: Request,
) -> Result<Json<DeletedUser>, ApiError> {
    let (head, _) = request.into_parts();
    let id = read::parameter(&head, &state, "id").await?;
    let scope = client::scope_of(&caller, &head.headers, Some(id.clone().into_bytes()));
    let mut deleted = DeletedUser { id, sessions: 0, turns: 0 };
    for stored in state.engine().store().sessions_of(scope).await? {
        // The scope holds the tenant; this makes sure.
        if caller.shown(&stored).is_none() {
            continue;
        }
        if let Some(turns) = one::gone(&state, &stored).await? {
            deleted.sessions += 1;
            deleted.turns += turns;
        }
    }
    Ok(Json(deleted))
}
