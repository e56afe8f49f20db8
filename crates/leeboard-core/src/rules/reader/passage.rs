//! What passages of a prompt are: lead-ins, examples, recorded talk, tags.
//!
//! Owns the signs of each. How lines are walked is in `lines`.

use crate::text;

/// Whether a lead-in says what is to be done with the items below it.
pub(super) fn governs(lead: &str) -> bool {
    let words: Vec<String> = text::words(lead).collect();
    let has = |any: &[&str]| words.iter().any(|word| any.contains(&word.as_str()));
    has(&[
        "never",
        "not",
        "don't",
        "avoid",
        "refrain",
        "no",
        "don’t",
        "forbidden",
        "prohibited",
        "banned",
        "without",
        "always",
        "must",
        "should",
        "shouldn't",
        "mustn't",
        "cannot",
        "can't",
        "don'ts",
        "required",
        "use",
        "include",
        "one",
        "only",
        "don'ts",
        "keep",
        "answer",
        "reply",
        "respond",
        "write",
    ])
}

/// The name of a tag that has a line of its own: `<rules>`, `</example>`.
pub(super) fn tag(line: &str) -> Option<&str> {
    let inner = line.strip_prefix('<')?.strip_suffix('>')?;
    let plain = inner.chars().all(|c| c.is_alphanumeric() || "_-/ =\"'".contains(c));
    (plain && !inner.is_empty()).then_some(inner)
}

pub(super) fn has_example_name(name: &str) -> bool {
    let lower = name.to_lowercase();
    [
        "example",
        "sample",
        "few-shot",
        "few_shot",
        "transcript",
        "about the user",
        "user profile",
        "background",
        "conversation so far",
        "document",
        "knowledge base",
        "backstory",
    ]
    .iter()
    .any(|word| lower.contains(word))
}

pub(super) fn is_label_of_example(line: &str) -> bool {
    let lower = line.to_lowercase();
    let label = lower.ends_with(':') && lower.len() < 60;
    (label && has_example_name(&lower))
        || (lower.starts_with("example:") || lower.starts_with("for example:"))
}

/// A line of recorded talk.
pub(super) fn is_speech(line: &str) -> bool {
    let Some((who, _)) = line.split_once(':') else { return false };
    matches!(
        who.trim().to_lowercase().as_str(),
        "user"
            | "assistant"
            | "human"
            | "ai"
            | "bot"
            | "customer"
            | "q"
            | "a"
            | "input"
            | "student"
            | "caller"
            | "good"
            | "bad"
            | "wrong"
            | "right"
            | "correct"
            | "incorrect"
    )
}
