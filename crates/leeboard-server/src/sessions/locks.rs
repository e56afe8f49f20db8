//! One request at a time for each session.
//!
//! Owns the locks of this process, and drops those that nobody holds or waits for. Replicas
//! that share a store are kept apart by the store: a second writer gets a conflict.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard};

type Entries = Arc<Mutex<BTreeMap<String, Arc<AsyncMutex<()>>>>>;

/// The locks of all sessions in use.
#[derive(Clone, Default)]
pub(crate) struct Locks {
    entries: Entries,
}

/// The right to work on a session; given back when dropped.
pub(crate) struct Held {
    // Before the place: the guard must be gone when the place is cleaned up.
    _guard: OwnedMutexGuard<()>,
    _place: Place,
}

/// A holder's or waiter's entry in the map.
struct Place {
    id: String,
    entries: Entries,
    lock: Option<Arc<AsyncMutex<()>>>,
}

impl Locks {
    /// Waits until the session is free. Whoever stops waiting leaves nothing behind.
    pub(crate) async fn hold(&self, id: &str) -> Held {
        let lock = Arc::clone(entries(&self.entries).entry(id.to_owned()).or_default());
        let place =
            Place { id: id.to_owned(), entries: Arc::clone(&self.entries), lock: Some(Arc::clone(&lock)) };
        Held { _guard: lock.lock_owned().await, _place: place }
    }

    #[cfg(test)]
    fn count(&self) -> usize {
        entries(&self.entries).len()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut entries = entries(&self.entries);
        self.lock = None;
        // Only the map itself is left: clones are made under the map's lock alone.
        if entries.get(&self.id).is_some_and(|lock| Arc::strong_count(lock) == 1) {
            entries.remove(&self.id);
        }
    }
}

fn entries(entries: &Entries) -> MutexGuard<'_, BTreeMap<String, Arc<AsyncMutex<()>>>> {
    // Nothing is done under this lock but single calls of the map.
    entries.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::timeout;

    use super::*;

    #[tokio::test]
    async fn one_at_a_time_and_nothing_left_behind() {
        let locks = Locks::default();
        let first = locks.hold("a").await;
        let other = locks.hold("b").await;
        assert!(timeout(Duration::from_millis(5), locks.hold("a")).await.is_err());
        assert_eq!(locks.count(), 2);
        drop(first);
        let second = timeout(Duration::from_secs(5), locks.hold("a")).await.unwrap();
        drop((second, other));
        assert_eq!(locks.count(), 0);
    }
}
