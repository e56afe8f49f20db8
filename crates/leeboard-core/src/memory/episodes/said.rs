//! What was said in a stretch, as far as it may be summed up.
//!
//! Owns which messages and which of their lines count: what people said and were told, without
//! tool traffic, code, tables, headings, questions of the assistant, replies that drifted, and
//! anything that leeboard itself put into a prompt.

use super::Present;
use super::rank::Sentence;
use crate::message::{Entry, Role};
use crate::session::Session;
use crate::text;

/// One message of the stretch.
pub(super) struct Said<'a> {
    turn: u32,
    entry: &'a Entry,
    /// Its lines that count.
    prose: String,
}

impl<'a> Said<'a> {
    /// The messages of some turns, the present one included, in order.
    pub(super) fn in_turns(
        session: &'a Session,
        present: &Present<'a>,
        from: u32,
        through: u32,
    ) -> Vec<Self> {
        let mut said: Vec<(u32, &Entry)> = Vec::new();
        for turn in session.turns_from(from).iter().take_while(|turn| turn.number <= through) {
            said.extend(turn.input.iter().map(|entry| (turn.number, entry)));
            let cycle = session.history().iter().rev().find(|cycle| cycle.turn == turn.number);
            if cycle.is_none_or(|cycle| cycle.flags.is_empty()) {
                said.push((turn.number, &turn.reply));
            }
        }
        if (from..=through).contains(&present.turn) {
            said.extend(present.input.iter().map(|entry| (present.turn, *entry)));
            said.extend(present.reply.filter(|_| present.accepted).map(|entry| (present.turn, entry)));
        }
        said.retain(|(_, entry)| entry.message.is_remembered());
        said.into_iter()
            .map(|(turn, entry)| Self { turn, entry, prose: prose(&entry.message.spoken()) })
            .collect()
    }

    /// Its sentences that could stand for it.
    pub(super) fn sentences(&self) -> impl Iterator<Item = Sentence<'_>> {
        let role = self.entry.message.role;
        let asks =
            move |sentence: &str| role == Role::Assistant && sentence.trim_end().ends_with(['?', '？']);
        let kept = text::sentences(&self.prose).into_iter().take(MOST).filter(move |it| !asks(it));
        kept.map(move |text| Sentence { turn: self.turn, message: &self.entry.id, role, text })
    }
}

/// Sentences of one message that are looked at; a pasted document is not what was talked about.
const MOST: usize = 12;

/// The lines of a text that are prose of its author.
fn prose(text: &str) -> String {
    let (mut code, mut injected) = (false, false);
    let mut kept = String::new();
    for line in text.lines() {
        let fence = line.trim_start().starts_with("```");
        code ^= fence;
        injected |= line.contains("<leeboard_");
        let table = line.trim_start().starts_with('|');
        if !code && !fence && !injected && !table && !text::is_heading(line) {
            kept.push_str(line);
            kept.push('\n');
        }
        injected &= !line.contains("</leeboard_");
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_tables_headings_and_injected_text_are_no_prose() {
        let text = "# Plan\nFirst.\n```\nlet x = 1;\n```\n| a | b |\n<leeboard_note>\nStay.\n</leeboard_note>\nLast.";
        assert_eq!(prose(text), "First.\nLast.\n");
    }
}
