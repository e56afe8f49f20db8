//! Which keys are known, so that a request costs no query.
//!
//! Owns a memory of the store's answers, which is short: so long a revoked key goes on to open its
//! tenant's sessions. Holds digests of keys and no key.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use leeboard_io::stamp;
use leeboard_io::store::StoreError;
use leeboard_io::store::keys::{Key, Keys, ShownKey};

/// How exact the last use of a key is, in milliseconds: a write an hour and key is nothing.
const USED: i64 = 3_600_000;

/// Answers of the store that are remembered; there are few more keys than this, and a key that is
/// not remembered costs a query.
const MOST: usize = 10_000;

/// The keys of a gateway as last heard of.
pub(crate) struct Known {
    keys: Arc<dyn Keys>,
    /// How long an answer counts.
    valid: Duration,
    heard: Mutex<Heard>,
}

#[derive(Default)]
struct Heard {
    /// Whether there is a key, once the store was asked. It never ceases to be so.
    any: Option<(bool, Instant)>,
    keys: HashMap<String, (Key, Instant)>,
}

impl Known {
    pub(crate) fn new(keys: Arc<dyn Keys>, valid: Duration) -> Self {
        Self { keys, valid, heard: Mutex::default() }
    }

    /// Whether there ever was a key, so that one must be shown.
    pub(crate) async fn any(&self) -> Result<bool, StoreError> {
        let now = Instant::now();
        let heard = self.heard().any;
        match heard {
            Some((true, _)) => return Ok(true),
            Some((false, at)) if now - at < self.valid => return Ok(false),
            _ => {}
        }
        match self.keys.has_keys().await {
            Ok(any) => {
                self.heard().any = Some((any, now));
                Ok(any)
            }
            // A store that fails now has answered before: there were none then.
            Err(error) if heard.is_some() => {
                tracing::warn!(%error, "whether there are keys now is unknown");
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }

    /// The key that was shown, if it opens something. `lenient` takes what was heard last if the
    /// store fails now.
    pub(crate) async fn find(&self, shown: &ShownKey, lenient: bool) -> Result<Option<Key>, StoreError> {
        let now = Instant::now();
        let heard = self.heard().keys.get(shown.id()).cloned();
        let key = match heard {
            Some((key, at)) if now - at < self.valid => Some(key),
            heard => match self.keys.find_key(shown.id()).await {
                Ok(found) => {
                    self.hear(shown.id(), found.as_ref(), now);
                    found
                }
                Err(error) => {
                    let before = heard.map(|(key, _)| key).filter(|_| lenient);
                    tracing::warn!(%error, known = before.is_some(), "the store was not asked for a key");
                    Some(before.ok_or(error)?)
                }
            },
        };
        let Some(key) = key.filter(|key| key.admits(shown)) else { return Ok(None) };
        self.note_use(&key).await;
        Ok(Some(key))
    }

    fn hear(&self, id: &str, found: Option<&Key>, now: Instant) {
        let mut heard = self.heard();
        match found {
            Some(key) if heard.keys.len() < MOST || heard.keys.contains_key(id) => {
                heard.keys.insert(id.to_owned(), (key.clone(), now));
            }
            Some(_) => heard.keys.retain(|_, (_, at)| now - *at < self.valid),
            None => {
                heard.keys.remove(id);
            }
        }
    }

    async fn note_use(&self, key: &Key) {
        let now = stamp::clock();
        if key.last_used_at.is_some_and(|last| now.0.saturating_sub(last.0) < USED) {
            return;
        }
        if let Some((heard, _)) = self.heard().keys.get_mut(&key.id) {
            heard.last_used_at = Some(now);
        }
        if let Err(error) = self.keys.use_key(&key.id, now).await {
            tracing::debug!(%error, key = key.id, "the use of a key was not noted");
        }
    }

    fn heard(&self) -> MutexGuard<'_, Heard> {
        // Every change is one insertion, removal or field.
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
