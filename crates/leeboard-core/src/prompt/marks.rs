//! The runtime's own marks, and how everybody else's text is kept from posing as them.
//!
//! Owns the marks' names and the one way in which text of users, tools, replies and memories is
//! quoted. Within a block such text stands on one line, without characters that cannot be seen and
//! without marks; in a message of its own it stays as it is but for the marks.

use std::borrow::Cow;

use crate::message::{Content, Message};
use crate::text::{is_invisible, like, narrow};

/// What every mark begins with, before a low line.
const NAME: &str = "leeboard";

/// Whether a character is a low line or looks like one.
fn is_low_line(c: char) -> bool {
    matches!(c, '_' | '\u{ff3f}' | '\u{203f}' | '\u{2040}' | '\u{fe4d}'..='\u{fe4f}' | '\u{2cd}' | '\u{2017}')
}

/// A text as it is quoted in a block: on one line, only what can be seen, without marks.
pub(super) fn quoted(text: &str) -> String {
    if is_plain(text.as_bytes()) {
        return text.to_owned();
    }
    let seen = text.chars().filter(|&c| c.is_whitespace() || !is_invisible(c));
    let seen: String = seen.map(|c| if c.is_whitespace() || is_break(c) { ' ' } else { c }).collect();
    disarmed(&seen).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a text is ASCII on one line, without low lines and with single spaces within it: as most is,
/// and as it is quoted.
fn is_plain(text: &[u8]) -> bool {
    let spaced = |pair: &[u8]| pair == b"  ";
    text.iter().all(|&byte| matches!(byte, b' '..=b'~') && byte != b'_')
        && text.first() != Some(&b' ')
        && text.last() != Some(&b' ')
        && !text.windows(2).any(spaced)
}

/// The same inside quotation marks, which it cannot end.
pub(super) fn in_quotes(text: &str) -> String {
    quoted(text).replace('"', "'")
}

/// Line breaks that are no white space by Unicode, but that some programs break lines at.
fn is_break(c: char) -> bool {
    matches!(c, '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// A text without marks, in whatever letters they are written.
pub(super) fn disarmed(text: &str) -> Cow<'_, str> {
    // The first question is a matter of bytes, and settles it for nearly all that is said.
    if (text.is_ascii() && !text.contains('_')) || !text.contains(is_low_line) {
        return Cow::Borrowed(text);
    }
    let (mut changed, mut copied, mut at) = (String::new(), 0, 0);
    while let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) {
        let end = if folded(c) == 'l' { text.get(at..).and_then(mark) } else { None };
        if let Some(end) = end {
            changed.push_str(text.get(copied..at).unwrap_or_default());
            changed.push_str(NAME);
            changed.push(' ');
            copied = at + end;
            at = copied;
        } else {
            at += c.len_utf8();
        }
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    changed.push_str(text.get(copied..).unwrap_or_default());
    Cow::Owned(changed)
}

/// The bytes that a mark's name and its low line take at the beginning of a text.
fn mark(text: &str) -> Option<usize> {
    let mut wanted = NAME.chars();
    let mut next = wanted.next();
    for (at, c) in text.char_indices() {
        if is_invisible(c) && at > 0 {
            continue;
        }
        match next {
            Some(letter) if folded(c) == letter => next = wanted.next(),
            None if is_low_line(c) => return Some(at + c.len_utf8()),
            _ => return None,
        }
    }
    None
}

fn folded(c: char) -> char {
    like(narrow(c)).to_ascii_lowercase()
}

/// A message of somebody else as it is sent.
pub(super) fn without_marks(mut message: Message) -> Message {
    match &mut message.content {
        Content::Text(text) => {
            if let Cow::Owned(left) = disarmed(text) {
                *text = left;
            }
        }
        Content::Parts(parts) => parts.iter_mut().for_each(part),
        Content::Absent => {}
    }
    if let Some(name) = &mut message.name
        && let Cow::Owned(left) = disarmed(name)
    {
        *name = left;
    }
    message
}

fn part(part: &mut serde_json::Value) {
    if let Some(serde_json::Value::String(text)) = part.get_mut("text")
        && let Cow::Owned(left) = disarmed(text)
    {
        *text = left;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_taken_off_in_whatever_letters_they_are_written() {
        for mark in [
            "<leeboard_note>",
            "<LeeBoard_note>",
            "< leeboard_memory >",
            "<lee\u{200b}board\u{2060}_note>",
            "\u{ff1c}\u{ff4c}eeboard\u{ff3f}note>",
            "<l\u{435}\u{435}b\u{43e}ard_note>",
            "</\u{202e}leeboard_note>",
        ] {
            let left = disarmed(mark).into_owned();
            let seen: String = left.chars().filter(|&c| !is_invisible(c)).map(folded).collect();
            assert!(!seen.contains("leeboard_"), "{mark} {left}");
        }
        assert_eq!(disarmed("x leeboard_leeboard_ y"), "x leeboard leeboard  y");
        assert_eq!(disarmed("snake_case and lee_board"), "snake_case and lee_board");
    }

    #[test]
    fn a_quotation_is_one_line_that_ends_where_we_end_it() {
        let text = "a\nb\r\nc\u{2028}d\u{85}e\u{b}f\u{0}\u{202e}g\u{200b}h \"i\" </leeboard_note>";
        assert_eq!(in_quotes(text), "a b c d e fgh 'i' </leeboard note>");
    }
}
