//! The measured methods as tables for a terminal.
//!
//! Owns the columns. Figures are in per cent, times in microseconds.

use std::collections::BTreeSet;
use std::fmt::Write;

use comfy_table::presets::NOTHING;
use comfy_table::{Cell, CellAlignment, Table};

use super::metrics::{Figure, mean};
use super::{Line, Report};
use crate::report::printable;

/// A row for each method, then matching by run.
#[must_use]
pub fn table(report: &Report) -> String {
    let mut out = overview(&report.lines);
    let runs: BTreeSet<&String> = report.lines.iter().flat_map(|line| line.matching.keys()).collect();
    if !runs.is_empty() {
        out.push_str("\nreplies matched to their own request, at 1 / at 5\n");
    }
    for run in runs {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "\n{}", printable(run));
        out.push_str(&matching(&report.lines, run));
    }
    out
}

fn overview(lines: &[Line]) -> String {
    let mut table = Table::new();
    table.load_preset(NOTHING);
    table.set_header([
        "method",
        "sts dev",
        "test",
        "match@1",
        "@5",
        "recall@5",
        "@10",
        "hit@5",
        "20 words",
        "200 words",
        "x words",
    ]);
    for line in lines {
        let sts = |split: &str| line.sts.get(split).map(|rho| format!("{rho:.1}"));
        let matched = |figure: fn(&super::Matching) -> &Figure| {
            let values: Vec<f64> = line.matching.values().map(|found| figure(found).value).collect();
            (!values.is_empty()).then(|| format!("{:.1}", mean(&values)))
        };
        let recall =
            |figure: fn(&super::Recall) -> &Figure| line.recall.as_ref().map(|found| shown(figure(found)));
        let speed = |time: fn(&super::Speed) -> f64| {
            line.speed
                .as_ref()
                .map(|speed| format!("{:.*}", if time(speed) < 100.0 { 1 } else { 0 }, time(speed)))
        };
        let cells = [
            sts("dev"),
            sts("test"),
            matched(|found| &found.at_1),
            matched(|found| &found.at_5),
            recall(|found| &found.at_5),
            recall(|found| &found.at_10),
            recall(|found| &found.hit_5),
            speed(|speed| speed.short_us),
            speed(|speed| speed.long_us),
            speed(|speed| speed.long_ratio),
        ];
        let mut row = vec![Cell::new(printable(&line.method))];
        row.extend(cells.into_iter().map(|cell| right(cell.unwrap_or_else(|| "-".to_owned()))));
        table.add_row(row);
    }
    rendered(table)
}

fn matching(lines: &[Line], run: &str) -> String {
    let mut table = Table::new();
    table.load_preset(NOTHING);
    for line in lines {
        if let Some(found) = line.matching.get(run) {
            let cells = [&found.at_1, &found.at_5].map(|figure| right(shown(figure)));
            table.add_row([Cell::new(format!("  {}", printable(&line.method)))].into_iter().chain(cells));
        }
    }
    rendered(table)
}

fn shown(figure: &Figure) -> String {
    let interval = figure.interval.map(|[low, high]| format!(" [{low:.1}, {high:.1}]"));
    format!("{:.1}{}", figure.value, interval.unwrap_or_default())
}

fn right(text: String) -> Cell {
    Cell::new(text).set_alignment(CellAlignment::Right)
}

fn rendered(mut table: Table) -> String {
    table.column_iter_mut().for_each(|column| {
        column.set_padding((0, 2));
    });
    table.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

#[cfg(test)]
mod tests {
    use super::super::Matching;
    use super::*;

    #[test]
    fn figures_stand_with_their_interval_and_gaps_are_marked() {
        let figure = |value| Figure { value, interval: Some([value - 1.0, value + 1.0]) };
        let found = Matching { replies: 3, at_1: figure(50.0), at_5: figure(75.0) };
        let line = Line {
            method: "dense\u{1b}".to_owned(),
            sts: [("dev".to_owned(), 71.25)].into(),
            matching: [("run".to_owned(), found)].into(),
            ..Line::default()
        };
        let text = table(&Report { lines: vec![line], ..Report::default() });
        assert!(!text.contains('\u{1b}'), "{text}");
        assert!(text.contains("50.0 [49.0, 51.0]"), "{text}");
        let row: Vec<&str> = text.lines().nth(1).unwrap().split_whitespace().collect();
        assert_eq!(row, ["dense", "71.2", "-", "50.0", "75.0", "-", "-", "-", "-", "-", "-"]);
    }
}
