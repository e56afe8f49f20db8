//! A streamed reply: server-sent events in, pieces of text out, the whole reply at the end.
//!
//! Owns the reading of events; what they add up to is in `assembly`. Never reconnects: once a
//! byte has been streamed, a second try could say something else.

use std::time::Duration;

use futures_util::stream::{self, BoxStream};
use futures_util::{Stream, StreamExt};
use reqwest::Response;
use sse_stream::{Sse, SseByteStream};
use tokio::time::timeout;

use super::super::{ModelError, Piece, Pieces};
use super::Assembly;
use crate::http::{Secrets, root_cause};

/// The pieces of a response whose body is an event stream.
pub(super) fn pieces(response: Response, idle: Duration, secrets: Secrets) -> Pieces {
    let events = SseByteStream::new(bytes(response, idle).boxed()).boxed();
    let reading = Reading { events, assembly: Assembly::default(), secrets };
    stream::unfold(Some(reading), |reading| async move {
        let mut reading = reading?;
        let item = reading.next().await;
        let more = matches!(item, Ok(Piece::Text(_))).then_some(reading);
        Some((item, more))
    })
    .boxed()
}

/// The body's bytes, with a limit on how long the server may be silent. Comments that keep the
/// connection alive count as a sign of life.
fn bytes(response: Response, idle: Duration) -> impl Stream<Item = Result<bytes::Bytes, ModelError>> + Send {
    stream::unfold(response, move |mut response| async move {
        let item = match timeout(idle, response.chunk()).await {
            Ok(Ok(Some(chunk))) => Ok(chunk),
            Ok(Ok(None)) => return None,
            Ok(Err(error)) => Err(interrupted(root_cause(&error.without_url()))),
            Err(_) => Err(ModelError::Timeout { after: idle }),
        };
        Some((item, response))
    })
}

struct Reading {
    events: BoxStream<'static, Result<Sse, sse_stream::Error>>,
    assembly: Assembly,
    secrets: Secrets,
}

impl Reading {
    async fn next(&mut self) -> Result<Piece, ModelError> {
        loop {
            let data = match self.events.next().await {
                Some(Ok(event)) => event.data.unwrap_or_default(),
                Some(Err(error)) => return Err(fault(error)),
                None if self.assembly.is_finished() => return Ok(self.end()),
                None => return Err(interrupted("the connection closed before the reply's end")),
            };
            match data.trim() {
                "" => {}
                "[DONE]" => return Ok(self.end()),
                data => {
                    let text = self.add(data)?;
                    if !text.is_empty() {
                        return Ok(Piece::Text(text));
                    }
                }
            }
        }
    }

    /// Takes one event and gives the text that it adds.
    fn add(&mut self, data: &str) -> Result<String, ModelError> {
        let event = serde_json::from_str(data)
            .map_err(|error| interrupted(format!("an event of it is not JSON ({error})")))?;
        let text = self.assembly.add(event);
        match self.assembly.failure() {
            Some(said) => Err(interrupted(format!("the server broke off: {}", self.secrets.hide(said)))),
            None => Ok(text),
        }
    }

    fn end(&mut self) -> Piece {
        Piece::End(std::mem::take(&mut self.assembly).into_reply())
    }
}

/// The error that `bytes` gave, or the parser's own.
fn fault(error: sse_stream::Error) -> ModelError {
    match error {
        sse_stream::Error::Body(inner) => match inner.downcast::<ModelError>() {
            Ok(ours) => *ours,
            Err(other) => interrupted(other.to_string()),
        },
        other => interrupted(other.to_string()),
    }
}

fn interrupted(reason: impl Into<String>) -> ModelError {
    ModelError::Interrupted { reason: reason.into() }
}
