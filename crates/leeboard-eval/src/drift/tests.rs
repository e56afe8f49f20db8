//! The whole measurement on two small runs of our own.

use std::sync::Arc;

use leeboard_core::Config;
use leeboard_core::tokens::Estimate;
use leeboard_io::conversation;
use leeboard_io::embed::{Offline, Table};
use serde_json::json;

use super::labels::Case;
use super::*;

const PLACES: [&str; 16] = [
    "harbour", "quay", "buoy", "lamp", "ferry", "anchor", "rudder", "sail", "mast", "keel", "tide", "chart",
    "compass", "oar", "rope", "gull",
];

const DEEDS: [&str; 7] = [
    "was painted before the spring storms came",
    "rests where the old pilots used to meet",
    "belongs to a widow who repairs nets",
    "needs grease and a patient hand each month",
    "looked smaller once the fog had lifted",
    "carries a number that nobody remembers",
    "gets checked by two clerks and a dog",
];

/// Two runs of 30 replies; the last but one breaks a rule, the last repeats an earlier one.
fn labelled() -> Labelled {
    let mut found = Labelled::default();
    for (n, id) in ["north", "south"].into_iter().enumerate() {
        let mut messages =
            vec![json!({"role": "system", "content": "You are a pilot. Never use bullet lists."})];
        let reply = |turn: usize| {
            let (place, deed) = (PLACES[(turn * 3 + n) % 16], DEEDS[(turn + n) % 7]);
            let next = PLACES[(turn * 5 + 1) % 16];
            format!("The {place} {deed}, and so the {next} of the {id} {} is left alone today.", turn + 2)
        };
        for turn in 1..=30 {
            let text = match turn {
                29 => "Here you go:\n- one thing\n- another thing\n- a third thing".to_owned(),
                30 => reply(12),
                _ => reply(turn),
            };
            let asked = format!("What of the {} at number {turn}?", PLACES[(turn * 3 + n) % 16]);
            messages.push(json!({"role": "user", "content": asked}));
            messages.push(json!({"role": "assistant", "content": text}));
            let kind = [(29, "constraint"), (30, "repetition")].into_iter().find(|(at, _)| *at == turn);
            let kind = kind.map_or("clean", |(_, kind)| kind);
            let label = json!({"id": id, "turn": turn, "label": u8::from(kind != "clean"), "kind": kind});
            found.labels.push(serde_json::from_value(label).unwrap());
        }
        let file = json!({"id": id, "messages": messages}).to_string();
        let conversation = conversation::parse(id, file.as_bytes()).unwrap().remove(0);
        found.cases.push(Case { conversation, run: format!("log {id}") });
    }
    found
}

fn measured(wanted: Wanted) -> Report {
    let (config, embedder) = (Config::default(), Offline::new(Arc::new(Table::new())).unwrap());
    let means = Means { config: &config, counter: &Estimate, embedder: &embedder };
    measure(&labelled(), means, wanted, &mut |_| ()).unwrap()
}

pub(super) fn sample_lines() -> Vec<AuditLine> {
    measured(Wanted::default()).lines
}

#[test]
fn own_rows_and_those_of_others_stand_side_by_side() {
    let report = measured(Wanted::default());
    assert_eq!((report.lines.len(), report.missing), (60, 0));
    let of = |name: &str| report.rows.iter().find(|row| row.name == name).unwrap();
    // Every signal that the audit gives is a row, whichever there are.
    let signals = report.rows.iter().filter(|row| row.family == Family::Signal).count();
    assert_eq!(signals, report.lines[0].signals.len());
    let index = of("leeboard");
    assert_eq!(index.figures.overall.replies, 4);
    assert_eq!(index.figures.kinds["constraint"].flag_recall, Some(1.0));
    assert_eq!(of("rules").figures.kinds["constraint"].auroc, Some(1.0));
    assert!(of("4-gram overlap").figures.kinds["repetition"].auroc.unwrap() > 0.99);
    // What has no alarm flags nothing, not even nothing.
    assert_eq!(of("4-gram overlap").figures.overall.flag_recall, None);
    for name in ["RI", "ERI", "SR-EI-03, SR-EI-037", "1 - stability_index", "lifecycle", "di"] {
        assert!(of(name).figures.overall.auroc.is_some(), "{name}");
    }
    assert!(of("RI").us_per_reply.unwrap() > 0.0 && of("rules").us_per_reply.is_none());
}

#[test]
fn calibrations_go_to_their_signals_and_folds_use_the_other_runs() {
    let report = measured(Wanted { leave_one_run_out: true, ..Wanted::default() });
    let folds = report.folds.unwrap();
    assert_eq!(folds.rows[0].figures, report.rows[0].figures);
    assert_eq!(folds.rows.len(), 5);
    assert_eq!(folds.folds.iter().map(|fold| fold.replies).collect::<Vec<_>>(), [30, 30]);
    assert!(folds.as_shipped.iter().any(|what| what.starts_with("rules:")), "{:?}", folds.as_shipped);
    let fitted = &folds.folds[0].fitted;
    assert!(fitted.contains_key("repetition") && fitted.contains_key("style"), "{fitted:?}");
    let shipped = calibrations::of(&Config::default().drift);
    assert!(fitted.iter().all(|(name, calibration)| calibration.width == shipped[name].width));
    assert_ne!(folds.folds[0].fitted, folds.folds[1].fitted);
}

#[test]
fn a_signal_with_two_calibrations_has_raw_values_of_each() {
    let (config, embedder) = (Config::default(), Offline::new(Arc::new(Table::new())).unwrap());
    let means = Means { config: &config, counter: &Estimate, embedder: &embedder };
    let (data, lines) = (labelled(), sample_lines());
    let owners = calibrations::signals(&data, &lines, means).unwrap();
    assert_ne!(owners["style"], owners["repetition"]);
    assert_eq!(owners.get("slow").map(|signal| signal.name()), Some("slow"), "{owners:?}");
    let raws = calibrations::raws("style", &owners, &data, &lines, means).unwrap();
    assert!(raws.len() > 20, "{raws:?}");
    // Where style decides, its shipped score leads to the same value.
    let style = calibrations::of(&config.drift)["style"];
    let same = lines.iter().filter(|line| {
        let score = line.signals[&owners["style"]].filter(|score| *score > 1e-3);
        let raw = raws.get(&(line.conversation.clone(), line.turn));
        raw.zip(score).is_some_and(|(raw, score)| (calibrations::raw(style, score) - raw).abs() < 1e-3)
    });
    assert!(same.count() > 5);
}

#[test]
fn one_run_cannot_be_left_out() {
    let (config, embedder) = (Config::default(), Offline::new(Arc::new(Table::new())).unwrap());
    let means = Means { config: &config, counter: &Estimate, embedder: &embedder };
    let mut data = labelled();
    for case in &mut data.cases {
        case.run = "one log".to_owned();
    }
    let wanted = Wanted { leave_one_run_out: true, ..Wanted::default() };
    assert!(matches!(measure(&data, means, wanted, &mut |_| ()), Err(EvalDriftError::OneRun)));
    data.labels.clear();
    assert!(matches!(measure(&data, means, wanted, &mut |_| ()), Err(EvalDriftError::NoLabels)));
}
