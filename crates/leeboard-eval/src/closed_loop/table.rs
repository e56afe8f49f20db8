//! The closed loop as tables for a terminal.
//!
//! Owns the columns and the sentences around them.

use std::collections::BTreeMap;
use std::fmt::Write;

use comfy_table::presets::NOTHING;
use comfy_table::{Cell, CellAlignment, Table};

use super::figures::{Figures, Measured};
use super::{Report, Who};

/// What a simulation can show and what it cannot.
const SIMULATED: &str = "\
A simulation: a made-up model with a hidden state made up all replies. It shows whether drift\n\
that is there is noticed, whether a correction that is obeyed comes in time and whether the loop\n\
stays calm. It cannot show how often your model drifts, what it obeys, or how its text would\n\
score: for that, name your own endpoint with --upstream and --model.\n";
const REAL: &str = "\
A real model: rules and asked facts are checked by code, the character by a question for its name.\n\
Nothing is planted, so there are no episodes to detect.\n";

/// A row for each agent, over all seeds and by perturbation.
#[must_use]
pub fn table(report: &Report) -> String {
    let mut text = format!("{} turns, {} seeds, 95 % intervals over seeds\n\n", report.turns, report.seeds);
    text.push_str(if report.simulated { SIMULATED } else { REAL });
    text.push_str("\nall\n");
    text.push_str(&rows(&report.agents));
    if report.obeying != report.agents {
        text.push_str("\nmodels that obey at all\n");
        text.push_str(&rows(&report.obeying));
    }
    if report.per_perturbation.len() > 1 {
        for (kind, agents) in &report.per_perturbation {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "\n{kind}");
            text.push_str(&rows(agents));
        }
    }
    let worse = worse(report);
    if !worse.is_empty() {
        text.push_str("\nwhere it does not help\n");
        for line in worse {
            let _ = writeln!(text, "  {line}");
        }
    }
    text
}

/// What failed, then what was done about it. The plain agent comes first: it is what the others
/// are held against.
fn rows(agents: &BTreeMap<String, Measured>) -> String {
    let mut ordered: Vec<_> = agents.iter().collect();
    ordered.sort_by_key(|(name, _)| (**name != Who::Plain.name(), (*name).clone()));
    let failed = [
        "turns in 100",
        "off persona",
        "wrong facts",
        "broken rules",
        "off topic",
        "tokens",
        "billed",
        "cached",
    ];
    let done = ["episodes", "flagged in 2", "p95", "back in 3", "p95", "interventions", "false", "cycles"];
    let first = columns(failed, ordered.iter().map(|(name, measured)| failures(name, measured)));
    let managed = ordered.iter().filter(|(name, _)| **name != Who::Plain.name());
    first + &columns(done, managed.map(|(name, measured)| answers(name, measured)))
}

fn columns<const N: usize>(header: [&str; N], rows: impl Iterator<Item = [String; N]>) -> String {
    let mut table = Table::new();
    table.load_preset(NOTHING);
    table.set_header(header);
    for row in rows {
        table.add_row(row.map(Cell::new));
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table.to_string().lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

fn failures(name: &str, measured: &Measured) -> [String; 8] {
    let it = &measured.figures;
    [
        name.to_owned(),
        spread(measured, it.off_persona_per_100, "off_persona_per_100", 1.0),
        spread(measured, it.wrong_facts_per_100, "wrong_facts_per_100", 1.0),
        spread(measured, it.broken_rules_per_100, "broken_rules_per_100", 1.0),
        format!("{:.1}", it.off_topic_per_100),
        format!("{:.0}", it.prompt_tokens_mean),
        format!("{:.0}", it.billed_tokens_mean),
        it.cached_share.map_or_else(|| "-".to_owned(), |share| format!("{:.0} %", 100.0 * share)),
    ]
}

fn answers(name: &str, measured: &Measured) -> [String; 8] {
    let it = &measured.figures;
    let share = |value: Option<f64>, name: &str| {
        value.map_or_else(|| "-".to_owned(), |value| format!("{} %", spread(measured, value, name, 100.0)))
    };
    // Without an end there is no percentile.
    let turns = |value: Option<f64>| match value {
        Some(turns) => format!("{turns:.0}"),
        None if it.episodes > 0 => "never".to_owned(),
        None => "-".to_owned(),
    };
    [
        name.to_owned(),
        share(it.detected_within_2, "detected_within_2"),
        turns(it.detection_delay_p95),
        share(it.recovered_within_3, "recovered_within_3"),
        turns(it.recovery_turns_p95),
        spread(measured, it.interventions_per_100, "interventions_per_100", 1.0),
        spread(measured, it.false_interventions_per_100, "false_interventions_per_100", 1.0),
        it.oscillations.to_string(),
    ]
}

/// A figure with its interval.
fn spread(measured: &Measured, value: f64, name: &str, scale: f64) -> String {
    let shown = format!("{:.1}", value * scale);
    match measured.intervals.get(name) {
        Some([low, high]) => format!("{shown} [{:.1}, {:.1}]", low * scale, high * scale),
        None => shown,
    }
}

/// A figure by name.
type Measure = (&'static str, fn(&Figures) -> f64);

/// Where the managed agent fails no less often than the plain one, or costs more.
fn worse(report: &Report) -> Vec<String> {
    let measures: [Measure; 4] = [
        ("off persona", |it| it.off_persona_per_100),
        ("wrong facts", |it| it.wrong_facts_per_100),
        ("broken rules", |it| it.broken_rules_per_100),
        ("billed tokens", |it| it.billed_tokens_mean),
    ];
    let mut found = Vec::new();
    for (kind, agents) in &report.per_perturbation {
        let of = |who: &Who| agents.get(&who.name()).map(|measured| &measured.figures);
        let (Some(plain), Some(managed)) = (of(&Who::Plain), of(&Who::MANAGED)) else { continue };
        for (name, measure) in measures {
            let (before, after) = (measure(plain), measure(managed));
            if after > 0.0 && after >= before {
                found.push(format!("{kind}: {name} {after:.1}, plain {before:.1}"));
            }
        }
    }
    found
}
