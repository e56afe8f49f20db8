//! Embedders measured side by side: quality on three data sets, and speed.
//!
//! - [`data`] reads the data sets from a folder, [`metrics`] has the arithmetic.
//! - `sts`, `matching`, `recall` and `speed` each make one kind of figure.
//! - [`table`] shows a report to people.
//!
//! Every embedder stands beside BM25 and tf-idf, alone and together with them. Judges nothing
//! and sets nothing: which embedder is the default is a decision of the project.

pub mod data;
mod matching;
mod methods;
pub mod metrics;
mod recall;
mod speed;
mod sts;
mod table;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use leeboard_io::embed::Embedder;
use serde::Serialize;
use thiserror::Error;

use self::data::Data;
use self::methods::Model;

pub use self::matching::Matching;
pub use self::recall::Recall;
pub use self::speed::Speed;
pub use self::table::table;

const BM25: &str = "bm25";
const TF_IDF: &str = "tf-idf";

/// Why nothing could be measured.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum EvalEmbedError {
    /// No runtime for an endpoint.
    #[error("start the runtime: {0}")]
    Runtime(std::io::Error),
}

/// What one method reached.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Line {
    /// The method.
    pub method: String,
    /// Spearman's rho x 100 by split of the STS benchmark.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub sts: BTreeMap<String, f64>,
    /// Matching replies to requests, by run.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub matching: BTreeMap<String, Matching>,
    /// Finding evidence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recall: Option<Recall>,
    /// What a text costs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub speed: Option<Speed>,
}

/// All that was measured.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Report {
    /// The methods, those without vectors first.
    pub lines: Vec<Line>,
    /// Parts of the data that were not measured, and why.
    pub skipped: Vec<String>,
    /// Embedders that failed, and how.
    pub failed: Vec<String>,
}

impl Report {
    fn line(&mut self, method: &str) -> &mut Line {
        let at = self.lines.iter().position(|line| line.method == method).unwrap_or_else(|| {
            self.lines.push(Line { method: method.to_owned(), ..Line::default() });
            self.lines.len() - 1
        });
        &mut self.lines[at]
    }
}

/// The name of an embedder's vectors together with tf-idf.
fn with_words(model: &str) -> String {
    format!("{model} + {TF_IDF}")
}

/// The name of an embedder's ranking joined with that of BM25.
fn with_bm25(model: &str) -> String {
    format!("{model} + {BM25}")
}

/// The name of a method that knows what a session knew when the reply came.
fn as_then(method: &str) -> String {
    format!("{method}, as then")
}

/// Measures embedders, named for the report. `draws` bootstrap samples make the intervals of
/// matching and recall. `progress` is told what is under way.
///
/// An embedder that fails is left out and named in [`Report::failed`].
///
/// # Errors
/// [`EvalEmbedError`] if the system gives no threads for an endpoint.
pub fn measure(
    data: &Data,
    embedders: Vec<(String, Arc<dyn Embedder>)>,
    draws: usize,
    progress: &mut dyn FnMut(&str),
) -> Result<Report, EvalEmbedError> {
    let mut report = Report { skipped: data.skipped.clone(), ..Report::default() };
    let models = learnt(data, embedders, &mut report.failed, progress)?;
    names(&mut report, &models);
    for split in &data.sts {
        progress(&format!("sentence pairs, {}", split.name));
        for (method, rho) in sts::measure(split, &models) {
            match rho {
                Some(rho) => drop(report.line(&method).sts.insert(split.name.to_owned(), rho)),
                None => {
                    report.skipped.push(format!("stsb {}, {method}: all pairs score the same", split.name))
                }
            }
        }
    }
    for run in &data.runs {
        progress(&format!("matching, {}", run.id));
        for (method, found) in matching::measure(run, &models, draws) {
            report.line(&method).matching.insert(run.id.clone(), found);
        }
    }
    if !data.recall.is_empty() {
        let mut at = |n: usize| progress(&format!("recall, {n} of {} conversations", data.recall.len()));
        for (method, found) in recall::measure(&data.recall, &models, draws, &mut at) {
            report.line(&method).recall = Some(found);
        }
    }
    progress("speed");
    let (words, speeds) = speed::measure(&models);
    report.line(BM25).speed = Some(words);
    for (model, speed) in models.iter().zip(speeds) {
        report.line(&model.name).speed = Some(speed);
    }
    report.lines.retain(|line| *line != Line { method: line.method.clone(), ..Line::default() });
    Ok(report)
}

/// The methods in the order in which they are shown.
fn names(report: &mut Report, models: &[Model]) {
    for method in [BM25.to_owned(), TF_IDF.to_owned(), as_then(TF_IDF)] {
        report.line(&method);
    }
    for model in models {
        let both = with_words(&model.name);
        for method in [&model.name, &both, &as_then(&both), &with_bm25(&model.name)] {
            report.line(method);
        }
    }
}

/// The embedders with vectors for all texts of the data.
fn learnt(
    data: &Data,
    embedders: Vec<(String, Arc<dyn Embedder>)>,
    failed: &mut Vec<String>,
    progress: &mut dyn FnMut(&str),
) -> Result<Vec<Model>, EvalEmbedError> {
    let texts = texts(data);
    let all = texts.len();
    let mut models = Vec::with_capacity(embedders.len());
    for (name, embedder) in embedders {
        let mut model = Model::new(name, embedder)?;
        let mut done = |name: &str, done: usize| progress(&format!("{name}, {done} of {all} texts"));
        match model.learn(&texts, &mut done) {
            Ok(()) => models.push(model),
            Err(fault) => failed.push(fault),
        }
    }
    Ok(models)
}

/// Every text that some figure needs, once.
fn texts(data: &Data) -> BTreeSet<String> {
    let sentences = data.sts.iter().flat_map(|split| &split.pairs).flat_map(|pair| [&pair.left, &pair.right]);
    let mut texts: BTreeSet<String> = sentences.cloned().collect();
    for run in &data.runs {
        let places = run.pairs.iter().flat_map(|&(request, reply)| [request, reply]);
        texts.extend(places.filter_map(|at| run.entries.get(at)).map(|entry| entry.message.spoken()));
    }
    for asked in &data.recall {
        texts.extend(asked.entries.iter().map(|entry| entry.message.spoken()));
        texts.extend(asked.questions.iter().map(|question| question.query.clone()));
    }
    texts.retain(|text| !text.trim().is_empty());
    texts
}
