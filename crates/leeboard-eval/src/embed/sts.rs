//! Sentence similarity: does a method order pairs as people do?
//!
//! Owns the STS figures. Word weights come from all sentences of the split.

use leeboard_core::memory::Index;
use leeboard_core::memory::lexical::{Weighted, similarity};
use leeboard_core::message::{Entry, Message, Role};
use leeboard_core::text::{self, round6};

use super::data::Split;
use super::methods::{Model, dense};
use super::metrics::spearman;
use super::{TF_IDF, with_words};

/// Spearman's rho x 100 by method; `None` where a method gives every pair the same score.
pub(super) fn measure(split: &Split, models: &[Model]) -> Vec<(String, Option<f64>)> {
    let sentences = split.pairs.iter().flat_map(|pair| [&pair.left, &pair.right]);
    let mut index = Index::default();
    for (n, sentence) in sentences.enumerate() {
        index.push(1, &Entry::new(n.to_string(), Message::text(Role::User, sentence.as_str())));
    }
    let words: Vec<Option<f64>> =
        split.pairs.iter().map(|pair| lexical(&index, &pair.left, &pair.right)).collect();
    let people: Vec<f64> = split.pairs.iter().map(|pair| pair.score).collect();
    // A pair without an opinion is as unlike as can be.
    let rho = |scores: &[Option<f64>]| {
        let scores: Vec<f64> = scores.iter().map(|score| score.unwrap_or(0.0)).collect();
        spearman(&scores, &people).map(|rho| round6(100.0 * rho))
    };
    let mut found = vec![(TF_IDF.to_owned(), rho(&words))];
    for model in models {
        let vectors: Vec<Option<f64>> = split
            .pairs
            .iter()
            .map(|pair| dense(model.vector(&pair.left), model.vector(&pair.right)))
            .collect();
        let both: Vec<Option<f64>> =
            vectors.iter().zip(&words).map(|(dense, words)| similarity(*dense, *words)).collect();
        found.push((model.name.clone(), rho(&vectors)));
        found.push((with_words(&model.name), rho(&both)));
    }
    found
}

fn lexical(index: &Index, left: &str, right: &str) -> Option<f64> {
    let (left, right) = (text::terms(left), text::terms(right));
    Some(Weighted::new(&left, index)?.cosine(&Weighted::new(&right, index)?))
}
