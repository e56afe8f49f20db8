//! How well recall finds evidence, and what its weights would be if they were fitted anew.
//!
//! Owns the figures and the folds. Weights are fitted on the questions asked after a conversation
//! (`queries.jsonl`); the ones asked within it (`queries_dialogue.jsonl`) are only measured.

use std::path::Path;

use leeboard_core::memory::FEATURES;
use leeboard_core::text::round6;
use serde::Serialize;
use thiserror::Error;

use super::fit::{self, Sample, WIDTH, dot, logistic};
use super::samples::{Asked, Candidates, Seen, foreign, own, read};
use super::{HitLine, RecallLine};
use crate::embed::data::DataError;
use crate::embed::metrics::Figure;
use crate::offline::{EvalError, Means};

/// Messages that are asked for.
const K: usize = 10;

/// Messages in a prompt: what a score is made for.
const IN_PROMPT: usize = 5;

/// Why recall could not be measured.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum MeasureError {
    /// The data is not there or bad.
    #[error(transparent)]
    Data(#[from] DataError),
    /// A conversation could not be replayed.
    #[error(transparent)]
    Replay(#[from] EvalError),
}

/// Figures of one way of ranking on one set of questions.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Row {
    /// Which questions, ranked how.
    pub what: String,
    /// Questions.
    pub questions: usize,
    /// Share of the evidence among the first five, per cent.
    pub at_5: Figure,
    /// The same among the first ten.
    pub at_10: Figure,
}

/// What was measured.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Report {
    /// The figures.
    pub rows: Vec<Row>,
    /// Weights in force and fitted anew, by feature.
    pub weights: Vec<(&'static str, f64, f64)>,
    /// `score` and `score_without_vectors` under the weights fitted anew.
    pub score: Vec<f64>,
    /// What a floor lets through, floor by floor.
    pub floors: Vec<Floor>,
    /// For the questions after a conversation, the answers under weights fitted on the others.
    #[serde(skip)]
    pub left_out: Vec<RecallLine>,
}

/// What a floor lets into a prompt.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Floor {
    /// The floor.
    pub floor: f64,
    /// Questions on another conversation for which it lets something through, per cent.
    pub foreign: f64,
    /// Share of the evidence among the first five that are over it, per cent.
    pub evidence: f64,
    /// Messages over it for each question on the own conversation, of five.
    pub messages: f64,
}

/// The figures for a folder of conversations and questions.
///
/// # Errors
/// [`MeasureError`] if the data is missing or bad, or a message over a limit.
pub fn measure(
    folder: &Path,
    means: Means<'_>,
    draws: usize,
    progress: &mut dyn FnMut(&str),
) -> Result<Report, MeasureError> {
    let mut report = Report::default();
    let asked = read(folder, "queries.jsonl")?;
    let mut seen = Vec::new();
    for asked in &asked {
        progress(&format!("recall on {}", asked.conversation.id));
        seen.push(own(asked, K, means)?);
    }
    report.add("questions after, settings in force", &asked, seen.iter().flat_map(|seen| &seen.lines), draws);
    let dialogue = "queries_dialogue.jsonl";
    if folder.join(dialogue).exists() {
        let within = read(folder, dialogue)?;
        let mut lines = Vec::new();
        for asked in &within {
            progress(&format!("recall in {}", asked.conversation.id));
            lines.extend(super::recall(&asked.conversation, &queries(asked), K, means)?);
        }
        report.add("questions within, settings in force", &within, lines.iter(), draws);
    }
    progress("fits");
    let samples = |left_out: Option<usize>| {
        let others = seen.iter().enumerate().filter(move |(n, _)| Some(*n) != left_out);
        others.flat_map(|(_, seen)| &seen.candidates).map(|candidates| &candidates.sample)
    };
    let fitted = fit::ranking(samples(None));
    let in_force = means.config.memory.recall.features();
    report.weights = (0..WIDTH).map(|n| (FEATURES[n], in_force[n], round6(fitted[n]))).collect();
    let mut lines = Vec::new();
    for (n, (asked, seen)) in asked.iter().zip(&seen).enumerate() {
        progress(&format!("fit without {}", asked.conversation.id));
        let weights = fit::ranking(samples(Some(n)));
        lines.extend(ranked(asked, seen, &weights));
    }
    let all: Vec<RecallLine> =
        asked.iter().zip(&seen).flat_map(|(asked, seen)| ranked(asked, seen, &fitted)).collect();
    report.add("questions after, fitted on all", &asked, all.iter(), draws);
    report.add("questions after, fitted on the others", &asked, lines.iter(), draws);
    report.left_out = lines;
    let mut strange = Vec::new();
    for (n, own) in asked.iter().enumerate() {
        let other = &asked[(n + 1) % asked.len()].conversation;
        progress(&format!("questions of {} on {}", own.conversation.id, other.id));
        strange.extend(foreign(own, other, means)?);
    }
    let own: Vec<&Candidates> = seen.iter().flat_map(|seen| &seen.candidates).collect();
    report.scores(
        &own,
        &strange,
        &fitted,
        asked.iter().flat_map(|asked| &asked.questions).map(|q| q.evidence.len()),
    );
    Ok(report)
}

fn queries(asked: &Asked) -> Vec<super::Query> {
    asked.questions.iter().map(|question| question.query.clone()).collect()
}

/// The answers under some weights.
fn ranked(asked: &Asked, seen: &Seen, weights: &[f64; WIDTH]) -> Vec<RecallLine> {
    let line = |(question, candidates): (&super::samples::Question, &Candidates)| RecallLine {
        query_id: question.query.query_id.clone(),
        hits: order(&candidates.sample, weights)
            .into_iter()
            .take(K)
            .map(|(n, sum)| HitLine { id: candidates.ids[n].clone(), score: round6(sum), why: String::new() })
            .collect(),
    };
    asked.questions.iter().zip(&seen.candidates).map(line).collect()
}

/// Candidates with their sums, best first.
fn order(sample: &Sample, weights: &[f64; WIDTH]) -> Vec<(usize, f64)> {
    let mut order: Vec<(usize, f64)> = sample.rows.iter().map(|row| dot(row, weights)).enumerate().collect();
    order.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    order
}

impl Report {
    fn add<'a>(
        &mut self,
        what: &str,
        asked: &[Asked],
        lines: impl Iterator<Item = &'a RecallLine>,
        draws: usize,
    ) {
        let (mut at_5, mut at_10) = (Vec::new(), Vec::new());
        for (question, line) in asked.iter().flat_map(|asked| &asked.questions).zip(lines) {
            let found = |k: usize| {
                let hits = line.hits.iter().take(k).filter(|hit| question.evidence.contains(&hit.id));
                hits.count() as f64 / question.evidence.len() as f64
            };
            at_5.push(found(5));
            at_10.push(found(10));
        }
        self.rows.push(Row {
            what: what.to_owned(),
            questions: at_5.len(),
            at_5: Figure::of(&at_5, draws),
            at_10: Figure::of(&at_10, draws),
        });
    }

    /// Fits what makes scores of sums, and says what floors on such scores let through.
    fn scores(
        &mut self,
        own: &[&Candidates],
        strange: &[Candidates],
        weights: &[f64; WIDTH],
        evidence: impl Iterator<Item = usize>,
    ) {
        let evidence: Vec<usize> = evidence.collect();
        let mut without = *weights;
        for (weight, name) in without.iter_mut().zip(FEATURES) {
            if matches!(name, "meaning" | "answers") {
                *weight = 0.0;
            }
        }
        let top = |candidates: &Candidates, weights: &[f64; WIDTH]| -> Vec<([f64; 4], bool)> {
            let covered = candidates.sample.rows.iter().map(|row| row[0]).fold(0.0, f64::max);
            let first = order(&candidates.sample, weights).into_iter().take(IN_PROMPT);
            first
                .map(|(n, sum)| ([sum, covered, candidates.best_cosine, 1.0], candidates.sample.evidence[n]))
                .collect()
        };
        let all = |weights: &[f64; WIDTH]| -> Vec<([f64; 4], bool)> {
            own.iter().copied().chain(strange).flat_map(|candidates| top(candidates, weights)).collect()
        };
        let with = logistic(&all(weights));
        let lexical: Vec<([f64; 3], bool)> =
            all(&without).into_iter().map(|([sum, covered, _, one], is)| ([sum, covered, one], is)).collect();
        let bare = logistic(&lexical);
        self.score = with.iter().chain(&bare).map(|&value| round6(value)).collect();
        let scored = |candidates: &Candidates| -> Vec<(f64, bool)> {
            let score = |(row, is): ([f64; 4], bool)| (1.0 / (1.0 + (-dot(&row, &with)).exp()), is);
            top(candidates, weights).into_iter().map(score).collect()
        };
        let (own, strange): (Vec<_>, Vec<_>) =
            (own.iter().map(|own| scored(own)).collect(), strange.iter().map(scored).collect());
        for floor in [0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2, 0.3] {
            let over =
                |found: &[(f64, bool)]| found.iter().filter(|(score, _)| *score >= floor).count() as f64;
            let hits = own.iter().zip(&evidence).map(|(found, all)| {
                let right = found.iter().filter(|(score, is)| *is && *score >= floor).count();
                right as f64 / (*all).max(1) as f64
            });
            let count = own.len().max(1) as f64;
            let through = strange.iter().filter(|found| over(found) > 0.0).count() as f64;
            self.floors.push(Floor {
                floor,
                foreign: round6(100.0 * through / strange.len().max(1) as f64),
                evidence: round6(100.0 * hits.sum::<f64>() / count),
                messages: round6(own.iter().map(|found| over(found)).sum::<f64>() / count),
            });
        }
    }
}
