//! What clauses mean for a reply: rules by family.
//!
//! Owns the step from clauses to kinds of rules, with severity and exceptions. How clauses are
//! found is in `reader`; what no family knows gives no rule.

mod actions;
mod address;
mod choice;
mod counted;
mod edges;
mod features;
mod forms;
mod lengths;
mod listed;
mod manner;
mod named;
mod nouns;
mod passive;
mod phrases;
mod structure;
mod tongue;

use super::RuleKind;
use super::measure::{Bound, Measure};
use super::reader::clause::{Clause, Parsed};
use super::reader::condition::Condition;

/// A rule found in a sentence.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Found {
    pub(super) kind: RuleKind,
    /// A wish: reported, no alarm.
    pub(super) soft: bool,
    pub(super) condition: Condition,
}

/// What the readers of the families share while they read one sentence.
pub(super) struct Reading<'s> {
    pub(super) text: &'s str,
    pub(super) parsed: &'s Parsed,
    pub(super) found: Vec<Found>,
}

impl Reading<'_> {
    fn push(&mut self, clause: &Clause, kind: RuleKind) {
        self.push_as(clause, kind, false);
    }

    fn push_as(&mut self, clause: &Clause, kind: RuleKind, soft: bool) {
        let soft = soft || clause.soft || clause.condition == Condition::Soft;
        self.found.push(Found { kind, soft, condition: clause.condition });
    }

    fn count(&mut self, clause: &Clause, measure: Measure, bound: Bound, soft: bool) {
        if measure.takes(bound) {
            self.push_as(clause, RuleKind::Count(measure, bound), soft);
        }
    }
}

/// The rules that a sentence states.
pub(super) fn read(text: &str, parsed: &Parsed) -> Vec<Found> {
    let mut reading = Reading { text, parsed, found: Vec::new() };
    if structure::read(&mut reading) {
        return reading.found;
    }
    // "Using lists is forbidden" has a verb of its own that directs nothing.
    passive::read(&mut reading);
    if !reading.found.is_empty() {
        return reading.found;
    }
    let phrases = phrases::read_sentence(&mut reading);
    let mut last = features::Before::default();
    for clause in &parsed.clauses {
        if !clause.directive {
            continue;
        }
        let names_edge = edges::read(&mut reading, clause);
        if !phrases && !names_edge {
            phrases::read_clause(&mut reading, clause);
        }
        features::read(&mut reading, clause, &mut last, names_edge);
        manner::read(&mut reading, clause);
        forms::read(&mut reading, clause);
    }
    reading.found
}

/// The first words of the sentence with one space around each.
fn whole(reading: &Reading<'_>) -> String {
    let words = reading.parsed.tokens.iter().take(60).map(super::reader::token::Token::word);
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    format!(" {} ", words.join(" "))
}

/// The words of a clause with one space around each, for phrases to be found in.
fn joined(clause: &Clause) -> String {
    let mut out = String::from(" ");
    for token in &clause.tokens {
        let word = token.word();
        if !word.is_empty() {
            out.push_str(word);
            out.push(' ');
        }
    }
    out
}

/// Whether some phrase occurs in joined words.
fn says(joined: &str, phrases: &[&str]) -> bool {
    phrases.iter().any(|phrase| {
        joined
            .match_indices(phrase)
            .any(|(at, _)| joined[..at].ends_with(' ') && joined[at + phrase.len()..].starts_with(' '))
    })
}
