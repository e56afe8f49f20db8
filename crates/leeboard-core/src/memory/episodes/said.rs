//! What was said in a stretch, as far as it may be summed up.
//!
//! Owns which messages and which of their lines count: what people said and were told, without
//! tool traffic, code, tables, headings, questions of the assistant, replies that drifted, and
//! anything that leeboard itself put into a prompt.

use std::borrow::Cow;

use super::Present;
use super::rank::Sentence;
use crate::message::{Entry, Role};
use crate::session::Session;
use crate::text;

/// One message of the stretch.
pub(super) struct Said<'a> {
    turn: u32,
    entry: Cow<'a, Entry>,
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
        let mut said: Vec<(u32, Cow<'_, Entry>)> = Vec::new();
        for turn in session.turns().from(from).take_while(|turn| turn.number <= through) {
            let number = turn.number;
            let cycle = session.history().iter().rev().find(|cycle| cycle.turn == number);
            let counts = cycle.is_none_or(|cycle| cycle.flags.is_empty());
            let messages = if counts { turn.len() } else { turn.input.len() };
            match turn {
                Cow::Borrowed(turn) => {
                    said.extend(turn.entries().take(messages).map(|entry| (number, Cow::Borrowed(entry))));
                }
                Cow::Owned(turn) => {
                    said.extend(turn.into_entries().take(messages).map(|entry| (number, Cow::Owned(entry))));
                }
            }
        }
        if (from..=through).contains(&present.turn) {
            let reply = present.reply.filter(|_| present.accepted);
            let entries = present.input.iter().copied().chain(reply);
            said.extend(entries.map(|entry| (present.turn, Cow::Borrowed(entry))));
        }
        said.retain(|(_, entry)| entry.message.is_remembered());
        said.into_iter()
            .map(|(turn, entry)| Self { turn, prose: prose(&entry.message.spoken()), entry })
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
