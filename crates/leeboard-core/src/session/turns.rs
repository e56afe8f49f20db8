//! The finished turns: the last ones as they are, the older ones packed.
//!
//! Owns where a turn stands and how older ones are packed: a few turns a block, compressed, with
//! the conversation's first words as the dictionary that all blocks share. A block is opened in some
//! microseconds, which is what quoting an old message costs. How turns become bytes is in `form`.

mod form;

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Turn;
use crate::compact::Bytes;
use crate::message::{Content, Entry};
use crate::tokens::TokenCounter;

/// Turns that stay as they are, at least: more than a window of 4,000 tokens mostly has, so that
/// building a prompt opens no block.
const PLAIN: usize = 256;

/// Turns in a block: of recorded replies (100 to 270 words) some 4 KB. A message is found by opening its
/// block, so it is small; the shared dictionary makes up for that.
const BLOCK: usize = 4;

/// Bytes of the dictionary, at most. LZ4 looks back 64 KB, of which a block needs some.
const DICTIONARY: usize = 48 * 1024;

/// The finished turns of a session, oldest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Turns {
    blocks: Vec<Block>,
    /// What the first blocks hold, before packing.
    dictionary: Vec<u8>,
    recent: Vec<Turn>,
    packed: Tally,
    messages: usize,
    bytes: usize,
}

/// Some turns in one piece.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Block {
    /// The number of its first turn.
    first: u32,
    turns: u32,
    /// The part of the dictionary that there was.
    dictionary: u32,
    /// Bytes before packing.
    length: u32,
    packed: Bytes,
}

/// The tokens of the packed turns, so that adding up opens nothing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Tally {
    turns: usize,
    counter: String,
    tokens: usize,
    /// Whether another counter was at work too.
    mixed: bool,
}

impl Turns {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.packed.turns + self.recent.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.recent.is_empty()
    }

    /// Messages in all of them.
    #[must_use]
    pub fn messages(&self) -> usize {
        self.messages
    }

    /// Bytes of all that is said in them.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// The newest.
    #[must_use]
    pub fn last(&self) -> Option<&Turn> {
        self.recent.last()
    }

    /// The number of the oldest, for which no block is opened.
    #[must_use]
    pub fn first_number(&self) -> Option<u32> {
        let packed = self.blocks.first().map(|block| block.first);
        packed.or_else(|| self.recent.first().map(|turn| turn.number))
    }

    /// The turn at a place, from 0.
    #[must_use]
    pub fn get(&self, place: usize) -> Option<Cow<'_, Turn>> {
        if let Some(place) = place.checked_sub(self.packed.turns) {
            return self.recent.get(place).map(Cow::Borrowed);
        }
        self.iter().nth(place)
    }

    /// The turn of this number.
    #[must_use]
    pub fn numbered(&self, number: u32) -> Option<Cow<'_, Turn>> {
        self.from(number).next().filter(|turn| turn.number == number)
    }

    /// All, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = Cow<'_, Turn>> {
        self.from(0)
    }

    /// Those from a number on, oldest first.
    pub fn from(&self, number: u32) -> impl DoubleEndedIterator<Item = Cow<'_, Turn>> {
        let within = self.recent.first().is_none_or(|first| number < first.number);
        let after = self.blocks.partition_point(|block| block.first <= number);
        let from = if within { after.saturating_sub(1) } else { self.blocks.len() };
        let older = self.blocks.get(from..).unwrap_or_default().iter();
        let older = older.flat_map(|block| self.open(block)).map(Cow::Owned);
        let at = self.recent.partition_point(|turn| turn.number < number);
        let newer = self.recent.get(at..).unwrap_or_default().iter().map(Cow::Borrowed);
        older.filter(move |turn: &Cow<'_, Turn>| turn.number >= number).chain(newer)
    }

    /// Tokens of all messages.
    pub(super) fn tokens(&self, counter: &dyn TokenCounter) -> usize {
        let newer: usize = self.recent.iter().map(|turn| turn.tokens(counter)).sum();
        if !self.packed.mixed && (self.packed.turns == 0 || self.packed.counter == counter.name()) {
            return self.packed.tokens + newer;
        }
        self.iter().map(|turn| turn.tokens(counter)).sum()
    }

    /// Takes in the next turn.
    pub(super) fn push(&mut self, turn: Turn) {
        self.messages += turn.len();
        self.bytes += turn.entries().map(size).sum::<usize>();
        self.recent.push(turn);
        if self.recent.len() >= PLAIN + BLOCK {
            let oldest: Vec<Turn> = self.recent.drain(..BLOCK).collect();
            self.pack(oldest);
        }
    }

    fn pack(&mut self, turns: Vec<Turn>) {
        let raw = form::write(&turns);
        let (Some(first), Some(raw)) = (turns.first(), raw) else {
            // Turns came as JSON and can be written; whatever cannot stays as it is.
            self.recent.splice(..0, turns);
            return;
        };
        let more = DICTIONARY.saturating_sub(self.dictionary.len());
        self.dictionary.extend(raw.iter().take(more));
        let mut packed = lz4_flex::block::compress_with_dict(&raw, &self.dictionary);
        packed.shrink_to_fit();
        self.blocks.push(Block {
            first: first.number,
            turns: count(turns.len()),
            dictionary: count(self.dictionary.len()),
            length: count(raw.len()),
            packed: Bytes(packed),
        });
        turns.iter().for_each(|turn| self.packed.add(turn));
    }

    fn open(&self, block: &Block) -> Vec<Turn> {
        let dictionary = self.dictionary.get(..block.dictionary as usize).unwrap_or_default();
        let raw = lz4_flex::block::decompress_with_dict(&block.packed.0, block.length as usize, dictionary);
        // What was packed here opens; a snapshot has a checksum.
        raw.ok().and_then(|raw| form::read(&raw)).unwrap_or_default()
    }

    fn of(turns: Vec<Turn>) -> Self {
        let mut all = Self::default();
        turns.into_iter().for_each(|turn| all.push(turn));
        all
    }
}

impl Tally {
    fn add(&mut self, turn: &Turn) {
        if self.turns == 0 {
            self.counter.clone_from(&turn.tokens.counter);
        }
        self.mixed |= self.counter != turn.tokens.counter;
        self.tokens += turn.tokens.counts.iter().sum::<usize>();
        self.turns += 1;
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// Bytes of what a message says; pictures may be in its parts, as text.
fn size(entry: &Entry) -> usize {
    match &entry.message.content {
        Content::Absent => 0,
        Content::Text(text) => text.len(),
        Content::Parts(parts) => parts.iter().map(|part| part.to_string().len()).sum(),
    }
}

/// In a snapshot as they stand in memory; in JSON a list of turns.
#[derive(Serialize, Deserialize)]
struct Written {
    blocks: Vec<Block>,
    dictionary: Bytes,
    recent: Bytes,
    packed: Tally,
    messages: usize,
    bytes: usize,
}

impl Serialize for Turns {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            return serializer.collect_seq(self.iter());
        }
        let unwritable = || serde::ser::Error::custom("a turn cannot be written");
        let written = Written {
            blocks: self.blocks.clone(),
            dictionary: Bytes(self.dictionary.clone()),
            recent: Bytes(form::write(&self.recent).ok_or_else(unwritable)?),
            packed: self.packed.clone(),
            messages: self.messages,
            bytes: self.bytes,
        };
        written.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Turns {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            return Ok(Self::of(Vec::deserialize(deserializer)?));
        }
        let written = Written::deserialize(deserializer)?;
        let unreadable = || serde::de::Error::custom("turns are not written as they should be");
        Ok(Self {
            blocks: written.blocks,
            dictionary: written.dictionary.0,
            recent: form::read(&written.recent.0).ok_or_else(unreadable)?,
            packed: written.packed,
            messages: written.messages,
            bytes: written.bytes,
        })
    }
}

#[cfg(test)]
mod tests;
