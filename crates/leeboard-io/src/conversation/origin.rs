//! Decodes a piece of a file, and keeps account of where the piece came from.
//!
//! Owns the step from text to typed values and from a decoding fault to its place. Does not
//! know the formats.

use serde::de::DeserializeOwned;
use serde_json::error::Category;
use serde_path_to_error::Path;

use super::error::{ConversationError, Place};

/// Long enough for any reason, short enough that a quoted value does not fill the screen.
const REASON_CHARACTERS: usize = 240;

/// Where a conversation was found, and what to call it if it has no id.
#[derive(Clone, Debug)]
pub(super) struct Origin<'a> {
    file: &'a str,
    /// The line of a JSONL file, from 1; none in a file that is one JSON value.
    line: Option<usize>,
    /// The place in a list of conversations, such as `[3]`.
    path: String,
    /// The id of a conversation without one.
    pub(super) fallback: String,
}

impl<'a> Origin<'a> {
    /// A whole file.
    pub(super) fn file(file: &'a str, stem: &str) -> Self {
        Self { file, line: None, path: String::new(), fallback: stem.to_owned() }
    }

    /// A line of a JSONL file, from 1.
    pub(super) fn line(file: &'a str, stem: &str, line: usize) -> Self {
        Self { file, line: Some(line), path: String::new(), fallback: format!("{stem}-{line}") }
    }

    /// An item of a list of `count`, from 0.
    pub(super) fn item(&self, index: usize, count: usize) -> Self {
        let fallback =
            if count > 1 { format!("{}-{}", self.fallback, index + 1) } else { self.fallback.clone() };
        Self { fallback, path: format!("{}[{index}]", self.path), ..*self }
    }

    /// The place as a whole.
    pub(super) fn place(&self) -> Place {
        let field = (!self.path.is_empty()).then(|| self.path.clone());
        Place { file: self.file.to_owned(), line: self.line, column: None, field }
    }

    /// The place of a field, given by a path such as `messages[0].id` or `[0].id`.
    pub(super) fn field(&self, path: &str) -> Place {
        let dot = if self.path.is_empty() || path.starts_with('[') { "" } else { "." };
        Place { field: Some(printable(&format!("{}{dot}{path}", self.path))), ..self.place() }
    }

    /// Decodes a text that holds one JSON value and nothing after it.
    pub(super) fn decode<T: DeserializeOwned>(&self, text: &str) -> Result<T, ConversationError> {
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
            let path = path_of(error.path());
            self.fault(text, path, error.inner())
        })?;
        deserializer.end().map_err(|error| self.fault(text, None, &error))?;
        Ok(value)
    }

    /// Says why a text is not one JSON value.
    pub(super) fn malformed(&self, text: &str) -> ConversationError {
        match self.decode::<serde_json::Value>(text) {
            Err(error) => error,
            Ok(_) => ConversationError::Syntax { place: self.place(), reason: "not one value".to_owned() },
        }
    }

    fn fault(&self, text: &str, field: Option<String>, error: &serde_json::Error) -> ConversationError {
        let place = Place {
            file: self.file.to_owned(),
            line: Some(self.line.unwrap_or(1) + error.line().saturating_sub(1)),
            column: Some(column(text, error)),
            field,
        };
        let whole = error.to_string();
        let suffix = format!(" at line {} column {}", error.line(), error.column());
        let reason = clip(whole.strip_suffix(&suffix).unwrap_or(&whole));
        match error.classify() {
            Category::Data => ConversationError::Field { place, reason },
            Category::Syntax | Category::Eof | Category::Io => ConversationError::Syntax { place, reason },
        }
    }
}

/// The column in characters, as editors count; `serde_json` counts bytes.
fn column(text: &str, error: &serde_json::Error) -> usize {
    let line = text.split('\n').nth(error.line().saturating_sub(1)).unwrap_or_default();
    line.char_indices().take_while(|(offset, _)| *offset < error.column()).count().max(1)
}

fn path_of(path: &Path) -> Option<String> {
    let path = path.to_string();
    (path != ".").then(|| printable(&path))
}

/// Keys come from the file; a terminal must not obey them.
fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_control() {
            shown.extend(character.escape_default());
        } else {
            shown.push(character);
        }
    }
    shown
}

fn clip(reason: &str) -> String {
    match reason.char_indices().nth(REASON_CHARACTERS) {
        // What was expected stands at the end, what was met may be long: cut the middle.
        Some((start, _)) => {
            let tail = reason.rfind(", expected ").filter(|end| *end >= start);
            format!("{}…{}", &reason[..start], tail.map_or("", |end| &reason[end..]))
        }
        None => reason.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> String {
        Origin::file("a.json", "a").decode::<Vec<u8>>(text).unwrap_err().to_string()
    }

    #[test]
    fn columns_count_characters() {
        assert_eq!(fault("[1,\n \"äö\"]"), "a.json:2:5: [1]: invalid type: string \"äö\", expected u8");
    }

    #[test]
    fn a_long_value_is_cut_out_of_the_reason() {
        let reason = fault(&format!("[\"{}\"]", "x".repeat(100_000)));
        assert!(reason.len() < 400, "{reason}");
        assert!(reason.ends_with("…, expected u8"), "{reason}");
    }

    #[test]
    fn control_characters_of_keys_are_escaped() {
        assert_eq!(printable("a\u{1b}[31m"), "a\\u{1b}[31m");
    }

    #[test]
    fn the_path_of_an_item_comes_first() {
        let origin = Origin::file("a.json", "a");
        assert_eq!(origin.field("messages[1].id").to_string(), "a.json: messages[1].id");
        assert_eq!(origin.item(2, 3).field("messages[1].id").to_string(), "a.json: [2].messages[1].id");
        assert_eq!(origin.item(2, 3).fallback, "a-3");
        assert_eq!(origin.item(0, 1).fallback, "a");
        assert_eq!(Origin::line("a.jsonl", "a", 9).fallback, "a-9");
    }
}
