//! The keys of a gateway that keeps nothing: for tests, and for gateways inside another program.

use std::collections::BTreeMap;
use std::sync::{MutexGuard, PoisonError};

use futures_util::FutureExt;
use futures_util::future::{self, BoxFuture};
use leeboard_core::time::Timestamp;

use super::super::{Key, Keys, StoreError};
use super::MemoryStore;

impl MemoryStore {
    fn all_keys(&self) -> MutexGuard<'_, BTreeMap<String, Key>> {
        // Every change is one insertion or one field, so a panic leaves no half-made state.
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn done<'a, T: Send + 'a>(answer: T) -> BoxFuture<'a, Result<T, StoreError>> {
    future::ready(Ok(answer)).boxed()
}

impl Keys for MemoryStore {
    fn create_key<'a>(&'a self, key: &'a Key) -> BoxFuture<'a, Result<(), StoreError>> {
        let mut keys = self.all_keys();
        if keys.contains_key(&key.id) {
            return future::ready(Err(StoreError::KeyExists { id: key.id.clone() })).boxed();
        }
        keys.insert(key.id.clone(), key.clone());
        done(())
    }

    fn keys<'a>(&'a self) -> BoxFuture<'a, Result<Vec<Key>, StoreError>> {
        let mut keys: Vec<Key> = self.all_keys().values().cloned().collect();
        // The sort is stable and the map ordered, so keys of one moment stay by id.
        keys.sort_by_key(|key| key.created_at);
        done(keys)
    }

    fn has_keys<'a>(&'a self) -> BoxFuture<'a, Result<bool, StoreError>> {
        done(!self.all_keys().is_empty())
    }

    fn find_key<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<Option<Key>, StoreError>> {
        done(self.all_keys().get(id).cloned())
    }

    fn revoke_key<'a>(&'a self, id: &'a str, now: Timestamp) -> BoxFuture<'a, Result<bool, StoreError>> {
        let mut keys = self.all_keys();
        let key = keys.get_mut(id);
        let found = key.is_some();
        if let Some(key) = key {
            key.revoked_at = key.revoked_at.or(Some(now));
        }
        done(found)
    }

    fn use_key<'a>(&'a self, id: &'a str, now: Timestamp) -> BoxFuture<'a, Result<(), StoreError>> {
        if let Some(key) = self.all_keys().get_mut(id) {
            key.last_used_at = Some(now);
        }
        done(())
    }
}
