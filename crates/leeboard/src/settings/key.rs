//! Keys: where they come from, and which address may see them.

use anyhow::anyhow;
use secrecy::SecretString;

use super::file::VariableName;
use crate::env::{self, Environment};

/// A key, or the reason why there is none. Only commands that call a model complain.
#[derive(Clone, Debug)]
pub(crate) enum Key {
    /// None was configured.
    Absent,
    /// The variable that the settings file names is not set.
    Unset {
        /// The setting that names it.
        setting: &'static str,
        /// Its name.
        variable: String,
    },
    /// Here it is.
    Known(SecretString),
}

impl Key {
    /// The key that leeboard's own variable holds, or the one that a setting names.
    pub(super) fn configured(
        environment: &Environment,
        variable: &str,
        setting: &'static str,
        named: Option<&VariableName>,
    ) -> Self {
        match (environment.get(variable), named.map(VariableName::as_str)) {
            (Some(key), _) => Self::Known(key.into()),
            (None, Some(name)) => environment.get(name).map_or_else(
                || Self::Unset { setting, variable: name.to_owned() },
                |key| Self::Known(key.into()),
            ),
            (None, None) => Self::Absent,
        }
    }

    /// This key, or OpenAI's if none is configured. OpenAI's goes to OpenAI's address, or the one
    /// set in its place, and nowhere else.
    pub(super) fn or_openai(self, environment: &Environment, address: Option<&str>) -> Self {
        let is_openai = address.is_some_and(|address| {
            environment.get(env::OPENAI_BASE_URL) == Some(address)
                || address.starts_with("https://api.openai.com/")
        });
        match (self, environment.get(env::OPENAI_API_KEY)) {
            (Self::Absent, Some(key)) if is_openai => Self::Known(key.into()),
            (key, _) => key,
        }
    }

    /// The key, if one is configured.
    pub(crate) fn get(&self) -> anyhow::Result<Option<SecretString>> {
        match self {
            Self::Absent => Ok(None),
            Self::Known(key) => Ok(Some(key.clone())),
            Self::Unset { setting, variable } => Err(anyhow!(
                "read the key: {setting} names the environment variable {variable}, which is not set"
            )),
        }
    }
}
