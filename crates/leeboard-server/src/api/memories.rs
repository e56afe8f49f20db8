//! `GET /v1/sessions/{id}/memories`: what is remembered, listed or searched.
//!
//! Owns how facts and messages are shown. The search is the core's recall, as for a prompt.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use leeboard_core::memory::facts::Fact;
use leeboard_core::memory::{self, Hit, Query};
use leeboard_core::{Entry, Session};
use leeboard_io::stamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};

use super::doc::Usual;
use super::read::{self, Asked, Named};
use crate::openai::error::ApiError;
use crate::state::AppState;

/// Items unless told otherwise.
const USUAL: u32 = 20;

/// What kind of memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum MemoryKind {
    /// What somebody has stated.
    Fact,
    /// What was said.
    Message,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct MemoryQuery {
    /// What to look for; without it the newest are listed.
    #[param(nullable = false)]
    query: Option<String>,
    /// Only facts or only messages.
    #[param(inline, nullable = false)]
    kind: Option<MemoryKind>,
    /// Items to show.
    #[param(nullable = false, minimum = 1, maximum = 100, default = 20)]
    limit: Option<u32>,
}

/// Something that is remembered.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MemoryItem {
    /// Its id: of a fact, or of a message.
    id: String,
    /// What it is.
    kind: MemoryKind,
    /// The turn it was said in; 0 for the identity.
    turn: u32,
    /// The id of the message it was said in; empty for the identity.
    message: String,
    /// Who said it: user, assistant, tool or identity.
    source: Value,
    /// The words.
    text: String,
    /// How sure it is that the query is about it, in [0, 1]; null in a list.
    score: Option<f64>,
    /// Why it was found; null in a list.
    why: Option<String>,
    /// Of a fact: whom it is about, its slot and value, and whether it still holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    fact: Option<FactDetails>,
}

/// What a fact states.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FactDetails {
    /// Whom or what it is about.
    who: String,
    /// What it states: name, age, home and so on.
    slot: Value,
    /// The value as written.
    shown: String,
    /// Whether it is denied.
    negated: bool,
    /// Whether it is to stay in the prompt.
    pinned: bool,
    /// Whether it was entered by hand.
    entered: bool,
    /// Whether it still holds.
    valid: bool,
    /// The turn from which on it no longer held.
    until: Option<u32>,
}

/// What is remembered.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Memories {
    /// Best first for a search, else newest first, facts before messages.
    pub(super) data: Vec<MemoryItem>,
}

/// Lists or searches what is remembered.
#[utoipa::path(get, operation_id = "search_memories", path = "/v1/sessions/{id}/memories", tag = "memories",
    params(("id" = String, Path, description = "The session, percent-encoded."), MemoryQuery),
    responses((status = 200, description = "Facts and messages.", body = Memories), Usual))]
pub(super) async fn search(
    State(state): State<AppState>,
    named: Named,
    Asked(asked): Asked<MemoryQuery>,
) -> Result<Json<Memories>, ApiError> {
    let limit = read::limit(asked.limit, USUAL)?;
    let lent = named.lend(&state).await?;
    let session = &lent.session;
    let wants = |kind| asked.kind.is_none_or(|wanted| wanted == kind);
    let query = asked.query.as_deref().filter(|query| !query.trim().is_empty());
    let mut data = match query {
        Some(query) => {
            let hits = recall(&state, session, query, limit).await;
            let messages = hits.iter().filter(|_| wants(MemoryKind::Message));
            let messages = messages.filter_map(|hit| message_of(session, hit));
            let facts = session.facts().all().filter(|_| wants(MemoryKind::Fact));
            let by_place: BTreeMap<(u32, &str), &Hit> =
                hits.iter().map(|hit| ((hit.turn, hit.id.as_str()), hit)).collect();
            let facts = facts.filter_map(|fact| {
                Some(MemoryItem::of_fact(fact, Some(by_place.get(&(fact.turn, fact.message.as_str()))?)))
            });
            let mut found: Vec<MemoryItem> = facts.chain(messages).collect();
            found.sort_by(|a, b| b.score.unwrap_or(0.0).total_cmp(&a.score.unwrap_or(0.0)));
            found
        }
        None => {
            let mut facts: Vec<&Fact> = session.facts().all().filter(|_| wants(MemoryKind::Fact)).collect();
            facts.reverse();
            let facts = facts.into_iter().map(|fact| MemoryItem::of_fact(fact, None));
            let turns = session.turns().iter().rev().filter(|_| wants(MemoryKind::Message));
            let messages = turns.flat_map(|turn| {
                let turn = turn.into_owned();
                let number = turn.number;
                turn.into_entries().rev().map(move |entry| MemoryItem::of_message(number, &entry, None))
            });
            facts.chain(messages).take(limit).collect()
        }
    };
    data.truncate(limit);
    lent.give_back();
    Ok(Json(Memories { data }))
}

/// Recall as for a prompt, over all that was said.
async fn recall(state: &AppState, session: &Session, query: &str, limit: usize) -> Vec<Hit> {
    let wanted = [memory::without_names(session.index(), query).into_owned()];
    let answers = state.engine().vectors().at_hand(session.id(), &wanted).await;
    let vector = answers.first().and_then(|answer| answer.vector());
    let query = Query { text: query, vector, now: Some(stamp::clock()) };
    memory::recall(session.index(), &query, limit, &session.config().memory)
}

fn message_of(session: &Session, hit: &Hit) -> Option<MemoryItem> {
    let turn = session.turns().numbered(hit.turn)?;
    let entry = turn.entries().find(|entry| entry.id == hit.id)?;
    Some(MemoryItem::of_message(turn.number, entry, Some(hit)))
}

impl MemoryItem {
    fn of_message(turn: u32, entry: &Entry, hit: Option<&Hit>) -> Self {
        Self {
            id: entry.id.clone(),
            kind: MemoryKind::Message,
            turn,
            message: entry.id.clone(),
            source: json!(entry.message.role.as_str()),
            text: entry.message.spoken(),
            score: hit.map(|hit| hit.score),
            why: hit.map(|hit| hit.why.clone()),
            fact: None,
        }
    }

    pub(super) fn of_fact(fact: &Fact, hit: Option<&Hit>) -> Self {
        Self {
            id: fact.id(),
            kind: MemoryKind::Fact,
            turn: fact.turn,
            message: fact.message.clone(),
            source: json!(fact.source),
            text: fact.words.clone(),
            score: hit.map(|hit| hit.score),
            why: hit.map(|hit| hit.why.clone()),
            fact: Some(FactDetails {
                who: fact.who.clone(),
                slot: json!(fact.slot),
                shown: fact.shown.clone(),
                negated: fact.negated,
                pinned: fact.pinned,
                entered: fact.entered,
                valid: fact.is_valid(),
                until: fact.until,
            }),
        }
    }
}
