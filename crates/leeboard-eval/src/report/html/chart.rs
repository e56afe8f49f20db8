//! The drawings: the drift index over the turns of a conversation, large and small.
//!
//! Owns the drawing. Colours come from the page's style sheet by class, so that one drawing
//! serves light and dark. Below the curve lie the posture after each turn and a lane for each
//! signal that was in alarm.

use std::collections::BTreeSet;

use leeboard_core::control::Posture;
use leeboard_core::drift::Signal;
use maud::{Markup, html};

use super::Page;
use crate::report::clean::Text;
use crate::report::{ConversationReport, TurnReport};

const WIDTH: f64 = 800.0;
const LEFT: f64 = 92.0;
const RIGHT: f64 = 78.0;
const TOP: f64 = 8.0;
const CURVE: f64 = 170.0;
const LANE: f64 = 15.0;
const AXIS: f64 = 20.0;

/// Steps that an axis of turns may have.
const STEPS: [u32; 12] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000];

/// Labels on the axis of turns, at most.
const LABELS: u32 = 12;

/// Below this width of a turn, marks are drawn smaller and thinner.
const DENSE: f64 = 4.0;

/// Width and height of the small drawing.
const SMALL: (f64, f64) = (140.0, 28.0);

/// Where a turn is drawn.
#[derive(Clone, Copy)]
struct Scale {
    first: u32,
    last: u32,
    left: f64,
    right: f64,
}

impl Scale {
    fn of(report: &ConversationReport, left: f64, right: f64) -> Self {
        let number = |turn: Option<&TurnReport>| turn.map_or(1, |turn| turn.turn);
        Self { first: number(report.turns.first()), last: number(report.turns.last()), left, right }
    }

    fn turns(self) -> u32 {
        self.last.saturating_sub(self.first).saturating_add(1)
    }

    /// The width that a turn has.
    fn step(self) -> f64 {
        (self.right - self.left) / f64::from(self.turns())
    }

    /// The left edge of a turn.
    fn edge(self, turn: u32) -> f64 {
        self.left + self.step() * f64::from(turn.saturating_sub(self.first))
    }

    /// The middle of a turn.
    fn x(self, turn: u32) -> f64 {
        self.edge(turn) + self.step() / 2.0
    }
}

fn y(index: f64) -> f64 {
    TOP + CURVE * (1.0 - index.clamp(0.0, 1.0))
}

/// A coordinate as it is written.
fn at(value: f64) -> String {
    format!("{value:.1}")
}

/// The chart of a conversation. `linked` are the turns that have a detail to go to.
pub(super) fn chart(page: Page, n: usize, report: &ConversationReport, linked: &BTreeSet<u32>) -> Markup {
    let scale = Scale::of(report, LEFT, WIDTH - RIGHT);
    let signals: BTreeSet<Signal> = report.turns.iter().flat_map(|turn| turn.flags.iter().copied()).collect();
    let postures = TOP + CURVE + 6.0;
    let lanes = postures + LANE + 4.0;
    let height = lanes + LANE * signals.len() as f64 + AXIS;
    html! {
        div.wide tabindex="0" role="region" aria-label="Chart of drift" {
            svg.chart.dense[scale.step() < DENSE] viewBox={ "0 0 " (WIDTH) " " (at(height)) } role="img"
                aria-labelledby={ "c" (n) "-title c" (n) "-desc" } {
                title id={ "c" (n) "-title" } { "Drift index of " (Text(&report.conversation)) " by turn" }
                desc id={ "c" (n) "-desc" } { (described(report)) }
                (bands(page, scale))
                (axis(scale, height))
                (course(report, scale))
                @for turn in &report.turns { (mark(page, n, turn, scale, linked)) }
                (posture_lane(report, scale, postures))
                @for (row, signal) in signals.into_iter().enumerate() {
                    (signal_lane(page, report, scale, signal, lanes + LANE * row as f64))
                }
            }
        }
    }
}

/// The drawing in words.
fn described(report: &ConversationReport) -> String {
    let first = report.flagged().next().map(|turn| format!(", first alarm at turn {}", turn.turn));
    let worst = report.turns.iter().max_by(|a, b| a.index.total_cmp(&b.index));
    let worst = worst.map(|turn| format!(", highest {:.2} at turn {}", turn.index, turn.turn));
    format!(
        "{} turns, {} flagged{}{}. Below the curve: the posture after each turn and the signals in alarm.",
        report.turns.len(),
        report.flagged().count(),
        first.unwrap_or_default(),
        worst.unwrap_or_default(),
    )
}

/// The ranges of the index in which it asks for a posture.
fn bands(page: Page, scale: Scale) -> Markup {
    let [reflective, recovery, contain] = page.limits;
    let bands = [
        (0.0, reflective, Posture::Stable),
        (reflective, recovery, Posture::Reflective),
        (recovery, contain, Posture::Recovery),
        (contain, 1.0, Posture::Contain),
    ];
    let (left, width) = (at(scale.left), at(scale.right - scale.left));
    html! {
        @for (from, to, posture) in bands {
            rect.band.(posture.name()) x=(left) y=(at(y(to))) width=(width) height=(at(y(from) - y(to))) {}
            @if from > 0.0 {
                text.label.end x=(at(scale.left - 6.0)) y=(at(y(from) + 3.5)) { (from) }
            }
            text.label x=(at(scale.right + 6.0)) y=(at(f64::midpoint(y(from), y(to)) + 3.5)) { (posture.name()) }
        }
        text.label.end x=(at(scale.left - 6.0)) y=(at(y(0.0) + 3.5)) { "0" }
        text.label.end x=(at(scale.left - 6.0)) y=(at(y(1.0) + 3.5)) { "1" }
    }
}

fn axis(scale: Scale, height: f64) -> Markup {
    let turns = scale.turns();
    let step = STEPS.into_iter().find(|step| turns / step <= LABELS).unwrap_or(10_000);
    let first = scale.first.div_ceil(step).saturating_mul(step);
    html! {
        @for turn in (first..=scale.last).step_by(usize::try_from(step).unwrap_or(1)) {
            @let x = at(scale.x(turn));
            line.tick x1=(x) x2=(x) y1=(at(TOP)) y2=(at(height - AXIS + 3.0)) {}
            text.label.middle x=(x) y=(at(height - 6.0)) { (turn) }
        }
        text.label.end x=(at(scale.left - 6.0)) y=(at(height - 6.0)) { "turn" }
    }
}

fn course(report: &ConversationReport, scale: Scale) -> Markup {
    let point = |turn: &TurnReport| format!("{},{}", at(scale.x(turn.turn)), at(y(turn.index)));
    let points = report.turns.iter().map(point).collect::<Vec<_>>().join(" ");
    html! { polyline.course points=(points) {} }
}

/// A turn: a point with a tooltip; larger, and a link, where something was found.
fn mark(page: Page, n: usize, turn: &TurnReport, scale: Scale, linked: &BTreeSet<u32>) -> Markup {
    let (x, y) = (at(scale.x(turn.turn)), at(y(turn.index)));
    let level = page.level(turn.index).name();
    let radius = scale.step().clamp(1.8, 4.0);
    let point = html! {
        @if turn.is_flagged() {
            circle.mark.(level) cx=(x) cy=(y) r=(at(radius)) { title { (tooltip(turn)) } }
        } @else if turn.detail.is_some() {
            circle.hollow.(turn.posture.name()) cx=(x) cy=(y) r=(at(0.75 * radius)) { title { (tooltip(turn)) } }
        } @else {
            circle.point cx=(x) cy=(y) r="2" { title { (tooltip(turn)) } }
        }
    };
    html! {
        @if linked.contains(&turn.turn) {
            // The list below has the same links for the keyboard.
            a href={ "#c" (n) "-t" (turn.turn) } tabindex="-1" { (point) }
        } @else { (point) }
    }
}

fn tooltip(turn: &TurnReport) -> Markup {
    html! {
        "turn " (turn.turn) ": " (format!("{:.2}", turn.index)) ", " (turn.posture.name())
        @if turn.is_flagged() { ", " (turn.flag_names()) }
        @if let Some(detail) = &turn.detail {
            @for finding in &detail.findings { "\n" (Text(&finding.text)) }
        }
    }
}

/// The posture after each turn, runs of one as one piece.
fn posture_lane(report: &ConversationReport, scale: Scale, y: f64) -> Markup {
    html! {
        text.label.end x=(at(scale.left - 6.0)) y=(at(y + 10.5)) { "posture" }
        @for run in report.turns.chunk_by(|a, b| a.posture == b.posture && a.turn + 1 == b.turn) {
            @if let (Some(first), Some(last)) = (run.first(), run.last()) {
                @let (from, to) = (scale.edge(first.turn), scale.edge(last.turn) + scale.step());
                rect.posture.(first.posture.name()) x=(at(from)) y=(at(y)) width=(format!("{:.2}", to - from)) height=(at(LANE - 3.0)) {
                    title {
                        "turn " (first.turn) @if last.turn > first.turn { " to " (last.turn) } ": " (first.posture.name())
                    }
                }
            }
        }
    }
}

/// Where one signal was in alarm.
fn signal_lane(page: Page, report: &ConversationReport, scale: Scale, signal: Signal, y: f64) -> Markup {
    let width = scale.step().clamp(2.0, 8.0);
    let middle = at(y + (LANE - 3.0) / 2.0);
    html! {
        text.label.end x=(at(scale.left - 6.0)) y=(at(y + 10.0)) { (signal.name()) }
        line.lane x1=(at(scale.left)) x2=(at(scale.right)) y1=(middle) y2=(middle) {}
        @for turn in report.flagged().filter(|turn| turn.flags.contains(&signal)) {
            @let score = turn.detail.as_ref().and_then(|detail| detail.scores.get(&signal).copied());
            @let level = page.level(score.unwrap_or(turn.index)).name();
            rect.fired.(level) x=(at(scale.x(turn.turn) - width / 2.0)) y=(at(y)) width=(at(width)) height=(at(LANE - 3.0)) {
                title { (signal.name()) ", turn " (turn.turn) @if let Some(score) = score { ": " (format!("{score:.2}")) } }
            }
        }
    }
}

/// The curve in a table's cell.
pub(super) fn sparkline(page: Page, report: &ConversationReport) -> Markup {
    let (width, height) = SMALL;
    let scale = Scale::of(report, 0.0, width);
    let y = |index: f64| 3.0 + (height - 6.0) * (1.0 - index.clamp(0.0, 1.0));
    let point = |turn: &TurnReport| format!("{},{}", at(scale.x(turn.turn)), at(y(turn.index)));
    let points = report.turns.iter().map(point).collect::<Vec<_>>().join(" ");
    let limit = at(y(page.limits[0]));
    let worst = report.worst().into_iter().find(|turn| turn.is_flagged());
    html! {
        svg.spark viewBox={ "0 0 " (width) " " (height) } role="img"
            aria-label={ "drift index over " (report.turns.len()) " turns" } {
            line.limit x1="0" x2=(at(width)) y1=(limit) y2=(limit) {}
            polyline.course points=(points) {}
            @if let Some(turn) = worst {
                circle.mark.(page.level(turn.index).name()) cx=(at(scale.x(turn.turn))) cy=(at(y(turn.index))) r="2.5" {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::{sample, turn};

    const PAGE: Page = Page { limits: [0.45, 0.6, 0.7] };

    fn drawn(report: &ConversationReport) -> String {
        chart(PAGE, 0, report, &BTreeSet::from([2])).into_string()
    }

    #[test]
    fn flagged_turns_are_marked_with_their_evidence_and_lead_to_their_detail() {
        let svg = drawn(&sample());
        assert_eq!(svg.matches("<circle class=\"mark contain\"").count(), 1);
        assert!(svg.contains("Never use &lt;lists&gt;."), "{svg}");
        assert_eq!(svg.matches("href=\"#c0-t2\"").count(), 1);
        assert_eq!(svg.matches("class=\"band").count(), 4);
        assert_eq!((svg.matches("class=\"fired").count(), svg.matches("class=\"posture").count()), (1, 3));
    }

    #[test]
    fn any_number_of_turns_can_be_drawn() {
        let mut report = sample();
        report.turns.truncate(1);
        assert_eq!(drawn(&report).matches("<circle").count(), 1);
        report.turns.clear();
        assert!(!drawn(&report).contains("NaN") && !sparkline(PAGE, &report).into_string().contains("NaN"));
    }

    #[test]
    fn long_conversations_have_a_point_a_turn_and_a_readable_axis() {
        let mut report = sample();
        report.turns = (1..=3_000).map(|n| turn(n, 0.1, &[])).collect();
        let svg = drawn(&report);
        assert_eq!(svg.matches("<circle").count(), 3_000);
        assert_eq!(svg.matches("class=\"posture").count(), 1);
        let labels = svg.matches("class=\"label middle\"").count();
        assert!((3..=12).contains(&labels), "{labels}");
    }
}
