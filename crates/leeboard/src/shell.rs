//! What commands that talk to stores and models share: the async runtime, stores, models, logs.
//!
//! Owns turning settings into these. Commands on files need none of them and stay fast.

use std::future::Future;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, anyhow, bail};
use leeboard_io::embed::remote::RemoteSettings;
use leeboard_io::embed::{Embedder, Offline, Remote, Table};
use leeboard_io::store::{Keys, MemoryStore, SqliteStore, Store};
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

/// An opened store. SQLite ones are closed at the end, which folds the write-ahead log in.
pub(crate) struct OpenStore {
    pub(crate) store: Arc<dyn Store>,
    /// The keys of the gateway over it.
    pub(crate) keys: Arc<dyn Keys>,
    file: Option<SqliteStore>,
}

impl OpenStore {
    /// The store as a file, if it is one.
    pub(crate) fn file(&self) -> Option<&SqliteStore> {
        self.file.as_ref()
    }

    /// Closes the store.
    pub(crate) async fn close(self) {
        if let Some(file) = self.file {
            file.close().await;
        }
    }
}

/// Opens the store, creating it if there is none.
pub(crate) async fn open_store(settings: &StoreSettings) -> anyhow::Result<OpenStore> {
    if settings.url == IN_MEMORY {
        let memory = Arc::new(MemoryStore::default());
        return Ok(OpenStore { store: Arc::clone(&memory) as _, keys: memory, file: None });
    }
    let path = path(&settings.url)?;
    let file = SqliteStore::open(Path::new(path), settings.durability).await?;
    Ok(OpenStore { store: Arc::new(file.clone()), keys: Arc::new(file.clone()), file: Some(file) })
}

/// Opens a store that is there already: a command that reads does not create one.
pub(crate) async fn existing_store(settings: &StoreSettings) -> anyhow::Result<OpenStore> {
    if settings.url != IN_MEMORY {
        let path = path(&settings.url)?;
        if !Path::new(path).exists() {
            bail!("open the store {path}: there is no such file (name another with --store)");
        }
    }
    open_store(settings).await
}

/// The file that a store is kept in; `None` for one in memory, or of a kind that this build lacks.
pub(crate) fn file_of(settings: &StoreSettings) -> Option<&str> {
    (settings.url != IN_MEMORY).then(|| path(&settings.url).ok()).flatten()
}

/// The file of a store's URL. A URL may hold a password, so messages show its scheme only.
fn path(url: &str) -> anyhow::Result<&str> {
    if let Some(path) = url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:")) {
        return Ok(path);
    }
    match url.split_once("://") {
        Some((scheme, _)) => Err(anyhow!(
            "open the {scheme}:// store: this build keeps sessions in SQLite only (give a path, for \
             example --store leeboard.db)"
        )),
        None => Ok(url),
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
        assert_eq!(path("a/b.db").unwrap(), "a/b.db");
        assert_eq!(path("sqlite://b.db").unwrap(), "b.db");
        assert_eq!(path("sqlite:///srv/b.db").unwrap(), "/srv/b.db");
        let error = path("postgres://me:secret@host/db").unwrap_err().to_string();
        assert!(error.contains("postgres://") && !error.contains("secret"), "{error}");
    }
}
