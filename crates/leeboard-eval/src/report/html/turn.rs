//! One reply on the page: what was asked, what was answered, what speaks against it.
//!
//! Owns the detail of a turn and its one-line gist.

use std::collections::BTreeSet;

use maud::{Markup, html};

use super::{Page, bar, number, pill};
use crate::report::clean::Text;
use crate::report::{Detail, Finding, Passage, TurnReport};

/// What was found first and the sentence that shows it, below a link.
pub(super) fn gist(turn: &TurnReport) -> Markup {
    html! {
        @if let Some(detail) = &turn.detail {
            @if let Some(finding) = detail.findings.first() {
                div.why dir="auto" { (Text(&finding.text)) }
            }
            blockquote dir="auto" { (passage(&detail.sentence())) }
        }
    }
}

/// Which turns of a conversation have a detail on the page.
#[derive(Clone, Copy)]
pub(super) struct Listed<'a> {
    pub(super) conversation: usize,
    pub(super) turns: &'a BTreeSet<u32>,
}

/// The detail of a turn, closed until somebody wants it.
pub(super) fn detail(page: Page, listed: Listed<'_>, turn: &TurnReport, detail: &Detail) -> Markup {
    html! {
        details.turn id={ "c" (listed.conversation) "-t" (turn.turn) } {
            summary {
                span.at { "turn " (turn.turn) }
                (number(page, turn.index))
                span.names {
                    @if turn.is_flagged() { (turn.flag_names()) } @else { "no alarm" }
                }
                (pill(turn.posture))
                span.line dir="auto" {
                    @match detail.findings.first() {
                        Some(finding) => (Text(&finding.text)),
                        None => (Text(&detail.cause)),
                    }
                }
            }
            div.body {
                div.said {
                    h4 { "user" }
                    p.text dir="auto" {
                        @if detail.request.is_empty() { i { "nothing: the assistant went on" } }
                        @else { (Text(&detail.request)) }
                    }
                    h4 { "assistant" }
                    p.text dir="auto" { (passage(&detail.reply)) }
                }
                div.found {
                    h4 { "what was found" }
                    @if detail.findings.is_empty() {
                        p { "No signal is in alarm. The posture follows from " (Text(&detail.cause)) "." }
                    } @else {
                        ul { @for found in &detail.findings { (finding(listed, found)) } }
                        p.quiet { "posture: " (turn.posture.name()) ", by " (Text(&detail.cause)) }
                    }
                    h4 { "signals" }
                    (signals(page, detail))
                }
            }
        }
    }
}

fn finding(listed: Listed<'_>, found: &Finding) -> Markup {
    html! {
        li {
            b { (found.signal.name()) } " " bdi { (Text(&found.text)) }
            @if let Some(rule) = &found.rule { " " span.tag { "rule " code { (Text(rule)) } } }
            @if let Some(earlier) = found.turn {
                " " span.tag { (earlier_turn(listed, earlier)) }
            }
            @if let Some(sentence) = &found.sentence {
                blockquote dir="auto" { (passage(sentence)) }
            }
            @if let Some(earlier) = &found.earlier {
                blockquote.earlier dir="auto" {
                    @if let Some(turn) = found.turn { span.quiet { "turn " (turn) ": " } }
                    (passage(earlier))
                }
            }
        }
    }
}

/// The turn that a finding refers to: a link, if it went wrong too.
fn earlier_turn(listed: Listed<'_>, turn: u32) -> Markup {
    html! {
        @if listed.turns.contains(&turn) {
            a href={ "#c" (listed.conversation) "-t" (turn) } { "turn " (turn) }
        } @else { "turn " (turn) }
    }
}

/// Every signal's score as a bar, or why it has none.
fn signals(page: Page, detail: &Detail) -> Markup {
    html! {
        table.signals style={ "--alarm:" (100.0 * page.limits[0]) "%" } {
            thead.hidden { tr { th scope="col" { "signal" } th scope="col" { "score" } th scope="col" { "value" } } }
            tbody {
                @for (signal, score) in &detail.scores {
                    tr {
                        th scope="row" { (signal.name()) }
                        td { (bar(*score, page.level(*score))) }
                        td.right { (format!("{score:.2}")) }
                    }
                }
                @for (signal, reason) in &detail.abstained {
                    tr.quiet {
                        th scope="row" { (signal.name()) }
                        td colspan="2" { "no opinion: " (Text(reason)) }
                    }
                }
            }
        }
    }
}

fn passage(passage: &Passage) -> Markup {
    html! {
        @for part in &passage.parts {
            @if part.marked { mark { (Text(&part.text)) } } @else { (Text(&part.text)) }
        }
    }
}
