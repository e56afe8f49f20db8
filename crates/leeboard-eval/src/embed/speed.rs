//! Speed: what a text costs, beside taking its words apart, which every message pays anyway.
//!
//! Owns the clock. The texts are made of a word list here, no two of them the same.

use std::hint::black_box;
use std::time::{Duration, Instant};

use leeboard_core::text;
use serde::Serialize;

use super::methods::Model;

/// Words that the texts are made of.
const WORDS: &str = "the harbour master asked whether our crew had greased every anchor chain before we left \
    and someone said that only two of them were done because rain came early this spring so he wrote a short \
    note about moorings lamps ropes charts tides currents pilots ferries lighthouses storms repairs insurance \
    provisions freshwater engines batteries radios flags signals customs papers winter storage varnish sails";

/// Rounds that are timed; the median counts.
const ROUNDS: usize = 5;

/// Texts of a round: enough for a clock that ticks in microseconds, few where each is a call
/// over the network.
const LOCAL_TEXTS: usize = 200;
const REMOTE_TEXTS: usize = 2;

/// Words of a short and of a long text.
const LENGTHS: [usize; 2] = [20, 200];

/// What a text costs, one text a call.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Speed {
    /// Microseconds for a text of 20 words.
    pub short_us: f64,
    /// Microseconds for a text of 200 words.
    pub long_us: f64,
    /// The short text's time, as a multiple of taking its words apart for BM25.
    pub short_ratio: f64,
    /// The same for the long text.
    pub long_ratio: f64,
}

/// The cost of taking words apart, then of each model.
pub(super) fn measure(models: &[Model]) -> (Speed, Vec<Speed>) {
    let words = LENGTHS.map(|length| time(length, LOCAL_TEXTS, |text| drop(black_box(text::terms(text)))));
    let speed = |[short, long]: [f64; 2]| Speed {
        short_us: short,
        long_us: long,
        short_ratio: short / words[0],
        long_ratio: long / words[1],
    };
    let model = |model: &Model| {
        let texts = if model.is_local { LOCAL_TEXTS } else { REMOTE_TEXTS };
        let embed = |text: &String| drop(black_box(model.embedder.answers(std::slice::from_ref(text))));
        speed(LENGTHS.map(|length| time(length, texts, embed)))
    };
    (speed(words), models.iter().map(model).collect())
}

/// Microseconds a text, the median of the rounds.
fn time(length: usize, count: usize, mut work: impl FnMut(&String)) -> f64 {
    let texts: Vec<String> = (0..count).map(|n| sample(length, n)).collect();
    let mut rounds: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            texts.iter().for_each(&mut work);
            start.elapsed()
        })
        .collect();
    rounds.sort();
    // A clock too coarse to see the work would make ratios of nothing.
    (rounds[ROUNDS / 2].as_secs_f64() * 1e6 / count as f64).max(1e-3)
}

/// The `n`th text of this many words.
fn sample(length: usize, n: usize) -> String {
    let words: Vec<&str> = WORDS.split_whitespace().collect();
    let step = 1 + n / words.len();
    let word = |at: usize| words[(n + at * step) % words.len()];
    (0..length).map(word).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_have_their_length_and_differ() {
        let texts: std::collections::BTreeSet<String> = (0..LOCAL_TEXTS).map(|n| sample(20, n)).collect();
        assert_eq!(texts.len(), LOCAL_TEXTS);
        assert!(texts.iter().all(|text| text.split(' ').count() == 20));
    }

    #[test]
    fn words_are_the_measure_of_themselves() {
        let (words, _) = measure(&[]);
        assert_eq!((words.short_ratio, words.long_ratio), (1.0, 1.0));
        assert!(words.short_us > 0.0 && words.long_us > words.short_us, "{words:?}");
    }
}
