//! Any endpoint that speaks OpenAI's chat completions: OpenAI, vLLM, Ollama, LiteLLM and kin.
//!
//! Owns the settings and the client; the way over the network is in `http`. The formats are in
//! `wire`, the stream in `stream` and `assembly`. Sends the prompt as it is given and judges
//! nothing in the reply.

mod assembly;
mod stream;
#[cfg(test)]
mod tests;
mod wire;

use std::fmt;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use reqwest::Response;
use reqwest::header::CONTENT_TYPE;
use secrecy::SecretString;
use serde_json::Value;

use super::{Model, ModelError, ModelReply, ModelRequest, Pieces, in_pieces};
use crate::http::{Api, Fault, Patience};

pub use assembly::Assembly;
pub use wire::WholeReply;

/// How to reach a model. Start from [`OpenAiSettings::new`] and change what differs.
#[derive(Clone)]
#[non_exhaustive]
pub struct OpenAiSettings {
    /// The API's root, with its version: `https://api.openai.com/v1`. A closing slash does not
    /// matter, and a bare host gets `/v1`.
    pub base_url: String,
    /// The model's name, unless the request's parameters name one.
    pub model: String,
    /// The key; local servers often need none.
    pub key: Option<SecretString>,
    /// For the connection alone. 10 seconds: enough for a slow network, short for a wrong host.
    pub connect_timeout: Duration,
    /// For a whole reply, or until a stream begins; all tries and pauses together. 5 minutes:
    /// long replies of large models take that.
    pub reply_timeout: Duration,
    /// Between two pieces of a stream. 1 minute: reasoning models pause before they speak.
    pub idle_timeout: Duration,
    /// How often to try again when the server is unreachable, busy (429) or broken (5xx). 2.
    pub retries: u32,
    /// The first pause between tries, doubled each time. 500 ms. A `Retry-After` of the server
    /// wins.
    pub first_pause: Duration,
}

impl OpenAiSettings {
    /// The usual settings for an endpoint and a model.
    #[must_use]
    pub fn new(base_url: impl Into<String>, model: impl Into<String>) -> Self {
        Self {
            base_url: base_url.into(),
            model: model.into(),
            key: None,
            connect_timeout: Duration::from_secs(10),
            reply_timeout: Duration::from_secs(300),
            idle_timeout: Duration::from_secs(60),
            retries: 2,
            first_pause: Duration::from_millis(500),
        }
    }

    /// The same with a key.
    #[must_use]
    pub fn with_key(mut self, key: impl Into<SecretString>) -> Self {
        self.key = Some(key.into());
        self
    }
}

impl fmt::Debug for OpenAiSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The base URL may hold a password, so it is left out with the key.
        f.debug_struct("OpenAiSettings").field("model", &self.model).finish_non_exhaustive()
    }
}

/// A client of one endpoint and model. Cheap to share, keeps its connections.
#[derive(Debug)]
pub struct OpenAi {
    api: Api,
    settings: OpenAiSettings,
}

impl OpenAi {
    /// A client. Makes no connection yet.
    ///
    /// # Errors
    ///
    /// [`ModelError::Setup`] for an address or a key that cannot be used.
    pub fn new(settings: OpenAiSettings) -> Result<Self, ModelError> {
        let (base, key) = (&settings.base_url, settings.key.as_ref());
        let api = Api::new(base, "/chat/completions", key, settings.connect_timeout)
            .map_err(|what| ModelError::Setup { what })?;
        Ok(Self { api, settings })
    }

    async fn whole(&self, body: &Value) -> Result<ModelReply, Fault> {
        self.parsed(self.api.post(body).await?).await
    }

    async fn begin_stream(&self, body: &Value) -> Result<Pieces, Fault> {
        let response = self.api.post(body).await?;
        if is_json(&response) {
            // The server does not stream and has sent the whole reply.
            return Ok(in_pieces(self.parsed(response).await?));
        }
        Ok(stream::pieces(response, self.settings.idle_timeout, self.api.secrets().clone()))
    }

    async fn parsed(&self, response: Response) -> Result<ModelReply, Fault> {
        let body = self.api.body(response).await?;
        wire::parse_reply(&body).map_err(|what| self.api.malformed(&what))
    }

    /// Until a reply or a stream is there, or trying on is no use.
    async fn patiently<'b, T>(
        &self,
        once: impl Fn() -> BoxFuture<'b, Result<T, Fault>> + Send,
    ) -> Result<T, ModelError> {
        let OpenAiSettings { reply_timeout: within, retries, first_pause, .. } = self.settings;
        Patience { within, retries, first_pause }.ask(once).await.map_err(|fault| self.error(fault))
    }

    fn error(&self, fault: Fault) -> ModelError {
        match fault {
            Fault::Unreachable { reason } => ModelError::Unreachable { url: self.api.address(), reason },
            Fault::Timeout { after } => ModelError::Timeout { after },
            Fault::Status { status, message, retry_after } => {
                ModelError::Status { status, message, retry_after }
            }
            Fault::Malformed { what } => ModelError::Malformed { what },
        }
    }
}

impl Model for OpenAi {
    fn name(&self) -> &str {
        &self.settings.model
    }

    fn complete<'a>(&'a self, request: &'a ModelRequest) -> BoxFuture<'a, Result<ModelReply, ModelError>> {
        async move {
            let body = wire::body(&self.settings.model, request, false);
            self.patiently(|| self.whole(&body).boxed()).await
        }
        .boxed()
    }

    fn stream<'a>(&'a self, request: &'a ModelRequest) -> BoxFuture<'a, Result<Pieces, ModelError>> {
        async move {
            let body = wire::body(&self.settings.model, request, true);
            self.patiently(|| self.begin_stream(&body).boxed()).await
        }
        .boxed()
    }
}

fn is_json(response: &Response) -> bool {
    response
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|kind| kind.starts_with("application/json"))
}
