//! The failure modes on the page: how often, from when on, where at its worst.
//!
//! Owns the table, for all conversations and for one. The counting is `summary`'s.

use leeboard_core::control::Posture;
use maud::{Markup, html};

use super::{Page, SECTIONS, bar, link, number};
use crate::report::ConversationReport;
use crate::report::clean::Text;
use crate::report::summary::{Mode, Place, Totals, meaning, modes};

pub(super) fn failures(page: Page, sorted: &[&ConversationReport]) -> Markup {
    let (modes, totals) = (modes(sorted), Totals::of(sorted));
    html! {
        @if !modes.is_empty() {
            section aria-labelledby="failures" {
                h2 #failures { "What went wrong" }
                (mode_table(page, &modes, &totals, Some(sorted)))
            }
        }
    }
}

/// A row for each failure mode; with the names of conversations if there are several.
pub(super) fn mode_table(
    page: Page,
    modes: &[Mode<'_>],
    totals: &Totals,
    reports: Option<&[&ConversationReport]>,
) -> Markup {
    let most = modes.iter().map(|mode| mode.replies).max().unwrap_or(1);
    let shown = |place: Place<'_>, index: bool| {
        let report = reports.and_then(|reports| reports.get(place.conversation));
        let label = html! {
            "turn " (place.turn.turn)
            @if let Some(report) = report { " of " bdi { (Text(&report.conversation)) } }
        };
        html! {
            @if place.conversation < SECTIONS { (link(place, &label)) } @else { (label) }
            @if index { " " (number(page, place.turn.index)) }
        }
    };
    html! {
        div.wide tabindex="0" role="region" aria-label="Failure modes" {
            table {
                thead {
                    tr {
                        th scope="col" { "signal" }
                        th.right scope="col" { "replies" }
                        th scope="col" { "share of replies" }
                        @if reports.is_some() { th.right.extra scope="col" { "conversations" } }
                        th scope="col" { "first" }
                        th scope="col" { "worst" }
                    }
                }
                tbody {
                    @for mode in modes {
                        tr {
                            th scope="row" {
                                span.nowrap { (mode.signal.name()) } " " span.quiet { "reply " (meaning(mode.signal)) }
                            }
                            td.right { (mode.replies) }
                            td.nowrap {
                                (bar(mode.replies as f64 / most as f64, Posture::Stable))
                                (totals.share(mode.replies))
                            }
                            @if reports.is_some() { td.right.extra { (mode.conversations) } }
                            td { (shown(mode.first, false)) }
                            td { (shown(mode.worst, true)) }
                        }
                    }
                }
            }
        }
    }
}
