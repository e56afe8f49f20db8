//! The drift chart: the index over the turns of one conversation, as inline SVG.
//!
//! Owns the drawing. Colours come from the page's style sheet by class, so that one drawing
//! serves light and dark.

use std::fmt::Write;

use leeboard_core::control::Posture;

use super::html::escape;
use super::{ConversationReport, TurnReport};

const WIDTH: f64 = 760.0;
const HEIGHT: f64 = 190.0;
const LEFT: f64 = 34.0;
const RIGHT: f64 = 66.0;
const TOP: f64 = 10.0;
const BOTTOM: f64 = 24.0;

/// The lines of the index: where reflective, recovery and contain begin (SRIP-03 section 3).
const LINES: [(f64, Posture); 3] =
    [(0.45, Posture::Reflective), (0.6, Posture::Recovery), (0.7, Posture::Contain)];

/// Steps that an axis of turns may have.
const STEPS: [u32; 12] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000];

/// Labels on the axis of turns, at most.
const LABELS: u32 = 10;

/// The chart of a conversation.
pub(super) fn chart(report: &ConversationReport) -> String {
    let scale = Scale::of(report);
    let mut svg = format!(
        "<svg class=\"chart\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"Drift index \
         over {} turns, highest {:.2}\">",
        report.turns.len(),
        report.highest()
    );
    thresholds(&mut svg);
    axis(&mut svg, &scale);
    course(&mut svg, report, &scale);
    for turn in report.flagged() {
        mark(&mut svg, turn, &scale);
    }
    svg.push_str("</svg>\n");
    svg
}

/// Where a turn is drawn.
struct Scale {
    first: u32,
    last: u32,
}

impl Scale {
    fn of(report: &ConversationReport) -> Self {
        let number = |turn: Option<&TurnReport>| turn.map_or(1, |turn| turn.turn);
        Self { first: number(report.turns.first()), last: number(report.turns.last()) }
    }

    fn x(&self, turn: u32) -> f64 {
        let span = f64::from(self.last.saturating_sub(self.first).max(1));
        LEFT + (WIDTH - LEFT - RIGHT) * f64::from(turn.saturating_sub(self.first)) / span
    }
}

fn y(index: f64) -> f64 {
    TOP + (HEIGHT - TOP - BOTTOM) * (1.0 - index.clamp(0.0, 1.0))
}

fn thresholds(svg: &mut String) {
    let right = WIDTH - RIGHT;
    for (index, posture) in LINES {
        let (y, name) = (y(index), posture.name());
        let _ = write!(
            svg,
            "<line class=\"limit {name}\" x1=\"{LEFT}\" x2=\"{right}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/>\
             <text class=\"label\" x=\"{:.1}\" y=\"{:.1}\">{name}</text>\
             <text class=\"label end\" x=\"{:.1}\" y=\"{:.1}\">{index}</text>",
            right + 5.0,
            y + 3.5,
            LEFT - 5.0,
            y + 3.5,
        );
    }
    let base = y(0.0);
    let _ =
        write!(svg, "<line class=\"axis\" x1=\"{LEFT}\" x2=\"{right}\" y1=\"{base:.1}\" y2=\"{base:.1}\"/>");
}

fn axis(svg: &mut String, scale: &Scale) {
    let span = scale.last.saturating_sub(scale.first).saturating_add(1);
    let step = STEPS.into_iter().find(|step| span / step <= LABELS).unwrap_or(10_000);
    let first = scale.first.div_ceil(step).saturating_mul(step);
    for turn in (first..=scale.last).step_by(usize::try_from(step).unwrap_or(1)) {
        let (x, y) = (scale.x(turn), HEIGHT - 7.0);
        let _ = write!(svg, "<text class=\"label middle\" x=\"{x:.1}\" y=\"{y:.1}\">{turn}</text>");
    }
}

fn course(svg: &mut String, report: &ConversationReport, scale: &Scale) {
    if let [only] = report.turns.as_slice() {
        let (x, y) = (scale.x(only.turn), y(only.index));
        let _ = write!(svg, "<circle class=\"course dot\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"2\"/>");
        return;
    }
    svg.push_str("<polyline class=\"course\" points=\"");
    for turn in &report.turns {
        let _ = write!(svg, "{:.1},{:.1} ", scale.x(turn.turn), y(turn.index));
    }
    svg.push_str("\"/>");
}

/// A flagged turn, with the evidence as a tooltip.
fn mark(svg: &mut String, turn: &TurnReport, scale: &Scale) {
    let tooltip =
        format!("turn {}: {:.2} {}\n{}", turn.turn, turn.index, turn.flag_names(), turn.evidence.join("\n"));
    let _ = write!(
        svg,
        "<circle class=\"mark {}\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"4\"><title>{}</title></circle>",
        level(turn.index).name(),
        scale.x(turn.turn),
        y(turn.index),
        escape(tooltip.trim_end())
    );
}

/// The posture that the index alone asks for: the colour of a mark.
pub(super) fn level(index: f64) -> Posture {
    let reached = LINES.into_iter().rev().find(|(line, _)| index >= *line);
    reached.map_or(Posture::Stable, |(_, posture)| posture)
}

#[cfg(test)]
mod tests {
    use super::super::tests::sample;
    use super::*;

    #[test]
    fn flagged_turns_are_marked_with_their_evidence() {
        let svg = chart(&sample());
        assert_eq!(svg.matches("<circle class=\"mark contain\"").count(), 1);
        assert!(svg.contains("Never use &lt;lists&gt;."), "{svg}");
        assert_eq!(svg.matches("class=\"limit").count(), 3);
    }

    #[test]
    fn any_number_of_turns_can_be_drawn() {
        let mut report = sample();
        report.turns.truncate(1);
        assert!(chart(&report).contains("course dot"));
        report.turns.clear();
        assert!(!chart(&report).contains("NaN"));
    }

    #[test]
    fn long_conversations_keep_a_readable_axis() {
        let mut report = sample();
        let first = report.turns[0].clone();
        report.turns = (1..=3_000).map(|turn| TurnReport { turn, ..first.clone() }).collect();
        let labels = chart(&report).matches("class=\"label middle\"").count();
        assert!((3..=10).contains(&labels), "{labels}");
    }
}
