//! Rules as an identity file declares them: `[[rule]]` tables.
//!
//! Owns the file's shape and its error messages; the kinds themselves are in `kind`.

use serde::de::Error;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::{Rule, RuleKind, Severity, kind};

/// One `[[rule]]` table.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Declared {
    /// Its name in traces and evidence; by default the kind.
    #[serde(default)]
    id: Option<String>,
    /// One of the kinds of [`RuleKind`].
    #[serde(deserialize_with = "known_kind")]
    kind: String,
    /// The count, phrase or list, where the kind wants one.
    #[serde(default)]
    value: Option<Value>,
    /// What happens when it is broken.
    #[serde(default)]
    severity: Severity,
    /// Phrases of the user's that lift the rule for one reply.
    #[serde(default)]
    exceptions: Vec<String>,
}

fn known_kind<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let name = String::deserialize(deserializer)?;
    if kind::names().contains(&name.as_str()) {
        Ok(name)
    } else {
        Err(D::Error::unknown_variant(&name, kind::names()))
    }
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
            outside_quotations: false,
        })
    }

    fn rule_kind(&self) -> Result<RuleKind, &'static str> {
        RuleKind::of(&self.kind, self.value.as_ref())
    }
}
