//! The weights by which recall ranks messages, and what makes a score of their sum.
//!
//! Owns the numbers and where they come from. What each feature is, is said in
//! `memory::recall::features`.

use serde::{Deserialize, Serialize};

/// How much each feature of a message speaks for it; features lie in [0, 1].
///
/// Fitted as the weights of a softmax over the messages of a conversation (ListNet, Cao et al.
/// 2007) on the answerable questions of five LoCoMo conversations, with an L2 penalty of .001;
/// `leeboard eval recall` refits them. One set for all conversations.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct RecallWeights {
    /// Share of the query's terms, by rarity, in the message or close to it.
    pub around: f64,
    /// Share of the query's terms that a term of the message resembles in spelling.
    pub spelling: f64,
    /// Cosine with the query, as a share of the best message's.
    pub meaning: f64,
    /// The same of the message before, as far as that asks: this one answers.
    pub answers: f64,
    /// How well the sitting fits in which it was said, as a share of the best sitting.
    pub sitting: f64,
    /// Said by the speaker whom the query means.
    pub speaker: f64,
    /// Share of its sentences that ask.
    pub asks: f64,
    /// Its length, up to 24 words.
    pub length: f64,
    /// Says when, where the query asks when.
    pub says_when: f64,
    /// Holds a number, where the query asks how many.
    pub says_number: f64,
    /// Holds names, where the query asks who, where or which.
    pub says_name: f64,
    /// Holds names.
    pub names: f64,
    /// Said in the month, year or span that the query names.
    pub period: f64,
    /// Said on the day that the query names, or soon after.
    pub day: f64,
    /// How late in the conversation, from 0 to 1: who states something first states it best.
    pub late: f64,
    /// Makes a score of the sum, with vectors: factor, share of the terms found around the best
    /// message, cosine of the best message, constant. Logistic regression on the first five
    /// messages for questions on the conversation itself and on others.
    pub score: [f64; 4],
    /// The same without vectors: factor, share of the terms, constant.
    pub score_without_vectors: [f64; 3],
}

impl Default for RecallWeights {
    fn default() -> Self {
        Self {
            around: 5.5,
            spelling: 1.6,
            meaning: 2.3,
            answers: 2.2,
            sitting: 2.7,
            speaker: 2.5,
            asks: -1.6,
            length: 1.2,
            says_when: 2.0,
            says_number: 1.2,
            says_name: 1.6,
            names: 0.9,
            period: 2.4,
            day: 1.7,
            late: -0.5,
            score: [0.54, -0.1, 1.4, -9.0],
            score_without_vectors: [0.46, 1.0, -7.4],
        }
    }
}

impl RecallWeights {
    /// The weights in the order of `memory::FEATURES`.
    #[must_use]
    pub fn features(&self) -> [f64; 15] {
        [
            self.around,
            self.spelling,
            self.meaning,
            self.answers,
            self.sitting,
            self.speaker,
            self.asks,
            self.length,
            self.says_when,
            self.says_number,
            self.says_name,
            self.names,
            self.period,
            self.day,
            self.late,
        ]
    }

    /// Sets the weights, in the order of `memory::FEATURES`.
    pub fn set_features(&mut self, weights: [f64; 15]) {
        [
            self.around,
            self.spelling,
            self.meaning,
            self.answers,
            self.sitting,
            self.speaker,
            self.asks,
            self.length,
            self.says_when,
            self.says_number,
            self.says_name,
            self.names,
            self.period,
            self.day,
            self.late,
        ] = weights;
    }
}
