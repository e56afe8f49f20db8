//! Which messages hold a term, and how often: packed, since these lists are most of an index.
//!
//! Owns the bytes: for each message its distance from the one before and how often it has the term.
//! Messages that have left the index stay at the front of a list until a sweep drops them.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::compact::{Bytes, Numbers, put};

/// One message that holds a term.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Posting {
    /// Running number of the document, counted from the first ever indexed.
    pub(crate) document: u32,
    pub(crate) frequency: u32,
}

/// The documents that hold one term, in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Postings {
    bytes: Vec<u8>,
    last: u32,
    count: u32,
}

/// Those of them that are still indexed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Live<'a> {
    bytes: &'a [u8],
    before: u32,
    count: usize,
}

impl Postings {
    /// Adds a document, newer than all others.
    pub(super) fn push(&mut self, posting: Posting) {
        let distance = posting.document.wrapping_sub(self.last);
        if self.bytes.capacity() - self.bytes.len() < LONGEST {
            self.bytes.reserve_exact((self.bytes.len() / 8).next_multiple_of(8).max(8));
        }
        write(&mut self.bytes, distance, posting.frequency);
        self.last = posting.document;
        self.count = self.count.saturating_add(1);
    }

    /// Those from a document on.
    pub(super) fn live(&self, from: u32) -> Live<'_> {
        let mut live = Live { bytes: &self.bytes, before: 0, count: self.count as usize };
        if from == 0 {
            return live;
        }
        let mut next = live;
        while next.step().is_some_and(|posting| posting.document < from) {
            live = next;
        }
        live
    }

    /// Drops what stands before a document.
    pub(super) fn sweep(&mut self, from: u32) {
        let live = self.live(from);
        if live.count < self.count as usize {
            *self = live.collect();
        }
    }

    /// In one piece for a snapshot: how many, then each.
    fn put(&self, bytes: &mut Vec<u8>) {
        put(bytes, self.count);
        bytes.extend_from_slice(&self.bytes);
    }
}

/// Bytes of the longest posting of usual distances.
const LONGEST: usize = 6;

/// Most terms stand once in a message, so once takes no number of its own.
fn write(bytes: &mut Vec<u8>, distance: u32, frequency: u32) {
    let often = u32::from(frequency != 1);
    // A distance of 31 bits is over two billion messages.
    put(bytes, distance << 1 | often);
    if often == 1 {
        put(bytes, frequency);
    }
}

fn read(numbers: &mut Numbers<'_>) -> Option<(u32, u32)> {
    let first = numbers.take()?;
    let frequency = if first & 1 == 1 { numbers.take()? } else { 1 };
    Some((first >> 1, frequency))
}

impl FromIterator<Posting> for Postings {
    fn from_iter<T: IntoIterator<Item = Posting>>(postings: T) -> Self {
        let mut all = Self::default();
        postings.into_iter().for_each(|posting| all.push(posting));
        all
    }
}

impl Live<'_> {
    pub(crate) fn len(&self) -> usize {
        self.count
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.count == 0
    }

    #[inline]
    fn step(&mut self) -> Option<Posting> {
        let mut numbers = Numbers(self.bytes);
        let (distance, frequency) = read(&mut numbers)?;
        self.bytes = numbers.0;
        self.before = self.before.wrapping_add(distance);
        self.count = self.count.saturating_sub(1);
        Some(Posting { document: self.before, frequency })
    }
}

impl Iterator for Live<'_> {
    type Item = Posting;

    #[inline]
    fn next(&mut self) -> Option<Posting> {
        self.step()
    }
}

/// In a snapshot the bytes as they are; in JSON lists.
pub(super) fn serialize<S: Serializer>(postings: &[Postings], serializer: S) -> Result<S::Ok, S::Error> {
    if serializer.is_human_readable() {
        return serializer.collect_seq(postings.iter().map(|list| list.live(0).collect::<Vec<_>>()));
    }
    let mut bytes = Vec::new();
    postings.iter().for_each(|list| list.put(&mut bytes));
    Bytes(bytes).serialize(serializer)
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Postings>, D::Error> {
    if deserializer.is_human_readable() {
        let lists = Vec::<Vec<Posting>>::deserialize(deserializer)?;
        return Ok(lists.into_iter().map(Postings::from_iter).collect());
    }
    let bytes = Bytes::deserialize(deserializer)?.0;
    let mut rest = Numbers(&bytes);
    let mut postings = Vec::new();
    while let Some(count) = rest.take() {
        let own = rest.0;
        let mut last = 0_u32;
        for _ in 0..count {
            let missing = || serde::de::Error::custom("a posting is missing");
            last = last.wrapping_add(read(&mut rest).ok_or_else(missing)?.0);
        }
        let bytes = own.get(..own.len() - rest.0.len()).unwrap_or_default().to_vec();
        postings.push(Postings { bytes, last, count });
    }
    Ok(postings)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn packed_postings_are_what_was_put_in(
            distances in proptest::collection::vec((1_u32..100_000, 1_u32..300), 0..60),
            from in 0_u32..2_000_000,
        ) {
            let mut document = 0;
            let all: Vec<Posting> = distances.iter().map(|&(distance, frequency)| {
                document += distance;
                Posting { document, frequency }
            }).collect();
            let mut packed: Postings = all.iter().copied().collect();
            prop_assert_eq!(&packed.live(0).collect::<Vec<_>>(), &all);
            let left: Vec<Posting> = all.iter().copied().filter(|it| it.document >= from).collect();
            prop_assert_eq!(packed.live(from).len(), left.len());
            prop_assert_eq!(&packed.live(from).collect::<Vec<_>>(), &left);
            packed.sweep(from);
            prop_assert_eq!(&packed.live(0).collect::<Vec<_>>(), &left);
            packed.push(Posting { document: document + 3_000_000, frequency: 2 });
            prop_assert_eq!(packed.live(from).len(), left.len() + 1);
        }
    }
}
