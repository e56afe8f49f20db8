//! Finds generic assistant talk and self-dissociation in a reply.
//!
//! Owns the matching and what a finding weighs. The phrases stand in `phrases`; which of them
//! are usual in a conversation is known to the baseline.

use std::sync::LazyLock;

use super::phrases::{SELF, STOCK};

/// What a phrase of self-dissociation weighs: one alone breaks the voice.
const SELF_WEIGHT: f64 = 4.0;

/// What it weighs where the identity is a program or the user asked about it.
const EXPECTED_SELF_WEIGHT: f64 = 0.5;

/// What a stock phrase weighs: one alone is nothing, four are a pattern.
const STOCK_WEIGHT: f64 = 1.0;

/// Words that a gap may span.
const GAP: usize = 4;

/// A phrase that was found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Found {
    /// As it stands in the table.
    pub(super) phrase: &'static str,
    /// The words of the reply that match.
    pub(super) at: (usize, usize),
    pub(super) dissociates: bool,
}

impl Found {
    pub(super) fn weight(&self, self_expected: bool) -> f64 {
        match (self.dissociates, self_expected) {
            (true, false) => SELF_WEIGHT,
            (true, true) => EXPECTED_SELF_WEIGHT,
            (false, _) => STOCK_WEIGHT,
        }
    }
}

/// The phrases of both tables that stand in the words, each once, in the order of their place.
/// A phrase within another one of the same table does not count again.
pub(super) fn find(words: &[String]) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    for (table, dissociates) in [(&*SELF_TABLE, true), (&*STOCK_TABLE, false)] {
        let mut covered = 0;
        for at in 0..words.len() {
            let Some(word) = words.get(at) else { continue };
            let longest = starting_with(table, word)
                .iter()
                .filter_map(|phrase| Some((length(phrase, words.get(at..)?)?, *phrase)))
                .max_by_key(|(length, _)| *length);
            let Some((length, phrase)) = longest else { continue };
            if at + length > covered && !found.iter().any(|known| known.phrase == phrase) {
                found.push(Found { phrase, at: (at, at + length), dissociates });
            }
            covered = covered.max(at + length);
        }
    }
    found
}

/// A table with its phrases by first word, made once.
type Table = Vec<(&'static str, Vec<&'static str>)>;

static SELF_TABLE: LazyLock<Table> = LazyLock::new(|| by_first_word(SELF));
static STOCK_TABLE: LazyLock<Table> = LazyLock::new(|| by_first_word(STOCK));

fn by_first_word(phrases: &[&'static str]) -> Table {
    let mut table: Table = Vec::new();
    for phrase in phrases {
        let first = phrase.split(' ').next().unwrap_or("");
        match table.last_mut() {
            Some((known, several)) if *known == first => several.push(phrase),
            _ => table.push((first, vec![phrase])),
        }
    }
    table
}

/// The phrases whose first word this is.
fn starting_with<'a>(table: &'a Table, word: &str) -> &'a [&'static str] {
    let at = table.binary_search_by(|(first, _)| (*first).cmp(word)).ok();
    at.and_then(|at| table.get(at)).map_or(&[], |(_, phrases)| phrases)
}

/// How many words the phrase spans at the start of the words, if it stands there.
fn length(phrase: &str, words: &[String]) -> Option<usize> {
    match_tokens(phrase.split(' '), words, 0)
}

fn match_tokens<'a>(
    mut tokens: impl Iterator<Item = &'a str> + Clone,
    words: &[String],
    at: usize,
) -> Option<usize> {
    let Some(token) = tokens.next() else { return Some(at) };
    if token == ".." {
        let rest: Vec<&str> = tokens.collect();
        return (at..=at + GAP).find_map(|from| match_tokens(rest.iter().copied(), words, from));
    }
    let (choice, optional) = token.strip_suffix('?').map_or((token, false), |choice| (choice, true));
    let here = words.get(at).is_some_and(|word| choice.split('|').any(|one| one == word));
    let rest: Vec<&str> = tokens.collect();
    let taken = if here { match_tokens(rest.iter().copied(), words, at + 1) } else { None };
    let skipped = || if optional { match_tokens(rest.iter().copied(), words, at) } else { None };
    taken.or_else(skipped)
}

/// Whether a request asks the assistant who or what it is.
pub(super) fn asks_who(words: &[String]) -> bool {
    words
        .windows(2)
        .any(|pair| pair == ["are", "you"] || pair == ["you", "are"] || pair == ["about", "yourself"])
}

/// Whether a text says that the assistant is a program: then it may say so itself.
pub(super) fn is_about_programs(words: impl Iterator<Item = String>) -> bool {
    const PROGRAMS: [&str; 12] = [
        "ai",
        "algorithm",
        "android",
        "artificial",
        "bot",
        "chatbot",
        "chatgpt",
        "computer",
        "human",
        "machine",
        "program",
        "robot",
    ];
    words.into_iter().any(|word| PROGRAMS.contains(&word.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text;

    fn found(text: &str) -> Vec<&'static str> {
        find(&text::words(text).collect::<Vec<_>>()).iter().map(|found| found.phrase).collect()
    }

    fn weight(text: &str) -> f64 {
        let words: Vec<String> = text::words(text).collect();
        find(&words).iter().map(|found| found.weight(false)).sum()
    }

    #[test]
    fn the_tables_are_sorted_by_a_plain_first_word() {
        for table in [SELF, STOCK] {
            let first = |phrase: &str| phrase.split(' ').next().unwrap().to_owned();
            assert!(table.is_sorted_by_key(|phrase| first(phrase)));
            assert!(table.iter().all(|phrase| !first(phrase).contains(['|', '?', '.'])));
        }
    }

    #[test]
    fn either_none_and_gaps_are_read() {
        let words = |text: &str| text::words(text).collect::<Vec<_>>();
        assert_eq!(length("as a large? language model", &words("as a language model I")), Some(4));
        assert_eq!(length("my knowledge .. cutoff|cut", &words("my knowledge has its cutoff")), Some(5));
        assert_eq!(length("here are some|the", &words("here are no")), None);
        assert_eq!(length("here are", &words("here")), None);
    }

    #[test]
    fn the_longest_phrase_counts_once() {
        assert_eq!(found("As an AI, I wait. As an AI, I go."), ["as an ai"]);
        assert_eq!(found("I hope this helps! I hope this helps!").len(), 1);
    }

    #[test]
    fn generic_talk_is_heavy_and_talk_in_character_is_not() {
        for generic in [
            "As a virtual assistant I cannot taste soup.",
            "I'm only a program, so the sea means nothing to me.",
            "I do not have feelings about the weather.",
            "Sure, here are some tips. Keep in mind that it depends. Feel free to ask more, and I hope this helps.",
            "Great question! There are several factors. In conclusion, it's important to consider your budget.",
        ] {
            assert!(weight(generic) >= 4.0, "{generic}: {:?}", found(generic));
        }
        for own in [
            "The kettle sings, and I have been up since four with the nets.",
            "Tide's against us, lad. Stow the line and mind your fingers on the winch.",
            "One might say the soup lacks conviction, madam. Shall I fetch the salt?",
            "My grandmother kept bees, and she told them every death in the family.",
        ] {
            assert!(weight(own) < 1.5, "{own}: {:?}", found(own));
        }
    }
}
