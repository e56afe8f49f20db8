//! HTTP to an OpenAI-compatible API: its address and key, one request, and when to try again.
//!
//! What the clients of models and embeddings share, and the gateway's upstream in part. Owns no
//! format: the callers make the bodies and read the answers. Nothing here repeats a credential.

mod address;
mod answer;
mod patience;
pub mod probe;
#[cfg(test)]
mod tests;

use std::fmt;
use std::time::Duration;

use reqwest::header::{AUTHORIZATION, HeaderValue};
use reqwest::{Client, Response, Url, redirect};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

pub use address::{api_root, authorization, public, root_cause};
pub(crate) use answer::message_of;
pub(crate) use patience::Patience;

/// Why a request has no usable answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// No connection, or it broke.
    Unreachable { reason: String },
    /// No answer within the limit.
    Timeout { after: Duration },
    /// The server refused or broke down; `message` is its own word, shortened.
    Status { status: u16, message: String, retry_after: Option<Duration> },
    /// The answer is not what the API promises.
    Malformed { what: String },
}

/// What must not appear in an error, even when the server repeats it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Secrets(Vec<SecretString>);

impl Secrets {
    pub(crate) fn hide(&self, text: &str) -> String {
        self.0.iter().map(SecretString::expose_secret).fold(text.to_owned(), |text, secret| {
            if secret.is_empty() { text } else { text.replace(secret, "[secret]") }
        })
    }
}

/// One endpoint of an API. Keeps its connections.
pub(crate) struct Api {
    client: Client,
    endpoint: Url,
    authorization: Option<HeaderValue>,
    connect_timeout: Duration,
    secrets: Secrets,
}

impl Api {
    /// A client of `path`, which begins with a slash, under the API's root. Makes no connection
    /// yet. The error says what is wrong with the settings.
    pub(crate) fn new(
        base_url: &str,
        path: &str,
        key: Option<&SecretString>,
        connect_timeout: Duration,
    ) -> Result<Self, String> {
        let mut endpoint = api_root(base_url).map_err(|what| format!("the base URL is unusable: {what}"))?;
        endpoint.set_path(&format!("{}{path}", endpoint.path()));
        let client = Client::builder()
            .connect_timeout(connect_timeout)
            .tcp_nodelay(true)
            .redirect(redirect::Policy::none())
            .build()
            .map_err(|error| root_cause(&error))?;
        let authorization = key.map(authorization).transpose()?;
        let password = endpoint.password().map(SecretString::from);
        let key = key.map(|key| SecretString::from(key.expose_secret().trim()));
        let secrets = Secrets(key.into_iter().chain(password).collect());
        Ok(Self { client, endpoint, authorization, connect_timeout, secrets })
    }

    /// The address as it may be shown.
    pub(crate) fn address(&self) -> String {
        public(&self.endpoint)
    }

    pub(crate) fn secrets(&self) -> &Secrets {
        &self.secrets
    }

    /// One try: the response, if it is a success.
    pub(crate) async fn post(&self, body: &Value) -> Result<Response, Fault> {
        let mut request = self.client.post(self.endpoint.clone()).json(body);
        if let Some(value) = &self.authorization {
            request = request.header(AUTHORIZATION, value.clone());
        }
        let response = request.send().await.map_err(|error| self.unreachable(error))?;
        if response.status().is_success() {
            return Ok(response);
        }
        let (status, retry_after) = (response.status().as_u16(), answer::retry_after(response.headers()));
        let body = self.body(response).await.unwrap_or_default();
        // Hidden before it is cut, so that no half of a secret is left at the end.
        let message = answer::shorten(&self.secrets.hide(&answer::error_message(&body)));
        Err(Fault::Status { status, message, retry_after })
    }

    /// A response's whole body.
    pub(crate) async fn body(&self, response: Response) -> Result<Vec<u8>, Fault> {
        answer::read_body(response).await.map_err(|fault| match fault {
            answer::BodyFault::Broken(error) => self.unreachable(error),
            answer::BodyFault::TooLarge => {
                self.malformed(&format!("it is longer than {} bytes", answer::LONGEST_BODY))
            }
        })
    }

    /// The fault of an answer that is none, shortened and without what it may repeat of the key.
    pub(crate) fn malformed(&self, what: &str) -> Fault {
        Fault::Malformed { what: answer::shorten(&self.secrets.hide(what)) }
    }

    fn unreachable(&self, error: reqwest::Error) -> Fault {
        let reason = if error.is_timeout() && error.is_connect() {
            format!("no connection within {:?}", self.connect_timeout)
        } else {
            self.secrets.hide(&root_cause(&error.without_url()))
        };
        Fault::Unreachable { reason }
    }
}

impl fmt::Debug for Api {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Api").field("address", &self.address()).finish_non_exhaustive()
    }
}
