//! Instructions that no rule came of: why, and what to write instead.
//!
//! Owns the reasons. Statements are not instructions and are not listed.

use serde::Serialize;

use super::language;
use super::phrase;
use super::reader::clause::Parsed;
use super::reader::lines::Sentence;
use super::reader::token::Token;
use crate::text;

/// A sentence that obliges and is not checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Unchecked {
    /// Where it stands, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// The sentence.
    pub text: String,
    /// Why it is not checked.
    pub reason: String,
    /// What to write instead, or what watches over it.
    pub suggestion: String,
}

/// Words that tell a reason, with the reason and what to write instead.
const REASONS: &[(&[&str], &str, &str)] = &[
    (
        &["concise", "brief", "short", "succinct", "terse", "long", "lengthy", "verbose", "brevity"],
        "the length has no number",
        "give a limit, for example: Keep every reply under 120 words.",
    ),
    (
        &["grade", "reading", "simple", "plain", "accessible", "jargon", "beginner", "child"],
        "how hard a text is to read is not measured",
        "name what to avoid, for example: Never use the words \"synergy\" or \"leverage\". Or: Keep sentences under 20 words.",
    ),
    (
        &[
            "tone",
            "polite",
            "friendly",
            "formal",
            "warm",
            "professional",
            "empathetic",
            "kind",
            "playful",
            "calm",
            "helpful",
            "voice",
            "style",
            "respectful",
            "patient",
            "enthusiastic",
            "neutral",
            "objective",
            "humour",
            "humor",
            "sarcastic",
            "persona",
            "character",
        ],
        "tone cannot be counted",
        "the persona signal watches the voice; for a rule, name words, forms of address or marks to use or avoid",
    ),
    (
        &[
            "accurate",
            "truth",
            "truthful",
            "honest",
            "hallucinate",
            "invent",
            "facts",
            "factual",
            "correct",
            "sources",
            "cite",
            "verify",
            "guess",
            "assumptions",
        ],
        "whether a statement is true is not checked",
        "ask for a form that can be checked, for example: Include a link in every reply.",
    ),
    (
        &[
            "reveal",
            "disclose",
            "confidential",
            "secret",
            "private",
            "personal",
            "instructions",
            "prompt",
            "internal",
        ],
        "what is secret is not known here",
        "forbid the words themselves, for example: Never say \"Project Osprey\".",
    ),
    (
        &["competitor", "competitors", "brands", "companies", "names", "name"],
        "the names are not given",
        "list them: Never mention \"Acme\" or \"Globex\".",
    ),
    (
        &[
            "politics",
            "political",
            "topic",
            "topics",
            "discuss",
            "advice",
            "opinion",
            "opinions",
            "controversial",
            "subject",
            "subjects",
            "about",
        ],
        "a subject cannot be told from words with certainty",
        "forbid phrases, or use no_topic for one of: dosage, medical_advice, legal_advice, financial_advice, politics, religion, prices",
    ),
    (
        &[
            "words",
            "word",
            "sentences",
            "sentence",
            "paragraph",
            "paragraphs",
            "characters",
            "bullet",
            "bullets",
            "list",
            "lists",
        ],
        "the bound was not understood",
        "write it plainly, for example: Use at most three sentences. Or declare it as a [[rule]].",
    ),
];

impl Unchecked {
    pub(super) fn foreign(sentence: &Sentence, language: &str) -> Option<Self> {
        Some(Self::new(
            sentence,
            format!("the sentence was read as {language}; rules are read from English"),
            "say it in English, or declare it as a [[rule]] of an identity file".to_owned(),
        ))
        .filter(|_| sentence.text.chars().any(char::is_alphabetic))
    }

    /// The reason for a sentence that was understood as an instruction.
    pub(super) fn of(sentence: &Sentence, parsed: &Parsed, conditional: bool) -> Option<Self> {
        let words: Vec<&str> = parsed.tokens.iter().map(Token::word).collect();
        // Two words are a heading, not an instruction.
        if words.len() < 3 && sentence.lead.is_empty() {
            return None;
        }
        let first = words.first().copied().unwrap_or_default();
        let branch = conditional
            || matches!(first, "if" | "when" | "whenever" | "unless" | "once" | "should")
            || words.iter().any(|word| matches!(*word, "if" | "when" | "whenever" | "unless"));
        if branch {
            return Some(Self::new(
                sentence,
                "it holds under a condition that cannot be told from the reply".to_owned(),
                "if it may hold always, drop the condition; an exception can be \"unless the user asks\""
                    .to_owned(),
            ));
        }
        let found = REASONS.iter().find(|(known, ..)| words.iter().any(|word| known.contains(word)));
        let (reason, suggestion) = found.map_or(
            (
                "nothing in it can be counted or found in a reply",
                "declare a [[rule]] with a kind from docs/reference/identity.md, or leave it to the model",
            ),
            |&(_, reason, suggestion)| (reason, suggestion),
        );
        Some(Self::new(sentence, reason.to_owned(), suggestion.to_owned()))
    }

    fn new(sentence: &Sentence, reason: String, suggestion: String) -> Self {
        Self { line: Some(sentence.line), text: text::excerpt(&sentence.text, 300), reason, suggestion }
    }
}

/// The language of a sentence that is not English.
pub(super) fn language(sentence: &str) -> Option<String> {
    let sample: String = sentence.chars().take(600).collect();
    let unquoted = phrase::without_quotations(&sample);
    let lower = phrase::lower(&unquoted);
    let spans = phrase::spans(&lower);
    let words: Vec<&str> =
        spans.iter().map(|&(from, to)| lower.get(from as usize..to as usize).unwrap_or_default()).collect();
    language::is_foreign(&unquoted, &words)
}
