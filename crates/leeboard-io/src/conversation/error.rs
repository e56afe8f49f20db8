//! What can be wrong with a conversation file, and where.
//!
//! Owns the error of `parse` and the place it names. Does not decide what is wrong; the
//! readers of the formats do.

use std::fmt;

use thiserror::Error;

/// Where in a file a fault is, as far as it is known.
///
/// Reads as an editor or a compiler would print it: `chats.jsonl:12:45: messages[3].content`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The name the file was given under.
    pub file: String,
    /// The line of the file, from 1.
    pub line: Option<usize>,
    /// The character of the line where the value at fault ends, from 1.
    pub column: Option<usize>,
    /// The path of the field, such as `messages[3].content`.
    pub field: Option<String>,
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(formatter, ":{line}")?;
            if let Some(column) = self.column {
                write!(formatter, ":{column}")?;
            }
        }
        if let Some(field) = &self.field {
            write!(formatter, ": {field}")?;
        }
        Ok(())
    }
}

/// Why a file holds no conversations that can be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ConversationError {
    /// There is nothing but white space.
    #[error("{place} is empty")]
    Empty {
        /// The file.
        place: Place,
    },
    /// The bytes are not UTF-8.
    #[error("{place}: not UTF-8 at byte {offset} of the file; save it as UTF-8")]
    Encoding {
        /// The file and line.
        place: Place,
        /// How many bytes before the fault are sound.
        offset: usize,
    },
    /// The text is not JSON, or nested too deep.
    #[error("{place}: not valid JSON: {reason}")]
    Syntax {
        /// Where the reader gave up.
        place: Place,
        /// What the reader met.
        reason: String,
    },
    /// The text is JSON, but of none of the known formats.
    #[error(
        "{place}: no conversation: expected an object with `messages`, `conversations` or \
         `mapping`, a list of those or a list of messages, found {found}"
    )]
    Shape {
        /// The file and, in JSONL, the line.
        place: Place,
        /// What is there instead.
        found: String,
    },
    /// A field is missing or has a value of the wrong kind.
    #[error("{place}: {reason}")]
    Field {
        /// Where the field is.
        place: Place,
        /// What is wrong with it.
        reason: String,
    },
    /// Two messages of a conversation have one id.
    #[error("{place}: the id {id:?} is already that of message {first}")]
    DuplicateId {
        /// The later of the two.
        place: Place,
        /// The id.
        id: String,
        /// The 0-based index of the earlier of the two.
        first: usize,
    },
    /// A node of a `ChatGPT` export comes before itself.
    #[error("{place}: the parents of node {node:?} lead back to it")]
    Cycle {
        /// The mapping.
        place: Place,
        /// The first node met twice.
        node: String,
    },
    /// A node of a `ChatGPT` export is named but not there.
    #[error("{place}: node {node:?} is not in the mapping")]
    MissingNode {
        /// The field that names the node.
        place: Place,
        /// The node.
        node: String,
    },
}

impl ConversationError {
    /// Where the fault is.
    #[must_use]
    pub fn place(&self) -> &Place {
        match self {
            Self::Empty { place }
            | Self::Encoding { place, .. }
            | Self::Syntax { place, .. }
            | Self::Shape { place, .. }
            | Self::Field { place, .. }
            | Self::DuplicateId { place, .. }
            | Self::Cycle { place, .. }
            | Self::MissingNode { place, .. } => place,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_says_what_is_known() {
        let mut place = Place { file: "a.json".into(), ..Place::default() };
        assert_eq!(place.to_string(), "a.json");
        place.field = Some("messages[0].role".into());
        assert_eq!(place.to_string(), "a.json: messages[0].role");
        place.line = Some(3);
        place.column = Some(7);
        assert_eq!(place.to_string(), "a.json:3:7: messages[0].role");
        let error = ConversationError::Encoding { place: place.clone(), offset: 9 };
        assert_eq!(error.place(), &place);
    }
}
