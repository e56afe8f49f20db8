//! The environment variables that leeboard reads, each a documented constant.
//!
//! The only place that looks at the process environment. A flag wins over a variable, a
//! variable over `leeboard.toml`.

use std::collections::BTreeMap;

/// Path of the settings file; without it, `leeboard.toml` in the working directory if there is
/// one. Flag: `--config`.
pub(crate) const CONFIG: &str = "LEEBOARD_CONFIG";
/// Address that the gateway listens on. Flag: `--listen`.
pub(crate) const LISTEN: &str = "LEEBOARD_LISTEN";
/// Base URL of the API behind the gateway. Flag: `--upstream`.
pub(crate) const UPSTREAM: &str = "LEEBOARD_UPSTREAM";
/// `observe`, `augment` or `manage`. Flag: `--mode`.
pub(crate) const MODE: &str = "LEEBOARD_MODE";
/// What the gateway does when the store is down: `open` or `closed`. Flag: `--fail`.
pub(crate) const FAIL: &str = "LEEBOARD_FAIL";
/// Path of the identity file for `serve` and `chat`. Flag: `--identity`.
pub(crate) const IDENTITY: &str = "LEEBOARD_IDENTITY";
/// The store. Flag: `--store`.
pub(crate) const STORE: &str = "LEEBOARD_STORE";
/// What a commit survives: `process` or `machine`.
pub(crate) const DURABILITY: &str = "LEEBOARD_DURABILITY";
/// Base URL of the model's API. Flag: `--base-url`.
pub(crate) const BASE_URL: &str = "LEEBOARD_BASE_URL";
/// The model's name. Flag: `--model`.
pub(crate) const MODEL: &str = "LEEBOARD_MODEL";
/// Key of the model's API, whatever its address.
pub(crate) const API_KEY: &str = "LEEBOARD_API_KEY";
/// Who makes the vectors: `static` or `remote`.
pub(crate) const EMBEDDING_KIND: &str = "LEEBOARD_EMBEDDING_KIND";
/// Base URL of the embedding model's API.
pub(crate) const EMBEDDING_BASE_URL: &str = "LEEBOARD_EMBEDDING_BASE_URL";
/// The embedding model's name.
pub(crate) const EMBEDDING_MODEL: &str = "LEEBOARD_EMBEDDING_MODEL";
/// Key of the embedding model's API, whatever its address.
pub(crate) const EMBEDDING_API_KEY: &str = "LEEBOARD_EMBEDDING_API_KEY";
/// Components to ask for in a vector.
pub(crate) const EMBEDDING_DIMENSIONS: &str = "LEEBOARD_EMBEDDING_DIMENSIONS";
/// Limit for one request for vectors, in milliseconds.
pub(crate) const EMBEDDING_TIMEOUT_MS: &str = "LEEBOARD_EMBEDDING_TIMEOUT_MS";
/// Texts in one request for vectors.
pub(crate) const EMBEDDING_BATCH: &str = "LEEBOARD_EMBEDDING_BATCH";
/// Token vocabulary: `o200k_base`, `cl100k_base` or `estimate`. Flag: `--encoding`.
pub(crate) const ENCODING: &str = "LEEBOARD_ENCODING";
/// What is logged on stderr, for example `info` or `leeboard_server=debug`.
pub(crate) const LOG: &str = "LEEBOARD_LOG";
/// How log lines look: `text` or `json`. Flag: `--log-format`.
pub(crate) const LOG_FORMAT: &str = "LEEBOARD_LOG_FORMAT";
/// Key of OpenAI's API. Sent to [`OPENAI_BASE_URL`] and to api.openai.com only, so that another
/// server never sees it.
pub(crate) const OPENAI_API_KEY: &str = "OPENAI_API_KEY";
/// Base URL of the model's API where nothing else names one.
pub(crate) const OPENAI_BASE_URL: &str = "OPENAI_BASE_URL";
/// Any value switches colours off (see no-color.org).
pub(crate) const NO_COLOR: &str = "NO_COLOR";

/// The environment as it was when the program began.
#[derive(Clone, Debug, Default)]
pub(crate) struct Environment(BTreeMap<String, String>);

impl Environment {
    /// That of this process. Variables that are not UTF-8 are not ours and are left out.
    pub(crate) fn of_process() -> Self {
        let text = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        };
        Self(std::env::vars_os().filter_map(text).collect())
    }

    /// A variable; an empty one counts as unset.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }
}

impl<const N: usize> From<[(&str, &str); N]> for Environment {
    fn from(variables: [(&str, &str); N]) -> Self {
        Self(variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }
}
