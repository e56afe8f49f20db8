//! One session: its summary, its state, its deletion.

use axum::Json;
use axum::extract::State;
use leeboard_core::control::beliefs;
use leeboard_core::drift::Coherence;
use leeboard_core::{Mode, Session};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::doc::Usual;
use super::list::SessionLine;
use super::read::Named;
use crate::access::Caller;
use crate::events::Kind;
use crate::openai::error::ApiError;
use crate::sessions;
use crate::sessions::lent::Lent;
use crate::state::AppState;

/// A session in short.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SessionShort {
    /// Its line of the list.
    #[serde(flatten)]
    line: SessionLine,
    /// The turn that waits for its reply.
    open_turn: Option<u32>,
    /// The posture after the last reply: stable, crystallization, reflective, recovery or contain.
    posture: &'static str,
    /// Drift index of the last judged reply, in [0, 1].
    drift: Option<f64>,
    /// The signals in alarm.
    flags: Vec<&'static str>,
    /// The active pattern.
    pattern: Option<String>,
    /// Hash of the newest record.
    head: String,
}

/// How a session stands.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SessionState {
    /// Its id.
    id: String,
    /// Finished turns.
    turns: usize,
    /// The turn that waits for its reply.
    open_turn: Option<u32>,
    /// The mode of the open turn, else that of a request that names none: observe, augment or manage.
    mode: Value,
    /// The mode that was set for the session; null if that of the key or the settings holds.
    #[schema(value_type = Option<String>)]
    session_mode: Value,
    /// The posture after the last reply.
    posture: &'static str,
    /// What is done about drift.
    control: ControlState,
    /// Who the assistant is.
    identity: IdentityState,
    /// What stands verbatim in the prompt.
    window: WindowState,
    /// What is known.
    facts: FactCount,
    /// Messages that recall searches.
    indexed_messages: usize,
    /// The model whose vectors are held; empty before the first.
    embedding_model: String,
    /// The active pattern with its figures, as in `patterns`.
    #[schema(value_type = Option<Object>)]
    pattern: Value,
    /// SRIP's figures of the last judged reply.
    field: Option<Field>,
    /// Records whose payload was forgotten.
    redacted: u64,
    /// Hash of the newest record.
    head: String,
}

/// What is done about drift, and whether it helps.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ControlState {
    /// The posture that is held; `posture` is what the last reply asked for.
    held: &'static str,
    /// The turn from which on it is held.
    since: u32,
    /// The turn in which its lock opens, if it is locked.
    locked_until: Option<u32>,
    /// Whether safe mode is on.
    safe_mode: bool,
    /// Containment events so far.
    containments: u64,
    /// The signals about which the model does not respond.
    not_responding: Vec<&'static str>,
    /// What the last corrections have brought, as in records.
    #[schema(value_type = Vec<Object>)]
    effects: Value,
    /// What the runtime believes, and why.
    #[schema(value_type = Vec<Object>)]
    beliefs: Value,
}

/// Who the assistant is.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct IdentityState {
    /// The name, if the identity gives one.
    name: Option<String>,
    /// How many identities the session has had.
    version: u32,
    /// Rules that are checked.
    rules: usize,
}

/// The window of the prompt.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct WindowState {
    /// The first turn that stands verbatim in the prompt.
    start: u32,
    /// Finished turns in it.
    turns: usize,
    /// Tool output of turns before this one is cleared; 0 for none.
    cleared_before: u32,
    /// Lines of anchor facts in front of it.
    anchors: usize,
}

/// How many facts are known.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FactCount {
    /// That still hold.
    valid: usize,
    /// With those that were superseded.
    all: usize,
}

/// SRIP-03's state of the field after the last judged reply, all in [0, 1].
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Field {
    /// The drift index.
    index: f64,
    /// SRIP-03's composite.
    di: f64,
    /// The coherence metrics.
    #[schema(value_type = Object)]
    coherence: Coherence,
    /// Phase stability (PSI) of the active pattern.
    phase_stability: Option<f64>,
}

/// A deleted session.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Deleted {
    /// Its id.
    id: String,
    /// Always true.
    deleted: bool,
    /// Turns that its head had.
    turns: u64,
}

/// A session in short.
#[utoipa::path(get, operation_id = "get_session", path = "/v1/sessions/{id}", tag = "sessions",
    params(("id" = String, Path, description = "The session, percent-encoded.")),
    responses((status = 200, description = "The session.", body = SessionShort), Usual))]
pub(super) async fn summary(
    State(state): State<AppState>,
    named: Named,
) -> Result<Json<SessionShort>, ApiError> {
    let found = state.engine().store().summary(&named.stored).await?;
    let line = SessionLine::new(&named.id, &found.ok_or_else(|| named.unknown())?);
    let lent = named.lend(&state).await?;
    let session = &lent.session;
    let judged = session.last_judgement();
    let short = SessionShort {
        line,
        open_turn: session.pending().map(|opened| opened.turn),
        posture: session.posture().name(),
        drift: judged.map(|drift| drift.index),
        flags: judged.iter().flat_map(|drift| &drift.flags).map(|flag| flag.name()).collect(),
        pattern: session.attractor().map(|pattern| pattern.name.clone()),
        head: session.head().to_string(),
    };
    lent.give_back();
    Ok(Json(short))
}

/// How a session stands: identity, window, facts, posture, pattern, SRIP's figures.
#[utoipa::path(get, operation_id = "get_session_state", path = "/v1/sessions/{id}/state", tag = "sessions",
    params(("id" = String, Path, description = "The session, percent-encoded.")),
    responses((status = 200, description = "The state.", body = SessionState), Usual))]
pub(super) async fn state(
    State(state): State<AppState>,
    caller: Caller,
    named: Named,
) -> Result<Json<SessionState>, ApiError> {
    let lent = named.lend(&state).await?;
    let shown = shown(&lent, sessions::usual_mode(&state, &caller), &named.id);
    lent.give_back();
    Ok(Json(shown))
}

fn shown(lent: &Lent, usual: Mode, id: &str) -> SessionState {
    let session = &lent.session;
    let identity = session.identity();
    let pattern = session.attractor();
    SessionState {
        id: id.to_owned(),
        turns: session.turns().len(),
        open_turn: session.pending().map(|opened| opened.turn),
        mode: json!(session.pending().map_or_else(|| lent.mode.unwrap_or(usual), |opened| opened.mode)),
        session_mode: json!(lent.mode),
        posture: session.posture().name(),
        control: control(session),
        identity: IdentityState {
            name: identity.name().map(str::to_owned),
            version: session.identity_version(),
            rules: identity.rules().len(),
        },
        window: WindowState {
            start: session.window_start(),
            turns: session.turns().from(session.window_start()).count(),
            cleared_before: session.cleared_before(),
            anchors: session.anchors().lines.len(),
        },
        facts: FactCount { valid: session.facts().valid().count(), all: session.facts().all().count() },
        indexed_messages: session.index().len(),
        embedding_model: session.embedding_model().to_owned(),
        pattern: json!(pattern),
        field: session.last_judgement().map(|drift| Field {
            index: drift.index,
            di: drift.di,
            coherence: drift.coherence,
            phase_stability: pattern.map(|pattern| pattern.stability_index),
        }),
        redacted: session.redacted(),
        head: session.head().to_string(),
    }
}

fn control(session: &Session) -> ControlState {
    let (steering, safety) = (session.steering(), session.safety());
    let (held, turn) = (steering.held(), session.next_turn());
    let silent = steering.courses().iter().filter(|(_, course)| course.not_responding(turn));
    ControlState {
        held: held.posture.name(),
        since: held.since,
        locked_until: held.lock.as_ref().map(|lock| lock.until),
        safe_mode: safety.is_safe(),
        containments: safety.events(),
        not_responding: silent.map(|(signal, _)| signal.name()).collect(),
        effects: json!(steering.effects()),
        beliefs: json!(beliefs(session)),
    }
}

/// Deletes a session for good: records, branches, vectors, marks.
#[utoipa::path(delete, operation_id = "delete_session", path = "/v1/sessions/{id}", tag = "sessions",
    params(("id" = String, Path, description = "The session, percent-encoded.")),
    responses((status = 200, description = "It is gone.", body = Deleted), Usual))]
pub(super) async fn delete(State(state): State<AppState>, named: Named) -> Result<Json<Deleted>, ApiError> {
    let turns = gone(&state, &named.stored).await?.ok_or_else(|| named.unknown())?;
    Ok(Json(Deleted { id: named.id, deleted: true, turns }))
}

/// Deletes a session, also from memory, and says so to those who listen. Gives its turns; `None`
/// if there was no such session.
pub(crate) async fn gone(state: &AppState, stored: &str) -> Result<Option<u64>, ApiError> {
    let _held = state.locks().hold(stored).await;
    let store = state.engine().store();
    let turns = store.summary(stored).await?.map_or(0, |summary| summary.turns);
    // Even if another process was first, nothing of it may stay in this one.
    let found = store.delete(stored).await;
    drop(state.hot().take(stored));
    if !found? {
        return Ok(None);
    }
    state.events().send(stored, Kind::Deleted, json!({ "turns": turns }));
    Ok(Some(turns))
}
