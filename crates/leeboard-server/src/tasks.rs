//! Work that outlives its request, and that the server waits for before it ends.
//!
//! Owns the tasks and the signal that asks them to come to an end. Knows nothing of what they
//! do: a turn is closed by the task that opened it, whether or not its client is still there.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;
use tokio::task::JoinSet;

/// The tasks of a server.
pub(crate) struct Tasks {
    running: Mutex<JoinSet<()>>,
    stop: watch::Sender<bool>,
}

impl Default for Tasks {
    fn default() -> Self {
        Self { running: Mutex::new(JoinSet::new()), stop: watch::Sender::new(false) }
    }
}

impl Tasks {
    /// Starts a task; the caller need not wait for it.
    pub(crate) fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        let mut running = self.running();
        while let Some(ended) = running.try_join_next() {
            report(&ended);
        }
        running.spawn(work);
    }

    /// Resolves when tasks are asked to come to an end; the future owns what it needs.
    pub(crate) fn stopping(&self) -> impl Future<Output = ()> + Send + use<> {
        let mut stop = self.stop.subscribe();
        async move {
            // An error means that the server is gone, which is a reason to stop too.
            let _ = stop.wait_for(|stop| *stop).await;
        }
    }

    /// Asks all tasks to come to an end and waits for them.
    pub(crate) async fn finish(&self) {
        self.stop.send_replace(true);
        let mut running = std::mem::take(&mut *self.running());
        while let Some(ended) = running.join_next().await {
            report(&ended);
        }
    }

    fn running(&self) -> MutexGuard<'_, JoinSet<()>> {
        // A JoinSet is whole after every call, also when the caller panicked.
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn report(ended: &Result<(), tokio::task::JoinError>) {
    if let Err(error) = ended {
        tracing::error!(%error, "a task of the gateway failed");
    }
}
