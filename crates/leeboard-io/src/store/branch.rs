//! The tree that the records of a session form, as stores show it.
//!
//! Each record names the one before it, so an edited or regenerated message is a second record
//! after the same one. One record is the head: the path to it is the conversation as it stands.
//! Owns the types that stores take and give for this; walks and stores nothing.

use leeboard_core::Mode;
use leeboard_core::record::{Digest, Record};

use super::said::Said;

/// Where the head goes with a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a store must handle each")]
pub enum Tip {
    /// The records must follow the head, and become it. Else the commit is a conflict.
    Required,
    /// They become the head if they follow it. Elsewhere they are a branch, and the head stays.
    Follows,
    /// They become the head, wherever they are: a reply was delivered there. A conflict if the head
    /// follows the same record and only by records that are no turns, such as an edit of the memory:
    /// those would be lost.
    Delivered,
}

/// Who speaks in a session, and how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "the caller of a store builds it")]
pub struct Client {
    /// Digest of tenant and user: only within it is a conversation found by what was said.
    pub scope: Digest,
    /// Whether the client has sent again what was said before.
    pub resends: bool,
}

/// Records of one session, in a row, to be stored all or none.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "the caller of a store builds it")]
pub struct Commit<'a> {
    /// The records. The first names the record that they follow.
    pub records: &'a [Record],
    /// What is said with each of them.
    pub said: &'a [Option<Said>],
    /// Where the head goes.
    pub tip: Tip,
    /// Who speaks.
    pub client: Client,
}

/// A turn's place in the tree of its session.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "stores build it")]
pub struct Mark {
    /// Grows from mark to mark within a store, and is never used twice.
    pub number: u64,
    /// Hash of the record that ended the turn, or opened it while it waits for its reply.
    pub at: Digest,
    /// The finished turn before it; `None` for a first one.
    pub after: Option<Digest>,
    /// What was said.
    pub said: Said,
}

/// A session as far as it is known without reading its records.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "stores build it")]
pub struct View {
    /// Hash of the record at the head.
    pub head: Digest,
    /// The last finished turn on the path to the head.
    pub turn: Option<Digest>,
    /// Whether its client has sent again what was said before.
    pub resends: bool,
    /// How often something of it was forgotten. A state from before must be replayed.
    pub erasures: u64,
    /// What leeboard may change in it, if that was set for the session.
    pub mode: Option<Mode>,
    /// The marks, oldest first: all, or those after the one that was named.
    pub marks: Vec<Mark>,
    /// Whether these are all.
    pub whole: bool,
}

/// What a conversation is looked for by.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_enums, reason = "a store must handle each")]
pub enum Trace<'a> {
    /// All that was said from the start to some reply: one of these [paths](Said::path).
    Paths(&'a [Digest]),
    /// One of these replies.
    Replies(&'a [Digest]),
}

/// Sessions that a search gives at most.
pub const MOST_FOUND: usize = 16;
