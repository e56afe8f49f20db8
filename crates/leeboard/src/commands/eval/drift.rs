//! `eval drift`: drift detection on labelled replies, beside published detectors and baselines.
//!
//! Owns where the labelled conversations are and what is written where. The figures are
//! `leeboard_eval`'s.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use leeboard_core::tokens::Estimate;
use leeboard_eval::audit::AuditLine;
use leeboard_eval::drift::labels::Labelled;
use leeboard_eval::drift::{Report, Wanted, measure, table};
use leeboard_eval::offline::Means;
use serde::Serialize;

use super::folder;
use crate::args::EvalDriftArguments;
use crate::exit::Exit;
use crate::output::{self, Data as Stdout};
use crate::progress::Progress;
use crate::settings::Settings;
use crate::shell;

pub(crate) fn run(arguments: &EvalDriftArguments, settings: &Settings) -> anyhow::Result<Exit> {
    let data = labelled(arguments)?;
    let embedder = shell::offline(settings)?;
    let means = Means { config: &settings.core, counter: &Estimate, embedder: &embedder };
    let wanted = Wanted {
        draws: arguments.bootstrap.unwrap_or(0) as usize,
        leave_one_run_out: arguments.leave_one_run_out,
    };
    let mut progress = Progress::of_steps();
    let report = measure(&data, means, wanted, &mut |step| progress.show(step));
    progress.clear();
    let report = report?;
    shell::tell_fault(&embedder);
    tell(&report);
    if let Some(path) = &arguments.predictions {
        predictions(path, &report.lines)?;
    }
    let mut stdout = Stdout::open();
    if arguments.json {
        print_json(&mut stdout, &report)?;
    } else {
        stdout.text(&table(&report))?;
    }
    stdout.flush()?;
    Ok(Exit::Done)
}

/// The labelled conversations: those of the folder, or files named one by one.
fn labelled(arguments: &EvalDriftArguments) -> anyhow::Result<Labelled> {
    let named = arguments.data.as_deref();
    let in_folder = |part: &str| -> anyhow::Result<PathBuf> {
        let folder = folder(named)?;
        let path = folder.join("drift").join(part);
        if path.exists() {
            return Ok(path);
        }
        Err(anyhow!("find data to measure with: there is no {} (name a folder with --data)", path.display()))
    };
    let labels = arguments.labels.clone().map_or_else(|| in_folder("labels.jsonl"), Ok)?;
    let cases = if arguments.cases.is_empty() {
        Labelled::files(&in_folder("cases")?)?
    } else {
        arguments.cases.clone()
    };
    Ok(Labelled::read(&labels, &cases)?)
}

/// Says what was left out or is not there.
fn tell(report: &Report) {
    for what in &report.skipped {
        output::say(format_args!("skipped {what}"));
    }
    if report.missing > 0 {
        output::say(format_args!(
            "warning: {} labels are on replies that are not there; they count as not found",
            report.missing
        ));
    }
}

/// One line a detector, then one of the refits.
fn print_json(stdout: &mut Stdout, report: &Report) -> anyhow::Result<()> {
    for row in &report.rows {
        stdout.json(row)?;
    }
    if let Some(folds) = &report.folds {
        #[derive(Serialize)]
        struct Line<'a, T> {
            leave_one_run_out: &'a T,
        }
        stdout.json(&Line { leave_one_run_out: folds })?;
    }
    Ok(())
}

fn predictions(path: &Path, lines: &[AuditLine]) -> anyhow::Result<()> {
    let mut text = String::new();
    for line in lines {
        text.push_str(&serde_json::to_string(line).context("write JSON")?);
        text.push('\n');
    }
    fs::write(path, text).with_context(|| format!("write {}", path.display()))
}
