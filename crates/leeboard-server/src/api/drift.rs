//! What was measured: the history of drift.

use axum::Json;
use axum::extract::State;
use leeboard_core::drift::Coherence;
use leeboard_core::session::Cycle;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::doc::Usual;
use super::read::{self, Asked, Named};
use crate::openai::error::ApiError;
use crate::state::AppState;

/// Items of a page unless told otherwise.
const USUAL: u32 = 50;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct DriftQuery {
    /// Only cycles of later turns: `next` of the page before.
    #[param(nullable = false, maximum = 4294967295_u32)]
    after: Option<u32>,
    /// Cycles of a page.
    #[param(nullable = false, minimum = 1, maximum = 100, default = 50)]
    limit: Option<u32>,
}

/// The figures of one turn's reply.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DriftCycle {
    /// The turn.
    turn: u32,
    /// The drift index, in [0, 1].
    index: f64,
    /// SRIP-03's composite, in [0, 1].
    di: f64,
    /// The coherence metrics, in [0, 1].
    #[schema(value_type = Object)]
    coherence: Coherence,
    /// The posture after it.
    posture: &'static str,
    /// The signals in alarm.
    flags: Vec<&'static str>,
    /// The rules that were broken, by id.
    broken: Vec<String>,
}

/// A page of cycles.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DriftHistory {
    /// Cycles, oldest first.
    data: Vec<DriftCycle>,
    /// Whether there are later ones.
    has_more: bool,
    /// `after` for the next page; null after the last.
    next: Option<u32>,
}

impl From<&Cycle> for DriftCycle {
    fn from(cycle: &Cycle) -> Self {
        Self {
            turn: cycle.turn,
            index: cycle.index,
            di: cycle.di,
            coherence: cycle.coherence,
            posture: cycle.posture.name(),
            flags: cycle.flags.iter().map(|flag| flag.name()).collect(),
            broken: cycle.broken.clone(),
        }
    }
}

/// The figures of the judged replies, oldest first, as far as `limits.max_history` keeps them.
#[utoipa::path(get, operation_id = "get_drift", path = "/v1/sessions/{id}/drift", tag = "measurements",
    params(("id" = String, Path, description = "The session, percent-encoded."), DriftQuery),
    responses((status = 200, description = "A page of cycles.", body = DriftHistory), Usual))]
pub(super) async fn history(
    State(state): State<AppState>,
    named: Named,
    Asked(asked): Asked<DriftQuery>,
) -> Result<Json<DriftHistory>, ApiError> {
    let limit = read::limit(asked.limit, USUAL)?;
    let lent = named.lend(&state).await?;
    let later = lent.session.history().iter().filter(|cycle| cycle.turn > asked.after.unwrap_or(0));
    let mut data: Vec<DriftCycle> = later.take(limit + 1).map(DriftCycle::from).collect();
    let has_more = data.len() > limit;
    data.truncate(limit);
    let next = data.last().filter(|_| has_more).map(|cycle| cycle.turn);
    lent.give_back();
    Ok(Json(DriftHistory { data, has_more, next }))
}
