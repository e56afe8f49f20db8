//! Errors in OpenAI's envelope, as clients know how to show them.
//!
//! Owns status, type and code of every error that the gateway itself answers with. Errors of
//! the upstream are not here: they pass as they are.

use std::time::Duration;

use axum::Json;
use axum::http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use leeboard_core::error::{Misuse, TurnError};
use leeboard_core::memory::edit::EditError;
use leeboard_io::engine::EngineError;
use leeboard_io::store::StoreError;
use serde::Serialize;

use crate::access::{Foreign, Over};
use crate::upstream::UpstreamError;

/// An error of the gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ApiError {
    status: StatusCode,
    kind: &'static str,
    code: &'static str,
    param: Option<&'static str>,
    message: String,
    /// Seconds after which it is worth to ask again.
    retry_after: Option<u64>,
}

/// OpenAI's type for what the client can mend.
const REQUEST: &str = "invalid_request_error";
/// OpenAI's type for what it cannot.
const SERVER: &str = "server_error";
/// OpenAI's type for too many requests.
const LIMITED: &str = "rate_limit_error";

impl ApiError {
    fn new(status: StatusCode, kind: &'static str, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, kind, code, param: None, message: message.into(), retry_after: None }
    }

    /// The body is not JSON.
    pub(crate) fn malformed(reason: &str) -> Self {
        let message = format!("The request body is not valid JSON: {reason}.");
        Self::new(StatusCode::BAD_REQUEST, REQUEST, "invalid_json", message)
    }

    /// A field of ours has a value that cannot be used.
    pub(crate) fn invalid(param: &'static str, reason: &str) -> Self {
        let message = format!("Invalid value for '{param}': {reason}.");
        let error = Self::new(StatusCode::BAD_REQUEST, REQUEST, "invalid_value", message);
        Self { param: Some(param), ..error }
    }

    /// The query of a request cannot be read.
    pub(crate) fn query(reason: &str) -> Self {
        let message = format!("Invalid query: {reason}.");
        Self::new(StatusCode::BAD_REQUEST, REQUEST, "invalid_value", message)
    }

    /// The body is not what the endpoint takes.
    pub(crate) fn field(reason: &str) -> Self {
        let message = format!("Invalid request body: {reason}.");
        Self::new(StatusCode::BAD_REQUEST, REQUEST, "invalid_value", message)
    }

    /// The caller has nothing of that kind and id.
    pub(crate) fn no_such(kind: &str, id: &str) -> Self {
        let message = format!("There is no {kind} {id:?}.");
        Self::new(StatusCode::NOT_FOUND, REQUEST, "not_found", message)
    }

    /// The session has no such turn.
    pub(crate) fn no_such_turn(turn: u32, id: &str, there_is: &str) -> Self {
        let message = format!("There is no turn {turn} in session {id:?}: {there_is}.");
        Self::new(StatusCode::NOT_FOUND, REQUEST, "not_found", message)
    }

    /// Things stand so that it cannot be done.
    pub(crate) fn conflict(code: &'static str, reason: &str) -> Self {
        Self::new(StatusCode::CONFLICT, REQUEST, code, format!("It cannot be done now: {reason}."))
    }

    /// What is stored cannot be read.
    pub(crate) fn unreadable_session(reason: &str) -> Self {
        let message = format!("leeboard failed to {reason}.");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, SERVER, "session_unreadable", message)
    }

    /// The body could not be read to its end.
    pub(crate) fn unreadable() -> Self {
        let message = "The request body ended early.";
        Self::new(StatusCode::BAD_REQUEST, REQUEST, "incomplete_body", message)
    }

    /// The body is over the limit.
    pub(crate) fn too_large(limit: usize) -> Self {
        let message = format!("The request body is larger than the gateway's limit of {limit} bytes.");
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, REQUEST, "body_too_large", message)
    }

    /// There is nothing at this path.
    pub(crate) fn not_found(method: &str, path: &str) -> Self {
        let message = format!("Unknown request URL: {method} {path}. The API is under /v1/.");
        Self::new(StatusCode::NOT_FOUND, REQUEST, "unknown_url", message)
    }

    /// The path leads out of the API.
    fn outside() -> Self {
        let message = "The path leads out of the upstream's API, so the request was not sent.";
        Self::new(StatusCode::NOT_FOUND, REQUEST, "unknown_url", message)
    }

    /// The path is there, the method is not.
    pub(crate) fn method_not_allowed(method: &str, path: &str) -> Self {
        let message = format!("Not allowed method {method} for {path}.");
        Self::new(StatusCode::METHOD_NOT_ALLOWED, REQUEST, "method_not_allowed", message)
    }

    /// The turn cannot be remembered, and the operator wants it to end then.
    pub(crate) fn unprotected(reason: &str) -> Self {
        let message = format!(
            "leeboard failed to {reason}. It is set to fail closed, so the request was not answered; \
             try again, or set fail = \"open\"."
        );
        Self::new(StatusCode::SERVICE_UNAVAILABLE, SERVER, "leeboard_unavailable", message)
    }

    /// The gateway ends before the upstream has answered.
    pub(crate) fn stopping() -> Self {
        let message = "The gateway is shutting down; try again.";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, SERVER, "shutting_down", message)
    }

    /// No key was shown, or none that opens anything.
    pub(crate) fn no_key(shown: bool) -> Self {
        let (code, message) = if shown {
            ("invalid_api_key", "Incorrect API key: this gateway does not know it, or it was revoked.")
        } else {
            (
                "missing_api_key",
                "No API key of this gateway was sent. Send one as `Authorization: Bearer lb_...`; whoever \
                 runs the gateway makes it with `leeboard keys create`.",
            )
        };
        Self::new(StatusCode::UNAUTHORIZED, REQUEST, code, message)
    }

    /// Whether the key is good cannot be known.
    pub(crate) fn keys_unknown() -> Self {
        let message = "The gateway cannot look up API keys now; try again.";
        let error = Self::new(StatusCode::SERVICE_UNAVAILABLE, SERVER, "keys_unavailable", message);
        Self { retry_after: Some(1), ..error }
    }

    /// A page of another origin, or a request for another host.
    pub(crate) fn foreign(foreign: Foreign) -> Self {
        let (code, message) = match foreign {
            Foreign::Host => (
                "unknown_host",
                "The request is for a host that is not this gateway's. If it is, name it in server.hosts, or \
                 let clients show keys (`leeboard keys create`).",
            ),
            Foreign::Origin => (
                "unknown_origin",
                "The request comes from a web page that this gateway does not serve. If it may, name its \
                 origin in server.cors_origins.",
            ),
        };
        Self::new(StatusCode::FORBIDDEN, REQUEST, code, message)
    }

    /// There are too many requests.
    pub(crate) fn over(over: Over) -> Self {
        let (status, kind, code, message, wait) = match over {
            Over::Gateway => (
                StatusCode::SERVICE_UNAVAILABLE,
                SERVER,
                "gateway_busy",
                "The gateway has as many requests under way as it takes.",
                Duration::ZERO,
            ),
            Over::Key => (
                StatusCode::TOO_MANY_REQUESTS,
                LIMITED,
                "concurrency_limit_exceeded",
                "This API key has as many requests under way as it may.",
                Duration::ZERO,
            ),
            Over::Rate { retry_after } => (
                StatusCode::TOO_MANY_REQUESTS,
                LIMITED,
                "rate_limit_exceeded",
                "This API key sends more requests a minute than it may.",
                retry_after,
            ),
        };
        // Whole seconds, rounded up, and never none: 0 would be asked for at once.
        let wait = (wait.as_millis().div_ceil(1000) as u64).max(1);
        let error = Self::new(status, kind, code, format!("{message} Try again in {wait} s."));
        Self { retry_after: Some(wait), ..error }
    }

    /// The body came too slowly.
    pub(crate) fn slow_body(limit: Duration) -> Self {
        let message = format!("The request body did not arrive within {} seconds.", limit.as_secs_f32());
        Self::new(StatusCode::REQUEST_TIMEOUT, REQUEST, "body_timeout", message)
    }

    /// A bug: the task that answers has ended without an answer.
    pub(crate) fn internal() -> Self {
        let message = "leeboard failed to answer; its log says why.";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, SERVER, "leeboard_error", message)
    }

    /// The envelope alone, for a stream that has begun.
    pub(crate) fn envelope(&self) -> String {
        serde_json::to_string(&self.body()).unwrap_or_default()
    }

    fn body(&self) -> Envelope<'_> {
        let (message, kind, param, code) = (&self.message, self.kind, self.param, self.code);
        Envelope { error: Body { message, kind, param, code } }
    }
}

impl From<UpstreamError> for ApiError {
    fn from(error: UpstreamError) -> Self {
        let message = format!("leeboard failed to {error}.");
        let (status, code) = match error {
            UpstreamError::Unreachable { .. } => (StatusCode::BAD_GATEWAY, "upstream_unreachable"),
            UpstreamError::Interrupted { .. } => (StatusCode::BAD_GATEWAY, "upstream_interrupted"),
            UpstreamError::TooLarge { .. } => (StatusCode::BAD_GATEWAY, "upstream_reply_too_large"),
            UpstreamError::Timeout { .. } => (StatusCode::GATEWAY_TIMEOUT, "upstream_timeout"),
            UpstreamError::Outside => return Self::outside(),
        };
        Self::new(status, SERVER, code, message)
    }
}

impl From<EngineError> for ApiError {
    fn from(error: EngineError) -> Self {
        let message = format!("leeboard failed to {error}.");
        match &error {
            EngineError::Turn(TurnError::Misuse(Misuse::OpenTurn { .. })) => {
                Self::conflict("turn_open", &error.to_string())
            }
            EngineError::Edit(EditError::Unknown { id }) => Self::no_such("fact that holds", id),
            EngineError::Edit(_) | EngineError::Turn(TurnError::Limit { .. }) => {
                Self::field(&format!("leeboard failed to {error}"))
            }
            EngineError::Store(StoreError::Conflict { .. } | StoreError::Gone { .. }) => {
                Self::conflict("session_changed", "the session was changed meanwhile; try again")
            }
            EngineError::Store(StoreError::Corrupt { .. } | StoreError::NewerRecord { .. })
            | EngineError::Replay { .. } => Self::unreadable_session(&error.to_string()),
            EngineError::Store(_) | EngineError::Randomness(_) => {
                Self::new(StatusCode::SERVICE_UNAVAILABLE, SERVER, "store_unavailable", message)
            }
            _ => Self::new(StatusCode::INTERNAL_SERVER_ERROR, SERVER, "leeboard_error", message),
        }
    }
}

/// Left on an answer that is an error of the gateway's own: its code.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Refused(pub(crate) &'static str);

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(self.body())).into_response();
        response.extensions_mut().insert(Refused(self.code));
        if self.status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(RETRY_AFTER, seconds.into());
        }
        response
    }
}

#[derive(Serialize)]
struct Envelope<'a> {
    error: Body<'a>,
}

#[derive(Serialize)]
struct Body<'a> {
    message: &'a str,
    #[serde(rename = "type")]
    kind: &'a str,
    param: Option<&'a str>,
    code: &'a str,
}
