//! Who calls, whether they may, and which sessions are theirs.
//!
//! Owns the caller of a request and the way to it: the key that is shown, the page that asks, the
//! limits. Every request comes through [`guarded`] first; only health and the description of the API need no key. Knows no
//! session's content: it says under which ids a caller's sessions are stored, so that no other
//! tenant's can be named.

mod browser;
pub(crate) mod cors;
mod credentials;
mod known;
mod limits;

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::Extensions;
use axum::http::request::Parts;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use leeboard_core::Mode;
use leeboard_io::store::keys::{Keys, ShownKey};
use leeboard_io::store::{StoreError, tenant};

use self::known::Known;
use self::limits::Limits;
use crate::config::{Fail, ServerConfig};
use crate::openai::error::ApiError;
use crate::state::AppState;

pub(crate) use self::browser::Foreign;
pub(crate) use self::limits::Over;

/// The paths that need no key: supervisors ask the first ones, and the last one is public anyway.
const OPEN: [&str; 4] = ["/health", "/health/live", "/health/ready", "/openapi.json"];

/// Whoever sent a request: the tenant that its key belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Caller {
    tenant: String,
    /// Whether a key of the gateway's says so.
    proven: bool,
    /// The mode that was set for the key.
    mode: Option<Mode>,
}

impl Default for Caller {
    fn default() -> Self {
        Self { tenant: tenant::DEFAULT.to_owned(), proven: false, mode: None }
    }
}

impl Caller {
    /// The caller of a request, as far as it was authenticated.
    pub(crate) fn of(extensions: &Extensions) -> Self {
        extensions.get::<Self>().cloned().unwrap_or_default()
    }

    /// The tenant's name.
    pub(crate) fn tenant(&self) -> &str {
        &self.tenant
    }

    /// Whether a key of the gateway's names the tenant. Otherwise the gateway has no keys, and the
    /// key that a client sends is one of the upstream's.
    pub(crate) fn is_proven(&self) -> bool {
        self.proven
    }

    /// What leeboard may change, if that was set for the key.
    pub(crate) fn mode(&self) -> Option<Mode> {
        self.mode
    }

    /// What the store knows the caller's session by.
    pub(crate) fn stored(&self, id: &str) -> String {
        tenant::stored(&self.tenant, id)
    }

    /// What the caller knows a stored session by; `None` if it is another tenant's.
    pub(crate) fn shown<'a>(&self, stored: &'a str) -> Option<&'a str> {
        let (tenant, id) = tenant::split(stored);
        (tenant == self.tenant).then_some(id)
    }
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Infallible;

    /// The caller that was authenticated before the request came here.
    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.extensions))
    }
}

/// What a gateway needs to know to let requests in.
pub(crate) struct Access {
    known: Known,
    limits: Limits,
    require_key: bool,
    /// A key that was known stays so while the store fails.
    lenient: bool,
}

impl Access {
    pub(crate) fn new(config: &ServerConfig, keys: Arc<dyn Keys>) -> Self {
        Self {
            known: Known::new(keys, config.access.key_memory),
            limits: Limits::new(config.access.limits),
            require_key: config.access.require_key,
            lenient: config.fail == Fail::Open,
        }
    }

    /// Who shows this key, with the key's id; nobody in particular if none is needed.
    async fn caller(&self, shown: Option<Option<ShownKey>>) -> Result<(Caller, String), ApiError> {
        let unknown = |error: StoreError| {
            tracing::error!(%error, "the keys are unknown");
            ApiError::keys_unknown()
        };
        if !self.require_key && !self.known.any().await.map_err(unknown)? {
            return Ok((Caller::default(), String::new()));
        }
        let Some(shown) = shown else { return Err(ApiError::no_key(false)) };
        let key = match &shown {
            Some(shown) => self.known.find(shown, self.lenient).await.map_err(unknown)?,
            None => None,
        };
        let key = key.ok_or_else(|| ApiError::no_key(true))?;
        Ok((Caller { tenant: key.tenant, proven: true, mode: key.mode }, key.id))
    }
}

/// The routes behind everything that a request must pass first.
pub(crate) fn guarded(routes: Router<AppState>, state: &AppState) -> Router<AppState> {
    let guarded = routes.layer(middleware::from_fn_with_state(state.clone(), guard));
    // The origins were checked when the state was made.
    match cors::layer(&state.config().access.cors_origins) {
        Ok(Some(cors)) => guarded.layer(cors),
        _ => guarded,
    }
}

async fn guard(State(state): State<AppState>, request: Request, next: Next) -> Response {
    if OPEN.contains(&request.uri().path()) {
        return next.run(request).await;
    }
    match Box::pin(admit(&state, request)).await {
        Ok((request, held)) => next.run(request).await.map(|body| limits::hold(body, held)),
        Err(error) => error.into_response(),
    }
}

/// Lets a request in, with its caller and without what is no business of the upstream.
async fn admit(state: &AppState, mut request: Request) -> Result<(Request, limits::Held), ApiError> {
    let access = state.access();
    let entered = access.limits.enter().map_err(ApiError::over)?;
    let (caller, key) = access.caller(credentials::shown(request.headers())).await?;
    if !caller.is_proven() {
        let settings = &state.config().access;
        browser::check(request.uri(), request.headers(), &settings.hosts, &settings.cors_origins)
            .map_err(ApiError::foreign)?;
    }
    let held = access.limits.admit(&key, entered, Instant::now()).map_err(ApiError::over)?;
    credentials::prepare(request.headers_mut(), &caller)?;
    request.extensions_mut().insert(caller);
    Ok((request, held))
}
