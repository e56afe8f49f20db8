//! Canonical JSON (RFC 8785): the bytes that digests are made of.
//!
//! Owns writing them fast, since every record is digested twice: names in order, no white space,
//! numbers as `serde_json_canonicalizer` writes them. Whatever is not plain is left to that crate,
//! and a test holds both to the same bytes.

use serde::Serialize;
use serde_json::{Number, Value};

/// Whole numbers up to here are exact as doubles, which are the only numbers of canonical JSON.
const EXACT: u64 = 1 << 53;

/// The canonical JSON of a value; empty for one that cannot be JSON.
pub(crate) fn json(value: &impl Serialize) -> Vec<u8> {
    let mut out = Vec::with_capacity(512);
    match serde_json::to_value(value) {
        Ok(value) => write(&value, &mut out),
        Err(_) => None,
    }
    .map_or_else(|| serde_json_canonicalizer::to_vec(value).unwrap_or_default(), |()| out)
}

fn write(value: &Value, out: &mut Vec<u8>) -> Option<()> {
    match value {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Bool(true) => out.extend_from_slice(b"true"),
        Value::Bool(false) => out.extend_from_slice(b"false"),
        Value::Number(number) => write_number(number, out)?,
        Value::String(text) => write_text(text, out)?,
        Value::Array(items) => {
            out.push(b'[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push(b',');
                }
                write(item, out)?;
            }
            out.push(b']');
        }
        Value::Object(members) => {
            let mut members: Vec<(&String, &Value)> = members.iter().collect();
            // Names are in order by their UTF-16, which for ASCII is the order of their bytes.
            if members.iter().all(|(name, _)| name.is_ascii()) {
                members.sort_unstable_by_key(|(name, _)| *name);
            } else {
                members.sort_by(|(one, _), (other, _)| one.encode_utf16().cmp(other.encode_utf16()));
            }
            out.push(b'{');
            for (at, (name, value)) in members.into_iter().enumerate() {
                if at > 0 {
                    out.push(b',');
                }
                write_text(name, out)?;
                out.push(b':');
                write(value, out)?;
            }
            out.push(b'}');
        }
    }
    Some(())
}

fn write_number(number: &Number, out: &mut Vec<u8>) -> Option<()> {
    let whole = number.as_i64().filter(|whole| whole.unsigned_abs() <= EXACT);
    match whole {
        Some(whole) => serde_json::to_writer(out, &whole).ok(),
        None => serde_json_canonicalizer::to_writer(number, out).ok(),
    }
}

fn write_text(text: &str, out: &mut Vec<u8>) -> Option<()> {
    // What has to be escaped, and how, is the same in all JSON of serde_json.
    serde_json::to_writer(out, text).ok()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn same(value: &impl Serialize) {
        let wanted = serde_json_canonicalizer::to_vec(value).unwrap_or_default();
        assert_eq!(String::from_utf8(json(value)), String::from_utf8(wanted));
    }

    #[test]
    fn numbers_names_and_escapes_are_those_of_the_standard() {
        same(&json!([
            0,
            -0.0,
            1.0,
            1e21,
            1e-7,
            0.1,
            -5,
            u64::MAX,
            i64::MIN,
            EXACT,
            EXACT + 1,
            333_333_333.333_333_3
        ]));
        same(&[0.1_f32, 1.5, f32::MAX]);
        same(&[f64::NAN, 1.0]);
        same(&(0..=0x2ff_u32).filter_map(char::from_u32).map(String::from).collect::<Vec<_>>());
        same(&json!({"\u{fb33}": 1, "\u{1f600}": 2, "\r": 3, "1": 4, "€": 5, "ö": 6, "\u{80}": 7}));
        same(&BTreeMap::from([(10, "a"), (9, "b")]));
        same(&BTreeMap::from([((1, 2), "no name")]));
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            any::<String>().prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 32, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::btree_map(any::<String>(), inner, 0..5)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    /// 64 cases, or as many as `LEEBOARD_TEST_CASES` says (`./test --long`).
    fn cases() -> ProptestConfig {
        #[expect(clippy::disallowed_methods, reason = "a test may read how long it shall run")]
        let asked = std::env::var("LEEBOARD_TEST_CASES");
        ProptestConfig::with_cases(asked.ok().and_then(|n| n.parse().ok()).unwrap_or(64))
    }

    proptest! {
        #![proptest_config(cases())]

        #[test]
        fn every_value_has_the_bytes_of_the_standard(value in any_json()) {
            same(&value);
        }
    }
}
