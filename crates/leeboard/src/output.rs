//! stdout for data, stderr for talk.
//!
//! Owns both streams: nothing else in the binary writes to them. A reader that closes stdout
//! (`| head`) is no failure.

use std::fmt::Display;
use std::io::{self, BufWriter, ErrorKind, IsTerminal, StdoutLock, Write};

use anyhow::Context;
use serde::Serialize;

/// Buffered stdout.
pub(crate) struct Data(BufWriter<StdoutLock<'static>>);

impl Data {
    /// Takes stdout.
    pub(crate) fn open() -> Self {
        Self(BufWriter::new(io::stdout().lock()))
    }

    /// Writes text as it is.
    pub(crate) fn text(&mut self, text: &str) -> anyhow::Result<()> {
        self.0.write_all(text.as_bytes()).context("write to stdout")
    }

    /// Writes a value as one line of JSON.
    pub(crate) fn json(&mut self, value: &impl Serialize) -> anyhow::Result<()> {
        let mut line = serde_json::to_string(value).context("write JSON")?;
        line.push('\n');
        self.text(&line)
    }

    /// Hands on what is buffered.
    pub(crate) fn flush(&mut self) -> anyhow::Result<()> {
        self.0.flush().context("write to stdout")
    }
}

/// Whether stdout is a terminal.
pub(crate) fn stdout_is_terminal() -> bool {
    io::stdout().is_terminal()
}

/// Whether stderr is a terminal.
pub(crate) fn stderr_is_terminal() -> bool {
    io::stderr().is_terminal()
}

/// Says something on stderr, with the program's name first.
pub(crate) fn say(message: impl Display) {
    raw(format_args!("leeboard: {message}\n"));
}

/// Says something on stderr as it is. When stderr is gone there is nobody to tell.
pub(crate) fn raw(message: impl Display) {
    let _ = write!(io::stderr().lock(), "{message}");
}

/// Says what failed and why.
pub(crate) fn failed(error: &anyhow::Error) {
    say(format_args!("failed to {}", chain(error)));
}

/// An error with its causes. Some errors name their cause themselves; it is not said twice.
fn chain(error: &anyhow::Error) -> String {
    let mut text = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if text.is_empty() {
            text = cause;
        } else if !text.contains(&cause) {
            text.push_str(": ");
            text.push_str(&cause);
        }
    }
    text.trim_end().to_owned()
}

/// Whether the error is only that the reader of stdout went away.
pub(crate) fn is_closed(error: &anyhow::Error) -> bool {
    let io = error.chain().find_map(|cause| cause.downcast_ref::<io::Error>());
    io.is_some_and(|io| io.kind() == ErrorKind::BrokenPipe)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_is_said_once() {
        let error = anyhow::anyhow!("no such file").context("open a.json: no such file");
        assert_eq!(chain(&error), "open a.json: no such file");
        let error = anyhow::anyhow!("no such file").context("open a.json");
        assert_eq!(chain(&error), "open a.json: no such file");
    }

    #[test]
    fn a_closed_pipe_is_told_from_other_faults() {
        let closed = anyhow::Error::from(io::Error::from(ErrorKind::BrokenPipe)).context("write");
        assert!(is_closed(&closed));
        assert!(!is_closed(&io::Error::from(ErrorKind::NotFound).into()));
    }
}
