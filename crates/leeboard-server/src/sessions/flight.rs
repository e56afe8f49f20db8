//! Turns of this process that wait for their replies.
//!
//! Owns who is in flight, so that a second message is not taken for the end of a turn that is
//! still being answered. Turns of other processes are not known here.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use leeboard_core::record::Digest;

type Counts = Arc<Mutex<BTreeMap<Digest, usize>>>;

/// The turns in flight, by the hash of the record that opened them.
#[derive(Clone, Default)]
pub(crate) struct Flights {
    counts: Counts,
}

/// A turn in flight, until it is dropped.
pub(crate) struct Flight {
    at: Digest,
    counts: Counts,
}

impl Flights {
    /// Begins one. Two requests may wait for replies to the same question.
    pub(crate) fn begin(&self, at: Digest) -> Flight {
        *counts(&self.counts).entry(at).or_default() += 1;
        Flight { at, counts: Arc::clone(&self.counts) }
    }

    /// How many turns are in flight.
    pub(crate) fn count(&self) -> usize {
        counts(&self.counts).len()
    }

    /// Whether a turn is in flight.
    pub(crate) fn has(&self, at: Digest) -> bool {
        counts(&self.counts).contains_key(&at)
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        let mut counts = counts(&self.counts);
        if let Some(count) = counts.get_mut(&self.at) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.at);
            }
        }
    }
}

fn counts(counts: &Counts) -> MutexGuard<'_, BTreeMap<Digest, usize>> {
    // Nothing is done under this lock but single calls of the map.
    counts.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_turn_is_in_flight_until_the_last_request_for_it_ends() {
        let flights = Flights::default();
        let at = Digest::of(b"turn");
        let (first, second) = (flights.begin(at), flights.begin(at));
        drop(first);
        assert!(flights.has(at));
        drop(second);
        assert!(!flights.has(at));
    }
}
