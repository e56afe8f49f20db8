//! Identities that were read from system messages lately.
//!
//! Reading the rules in a system message takes longer than the rest of opening a turn, and clients
//! send the same one with every request. Owns a bounded number of bytes; nothing here can be out
//! of date, since an identity follows from its text alone.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use leeboard_core::Identity;
use leeboard_core::record::Digest;

/// Texts that are kept, by their bytes. A system message takes one or two thousand bytes, its
/// rules several times that.
const MOST: usize = 1 << 20;

/// Identities by the digests of their texts.
#[derive(Default)]
pub(crate) struct Known {
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    identities: BTreeMap<Digest, Arc<Identity>>,
    bytes: usize,
}

impl Known {
    /// The identity of a system message.
    pub(crate) fn of_system_message(&self, text: &str) -> Arc<Identity> {
        let digest = Digest::of(text.as_bytes());
        if let Some(known) = self.kept(|kept| kept.identities.get(&digest).cloned()) {
            return known;
        }
        let identity = Arc::new(Identity::from_system_message(text));
        self.kept(|kept| {
            if kept.bytes + text.len() > MOST {
                // Whoever still talks is back at once.
                *kept = Kept::default();
            }
            if kept.identities.insert(digest, Arc::clone(&identity)).is_none() {
                kept.bytes += text.len();
            }
        });
        identity
    }

    fn kept<T>(&self, work: impl FnOnce(&mut Kept) -> T) -> T {
        // Only a cache, and whole after every call of the map.
        work(&mut self.kept.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identity_is_read_once_and_room_is_bounded() {
        let known = Known::default();
        let first = known.of_system_message("You are Ada. Never use lists.");
        assert_eq!(*first, Identity::from_system_message("You are Ada. Never use lists."));
        assert!(Arc::ptr_eq(&first, &known.of_system_message("You are Ada. Never use lists.")));
        for n in 0..3 {
            known.of_system_message(&format!("{n}{}", "x".repeat(MOST / 2)));
            assert!(known.kept(|kept| kept.bytes <= MOST));
        }
        assert!(!Arc::ptr_eq(&first, &known.of_system_message("You are Ada. Never use lists.")));
    }
}
