//! `eval`: measuring leeboard's parts. One file for each part.
//!
//! Owns what they share: where the data is.

mod closed_loop;
mod drift;
mod embed;
mod recall;

use std::path::{Path, PathBuf};

use anyhow::anyhow;

use crate::args::{EvalAction, EvalArguments};
use crate::exit::Exit;
use crate::settings::Settings;

/// Where data is kept beside a checkout.
const BESIDE: &str = "../shared/data";

pub(crate) fn run(arguments: &EvalArguments, settings: &Settings) -> anyhow::Result<Exit> {
    match &arguments.action {
        EvalAction::Embed(embed) => embed::run(embed, settings),
        EvalAction::Drift(drift) => drift::run(drift, settings),
        EvalAction::Loop(closed) => closed_loop::run(closed, settings),
        EvalAction::Recall(recall) => recall::run(recall, settings),
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
