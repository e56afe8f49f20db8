//! What is under way, on one line of stderr, if somebody looks.
//!
//! Owns when it is shown: never unless stderr is a terminal.

use std::fmt::Display;
use std::time::{Duration, Instant};

use crate::output;

/// How long work may take before progress is shown.
const PATIENCE: Duration = Duration::from_secs(1);

/// How often a counter is shown.
const EVERY: Duration = Duration::from_millis(200);

/// A line that is written over.
pub(crate) struct Progress {
    watched: bool,
    next: Instant,
    every: Duration,
    shown: bool,
}

impl Progress {
    /// For steps: each is shown when it begins.
    pub(crate) fn of_steps() -> Self {
        Self::new(Duration::ZERO, Duration::ZERO)
    }

    /// For a counter: shown once the work has taken long, and not at every count.
    pub(crate) fn of_counts() -> Self {
        Self::new(PATIENCE, EVERY)
    }

    fn new(patience: Duration, every: Duration) -> Self {
        let watched = output::stderr_is_terminal();
        Self { watched, next: Instant::now() + patience, every, shown: false }
    }

    pub(crate) fn show(&mut self, text: impl Display) {
        if self.watched && Instant::now() >= self.next {
            output::raw(format_args!("\r\u{1b}[K{text} "));
            self.next = Instant::now() + self.every;
            self.shown = true;
        }
    }

    /// Takes the line away, before something else is said and at the end.
    pub(crate) fn clear(&mut self) {
        if std::mem::take(&mut self.shown) {
            output::raw("\r\u{1b}[K");
        }
    }
}
