//! `eval recall`: how well recall finds the evidence for questions.
//!
//! Owns where the data is and how the report is printed. The figures are `leeboard_eval`'s.

use std::fmt::Write as _;
use std::fs;

use anyhow::Context;
use leeboard_core::tokens::Estimate;
use leeboard_eval::offline::Means;
use leeboard_eval::recall::measure::{Report, measure};

use super::folder;
use crate::args::EvalRecallArguments;
use crate::exit::Exit;
use crate::output::Data as Stdout;
use crate::progress::Progress;
use crate::settings::Settings;
use crate::shell;

pub(crate) fn run(arguments: &EvalRecallArguments, settings: &Settings) -> anyhow::Result<Exit> {
    let folder = folder(arguments.data.as_deref())?.join("locomo");
    let embedder = shell::offline(settings)?;
    let means = Means { config: &settings.core, counter: &Estimate, embedder: &embedder };
    let mut progress = Progress::of_steps();
    let draws = arguments.bootstrap.unwrap_or(0) as usize;
    let report = measure(&folder, means, draws, &mut |step| progress.show(step));
    progress.clear();
    let report = report?;
    shell::tell_fault(&embedder);
    if let Some(path) = &arguments.predictions {
        let lines: Result<Vec<String>, _> = report.left_out.iter().map(serde_json::to_string).collect();
        let text = lines.context("write JSON")?.join("\n") + "\n";
        fs::write(path, text).with_context(|| format!("write {}", path.display()))?;
    }
    let mut stdout = Stdout::open();
    if arguments.json {
        stdout.json(&report)?;
    } else {
        stdout.text(&table(&report))?;
    }
    stdout.flush()?;
    Ok(Exit::Done)
}

fn table(report: &Report) -> String {
    let mut text =
        format!("{:<40}{:>10}{:>10}{:>10}\n", "share of the evidence, %", "questions", "at 5", "at 10");
    for row in &report.rows {
        let _ = writeln!(
            text,
            "{:<40}{:>10}{:>10.1}{:>10.1}",
            row.what, row.questions, row.at_5.value, row.at_10.value
        );
        if let (Some([a, b]), Some([c, d])) = (row.at_5.interval, row.at_10.interval) {
            let _ = writeln!(text, "{:<40}  95 %: at 5 {a:.1} to {b:.1}, at 10 {c:.1} to {d:.1}", "");
        }
    }
    let _ = writeln!(text, "\n{:<40}{:>10}{:>10}", "weight (memory.recall)", "in force", "fitted");
    for (name, in_force, fitted) in &report.weights {
        let _ = writeln!(text, "{name:<40}{in_force:>10.3}{fitted:>10.3}");
    }
    let score: Vec<String> = report.score.iter().map(|value| format!("{value:.3}")).collect();
    let _ = writeln!(text, "score and score_without_vectors under the fitted weights: {}", score.join(" "));
    let _ = writeln!(
        text,
        "\n{:<10}{:>28}{:>26}{:>20}",
        "floor", "foreign questions let in, %", "evidence in the first 5, %", "messages of 5"
    );
    for floor in &report.floors {
        let _ = writeln!(
            text,
            "{:<10}{:>28.1}{:>26.1}{:>20.2}",
            floor.floor, floor.foreign, floor.evidence, floor.messages
        );
    }
    text
}
