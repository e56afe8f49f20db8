//! Hard bounds (SRIP-06): sizes of what comes in, and how often a turn may call the model.
//!
//! Owns the checks; the numbers are in `config::Limits`. What is done when memory holds too much
//! that is unsound is in `recovery`, when the runtime contains itself in `containment`, and whether
//! a reply repeats the runtime's own words in `leak`. What tries to change who the assistant is, is found in `attempt`. Events and their fold are in `event` and `safe_mode`.

mod attempt;
mod containment;
mod event;
mod leak;
mod recovery;
mod safe_mode;

use crate::config::{Config, Limits};
use crate::error::TurnError;
use crate::message::Entry;

pub use attempt::{Attempt, AttemptKind, AttemptPlace, attempt};
pub use event::{Breach, Response, SafetyEvent, Snapshot};
pub use leak::Leak;
pub use recovery::Recovery;
pub use safe_mode::Safety;

pub(crate) use attempt::adopted;
pub(crate) use containment::{Cycles, contain, isolates, locks};
pub(crate) use leak::leak;
pub(crate) use recovery::{free, recover};

/// Refuses messages over the limits, before anything is changed.
///
/// # Errors
/// [`TurnError::Limit`] with size, limit and the setting that raises it.
pub fn check_sizes<'a>(
    entries: impl IntoIterator<Item = &'a Entry>,
    limits: &Limits,
) -> Result<(), TurnError> {
    let mut total = 0;
    for entry in entries {
        let size = size_of(entry);
        total += size;
        if size > limits.max_message_bytes {
            return Err(TurnError::Limit {
                what: "a message",
                size,
                limit: limits.max_message_bytes,
                setting: "max_message_bytes",
            });
        }
    }
    if total > limits.max_turn_bytes {
        return Err(TurnError::Limit {
            what: "a turn",
            size: total,
            limit: limits.max_turn_bytes,
            setting: "max_turn_bytes",
        });
    }
    Ok(())
}

/// Bytes of a message: its text, or its JSON where it is more than text.
fn size_of(entry: &Entry) -> usize {
    let message = &entry.message;
    match &message.content {
        crate::message::Content::Text(text) if message.tool_calls.is_empty() => text.len(),
        _ => serde_json::to_vec(message).map_or(0, |json| json.len()),
    }
}

/// Whether a turn that has had `attempts` replies may ask the model once more.
#[must_use]
pub fn may_regenerate(attempts: usize, config: &Config) -> bool {
    let allowed = config.control.regenerate.min(config.limits.max_recursion.saturating_sub(1));
    attempts <= allowed as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::{Message, Role};

    #[test]
    fn sizes_are_bounded_one_by_one_and_together() {
        let entry = |bytes: usize| Entry::new("0", Message::text(Role::User, "x".repeat(bytes)));
        let limits = Limits { max_message_bytes: 10, max_turn_bytes: 15, ..Limits::default() };
        assert!(check_sizes(&[entry(10)], &limits).is_ok());
        let error = check_sizes(&[entry(11)], &limits).unwrap_err().to_string();
        assert!(error.contains("limits.max_message_bytes"), "{error}");
        assert!(check_sizes(&[entry(10), entry(10)], &limits).is_err());
    }

    #[test]
    fn srip_06_recursion_is_bounded_whatever_is_asked_for() {
        let mut config = Config::default();
        assert!(!may_regenerate(1, &config));
        config.control.regenerate = 1_000;
        assert!(may_regenerate(7, &config));
        assert!(!may_regenerate(8, &config), "8 model calls are the limit");
    }
}
