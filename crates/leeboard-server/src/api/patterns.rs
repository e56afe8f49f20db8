//! What recurs in a session: motifs, the patterns that live, and what happened to patterns.
//!
//! Owns the view only; `leeboard_core::patterns` says what the figures mean.

use axum::Json;
use axum::extract::State;
use leeboard_core::patterns::{Lifecycle, Motif, PatternEvent};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};

use super::doc::Usual;
use super::read::{self, Asked, Named};
use crate::openai::error::ApiError;
use crate::state::AppState;

/// Items of a page unless told otherwise.
const USUAL: u32 = 50;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct PatternQuery {
    /// Motifs to show.
    #[param(nullable = false, minimum = 1, maximum = 100, default = 50)]
    limit: Option<u32>,
}

/// A symbol that recurs.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MotifLine {
    /// The symbol: a word, or a phrase of two.
    name: String,
    /// Occurrences, a phrase's counting double, faded by every turn since.
    weight: f64,
    /// Turns in which it occurred.
    recurrence: u32,
    /// First turn.
    first_seen: u32,
    /// Last turn.
    last_seen: u32,
    /// Whether it has recurred often enough to be a motif.
    recurs: bool,
}

/// An entry of the registry.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RegistryLine {
    /// The turn.
    cycle: u32,
    /// `formed`, `activated`, `transition`, `merged`, `kept_apart` or `dissolved`.
    event: &'static str,
    /// The pattern's id.
    pattern: String,
    /// Its name then.
    name: String,
    /// Its lifecycle state before; null where it had none.
    from: Option<&'static str>,
    /// Its lifecycle state after; null where it did not change.
    to: Option<&'static str>,
    /// The id of the other pattern: parent, the one active before, taken in, or kept apart.
    other: Option<String>,
    /// Why, in words and figures.
    cause: String,
}

/// What recurs in a session.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Patterns {
    /// The active pattern (SRIP-02: attractor) with its metadata.
    #[schema(value_type = Option<Object>)]
    active: Value,
    /// All living patterns, each as it was when it was last active, in the order of their forming.
    #[schema(value_type = Vec<Object>)]
    living: Vec<Value>,
    /// Symbols, heaviest first.
    motifs: Vec<MotifLine>,
    /// What happened to patterns, oldest first, as far as `limits.max_history` keeps it.
    registry: Vec<RegistryLine>,
}

impl From<&PatternEvent> for RegistryLine {
    fn from(event: &PatternEvent) -> Self {
        Self {
            cycle: event.cycle,
            event: event.event.name(),
            pattern: event.pattern.clone(),
            name: event.name.clone(),
            from: event.from.map(Lifecycle::name),
            to: event.to.map(Lifecycle::name),
            other: event.other.clone(),
            cause: event.cause.clone(),
        }
    }
}

/// The patterns that live, the motifs that they are formed from, and the registry.
#[utoipa::path(get, operation_id = "get_patterns", path = "/v1/sessions/{id}/patterns", tag = "measurements",
    params(("id" = String, Path, description = "The session, percent-encoded."), PatternQuery),
    responses((status = 200, description = "The patterns.", body = Patterns), Usual))]
pub(super) async fn patterns(
    State(state): State<AppState>,
    named: Named,
    Asked(asked): Asked<PatternQuery>,
) -> Result<Json<Patterns>, ApiError> {
    let limit = read::limit(asked.limit, USUAL)?;
    let lent = named.lend(&state).await?;
    let session = &lent.session;
    let motifs = session.motifs();
    let line = |(name, motif): (&String, &Motif)| MotifLine {
        name: name.clone(),
        weight: motif.weight,
        recurrence: motif.recurrence,
        first_seen: motif.first_seen,
        last_seen: motif.last_seen,
        recurs: motifs.recurs(name, &session.config().patterns),
    };
    let shown = Patterns {
        active: json!(session.attractor()),
        living: session.patterns().living().map(|pattern| json!(pattern)).collect(),
        motifs: motifs.ranked().take(limit).map(line).collect(),
        registry: session.patterns().registry().iter().map(RegistryLine::from).collect(),
    };
    lent.give_back();
    Ok(Json(shown))
}
