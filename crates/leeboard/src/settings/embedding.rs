//! The section `embedding`: who makes the vectors.
//!
//! Owns its defaults and ranges. What they become is in `shell`.

use std::fmt::{self, Display};
use std::ops::RangeInclusive;
use std::str::FromStr;
use std::time::Duration;

use anyhow::{anyhow, bail};

use super::choice;
use super::file::{EmbeddingKind, EmbeddingSection};
use super::key::Key;
use crate::env::{self, Environment};

/// Milliseconds for a request unless told otherwise: endpoints take a tenth of that.
const TIMEOUT_MS: u64 = 2000;
/// Texts in a request unless told otherwise.
const BATCH: usize = 64;

/// Wider than any known model's vectors.
const DIMENSIONS: RangeInclusive<usize> = 1..=65_536;
/// To ten minutes, which is long for a model that is being loaded.
const TIMEOUTS_MS: RangeInclusive<u64> = 1..=600_000;
/// To what OpenAI takes; others take less.
const BATCHES: RangeInclusive<usize> = 1..=2048;

/// Who makes the vectors.
#[derive(Clone, Debug)]
pub(crate) enum EmbeddingSettings {
    /// The table in the binary.
    Static,
    /// An endpoint.
    Remote(RemoteEmbedding),
}

/// An embedding model behind an OpenAI-compatible API.
#[derive(Clone)]
pub(crate) struct RemoteEmbedding {
    pub(crate) base_url: String,
    pub(crate) model: String,
    pub(crate) key: Key,
    pub(crate) dimensions: Option<usize>,
    pub(crate) timeout: Duration,
    pub(crate) batch: usize,
}

impl fmt::Debug for RemoteEmbedding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The address may hold a password.
        f.debug_struct("RemoteEmbedding").field("model", &self.model).finish_non_exhaustive()
    }
}

/// Checks the numbers in any case, the rest where an endpoint is used.
pub(super) fn resolve(
    environment: &Environment,
    file: &EmbeddingSection,
) -> anyhow::Result<EmbeddingSettings> {
    let text = |variable: &str, file: &Option<String>| {
        environment.get(variable).map(str::to_owned).or_else(|| file.clone())
    };
    let base_url = text(env::EMBEDDING_BASE_URL, &file.base_url);
    let dimensions = Number::new("embedding.dimensions", env::EMBEDDING_DIMENSIONS, DIMENSIONS);
    let timeout = Number::new("embedding.timeout_ms", env::EMBEDDING_TIMEOUT_MS, TIMEOUTS_MS);
    let batch = Number::new("embedding.batch", env::EMBEDDING_BATCH, BATCHES);
    let dimensions = dimensions.read(environment, file.dimensions)?;
    let timeout = timeout.read(environment, file.timeout_ms)?.unwrap_or(TIMEOUT_MS);
    let batch = batch.read(environment, file.batch)?.unwrap_or(BATCH);
    match choice(None, environment, env::EMBEDDING_KIND, file.kind)? {
        Some(EmbeddingKind::Remote) => {}
        Some(EmbeddingKind::Static) => return Ok(EmbeddingSettings::Static),
        None if base_url.is_none() => return Ok(EmbeddingSettings::Static),
        None => bail!(
            "use the settings: embedding.base_url is set, but embedding.kind is not (write kind = \
             \"remote\" to use the endpoint, or kind = \"static\" for the table in the binary)"
        ),
    }
    let missing = |setting: &str, example: &str| {
        anyhow!(
            "use the settings: embedding.kind is remote, but {setting} is missing (for example {example})"
        )
    };
    let base_url = base_url.ok_or_else(|| missing("embedding.base_url", "\"http://localhost:11434/v1\""))?;
    let model = text(env::EMBEDDING_MODEL, &file.model)
        .ok_or_else(|| missing("embedding.model", "\"text-embedding-3-small\""))?;
    let (variable, named) = (env::EMBEDDING_API_KEY, file.api_key.as_ref());
    let key = Key::configured(environment, variable, "embedding.api_key", named)
        .or_openai(environment, Some(&base_url));
    let timeout = Duration::from_millis(timeout);
    Ok(EmbeddingSettings::Remote(RemoteEmbedding { base_url, model, key, dimensions, timeout, batch }))
}

/// A number that may be set in two places.
struct Number<T> {
    setting: &'static str,
    variable: &'static str,
    range: RangeInclusive<T>,
}

impl<T: Copy + Display + FromStr + PartialOrd> Number<T> {
    fn new(setting: &'static str, variable: &'static str, range: RangeInclusive<T>) -> Self {
        Self { setting, variable, range }
    }

    fn read(&self, environment: &Environment, file: Option<T>) -> anyhow::Result<Option<T>> {
        let (from, to) = (self.range.start(), self.range.end());
        match (environment.get(self.variable), file) {
            (Some(text), _) => match text.parse() {
                Ok(number) if self.range.contains(&number) => Ok(Some(number)),
                _ => Err(anyhow!(
                    "read the variable {}: {text:?} is no whole number from {from} to {to}",
                    self.variable
                )),
            },
            (None, Some(number)) if !self.range.contains(&number) => {
                Err(anyhow!("use the settings: {} is {number}, not from {from} to {to}", self.setting))
            }
            (None, number) => Ok(number),
        }
    }
}
