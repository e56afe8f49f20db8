//! The messages' vectors side by side in one piece of memory, so that a query meets all of them
//! in one sweep.
//!
//! Owns the rows and whether a row has a vector. Knows nothing of messages; the index numbers
//! them.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::vector::{Vector, dot};

/// Vectors of one model by row, all of one width.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Vectors {
    model: String,
    width: usize,
    #[serde(serialize_with = "to_base64", deserialize_with = "from_base64")]
    components: Vec<i8>,
    /// One divided by the vector's length; 0 for a row without a vector.
    scales: Vec<f32>,
    /// Rows at the front that have left and still take room.
    gone: usize,
    /// Rows with a vector.
    held: usize,
}

impl Vectors {
    /// Appends a row. A vector of another model or width than the others cannot stand beside
    /// them and gives an empty row, unless there is no other.
    pub(super) fn push(&mut self, vector: Option<&Vector>) {
        self.scales.push(0.0);
        self.components.resize(self.scales.len() * self.width, 0);
        if let Some(vector) = vector {
            self.set(self.scales.len() - 1 - self.gone, Some(vector));
        }
    }

    /// Replaces a row.
    pub(super) fn set(&mut self, row: usize, vector: Option<&Vector>) {
        let row = row + self.gone;
        self.empty(row);
        let Some(vector) = vector else { return };
        if self.held == 0 {
            vector.model().clone_into(&mut self.model);
            self.width = vector.dimensions();
            self.components.clear();
            self.components.resize(self.scales.len() * self.width, 0);
        }
        let from = row * self.width;
        let place = self.components.get_mut(from..from + self.width);
        let fits = vector.model() == self.model && vector.dimensions() == self.width;
        if let Some(((place, scale), true)) = place.zip(self.scales.get_mut(row)).zip(Some(fits)) {
            place.copy_from_slice(vector.components());
            *scale = (1.0 / (dot(place, place) as f64).sqrt()) as f32;
            self.held += 1;
        }
    }

    fn empty(&mut self, place: usize) {
        if let Some(scale) = self.scales.get_mut(place).filter(|scale| **scale > 0.0) {
            *scale = 0.0;
            self.held -= 1;
        }
    }

    /// Drops the first row.
    pub(super) fn pop_front(&mut self) {
        self.empty(self.gone);
        self.gone += 1;
        // Moving the rest only when half is gone costs each row one move at most.
        if 2 * self.gone > self.scales.len() {
            self.scales.drain(..self.gone);
            self.components.drain(..self.gone * self.width);
            self.gone = 0;
        }
    }

    /// Empties all rows.
    pub(super) fn clear(&mut self) {
        self.scales.fill(0.0);
        self.held = 0;
        self.components.clear();
        self.width = 0;
        self.model.clear();
    }

    /// The model of the vectors; empty without any.
    pub(super) fn model(&self) -> &str {
        &self.model
    }

    /// The vector of a row.
    pub(super) fn get(&self, row: usize) -> Option<Vector> {
        let row = row + self.gone;
        self.scales.get(row).filter(|&&scale| scale > 0.0)?;
        let components = self.components.get(row * self.width..(row + 1) * self.width)?;
        Vector::of_components(Arc::from(self.model.as_str()), components.into())
    }

    /// The cosines of all rows with a query, 0 where there is no vector; `None` if the query is
    /// of another model.
    pub(super) fn cosines(&self, query: &Vector) -> Option<Vec<f32>> {
        if query.model() != self.model || query.dimensions() != self.width {
            return None;
        }
        let wide: Vec<i16> = query.components().iter().map(|&component| i16::from(component)).collect();
        let length = dot(query.components(), query.components()) as f64;
        let scale = (1.0 / length.sqrt()) as f32;
        let rows = self.components.chunks_exact(self.width.max(1)).zip(&self.scales).skip(self.gone);
        Some(rows.map(|(row, own)| (wide_dot(&wide, row) as f32) * own * scale).collect())
    }
}

/// The sum of products, with the query in 16 bits: the processor multiplies and adds those in one
/// step. 131,072 products of two bytes fit 31 bits; no model is that wide.
fn wide_dot(query: &[i16], row: &[i8]) -> i32 {
    query.iter().zip(row).map(|(&a, &b)| i32::from(a) * i32::from(i16::from(b))).sum()
}

fn to_base64<S: Serializer>(components: &[i8], serializer: S) -> Result<S::Ok, S::Error> {
    let bytes: Vec<u8> = components.iter().map(|component| component.cast_unsigned()).collect();
    serializer.serialize_str(&STANDARD_NO_PAD.encode(bytes))
}

fn from_base64<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<i8>, D::Error> {
    let bytes = STANDARD_NO_PAD.decode(String::deserialize(deserializer)?);
    Ok(bytes.map_err(serde::de::Error::custom)?.into_iter().map(u8::cast_signed).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vector(model: &str, values: &[f32]) -> Vector {
        Vector::new(&model.into(), values).unwrap()
    }

    #[test]
    fn a_sweep_gives_the_cosines_of_the_vectors() {
        let said = [vector("m", &[1.0, 0.2, 0.0]), vector("m", &[-0.3, 0.4, 0.9])];
        let query = vector("m", &[0.5, 0.5, -0.1]);
        let mut rows = Vectors::default();
        rows.push(None);
        said.iter().for_each(|vector| rows.push(Some(vector)));
        let found = rows.cosines(&query).unwrap();
        assert_eq!(found[0], 0.0);
        for (found, said) in found[1..].iter().zip(&said) {
            assert!((f64::from(*found) - said.cosine(&query).unwrap()).abs() < 1e-6);
        }
        assert_eq!(rows.get(2).as_ref(), Some(&said[1]));
        assert_eq!(rows.cosines(&vector("n", &[0.5, 0.5, -0.1])), None);
        assert_eq!(rows.cosines(&vector("m", &[0.5])), None);
    }

    #[test]
    fn rows_leave_from_the_front_and_keep_their_order() {
        let mut rows = Vectors::default();
        for n in 1..=9_u8 {
            rows.push(Some(&vector("m", &[1.0, f32::from(n)])));
            if n > 3 {
                rows.pop_front();
            }
        }
        assert_eq!(rows.get(0).unwrap(), vector("m", &[1.0, 7.0]));
        assert_eq!(rows.get(2).unwrap(), vector("m", &[1.0, 9.0]));
        assert_eq!(rows.get(3), None);
        assert_eq!(rows.cosines(&vector("m", &[1.0, 0.0])).unwrap().len(), 3);
    }

    #[test]
    fn another_model_starts_anew_only_in_an_empty_room() {
        let mut rows = Vectors::default();
        rows.push(Some(&vector("m", &[1.0, 0.0])));
        rows.push(Some(&vector("n", &[1.0, 0.0, 0.5])));
        assert_eq!(rows.get(1), None);
        rows.clear();
        rows.set(1, Some(&vector("n", &[1.0, 0.0, 0.5])));
        assert_eq!((rows.model(), rows.get(0)), ("n", None));
        assert!(rows.get(1).is_some());
        let written = serde_json::to_string(&rows).unwrap();
        assert_eq!(serde_json::from_str::<Vectors>(&written).unwrap(), rows);
    }
}
