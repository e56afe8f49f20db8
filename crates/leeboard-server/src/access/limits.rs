//! How many requests at once and how many a minute.
//!
//! Owns the counting, for the gateway and for each key; what is said to a client that is over is
//! `openai::error`'s. A gateway without keys counts all its clients as one key.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use axum::body::{Body, HttpBody};
use bytes::Bytes;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::config::AccessLimits;

/// Why a request is not taken now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Over {
    /// All clients together have too many under way.
    Gateway,
    /// This key has too many under way.
    Key,
    /// This key asks too often; there is room for one more then.
    Rate { retry_after: Duration },
}

/// The counters of a gateway.
pub(crate) struct Limits {
    settings: AccessLimits,
    all: Option<Arc<Semaphore>>,
    /// By the id of the key: only keys that were found in the store, so there are few.
    keys: Mutex<HashMap<String, Counters>>,
}

struct Counters {
    under_way: Option<Arc<Semaphore>>,
    /// When the bucket would be full, which is all that a bucket has to remember.
    full_at: Instant,
}

/// Places that a request holds until its answer has been sent.
#[derive(Debug, Default)]
pub(crate) struct Held(#[expect(dead_code, reason = "held, not read")] [Option<OwnedSemaphorePermit>; 2]);

impl Limits {
    pub(crate) fn new(settings: AccessLimits) -> Self {
        let all = semaphore(settings.requests);
        Self { settings, all, keys: Mutex::default() }
    }

    /// A place for one more request of anybody.
    pub(crate) fn enter(&self) -> Result<Option<OwnedSemaphorePermit>, Over> {
        take(self.all.as_ref()).map_err(|()| Over::Gateway)
    }

    /// A place for one more request of a key. A request that is refused does not count.
    pub(crate) fn admit(
        &self,
        key: &str,
        entered: Option<OwnedSemaphorePermit>,
        now: Instant,
    ) -> Result<Held, Over> {
        if self.settings.requests_per_key == 0 && self.settings.per_minute == 0 {
            return Ok(Held([entered, None]));
        }
        // Every change is one insertion or one field.
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        let counters = keys.entry(key.to_owned()).or_insert_with(|| Counters {
            under_way: semaphore(self.settings.requests_per_key),
            full_at: now,
        });
        let place = take(counters.under_way.as_ref()).map_err(|()| Over::Key)?;
        counters.full_at = self.drawn(counters.full_at, now)?;
        Ok(Held([entered, place]))
    }

    /// When the bucket is full again after one more request, or how long that request has to wait.
    fn drawn(&self, full_at: Instant, now: Instant) -> Result<Instant, Over> {
        let AccessLimits { per_minute, burst, .. } = self.settings;
        if per_minute == 0 {
            return Ok(full_at);
        }
        let each = Duration::from_secs(60) / per_minute;
        let room = each * if burst == 0 { per_minute } else { burst };
        let full_at = full_at.max(now) + each;
        match full_at.saturating_duration_since(now + room) {
            Duration::ZERO => Ok(full_at),
            retry_after => Err(Over::Rate { retry_after }),
        }
    }
}

/// No limit for 0.
fn semaphore(most: usize) -> Option<Arc<Semaphore>> {
    (most > 0).then(|| Arc::new(Semaphore::new(most.min(Semaphore::MAX_PERMITS))))
}

fn take(semaphore: Option<&Arc<Semaphore>>) -> Result<Option<OwnedSemaphorePermit>, ()> {
    semaphore.map(|semaphore| Arc::clone(semaphore).try_acquire_owned().map_err(drop)).transpose()
}

/// A body that keeps places until it has been sent or its client has left.
pub(crate) fn hold(body: Body, held: Held) -> Body {
    Body::new(Holding { body, _held: held })
}

struct Holding {
    body: Body,
    _held: Held,
}

impl HttpBody for Holding {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> http_body::SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(requests_per_key: usize, per_minute: u32, burst: u32) -> Limits {
        Limits::new(AccessLimits { requests: 3, requests_per_key, per_minute, burst })
    }

    #[test]
    fn a_bucket_gives_its_burst_and_then_fills_evenly() {
        let limits = limits(0, 60, 3);
        let start = Instant::now();
        let at = |milliseconds: u64| start + Duration::from_millis(milliseconds);
        let ask = |milliseconds| limits.admit("a", None, at(milliseconds)).map(drop);
        for _ in 0..3 {
            assert_eq!(ask(0), Ok(()));
        }
        assert_eq!(ask(0), Err(Over::Rate { retry_after: Duration::from_secs(1) }));
        // Asking in vain costs nothing.
        assert_eq!(ask(400), Err(Over::Rate { retry_after: Duration::from_millis(600) }));
        assert_eq!(ask(1000), Ok(()));
        assert!(ask(1001).is_err());
        assert_eq!(limits.admit("b", None, at(1001)).map(drop), Ok(()));
        // However long it rests, it gives no more than its burst.
        assert_eq!((0..5).filter(|_| ask(3_600_000).is_ok()).count(), 3);
    }

    #[test]
    fn in_any_minute_a_key_has_its_rate_and_one_burst() {
        let limits = limits(0, 30, 0);
        let start = Instant::now();
        let taken: Vec<u64> = (0..600)
            .filter(|n| limits.admit("a", None, start + Duration::from_millis(n * 500)).is_ok())
            .map(|n| n * 500)
            .collect();
        for first in &taken {
            let minute = taken.iter().filter(|at| (*first..first + 60_000).contains(*at)).count();
            assert!(minute <= 60, "{minute} in the minute from {first}");
        }
        assert!(taken.len() >= 30 + 5 * 30 - 2, "{}", taken.len());
    }

    #[test]
    fn places_are_given_back() {
        let limits = limits(2, 0, 0);
        let now = Instant::now();
        let admit = |key| limits.admit(key, limits.enter()?, now);
        let (one, two) = (admit("a").unwrap(), admit("a").unwrap());
        assert_eq!(admit("a").unwrap_err(), Over::Key);
        let three = admit("b").unwrap();
        assert_eq!(admit("c").unwrap_err(), Over::Gateway);
        drop(one);
        assert!(admit("c").is_ok());
        drop((two, three));
        let body = hold(Body::from("x"), admit("a").unwrap());
        let held = admit("a").unwrap();
        assert_eq!(admit("a").unwrap_err(), Over::Key);
        drop(body);
        assert!(admit("a").is_ok());
        drop(held);
    }
}
