//! Finds the session that a request belongs to and opens its turn there.
//!
//! Owns the order: id, lock, load, align, import, open. How histories are compared is in
//! `align`, what an open turn can do in `turn`. A turn may span several requests while tools are
//! called; a request that belongs to an open turn goes on in it.

pub(crate) mod align;
pub(crate) mod id;
mod late;
pub(crate) mod locks;
pub(crate) mod turn;

use std::time::Instant;

use axum::http::HeaderMap;
use leeboard_core::message::{Entry, Role};
use leeboard_core::record::Outcome;
use leeboard_core::turn::Reply;
use leeboard_core::{Identity, Mode, Session, Timestamp};
use leeboard_io::conversation::Exchange;
use leeboard_io::engine::EngineError;
use leeboard_io::stamp;

use self::align::{Alignment, Said};
use self::locks::Held;
use self::turn::OpenTurn;
use crate::openai::error::ApiError;
use crate::openai::request::ChatRequest;
use crate::state::AppState;

/// How many branches of branches are followed before a request gets a session of its own. A
/// reply that is regenerated n times lies n branches deep.
const DEEPEST: usize = 64;

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
    headers: &HeaderMap,
) -> Result<OpenTurn, BeginError> {
    let started = Instant::now();
    let mode =
        request.mode().map_err(|reason| BeginError::Invalid(ApiError::invalid("leeboard.mode", &reason)))?;
    let mode = mode.unwrap_or_else(|| state.config().mode);
    let named = id::named(&request.fields, headers).map_err(BeginError::Invalid)?;
    let sent = Sent::of(request);
    let mut place = Place::find(state, named.unwrap_or_else(stamp::new_id), &sent).await?;

    let now = Some(state.engine().stamp().map_err(EngineError::from)?.time);
    if let Some(steps) = place.goes_on(&sent.tail) {
        let steps = named_entries('s', place.session.sequence(), now, steps);
        return Ok(OpenTurn::resume(state, place, steps, started));
    }
    let identity = identity(state, request, &place.session);
    state.engine().start(&mut place.session, &identity).await?;
    place.catch_up(state, sent.history).await?;
    let input = named_entries('u', place.session.sequence(), now, place.unknown(sent.tail));
    let opening = state.engine().open(&mut place.session, input, mode).await?;
    Ok(OpenTurn::new(state, place, mode, opening, started))
}

/// What a client has sent, cut into what has a reply and what waits for one.
struct Sent {
    history: Vec<Exchange>,
    said: Vec<Said>,
    tail: Vec<Entry>,
}

impl Sent {
    fn of(request: &ChatRequest) -> Self {
        let mut history = request.conversation.exchanges();
        let waits = history.pop_if(|exchange| exchange.reply.is_none());
        let said = history.iter().map(Said::of).collect();
        Self { history, said, tail: waits.map(|exchange| exchange.input).unwrap_or_default() }
    }
}

/// A session in our hands, and from which exchange on the client knows more than it.
struct Place {
    held: Held,
    session: Session,
    unknown_from: usize,
}

impl Place {
    /// The session with this id, or the branch of it that the client is on.
    async fn find(state: &AppState, root: String, sent: &Sent) -> Result<Self, EngineError> {
        let mut id = root.clone();
        for _ in 0..DEEPEST {
            let held = state.locks().hold(&id).await;
            let session = state.engine().load(&id).await?;
            let place = Self { held, session, unknown_from: sent.said.len() };
            let differs_at = match align::align(&Said::of_session(&place.session), &sent.said) {
                Alignment::Append => return Ok(place),
                Alignment::Extend(from) if place.takes(sent.history.get(from)) => {
                    return Ok(Self { unknown_from: from, ..place });
                }
                Alignment::Extend(at) | Alignment::Differs(at) => at,
            };
            id = align::branch(&root, &id, differs_at, &sent.said, &align::asked(&sent.tail));
        }
        let id = stamp::new_id();
        let held = state.locks().hold(&id).await;
        Ok(Self { held, session: Session::new(id), unknown_from: 0 })
    }

    /// Whether an unknown exchange can follow: nothing else waits for a reply here.
    fn takes(&self, next: Option<&Exchange>) -> bool {
        let waiting = self.session.carried().iter().chain(self.open_input());
        next.is_none_or(|next| align::known_first(waiting, &next.input).is_some())
    }

    fn open_input(&self) -> impl Iterator<Item = &Entry> {
        self.session.pending().into_iter().flat_map(|opened| &opened.input)
    }

    /// What tools have said since, if the request belongs to the turn that is open.
    fn goes_on(&self, tail: &[Entry]) -> Option<Vec<Entry>> {
        self.session.pending()?;
        let asks = |entries: &[Entry]| entries.iter().any(|entry| entry.message.role == Role::User);
        let waiting = self.session.carried().iter().chain(self.open_input());
        let steps = match align::known_first(waiting, tail) {
            Some(known) => tail.get(known..)?,
            // Some clients send the results alone.
            None => tail,
        };
        (!asks(steps)).then(|| steps.to_vec())
    }

    /// The new messages: those that no earlier, unanswered turn has taken in.
    fn unknown(&self, mut tail: Vec<Entry>) -> Vec<Entry> {
        let waiting = self.session.carried().iter().chain(self.open_input());
        let known = align::known_first(waiting, &tail).unwrap_or_default();
        tail.split_off(known)
    }

    /// Takes in what was said where leeboard was not there, or could not store it.
    async fn catch_up(&mut self, state: &AppState, history: Vec<Exchange>) -> Result<(), EngineError> {
        let missed = history.into_iter().skip(self.unknown_from);
        let mut missed = missed.filter_map(|exchange| Some((exchange.input, exchange.reply?))).peekable();
        let waits = self.session.pending().is_some() || !self.session.carried().is_empty();
        if let Some((input, reply)) = missed.next_if(|_| waits) {
            self.answer(state, input, reply).await?;
        }
        let named = (self.session.sequence()..).zip(missed).map(|(sequence, (input, reply))| {
            let input = named_entries('i', sequence, None, input);
            (input, Entry { id: format!("a{sequence}"), ..reply })
        });
        let exchanges: Vec<_> = named.collect();
        state.engine().import(&mut self.session, exchanges).await
    }

    /// Closes the turn that waits for a reply with one that was given elsewhere.
    async fn answer(&mut self, state: &AppState, input: Vec<Entry>, reply: Entry) -> Result<(), EngineError> {
        let mut steps = named_entries('i', self.session.sequence(), None, self.unknown(input));
        if self.session.pending().is_none() {
            // It was given up; nothing is sent for it now, so nothing is to be corrected.
            let input = std::mem::take(&mut steps);
            state.engine().open(&mut self.session, input, Mode::Observe).await?;
        }
        let reply = Reply {
            steps,
            entry: Some(Entry { id: format!("a{}", self.session.sequence()), ..reply }),
            outcome: Outcome::Replied,
            rejected: Vec::new(),
            buffered: false,
            stamp: state.engine().stamp()?,
        };
        state.engine().close(&mut self.session, &reply).await?;
        Ok(())
    }
}

/// Who the assistant is: as configured, else as the client says, else as before.
fn identity(state: &AppState, request: &ChatRequest, session: &Session) -> Identity {
    let configured = state.config().identity.clone();
    configured.or_else(|| request.identity()).unwrap_or_else(|| session.identity().clone())
}

/// Entries with ids that are unique in their session: kind, record and place.
fn named_entries(kind: char, sequence: u64, now: Option<Timestamp>, entries: Vec<Entry>) -> Vec<Entry> {
    let named = |(at, entry): (usize, Entry)| {
        let place = if at == 0 { String::new() } else { format!(".{at}") };
        Entry { id: format!("{kind}{sequence}{place}"), created_at: now, ..entry }
    };
    entries.into_iter().enumerate().map(named).collect()
}
