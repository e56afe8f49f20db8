//! The default embedder: one vector for every entry of a vocabulary, in the binary.
//!
//! A text's vector is the sum of its tokens' rows, brought to length 1. The rows were distilled
//! once from a sentence model and carry the tokens' weights (smooth inverse frequency, Arora et
//! al. 2017); see `docs/concepts/embeddings.md` for how, and for what it can and cannot do: it
//! knows English words, not their order.
//!
//! - `words` and `vocabulary` take a text apart as BERT's uncased tokenizer does.
//! - `english` keeps texts out that the table would misread.
//!
//! Owns the sum and the files under `assets/embedding`. Takes microseconds, needs no setup.

mod english;
mod vocabulary;
mod words;

use std::sync::{Arc, LazyLock};

use futures_util::future::{BoxFuture, FutureExt};
use leeboard_core::vector::Missing;

use self::english::{English, Points};
use self::vocabulary::{Pieces, Token, Vocabulary};
use super::{EmbedError, Embedder, Embedding};

/// Components of a row.
const DIMENSIONS: usize = 256;

/// Names the files below and the rules that read them: a change to either needs a new one.
const MODEL: &str = "leeboard-static-minilm-256-v1";

/// One signed byte a component, row after row.
static ROWS: &[u8] = include_bytes!("../../../assets/embedding/table.i8");
/// What a row's bytes are multiplied with: `f32`, little endian.
static SCALES: &[u8] = include_bytes!("../../../assets/embedding/scales.f32");
static VOCABULARY: &str = include_str!("../../../assets/embedding/vocab.txt");
static LANGUAGE: &str = include_str!("../../../assets/embedding/language.txt");

const _: () = assert!(ROWS.len() / DIMENSIONS == SCALES.len() / 4, "a scale for every row");

/// What the files hold, in the form that is asked. The rows stay where the binary has them.
struct Contents {
    model: Arc<str>,
    vocabulary: Vocabulary,
    english: English,
    unknown: Token,
}

/// Read when first needed, in one or two milliseconds, into half a megabyte.
static CONTENTS: LazyLock<Contents> = LazyLock::new(|| {
    let vocabulary = Vocabulary::new(VOCABULARY);
    let unknown = vocabulary.token("[UNK]").unwrap_or_default();
    let english = English::new(&vocabulary, LANGUAGE);
    Contents { model: MODEL.into(), vocabulary, english, unknown }
});

/// The static table. All values are the same one.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct Table;

impl Table {
    /// The table.
    #[must_use]
    pub fn new() -> Self {
        Self
    }

    /// The embedding of one text, here and now: 256 components, length 1. The same text gives
    /// the same vector on every machine. Takes time linear in the text: about 20 ns a byte of
    /// English prose, at most about 70 of anything else (`cargo bench --bench embed`).
    ///
    /// # Errors
    ///
    /// [`Missing`] for a text without a word that the table knows, and for one in another language
    /// than English (more than three words of it, or another script).
    pub fn vector(self, text: &str) -> Embedding {
        let reading = Reading::of(text);
        if reading.words == 0 {
            return Err(Missing("the text has no words".to_owned()));
        }
        let vector =
            unit(&reading.sum).ok_or_else(|| Missing(format!("{MODEL} knows none of the text's words")))?;
        if reading.points.score() < 0 {
            return Err(Missing(format!("{MODEL} knows English only, and the text reads as something else")));
        }
        Ok(vector)
    }

    /// The tokens of a text, as places in the vocabulary counted from 0: what [`vector`] sums,
    /// with `[UNK]` for an unknown word. No marks for start and end, and no limit.
    ///
    /// [`vector`]: Self::vector
    #[must_use]
    pub fn tokens(self, text: &str) -> Vec<u16> {
        let contents = &*CONTENTS;
        let mut pieces = Pieces::new();
        let mut tokens = Vec::new();
        words::each(text, |word| {
            contents.split(word, &mut pieces);
            match pieces.tokens() {
                [] => tokens.push(contents.unknown),
                known => tokens.extend_from_slice(known),
            }
        });
        tokens
    }
}

/// What one pass over a text gives.
struct Reading {
    /// The rows of all tokens, added up in the text's order.
    sum: [f32; DIMENSIONS],
    words: usize,
    points: Points,
}

impl Reading {
    fn of(text: &str) -> Self {
        let contents = &*CONTENTS;
        let mut reading = Self { sum: [0.0; DIMENSIONS], words: 0, points: Points::default() };
        let mut pieces = Pieces::new();
        words::each(text, |word| {
            contents.split(word, &mut pieces);
            reading.words += 1;
            contents.english.count(pieces.tokens(), &mut reading.points);
            pieces.tokens().iter().for_each(|&token| add(&mut reading.sum, token));
        });
        reading
    }
}

impl Contents {
    #[inline]
    fn split(&self, word: &words::Word, pieces: &mut Pieces) {
        // No entry is empty, so a word that is too long is as unknown as an empty one.
        self.vocabulary.split(word.bytes().unwrap_or_default(), pieces);
    }
}

impl Embedder for Table {
    fn model(&self) -> &Arc<str> {
        &CONTENTS.model
    }

    fn dimensions(&self) -> Option<usize> {
        Some(DIMENSIONS)
    }

    fn is_local(&self) -> bool {
        true
    }

    fn embed<'a>(&'a self, texts: &'a [String]) -> BoxFuture<'a, Result<Vec<Embedding>, EmbedError>> {
        async { Ok(texts.iter().map(|text| self.vector(text)).collect()) }.boxed()
    }
}

/// Adds a token's row, in vector instructions where the machine has them. The product is rounded
/// before the sum (never fused), so the result does not depend on the machine.
#[inline]
fn add(sum: &mut [f32; DIMENSIONS], token: Token) {
    let token = usize::from(token);
    let (rows, scales) = (ROWS.as_chunks::<DIMENSIONS>().0, SCALES.as_chunks().0);
    let (Some(row), Some(&scale)) = (rows.get(token), scales.get(token)) else { return };
    let scale = f32::from_le_bytes(scale);
    for (sum, &byte) in sum.iter_mut().zip(row) {
        *sum += scale * f32::from(byte.cast_signed());
    }
}

/// The sum brought to length 1; `None` if it has no direction.
fn unit(sum: &[f32; DIMENSIONS]) -> Option<Vec<f32>> {
    // Sixteen partial sums side by side, in vector instructions and in a fixed order.
    let mut squares = [0.0_f32; 16];
    for part in sum.as_chunks::<16>().0 {
        squares.iter_mut().zip(part).for_each(|(square, value)| *square += value * value);
    }
    let length = squares.iter().sum::<f32>().sqrt();
    length.is_normal().then(|| sum.iter().map(|value| value / length).collect())
}

#[cfg(test)]
mod tests;
