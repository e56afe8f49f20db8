//! A streamed reply on its way to the client, listened to as it passes.
//!
//! Owns the passing, the finding of `[DONE]` and what comes before it. Every byte goes on as it
//! arrives, except the line `data: [DONE]` and what follows it: that waits until the turn is
//! committed. What events mean is in `openai::response`.

use std::io;
use std::time::Duration;

use axum::body::Body;
use axum::http::header::CONTENT_LENGTH;
use axum::response::Response;
use bytes::{Bytes, BytesMut};
use leeboard_core::Mode;
use leeboard_io::engine::EngineError;
use tokio::sync::{mpsc, oneshot};
use tokio::time::sleep;
use tokio_stream::wrappers::ReceiverStream;

use crate::config::Fail;
use crate::openai::error::ApiError;
use crate::openai::response::Assembly;
use crate::sessions::turn::OpenTurn;
use crate::state::AppState;
use crate::upstream;

/// Pieces under way to a client that reads slowly, before the upstream has to wait too.
const AHEAD: usize = 16;

/// The line that ends a stream, in its two spellings.
const DONE: [&[u8]; 2] = [b"data: [DONE]", b"data:[DONE]"];

/// How long the HTTP server may take to write what it has taken.
const FLUSH: Duration = Duration::from_millis(10);

/// The longest line that is read; a longer one passes unread.
const LONGEST_LINE: usize = 16 << 20;

type Pieces = mpsc::Sender<io::Result<Bytes>>;

/// Passes a stream on and closes its turn, however it ends.
pub(crate) async fn relay(
    state: &AppState,
    turn: OpenTurn,
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
    let end = listen(state, &mut answer, &mut gate, &pieces).await;
    let (mode, held) = (turn.mode(), gate.take_held());
    let complete = matches!(end, End::Done) || (matches!(end, End::Closed) && gate.reply.is_finished());
    let complete = complete && !gate.reply.has_failed();
    let committed = Box::pin(turn.close(gate.reply.into_message(), complete)).await;

    let last = match committed {
        Ok(summary) if mode != Mode::Observe && matches!(end, End::Done) => summary.comment(),
        Ok(_) => Bytes::new(),
        Err(error) => match unstored(state, &error) {
            Ok(comment) => comment,
            Err(refusal) => {
                give(state, &pieces, Ok(refusal)).await;
                return;
            }
        },
    };
    finish(state, end, [last, held], &mut answer, &pieces).await;
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
enum End {
    /// With `[DONE]`.
    Done,
    /// With the end of the body.
    Closed,
    /// The upstream broke off.
    Broken(String),
    /// The client left, or the gateway is shutting down.
    Left,
}

/// Passes pieces on until `[DONE]` or the stream's end.
async fn listen(state: &AppState, answer: &mut reqwest::Response, gate: &mut Gate, pieces: &Pieces) -> End {
    let mut stopping = std::pin::pin!(state.tasks().stopping());
    loop {
        let piece = tokio::select! {
            piece = state.upstream().piece(answer) => piece,
            () = pieces.closed() => return End::Left,
            () = &mut stopping => return End::Left,
        };
        match piece {
            Ok(Some(piece)) => {
                let ready = gate.pass(piece);
                if !ready.is_empty() && give(state, pieces, Ok(ready)).await.is_none() {
                    return End::Left;
                }
                if gate.done {
                    return End::Done;
                }
            }
            Ok(None) => {
                gate.end();
                return if gate.done { End::Done } else { End::Closed };
            }
            Err(error) => return End::Broken(error.to_string()),
        }
    }
}

/// Sends what was held back and what is left, and ends the client's stream as the upstream's.
async fn finish(
    state: &AppState,
    end: End,
    last: [Bytes; 2],
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
        End::Closed => Some(()),
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

/// Lets bytes pass, reads the events in them, and stops at `[DONE]`.
#[derive(Debug, Default)]
struct Gate {
    /// The line that is not complete yet.
    line: Vec<u8>,
    /// Whether that line is held back: it may become `[DONE]`.
    holding: bool,
    /// What was held back when `[DONE]` came.
    held: Bytes,
    after_return: bool,
    data: Vec<u8>,
    reply: Assembly,
    done: bool,
}

impl Gate {
    /// The bytes that may go on now.
    fn pass(&mut self, piece: Bytes) -> Bytes {
        let (before, bytes) = if self.holding {
            let mut joined = BytesMut::from(self.line.as_slice());
            joined.extend_from_slice(&piece);
            (self.line.len(), joined.freeze())
        } else {
            (0, piece)
        };
        let mut start = 0;
        let mut at = before;
        while let Some(found) = bytes.get(at..).and_then(|rest| rest.iter().position(|byte| is_break(*byte)))
        {
            let end = at + found;
            self.keep(bytes.get(start.max(before)..end).unwrap_or_default());
            let after_return = std::mem::replace(&mut self.after_return, bytes.get(end) == Some(&b'\r'));
            // The second half of a line break ends no further line.
            let half = after_return && bytes.get(end) == Some(&b'\n') && self.line.is_empty();
            if !half && self.line_ends() {
                self.held = bytes.slice(start..);
                return bytes.slice(..start);
            }
            start = end + 1;
            at = start;
        }
        self.keep(bytes.get(start.max(before)..).unwrap_or_default());
        self.holding = !self.line.is_empty() && DONE.iter().any(|done| done.starts_with(&self.line));
        if self.holding { bytes.slice(..start) } else { bytes }
    }

    /// The body has ended: a line without a break is a line.
    fn end(&mut self) {
        if self.holding {
            self.held = Bytes::copy_from_slice(&self.line);
        }
        if !self.line.is_empty() {
            self.line_ends();
        }
        self.event_ends();
    }

    /// What was held back, to be sent after the commit.
    fn take_held(&mut self) -> Bytes {
        if self.held.is_empty() && self.holding {
            return Bytes::copy_from_slice(&self.line);
        }
        std::mem::take(&mut self.held)
    }

    fn keep(&mut self, bytes: &[u8]) {
        if self.line.len() + bytes.len() <= LONGEST_LINE {
            self.line.extend_from_slice(bytes);
        }
    }

    /// Takes in the complete line; says whether it is `[DONE]`.
    fn line_ends(&mut self) -> bool {
        self.holding = false;
        let line = std::mem::take(&mut self.line);
        if DONE.contains(&line.as_slice()) {
            self.event_ends();
            self.done = true;
        } else if line.is_empty() {
            self.event_ends();
        } else if let Some(data) = line.strip_prefix(b"data:") {
            if !self.data.is_empty() {
                self.data.push(b'\n');
            }
            self.data.extend_from_slice(data.strip_prefix(b" ").unwrap_or(data));
        }
        self.done
    }

    fn event_ends(&mut self) {
        if !self.data.is_empty() {
            self.reply.add(&self.data);
            self.data.clear();
        }
    }
}

fn is_break(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Passes a stream in pieces of a size: what went on at once, what was held, the reply.
    fn passed(stream: &str, size: usize) -> (String, String, Gate) {
        let mut gate = Gate::default();
        let mut out = Vec::new();
        let mut pieces = stream.as_bytes().chunks(size);
        for piece in pieces.by_ref() {
            out.extend_from_slice(&gate.pass(Bytes::copy_from_slice(piece)));
            if gate.done {
                break;
            }
        }
        gate.end();
        let mut held = gate.take_held().to_vec();
        pieces.for_each(|piece| held.extend_from_slice(piece));
        (String::from_utf8(out).unwrap(), String::from_utf8(held).unwrap(), gate)
    }

    fn chunk(text: &str) -> String {
        format!("data: {{\"choices\":[{{\"delta\":{{\"content\":\"{text}\"}}}}]}}")
    }

    #[test]
    fn only_done_is_held_back_however_the_bytes_are_cut() {
        for line in ["\n", "\r\n", "\r"] {
            for done in ["data: [DONE]", "data:[DONE]"] {
                let body = format!(": hi{line}{line}{}{line}{line}{}{line}{line}", chunk("dé"), chunk("x"));
                let end = format!("{done}{line}{line}: bye{line}");
                let whole = format!("{body}{end}");
                for size in 1..=whole.len() {
                    let (out, held, gate) = passed(&whole, size);
                    assert!(gate.done, "{size} {whole:?}");
                    assert_eq!((out.as_str(), held.as_str()), (body.as_str(), end.as_str()), "{size}");
                    assert_eq!(gate.reply.into_message().unwrap().full_text(), "déx");
                }
            }
        }
    }

    #[test]
    fn what_only_looks_like_done_passes() {
        for body in ["data: [DONUT]\n\n", "data: [DONE", "data: x [DONE]\n\n", "event: data: [DONE]\n", ""] {
            for size in 1..=body.len().max(1) {
                let (out, held, gate) = passed(body, size);
                assert!(!gate.done);
                assert_eq!(format!("{out}{held}"), body);
            }
        }
    }

    #[test]
    fn done_without_a_line_break_is_done() {
        let body = format!("{}\n\ndata: [DONE]", chunk("a"));
        let (out, held, gate) = passed(&body, 5);
        assert!(gate.done);
        assert_eq!((format!("{out}{held}"), held.as_str()), (body, "data: [DONE]"));
    }

    #[test]
    fn an_event_may_have_several_lines_of_data() {
        let body = "data: {\"choices\":[\ndata: {\"delta\":{\"content\":\"a\"}}]}\n\n";
        assert_eq!(passed(body, 7).2.reply.into_message().unwrap().full_text(), "a");
    }
}
