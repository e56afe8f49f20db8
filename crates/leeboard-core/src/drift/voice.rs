//! The measurable voice of a reply: how it is written, whatever it is about.
//!
//! Owns the features and their running baseline, which is part of the fold. What a distance
//! from the baseline means is the business of `persona`.

use serde::{Deserialize, Serialize};

use super::Running;
use crate::text::{self, Analysis};

/// The features, in order: name, and the spread to expect before a conversation has shown its
/// own.
pub(super) const FEATURES: [(&str, f64); 16] = [
    ("length (log words)", 0.5),
    ("words per sentence (log)", 0.35),
    ("letters per word", 0.4),
    ("commas per 100 words", 2.5),
    ("dashes, colons and semicolons per 100 words", 2.0),
    ("exclamation marks per sentence", 0.08),
    ("questions per sentence", 0.12),
    ("list items per line", 0.15),
    ("headings per line", 0.06),
    ("bold per 100 words", 1.0),
    ("first person per 100 words", 2.0),
    ("second person per 100 words", 2.0),
    ("contractions per 100 words", 1.5),
    ("function words per 100 words", 6.0),
    ("paragraphs per 100 words", 0.9),
    ("stock phrases", 0.35),
];

/// Places in the feature table that signals look at by themselves.
pub(super) mod feature {
    pub(in crate::drift) const LENGTH: usize = 0;
    pub(in crate::drift) const SENTENCE_LENGTH: usize = 1;
    pub(in crate::drift) const LISTS: usize = 7;
    pub(in crate::drift) const HEADINGS: usize = 8;
    pub(in crate::drift) const BOLD: usize = 9;
    pub(in crate::drift) const PARAGRAPHS: usize = 14;
    pub(in crate::drift) const STOCK: usize = 15;
}

/// Words that a reply needs before its voice is measured: fewer say little about style.
const MIN_WORDS: usize = 20;

/// One reply's features, in the order of the feature table; empty for a reply too short to
/// measure.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct VoiceSample(pub(crate) Vec<f64>);

/// The voice that a conversation has shown in its accepted replies.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct VoiceBaseline {
    features: Vec<Running>,
}

impl VoiceBaseline {
    /// Takes in an accepted reply.
    pub fn add(&mut self, sample: &VoiceSample, keep: f64) {
        if sample.0.is_empty() {
            return;
        }
        self.features.resize(FEATURES.len(), Running::default());
        for (running, &value) in self.features.iter_mut().zip(&sample.0) {
            running.add(value, keep);
        }
    }

    /// Takes in a flagged reply with a small weight: what stays becomes the usual in the end, so
    /// that a conversation whose form has changed for good is not flagged for ever.
    pub fn nudge(&mut self, sample: &VoiceSample, weight: f64) {
        for (running, &value) in self.features.iter_mut().zip(&sample.0) {
            running.nudge(value, weight);
        }
    }

    /// Replies taken in.
    #[must_use]
    pub fn count(&self) -> u32 {
        self.features.first().map_or(0, |running| running.count)
    }

    /// How far each feature lies from the baseline, in standard deviations with sign.
    pub(crate) fn distances(&self, sample: &VoiceSample) -> Vec<f64> {
        let features = self.features.iter().zip(&sample.0).zip(FEATURES);
        features.map(|((running, &value), (_, prior))| running.z(value, prior)).collect()
    }
}

impl VoiceSample {
    /// Measures a reply.
    #[must_use]
    pub fn of(reply: &str, analysis: &Analysis) -> Self {
        let words = &analysis.words;
        if words.len() < MIN_WORDS {
            return Self::default();
        }
        let count = words.len() as f64;
        let per_hundred = |n: usize| n as f64 * 100.0 / count;
        let marks = |any: &[char]| reply.matches(any).count();
        let has = |any: &[&str]| words.iter().filter(|word| any.contains(&word.as_str())).count();
        let sentences = text::sentences(reply).len().max(1) as f64;
        let lines: Vec<&str> = reply.lines().filter(|line| !line.trim().is_empty()).collect();
        let of_lines = |test: fn(&str) -> bool| {
            lines.iter().filter(|line| test(line)).count() as f64 / lines.len().max(1) as f64
        };
        let letters: usize = words.iter().map(|word| word.chars().count()).sum();
        Self(vec![
            count.ln(),
            (count / sentences).ln(),
            letters as f64 / count,
            per_hundred(marks(&[',', '，', '、'])),
            per_hundred(marks(&[';', ':', '—', '–'])),
            marks(&['!', '！']) as f64 / sentences,
            marks(&['?', '？']) as f64 / sentences,
            of_lines(text::is_list_item),
            of_lines(text::is_heading),
            per_hundred(reply.matches("**").count() / 2),
            per_hundred(has(&["i", "i'm", "i'll", "i've", "i'd", "me", "my", "mine", "myself"])),
            per_hundred(has(&["you", "your", "yours", "you're", "you'll", "you've", "you'd", "yourself"])),
            per_hundred(words.iter().filter(|word| word.contains('\'') && !word.ends_with("'s")).count()),
            per_hundred(words.iter().filter(|word| text::is_stop_word(word)).count()),
            per_hundred(text::paragraphs(reply).len()),
            stock_phrases(words),
        ])
    }
}

/// Generic assistant talk and self-dissociation, lower case, one space between words: the
/// negative anchors of the voice.
const STOCK: &[&str] = &[
    "happy to help",
    "glad to help",
    "here to help",
    "here to assist",
    "how can i help",
    "how can i assist",
    "let me know if",
    "feel free to",
    "don't hesitate to",
    "do not hesitate to",
    "hope this helps",
    "hope that helps",
    "great question",
    "good question",
    "as an ai",
    "as an assistant",
    "an ai assistant",
    "language model",
    "it's important to note",
    "it is important to note",
    "it's important to remember",
    "it's worth noting",
    "it is worth noting",
    "in conclusion",
    "in summary",
    "to summarize",
    "to sum up",
    "plays a vital role",
    "there are several",
    "there are many",
    "here are some",
    "here are a few",
    "is there anything else",
    "if you have any other questions",
    "if you have any questions",
    "further assistance",
    "i don't have personal",
    "i do not have personal",
    "i don't have feelings",
    "i cannot provide",
    "i can't provide",
    "consult a professional",
    "i apologize for",
    "i understand that you",
    "certainly here",
    "absolutely here",
    "a wide range of",
    "on the one hand",
    "ultimately it depends",
    "step by step guide",
    "key takeaways",
];

/// ln(1 + stock phrases found).
fn stock_phrases(words: &[String]) -> f64 {
    let text = format!(" {} ", words.join(" "));
    let found = STOCK.iter().filter(|phrase| text.contains(&format!(" {phrase} "))).count();
    (found as f64).ln_1p()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(text: &str) -> VoiceSample {
        VoiceSample::of(text, &Analysis::of(text))
    }

    #[test]
    fn a_sample_has_every_feature_and_only_finite_ones() {
        let prose = "The tide turns at six. We wait, quietly, by the quay until the slack water comes and the pilot calls.";
        let sample = sample(prose);
        assert_eq!(sample.0.len(), FEATURES.len());
        assert!(sample.0.iter().all(|value| value.is_finite()));
    }

    #[test]
    fn the_named_features_stand_where_their_names_say() {
        let names = [
            (feature::LENGTH, "length"),
            (feature::SENTENCE_LENGTH, "words per sentence"),
            (feature::LISTS, "list items"),
            (feature::HEADINGS, "headings"),
            (feature::BOLD, "bold"),
            (feature::PARAGRAPHS, "paragraphs"),
            (feature::STOCK, "stock phrases"),
        ];
        for (place, name) in names {
            assert!(FEATURES[place].0.starts_with(name), "{place}: {name}");
        }
    }

    #[test]
    fn short_replies_are_not_measured() {
        assert!(sample("Aye.").0.is_empty());
    }

    #[test]
    fn stock_talk_is_counted() {
        let words: Vec<String> = text::words("I’m happy to help! Feel free to ask.").collect();
        assert!((stock_phrases(&words) - 3.0_f64.ln()).abs() < 1e-12);
    }
}
