//! The messages' vectors side by side in one piece of memory, so that a query meets all of them
//! in one sweep.
//!
//! Owns the rows and whether a row has a vector. Knows nothing of messages; the index numbers
//! them.

use std::ops::Range;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::compact::{self, Bytes};
use crate::vector::{Vector, dot};

/// Vectors of one model by row, all of one width.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Vectors {
    model: String,
    width: usize,
    /// The first components of each row, at most [`QUICK`] of them: a quick sweep reads these in one
    /// stream of memory.
    #[serde(serialize_with = "to_base64", deserialize_with = "from_base64")]
    lead: Vec<i8>,
    /// The others.
    #[serde(serialize_with = "to_base64", deserialize_with = "from_base64")]
    rest: Vec<i8>,
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
        compact::reserve(&mut self.scales, 1);
        self.scales.push(0.0);
        self.make_room();
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
            self.lead.clear();
            self.rest.clear();
            self.make_room();
        }
        if vector.model() != self.model || vector.dimensions() != self.width {
            return;
        }
        let (in_lead, in_rest) = (self.in_lead(row), self.in_rest(row));
        let components = vector.components();
        let (first, others) = components.split_at(self.lead_width());
        let places = self.lead.get_mut(in_lead).zip(self.rest.get_mut(in_rest));
        if let Some(((lead, rest), scale)) = places.zip(self.scales.get_mut(row)) {
            lead.copy_from_slice(first);
            rest.copy_from_slice(others);
            *scale = (1.0 / (dot(components, components) as f64).sqrt()) as f32;
            self.held += 1;
        }
    }

    /// Components of a row that stand apart.
    fn lead_width(&self) -> usize {
        self.width.min(QUICK)
    }

    fn in_lead(&self, row: usize) -> Range<usize> {
        row * self.lead_width()..(row + 1) * self.lead_width()
    }

    fn in_rest(&self, row: usize) -> Range<usize> {
        let width = self.width - self.lead_width();
        row * width..(row + 1) * width
    }

    /// Room for as many rows as there are scales.
    fn make_room(&mut self) {
        let rows = self.scales.len();
        let (lead, rest) = (self.in_lead(rows).start, self.in_rest(rows).start);
        for (components, length) in [(&mut self.lead, lead), (&mut self.rest, rest)] {
            compact::reserve(components, length.saturating_sub(components.len()));
            components.resize(length, 0);
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
            let (lead, rest) = (self.in_lead(self.gone).start, self.in_rest(self.gone).start);
            self.scales.drain(..self.gone);
            self.lead.drain(..lead);
            self.rest.drain(..rest);
            self.gone = 0;
        }
    }

    /// Empties all rows.
    pub(super) fn clear(&mut self) {
        self.scales.fill(0.0);
        self.held = 0;
        self.lead.clear();
        self.rest.clear();
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
        let components = [self.lead.get(self.in_lead(row))?, self.rest.get(self.in_rest(row))?].concat();
        Vector::of_components(Arc::from(self.model.as_str()), components.into())
    }

    /// Makes a query ready to meet the rows; `None` if it is of another model or width, or if no
    /// row has a vector.
    pub(super) fn meet<'a>(&'a self, query: &Vector) -> Option<Meeting<'a>> {
        if self.held == 0 || query.model() != self.model || query.dimensions() != self.width {
            return None;
        }
        let length = dot(query.components(), query.components()) as f64;
        Some(Meeting {
            vectors: self,
            query: query.components().iter().map(|&component| i16::from(component)).collect(),
            scale: (1.0 / length.sqrt()) as f32,
        })
    }
}

/// Components that a quick sweep reads: one cache line. Tables and many models put what tells
/// most first.
const QUICK: usize = 64;

/// A query with the rows of its model.
pub(crate) struct Meeting<'a> {
    vectors: &'a Vectors,
    query: Vec<i16>,
    scale: f32,
}

impl Meeting<'_> {
    /// The cosines of all rows, 0 where there is no vector.
    pub(crate) fn all(&self) -> Vec<f32> {
        (0..self.vectors.scales.len() - self.vectors.gone).map(|row| self.one(row)).collect()
    }

    /// What the first components add to the cosine, row by row.
    pub(crate) fn quick(&self) -> Vec<f32> {
        let Vectors { lead, scales, gone, .. } = self.vectors;
        let (query, _) = self.query();
        let scales = scales.get(*gone..).unwrap_or_default();
        let cosine = |product: i32, own: &f32| product as f32 * own * self.scale;
        // Most tables and models have as many components, and of a known number the sum is faster.
        if let Ok(query) = <&[i16; QUICK]>::try_from(query) {
            let rows = lead.as_chunks::<QUICK>().0.get(*gone..).unwrap_or_default();
            return rows.iter().zip(scales).map(|(row, own)| cosine(dot_of_block(query, row), own)).collect();
        }
        let rows = lead.chunks_exact(query.len().max(1)).skip(*gone);
        rows.zip(scales).map(|(row, own)| cosine(wide_dot(query, row), own)).collect()
    }

    /// The cosine of one row.
    pub(crate) fn one(&self, row: usize) -> f32 {
        let (row, vectors) = (row + self.vectors.gone, self.vectors);
        let ((first, others), scale) = (self.query(), vectors.scales.get(row).copied().unwrap_or(0.0));
        let rows = vectors.lead.get(vectors.in_lead(row)).zip(vectors.rest.get(vectors.in_rest(row)));
        rows.map_or(0.0, |(lead, rest)| {
            (wide_dot(first, lead) + wide_dot(others, rest)) as f32 * scale * self.scale
        })
    }

    /// Its first components and the others.
    fn query(&self) -> (&[i16], &[i16]) {
        self.query.split_at(self.vectors.lead_width())
    }
}

/// Products that are summed in 16 bits before they are widened. Of bytes from -127 to 127 two fit.
const LANES: usize = 8;

/// The sum of products over the length of the query, at most 131,072 for 31 bits.
#[inline]
fn wide_dot(query: &[i16], row: &[i8]) -> i32 {
    let row = row.get(..query.len()).unwrap_or(row);
    let (queries, rest) = query.as_chunks::<QUICK>();
    let (rows, rest_of_row) = row.as_chunks::<QUICK>();
    let blocks = queries.iter().zip(rows).map(|(query, row)| dot_of_block(query, row));
    let rest = rest.iter().zip(rest_of_row).map(|(&a, &b)| i32::from(a) * i32::from(b));
    blocks.sum::<i32>() + rest.sum::<i32>()
}

/// The same of a block. Twice as fast as the plain sum on processors that multiply eight numbers of
/// 16 bits at once, which all do.
#[inline]
fn dot_of_block(query: &[i16; QUICK], row: &[i8; QUICK]) -> i32 {
    let (queries, _) = query.as_chunks::<{ 4 * LANES }>();
    let (rows, _) = row.as_chunks::<{ 4 * LANES }>();
    let mut sums = [0_i32; LANES];
    for (query, row) in queries.iter().zip(rows) {
        for (lane, sum) in sums.iter_mut().enumerate() {
            let product =
                |at: usize| query[lane + at * LANES].wrapping_mul(i16::from(row[lane + at * LANES]));
            let left = product(0).wrapping_add(product(1));
            let right = product(2).wrapping_add(product(3));
            *sum += i32::from(left) + i32::from(right);
        }
    }
    sums.iter().sum()
}

fn to_base64<S: Serializer>(components: &[i8], serializer: S) -> Result<S::Ok, S::Error> {
    let bytes: Vec<u8> = components.iter().map(|component| component.cast_unsigned()).collect();
    if !serializer.is_human_readable() {
        return Bytes(bytes).serialize(serializer);
    }
    serializer.serialize_str(&STANDARD_NO_PAD.encode(bytes))
}

fn from_base64<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<i8>, D::Error> {
    if !deserializer.is_human_readable() {
        return Ok(Bytes::deserialize(deserializer)?.0.into_iter().map(u8::cast_signed).collect());
    }
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
        let found = rows.meet(&query).unwrap().all();
        assert_eq!(found[0], 0.0);
        for (found, said) in found[1..].iter().zip(&said) {
            assert!((f64::from(*found) - said.cosine(&query).unwrap()).abs() < 1e-6);
        }
        assert_eq!(rows.get(2).as_ref(), Some(&said[1]));
        assert!(rows.meet(&vector("n", &[0.5, 0.5, -0.1])).is_none());
        assert!(rows.meet(&vector("m", &[0.5])).is_none());
    }

    #[test]
    fn a_quick_sweep_reads_the_first_components() {
        let wave = |step: f32| (0..100).map(|n| (n as f32 * step).sin()).collect::<Vec<f32>>();
        let (mut rows, query) = (Vectors::default(), vector("m", &wave(0.3)));
        for step in [0.1, 0.2, 0.31] {
            rows.push(None);
            rows.push(Some(&vector("m", &wave(step))));
            rows.pop_front();
        }
        let meeting = rows.meet(&query).unwrap();
        let (all, quick) = (meeting.all(), meeting.quick());
        assert_eq!((all.len(), quick.len()), (3, 3));
        assert!(all[2] > 0.5 && quick[2] > all[1].max(quick[1]), "{all:?} {quick:?}");
        assert!((0..3).all(|row| meeting.one(row) == all[row]));
    }

    #[test]
    fn the_fast_sum_is_the_plain_sum() {
        let bytes =
            |seed: i32| (0..77).map(|n| ((n * seed * 37) % 255 - 127).clamp(-127, 127) as i8).collect();
        let (left, right): (Vec<i8>, Vec<i8>) = (bytes(3), bytes(11));
        let extreme = vec![-127_i8; 77];
        for (left, right) in [(&left, &right), (&extreme, &extreme), (&left, &extreme)] {
            let wide: Vec<i16> = left.iter().map(|&byte| i16::from(byte)).collect();
            assert_eq!(i64::from(wide_dot(&wide, right)), dot(left, right));
            assert_eq!(i64::from(wide_dot(&wide[..40], right)), dot(&left[..40], &right[..40]));
        }
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
        assert_eq!(rows.meet(&vector("m", &[1.0, 0.0])).unwrap().all().len(), 3);
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
