//! Sessions that were in use lately, so that a request need not replay a log.
//!
//! Owns a bounded number of bytes, least recently used out first. Nothing here is trusted as it
//! is: whoever takes something out asks the store what came since. States are moved out and in
//! rather than copied; a second request meanwhile replays.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use leeboard_core::Session;

use super::tree::Tree;

/// What is kept of one session.
#[derive(Default)]
pub(crate) struct Warm {
    /// Its marks.
    pub(crate) tree: Tree,
    /// A state, usually that at the head.
    pub(crate) state: Option<Session>,
    /// How often something of the session had been forgotten when the state was read.
    pub(crate) erasures: u64,
}

/// A state that left to make room.
pub(crate) struct Evicted {
    pub(crate) id: String,
    pub(crate) session: Session,
    pub(crate) erasures: u64,
}

/// The sessions that were used last.
pub(crate) struct Hot {
    most: usize,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    sessions: BTreeMap<String, Entry>,
    /// Sessions by when they were used.
    order: BTreeMap<u64, String>,
    uses: u64,
    bytes: usize,
}

struct Entry {
    warm: Warm,
    used: u64,
    bytes: usize,
}

impl Hot {
    /// Room for this many bytes; none for 0.
    pub(crate) fn new(most: usize) -> Self {
        Self { most, kept: Mutex::default() }
    }

    /// Takes a session out.
    pub(crate) fn take(&self, id: &str) -> Warm {
        self.kept().remove(id).unwrap_or_default()
    }

    /// Puts a session in, in the place of what is kept of it. Gives the states that leave for it.
    #[must_use]
    pub(crate) fn put(&self, id: &str, warm: Warm) -> Vec<Evicted> {
        let bytes = id.len() + warm.tree.weight() + warm.state.as_ref().map_or(0, weight);
        let mut kept = self.kept();
        kept.remove(id);
        kept.uses += 1;
        let used = kept.uses;
        kept.order.insert(used, id.to_owned());
        kept.sessions.insert(id.to_owned(), Entry { warm, used, bytes });
        kept.bytes += bytes;
        let mut evicted = Vec::new();
        while kept.bytes > self.most {
            let Some((_, id)) = kept.order.pop_first() else { break };
            let Some(Warm { state, erasures, .. }) = kept.remove(&id) else { continue };
            evicted.extend(state.map(|session| Evicted { id, session, erasures }));
        }
        evicted
    }

    /// Puts a state in, beside the marks that are kept. Gives the states that leave for it.
    #[must_use]
    pub(crate) fn put_state(&self, id: &str, state: Session, erasures: u64) -> Vec<Evicted> {
        let tree = self.take(id).tree;
        self.put(id, Warm { tree, state: Some(state), erasures })
    }

    /// How many sessions are kept, and their bytes.
    pub(crate) fn size(&self) -> (usize, usize) {
        let kept = self.kept();
        (kept.sessions.len(), kept.bytes)
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        // Whatever a panic leaves here is only a cache, and checked when it is used.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn remove(&mut self, id: &str) -> Option<Warm> {
        let entry = self.sessions.remove(id)?;
        self.order.remove(&entry.used);
        self.bytes = self.bytes.saturating_sub(entry.bytes);
        Some(entry.warm)
    }
}

/// Bytes that a state takes, about: twice what copies of states with 100 to 400 turns measure, since
/// what grows has slack. Text stands in the turns, the indexes and the baselines.
fn weight(session: &Session) -> usize {
    /// Of a message without its text: ids, counts, a vector, entries in the indexes.
    const MESSAGE: usize = 1_500;
    /// Of a byte of text, with what is made of it.
    const TEXT: usize = 6;
    /// Of an empty session.
    const SESSION: usize = 50_000;
    let said = session.turns();
    MESSAGE * said.messages() + TEXT * said.bytes() + SESSION
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(id: &str) -> Warm {
        Warm { state: Some(Session::new(id)), ..Warm::default() }
    }

    #[test]
    fn the_least_recently_used_leave_first() {
        let hot = Hot::new(125_000);
        for id in ["a", "b"] {
            assert!(hot.put(id, state(id)).is_empty());
        }
        let a = hot.take("a");
        assert!(a.state.is_some() && hot.take("a").state.is_none());
        assert!(hot.put("a", a).is_empty());
        let evicted: Vec<String> = hot.put("c", state("c")).into_iter().map(|it| it.id).collect();
        assert_eq!(evicted, ["b"]);
        assert!(hot.take("b").state.is_none());
        assert!(hot.take("a").state.is_some() && hot.take("c").state.is_some());
        let kept = hot.kept();
        assert_eq!((kept.bytes, kept.order.len()), (0, 0));
    }

    #[test]
    fn what_is_too_large_alone_is_not_kept() {
        let hot = Hot::new(0);
        assert_eq!(hot.put("a", state("a")).len(), 1);
        assert!(hot.take("a").state.is_none());
    }
}
