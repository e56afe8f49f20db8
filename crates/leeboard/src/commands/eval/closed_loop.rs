//! `eval loop`: a managed agent beside a plain one, with a model that is disturbed on purpose.
//!
//! Owns what runs at a time and what is written where. The figures are `leeboard_eval`'s.

use std::fs;
use std::path::Path;

use anyhow::{Context, bail};
use leeboard_eval::closed_loop::{Failure, Options, Report, Trial, Who, table};
use leeboard_io::model::openai::OpenAiSettings;
use tokio::runtime::Builder;

use crate::args::EvalLoopArguments;
use crate::exit::Exit;
use crate::output::{self, Data};
use crate::parallel;
use crate::progress::Progress;
use crate::settings::Settings;

pub(crate) fn run(arguments: &EvalLoopArguments, settings: &Settings) -> anyhow::Result<Exit> {
    let upstream = upstream(arguments, settings)?;
    let mut data = Data::open();
    let mut failures = Vec::new();
    for &turns in &arguments.turns {
        let options = Options {
            turns,
            seeds: arguments.seeds,
            perturbation: arguments.perturbation.kind(),
            upstream: upstream.clone(),
            config: settings.core.clone(),
        };
        let trials = hold(&options, arguments.ablate)?;
        let report = Report::of(&options, &trials);
        if arguments.json {
            data.json(&report)?;
        } else {
            data.text(&table(&report))?;
        }
        data.flush()?;
        let managed = trials.iter().filter(|trial| *trial.who() == Who::MANAGED);
        failures.extend(managed.flat_map(Trial::failures));
    }
    if let Some(path) = &arguments.failures {
        write(path, &failures)?;
    }
    Ok(Exit::Done)
}

/// The real endpoint, if one is named.
fn upstream(arguments: &EvalLoopArguments, settings: &Settings) -> anyhow::Result<Option<OpenAiSettings>> {
    let (Some(url), Some(model)) = (&arguments.upstream, &arguments.model) else { return Ok(None) };
    if arguments.perturbation.is_planted() {
        bail!("plant a perturbation in a real model: only the simulated one can be disturbed");
    }
    let endpoint = OpenAiSettings::new(url, model);
    Ok(Some(match settings.model.key.get()? {
        Some(key) => endpoint.with_key(key),
        None => endpoint,
    }))
}

/// All agents on all seeds, several at a time.
fn hold(options: &Options, ablate: bool) -> anyhow::Result<Vec<Trial>> {
    let agents = Who::all(ablate);
    let wanted: Vec<(u64, &Who)> =
        (1..=options.seeds).flat_map(|seed| agents.iter().map(move |who| (seed, who))).collect();
    let all = wanted.len();
    let mut progress = Progress::of_counts();
    let mut trials = Vec::new();
    let one = |(seed, who): (u64, &Who)| -> anyhow::Result<Trial> {
        // Each conversation stands alone, with a simulated model of its own.
        let runtime = Builder::new_current_thread().enable_all().build().context("start the runtime")?;
        runtime
            .block_on(options.run(who, seed))
            .with_context(|| format!("hold conversation {seed} as {}", who.name()))
    };
    let held = parallel::in_order(wanted.into_iter(), parallel::threads(), one, |trial| {
        trials.push(trial?);
        progress.show(format_args!("{} turns: {} of {all} conversations", options.turns, trials.len()));
        Ok(())
    });
    progress.clear();
    held.map(|()| trials)
}

fn write(path: &Path, failures: &[Failure]) -> anyhow::Result<()> {
    let mut text = String::new();
    for failure in failures {
        text.push_str(&serde_json::to_string(failure).context("write JSON")?);
        text.push('\n');
    }
    fs::write(path, text).with_context(|| format!("write {}", path.display()))?;
    output::say(format_args!("{} failures in {}", failures.len(), path.display()));
    Ok(())
}
