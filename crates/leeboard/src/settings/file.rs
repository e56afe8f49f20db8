//! `leeboard.toml`: its sections, and what is said when one is wrong.
//!
//! Owns the file's shape; the core's sections are the core's own types. Unknown fields are
//! refused, since a misspelt setting that is silently ignored is worse than none.

use std::fmt;
use std::fs;
use std::io::ErrorKind;
use std::ops::Range;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use clap::ValueEnum;
use leeboard_core::config::{ControlConfig, DriftConfig, Limits, MemoryConfig, PatternConfig, PromptConfig};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use crate::args::{FailName, ModeName};

/// The name that is looked for in the working directory.
pub(crate) const NAME: &str = "leeboard.toml";

/// A settings file with the folder that its paths are relative to.
#[derive(Default)]
pub(super) struct Loaded {
    pub(super) file: File,
    pub(super) folder: PathBuf,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct File {
    pub(super) server: ServerSection,
    pub(super) model: ModelSection,
    pub(super) embedding: EmbeddingSection,
    pub(super) store: StoreSection,
    pub(super) tokens: TokensSection,
    pub(super) price: Vec<PriceSection>,
    pub(super) drift: DriftConfig,
    pub(super) control: ControlConfig,
    pub(super) memory: MemoryConfig,
    pub(super) prompt: PromptConfig,
    pub(super) patterns: PatternConfig,
    pub(super) limits: Limits,
}

#[derive(Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct ServerSection {
    pub(super) listen: Option<String>,
    pub(super) upstream: Option<String>,
    pub(super) mode: Option<ModeName>,
    pub(super) buffer: Option<bool>,
    pub(super) fail: Option<FailName>,
    pub(super) identity: Option<String>,
    pub(super) hot_bytes: Option<usize>,
    pub(super) snapshot_records: Option<u32>,
    pub(super) require_key: Option<bool>,
    pub(super) cors_origins: Vec<String>,
    pub(super) hosts: Vec<String>,
    pub(super) max_requests: Option<usize>,
    pub(super) max_requests_per_key: Option<usize>,
    pub(super) requests_per_minute: Option<u32>,
    pub(super) burst: Option<u32>,
    pub(super) request_bytes: Option<usize>,
    pub(super) header_bytes: Option<usize>,
    pub(super) header_timeout_ms: Option<u64>,
    pub(super) body_timeout_ms: Option<u64>,
    pub(super) reply_timeout_ms: Option<u64>,
    pub(super) idle_timeout_ms: Option<u64>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct ModelSection {
    pub(super) base_url: Option<String>,
    pub(super) name: Option<String>,
    pub(super) api_key: Option<VariableName>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct EmbeddingSection {
    pub(super) kind: Option<EmbeddingKind>,
    pub(super) base_url: Option<String>,
    pub(super) model: Option<String>,
    pub(super) api_key: Option<VariableName>,
    pub(super) dimensions: Option<usize>,
    pub(super) timeout_ms: Option<u64>,
    pub(super) batch: Option<usize>,
}

/// Who makes the vectors.
#[derive(Clone, Copy, Debug, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum EmbeddingKind {
    /// The table in the binary
    Static,
    /// An endpoint
    Remote,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct StoreSection {
    pub(super) url: Option<String>,
    pub(super) durability: Option<DurabilityName>,
    pub(super) connections: Option<u32>,
    pub(super) retention_days: Option<u32>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct TokensSection {
    pub(super) encoding: Option<String>,
}

/// What a provider charges for the tokens of prompts.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PriceSection {
    pub(super) name: String,
    pub(super) input: f64,
    pub(super) cached: f64,
}

/// What a commit survives.
#[derive(Clone, Copy, Debug, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum DurabilityName {
    /// The end of the process
    Process,
    /// Losing power
    Machine,
}

impl fmt::Debug for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Addresses may hold passwords.
        f.debug_struct("File").finish_non_exhaustive()
    }
}

/// The environment variable that holds a secret, written `env::NAME`.
#[derive(Debug)]
pub(super) struct VariableName(String);

impl VariableName {
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for VariableName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let is_name =
            |name: &&str| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        // What stands here may be a key, so it is not repeated.
        text.strip_prefix("env::").filter(is_name).map(|name| Self(name.to_owned())).ok_or_else(|| {
            D::Error::custom(
                "secrets do not belong into this file; put the key into an environment variable and \
                 write its name, for example \"env::OPENAI_API_KEY\"",
            )
        })
    }
}

/// Reads the named file, or `leeboard.toml` if it is there.
pub(super) fn load(named: Option<&Path>) -> anyhow::Result<Loaded> {
    let path = named.unwrap_or_else(|| Path::new(NAME));
    let name = path.display().to_string();
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if named.is_none() && error.kind() == ErrorKind::NotFound => {
            return Ok(Loaded::default());
        }
        Err(error) => return Err(error).with_context(|| format!("read the settings file {name}")),
    };
    let text = String::from_utf8(bytes)
        .map_err(|_| anyhow!("read the settings file {name}: it is not UTF-8; save it as UTF-8"))?;
    let file = parse(&name, &text).map_err(|what| anyhow!("read the settings file {what}"))?;
    let folder = path.parent().unwrap_or_else(|| Path::new("")).to_owned();
    Ok(Loaded { file, folder })
}

/// Parses a settings file; a refusal reads `name:line:column: field: what is wrong`.
pub(super) fn parse(name: &str, text: &str) -> Result<File, String> {
    let refusal = |span: Option<Range<usize>>, field: &str, what: &str| {
        let place = span.map_or_else(String::new, |span| {
            let (line, column) = line_and_column(text, span.start);
            format!(":{line}:{column}")
        });
        let field = if field.is_empty() || field == "." { String::new() } else { format!("{field}: ") };
        format!("{name}{place}: {field}{what}")
    };
    let reader =
        toml::Deserializer::parse(text).map_err(|error| refusal(error.span(), "", error.message()))?;
    serde_path_to_error::deserialize(reader).map_err(|error| {
        let field = error.path().to_string();
        refusal(error.inner().span(), &field, error.inner().message())
    })
}

/// Line and column, both from 1, of a byte offset.
fn line_and_column(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
    (line, column)
}
