//! Everything of the API that leeboard does not take part in: forwarded as it is.
//!
//! Owns no session and changes no body; both bodies stream. Only the API's own paths come here,
//! and only the configured upstream is asked.

use std::io;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use tokio::time::timeout;
use tokio_stream::StreamExt;

use crate::config::ServerLimits;
use crate::headers;
use crate::openai::error::ApiError;
use crate::state::AppState;
use crate::upstream::{self, UpstreamError};

/// Forwards any request under `/v1`.
pub(crate) async fn forward(State(state): State<AppState>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let path = head.uri.path_and_query().map_or("/", |path| path.as_str());
    let path = path.strip_prefix("/v1").unwrap_or(path);
    let body = if has_body(&head.headers) {
        let pieces = body.into_data_stream().timeout(state.config().limits.body_timeout);
        // A client that stops in the middle ends the request.
        reqwest::Body::wrap_stream(
            pieces.map(|piece| piece.map_err(io::Error::other)?.map_err(io::Error::other)),
        )
    } else {
        reqwest::Body::default()
    };
    let sent = headers::for_upstream(&head.headers, state.upstream().key());
    match state.upstream().send(head.method, path, sent, body).await {
        Ok(response) => upstream::pass(response),
        Err(error) => ApiError::from(error).into_response(),
    }
}

/// Passes the answer to a chat request that leeboard leaves alone, and says why if it should not
/// have.
pub(crate) async fn chat(
    asked: impl Future<Output = Result<reqwest::Response, UpstreamError>>,
    problem: Option<&str>,
) -> Response {
    if let Some(problem) = problem {
        tracing::warn!(problem, "a chat request goes on without leeboard");
    }
    let mut response = match asked.await {
        Ok(response) => upstream::pass(response),
        Err(error) => ApiError::from(error).into_response(),
    };
    if let Some(problem) = problem {
        response.headers_mut().insert(headers::ERROR, headers::clean(problem));
    }
    response
}

/// A body is announced by its length or its coding (RFC 9112, section 6.3).
fn has_body(headers: &HeaderMap) -> bool {
    headers.contains_key(CONTENT_LENGTH) || headers.contains_key(TRANSFER_ENCODING)
}

/// Reads a chat request's body up to a limit of bytes and time.
pub(crate) async fn read(body: Body, limits: &ServerLimits) -> Result<Bytes, ApiError> {
    let limit = limits.body_timeout;
    timeout(limit, read_all(body, limits.request_bytes))
        .await
        .unwrap_or_else(|_| Err(ApiError::slow_body(limit)))
}

async fn read_all(body: Body, limit: usize) -> Result<Bytes, ApiError> {
    let mut read = bytes::BytesMut::new();
    let mut pieces = body.into_data_stream();
    while let Some(piece) = pieces.next().await {
        let piece = piece.map_err(|_| ApiError::unreadable())?;
        if read.len() + piece.len() > limit {
            return Err(ApiError::too_large(limit));
        }
        read.extend_from_slice(&piece);
    }
    Ok(read.freeze())
}
