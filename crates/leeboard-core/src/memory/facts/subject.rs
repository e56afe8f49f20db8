//! Who a clause is about: pronouns, owners, names, relative clauses.
//!
//! Owns whom "I", "you" and "it" mean. What is said of them is in `frames`.

use super::clause;
use super::extract::{Reader, Speaker};
use super::lexicon::{ADVERB, DETERMINER, LIGHT, POSSESSIVE, PRONOUN, RELATION, VERB};
use super::phrase::{self, Phrase};
use super::token::Token;

/// Somebody or something that "it", "she" or "they" can mean.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Entity {
    pub(super) who: String,
    pub(super) key: Vec<String>,
}

/// A subject, and where its verb is to be looked for.
pub(super) struct Subject {
    pub(super) who: String,
    pub(super) phrase: Phrase,
    pub(super) pronoun: bool,
    pub(super) end: usize,
}

impl Reader {
    pub(super) fn subject(&mut self, tokens: &[Token<'_>], at: usize) -> Option<Subject> {
        let token = tokens.get(at)?;
        let first = match self.speaker {
            Speaker::User => "user",
            Speaker::Assistant | Speaker::Identity => "assistant",
        };
        let second = match self.speaker {
            Speaker::User => "",
            Speaker::Assistant => "user",
            Speaker::Identity => "assistant",
        };
        if token.is(PRONOUN) {
            let entity = self.entity.clone();
            let (who, key) = match token.low {
                "i" => (first.to_owned(), Vec::new()),
                "we" => ("user".to_owned(), Vec::new()),
                "you" if second.is_empty() => return None,
                "you" => (second.to_owned(), Vec::new()),
                "there" => return None,
                "it" | "they" => entity.map(|entity| (entity.who, entity.key))?,
                _ => entity
                    .filter(|entity| !entity.who.is_empty() && entity.who != "user")
                    // Whoever "he" is, he is nobody's thing.
                    .map(|entity| (entity.who, Vec::new()))?,
            };
            let phrase = Phrase { key, ..Phrase::default() };
            return Some(Subject { who, phrase, pronoun: true, end: at + 1 });
        }
        if token.low == "who" {
            return self.relative(tokens, at);
        }
        if token.is(POSSESSIVE) {
            let owner = match token.low {
                "my" => first,
                "our" => "user",
                "your" if second.is_empty() => return None,
                "your" => second,
                _ => return None,
            };
            let phrase = phrase::phrase(tokens, at + 1);
            if phrase.end == at + 1 {
                return None;
            }
            let who = phrase.relation.clone().unwrap_or_else(|| owner.to_owned());
            // What belongs to the assistant's sister is not the user's sister's.
            let who =
                if owner == "assistant" && who != "assistant" { format!("assistant {who}") } else { who };
            return Some(self.named(who, phrase));
        }
        if token.is(DETERMINER) && matches!(token.low, "the" | "this" | "that") {
            let phrase = phrase::phrase(tokens, at + 1);
            if phrase.key.is_empty() {
                return None;
            }
            if phrase.key == ["user"] {
                return Some(Subject {
                    who: "user".into(),
                    end: phrase.end,
                    phrase: Phrase::default(),
                    pronoun: true,
                });
            }
            // "The name's Olga" is how somebody introduces themselves.
            let name =
                phrase.key.len() == 1 && phrase.head.is_some_and(|head| clause::low(tokens, head) == "name");
            let own = name && self.speaker == Speaker::User && self.entity.is_none();
            return Some(self.named(if own { "user".to_owned() } else { String::new() }, phrase));
        }
        let verb_follows =
            |end: usize| tokens.get(end).is_some_and(|token| token.is(VERB) || token.low == "'s");
        if clause::is_name(token) && !token.is(VERB | LIGHT | ADVERB | RELATION) {
            let end = clause::name_end(tokens, at);
            if end > at && verb_follows(end) {
                let who = tokens[at].low.to_owned();
                self.entity = Some(Entity { who: who.clone(), key: Vec::new() });
                return Some(Subject { who, phrase: Phrase::default(), pronoun: true, end });
            }
        }
        None
    }

    /// "My son Leo, who is 7": whom a relative clause is about.
    fn relative(&mut self, tokens: &[Token<'_>], at: usize) -> Option<Subject> {
        let owner =
            (at.saturating_sub(9)..at).rev().find(|&n| tokens.get(n).is_some_and(|t| t.is(POSSESSIVE)))?;
        let subject = self.subject(tokens, owner)?;
        let comma = usize::from(tokens.get(subject.end).is_some_and(|token| token.is_mark(',')));
        let person = subject.phrase.relation.is_some();
        (person && (subject.end == at || subject.end + comma == at)).then(|| Subject {
            phrase: Phrase::default(),
            pronoun: true,
            end: at + 1,
            ..subject
        })
    }

    fn named(&mut self, who: String, phrase: Phrase) -> Subject {
        let mut key = phrase.key.clone();
        key.dedup();
        self.entity = Some(Entity { who: who.clone(), key });
        Subject { who, end: phrase.end, phrase, pronoun: false }
    }
}
