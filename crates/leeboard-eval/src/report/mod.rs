//! Audits rendered for people: a table for the terminal, one self-contained page for the browser.
//!
//! Owns what a report keeps of an audit and how it looks. Scores nothing, opens no file and
//! knows no terminal: whoever calls it writes the text out.

mod chart;
mod html;
mod table;

use leeboard_core::control::Posture;
use leeboard_core::drift::Signal;

use crate::audit::AuditLine;

pub use html::html;
pub use table::table;

pub(crate) use table::printable;

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
#[derive(Clone, Debug, PartialEq)]
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
    /// Why, strongest first. Kept for flagged replies.
    pub evidence: Vec<String>,
    /// How the reply begins. Kept for flagged replies.
    pub excerpt: String,
}

impl ConversationReport {
    /// The report on a conversation whose replies were scored.
    #[must_use]
    pub fn new(conversation: impl Into<String>, lines: Vec<AuditLine>) -> Self {
        let turns = lines.into_iter().map(TurnReport::from).collect();
        Self { conversation: conversation.into(), turns }
    }

    /// The flagged replies, in order.
    pub fn flagged(&self) -> impl Iterator<Item = &TurnReport> {
        self.turns.iter().filter(|turn| !turn.flags.is_empty())
    }

    /// The flagged replies, furthest off course first; earlier ones first where they are equal.
    #[must_use]
    pub fn worst(&self) -> Vec<&TurnReport> {
        let mut worst: Vec<_> = self.flagged().collect();
        worst.sort_by(|a, b| b.index.total_cmp(&a.index));
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

impl From<AuditLine> for TurnReport {
    fn from(line: AuditLine) -> Self {
        let flagged = !line.flags.is_empty();
        let evidence = line.evidence.into_iter().map(|evidence| evidence.text);
        Self {
            turn: line.turn,
            index: line.drift.index,
            posture: line.posture,
            flags: line.flags,
            evidence: if flagged { evidence.collect() } else { Vec::new() },
            excerpt: if flagged { line.excerpt } else { String::new() },
        }
    }
}

impl TurnReport {
    /// The names of the signals in alarm, joined.
    #[must_use]
    pub fn flag_names(&self) -> String {
        self.flags.iter().map(|flag| flag.name()).collect::<Vec<_>>().join(", ")
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn sample() -> ConversationReport {
        let turn = |turn, index, posture| TurnReport {
            turn,
            index,
            posture,
            flags: Vec::new(),
            evidence: Vec::new(),
            excerpt: String::new(),
        };
        let flagged = TurnReport {
            flags: vec![Signal::Rules],
            evidence: vec!["2 list items, \"Never use <lists>.\"".to_owned()],
            excerpt: "- one & two".to_owned(),
            ..turn(2, 0.9, Posture::Contain)
        };
        ConversationReport {
            conversation: "a <b>".to_owned(),
            turns: vec![turn(1, 0.1, Posture::Stable), flagged, turn(3, 0.2, Posture::Stable)],
        }
    }

    #[test]
    fn a_report_sums_up_its_turns() {
        let report = sample();
        assert!((report.mean() - 0.4).abs() < 1e-9);
        assert_eq!(report.highest(), 0.9);
        assert_eq!(report.posture(), Posture::Contain);
        assert_eq!(report.worst().len(), 1);
        assert_eq!(ConversationReport::default().mean(), 0.0);
    }
}
