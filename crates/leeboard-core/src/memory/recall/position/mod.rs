//! Questions about a place in the conversation: "the first thing I asked", "your last answer",
//! "at turn 50". They are answered from the order of the messages, exactly.
//!
//! Owns finding the messages of a place. [`read`] reads the place from the question.

mod read;
#[cfg(test)]
mod tests;

use crate::memory::index::Index;
use crate::message::Role;

pub(super) use read::read;

/// A place in a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// These turns, whole; what this side said comes first.
    Turns { from: u32, through: u32, by: Option<Role> },
    /// Some messages, counted from one end.
    Messages { what: What, end: End, nth: usize, count: usize },
}

/// Which messages are counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct What {
    /// Who said them; anybody without.
    pub(super) by: Option<Role>,
    pub(super) kind: Kind,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Kind {
    #[default]
    Message,
    /// A message that asks.
    Question,
    /// "The first thing I asked" may be the first message as well as the first question.
    Asked,
    /// All messages of a turn.
    Turn,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    First,
    Last,
}

/// Messages found for one place, at most.
const MOST: usize = 20;

impl Place {
    /// The messages of the place, the ones meant first; none if the conversation does not have
    /// it or its beginning is no longer indexed.
    pub(super) fn find(self, index: &Index) -> Vec<usize> {
        let mut found = match self {
            Self::Turns { from, through, by } => turns(index, from, through, by),
            Self::Messages { what, end, nth, count } => messages(index, what, end, nth, count),
        };
        found.truncate(MOST);
        found
    }
}

fn turns(index: &Index, from: u32, through: u32, by: Option<Role>) -> Vec<usize> {
    let documents = index.documents();
    let start = documents.partition_point(|document| document.turn < from);
    let end = documents.partition_point(|document| document.turn <= through);
    let mut found: Vec<usize> = (start..end).collect();
    let own = |place: &usize| documents.get(*place).map(|document| document.role);
    found.sort_by_key(|place| by.is_some() && own(place) != by);
    found
}

fn messages(index: &Index, what: What, end: End, nth: usize, count: usize) -> Vec<usize> {
    let Some(skipped) = nth.checked_sub(1) else { return Vec::new() };
    if end == End::First && !index.is_whole() {
        return Vec::new();
    }
    if what.kind == Kind::Turn {
        return whole_turns(index, what.by, end, nth, count);
    }
    let counts = |(_, (document, traits)): &(usize, (&super::Document, &super::Traits))| {
        what.by.is_none_or(|by| document.role == by)
            && (matches!(what.kind, Kind::Message) || traits.asks > 0.0)
    };
    let all = || index.documents().iter().zip(index.traits()).enumerate();
    let mut found: Vec<usize> = match end {
        End::First => all().filter(counts).skip(skipped).take(count).map(|(place, _)| place).collect(),
        End::Last => {
            let mut last: Vec<usize> =
                all().rev().filter(counts).skip(skipped).take(count).map(|(place, _)| place).collect();
            last.reverse();
            last
        }
    };
    // A request need not have a question mark.
    if what.kind == Kind::Asked {
        let plain = What { kind: Kind::Message, ..what };
        let said = messages(index, plain, end, nth, count);
        found.extend(said.into_iter().filter(|place| !found.contains(place)).collect::<Vec<_>>());
    }
    found
}

fn whole_turns(index: &Index, by: Option<Role>, end: End, nth: usize, count: usize) -> Vec<usize> {
    let last = index.documents().back().map_or(0, |document| document.turn);
    let (nth, count) = (u32::try_from(nth).unwrap_or(u32::MAX), u32::try_from(count).unwrap_or(u32::MAX));
    let more = count.saturating_sub(1);
    match end {
        End::First => turns(index, nth, nth.saturating_add(more), by),
        // More turns ago than there were: no such place.
        End::Last if nth > last => Vec::new(),
        End::Last => {
            let through = last.saturating_add(1).saturating_sub(nth);
            turns(index, through.saturating_sub(more), through, by)
        }
    }
}
