//! The measured detectors as tables for a terminal.
//!
//! Owns the columns. Shares and AUROC are in [0, 1], times in microseconds.

use std::collections::BTreeSet;
use std::fmt::Write;

use comfy_table::presets::NOTHING;
use comfy_table::{Cell, CellAlignment, Table};

use super::metrics::{Figures, KindFigures};
use super::ramps::Delays;
use super::{Family, Folds, Report, Row};
use crate::report::printable;

/// One figure of a kind of drift.
type Figure = fn(&KindFigures) -> Option<f64>;

/// An overview, then each figure by kind, then how the detectors of others judge.
#[must_use]
pub fn table(report: &Report) -> String {
    let mut out = String::new();
    if let Some(row) = report.rows.first() {
        let (drift, good) = (row.figures.overall.replies, row.figures.good.replies);
        line(&mut out, format_args!("{drift} replies that drift, {good} good ones, after the warm-up\n"));
    }
    out.push_str(&overview(&report.rows));
    patterns(&mut out, &report.rows);
    by_kind(&mut out, &report.rows);
    good(&mut out, &report.rows);
    ramps(&mut out, &report.rows);
    if let Some(folds) = &report.folds {
        refits(&mut out, folds);
    }
    out.push('\n');
    for row in report.rows.iter().filter(|row| row.family >= Family::Published) {
        line(&mut out, format_args!("{}: {}", printable(&row.name), row.definition));
    }
    out
}

fn overview(rows: &[Row]) -> String {
    let mut table =
        new(&["", "auroc", "tpr at 2 %", "flagged", "false flags", "warm-up", "no opinion", "us"]);
    for row in rows {
        let found = &row.figures;
        table.add_row(named(row).into_iter().chain([
            right(auroc(&found.overall)),
            share(found.overall.tpr),
            share(found.overall.flag_recall),
            share(found.good.false_flag_rate),
            share(found.warmup_flag_rate),
            right(found.without_opinion.to_string()),
            right(row.us_per_reply.map_or_else(gap, |us| format!("{us:.0}"))),
        ]));
    }
    rendered(table)
}

/// Whether any number of the patterns tells drift, and tells it where the index does not: only then
/// may patterns ask for corrections.
fn patterns(out: &mut String, rows: &[Row]) {
    let of = |family: Family| rows.iter().filter(move |row| row.family == family);
    let mut table = new(&["", "auroc", "tpr at 2 %", "no opinion"]);
    for row in of(Family::Index).chain(of(Family::Pattern)) {
        let found = &row.figures;
        table.add_row(named(row).into_iter().chain([
            right(auroc(&found.overall)),
            share(found.overall.tpr),
            right(found.without_opinion.to_string()),
        ]));
    }
    if of(Family::Pattern).next().is_some() {
        line(out, format_args!("\npatterns: AUROC\n\n{}", rendered(table).trim_end()));
    }
}

/// One table for each figure: a row for each detector, a column for each kind of drift.
fn by_kind(out: &mut String, rows: &[Row]) {
    let figures: [(&str, Figure); 3] = [
        ("AUROC by kind", |kind| kind.auroc),
        ("found at 2 % false alarms, by kind", |kind| kind.tpr),
        ("flagged, by kind", |kind| kind.flag_recall),
    ];
    let kinds: BTreeSet<&String> = rows.iter().flat_map(|row| row.figures.kinds.keys()).collect();
    for (title, figure) in figures {
        let of = |found: &Figures, kind: &String| found.kinds.get(kind).and_then(figure);
        columns(out, title, rows, &kinds, of);
    }
}

/// False alarms by kind of good reply, at the threshold and by flags.
fn good(out: &mut String, rows: &[Row]) {
    let kinds: BTreeSet<&String> = rows.iter().flat_map(|row| row.figures.good_kinds.keys()).collect();
    let flags = |found: &Figures, kind: &String| found.good_kinds.get(kind)?.false_flag_rate;
    columns(out, "false flags, by kind of good reply", rows, &kinds, flags);
    let over = |found: &Figures, kind: &String| found.good_kinds.get(kind)?.fpr;
    columns(out, "over the threshold, by kind of good reply", rows, &kinds, over);
}

/// How soon slow changes are noticed. What has no figure because too few ramps are noticed says
/// so; what has no alarm has a gap.
fn ramps(out: &mut String, rows: &[Row]) {
    let Some(first) = rows.iter().find_map(|row| row.figures.ramps.as_ref()) else { return };
    let mut table = new(&["", "median", "p95", "never", "before", "median", "p95", "never", "before"]);
    for row in rows {
        let Some(found) = &row.figures.ramps else { continue };
        let cells = |delays: &Option<Delays>| match delays {
            None => [gap(), gap(), gap(), gap()].map(right),
            Some(delays) => {
                let turns = |delay: Option<f64>| {
                    right(delay.map_or_else(|| "never".to_owned(), |turns| turns.to_string()))
                };
                [
                    turns(delays.median_delay),
                    turns(delays.p95_delay),
                    share(Some(delays.never)),
                    share(Some(delays.before)),
                ]
            }
        };
        table.add_row(named(row).into_iter().chain(cells(&found.flags)).chain(cells(&found.threshold)));
    }
    line(
        out,
        format_args!(
            "\nturns after the onset until a slow change is noticed, {} ramps: by flags, then at the threshold\n\n{}",
            first.ramps,
            rendered(table).trim_end()
        ),
    );
}

/// Rows of which no column has a figure are left out, and the table with them.
fn columns(
    out: &mut String,
    title: &str,
    rows: &[Row],
    kinds: &BTreeSet<&String>,
    figure: impl Fn(&Figures, &String) -> Option<f64>,
) {
    let header: Vec<String> =
        std::iter::once(String::new()).chain(kinds.iter().map(|kind| printable(kind))).collect();
    let mut table = new(&header.iter().map(String::as_str).collect::<Vec<_>>());
    for row in rows {
        let cells: Vec<Option<f64>> = kinds.iter().map(|kind| figure(&row.figures, kind)).collect();
        if cells.iter().any(Option::is_some) {
            table.add_row(named(row).into_iter().chain(cells.into_iter().map(share)));
        }
    }
    if table.row_count() > 0 {
        line(out, format_args!("\n{title}\n\n{}", rendered(table).trim_end()));
    }
}

fn refits(out: &mut String, folds: &Folds) {
    let percent = 100.0 * folds.budget;
    line(
        out,
        format_args!("\nLeave one run out: each calibration may alarm on {percent:.2} % of good replies\n"),
    );
    out.push_str(&overview(&folds.rows));
    by_kind(out, &folds.rows);
    line(out, format_args!("\nby run, shipped and with at of the other runs\n"));
    let mut table = new(&["", "replies", "auroc", "other", "tpr", "other", "false flags", "other"]);
    for fold in &folds.folds {
        let pair = |figure: fn(&Figures) -> Option<f64>| [figure(&fold.shipped), figure(&fold.left_out)];
        let cells = [
            pair(|found| found.overall.auroc),
            pair(|found| found.overall.tpr),
            pair(|found| found.good.false_flag_rate),
        ];
        table.add_row(
            [Cell::new(short(&fold.run)), right(fold.replies.to_string())]
                .into_iter()
                .chain(cells.into_iter().flatten().map(share)),
        );
    }
    out.push_str(&rendered(table));
    line(out, format_args!("\nas shipped in every row:"));
    for what in &folds.as_shipped {
        line(out, format_args!("  {what}"));
    }
}

/// The file's name where a run is called by a path, which is where long names differ.
fn short(run: &str) -> String {
    const MOST: usize = 64;
    let run = printable(run);
    let path = run.split_whitespace().rfind(|word| word.contains('/'));
    let name = path.map_or(run.as_str(), |path| path.rsplit('/').next().unwrap_or(path));
    name.trim_end_matches(',').chars().take(MOST).collect()
}

fn named(row: &Row) -> [Cell; 1] {
    [Cell::new(printable(&row.name))]
}

fn auroc(kind: &KindFigures) -> String {
    let interval = kind.auroc_interval.map(|[low, high]| format!(" [{low:.3}, {high:.3}]"));
    kind.auroc.map_or_else(gap, |auroc| format!("{auroc:.3}{}", interval.unwrap_or_default()))
}

fn share(value: Option<f64>) -> Cell {
    right(value.map_or_else(gap, |value| format!("{value:.3}")))
}

fn gap() -> String {
    "-".to_owned()
}

fn new(header: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_preset(NOTHING);
    table.set_header(header.iter().enumerate().map(|(n, name)| {
        let cell = Cell::new(name);
        if n == 0 { cell } else { cell.set_alignment(CellAlignment::Right) }
    }));
    table
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

fn line(out: &mut String, arguments: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = writeln!(out, "{arguments}");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(name: &str, family: Family, flags: Option<f64>) -> Row {
        let kind = KindFigures {
            replies: 2,
            auroc: Some(0.75),
            tpr: Some(0.5),
            flag_recall: flags,
            ..KindFigures::default()
        };
        let figures = Figures {
            overall: KindFigures { auroc_interval: Some([0.5, 0.9]), ..kind.clone() },
            kinds: [("persona".to_owned(), kind)].into(),
            ..Figures::default()
        };
        Row {
            name: name.to_owned(),
            family,
            definition: "as it is".to_owned(),
            us_per_reply: Some(12.4),
            figures,
        }
    }

    #[test]
    fn gaps_are_marked_and_names_do_not_steer() {
        let rows =
            vec![row("leeboard", Family::Index, Some(1.0)), row("dis\u{1b}tance", Family::Baseline, None)];
        let text = table(&Report { rows, ..Report::default() });
        assert!(!text.contains('\u{1b}'), "{text}");
        assert!(text.contains("0.750 [0.500, 0.900]") && text.contains("distance: as it is"), "{text}");
        let flagged = text.split("flagged, by kind\n").nth(1).and_then(|rest| rest.split("\n\n").next());
        let flagged = flagged.unwrap();
        assert!(flagged.contains("leeboard") && !flagged.contains("distance"), "{flagged}");
    }

    #[test]
    fn a_run_is_called_by_its_file() {
        assert_eq!(short("a/b: c/d/run-7.json (edited), Ada"), "run-7.json");
        assert_eq!(short("a/b/run-7.json, Ada"), "run-7.json");
        assert_eq!(short("talk"), "talk");
    }
}
