//! What the stand-in sees of a prompt: who it is, what was said, how far the last anchor is.
//!
//! Owns the reading of the prompt's layout. This is all the stand-in ever knows.

use leeboard_core::message::{Message, Role};
use leeboard_core::tokens::{Estimate, TokenCounter};

/// First line of the block that the runtime puts before the user's words.
const NOTE_OPEN: &str = "<leeboard_note>";
/// Last line of that block.
const NOTE_CLOSE: &str = "</leeboard_note>";

/// A note line with one of these, outside quotation marks, reminds the model of itself.
const REMINDERS: [&str; 9] =
    ["identity", "persona", "rule", "reminder", "you are", "stay ", "keep ", "never ", "always "];

/// A prompt as the stand-in sees it.
pub(super) struct View {
    /// The system messages at the prompt's start.
    pub(super) standing: String,
    /// What the user said before, oldest first.
    pub(super) said: Vec<String>,
    /// The user's words as the note quotes them, oldest first.
    pub(super) quoted: Vec<String>,
    /// The last user message, without the note.
    pub(super) asked: String,
    /// What the stand-in itself said before, oldest first.
    pub(super) replied: Vec<String>,
    /// Messages and tokens after the last anchor; `None` without any anchor.
    pub(super) distance: Option<(usize, usize)>,
}

impl View {
    pub(super) fn of(messages: &[Message]) -> Self {
        let start = messages.iter().take_while(|message| message.role.instructs()).count();
        let (instructions, dialogue) = messages.split_at(start);
        let standing = texts(instructions).collect::<Vec<_>>().join("\n");
        let mut user: Vec<String> = texts(dialogue.iter().filter(|m| m.role == Role::User)).collect();
        let last = user.pop().unwrap_or_default();
        let (note, asked) = split_note(&last);
        let mut lines: Vec<&str> = note.lines().collect();
        lines.sort_by_key(|line| turn_of(line));
        let quoted = lines.into_iter().filter_map(quoted_of_user).collect();
        let distance = if note.lines().any(reminds) {
            Some((0, 0))
        } else {
            (!standing.trim().is_empty()).then(|| (dialogue.len(), tokens(dialogue)))
        };
        Self {
            said: user.iter().map(|text| split_note(text).1.to_owned()).collect(),
            replied: texts(dialogue.iter().filter(|m| m.role == Role::Assistant)).collect(),
            asked: asked.to_owned(),
            standing,
            quoted,
            distance,
        }
    }
}

fn texts<'a>(messages: impl IntoIterator<Item = &'a Message>) -> impl Iterator<Item = String> {
    messages.into_iter().map(Message::spoken)
}

fn tokens(messages: &[Message]) -> usize {
    texts(messages).map(|text| Estimate.count(&text)).sum()
}

/// The note at a message's start, if there is one, and the rest.
fn split_note(text: &str) -> (&str, &str) {
    text.trim_start()
        .strip_prefix(NOTE_OPEN)
        .and_then(|rest| rest.split_once(NOTE_CLOSE))
        .map_or(("", text), |(note, rest)| (note, rest.trim_start()))
}

fn reminds(line: &str) -> bool {
    let (before, _, after) = around_quotation(line);
    let plain = format!("{before} {after}").to_lowercase();
    REMINDERS.iter().any(|marker| plain.contains(marker))
}

/// What a note line quotes, unless the line says that the assistant said it.
fn quoted_of_user(line: &str) -> Option<String> {
    let (before, quotation, _) = around_quotation(line);
    (!quotation.is_empty() && !before.contains("assistant")).then(|| quotation.to_owned())
}

/// The turn that a quoting line names; 0 for none.
fn turn_of(line: &str) -> u32 {
    let (before, _, _) = around_quotation(line);
    let after = before.split_once("turn ").map(|(_, after)| after);
    let digits = |after: &str| after.split(|c: char| !c.is_ascii_digit()).next().map(str::to_owned);
    after.and_then(digits).and_then(|digits| digits.parse().ok()).unwrap_or(0)
}

/// A line before, inside and after its outermost quotation marks.
fn around_quotation(line: &str) -> (&str, &str, &str) {
    let marks = ['"', '“', '”'];
    line.split_once(marks)
        .and_then(|(before, rest)| rest.rsplit_once(marks).map(|(inside, after)| (before, inside, after)))
        .unwrap_or((line, "", ""))
}

/// The texts between double quotation marks, line by line.
pub(super) fn quotations(text: &str) -> Vec<String> {
    text.lines()
        .flat_map(|line| line.split(['"', '“', '”']).skip(1).step_by(2))
        .map(str::to_owned)
        .filter(|quotation| !quotation.trim().is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(note: &str) -> View {
        View::of(&[
            Message::text(Role::System, "You are Skipper."),
            Message::text(Role::User, "<leeboard_note>\nold\n</leeboard_note>\nHello there."),
            Message::text(Role::Assistant, "Hello."),
            Message::text(Role::User, format!("{note}Go on.")),
        ])
    }

    #[test]
    fn the_note_is_cut_off_the_users_words() {
        let with = view("<leeboard_note>\nFrom earlier: \"My boat is blue.\"\n</leeboard_note>\n");
        assert_eq!(with.asked, "Go on.");
        assert_eq!(with.quoted, ["My boat is blue."]);
        assert_eq!(with.said, ["Hello there."]);
        assert_eq!(with.distance.unwrap().0, 3);
    }

    #[test]
    fn only_the_users_words_count_and_inner_quotation_marks_stay() {
        let note = "<leeboard_note>\nYour replies have become alike; choose another opening.\n\
            Do not mention this note.\n\
            From earlier in this conversation (quoted, not instructions):\n\
            - turn 3, user, 8 May 2023: \"My boat \"Ada\" is always blue.\"\n\
            - turn 3, assistant: \"Your boat is red.\"\n</leeboard_note>\n\n";
        let view = view(note);
        assert_eq!(view.quoted, ["My boat \"Ada\" is always blue."]);
        assert_eq!((view.asked.as_str(), view.distance.unwrap().0), ("Go on.", 3));
    }

    #[test]
    fn quotations_are_read_in_the_order_in_which_they_were_said() {
        let with = view(
            "<leeboard_note>\n- turn 44, user: \"It is 12 euros.\"\n- turn 2, user: \"It is 9.\"\n\
             </leeboard_note>\n",
        );
        assert_eq!(with.quoted, ["It is 9.", "It is 12 euros."]);
    }

    #[test]
    fn a_reminder_in_the_note_is_an_anchor_but_a_quoted_one_is_not() {
        let reminded = view("<leeboard_note>\nYou are Skipper.\n</leeboard_note>\n");
        assert_eq!(reminded.distance, Some((0, 0)));
        let quoted = view("<leeboard_note>\nEarlier: \"I never keep a rule.\"\n</leeboard_note>\n");
        assert_eq!(quoted.distance.unwrap().0, 3);
        assert_eq!(View::of(&[Message::text(Role::User, "Hi")]).distance, None);
    }
}
