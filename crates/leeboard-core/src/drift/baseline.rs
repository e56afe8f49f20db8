//! A running mean and spread that forgets slowly.
//!
//! Owns the arithmetic only; what is measured is the business of the signal that keeps one.

use serde::{Deserialize, Serialize};

/// Exponentially weighted mean and variance of a measure.
///
/// The first values are averaged plainly; once `1 - keep` outweighs `1/n`, older values fade
/// with factor `keep` per value (West 1979, incremental weighted mean and variance).
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Running {
    /// Values seen.
    pub count: u32,
    /// Their mean.
    pub mean: f64,
    /// Their variance.
    pub variance: f64,
}

impl Running {
    /// Takes in a value; one that is not finite is passed over.
    pub fn add(&mut self, value: f64, keep: f64) {
        if value.is_finite() {
            self.count = self.count.saturating_add(1);
            self.shift(value, (1.0 / f64::from(self.count)).max(1.0 - keep));
        }
    }

    /// Takes in a value with a small weight of its own and without counting it.
    pub fn nudge(&mut self, value: f64, weight: f64) {
        if value.is_finite() && self.count > 0 {
            self.shift(value, weight);
        }
    }

    fn shift(&mut self, value: f64, weight: f64) {
        let delta = value - self.mean;
        self.mean += weight * delta;
        self.variance = (1.0 - weight) * (self.variance + weight * delta * delta);
    }

    /// How many standard deviations a value lies above the mean. The spread is mixed with
    /// `prior` as if that had been seen five times, so that a few like values do not make
    /// everything else an outlier.
    #[must_use]
    pub fn z(&self, value: f64, prior: f64) -> f64 {
        const PRIOR_WEIGHT: f64 = 5.0;
        let seen = f64::from(self.count);
        let variance = (seen * self.variance + PRIOR_WEIGHT * prior * prior) / (seen + PRIOR_WEIGHT);
        let z = (value - self.mean) / variance.sqrt();
        if z.is_finite() { z } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_mean_first_then_it_forgets() {
        let mut running = Running::default();
        for value in [1.0, 2.0, 3.0] {
            running.add(value, 0.9);
        }
        assert!((running.mean - 2.0).abs() < 1e-9);
        assert!((running.variance - 2.0 / 3.0).abs() < 1e-9);
        for _ in 0..200 {
            running.add(10.0, 0.9);
        }
        assert!((running.mean - 10.0).abs() < 1e-3);
        running.add(f64::NAN, 0.9);
        assert_eq!(running.count, 203);
    }

    #[test]
    fn z_is_finite_even_without_any_spread() {
        let running = Running::default();
        assert_eq!(running.z(1.0, 0.0), 0.0);
        assert!(running.z(1.0, 0.5) > 1.0);
    }
}
