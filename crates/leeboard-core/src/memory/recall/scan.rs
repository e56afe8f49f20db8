//! The first stage: one cheap sweep over all messages of the session.
//!
//! Owns BM25, which terms a message holds, its cosine with the query, and the choice of the
//! candidates that `features` looks at closely. In a session of some hundred messages that is
//! all of them.

use super::Query;
use super::question::Question;
use crate::config::MemoryConfig;
use crate::memory::Index;

/// Messages up to which all are candidates; of more messages, as many as this with the best
/// words and meaning, and the two beside each.
const CANDIDATES: usize = 512;

/// What the best cosine is worth beside the best that the query's words could reach.
const DENSE_SHARE: f32 = 0.7;

/// What the sweep finds, message by message.
pub(super) struct Scan {
    /// BM25 as a share of what the known terms could reach: it chooses candidates and sittings.
    pub(super) words: Vec<f32>,
    /// The terms that a message holds, by bit.
    pub(super) holds: Vec<u64>,
    /// The terms that one of its terms resembles, by bit.
    pub(super) resembles: Vec<u64>,
    /// Cosines with the query as shares of the best; `None` without a vector for the query.
    pub(super) meaning: Option<Vec<f32>>,
    /// The best cosine.
    pub(super) best_cosine: f64,
    /// How well the sitting fits in which a message was said, as a share of the best sitting.
    pub(super) sittings: Vec<f32>,
    /// Places of the candidates, ascending.
    pub(super) candidates: Vec<usize>,
}

impl Scan {
    pub(super) fn of(
        index: &Index,
        question: &Question<'_>,
        query: &Query<'_>,
        config: &MemoryConfig,
    ) -> Self {
        let mut scan = Self {
            words: vec![0.0; index.len()],
            holds: vec![0; index.len()],
            resembles: vec![0; index.len()],
            meaning: query.vector.and_then(|vector| index.cosines(vector)),
            best_cosine: 0.0,
            sittings: Vec::new(),
            candidates: Vec::new(),
        };
        scan.bm25(index, question, config);
        if let Some(cosines) = &mut scan.meaning {
            let best = cosines.iter().fold(0.0_f32, |best, &cosine| best.max(cosine));
            scan.best_cosine = f64::from(best).min(1.0);
            let scale = 1.0 / best.max(f32::MIN_POSITIVE);
            cosines.iter_mut().for_each(|cosine| *cosine = (*cosine * scale).clamp(0.0, 1.0));
        }
        let coarse = scan.coarse();
        scan.sittings = sittings(index, &coarse);
        scan.candidates = candidates(&coarse);
        scan
    }

    /// BM25 (Robertson and Zaragoza 2009) over terms, speaker and date.
    fn bm25(&mut self, index: &Index, question: &Question<'_>, config: &MemoryConfig) {
        // Words that nobody has said yet cannot be found and say nothing about a hit.
        let known = question.terms.iter().filter(|term| term.postings.is_some());
        let best: f64 = known.map(|term| term.rarity * (config.bm25_k1 + 1.0)).sum();
        let scale = (1.0 / best.max(f64::MIN_POSITIVE)) as f32;
        let (k1, b) = (config.bm25_k1 as f32, config.bm25_b as f32);
        let (flat, slope) = (k1 * (1.0 - b), k1 * b / index.mean_length() as f32);
        for (bit, term) in question.terms.iter().enumerate() {
            let worth = term.rarity as f32 * (k1 + 1.0) * scale;
            for &posting in term.postings.into_iter().flatten() {
                let place = index.place(posting);
                let Some(traits) = index.traits().get(place) else { continue };
                let frequency = posting.frequency as f32;
                let norm = flat + slope * traits.length as f32;
                self.words[place] += worth * frequency / (frequency + norm);
                self.holds[place] |= 1 << bit;
            }
            for &posting in term.alike.iter().copied().flatten() {
                let place = index.place(posting);
                self.resembles[place] |= 1 << bit;
            }
        }
    }

    /// Words and meaning together, without a closer look.
    fn coarse(&self) -> Vec<f32> {
        match &self.meaning {
            None => self.words.clone(),
            Some(meaning) => {
                self.words.iter().zip(meaning).map(|(words, meaning)| words + DENSE_SHARE * meaning).collect()
            }
        }
    }
}

/// The mean of the three best messages of each sitting, as a share of the best sitting's. A
/// sitting is what was said one after the other on one day; without times there is none.
fn sittings(index: &Index, coarse: &[f32]) -> Vec<f32> {
    let mut shares = vec![0.0; coarse.len()];
    let (mut start, mut best) = (0, 0.0_f32);
    let days: Vec<Option<i32>> = index.traits().iter().map(|traits| traits.day).collect();
    for sitting in days.chunk_by(|a, b| a == b) {
        let end = start + sitting.len();
        if let (Some(Some(_)), Some(found)) = (sitting.first(), coarse.get(start..end)) {
            let mut top = [0.0_f32; 3];
            for &score in found {
                if score > top[2] {
                    top = match score {
                        _ if score > top[0] => [score, top[0], top[1]],
                        _ if score > top[1] => [top[0], score, top[1]],
                        _ => [top[0], top[1], score],
                    };
                }
            }
            let mean = top.iter().sum::<f32>() / sitting.len().clamp(1, 3) as f32;
            best = best.max(mean);
            shares[start..end].fill(mean);
        }
        start = end;
    }
    if best > 0.0 {
        shares.iter_mut().for_each(|share| *share /= best);
    }
    shares
}

fn candidates(coarse: &[f32]) -> Vec<usize> {
    let all = coarse.len();
    if all <= CANDIDATES {
        return (0..all).collect();
    }
    let mut order: Vec<u32> = (0..u32::try_from(all).unwrap_or(u32::MAX)).collect();
    let score = |place: &u32| coarse.get(*place as usize).copied().unwrap_or(0.0);
    order.select_nth_unstable_by(CANDIDATES, |a, b| score(b).total_cmp(&score(a)).then(a.cmp(b)));
    order.truncate(CANDIDATES);
    let beside = order
        .iter()
        .map(|&place| place as usize)
        .flat_map(|place| [place.saturating_sub(1), place, (place + 1).min(all - 1)]);
    let mut chosen: Vec<usize> = beside.collect();
    chosen.sort_unstable();
    chosen.dedup();
    chosen
}
