//! Exact token counts by name, for budgets and reports.
//!
//! Owns the choice of vocabulary and loads each at most once in a process, at its first count.
//! The trait and the table-free estimate are the core's.

use std::sync::Arc;

use leeboard_core::tokens::{Estimate, TokenCounter};
use thiserror::Error;
use tiktoken_rs::CoreBPE;

/// The names that [`counter`] knows.
pub const ENCODINGS: [&str; 3] = ["o200k_base", "cl100k_base", "estimate"];

/// A token counter was asked for that does not exist.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("find the token counter `{name}` (known are o200k_base, cl100k_base and estimate)")]
#[non_exhaustive]
pub struct UnknownEncoding {
    /// The name that was asked for.
    pub name: String,
}

/// The counter of that name: `o200k_base` (GPT-4o and later), `cl100k_base` (GPT-4 and
/// GPT-3.5), or `estimate` (four bytes a token, no tables).
///
/// Text that looks like a special token, such as `<|endoftext|>`, is counted as the ordinary
/// text it is.
///
/// # Errors
///
/// [`UnknownEncoding`] for any other name.
pub fn counter(name: &str) -> Result<Arc<dyn TokenCounter>, UnknownEncoding> {
    match name {
        "o200k_base" => Ok(default_counter()),
        "cl100k_base" => {
            Ok(Arc::new(Table { name: "cl100k_base", vocabulary: tiktoken_rs::cl100k_base_singleton }))
        }
        "estimate" => Ok(Arc::new(Estimate)),
        _ => Err(UnknownEncoding { name: name.to_owned() }),
    }
}

/// The counter that is used where nothing else is asked for: `o200k_base`.
#[must_use]
pub fn default_counter() -> Arc<dyn TokenCounter> {
    Arc::new(Table { name: "o200k_base", vocabulary: tiktoken_rs::o200k_base_singleton })
}

/// A byte-pair vocabulary that is compiled into the binary. The function hands out the one
/// copy of the process and builds it when first called.
struct Table {
    name: &'static str,
    vocabulary: fn() -> &'static CoreBPE,
}

impl TokenCounter for Table {
    fn name(&self) -> &str {
        self.name
    }

    fn count(&self, text: &str) -> usize {
        if text.is_empty() {
            return 0;
        }
        (self.vocabulary)().count_ordinary(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_exact() {
        let o200k = counter("o200k_base").unwrap();
        let cl100k = counter("cl100k_base").unwrap();
        for (text, in_o200k, in_cl100k) in [
            ("", 0, 0),
            ("hello world", 2, 2),
            ("The tide turns at noon.", 6, 6),
            ("2 + 2 = 4", 7, 7),
            ("お誕生日おめでとう", 8, 9),
            ("⛵", 3, 3),
        ] {
            assert_eq!(o200k.count(text), in_o200k, "o200k_base of {text:?}");
            assert_eq!(cl100k.count(text), in_cl100k, "cl100k_base of {text:?}");
        }
    }

    #[test]
    fn special_tokens_in_text_are_plain_text() {
        assert!(counter("o200k_base").unwrap().count("<|endoftext|>") > 1);
    }

    #[test]
    fn every_listed_name_is_known_and_names_itself() {
        for name in ENCODINGS {
            assert_eq!(counter(name).unwrap().name(), name);
        }
    }

    #[test]
    fn an_unknown_name_is_told_with_the_known_ones() {
        let error = counter("p50k").err().unwrap().to_string();
        assert!(error.contains("`p50k`") && error.contains("o200k_base"), "{error}");
    }
}
