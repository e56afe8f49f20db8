//! Exact token counts by name, for budgets and reports.
//!
//! Owns the choice of vocabulary. The vocabularies are compiled in, compressed; each is unpacked
//! at most once in a process, at its first count, and then holds 12 MB (`cl100k_base`) to 24 MB
//! (`o200k_base`). The trait and the table-free estimate are the core's.

use std::sync::Arc;

use leeboard_core::tokens::{Estimate, TokenCounter};
use thiserror::Error;

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
/// GPT-3.5), or `estimate` ([`Estimate`], no tables).
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
        "cl100k_base" => Ok(Arc::new(Table { name: "cl100k_base" })),
        "estimate" => Ok(Arc::new(Estimate)),
        _ => Err(UnknownEncoding { name: name.to_owned() }),
    }
}

/// The counter that is used where nothing else is asked for: `o200k_base`.
#[must_use]
pub fn default_counter() -> Arc<dyn TokenCounter> {
    Arc::new(Table { name: "o200k_base" })
}

/// A byte-pair vocabulary that is compiled into the binary, by the name the library knows it by.
struct Table {
    name: &'static str,
}

impl TokenCounter for Table {
    fn name(&self) -> &str {
        self.name
    }

    fn count(&self, text: &str) -> usize {
        if text.is_empty() {
            return 0;
        }
        // The library's own `count` saves the list of tokens, but is compiled into this crate.
        // Where this crate is not optimised, its cache of 1.2 MB then goes over the stack.
        // A vocabulary is only missing if its feature is off in Cargo.toml; a test says so.
        tiktoken::get_encoding(self.name)
            .map_or_else(|| Estimate.count(text), |vocabulary| vocabulary.encode(text).len())
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
        for name in ["o200k_base", "cl100k_base"] {
            let counter = counter(name).unwrap();
            assert!(counter.count("<|endoftext|>") > 1, "{name}");
            let inside = counter.count("a <|fim_prefix|> b");
            assert!(inside > 3, "{name}: {inside}");
        }
    }

    #[test]
    fn both_vocabularies_are_compiled_in() {
        assert_eq!(tiktoken::get_encoding("o200k_base").unwrap().vocab_size(), 199_998);
        assert_eq!(tiktoken::get_encoding("cl100k_base").unwrap().vocab_size(), 100_256);
    }

    #[test]
    fn a_small_stack_is_enough() {
        let thread = std::thread::Builder::new().stack_size(512 * 1024);
        let count = thread.spawn(|| counter("o200k_base").unwrap().count("xqzzvw".repeat(99).as_str()));
        assert!(count.unwrap().join().unwrap() > 99);
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
