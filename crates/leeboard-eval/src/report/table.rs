//! The audit as a table for the terminal.
//!
//! Owns which columns there are and how many turns are named. Long lists of flagged turns are
//! cut: who wants all of them takes the JSON lines or the page.

use std::fmt::Write;

use comfy_table::presets::NOTHING;
use comfy_table::{Cell, CellAlignment, ContentArrangement, Table};

use super::ConversationReport;

/// Flagged turns that are named for each conversation.
const WORST: usize = 3;

/// Conversations whose flagged turns are named; the rest are counted.
const CONVERSATIONS: usize = 20;

/// A line for each conversation, then the worst turns with what speaks against them. `width`
/// is that of the terminal, if there is one.
#[must_use]
pub fn table(reports: &[ConversationReport], width: Option<u16>) -> String {
    let mut out = overview(reports, width);
    let drifted: Vec<_> = reports.iter().filter(|report| report.flagged().next().is_some()).collect();
    for report in drifted.iter().take(CONVERSATIONS) {
        worst(&mut out, report);
    }
    if let Some(more) = drifted.len().checked_sub(CONVERSATIONS).filter(|more| *more > 0) {
        line(&mut out, format_args!("\n... and {more} more conversations with flagged replies"));
    }
    line(&mut out, format_args!("\n{}", total(reports)));
    out
}

/// All conversations in one sentence.
fn total(reports: &[ConversationReport]) -> String {
    let replies: usize = reports.iter().map(|report| report.turns.len()).sum();
    let flagged: usize = reports.iter().map(|report| report.flagged().count()).sum();
    let counted =
        |count: usize, one: &str, many: &str| format!("{count} {}", if count == 1 { one } else { many });
    format!(
        "{}, {}, {flagged} flagged",
        counted(reports.len(), "conversation", "conversations"),
        counted(replies, "reply", "replies"),
    )
}

fn overview(reports: &[ConversationReport], width: Option<u16>) -> String {
    let mut table = Table::new();
    table.load_preset(NOTHING);
    if let Some(width) = width {
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    }
    table.set_header(["conversation", "turns", "flagged", "mean", "worst", "posture"]);
    for report in reports {
        let number = |text: String| Cell::new(text).set_alignment(CellAlignment::Right);
        table.add_row([
            Cell::new(printable(&report.conversation)),
            number(report.turns.len().to_string()),
            number(report.flagged().count().to_string()),
            number(format!("{:.2}", report.mean())),
            number(format!("{:.2}", report.highest())),
            Cell::new(report.posture().name()),
        ]);
    }
    table.column_iter_mut().for_each(|column| {
        column.set_padding((0, 2));
    });
    table.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

fn worst(out: &mut String, report: &ConversationReport) {
    line(out, format_args!("\n{}", printable(&report.conversation)));
    let worst = report.worst();
    for turn in worst.iter().take(WORST) {
        let flags = turn.flag_names();
        line(out, format_args!("  turn {:<4} {:.2}  {flags}", turn.turn, turn.index));
        for evidence in &turn.evidence {
            line(out, format_args!("    {}", printable(evidence)));
        }
        line(out, format_args!("    > {}", printable(&turn.excerpt)));
    }
    if let Some(more) = worst.len().checked_sub(WORST).filter(|more| *more > 0) {
        line(out, format_args!("  ... and {more} more flagged turns"));
    }
}

/// Text from a log must not steer the terminal.
pub(crate) fn printable(text: &str) -> String {
    let shown = text.chars().map(|c| if c.is_whitespace() { ' ' } else { c });
    shown.filter(|c| !c.is_control()).collect()
}

fn line(out: &mut String, arguments: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = writeln!(out, "{arguments}");
}

#[cfg(test)]
mod tests {
    use super::super::tests::sample;
    use super::*;

    #[test]
    fn the_worst_turns_are_named_with_their_evidence() {
        let text = table(&[sample()], None);
        assert!(text.contains("turn 2    0.90  rules"), "{text}");
        assert!(text.contains("Never use <lists>."), "{text}");
        assert!(text.ends_with("\n1 conversation, 3 replies, 1 flagged\n"), "{text}");
    }

    #[test]
    fn a_log_cannot_send_escape_sequences() {
        let mut report = sample();
        report.conversation = "\u{1b}[2Jwiped\nout".to_owned();
        let text = table(&[report], None);
        assert!(text.contains("[2Jwiped out") && !text.contains('\u{1b}'), "{text}");
    }

    #[test]
    fn nothing_is_a_table_too() {
        assert!(table(&[], Some(80)).ends_with("\n0 conversations, 0 replies, 0 flagged\n"));
    }
}
