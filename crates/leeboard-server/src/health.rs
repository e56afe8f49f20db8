//! Whether the gateway lives, and whether it can work.
//!
//! Owns the three health paths and the one of the counters. Asks no upstream: that costs money or
//! quota, and a gateway whose upstream is down still has to be reached.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::metrics::Standing;
use crate::state::AppState;

/// How long the store may take to look for one session. Kubernetes waits a second by default.
const PATIENCE: Duration = Duration::from_millis(900);

/// What `prometheus_client` writes.
const TEXT: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// `GET /health` and `GET /health/live`: the process answers.
pub(crate) async fn live() -> Json<Value> {
    Json(json!({ "status": "ok", "version": env!("CARGO_PKG_VERSION") }))
}

/// `GET /health/ready`: requests can be served and remembered.
pub(crate) async fn ready(State(state): State<AppState>) -> Response {
    let store = match timeout(PATIENCE, state.engine().store().summary("")).await {
        Ok(Ok(_)) => None,
        Ok(Err(error)) => Some(format!("failed to {error}")),
        Err(_) => Some(format!("the store did not answer within {} ms", PATIENCE.as_millis())),
    };
    let status = if store.is_none() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let body = json!({
        "status": if store.is_none() { "ok" } else { "unavailable" },
        // A gateway without an upstream's address does not start.
        "checks": { "store": store.unwrap_or_else(|| "ok".to_owned()), "upstream": "set" },
    });
    (status, Json(body)).into_response()
}

/// `GET /metrics`.
pub(crate) async fn metrics(State(state): State<AppState>) -> Response {
    let tasks = tokio::runtime::Handle::current().metrics().num_alive_tasks();
    let standing = Standing { open_turns: state.flights().count(), hot: state.hot().size(), tasks };
    ([(CONTENT_TYPE, TEXT)], state.metrics().text(standing)).into_response()
}

/// `GET /openapi.json`: the session API described.
pub(crate) async fn openapi() -> Response {
    ([(CONTENT_TYPE, "application/json")], crate::api::document()).into_response()
}
