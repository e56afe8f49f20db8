//! Which headers pass, and the ones that leeboard adds.
//!
//! Owns the hop-by-hop list and the names and cleaning of our own headers. Decides no values.

use axum::http::header::{
    ACCEPT_ENCODING, AUTHORIZATION, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, EXPECT, HOST, HeaderMap,
    HeaderName, HeaderValue, PROXY_AUTHENTICATE, PROXY_AUTHORIZATION, TE, TRAILER, TRANSFER_ENCODING,
    UPGRADE,
};

/// The session that the turn belongs to.
pub(crate) const SESSION: HeaderName = HeaderName::from_static("x-leeboard-session");
/// The number of the turn.
pub(crate) const TURN: HeaderName = HeaderName::from_static("x-leeboard-turn");
/// The hash of the session's newest record when the turn was opened.
pub(crate) const TRACE: HeaderName = HeaderName::from_static("x-leeboard-trace");
/// The drift index of the reply.
pub(crate) const DRIFT: HeaderName = HeaderName::from_static("x-leeboard-drift");
/// The correction in the prompt.
pub(crate) const ACTION: HeaderName = HeaderName::from_static("x-leeboard-action");
/// Milliseconds that leeboard took.
pub(crate) const OVERHEAD: HeaderName = HeaderName::from_static("x-leeboard-overhead-ms");
/// Why the turn went on without leeboard.
pub(crate) const ERROR: HeaderName = HeaderName::from_static("x-leeboard-error");

/// Whether the turn was kept; sent where it was not.
pub(crate) const STORED: HeaderName = HeaderName::from_static("x-leeboard-stored");

/// What the names of our own headers begin with.
const OURS: &str = "x-leeboard-";

/// Longest value that we send; some proxies refuse a head of more than 8 KiB.
const LONGEST: usize = 512;

/// Headers that belong to one connection (RFC 9110, section 7.6.1).
const HOP_BY_HOP: [HeaderName; 9] = [
    CONNECTION,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    PROXY_AUTHENTICATE,
    PROXY_AUTHORIZATION,
    TE,
    TRAILER,
    TRANSFER_ENCODING,
    UPGRADE,
];

/// The headers without those that belong to the connection they came by.
pub(crate) fn end_to_end(headers: &HeaderMap) -> HeaderMap {
    let named: Vec<String> = headers
        .get_all(CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|name| name.trim().to_ascii_lowercase())
        .collect();
    let mut kept = headers.clone();
    for name in HOP_BY_HOP {
        kept.remove(name);
    }
    for name in named {
        kept.remove(name.as_str());
    }
    kept
}

/// The headers of a client's request as the upstream gets them.
pub(crate) fn for_upstream(headers: &HeaderMap, key: Option<&HeaderValue>) -> HeaderMap {
    let mut kept = end_to_end(headers);
    let ours = kept.keys().filter(|name| name.as_str().starts_with(OURS));
    for name in ours.cloned().collect::<Vec<_>>() {
        kept.remove(name);
    }
    kept.remove(HOST);
    // Our HTTP server has answered it already.
    kept.remove(EXPECT);
    if let Some(key) = key {
        kept.insert(AUTHORIZATION, key.clone());
    }
    kept
}

/// The same for a chat request, whose body may be changed and whose reply must be read.
pub(crate) fn for_chat(headers: &HeaderMap, key: Option<&HeaderValue>) -> HeaderMap {
    let mut kept = for_upstream(headers, key);
    kept.remove(CONTENT_LENGTH);
    // A compressed reply could be passed on but not read.
    kept.remove(ACCEPT_ENCODING);
    kept
}

/// Whether a body is a stream of server-sent events.
pub(crate) fn is_event_stream(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    kind.trim_start().to_ascii_lowercase().starts_with("text/event-stream")
}

/// A header value of any text: what is not visible ASCII is percent-encoded, the rest is cut.
pub(crate) fn clean(text: &str) -> HeaderValue {
    use std::fmt::Write;
    let mut kept = String::new();
    for byte in text.bytes() {
        if kept.len() >= LONGEST {
            break;
        }
        if (0x20..0x7f).contains(&byte) {
            kept.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(kept, "%{byte:02X}");
        }
    }
    HeaderValue::from_str(kept.trim()).unwrap_or(HeaderValue::from_static("unprintable"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_belongs_to_a_connection_stays_on_it() {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("connection", "close, X-Private"),
            ("x-private", "1"),
            ("transfer-encoding", "chunked"),
            ("keep-alive", "timeout=5"),
            ("x-kept", "yes"),
        ] {
            headers.insert(name, HeaderValue::from_static(value));
        }
        let kept = end_to_end(&headers);
        assert_eq!(kept.keys().map(HeaderName::as_str).collect::<Vec<_>>(), ["x-kept"]);
    }

    #[test]
    fn our_own_headers_do_not_reach_the_upstream() {
        let mut headers = HeaderMap::new();
        for name in ["x-leeboard-mode", "x-leeboard-anything", "x-leeboard", "authorization"] {
            headers.insert(name, HeaderValue::from_static("1"));
        }
        let kept = for_upstream(&headers, None);
        let mut names: Vec<&str> = kept.keys().map(HeaderName::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, ["authorization", "x-leeboard"]);
    }

    #[test]
    fn values_cannot_break_out_of_their_header() {
        assert_eq!(clean("a\r\nset-cookie: b"), "a%0D%0Aset-cookie: b");
        assert_eq!(clean("é"), "%C3%A9");
        assert!(clean(&"x".repeat(9_000)).len() <= LONGEST);
    }
}
