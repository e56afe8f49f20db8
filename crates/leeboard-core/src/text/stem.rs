//! Word stems, and a memory of the latest ones.
//!
//! Owns the stemming of one lower-case word. Snowball's English stemmer (Porter 2) takes ten
//! times as long as looking a word up, and talk says the same words again and again.

use std::cell::RefCell;

use rust_stemmers::{Algorithm, Stemmer};

use super::lookup::hash;

/// Bytes of a term, about, at most. Longer "words" are encoded data or lines without spaces, on
/// which a stemmer takes time that grows with the square of the length.
pub(super) const MAX_TERM: usize = 64;

/// Words remembered, a power of two. Each has one place, so a newer word drives out an older one;
/// with two short texts a word the memory is at most about 200 KB a thread.
const REMEMBERED: usize = 2048;

/// Bytes of a word that is remembered, at most.
const SHORT: usize = 24;

thread_local! {
    /// Words with their stems. What it holds changes how long stemming takes, never a stem.
    static LATEST: RefCell<Vec<(String, String)>> =
        RefCell::new(vec![(String::new(), String::new()); REMEMBERED]);
}

/// The stem of a lower-case word; of a long one the beginning, of another script the word.
pub(super) fn stem(word: &str) -> String {
    if word.len() > MAX_TERM {
        return word.chars().take(MAX_TERM).collect();
    }
    if word.len() > SHORT {
        return computed(word);
    }
    LATEST.with_borrow_mut(|latest| {
        let Some((known, stem)) = latest.get_mut(hash(word) as usize % REMEMBERED) else {
            return computed(word);
        };
        if known != word {
            *stem = computed(word);
            word.clone_into(known);
        }
        stem.clone()
    })
}

fn computed(word: &str) -> String {
    let word = word.strip_suffix("'s").unwrap_or(word);
    if word.is_ascii() {
        Stemmer::create(Algorithm::English).stem(word).into_owned()
    } else {
        word.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_remembered_is_what_is_computed(words in prop::collection::vec("[a-d']{0,3}(ing|s|ed)?|\\PC{0,70}", 1..200)) {
            for word in words.iter().chain(&words).filter(|word| word.len() <= MAX_TERM) {
                prop_assert_eq!(stem(word), computed(word));
            }
        }
    }

    #[test]
    fn a_line_without_spaces_is_cut_not_stemmed() {
        assert_eq!(stem(&"running".repeat(100_000)), "running".repeat(100)[..MAX_TERM]);
    }
}
