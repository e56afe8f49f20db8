//! `eval`: measuring leeboard's parts. One file for each part.
//!
//! Owns what they share: where the data is, and what is under way.

mod drift;
mod embed;

use std::path::{Path, PathBuf};

use anyhow::anyhow;

use crate::args::{EvalAction, EvalArguments};
use crate::exit::Exit;
use crate::output;
use crate::settings::Settings;

/// Where data is kept beside a checkout.
const BESIDE: &str = "../shared/data";

pub(crate) fn run(arguments: &EvalArguments, settings: &Settings) -> anyhow::Result<Exit> {
    match &arguments.action {
        EvalAction::Embed(embed) => embed::run(embed, settings),
        EvalAction::Drift(drift) => drift::run(drift, settings),
    }
}

/// The folder that is named, or the one beside a checkout.
fn folder(named: Option<&Path>) -> anyhow::Result<PathBuf> {
    if let Some(named) = named {
        return Ok(named.to_owned());
    }
    let beside = Path::new(BESIDE);
    if beside.is_dir() {
        return Ok(beside.to_owned());
    }
    Err(anyhow!("find data to measure with: there is no {BESIDE} (name a folder with --data)"))
}

/// What is under way, on one line of stderr, if somebody looks.
struct Progress {
    watched: bool,
    shown: bool,
}

impl Progress {
    fn new() -> Self {
        Self { watched: output::stderr_is_terminal(), shown: false }
    }

    fn show(&mut self, step: &str) {
        if self.watched {
            output::raw(format_args!("\r\u{1b}[K{step} "));
            self.shown = true;
        }
    }

    fn clear(&mut self) {
        if std::mem::take(&mut self.shown) {
            output::raw("\r\u{1b}[K");
        }
    }
}
