//! Figures of a detector on labelled replies: AUROC, what is found at 2 % false alarms, flags.
//!
//! Owns the arithmetic. A higher score means more drift; a reply without an opinion scores
//! minus infinity. The warm-up and the heard first half of a slow change rank nowhere.

use std::collections::BTreeMap;

use leeboard_core::text::round6;
use serde::Serialize;

use super::labels::{Label, Part};
use super::ramps::{self, RampFigures};
use super::ranking::{Ranking, intervals};

/// The share of good replies that may score at or over the threshold.
pub(super) const FALSE_ALARMS: f64 = 0.02;

/// A detector's opinions, one for each label.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Series {
    /// Scores; minus infinity without an opinion.
    pub(super) scores: Vec<f64>,
    /// Alarms; empty for what has none.
    pub(super) flags: Vec<bool>,
}

impl Series {
    /// The opinions on these labels only.
    pub(super) fn only(&self, keep: &[bool]) -> Self {
        let scores = self.scores.iter().zip(keep).filter(|(_, keep)| **keep).map(|(score, _)| *score);
        let flags = self.flags.iter().zip(keep).filter(|(_, keep)| **keep).map(|(flag, _)| *flag);
        Self { scores: scores.collect(), flags: flags.collect() }
    }
}

/// What a detector reaches on one kind of drift, against all good replies.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct KindFigures {
    /// Replies of the kind.
    pub replies: usize,
    /// Chance that such a reply scores over a good one, ties counting half (Mann and Whitney
    /// 1947), in [0, 1].
    pub auroc: Option<f64>,
    /// Its 95 % interval, conversations drawn.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auroc_interval: Option<[f64; 2]>,
    /// Share at or over the threshold of 2 % false alarms, in [0, 1].
    pub tpr: Option<f64>,
    /// Share that is flagged; `None` for what has no alarm.
    pub flag_recall: Option<f64>,
}

/// False alarms on one kind of good reply.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct GoodFigures {
    /// Replies of the kind.
    pub replies: usize,
    /// Share at or over the threshold.
    pub fpr: Option<f64>,
    /// Share that is flagged.
    pub false_flag_rate: Option<f64>,
}

/// All figures of a detector.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Figures {
    /// Ranked replies on which it has no opinion.
    pub without_opinion: usize,
    /// The lowest score at which at most 2 % of good replies score at or over it; `None` if
    /// every score would do.
    pub threshold: Option<f64>,
    /// All drift together.
    pub overall: KindFigures,
    /// Drift by kind.
    pub kinds: BTreeMap<String, KindFigures>,
    /// All good replies after the warm-up.
    pub good: GoodFigures,
    /// Good replies by kind.
    pub good_kinds: BTreeMap<String, GoodFigures>,
    /// Share of the warm-up's replies that is flagged.
    pub warmup_flag_rate: Option<f64>,
    /// How soon slow changes are noticed; `None` if the labels have none.
    pub ramps: Option<RampFigures>,
}

/// The figures on labelled replies. `draws` bootstrap samples of conversations make the
/// intervals, no draws none.
pub(super) fn evaluate(labels: &[&Label], series: &Series, draws: usize) -> Figures {
    let negatives: Vec<f64> = scores(labels, series, |label| label.part() == Part::Negative);
    let threshold = threshold(&negatives, FALSE_ALARMS);
    let ranked = scores(labels, series, |label| matches!(label.part(), Part::Negative | Part::Positive));
    let ranking = Ranking::of(labels, series);
    let once = vec![1; labels.len()];
    let aurocs = ranking.aurocs(&once);
    let intervals = intervals(labels, &ranking, draws);
    let flagged = |wanted: &dyn Fn(&Label) -> bool| {
        let flags = labels.iter().zip(&series.flags).filter(|(label, _)| wanted(label));
        share(flags.map(|(_, flag)| *flag))
    };
    let kind = |wanted: &dyn Fn(&Label) -> bool, name: Option<&str>| {
        let scores = scores(labels, series, wanted);
        KindFigures {
            replies: scores.len(),
            auroc: aurocs.get(&name).copied().map(round6),
            auroc_interval: intervals.get(&name).map(|interval| interval.map(round6)),
            tpr: share(scores.iter().map(|score| *score >= threshold)),
            flag_recall: flagged(wanted),
        }
    };
    let good = |wanted: &dyn Fn(&Label) -> bool| {
        let scores = scores(labels, series, wanted);
        GoodFigures {
            replies: scores.len(),
            fpr: share(scores.iter().map(|score| *score >= threshold)),
            false_flag_rate: flagged(wanted),
        }
    };
    let names = |part: Part| {
        let names = labels.iter().filter(move |label| label.part() == part).map(|label| label.kind.as_str());
        names.collect::<std::collections::BTreeSet<_>>()
    };
    let of = |name: &str, part: Part| {
        let name = name.to_owned();
        move |label: &Label| label.part() == part && label.kind == name
    };
    Figures {
        without_opinion: ranked.iter().filter(|score| **score == f64::NEG_INFINITY).count(),
        threshold: (threshold > f64::MIN).then(|| round6(threshold)),
        overall: kind(&|label| label.part() == Part::Positive, None),
        kinds: names(Part::Positive)
            .into_iter()
            .map(|name| (name.to_owned(), kind(&of(name, Part::Positive), Some(name))))
            .collect(),
        good: good(&|label| label.part() == Part::Negative),
        good_kinds: names(Part::Negative)
            .into_iter()
            .map(|name| (name.to_owned(), good(&of(name, Part::Negative))))
            .collect(),
        warmup_flag_rate: flagged(&|label| label.part() == Part::WarmUp),
        ramps: ramps::evaluate(labels, series, threshold),
    }
}

fn scores(labels: &[&Label], series: &Series, wanted: impl Fn(&Label) -> bool) -> Vec<f64> {
    let pairs = labels.iter().zip(&series.scores).filter(|(label, _)| wanted(label));
    pairs.map(|(_, score)| *score).collect()
}

fn share(hits: impl Iterator<Item = bool>) -> Option<f64> {
    let (mut all, mut hit) = (0_usize, 0_usize);
    for is_hit in hits {
        all += 1;
        hit += usize::from(is_hit);
    }
    (all > 0).then(|| round6(hit as f64 / all as f64))
}

/// The lowest threshold that at most this share of the scores reaches.
fn threshold(scores: &[f64], budget: f64) -> f64 {
    let mut scores = scores.to_vec();
    scores.sort_by(|a, b| b.total_cmp(a));
    scores.get(allowed(scores.len(), budget)).map_or(f64::NEG_INFINITY, |score| score.next_up())
}

/// How many of `count` replies a budget of false alarms allows.
pub(super) fn allowed(count: usize, budget: f64) -> usize {
    // A hair more, so that 2 % of 50 is 1 in binary too.
    (budget * count as f64 + 1e-9) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Labels of turns from 11 on: `-` is a good reply, another letter its kind of drift.
    fn labels(plan: &str) -> Vec<Label> {
        let label = |(n, kind): (usize, char)| {
            let line = serde_json::json!({
                "id": format!("talk {}", n % 3),
                "turn": 11 + n,
                "label": u8::from(kind != '-'),
                "kind": if kind == '-' { "clean".to_owned() } else { kind.to_string() },
            });
            serde_json::from_value(line).unwrap()
        };
        plan.chars().enumerate().map(label).collect()
    }

    fn figures(plan: &str, scores: &[f64], draws: usize) -> Figures {
        let labels = labels(plan);
        let flags = scores.iter().map(|score| *score >= 0.45).collect();
        let series = Series { scores: scores.to_vec(), flags };
        evaluate(&labels.iter().collect::<Vec<_>>(), &series, draws)
    }

    #[test]
    fn auroc_counts_ties_half_and_kinds_apart() {
        // By hand: a wins 2 of 2 and ties 1 of 2 besides; b wins none.
        let found = figures("--aab", &[0.2, 0.4, 0.9, 0.4, 0.1], 0);
        assert_eq!(found.kinds["a"].auroc, Some(3.5 / 4.0));
        assert_eq!(found.kinds["b"].auroc, Some(0.0));
        assert_eq!(found.overall.auroc, Some(round6(3.5 / 6.0)));
        assert_eq!(found.overall.flag_recall, Some(round6(1.0 / 3.0)));
    }

    #[test]
    fn the_threshold_lets_two_of_a_hundred_pass() {
        let plan = "-".repeat(100) + "aa";
        let mut scores: Vec<f64> = (0..100).map(|n| f64::from(n) / 1000.0).collect();
        scores.extend([0.0975, 0.097]);
        let found = figures(&plan, &scores, 0);
        assert_eq!(found.good.fpr, Some(0.02));
        assert_eq!(found.kinds["a"].tpr, Some(0.5));
        assert_eq!(found.good.false_flag_rate, Some(0.0));
    }

    #[test]
    fn no_opinion_ranks_last_and_is_counted() {
        let found = figures("--ab", &[f64::NEG_INFINITY, 0.1, f64::NEG_INFINITY, 0.2], 0);
        assert_eq!(found.without_opinion, 2);
        assert_eq!((found.kinds["a"].auroc, found.kinds["b"].auroc), (Some(0.25), Some(1.0)));
        let none = figures("-a", &[f64::NEG_INFINITY; 2], 0);
        assert_eq!((none.overall.auroc, none.threshold), (Some(0.5), None));
    }

    #[test]
    fn an_interval_holds_the_figure_and_is_the_same_again() {
        let plan = "--a-a-b--a--a-b---";
        let scores: Vec<f64> = (0..plan.len()).map(|n| ((n * 7) % 11) as f64 / 11.0).collect();
        let found = figures(plan, &scores, 300);
        let [low, high] = found.overall.auroc_interval.unwrap();
        let auroc = found.overall.auroc.unwrap();
        assert!(low <= auroc && auroc <= high && low < high, "{found:?}");
        assert_eq!(found, figures(plan, &scores, 300));
    }

    #[test]
    fn nothing_has_no_figures() {
        let found = figures("", &[], 10);
        assert_eq!((found.overall.auroc, found.good.fpr, found.warmup_flag_rate), (None, None, None));
    }
}
