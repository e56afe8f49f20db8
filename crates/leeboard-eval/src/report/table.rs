//! The audit as a table for the terminal.
//!
//! Owns which columns there are and how many turns are named. Long lists of flagged turns are
//! cut: who wants all of them takes the JSON lines or the page.

use std::fmt::Write;

use anstyle::{AnsiColor, Style};
use comfy_table::presets::NOTHING;
use comfy_table::{Cell, CellAlignment, Color, ContentArrangement, Table};
use leeboard_core::control::Posture;

use super::clean::printable;
use super::summary::{Place, Totals, counted, modes, share};
use super::{ConversationReport, TurnReport, worst_first};

/// Flagged turns that are named for each conversation.
const WORST: usize = 3;

/// Conversations whose flagged turns are named; the rest are counted.
const CONVERSATIONS: usize = 20;

/// Cells of a drawn curve, on a wide terminal and on a narrow one.
const SPARK: (usize, usize) = (30, 12);

/// Columns from which on a terminal is wide.
const WIDE: u16 = 100;

/// How a table is shown.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "the caller builds it")]
pub struct Look {
    /// Columns of the terminal, if there is one; else lines are not broken.
    pub width: Option<u16>,
    /// Whether to use colours.
    pub colour: bool,
}

impl Look {
    fn spark(self) -> usize {
        if self.width.is_some_and(|width| width < WIDE) { SPARK.1 } else { SPARK.0 }
    }

    /// Text in the colour of a posture.
    fn painted(self, posture: Posture, text: &str) -> String {
        let style = Style::new().fg_color(shade(posture).map(|(ansi, _)| ansi.into()));
        if self.colour && shade(posture).is_some() {
            format!("{style}{text}{style:#}")
        } else {
            text.to_owned()
        }
    }

    /// Text with an indent that following lines keep.
    fn indented(self, out: &mut String, first: &str, rest: &str, text: &str) {
        let width = usize::from(self.width.unwrap_or(u16::MAX)).max(20);
        let options = textwrap::Options::new(width).initial_indent(first).subsequent_indent(rest);
        line(out, format_args!("{}", textwrap::fill(text, options)));
    }
}

/// The colour of a posture, for text and for cells.
fn shade(posture: Posture) -> Option<(AnsiColor, Color)> {
    match posture {
        Posture::Stable => None,
        Posture::Crystallization => Some((AnsiColor::Blue, Color::DarkBlue)),
        Posture::Reflective => Some((AnsiColor::Yellow, Color::DarkYellow)),
        Posture::Recovery => Some((AnsiColor::Magenta, Color::DarkMagenta)),
        Posture::Contain => Some((AnsiColor::Red, Color::DarkRed)),
    }
}

/// A line for each conversation, worst first, the failure modes, then the worst turns with what
/// speaks against them.
#[must_use]
pub fn table(reports: &[ConversationReport], look: Look) -> String {
    let sorted = worst_first(reports);
    let mut out = overview(&sorted, look);
    failures(&mut out, &sorted, look);
    let drifted: Vec<_> = sorted.iter().filter(|report| report.flagged().next().is_some()).collect();
    for report in drifted.iter().take(CONVERSATIONS) {
        worst(&mut out, report, look);
    }
    if let Some(more) = drifted.len().checked_sub(CONVERSATIONS).filter(|more| *more > 0) {
        line(&mut out, format_args!("\n... and {more} more conversations with flagged replies"));
    }
    line(&mut out, format_args!("\n{}", total(&sorted)));
    out
}

/// All conversations in one sentence.
fn total(sorted: &[&ConversationReport]) -> String {
    let totals = Totals::of(sorted);
    let of_them =
        if totals.flagged == 0 { String::new() } else { format!(" ({})", totals.share(totals.flagged)) };
    format!(
        "{}, {}, {} flagged{of_them}",
        counted(sorted.len(), "conversation", "conversations"),
        counted(totals.replies, "reply", "replies"),
        totals.flagged,
    )
}

fn overview(sorted: &[&ConversationReport], look: Look) -> String {
    let mut table = new(look, &["conversation", "drift", "turns", "flagged", "first", "worst", "posture"]);
    for report in sorted {
        let posture = report.posture();
        let first = report.flagged().next().map_or_else(|| "-".to_owned(), |turn| turn.turn.to_string());
        let coloured = |cell: Cell| match shade(posture).filter(|_| look.colour) {
            Some((_, colour)) => cell.fg(colour),
            None => cell,
        };
        table.add_row([
            Cell::new(printable(&report.conversation)),
            Cell::new(spark(report, look.spark())),
            right(report.turns.len().to_string()),
            right(report.flagged().count().to_string()),
            right(first),
            right(format!("{:.2}", report.highest())),
            coloured(Cell::new(posture.name())),
        ]);
    }
    rendered(table)
}

/// The index over the turns in so many cells at most; a cell is as high as its worst turn.
fn spark(report: &ConversationReport, cells: usize) -> String {
    const LEVELS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let turns = report.turns.len();
    let cells = cells.min(turns);
    let level = |cell: usize| {
        let part = report.turns.get(cell * turns / cells..(cell + 1) * turns / cells).unwrap_or_default();
        let worst = part.iter().map(|turn| turn.index).fold(0.0, f64::max);
        let at = (worst.clamp(0.0, 1.0) * LEVELS.len() as f64) as usize;
        LEVELS.get(at).copied().unwrap_or('█')
    };
    (0..cells).map(level).collect()
}

fn failures(out: &mut String, sorted: &[&ConversationReport], look: Look) {
    let (modes, totals) = (modes(sorted), Totals::of(sorted));
    if modes.is_empty() {
        return;
    }
    let mut table = new(look, &["signal", "replies", "share", "conversations", "first", "worst"]);
    let place = |place: Place<'_>| {
        let id = sorted.get(place.conversation).map(|report| printable(&report.conversation));
        let of = id.filter(|_| sorted.len() > 1).map(|id| format!(" of {id}"));
        format!("turn {}{}", place.turn.turn, of.unwrap_or_default())
    };
    for mode in &modes {
        table.add_row([
            Cell::new(mode.signal.name()),
            right(mode.replies.to_string()),
            right(share(mode.replies, totals.replies)),
            right(mode.conversations.to_string()),
            Cell::new(place(mode.first)),
            Cell::new(place(mode.worst)),
        ]);
    }
    line(out, format_args!("\n{}", rendered(table).trim_end()));
}

fn worst(out: &mut String, report: &ConversationReport, look: Look) {
    line(out, format_args!("\n{}", printable(&report.conversation)));
    let worst: Vec<&TurnReport> = report.worst().into_iter().filter(|turn| turn.is_flagged()).collect();
    for turn in worst.iter().take(WORST) {
        let index = look.painted(turn.posture, &format!("{:.2}", turn.index));
        line(out, format_args!("  turn {:<4} {index}  {}", turn.turn, turn.flag_names()));
        let Some(detail) = &turn.detail else { continue };
        for finding in &detail.findings {
            look.indented(out, "    ", "    ", &printable(&finding.text));
        }
        look.indented(out, "    > ", "      ", &printable(&detail.sentence().text()));
    }
    if let Some(more) = worst.len().checked_sub(WORST).filter(|more| *more > 0) {
        line(out, format_args!("  ... and {more} more flagged turns"));
    }
}

fn new(look: Look, header: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_preset(NOTHING);
    // Whether there are colours is the caller's choice, not a guess about stdout.
    if look.colour {
        table.enforce_styling();
    } else {
        table.force_no_tty();
    }
    if let Some(width) = look.width {
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    }
    table.set_header(header);
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
    use super::super::tests::{sample, turn};
    use super::*;

    #[test]
    fn the_worst_turns_are_named_with_their_evidence() {
        let text = table(&[sample()], Look::default());
        assert!(text.contains("turn 2    0.90  rules"), "{text}");
        assert!(text.contains("Never use <lists>."), "{text}");
        assert!(text.contains("    > - one & two and more\n"), "{text}");
        assert!(text.ends_with("\n1 conversation, 3 replies, 1 flagged (33.3 %)\n"), "{text}");
    }

    #[test]
    fn a_log_cannot_send_escape_sequences() {
        let mut report = sample();
        report.conversation = "\u{1b}[2Jwiped\u{202e}\nout".to_owned();
        let text = table(&[report], Look::default());
        assert!(text.contains("[2Jwiped out") && !text.contains('\u{1b}'), "{text}");
    }

    #[test]
    fn nothing_is_a_table_too() {
        let look = Look { width: Some(80), colour: true };
        assert!(table(&[], look).ends_with("\n0 conversations, 0 replies, 0 flagged\n"));
    }

    #[test]
    fn colours_come_only_when_asked_for() {
        let coloured = table(&[sample()], Look { width: None, colour: true });
        assert_eq!(coloured.matches("\u{1b}[31m0.90\u{1b}[0m").count(), 1, "{coloured:?}");
        assert!(!table(&[sample()], Look::default()).contains('\u{1b}'));
    }

    #[test]
    fn a_curve_shows_the_worst_turn_of_each_cell() {
        let mut report = sample();
        report.turns = (1..=90).map(|n| turn(n, if n == 45 { 1.0 } else { 0.0 }, &[])).collect();
        assert_eq!(spark(&report, 9), "▁▁▁▁█▁▁▁▁");
        assert_eq!(spark(&sample(), 30), "▁█▂");
        assert_eq!(spark(&ConversationReport::default(), 30), "");
    }

    #[test]
    fn lines_keep_to_the_width_of_the_terminal() {
        let mut report = sample();
        report.conversation = "a conversation whose name is rather long".to_owned();
        for finding in report.turns[1].detail.iter_mut().flat_map(|detail| &mut detail.findings) {
            finding.text = "many words of evidence ".repeat(20);
        }
        for width in [60, 80, 120] {
            let text = table(&[report.clone()], Look { width: Some(width), colour: false });
            let longest = text.lines().map(|line| line.chars().count()).max().unwrap();
            assert!(longest <= usize::from(width), "{width}: {text}");
        }
    }
}
