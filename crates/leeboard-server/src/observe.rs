//! What is told of every request: one log line and the counters.
//!
//! Owns the layer around all routes. Never tells an id or a text: the session is shown by a digest.

use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, Method};
use axum::middleware::Next;
use axum::response::Response;
use leeboard_core::record::Digest;

use crate::headers;
use crate::openai::error::Refused;
use crate::state::AppState;

/// Characters of a session's digest in a log line: enough to tell sessions of a day apart.
const SHOWN: usize = 12;

/// Counts a request, and writes its line.
pub(crate) async fn request(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = known(request.method());
    let path = request.extensions().get::<MatchedPath>().cloned();
    let response = next.run(request).await;
    let path = path.as_ref().map_or("unmatched", MatchedPath::as_str);
    let status = response.status().as_u16();
    state.metrics().answered(method, path, status);
    let code = response.extensions().get::<Refused>().map(|refused| refused.0);
    if let Some(code) = code {
        state.metrics().refused(code);
    }
    let value = |name: HeaderName| response.headers().get(name).and_then(|value| value.to_str().ok());
    let session = value(headers::SESSION).map(|id| Digest::of(id.as_bytes()).to_string());
    let session = session.as_deref().and_then(|digest| digest.get(..SHOWN));
    let overhead_ms = value(headers::OVERHEAD).and_then(|value| value.parse::<f64>().ok());
    let ms = (started.elapsed().as_secs_f64() * 10_000.0).round() / 10.0;
    tracing::info!(method, path, status, session, overhead_ms, ms, error = code, "request");
    response
}

/// A method's name as a label: clients may make up others.
fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}
