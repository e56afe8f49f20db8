//! Step 4 of the loop: the symbols of a turn, that is its content words and phrases of two of them,
//! and how often they occur.
//!
//! Owns extraction only; what recurs over turns is the business of `patterns`.

use std::collections::BTreeMap;

use crate::text::Analysis;

/// Counts the words and phrases of some texts. Of the words the `max_words` most frequent are kept,
/// of the phrases the `max_phrases` that occur most often, then those with more words that `recurs`
/// knows, then those said first; words of one count in alphabetical order. A phrase is two content
/// words with nothing between them, base forms joined by a space.
#[must_use]
pub fn extract(
    texts: &[&Analysis],
    max_words: usize,
    max_phrases: usize,
    recurs: impl Fn(&str) -> bool,
) -> BTreeMap<String, u32> {
    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    for term in texts.iter().flat_map(|text| &text.terms) {
        if is_symbol(term) {
            *counts.entry(term).or_default() += 1;
        }
    }
    let mut ranked: Vec<(&str, u32)> = counts.into_iter().collect();
    ranked.sort_by_key(|&(_, count)| std::cmp::Reverse(count));
    let words = ranked.into_iter().take(max_words).map(|(term, count)| (term.to_owned(), count));
    words.chain(phrases(texts, max_phrases, recurs)).collect()
}

/// Whether a symbol is a phrase rather than a word.
#[must_use]
pub fn is_phrase(symbol: &str) -> bool {
    symbol.contains(' ')
}

fn is_symbol(term: &str) -> bool {
    term.chars().any(char::is_alphabetic) && term.chars().nth(2).is_some()
}

/// A pair of words with how often it occurs and where it is said first.
struct Pair<'a> {
    words: [&'a str; 2],
    count: u32,
    first: usize,
}

fn phrases(texts: &[&Analysis], most: usize, recurs: impl Fn(&str) -> bool) -> Vec<(String, u32)> {
    let mut pairs: Vec<Pair<'_>> = Vec::new();
    for text in texts {
        let joined = text.joined.iter().skip(1);
        for (words, _) in text.terms.windows(2).zip(joined).filter(|(_, joined)| **joined) {
            if let [one, other] = words
                && is_symbol(one)
                && is_symbol(other)
                && one != other
            {
                pairs.push(Pair { words: [one, other], count: 1, first: pairs.len() });
            }
        }
    }
    pairs.sort_by(|a, b| a.words.cmp(&b.words));
    pairs.dedup_by(|next, kept| {
        let same = next.words == kept.words;
        kept.count += u32::from(same);
        same
    });
    // What is known decides among the many that occur once.
    let mut ranked: Vec<(u32, usize, Pair<'_>)> = pairs
        .into_iter()
        .map(|pair| (pair.count, pair.words.iter().filter(|word| recurs(word)).count(), pair))
        .collect();
    ranked.sort_by_key(|(count, known, pair)| (std::cmp::Reverse((*count, *known)), pair.first));
    ranked.into_iter().take(most).map(|(count, _, pair)| (pair.words.join(" "), count)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str, words: usize, phrases: usize, known: &[&str]) -> Vec<(String, u32)> {
        let text = Analysis::of(text);
        extract(&[&text], words, phrases, |word| known.contains(&word)).into_iter().collect()
    }

    #[test]
    fn the_most_frequent_words_win() {
        assert_eq!(names("Keel or sail, keel, 42 or go", 1, 0, &[]), [("keel".to_owned(), 2)]);
    }

    #[test]
    fn a_phrase_is_two_content_words_side_by_side() {
        let found = names("The harbour pilot waits for the harbour pilot at the quay", 0, 9, &[]);
        assert_eq!(found, [("harbour pilot".to_owned(), 2), ("pilot wait".to_owned(), 1)]);
    }

    #[test]
    fn of_phrases_said_once_those_of_known_words_come_first() {
        let text = "A red lamp, and the slack tide, and an old buoy";
        let one = |known: &[&str]| names(text, 0, 1, known).remove(0).0;
        assert_eq!(one(&[]), "red lamp");
        assert_eq!(one(&["tide"]), "slack tide");
        assert_eq!(one(&["tide", "old", "buoy"]), "old buoy");
    }
}
