//! `GET /v1/events` and `GET /v1/sessions/{id}/events`: what happens, live, as server-sent events.
//!
//! Owns the streams. What is sent is in `crate::events`.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::response::sse::{Event as Sent, KeepAlive, Sse};
use futures_util::Stream;
use futures_util::stream;
use serde_json::json;
use tokio::sync::broadcast::error::RecvError;

use super::doc::Usual;
use super::read::Named;
use crate::access::Caller;
use crate::events::Event;
use crate::openai::error::ApiError;
use crate::state::AppState;

/// Between two comments that say that the stream lives. Proxies close silent ones after a minute.
const ALIVE: Duration = Duration::from_secs(15);

type Ended = std::pin::Pin<Box<dyn Future<Output = ()> + Send>>;

/// What happens in the caller's sessions from now on.
#[utoipa::path(get, operation_id = "listen", path = "/v1/events", tag = "events",
    responses((status = 200, description = "Server-sent events: turn.opened, turn.closed, \
        session.deleted, memory.changed, lagged.", body = String, content_type = "text/event-stream"), Usual))]
pub(super) async fn all(
    State(state): State<AppState>,
    caller: Caller,
) -> Sse<impl Stream<Item = Result<Sent, Infallible>>> {
    live(state, caller, None)
}

/// What happens in one session from now on. It need not exist yet.
#[utoipa::path(get, operation_id = "listen_to_session", path = "/v1/sessions/{id}/events", tag = "events",
    params(("id" = String, Path, description = "The session, percent-encoded.")),
    responses((status = 200, description = "Server-sent events, as of /v1/events.", body = String,
        content_type = "text/event-stream"), Usual))]
pub(super) async fn of_session(
    State(state): State<AppState>,
    caller: Caller,
    named: Named,
) -> Result<Sse<impl Stream<Item = Result<Sent, Infallible>>>, ApiError> {
    Ok(live(state, caller, Some(named.stored)))
}

/// What a stream needs to go on.
struct Listening {
    events: tokio::sync::broadcast::Receiver<Arc<Event>>,
    ended: Ended,
    caller: Caller,
    session: Option<String>,
    state: AppState,
}

fn live(
    state: AppState,
    caller: Caller,
    session: Option<String>,
) -> Sse<impl Stream<Item = Result<Sent, Infallible>>> {
    let listening = Listening {
        events: state.events().listen(),
        ended: Box::pin(state.events().ended()),
        caller,
        session,
        state,
    };
    let events = stream::unfold(listening, |mut listening| async move {
        let event = listening.next().await?;
        Some((Ok(event), listening))
    });
    Sse::new(events).keep_alive(KeepAlive::new().interval(ALIVE))
}

impl Listening {
    /// The next event for this caller; `None` when the gateway ends.
    async fn next(&mut self) -> Option<Sent> {
        loop {
            let received = tokio::select! {
                received = self.events.recv() => received,
                () = &mut self.ended => return None,
            };
            match received {
                Ok(event) => {
                    let wanted = self.session.as_ref().is_none_or(|session| *session == event.session);
                    match self.caller.shown(&event.session).filter(|_| wanted) {
                        Some(id) => return Some(sent(&event, id)),
                        None => continue,
                    }
                }
                Err(RecvError::Lagged(missed)) => {
                    self.state.metrics().dropped(missed);
                    let data = json!({ "missed": missed }).to_string();
                    return Some(Sent::default().event("lagged").data(data));
                }
                Err(RecvError::Closed) => return None,
            }
        }
    }
}

fn sent(event: &Event, id: &str) -> Sent {
    let mut data = event.data.clone();
    if let Some(object) = data.as_object_mut() {
        object.insert("session".to_owned(), json!(id));
        object.insert("time".to_owned(), json!(leeboard_io::stamp::rfc3339(event.time)));
    }
    Sent::default().id(event.number.to_string()).event(event.kind.name()).data(data.to_string())
}
