//! The upstream: the one API that requests go to.
//!
//! Owns the HTTP client, the address and the key. Never tries twice: the client decides that,
//! and a reply that has begun cannot be taken back. Nothing here names a credential.

use std::time::Duration;

use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, Response as HttpResponse};
use bytes::{Bytes, BytesMut};
use leeboard_io::http::{api_root, authorization, public, root_cause};
use reqwest::{Client, Response, Url, redirect};
use thiserror::Error as ThisError;
use tokio::time::timeout;

use crate::config::ServerConfig;
use crate::headers;
use crate::state::SetupError;

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, ThisError)]
pub(crate) enum UpstreamError {
    /// No connection.
    #[error("reach the upstream {address}: {reason} (check that it runs and that `upstream` is right)")]
    Unreachable { address: String, reason: String },
    /// The connection broke while it answered.
    #[error("read the answer of the upstream {address}: {reason} (try again)")]
    Interrupted { address: String, reason: String },
    /// It is silent.
    #[error(
        "get an answer of the upstream {address} within {} seconds (try again, or raise the gateway's timeout)",
        after.as_secs()
    )]
    Timeout { address: String, after: Duration },
    /// The whole reply is over the limit.
    #[error("hold the answer of the upstream {address}: it is over {limit} bytes (ask for a stream)")]
    TooLarge { address: String, limit: usize },
    /// The path would leave the API.
    #[error("find that path under the upstream's address")]
    Outside,
}

/// The client of the upstream.
pub(crate) struct Upstream {
    client: Client,
    base: Url,
    key: Option<HeaderValue>,
    address: String,
    reply_timeout: Duration,
    idle_timeout: Duration,
    reply_bytes: usize,
}

impl Upstream {
    pub(crate) fn new(config: &ServerConfig) -> Result<Self, SetupError> {
        let base = base(&config.upstream)?;
        let key = config.upstream_key.as_ref().map(authorization);
        let client = Client::builder()
            .connect_timeout(config.limits.connect_timeout)
            .tcp_nodelay(true)
            .redirect(redirect::Policy::none())
            .build()
            .map_err(|error| SetupError::Client(root_cause(&error)))?;
        Ok(Self {
            client,
            address: public(&base),
            base,
            key: key.transpose().map_err(|_| SetupError::Key)?,
            reply_timeout: config.limits.reply_timeout,
            idle_timeout: config.limits.idle_timeout,
            reply_bytes: config.limits.reply_bytes,
        })
    }

    /// The key that replaces the client's, if one is configured.
    pub(crate) fn key(&self) -> Option<&HeaderValue> {
        self.key.as_ref()
    }

    /// Sends a request to a path under the API's root and waits for the head of the answer.
    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        headers: HeaderMap,
        body: impl Into<reqwest::Body>,
    ) -> Result<Response, UpstreamError> {
        let request = self.client.request(method, self.url(path)?).headers(headers).body(body);
        match timeout(self.reply_timeout, request.send()).await {
            Ok(Ok(response)) => Ok(response),
            Ok(Err(error)) if error.is_timeout() => Err(self.silent(self.reply_timeout)),
            Ok(Err(error)) => {
                let reason = root_cause(&error.without_url());
                Err(UpstreamError::Unreachable { address: self.address.clone(), reason })
            }
            Err(_) => Err(self.silent(self.reply_timeout)),
        }
    }

    /// Sends a chat request, whose reply must be readable.
    pub(crate) async fn chat(&self, client: &Parts, body: Bytes) -> Result<Response, UpstreamError> {
        let query = client.uri.query().map_or_else(String::new, |query| format!("?{query}"));
        let path = format!("/chat/completions{query}");
        self.send(Method::POST, &path, headers::for_chat(&client.headers, self.key()), body).await
    }

    /// The next piece of an answer as it arrives; `None` at its end.
    pub(crate) async fn piece(&self, response: &mut Response) -> Result<Option<Bytes>, UpstreamError> {
        match timeout(self.idle_timeout, response.chunk()).await {
            Ok(Ok(piece)) => Ok(piece),
            Ok(Err(error)) => Err(UpstreamError::Interrupted {
                address: self.address.clone(),
                reason: root_cause(&error.without_url()),
            }),
            Err(_) => Err(self.silent(self.idle_timeout)),
        }
    }

    /// The whole answer.
    pub(crate) async fn whole(&self, response: &mut Response) -> Result<Bytes, UpstreamError> {
        let mut body = BytesMut::new();
        while let Some(piece) = self.piece(response).await? {
            if body.len() + piece.len() > self.reply_bytes {
                return Err(UpstreamError::TooLarge {
                    address: self.address.clone(),
                    limit: self.reply_bytes,
                });
            }
            body.extend_from_slice(&piece);
        }
        Ok(body.freeze())
    }

    fn url(&self, path: &str) -> Result<Url, UpstreamError> {
        let root = self.base.as_str().trim_end_matches('/');
        let url = Url::parse(&format!("{root}{path}")).map_err(|_| UpstreamError::Outside)?;
        // `..` in a path is resolved by the parser, and must not lead out of the API.
        let inside = url.origin() == self.base.origin()
            && url
                .path()
                .strip_prefix(self.base.path().trim_end_matches('/'))
                .is_some_and(|rest| rest.starts_with('/') && !climbs(rest));
        if inside { Ok(url) } else { Err(UpstreamError::Outside) }
    }

    fn silent(&self, after: Duration) -> UpstreamError {
        UpstreamError::Timeout { address: self.address.clone(), after }
    }
}

/// Whether a path goes up for a server that decodes slashes before it resolves `..`.
fn climbs(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    let decoded = lower.replace("%2f", "/").replace("%5c", "/").replace("%2e", ".").replace('\\', "/");
    decoded.split('/').any(|part| part == "..")
}

/// An answer as it is, with its body still under way.
pub(crate) fn pass(response: Response) -> HttpResponse<Body> {
    let mut passed = head(&response);
    *passed.body_mut() = Body::from_stream(response.bytes_stream());
    passed
}

/// An answer without its body.
pub(crate) fn head(response: &Response) -> HttpResponse<Body> {
    let mut passed = HttpResponse::new(Body::empty());
    *passed.status_mut() = response.status();
    *passed.headers_mut() = headers::end_to_end(response.headers());
    passed
}

fn base(address: &str) -> Result<Url, SetupError> {
    let url = api_root(address).map_err(SetupError::Address)?;
    if url.query().is_some() || url.fragment().is_some() {
        return Err(SetupError::Address("it has a query or fragment".to_owned()));
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn upstream(address: &str) -> Upstream {
        Upstream::new(&ServerConfig::new(address)).ok().unwrap()
    }

    #[test]
    fn paths_stay_under_the_api() {
        let upstream = upstream("http://user:word@host:9/api/v1/");
        assert_eq!(upstream.url("/models?x=%20y").ok().unwrap().path(), "/api/v1/models");
        for path in [
            "/../../x",
            "/%2e%2e/x",
            "/a/../../x",
            "@evil/x",
            ":1/x",
            "..",
            "/..",
            "/..%2fx",
            "/a%5C..%5Cx",
            "/%2E.%2F",
        ] {
            assert_eq!(upstream.url(path).err(), Some(UpstreamError::Outside), "{path}");
        }
        assert_eq!(upstream.address, "http://host:9/api/v1");
    }

    #[test]
    fn a_bare_host_gets_the_version_and_nonsense_is_refused() {
        assert_eq!(upstream("http://host").base.as_str(), "http://host/v1");
        for address in ["host", "ftp://host/v1", "", "http://host/v1?key=x"] {
            assert!(Upstream::new(&ServerConfig::new(address)).is_err(), "{address}");
        }
    }
}
