//! What a request wants of leeboard: its mode, or less than the usual.
//!
//! Owns the fields of the `leeboard` object and the headers that say the same. Where both are
//! there, the body counts.

use axum::http::HeaderMap;
use leeboard_core::Mode;
use serde::Deserialize;
use serde_json::Value;

use super::error::ApiError;
use super::request::ChatRequest;

/// Goes on as if leeboard was not there.
const BYPASS: Flag = Flag { field: "bypass", param: "leeboard.bypass", header: "x-leeboard-bypass" };
/// Stores nothing of the request.
const NO_STORE: Flag = Flag { field: "store", param: "leeboard.store", header: "x-leeboard-no-store" };
/// Corrects nothing.
const NO_CORRECT: Flag =
    Flag { field: "correct", param: "leeboard.correct", header: "x-leeboard-no-correct" };
/// Holds a stream back until it is judged.
const BUFFER: Flag = Flag { field: "buffer", param: "leeboard.buffer", header: "x-leeboard-buffer" };
/// The mode.
const MODE: &str = "x-leeboard-mode";

/// What a request wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Wishes {
    /// Leave it alone altogether.
    pub(crate) bypass: bool,
    /// Keep the turn.
    pub(crate) store: bool,
    /// Correct what drifted.
    pub(crate) correct: bool,
    /// Hold a stream back until it is judged, if it says so or not.
    pub(crate) buffer: Option<bool>,
    /// The mode, if it names one.
    pub(crate) mode: Option<Mode>,
}

/// A wish that is yes or no, in the body and as a header.
struct Flag {
    field: &'static str,
    param: &'static str,
    header: &'static str,
}

impl Wishes {
    /// Reads them.
    ///
    /// # Errors
    /// An error for the client, if a value is none of those that count.
    pub(crate) fn of(request: &ChatRequest, headers: &HeaderMap) -> Result<Self, ApiError> {
        let ours = request.fields.leeboard.as_ref();
        let wish = |flag: &Flag| match flag.in_body(ours)? {
            None => flag.in_headers(headers),
            said => Ok(said),
        };
        // These headers say the opposite of their fields.
        let no = |flag: &Flag| match flag.in_body(ours)? {
            None => flag.in_headers(headers).map(|no| !no.unwrap_or_default()),
            Some(stays) => Ok(stays),
        };
        Ok(Self {
            bypass: wish(&BYPASS)?.unwrap_or_default(),
            store: no(&NO_STORE)?,
            correct: no(&NO_CORRECT)?,
            buffer: wish(&BUFFER)?,
            mode: mode(ours, headers)?,
        })
    }

    /// Whether a header alone asks to leave the request alone, whatever its body is.
    pub(crate) fn is_bypassed(headers: &HeaderMap) -> bool {
        BYPASS.in_headers(headers).is_ok_and(Option::unwrap_or_default)
    }
}

impl Flag {
    fn in_body(&self, ours: Option<&Value>) -> Result<Option<bool>, ApiError> {
        match ours.and_then(|ours| ours.get(self.field)) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Bool(value)) => Ok(Some(*value)),
            Some(_) => Err(ApiError::invalid(self.param, "it is true or false")),
        }
    }

    fn in_headers(&self, headers: &HeaderMap) -> Result<Option<bool>, ApiError> {
        let Some(value) = headers.get(self.header) else { return Ok(None) };
        match value.to_str().unwrap_or("?").trim().to_ascii_lowercase().as_str() {
            "1" | "true" | "yes" | "on" => Ok(Some(true)),
            "" | "0" | "false" | "no" | "off" => Ok(Some(false)),
            _ => Err(ApiError::invalid(self.header, "it is true or false")),
        }
    }
}

fn mode(ours: Option<&Value>, headers: &HeaderMap) -> Result<Option<Mode>, ApiError> {
    let named = ours.and_then(|ours| ours.get("mode"));
    let header = headers.get(MODE).map(|value| Value::from(value.to_str().unwrap_or("?").trim()));
    let (name, value) = match (named, &header) {
        (Some(mode), _) => ("leeboard.mode", mode),
        (None, Some(mode)) => (MODE, mode),
        (None, None) => return Ok(None),
    };
    let read = Mode::deserialize(value);
    read.map(Some).map_err(|_| ApiError::invalid(name, "it is observe, augment or manage"))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use bytes::Bytes;

    use super::*;
    use crate::openai::request::Parsed;

    fn wishes(ours: &str, headers: &[(&'static str, &'static str)]) -> Result<Wishes, ApiError> {
        let body = format!(r#"{{"messages":[{{"role":"user","content":"x"}}],"leeboard":{ours}}}"#);
        let Parsed::Chat(request) = Parsed::of(Bytes::from(body)) else { panic!("no chat") };
        let headers =
            headers.iter().map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value)));
        Wishes::of(&request, &headers.collect())
    }

    #[test]
    fn without_wishes_all_is_as_usual() {
        let usual = Wishes { bypass: false, store: true, correct: true, buffer: None, mode: None };
        for ours in ["{}", "null", "[]", r#"{"store":null}"#] {
            assert_eq!(wishes(ours, &[]), Ok(usual), "{ours}");
        }
    }

    #[test]
    fn the_body_counts_before_the_headers() {
        let all = [
            ("x-leeboard-bypass", "1"),
            ("x-leeboard-no-store", "TRUE"),
            ("x-leeboard-buffer", "on"),
            ("x-leeboard-mode", "augment"),
        ];
        let asked = wishes("{}", &all).unwrap();
        assert_eq!((asked.bypass, asked.store, asked.correct), (true, false, true));
        assert_eq!((asked.buffer, asked.mode), (Some(true), Some(Mode::Augment)));
        let asked = r#"{"bypass":false,"store":true,"correct":false,"buffer":false,"mode":"manage"}"#;
        let asked = wishes(asked, &all).unwrap();
        let mode = Some(Mode::Manage);
        let wanted = Wishes { bypass: false, store: true, correct: false, buffer: Some(false), mode };
        assert_eq!(asked, wanted);
    }

    #[test]
    fn other_values_are_refused() {
        for ours in [
            r#"{"mode":"fly"}"#,
            r#"{"store":"no"}"#,
            r#"{"bypass":1}"#,
            r#"{"buffer":1}"#,
            r#"{"mode":null}"#,
        ] {
            assert!(wishes(ours, &[]).is_err(), "{ours}");
        }
        assert!(wishes("{}", &[("x-leeboard-no-correct", "maybe")]).is_err());
        assert!(wishes("{}", &[("x-leeboard-mode", "Manage")]).is_err());
    }
}
