//! What a commit does to the tree of a session, decided without the store.
//!
//! Owns the rules of parents and heads that all stores share: which record the first new one
//! follows, where each new one stands, whether the head moves. Stores find out what the rules ask
//! for, and write what they say.

use leeboard_core::record::{Digest, Record};

use super::{Commit, Said, Standing, Tip};

/// The record that the first new one follows, and where that stands; `None` if it may not follow
/// there, which is a conflict. `before` is the place of the record that it names.
pub(super) fn follow(
    first: &Record,
    tip: Tip,
    head: Digest,
    before: Option<(u64, Standing)>,
) -> Option<(Digest, Standing)> {
    if tip == Tip::Required && first.parent != head {
        return None;
    }
    match before {
        Some((sequence, standing)) if sequence + 1 == first.sequence => Some((first.parent, standing)),
        None if first.parent == Digest::default() && first.sequence == 0 => {
            Some((first.parent, Standing::default()))
        }
        _ => None,
    }
}

/// Whether the head goes to the last record of a commit.
pub(super) fn moves(tip: Tip, head: Digest, parent: Digest) -> bool {
    tip == Tip::Delivered || head == parent
}

/// A record that is to be written, with its hash, its place and its mark.
pub(super) struct Row<'a> {
    pub(super) record: &'a Record,
    pub(super) hash: Digest,
    pub(super) standing: Standing,
    pub(super) turn: Option<Turn<'a>>,
}

/// A mark that is to be written.
pub(super) struct Turn<'a> {
    pub(super) at: Digest,
    pub(super) after: Option<Digest>,
    pub(super) said: &'a Said,
    pub(super) scope: Digest,
    pub(super) path: Option<Digest>,
}

impl Turn<'_> {
    /// Digests of what was asked, joined by commas.
    pub(super) fn asked(&self) -> String {
        self.said.asked.iter().map(Digest::to_string).collect::<Vec<_>>().join(",")
    }
}

/// The records of a commit that are not known yet, the first of which follows this standing.
pub(super) fn rows<'a>(commit: &Commit<'a>, known: usize, mut standing: Standing) -> Vec<Row<'a>> {
    let said = commit.said.iter().map(Option::as_ref).chain(std::iter::repeat(None));
    let row = |(record, said): (&'a Record, Option<&'a Said>)| {
        let hash = record.hash();
        let after = standing.turn.map(|(at, _)| at);
        let (next, path) = standing.next(record, hash, said);
        standing = next;
        let turn = said.map(|said| Turn { at: hash, after, said, scope: commit.client.scope, path });
        Row { record, hash, standing, turn }
    };
    commit.records.iter().zip(said).skip(known).map(row).collect()
}
