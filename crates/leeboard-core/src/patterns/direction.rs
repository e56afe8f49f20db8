//! The mean direction of replies in as little room as one vector, and how alike consecutive replies
//! are.
//!
//! Owns arithmetic on the vectors that the shell has supplied. Makes none.

use std::sync::Arc;

use super::motif::Motif;
use crate::message::Role;
use crate::session::Session;
use crate::vector::Vector;

/// What a direction keeps of itself at each reply.
const KEEP: f64 = 0.9;

/// Replies whose consecutive cosines make the semantic coefficient. SRIP-10: ten cycles.
const REPLIES: usize = 10;

/// Cycles whose meaning tells where a motif belongs.
const MEANT: usize = 8;

/// A direction after one more reply: .9 of the old and .1 of the new, each at length 1. Starts anew
/// with a vector of another model.
pub(super) fn turned(old: Option<&Vector>, reply: &Vector) -> Vector {
    let same = |old: &&Vector| old.model() == reply.model() && old.dimensions() == reply.dimensions();
    let Some(old) = old.filter(same) else { return reply.clone() };
    let length =
        |vector: &Vector| vector.components().iter().map(|&it| f64::from(it).powi(2)).sum::<f64>().sqrt();
    let (keep, gain) = (KEEP / length(old), (1.0 - KEEP) / length(reply));
    let blend = |(&old, &new): (&i8, &i8)| (keep * f64::from(old) + gain * f64::from(new)) as f32;
    let values: Vec<f32> = old.components().iter().zip(reply.components()).map(blend).collect();
    Vector::new(&Arc::from(reply.model()), &values).unwrap_or_else(|| reply.clone())
}

/// The vectors of the last replies, the present one first, as far as they are at hand.
pub(super) struct Replies {
    vectors: Vec<Option<Vector>>,
}

impl Replies {
    /// None at all if the present reply has none.
    pub(super) fn of(session: &Session, present: Option<&Vector>) -> Self {
        let Some(present) = present else { return Self { vectors: Vec::new() } };
        let earlier = session.history().iter().rev().take(REPLIES - 1);
        let earlier = earlier.map(|cycle| session.vector_of(cycle.turn, Role::Assistant)?.vector().cloned());
        Self { vectors: std::iter::once(Some(present.clone())).chain(earlier).collect() }
    }

    /// SDC in [0, 2]: 1 - the mean cosine of consecutive replies; `None` without two.
    pub(super) fn semantic_coefficient(&self) -> Option<f64> {
        let pairs = self.vectors.windows(2).filter_map(|pair| match pair {
            [Some(one), Some(other)] => one.cosine(other),
            _ => None,
        });
        let (sum, count) = pairs.fold((0.0, 0_u32), |(sum, count), cosine| (sum + cosine, count + 1));
        (count > 0).then(|| 1.0 - sum / f64::from(count))
    }

    /// How close each of the last eight cycles is to a direction: its cosine, from 0 up.
    pub(super) fn near(&self, direction: Option<&Vector>) -> Vec<Option<f64>> {
        let Some(direction) = direction else { return Vec::new() };
        let cosine = |reply: &Option<Vector>| reply.as_ref()?.cosine(direction).map(|cosine| cosine.max(0.0));
        self.vectors.iter().take(MEANT).map(cosine).collect()
    }
}

/// The mean closeness of the cycles in which a motif occurred; `None` where that is not known.
pub(super) fn of_motif(near: &[Option<f64>], motif: &Motif) -> Option<f64> {
    let own = near.iter().enumerate().filter(|(cycle, _)| motif.cycles >> cycle & 1 == 1);
    let (sum, count) =
        own.filter_map(|(_, near)| *near).fold((0.0, 0_u32), |(sum, n), near| (sum + near, n + 1));
    (count > 0).then(|| sum / f64::from(count))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vector(model: &str, values: &[f32]) -> Vector {
        Vector::new(&model.into(), values).unwrap()
    }

    #[test]
    fn a_direction_turns_slowly_and_starts_anew_with_another_model() {
        let (east, north) = (vector("a", &[1.0, 0.0]), vector("a", &[0.0, 1.0]));
        assert_eq!(turned(None, &east), east);
        let mut direction = turned(Some(&east), &north);
        let first = direction.cosine(&north).unwrap();
        assert!(first > 0.05 && first < 0.2, "{first}");
        for _ in 0..60 {
            direction = turned(Some(&direction), &north);
        }
        assert!(direction.cosine(&north).unwrap() > 0.99);
        let other = vector("b", &[1.0, 1.0]);
        assert_eq!(turned(Some(&east), &other), other);
    }

    #[test]
    fn srip_10_the_semantic_coefficient_grows_when_replies_turn() {
        let of = |values: &[[f32; 2]]| {
            let vectors = values.iter().map(|values| Some(vector("a", values))).collect();
            Replies { vectors }.semantic_coefficient()
        };
        assert_eq!(of(&[[1.0, 0.0]]), None);
        assert_eq!(of(&[[1.0, 0.0], [1.0, 0.0]]), Some(0.0));
        assert_eq!(of(&[[1.0, 0.0], [0.0, 1.0], [0.0, 1.0]]), Some(0.5));
    }

    #[test]
    fn a_motif_is_as_close_as_the_cycles_it_occurred_in() {
        let near = [Some(0.8), None, Some(0.4), Some(0.0)];
        let of = |cycles| of_motif(&near, &Motif { cycles, ..Motif::default() });
        assert_eq!(
            (of(0b0001), of(0b0101), of(0b0010), of(0)),
            (Some(0.8), Some(0.6000000000000001), None, None)
        );
    }
}
