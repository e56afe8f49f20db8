//! Step 4 of the loop: the symbols of a turn, that is its content words and how often they occur.
//!
//! Owns extraction only; what recurs over turns is the business of `patterns`.

use std::collections::BTreeMap;

/// Counts the terms of a turn and keeps the `max` most frequent, ties in alphabetical order.
#[must_use]
pub fn extract<'a>(terms: impl IntoIterator<Item = &'a String>, max: usize) -> BTreeMap<String, u32> {
    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    for term in terms {
        if term.chars().any(char::is_alphabetic) && term.chars().count() > 2 {
            *counts.entry(term).or_default() += 1;
        }
    }
    let mut ranked: Vec<_> = counts.into_iter().collect();
    ranked.sort_by_key(|&(_, count)| std::cmp::Reverse(count));
    ranked.into_iter().take(max).map(|(term, count)| (term.to_owned(), count)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_frequent_terms_win() {
        let terms = ["keel", "sail", "keel", "42", "go"].map(str::to_owned);
        let symbols = extract(&terms, 1);
        assert_eq!(symbols.into_iter().collect::<Vec<_>>(), [("keel".to_owned(), 2)]);
    }
}
