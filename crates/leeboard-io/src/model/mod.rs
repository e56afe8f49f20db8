//! Calling a model: one request, one reply, whole or as a stream.
//!
//! Owns the trait, its request and reply, and the faults that a model can have. Knows nothing
//! about sessions or drift, and takes no decision about a reply; the driver and the gateway call
//! it.

mod error;
pub mod openai;
pub mod replay;
pub mod sim;

use std::sync::Arc;

use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use futures_util::stream::{self, BoxStream};
use leeboard_core::message::{Message, Role};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use error::ModelError;
pub use openai::OpenAi;
pub use replay::Replay;
pub use sim::Sim;

/// What a model is asked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ModelRequest {
    /// The prompt, in order.
    pub messages: Vec<Message>,
    /// Everything else of the request body (temperature, max_tokens, tools, ...), sent as it is.
    pub parameters: Map<String, Value>,
}

impl ModelRequest {
    /// A request without parameters.
    #[must_use]
    pub fn new(messages: Vec<Message>) -> Self {
        Self { messages, parameters: Map::new() }
    }
}

/// What a model answered.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ModelReply {
    /// The assistant's message, with tool calls and vendor fields as they came.
    pub message: Message,
    /// Why the model stopped: `stop`, `length`, `tool_calls`, ...
    pub finish_reason: Option<String>,
    /// Tokens as the provider counted them.
    pub usage: Option<Usage>,
}

impl ModelReply {
    /// A plain text reply that ended by itself.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self::new(Message::text(Role::Assistant, text), Some("stop".to_owned()), None)
    }

    /// A reply from its parts.
    #[must_use]
    pub fn new(message: Message, finish_reason: Option<String>, usage: Option<Usage>) -> Self {
        Self { message, finish_reason, usage }
    }
}

/// Tokens of one request as the provider counted them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// Tokens of the prompt.
    pub prompt_tokens: u64,
    /// Tokens of the reply.
    pub completion_tokens: u64,
    /// Those of the prompt that came from the provider's cache; 0 where it does not tell.
    pub cached_tokens: u64,
}

/// One item of a streamed reply.
#[derive(Clone, Debug, PartialEq)]
pub enum Piece {
    /// More text.
    Text(String),
    /// The end: the whole reply again, with all that is not text. Always last.
    End(ModelReply),
}

/// A reply as it arrives: any number of [`Piece::Text`], then one [`Piece::End`]; or an error,
/// after which nothing follows.
pub type Pieces = BoxStream<'static, Result<Piece, ModelError>>;

/// Anything that answers a prompt.
pub trait Model: Send + Sync {
    /// The model's name, for traces and reports.
    fn name(&self) -> &str;

    /// Whether the replies are made up by a stand-in; whoever shows them must say so.
    fn simulated(&self) -> bool {
        false
    }

    /// The whole reply.
    fn complete<'a>(&'a self, request: &'a ModelRequest) -> BoxFuture<'a, Result<ModelReply, ModelError>>;

    /// The reply as a stream. The outer error is for a stream that never began.
    fn stream<'a>(&'a self, request: &'a ModelRequest) -> BoxFuture<'a, Result<Pieces, ModelError>>;
}

impl<M: Model + ?Sized> Model for Arc<M> {
    fn name(&self) -> &str {
        (**self).name()
    }

    fn simulated(&self) -> bool {
        (**self).simulated()
    }

    fn complete<'a>(&'a self, request: &'a ModelRequest) -> BoxFuture<'a, Result<ModelReply, ModelError>> {
        (**self).complete(request)
    }

    fn stream<'a>(&'a self, request: &'a ModelRequest) -> BoxFuture<'a, Result<Pieces, ModelError>> {
        (**self).stream(request)
    }
}

/// A finished reply as a stream: its text word by word, then the end. For models that have the
/// whole reply at once.
#[must_use]
pub fn in_pieces(reply: ModelReply) -> Pieces {
    let text = reply.message.full_text();
    let mut pieces: Vec<_> =
        text.split_inclusive(char::is_whitespace).map(|word| Ok(Piece::Text(word.to_owned()))).collect();
    pieces.push(Ok(Piece::End(reply)));
    stream::iter(pieces).boxed()
}

/// Reads a stream to its end and gives the whole reply.
///
/// # Errors
///
/// The stream's own, or [`ModelError::Interrupted`] if it ends without [`Piece::End`].
pub async fn collect(mut pieces: Pieces) -> Result<ModelReply, ModelError> {
    while let Some(piece) = pieces.next().await {
        if let Piece::End(reply) = piece? {
            return Ok(reply);
        }
    }
    Err(ModelError::Interrupted { reason: "it ended before the reply did".to_owned() })
}
