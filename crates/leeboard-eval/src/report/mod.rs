//! Audits rendered for people: a table for the terminal, one self-contained page for the browser.
//!
//! - This file has what a report keeps of an audit, `passage` the sentences that it shows,
//!   `summary` the figures by failure mode, `clean` what of a log may be shown.
//! - `html` makes the page, `table` the table.
//!
//! Scores nothing, opens no file and knows no terminal: whoever calls it writes the text out.

mod clean;
mod html;
mod passage;
mod summary;
mod table;

use std::collections::BTreeMap;

use leeboard_core::control::Posture;
use leeboard_core::drift::Signal;
use leeboard_core::text::excerpt;

use crate::audit::AuditLine;

pub use html::html;
pub use passage::{Part, Passage};
pub use table::{Look, table};

pub(crate) use clean::printable;

/// Characters of a request that a report shows, at most.
const REQUEST: usize = 400;

/// What a report keeps of one audited conversation.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct ConversationReport {
    /// The conversation's id.
    pub conversation: String,
    /// Every reply in order.
    pub turns: Vec<TurnReport>,
}

/// What a report keeps of one reply.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct TurnReport {
    /// The reply, counted from 1.
    pub turn: u32,
    /// Its drift index.
    pub index: f64,
    /// The posture after it.
    pub posture: Posture,
    /// The signals in alarm.
    pub flags: Vec<Signal>,
    /// What was said and found. Kept where something is in alarm or the posture is reflective or
    /// more severe.
    pub detail: Option<Box<Detail>>,
}

/// What was said in a turn and what speaks against the reply.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Detail {
    /// What the user said, cut to a few lines.
    pub request: String,
    /// The reply around what was found, with that marked.
    pub reply: Passage,
    /// Why, strongest first.
    pub findings: Vec<Finding>,
    /// Every signal's score, in [0, 1].
    pub scores: BTreeMap<Signal, f64>,
    /// Why a signal has no opinion.
    pub abstained: BTreeMap<Signal, String>,
    /// What decided the posture, in words and figures.
    pub cause: String,
}

/// One thing that speaks against a reply.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Finding {
    /// The signal it speaks for.
    pub signal: Signal,
    /// What was found.
    pub text: String,
    /// The broken rule's id.
    pub rule: Option<String>,
    /// The earlier turn it refers to.
    pub turn: Option<u32>,
    /// The sentence of the reply, where there is one that shows it.
    pub sentence: Option<Passage>,
    /// The sentence of the earlier reply that is said again.
    pub earlier: Option<Passage>,
}

impl ConversationReport {
    /// The report on a conversation whose replies were scored.
    #[must_use]
    pub fn new(conversation: impl Into<String>, lines: &[AuditLine]) -> Self {
        let replies: BTreeMap<u32, &str> =
            lines.iter().map(|line| (line.turn, line.reply.as_str())).collect();
        let turns = lines.iter().map(|line| TurnReport::new(line, &replies)).collect();
        Self { conversation: conversation.into(), turns }
    }

    /// The replies with a signal in alarm, in order.
    pub fn flagged(&self) -> impl Iterator<Item = &TurnReport> {
        self.turns.iter().filter(|turn| turn.is_flagged())
    }

    /// The replies that have a detail, furthest off course first; earlier ones first where they
    /// are equal.
    #[must_use]
    pub fn worst(&self) -> Vec<&TurnReport> {
        let mut worst: Vec<_> = self.turns.iter().filter(|turn| turn.detail.is_some()).collect();
        worst.sort_by(|a, b| b.rank().partial_cmp(&a.rank()).unwrap_or(std::cmp::Ordering::Equal));
        worst
    }

    /// The mean index; 0 for no replies.
    #[must_use]
    pub fn mean(&self) -> f64 {
        let sum = self.turns.iter().fold(0.0, |sum, turn| sum + turn.index);
        sum / self.turns.len().max(1) as f64
    }

    /// The highest index; 0 for no replies.
    #[must_use]
    pub fn highest(&self) -> f64 {
        self.turns.iter().map(|turn| turn.index).fold(0.0, f64::max)
    }

    /// The most severe posture that was reached.
    #[must_use]
    pub fn posture(&self) -> Posture {
        self.turns.iter().map(|turn| turn.posture).max().unwrap_or_default()
    }
}

/// Reports with the worst conversation first; equal ones keep their order.
pub(crate) fn worst_first(reports: &[ConversationReport]) -> Vec<&ConversationReport> {
    let mut sorted: Vec<&ConversationReport> = reports.iter().collect();
    let flagged = |report: &ConversationReport| report.flagged().count();
    sorted.sort_by(|a, b| {
        b.highest()
            .total_cmp(&a.highest())
            .then(b.posture().cmp(&a.posture()))
            .then(flagged(b).cmp(&flagged(a)))
    });
    sorted
}

impl TurnReport {
    fn new(line: &AuditLine, replies: &BTreeMap<u32, &str>) -> Self {
        let told = !line.flags.is_empty() || line.posture >= Posture::Reflective;
        Self {
            turn: line.turn,
            index: line.drift.index,
            posture: line.posture,
            flags: line.flags.clone(),
            detail: told.then(|| Box::new(Detail::new(line, replies))),
        }
    }

    /// Whether a signal is in alarm.
    #[must_use]
    pub fn is_flagged(&self) -> bool {
        !self.flags.is_empty()
    }

    /// The names of the signals in alarm, joined.
    #[must_use]
    pub fn flag_names(&self) -> String {
        self.flags.iter().map(|flag| flag.name()).collect::<Vec<_>>().join(", ")
    }

    /// Alarms before postures, then the index.
    fn rank(&self) -> (bool, f64, Posture) {
        (self.is_flagged(), self.index, self.posture)
    }
}

impl Detail {
    fn new(line: &AuditLine, replies: &BTreeMap<u32, &str>) -> Self {
        let found = passage::Found::new(line, replies);
        let score = |(&signal, &score): (&Signal, &Option<f64>)| Some((signal, score?));
        Self {
            request: excerpt(&line.request, REQUEST),
            reply: found.reply,
            findings: found.findings,
            scores: line.signals.iter().filter_map(score).collect(),
            abstained: line.abstained.clone(),
            cause: line.cause.clone(),
        }
    }

    /// The sentence that shows best what is wrong, else the beginning of the reply.
    #[must_use]
    pub fn sentence(&self) -> Passage {
        let found = self.findings.iter().find_map(|finding| finding.sentence.clone());
        found.unwrap_or_else(|| self.reply.beginning())
    }
}

#[cfg(test)]
pub(crate) mod tests;
