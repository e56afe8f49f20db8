//! What the endpoints take from a request: the session, the query, the body.
//!
//! Owns that whatever is wrong with them is an error in OpenAI's shape.

use axum::body::Body;
use axum::extract::{FromRequestParts, Query, RawPathParams};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use crate::access::Caller;
use crate::openai::error::ApiError;
use crate::passthrough;
use crate::sessions::id;
use crate::sessions::lent::Lent;
use crate::state::AppState;

/// The caller's session that the path names. It need not exist.
pub(super) struct Named {
    /// As the caller knows it.
    pub(super) id: String,
    /// As the store does.
    pub(super) stored: String,
}

impl Named {
    /// The session at its head.
    pub(super) async fn lend(&self, state: &AppState) -> Result<Lent, ApiError> {
        Lent::of(state, &self.stored).await?.ok_or_else(|| self.unknown())
    }

    /// There is no such session of this caller.
    pub(super) fn unknown(&self) -> ApiError {
        ApiError::no_such("session", &self.id)
    }
}

impl FromRequestParts<AppState> for Named {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let id = parameter(parts, state, "id").await?;
        let stored = Caller::of(&parts.extensions).stored(&id);
        let named = Self { id, stored };
        // What can be no id is no session's.
        if id::check(&named.id).is_err() { Err(named.unknown()) } else { Ok(named) }
    }
}

/// A part of the path, decoded.
pub(super) async fn parameter(parts: &Parts, state: &AppState, name: &str) -> Result<String, ApiError> {
    let path = parts.uri.path().to_owned();
    let unknown = || ApiError::not_found(parts.method.as_str(), &path);
    let found = RawPathParams::from_request_parts(&mut parts.clone(), state).await.map_err(|_| unknown())?;
    let found = found.iter().find(|(key, _)| *key == name).map(|(_, value)| value.to_owned());
    found.ok_or_else(unknown)
}

/// The query of a request.
pub(super) struct Asked<T>(pub(super) T);

impl<T: DeserializeOwned + Send> FromRequestParts<AppState> for Asked<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, ApiError> {
        match Query::<T>::try_from_uri(&parts.uri) {
            Ok(Query(asked)) => Ok(Self(asked)),
            Err(error) => Err(ApiError::query(&error.body_text())),
        }
    }
}

/// A JSON body.
pub(super) async fn json<T: DeserializeOwned>(state: &AppState, body: Body) -> Result<T, ApiError> {
    parsed(&passthrough::read(body, &state.config().limits).await?)
}

/// A JSON body that may be left out.
pub(super) async fn json_or_default<T: DeserializeOwned + Default>(
    state: &AppState,
    body: Body,
) -> Result<T, ApiError> {
    let bytes = passthrough::read(body, &state.config().limits).await?;
    if bytes.trim_ascii().is_empty() { Ok(T::default()) } else { parsed(&bytes) }
}

fn parsed<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    serde_json::from_slice(bytes).map_err(|error| {
        if error.is_data() {
            ApiError::field(&error.to_string())
        } else {
            ApiError::malformed(&error.to_string())
        }
    })
}

/// How many items a page has at most.
pub(super) const MOST: u32 = 100;

/// A limit that a client may set, from 1 to [`MOST`].
pub(super) fn limit(asked: Option<u32>, usual: u32) -> Result<usize, ApiError> {
    let limit = asked.unwrap_or(usual);
    if !(1..=MOST).contains(&limit) {
        return Err(ApiError::invalid("limit", "it is a number from 1 to 100"));
    }
    Ok(usize::try_from(limit).unwrap_or(usize::MAX))
}
