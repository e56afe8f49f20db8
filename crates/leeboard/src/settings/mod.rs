//! Settings: flags, then environment, then `leeboard.toml`, then defaults, resolved once.
//!
//! Owns who wins and what the defaults are. Commands receive the result and ask no further.
//! The file's shape is in `file`, keys are in `key`.

mod embedding;
mod file;
mod key;
mod server;
#[cfg(test)]
mod tests;

use std::fmt;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use clap::ValueEnum;
use leeboard_core::Config;
use leeboard_eval::cost::Price;
use leeboard_io::store::{Durability, postgres};

use crate::args::{Arguments, Command, EvalAction, EvalArguments, FailName, LogFormat, ModeName};
use crate::env::{self, Environment};

pub(crate) use self::embedding::EmbeddingSettings;
use self::file::{File, Loaded, PriceSection};
use self::key::Key;
pub(crate) use self::server::ServerSettings;

/// Where the gateway listens unless told otherwise: this machine only.
const LISTEN: &str = "127.0.0.1:8377";
/// Where sessions are kept unless told otherwise.
const STORE: &str = "./leeboard.db";
/// Far more connections than a PostgreSQL server has use for.
const MOST_CONNECTIONS: u32 = 1000;
/// The vocabulary of current OpenAI models.
const ENCODING: &str = "o200k_base";
/// The API that a bare `OPENAI_API_KEY` is for.
const OPENAI: &str = "https://api.openai.com/v1";

/// All that a command may want to know.
#[derive(Clone)]
pub(crate) struct Settings {
    /// The core's settings.
    pub(crate) core: Config,
    /// The gateway.
    pub(crate) server: ServerSettings,
    /// The model of `chat`, and the gateway's key.
    pub(crate) model: ModelSettings,
    /// Who makes the vectors.
    pub(crate) embedding: EmbeddingSettings,
    /// Where sessions are kept.
    pub(crate) store: StoreSettings,
    /// The token vocabulary's name.
    pub(crate) encoding: String,
    /// What providers charge.
    pub(crate) prices: Vec<Price>,
    /// The identity file of `serve` and `chat`.
    pub(crate) identity: Option<PathBuf>,
    /// What is logged.
    pub(crate) log: Option<String>,
    /// How log lines look.
    pub(crate) log_format: LogFormat,
    /// Whether colours are wanted.
    pub(crate) color: bool,
}

/// A model's endpoint.
#[derive(Clone)]
pub(crate) struct ModelSettings {
    pub(crate) base_url: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) key: Key,
}

/// Where sessions are kept.
#[derive(Clone)]
pub(crate) struct StoreSettings {
    pub(crate) url: String,
    pub(crate) durability: Durability,
    /// Connections to a database at most.
    pub(crate) connections: u32,
    /// Days after which an unused session is deleted; 0 for never.
    pub(crate) retention_days: u32,
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Addresses may hold passwords.
        f.debug_struct("Settings").finish_non_exhaustive()
    }
}

impl Settings {
    /// Resolves the settings of a command.
    pub(crate) fn resolve(arguments: &Arguments, environment: &Environment) -> anyhow::Result<Self> {
        let named = arguments.config.clone().or_else(|| environment.get(env::CONFIG).map(PathBuf::from));
        let loaded = file::load(named.as_deref())?;
        let settings = Self::layered(&Flags::of(&arguments.command), environment, &loaded)?;
        settings.core.check().context("use the settings")?;
        Ok(settings)
    }

    fn layered(flags: &Flags, environment: &Environment, loaded: &Loaded) -> anyhow::Result<Self> {
        let Loaded { file, folder } = loaded;
        let text = |flag: &Option<String>, variable: &str, file: &Option<String>| {
            flag.clone().or_else(|| environment.get(variable).map(str::to_owned)).or_else(|| file.clone())
        };
        let upstream = text(&flags.upstream, env::UPSTREAM, &file.server.upstream);
        let server = ServerSettings {
            key: gateway_key(environment, file, upstream.as_deref()),
            listen: text(&flags.listen, env::LISTEN, &file.server.listen)
                .unwrap_or_else(|| LISTEN.to_owned()),
            upstream,
            mode: choice(flags.mode, environment, env::MODE, file.server.mode)?.unwrap_or(ModeName::Observe),
            fail: choice(flags.fail, environment, env::FAIL, file.server.fail)?.unwrap_or(FailName::Open),
            section: server::checked(&file.server)?,
        };
        let store_in_file = file.store.url.as_ref().map(|url| beside(folder, url));
        let identity_in_file = file.server.identity.as_ref().map(|path| beside(folder, path));
        Ok(Self {
            prices: prices(file)?,
            core: core(file, flags),
            server,
            model: model(flags, environment, file),
            embedding: embedding::resolve(environment, &file.embedding)?,
            store: StoreSettings {
                url: text(&flags.store, env::STORE, &store_in_file).unwrap_or_else(|| STORE.to_owned()),
                durability: durability(environment, file)?,
                connections: connections(file)?,
                retention_days: file.store.retention_days.unwrap_or(0),
            },
            encoding: text(&flags.encoding, env::ENCODING, &file.tokens.encoding)
                .unwrap_or_else(|| ENCODING.to_owned()),
            identity: text(&flags.identity, env::IDENTITY, &identity_in_file).map(PathBuf::from),
            log: environment.get(env::LOG).map(str::to_owned),
            log_format: choice(flags.log_format, environment, env::LOG_FORMAT, None)?.unwrap_or_default(),
            color: environment.get(env::NO_COLOR).is_none(),
        })
    }
}

/// What the flags of any command say. Commands that judge files take their identity from their
/// own flag alone, so it is not here.
#[derive(Default)]
struct Flags {
    listen: Option<String>,
    upstream: Option<String>,
    mode: Option<ModeName>,
    fail: Option<FailName>,
    store: Option<String>,
    identity: Option<String>,
    base_url: Option<String>,
    model: Option<String>,
    encoding: Option<String>,
    budget: Option<usize>,
    log_format: Option<LogFormat>,
}

impl Flags {
    fn of(command: &Command) -> Self {
        let path = |path: &Option<PathBuf>| path.as_ref().map(|path| path.to_string_lossy().into_owned());
        match command {
            Command::Serve(serve) => Self {
                listen: serve.listen.clone(),
                upstream: serve.upstream.clone(),
                mode: serve.mode,
                fail: serve.fail,
                store: serve.store.store.clone(),
                identity: path(&serve.identity),
                log_format: serve.log_format,
                ..Self::default()
            },
            Command::Chat(chat) => Self {
                store: chat.store.store.clone(),
                identity: path(&chat.identity),
                base_url: chat.base_url.clone(),
                model: chat.model.clone(),
                ..Self::default()
            },
            Command::Eval(EvalArguments { action: EvalAction::Loop(closed) }) => {
                Self { base_url: closed.upstream.clone(), model: closed.model.clone(), ..Self::default() }
            }
            Command::Backup(backup) => Self { store: backup.store.store.clone(), ..Self::default() },
            Command::Export(export) => Self { store: export.store.store.clone(), ..Self::default() },
            Command::Import(import) => Self { store: import.store.store.clone(), ..Self::default() },
            Command::Verify(verify) => Self { store: verify.store.store.clone(), ..Self::default() },
            Command::Keys(keys) => Self { store: keys.store.store.clone(), ..Self::default() },
            Command::Sessions(sessions) => Self { store: sessions.store.store.clone(), ..Self::default() },
            Command::Doctor(doctor) => Self { store: doctor.store.store.clone(), ..Self::default() },
            Command::Trace(trace) => Self { store: trace.store.store.clone(), ..Self::default() },
            Command::Prompt(prompt) => {
                Self { encoding: prompt.encoding.clone(), budget: prompt.budget, ..Self::default() }
            }
            Command::Replay(replay) => Self { encoding: replay.encoding.clone(), ..Self::default() },
            Command::Audit(_)
            | Command::Recall(_)
            | Command::Init(_)
            | Command::Demo(_)
            | Command::Eval(_)
            | Command::Identity(_) => Self::default(),
        }
    }
}

/// The price table.
fn prices(file: &File) -> anyhow::Result<Vec<Price>> {
    let price = |section: &PriceSection| {
        let PriceSection { name, input, cached } = section;
        let amount = |amount: f64| amount.is_finite() && amount >= 0.0;
        if amount(*input) && amount(*cached) {
            Ok(Price { name: name.clone(), input: *input, cached: *cached })
        } else {
            Err(anyhow!(
                "use the settings: the price {name:?} has input = {input} and cached = {cached}; both are \
                 amounts for a million tokens, from 0 up"
            ))
        }
    };
    file.price.iter().map(price).collect()
}

fn core(file: &File, flags: &Flags) -> Config {
    let mut config = Config::default();
    config.drift = file.drift.clone();
    config.control = file.control.clone();
    config.memory = file.memory.clone();
    config.prompt = file.prompt.clone();
    config.patterns = file.patterns.clone();
    config.limits = file.limits.clone();
    if let Some(budget) = flags.budget {
        config.prompt.budget = budget;
    }
    config
}

fn model(flags: &Flags, environment: &Environment, file: &File) -> ModelSettings {
    let variable = |name: &str| environment.get(name).map(str::to_owned);
    let ours = flags.base_url.clone().or_else(|| variable(env::BASE_URL));
    let has_openai_key = environment.get(env::OPENAI_API_KEY).is_some();
    let base_url = ours
        .or_else(|| file.model.base_url.clone())
        .or_else(|| variable(env::OPENAI_BASE_URL))
        .or_else(|| has_openai_key.then(|| OPENAI.to_owned()));
    let key = configured_key(environment, file).or_openai(environment, base_url.as_deref());
    let name = flags.model.clone().or_else(|| variable(env::MODEL)).or_else(|| file.model.name.clone());
    ModelSettings { base_url, name, key }
}

/// The key that leeboard's own variable or the settings file names.
fn configured_key(environment: &Environment, file: &File) -> Key {
    Key::configured(environment, env::API_KEY, "model.api_key", file.model.api_key.as_ref())
}

/// The gateway's key. One that the file gives for another address is not sent to the upstream,
/// and `OPENAI_API_KEY` never by itself: it is its owner's, not the clients'.
fn gateway_key(environment: &Environment, file: &File, upstream: Option<&str>) -> Key {
    let elsewhere = file.model.base_url.as_deref().is_some_and(|url| Some(url) != upstream);
    if elsewhere && environment.get(env::API_KEY).is_none() {
        return Key::Absent;
    }
    configured_key(environment, file)
}

fn durability(environment: &Environment, file: &File) -> anyhow::Result<Durability> {
    let chosen = choice(None, environment, env::DURABILITY, file.store.durability)?;
    Ok(match chosen.unwrap_or(file::DurabilityName::Process) {
        file::DurabilityName::Process => Durability::Process,
        file::DurabilityName::Machine => Durability::Machine,
    })
}

fn connections(file: &File) -> anyhow::Result<u32> {
    let connections = file.store.connections.unwrap_or(postgres::CONNECTIONS);
    if (1..=MOST_CONNECTIONS).contains(&connections) {
        return Ok(connections);
    }
    Err(anyhow!("use the settings: store.connections is {connections}; give 1 to {MOST_CONNECTIONS}"))
}

/// One of a few names, from the flag, the variable or the file.
fn choice<T: ValueEnum>(
    flag: Option<T>,
    environment: &Environment,
    variable: &str,
    file: Option<T>,
) -> anyhow::Result<Option<T>> {
    if flag.is_some() {
        return Ok(flag);
    }
    let Some(value) = environment.get(variable) else { return Ok(file) };
    T::from_str(value, true).map(Some).map_err(|_| {
        let names: Vec<String> = T::value_variants()
            .iter()
            .filter_map(|variant| Some(variant.to_possible_value()?.get_name().to_owned()))
            .collect();
        anyhow!("read the variable {variable}: {value:?} is none of {}", names.join(", "))
    })
}

/// A path of the settings file is relative to that file. URLs and special names stay.
fn beside(folder: &Path, path: &str) -> String {
    if path.starts_with(':') || path.contains("://") || path.starts_with("sqlite:") {
        return path.to_owned();
    }
    folder.join(path).to_string_lossy().into_owned()
}
