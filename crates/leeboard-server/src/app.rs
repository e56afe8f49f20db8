//! The routes.
//!
//! Owns which path goes where. What is done there is in the modules named here.

use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use axum::{Json, Router};
use serde_json::json;

use crate::openai::error::ApiError;
use crate::state::AppState;
use crate::{access, chat, passthrough};

/// The gateway as a service.
pub fn app(state: AppState) -> Router {
    let routes = Router::new()
        .route("/health", get(health).fallback(not_allowed))
        .route("/v1/chat/completions", post(chat::completions).fallback(passthrough::forward))
        .route("/v1/{*rest}", any(passthrough::forward))
        .fallback(unknown);
    access::guarded(routes, &state).with_state(state)
}

async fn health() -> Json<serde_json::Value> {
    Json(json!({ "status": "ok", "version": env!("CARGO_PKG_VERSION") }))
}

async fn unknown(request: Request) -> Response {
    ApiError::not_found(request.method().as_str(), request.uri().path()).into_response()
}

async fn not_allowed(request: Request) -> Response {
    ApiError::method_not_allowed(request.method().as_str(), request.uri().path()).into_response()
}
