//! A streamed reply on its way to the client, listened to as it passes.
//!
//! Owns the passing. Every byte goes on as it arrives, except the line `data: [DONE]` and what
//! follows it: that waits until the turn is committed. Where the client asks for it, all of it waits
//! until the reply is judged. How the last line is found is in `gate`, the waiting in `waiting`, how
//! events are changed in `events`, what they mean in `leeboard_io`.

pub(crate) mod events;
mod gate;
mod waiting;

use std::io;
use std::time::Duration;

use axum::body::Body;
use axum::http::header::CONTENT_LENGTH;
use axum::response::Response;
use bytes::{Bytes, BytesMut};
use futures_util::FutureExt;
use leeboard_core::Mode;
use leeboard_io::engine::EngineError;
use leeboard_io::model::Usage;
use tokio::sync::{mpsc, oneshot};
use tokio::task::yield_now;
use tokio::time::sleep;
use tokio_stream::wrappers::ReceiverStream;

use crate::config::Fail;
use crate::held::{Held, Question};
use crate::openai::error::ApiError;
use crate::openai::response::Assembly;
use crate::sessions::turn::OpenTurn;
use crate::state::AppState;
use crate::upstream;

use self::gate::Gate;

pub(crate) use self::waiting::whole;

/// Bytes that are passed on together if they are there together.
const TOGETHER: usize = 64 << 10;

/// Pieces under way to a client that reads slowly, before the upstream has to wait too.
const AHEAD: usize = 16;

/// How long the HTTP server may take to write what it has taken.
const FLUSH: Duration = Duration::from_millis(10);

type Pieces = mpsc::Sender<io::Result<Bytes>>;

/// Passes a stream on and closes its turn, however it ends.
pub(crate) async fn relay(
    state: &AppState,
    turn: OpenTurn,
    question: Question<'_>,
    mut answer: reqwest::Response,
    client: oneshot::Sender<Response>,
) {
    let (pieces, body) = mpsc::channel(AHEAD);
    let mut response = upstream::head(&answer);
    turn.mark(response.headers_mut());
    // A comment may be added.
    response.headers_mut().remove(CONTENT_LENGTH);
    *response.body_mut() = Body::from_stream(ReceiverStream::new(body));
    // If the client is gone already, the first look at `pieces` says so.
    let _ = client.send(response);

    let mut gate = Gate::default();
    let (mut body, mut end) = (Bytes::new(), None);
    if question.buffer && turn.holds_back() {
        (body, end) = waiting::gather(state, &mut answer, &mut gate, &pieces).await;
    }
    let is_held = end.is_some();
    let mut end = match end {
        Some(end) => end,
        None => listen(state, &mut answer, &mut gate, std::mem::take(&mut body), &pieces).await,
    };
    let (mode, mut last) = (turn.mode(), gate.take_held());
    let complete = end.is_complete(&gate.reply);
    let mut usage = gate.reply.usage().map(Usage::of);
    let held = if is_held && complete { Held::stream(&body, &last, gate.reply.clone()) } else { None };
    let committed = match held {
        Some(held) => {
            let delivered = Box::pin(turn.deliver(held, question));
            waiting::commented(state, &pieces, delivered).await.map(|(summary, reply)| {
                (body, last, usage) = (reply.body, reply.end, reply.usage);
                if !reply.is_first {
                    end = End::OfAnother;
                }
                summary
            })
        }
        None => Box::pin(turn.close(gate.reply.into_message(), complete)).await,
    };
    state.metrics().used(usage);

    let comment = match committed {
        Ok(summary) if mode != Mode::Observe && end.is_done() => summary.comment(),
        Ok(_) => Bytes::new(),
        Err(error) => match unstored(state, &error) {
            Ok(comment) => comment,
            Err(refusal) => {
                give(state, &pieces, Ok(refusal)).await;
                return;
            }
        },
    };
    finish(state, end, [body, comment, last], &mut answer, &pieces).await;
}

/// What the client is told of a turn that is not stored: a comment, or the end.
fn unstored(state: &AppState, error: &EngineError) -> Result<Bytes, Bytes> {
    tracing::error!(%error, "a streamed turn was not stored");
    match state.config().fail {
        Fail::Open => Ok(Bytes::from_static(b": leeboard {\"error\":\"this turn was not stored\"}\n\n")),
        Fail::Closed => {
            let refusal = ApiError::unprotected(&error.to_string());
            Err(Bytes::from(format!("data: {}\n\n", refusal.envelope())))
        }
    }
}

/// Sends a piece; `None` if the client is gone or the gateway cannot wait for it any longer.
async fn give(state: &AppState, pieces: &Pieces, piece: io::Result<Bytes>) -> Option<()> {
    tokio::select! {
        biased;
        sent = pieces.send(piece) => sent.ok(),
        () = state.tasks().stopping() => None,
    }
}

/// How the listening ended.
#[derive(Clone, Debug, PartialEq, Eq)]
enum End {
    /// With `[DONE]`.
    Done,
    /// With the end of the body.
    Closed,
    /// The upstream broke off.
    Broken(String),
    /// The client left, or the gateway is shutting down.
    Left,
    /// It ended well, and another answer of the upstream is delivered.
    OfAnother,
}

impl End {
    fn is_done(&self) -> bool {
        matches!(self, Self::Done | Self::OfAnother)
    }

    fn is_complete(&self, reply: &Assembly) -> bool {
        let ended = self.is_done() || (*self == Self::Closed && reply.is_finished());
        ended && reply.failure().is_none()
    }
}

/// Passes pieces on, after those that are there, until `[DONE]` or the stream's end.
async fn listen(
    state: &AppState,
    answer: &mut reqwest::Response,
    gate: &mut Gate,
    before: Bytes,
    pieces: &Pieces,
) -> End {
    if !before.is_empty() && give(state, pieces, Ok(before)).await.is_none() {
        return End::Left;
    }
    let mut stopping = std::pin::pin!(state.tasks().stopping());
    loop {
        let piece = tokio::select! {
            piece = state.upstream().piece(answer) => piece,
            () = pieces.closed() => return End::Left,
            () = &mut stopping => return End::Left,
        };
        let piece = match piece {
            Ok(Some(piece)) => piece,
            Ok(None) => return closed(gate),
            Err(error) => return End::Broken(error.to_string()),
        };
        let (ready, end) = together(state, answer, gate, piece).await;
        if !ready.is_empty() && give(state, pieces, Ok(ready)).await.is_none() {
            return End::Left;
        }
        if let Some(end) = end {
            return end;
        }
    }
}

/// What may go on of a piece and of those that are there with it, and the end if it is among them.
/// A model that is faster than its network sends many small pieces at once: one by one they would
/// cost several times as much.
async fn together(
    state: &AppState,
    answer: &mut reqwest::Response,
    gate: &mut Gate,
    first: Bytes,
) -> (Bytes, Option<End>) {
    let first = gate.pass(first);
    let mut more = BytesMut::new();
    let ready = |more: BytesMut| if more.is_empty() { first.clone() } else { more.freeze() };
    while !gate.done && first.len() + more.len() < TOGETHER {
        // The HTTP client takes the next piece from what it has read only when it is polled.
        yield_now().await;
        let piece = match state.upstream().piece(answer).now_or_never() {
            None => return (ready(more), None),
            Some(Ok(Some(piece))) => gate.pass(piece),
            Some(Ok(None)) => return (ready(more), Some(closed(gate))),
            Some(Err(error)) => return (ready(more), Some(End::Broken(error.to_string()))),
        };
        if more.is_empty() {
            more.extend_from_slice(&first);
        }
        more.extend_from_slice(&piece);
    }
    (ready(more), gate.done.then_some(End::Done))
}

/// The body has ended.
fn closed(gate: &mut Gate) -> End {
    gate.end();
    if gate.done { End::Done } else { End::Closed }
}

/// Sends what was held back and what is left, and ends the client's stream as the upstream's.
async fn finish(
    state: &AppState,
    end: End,
    last: [Bytes; 3],
    answer: &mut reqwest::Response,
    pieces: &Pieces,
) -> Option<()> {
    for piece in last.into_iter().filter(|piece| !piece.is_empty()) {
        give(state, pieces, Ok(piece)).await?;
    }
    match end {
        End::Done => {
            while let Ok(Some(piece)) = state.upstream().piece(answer).await {
                give(state, pieces, Ok(piece)).await?;
            }
            Some(())
        }
        End::Closed | End::OfAnother => Some(()),
        End::Broken(reason) => {
            tracing::warn!(%reason, "the upstream broke off");
            break_off(state, pieces, io::Error::other(reason)).await
        }
        End::Left => break_off(state, pieces, io::Error::other("the gateway is shutting down")).await,
    }
}

/// Ends the client's stream with an error, once it has what came before: the HTTP server drops
/// what it has not written when its body fails.
async fn break_off(state: &AppState, pieces: &Pieces, error: io::Error) -> Option<()> {
    tokio::select! {
        taken = pieces.reserve_many(AHEAD) => drop(taken.ok()?),
        () = state.tasks().stopping() => {}
    }
    sleep(FLUSH).await;
    give(state, pieces, Err(error)).await
}
