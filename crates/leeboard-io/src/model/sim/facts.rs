//! Answering from the prompt: is this a question about a fact, and which sentence answers it?
//!
//! Owns a crude word match on purpose. The stand-in must know a fact when the prompt holds it
//! and only then; it need not understand.

use std::collections::BTreeSet;

/// The least share of the question's weight that a sentence must hold to answer it. A third:
/// "what is my sister's name" must find "my sister is called Ana".
const ENOUGH: f64 = 0.34;

const ASKING: [&str; 11] =
    ["what", "which", "when", "where", "who", "whose", "how", "did", "do", "have", "was"];
const SELF: [&str; 9] = ["my", "i", "me", "mine", "we", "our", "us", "i'm", "i've"];
/// Words of questions that ask for advice or an opinion.
const ADVICE: [&str; 8] = ["should", "could", "would", "can", "shall", "think", "recommend", "suggest"];

/// Words that say nothing about the subject.
const EMPTY: [&str; 71] = [
    "a", "about", "again", "all", "am", "an", "and", "any", "are", "as", "at", "be", "been", "but", "by",
    "did", "do", "does", "earlier", "for", "from", "had", "has", "have", "he", "her", "his", "how", "i",
    "i'm", "i've", "in", "is", "it", "its", "know", "me", "mention", "my", "of", "on", "or", "our", "please",
    "remember", "remind", "say", "said", "she", "so", "tell", "that", "the", "their", "them", "they", "this",
    "to", "told", "us", "was", "we", "were", "what", "when", "where", "which", "who", "whose", "you", "your",
];

/// A question about something that the user may have told.
pub(super) struct Question {
    text: String,
    /// Whether it is about the user, so that an answer is due even if it is "unknown".
    pub(super) personal: bool,
}

/// The last question about a fact in a message.
pub(super) fn question(message: &str) -> Option<Question> {
    sentences(message).into_iter().rev().find_map(|sentence| {
        let words = words(&sentence);
        let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
        let starts = words.first().is_some_and(|word| ASKING.contains(&word.as_str()));
        let remind = sentence.to_lowercase().contains("remind me");
        let personal = remind || (sentence.ends_with('?') && has(&ASKING) && has(&SELF));
        let asks = personal || (sentence.ends_with('?') && starts);
        let text = clause(&sentence).to_owned();
        (asks && !has(&ADVICE)).then_some(Question { text, personal })
    })
}

/// The asking clause of a sentence: "before I ring her, what is our budget?" asks for a budget.
fn clause(sentence: &str) -> &str {
    let asks = |clause: &&str| words(clause).iter().take(2).any(|word| ASKING.contains(&word.as_str()));
    sentence.rsplit([',', ':']).next().filter(asks).unwrap_or(sentence)
}

impl Question {
    /// The sentence that shares most with the question, rare words counting more; of equals the
    /// latest.
    pub(super) fn answer(&self, texts: &[&str]) -> Option<String> {
        let known: Vec<(String, BTreeSet<String>)> = texts
            .iter()
            .flat_map(|text| sentences(text))
            .filter(|sentence| !sentence.trim_end_matches(['"', '”']).ends_with('?'))
            .filter(|sentence| question(sentence).is_none())
            .map(|sentence| (stems(&sentence), sentence))
            .map(|(stems, sentence)| (sentence, stems))
            .collect();
        let wanted: Vec<(String, f64)> = stems(&self.text)
            .into_iter()
            .map(|stem| {
                let holding = known.iter().filter(|(_, stems)| stems.contains(&stem)).count();
                let rarity = rarity(known.len(), holding);
                (stem, rarity)
            })
            .collect();
        let total: f64 = wanted.iter().map(|(_, weight)| weight).sum();
        let shared = |stems: &BTreeSet<String>| -> f64 {
            wanted.iter().filter(|(stem, _)| stems.contains(stem)).map(|(_, weight)| weight).sum()
        };
        known
            .into_iter()
            .map(|(sentence, stems)| (shared(&stems) / total, sentence))
            .filter(|(share, _)| *share >= ENOUGH)
            .max_by(|(left, _), (right, _)| left.total_cmp(right))
            .map(|(_, sentence)| sentence)
    }
}

fn rarity(all: usize, holding: usize) -> f64 {
    let number = |n: usize| u32::try_from(n).map_or(f64::MAX, f64::from);
    (1.0 + number(all) / number(holding).max(0.5)).ln()
}

/// Sentences with their closing mark and a quotation mark after it. A mark ends one only before
/// white space, so that "3.5" and "a.m" stay whole.
pub(super) fn sentences(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut current = String::new();
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let closes = |character| matches!(character, '.' | '!' | '?');
        let marked = closes(character)
            || (matches!(character, '"' | '”') && current.chars().next_back().is_some_and(closes));
        let ends = marked && characters.peek().is_none_or(|next| next.is_whitespace());
        if character != '\n' {
            current.push(character);
        }
        if ends || character == '\n' {
            found.push(std::mem::take(&mut current));
        }
    }
    found.push(current);
    found.retain_mut(|sentence| {
        *sentence = sentence.trim().to_owned();
        !sentence.is_empty()
    });
    found
}

/// Lowercase words; an apostrophe inside a word stays.
pub(super) fn words(text: &str) -> Vec<String> {
    text.to_lowercase()
        .replace('’', "'")
        .split(|character: char| !character.is_alphanumeric() && character != '\'')
        .map(|word| word.trim_matches('\'').to_owned())
        .filter(|word| !word.is_empty())
        .collect()
}

/// The words that carry the subject, cut to a crude stem.
pub(super) fn stems(text: &str) -> BTreeSet<String> {
    words(text)
        .iter()
        .map(|word| word.strip_suffix("'s").unwrap_or(word))
        .filter(|word| !EMPTY.contains(word))
        .map(stem)
        .collect()
}

fn stem(word: &str) -> String {
    let cut =
        |suffix: &str, least: usize| word.strip_suffix(suffix).filter(|rest| rest.chars().count() >= least);
    cut("ing", 3).or_else(|| cut("ed", 3)).or_else(|| cut("s", 3)).unwrap_or(word).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_and_latest_sentence_answers() {
        let texts =
            ["Hello! My sister is called Ana. My boat is 3.5 m long.", "Anyway, my boat is now 4.2 m long."];
        let answer = |asked: &str| question(asked).unwrap().answer(&texts);
        assert_eq!(answer("What is my sister's name?").unwrap(), "My sister is called Ana.");
        assert_eq!(answer("Remind me how long my boat is.").unwrap(), "Anyway, my boat is now 4.2 m long.");
        assert_eq!(answer("Which harbour did I choose?"), None);
    }

    #[test]
    fn a_request_to_be_reminded_is_no_answer_and_chatter_does_not_hide_the_question() {
        let texts = ["Our budget is 500 euros.", "Remind me what our budget for the mast is."];
        let asked = question("Before I ring finance, what is our budget?").unwrap();
        assert_eq!(asked.answer(&texts).unwrap(), "Our budget is 500 euros.");
    }

    #[test]
    fn advice_and_statements_are_no_questions_of_fact() {
        for text in ["What should I do next?", "My boat is long.", "Can I go?", "Step 3, please."] {
            assert!(question(text).is_none(), "{text}");
        }
        assert!(question("Hm. Which berth did I book? Thanks.").unwrap().personal);
        assert!(!question("What is the tide table for?").unwrap().personal);
    }
}
