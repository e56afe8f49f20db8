//! The JSON of chat completions: the request body and a whole reply.
//!
//! Reads leniently, since every server of this API differs a little, and keeps unknown fields
//! of the message.

use leeboard_core::message::{Message, Role};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::super::{ModelReply, ModelRequest, Usage};
use crate::http;

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

/// The reply of a body that is not a stream. The error says what is wrong with it.
pub(super) fn parse_reply(body: &[u8]) -> Result<ModelReply, String> {
    #[derive(Deserialize)]
    struct Choice {
        message: Map<String, Value>,
        #[serde(default)]
        finish_reason: Option<String>,
    }
    let mut body: Value =
        serde_json::from_slice(body).map_err(|error| format!("it is not JSON ({error})"))?;
    if body.get("error").is_some_and(|error| !error.is_null()) {
        return Err(format!("it is an error: {}", http::message_of(&body).unwrap_or_default()));
    }
    let first = body.pointer_mut("/choices/0").map(Value::take);
    let choice = first.ok_or("it has no choices")?;
    let choice: Choice = serde_json::from_value(choice)
        .map_err(|error| format!("its first choice has no message ({error})"))?;
    let message = message(choice.message)?;
    let usage = usage_object(&mut body).as_ref().map(Usage::of);
    Ok(ModelReply::new(message, choice.finish_reason, usage))
}

/// A whole reply as the gateway reads what it passes on.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct WholeReply {
    /// The message of the first choice, if there is one.
    pub message: Option<Message>,
    /// What the server says of its tokens, as it says it.
    pub usage: Option<Value>,
    /// Whether it has a single choice and no probabilities of tokens, which would not fit other
    /// words.
    pub plain: bool,
}

impl WholeReply {
    /// Reads a body; what is no reply has nothing.
    #[must_use]
    pub fn read(body: &[u8]) -> Self {
        let Ok(mut body) = serde_json::from_slice::<Value>(body) else { return Self::default() };
        let (usage, plain) = (usage_object(&mut body), is_plain(&body));
        let message = first_choice(&mut body).and_then(|choice| match choice.get_mut("message")?.take() {
            Value::Object(mut fields) => {
                // Whatever the server calls itself, here it is the assistant.
                fields.remove("role");
                message(fields).ok()
            }
            _ => None,
        });
        Self { message, usage, plain }
    }
}

/// Whether a reply or an event of a stream has no choice but the first, and no probabilities.
pub(super) fn is_plain(body: &Value) -> bool {
    let choices = body.get("choices").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let plain = |choice: &Value| {
        let first = choice.get("index").and_then(Value::as_u64).unwrap_or(0) == 0;
        first && choice.get("logprobs").is_none_or(Value::is_null)
    };
    choices.len() < 2 && choices.iter().all(plain)
}

/// What a reply or an event of a stream says of its tokens, taken out of it.
pub(super) fn usage_object(body: &mut Value) -> Option<Value> {
    body.get_mut("usage").map(Value::take).filter(Value::is_object)
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

impl Usage {
    /// The tokens of a `usage` object; what it does not tell is 0.
    #[must_use]
    pub fn of(usage: &Value) -> Self {
        let number = |path: &str| usage.pointer(path).and_then(Value::as_u64).unwrap_or(0);
        Self {
            prompt_tokens: number("/prompt_tokens"),
            completion_tokens: number("/completion_tokens"),
            cached_tokens: number("/prompt_tokens_details/cached_tokens"),
        }
    }
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
        assert_eq!(WholeReply::read(body).message.unwrap().full_text(), "a");
        assert_eq!(WholeReply::read(b""), WholeReply::default());
        assert!(WholeReply::read(b"{}").message.is_none());
    }
}
