//! The order of things in a prompt, and the window of history.
//!
//! Owns the layout and the trimming of the window: never one message a turn, but in large steps
//! at turn boundaries, so that a tool result never loses its call and the prefix stands still
//! between two trims.

use super::note::{self, Material};
use super::{Prompt, TokenReport, budget};
use crate::config::Config;
use crate::memory::{Hit, Recalled};
use crate::message::{Content, Entry, Message, Role};
use crate::record::Opened;
use crate::session::{Session, Turn};
use crate::tokens::TokenCounter;

/// What the next prompt is built for.
pub(crate) struct Request<'a> {
    /// The turn as far as it is decided: its input and plan.
    pub(crate) opened: &'a Opened,
    /// The user's text, for choosing passages.
    pub(crate) text: &'a str,
    /// What recall has found, best first.
    pub(crate) hits: &'a [Hit],
    pub(crate) config: &'a Config,
    pub(crate) counter: &'a dyn TokenCounter,
}

/// A prompt with the decisions behind it.
pub(crate) struct Built {
    pub(crate) prompt: Prompt,
    window_start: u32,
    note: Option<String>,
    recalled: Vec<Recalled>,
}

impl Built {
    /// Writes the decisions into the turn's record and gives the prompt.
    pub(crate) fn decide(self, opened: &mut Opened) -> Prompt {
        opened.recalled = self.recalled;
        opened.window_start = self.window_start;
        opened.note = self.note;
        opened.prompt_hash = Some(self.prompt.hash);
        opened.report = self.prompt.report.clone();
        self.prompt
    }
}

/// Builds the prompt for a request: identity, window, note, input.
pub(crate) fn build(session: &Session, request: &Request<'_>) -> Built {
    let limits = &request.config.prompt;
    let system = system_message(session);
    let system_tokens = system.as_ref().map_or(0, |message| budget::count_message(message, request.counter));
    let input: Vec<&Message> = current_messages(session, &request.opened.input).collect();
    let input_tokens: usize =
        input.iter().map(|message| budget::count_message(message, request.counter)).sum();
    let fixed_messages = input.len() + usize::from(system.is_some());
    let fixed = system_tokens + input_tokens + fixed_messages * budget::PER_MESSAGE + budget::PER_REPLY;
    let left = limits.budget.saturating_sub(fixed);
    let window = Window::choose(session, request, left.saturating_sub(limits.note_reserve));
    let place = input.iter().any(|message| message.role == Role::User);
    let note = note::write(&Material {
        session,
        request: request.text,
        hits: request.hits,
        plan: &request.opened.plan,
        window_start: window.start,
        // Without a user message there is no place for a note.
        room: if place { left.saturating_sub(window.cost()) } else { 0 },
        config: request.config,
        counter: request.counter,
    });
    let report = TokenReport {
        system: system_tokens,
        history: window.tokens,
        note: note.tokens,
        input: input_tokens,
        framing: fixed_messages * budget::PER_MESSAGE
            + budget::PER_REPLY
            + window.messages * budget::PER_MESSAGE,
        budget: limits.budget,
        ..TokenReport::default()
    };
    let messages = assemble(session, window.start, &request.opened.input, note.text.as_deref());
    Built {
        prompt: Prompt::new(messages, report.sum()),
        window_start: window.start,
        note: note.text,
        recalled: note.recalled,
    }
}

/// The messages of an open turn's prompt again, byte for byte, with what its tools have said
/// since; `None` if no turn is open.
#[must_use]
pub fn rebuild(session: &Session, steps: &[Message]) -> Option<Vec<Message>> {
    let opened = session.pending()?;
    let mut messages = assemble(session, opened.window_start, &opened.input, opened.note.as_deref());
    messages.extend(steps.iter().cloned());
    Some(messages)
}

fn assemble(session: &Session, window_start: u32, input: &[Entry], note: Option<&str>) -> Vec<Message> {
    let mut messages: Vec<Message> = system_message(session).into_iter().collect();
    for turn in session.turns_from(window_start) {
        messages.extend(turn.entries().map(|entry| entry.message.clone()));
    }
    let current = messages.len();
    messages.extend(current_messages(session, input).cloned());
    if let (Some(note), Some(tail)) = (note, messages.get_mut(current..)) {
        attach_note(tail, note);
    }
    messages
}

/// The input with the user messages of abandoned turns before it.
fn current_messages<'a>(session: &'a Session, input: &'a [Entry]) -> impl Iterator<Item = &'a Message> {
    session.carried().iter().chain(input).map(|entry| &entry.message)
}

fn system_message(session: &Session) -> Option<Message> {
    let text = session.identity().prompt();
    (!text.is_empty()).then(|| Message::text(Role::System, text))
}

/// Puts the note in front of the last user message; without one it is left out. It goes into
/// the user's message because chat templates that want strict alternation refuse any other
/// place, and because some providers move system messages to the top.
pub fn attach_note(messages: &mut [Message], note: &str) {
    let Some(message) = messages.iter_mut().rev().find(|message| message.role == Role::User) else { return };
    match &mut message.content {
        Content::Text(text) => text.insert_str(0, note),
        Content::Parts(parts) => {
            parts.insert(0, serde_json::json!({ "type": "text", "text": note.trim_end() }));
        }
        Content::Absent => message.content = Content::Text(note.to_owned()),
    }
}

/// Whether a message is a tool's result.
fn answers_a_call(message: &Message) -> bool {
    message.role == Role::Tool
}

/// The part of history that stands verbatim in the prompt.
#[derive(Clone, Copy)]
struct Window {
    start: u32,
    messages: usize,
    tokens: usize,
}

impl Window {
    /// Keeps the present window while it fits the room; else trims it, at turn boundaries, to
    /// the configured share of the room, but not below the last few messages if those fit. Turns
    /// whose tool calls the current input answers are kept even if they do not fit.
    fn choose(session: &Session, request: &Request<'_>, room: usize) -> Self {
        let limits = &request.config.prompt;
        let mut window = Self { start: session.window_start(), messages: 0, tokens: 0 };
        for turn in session.turns_from(window.start) {
            window.messages += turn.len();
            window.tokens += turn.tokens(request.counter);
        }
        if window.cost() <= room {
            return window;
        }
        let kept_room = (room as f64 * limits.keep.clamp(0.0, 1.0)) as usize;
        let mut kept = Self { start: session.next_turn(), messages: 0, tokens: 0 };
        let mut wider = kept;
        // What the current input answers is as much part of it as its own text.
        let mut needed = current_messages(session, &request.opened.input).next().is_some_and(answers_a_call);
        for turn in session.turns_from(window.start).iter().rev() {
            wider = wider.with(turn, request.counter);
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
        Self {
            start: turn.number,
            messages: self.messages + turn.len(),
            tokens: self.tokens + turn.tokens(counter),
        }
    }

    fn cost(&self) -> usize {
        self.tokens + self.messages * budget::PER_MESSAGE
    }
}
