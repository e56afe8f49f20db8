//! What commands that talk to stores and models share: the async runtime, stores, models, logs.
//!
//! Owns turning settings into these. Commands on files need none of them and stay fast.

use std::future::Future;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, anyhow, bail};
use leeboard_io::embed::remote::RemoteSettings;
use leeboard_io::embed::{Embedder, Offline, Remote, Table};
use leeboard_io::store::{Keys, MemoryStore, PostgresStore, SqliteStore, Store};
use tokio::runtime::Builder;
use tracing_subscriber::EnvFilter;

use crate::args::LogFormat;
use crate::output;
use crate::settings::{EmbeddingSettings, Settings, StoreSettings};

/// The store that keeps nothing, for tries.
const IN_MEMORY: &str = ":memory:";

/// Runs one task on this thread. What it starts beside itself goes on in another one, also while
/// this one waits for a person.
pub(crate) fn block_on<T>(task: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    let runtime =
        Builder::new_multi_thread().worker_threads(1).enable_all().build().context("start the runtime")?;
    runtime.block_on(task)
}

/// An opened store. It is closed at the end: SQLite folds the write-ahead log in then.
pub(crate) struct OpenStore {
    pub(crate) store: Arc<dyn Store>,
    /// The keys of the gateway over it.
    pub(crate) keys: Arc<dyn Keys>,
    backing: Backing,
}

/// What there is to close.
enum Backing {
    Memory,
    File(SqliteStore),
    Database(PostgresStore),
}

impl OpenStore {
    fn new<S: Store + Keys + 'static>(store: S, backing: Backing) -> Self {
        let store = Arc::new(store);
        Self { store: Arc::clone(&store) as _, keys: store, backing }
    }

    /// The store as a file, if it is one.
    pub(crate) fn file(&self) -> Option<&SqliteStore> {
        match &self.backing {
            Backing::File(file) => Some(file),
            Backing::Memory | Backing::Database(_) => None,
        }
    }

    /// Closes the store.
    pub(crate) async fn close(self) {
        match self.backing {
            Backing::Memory => {}
            Backing::File(file) => file.close().await,
            Backing::Database(database) => database.close().await,
        }
    }
}

/// Opens the store, creating it if there is none.
pub(crate) async fn open_store(settings: &StoreSettings) -> anyhow::Result<OpenStore> {
    Ok(match place(&settings.url)? {
        Place::Memory => OpenStore::new(MemoryStore::default(), Backing::Memory),
        Place::File(path) => {
            let file = SqliteStore::open(Path::new(path), settings.durability).await?;
            OpenStore::new(file.clone(), Backing::File(file))
        }
        Place::Database(url) => {
            let database = PostgresStore::open(url, settings.connections).await?;
            OpenStore::new(database.clone(), Backing::Database(database))
        }
    })
}

/// Opens a store that is there already: a command that reads does not create one.
pub(crate) async fn existing_store(settings: &StoreSettings) -> anyhow::Result<OpenStore> {
    if let Place::File(path) = place(&settings.url)?
        && !Path::new(path).exists()
    {
        bail!("open the store {path}: there is no such file (name another with --store)");
    }
    open_store(settings).await
}

/// Where a store is kept.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Place<'a> {
    /// Nowhere.
    Memory,
    /// The path of an SQLite file.
    File(&'a str),
    /// The URL of a PostgreSQL database, which may hold a password.
    Database(&'a str),
}

/// Where a store's URL says that it is kept. A URL may hold a password, so messages show its scheme
/// only.
pub(crate) fn place(url: &str) -> anyhow::Result<Place<'_>> {
    if url == IN_MEMORY {
        return Ok(Place::Memory);
    }
    if let Some(path) = url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:")) {
        return Ok(Place::File(path));
    }
    match url.split_once("://") {
        Some(("postgres" | "postgresql", _)) => Ok(Place::Database(url)),
        Some((scheme, _)) => Err(anyhow!(
            "open the {scheme}:// store: sessions are kept in SQLite or PostgreSQL (give a path, for \
             example --store leeboard.db, or postgres://USER:PASSWORD@HOST:PORT/DATABASE)"
        )),
        None => Ok(Place::File(url)),
    }
}

/// What makes the vectors: the table in the binary or an endpoint. Makes no connection yet.
pub(crate) fn embedder(settings: &Settings) -> anyhow::Result<Arc<dyn Embedder>> {
    let EmbeddingSettings::Remote(remote) = &settings.embedding else {
        return Ok(Arc::new(Table::new()));
    };
    let mut endpoint = RemoteSettings::new(&remote.base_url, &remote.model);
    endpoint.key = remote.key.get()?;
    endpoint.dimensions = remote.dimensions;
    endpoint.timeout = remote.timeout;
    endpoint.batch = remote.batch;
    Ok(Arc::new(Remote::new(endpoint)?))
}

/// The embedder for work on files.
pub(crate) fn offline(settings: &Settings) -> anyhow::Result<Offline> {
    Offline::new(embedder(settings)?).context("start the runtime")
}

/// Says that vectors were missing, where an endpoint has failed: what it would have told is not
/// in the output.
pub(crate) fn tell_fault(embedder: &Offline) {
    if let Some(fault) = embedder.fault() {
        output::say(format_args!("warning: some texts have no vector: failed to {fault}"));
    }
}

/// Sends logs to stderr, as LEEBOARD_LOG says; in colour only where somebody looks.
pub(crate) fn log(settings: &Settings) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(settings.log.as_deref().unwrap_or("warn"))
        .context("read LEEBOARD_LOG (for example `info` or `leeboard_server=debug`)")?;
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started = match settings.log_format {
        LogFormat::Text => log.with_ansi(settings.color && output::stderr_is_terminal()).try_init(),
        LogFormat::Json => {
            log.json().flatten_event(true).with_current_span(false).with_span_list(false).try_init()
        }
    };
    started.map_err(|error| anyhow!("start logging: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_is_a_path_or_a_url() {
        assert_eq!(place(":memory:").unwrap(), Place::Memory);
        assert_eq!(place("a/b.db").unwrap(), Place::File("a/b.db"));
        assert_eq!(place("sqlite://b.db").unwrap(), Place::File("b.db"));
        assert_eq!(place("sqlite:///srv/b.db").unwrap(), Place::File("/srv/b.db"));
        for url in ["postgres://me@host/db", "postgresql://me@host/db"] {
            assert_eq!(place(url).unwrap(), Place::Database(url));
        }
        let error = place("mysql://me:secret@host/db").unwrap_err().to_string();
        assert!(error.contains("mysql://") && !error.contains("secret"), "{error}");
    }
}
