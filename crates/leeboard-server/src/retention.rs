//! Deleting sessions that nobody has used for long, where the operator wants it.
//!
//! Owns when it is looked for: at the start and every hour. How a session is deleted is the API's.

use std::time::Duration;

use leeboard_io::{stamp, upkeep};
use tokio::time::{MissedTickBehavior, interval};

use crate::api;
use crate::state::AppState;

/// Sessions are kept for days, so an hour more does not matter.
const EVERY: Duration = Duration::from_hours(1);

/// Looks for such sessions until the server stops.
pub(crate) fn watch(state: &AppState) {
    let days = state.config().retention_days;
    if days == 0 {
        return;
    }
    let (work, stopping) = (state.clone(), state.tasks().stopping());
    let task = async move {
        let mut clock = interval(EVERY);
        clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            clock.tick().await;
            delete(&work, days).await;
        }
    };
    state.tasks().spawn(async move {
        tokio::select! {
            () = task => {}
            () = stopping => {}
        }
    });
}

async fn delete(state: &AppState, days: u32) {
    let moment = upkeep::days_before(stamp::clock(), days);
    let unused = match upkeep::unused_since(state.engine().store().as_ref(), moment).await {
        Ok(unused) => unused,
        Err(error) => {
            tracing::warn!("failed to look for unused sessions: failed to {error}");
            return;
        }
    };
    let mut deleted = 0;
    for id in &unused {
        match api::gone(state, id).await {
            Ok(found) => deleted += u64::from(found.is_some()),
            Err(_) => tracing::warn!("failed to delete an unused session; it is tried again in an hour"),
        }
    }
    if deleted > 0 {
        tracing::info!(deleted, days, "sessions that nobody had used were deleted");
    }
}
