//! The order of things in a prompt, and the room that each may take.
//!
//! Owns the layout. What stands verbatim is decided in `window`, the anchor facts in `block`, the
//! note in `note`.

use super::block::BlockRoom;
use super::marks;
use super::note::{self, Material};
use super::window::{self, Room, Window};
use super::{Prompt, TokenReport, block, budget};
use crate::config::{AnchorConfig, AnchorRole, Config};
use crate::memory::{Anchors, Hit, Recalled};
use crate::message::{Content, Entry, Message, Role};
use crate::record::{Mode, Opened};
use crate::session::Session;
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
    window: Window,
    anchors: Option<Anchors>,
    note: Option<String>,
    recalled: Vec<Recalled>,
}

impl Built {
    /// The note.
    pub(crate) fn note(&self) -> Option<&str> {
        self.note.as_deref()
    }

    /// Writes the decisions into the turn's record and gives the prompt.
    pub(crate) fn decide(self, opened: &mut Opened) -> Prompt {
        opened.recalled = self.recalled;
        opened.window_start = self.window.start;
        opened.cleared_before = self.window.cleared;
        opened.anchors = self.anchors;
        opened.note = self.note;
        opened.prompt_hash = Some(self.prompt.hash);
        opened.report = self.prompt.report.clone();
        self.prompt
    }
}

/// Builds the prompt for a request: identity, anchor facts, window, note, input.
pub(crate) fn build(session: &Session, request: &Request<'_>) -> Built {
    let limits = &request.config.prompt;
    let counter = request.counter;
    let mode = request.opened.mode;
    let system = system_message(session);
    let system_tokens = system.as_ref().map_or(0, |message| budget::count_message(message, counter));
    let input: Vec<&Message> = current_messages(session, &request.opened.input).collect();
    let input_tokens: usize = input.iter().map(|message| budget::count_message(message, counter)).sum();
    let fixed_messages = input.len() + usize::from(system.is_some());
    let fixed = system_tokens + input_tokens + fixed_messages * budget::PER_MESSAGE + budget::PER_REPLY;
    let left = limits.budget.saturating_sub(fixed);
    let facts_room = limits.facts.min((left as f64 * FACTS_SHARE) as usize);
    let standing = block::standing(session, mode);
    let standing_text = block::text(standing);
    let standing_tokens = tokens_of(&standing_text, counter);
    let history_room = left.saturating_sub(limits.note_reserve);
    let room = Room {
        standing: history_room.saturating_sub(standing_tokens),
        trimmed: history_room.saturating_sub(if mode == Mode::Augment { 0 } else { facts_room }),
    };
    let window = Window::choose(session, request, room);
    let moved = (window.start, window.cleared) != (session.window_start(), session.cleared_before());
    // A session that was trimmed without a block, by an older version or in mode augment, gets it.
    let unwritten = standing.turn == 0 && window.start > 1;
    // After a recovery the window is another one, and what was pruned may have stated facts.
    let restored = session.track().recovered() > 0 && session.track().recovered() >= standing.turn;
    let written =
        ((moved || unwritten || restored || standing_tokens > left) && mode != Mode::Augment).then(|| {
            let all = facts_room.min(left.saturating_sub(window.cost()));
            // The restored window is short; there is room to say what came before.
            let earlier = if restored { limits.earlier.max(limits.note_earlier) } else { limits.earlier };
            block::write(session, window.start, BlockRoom { all, earlier }, counter)
        });
    let (anchors, facts, facts_tokens) = match &written {
        Some(anchors) => {
            let text = block::text(anchors);
            let tokens = tokens_of(&text, counter);
            (anchors, text, tokens)
        }
        None => (standing, standing_text, standing_tokens),
    };
    let own_frame = if limits.anchor.role == AnchorRole::System { budget::PER_MESSAGE } else { 0 };
    let place = input.iter().any(|message| message.role == Role::User);
    let note = note::write(&Material {
        session,
        request: request.text,
        hits: request.hits,
        plan: &request.opened.plan,
        intent: request.opened.intent,
        window_start: window.start,
        stated: &request.opened.facts,
        anchors,
        // Without a user message there is no place for a note.
        room: if place { left.saturating_sub(window.cost() + facts_tokens + own_frame) } else { 0 },
        config: request.config,
        counter,
    });
    let sent =
        Sent { window_start: window.start, cleared: window.cleared, facts, note: note.text.as_deref() };
    let messages = assemble(session, &request.opened.input, &sent);
    let report = TokenReport {
        system: system_tokens,
        facts: facts_tokens,
        history: window.tokens,
        note: note.tokens,
        input: input_tokens,
        framing: fixed_messages * budget::PER_MESSAGE
            + budget::PER_REPLY
            + window.messages * budget::PER_MESSAGE
            + if note.text.is_some() { own_frame } else { 0 },
        budget: limits.budget,
        ..TokenReport::default()
    };
    let prompt = Prompt::new(messages, report.sum());
    Built { prompt, window, anchors: written, note: note.text, recalled: note.recalled }
}

/// Share of what identity and input leave that anchor facts may take, however much
/// `prompt.facts` allows: a small budget is for what was said last.
pub(super) const FACTS_SHARE: f64 = 0.35;

fn tokens_of(text: &str, counter: &dyn TokenCounter) -> usize {
    if text.is_empty() { 0 } else { counter.count(text) }
}

/// The messages of an open turn's prompt again, byte for byte, with what its tools have said
/// since; `None` if no turn is open.
#[must_use]
pub fn rebuild(session: &Session, steps: &[Message]) -> Option<Vec<Message>> {
    let opened = session.pending()?;
    let sent = Sent {
        window_start: opened.window_start,
        cleared: opened.cleared_before,
        facts: block::text(block::standing(session, opened.mode)),
        note: opened.note.as_deref(),
    };
    let mut messages = assemble(session, &opened.input, &sent);
    messages.extend(steps.iter().cloned().map(marks::without_marks));
    Some(messages)
}

/// What was decided about a prompt besides its input.
struct Sent<'a> {
    window_start: u32,
    cleared: u32,
    /// The text of the anchor facts; empty without any.
    facts: String,
    note: Option<&'a str>,
}

fn assemble(session: &Session, input: &[Entry], sent: &Sent<'_>) -> Vec<Message> {
    let mut messages: Vec<Message> = system_message(session).into_iter().collect();
    for turn in session.standing_turns(sent.window_start) {
        let cleared = turn.number < sent.cleared;
        let shown = turn.entries().map(|entry| window::shown(&entry.message, cleared));
        messages.extend(shown.map(marks::without_marks));
    }
    let current = messages.len();
    messages.extend(current_messages(session, input).cloned().map(marks::without_marks));
    if let Some(note) = sent.note {
        place_note(&mut messages, current, note, &session.config().prompt.anchor);
    }
    if !sent.facts.is_empty()
        && let Some(first) = messages.iter_mut().find(|message| message.role == Role::User)
    {
        put_before(first, &sent.facts);
    }
    messages
}

/// The input with the user messages of abandoned turns before it.
pub(super) fn current_messages<'a>(
    session: &'a Session,
    input: &'a [Entry],
) -> impl Iterator<Item = &'a Message> {
    session.carried().iter().chain(input).map(|entry| &entry.message)
}

pub(super) fn system_message(session: &Session) -> Option<Message> {
    let text = session.identity().prompt();
    (!text.is_empty()).then(|| Message::text(Role::System, text))
}

/// Puts the note in front of the last user message; without one it is left out. It goes into
/// the user's message because chat templates that want strict alternation refuse any other
/// place, and because some providers move system messages to the top.
pub fn attach_note(messages: &mut [Message], note: &str) {
    if let Some(message) = messages.iter_mut().rev().find(|message| message.role == Role::User) {
        put_before(message, note);
    }
}

/// Puts the note where the settings want it: at the last message of the user's input, or so many
/// messages of the user above it, in that message or as a system message in front of it.
fn place_note(messages: &mut Vec<Message>, current: usize, note: &str, anchor: &AnchorConfig) {
    let is_user = |message: &Message| message.role == Role::User;
    let Some(last) = messages.iter().rposition(is_user).filter(|&at| at >= current) else { return };
    let above = messages.iter().enumerate().take(last + 1).rev().filter(|(_, message)| is_user(message));
    // Of fewer messages the first.
    let Some((at, _)) = above.take(anchor.depth as usize + 1).last() else { return };
    match anchor.role {
        AnchorRole::System => messages.insert(at, Message::text(Role::System, note.trim_end())),
        AnchorRole::User => {
            messages.iter_mut().skip(at).take(1).for_each(|message| put_before(message, note))
        }
    }
}

/// Puts a text in front of a message's own; in a multimodal message as a part of its own.
fn put_before(message: &mut Message, text: &str) {
    match &mut message.content {
        Content::Text(own) => own.insert_str(0, text),
        Content::Parts(parts) => {
            parts.insert(0, serde_json::json!({ "type": "text", "text": text.trim_end() }));
        }
        Content::Absent => message.content = Content::Text(text.to_owned()),
    }
}
