//! The words of all tables at once: one look at each word of a request.
//!
//! Owns the phrases that are matched word by word, by the letters they begin with. What is looked
//! for anywhere in a sentence is in `lexicon`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::Asked;
use super::lexicon::{Matching, Request, runs};
use super::tables::TABLES;
use crate::text::base;

/// Notes that one kind of change was asked for.
type Kind = fn(&mut Asked);

/// What a listed phrase says.
#[derive(Clone, Copy)]
enum Sense {
    /// That a change is asked for.
    Asks(Kind),
    /// A number that may count a length.
    Number,
    /// What a length can be counted in.
    Unit,
}

/// A phrase with its sense and the place of its language among the tables.
struct Listed {
    table: usize,
    sense: Sense,
    phrase: &'static str,
}

/// The first two letters of a word, without accents. No stem is shorter.
type Letters = (Option<char>, Option<char>);

fn letters(word: &str) -> Letters {
    let mut letters = word.chars().map(base);
    (letters.next(), letters.next())
}

static PHRASES: LazyLock<BTreeMap<Letters, Vec<Listed>>> = LazyLock::new(|| {
    let mut phrases: BTreeMap<Letters, Vec<Listed>> = BTreeMap::new();
    for (table, requests) in TABLES.iter().enumerate() {
        let asks: [(Kind, &[&str]); 6] = [
            (|asked| asked.format = true, requests.format),
            (|asked| asked.shorter = true, requests.shorter),
            (|asked| asked.summary = true, requests.summary),
            (|asked| asked.longer = true, requests.longer),
            (|asked| asked.voice = true, requests.voice),
            (|asked| asked.repeat = true, requests.repeat),
        ];
        let by_words = asks.into_iter().filter(|_| requests.matching == Matching::Words);
        let lists = by_words.map(|(asks, list)| (Sense::Asks(asks), list));
        let counting = [(Sense::Number, requests.numbers), (Sense::Unit, requests.units)];
        for (sense, list) in lists.chain(counting) {
            for phrase in list {
                let first = phrase.split(' ').next().unwrap_or_default().trim_end_matches('*');
                phrases.entry(letters(first)).or_default().push(Listed { table, sense, phrase });
            }
        }
    }
    phrases
});

/// What a request asks for by the words of the languages that are meant, given by their places
/// among the tables.
pub(super) fn read(request: &Request, meant: impl Fn(usize) -> bool) -> Asked {
    let mut asked = Asked::default();
    let found = |words: &[String], note: &mut dyn FnMut(&Listed)| {
        let listed = words.first().and_then(|word| PHRASES.get(&letters(word)));
        for one in listed.into_iter().flatten().filter(|one| meant(one.table) && runs(words, one.phrase)) {
            note(one);
        }
    };
    for words in &request.sentences {
        for at in 0..words.len() {
            found(words.get(at..).unwrap_or_default(), &mut |listed| {
                if let Sense::Asks(asks) = listed.sense {
                    asks(&mut asked);
                }
            });
        }
    }
    // A length is a number before a unit of the same language, side by side or one word apart.
    let mut counted: [Vec<usize>; 2] = [Vec::new(), Vec::new()];
    let mut figures = [false; 2];
    for at in 0..request.words.len() {
        let words = request.words.get(at..).unwrap_or_default();
        let figure = words.first().is_some_and(|word| word.parse::<u32>().is_ok());
        let mut numbers = Vec::new();
        found(words, &mut |listed| match listed.sense {
            Sense::Number => numbers.push(listed.table),
            Sense::Unit => {
                let number = figures.contains(&true) || counted.iter().flatten().any(|n| *n == listed.table);
                asked.shorter |= number;
            }
            Sense::Asks(_) => {}
        });
        counted = [std::mem::take(&mut counted[1]), numbers];
        figures = [figures[1], figure];
    }
    asked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_phrase_is_found_by_its_first_letters() {
        for listed in PHRASES.values().flatten() {
            let first = listed.phrase.split(' ').next().unwrap();
            assert!(first.trim_end_matches('*').chars().count() >= 2 || !first.ends_with('*'), "{first}");
            assert!(first != "~", "{}", listed.phrase);
        }
    }

    #[test]
    fn a_length_is_a_number_before_a_unit_of_the_same_language() {
        let shorter = |text: &str| read(&Request::of(text), |_| true).shorter;
        assert!(shorter("In zwei kurzen Sätzen") && shorter("in 3 sätzen"));
        assert!(!shorter("Sätzen zwei") && !shorter("zwei frases"));
    }
}
