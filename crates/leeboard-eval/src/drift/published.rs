//! The drift detectors of the published Sigma implementations, as rows to compare with.
//!
//! Owns their formulas (SRIP-03, see `docs/reference/cli.md` for the table), written anew from
//! their description. Where the source says nothing, or what it says cannot be run on a log, the
//! definition says what was done. Vectors are those of the configured embedder.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use leeboard_io::embed::Offline;

use super::detectors::{Detector, Said, Talk, vectors};

/// What they flag: RI calls a total over .5 fragmenting, ERI warns over .5, the two later ones
/// trim the context over .6.
pub(super) const DETECTORS: [Detector; 3] = [
    Detector {
        name: "RI",
        definition: "mean of: 1 - Jaccard of words with the previous reply; mean of relative length \
                     change (at most 1) and change of the share of .,!? against the first reply; share of \
                     different words among the last 20 of the inputs with over 3 letters. Flag over .5.",
        judge: ri,
        alarm: Some(|total| total > 0.5),
    },
    Detector {
        name: "ERI",
        definition: "0.35 semantic (1 - cosine with the previous reply) / 2; 0.20 style, mean of length \
                     change, change of the share of .,!?;: and change of word length against the first \
                     reply; 0.25 topic, share of different words among the last 30 of the inputs with over 4 \
                     letters; 0.20 attractor, share of the top five motifs that the reply lacks. Its vectors \
                     are hashes, ours are the embedder's; its motifs are the words of over 4 letters of the \
                     inputs, ten a turn in no fixed order, ours the first ten; dissolution is left out. Flag \
                     over .5.",
        judge: eri,
        alarm: Some(|total| total > 0.5),
    },
    Detector {
        name: "SR-EI-03, SR-EI-037",
        definition: "0.8 semantic, 1 - exp(-1.5 (1 - cosine with the previous reply)), and 0.2 tonal, \
                     difference in words over the larger count. One formula in both; it uses MiniLM, here it \
                     is the embedder. Flag over .6; cooldown and immunity delay the recovery, not the flag.",
        judge: sr_ei,
        alarm: Some(|total| total > 0.6),
    },
];

/// Three digits, as the published totals have.
fn round3(value: f64) -> f64 {
    (value * 1e3).round() / 1e3
}

/// Words as these implementations cut them: at white space, in lower case.
fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_lowercase).collect()
}

/// Length in characters, share of punctuation and mean length of words.
struct Style {
    length: f64,
    punctuation: f64,
    word_length: f64,
}

impl Style {
    fn of(text: &str, marks: &str) -> Self {
        let length = text.chars().count() as f64;
        let marks = text.chars().filter(|&c| marks.contains(c)).count() as f64;
        let count = text.split_whitespace().count().max(1) as f64;
        let letters: usize = text.split_whitespace().map(|word| word.chars().count()).sum();
        Self { length, punctuation: marks / length.max(1.0), word_length: letters as f64 / count }
    }

    /// Change of length, punctuation and word length against the first reply.
    fn change(&self, first: &Self) -> [f64; 3] {
        let length = ((self.length - first.length).abs() / first.length.max(1.0)).min(1.0);
        let words = (self.word_length - first.word_length).abs() / first.word_length.max(1.0);
        [length, (self.punctuation - first.punctuation).abs(), words]
    }
}

/// The last words of the inputs that are long enough.
struct Topic {
    words: VecDeque<String>,
    keep: usize,
    over: usize,
}

impl Topic {
    fn new(keep: usize, over: usize) -> Self {
        Self { words: VecDeque::new(), keep, over }
    }

    /// Share of different words; 0 under five.
    fn add(&mut self, input: &str) -> f64 {
        self.words.extend(words(input).into_iter().filter(|word| word.chars().count() > self.over));
        while self.words.len() > self.keep {
            self.words.pop_front();
        }
        let different: BTreeSet<&String> = self.words.iter().collect();
        if self.words.len() < 5 { 0.0 } else { different.len() as f64 / self.words.len() as f64 }
    }
}

fn ri(talk: &Talk, _: &Offline) -> Vec<Option<f64>> {
    let mut topic = Topic::new(20, 3);
    let mut first = None;
    let mut previous: Option<BTreeSet<String>> = None;
    let mut judge = |exchange: &Said| {
        let now: BTreeSet<String> = words(&exchange.reply).into_iter().collect();
        let semantic = previous.as_ref().map_or(0.0, |then| {
            let all = now.union(then).count();
            if now.is_empty() || then.is_empty() {
                0.0
            } else {
                1.0 - now.intersection(then).count() as f64 / all as f64
            }
        });
        let style = Style::of(&exchange.reply, ".,!?");
        let [length, punctuation, _] = style.change(first.get_or_insert(Style { ..style }));
        previous = Some(now);
        let total = (semantic + (length + punctuation) / 2.0 + topic.add(&exchange.input)) / 3.0;
        Some(round3(total))
    };
    talk.said.iter().map(&mut judge).collect()
}

/// Motifs of ERI: symbols of the inputs with how often they came and when last.
#[derive(Default)]
struct Motifs(BTreeMap<String, (u32, usize, usize)>);

impl Motifs {
    /// Turns after which a motif that did not come again is dropped.
    const AGE: usize = 50;

    fn top(&self) -> Vec<&String> {
        let mut ranked: Vec<_> = self.0.iter().collect();
        ranked.sort_by_key(|(_, (count, first, _))| (std::cmp::Reverse(*count), *first));
        ranked.into_iter().take(5).map(|(name, _)| name).collect()
    }

    /// Share of the top motifs that the reply lacks; 0 without motifs.
    fn lacking(&self, reply: &str) -> f64 {
        let (reply, top) = (reply.to_lowercase(), self.top());
        let lacking = top.iter().filter(|motif| !reply.contains(motif.as_str())).count();
        lacking as f64 / top.len().max(1) as f64
    }

    fn add(&mut self, turn: usize, input: &str) {
        let mut seen = BTreeSet::new();
        let symbols = words(input)
            .into_iter()
            .filter(|word| word.chars().count() > 4 && word.chars().all(char::is_alphabetic))
            .filter(|word| seen.insert(word.clone()))
            .take(10);
        for (n, symbol) in symbols.enumerate() {
            let motif = self.0.entry(symbol).or_insert((0, turn * 10 + n, turn));
            *motif = (motif.0 + 1, motif.1, turn);
        }
        self.0.retain(|_, (_, _, last)| turn - *last <= Self::AGE);
    }
}

fn eri(talk: &Talk, embedder: &Offline) -> Vec<Option<f64>> {
    let cosines = with_previous(talk, embedder);
    let (mut topic, mut motifs, mut first) = (Topic::new(30, 4), Motifs::default(), None);
    let mut found = Vec::with_capacity(cosines.len());
    for (turn, (exchange, cosine)) in talk.said.iter().zip(cosines).enumerate() {
        let style = Style::of(&exchange.reply, ".,!?;:");
        let style = style.change(first.get_or_insert(Style { ..style })).iter().sum::<f64>() / 3.0;
        let (topic, attractor) = (topic.add(&exchange.input), motifs.lacking(&exchange.reply));
        motifs.add(turn, &exchange.input);
        let total = |cosine: f64| 0.35 * (1.0 - cosine) / 2.0 + 0.2 * style + 0.25 * topic + 0.2 * attractor;
        found.push(cosine.map(|cosine| round3(total(cosine))));
    }
    found
}

fn sr_ei(talk: &Talk, embedder: &Offline) -> Vec<Option<f64>> {
    let cosines = with_previous(talk, embedder);
    let counts: Vec<f64> =
        talk.said.iter().map(|said| said.reply.split_whitespace().count() as f64).collect();
    let judge = |(n, cosine): (usize, Option<f64>)| {
        let Some(before) = n.checked_sub(1) else { return Some(0.0) };
        let (now, then) = (*counts.get(n)?, *counts.get(before)?);
        let semantic = 1.0 - (-1.5 * (1.0 - cosine?).max(0.0)).exp();
        let tonal = (now - then).abs() / now.max(then).max(1.0);
        Some(round3(0.8 * semantic + 0.2 * tonal))
    };
    cosines.into_iter().enumerate().map(judge).collect()
}

/// Each reply's cosine with the one before, 1 for the first; `None` without a vector.
fn with_previous(talk: &Talk, embedder: &Offline) -> Vec<Option<f64>> {
    let vectors = vectors(talk.said.iter().map(|said| &said.reply), embedder);
    let cosine = |n: usize| match n.checked_sub(1) {
        Some(before) => vectors.get(n)?.as_ref()?.cosine(vectors.get(before)?.as_ref()?),
        None => Some(1.0),
    };
    (0..vectors.len()).map(cosine).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use leeboard_io::embed::Table;

    use super::*;

    fn judged(name: &str, said: &[(&str, &str)]) -> Vec<Option<f64>> {
        let said = said.iter().map(|(input, reply)| Said { input: (*input).into(), reply: (*reply).into() });
        let talk = Talk { system: String::new(), said: said.collect() };
        let embedder = Offline::new(Arc::new(Table::new())).unwrap();
        let detector = DETECTORS.iter().find(|detector| detector.name.starts_with(name)).unwrap();
        (detector.judge)(&talk, &embedder)
    }

    #[test]
    fn ri_is_the_mean_of_its_three_parts() {
        // Second reply: Jaccard 1/3; 12 characters against 8; no punctuation; topic 5 of 5.
        let found = judged("RI", &[("", "red buoy"), ("north south eastern western tides", "red lanterns")]);
        assert_eq!(found, [Some(0.0), Some(round3((2.0 / 3.0 + 0.25 + 1.0) / 3.0))]);
    }

    #[test]
    fn the_monitor_hears_length_and_sense() {
        let same = "The ferry leaves the quay at noon.";
        let found = judged("SR-EI-03", &[("", same), ("", same), ("", "Interest rates rose again.")]);
        assert_eq!(found[..2], [Some(0.0), Some(0.0)]);
        // Tonal alone is 0.2 x 3/7.
        assert!(found[2].unwrap() > 0.4, "{found:?}");
    }

    #[test]
    fn eri_misses_its_motifs() {
        let asked = "why so many moorings";
        let found =
            judged("ERI", &[(asked, "By the moorings."), (asked, "By the moorings."), (asked, "By the m.")]);
        assert_eq!(found[..2], [Some(0.0), Some(0.0)], "{found:?}");
        assert!(found[2].unwrap() >= 0.2, "{found:?}");
    }

    #[test]
    fn old_motifs_are_dropped_and_ties_keep_their_order() {
        let mut motifs = Motifs::default();
        motifs.add(0, "anchor chain");
        motifs.add(1, "chain rudder");
        assert_eq!(motifs.top(), ["chain", "anchor", "rudder"]);
        motifs.add(51, "chain");
        assert_eq!(motifs.top(), ["chain", "rudder"]);
    }
}
