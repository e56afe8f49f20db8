//! From a text to the claims it makes, sentence by sentence.
//!
//! Owns what is passed over: questions, suppositions, examples. Whom a clause is about is in
//! `subject`. The same code reads the user's messages and the replies, with the perspective
//! turned, so that a fact that is said back word for word gives the same claim.

use super::Slot;
use super::clause::{self, low};
use super::cues::{goes_on, holds_value, is_change, is_recalled, is_statement, may_state};
use super::figures;
use super::frames;
use super::lexicon::{DETERMINER, MODAL, POSSESSIVE, RELATION, REPORT, SUPPOSE, tags};
use super::orders::wishes_reply;
use super::phrase::Phrase;
use super::subject::{Entity, Subject};
use super::token::{Kind, Sentence, Token, sentences, tokens};
use super::value::Value;

/// Who speaks, and so who "I" and "you" are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Speaker {
    /// The user: "I" is the user, "you" is nobody that facts are taken about.
    User,
    /// The assistant: "I" is the assistant, "you" the user.
    Assistant,
    /// The identity: "you" and "I" are the assistant.
    Identity,
}

/// What a sentence states, in the form of a fact.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Claim {
    pub(crate) who: String,
    pub(crate) slot: Slot,
    pub(crate) key: Vec<String>,
    pub(crate) value: Value,
    pub(crate) shown: String,
    pub(crate) negated: bool,
    /// Told as past: true once, perhaps no longer.
    pub(crate) past: bool,
    /// Said to replace something: "actually", "it is now".
    pub(crate) change: bool,
    /// Said to have been said before: "you told me", "as I said".
    pub(crate) recalled: bool,
    /// The sentence, as written.
    pub(crate) words: String,
}

/// Claims of one text, at most: a text with more is a table, not talk.
const MAX_CLAIMS: usize = 64;

/// Sentences of a reply in which "it" may mean what the user asked about.
const ANSWERING: usize = 2;

/// What a text claims. Nothing in other languages than English.
pub(crate) fn claims(text: &str, speaker: Speaker) -> Vec<Claim> {
    if super::is_english(text) { read(text, speaker, None) } else { Vec::new() }
}

/// What a reply that is known to be English claims. "It" and "he" at its beginning may be what the
/// user asked about.
pub(crate) fn read_reply(reply: &str, request: &str) -> Vec<Claim> {
    read(reply, Speaker::Assistant, asked_about(request))
}

fn read(text: &str, speaker: Speaker, asked: Option<Entity>) -> Vec<Claim> {
    let mut reader = Reader { speaker, claims: Vec::new(), entity: asked.clone() };
    for (place, sentence) in sentences(text).iter().enumerate() {
        if place == ANSWERING && asked.is_some() && reader.entity == asked {
            reader.entity = None;
        }
        reader.sentence(sentence);
        if reader.claims.len() >= MAX_CLAIMS {
            reader.claims.truncate(MAX_CLAIMS);
            break;
        }
    }
    reader.claims
}

/// What the last question of a request is about: "When is the race?", "How old is my brother?"
fn asked_about(request: &str) -> Option<Entity> {
    let sentences = sentences(request);
    let question = sentences.iter().rev().find(|sentence| sentence.question)?;
    let tokens = tokens(question);
    let mut reader = Reader { speaker: Speaker::User, claims: Vec::new(), entity: None };
    let named = |(_, token): &(usize, &Token<'_>)| token.is(POSSESSIVE | DETERMINER);
    let (at, _) = tokens.iter().enumerate().find(named)?;
    reader.subject(&tokens, at)?;
    reader.entity
}

pub(super) struct Reader {
    pub(super) speaker: Speaker,
    pub(super) claims: Vec<Claim>,
    pub(super) entity: Option<Entity>,
}

/// The sentence being read.
pub(super) struct Reading<'a> {
    pub(super) tokens: &'a [Token<'a>],
    pub(super) sentence: &'a Sentence,
    pub(super) change: bool,
    pub(super) recalled: bool,
    /// Whether a thing can have a value in it; always for short texts, where it costs nothing.
    pub(super) valued: bool,
    /// Where the part that is to be read ends.
    pub(super) end: usize,
}

impl Reader {
    fn sentence(&mut self, sentence: &Sentence) {
        let tokens = tokens(sentence);
        if self.speaker == Speaker::Assistant && !may_state(&tokens) {
            return;
        }
        let Some(end) = self.readable(&tokens, sentence) else { return };
        // "I need a recipe for 4 people" is no figure of the user's.
        if self.speaker == Speaker::User && wishes_reply(&tokens) {
            return;
        }
        let reading = Reading {
            tokens: &tokens[..end],
            sentence,
            change: self.speaker == Speaker::User && is_change(&tokens),
            valued: self.speaker != Speaker::Assistant || holds_value(&tokens),
            recalled: is_recalled(&tokens, self.speaker),
            end,
        };
        let before = self.claims.len();
        self.clauses(&reading);
        self.asides(&reading);
        if self.speaker == Speaker::User && self.claims.len() == before {
            self.correction(&reading);
        }
        let present = self.claims[before..].iter().any(|claim| !claim.past);
        if self.speaker == Speaker::User && !present && is_statement(&reading) {
            self.claims.push(frames::statement(&reading));
        }
    }

    /// How much of a sentence is stated: questions state nothing, except what a user says
    /// before asking ("I'm 54, is that old?").
    fn readable(&self, tokens: &[Token<'_>], sentence: &Sentence) -> Option<usize> {
        if tokens.len() < 2 {
            return None;
        }
        if !sentence.question {
            return Some(tokens.len());
        }
        let own = matches!(low(tokens, 0), "i" | "my" | "our" | "we");
        let comma =
            tokens.iter().rposition(|token| token.is_mark(',') || token.is_mark('—') || token.is_mark('–'));
        comma.filter(|_| own && self.speaker == Speaker::User)
    }

    fn clauses(&mut self, reading: &Reading<'_>) {
        let tokens = reading.tokens;
        self.opening(reading);
        let mut at = 0;
        let mut last: Option<Subject> = None;
        while at < tokens.len() {
            let token = &tokens[at];
            if let Some(end) = self.supposition(tokens, at) {
                at = end;
                last = None;
                continue;
            }
            if let Some(end) = frames::step(reading, at, self.speaker, &mut self.claims) {
                at = end;
                continue;
            }
            let subject =
                if !reading.valued && token.is(DETERMINER) { None } else { self.subject(tokens, at) };
            let joined = token.low == "and" || token.low == "but" || token.is_mark(',');
            let (subject, next) = match subject {
                Some(subject) => (subject, None),
                // "I have two dogs and live in Graz": the subject goes on.
                None if joined
                    && clause::verb(tokens, at + 1, true)
                        .is_some_and(|verb| goes_on(tokens, at + 1, verb)) =>
                {
                    let Some(subject) = last.take() else {
                        at += 1;
                        continue;
                    };
                    (subject, Some(at + 1))
                }
                None => {
                    at += 1;
                    continue;
                }
            };
            // "A raise would bring your salary to 55,000": what would be.
            let stated =
                !tokens[..at].iter().rev().take_while(|token| token.is_word()).any(|token| token.is(MODAL));
            if stated || self.speaker == Speaker::User {
                frames::phrase(reading, &subject.who, &subject.phrase, self.speaker, &mut self.claims);
            }
            let verb_at = next.unwrap_or(subject.end);
            at = match clause::verb(tokens, verb_at, subject.pronoun) {
                Some(verb) => {
                    // What is reported is a clause of its own, unless it is a mere value.
                    let reports = tokens.get(verb.main).is_some_and(|token| token.is(REPORT));
                    let whole = !reports || figures::reported(tokens, verb).is_some();
                    let end = if whole { clause::clause_end(tokens, verb.end) } else { verb.end };
                    frames::clause(reading, &subject.who, &subject.phrase, verb, end, &mut self.claims);
                    self.follow();
                    end.max(verb_at + 1)
                }
                None => subject.end.max(at + 1),
            };
            last = Some(Subject { phrase: Phrase::default(), ..subject });
        }
    }

    /// "I have a son and he is 9": whom a clause brings in, "he" can mean.
    fn follow(&mut self) {
        let latest = self.claims.last().filter(|claim| claim.slot == Slot::Count);
        let brought = latest.and_then(|claim| claim.key.first()).filter(|word| tags(word) & RELATION != 0);
        if let Some(who) = brought.cloned() {
            self.entity = Some(Entity { who, key: Vec::new() });
        }
    }

    /// "As a vegetarian, you", "At 54, you", "Living in Leeds, as you do": who it is about
    /// stands behind.
    fn opening(&mut self, reading: &Reading<'_>) {
        let tokens = reading.tokens;
        let pronouns = match self.speaker {
            Speaker::User => ["i", "my", "me"],
            Speaker::Assistant => ["you", "your", "yourself"],
            Speaker::Identity => ["you", "your", "i"],
        };
        let Some(comma) = tokens.iter().position(|token| token.is_mark(',') || token.is_mark(':')) else {
            return;
        };
        if !tokens[comma..].iter().take(6).any(|token| pronouns.contains(&token.low)) {
            return;
        }
        let who = if self.speaker == Speaker::Identity { "assistant" } else { "user" };
        frames::opening(reading, who, comma, &mut self.claims);
    }

    /// Where a supposition that begins at a token ends.
    fn supposition(&self, tokens: &[Token<'_>], at: usize) -> Option<usize> {
        let (word, next) = (low(tokens, at), low(tokens, at + 1));
        let supposes = tokens.get(at).is_some_and(|token| token.is(SUPPOSE))
            || matches!(
                (word, next),
                ("what", "if")
                    | ("as", "if" | "though")
                    | ("in", "case")
                    | ("let", "'s")
                    | ("even", "if")
                    | ("were", "i")
                    | ("for", "example" | "instance")
                    | ("provided", "that")
            )
            || (matches!(word, "when" | "whenever" | "once" | "until" | "unless")
                && self.speaker != Speaker::User
                && !matches!(next, "you"));
        let later = word == "by" && next == "the" && low(tokens, at + 2) == "time";
        if !supposes && !later {
            return None;
        }
        // "if something happens, her number ends in 4417": behind the comma the user states
        // again, unless the sentence begins with the supposition.
        let whole = at == 0 || self.speaker != Speaker::User || word == "what";
        let end = tokens
            .iter()
            .skip(at)
            .position(|token| matches!(token.kind, Kind::Mark(',' | ';')))
            .map(|n| at + n);
        Some(end.filter(|_| !whole).unwrap_or(tokens.len()))
    }

    /// "No, make it Friday.", "Scratch that: 5 pm.": a value without a clause, for the thing
    /// named last, or if none was named, for the caller to find.
    fn correction(&mut self, reading: &Reading<'_>) {
        if !reading.change || reading.tokens.len() > 14 {
            return;
        }
        let read = (0..reading.end)
            .rev()
            .find_map(|at| clause::value_at(reading.tokens, at).filter(|read| read.figure));
        if let Some(read) = read {
            let entity = self.entity.clone();
            let (who, key) = entity.map_or((String::new(), Vec::new()), |entity| (entity.who, entity.key));
            // A value found from behind may be the tail of a longer one.
            let read = (read.from.saturating_sub(3)..=read.from)
                .find_map(|at| clause::value_at(reading.tokens, at).filter(|longer| longer.end >= read.end))
                .unwrap_or(read);
            frames::measure(reading, &who, key, &read, false, &mut self.claims);
        }
    }
}
