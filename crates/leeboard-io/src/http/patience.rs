//! When to try again: what may pass by itself, how long to wait, and when to give up.

use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio::time::{Instant, sleep, timeout};

use super::Fault;

/// The longest pause between two tries, so that a server's wish cannot park a turn for hours.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// How long and how often to try.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Patience {
    /// The limit for all tries and pauses together.
    pub(crate) within: Duration,
    /// Further tries after the first.
    pub(crate) retries: u32,
    /// The first pause, doubled each time. A `Retry-After` of the server wins.
    pub(crate) first_pause: Duration,
}

impl Patience {
    /// Tries until it works, the fault is final, the tries are used or the time is up.
    pub(crate) async fn ask<'b, T>(
        &self,
        once: impl Fn() -> BoxFuture<'b, Result<T, Fault>> + Send,
    ) -> Result<T, Fault> {
        let deadline = Instant::now() + self.within;
        let mut tries = 0;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let fault = match timeout(left, once()).await {
                Ok(Ok(value)) => return Ok(value),
                Ok(Err(fault)) => fault,
                Err(_) => return Err(Fault::Timeout { after: self.within }),
            };
            let left = deadline.saturating_duration_since(Instant::now());
            match self.pause(&fault, tries) {
                Some(pause) if tries < self.retries && pause < left => {
                    tracing::debug!(fault = fault.name(), ?pause, "trying again");
                    sleep(pause).await;
                }
                _ => return Err(fault),
            }
            tries += 1;
        }
    }

    /// How long to wait before trying again; `None` for a fault that will not go away.
    pub(super) fn pause(&self, fault: &Fault, tries: u32) -> Option<Duration> {
        let doubled = self.first_pause.saturating_mul(1 << tries.min(16)).min(LONGEST_PAUSE);
        match fault {
            Fault::Unreachable { .. } => Some(doubled),
            Fault::Status { status: 429 | 500..=599, retry_after, .. } => match retry_after {
                Some(wish) => (*wish <= LONGEST_PAUSE).then_some(*wish),
                None => Some(doubled),
            },
            _ => None,
        }
    }
}

impl Fault {
    /// For logs. The server's words stay out of them, since they may repeat what was sent.
    fn name(&self) -> &'static str {
        match self {
            Self::Unreachable { .. } => "unreachable",
            Self::Timeout { .. } => "timeout",
            Self::Status { status: 429, .. } => "busy",
            Self::Status { .. } => "refused or broken",
            Self::Malformed { .. } => "malformed",
        }
    }
}
