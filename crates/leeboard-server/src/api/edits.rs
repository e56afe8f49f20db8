//! What users change in the memory: facts added, pinned, replaced, ended; and forgetting.
//!
//! Owns the requests. What becomes of them is decided in the core.

use std::collections::BTreeSet;

use axum::Json;
use axum::body::Body;
use axum::extract::{FromRequestParts, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use leeboard_core::Session;
use leeboard_core::memory::edit::Edit;
use leeboard_core::memory::facts::Fact;
use leeboard_core::memory::forget::Forget;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

use super::doc::{ErrorBody, Usual};
use super::memories::{Memories, MemoryItem, MemoryKind};
use super::read::{self, Asked, Named, parameter};
use crate::events::Kind;
use crate::openai::error::ApiError;
use crate::state::AppState;

/// The memory that the path names.
pub(super) struct MemoryId(String);

impl FromRequestParts<AppState> for MemoryId {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        parameter(parts, state, "memory").await.map(Self)
    }
}

/// What is to be remembered.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewMemory {
    /// In the user's words, at most 2,000 bytes.
    #[schema(min_length = 1, max_length = 2000)]
    text: String,
    /// Whether it is to stay in the prompt.
    #[serde(default)]
    pinned: bool,
}

/// What is to be changed: one of the three.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum MemoryChange {
    /// Whether it is to stay in the prompt.
    Pinned(bool),
    /// The truth, in the user's words, at most 2,000 bytes.
    Text(String),
    /// True: it does not hold any more. The text stays in the log.
    Ended(bool),
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ForgetQuery {
    /// What the id names; a fact unless told otherwise.
    #[param(inline, nullable = false)]
    kind: Option<MemoryKind>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ForgetText {
    /// Every sentence that holds these words is forgotten, whoever said it.
    text: String,
}

/// What was forgotten.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Forgotten {
    /// Messages that lost something.
    messages: u32,
    /// Facts that are gone.
    facts: u32,
    /// The ids of messages that still share a rare word with it.
    still_said: Vec<String>,
}

/// Remembers something in the user's words. Prompts hold it from the next turn on.
#[utoipa::path(post, operation_id = "add_memory", path = "/v1/sessions/{id}/memories", tag = "memories",
    params(("id" = String, Path, description = "The session, percent-encoded.")),
    request_body = NewMemory,
    responses((status = 201, description = "The facts that were read from it.", body = Memories),
              (status = 409, description = "The session was changed meanwhile.", body = ErrorBody),
              (status = 413, description = "The body is too large.", body = ErrorBody), Usual))]
pub(super) async fn add(
    State(state): State<AppState>,
    named: Named,
    body: Body,
) -> Result<(StatusCode, Json<Memories>), ApiError> {
    let asked: NewMemory = read::json(&state, body).await?;
    let order = Edit::Add { text: asked.text, pinned: asked.pinned };
    Ok((StatusCode::CREATED, changed(&state, &named, &order, "add").await?))
}

/// Pins or unpins a fact, puts another in its place, or ends it.
#[utoipa::path(patch, operation_id = "change_memory", path = "/v1/sessions/{id}/memories/{memory}", tag = "memories",
    params(("id" = String, Path, description = "The session, percent-encoded."),
           ("memory" = String, Path, description = "The fact's id.")),
    request_body = MemoryChange,
    responses((status = 200, description = "The facts that took its place, or the fact as it is now.",
               body = Memories),
              (status = 409, description = "The session was changed meanwhile, or `ended` is false.",
               body = ErrorBody),
              (status = 413, description = "The body is too large.", body = ErrorBody), Usual))]
pub(super) async fn change(
    State(state): State<AppState>,
    named: Named,
    MemoryId(fact): MemoryId,
    body: Body,
) -> Result<Json<Memories>, ApiError> {
    let asked: MemoryChange = read::json(&state, body).await?;
    let (order, action) = match asked {
        MemoryChange::Pinned(pinned) => (Edit::Pin { fact, pinned }, "pin"),
        MemoryChange::Text(text) => (Edit::Replace { fact, text }, "replace"),
        MemoryChange::Ended(true) => (Edit::End { fact }, "end"),
        MemoryChange::Ended(false) => return Err(stays_ended(&state, &named, &fact).await?),
    };
    changed(&state, &named, &order, action).await
}

/// Why a fact cannot be made to hold again.
async fn stays_ended(state: &AppState, named: &Named, id: &str) -> Result<ApiError, ApiError> {
    let lent = named.lend(state).await?;
    let known = lent.session.facts().all().any(|fact| fact.id() == id);
    lent.give_back();
    let reason = "a fact that has ended stays so; enter it anew";
    Ok(if known { ApiError::conflict("fact_ended", reason) } else { ApiError::no_such("memory", id) })
}

/// Carries an edit out, and shows what came of it.
async fn changed(
    state: &AppState,
    named: &Named,
    order: &Edit,
    action: &'static str,
) -> Result<Json<Memories>, ApiError> {
    let mut lent = named.lend(state).await?;
    let entered = format!("m{}", lent.session.sequence());
    let stayed: BTreeSet<String> = pinned(&lent.session).map(Fact::id).collect();
    let done = state.engine().edit_memory(&mut lent.session, order).await;
    let facts = lent.session.facts().all().filter(|fact| match order {
        // What was known already is pinned in place of what was entered.
        Edit::Add { .. } | Edit::Replace { .. } => {
            fact.message == entered || fact.pinned && !stayed.contains(&fact.id())
        }
        Edit::Pin { fact: id, .. } | Edit::End { fact: id } => fact.id() == *id,
    });
    let data = facts.map(|fact| MemoryItem::of_fact(fact, None)).collect();
    lent.give_back();
    done?;
    state.events().send(&named.stored, Kind::Memory, json!({ "action": action }));
    Ok(Json(Memories { data }))
}

fn pinned(session: &Session) -> impl Iterator<Item = &Fact> {
    session.facts().valid().filter(|fact| fact.pinned)
}

/// Forgets a fact or a message for good, with all that was made of it, on every branch.
#[utoipa::path(delete, operation_id = "forget_memory", path = "/v1/sessions/{id}/memories/{memory}", tag = "memories",
    params(("id" = String, Path, description = "The session, percent-encoded."),
           ("memory" = String, Path, description = "The fact's or message's id, percent-encoded."), ForgetQuery),
    responses((status = 200, description = "What is gone.", body = Forgotten),
              (status = 409, description = "The session was changed meanwhile.", body = ErrorBody), Usual))]
pub(super) async fn forget(
    State(state): State<AppState>,
    named: Named,
    MemoryId(id): MemoryId,
    Asked(asked): Asked<ForgetQuery>,
) -> Result<Json<Forgotten>, ApiError> {
    let unknown = ApiError::no_such("memory", &id);
    let what = match asked.kind {
        None | Some(MemoryKind::Fact) => Forget::Fact { id },
        Some(MemoryKind::Message) => Forget::Message { id },
    };
    forgotten(&state, &named, &what).await?.ok_or(unknown)
}

/// Forgets every sentence that holds some words.
#[utoipa::path(delete, operation_id = "forget_text", path = "/v1/sessions/{id}/memories", tag = "memories",
    params(("id" = String, Path, description = "The session, percent-encoded."), ForgetText),
    responses((status = 200, description = "What is gone; zeros if nothing held them.", body = Forgotten),
              (status = 409, description = "The session was changed meanwhile.", body = ErrorBody), Usual))]
pub(super) async fn forget_text(
    State(state): State<AppState>,
    named: Named,
    Asked(asked): Asked<ForgetText>,
) -> Result<Json<Forgotten>, ApiError> {
    let nothing = || Json(Forgotten { messages: 0, facts: 0, still_said: Vec::new() });
    if !asked.text.chars().any(char::is_alphanumeric) {
        // No words: nothing holds them, and nothing may be forgotten for them.
        let known = state.engine().store().summary(&named.stored).await?;
        return known.map(|_| nothing()).ok_or_else(|| named.unknown());
    }
    let found = forgotten(&state, &named, &Forget::Text { text: asked.text }).await?;
    Ok(found.unwrap_or_else(nothing))
}

async fn forgotten(
    state: &AppState,
    named: &Named,
    what: &Forget,
) -> Result<Option<Json<Forgotten>>, ApiError> {
    let _held = state.locks().hold(&named.stored).await;
    if state.engine().store().summary(&named.stored).await?.is_none() {
        return Err(named.unknown());
    }
    let done = state.engine().forget(&named.stored, what).await;
    // The state in memory still holds it.
    drop(state.hot().take(&named.stored));
    let Some(done) = done? else { return Ok(None) };
    state.events().send(&named.stored, Kind::Memory, json!({ "action": "forget" }));
    let (messages, facts) = (done.erased.messages, done.erased.facts);
    Ok(Some(Json(Forgotten { messages, facts, still_said: done.still_said })))
}
