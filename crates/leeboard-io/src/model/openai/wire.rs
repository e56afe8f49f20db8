//! The JSON of chat completions: the request body, a whole reply, the error envelope.
//!
//! Reads leniently, since every server of this API differs a little, and keeps unknown fields
//! of the message.

use std::time::Duration;

use leeboard_core::message::{Message, Role};
use reqwest::Response;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::super::{ModelError, ModelReply, ModelRequest, Usage};
use super::Secrets;

/// The longest body that is read: far above any reply, far below the machine's memory.
pub(super) const LONGEST_BODY: usize = 64 << 20;

/// The longest part of a server's error text that is repeated.
const LONGEST_MESSAGE: usize = 500;

/// Why a body could not be read.
pub(super) enum BodyFault {
    Broken(reqwest::Error),
    TooLarge,
}

/// The request body. Parameters win over the model's name but not over what the call decides.
///
/// A stream asks for usage unless the parameters say something about `stream_options`; `null`
/// there keeps the field away from servers that do not know it.
pub(super) fn body(model: &str, request: &ModelRequest, stream: bool) -> Value {
    let mut body = request.parameters.clone();
    body.entry("model").or_insert_with(|| model.into());
    body.insert("messages".to_owned(), json!(request.messages));
    body.remove("stream");
    if stream {
        body.insert("stream".to_owned(), true.into());
        body.entry("stream_options").or_insert_with(|| json!({"include_usage": true}));
    }
    if !stream || body.get("stream_options").is_some_and(Value::is_null) {
        body.remove("stream_options");
    }
    Value::Object(body)
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

/// The reply of a body that is not a stream.
pub(super) fn parse_reply(body: &[u8], secrets: &Secrets) -> Result<ModelReply, ModelError> {
    #[derive(Deserialize)]
    struct Choice {
        message: Map<String, Value>,
        #[serde(default)]
        finish_reason: Option<String>,
    }
    let malformed = |what: String| ModelError::Malformed { what: secrets.hide(&what) };
    let mut body: Value =
        serde_json::from_slice(body).map_err(|error| malformed(format!("it is not JSON ({error})")))?;
    if body.get("error").is_some_and(|error| !error.is_null()) {
        return Err(malformed(format!("it is an error: {}", message_of(&body).unwrap_or_default())));
    }
    let first = body.pointer_mut("/choices/0").map(Value::take);
    let choice = first.ok_or_else(|| malformed("it has no choices".to_owned()))?;
    let choice: Choice = serde_json::from_value(choice)
        .map_err(|error| malformed(format!("its first choice has no message ({error})")))?;
    let message = message(choice.message).map_err(malformed)?;
    Ok(ModelReply::new(message, choice.finish_reason, usage(&body)))
}

/// The message of the first choice of a whole reply, as the gateway reads what it passes on;
/// `None` if there is none.
#[must_use]
pub fn message_of_reply(body: &[u8]) -> Option<Message> {
    let mut body: Value = serde_json::from_slice(body).ok()?;
    match first_choice(&mut body)?.get_mut("message").map(Value::take)? {
        Value::Object(mut fields) => {
            // Whatever the server calls itself, here it is the assistant.
            fields.remove("role");
            message(fields).ok()
        }
        _ => None,
    }
}

/// The choice with index 0: further ones (`n` above 1) are not for a conversation.
pub(super) fn first_choice(body: &mut Value) -> Option<&mut Map<String, Value>> {
    let choices = body.get_mut("choices")?.as_array_mut()?;
    choices
        .iter_mut()
        .filter_map(Value::as_object_mut)
        .find(|choice| choice.get("index").and_then(Value::as_u64).unwrap_or(0) == 0)
}

/// A message whose missing role is the assistant's.
pub(super) fn message(mut fields: Map<String, Value>) -> Result<Message, String> {
    if fields.get("role").is_none_or(Value::is_null) {
        fields.insert("role".to_owned(), Role::Assistant.as_str().into());
    }
    serde_json::from_value(Value::Object(fields))
        .map_err(|error| format!("its message does not fit the format ({error})"))
}

/// The `usage` object of a reply or stream event.
pub(super) fn usage(body: &Value) -> Option<Usage> {
    let usage = body.get("usage").filter(|usage| usage.is_object())?;
    let number = |path: &str| usage.pointer(path).and_then(Value::as_u64).unwrap_or(0);
    Some(Usage {
        prompt_tokens: number("/prompt_tokens"),
        completion_tokens: number("/completion_tokens"),
        cached_tokens: number("/prompt_tokens_details/cached_tokens"),
    })
}

/// What a server says about its refusal: the envelope's message, else the start of the body.
pub(super) fn error_message(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let said = serde_json::from_str::<Value>(&text).ok().as_ref().and_then(message_of);
    let said = said.unwrap_or_else(|| text.split_whitespace().collect::<Vec<_>>().join(" "));
    if said.is_empty() {
        return "no explanation".to_owned();
    }
    said.chars().take(LONGEST_MESSAGE).collect()
}

/// OpenAI writes `{"error": {"message"}}`; others `{"error": "..."}`, `{"message"}`, `{"detail"}`.
pub(super) fn message_of(body: &Value) -> Option<String> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_sent_as_they_are_and_the_call_decides_streaming() {
        let mut request = ModelRequest::new(vec![Message::text(Role::User, "hi")]);
        request.parameters =
            json!({"temperature": 0.5, "stream": true, "x": null}).as_object().unwrap().clone();
        assert_eq!(
            body("m", &request, false),
            json!({"model": "m", "messages": [{"role": "user", "content": "hi"}],
                "temperature": 0.5, "x": null})
        );
        assert_eq!(body("m", &request, true)["stream_options"]["include_usage"], true);
        request.parameters.insert("stream_options".to_owned(), Value::Null);
        assert!(body("m", &request, true).get("stream_options").is_none());
    }

    #[test]
    fn a_whole_reply_is_that_of_the_first_choice() {
        let body =
            br#"{"choices":[{"index":1,"message":{"content":"b"}},{"index":0,"message":{"content":"a"}}]}"#;
        assert_eq!(message_of_reply(body).unwrap().full_text(), "a");
        assert!(message_of_reply(b"{}").is_none() && message_of_reply(b"").is_none());
    }

    #[test]
    fn error_texts_are_found_in_every_usual_place() {
        for body in [
            r#"{"error":{"message":"busy"}}"#,
            r#"{"error":"busy"}"#,
            r#"{"message":"busy"}"#,
            r#"{"detail":"busy"}"#,
            " busy\n",
        ] {
            assert_eq!(error_message(body.as_bytes()), "busy", "{body}");
        }
        assert_eq!(error_message(b""), "no explanation");
        assert_eq!(error_message("é".repeat(900).as_bytes()).chars().count(), LONGEST_MESSAGE);
    }

    #[test]
    fn retry_after_reads_seconds_and_dates() {
        let headers = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, value.parse().unwrap());
            retry_after(&headers)
        };
        assert_eq!(headers("7"), Some(Duration::from_secs(7)));
        assert_eq!(headers("Thu, 01 Jan 1970 00:00:09 GMT"), Some(Duration::ZERO));
        assert!(headers("Fri, 01 Jan 2100 00:00:00 GMT").unwrap() > Duration::from_secs(9));
        assert_eq!(headers("soon"), None);
    }
}
