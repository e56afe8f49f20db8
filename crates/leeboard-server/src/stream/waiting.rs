//! A stream that is gathered instead of passed on.
//!
//! Owns the gathering, and what a client sees meanwhile: comments, which clients skip and which keep
//! proxies from closing the connection. What is done with the stream is the parent's.

use bytes::{Bytes, BytesMut};
use tokio::time::{Instant, interval_at};

use super::gate::Gate;
use super::{End, Pieces, closed};
use crate::openai::response::Assembly;
use crate::state::AppState;

/// What a client is sent while it waits.
const COMMENT: Bytes = Bytes::from_static(b": leeboard waits\n\n");

/// All up to `[DONE]`, and how it ended; without an end there is more than may be held.
pub(super) async fn gather(
    state: &AppState,
    answer: &mut reqwest::Response,
    gate: &mut Gate,
    pieces: &Pieces,
) -> (Bytes, Option<End>) {
    let mut body = BytesMut::new();
    let end = tokio::select! {
        end = commented(state, pieces, up_to_done(state, answer, gate, &mut body)) => end,
        () = pieces.closed() => Some(End::Left),
        () = state.tasks().stopping() => Some(End::Left),
    };
    (body.freeze(), end)
}

/// A whole stream in two parts, up to `[DONE]` and from there on, with what it says. The error says
/// what is wrong with it.
pub(crate) async fn whole(
    state: &AppState,
    answer: &mut reqwest::Response,
) -> Result<(Bytes, Bytes, Assembly), String> {
    let (mut gate, mut body) = (Gate::default(), BytesMut::new());
    let end = up_to_done(state, answer, &mut gate, &mut body).await;
    match end {
        Some(end) if end.is_complete(&gate.reply) => Ok((body.freeze(), ended(gate.take_held()), gate.reply)),
        Some(End::Broken(reason)) => Err(reason),
        Some(_) => Err("a stream that ended early".to_owned()),
        None => Err("a stream that is too long".to_owned()),
    }
}

/// Waits for something, with comments to the client meanwhile.
pub(super) async fn commented<T>(state: &AppState, pieces: &Pieces, work: impl Future<Output = T>) -> T {
    let every = state.config().limits.comment_every;
    let mut comments = interval_at(Instant::now() + every, every);
    let mut work = std::pin::pin!(work);
    loop {
        tokio::select! {
            biased;
            done = &mut work => return done,
            _ = comments.tick() => {
                // A client that reads nothing needs none.
                let _ = pieces.try_send(Ok(COMMENT));
            }
        }
    }
}

async fn up_to_done(
    state: &AppState,
    answer: &mut reqwest::Response,
    gate: &mut Gate,
    body: &mut BytesMut,
) -> Option<End> {
    loop {
        match state.upstream().piece(answer).await {
            Ok(Some(piece)) => body.extend_from_slice(&gate.pass(piece)),
            Ok(None) => return Some(closed(gate)),
            Err(error) => return Some(End::Broken(error.to_string())),
        }
        if gate.done {
            return Some(End::Done);
        }
        if body.len() > state.config().limits.reply_bytes {
            return None;
        }
    }
}

/// The end of a stream with the empty line that the upstream may not have sent yet.
fn ended(end: Bytes) -> Bytes {
    let whole = end.is_empty() || [&b"\n\n"[..], b"\r\r", b"\r\n\r\n"].iter().any(|it| end.ends_with(it));
    if whole { end } else { [end.trim_ascii_end(), b"\n\n"].concat().into() }
}
