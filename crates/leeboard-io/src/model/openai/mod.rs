//! Any endpoint that speaks OpenAI's chat completions: OpenAI, vLLM, Ollama, LiteLLM and kin.
//!
//! Owns the settings, the HTTP client and when to try again. The formats are in `wire`, the
//! stream in `stream` and `assembly`. Sends the prompt as it is given and judges nothing in the reply.

mod assembly;
mod stream;
#[cfg(test)]
mod tests;
mod wire;

use std::fmt;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use reqwest::{Client, Response, Url, redirect};
use secrecy::{ExposeSecret, SecretString};
use tokio::time::{Instant, sleep, timeout};

use super::{Model, ModelError, ModelReply, ModelRequest, Pieces, in_pieces};

pub use assembly::Assembly;
pub use wire::message_of_reply;

/// The longest pause between two tries, so that a server's wish cannot park a turn for hours.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

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
    client: Client,
    endpoint: Url,
    authorization: Option<HeaderValue>,
    settings: OpenAiSettings,
    secrets: Secrets,
}

/// What must not appear in an error, even when the server repeats it.
#[derive(Clone, Debug, Default)]
struct Secrets(Vec<SecretString>);

impl Secrets {
    fn hide(&self, text: &str) -> String {
        self.0.iter().map(SecretString::expose_secret).fold(text.to_owned(), |text, secret| {
            if secret.is_empty() { text } else { text.replace(secret, "[secret]") }
        })
    }
}

impl OpenAi {
    /// A client. Makes no connection yet.
    ///
    /// # Errors
    ///
    /// [`ModelError::Setup`] for an address or a key that cannot be used.
    pub fn new(settings: OpenAiSettings) -> Result<Self, ModelError> {
        let endpoint = endpoint(&settings.base_url)?;
        let client = Client::builder()
            .connect_timeout(settings.connect_timeout)
            .tcp_nodelay(true)
            .redirect(redirect::Policy::none())
            .build()
            .map_err(|error| setup(root_cause(&error)))?;
        let authorization = settings.key.as_ref().map(authorization).transpose()?;
        let password = endpoint.password().map(SecretString::from);
        let secrets = Secrets(settings.key.iter().cloned().chain(password).collect());
        Ok(Self { client, endpoint, authorization, settings, secrets })
    }

    /// One try: the response, if it is a success.
    async fn send(&self, body: &serde_json::Value) -> Result<Response, ModelError> {
        let mut request = self.client.post(self.endpoint.clone()).json(body);
        if let Some(value) = &self.authorization {
            request = request.header(AUTHORIZATION, value.clone());
        }
        let response = request.send().await.map_err(|error| self.unreachable(error))?;
        if response.status().is_success() {
            return Ok(response);
        }
        let (status, retry_after) = (response.status().as_u16(), wire::retry_after(response.headers()));
        let said = self.body(response).await.unwrap_or_default();
        let message = self.secrets.hide(&wire::error_message(&said));
        Err(ModelError::Status { status, message, retry_after })
    }

    async fn body(&self, response: Response) -> Result<Vec<u8>, ModelError> {
        wire::read_body(response).await.map_err(|fault| match fault {
            wire::BodyFault::Broken(error) => self.unreachable(error),
            wire::BodyFault::TooLarge => {
                ModelError::Malformed { what: format!("it is longer than {} bytes", wire::LONGEST_BODY) }
            }
        })
    }

    async fn whole(&self, body: &serde_json::Value) -> Result<ModelReply, ModelError> {
        let response = self.send(body).await?;
        wire::parse_reply(&self.body(response).await?, &self.secrets)
    }

    async fn begin_stream(&self, body: &serde_json::Value) -> Result<Pieces, ModelError> {
        let response = self.send(body).await?;
        if is_json(&response) {
            // The server does not stream and has sent the whole reply.
            let reply = wire::parse_reply(&self.body(response).await?, &self.secrets)?;
            return Ok(in_pieces(reply));
        }
        Ok(stream::pieces(response, self.settings.idle_timeout, self.secrets.clone()))
    }

    /// Tries until it works, the fault is final, the tries are used or the time is up.
    async fn patiently<'b, T>(
        &self,
        once: impl Fn() -> BoxFuture<'b, Result<T, ModelError>> + Send,
    ) -> Result<T, ModelError> {
        let after = self.settings.reply_timeout;
        let deadline = Instant::now() + after;
        let mut tries = 0;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let error = match timeout(left, once()).await {
                Ok(Ok(value)) => return Ok(value),
                Ok(Err(error)) => error,
                Err(_) => return Err(ModelError::Timeout { after }),
            };
            let pause = self.pause(&error, tries);
            let left = deadline.saturating_duration_since(Instant::now());
            match pause {
                Some(pause) if tries < self.settings.retries && pause < left => {
                    tracing::debug!(%error, ?pause, "trying the model again");
                    sleep(pause).await;
                }
                _ => return Err(error),
            }
            tries += 1;
        }
    }

    /// How long to wait before trying again; `None` for a fault that will not go away.
    fn pause(&self, error: &ModelError, tries: u32) -> Option<Duration> {
        let doubled = self.settings.first_pause.saturating_mul(1 << tries.min(16));
        match error {
            ModelError::Unreachable { .. } => Some(doubled.min(LONGEST_PAUSE)),
            ModelError::Status { status: 429 | 500..=599, retry_after, .. } => match retry_after {
                Some(wish) => (*wish <= LONGEST_PAUSE).then_some(*wish),
                None => Some(doubled.min(LONGEST_PAUSE)),
            },
            _ => None,
        }
    }

    fn unreachable(&self, error: reqwest::Error) -> ModelError {
        let reason = if error.is_timeout() && error.is_connect() {
            format!("no connection within {:?}", self.settings.connect_timeout)
        } else {
            self.secrets.hide(&root_cause(&error.without_url()))
        };
        ModelError::Unreachable { url: public(&self.endpoint), reason }
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

fn endpoint(base_url: &str) -> Result<Url, ModelError> {
    let mut url = Url::parse(base_url.trim())
        .map_err(|error| setup(format!("the base URL is not an address ({error})")))?;
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        return Err(setup("the base URL must begin with http:// or https:// and name a host"));
    }
    let path = match url.path().trim_end_matches('/') {
        "" => "/v1",
        path => path,
    };
    let path = format!("{path}/chat/completions");
    url.set_path(&path);
    Ok(url)
}

fn authorization(key: &SecretString) -> Result<HeaderValue, ModelError> {
    let mut value = HeaderValue::from_str(&format!("Bearer {}", key.expose_secret().trim()))
        .map_err(|_| setup("the key holds characters that no HTTP header can carry"))?;
    value.set_sensitive(true);
    Ok(value)
}

fn setup(what: impl Into<String>) -> ModelError {
    ModelError::Setup { what: what.into() }
}

/// The address as it may be shown: no user, password, query or fragment.
fn public(url: &Url) -> String {
    format!("{}{}", url.origin().ascii_serialization(), url.path())
}

fn is_json(response: &Response) -> bool {
    response
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|kind| kind.starts_with("application/json"))
}

/// The innermost message of an error: "connection refused" rather than "error sending request".
fn root_cause(error: &(dyn std::error::Error + 'static)) -> String {
    let mut cause = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}
