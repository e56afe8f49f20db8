//! Finds the session that a request belongs to and opens its turn there.
//!
//! Owns the order: id, lock, place, import, open. Where a conversation goes on is decided in
//! `place` by what `tree` finds; whose it is and how it is found without an id is in `client`;
//! what an open turn can do in `turn`. A turn may span several requests while tools are called; a
//! request that belongs to an open turn goes on in it.

pub(crate) mod client;
pub(crate) mod flight;
pub(crate) mod hot;
pub(crate) mod id;
pub(crate) mod known;
pub(crate) mod late;
pub(crate) mod lent;
pub(crate) mod locks;
mod place;
pub(crate) mod snapshots;
pub(crate) mod task;
pub(crate) mod tree;
pub(crate) mod turn;

use std::sync::Arc;
use std::time::Instant;

use axum::http::request::Parts;
use leeboard_core::message::Entry;
use leeboard_core::{Identity, Timestamp};
use leeboard_io::conversation::Exchange;
use leeboard_io::engine::EngineError;
use leeboard_io::stamp;
use leeboard_io::store::Said;
use leeboard_io::store::said::asked;

use self::place::Place;
use self::turn::OpenTurn;
use crate::access::Caller;
use crate::metrics::Phase;
use crate::openai::error::ApiError;
use crate::openai::request::ChatRequest;
use crate::openai::wishes::Wishes;
use crate::state::AppState;

/// Why no turn was opened.
pub(crate) enum BeginError {
    /// The client named something impossible.
    Invalid(ApiError),
    /// The loop or the store failed.
    Engine(EngineError),
}

impl From<EngineError> for BeginError {
    fn from(error: EngineError) -> Self {
        Self::Engine(error)
    }
}

/// Opens the turn of a request, or goes on in the one that is open. It may be dropped at any
/// point: what is committed then is found by the next request.
pub(crate) async fn begin(
    state: &AppState,
    request: &ChatRequest,
    head: &Parts,
    wishes: Wishes,
) -> Result<OpenTurn, BeginError> {
    let begun = if wishes.store {
        find(state, request, head, wishes).await
    } else {
        passing(state, request, wishes).await
    };
    if let Err(BeginError::Engine(_)) = &begun {
        state.metrics().failed(Phase::Open);
    }
    begun
}

/// Opens a turn of which nothing is kept: in a session that lives as long as the turn and knows
/// what the client sends.
async fn passing(state: &AppState, request: &ChatRequest, wishes: Wishes) -> Result<OpenTurn, BeginError> {
    let started = Instant::now();
    let mode = wishes.mode.unwrap_or_else(|| state.config().mode);
    let sent = Sent::of(request);
    let identity = identity(state, request);
    let mut place = Place::passing(state);
    let (engine, now) = (place.engine.clone(), Some(state.engine().stamp().map_err(EngineError::from)?.time));
    engine.start(&mut place.session, &identity.unwrap_or_default()).await?;
    place.import(sent.history).await?;
    let input = named_entries('u', place.session.sequence(), now, sent.tail);
    let opening = engine.open_with(&mut place.session, input, mode, wishes.correct).await?;
    Ok(OpenTurn::new(state, place, mode, opening, started))
}

async fn find(
    state: &AppState,
    request: &ChatRequest,
    head: &Parts,
    wishes: Wishes,
) -> Result<OpenTurn, BeginError> {
    let started = Instant::now();
    let mode = wishes.mode.unwrap_or_else(|| state.config().mode);
    let sent = Sent::of(request);
    let caller = Caller::of(&head.extensions);
    let scope = client::scope(&caller, &request.fields, &head.headers);
    let id = match id::named(&request.fields, &head.headers).map_err(BeginError::Invalid)? {
        Some(id) => caller.stored(&id),
        None => {
            client::find(state, scope, &sent.said).await?.unwrap_or_else(|| caller.stored(&stamp::new_id()))
        }
    };
    // Only opening is one at a time: two requests may wait for their replies together.
    let _held = state.locks().hold(&id).await;
    let identity = identity(state, request);
    let terms = (mode, wishes.correct, identity.as_deref());
    let mut place = Place::find(state, &id, scope, &sent, terms).await?;
    let (engine, now) = (place.engine.clone(), Some(state.engine().stamp().map_err(EngineError::from)?.time));
    if let Some(steps) = place.steps.take() {
        let steps = named_entries('s', place.session.sequence(), now, steps);
        return Ok(OpenTurn::resume(state, place, steps, started));
    }
    let identity = identity.unwrap_or_else(|| Arc::new(place.session.identity().clone()));
    engine.start(&mut place.session, &identity).await?;
    place.import(sent.history).await?;
    let input = named_entries('u', place.session.sequence(), now, place.unknown(sent.tail));
    let opening = engine.open_with(&mut place.session, input, mode, wishes.correct).await?;
    Ok(OpenTurn::new(state, place, mode, opening, started))
}

/// Who the assistant is by the settings, else by the client's system message, if there is one.
fn identity(state: &AppState, request: &ChatRequest) -> Option<Arc<Identity>> {
    state.identity().cloned().or_else(|| {
        let text = request.conversation.system_text()?;
        Some(state.known().of_system_message(&text))
    })
}

/// What a client has sent, cut into what has a reply and what waits for one.
struct Sent {
    history: Vec<Exchange>,
    said: Vec<Said>,
    tail: Vec<Entry>,
    asked: Vec<leeboard_core::record::Digest>,
}

impl Sent {
    fn of(request: &ChatRequest) -> Self {
        let mut history = request.conversation.exchanges();
        let waits = history.pop_if(|exchange| exchange.reply.is_none());
        let said = history.iter().map(Said::of).collect();
        let tail = waits.map(|exchange| exchange.input).unwrap_or_default();
        Self { history, said, asked: asked(&tail), tail }
    }
}

/// Entries with ids that are unique in their session: kind, record and place.
fn named_entries(kind: char, sequence: u64, now: Option<Timestamp>, entries: Vec<Entry>) -> Vec<Entry> {
    let named = |(at, entry): (usize, Entry)| {
        let place = if at == 0 { String::new() } else { format!(".{at}") };
        Entry { id: format!("{kind}{sequence}{place}"), created_at: now, ..entry }
    };
    entries.into_iter().enumerate().map(named).collect()
}
