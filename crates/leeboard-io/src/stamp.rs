//! Time, salts and ids: what the core needs from the world for every step.
//!
//! Owns the only reads of the clock and of the system's random generator in this crate. Work on
//! files takes [`offline`] stamps instead, so that the same file gives the same records.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use leeboard_core::record::{Salt, Stamp};
use leeboard_core::time::Timestamp;
use thiserror::Error;
use uuid::Uuid;

/// The operating system gave no random bytes.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("read random bytes from the operating system: {reason}")]
#[non_exhaustive]
pub struct NoRandomness {
    /// What the system says.
    pub reason: String,
}

/// Where an engine takes its stamps from: [`now`], unless a run is to be repeatable.
pub type Source = Arc<dyn Fn() -> Result<Stamp, NoRandomness> + Send + Sync>;

/// A stamp for a live step: the system clock and fresh random bytes.
///
/// # Errors
///
/// [`NoRandomness`] if the system's generator fails. There is no weaker fallback: a salt that
/// can be guessed would let a digest give away a forgotten text.
pub fn now() -> Result<Stamp, NoRandomness> {
    let mut salt = [0; 16];
    getrandom::fill(&mut salt).map_err(|error| NoRandomness { reason: error.to_string() })?;
    Ok(Stamp { time: clock(), salt: Salt(salt) })
}

/// The system clock in milliseconds. A clock set before 1970 reads as a negative time.
#[must_use]
pub fn clock() -> Timestamp {
    let milliseconds = |duration: std::time::Duration| i64::try_from(duration.as_millis());
    Timestamp(match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(since) => milliseconds(since).unwrap_or(i64::MAX),
        Err(error) => milliseconds(error.duration()).map_or(i64::MIN, |before| -before),
    })
}

/// A moment as RFC 3339 in UTC; one that no calendar holds in milliseconds.
#[must_use]
pub fn rfc3339(moment: Timestamp) -> String {
    jiff::Timestamp::from_millisecond(moment.0).map_or_else(|_| moment.0.to_string(), |at| at.to_string())
}

/// A new id for a session or request: a UUID of version 7, which sorts by time.
#[must_use]
pub fn new_id() -> String {
    Uuid::now_v7().to_string()
}

/// A reproducible stamp for the n-th step of work on a conversation file, at time 0. Put the
/// message's own time into `time` where the file gives one.
///
/// Not for anything stored: whoever knows the file can compute the salt.
#[must_use]
pub fn offline(conversation: &str, n: u64) -> Stamp {
    Stamp { time: Timestamp(0), salt: Salt::from_text(&format!("{n}:{conversation}")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn live_stamps_differ_and_tell_this_century() {
        let (one, two) = (now().unwrap(), now().unwrap());
        assert_ne!(one.salt, two.salt);
        assert!(one.time.date().0 >= 2025 && one.time <= two.time);
    }

    #[test]
    fn offline_stamps_repeat_and_differ_by_place() {
        assert_eq!(offline("a", 1), offline("a", 1));
        assert_ne!(offline("a", 1).salt, offline("a", 2).salt);
        assert_ne!(offline("1:a", 1).salt, offline("a", 11).salt);
        assert_ne!(offline("a", 1).salt, offline("b", 1).salt);
    }

    #[test]
    fn ids_are_unique_and_sort_by_time() {
        let (one, two) = (new_id(), new_id());
        assert!(one < two, "{one} {two}");
        assert_eq!(Uuid::parse_str(&one).unwrap().get_version_num(), 7);
    }
}
