//! The first stage: one cheap sweep over all messages of the session.
//!
//! Owns BM25, which terms a message holds, its cosine with the query, and the choice of the
//! candidates that `features` looks at closely. In a session of some hundred messages that is
//! all of them.

use super::Query;
use super::question::Question;
use crate::config::MemoryConfig;
use crate::memory::Index;

/// Messages up to which all are candidates, with exact cosines.
const ALL: usize = 1_024;

/// Of more messages, those with the best words and meaning, and the two beside each.
const CHOSEN: usize = 128;

/// What the best cosine is worth beside the best that the query's words could reach.
const DENSE_SHARE: f32 = 0.7;

/// What the sweep finds, message by message.
#[derive(Default)]
pub(super) struct Scan {
    /// The terms that a message holds, by bit.
    pub(super) holds: Vec<u32>,
    /// Cosines with the query as shares of the best; `None` without a vector for the query.
    pub(super) meaning: Option<Vec<f32>>,
    /// The best cosine.
    pub(super) best_cosine: f64,
    /// Places of the candidates, ascending.
    pub(super) candidates: Vec<usize>,
    /// The terms that one of a candidate's terms resembles, by bit, in the candidates' order.
    resembled: Vec<u32>,
    /// The end of each sitting and how well it fits, as a share of the best.
    sittings: Vec<(usize, f32)>,
}

impl Scan {
    pub(super) fn of(
        index: &Index,
        question: &Question<'_>,
        query: &Query<'_>,
        config: &MemoryConfig,
    ) -> Self {
        let mut scan = Self { holds: vec![0; index.len()], ..Self::default() };
        let mut coarse = scan.bm25(index, question, config);
        let meeting = query.vector.and_then(|vector| index.meet(vector));
        let is_small = index.len() <= ALL;
        if let Some(meeting) = &meeting {
            let mut meaning = if is_small { meeting.all() } else { meeting.quick() };
            as_shares(&mut meaning);
            coarse.iter_mut().zip(&meaning).for_each(|(coarse, meaning)| *coarse += DENSE_SHARE * meaning);
            scan.meaning = Some(meaning);
        }
        scan.candidates = if is_small { (0..index.len()).collect() } else { chosen(&coarse) };
        scan.sittings = sittings(index, &coarse, &scan.candidates);
        if let (Some(meeting), Some(meaning)) = (&meeting, &mut scan.meaning) {
            scan.best_cosine = exact(meaning, &scan.candidates, |place| meeting.one(place));
        }
        scan.resembled = resembled(index, question, &scan.candidates);
        scan
    }

    /// The terms that one of a candidate's terms resembles, by bit.
    pub(super) fn resembles(&self, place: usize) -> u32 {
        let found = self.candidates.binary_search(&place).ok();
        found.and_then(|at| self.resembled.get(at)).copied().unwrap_or(0)
    }

    /// How well the sitting fits in which a message was said, as a share of the best sitting.
    pub(super) fn sitting(&self, place: usize) -> f64 {
        let at = self.sittings.partition_point(|&(end, _)| end <= place);
        self.sittings.get(at).map_or(0.0, |&(_, share)| f64::from(share))
    }

    /// BM25 (Robertson and Zaragoza 2009) over terms, speaker and date, as a share of what the
    /// known terms could reach.
    fn bm25(&mut self, index: &Index, question: &Question<'_>, config: &MemoryConfig) -> Vec<f32> {
        // Words that nobody has said yet cannot be found and say nothing about a hit.
        let known = question.terms.iter().filter(|term| term.postings.is_some());
        let best: f64 = known.map(|term| term.rarity * (config.bm25_k1 + 1.0)).sum();
        let scale = (1.0 / best.max(f64::MIN_POSITIVE)) as f32;
        let (k1, b) = (config.bm25_k1 as f32, config.bm25_b as f32);
        let (flat, slope) = (k1 * (1.0 - b), k1 * b / index.mean_length() as f32);
        let mut scores = vec![0.0; index.len()];
        for (bit, term) in question.terms.iter().enumerate() {
            let worth = term.rarity as f32 * (k1 + 1.0) * scale;
            for posting in term.postings.into_iter().flatten() {
                let place = index.place(posting);
                let Some(traits) = index.traits().get(place) else { continue };
                let frequency = posting.frequency as f32;
                let norm = flat + slope * traits.length as f32;
                scores[place] += worth * frequency / (frequency + norm);
                self.holds[place] |= 1 << bit;
            }
        }
        scores
    }
}

/// Makes shares of the largest of them, none below 0.
fn as_shares(values: &mut [f32]) -> f32 {
    let best = values.iter().fold(0.0_f32, |best, &value| best.max(value));
    let scale = 1.0 / best.max(f32::MIN_POSITIVE);
    values.iter_mut().for_each(|value| *value = (*value * scale).clamp(0.0, 1.0));
    best
}

/// Puts the candidates' exact cosines, as shares of the best, in place of the coarse ones; the
/// best cosine.
fn exact(meaning: &mut [f32], candidates: &[usize], cosine: impl Fn(usize) -> f32) -> f64 {
    let mut cosines: Vec<f32> = candidates.iter().map(|&place| cosine(place)).collect();
    let best = as_shares(&mut cosines);
    for (&place, share) in candidates.iter().zip(cosines) {
        if let Some(old) = meaning.get_mut(place) {
            *old = share;
        }
    }
    f64::from(best).min(1.0)
}

/// Messages without a time that count as one sitting: about as many as people exchange in one.
const SITTING: usize = 20;

/// The mean of the three best messages of each sitting, as a share of the best sitting's; 0 for those
/// without a candidate, which nobody asks for. A sitting is what was said one after the other on one
/// day; without times, some messages.
fn sittings(index: &Index, coarse: &[f32], candidates: &[usize]) -> Vec<(usize, f32)> {
    let mut found: Vec<(usize, f32)> = Vec::new();
    let mut days = index.traits().iter().map(|traits| traits.day).enumerate().peekable();
    let (mut start, mut candidates, mut best) = (0, candidates.iter().peekable(), f32::MIN_POSITIVE);
    while let Some((place, day)) = days.next() {
        let end = place + 1;
        let is_full = day.is_none() && end - start >= SITTING;
        if !is_full && days.peek().is_some_and(|&(_, next)| next == day) {
            continue;
        }
        let own = coarse.get(start..end).unwrap_or_default();
        let wanted = candidates.next_if(|&&at| at < end).is_some();
        while candidates.next_if(|&&at| at < end).is_some() {}
        // No mean is above the largest value.
        let mean = if wanted || largest(own) > best { mean_of_three(own) } else { 0.0 };
        best = best.max(mean);
        found.push((end, mean));
        start = end;
    }
    found.iter_mut().for_each(|(_, mean)| *mean /= best);
    found
}

/// The largest of some values that are not negative.
fn largest(values: &[f32]) -> f32 {
    let (blocks, rest) = values.as_chunks::<4>();
    let larger = |one: f32, other: f32| if one > other { one } else { other };
    let lanes = blocks
        .iter()
        .fold([0.0; 4], |best, block| std::array::from_fn(|lane| larger(block[lane], best[lane])));
    rest.iter().chain(&lanes).fold(0.0, |best, &value| larger(value, best))
}

/// The mean of the three largest values, or of all if there are fewer.
fn mean_of_three(values: &[f32]) -> f32 {
    let (mut first, mut second, mut third) = (0.0_f32, 0.0_f32, 0.0_f32);
    for &value in values {
        // Which few values are.
        if value <= third {
            continue;
        }
        // Each takes the larger and hands the smaller down: no branches to guess.
        let (larger, down) = ordered(first, value);
        first = larger;
        let (larger, down) = ordered(second, down);
        second = larger;
        third = ordered(third, down).0;
    }
    (first + second + third) / values.len().clamp(1, 3) as f32
}

/// The larger of two first.
fn ordered(one: f32, other: f32) -> (f32, f32) {
    if one > other { (one, other) } else { (other, one) }
}

fn chosen(coarse: &[f32]) -> Vec<usize> {
    // Scores are not negative, so their bits order them; of equals the older is better.
    let key = |(place, score): (u32, &f32)| u64::from(score.to_bits()) << 32 | u64::from(!place);
    let mut order: Vec<u64> = Vec::with_capacity(4 * CHOSEN);
    // What is under it has as many better ones already.
    let mut least = 0;
    for key in (0..).zip(coarse).map(key) {
        if key < least {
            continue;
        }
        order.push(key);
        if order.len() == 4 * CHOSEN {
            best(&mut order);
            least = order.first().copied().unwrap_or(0);
        }
    }
    best(&mut order);
    let last = coarse.len().saturating_sub(1);
    let beside = order.iter().map(|&key| !(key as u32) as usize);
    let beside = beside.flat_map(|place| [place.saturating_sub(1), place, (place + 1).min(last)]);
    let mut chosen: Vec<usize> = beside.collect();
    chosen.sort_unstable();
    chosen.dedup();
    chosen
}

/// Leaves the largest keys, as many as are chosen, the least of them first.
fn best(keys: &mut Vec<u64>) {
    if let Some(worst) = keys.len().checked_sub(CHOSEN) {
        keys.select_nth_unstable(worst);
        keys.drain(..worst);
    }
}

/// The terms that a candidate's terms resemble, by bit.
fn resembled(index: &Index, question: &Question<'_>, candidates: &[usize]) -> Vec<u32> {
    // Most messages that hold such a term are no candidates, so that has to be known at once.
    let mut all = vec![0; index.len()];
    for (bit, term) in question.terms.iter().enumerate() {
        for posting in term.alike.iter().copied().flatten() {
            if let Some(bits) = all.get_mut(index.place(posting)) {
                *bits |= 1 << bit;
            }
        }
    }
    candidates.iter().map(|&place| all.get(place).copied().unwrap_or(0)).collect()
}
