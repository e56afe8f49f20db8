//! Which web pages may read answers.
//!
//! Owns the origins and what pages get to see. Off unless origins are named. All origins at once
//! cannot be allowed: on the loopback address that would be every page that a user visits.

use axum::http::{HeaderName, HeaderValue, Uri};
use tower_http::cors::{AllowHeaders, AllowMethods, AllowOrigin, CorsLayer};

use crate::headers;
use crate::state::SetupError;

/// The layer that answers browsers, if any page may ask.
pub(crate) fn layer(origins: &[String]) -> Result<Option<CorsLayer>, SetupError> {
    if origins.is_empty() {
        return Ok(None);
    }
    let allowed = origins.iter().map(|origin| read(origin)).collect::<Result<Vec<_>, _>>()?;
    let ours: [HeaderName; 7] = [
        headers::SESSION,
        headers::TURN,
        headers::TRACE,
        headers::DRIFT,
        headers::ACTION,
        headers::OVERHEAD,
        headers::ERROR,
    ];
    Ok(Some(
        CorsLayer::new()
            .allow_origin(AllowOrigin::list(allowed))
            .allow_methods(AllowMethods::mirror_request())
            .allow_headers(AllowHeaders::mirror_request())
            .expose_headers(ours),
    ))
}

fn read(origin: &str) -> Result<HeaderValue, SetupError> {
    let wrong = || SetupError::Origin(origin.to_owned());
    // An origin has no path, not even a closing slash (RFC 6454, section 6.2).
    let (_, host) = origin.split_once("://").ok_or_else(wrong)?;
    let uri: Uri = origin.parse().map_err(|_| wrong())?;
    let is_origin =
        uri.authority().is_some_and(|authority| authority.as_str() == host) && !host.contains('@');
    let lower = origin.to_ascii_lowercase();
    if is_origin && !host.contains('*') { lower.parse().map_err(|_| wrong()) } else { Err(wrong()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_named_one_by_one() {
        assert!(layer(&[]).unwrap().is_none());
        assert!(
            layer(&["https://chat.example".to_owned(), "http://localhost:3000".to_owned()])
                .unwrap()
                .is_some()
        );
        for wrong in [
            "*",
            "https://*",
            "https://*.example",
            "chat.example",
            "https://chat.example/",
            "https://",
            "null",
        ] {
            let error = layer(&[wrong.to_owned()]).unwrap_err();
            assert_eq!(error, SetupError::Origin(wrong.to_owned()));
        }
    }
}
