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

fn rows(agents: &BTreeMap<String, Measured>) -> String {
    let mut table = Table::new();
    table.load_preset(NOTHING);
    table.set_header([
        "agent",
        "off persona",
        "wrong facts",
        "broken rules",
        "off topic",
        "detected in 2",
        "p95",
        "back in 3",
        "p95",
        "interventions",
        "false",
        "cycles",
        "tokens",
        "cached",
    ]);
    // The plain agent first: it is what the others are held against.
    let mut ordered: Vec<_> = agents.iter().collect();
    ordered.sort_by_key(|(name, _)| (**name != Who::Plain.name(), (*name).clone()));
    for (name, measured) in ordered {
        table.add_row(row(name, measured, *name == Who::Plain.name()));
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    let lines = table.to_string();
    lines.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

fn row(name: &str, measured: &Measured, plain: bool) -> Vec<Cell> {
    let it = &measured.figures;
    let spread = |value: f64, name: &str, scale: f64| {
        let shown = format!("{:.1}", value * scale);
        match measured.intervals.get(name) {
            Some([low, high]) => format!("{shown} [{:.1}, {:.1}]", low * scale, high * scale),
            None => shown,
        }
    };
    let share = |value: Option<f64>, name: &str| {
        value.map_or_else(|| "-".to_owned(), |value| format!("{} %", spread(value, name, 100.0)))
    };
    // Without an end there is no percentile.
    let turns = |value: Option<f64>| match value {
        Some(turns) => format!("{turns:.0}"),
        None if it.episodes > 0 => "never".to_owned(),
        None => "-".to_owned(),
    };
    let own = |text: String| if plain { "-".to_owned() } else { text };
    [
        name.to_owned(),
        spread(it.off_persona_per_100, "off_persona_per_100", 1.0),
        spread(it.wrong_facts_per_100, "wrong_facts_per_100", 1.0),
        spread(it.broken_rules_per_100, "broken_rules_per_100", 1.0),
        format!("{:.1}", it.off_topic_per_100),
        own(share(it.detected_within_2, "detected_within_2")),
        own(turns(it.detection_delay_p95)),
        share(it.recovered_within_3, "recovered_within_3"),
        turns(it.recovery_turns_p95),
        own(spread(it.interventions_per_100, "interventions_per_100", 1.0)),
        own(spread(it.false_interventions_per_100, "false_interventions_per_100", 1.0)),
        it.oscillations.to_string(),
        format!("{:.0}", it.prompt_tokens_mean),
        it.cached_share.map_or_else(|| "-".to_owned(), |share| format!("{:.0} %", 100.0 * share)),
    ]
    .into_iter()
    .map(Cell::new)
    .collect()
}

/// Where the managed agent fails no less often than the plain one, or costs more.
fn worse(report: &Report) -> Vec<String> {
    let measures: [(&str, fn(&Figures) -> f64); 4] = [
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
