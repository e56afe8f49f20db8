//! Tells the format of a text by its shape, reading only as much as that needs.
//!
//! Owns the choice between one JSON value and JSONL, and between the formats. Decodes no
//! message: values are skipped, not built.

use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// What an object is, by its keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Has `messages`: our own format or fine-tuning data.
    Native,
    /// Has `mapping`: an export of `ChatGPT`.
    ChatGpt,
    /// Has `conversations`: `ShareGPT`.
    ShareGpt,
    /// Has `role`: a message on its own.
    Message,
    /// Nothing we know, in words.
    Other(&'static str),
}

/// What a JSON value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outline {
    /// A value on its own.
    One(Shape),
    /// A list, by its first item.
    Many(Shape),
}

/// How a text is divided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    /// One JSON value.
    Whole(Outline),
    /// A JSON value a line.
    Lines,
}

/// How the text is divided; none if it is neither JSON nor begins with a line that is.
pub(super) fn layout(text: &str) -> Option<Layout> {
    let (outline, end) = first_value(text)?;
    let (head, tail) = text.split_at_checked(end)?;
    if tail.trim().is_empty() {
        return Some(Layout::Whole(outline));
    }
    let rest_of_line = tail.split('\n').next().unwrap_or_default();
    let alone = rest_of_line.trim().is_empty() && !head.trim_start().contains('\n');
    alone.then_some(Layout::Lines)
}

/// What the text is if it is one JSON value.
pub(super) fn outline(text: &str) -> Option<Outline> {
    match layout(text)? {
        Layout::Whole(outline) => Some(outline),
        Layout::Lines => None,
    }
}

fn first_value(text: &str) -> Option<(Outline, usize)> {
    if !text.trim_start().starts_with('[') {
        let (shape, end) = head(text)?;
        return Some((Outline::One(shape), end));
    }
    let (List(first), end) = head(text)?;
    Some((first.map_or(Outline::One(Shape::Other("an empty list")), Outline::Many), end))
}

/// The first JSON value of the text and where it ends.
fn head<'de, T: Deserialize<'de>>(text: &'de str) -> Option<(T, usize)> {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<T>();
    let value = values.next()?.ok()?;
    Some((value, values.byte_offset()))
}

impl<'de> Deserialize<'de> for Shape {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ShapeVisitor)
    }
}

struct ShapeVisitor;

impl<'de> Visitor<'de> for ShapeVisitor {
    type Value = Shape;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Shape, A::Error> {
        // In this order, whatever the order of the keys: `messages` is the contract.
        const KNOWN: [(&str, Shape); 4] = [
            ("messages", Shape::Native),
            ("mapping", Shape::ChatGpt),
            ("conversations", Shape::ShareGpt),
            ("role", Shape::Message),
        ];
        let mut best = KNOWN.len();
        while let Some((key, IgnoredAny)) = map.next_entry::<String, IgnoredAny>()? {
            let rank = KNOWN.iter().position(|(name, _)| *name == key);
            best = best.min(rank.unwrap_or(KNOWN.len()));
        }
        Ok(KNOWN.get(best).map_or(Shape::Other("an object with none of these"), |known| known.1))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Shape, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Shape::Other("a list"))
    }

    fn visit_str<E>(self, _: &str) -> Result<Shape, E> {
        Ok(Shape::Other("a string"))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Shape, E> {
        Ok(Shape::Other("a boolean"))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Shape, E> {
        Ok(Shape::Other("a number"))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Shape, E> {
        Ok(Shape::Other("a number"))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Shape, E> {
        Ok(Shape::Other("a number"))
    }

    fn visit_unit<E>(self) -> Result<Shape, E> {
        Ok(Shape::Other("null"))
    }
}

/// A list, of which only the first item matters.
struct List(Option<Shape>);

impl<'de> Deserialize<'de> for List {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(ListVisitor)
    }
}

struct ListVisitor;

impl<'de> Visitor<'de> for ListVisitor {
    type Value = List;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<List, A::Error> {
        let first = list.next_element()?;
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(List(first))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_value_is_not_lines() {
        assert_eq!(layout("{\n\"messages\":[]}\n\n"), Some(Layout::Whole(Outline::One(Shape::Native))));
        assert_eq!(layout("[{\"role\":1}]"), Some(Layout::Whole(Outline::Many(Shape::Message))));
        assert_eq!(
            layout("{\"mapping\":{},\"messages\":0}"),
            Some(Layout::Whole(Outline::One(Shape::Native)))
        );
    }

    #[test]
    fn lines_begin_with_a_whole_value() {
        assert_eq!(layout("\n{} \n{"), Some(Layout::Lines));
        assert_eq!(layout("{}\r\nnonsense"), Some(Layout::Lines));
        assert_eq!(layout("{}{}"), None);
        assert_eq!(layout("{\n}\n{}"), None);
        assert_eq!(layout("{\n"), None);
    }

    #[test]
    fn depth_is_no_danger() {
        assert_eq!(layout(&"[".repeat(1_000_000)), None);
        let deep = format!("{}{}", "[".repeat(1_000_000), "]".repeat(1_000_000));
        assert_eq!(outline(&deep), Some(Outline::Many(Shape::Other("a list"))));
    }
}
