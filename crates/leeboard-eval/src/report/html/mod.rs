//! The audit as one self-contained page: no font, no picture, nothing from elsewhere.
//!
//! Owns the page: head, totals, worst turns, overview. `modes` has the failure modes, `section`
//! one conversation, `turn` one reply, `chart` the drawings. A policy in the head forbids loading anything and running
//! anything but the one script below, should an escape ever be missed. The script only opens
//! what a link or a printer wants open.

mod chart;
mod modes;
mod section;
mod turn;

use leeboard_core::control::Posture;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::clean::Text;
use super::summary::{Place, Totals, counted, share};
use super::{ConversationReport, worst_first};

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// The script is the one with this SHA-256; a test makes the sum.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; \
                      script-src 'sha256-m1+DiOJkoIOxysqU77AWztdO9mapSnfIELwK105qGrs='";

/// Conversations with a section of their own, worst first; the overview names all.
const SECTIONS: usize = 300;

/// Turns that are named as the worst of all, and of one conversation among them.
const WORST: (usize, usize) = (10, 2);

/// What every part of the page needs to know.
#[derive(Clone, Copy)]
struct Page {
    /// The index from which on the posture is reflective, recovery, contain.
    limits: [f64; 3],
}

impl Page {
    /// The posture that the index alone asks for: the colour of a mark.
    fn level(self, index: f64) -> Posture {
        let [reflective, recovery, contain] = self.limits;
        match index {
            index if index >= contain => Posture::Contain,
            index if index >= recovery => Posture::Recovery,
            index if index >= reflective => Posture::Reflective,
            _ => Posture::Stable,
        }
    }
}

/// The page. `limits` are the indices from which on the posture is reflective, recovery and
/// contain.
#[must_use]
pub fn html(reports: &[ConversationReport], limits: [f64; 3]) -> String {
    let (page, sorted) = (Page { limits }, worst_first(reports));
    let many = sorted.len() > 1;
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                title { "leeboard audit" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                main {
                    (totals(&sorted))
                    @if many {
                        (modes::failures(page, &sorted))
                        (worst(page, &sorted))
                        (overview(page, &sorted))
                    }
                    @for (n, report) in sorted.iter().enumerate().take(SECTIONS) {
                        (section::section(page, n, report))
                    }
                    @if let Some(more) = sorted.len().checked_sub(SECTIONS).filter(|more| *more > 0) {
                        p.quiet {
                            (counted(more, "conversation", "conversations"))
                            " further down the overview have no section here; audit them on their own to see them."
                        }
                    }
                    (explanation(page))
                }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    markup.into_string() + "\n"
}

/// The result in one sentence and in figures.
fn totals(sorted: &[&ConversationReport]) -> Markup {
    let totals = Totals::of(sorted);
    let posture = sorted.iter().map(|report| report.posture()).max().unwrap_or_default();
    let conversations = [
        ("conversations", sorted.len().to_string(), String::new()),
        ("with an alarm", totals.drifted.to_string(), share(totals.drifted, sorted.len())),
    ];
    let replies = [
        ("replies", totals.replies.to_string(), String::new()),
        ("flagged", totals.flagged.to_string(), totals.share(totals.flagged)),
    ];
    html! {
        header {
            p.brand { "leeboard audit" }
            h1 {
                @if totals.replies == 0 { "No reply to score" }
                @else if totals.flagged == 0 { "No reply of " (totals.replies) " is flagged" }
                @else {
                    (totals.flagged) " of " (counted(totals.replies, "reply", "replies")) " "
                    @if totals.flagged == 1 { "is" } @else { "are" } " off course"
                }
            }
            dl.figures {
                @for (name, value, share) in conversations.into_iter().filter(|_| sorted.len() > 1).chain(replies) {
                    div {
                        dt { (name) }
                        dd { (value) @if !share.is_empty() { small { (share) } } }
                    }
                }
                div { dt { "most severe posture" } dd { (pill(posture)) } }
            }
        }
    }
}

/// A posture in its colour.
fn pill(posture: Posture) -> Markup {
    html! { span.pill.(posture.name()) { (posture.name()) } }
}

/// An index in the colour of its level.
fn number(page: Page, index: f64) -> Markup {
    html! { b.index.(page.level(index).name()) { (format!("{index:.2}")) } }
}

/// A link to a turn's detail.
fn link(place: Place<'_>, label: &Markup) -> Markup {
    html! { a href={ "#c" (place.conversation) "-t" (place.turn.turn) } { (label) } }
}

/// A value in [0, 1] as a bar.
fn bar(value: f64, level: Posture) -> Markup {
    let width = format!("width:{:.1}%", 100.0 * value.clamp(0.0, 1.0));
    html! { span.bar aria-hidden="true" { span.(level.name()) style=(width) {} } }
}

/// The worst turns of all conversations, one line each.
fn worst(page: Page, sorted: &[&ConversationReport]) -> Markup {
    let mut places: Vec<Place<'_>> = Vec::new();
    for (conversation, report) in sorted.iter().enumerate().take(SECTIONS) {
        let own = report.worst().into_iter().filter(|turn| turn.is_flagged()).take(WORST.1);
        places.extend(own.map(|turn| Place { conversation, turn }));
    }
    places.sort_by(|a, b| b.turn.index.total_cmp(&a.turn.index));
    places.truncate(WORST.0);
    html! {
        @if !places.is_empty() {
            section aria-labelledby="worst" {
                h2 #worst { "Worst turns" }
                ol.worst {
                    @for place in places {
                        @let id = sorted.get(place.conversation).map_or("", |report| &report.conversation);
                        li {
                            (number(page, place.turn.index)) " "
                            (link(place, &html! { "turn " (place.turn.turn) " of " bdi { (Text(id)) } }))
                            " " span.quiet { (place.turn.flag_names()) }
                            (turn::gist(place.turn))
                        }
                    }
                }
            }
        }
    }
}

fn overview(page: Page, sorted: &[&ConversationReport]) -> Markup {
    html! {
        section aria-labelledby="overview" {
            h2 #overview { "Conversations, worst first" }
            div.wide tabindex="0" role="region" aria-label="Conversations" {
                table {
                    thead {
                        tr {
                            th scope="col" { "conversation" }
                            th scope="col" { "drift" }
                            th.right scope="col" { "turns" }
                            th.right scope="col" { "flagged" }
                            th.right scope="col" { "first" }
                            th.right scope="col" { "worst" }
                            th scope="col" { "posture" }
                        }
                    }
                    tbody {
                        @for (n, report) in sorted.iter().enumerate() {
                            @let first = report.flagged().next();
                            tr {
                                th scope="row" {
                                    @if n < SECTIONS {
                                        a href={ "#c" (n) } { bdi { (Text(&report.conversation)) } }
                                    } @else { bdi { (Text(&report.conversation)) } }
                                }
                                td { (chart::sparkline(page, report)) }
                                td.right { (report.turns.len()) }
                                td.right { (report.flagged().count()) }
                                td.right { @if let Some(turn) = first { (turn.turn) } @else { "–" } }
                                td.right { (number(page, report.highest())) }
                                td { (pill(report.posture())) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn explanation(page: Page) -> Markup {
    let [reflective, recovery, contain] = page.limits;
    html! {
        footer {
            p {
                "The drift index says how far a reply is off course, from 0 to 1. From "
                (reflective) " on, at least one signal is in alarm and the reply is flagged. By the index, \
                 the posture is reflective from " (reflective) " on, recovery from " (recovery)
                " and contain from " (contain) "; another metric of SRIP-03 may ask for it earlier, \
                 without an alarm. Crystallization means that the replies have become alike."
            }
            p {
                "Made by leeboard " (env!("CARGO_PKG_VERSION"))
                " with local rules and statistics; no model was asked. A marked sentence is what a \
                 signal found; a signal without an opinion says why and never alarms."
            }
        }
    }
}

#[cfg(test)]
mod tests;
