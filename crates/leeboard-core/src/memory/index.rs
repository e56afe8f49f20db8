//! The session's own full-text index, incremental, part of the fold.
//!
//! Owns postings and document lengths. Scores nothing; `recall` does. Beyond the
//! configured number of messages the oldest leave the index and stay in the log; the words that
//! only they held stay in the vocabulary.

mod answers;
mod postings;
mod traits;
mod vectors;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::ops::Bound;

use serde::{Deserialize, Serialize};

use self::answers::Asked;
use self::postings::Postings;
use self::vectors::Vectors;
use crate::compact;
use crate::message::{Entry, Role};
use crate::text;
use crate::vector::Answer;

pub(crate) use self::postings::{Live, Posting};
pub(crate) use self::traits::{Traits, day};

/// A message in the index.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Document {
    pub(crate) id: Box<str>,
    pub(crate) turn: u32,
    pub(crate) role: Role,
    /// The speaker's name in lower case, if the message has one.
    pub(crate) speaker: Option<Box<str>>,
    asked: Asked,
}

/// Documents that leave before the postings are swept: until then those that have left are skipped.
const SWEEP: u32 = 1_024;

/// An inverted index over the messages of a session.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Index {
    terms: BTreeMap<Box<str>, u32>,
    #[serde(with = "postings")]
    postings: Vec<Postings>,
    documents: VecDeque<Document>,
    /// What the documents are like, apart from them so that a sweep over all reads little.
    traits: VecDeque<Traits>,
    vectors: Vectors,
    /// Running numbers of the documents without an answer, so that none is looked for in vain.
    waiting: BTreeSet<u32>,
    /// Documents that have left.
    evicted: u32,
    total_length: u64,
    speakers: BTreeSet<String>,
}

impl Index {
    /// Indexes a message: its spoken text, its speaker and its date. `analysed` are the terms of
    /// the spoken text, if the caller has them already. A message without text has no vector,
    /// whatever `vector` says.
    pub(crate) fn add(
        &mut self,
        turn: u32,
        entry: &Entry,
        analysed: Option<&[String]>,
        vector: Option<Answer>,
        max: usize,
    ) {
        let spoken = entry.message.spoken();
        let mut terms = analysed.map_or_else(|| text::terms(&spoken), <[String]>::to_vec);
        if let Some(date) = entry.created_at {
            terms.extend(text::terms(&date.date_in_words()));
        }
        let speaker = entry.message.name.as_ref().map(|name| name.to_lowercase());
        if let Some(name) = &speaker {
            terms.extend(text::terms(name));
            self.speakers.insert(name.clone());
        }
        let blank = spoken.trim().is_empty();
        let vector = if blank { Some(Answer::missing("the message has no text")) } else { vector };
        let document = self.next_number();
        let asked = Asked::of(vector.as_ref());
        if asked.is_open() {
            self.waiting.insert(document);
        }
        self.vectors.push(vector.as_ref().and_then(Answer::vector));
        self.post(document, &terms);
        let length = u32::try_from(terms.len()).unwrap_or(u32::MAX);
        self.total_length += u64::from(length);
        reserve(&mut self.traits);
        self.traits.push_back(Traits { length, ..Traits::of(&spoken, entry.created_at) });
        reserve(&mut self.documents);
        self.documents.push_back(Document {
            id: entry.id.as_str().into(),
            turn,
            role: entry.message.role,
            speaker: speaker.map(Into::into),
            asked,
        });
        while self.documents.len() > max.max(1) {
            self.evict_oldest();
        }
    }

    fn next_number(&self) -> u32 {
        number(self.evicted, self.documents.len())
    }

    fn post(&mut self, document: u32, terms: &[String]) {
        let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
        for term in terms {
            *counts.entry(term).or_default() += 1;
        }
        for (term, frequency) in counts {
            let known = self.terms.get(term).copied();
            let id = known.unwrap_or_else(|| {
                let id = u32::try_from(self.postings.len()).unwrap_or(u32::MAX);
                self.terms.insert(term.into(), id);
                compact::reserve(&mut self.postings, 1);
                self.postings.push(Postings::default());
                id
            });
            if let Some(postings) = self.postings.get_mut(id as usize) {
                postings.push(Posting { document, frequency });
            }
        }
    }

    fn evict_oldest(&mut self) {
        if self.documents.pop_front().is_none() {
            return;
        }
        let length = self.traits.pop_front().map_or(0, |traits| traits.length);
        self.total_length -= u64::from(length);
        self.vectors.pop_front();
        self.waiting.remove(&self.evicted);
        self.evicted = self.evicted.saturating_add(1);
        if self.evicted.is_multiple_of(SWEEP) {
            self.postings.iter_mut().for_each(|postings| postings.sweep(self.evicted));
        }
    }

    /// The place of a turn's first document.
    fn first_of(&self, turn: u32) -> usize {
        self.documents.partition_point(|document| document.turn < turn)
    }

    /// The id of the message at a place, from 0 for the oldest that is indexed.
    #[must_use]
    pub fn id(&self, place: usize) -> Option<&str> {
        Some(&self.documents.get(place)?.id)
    }

    /// Messages in the index.
    #[must_use]
    pub fn len(&self) -> usize {
        self.documents.len()
    }

    /// Whether nothing is indexed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.documents.is_empty()
    }

    /// How rare a term is in this session: BM25's ln(1 + (N - n + 1/2) / (n + 1/2)), N messages
    /// of which n hold it. Positive.
    #[must_use]
    pub fn rarity(&self, term: &str) -> f64 {
        let all = self.documents.len() as f64;
        let with = self.postings(term).map_or(0, |postings| postings.len()) as f64;
        (1.0 + (all - with + 0.5) / (with + 0.5)).ln()
    }

    pub(crate) fn postings(&self, term: &str) -> Option<Live<'_>> {
        Some(self.postings.get(*self.terms.get(term)? as usize)?.live(self.evicted))
    }

    pub(crate) fn documents(&self) -> &VecDeque<Document> {
        &self.documents
    }

    /// What the documents are like, in order.
    pub(crate) fn traits(&self) -> &VecDeque<Traits> {
        &self.traits
    }

    /// Whether every message that was ever indexed still is.
    pub(crate) fn is_whole(&self) -> bool {
        self.evicted == 0
    }

    /// The postings of the terms that begin like this, with the terms, in order.
    pub(crate) fn beginning(&self, start: &str) -> impl Iterator<Item = (&str, Live<'_>)> {
        let from = self.terms.range::<str, _>((Bound::Included(start), Bound::Unbounded));
        let same = from.take_while(move |(term, _)| term.starts_with(start));
        same.filter_map(|(term, &id)| Some((&**term, self.postings.get(id as usize)?.live(self.evicted))))
    }

    /// The place of a posting's document among those still indexed.
    pub(crate) fn place(&self, posting: Posting) -> usize {
        self.place_of(posting.document)
    }

    fn place_of(&self, document: u32) -> usize {
        document.saturating_sub(self.evicted) as usize
    }

    pub(crate) fn mean_length(&self) -> f64 {
        (self.total_length as f64 / self.documents.len().max(1) as f64).max(1.0)
    }

    pub(crate) fn speakers(&self) -> &BTreeSet<String> {
        &self.speakers
    }
}

/// Makes room for one more, as [`compact::reserve`] does.
fn reserve<T>(list: &mut VecDeque<T>) {
    if list.len() == list.capacity() {
        list.reserve_exact((list.len() / 8).max(1));
    }
}

/// The running number of the document at a place.
fn number(evicted: u32, place: usize) -> u32 {
    evicted.saturating_add(u32::try_from(place).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests;
