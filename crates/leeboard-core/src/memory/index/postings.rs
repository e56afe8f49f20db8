//! How postings are written in a snapshot.
//!
//! Owns the bytes: for each term how many, then for each document its distance from the one before
//! and how often it has the term. In JSON postings are lists, as they are.

use std::collections::VecDeque;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Posting;
use crate::compact::{Bytes, Numbers, put};

pub(super) fn serialize<S: Serializer>(
    postings: &[VecDeque<Posting>],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    if serializer.is_human_readable() {
        return postings.serialize(serializer);
    }
    let mut bytes = Vec::new();
    for of_term in postings {
        put(&mut bytes, u32::try_from(of_term.len()).unwrap_or(u32::MAX));
        let mut before = 0;
        for posting in of_term {
            put(&mut bytes, posting.document.wrapping_sub(before));
            put(&mut bytes, posting.frequency);
            before = posting.document;
        }
    }
    Bytes(bytes).serialize(serializer)
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<VecDeque<Posting>>, D::Error> {
    if deserializer.is_human_readable() {
        return Vec::deserialize(deserializer);
    }
    let bytes = Bytes::deserialize(deserializer)?.0;
    let mut rest = Numbers(&bytes);
    let mut postings = Vec::new();
    while let Some(count) = rest.take() {
        // Each takes two bytes at least: a damaged count does not ask for more memory than that.
        let mut of_term = VecDeque::with_capacity((count as usize).min(rest.0.len() / 2));
        let mut document = 0_u32;
        for _ in 0..count {
            document = document.wrapping_add(rest.due()?);
            of_term.push_back(Posting { document, frequency: rest.due()? });
        }
        postings.push(of_term);
    }
    Ok(postings)
}
