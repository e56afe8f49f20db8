//! What is compared: the embedders with their vectors, BM25, and joining two rankings.
//!
//! Owns getting vectors for all texts at once. tf-idf and its mix with vectors are the core's.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use leeboard_core::config::MemoryConfig;
use leeboard_core::vector::Vector;
use leeboard_io::embed::{Embedder, Offline};

use super::EvalEmbedError;

/// Texts that are embedded in one call.
const BATCH: usize = 64;

/// Damps the difference between first places in [`fuse`] (Cormack, Clarke and Büttcher 2009).
const RRF_K: f64 = 60.0;

/// An embedder with its vectors.
pub(super) struct Model {
    pub(super) name: String,
    pub(super) embedder: Offline,
    pub(super) is_local: bool,
    vectors: BTreeMap<String, Vector>,
}

impl Model {
    pub(super) fn new(name: String, embedder: Arc<dyn Embedder>) -> Result<Self, EvalEmbedError> {
        let is_local = embedder.is_local();
        let embedder = Offline::new(embedder).map_err(EvalEmbedError::Runtime)?;
        Ok(Self { name, embedder, is_local, vectors: BTreeMap::new() })
    }

    /// Embeds texts, told of `progress` with the count that is done.
    ///
    /// # Errors
    /// What the embedder failed at; then no figure of it would be whole.
    pub(super) fn learn(
        &mut self,
        texts: &BTreeSet<String>,
        progress: &mut dyn FnMut(&str, usize),
    ) -> Result<(), String> {
        let texts: Vec<String> = texts.iter().cloned().collect();
        for (n, batch) in texts.chunks(BATCH).enumerate() {
            progress(&self.name, n * BATCH);
            let answers = self.embedder.answers(batch);
            if let Some(fault) = self.embedder.fault() {
                return Err(format!("{}: failed to {fault}", self.name));
            }
            for (text, answer) in batch.iter().zip(answers) {
                if let Some(vector) = answer.vector() {
                    self.vectors.insert(text.clone(), vector.clone());
                }
            }
        }
        Ok(())
    }

    /// The vector of a text that was learnt; `None` if the embedder has none for it.
    pub(super) fn vector(&self, text: &str) -> Option<&Vector> {
        self.vectors.get(text)
    }
}

/// The dense cosine of two texts, if both have a vector.
pub(super) fn dense(left: Option<&Vector>, right: Option<&Vector>) -> Option<f64> {
    left?.cosine(right?)
}

/// Plain BM25 (Robertson and Zaragoza 2009) over fixed documents: no names, dates or neighbours
/// as in leeboard's recall, so that a gain of those is seen.
pub(super) struct Bm25 {
    documents: Vec<BTreeMap<String, u32>>,
    lengths: Vec<f64>,
    rarity: BTreeMap<String, f64>,
    mean: f64,
    config: MemoryConfig,
}

impl Bm25 {
    pub(super) fn new(documents: &[Vec<String>]) -> Self {
        let count = |terms: &Vec<String>| {
            let mut counts: BTreeMap<String, u32> = BTreeMap::new();
            for term in terms {
                *counts.entry(term.clone()).or_default() += 1;
            }
            counts
        };
        let lengths: Vec<f64> = documents.iter().map(|terms| terms.len() as f64).collect();
        let documents: Vec<_> = documents.iter().map(count).collect();
        let mut holding: BTreeMap<String, f64> = BTreeMap::new();
        for term in documents.iter().flat_map(BTreeMap::keys) {
            *holding.entry(term.clone()).or_default() += 1.0;
        }
        let all = documents.len() as f64;
        let rarity = |with: f64| (1.0 + (all - with + 0.5) / (with + 0.5)).ln();
        let rarity = holding.into_iter().map(|(term, with)| (term, rarity(with))).collect();
        let mean = super::metrics::mean(&lengths).max(1.0);
        Self { documents, lengths, rarity, mean, config: MemoryConfig::default() }
    }

    /// The score of every document for the terms of a query.
    pub(super) fn scores(&self, query: &[String]) -> Vec<f64> {
        let query: BTreeSet<&String> = query.iter().collect();
        let known: Vec<(&String, f64)> =
            query.into_iter().filter_map(|term| Some((term, *self.rarity.get(term)?))).collect();
        let (k1, b) = (self.config.bm25_k1, self.config.bm25_b);
        let score = |(counts, length): (&BTreeMap<String, u32>, &f64)| {
            let norm = k1 * (1.0 - b + b * length / self.mean);
            let term = |(term, rarity): &(&String, f64)| {
                let count = f64::from(*counts.get(*term)?);
                Some(rarity * count * (k1 + 1.0) / (count + norm))
            };
            known.iter().filter_map(term).sum()
        };
        self.documents.iter().zip(&self.lengths).map(score).collect()
    }
}

/// Places, best first; equal scores by place.
pub(super) fn ranking(scores: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]).then(a.cmp(&b)));
    order
}

/// Joins two rankings by the sum of 1 / (60 + rank). What scores nothing by words has no rank.
pub(super) fn fuse(words: &[f64], vectors: &[f64]) -> Vec<f64> {
    let mut fused = vec![0.0; words.len()];
    for (scores, floor) in [(words, 0.0), (vectors, f64::NEG_INFINITY)] {
        for (rank, at) in ranking(scores).into_iter().enumerate().filter(|&(_, at)| scores[at] > floor) {
            fused[at] += 1.0 / (RRF_K + 1.0 + rank as f64);
        }
    }
    fused
}

#[cfg(test)]
mod tests {
    use leeboard_core::text;

    use super::*;

    #[test]
    fn bm25_prefers_the_rare_word_and_the_short_text() {
        let texts = ["anchor and chain", "anchor", "sextant with an anchor, a lamp and a rope", "kelp"];
        let bm25 = Bm25::new(&texts.map(text::terms));
        let scores = bm25.scores(&text::terms("the anchor"));
        assert!(scores[1] > scores[0] && scores[0] > scores[2], "{scores:?}");
        assert_eq!(scores[3], 0.0);
        assert_eq!(ranking(&bm25.scores(&text::terms("anchor, sextant")))[0], 2);
    }

    #[test]
    fn fusing_prefers_what_both_rank_high() {
        let fused = fuse(&[3.0, 2.0, 0.0], &[0.1, 0.9, 0.5]);
        assert_eq!(ranking(&fused), [1, 0, 2]);
        assert_eq!(fuse(&[0.0, 0.0], &[f64::NEG_INFINITY; 2]), [0.0, 0.0]);
    }
}
