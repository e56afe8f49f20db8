//! Who calls, and which sessions are theirs.
//!
//! Owns the caller of a request. Knows no session's content: it says under which ids a caller's
//! sessions are stored, so that no other tenant's can be named.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::Extensions;
use axum::http::request::Parts;
use leeboard_io::store::tenant;

/// Whoever sent a request: the tenant that its key belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Caller {
    tenant: String,
    /// Whether a key of the gateway's says so.
    proven: bool,
}

impl Default for Caller {
    fn default() -> Self {
        Self { tenant: tenant::DEFAULT.to_owned(), proven: false }
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
