//! How alike two texts are by the words they share, and that together with their vectors.
//!
//! Owns the weighting of terms and the mix with a dense cosine. Keeps nothing: how rare a term
//! is comes from the session's [`Index`]. Decides nothing; `recall` ranks and `drift` judges.

use std::collections::BTreeMap;

use super::Index;
use crate::message::Entry;

/// Share of the words in [`similarity`]; the rest is the vectors'. Calibrated on matching
/// replies to their requests in nine recorded runs, where .75 to .9 are level; see
/// `docs/reference/cli.md`, "leeboard eval".
const LEXICAL_SHARE: f64 = 0.8;

/// The terms of a text with their weights: a sparse tf-idf vector (Salton and Buckley 1988).
///
/// A term that occurs n times weighs √n times its [rarity](Index::rarity) in the session: what
/// everybody says all the time counts little, and a word said four times counts twice. Of the
/// dampings tried (1, √n, 1 + ln n, n, BM25's) the root was level with the best.
#[derive(Clone, Debug, PartialEq)]
pub struct Weighted<'a> {
    /// By term, so that sums come in one order.
    weights: Vec<(&'a str, f64)>,
    length: f64,
}

impl<'a> Weighted<'a> {
    /// Weighs the [terms](crate::text::terms) of a text; `None` if there are none. A term that
    /// the index does not know is as rare as can be.
    #[must_use]
    pub fn new(terms: &'a [String], index: &Index) -> Option<Self> {
        let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
        for term in terms {
            *counts.entry(term).or_default() += 1;
        }
        let weight = |(term, count)| (term, f64::from(count).sqrt() * index.rarity(term));
        let weights: Vec<(&str, f64)> = counts.into_iter().map(weight).collect();
        let length = weights.iter().map(|(_, weight)| weight * weight).sum::<f64>().sqrt();
        (length > 0.0).then_some(Self { weights, length })
    }

    /// Cosine similarity in [0, 1]; 0 if no term is shared. The two must be weighed by one
    /// state of one index.
    #[must_use]
    pub fn cosine(&self, other: &Self) -> f64 {
        let (mut left, mut right) = (self.weights.iter().peekable(), other.weights.iter().peekable());
        let mut dot = 0.0;
        while let (Some(&&(a, x)), Some(&&(b, y))) = (left.peek(), right.peek()) {
            if a == b {
                dot += x * y;
            }
            if a <= b {
                left.next();
            }
            if b <= a {
                right.next();
            }
        }
        (dot / (self.length * other.length)).clamp(0.0, 1.0)
    }
}

/// How alike two texts are, in [0, 1]: 0.8 of the lexical cosine and 0.2 of the dense one, where
/// a negative dense cosine counts as 0. With one of the two only, that one; `None` with neither.
///
/// The two cosines lie on different scales, so a similarity from one of them is not to be
/// compared with a similarity from both.
#[must_use]
pub fn similarity(dense: Option<f64>, lexical: Option<f64>) -> Option<f64> {
    let dense = dense.map(|cosine| cosine.max(0.0));
    match (dense, lexical) {
        (Some(dense), Some(lexical)) => Some(LEXICAL_SHARE * lexical + (1.0 - LEXICAL_SHARE) * dense),
        (one, other) => one.or(other),
    }
}

impl Index {
    /// Indexes a message outside a session, to measure with: no vector, nothing leaves.
    pub fn push(&mut self, turn: u32, entry: &Entry) {
        self.add(turn, entry, None, None, usize::MAX);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::message::{Message, Role};
    use crate::text;

    fn index(texts: &[&str]) -> Index {
        let mut index = Index::default();
        for (n, text) in texts.iter().enumerate() {
            index.push(1, &Entry::new(n.to_string(), Message::text(Role::User, *text)));
        }
        index
    }

    fn cosine(index: &Index, left: &str, right: &str) -> Option<f64> {
        let (left, right) = (text::terms(left), text::terms(right));
        Some(Weighted::new(&left, index)?.cosine(&Weighted::new(&right, index)?))
    }

    #[test]
    fn a_rare_word_ties_texts_closer_than_a_common_one() {
        let index = index(&["anchor chain", "anchor buoy", "anchor light", "sextant case"]);
        let common = cosine(&index, "anchor sextant", "anchor lamp").unwrap();
        let rare = cosine(&index, "anchor sextant", "sextant lamp").unwrap();
        assert!(0.0 < common && common < rare && rare < 1.0, "{common} {rare}");
    }

    #[test]
    fn the_cosine_is_that_of_the_formula() {
        let index = index(&["kelp reef", "kelp"]);
        let (kelp, reef) = (index.rarity("kelp"), index.rarity("reef"));
        let root = 2.0_f64.sqrt();
        let expected = root * kelp / ((2.0 * kelp * kelp + reef * reef).sqrt());
        let found = cosine(&index, "kelp, kelp, reef", "kelp").unwrap();
        assert!((found - expected).abs() < 1e-12, "{found} {expected}");
    }

    #[test]
    fn a_text_without_content_words_has_no_direction() {
        assert_eq!(cosine(&index(&["anchor"]), "the of and", "anchor"), None);
        assert_eq!(cosine(&Index::default(), "anchor", "buoy"), Some(0.0));
    }

    #[test]
    fn what_is_missing_is_left_to_the_other() {
        let mixed = similarity(Some(0.5), Some(0.25)).unwrap();
        assert!((mixed - 0.3).abs() < 1e-12, "{mixed}");
        assert_eq!(similarity(Some(-0.5), Some(0.0)), Some(0.0));
        assert_eq!(similarity(None, Some(0.25)), Some(0.25));
        assert_eq!(similarity(Some(0.5), None), Some(0.5));
        assert_eq!(similarity(None, None), None);
    }

    /// 64 cases, or as many as `LEEBOARD_TEST_CASES` says (`./test --long`).
    fn cases() -> u32 {
        #[expect(clippy::disallowed_methods, reason = "how long to test is no setting of the core")]
        let asked = std::env::var("LEEBOARD_TEST_CASES");
        asked.ok().and_then(|count| count.parse().ok()).unwrap_or(64)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(cases()))]

        #[test]
        fn the_cosine_is_symmetric_bounded_and_one_for_the_same_words(
            left in "([a-e]{1,2} ){1,12}",
            right in "([a-e]{1,2} ){1,12}",
            said in proptest::collection::vec("([a-e]{1,2} ){1,6}", 0..8),
        ) {
            let said: Vec<&str> = said.iter().map(String::as_str).collect();
            let index = index(&said);
            let there = cosine(&index, &left, &right);
            prop_assert_eq!(there, cosine(&index, &right, &left));
            prop_assert!(there.is_none_or(|cosine| (0.0..=1.0).contains(&cosine)));
            let doubled = format!("{left} {left}");
            prop_assert!(cosine(&index, &left, &doubled).is_none_or(|cosine| (cosine - 1.0).abs() < 1e-9));
        }
    }
}
