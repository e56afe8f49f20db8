//! The keys in a request's headers: which is ours, and which is for the upstream.
//!
//! Owns both readings. With keys of the gateway's in use, the headers in which clients send keys are
//! ours and never reach the upstream; a client that has a key for the upstream sends it in
//! `x-leeboard-upstream-key`. A configured key replaces it in either case, in `headers`.

use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use leeboard_io::http::authorization;
use leeboard_io::store::keys::ShownKey;
use secrecy::SecretString;

use super::Caller;
use crate::openai::error::ApiError;

/// A client's own key for the upstream.
const UPSTREAM_KEY: HeaderName = HeaderName::from_static("x-leeboard-upstream-key");

/// Headers other than `Authorization` in which clients send their key.
const OTHERS: [HeaderName; 2] = [HeaderName::from_static("x-api-key"), HeaderName::from_static("api-key")];

/// What a client shows as its key: `None` without any, `Some(None)` for what is no key of a gateway.
/// The first header that has one counts.
pub(super) fn shown(headers: &HeaderMap) -> Option<Option<ShownKey>> {
    let bearer = headers.get(AUTHORIZATION).map(|value| value.to_str().ok().and_then(bearer).and_then(read));
    let others = OTHERS.into_iter().filter_map(|name| headers.get(name));
    let others = others.map(|value| value.to_str().ok().and_then(read));
    let mut all = bearer.into_iter().chain(others).peekable();
    all.peek()?;
    Some(all.flatten().next())
}

/// The token of `Bearer <token>`; the scheme's case does not matter (RFC 9110, section 11.1).
fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.trim().split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token)
}

fn read(text: &str) -> Option<ShownKey> {
    ShownKey::read(&SecretString::from(text.trim()))
}

/// Leaves in the headers only what the upstream may see as a key.
pub(super) fn prepare(headers: &mut HeaderMap, caller: &Caller) -> Result<(), ApiError> {
    if caller.is_proven() {
        headers.remove(AUTHORIZATION);
        for name in OTHERS {
            headers.remove(name);
        }
    }
    if let Some(key) = headers.remove(UPSTREAM_KEY) {
        headers.insert(AUTHORIZATION, for_upstream(&key)?);
    }
    Ok(())
}

fn for_upstream(key: &HeaderValue) -> Result<HeaderValue, ApiError> {
    let wrong = |_| ApiError::invalid("x-leeboard-upstream-key", "a key is visible ASCII");
    let key = key.to_str().map(SecretString::from).map_err(|_| wrong(String::new()))?;
    authorization(&key).map_err(wrong)
}

#[cfg(test)]
mod tests {
    use leeboard_core::Timestamp;
    use leeboard_io::store::Key;
    use secrecy::ExposeSecret;

    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    #[test]
    fn a_key_may_stand_where_clients_put_it() {
        let (key, secret) = Key::generate("acme", None, Timestamp(0)).unwrap();
        let secret = secret.expose_secret();
        for (name, value) in [
            ("authorization", format!("Bearer {secret}")),
            ("authorization", format!("bearer  {secret} ")),
            ("x-api-key", secret.to_owned()),
            ("api-key", secret.to_owned()),
        ] {
            let shown = shown(&headers(&[(name, &value)])).unwrap().unwrap();
            assert!(key.admits(&shown), "{name}");
        }
        // What is for somebody else does not hide it.
        let both = [("authorization", "Bearer sk-1"), ("api-key", secret)];
        assert!(key.admits(&shown(&headers(&both)).unwrap().unwrap()));
        assert_eq!(shown(&headers(&[])), None);
        for (name, value) in
            [("authorization", secret), ("authorization", "Basic eDp5"), ("x-api-key", "sk-1")]
        {
            assert_eq!(shown(&headers(&[(name, value)])), Some(None), "{name}");
        }
    }

    #[test]
    fn keys_of_the_gateway_stay_here_and_the_clients_own_goes_on() {
        let sent = [
            ("authorization", "Bearer lb_1"),
            ("x-api-key", "lb_2"),
            ("api-key", "lb_3"),
            ("x-leeboard-upstream-key", "sk-own"),
            ("x-kept", "1"),
        ];
        let proven = Caller { tenant: "acme".to_owned(), proven: true, mode: None };
        let mut kept = headers(&sent);
        prepare(&mut kept, &proven).unwrap();
        assert_eq!(kept, headers(&[("authorization", "Bearer sk-own"), ("x-kept", "1")]));
        let mut kept = headers(&sent[..3]);
        prepare(&mut kept, &proven).unwrap();
        assert!(kept.is_empty());
        let mut kept = headers(&sent[..3]);
        prepare(&mut kept, &Caller::default()).unwrap();
        assert_eq!(kept, headers(&sent[..3]));
    }
}
