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
use leeboard_core::message::{Entry, Role};
use leeboard_core::record::Digest;
use leeboard_core::{Identity, Mode, Timestamp};
use leeboard_io::conversation::Exchange;
use leeboard_io::engine::EngineError;
use leeboard_io::stamp;
use leeboard_io::store::Said;
use leeboard_io::store::said::asked;

use self::locks::Held;
use self::place::{Place, Sight};
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

/// A request whose session is found, before its turn is opened.
pub(crate) struct Located<'a> {
    state: &'a AppState,
    request: &'a ChatRequest,
    sent: Sent,
    correct: bool,
    mode: Mode,
    /// Where the turn is kept; `None` if nothing is.
    kept: Option<Kept>,
    started: Instant,
}

/// A session that is stored, or will be.
struct Kept {
    sight: Sight,
    scope: Digest,
    /// Only opening is one at a time: two requests may wait for their replies together.
    held: Held,
}

/// Finds the session of a request, and so its mode. As all here it may be dropped at any point: what
/// is committed then is found by the next request.
pub(crate) async fn locate<'a>(
    state: &'a AppState,
    request: &'a ChatRequest,
    head: &Parts,
    wishes: Wishes,
) -> Result<Located<'a>, BeginError> {
    let located = find(state, request, head, wishes).await;
    located.inspect_err(|error| note(state, error))
}

async fn find<'a>(
    state: &'a AppState,
    request: &'a ChatRequest,
    head: &Parts,
    wishes: Wishes,
) -> Result<Located<'a>, BeginError> {
    let started = Instant::now();
    let sent = Sent::of(request);
    let caller = Caller::of(&head.extensions);
    let kept = match wishes.store {
        true => Some(kept(state, request, head, &sent, &caller).await?),
        false => None,
    };
    let of_session = kept.as_ref().and_then(|kept| kept.sight.mode());
    let mode = wishes.mode.or(of_session).unwrap_or_else(|| usual_mode(state, &caller));
    Ok(Located { state, request, sent, correct: wishes.correct, mode, kept, started })
}

async fn kept(
    state: &AppState,
    request: &ChatRequest,
    head: &Parts,
    sent: &Sent,
    caller: &Caller,
) -> Result<Kept, BeginError> {
    let scope = client::scope(caller, &request.fields, &head.headers);
    let id = match id::named(&request.fields, &head.headers).map_err(BeginError::Invalid)? {
        Some(id) => caller.stored(&id),
        None => {
            client::find(state, scope, &sent.said).await?.unwrap_or_else(|| caller.stored(&stamp::new_id()))
        }
    };
    let held = state.locks().hold(&id).await;
    Ok(Kept { sight: Sight::of(state, id).await?, scope, held })
}

/// The mode of a caller's requests where neither they nor their session name one.
pub(crate) fn usual_mode(state: &AppState, caller: &Caller) -> Mode {
    caller.mode().unwrap_or_else(|| state.config().mode)
}

fn note(state: &AppState, error: &BeginError) {
    if matches!(error, BeginError::Engine(_)) {
        state.metrics().failed(Phase::Open);
    }
}

impl Located<'_> {
    /// Whether the model certainly gets what the client has sent. Results of tools may belong to a
    /// turn that was opened in another mode.
    pub(crate) fn passes_unchanged(&self) -> bool {
        let asks = self.sent.tail.iter().any(|entry| entry.message.role == Role::User);
        self.mode == Mode::Observe && asks
    }

    /// Opens the turn, or goes on in the one that is open.
    pub(crate) async fn open(self) -> Result<OpenTurn, BeginError> {
        let state = self.state;
        let opened = Box::pin(self.opened()).await.map_err(BeginError::from);
        opened.inspect_err(|error| note(state, error))
    }

    async fn opened(self) -> Result<OpenTurn, EngineError> {
        let Self { state, request, sent, correct, mode, kept, started } = self;
        let identity = identity(state, request);
        let terms = (mode, correct, identity.as_deref());
        let (mut place, _held) = match kept {
            Some(Kept { sight, scope, held }) => {
                (Place::find(state, sight, scope, &sent, terms).await?, Some(held))
            }
            // A session that lives as long as the turn and knows what the client sends.
            None => (Place::passing(state), None),
        };
        let (engine, now) = (place.engine.clone(), Some(state.engine().stamp()?.time));
        if let Some(steps) = place.steps.take() {
            let steps = named_entries('s', place.session.sequence(), now, steps);
            return Ok(OpenTurn::resume(state, place, steps, started));
        }
        let identity = identity.unwrap_or_else(|| Arc::new(place.session.identity().clone()));
        engine.start(&mut place.session, &identity).await?;
        place.import(sent.history).await?;
        let input = named_entries('u', place.session.sequence(), now, place.unknown(sent.tail));
        let opening = engine.open_with(&mut place.session, input, mode, correct).await?;
        Ok(OpenTurn::new(state, place, mode, opening, started))
    }
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
    asked: Vec<Digest>,
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
