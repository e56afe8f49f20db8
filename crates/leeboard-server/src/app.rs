//! The routes, and serving them until shutdown.
//!
//! Owns which path goes where. What is done there is in the modules named here.

use std::io;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use axum::serve::ListenerExt;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::time::sleep;

use crate::openai::error::ApiError;
use crate::state::AppState;
use crate::{api, chat, health, observe, passthrough, retention};

/// The gateway as a service.
pub fn app(state: AppState) -> Router {
    Router::new()
        .route("/health", get(health::live))
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
        .route("/metrics", get(health::metrics))
        .route("/openapi.json", get(health::openapi))
        .merge(api::routes())
        .method_not_allowed_fallback(not_allowed)
        .route("/v1/chat/completions", post(chat::completions).fallback(passthrough::forward))
        .route("/v1/{*rest}", any(rest))
        .fallback(unknown)
        .layer(from_fn_with_state(state.clone(), observe::request))
        .with_state(state)
}

/// Serves the gateway until `shutdown` resolves; then replies under way may end within the
/// configured grace, every turn is closed, and this returns.
///
/// # Errors
/// What the listener says when it cannot be served from.
pub async fn serve(
    listener: TcpListener,
    state: AppState,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let listener = listener.tap_io(|connection| {
        // Pieces of a stream are small and must not wait for each other.
        if let Err(error) = connection.set_nodelay(true) {
            tracing::debug!(%error, "a connection stays without TCP_NODELAY");
        }
    });
    let grace = state.config().limits.shutdown_grace;
    let stop = watch::Sender::new(false);
    let mut stopped = stop.subscribe();
    let told = state.clone();
    let signal = async move {
        shutdown.await;
        told.events().end();
        stop.send_replace(true);
    };
    retention::watch(&state);
    let serving = axum::serve(listener, app(state.clone())).with_graceful_shutdown(signal);
    let ended = tokio::select! {
        ended = serving.into_future() => ended,
        () = async {
            // An error means that the signal has come and gone.
            let _ = stopped.wait_for(|stop| *stop).await;
            sleep(grace).await;
        } => Ok(()),
    };
    state.finish().await;
    ended
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
