//! The rules that a simulated model understands, and how a reply keeps or breaks them.
//!
//! Owns their wording in a prompt and their effect on a text. The runner checks replies of real
//! models by the same `broken_by`.

use serde::Serialize;

use super::reading::count;

/// A rule of form.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Rule {
    NoLists,
    NoExclamations,
    AtMost(usize),
    SignOff(String),
}

impl Rule {
    /// The rule that a sentence states.
    pub(super) fn read(sentence: &str, lower: &str) -> Option<Self> {
        let forbids = ["never", "no ", "avoid", "without", "not "].iter().any(|word| lower.contains(word));
        if forbids && (lower.contains("bullet") || lower.contains(" list")) {
            return Some(Self::NoLists);
        }
        if forbids && lower.contains("exclamation") {
            return Some(Self::NoExclamations);
        }
        if (lower.contains("end every") || lower.contains("end each") || lower.contains("close every"))
            && let Some(quoted) = sentence.split('"').nth(1)
        {
            return Some(Self::SignOff(quoted.to_owned()));
        }
        let limits = ["at most", "no more than", "under"].iter().any(|word| lower.contains(word));
        let number = || lower.split_whitespace().find_map(|word| word.parse().ok());
        if limits && lower.contains("words") { number().map(Self::AtMost) } else { None }
    }

    /// The rule as an identity states it.
    pub(crate) fn stated(&self) -> String {
        match self {
            Self::NoLists => "Never use bullet points.".to_owned(),
            Self::NoExclamations => "Never use exclamation marks.".to_owned(),
            Self::AtMost(words) => format!("Use at most {words} words."),
            Self::SignOff(text) => format!("End every reply with \"{text}\""),
        }
    }

    /// Whether a reply breaks it.
    pub(crate) fn broken_by(&self, reply: &str) -> bool {
        match self {
            Self::NoLists => reply.lines().any(|line| {
                let line = line.trim_start();
                line.starts_with("- ") || line.starts_with("* ") || line.starts_with("• ")
            }),
            Self::NoExclamations => reply.contains('!'),
            Self::AtMost(words) => count(reply) > *words,
            Self::SignOff(text) => !reply.trim_end().ends_with(text.as_str()),
        }
    }
}
