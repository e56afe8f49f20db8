//! The window restarted on request: a compact brief and the last messages.
//!
//! Owns how much room each gets then. Trimming in the course of a conversation is in `window`.

use super::block::BlockRoom;
use super::layout::{FACTS_SHARE, Request, system_message};
use super::window::Window;
use super::{block, budget};
use crate::config::Config;
use crate::record::{Opened, Recentered};
use crate::session::Session;
use crate::tokens::TokenCounter;

/// Where the window begins then, with the anchor facts of all that has left it. `keep` does not
/// count: only the last `min_messages` stay.
pub(crate) fn restart(session: &Session, config: &Config, counter: &dyn TokenCounter) -> Recentered {
    let limits = &config.prompt;
    let system = system_message(session);
    let system = system.as_ref().map_or(0, |message| budget::count_message(message, counter));
    let left = limits.budget.saturating_sub(system + budget::PER_MESSAGE + budget::PER_REPLY);
    let facts = limits.facts.min((left as f64 * FACTS_SHARE) as usize);
    let mut config = config.clone();
    config.prompt.keep = 0.0;
    let opened = Opened::default();
    let request = Request { opened: &opened, text: "", hits: &[], config: &config, counter };
    let window = Window::smallest(session, &request, left.saturating_sub(limits.note_reserve + facts));
    let all = facts.min(left.saturating_sub(window.cost()));
    // The window is short now; there is room to say what came before.
    let room = BlockRoom { all, earlier: limits.earlier.max(limits.note_earlier) };
    Recentered {
        after: session.turns().last().map_or(0, |turn| turn.number),
        window_start: window.start,
        cleared_before: window.cleared,
        anchors: block::write(session, window.start, room, counter),
        corrections_dropped: false,
        set_aside: Vec::new(),
        turn: 0,
    }
}
