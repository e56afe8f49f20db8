//! Drift detectors measured on labelled replies: leeboard's own beside published ones.
//!
//! - [`labels`] reads the labelled conversations, [`metrics`] has the figures, `ranking` AUROC,
//!   [`ramps`] the delays in slow changes.
//! - `own` makes rows of the audit, `published` of the detectors of others, `detectors` of simple
//!   baselines.
//! - `folds` refits the calibrations without the run that is scored, `calibrations` tells which
//!   raw value a score came from.
//! - [`table`] shows a report to people.
//!
//! Sets nothing: what is refitted here is thrown away.

mod calibrations;
mod detectors;
mod folds;
pub mod labels;
pub mod metrics;
mod own;
mod published;
pub mod ramps;
mod ranking;
mod table;

use std::collections::BTreeMap;
use std::time::Instant;

use leeboard_core::config::DriftConfig;
use leeboard_core::text::round6;
use serde::Serialize;
use thiserror::Error;

use self::detectors::{Detector, Talk};
use self::labels::{Label, Labelled};
use self::metrics::{Figures, Series, evaluate};
use crate::audit::{AuditLine, audit};
use crate::embed::data::DataError;
use crate::offline::{EvalError, Means};

pub use self::folds::{Fold, Folds};
pub use self::table::table;

/// Why nothing could be measured.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum EvalDriftError {
    /// The data could not be read.
    #[error(transparent)]
    Data(#[from] DataError),
    /// A conversation could not be replayed.
    #[error(transparent)]
    Replay(#[from] EvalError),
    /// No reply of the conversations has a label.
    #[error("find labels for these conversations: none is about one of them (is it the right --labels?)")]
    NoLabels,
    /// One run only, so that nothing is left to fit on.
    #[error("leave one run out: all conversations are of one run (`source` and `persona` tell runs apart)")]
    OneRun,
    /// The settings did not survive being written and read.
    #[error("refit the settings: {0}")]
    Settings(serde_json::Error),
}

/// Whose opinions a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Family {
    /// `drift.index` with its flags.
    Index,
    /// The index with other constants.
    Refit,
    /// One signal.
    Signal,
    /// Another number of the judgement.
    Metric,
    /// A number of the active pattern.
    Pattern,
    /// A detector of a published implementation.
    Published,
    /// What anybody would try first.
    Baseline,
}

/// One detector.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Row {
    /// Its name.
    pub name: String,
    /// Whose it is.
    pub family: Family,
    /// How it judges.
    pub definition: String,
    /// Microseconds a reply, vectors included; only where a detector runs on its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub us_per_reply: Option<f64>,
    /// What it reaches.
    pub figures: Figures,
}

/// All that was measured.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Report {
    /// The detectors, leeboard's index first.
    pub rows: Vec<Row>,
    /// The refitted calibrations, if asked for.
    pub folds: Option<Folds>,
    /// Every judged reply, as the audit prints it.
    pub lines: Vec<AuditLine>,
    /// Labels on replies that are not there; they count as not flagged, without an opinion.
    pub missing: usize,
    /// What was left out, and why.
    pub skipped: Vec<String>,
}

/// What is asked for beside the figures.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "the caller builds it")]
pub struct Wanted {
    /// Bootstrap samples for the intervals of AUROC; 0 for none.
    pub draws: usize,
    /// Refit the calibrations on the other runs.
    pub leave_one_run_out: bool,
}

/// Measures leeboard's drift, published detectors and baselines on labelled conversations, each
/// judged by its system message. `progress` is told what is under way.
///
/// # Errors
/// [`EvalDriftError`] if a conversation cannot be replayed or nothing is labelled.
pub fn measure(
    data: &Labelled,
    means: Means<'_>,
    wanted: Wanted,
    progress: &mut dyn FnMut(&str),
) -> Result<Report, EvalDriftError> {
    if data.labels.is_empty() {
        return Err(EvalDriftError::NoLabels);
    }
    let (lines, us_per_reply) = judged(data, means, progress)?;
    let by_turn = own::by_turn(&lines);
    let labels: Vec<&Label> = data.labels.iter().collect();
    let row = |name: String, family, definition: String, us_per_reply, series: &Series| Row {
        figures: evaluate(&labels, series, wanted.draws),
        name,
        family,
        definition,
        us_per_reply,
    };
    let definition = "drift.index with its flags".to_owned();
    let index = own::index(&data.labels, &by_turn);
    let mut rows = vec![row("leeboard".to_owned(), Family::Index, definition, Some(us_per_reply), &index)];
    progress("signals and metrics");
    for own in own::rows(&data.labels, &by_turn, means.config) {
        rows.push(row(own.name, own.family, own.definition, None, &own.series));
    }
    let talks: BTreeMap<&str, Talk> =
        data.cases.iter().map(|case| (case.conversation.id.as_str(), Talk::of(&case.conversation))).collect();
    let others = published::DETECTORS.iter().map(|detector| (Family::Published, detector));
    let others = others.chain(detectors::BASELINES.iter().map(|detector| (Family::Baseline, detector)));
    for (family, detector) in others {
        progress(detector.name);
        let (series, us) = run(detector, &data.labels, &talks, means);
        rows.push(row(detector.name.to_owned(), family, detector.definition.to_owned(), Some(us), &series));
    }
    let there = |label: &&Label| by_turn.contains_key(&(label.conversation.as_str(), label.turn));
    let missing = labels.len() - data.labels.iter().filter(there).count();
    let folds = if wanted.leave_one_run_out {
        Some(folds::measure(data, &lines, &index, means, wanted.draws, progress)?)
    } else {
        None
    };
    Ok(Report { rows, folds, lines, missing, skipped: data.skipped.clone() })
}

/// Every reply judged, and the microseconds that one takes.
fn judged(
    data: &Labelled,
    means: Means<'_>,
    progress: &mut dyn FnMut(&str),
) -> Result<(Vec<AuditLine>, f64), EvalError> {
    let start = Instant::now();
    let mut lines = Vec::new();
    for (n, case) in data.cases.iter().enumerate() {
        progress(&format!("audit, {n} of {} conversations", data.cases.len()));
        lines.extend(audit(&case.conversation, None, means)?);
    }
    let us = micros(start, lines.len());
    Ok((lines, us))
}

fn micros(start: Instant, replies: usize) -> f64 {
    round6(start.elapsed().as_secs_f64() * 1e6 / replies.max(1) as f64)
}

/// A detector's opinions on the labelled replies, and the microseconds that one takes.
fn run(
    detector: &Detector,
    labels: &[Label],
    talks: &BTreeMap<&str, Talk>,
    means: Means<'_>,
) -> (Series, f64) {
    let start = Instant::now();
    let judge = |(&id, talk): (&&str, &Talk)| -> (String, Vec<Option<f64>>) {
        (id.to_owned(), (detector.judge)(talk, means.embedder))
    };
    let found: BTreeMap<String, Vec<Option<f64>>> = talks.iter().map(judge).collect();
    let us = micros(start, found.values().map(Vec::len).sum());
    let score = |label: &Label| {
        let place = (label.turn as usize).checked_sub(1)?;
        found.get(&label.conversation)?.get(place).copied().flatten().filter(|score| score.is_finite())
    };
    let scores: Vec<Option<f64>> = labels.iter().map(score).collect();
    let flags = detector.alarm.map(|alarm| scores.iter().map(|score| score.is_some_and(alarm)).collect());
    let scores = scores.into_iter().map(|score| score.unwrap_or(f64::NEG_INFINITY)).collect();
    (Series { scores, flags: flags.unwrap_or_default() }, us)
}

/// The shipped settings of drift with some calibrations replaced.
fn refitted(
    drift: &DriftConfig,
    changes: &calibrations::Calibrations,
) -> Result<DriftConfig, EvalDriftError> {
    calibrations::with(drift, changes).map_err(EvalDriftError::Settings)
}

#[cfg(test)]
mod tests;
