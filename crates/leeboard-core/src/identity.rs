//! Who the assistant is: what dialogue may never change.
//!
//! Owns the layers of an identity (identity, nucleus, traits, rules, knowledge), how they are
//! read from a file or a system message and how they are rendered into the prompt. Has no
//! mutating methods: another identity is another value, recorded as a new version.

use serde::{Deserialize, Serialize};

use crate::error::IdentityError;
use crate::rules::{self, Rule};
use crate::text;

/// The persistent identity layer, immutable.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Identity {
    name: Option<String>,
    text: String,
    rules: Vec<Rule>,
    /// What the rendered prompt says, kept so that its bytes never move.
    prompt: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    examples: Vec<String>,
}

impl Identity {
    /// The identity that a plain system message states. The prompt is the message, byte for
    /// byte; rules are compiled from its sentences.
    #[must_use]
    pub fn from_system_message(text: &str) -> Self {
        Self {
            name: None,
            text: text.to_owned(),
            rules: rules::compile(text),
            prompt: text.to_owned(),
            examples: Vec::new(),
        }
    }

    /// Reads an identity file (TOML; schema in `docs/reference/identity.md`).
    ///
    /// # Errors
    /// [`IdentityError`] with line and column for malformed TOML, unknown fields, unknown rule
    /// kinds and values that do not fit their kind.
    pub fn from_toml(source: &str) -> Result<Self, IdentityError> {
        let file: IdentityFile = toml::from_str(source)
            .map_err(|error| IdentityError { message: error.to_string().trim_end().to_owned() })?;
        file.into_identity()
    }

    /// What of an identity file can be checked, and what cannot. Lines are those of the file
    /// where the sentence stands in it as it is.
    ///
    /// # Errors
    /// As [`Identity::from_toml`].
    pub fn lint(source: &str) -> Result<rules::Reading, IdentityError> {
        let file: IdentityFile = toml::from_str(source)
            .map_err(|error| IdentityError { message: error.to_string().trim_end().to_owned() })?;
        let texts: Vec<String> =
            std::iter::once(&file.identity.text).chain(&file.identity.invariants).cloned().collect();
        let identity = file.into_identity()?;
        let place = |text: &str| {
            let at = source.find(text)?;
            u32::try_from(source[..at].matches('\n').count() + 1).ok()
        };
        let mut rules = identity.rules;
        for rule in rules.iter_mut().filter(|rule| rule.line.is_some()) {
            rule.line = place(&rule.source).or(rule.line);
        }
        let mut unchecked: Vec<rules::Unchecked> =
            texts.iter().flat_map(|text| rules::read(text).unchecked).collect();
        for sentence in &mut unchecked {
            sentence.line = place(&sentence.text).or(sentence.line);
        }
        Ok(rules::Reading::new(rules, unchecked))
    }

    /// The name, if the identity has one.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The text that says who the assistant is, without rules.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The checkable rules, in the order of their source.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// Examples of the right voice.
    #[must_use]
    pub fn examples(&self) -> &[String] {
        &self.examples
    }

    /// The system message, the same bytes in every prompt. Empty if there is no identity.
    #[must_use]
    pub fn prompt(&self) -> &str {
        &self.prompt
    }

    /// The first sentences of the text that are not in a heading, on one line.
    #[must_use]
    pub fn opening(&self, most: usize) -> String {
        let lines = self.text.lines().filter(|line| !text::is_heading(line));
        lines.flat_map(text::sentences).take(most).collect::<Vec<_>>().join(" ")
    }

    /// One line that reminds the model who it is: the first sentence of the text that is not in
    /// a heading.
    #[must_use]
    pub fn anchor(&self) -> Option<&str> {
        let mut lines = self.text.lines().filter(|line| !text::is_heading(line));
        lines.find_map(|line| text::sentences(line).first().copied())
    }
}

/// An identity file as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct IdentityFile {
    identity: IdentitySection,
    #[serde(default)]
    nucleus: NucleusSection,
    #[serde(default)]
    traits: TraitsSection,
    #[serde(default)]
    rule: Vec<rules::Declared>,
    #[serde(default)]
    knowledge: Vec<KnowledgeSection>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct IdentitySection {
    #[serde(default)]
    name: Option<String>,
    text: String,
    #[serde(default)]
    invariants: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct NucleusSection {
    returns_to: Option<String>,
    never_becomes: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct TraitsSection {
    voice: Option<String>,
    examples: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KnowledgeSection {
    source: String,
    #[serde(default)]
    trust: Trust,
}

/// How far a source of knowledge is trusted.
#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Trust {
    High,
    #[default]
    Medium,
    Low,
}

impl Trust {
    fn as_str(self) -> &'static str {
        match self {
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
        }
    }
}

impl IdentityFile {
    fn into_identity(self) -> Result<Identity, IdentityError> {
        if self.identity.text.trim().is_empty() {
            return Err(IdentityError {
                message: "identity.text is empty; say in a sentence or two who the assistant is".to_owned(),
            });
        }
        let prompt = self.render();
        // Sentences of the text and the invariants may state checkable rules too.
        let mut compiled = rules::compile(&self.identity.text);
        for invariant in &self.identity.invariants {
            compiled.extend(rules::compile(invariant));
        }
        let mut declared = Vec::with_capacity(self.rule.len());
        for (n, rule) in self.rule.into_iter().enumerate() {
            declared.push(rule.into_rule(n).map_err(|message| IdentityError { message })?);
        }
        Ok(Identity {
            name: self.identity.name,
            text: self.identity.text,
            rules: rules::merge(declared, compiled),
            prompt,
            examples: self.traits.examples,
        })
    }

    /// The system message: fixed order of layers, no clock, no counters.
    fn render(&self) -> String {
        let mut out = self.identity.text.trim().to_owned();
        let mut section = |title: &str, lines: &mut dyn Iterator<Item = String>| {
            let body: Vec<String> = lines.collect();
            if !body.is_empty() {
                out.push_str("\n\n");
                out.push_str(title);
                for line in body {
                    out.push_str("\n- ");
                    out.push_str(&line);
                }
            }
        };
        section("What does not change:", &mut self.identity.invariants.iter().cloned());
        section("Under pressure, return to:", &mut self.nucleus.returns_to.iter().cloned());
        section("Never become:", &mut self.nucleus.never_becomes.iter().cloned());
        section("Voice:", &mut self.traits.voice.iter().cloned());
        section("Examples of the voice:", &mut self.traits.examples.iter().map(|e| format!("\"{e}\"")));
        section("Rules:", &mut self.rule.iter().map(rules::Declared::wording));
        section(
            "Knowledge you may use:",
            &mut self.knowledge.iter().map(|k| format!("{} (trust: {})", k.source, k.trust.as_str())),
        );
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = r#"
[identity]
name = "Ada"
text = "You are Ada, a patient harbour pilot."
invariants = ["Never use emoji."]

[nucleus]
returns_to = "the chart and the tide table"
never_becomes = ["a salesman"]

[traits]
voice = "dry, short sentences"
examples = ["Slack water at six. We wait."]

[[rule]]
id = "short"
kind = "max_words"
value = 80
severity = "block"

[[knowledge]]
source = "tide tables 2026"
trust = "high"
"#;

    #[test]
    fn a_file_becomes_one_stable_prompt_and_checkable_rules() {
        let identity = Identity::from_toml(FILE).unwrap();
        assert_eq!(identity.name(), Some("Ada"));
        assert_eq!(identity.prompt(), Identity::from_toml(FILE).unwrap().prompt());
        let kinds: Vec<_> = identity.rules().iter().map(|rule| rule.id.as_str()).collect();
        assert_eq!(kinds, ["short", "no_emoji"]);
        insta::assert_snapshot!(identity.prompt());
    }

    #[test]
    fn errors_name_the_place() {
        let typo = FILE.replace("value = 80", "valve = 80");
        let error = Identity::from_toml(&typo).unwrap_err().to_string();
        assert!(error.contains("valve") && error.contains("line"), "{error}");
        let kind = FILE.replace("max_words", "max_wordz");
        let error = Identity::from_toml(&kind).unwrap_err().to_string();
        assert!(error.contains("max_wordz") && error.contains("max_words"), "{error}");
        let value = FILE.replace("value = 80", "value = \"many\"");
        let error = Identity::from_toml(&value).unwrap_err().to_string();
        assert!(error.contains("short") && error.contains("whole number"), "{error}");
        assert!(Identity::from_toml("[identity]\ntext = \" \"").is_err());
    }

    #[test]
    fn an_empty_exception_is_refused_rather_than_lifting_its_rule_for_ever() {
        let empty = FILE.replace("severity = \"block\"", "exceptions = [\" \"]");
        let error = Identity::from_toml(&empty).unwrap_err().to_string();
        assert!(error.contains("short") && error.contains("exceptions"), "{error}");
    }

    #[test]
    fn the_anchor_is_a_sentence_and_no_heading() {
        let identity = Identity::from_system_message("# Identity\n\nYou are Ada. You wait.");
        assert_eq!(identity.anchor(), Some("You are Ada."));
    }

    #[test]
    fn a_system_message_is_kept_byte_for_byte() {
        let text = "You are James.\r\n  Never use emoji. ";
        assert_eq!(Identity::from_system_message(text).prompt(), text);
    }
}
