//! Reads the fields the formats share: roles, contents, ids and times.
//!
//! Owns what is accepted for each and how a refusal reads. Used through
//! `#[serde(deserialize_with)]`, so that a fault carries its place in the file.

use std::fmt;

use leeboard_core::{Content, Role, Timestamp};
use serde::de::{Deserializer, Error, SeqAccess, Visitor};
use serde_json::Value;

use super::moment;

/// A role of the chat format; `function` is the old name of `tool`.
pub(super) fn role<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Role, D::Error> {
    struct Roles;
    impl Visitor<'_> for Roles {
        type Value = Role;

        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("a role")
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<Role, E> {
            match text {
                "system" => Ok(Role::System),
                "developer" => Ok(Role::Developer),
                "user" => Ok(Role::User),
                "assistant" => Ok(Role::Assistant),
                "tool" | "function" => Ok(Role::Tool),
                _ => Err(E::custom(format_args!(
                    "unknown role {text:?}, expected system, developer, user, assistant, tool \
                     or function"
                ))),
            }
        }
    }
    deserializer.deserialize_str(Roles)
}

/// A text, a list of parts or null.
pub(super) fn content<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Content, D::Error> {
    struct Contents;
    impl<'de> Visitor<'de> for Contents {
        type Value = Content;

        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("a string, a list of parts or null")
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<Content, E> {
            Ok(Content::Text(text.to_owned()))
        }

        fn visit_unit<E: Error>(self) -> Result<Content, E> {
            Ok(Content::Absent)
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Content, A::Error> {
            let mut parts: Vec<Value> = Vec::new();
            while let Some(part) = list.next_element()? {
                parts.push(part);
            }
            Ok(Content::Parts(parts))
        }
    }
    deserializer.deserialize_any(Contents)
}

/// An id: a string or a number; null and the empty string are no id.
pub(super) fn id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    struct Ids;
    impl Visitor<'_> for Ids {
        type Value = Option<String>;

        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("a string or a number")
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<Option<String>, E> {
            Ok((!text.is_empty()).then(|| text.to_owned()))
        }

        fn visit_i64<E: Error>(self, number: i64) -> Result<Option<String>, E> {
            Ok(Some(number.to_string()))
        }

        fn visit_u64<E: Error>(self, number: u64) -> Result<Option<String>, E> {
            Ok(Some(number.to_string()))
        }

        fn visit_f64<E: Error>(self, number: f64) -> Result<Option<String>, E> {
            Ok(Some(number.to_string()))
        }

        fn visit_unit<E: Error>(self) -> Result<Option<String>, E> {
            Ok(None)
        }
    }
    deserializer.deserialize_any(Ids)
}

/// A time as text or number; null is no time.
pub(super) fn time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
    struct Times;
    impl Visitor<'_> for Times {
        type Value = Option<Timestamp>;

        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str(moment::EXPECTED)
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<Option<Timestamp>, E> {
            known(moment::from_text(text), &format_args!("{text:?}"))
        }

        fn visit_i64<E: Error>(self, number: i64) -> Result<Option<Timestamp>, E> {
            known(moment::from_integer(number), &number)
        }

        fn visit_u64<E: Error>(self, number: u64) -> Result<Option<Timestamp>, E> {
            known(i64::try_from(number).ok().and_then(moment::from_integer), &number)
        }

        fn visit_f64<E: Error>(self, number: f64) -> Result<Option<Timestamp>, E> {
            known(moment::from_float(number), &number)
        }

        fn visit_unit<E: Error>(self) -> Result<Option<Timestamp>, E> {
            Ok(None)
        }
    }
    deserializer.deserialize_any(Times)
}

fn known<E: Error>(time: Option<Timestamp>, given: &dyn fmt::Display) -> Result<Option<Timestamp>, E> {
    match time {
        Some(time) => Ok(Some(time)),
        None => Err(E::custom(format_args!("invalid time {given}, expected {}", moment::EXPECTED))),
    }
}
