//! What every embedder must do, as checks that anyone can run on theirs.
//!
//! An embedder of your own passes if [`check`] gives `Ok`:
//!
//! ```
//! use leeboard_io::embed::{Table, conformance};
//!
//! # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
//! conformance::check(&Table::new()).await?;
//! # Ok::<(), conformance::Failure>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Owns the checks and the texts that they use; judges no quality. Not for use outside tests.

use std::sync::Arc;

use thiserror::Error;

use super::{Embedder, Embedding};

/// A check that an embedder did not pass.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("pass the embedder check `{check}`: {what}")]
#[non_exhaustive]
pub struct Failure {
    /// The check.
    pub check: &'static str,
    /// What was seen instead.
    pub what: String,
}

type Checked = Result<(), String>;

/// How far a vector's length may be from 1.
const TOLERANCE: f64 = 1e-3;

/// Everyday sentences, so that a model of one of these languages has a vector for some.
const EVERYDAY: [&str; 6] = [
    "The harbour is quiet tonight and the boats are asleep.",
    "She paid the invoice yesterday, and my train is late.",
    "Der Hafen ist heute Nacht still, und die Boote schlafen.",
    "El puerto está tranquilo esta noche y los barcos duermen.",
    "今夜の港は静かで、船は眠っている。",
    "今晚的港口很安静。",
];

/// Texts that have no words, or hardly any.
const BLANK: [&str; 6] = ["", " ", "\n\t \r\n", "\u{a0}\u{3000}", "\u{200b}", "\u{0}"];

/// Texts that are awkward to take apart, to send or to count.
const AWKWARD: [&str; 12] = [
    "\u{301}\u{302}\u{303}",
    "e\u{301}\u{301}\u{301}\u{301}",
    "שלום עולם, مرحبا بالعالم",
    "👩\u{200d}👩\u{200d}👧\u{200d}👦 🏴\u{200d}☠\u{fe0f} 🇳🇿",
    "\u{feff}a\u{202e}b\u{2066}c",
    "before\u{0}after\u{1b}[31m",
    "\u{378} \u{e000} \u{fffe} \u{fffd} \u{10ffff}",
    "\"quoted\\ \u{8}\u{c}\" {\"input\": [null]}",
    "<|endoftext|> [CLS] [SEP] ##ing",
    "ﷺ ﬃ ǅ İ ß ẞ K Å",
    "...!?---",
    "\u{2028}\u{2029}",
];

/// Runs all checks, one after the other.
///
/// # Errors
///
/// The first check that fails.
pub async fn check(embedder: &dyn Embedder) -> Result<(), Failure> {
    let named = |check, outcome: Checked| outcome.map_err(|what| Failure { check, what });
    let model = Arc::clone(embedder.model());
    named("the model has a name", ensure(!model.trim().is_empty(), || "its id is blank".to_owned()))?;
    named("an empty batch has no answers", empty_batch(embedder).await)?;
    named("an everyday sentence has a vector", everyday(embedder).await)?;
    named("a batch is its texts, in order", batches(embedder).await)?;
    named("the same text gives the same vector", repeats(embedder).await)?;
    named("a blank text is no fault", all_answered(embedder, &BLANK).await)?;
    named("any text has an answer", all_answered(embedder, &AWKWARD).await)?;
    named("a very long text spoils no batch", long_text(embedder).await)?;
    named("the width is as told", width(embedder).await)?;
    named("the model keeps its name", kept(embedder, &model))
}

async fn empty_batch(embedder: &dyn Embedder) -> Checked {
    ask(embedder, &[]).await.map(drop)
}

async fn everyday(embedder: &dyn Embedder) -> Checked {
    let answers = ask(embedder, &EVERYDAY).await?;
    let vectors: Vec<_> = answers.iter().flatten().collect();
    ensure(!vectors.is_empty(), || format!("none of {} has one: {answers:?}", EVERYDAY.len()))?;
    // One vector for everything would pass all other checks.
    let differ = vectors.iter().enumerate().all(|(at, vector)| !vectors[..at].contains(vector));
    ensure(differ, || "two sentences have the same".to_owned())
}

async fn batches(embedder: &dyn Embedder) -> Checked {
    let mut texts: Vec<&str> = EVERYDAY.into_iter().chain(["", EVERYDAY[1], "!"]).collect();
    let mut alone = Vec::new();
    for text in &texts {
        alone.extend(ask(embedder, &[text]).await?);
    }
    same(&ask(embedder, &texts).await?, &alone)?;
    texts.reverse();
    alone.reverse();
    same(&ask(embedder, &texts).await?, &alone)?;
    // More than a server takes at once.
    let many: Vec<_> = texts.iter().copied().cycle().take(300).collect();
    let expected: Vec<_> = alone.iter().cloned().cycle().take(300).collect();
    same(&ask(embedder, &many).await?, &expected)
}

async fn repeats(embedder: &dyn Embedder) -> Checked {
    let first = ask(embedder, &EVERYDAY).await?;
    for _ in 0..3 {
        same(&ask(embedder, &EVERYDAY).await?, &first)?;
    }
    Ok(())
}

async fn all_answered(embedder: &dyn Embedder, texts: &[&str]) -> Checked {
    let together = ask(embedder, texts).await?;
    for (text, expected) in texts.iter().zip(&together) {
        let alone = ask(embedder, &[text]).await?;
        same(&alone, std::slice::from_ref(expected)).map_err(|what| format!("{text:?}: {what}"))?;
    }
    Ok(())
}

async fn long_text(embedder: &dyn Embedder) -> Checked {
    let words = format!("{} ", EVERYDAY[0]).repeat(4_000);
    let word = "a".repeat(200_000);
    let marks = format!("e{}", "\u{301}".repeat(100_000));
    let short = ask(embedder, &EVERYDAY[..2]).await?;
    for long in [words, word, marks] {
        let answers = ask(embedder, &[EVERYDAY[0], &long, EVERYDAY[1]]).await?;
        let around: Vec<_> = answers.into_iter().step_by(2).collect();
        same(&around, &short).map_err(|what| format!("beside {} bytes: {what}", long.len()))?;
    }
    Ok(())
}

fn kept(embedder: &dyn Embedder, model: &str) -> Checked {
    let now = embedder.model();
    ensure(now.as_ref() == model, || format!("it was {model:?} and is now {now:?}"))
}

async fn width(embedder: &dyn Embedder) -> Checked {
    let answers = ask(embedder, &EVERYDAY).await?;
    let told = embedder.dimensions();
    let fits = |vector: &Vec<f32>| Some(vector.len()) == told;
    ensure(answers.iter().flatten().all(fits), || {
        format!("not every vector has the {told:?} components told")
    })
}

/// The answers to a batch, each seen to be a vector of length 1 or a reason for none.
async fn ask(embedder: &dyn Embedder, texts: &[&str]) -> Result<Vec<Embedding>, String> {
    let owned: Vec<String> = texts.iter().copied().map(str::to_owned).collect();
    let answers = embedder.embed(&owned).await.map_err(|error| format!("it failed to {error}"))?;
    let counts = (answers.len(), texts.len());
    ensure(counts.0 == counts.1, || format!("{} answers to {} texts", counts.0, counts.1))?;
    for answer in &answers {
        match answer {
            Ok(vector) => {
                let square: f64 = vector.iter().map(|&value| f64::from(value) * f64::from(value)).sum();
                let unit = (square.sqrt() - 1.0).abs() <= TOLERANCE;
                ensure(unit, || format!("a vector of length {} instead of 1", square.sqrt()))?;
            }
            Err(missing) => {
                let told = !missing.0.trim().is_empty();
                ensure(told, || "a text has no vector and no reason".to_owned())?;
            }
        }
    }
    Ok(answers)
}

/// Equal to the last bit: what the caller stores must not depend on how it asked.
fn same(found: &[Embedding], expected: &[Embedding]) -> Checked {
    let differs = found.iter().zip(expected).position(|(found, expected)| found != expected);
    match differs {
        Some(at) => Err(format!("text {at} of {} got another answer than before or alone", found.len())),
        None => Ok(()),
    }
}

fn ensure(right: bool, what: impl FnOnce() -> String) -> Checked {
    if right { Ok(()) } else { Err(what()) }
}

#[cfg(test)]
mod tests;
