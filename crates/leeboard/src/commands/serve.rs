//! `serve`: the gateway.
//!
//! Owns putting settings, store and listener together, the line that says that it is ready, and
//! the signals that end it. What happens to a request is `leeboard_server`'s.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::{Context, anyhow};
use leeboard_io::engine::Engine;
use leeboard_io::store::Keys;
use leeboard_io::tokens;
use leeboard_server::{AppState, Fail, ServerConfig, serve};
use tokio::net::TcpListener;
use tokio::runtime::Builder;

use crate::args::FailName;
use crate::exit::Exit;
use crate::input;
use crate::output;
use crate::settings::Settings;
use crate::shell;

pub(crate) fn run(settings: &Settings) -> anyhow::Result<Exit> {
    shell::log(settings)?;
    let config = config(settings)?;
    let runtime = Builder::new_multi_thread().enable_all().build().context("start the runtime")?;
    runtime.block_on(listen(settings, config))?;
    Ok(Exit::Done)
}

fn config(settings: &Settings) -> anyhow::Result<ServerConfig> {
    let server = &settings.server;
    let upstream = server.upstream.as_ref().ok_or_else(|| {
        anyhow!(
            "start the gateway: no upstream is set (give --upstream URL, for example \
             https://api.openai.com/v1, or set it in leeboard.toml)"
        )
    })?;
    let mut config = ServerConfig::new(upstream);
    config.mode = server.mode.into();
    config.fail = match server.fail {
        FailName::Open => Fail::Open,
        FailName::Closed => Fail::Closed,
    };
    config.identity = input::identity(settings.identity.as_deref())?;
    config.retention_days = settings.store.retention_days;
    server.limit(&mut config);
    config.upstream_key = server.key.get()?;
    config.check()?;
    Ok(config)
}

async fn listen(settings: &Settings, mut config: ServerConfig) -> anyhow::Result<()> {
    let listener = bind(&settings.server.listen).await?;
    let address = listener.local_addr().context("read the address that is listened on")?;
    let opened = shell::open_store(&settings.store).await?;
    if !address.ip().to_canonical().is_loopback() {
        needs_keys(settings, address, opened.keys.as_ref()).await?;
        config.access.require_key = true;
    }
    let counter = tokens::counter(&settings.encoding)?;
    // The first count loads the vocabulary; no request should wait for that.
    counter.count("ready");
    let engine = Engine::new(settings.core.clone(), counter, Arc::clone(&opened.store))
        .with_embedder(shell::embedder(settings)?);
    let state = AppState::with_keys(config, engine, Arc::clone(&opened.keys))?;
    ready(settings, address);
    let ended = serve(listener, state, interrupted()).await;
    opened.close().await;
    ended.context("serve")
}

/// Others than this machine's users may reach the gateway, so they must show keys.
async fn needs_keys(settings: &Settings, address: SocketAddr, keys: &dyn Keys) -> anyhow::Result<()> {
    if keys.has_keys().await? {
        return Ok(());
    }
    let store = without_credentials(&settings.store.url);
    Err(anyhow!(
        "listen on {address}: other machines may reach it, and no key protects it (make one with \
         `leeboard keys create --store {store}`, or listen on 127.0.0.1)"
    ))
}

async fn bind(address: &str) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.map_err(|error| match error.kind() {
        ErrorKind::AddrInUse => anyhow!(
            "listen on {address}: another program does so already (stop it, or take another address \
             with --listen)"
        ),
        ErrorKind::PermissionDenied => {
            anyhow!("listen on {address}: not permitted (take a port from 1024 up with --listen)")
        }
        _ => anyhow!("listen on {address}: {error} (write it like 127.0.0.1:8377)"),
    })
}

/// The one line that says that requests are answered.
fn ready(settings: &Settings, address: SocketAddr) {
    let server = &settings.server;
    output::say(format_args!(
        "listening on http://{address}/v1, mode {}, upstream {}, store {}",
        server.mode.name(),
        server.upstream.as_deref().map(without_credentials).unwrap_or_default(),
        without_credentials(&settings.store.url),
    ));
}

/// An address without the user and password that it may hold, and without its query.
fn without_credentials(url: &str) -> String {
    let url = url.split(['?', '#']).next().unwrap_or_default();
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let (host, path) = rest.split_once('/').map_or((rest, None), |(host, path)| (host, Some(path)));
    let host = host.rsplit('@').next().unwrap_or_default();
    path.map_or_else(|| format!("{scheme}://{host}"), |path| format!("{scheme}://{host}/{path}"))
}

/// Resolves when the process is asked to end. If signals cannot be watched, only killing ends it.
async fn interrupted() {
    let interrupt = async {
        if let Err(error) = tokio::signal::ctrl_c().await {
            tracing::warn!(%error, "ctrl-c is not watched");
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        () = interrupt => {}
        () = terminated() => {}
    }
    output::say("ending: replies under way are finished first");
}

#[cfg(unix)]
async fn terminated() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => {
            terminate.recv().await;
        }
        Err(_) => std::future::pending().await,
    }
}

#[cfg(not(unix))]
async fn terminated() {
    std::future::pending().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ready_line_shows_no_password() {
        assert_eq!(without_credentials("https://a:b@c.example/v1?key=x"), "https://c.example/v1");
        assert_eq!(without_credentials("https://c.example"), "https://c.example");
        assert_eq!(without_credentials("./leeboard.db"), "./leeboard.db");
    }
}
