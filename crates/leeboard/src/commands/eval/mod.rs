//! `eval`: measuring leeboard's parts. One file for each part.

mod embed;

use crate::args::{EvalAction, EvalArguments};
use crate::exit::Exit;
use crate::settings::Settings;

pub(crate) fn run(arguments: &EvalArguments, settings: &Settings) -> anyhow::Result<Exit> {
    match &arguments.action {
        EvalAction::Embed(embed) => embed::run(embed, settings),
    }
}
