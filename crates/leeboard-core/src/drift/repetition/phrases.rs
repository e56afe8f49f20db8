//! Which turns' replies hold which runs of four words.
//!
//! Owns the index, packed: of a long session it is one of the largest parts. What a share of common
//! runs means is the business of `repetition`.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::compact::{Bytes, Numbers, put};
use crate::text::lookup::hash;

/// Replies looked at for one 4-gram, the oldest first: one that stands in more is a figure of
/// speech or a sign-off, and says nothing about which reply is repeated.
const MAX_REPLIES: usize = 64;

/// Distinct runs of four words, by hash and in order. With a million runs one in 4,000 lookups
/// meets another run of the same hash, which adds nothing that matters to a share.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Grams(Vec<u32>);

impl Grams {
    pub(super) fn of(words: &[String]) -> Self {
        let hashes: Vec<u32> = words.iter().map(|word| hash(word)).collect();
        let mix = |hash: u64, word: &u32| (hash ^ u64::from(*word)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mut grams: Vec<u32> =
            hashes.windows(4).map(|run| (run.iter().fold(0, mix) >> 32) as u32).collect();
        grams.sort_unstable();
        grams.dedup();
        Self(grams)
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
}

type Pair = (u32, u32);

/// Which turns' replies hold which 4-grams.
///
/// Pairs of hash and turn in sorted buckets, each for an equal share of the hashes. The buckets
/// double where they hold more than 64 pairs on average, so both adding and looking up stay quick
/// however long the session. The same pairs always lie alike.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PhraseIndex {
    buckets: Vec<Bucket>,
    pairs: usize,
}

/// Pairs in order, each hash as the distance from the one before: some four bytes a pair.
#[derive(Clone, Debug, Default, PartialEq)]
struct Bucket(Vec<u8>);

impl Bucket {
    /// The pairs; `base` is the first hash that the bucket is for.
    fn pairs(&self, base: u32) -> impl Iterator<Item = Pair> + '_ {
        let (mut rest, mut gram) = (Numbers(&self.0), base);
        std::iter::from_fn(move || {
            gram = gram.wrapping_add(rest.take()?);
            Some((gram, rest.take()?))
        })
    }

    fn write(&mut self, pairs: &[Pair], base: u32, scratch: &mut Vec<u8>) {
        scratch.clear();
        let mut before = base;
        for &(gram, turn) in pairs {
            put(scratch, gram.wrapping_sub(before));
            put(scratch, turn);
            before = gram;
        }
        self.0.clear();
        self.0.reserve_exact(scratch.len().next_multiple_of(Self::STEP));
        self.0.extend_from_slice(scratch);
    }

    /// Bytes that a bucket grows by.
    const STEP: usize = 16;
}

impl PhraseIndex {
    /// Pairs a bucket holds on average before there are twice as many buckets.
    const FULL: usize = 64;

    /// Takes in the words of a turn's reply.
    pub fn add(&mut self, turn: u32, words: &[String]) {
        let (mut pairs, mut scratch) = (Vec::new(), Vec::new());
        for gram in Grams::of(words).0 {
            self.insert((gram, turn), &mut pairs, &mut scratch);
        }
    }

    fn insert(&mut self, pair: Pair, pairs: &mut Vec<Pair>, scratch: &mut Vec<u8>) {
        if self.buckets.is_empty() {
            self.buckets.push(Bucket::default());
        }
        let place = self.place(pair.0);
        let base = self.base(place);
        let Some(bucket) = self.buckets.get_mut(place) else { return };
        pairs.clear();
        pairs.extend(bucket.pairs(base));
        if let Err(at) = pairs.binary_search(&pair) {
            pairs.insert(at, pair);
            bucket.write(pairs, base, scratch);
            self.pairs += 1;
        }
        if self.pairs > Self::FULL * self.buckets.len() {
            let buckets = 2 * self.buckets.len();
            let all: Vec<Pair> = self.all().collect();
            *self = Self::divided(&all, buckets);
        }
    }

    /// The index of these pairs.
    fn of(mut pairs: Vec<Pair>) -> Self {
        pairs.sort_unstable();
        pairs.dedup();
        let buckets = pairs.len().div_ceil(Self::FULL).next_power_of_two();
        // Of an empty index there is no bucket.
        Self::divided(&pairs, if pairs.is_empty() { 0 } else { buckets })
    }

    /// Pairs in order, in so many buckets.
    fn divided(pairs: &[Pair], buckets: usize) -> Self {
        let mut index = Self { buckets: vec![Bucket::default(); buckets], pairs: pairs.len() };
        let (mut rest, mut scratch) = (pairs, Vec::new());
        for place in 0..buckets {
            let (own, others) = rest.split_at(rest.partition_point(|pair| index.place(pair.0) <= place));
            let base = index.base(place);
            if let Some(bucket) = index.buckets.get_mut(place) {
                bucket.write(own, base, &mut scratch);
            }
            rest = others;
        }
        index
    }

    /// The share of the hashes that a bucket is for: its high bits.
    fn place(&self, gram: u32) -> usize {
        ((u64::from(gram) * self.buckets.len() as u64) >> 32) as usize
    }

    /// The first hash that a bucket is for; there is a power of two of them.
    fn base(&self, place: usize) -> u32 {
        (((place as u64) << 32) / self.buckets.len().max(1) as u64) as u32
    }

    /// All pairs, in order.
    fn all(&self) -> impl Iterator<Item = Pair> + '_ {
        self.buckets.iter().enumerate().flat_map(|(place, bucket)| bucket.pairs(self.base(place)))
    }

    /// The turns of a 4-gram, the oldest first.
    fn turns_of(&self, gram: u32) -> impl Iterator<Item = u32> + '_ {
        let place = self.place(gram);
        let pairs =
            self.buckets.get(place).into_iter().flat_map(move |bucket| bucket.pairs(self.base(place)));
        let found = pairs.skip_while(move |&(other, _)| other < gram);
        found.take_while(move |&(other, _)| other == gram).map(|(_, turn)| turn)
    }

    /// The earlier turn that shares most 4-grams with the reply, and the share in [0, 1].
    pub(super) fn closest(&self, grams: &Grams) -> Option<(u32, f64)> {
        let mut shared: BTreeMap<u32, usize> = BTreeMap::new();
        for &gram in &grams.0 {
            for turn in self.turns_of(gram).take(MAX_REPLIES) {
                *shared.entry(turn).or_default() += 1;
            }
        }
        let (turn, count) =
            shared.into_iter().max_by_key(|&(turn, count)| (count, std::cmp::Reverse(turn)))?;
        Some((turn, count as f64 / grams.len() as f64))
    }
}

/// A list of pairs; in a snapshot bytes, in order: each hash as the distance from the one before.
impl Serialize for PhraseIndex {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            return serializer.collect_seq(self.all());
        }
        let (mut bytes, mut before) = (Vec::with_capacity(5 * self.pairs), 0);
        for (gram, turn) in self.all() {
            put(&mut bytes, gram.wrapping_sub(before));
            put(&mut bytes, turn);
            before = gram;
        }
        Bytes(bytes).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for PhraseIndex {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            return Ok(Self::of(Vec::deserialize(deserializer)?));
        }
        let bytes = Bytes::deserialize(deserializer)?.0;
        let (mut rest, mut gram) = (Numbers(&bytes), 0_u32);
        let mut pairs = Vec::with_capacity(bytes.len() / 4);
        while let Some(distance) = rest.take() {
            gram = gram.wrapping_add(distance);
            pairs.push((gram, rest.due()?));
        }
        Ok(Self::of(pairs))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::text;

    fn words(text: &str) -> Vec<String> {
        text::words(text).collect()
    }

    #[test]
    fn the_closest_earlier_reply_is_named() {
        let mut index = PhraseIndex::default();
        index.add(1, &words("the tide turns at six and we wait for slack water"));
        index.add(2, &words("a quite different matter that shares nothing with the other one"));
        let again = Grams::of(&words("we said the tide turns at six and we wait"));
        let (turn, share) = index.closest(&again).unwrap();
        assert_eq!(turn, 1);
        assert!((share - 5.0 / 7.0).abs() < 1e-9, "{share}");
        assert!(index.closest(&Grams::of(&words("all of this is new to the log"))).is_none());
    }

    proptest! {
        #[test]
        fn the_index_holds_what_was_put_in(pairs in proptest::collection::btree_set((0_u32..=u32::MAX, 0_u32..4), 0..300)) {
            let pairs: Vec<(u32, u32)> = pairs.into_iter().collect();
            let index = PhraseIndex::of(pairs.clone());
            for &(gram, turn) in &pairs {
                prop_assert!(index.turns_of(gram).any(|found| found == turn));
            }
            let mut backwards = PhraseIndex::default();
            let (mut scratch, mut bytes) = (Vec::new(), Vec::new());
            pairs.iter().rev().for_each(|&pair| backwards.insert(pair, &mut scratch, &mut bytes));
            prop_assert_eq!(&backwards, &index);
            let written = serde_json::to_vec(&index).unwrap();
            prop_assert_eq!(serde_json::from_slice::<Vec<(u32, u32)>>(&written).unwrap(), pairs);
            let snapshot = rmp_serde::to_vec(&index).unwrap();
            prop_assert_eq!(rmp_serde::from_slice::<PhraseIndex>(&snapshot).unwrap(), index);
        }
    }
}
