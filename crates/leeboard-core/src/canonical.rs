//! Canonical JSON (RFC 8785): the bytes that digests are made of.
//!
//! Owns writing them fast, since every record and every message is digested: names in order, no white
//! space, numbers as `serde_json_canonicalizer` writes them. Whatever is not plain is left to that
//! crate, and a test holds both to the same bytes.

use std::io::{self, Write};
use std::ops::Range;

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::Formatter;

/// Whole numbers up to here are exact as doubles, which are the only numbers of canonical JSON.
const EXACT: u64 = 1 << 53;

/// The canonical JSON of a value; empty for one that cannot be JSON.
pub(crate) fn json(value: &impl Serialize) -> Vec<u8> {
    let mut written = Vec::with_capacity(512);
    let serialized = value.serialize(&mut Serializer::with_formatter(&mut written, Numbers));
    let mut out = Vec::with_capacity(written.len());
    let ordered = serialized.ok().and_then(|()| Reader { written: &written, at: 0 }.value(&mut out));
    match ordered {
        Some(()) => out,
        None => serde_json_canonicalizer::to_vec(value).unwrap_or_default(),
    }
}

/// JSON without white space, its numbers as the standard writes them. What has to be escaped in a
/// text, and how, is the same in all JSON of serde_json.
struct Numbers;

impl Formatter for Numbers {
    fn write_i64<W: ?Sized + Write>(&mut self, writer: &mut W, value: i64) -> io::Result<()> {
        if value.unsigned_abs() <= EXACT { write!(writer, "{value}") } else { double(writer, value as f64) }
    }

    fn write_u64<W: ?Sized + Write>(&mut self, writer: &mut W, value: u64) -> io::Result<()> {
        if value <= EXACT { write!(writer, "{value}") } else { double(writer, value as f64) }
    }

    fn write_f32<W: ?Sized + Write>(&mut self, writer: &mut W, value: f32) -> io::Result<()> {
        double(writer, f64::from(value))
    }

    fn write_f64<W: ?Sized + Write>(&mut self, writer: &mut W, value: f64) -> io::Result<()> {
        double(writer, value)
    }
}

fn double<W: ?Sized + Write>(writer: &mut W, value: f64) -> io::Result<()> {
    writer.write_all(&serde_json_canonicalizer::to_vec(&value)?)
}

/// Goes once through JSON that was just written, and puts the members of objects in order.
struct Reader<'a> {
    written: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    /// Copies the value that begins here. `None` where the order of names is not plain.
    fn value(&mut self, out: &mut Vec<u8>) -> Option<()> {
        match self.peek()? {
            b'{' => self.object(out),
            b'[' => {
                self.copy(out)?;
                while self.peek()? != b']' {
                    if self.peek()? == b',' {
                        self.copy(out)?;
                    }
                    self.value(out)?;
                }
                self.copy(out)
            }
            b'"' => {
                let text = self.text()?;
                out.extend_from_slice(self.written.get(text)?);
                Some(())
            }
            _ => {
                let rest = self.written.get(self.at..)?;
                let ends = |byte: &u8| matches!(byte, b',' | b']' | b'}');
                let end = rest.iter().position(ends).unwrap_or(rest.len());
                out.extend_from_slice(rest.get(..end)?);
                self.at += end;
                Some(())
            }
        }
    }

    fn object(&mut self, out: &mut Vec<u8>) -> Option<()> {
        self.copy(out)?;
        let start = out.len();
        // The name of each member, and where it stands now with its value.
        let mut members: Vec<(&[u8], Range<usize>)> = Vec::new();
        while self.peek()? != b'}' {
            if self.peek()? == b',' {
                self.at += 1;
            }
            let name = self.text()?;
            let name = self.written.get(name)?;
            // What is escaped in a name stands for something else than it is written.
            if name.contains(&b'\\') {
                return None;
            }
            let from = out.len();
            out.extend_from_slice(name);
            self.copy(out)?;
            self.value(out)?;
            members.push((name, from..out.len()));
        }
        let unordered = out.get(start..)?.to_vec();
        out.truncate(start);
        // In order by their UTF-16, which for ASCII is the order of their bytes; without the quotation
        // mark at the end, which is greater than a space.
        if members.iter().all(|(name, _)| name.is_ascii()) {
            members.sort_by_key(|(name, _)| name.split_last().map(|(_, name)| name));
        } else {
            let letters = |name: &[u8]| {
                str::from_utf8(name).map(|it| it.trim_end_matches('"').encode_utf16().collect::<Vec<_>>())
            };
            members.sort_by_cached_key(|(name, _)| letters(name).unwrap_or_default());
        }
        for (place, (_, at)) in members.into_iter().enumerate() {
            if place > 0 {
                out.push(b',');
            }
            out.extend_from_slice(unordered.get(at.start - start..at.end - start)?);
        }
        self.copy(out)
    }

    fn peek(&self) -> Option<u8> {
        self.written.get(self.at).copied()
    }

    /// Copies one byte.
    fn copy(&mut self, out: &mut Vec<u8>) -> Option<()> {
        out.push(self.peek()?);
        self.at += 1;
        Some(())
    }

    /// Passes a text; where it stands, with its quotation marks.
    fn text(&mut self) -> Option<Range<usize>> {
        let start = self.at;
        loop {
            let rest = self.written.get(self.at + 1..)?;
            let step = rest.iter().position(|byte| matches!(byte, b'"' | b'\\'))?;
            self.at += 1 + step;
            if self.peek()? == b'"' {
                self.at += 1;
                return Some(start..self.at);
            }
            self.at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use serde_json::{Value, json};

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
        same(&json!({"boat": 1, "boat hook": 2, "boat!": 3, "": 4, "boats": {"b c": 1, "b": 2}}));
        same(
            &json!({"b\u{f6}t": 1, "b\u{f6}t hook": 2, "\u{fb33}": 3, "\u{1f600}": 4, "a\"b": {"\u{e9}": 5}}),
        );
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
