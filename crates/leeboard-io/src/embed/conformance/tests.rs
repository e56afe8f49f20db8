//! Each check fails for an embedder with the fault that it is for, and only there.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use leeboard_core::vector::Missing;

use super::super::EmbedError;
use super::*;

/// What is wrong with a [`Toy`].
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    None,
    BlankName,
    AnswersNothing,
    OneForAll,
    Knows(usize),
    Shuffles,
    Forgets,
    NotUnit,
    NotFinite,
    NoReason,
    BatchDependent,
    Drifts,
    RefusesBlank,
    RefusesControl,
    RefusesLong,
    WrongWidth,
}

/// Counts letters, on purpose wrongly.
struct Toy {
    model: Arc<str>,
    fault: Fault,
    calls: AtomicUsize,
    seen: Mutex<Vec<String>>,
}

impl Toy {
    fn new(fault: Fault) -> Self {
        let model = if fault == Fault::BlankName { " " } else { "toy" };
        Self { model: model.into(), fault, calls: AtomicUsize::new(0), seen: Mutex::default() }
    }

    fn vector(&self, text: &str, place: usize) -> Embedding {
        let mut counts = vec![0.0_f32; 16];
        text.chars().filter(|c| c.is_alphabetic()).for_each(|c| counts[c as usize % 16] += 1.0);
        match self.fault {
            Fault::OneForAll => counts = vec![1.0; 16],
            Fault::BatchDependent => counts[0] += place as f32,
            Fault::Drifts => {
                let mut seen = self.seen.lock().unwrap();
                counts[0] += seen.iter().filter(|other| *other == text).count().saturating_sub(9) as f32;
                seen.push(text.to_owned());
            }
            _ => {}
        }
        let length = counts.iter().map(|count| count * count).sum::<f32>().sqrt();
        if length == 0.0 {
            let reason = if self.fault == Fault::NoReason { "" } else { "no letters" };
            return Err(Missing(reason.to_owned()));
        }
        let length = match self.fault {
            Fault::NotUnit => length * 1.01,
            Fault::NotFinite => 0.0,
            _ => length,
        };
        Ok(counts.iter().map(|count| count / length).collect())
    }

    fn answer(&self, texts: &[String]) -> Result<Vec<Embedding>, EmbedError> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        let refused = |text: &&String| match self.fault {
            Fault::RefusesBlank => text.is_empty(),
            Fault::RefusesControl => text.contains('\u{1b}'),
            Fault::RefusesLong => text.len() > 100_000,
            _ => false,
        };
        // An empty text is also in a batch that is checked before the blank ones.
        if texts.iter().any(|text| refused(&text)) {
            return Err(EmbedError::Setup { reason: "refused".to_owned() });
        }
        let mut answers: Vec<_> =
            texts.iter().enumerate().map(|(place, text)| self.vector(text, place)).collect();
        match self.fault {
            Fault::Shuffles => answers.reverse(),
            Fault::Forgets if texts.len() > 1 => drop(answers.pop()),
            Fault::Knows(known) => {
                for answer in answers.iter_mut().skip(known) {
                    *answer = Err(Missing("unknown".to_owned()));
                }
            }
            Fault::AnswersNothing if texts.is_empty() => answers.push(Err(Missing("nothing".to_owned()))),
            _ => {}
        }
        Ok(answers)
    }
}

impl Embedder for Toy {
    fn model(&self) -> &Arc<str> {
        &self.model
    }

    fn dimensions(&self) -> Option<usize> {
        Some(if self.fault == Fault::WrongWidth { 17 } else { 16 })
    }

    fn is_local(&self) -> bool {
        true
    }

    fn embed<'a>(&'a self, texts: &'a [String]) -> BoxFuture<'a, Result<Vec<Embedding>, EmbedError>> {
        async { self.answer(texts) }.boxed()
    }
}

fn failed(fault: Fault) -> Option<&'static str> {
    check(&Toy::new(fault)).now_or_never().unwrap().err().map(|failure| failure.check)
}

#[test]
fn a_plain_embedder_passes() {
    assert_eq!(failed(Fault::None), None);
}

#[test]
fn every_fault_is_found() {
    const EVERYDAY: &str = "an everyday sentence has a vector";
    const ORDER: &str = "a batch is its texts, in order";
    for (fault, expected) in [
        (Fault::BlankName, "the model has a name"),
        (Fault::AnswersNothing, "an empty batch has no answers"),
        (Fault::OneForAll, EVERYDAY),
        (Fault::Knows(0), EVERYDAY),
        (Fault::Forgets, EVERYDAY),
        (Fault::NotUnit, EVERYDAY),
        (Fault::NotFinite, EVERYDAY),
        (Fault::Knows(5), ORDER),
        (Fault::Shuffles, ORDER),
        (Fault::BatchDependent, ORDER),
        (Fault::NoReason, ORDER),
        (Fault::RefusesBlank, ORDER),
        (Fault::Drifts, ORDER),
        (Fault::RefusesControl, "any text has an answer"),
        (Fault::RefusesLong, "a very long text spoils no batch"),
        (Fault::WrongWidth, "the width is as told"),
    ] {
        assert_eq!(failed(fault), Some(expected), "{fault:?}");
    }
}
