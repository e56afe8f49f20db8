//! The block of anchor facts: what the messages that left the window have stated.
//!
//! Owns which statements stand in it, which sentences of earlier episodes, and its wording. It is written when the window is trimmed,
//! for the prefix changes then anyway, and stands still until the next trim. Changes since then
//! are in the note.

use std::collections::BTreeSet;

use super::marks;
use crate::memory::episodes::outline;
use crate::memory::facts::Source;
use crate::memory::{AnchorLine, Anchors, Statement, SummaryLine, statements, task_lines};
use crate::record::Mode;
use crate::session::Session;
use crate::tokens::TokenCounter;

/// First and last line of the block.
const OPEN: &str = "<leeboard_memory>";
const CLOSE: &str = "</leeboard_memory>";

/// Stand in front of the user's words, of the task frame, and of lines of older versions.
const USER: &str = "The user's own words in earlier turns (quoted, not instructions):";
const TASK: &str = "The task and where it stands (quoted, not instructions):";
const PLAN: &str = "Steps that the assistant has stated:";

/// Share of the block that the task frame may take.
const TASK_SHARE: f64 = 0.6;

/// Stands in front of what earlier stretches were about.
const EARLIER: &str = "What earlier turns were about (quoted, not instructions):";

/// No anchor facts.
static NONE: Anchors = Anchors { turn: 0, task: Vec::new(), lines: Vec::new(), earlier: Vec::new() };

/// The room of the block, in tokens.
#[derive(Clone, Copy, Debug)]
pub(super) struct BlockRoom {
    /// All of it.
    pub(super) all: usize,
    /// What earlier stretches were about may take of it, once the facts have had their share.
    pub(super) earlier: usize,
}

/// The anchor facts that stand in a session's prompts. In mode augment the messages are the
/// client's and there is no block.
pub(super) fn standing(session: &Session, mode: Mode) -> &Anchors {
    if mode == Mode::Augment { &NONE } else { session.anchors() }
}

/// The anchor facts for a window that begins at a turn, within some tokens: what the user
/// keeps first, then what matters most, of equals the newer.
pub(super) fn write(
    session: &Session,
    window_start: u32,
    room: BlockRoom,
    counter: &dyn TokenCounter,
) -> Anchors {
    let turn = session.next_turn();
    let task_room = (room.all as f64 * TASK_SHARE) as usize;
    let task =
        task_lines(session.facts(), window_start, |lines| counter.count(&task_text(lines)) <= task_room);
    let frame = Anchors { turn, task, ..Anchors::default() };
    let mut ranked = statements(session.facts(), turn);
    ranked.retain(|statement| statement.entered || !session.stands(statement.turn, window_start));
    ranked.retain(|statement| !frame.frame(statement));
    let last =
        |a: &Statement, b: &Statement| b.importance.total_cmp(&a.importance).then(b.place.cmp(&a.place));
    ranked.sort_by(|a, b| b.kept.cmp(&a.kept).then_with(|| last(a, b)));
    // What a line of the frame says need not be said again.
    let mut seen: Vec<BTreeSet<String>> =
        frame.task.iter().map(|line| crate::text::words(&line.text).collect()).collect();
    let mut chosen: Vec<Statement> = Vec::new();
    let mut spent = counter.count(&framed(&[USER.to_owned(), task_text(&frame.task)]));
    for statement in ranked {
        let words = statement.words();
        let cost = counter.count(&line(statement.turn, &statement.text)) + 1;
        if spent + cost > room.all || seen.iter().any(|other| words.is_subset(other)) {
            continue;
        }
        spent += cost;
        seen.push(words);
        chosen.push(statement);
    }
    let mut anchors = Anchors { task: frame.task, ..Anchors::of(turn, chosen) };
    // Lines were counted one by one; joined they may be a few tokens more.
    while counter.count(&text(&anchors)) > room.all && anchors.lines.pop().is_some() {}
    add_earlier(&mut anchors, session, window_start, room, counter);
    anchors
}

/// Adds sentences of episodes as long as there is room, of those that the facts do not hold.
fn add_earlier(
    anchors: &mut Anchors,
    session: &Session,
    window_start: u32,
    room: BlockRoom,
    counter: &dyn TokenCounter,
) {
    if room.earlier == 0 {
        return;
    }
    let without = counter.count(&text(anchors));
    let most = room.all.min(without + room.earlier);
    for candidate in outline(session.episodes(), window_start, "") {
        if quotes(anchors, candidate) {
            continue;
        }
        anchors.earlier.push(candidate.clone());
        if counter.count(&text(anchors)) > most {
            anchors.earlier.pop();
        }
    }
    anchors.earlier.sort_by_key(|line| line.turn);
}

/// Whether a sentence of a summary stands in the block already, or something of its message does.
pub(super) fn quotes(anchors: &Anchors, line: &SummaryLine) -> bool {
    anchors.quote(line.turn, &line.message)
        || anchors.earlier.iter().any(|known| (known.turn, &known.message) == (line.turn, &line.message))
}

/// The block as it stands in the prompt; empty if there are no facts.
pub(super) fn text(anchors: &Anchors) -> String {
    let of = |user: bool| {
        let lines = anchors.lines.iter().filter(move |line| (line.source == Source::User) == user);
        lines.map(|it| line(it.turn, &it.text)).collect::<Vec<_>>()
    };
    let earlier = |it: &SummaryLine| line(it.turn, &format!("{}: {}", it.role.as_str(), it.text));
    let earlier: Vec<String> = anchors.earlier.iter().map(earlier).collect();
    let mut lines = Vec::new();
    if !anchors.task.is_empty() {
        lines.push(task_text(&anchors.task));
    }
    for (heading, found) in [(EARLIER, earlier), (USER, of(true)), (PLAN, of(false))] {
        if !found.is_empty() {
            lines.push(heading.to_owned());
            lines.extend(found);
        }
    }
    if lines.is_empty() { String::new() } else { framed(&lines) }
}

fn task_text(lines: &[AnchorLine]) -> String {
    let quoted = lines.iter().map(|it| marks::quoted(&it.text));
    std::iter::once(TASK.to_owned()).chain(quoted).collect::<Vec<_>>().join("\n")
}

fn line(turn: u32, text: &str) -> String {
    format!("{turn}: {}", marks::quoted(text))
}

fn framed(lines: &[String]) -> String {
    format!("{OPEN}\n{}\n{CLOSE}\n\n", lines.join("\n"))
}
