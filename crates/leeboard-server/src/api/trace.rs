//! `GET /v1/sessions/{id}/turns/{turn}/trace`: one turn explained.
//!
//! Owns the split into why and why not. Which records belong to a turn is `leeboard_io::trace`'s.

use axum::Json;
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use leeboard_io::trace::{Trace, what_there_is};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::doc::Usual;
use super::read::{Named, parameter};
use crate::openai::error::ApiError;
use crate::state::AppState;

/// What the log says about one turn; the records are described in the reference of records.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TurnTrace {
    /// The session.
    session: String,
    /// The turn, from 1.
    turn: u32,
    /// What was recalled into the prompt: id, turn, role, score, tokens, why.
    #[schema(value_type = Vec<Object>)]
    why: Vec<Value>,
    /// What recall looked at and left out, with the reason.
    #[schema(value_type = Vec<Object>)]
    why_not: Vec<Value>,
    /// Where each fact stood in the prompt, or why it did not: fact, place, tokens, why.
    #[schema(value_type = Vec<Object>)]
    facts: Value,
    /// The facts that disagreed when the turn was opened, with the reason.
    #[schema(value_type = Vec<Object>)]
    conflicts: Value,
    /// The record of the opening: input, plan, note, window, prompt hash, token report.
    #[schema(value_type = Option<Object>)]
    opened: Value,
    /// The record of the closing: reply, judgement, posture, causes.
    #[schema(value_type = Option<Object>)]
    closed: Value,
    /// The exchange, if it happened before leeboard saw it.
    #[schema(value_type = Option<Object>)]
    imported: Value,
    /// Openings of this turn that got no reply.
    #[schema(value_type = Vec<Object>)]
    given_up: Value,
    /// The judgement as it was made anew when late vectors came.
    #[schema(value_type = Option<Object>)]
    judged_again: Value,
}

/// The turn that the path names.
pub(super) struct TurnNumber(u32);

impl FromRequestParts<AppState> for TurnNumber {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let written = parameter(parts, state, "turn").await?;
        if written.is_empty() || !written.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(ApiError::invalid("turn", "it is a whole number from 1 up"));
        }
        // No session has as many turns as what is too large.
        Ok(Self(written.parse().unwrap_or(u32::MAX)))
    }
}

/// What was sent in a turn and why, and how the reply was judged.
#[utoipa::path(get, operation_id = "get_trace", path = "/v1/sessions/{id}/turns/{turn}/trace", tag = "measurements",
    params(("id" = String, Path, description = "The session, percent-encoded."),
           ("turn" = u32, Path, description = "The turn.", minimum = 1)),
    responses((status = 200, description = "The turn.", body = TurnTrace), Usual))]
pub(super) async fn trace(
    State(state): State<AppState>,
    named: Named,
    TurnNumber(turn): TurnNumber,
) -> Result<Json<TurnTrace>, ApiError> {
    let records = state.engine().store().load(&named.stored).await?;
    if records.is_empty() {
        return Err(named.unknown());
    }
    let mut trace = Trace::of(&records, &named.id, turn)
        .ok_or_else(|| ApiError::no_such_turn(turn, &named.id, &what_there_is(&records)))?;
    trace.read_facts(&records);
    let (why, why_not) = trace.recalled();
    let all = |items: Vec<_>| items.into_iter().map(|item| json!(item)).collect();
    Ok(Json(TurnTrace {
        session: named.id.clone(),
        turn,
        why: all(why),
        why_not: all(why_not),
        facts: json!(trace.facts),
        conflicts: json!(trace.conflicts),
        opened: json!(trace.opened),
        closed: json!(trace.closed),
        imported: json!(trace.imported),
        given_up: json!(trace.given_up),
        judged_again: json!(trace.judged_again),
    }))
}
