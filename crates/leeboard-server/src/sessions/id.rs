//! Which session a request names.
//!
//! Owns the places an id may stand in and their order. Knows no store: whether the session
//! exists is another question.

use axum::http::HeaderMap;
use serde_json::Value;

use crate::openai::error::ApiError;
use crate::openai::request::Fields;

/// Longest id in bytes; it is a key of the store and a value of a header.
const LONGEST: usize = 256;

/// Our header first, then those of other gateways, memory layers and chat clients.
const HEADERS: [&str; 6] = [
    "x-session-id",
    "x-litellm-session-id",
    "x-sm-conversation-id",
    "helicone-session-id",
    "x-openwebui-chat-id",
    "x-claude-code-session-id",
];

/// The id that a request names, if it names one.
///
/// # Errors
/// An error for the client, if a field of ours holds something that is no id.
pub(crate) fn named(fields: &Fields, headers: &HeaderMap) -> Result<Option<String>, ApiError> {
    let nested =
        |object: &Option<Value>, name: &str| object.as_ref().and_then(|object| object.get(name)).cloned();
    let conversation = match &fields.conversation {
        Some(Value::Object(object)) => object.get("id").cloned(),
        other => other.clone(),
    };
    if let Some(id) = ours("session_id", fields.session_id.clone())? {
        return Ok(Some(id));
    }
    if let Some(id) = ours("conversation", conversation)? {
        return Ok(Some(id));
    }
    // Metadata is the client's own: what is no id there is none of our business.
    if let Ok(Some(id)) = ours("metadata.session_id", nested(&fields.metadata, "session_id")) {
        return Ok(Some(id));
    }
    if let Some(id) = ours("leeboard.session_id", nested(&fields.leeboard, "session_id"))? {
        return Ok(Some(id));
    }
    let values = HEADERS.iter().filter_map(|name| headers.get(*name)?.to_str().ok());
    Ok(values.map(str::trim).find(|id| !id.is_empty() && check(id).is_ok()).map(str::to_owned))
}

fn ours(name: &'static str, value: Option<Value>) -> Result<Option<String>, ApiError> {
    let id = match value {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::String(text)) => text.trim().to_owned(),
        Some(Value::Number(number)) => number.to_string(),
        Some(_) => return Err(ApiError::invalid(name, "a session id is a text")),
    };
    if id.is_empty() {
        return Ok(None);
    }
    check(&id).map_err(|reason| ApiError::invalid(name, reason))?;
    Ok(Some(id))
}

/// Whether this can be a session's id.
///
/// # Errors
/// The reason, if it cannot.
pub(crate) fn check(id: &str) -> Result<(), &'static str> {
    if id.len() > LONGEST {
        return Err("a session id has at most 256 bytes");
    }
    if id.chars().any(char::is_control) {
        return Err("a session id has no control characters");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use serde_json::json;

    use super::*;

    fn fields(session_id: Value, conversation: Value, metadata: Value, leeboard: Value) -> Fields {
        Fields {
            stream: false,
            session_id: Some(session_id),
            conversation: Some(conversation),
            metadata: Some(metadata),
            leeboard: Some(leeboard),
            user: None,
        }
    }

    #[test]
    fn the_first_place_with_an_id_counts() {
        let mut headers = HeaderMap::new();
        headers.insert("x-openwebui-chat-id", HeaderValue::from_static("vendor"));
        headers.insert("x-session-id", HeaderValue::from_static("header"));
        let (metadata, leeboard) = (json!({"session_id": "meta"}), json!({"session_id": "own"}));
        let named = |fields| named(&fields, &headers).unwrap().unwrap();
        assert_eq!(named(fields(json!("a"), json!("b"), metadata.clone(), leeboard.clone())), "a");
        assert_eq!(named(fields(json!(""), json!({"id": 7}), metadata.clone(), leeboard.clone())), "7");
        assert_eq!(named(fields(json!(null), json!({}), metadata, leeboard.clone())), "meta");
        assert_eq!(named(fields(json!(null), json!(null), json!({"session_id": []}), leeboard)), "own");
        assert_eq!(named(Fields::default()), "header");
    }

    #[test]
    fn what_is_no_id_is_refused_with_its_field() {
        for wrong in [json!([]), json!(true), json!("x".repeat(300)), json!("a\nb")] {
            let fields = Fields { session_id: Some(wrong), ..Fields::default() };
            assert!(named(&fields, &HeaderMap::new()).is_err());
        }
    }
}
