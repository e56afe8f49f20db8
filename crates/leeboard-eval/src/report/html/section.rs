//! One conversation on the page: its figures, its chart, its failure modes, its turns.
//!
//! Owns which turns are listed with a detail.

use std::collections::BTreeSet;

use maud::{Markup, html};

use super::modes::mode_table;
use super::turn::{self, Listed};
use super::{Page, chart, link, number, pill};
use crate::report::clean::Text;
use crate::report::summary::{Mode, Place, Totals, counted, modes, share};
use crate::report::{ConversationReport, TurnReport};

/// Turns listed for each conversation, worst first; the chart marks all of them.
const LISTED: usize = 60;

/// Up to so many turns, the details need no cover.
const FEW: usize = 12;

pub(super) fn section(page: Page, n: usize, report: &ConversationReport) -> Markup {
    let reports = [report];
    let (modes, totals) = (modes(&reports), Totals::of(&reports));
    let turns = listed(report, &modes);
    let told = report.turns.iter().filter(|turn| turn.detail.is_some()).count();
    html! {
        section.conversation id={ "c" (n) } {
            h2 { bdi { (Text(&report.conversation)) } }
            @if report.turns.is_empty() {
                p.quiet { "No reply to score." }
            } @else {
                (facts(page, n, report))
                (chart::chart(page, n, report, &turns))
            }
            @if !modes.is_empty() { (own_modes(page, n, &modes, &totals)) }
            @if !turns.is_empty() { (details(page, n, report, &turns, told)) }
        }
    }
}

fn facts(page: Page, n: usize, report: &ConversationReport) -> Markup {
    let flagged = report.flagged().count();
    let at = |turn| link(Place { conversation: n, turn }, &html! { "turn " (turn.turn) });
    html! {
        p.facts {
            span { (counted(report.turns.len(), "turn", "turns")) }
            span { (flagged) " flagged (" (share(flagged, report.turns.len())) ")" }
            @if let Some(first) = report.flagged().next() { span { "first alarm " (at(first)) } }
            @if let Some(worst) = report.worst().into_iter().find(|turn| turn.is_flagged()) {
                span { "worst " (at(worst)) " " (number(page, worst.index)) }
            }
            span { "mean " (format!("{:.2}", report.mean())) }
            span { "most severe " (pill(report.posture())) }
        }
    }
}

/// The failure modes of one conversation; its turns are linked by its own number.
fn own_modes(page: Page, n: usize, modes: &[Mode<'_>], totals: &Totals) -> Markup {
    let own: Vec<Mode<'_>> = modes.iter().map(|mode| mode.of_conversation(n)).collect();
    html! {
        h3 { "By failure mode" }
        (mode_table(page, &own, totals, None))
    }
}

/// The turns with a detail on the page: the worst ones, and whatever is linked to.
fn listed(report: &ConversationReport, modes: &[Mode<'_>]) -> BTreeSet<u32> {
    let number = |turn: &TurnReport| turn.turn;
    let worst = report.worst().into_iter().take(LISTED).map(number);
    let linked = modes.iter().flat_map(|mode| [mode.first.turn.turn, mode.worst.turn.turn]);
    let first = report.flagged().next().map(number);
    worst.chain(linked).chain(first).collect()
}

fn details(page: Page, n: usize, report: &ConversationReport, turns: &BTreeSet<u32>, told: usize) -> Markup {
    let listed = Listed { conversation: n, turns };
    let shown = report.turns.iter().filter(|turn| turns.contains(&turn.turn));
    let list = html! {
        @for turn in shown {
            @if let Some(detail) = &turn.detail { (turn::detail(page, listed, turn, detail)) }
        }
    };
    html! {
        @if turns.len() <= FEW {
            h3 { "Turns to look at" }
            (list)
        } @else {
            details.turns {
                summary { h3 { "Turns to look at" } " " span.quiet { (turns.len()) } }
                (list)
            }
        }
        @if told > turns.len() {
            p.quiet {
                "The " (turns.len()) " worst of " (told) " are listed; the chart marks all of them."
            }
        }
    }
}
