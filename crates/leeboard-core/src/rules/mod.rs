//! Checkable rules: what a reply may not do, compiled from text or declared in a file.
//!
//! Owns the kinds of rules and how a reply is checked against them. `compile` reads natural
//! wording, `declared` reads identity files. Does not weigh a violation against other signals;
//! that is `drift`.

mod check;
mod compile;
mod declared;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

pub use check::Violation;
pub use compile::compile;
pub use declared::Declared;

/// What happens when a rule is broken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(clippy::exhaustive_enums, reason = "part of the identity file format")]
pub enum Severity {
    /// Reported, no alarm.
    Warn,
    /// Alarm, corrected on the next turn; a buffered reply may be regenerated.
    #[default]
    Correct,
    /// As `correct`, with a higher score.
    Block,
}

/// What a rule checks. Counts are of words (UAX 29), sentences and paragraphs of the reply.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "kind", content = "value", rename_all = "snake_case")]
#[non_exhaustive]
pub enum RuleKind {
    /// No bullet or numbered list.
    NoLists,
    /// No heading lines.
    NoHeadings,
    /// No exclamation mark.
    NoExclamationMarks,
    /// No emoji.
    NoEmoji,
    /// No question to the user.
    NoQuestions,
    /// No talk of being an AI or a language model.
    NoAiTalk,
    /// At most this many words.
    MaxWords(u32),
    /// At least this many words.
    MinWords(u32),
    /// At most this many sentences.
    MaxSentences(u32),
    /// At most this many paragraphs.
    MaxParagraphs(u32),
    /// The phrase does not occur (whole words, any case).
    ForbiddenPhrase(String),
    /// The phrase occurs (whole words, any case).
    RequiredPhrase(String),
    /// The reply ends with the phrase, white space and case aside.
    EndsWith(String),
    /// The reply starts with the phrase, white space and case aside.
    StartsWith(String),
}

impl RuleKind {
    /// The kind's name in identity files and traces.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::NoLists => "no_lists",
            Self::NoHeadings => "no_headings",
            Self::NoExclamationMarks => "no_exclamation_marks",
            Self::NoEmoji => "no_emoji",
            Self::NoQuestions => "no_questions",
            Self::NoAiTalk => "no_ai_talk",
            Self::MaxWords(_) => "max_words",
            Self::MinWords(_) => "min_words",
            Self::MaxSentences(_) => "max_sentences",
            Self::MaxParagraphs(_) => "max_paragraphs",
            Self::ForbiddenPhrase(_) => "forbidden_phrase",
            Self::RequiredPhrase(_) => "required_phrase",
            Self::EndsWith(_) => "ends_with",
            Self::StartsWith(_) => "starts_with",
        }
    }

    /// The rule in words, as it is put to the model.
    #[must_use]
    pub fn wording(&self) -> String {
        match self {
            Self::NoLists => "Never use bullet points or numbered lists.".to_owned(),
            Self::NoHeadings => "Never use headings.".to_owned(),
            Self::NoExclamationMarks => "Never use exclamation marks.".to_owned(),
            Self::NoEmoji => "Never use emoji.".to_owned(),
            Self::NoQuestions => "Never ask the user a question.".to_owned(),
            Self::NoAiTalk => "Never mention being an AI or a language model.".to_owned(),
            Self::MaxWords(n) => format!("Use at most {n} words in a reply."),
            Self::MinWords(n) => format!("Use at least {n} words in a reply."),
            Self::MaxSentences(n) => format!("Use at most {n} sentences in a reply."),
            Self::MaxParagraphs(n) => format!("Use at most {n} paragraphs in a reply."),
            Self::ForbiddenPhrase(phrase) => format!("Never use \"{phrase}\"."),
            Self::RequiredPhrase(phrase) => format!("Use \"{phrase}\" in every reply."),
            Self::EndsWith(phrase) => format!("End every reply with \"{phrase}\"."),
            Self::StartsWith(phrase) => format!("Begin every reply with \"{phrase}\"."),
        }
    }
}

/// A rule with its source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Rule {
    /// Unique in its identity: as declared, or the kind with a number if there are several.
    pub id: String,
    /// What is checked.
    #[serde(flatten)]
    pub kind: RuleKind,
    /// What happens when it is broken.
    pub severity: Severity,
    /// The wording it was read from.
    pub source: String,
    /// The line of that wording, from 1; `None` for declared rules.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// Phrases of the user's that lift the rule for one reply.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exceptions: Vec<String>,
}

/// Declared rules, then compiled ones of which no equal kind was declared; ids made unique.
#[must_use]
pub fn merge(declared: Vec<Rule>, compiled: Vec<Rule>) -> Vec<Rule> {
    let mut merged: Vec<Rule> = Vec::with_capacity(declared.len() + compiled.len());
    let mut kinds: BTreeSet<RuleKind> = BTreeSet::new();
    let mut ids: BTreeSet<String> = BTreeSet::new();
    // The number that the next rule of an id gets; ids are never given back.
    let mut numbers: BTreeMap<String, u32> = BTreeMap::new();
    for mut rule in declared.into_iter().chain(compiled) {
        if !kinds.insert(rule.kind.clone()) {
            continue;
        }
        if ids.contains(&rule.id) {
            let n = numbers.entry(rule.id.clone()).or_insert(2);
            let numbered = |n: u32| format!("{}_{n}", rule.id);
            while ids.contains(&numbered(*n)) {
                *n += 1;
            }
            rule.id = numbered(*n);
        }
        ids.insert(rule.id.clone());
        merged.push(rule);
    }
    merged
}
