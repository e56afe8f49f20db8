//! Finds the `[DONE]` of a stream as its bytes pass, and reads the events before it.
//!
//! Owns lines and events. Sends nothing; the parent does.

use bytes::{Bytes, BytesMut};

use crate::openai::response::Assembly;

/// The line that ends a stream, in its two spellings.
const DONE: [&[u8]; 2] = [b"data: [DONE]", b"data:[DONE]"];

/// The longest line that is read; a longer one passes unread.
const LONGEST_LINE: usize = 16 << 20;

/// Lets bytes pass, reads the events in them, and stops at `[DONE]`.
#[derive(Debug, Default)]
pub(super) struct Gate {
    /// The line that is not complete yet.
    line: Vec<u8>,
    /// Whether that line is held back: it may become `[DONE]`.
    holding: bool,
    /// What was held back when `[DONE]` came.
    held: Bytes,
    after_return: bool,
    data: Vec<u8>,
    /// The reply as far as it has come.
    pub(super) reply: Assembly,
    /// Whether `[DONE]` has come.
    pub(super) done: bool,
}

impl Gate {
    /// The bytes that may go on now.
    pub(super) fn pass(&mut self, piece: Bytes) -> Bytes {
        let (before, bytes) = if self.holding {
            let mut joined = BytesMut::from(self.line.as_slice());
            joined.extend_from_slice(&piece);
            (self.line.len(), joined.freeze())
        } else {
            (0, piece)
        };
        let mut start = 0;
        let mut at = before;
        while let Some(found) = bytes.get(at..).and_then(|rest| rest.iter().position(|byte| is_break(*byte)))
        {
            let end = at + found;
            self.keep(bytes.get(start.max(before)..end).unwrap_or_default());
            let after_return = std::mem::replace(&mut self.after_return, bytes.get(end) == Some(&b'\r'));
            // The second half of a line break ends no further line.
            let half = after_return && bytes.get(end) == Some(&b'\n') && self.line.is_empty();
            if !half && self.line_ends() {
                self.held = bytes.slice(start..);
                return bytes.slice(..start);
            }
            start = end + 1;
            at = start;
        }
        self.keep(bytes.get(start.max(before)..).unwrap_or_default());
        self.holding = !self.line.is_empty() && DONE.iter().any(|done| done.starts_with(&self.line));
        if self.holding { bytes.slice(..start) } else { bytes }
    }

    /// The body has ended: a line without a break is a line.
    pub(super) fn end(&mut self) {
        if self.holding {
            self.held = Bytes::copy_from_slice(&self.line);
        }
        if !self.line.is_empty() {
            self.line_ends();
        }
        self.event_ends();
    }

    /// What was held back, to be sent after the commit.
    pub(super) fn take_held(&mut self) -> Bytes {
        if self.held.is_empty() && self.holding {
            return Bytes::copy_from_slice(&self.line);
        }
        std::mem::take(&mut self.held)
    }

    fn keep(&mut self, bytes: &[u8]) {
        if self.line.len() + bytes.len() <= LONGEST_LINE {
            self.line.extend_from_slice(bytes);
        }
    }

    /// Takes in the complete line; says whether it is `[DONE]`.
    fn line_ends(&mut self) -> bool {
        self.holding = false;
        let mut line = std::mem::take(&mut self.line);
        if DONE.contains(&line.as_slice()) {
            self.event_ends();
            self.done = true;
        } else if line.is_empty() {
            self.event_ends();
        } else if let Some(data) = line.strip_prefix(b"data:") {
            if !self.data.is_empty() {
                self.data.push(b'\n');
            }
            self.data.extend_from_slice(data.strip_prefix(b" ").unwrap_or(data));
        }
        // The next line has its room.
        line.clear();
        self.line = line;
        self.done
    }

    fn event_ends(&mut self) {
        if !self.data.is_empty() {
            self.reply.read(&self.data);
        }
        self.data.clear();
    }
}

fn is_break(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Passes a stream in pieces of a size: what went on at once, what was held, the reply.
    fn passed(stream: &str, size: usize) -> (String, String, Gate) {
        let mut gate = Gate::default();
        let mut out = Vec::new();
        let mut pieces = stream.as_bytes().chunks(size);
        for piece in pieces.by_ref() {
            out.extend_from_slice(&gate.pass(Bytes::copy_from_slice(piece)));
            if gate.done {
                break;
            }
        }
        gate.end();
        let mut held = gate.take_held().to_vec();
        pieces.for_each(|piece| held.extend_from_slice(piece));
        (String::from_utf8(out).unwrap(), String::from_utf8(held).unwrap(), gate)
    }

    fn chunk(text: &str) -> String {
        format!("data: {{\"choices\":[{{\"delta\":{{\"content\":\"{text}\"}}}}]}}")
    }

    #[test]
    fn only_done_is_held_back_however_the_bytes_are_cut() {
        for line in ["\n", "\r\n", "\r"] {
            for done in ["data: [DONE]", "data:[DONE]"] {
                let body = format!(": hi{line}{line}{}{line}{line}{}{line}{line}", chunk("dé"), chunk("x"));
                let end = format!("{done}{line}{line}: bye{line}");
                let whole = format!("{body}{end}");
                for size in 1..=whole.len() {
                    let (out, held, gate) = passed(&whole, size);
                    assert!(gate.done, "{size} {whole:?}");
                    assert_eq!((out.as_str(), held.as_str()), (body.as_str(), end.as_str()), "{size}");
                    assert_eq!(gate.reply.into_message().unwrap().full_text(), "déx");
                }
            }
        }
    }

    #[test]
    fn what_only_looks_like_done_passes() {
        for body in ["data: [DONUT]\n\n", "data: [DONE", "data: x [DONE]\n\n", "event: data: [DONE]\n", ""] {
            for size in 1..=body.len().max(1) {
                let (out, held, gate) = passed(body, size);
                assert!(!gate.done);
                assert_eq!(format!("{out}{held}"), body);
            }
        }
    }

    #[test]
    fn done_without_a_line_break_is_done() {
        let body = format!("{}\n\ndata: [DONE]", chunk("a"));
        let (out, held, gate) = passed(&body, 5);
        assert!(gate.done);
        assert_eq!((format!("{out}{held}"), held.as_str()), (body, "data: [DONE]"));
    }

    #[test]
    fn an_event_may_have_several_lines_of_data() {
        let body = "data: {\"choices\":[\ndata: {\"delta\":{\"content\":\"a\"}}]}\n\n";
        assert_eq!(passed(body, 7).2.reply.into_message().unwrap().full_text(), "a");
    }
}
