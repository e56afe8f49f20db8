//! The second stage: what speaks for each candidate, as numbers in [0, 1].
//!
//! Owns the features; how much each counts is in the settings (`memory.recall`), fitted by
//! `leeboard eval recall`.

use super::Query;
use super::question::Question;
use super::scan::Scan;
use crate::config::MemoryConfig;
use crate::memory::Index;
use crate::message::Role;

/// The features of a message, in the order of
/// [`RecallWeights::features`](crate::config::RecallWeights::features).
pub const FEATURES: [&str; 15] = [
    "around",
    "spelling",
    "meaning",
    "answers",
    "sitting",
    "speaker",
    "asks",
    "length",
    "says_when",
    "says_number",
    "says_name",
    "names",
    "period",
    "day",
    "late",
];

/// What a term counts that stands one or two messages away: an answer often stands beside the
/// words of its question.
const NEAR: [f64; 2] = [0.8, 0.6];

/// Words from which on a message is long enough to say something.
const FULL_LENGTH: f64 = 24.0;

/// What speaks for a message.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Evidence {
    /// Its place among the messages of the index, from 0.
    pub place: usize,
    /// In the order of [`FEATURES`].
    pub features: [f64; 15],
}

/// The candidates' evidence, in the order of the conversation.
pub(super) fn weigh(index: &Index, question: &Question<'_>, scan: &Scan) -> Vec<Evidence> {
    let weight = question.weight();
    let rarities: Vec<f64> = question.terms.iter().map(|term| term.rarity / weight).collect();
    let share = |bits: u32| -> f64 {
        let mut sum = 0.0;
        let mut left = bits;
        while left != 0 {
            sum += rarities.get(left.trailing_zeros() as usize).copied().unwrap_or(0.0);
            left &= left - 1;
        }
        sum
    };
    let holds = |place: Option<usize>| place.and_then(|place| scan.holds.get(place)).copied().unwrap_or(0);
    let meaning = |place: usize| -> f64 {
        scan.meaning.as_ref().and_then(|all| all.get(place)).map_or(0.0, |&share| f64::from(share))
    };
    let count = index.len().max(1) as f64;
    let evidence = |&place: &usize| {
        let (document, traits) = (index.documents().get(place)?, index.traits().get(place)?);
        let own = holds(Some(place));
        let one = (holds(place.checked_sub(1)) | holds(place.checked_add(1))) & !own;
        let two = (holds(place.checked_sub(2)) | holds(place.checked_add(2))) & !own & !one;
        let before = place.checked_sub(1).and_then(|before| Some((before, index.traits().get(before)?)));
        let answers = before.map_or(0.0, |(at, before)| f64::from(before.asks) * meaning(at));
        let names = f64::from(traits.names) / 3.0;
        let (period, day) =
            question.period.zip(traits.day).map_or((0.0, 0.0), |(period, said)| period.nearness(said));
        let features = [
            share(own) + NEAR[0] * share(one) + NEAR[1] * share(two),
            share(scan.resembles(place)),
            meaning(place),
            answers,
            scan.sitting(place),
            flag(is_meant(question, document.role, document.speaker.as_deref())),
            f64::from(traits.asks),
            (f64::from(traits.words) / FULL_LENGTH).min(1.0),
            flag(question.wants_time && traits.time),
            flag(question.wants_number && traits.number),
            flag(question.wants_name) * names,
            names,
            period,
            day,
            place as f64 / count,
        ];
        Some(Evidence { place, features })
    };
    scan.candidates.iter().filter_map(evidence).collect()
}

/// Whether this speaker's words are asked for.
pub(super) fn is_meant(question: &Question<'_>, role: Role, speaker: Option<&str>) -> bool {
    speaker.is_some_and(|speaker| question.named.contains(speaker)) || question.side == Some(role)
}

fn flag(holds: bool) -> f64 {
    f64::from(u8::from(holds))
}

/// What speaks for the messages that a query might be about, to fit weights with.
#[must_use]
pub fn evidence(index: &Index, query: &Query<'_>, config: &MemoryConfig) -> Vec<Evidence> {
    let question = Question::read(index, query);
    weigh(index, &question, &Scan::of(index, &question, query, config))
}

/// The best cosine of any message with the query; 0 without vectors.
#[must_use]
pub fn best_cosine(index: &Index, query: &Query<'_>) -> f64 {
    let cosines = query.vector.and_then(|vector| index.meet(vector)).map(|meeting| meeting.all());
    let cosines = cosines.unwrap_or_default();
    f64::from(cosines.into_iter().fold(0.0_f32, f32::max)).min(1.0)
}

impl Evidence {
    /// Share of the query's terms in the message or close to it.
    pub(super) fn around(&self) -> f64 {
        self.features[0]
    }

    /// Whether words, meaning or time speak for it at all.
    pub(super) fn is_any(&self) -> bool {
        let [around, spelling, meaning, answers, ..] = self.features;
        around > 0.0 || spelling > 0.0 || meaning > 0.0 || answers > 0.0 || self.is_of_the_time()
    }

    /// Whether it is of the time that the query names.
    pub(super) fn is_of_the_time(&self) -> bool {
        let [.., period, day, _] = self.features;
        period > 0.0 || day > 0.0
    }

    /// Whether half of its sentences or more ask.
    pub(super) fn only_asks(&self) -> bool {
        self.features[6] >= 0.5
    }
}
