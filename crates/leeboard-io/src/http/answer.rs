//! What servers answer besides what was asked for: long bodies, error texts, wishes to wait.

use std::time::Duration;

use reqwest::Response;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use serde_json::Value;

/// The longest body that is read: far above any reply, far below the machine's memory.
pub(super) const LONGEST_BODY: usize = 64 << 20;

/// The longest part of a server's error text that is repeated, in characters.
const LONGEST_MESSAGE: usize = 500;

/// Why a body could not be read.
pub(super) enum BodyFault {
    Broken(reqwest::Error),
    TooLarge,
}

/// Reads a response's body up to [`LONGEST_BODY`].
pub(super) async fn read_body(mut response: Response) -> Result<Vec<u8>, BodyFault> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(BodyFault::Broken)? {
        if body.len() + chunk.len() > LONGEST_BODY {
            return Err(BodyFault::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// What a server says about its refusal: the envelope's message, else the body's text.
pub(super) fn error_message(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let said = serde_json::from_str::<Value>(&text).ok().as_ref().and_then(message_of);
    let said = said.unwrap_or_else(|| text.split_whitespace().collect::<Vec<_>>().join(" "));
    if said.is_empty() { "no explanation".to_owned() } else { said }
}

/// The start of a text, as long as an error message may be.
pub(super) fn shorten(text: &str) -> String {
    text.chars().take(LONGEST_MESSAGE).collect()
}

/// OpenAI writes `{"error": {"message"}}`; others `{"error": "..."}`, `{"message"}`, `{"detail"}`.
pub(crate) fn message_of(body: &Value) -> Option<String> {
    ["/error/message", "/error", "/message", "/detail"]
        .iter()
        .find_map(|path| body.pointer(path).and_then(Value::as_str))
        .map(str::to_owned)
}

/// `Retry-After` in seconds or as an HTTP date; a date in the past is now.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let then = jiff::fmt::rfc2822::parse(text).ok()?.timestamp().as_millisecond();
    let milliseconds = then.saturating_sub(crate::stamp::clock().0).max(0);
    u64::try_from(milliseconds).ok().map(Duration::from_millis)
}
