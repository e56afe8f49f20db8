//! What a query asks: its terms with their rarity, whom it means, what kind of answer it wants
//! and of what time.
//!
//! Owns reading the query. Looks at no message.

use std::collections::BTreeSet;

use super::names;
use super::period::Period;
use super::{Query, without_names};
use crate::memory::index::{Index, Live};
use crate::message::Role;
use crate::text;

/// Terms that are looked for, at most: one bit each. Of a longer request the rarest count.
const MAX_TERMS: usize = 32;

/// Terms of like spelling that one term may stand for, at most.
const MAX_ALIKE: usize = 16;

/// Characters that terms of like spelling must share at the start, at least.
const MIN_STEM: usize = 4;

/// A term of the query.
pub(super) struct Term<'a> {
    pub(super) text: String,
    pub(super) rarity: f64,
    pub(super) postings: Option<Live<'a>>,
    /// Postings of terms that are spelt much like it.
    pub(super) alike: Vec<Live<'a>>,
}

/// A query as it is looked for.
pub(super) struct Question<'a> {
    /// By text.
    pub(super) terms: Vec<Term<'a>>,
    pub(super) named: BTreeSet<String>,
    /// Whose words are wanted, where nobody is named.
    pub(super) side: Option<Role>,
    pub(super) wants_time: bool,
    pub(super) wants_number: bool,
    pub(super) wants_name: bool,
    pub(super) period: Option<Period>,
}

impl<'a> Question<'a> {
    pub(super) fn read(index: &'a Index, query: &Query<'_>) -> Self {
        let named = names::named(index, query.text);
        let terms: BTreeSet<String> = text::terms(&without_names(index, query.text)).into_iter().collect();
        let mut terms: Vec<Term<'a>> = terms.into_iter().map(|text| Term::of(index, text)).collect();
        if terms.len() > MAX_TERMS {
            terms.sort_by(|a, b| b.rarity.total_cmp(&a.rarity).then_with(|| a.text.cmp(&b.text)));
            terms.truncate(MAX_TERMS);
            terms.sort_by(|a, b| a.text.cmp(&b.text));
        }
        let words: Vec<String> = text::words(query.text).collect();
        let has = |wanted: &[&str]| words.iter().any(|word| wanted.contains(&word.as_str()));
        Self {
            terms,
            side: if named.is_empty() { side(&words) } else { None },
            named,
            wants_time: has(&["when", "date"]),
            wants_number: has(&["how"]) && has(&["many", "much", "long", "often", "old"]),
            wants_name: has(&["who", "whom", "where", "which", "name"]),
            period: Period::read(query.text, query.now),
        }
    }

    /// The rarities of all terms together, of those too that nobody has said.
    pub(super) fn weight(&self) -> f64 {
        self.terms.iter().map(|term| term.rarity).sum()
    }
}

impl<'a> Term<'a> {
    fn of(index: &'a Index, text: String) -> Self {
        let rarity = index.rarity(&text);
        let postings = index.postings(&text).filter(|postings| !postings.is_empty());
        let alike = alike(index, &text);
        Self { text, rarity, postings, alike }
    }
}

/// The postings of terms that begin like this one and differ in their last letters only: other
/// forms that the stemmer keeps apart, and slips of the pen.
fn alike<'a>(index: &'a Index, term: &str) -> Vec<Live<'a>> {
    if !term.is_ascii() || term.len() < MIN_STEM {
        return Vec::new();
    }
    let start = &term[..(term.len().saturating_sub(5)).max(MIN_STEM)];
    let is_alike = |other: &str| {
        let shared = (term.len().min(other.len()) - 1).max(MIN_STEM);
        other != term && term.len().abs_diff(other.len()) <= 4 && other.get(..shared) == term.get(..shared)
    };
    let found = index.beginning(start).filter(|(other, _)| is_alike(other));
    found.map(|(_, postings)| postings).take(MAX_ALIKE).collect()
}

/// Whose words a query in the first or second person is about: "what did you say" the
/// assistant's, "what is my name" the user's.
fn side(words: &[String]) -> Option<Role> {
    const SPEECH: [&str; 14] = [
        "say",
        "said",
        "tell",
        "told",
        "suggest",
        "suggested",
        "recommend",
        "recommended",
        "advise",
        "advised",
        "explain",
        "explained",
        "mention",
        "mentioned",
    ];
    let is =
        |word: Option<&String>, wanted: &[&str]| word.is_some_and(|word| wanted.contains(&word.as_str()));
    let you_said = (0..words.len()).any(|at| {
        is(words.get(at), &["you", "you've"])
            && (is(words.get(at + 1), &SPEECH) || is(words.get(at + 2), &SPEECH))
            && (at == 0 || !is(words.get(at - 1), &["i", "to", "can", "could", "would", "will", "tell"]))
    });
    let has = |wanted: &[&str]| words.iter().any(|word| wanted.contains(&word.as_str()));
    let own = has(&["i", "my", "mine", "i'm", "i've", "i'd"]);
    if you_said && !own && !has(&["can", "could", "would", "will"]) {
        Some(Role::Assistant)
    } else if own || has(&["me"]) {
        Some(Role::User)
    } else if has(&["you", "your", "yours"]) {
        Some(Role::Assistant)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::{Entry, Message};

    #[test]
    fn whose_words_are_wanted() {
        let side = |query: &str| side(&text::words(query).collect::<Vec<_>>());
        assert_eq!(side("What medication do I take?"), Some(Role::User));
        assert_eq!(side("What did you tell me about the tides?"), Some(Role::Assistant));
        assert_eq!(side("Can you tell me my name?"), Some(Role::User));
        assert_eq!(side("What is my sister's illness that you mentioned?"), Some(Role::User));
        assert_eq!(side("What is your view?"), Some(Role::Assistant));
        assert_eq!(side("Where is the buoy?"), None);
    }

    #[test]
    fn terms_of_like_spelling_are_found() {
        let mut index = Index::default();
        for (n, said) in ["education", "educated", "edition", "educator", "anchor"].iter().enumerate() {
            index.push(1, &Entry::new(n.to_string(), Message::text(Role::User, *said)));
        }
        let known = |term: &str| alike(&index, term).iter().map(|found| found.len()).sum::<usize>();
        assert_eq!((known("educaton"), known("anch"), known("kelp"), known("日本語の本")), (3, 1, 0, 0));
    }
}
