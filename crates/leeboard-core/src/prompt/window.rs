//! The window: the part of history that stands verbatim in the prompt.
//!
//! Owns its trimming: never one message a turn, but in large steps at turn boundaries, so that a
//! tool result never loses its call and the prefix stands still between two steps. Old tool
//! output is cleared first.

use super::budget;
use super::layout::{Request, current_messages};
use crate::message::{Content, Message, Role};
use crate::session::{Session, Turn};
use crate::tokens::TokenCounter;

/// What stands in a tool message whose output was cleared.
const CLEARED: &str = "[output cleared to save room; call the tool again if it is needed]";

/// Output up to this many bytes is not worth clearing.
const SMALL_OUTPUT: usize = 240;

/// Clearing is a step of its own only if it leaves this share of the room free; else the next
/// step would follow soon and the prefix would change twice.
const CLEARING_FREES: f64 = 0.3;

/// The part of history that stands verbatim in the prompt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Window {
    /// Its first turn.
    pub(super) start: u32,
    /// Tool output of turns before this one is cleared.
    pub(super) cleared: u32,
    pub(super) messages: usize,
    pub(super) tokens: usize,
}

/// The room that a window may take, in tokens.
#[derive(Clone, Copy, Debug)]
pub(super) struct Room {
    /// While it stands as it is.
    pub(super) standing: usize,
    /// When it is trimmed, and what stands before it is written anew.
    pub(super) trimmed: usize,
}

impl Window {
    /// Keeps the present window while it fits the room. Else clears old tool output, and if that
    /// frees too little, trims to the configured share of the room, but not below the last few
    /// messages if those fit. Turns whose tool calls the current input answers are kept even if
    /// they do not fit.
    pub(super) fn choose(session: &Session, request: &Request<'_>, room: Room) -> Self {
        let counter = request.counter;
        let present = Self::from(session, session.window_start(), session.cleared_before(), counter);
        if present.cost() <= room.standing {
            return present;
        }
        let recent = recent(session, request.config.prompt.min_messages);
        let cleared = present.cleared.max(recent);
        let lighter = Self::from(session, present.start, cleared, counter);
        if lighter.cost() as f64 <= room.standing as f64 * (1.0 - CLEARING_FREES) {
            return lighter;
        }
        Self::trimmed(session, request, room.trimmed, cleared)
    }

    /// The smallest window: the last few messages, as far as the room goes, with their tool output.
    pub(super) fn smallest(session: &Session, request: &Request<'_>, room: usize) -> Self {
        let recent = recent(session, request.config.prompt.min_messages);
        Self::trimmed(session, request, room, session.cleared_before().max(recent))
    }

    fn from(session: &Session, start: u32, cleared: u32, counter: &dyn TokenCounter) -> Self {
        let empty = Self { start, cleared, messages: 0, tokens: 0 };
        let turns = session.standing_turns(start);
        Self { start, ..turns.fold(empty, |window, turn| window.with(&turn, counter)) }
    }

    fn trimmed(session: &Session, request: &Request<'_>, room: usize, cleared: u32) -> Self {
        let limits = &request.config.prompt;
        let kept_room = (room as f64 * limits.keep.clamp(0.0, 1.0)) as usize;
        let mut kept = Self { start: session.next_turn(), cleared, messages: 0, tokens: 0 };
        let mut wider = kept;
        // What the current input answers is as much part of it as its own text.
        let mut needed = current_messages(session, &request.opened.input).next().is_some_and(answers_a_call);
        for turn in session.standing_turns(session.window_start()).rev() {
            wider = wider.with(&turn, request.counter);
            let room = if kept.messages < limits.min_messages { room } else { kept_room };
            if wider.cost() > room && !needed {
                break;
            }
            // A result whose call stands in the turn before does not begin a window.
            if !turn.entries().next().is_some_and(|entry| answers_a_call(&entry.message)) {
                (kept, needed) = (wider, false);
            }
        }
        kept
    }

    fn with(self, turn: &Turn, counter: &dyn TokenCounter) -> Self {
        let tokens = if turn.number < self.cleared && turn.entries().any(|entry| clears(&entry.message)) {
            turn.entries().map(|entry| budget::count_message(&shown(&entry.message, true), counter)).sum()
        } else {
            turn.tokens(counter)
        };
        Self {
            start: turn.number,
            messages: self.messages + turn.len(),
            tokens: self.tokens + tokens,
            ..self
        }
    }

    pub(super) fn cost(&self) -> usize {
        self.tokens + self.messages * budget::PER_MESSAGE
    }
}

/// The first of the turns that hold the last few messages.
fn recent(session: &Session, messages: usize) -> u32 {
    let (mut first, mut seen) = (session.next_turn(), 0);
    for turn in session.standing_turns(session.window_start()).rev() {
        if seen >= messages {
            break;
        }
        first = turn.number;
        seen += turn.len();
    }
    first
}

/// Whether a message is a tool's result.
fn answers_a_call(message: &Message) -> bool {
    message.role == Role::Tool
}

/// Whether clearing makes a message shorter.
fn clears(message: &Message) -> bool {
    answers_a_call(message)
        && match &message.content {
            Content::Absent => false,
            Content::Text(text) => text.len() > SMALL_OUTPUT,
            Content::Parts(_) => true,
        }
}

/// A message of the window as it is sent.
pub(super) fn shown(message: &Message, cleared: bool) -> Message {
    let mut message = message.clone();
    if cleared && clears(&message) {
        message.content = Content::Text(CLEARED.to_owned());
    }
    message
}
