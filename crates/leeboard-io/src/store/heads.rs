//! What a store remembers of the heads of sessions between two operations.
//!
//! Owns a bounded number of them. Each is only a guess: what follows one is written under the
//! condition that it still holds.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The heads of this many sessions are remembered, some 200 bytes each. More empty the memory.
const MOST: usize = 8_192;

/// Heads by session.
#[derive(Debug)]
pub(super) struct Heads<T> {
    kept: Mutex<BTreeMap<String, T>>,
}

impl<T> Default for Heads<T> {
    fn default() -> Self {
        Self { kept: Mutex::default() }
    }
}

impl<T: Copy> Heads<T> {
    pub(super) fn get(&self, session: &str) -> Option<T> {
        self.kept().get(session).copied()
    }

    pub(super) fn put(&self, session: &str, head: T) {
        let mut kept = self.kept();
        if let Some(known) = kept.get_mut(session) {
            *known = head;
            return;
        }
        if kept.len() >= MOST {
            // Whoever still talks is back at once.
            kept.clear();
        }
        kept.insert(session.to_owned(), head);
    }

    pub(super) fn forget(&self, session: &str) {
        self.kept().remove(session);
    }

    fn kept(&self) -> MutexGuard<'_, BTreeMap<String, T>> {
        // What a panic leaves here is only a guess.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_is_remembered_and_room_is_bounded() {
        let heads = Heads::default();
        for n in 0..=MOST {
            heads.put(&n.to_string(), n);
            heads.put("talks", n);
            assert!(heads.kept().len() <= MOST && heads.get("talks") == Some(n));
        }
        heads.forget("talks");
        assert_eq!((heads.get("talks"), heads.get(&MOST.to_string())), (None, Some(MOST)));
    }
}
