//! The checks: settings, identity, store, disk, embedder, upstream, clock.
//!
//! Owns what is looked at and the way out of each problem. A problem of one does not keep the
//! others from being looked at.

use std::path::{Path, PathBuf};
use std::time::Duration;

use leeboard_core::Timestamp;
use leeboard_io::http::probe::{Probe, probe};
use leeboard_io::stamp;
use leeboard_io::store::{SqliteStore, Store};

use super::{Check, database};
use crate::input;
use crate::settings::{EmbeddingSettings, Settings};
use crate::shell::{self, Place};

/// For an endpoint to answer; a person waits.
const PATIENCE: Duration = Duration::from_secs(5);

/// Free bytes below which the disk counts as full: a long session takes some megabytes.
const LEAST_FREE: u64 = 256 << 20;

/// 2025-01-01: leeboard is younger.
const YOUNGEST: Timestamp = Timestamp(1_735_689_600_000);

/// How far ahead the newest record may be, for machines that share a store.
const AHEAD: i64 = 5 * 60 * 1_000;

/// All checks, in the order in which a person would make them.
pub(super) async fn all(settings: &Settings) -> Vec<Check> {
    let (mut store, newest) = store(settings).await;
    let mut checks = vec![keys(settings), identity(settings)];
    checks.append(&mut store);
    checks.push(disk(settings));
    checks.push(embedder(settings).await);
    checks.push(upstream(settings).await);
    checks.push(clock(newest));
    checks
}

/// The settings are good, or the command would not be here; keys are looked for when used.
fn keys(settings: &Settings) -> Check {
    let keys = [&settings.server.key, &settings.model.key];
    match keys.iter().find_map(|key| key.get().err()) {
        None => Check::ok("settings", "read, and all values are possible"),
        Some(error) => {
            Check::problem("settings", error.to_string(), "set the variable, or take the line out")
        }
    }
}

fn identity(settings: &Settings) -> Check {
    let Some(path) = settings.identity.as_deref() else {
        return Check::skipped("identity", "none is set: the clients' system messages are");
    };
    let remedy = "mend the file; `leeboard identity lint FILE` shows what it says";
    match input::identity(Some(path)) {
        Ok(Some(identity)) => {
            let name = identity.name().unwrap_or("no name");
            Check::ok("identity", format!("{}: {name}, {} rules", path.display(), identity.rules().len()))
        }
        Ok(None) => Check::problem("identity", "the file says nothing", remedy),
        Err(error) => Check::problem("identity", format!("{error:#}"), remedy),
    }
}

/// The store's checks, and the time of its newest record.
async fn store(settings: &Settings) -> (Vec<Check>, Option<Timestamp>) {
    let path = match shell::place(&settings.store.url) {
        Ok(Place::File(path)) => PathBuf::from(path),
        Ok(Place::Database(url)) => return database::checks(url).await,
        Ok(Place::Memory) => return (vec![Check::skipped("store", "in memory: nothing is kept")], None),
        Err(error) => {
            let remedy = "name a file or a PostgreSQL database with --store";
            return (vec![Check::problem("store", format!("failed to {error}"), remedy)], None);
        }
    };
    if !path.exists() {
        let folder = folder(&path);
        let check = if folder.is_dir() {
            Check::ok("store", format!("{} is not there yet; `leeboard serve` creates it", path.display()))
        } else {
            let missing = format!("the folder {} is not there", folder.display());
            Check::problem("store", missing, "create it, or name another place with --store")
        };
        return (vec![check], None);
    }
    let store = match SqliteStore::open(&path, settings.store.durability).await {
        Ok(store) => store,
        Err(error) => {
            let remedy = "name another file with --store, or restore this one from a backup";
            return (vec![Check::problem("store", error.to_string(), remedy)], None);
        }
    };
    let looked = look(&store, &path).await;
    store.close().await;
    looked
}

async fn look(store: &SqliteStore, path: &Path) -> (Vec<Check>, Option<Timestamp>) {
    let remedy = "restore the file from a backup; `leeboard sessions export` saves what can be read";
    let mut checks = Vec::new();
    let mut newest = None;
    match store.list().await {
        Ok(sessions) => {
            newest = sessions.iter().map(|session| session.updated_at).max();
            checks.push(Check::ok("store", format!("{}, {} sessions", path.display(), sessions.len())));
        }
        Err(error) => checks.push(Check::problem("store", error.to_string(), remedy)),
    }
    checks.push(match store.quick_check().await {
        Ok(faults) if faults.is_empty() => Check::ok("integrity", "the file is whole"),
        Ok(faults) => Check::problem("integrity", faults.join("; "), remedy),
        Err(error) => Check::problem("integrity", error.to_string(), remedy),
    });
    checks.push(mode(path));
    (checks, newest)
}

#[cfg(unix)]
fn mode(path: &Path) -> Check {
    use std::os::unix::fs::PermissionsExt;
    match std::fs::metadata(path).map(|file| file.permissions().mode() & 0o777) {
        Ok(mode) if mode & 0o077 == 0 => {
            Check::ok("access", format!("only its owner may read it ({mode:o})"))
        }
        Ok(mode) => Check::problem(
            "access",
            format!("others may read or write the store ({mode:o})"),
            format!("chmod 600 {}", path.display()),
        ),
        Err(error) => Check::problem("access", error.to_string(), "run as the store's owner"),
    }
}

#[cfg(not(unix))]
fn mode(_: &Path) -> Check {
    Check::skipped("access", "this system has no file modes")
}

#[cfg(unix)]
fn disk(settings: &Settings) -> Check {
    let Some(path) = file(settings) else { return Check::skipped("disk", "the store is no file here") };
    let folder = folder(&path);
    let free = match rustix::fs::statvfs(&folder) {
        Ok(disk) => disk.f_bavail.saturating_mul(disk.f_frsize),
        Err(error) => return Check::skipped("disk", format!("{}: {error}", folder.display())),
    };
    let detail = format!("{} MiB free in {}", free >> 20, folder.display());
    if free < LEAST_FREE {
        Check::problem("disk", detail, "make room: turns cannot be stored on a full disk")
    } else {
        Check::ok("disk", detail)
    }
}

#[cfg(not(unix))]
fn disk(_: &Settings) -> Check {
    Check::skipped("disk", "free space is not known on this system")
}

async fn embedder(settings: &Settings) -> Check {
    let remedy = "check embedding.base_url, embedding.model and the key, or set embedding.kind = \"static\"";
    let embedder = match shell::embedder(settings) {
        Ok(embedder) => embedder,
        Err(error) => return Check::problem("embedder", format!("{error:#}"), remedy),
    };
    let place = match &settings.embedding {
        EmbeddingSettings::Static => "in the binary",
        EmbeddingSettings::Remote(_) => "at its endpoint",
    };
    match tokio::time::timeout(PATIENCE, embedder.embed(&["high water".to_owned()])).await {
        Ok(Ok(_)) => Check::ok("embedder", format!("{} {place} answers", embedder.model())),
        Ok(Err(error)) => Check::problem("embedder", format!("failed to {error}"), remedy),
        Err(_) => {
            let detail = format!("no answer within {} seconds", PATIENCE.as_secs());
            Check::problem("embedder", detail, remedy)
        }
    }
}

async fn upstream(settings: &Settings) -> Check {
    let Some(address) = &settings.server.upstream else {
        return Check::skipped("upstream", "none is set; `leeboard serve` needs --upstream URL");
    };
    let key = settings.server.key.get().ok().flatten();
    let answer = probe(address, key.as_ref(), PATIENCE).await;
    match answer {
        Ok(Probe::Ready) => Check::ok("upstream", "it answers"),
        Ok(Probe::NoList(status)) => {
            Check::ok("upstream", format!("it answers (status {status} for /models)"))
        }
        Ok(Probe::Refused(status)) if key.is_none() => {
            Check::ok("upstream", format!("it answers and wants a key (status {status}): the clients' own"))
        }
        Ok(Probe::Refused(status)) => Check::problem(
            "upstream",
            format!("it refuses the configured key (status {status})"),
            "check the key that model.api_key names",
        ),
        Ok(Probe::Failing(status)) => Check::problem(
            "upstream",
            format!("it fails (status {status})"),
            "look at the upstream's own log",
        ),
        Ok(Probe::Unreachable(reason)) => {
            Check::problem("upstream", reason, "check that it runs and that server.upstream is right")
        }
        Err(reason) => Check::problem("upstream", reason, "write the address like https://api.openai.com/v1"),
        Ok(_) => Check::ok("upstream", "it answers"),
    }
}

fn clock(newest: Option<Timestamp>) -> Check {
    let now = stamp::clock();
    let shown = stamp::rfc3339(now);
    let remedy = "set the clock; recall of \"last week\" and the order of sessions depend on it";
    if now < YOUNGEST {
        return Check::problem("clock", format!("it says {shown}"), remedy);
    }
    match newest.filter(|newest| newest.0.saturating_sub(now.0) > AHEAD) {
        Some(newest) => {
            let newest = stamp::rfc3339(newest);
            Check::problem("clock", format!("it says {shown}, and the newest record {newest}"), remedy)
        }
        None => Check::ok("clock", shown),
    }
}

/// The store's file, if it is one.
fn file(settings: &Settings) -> Option<PathBuf> {
    match shell::place(&settings.store.url) {
        Ok(Place::File(path)) => Some(PathBuf::from(path)),
        _ => None,
    }
}

fn folder(path: &Path) -> PathBuf {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    }
}
