//! Figures of merit: rank correlation, means and their bootstrap intervals.
//!
//! Owns the arithmetic only; what is counted is for the rooms of the data sets.

use leeboard_core::text::round6;
use serde::Serialize;

use crate::bootstrap::{self, Dice};

/// A mean in per cent, with its 95 % interval if one was asked for.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Figure {
    /// The mean x 100.
    pub value: f64,
    /// The 95 % percentile bootstrap interval (Efron and Tibshirani 1993), items drawn as if
    /// they were independent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval: Option<[f64; 2]>,
}

impl Figure {
    /// The mean of values in [0, 1], in per cent; 0 for none. `draws` bootstrap samples make the
    /// interval, no draws none.
    #[must_use]
    pub fn of(values: &[f64], draws: usize) -> Self {
        let interval = if values.is_empty() { None } else { interval(values, draws) };
        Self { value: percent(mean(values)), interval }
    }
}

/// The arithmetic mean; 0 for no values.
#[must_use]
pub fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

fn percent(value: f64) -> f64 {
    round6(100.0 * value)
}

fn interval(values: &[f64], draws: usize) -> Option<[f64; 2]> {
    let mut dice = Dice::default();
    let draw = |dice: &mut Dice| -> f64 {
        let sum: f64 = (0..values.len()).map(|_| values[dice.below(values.len())]).sum();
        sum / values.len() as f64
    };
    let means = (0..draws).map(|_| draw(&mut dice)).collect();
    Some(bootstrap::interval(means)?.map(percent))
}

/// Spearman's rank correlation in [-1, 1]: Pearson's correlation of the ranks, equal values
/// sharing their mean rank. `None` if a side is constant, shorter than two or not a number.
#[must_use]
pub fn spearman(left: &[f64], right: &[f64]) -> Option<f64> {
    if left.len() != right.len() || left.len() < 2 {
        return None;
    }
    let (left, right) = (ranks(left), ranks(right));
    let middle = (left.len() + 1) as f64 / 2.0;
    let (mut both, mut a, mut b) = (0.0, 0.0, 0.0);
    for (x, y) in left.iter().zip(&right) {
        let (x, y) = (x - middle, y - middle);
        both += x * y;
        a += x * x;
        b += y * y;
    }
    let rho = both / (a * b).sqrt();
    rho.is_finite().then(|| rho.clamp(-1.0, 1.0))
}

/// Ranks from 1, the mean of their places for equal values.
fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    let mut ranks = vec![0.0; values.len()];
    let mut start = 0;
    for group in order.chunk_by(|&a, &b| values[a] == values[b]) {
        let shared = start as f64 + (group.len() + 1) as f64 / 2.0;
        for &at in group {
            ranks[at] = shared;
        }
        start += group.len();
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_share_their_mean_rank() {
        assert_eq!(ranks(&[3.0, 1.0, 3.0, 2.0]), [3.5, 1.0, 3.5, 2.0]);
    }

    #[test]
    fn rank_correlation_sees_order_only() {
        assert_eq!(spearman(&[1.0, 2.0, 3.0], &[1.0, 10.0, 11.0]), Some(1.0));
        assert_eq!(spearman(&[1.0, 2.0, 3.0], &[5.0, 4.0, -4.0]), Some(-1.0));
        // By hand: ranks 1 2.5 2.5 4 and 1 2 3 4; 4.5 / sqrt(4.5 * 5).
        let tied = spearman(&[1.0, 2.0, 2.0, 3.0], &[1.0, 2.0, 3.0, 4.0]).unwrap();
        assert!((tied - (4.5_f64 / 5.0).sqrt()).abs() < 1e-12, "{tied}");
    }

    #[test]
    fn what_has_no_order_has_no_correlation() {
        for (left, right) in [(&[1.0, 1.0][..], &[1.0, 2.0][..]), (&[1.0], &[1.0]), (&[1.0, 2.0], &[1.0])] {
            assert_eq!(spearman(left, right), None);
        }
    }

    #[test]
    fn an_interval_holds_the_mean_and_is_the_same_again() {
        let values: Vec<f64> = (0..50).map(|n| f64::from(u8::from(n % 5 == 0))).collect();
        let figure = Figure::of(&values, 500);
        let [low, high] = figure.interval.unwrap();
        assert!(figure.value == 20.0 && 5.0 < low && low < 20.0 && 20.0 < high && high < 40.0, "{figure:?}");
        assert_eq!(figure, Figure::of(&values, 500));
        assert_eq!(Figure::of(&values, 0).interval, None);
        assert_eq!(Figure::of(&[], 9), Figure { value: 0.0, interval: None });
    }
}
