//! The checks of a store in PostgreSQL.
//!
//! Owns what is asked of the server. Whether its disks are full and its files whole is for its own
//! tools to say.

use std::net::IpAddr;

use leeboard_core::Timestamp;
use leeboard_io::store::{PostgresStore, Store};

use super::Check;

/// The checks, and the time of the newest record.
pub(super) async fn checks(url: &str) -> (Vec<Check>, Option<Timestamp>) {
    let remedy = "check that the server runs, and user, password and database of --store";
    let store = match PostgresStore::open(url, 1).await {
        Ok(store) => store,
        Err(error) => return (vec![Check::problem("store", error.to_string(), remedy)], None),
    };
    let looked = look(&store, url).await;
    store.close().await;
    looked.unwrap_or_else(|problem| (vec![problem], None))
}

async fn look(store: &PostgresStore, url: &str) -> Result<(Vec<Check>, Option<Timestamp>), Check> {
    let remedy = "look at the server's own log";
    let problem =
        |error: leeboard_io::store::StoreError| Check::problem("store", format!("failed to {error}"), remedy);
    let server = store.server().await.map_err(problem)?;
    let sessions = store.list().await.map_err(problem)?;
    let newest = sessions.iter().map(|session| session.updated_at).max();
    let there = Check::ok("store", format!("PostgreSQL {}, {} sessions", server.version, sessions.len()));
    let access = if server.encrypted {
        Check::ok("access", "the connection is encrypted")
    } else if on_this_machine(url) {
        Check::ok("access", "the connection stays on this machine")
    } else {
        let detail = "the connection to another machine is not encrypted";
        Check::problem("access", detail, "add ?sslmode=verify-full to the URL, and TLS to the server")
    };
    Ok((vec![there, access], newest))
}

/// Whether the URL names this machine, by its loopback address or a socket.
fn on_this_machine(url: &str) -> bool {
    let (_, rest) = url.split_once("://").unwrap_or(("", url));
    let place = rest.split(['/', '?']).next().unwrap_or_default();
    let host = place.rsplit('@').next().unwrap_or_default();
    let named = rest.split(['?', '&']).skip(1).find_map(|part| part.strip_prefix("host="));
    let host = named.unwrap_or(host).to_ascii_lowercase();
    let host = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    let socket = host.is_empty() || host.starts_with('/') || host.starts_with("%2f");
    socket || host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_is_told_from_others() {
        for url in ["a:b@localhost/x", "127.0.0.1:1/x", "[::1]/x", "%2Frun/x", "/x?host=/run"] {
            assert!(on_this_machine(&format!("postgres://{url}")), "{url}");
        }
        for url in ["db.example/x", "localhost@db.example/x", "127.0.0.1/x?host=db.example"] {
            assert!(!on_this_machine(&format!("postgres://{url}")), "{url}");
        }
    }
}
