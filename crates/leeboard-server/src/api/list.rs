//! `GET /v1/sessions`: the caller's sessions, newest first, in pages.

use axum::Json;
use axum::extract::State;
use leeboard_core::Timestamp;
use leeboard_io::stamp::rfc3339;
use leeboard_io::store::{Page, SessionSummary, StoreError};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::doc::Usual;
use super::read::{self, Asked};
use crate::access::Caller;
use crate::openai::error::ApiError;
use crate::state::AppState;

/// Sessions of a page unless told otherwise.
const USUAL: u32 = 20;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ListQuery {
    /// `next` of the page before.
    #[param(nullable = false, pattern = r"^-?[0-9]{1,18}~")]
    cursor: Option<String>,
    /// Sessions of a page.
    #[param(nullable = false, minimum = 1, maximum = 100, default = 20)]
    limit: Option<u32>,
}

/// One session of the list.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SessionLine {
    /// Its id.
    id: String,
    /// Turns with a reply on the path to the head.
    turns: u64,
    /// When its newest record was made (RFC 3339, UTC).
    #[schema(format = DateTime)]
    updated_at: String,
}

/// A page of sessions.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SessionList {
    /// The sessions, newest first.
    data: Vec<SessionLine>,
    /// Whether there are more.
    has_more: bool,
    /// The cursor of the next page; null after the last.
    next: Option<String>,
}

impl SessionLine {
    /// The line as the caller sees it.
    pub(super) fn new(id: &str, summary: &SessionSummary) -> Self {
        Self { id: id.to_owned(), turns: summary.turns, updated_at: rfc3339(summary.updated_at) }
    }
}

/// The caller's sessions, newest first.
#[utoipa::path(get, operation_id = "list_sessions", path = "/v1/sessions", tag = "sessions", params(ListQuery),
    responses((status = 200, description = "A page of sessions.", body = SessionList), Usual))]
pub(super) async fn list(
    State(state): State<AppState>,
    caller: Caller,
    Asked(asked): Asked<ListQuery>,
) -> Result<Json<SessionList>, ApiError> {
    let limit = read::limit(asked.limit, USUAL)?;
    let after = asked.cursor.as_deref().map(|cursor| {
        parse(&caller, cursor)
            .ok_or_else(|| ApiError::invalid("cursor", "it is the `next` of an earlier page"))
    });
    let after = after.transpose()?;
    let after = after.as_ref().map(|(moment, id)| (*moment, id.as_str()));
    let page = Page { tenant: caller.tenant(), after, limit: limit.saturating_add(1) };
    let mut lines = state.engine().store().page(page).await?;
    let has_more = lines.len() > limit;
    lines.truncate(limit);
    let shown: Vec<_> = lines.iter().filter_map(|line| Some((caller.shown(&line.id)?, line))).collect();
    let next = shown.last().filter(|_| has_more).map(|(id, line)| format!("{}~{id}", line.updated_at.0));
    let data = shown.into_iter().map(|(id, line)| SessionLine::new(id, line)).collect();
    Ok(Json(SessionList { data, has_more, next }))
}

/// A place in the list: the moment and id of the session before it.
fn parse(caller: &Caller, cursor: &str) -> Option<(Timestamp, String)> {
    let (moment, id) = cursor.split_once('~')?;
    Some((Timestamp(moment.parse().ok()?), caller.stored(id)))
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        leeboard_io::engine::EngineError::from(error).into()
    }
}
