//! Keeps web pages away from a gateway that asks for no key.
//!
//! A page in a browser on this machine can send requests to the loopback address. Without keys that
//! would let any page spend the configured upstream key, and a page whose name is made to lead here
//! (DNS rebinding) read every session. So a request that names a foreign host, or comes from a page
//! of another origin, is refused. Owns that decision alone; with keys it is not asked, since no page
//! knows a key.

use std::net::IpAddr;

use axum::http::header::{HOST, ORIGIN};
use axum::http::{HeaderMap, HeaderValue, Uri};

/// Why a request is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Foreign {
    /// It is for another host.
    Host,
    /// A page of another origin sent it.
    Origin,
}

/// Whether a request can be a program's of this machine, or a page's that is allowed.
pub(crate) fn check(
    uri: &Uri,
    headers: &HeaderMap,
    hosts: &[String],
    origins: &[String],
) -> Result<(), Foreign> {
    let text = |value: &HeaderValue| value.to_str().map(str::to_ascii_lowercase).unwrap_or_default();
    let named = headers.get(HOST).map(text);
    // A request to a proxy has its host in the first line (RFC 9112, section 3.2.2).
    let called = uri.authority().map(|authority| authority.as_str().to_ascii_lowercase());
    for host in [&named, &called].into_iter().flatten() {
        let name = without_port(host);
        if !is_local(name) && !hosts.iter().any(|allowed| allowed.eq_ignore_ascii_case(name)) {
            return Err(Foreign::Host);
        }
    }
    let Some(origin) = headers.get(ORIGIN).map(text) else { return Ok(()) };
    let own = named.is_some_and(|host| origin.split_once("://").is_some_and(|(_, of)| of == host));
    if own || origins.iter().any(|allowed| allowed.eq_ignore_ascii_case(&origin)) {
        Ok(())
    } else {
        Err(Foreign::Origin)
    }
}

/// Whether a name leads to this machine whatever a name server says.
fn is_local(name: &str) -> bool {
    let address = name.trim_start_matches('[').trim_end_matches(']');
    name == "localhost" || name.ends_with(".localhost") || address.parse::<IpAddr>().is_ok()
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) && !name.ends_with(':') => name,
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(uri: &str, host: Option<&str>, origin: Option<&str>) -> Result<(), Foreign> {
        let mut headers = HeaderMap::new();
        for (name, value) in [(HOST, host), (ORIGIN, origin)] {
            if let Some(value) = value {
                headers.insert(name, value.parse().unwrap());
            }
        }
        let (hosts, origins) = (["box.lan".to_owned()], ["https://chat.example".to_owned()]);
        check(&uri.parse().unwrap(), &headers, &hosts, &origins)
    }

    #[test]
    fn programs_of_this_machine_pass() {
        for host in
            ["127.0.0.1:8377", "localhost", "LocalHost:1", "[::1]:8377", "::1", "box.lan:80", "a.localhost"]
        {
            assert_eq!(asked("/v1/models", Some(host), None), Ok(()), "{host}");
        }
        assert_eq!(asked("/v1/models", None, None), Ok(()));
        assert_eq!(asked("/", Some("localhost:1"), Some("http://localhost:1")), Ok(()));
        assert_eq!(asked("/", Some("localhost:1"), Some("https://chat.example")), Ok(()));
    }

    #[test]
    fn pages_and_names_of_others_do_not() {
        for host in
            ["evil.example", "evil.example:8377", "localhost.evil.example", "127.0.0.1.evil.example", ""]
        {
            assert_eq!(asked("/", Some(host), None), Err(Foreign::Host), "{host}");
        }
        assert_eq!(asked("http://evil.example/v1/models", Some("localhost"), None), Err(Foreign::Host));
        for origin in ["https://evil.example", "null", "http://localhost:2", "https://chat.example.evil"] {
            assert_eq!(asked("/", Some("localhost:1"), Some(origin)), Err(Foreign::Origin), "{origin}");
        }
        // A rebound name is refused though the page is of the same origin.
        assert_eq!(asked("/", Some("evil.example"), Some("http://evil.example")), Err(Foreign::Host));
    }
}
