//! `eval embed`: quality and speed of the embedders, beside tf-idf and BM25.
//!
//! Owns which embedders are measured and where the data is. The figures are `leeboard_eval`'s.

use std::sync::Arc;

use leeboard_eval::embed::data::Data;
use leeboard_eval::embed::{measure, table};
use leeboard_io::embed::{Embedder, Table};

use super::folder;
use crate::args::EvalEmbedArguments;
use crate::exit::Exit;
use crate::output::{self, Data as Stdout};
use crate::progress::Progress;
use crate::settings::Settings;
use crate::shell;

pub(crate) fn run(arguments: &EvalEmbedArguments, settings: &Settings) -> anyhow::Result<Exit> {
    let data = Data::read(&folder(arguments.data.as_deref())?)?;
    let embedders = embedders(shell::embedder(settings)?);
    let draws = arguments.bootstrap.unwrap_or(0) as usize;
    let mut progress = Progress::of_steps();
    let report = measure(&data, embedders, draws, &mut |step| progress.show(step));
    progress.clear();
    let report = report?;
    for what in &report.skipped {
        output::say(format_args!("skipped {what}"));
    }
    for what in &report.failed {
        output::say(format_args!("skipped the embedder {what}"));
    }
    let mut stdout = Stdout::open();
    if arguments.json {
        for line in &report.lines {
            stdout.json(line)?;
        }
    } else {
        stdout.text(&table(&report))?;
    }
    stdout.flush()?;
    Ok(if report.failed.is_empty() { Exit::Done } else { Exit::Bad })
}

/// The table in the binary, and the endpoint if one is set.
fn embedders(configured: Arc<dyn Embedder>) -> Vec<(String, Arc<dyn Embedder>)> {
    let table: Arc<dyn Embedder> = Arc::new(Table::new());
    let mut embedders = vec![(table.model().to_string(), Arc::clone(&table))];
    if configured.model() != table.model() {
        embedders.push((configured.model().to_string(), configured));
    }
    embedders
}
