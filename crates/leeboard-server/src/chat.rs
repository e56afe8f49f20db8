//! One chat completion: from the request to the closed turn.
//!
//! Owns the order of things between client and upstream; each step is in the room it calls.
//! The work is a task of the server rather than of the connection: a client that leaves cancels
//! the upstream, but its turn is closed all the same.

use axum::extract::{Request, State};
use axum::http::header::CONTENT_LENGTH;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::{self, BoxFuture, Either};
use leeboard_core::Mode;
use leeboard_io::engine::EngineError;
use leeboard_io::model::Usage;
use tokio::sync::oneshot;

use crate::config::Fail;
use crate::held::{Held, Question};
use crate::openai::error::ApiError;
use crate::openai::request::Parsed;
use crate::openai::response::WholeReply;
use crate::openai::wishes::Wishes;
use crate::sessions::turn::{OpenTurn, Summary};
use crate::sessions::{self, BeginError, task};
use crate::state::AppState;
use crate::upstream::{self, UpstreamError};
use crate::{headers, passthrough, splice, stream};

/// Where the answer goes; closed when the client has left.
type Client = oneshot::Sender<Response>;

/// What the upstream will answer.
type Asked<'a> = BoxFuture<'a, Result<reqwest::Response, UpstreamError>>;

/// `POST /v1/chat/completions`.
pub(crate) async fn completions(State(state): State<AppState>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let body = match passthrough::read(body, &state.config().limits).await {
        Ok(body) => body,
        Err(error) => return error.into_response(),
    };
    let (client, answer) = oneshot::channel();
    let exchange = exchange(state.clone(), head, body, client);
    state.tasks().spawn(Box::pin(exchange));
    answer.await.unwrap_or_else(|_| ApiError::internal().into_response())
}

async fn exchange(state: AppState, head: Parts, body: Bytes, mut client: Client) {
    // Read the request. What is not for leeboard passes.
    let unchanged = || ask(&state, &head, splice::without_ours(&body));
    if Wishes::is_bypassed(&head.headers) {
        return bypass(&state, unchanged(), None, client).await;
    }
    let request = match Parsed::of(body.clone()) {
        Parsed::Chat(request) if !task::is_task(&request, &head.headers) => request,
        Parsed::Chat(_) => return bypass(&state, unchanged(), None, client).await,
        Parsed::Unknown(reason) => return bypass(&state, unchanged(), Some(&reason), client).await,
        Parsed::Malformed(reason) => return refuse(client, ApiError::malformed(&reason)),
    };

    let wishes = match Wishes::of(&request, &head.headers) {
        Ok(wishes) if wishes.bypass => return bypass(&state, unchanged(), None, client).await,
        Ok(wishes) => wishes,
        Err(error) => return refuse(client, error),
    };

    // Find the session, and so the mode.
    let located = tokio::select! {
        located = Box::pin(sessions::locate(&state, &request, &head, wishes)) => located,
        () = client.closed() => return,
    };
    let located = match located {
        Ok(located) => located,
        Err(error) => return unopened(&state, unchanged(), error, client).await,
    };

    // Open the turn. Where nothing is changed, the model is asked meanwhile.
    let ahead = located.passes_unchanged();
    let asked = if ahead { unchanged() } else { future::pending().boxed() };
    let (opened, asked) = tokio::select! {
        both = meanwhile(Box::pin(located.open()), asked) => both,
        () = client.closed() => return,
    };
    let turn = match opened {
        Ok(turn) => turn,
        Err(error) => {
            let asked = if ahead { asked } else { unchanged() };
            return unopened(&state, asked, error, client).await;
        }
    };
    let buffer = wishes.buffer.unwrap_or_else(|| state.config().buffer);
    let question = Question { head: &head, request: &request, buffer };
    // A turn of tools goes on in the mode that it was opened in.
    let asked = match turn.mode() {
        Mode::Observe if ahead => asked,
        _ => ask(&state, &head, turn.outgoing(question)),
    };
    Box::pin(answer(&state, turn, question, asked, client)).await;
}

fn ask<'a>(state: &'a AppState, head: &'a Parts, body: Bytes) -> Asked<'a> {
    Box::pin(state.upstream().chat(head, body))
}

/// Opens a turn while the upstream is at work.
async fn meanwhile<'a, T>(open: impl Future<Output = T> + Unpin, asked: Asked<'a>) -> (T, Asked<'a>) {
    match future::select(open, asked).await {
        Either::Left((opened, asked)) => (opened, asked),
        Either::Right((answer, open)) => (open.await, future::ready(answer).boxed()),
    }
}

/// Passes the upstream's answer on and closes the turn.
async fn answer(
    state: &AppState,
    turn: OpenTurn,
    question: Question<'_>,
    asked: Asked<'_>,
    mut client: Client,
) {
    let answer = tokio::select! {
        answer = asked => answer.map_err(ApiError::from),
        () = client.closed() => return abandon(turn).await,
        () = state.tasks().stopping() => Err(ApiError::stopping()),
    };
    match answer {
        Err(error) => end(turn, error.into_response(), client).await,
        Ok(answer) if !answer.status().is_success() => end(turn, upstream::pass(answer), client).await,
        Ok(answer) if headers::is_event_stream(answer.headers()) => {
            Box::pin(stream::relay(state, turn, question, answer, client)).await;
        }
        Ok(answer) => whole(state, turn, question, answer, client).await,
    }
}

/// A reply that is not a stream: it is sent once the turn is committed.
async fn whole(
    state: &AppState,
    turn: OpenTurn,
    question: Question<'_>,
    mut answer: reqwest::Response,
    mut client: Client,
) {
    let mut passed = upstream::head(&answer);
    turn.mark(passed.headers_mut());
    let body = tokio::select! {
        body = state.upstream().whole(&mut answer) => body.map_err(ApiError::from),
        () = client.closed() => return abandon(turn).await,
        () = state.tasks().stopping() => Err(ApiError::stopping()),
    };
    let body = match body {
        Ok(body) => body,
        Err(error) => return end(turn, error.into_response(), client).await,
    };
    let read = WholeReply::read(&body);
    if read.message.is_none() {
        let problem = headers::clean("find a message in the reply of the upstream");
        passed.headers_mut().insert(headers::ERROR, problem);
    }
    let (message, mut usage) = (read.message.clone(), read.usage.as_ref().map(Usage::of));
    let held = if turn.holds_back() { Held::whole(&body, read) } else { None };
    let mut delivered = body.clone();
    let committed = match held {
        Some(held) => Box::pin(turn.deliver(held, question)).await.map(|(summary, reply)| {
            (delivered, usage) = (reply.body, reply.usage);
            summary
        }),
        None => Box::pin(turn.close(message, true)).await,
    };
    // Of all that was asked for, where that was more than one reply.
    state.metrics().used(usage);
    if delivered.len() != body.len() {
        passed.headers_mut().remove(CONTENT_LENGTH);
    }
    *passed.body_mut() = delivered.into();
    let _ = client.send(committed_or(state, committed, passed));
}

/// The reply with what is known of its turn; or what there is instead if that was not stored.
fn committed_or(state: &AppState, committed: Result<Summary, EngineError>, mut reply: Response) -> Response {
    match committed {
        Ok(summary) => summary.mark(reply.headers_mut()),
        Err(error) => {
            tracing::error!(%error, "a turn was not stored");
            if state.config().fail == Fail::Closed {
                return ApiError::unprotected(&error.to_string()).into_response();
            }
            reply.headers_mut().insert(headers::ERROR, headers::clean(&error.to_string()));
        }
    }
    reply
}

/// Ends a turn that got no reply; the failure is the answer.
async fn end(turn: OpenTurn, mut failed: Response, client: Client) {
    turn.mark(failed.headers_mut());
    abandon(turn).await;
    let _ = client.send(failed);
}

async fn abandon(turn: OpenTurn) {
    if let Err(error) = Box::pin(turn.abandon()).await {
        // The next request of the session gives it up instead.
        tracing::warn!(%error, "a turn without a reply was left open");
    }
}

/// The turn could not be opened: say why, or go on without leeboard, or not at all.
async fn unopened(state: &AppState, asked: Asked<'_>, error: BeginError, client: Client) {
    let error = match error {
        BeginError::Invalid(error) => return refuse(client, error),
        BeginError::Engine(error) => error,
    };
    match state.config().fail {
        Fail::Open => bypass(state, asked, Some(&error.to_string()), client).await,
        Fail::Closed => {
            tracing::error!(%error, "a turn was refused");
            refuse(client, ApiError::unprotected(&error.to_string()));
        }
    }
}

async fn bypass(state: &AppState, asked: Asked<'_>, problem: Option<&str>, mut client: Client) {
    tokio::select! {
        passed = passthrough::chat(asked, problem) => {
            let _ = client.send(passed);
        }
        () = client.closed() => {}
        () = state.tasks().stopping() => refuse(client, ApiError::stopping()),
    }
}

fn refuse(client: Client, error: ApiError) {
    let _ = client.send(error.into_response());
}
