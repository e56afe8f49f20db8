//! The gateway's settings, and how its own limits take them over.
//!
//! Owns the ranges of the section `server`. What a limit is for is said on `leeboard_server`'s.

use std::time::Duration;

use anyhow::bail;
use leeboard_server::ServerConfig;

use super::file::ServerSection;
use super::key::Key;
use crate::args::{FailName, ModeName};

/// Milliseconds of a day: longer limits are mistakes.
const DAY: u64 = 86_400_000;

/// The least that a head may be limited to; usual requests of clients in browsers need half of it.
const LEAST_HEADER_BYTES: usize = 8_192;

/// The gateway.
#[derive(Clone)]
pub(crate) struct ServerSettings {
    pub(crate) listen: String,
    pub(crate) upstream: Option<String>,
    pub(crate) mode: ModeName,
    pub(crate) fail: FailName,
    /// Sent to the upstream in place of the clients' own keys.
    pub(crate) key: Key,
    /// What only the settings file can say; the gateway's defaults where it says nothing.
    pub(super) section: ServerSection,
}

/// The section of the file, if its numbers are possible.
pub(super) fn checked(section: &ServerSection) -> anyhow::Result<ServerSection> {
    let times = [
        ("header_timeout_ms", section.header_timeout_ms),
        ("body_timeout_ms", section.body_timeout_ms),
        ("reply_timeout_ms", section.reply_timeout_ms),
        ("idle_timeout_ms", section.idle_timeout_ms),
    ];
    for (name, time) in times {
        if let Some(time) = time.filter(|time| !(1..=DAY).contains(time)) {
            bail!("use the settings: server.{name} is {time}, not from 1 to {DAY}");
        }
    }
    if let Some(bytes) = section.header_bytes.filter(|bytes| *bytes < LEAST_HEADER_BYTES) {
        bail!("use the settings: server.header_bytes is {bytes}, under {LEAST_HEADER_BYTES}");
    }
    if section.burst.is_some_and(|burst| burst > 0) && section.requests_per_minute.unwrap_or(0) == 0 {
        bail!("use the settings: server.burst is set, but server.requests_per_minute is not");
    }
    Ok(section.clone())
}

impl ServerSettings {
    /// Puts what is set in place of the gateway's defaults.
    pub(crate) fn limit(&self, config: &mut ServerConfig) {
        fn set<T: Clone>(place: &mut T, value: &Option<T>) {
            if let Some(value) = value {
                place.clone_from(value);
            }
        }
        fn set_time(place: &mut Duration, milliseconds: Option<u64>) {
            set(place, &milliseconds.map(Duration::from_millis));
        }
        let section = &self.section;
        set(&mut config.buffer, &section.buffer);
        let limits = &mut config.limits;
        set(&mut limits.hot_bytes, &section.hot_bytes);
        set(&mut limits.snapshot_records, &section.snapshot_records);
        set(&mut limits.request_bytes, &section.request_bytes);
        set(&mut limits.header_bytes, &section.header_bytes);
        set_time(&mut limits.header_timeout, section.header_timeout_ms);
        set_time(&mut limits.body_timeout, section.body_timeout_ms);
        set_time(&mut limits.reply_timeout, section.reply_timeout_ms);
        set_time(&mut limits.idle_timeout, section.idle_timeout_ms);
        let access = &mut config.access;
        set(&mut access.require_key, &section.require_key);
        access.cors_origins.clone_from(&section.cors_origins);
        access.hosts.clone_from(&section.hosts);
        set(&mut access.limits.requests, &section.max_requests);
        set(&mut access.limits.requests_per_key, &section.max_requests_per_key);
        set(&mut access.limits.per_minute, &section.requests_per_minute);
        set(&mut access.limits.burst, &section.burst);
    }
}
