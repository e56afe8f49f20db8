//! Embedding vectors: one byte a component, arithmetic in integers, and what is said when there
//! is none.
//!
//! Owns no model. The shell makes vectors and hands them in; see `turn::wants_open`.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A text's embedding with the id of the model that made it. Vectors of two models never meet.
///
/// Components are rounded to one signed byte, scaled so that the largest is 127: a quarter of
/// the space of `f32`, the same sums on every machine, and a cosine within .005 of the exact one,
/// .0006 on average (all pairs of the static table's golden vectors; a test of `leeboard-io` holds
/// it). Length carries no meaning.
#[derive(Clone, Debug, PartialEq)]
pub struct Vector {
    model: Arc<str>,
    components: Box<[i8]>,
    /// Sum of the squared components; not zero.
    square: i64,
}

/// Why an embedding model has no opinion on a text: it is blank, too long, in a language that the
/// model does not know, ...
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Missing(pub String);

/// The shell's answer to one wanted text, as decided and recorded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "the shell must choose one")]
pub enum Answer {
    /// Here it is.
    Vector(Vector),
    /// There is none and there will be none.
    Missing(Missing),
    /// It takes too long to wait for; a later record supplies it.
    Late,
}

impl Answer {
    /// The answer for a text that nobody embeds.
    #[must_use]
    pub fn missing(reason: impl Into<String>) -> Self {
        Self::Missing(Missing(reason.into()))
    }

    /// The vector, if there is one.
    #[must_use]
    pub fn vector(&self) -> Option<&Vector> {
        match self {
            Self::Vector(vector) => Some(vector),
            Self::Missing(_) | Self::Late => None,
        }
    }

    /// Whether a later record will supply it.
    #[must_use]
    pub fn is_late(&self) -> bool {
        matches!(self, Self::Late)
    }
}

impl Vector {
    /// Rounds an embedding; `None` for one that has no direction: empty, all zero or not finite.
    #[must_use]
    pub fn new(model: &Arc<str>, values: &[f32]) -> Option<Self> {
        let largest = values.iter().fold(0.0_f32, |largest, value| largest.max(value.abs()));
        if !values.iter().all(|value| value.is_finite()) || largest < f32::MIN_POSITIVE {
            return None;
        }
        let round = |value: &f32| (f64::from(*value) / f64::from(largest) * 127.0).round() as i8;
        Self::of_components(Arc::clone(model), values.iter().map(round).collect())
    }

    pub(crate) fn of_components(model: Arc<str>, components: Box<[i8]>) -> Option<Self> {
        let square = dot(&components, &components);
        (square > 0).then_some(Self { model, components, square })
    }

    /// The embedding model, for example `text-embedding-3-small`.
    #[must_use]
    pub fn model(&self) -> &str {
        &self.model
    }

    /// Its components, the largest being 127 or -127.
    pub(crate) fn components(&self) -> &[i8] {
        &self.components
    }

    /// How many components it has.
    #[must_use]
    pub fn dimensions(&self) -> usize {
        self.components.len()
    }

    /// Cosine similarity in [-1, 1]; `None` for different models or widths.
    #[must_use]
    pub fn cosine(&self, other: &Self) -> Option<f64> {
        if self.model != other.model || self.components.len() != other.components.len() {
            return None;
        }
        let dot = dot(&self.components, &other.components) as f64;
        let lengths = (self.square as f64).sqrt() * (other.square as f64).sqrt();
        Some((dot / lengths).clamp(-1.0, 1.0))
    }
}

/// The mean direction of many vectors, for what they have in common. A vector of another model
/// starts it anew.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Centroid {
    model: String,
    /// The sum of the vectors, each brought to length 1.
    sum: Vec<f64>,
}

impl Centroid {
    /// Takes in a vector.
    pub fn add(&mut self, vector: &Vector) {
        if self.model != vector.model() || self.sum.len() != vector.dimensions() {
            vector.model().clone_into(&mut self.model);
            self.sum = vec![0.0; vector.dimensions()];
        }
        let length = (vector.square as f64).sqrt();
        for (sum, &component) in self.sum.iter_mut().zip(&vector.components) {
            *sum += f64::from(component) / length;
        }
    }

    /// Cosine with a vector in [-1, 1]; `None` for another model or without any vector.
    #[must_use]
    pub fn cosine(&self, vector: &Vector) -> Option<f64> {
        if self.model != vector.model() || self.sum.len() != vector.dimensions() {
            return None;
        }
        let dot: f64 = self.sum.iter().zip(&vector.components).map(|(&a, &b)| a * f64::from(b)).sum();
        let length: f64 = self.sum.iter().map(|value| value * value).sum::<f64>().sqrt();
        let cosine = dot / (length * (vector.square as f64).sqrt());
        cosine.is_finite().then(|| cosine.clamp(-1.0, 1.0))
    }

    /// The mean direction as a vector; `None` without any.
    #[must_use]
    pub fn direction(&self) -> Option<Vector> {
        // The sum of some unit vectors fits an `f32`.
        let values: Vec<f32> = self.sum.iter().map(|&value| value as f32).collect();
        Vector::new(&self.model.as_str().into(), &values)
    }

    /// Cosine of two vectors after the centroid's direction is taken out of both, in [-1, 1]:
    /// what they share beyond what everything here shares. Their plain cosine without a centroid;
    /// 0 if one of them is nothing but the centroid; `None` for different models.
    #[must_use]
    pub fn cosine_beyond(&self, left: &Vector, right: &Vector) -> Option<f64> {
        let cosine = left.cosine(right)?;
        let Some((a, b)) = self.cosine(left).zip(self.cosine(right)) else { return Some(cosine) };
        let rest = ((1.0 - a * a) * (1.0 - b * b)).sqrt();
        let beyond = (cosine - a * b) / rest;
        Some(if beyond.is_finite() { beyond.clamp(-1.0, 1.0) } else { 0.0 })
    }
}

/// In chunks, so that the compiler can use vector instructions: 1,024 products of two bytes
/// cannot overflow 32 bits.
pub(crate) fn dot(left: &[i8], right: &[i8]) -> i64 {
    let product = |(&a, &b): (&i8, &i8)| i32::from(a) * i32::from(b);
    let chunk = |(a, b): (&[i8], &[i8])| i64::from(a.iter().zip(b).map(product).sum::<i32>());
    left.chunks(1024).zip(right.chunks(1024)).map(chunk).sum()
}

/// As written in records: `{"model", "int8"}`, the components as bytes in base64.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    model: String,
    int8: String,
}

impl Serialize for Vector {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let bytes: Vec<u8> = self.components.iter().map(|component| component.cast_unsigned()).collect();
        Written { model: self.model.as_ref().to_owned(), int8: STANDARD_NO_PAD.encode(bytes) }
            .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Vector {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Written { model, int8 } = Written::deserialize(deserializer)?;
        let bytes = STANDARD_NO_PAD.decode(int8).map_err(serde::de::Error::custom)?;
        let components = bytes.into_iter().map(u8::cast_signed).collect();
        Self::of_components(model.into(), components)
            .ok_or_else(|| serde::de::Error::custom("a vector of zeros has no direction"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vector(model: &str, values: &[f32]) -> Vector {
        Vector::new(&model.into(), values).unwrap()
    }

    #[test]
    fn cosine_abstains_rather_than_guesses() {
        let unit = vector("a", &[1.0, 0.0]);
        assert_eq!(unit.cosine(&vector("a", &[0.0, 2.0])), Some(0.0));
        assert_eq!(unit.cosine(&vector("a", &[-0.5, 0.0])), Some(-1.0));
        assert_eq!(unit.cosine(&vector("b", &[1.0, 0.0])), None);
        assert_eq!(unit.cosine(&vector("a", &[1.0])), None);
    }

    #[test]
    fn what_has_no_direction_is_no_vector() {
        let model = "a".into();
        for values in [&[][..], &[0.0, 0.0], &[f32::NAN, 1.0], &[f32::INFINITY, 1.0], &[1e-39]] {
            assert_eq!(Vector::new(&model, values), None, "{values:?}");
        }
    }

    #[test]
    fn rounding_costs_little() {
        let wave = |step: f32| (0..256).map(|n| (n as f32 * step).sin()).collect::<Vec<f32>>();
        let (left, right) = (wave(0.37), wave(0.38));
        let exact: f32 = left.iter().zip(&right).map(|(a, b)| a * b).sum();
        let length = |values: &[f32]| values.iter().map(|value| value * value).sum::<f32>().sqrt();
        let exact = f64::from(exact / (length(&left) * length(&right)));
        let rounded = vector("a", &left).cosine(&vector("a", &right)).unwrap();
        assert!((exact - rounded).abs() < 1e-3, "{exact} {rounded}");
    }

    #[test]
    fn what_all_have_in_common_can_be_taken_out() {
        let mut common = Centroid::default();
        let (left, right) = (vector("a", &[1.0, 0.2, 0.0]), vector("a", &[1.0, 0.0, 0.2]));
        assert!(common.cosine_beyond(&left, &right).unwrap() > 0.9);
        common.add(&vector("a", &[1.0, 0.0, 0.0]));
        assert!(common.cosine_beyond(&left, &right).unwrap().abs() < 0.01);
        assert!(common.cosine_beyond(&left, &left).unwrap() > 0.99);
        assert_eq!(common.cosine_beyond(&left, &vector("b", &[1.0, 0.0, 0.0])), None);
        assert_eq!(common.cosine(&vector("b", &[1.0, 0.0, 0.0])), None);
        let only = vector("a", &[1.0, 0.0, 0.0]);
        assert_eq!(common.cosine_beyond(&only, &only), Some(0.0));
    }

    #[test]
    fn a_vector_is_written_and_read_back() {
        let written = serde_json::to_string(&vector("a", &[0.5, -1.0, 0.0])).unwrap();
        assert_eq!(written, r#"{"model":"a","int8":"QIEA"}"#);
        assert_eq!(serde_json::from_str::<Vector>(&written).unwrap(), vector("a", &[0.5, -1.0, 0.0]));
        for refused in [r#"{"model":"a","int8":"AAA"}"#, r#"{"model":"a","int8":"?"}"#] {
            assert!(serde_json::from_str::<Vector>(refused).is_err(), "{refused}");
        }
    }
}
