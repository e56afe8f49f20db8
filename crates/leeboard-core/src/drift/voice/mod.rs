//! The measurable voice of a reply: how it is written, whatever it is about.
//!
//! Owns the sample that is taken of a reply and the baseline of accepted ones, which is part of
//! the fold. What a distance from the baseline means is the business of `persona` and `slow`.

mod distances;
mod features;
mod phrases;
mod table;
mod talk;
mod vocabulary;
mod words;

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

pub(super) use self::distances::Distances;
use self::table::FEATURES;
use self::vocabulary::{NOVELTY, Vocabulary};
use super::Running;
use super::request::Asked;
use crate::text::{self, Analysis};

/// The place of the length in the feature table.
const WORDS: usize = 0;

/// What a request for another format or length changes, by place.
const FORMAT: [usize; 12] = [1, 2, 3, 4, 13, 18, 19, 20, 21, 22, 23, 24];
const LENGTH: [usize; 8] = [0, 1, 2, 3, 4, 22, 23, 24];

/// Words that a reply needs before its style is measured: fewer say little.
const MIN_WORDS: usize = 12;

/// Share of English function words below which a text is in a language that the features do not
/// know. Of 3,029 recorded English replies of 12 words and more, all but five have .20 and more.
const MIN_ENGLISH: f64 = 0.12;

/// A z counts at most this much in a mean over several replies, so that one odd reply is no slide.
const CLIP: f64 = 3.0;

/// From here on the features are rates. Those of a reply shorter than usual scatter more, as the
/// square root of its length; their z shrinks by that.
const RATES: usize = 5;

/// From here on the features are of things that many voices never have.
const RARE: usize = FEATURES.len() - 4;

/// Replies that `slow` looks at, this one among them.
pub(super) const RECENT: usize = 4;

/// One reply's voice as measured.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct VoiceSample {
    /// Words of the reply.
    pub words: u32,
    /// In the order of the feature table; null where the user asked for the change. Empty for a
    /// reply that is too short, in a language that the features do not know, or in another voice
    /// by the user's wish.
    pub features: Vec<Option<f64>>,
    /// How new the reply's own words are: the share not seen before, the share seen seldom, and
    /// the mean -ln of their frequency. Empty where there are too few words or replies.
    pub novelty: Vec<f64>,
    /// Phrases of generic assistant talk and self-dissociation.
    pub phrases: Vec<String>,
}

/// The voice that a conversation has shown in its accepted replies.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct VoiceBaseline {
    replies: u32,
    features: Vec<Running>,
    novelty: [Running; NOVELTY.len()],
    vocabulary: Vocabulary,
    /// In how many accepted replies each stock phrase stood.
    phrases: BTreeMap<String, u32>,
    /// The last replies, flagged or not, with their turns.
    recent: VecDeque<(u32, VoiceSample)>,
}

impl VoiceSample {
    /// Measures a reply by itself; novelty needs a baseline.
    #[must_use]
    pub fn of(reply: &str, analysis: &Analysis) -> Self {
        let words = &analysis.words;
        let phrases = talk::find(words).iter().map(|found| found.phrase.to_owned()).collect();
        let measured = words.len() >= MIN_WORDS && is_english(analysis);
        let features = if measured { features::measure(reply, words) } else { Vec::new() };
        Self {
            words: u32::try_from(words.len()).unwrap_or(u32::MAX),
            features: features.into_iter().map(Some).collect(),
            novelty: Vec::new(),
            phrases,
        }
    }

    /// Measures a reply against what was known before it, without what the user asked for.
    pub(super) fn taken(
        reply: &str,
        analysis: &Analysis,
        request: &[String],
        asked: Asked,
        baseline: &VoiceBaseline,
    ) -> Self {
        let mut sample = Self::of(reply, analysis);
        if asked.voice {
            sample.features.clear();
        }
        for (place, value) in sample.features.iter_mut().enumerate() {
            if asked.format && FORMAT.contains(&place) || asked.length() && LENGTH.contains(&place) {
                *value = None;
            }
        }
        if baseline.replies >= 3 && !sample.features.is_empty() {
            sample.novelty = baseline.vocabulary.novelty(&analysis.terms, request);
        }
        sample
    }

    /// Why the style was not measured.
    pub(super) fn unmeasured(words: &[String]) -> &'static str {
        if words.len() < MIN_WORDS {
            "the reply is too short"
        } else {
            "the reply is in a language whose style is not known"
        }
    }
}

fn is_english(analysis: &Analysis) -> bool {
    analysis.stop_words as f64 >= MIN_ENGLISH * analysis.words.len() as f64
}

impl VoiceBaseline {
    /// Takes in an accepted reply with its content terms.
    pub fn add(&mut self, sample: &VoiceSample, terms: &[String], keep: f64) {
        for phrase in &sample.phrases {
            let seen = self.phrases.entry(phrase.clone()).or_default();
            *seen = seen.saturating_add(1);
        }
        if sample.features.is_empty() {
            return;
        }
        self.replies = self.replies.saturating_add(1);
        self.features.resize(FEATURES.len(), Running::default());
        for (running, value) in self.features.iter_mut().zip(&sample.features) {
            if let Some(value) = value {
                running.add(*value, keep);
            }
        }
        for (running, value) in self.novelty.iter_mut().zip(&sample.novelty) {
            running.add(*value, keep);
        }
        self.vocabulary.add(terms);
    }

    /// Takes in a flagged reply with a small weight: what stays becomes the usual in the end, so
    /// that a conversation whose form has changed for good is not flagged for ever.
    pub fn nudge(&mut self, sample: &VoiceSample, weight: f64) {
        for (running, value) in self.features.iter_mut().zip(&sample.features) {
            if let Some(value) = value {
                running.nudge(*value, weight);
            }
        }
    }

    /// Remembers a reply, accepted or not, among the last few.
    pub fn remember(&mut self, turn: u32, sample: &VoiceSample) {
        if sample.features.is_empty() {
            return;
        }
        self.recent.push_back((turn, sample.clone()));
        if self.recent.len() >= RECENT {
            self.recent.pop_front();
        }
    }

    /// Replies taken in.
    #[must_use]
    pub fn count(&self) -> u32 {
        self.replies
    }

    /// How far each feature lies from the baseline, in standard deviations with sign.
    pub(super) fn distances(&self, sample: &VoiceSample) -> Distances {
        let usual_words = self.features.get(WORDS).map_or(1.0, |usual| usual.mean.exp());
        let share = (f64::from(sample.words) / usual_words).min(1.0).sqrt();
        let certain = |place: usize| if place < RATES { 1.0 } else { share };
        // What never occurs has no variance: its first occurrence would be beyond all measure. So it
        // is with new words once a long conversation has all but exhausted those of its voice.
        let at_most = |usual: &Running, value: f64, spread: f64| {
            let (z, least) = (usual.z(value, spread), (value - usual.mean) / spread);
            if least.abs() < z.abs() { least } else { z }
        };
        let z = |place: usize, usual: &Running, value: f64, spread: f64| {
            if place >= RARE { at_most(usual, value, spread) } else { usual.z(value, spread) }
        };
        let features = self.features.iter().zip(&sample.features).zip(&FEATURES).enumerate();
        let novelty = self.novelty.iter().zip(&sample.novelty).zip(NOVELTY);
        Distances {
            features: features
                .map(|(place, ((usual, value), row))| {
                    Some(certain(place) * z(place, usual, (*value)?, row.spread))
                })
                .collect(),
            novelty: novelty
                .map(|((usual, &value), (_, spread))| share * at_most(usual, value, spread))
                .collect(),
        }
    }

    /// The mean of the last replies and this one, times the square root of how many they are, so
    /// that it is a standard deviation again; with the first of their turns. `None` before there
    /// are enough.
    pub(super) fn recent(&self, sample: &VoiceSample) -> Option<(u32, Distances)> {
        let &(since, _) = self.recent.front().filter(|_| self.recent.len() + 1 >= RECENT)?;
        let samples = self.recent.iter().map(|(_, sample)| sample).chain([sample]);
        let all: Vec<Distances> = samples.map(|sample| self.distances(sample)).collect();
        let feature = |place: usize| {
            let values = all.iter().filter_map(|one| one.features.get(place).copied().flatten());
            accumulate(values)
        };
        let novelty = |place: usize| accumulate(all.iter().filter_map(|one| one.novelty.get(place).copied()));
        let distances = Distances {
            features: (0..FEATURES.len()).map(feature).collect(),
            novelty: (0..NOVELTY.len()).filter_map(novelty).collect(),
        };
        Some((since, distances))
    }

    /// The phrases of generic talk in a reply that are not usual here: what they weigh together,
    /// and the heaviest.
    pub(super) fn foreign_talk(&self, words: &[String], self_expected: bool) -> (f64, Option<String>) {
        let mut sum = 0.0;
        let mut heaviest: Option<(f64, (usize, usize))> = None;
        for found in talk::find(words) {
            let seen = f64::from(self.phrases.get(found.phrase).copied().unwrap_or(0));
            let share = seen / (f64::from(self.replies) + 5.0);
            let weight = found.weight(self_expected) * (1.0 - USUAL_TALK * share).max(0.0);
            sum += weight;
            if heaviest.is_none_or(|(most, _)| weight > most) {
                heaviest = Some((weight, found.at));
            }
        }
        let phrase = heaviest.and_then(|(_, (from, to))| words.get(from..to)).map(|words| words.join(" "));
        (sum, phrase)
    }
}

/// A phrase that stands in every fifth accepted reply is part of the voice.
const USUAL_TALK: f64 = 5.0;

/// Whether the assistant may speak of itself as a program: the identity says that it is one, or
/// the user speaks of it or asks who it is.
pub(super) fn expects_programs(identity: &str, request: &str) -> bool {
    let asked: Vec<String> = text::words(request).collect();
    let says = |sentence: &str| talk::is_program(&text::words(sentence).collect::<Vec<_>>());
    talk::asks_who(&asked)
        || talk::is_about_programs(&asked)
        || text::sentences(identity).into_iter().any(says)
}

fn accumulate(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (mut sum, mut count) = (0.0, 0.0);
    for value in values {
        sum += value.clamp(-CLIP, CLIP);
        count += 1.0;
    }
    if count > 0.0 { Some(sum / f64::sqrt(count)) } else { None }
}

#[cfg(test)]
mod tests;
