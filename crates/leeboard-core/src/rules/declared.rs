//! Rules as an identity file declares them: `[[rule]]` tables.
//!
//! Owns the file's shape and its error messages; the kinds themselves are in `rules`.

use serde::Deserialize;

use super::{Rule, RuleKind, Severity};

/// One `[[rule]]` table.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Declared {
    /// Its name in traces and evidence; by default the kind.
    #[serde(default)]
    id: Option<String>,
    /// One of the kinds of [`RuleKind`].
    kind: Kind,
    /// The count or phrase, where the kind wants one.
    #[serde(default)]
    value: Option<toml::Value>,
    /// What happens when it is broken.
    #[serde(default)]
    severity: Severity,
    /// Phrases of the user's that lift the rule for one reply.
    #[serde(default)]
    exceptions: Vec<String>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    NoLists,
    NoHeadings,
    NoExclamationMarks,
    NoEmoji,
    NoQuestions,
    NoAiTalk,
    MaxWords,
    MinWords,
    MaxSentences,
    MaxParagraphs,
    ForbiddenPhrase,
    RequiredPhrase,
    EndsWith,
    StartsWith,
}

impl Declared {
    /// The rule in words for the prompt; a rule whose value does not fit is refused
    /// when the file is read, before any prompt is built.
    #[must_use]
    pub fn wording(&self) -> String {
        self.rule_kind().map(|kind| kind.wording()).unwrap_or_default()
    }

    pub(crate) fn into_rule(self, n: usize) -> Result<Rule, String> {
        let named = |wanted: &str| {
            let name = self.id.clone().unwrap_or_else(|| format!("number {}", n + 1));
            format!("rule {name}: {wanted}")
        };
        let kind = self.rule_kind().map_err(named)?;
        if self.exceptions.iter().any(|phrase| phrase.trim().is_empty()) {
            return Err(named("exceptions must not be empty texts, which every message contains"));
        }
        Ok(Rule {
            id: self.id.unwrap_or_else(|| kind.name().to_owned()),
            source: kind.wording(),
            kind,
            severity: self.severity,
            line: None,
            exceptions: self.exceptions,
        })
    }

    fn rule_kind(&self) -> Result<RuleKind, &'static str> {
        let kind = match self.kind {
            Kind::NoLists => RuleKind::NoLists,
            Kind::NoHeadings => RuleKind::NoHeadings,
            Kind::NoExclamationMarks => RuleKind::NoExclamationMarks,
            Kind::NoEmoji => RuleKind::NoEmoji,
            Kind::NoQuestions => RuleKind::NoQuestions,
            Kind::NoAiTalk => RuleKind::NoAiTalk,
            Kind::MaxWords => RuleKind::MaxWords(self.count()?),
            Kind::MinWords => RuleKind::MinWords(self.count()?),
            Kind::MaxSentences => RuleKind::MaxSentences(self.count()?),
            Kind::MaxParagraphs => RuleKind::MaxParagraphs(self.count()?),
            Kind::ForbiddenPhrase => RuleKind::ForbiddenPhrase(self.phrase()?),
            Kind::RequiredPhrase => RuleKind::RequiredPhrase(self.phrase()?),
            Kind::EndsWith => RuleKind::EndsWith(self.phrase()?),
            Kind::StartsWith => RuleKind::StartsWith(self.phrase()?),
        };
        Ok(kind)
    }

    fn count(&self) -> Result<u32, &'static str> {
        const WANTED: &str = "value must be a whole number from 1 up, for example value = 120";
        let number = self.value.as_ref().and_then(toml::Value::as_integer).ok_or(WANTED)?;
        u32::try_from(number).ok().filter(|&n| n > 0).ok_or(WANTED)
    }

    fn phrase(&self) -> Result<String, &'static str> {
        self.value
            .as_ref()
            .and_then(toml::Value::as_str)
            .filter(|phrase| !phrase.trim().is_empty())
            .map(|phrase| phrase.trim().to_owned())
            .ok_or("value must be a text, for example value = \"sir\"")
    }
}
