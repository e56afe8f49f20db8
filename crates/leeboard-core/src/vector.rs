//! Embedding vectors: arithmetic in a fixed order, and what is said when there is none.
//!
//! Owns no model. The shell makes vectors and hands them in; see `turn::wants_open`.

use serde::{Deserialize, Serialize};

/// A text's embedding with the id of the model that made it. Vectors of two models never meet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Vector {
    /// The embedding model, for example `text-embedding-3-small`.
    pub model: String,
    /// The components, as many as the model has dimensions.
    pub values: Vec<f32>,
}

/// Why there is no vector for a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Missing(pub String);

/// The shell's answer to one wanted text.
pub type Answer = Result<Vector, Missing>;

impl Vector {
    /// Whether every component is a number.
    #[must_use]
    pub fn is_finite(&self) -> bool {
        self.values.iter().all(|value| value.is_finite())
    }

    /// Cosine similarity in [-1, 1]; `None` for different models, different widths or a zero
    /// vector. Summed in `f64` from the first component to the last, so that it is the same
    /// everywhere.
    #[must_use]
    pub fn cosine(&self, other: &Self) -> Option<f64> {
        if self.model != other.model || self.values.len() != other.values.len() {
            return None;
        }
        let (mut dot, mut left, mut right) = (0.0_f64, 0.0_f64, 0.0_f64);
        for (&a, &b) in self.values.iter().zip(&other.values) {
            let (a, b) = (f64::from(a), f64::from(b));
            dot += a * b;
            left += a * a;
            right += b * b;
        }
        let cosine = dot / (left.sqrt() * right.sqrt());
        cosine.is_finite().then(|| cosine.clamp(-1.0, 1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vector(model: &str, values: &[f32]) -> Vector {
        Vector { model: model.to_owned(), values: values.to_vec() }
    }

    #[test]
    fn cosine_abstains_rather_than_guesses() {
        let unit = vector("a", &[1.0, 0.0]);
        assert_eq!(unit.cosine(&vector("a", &[0.0, 2.0])), Some(0.0));
        assert_eq!(unit.cosine(&vector("b", &[1.0, 0.0])), None);
        assert_eq!(unit.cosine(&vector("a", &[1.0])), None);
        assert_eq!(unit.cosine(&vector("a", &[0.0, 0.0])), None);
        assert_eq!(unit.cosine(&vector("a", &[f32::NAN, 0.0])), None);
    }
}
