//! The session API: what leeboard knows of a conversation, and what can be done with it.
//!
//! Owns the paths under `/v1/sessions`, `/v1/users` and `/v1/events`; they never reach the
//! upstream. One file for each resource; `read` holds what they take from a request, `doc` the
//! `OpenAPI` document that is made of them. Whose a session is, `access` says.

#![expect(unused_qualifications, reason = "the attributes of utoipa write them")]

mod doc;
mod drift;
mod edits;
mod events;
mod fork;
mod list;
mod memories;
mod mode;
mod one;
mod patterns;
mod read;
mod trace;
mod transfer;
mod users;
mod window;

use axum::Router;
use axum::routing::{delete, get, patch, post};

use crate::state::AppState;

pub use doc::openapi;
pub(crate) use doc::written as document;
pub(crate) use one::gone;

/// The routes of the session API.
pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/v1/sessions", get(list::list))
        .route("/v1/sessions/import", post(transfer::import))
        .route("/v1/sessions/{id}", get(one::summary).patch(mode::change).delete(one::delete))
        .route("/v1/sessions/{id}/state", get(one::state))
        .route("/v1/sessions/{id}/drift", get(drift::history))
        .route("/v1/sessions/{id}/patterns", get(patterns::patterns))
        .route(
            "/v1/sessions/{id}/memories",
            get(memories::search).post(edits::add).delete(edits::forget_text),
        )
        .route("/v1/sessions/{id}/memories/{memory}", patch(edits::change).delete(edits::forget))
        .route("/v1/sessions/{id}/turns/{turn}/trace", get(trace::trace))
        .route("/v1/sessions/{id}/fork", post(fork::fork))
        .route("/v1/sessions/{id}/compact", post(window::compact))
        .route("/v1/sessions/{id}/recenter", post(window::recenter))
        .route("/v1/sessions/{id}/export", get(transfer::export))
        .route("/v1/sessions/{id}/events", get(events::of_session))
        .route("/v1/users/{id}", delete(users::delete))
        .route("/v1/events", get(events::all))
}

/// Whether a path is the session API's, known there or not.
pub(crate) fn owns(path: &str) -> bool {
    ["/v1/sessions", "/v1/users", "/v1/events"]
        .iter()
        .any(|root| path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_segments_are_ours() {
        for ours in ["/v1/sessions", "/v1/sessions/", "/v1/sessions/a/b/c", "/v1/users/x", "/v1/events"] {
            assert!(owns(ours), "{ours}");
        }
        for not in ["/v1/sessionsx", "/v1/models", "/v1/user", "/sessions"] {
            assert!(!owns(not), "{not}");
        }
    }
}
