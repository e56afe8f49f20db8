//! The routes.
//!
//! Owns which path goes where. What is done there is in the modules named here.

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};

use crate::openai::error::ApiError;
use crate::state::AppState;
use crate::{access, api, chat, health, observe, passthrough};

/// The gateway as a service.
pub fn app(state: AppState) -> Router {
    let routes = Router::new()
        .route("/health", get(health::live))
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
        .route("/metrics", get(health::metrics))
        .route("/openapi.json", get(health::openapi))
        .merge(api::routes())
        .method_not_allowed_fallback(not_allowed)
        .route("/v1/chat/completions", post(chat::completions).fallback(passthrough::forward))
        .route("/v1/{*rest}", any(rest))
        .fallback(unknown);
    access::guarded(routes, &state)
        .layer(from_fn_with_state(state.clone(), observe::request))
        .with_state(state)
}

/// What is not the session API's is the upstream's.
async fn rest(state: State<AppState>, request: Request) -> Response {
    if api::owns(request.uri().path()) {
        unknown(request).await
    } else {
        passthrough::forward(state, request).await
    }
}

async fn unknown(request: Request) -> Response {
    ApiError::not_found(request.method().as_str(), request.uri().path()).into_response()
}

async fn not_allowed(request: Request) -> Response {
    ApiError::method_not_allowed(request.method().as_str(), request.uri().path()).into_response()
}
