//! Fitting recall's weights to questions whose evidence is known.
//!
//! Owns two convex fits: a softmax over the messages of a conversation, for the ranking, and a
//! logistic regression, for the score. Both by Newton's method, which needs no step size.

/// Features of a message.
pub(super) const WIDTH: usize = 15;

/// A question with the features of its candidates and which of them are evidence.
pub(super) struct Sample {
    pub(super) rows: Vec<[f64; WIDTH]>,
    pub(super) evidence: Vec<bool>,
}

/// Weight of the L2 penalty in [`ranking`]. With .001 as with .0001 and .01 the figures are level.
const PENALTY: f64 = 0.001;

/// Steps of Newton's method, at most; a dozen do.
const STEPS: usize = 40;

/// The weights under which the evidence is likeliest to be drawn first (ListNet's top-one
/// probability, Cao et al. 2007).
pub(super) fn ranking<'a>(samples: impl Iterator<Item = &'a Sample> + Clone) -> [f64; WIDTH] {
    let count = samples.clone().filter(|sample| sample.evidence.contains(&true)).count().max(1) as f64;
    newton(|weights| {
        let mut fit = Step::penalised(weights, PENALTY);
        for sample in samples.clone() {
            let wanted = sample.evidence.iter().filter(|is| **is).count() as f64;
            if wanted == 0.0 {
                continue;
            }
            let sums: Vec<f64> = sample.rows.iter().map(|row| dot(row, weights)).collect();
            let most = sums.iter().fold(f64::NEG_INFINITY, |most, &sum| most.max(sum));
            let total: f64 = sums.iter().map(|sum| (sum - most).exp()).sum();
            let mut mean = [0.0; WIDTH];
            for ((row, sum), &is) in sample.rows.iter().zip(&sums).zip(&sample.evidence) {
                let share = (sum - most).exp() / total;
                let target = if is { 1.0 / wanted } else { 0.0 };
                fit.loss -= target * (sum - most - total.ln()) / count;
                for (a, value) in row.iter().enumerate() {
                    mean[a] += share * value;
                    fit.slope[a] += (share - target) * value / count;
                }
                // Most messages hardly count; leaving them out of the curvature costs a step at
                // most and saves nearly all of the time.
                if share > 1e-5 {
                    fit.bend(row, share / count);
                }
            }
            fit.bend(&mean, -1.0 / count);
        }
        fit
    })
}

/// Logistic regression of a yes or no on some values; a slight penalty keeps it finite.
pub(super) fn logistic<const N: usize>(rows: &[([f64; N], bool)]) -> [f64; N] {
    let count = rows.len().max(1) as f64;
    newton(|weights| {
        let mut fit = Step::penalised(weights, 1e-6);
        for (row, is) in rows {
            let sum = dot(row, weights);
            let share = 1.0 / (1.0 + (-sum).exp());
            let likely = if *is { share } else { 1.0 - share };
            fit.loss -= likely.max(f64::MIN_POSITIVE).ln() / count;
            for (a, value) in row.iter().enumerate() {
                fit.slope[a] += (share - f64::from(u8::from(*is))) * value / count;
            }
            fit.bend(row, share * (1.0 - share) / count);
        }
        fit
    })
}

/// A loss with its first and second derivatives.
struct Step<const N: usize> {
    loss: f64,
    slope: [f64; N],
    curve: [[f64; N]; N],
}

impl<const N: usize> Step<N> {
    fn penalised(weights: &[f64; N], penalty: f64) -> Self {
        let mut curve = [[0.0; N]; N];
        (0..N).for_each(|a| curve[a][a] = penalty);
        let loss = penalty / 2.0 * dot(weights, weights);
        Self { loss, slope: weights.map(|weight| penalty * weight), curve }
    }

    fn bend(&mut self, row: &[f64; N], by: f64) {
        for (curve, a) in self.curve.iter_mut().zip(row) {
            for (curve, b) in curve.iter_mut().zip(row) {
                *curve += by * a * b;
            }
        }
    }
}

fn newton<const N: usize>(step: impl Fn(&[f64; N]) -> Step<N>) -> [f64; N] {
    let mut weights = [0.0; N];
    let mut now = step(&weights);
    for _ in 0..STEPS {
        let Some(change) = solve(now.curve, now.slope) else { break };
        let mut size = 1.0;
        let next = loop {
            let mut tried = weights;
            tried.iter_mut().zip(&change).for_each(|(weight, change)| *weight -= size * change);
            let then = step(&tried);
            if then.loss <= now.loss {
                break Some((tried, then));
            }
            size /= 2.0;
            if size < 1e-4 {
                break None;
            }
        };
        let Some((tried, then)) = next else { break };
        let gain = now.loss - then.loss;
        (weights, now) = (tried, then);
        if gain < 1e-10 {
            break;
        }
    }
    weights
}

/// Gaussian elimination with pivots; `None` for a matrix without an inverse.
fn solve<const N: usize>(mut matrix: [[f64; N]; N], mut right: [f64; N]) -> Option<[f64; N]> {
    for at in 0..N {
        let pivot = (at..N).max_by(|&a, &b| matrix[a][at].abs().total_cmp(&matrix[b][at].abs()))?;
        matrix.swap(at, pivot);
        right.swap(at, pivot);
        let (row, value) = (matrix[at], right[at]);
        if row[at].abs() < 1e-12 {
            return None;
        }
        for below in at + 1..N {
            let factor = matrix[below][at] / row[at];
            matrix[below].iter_mut().zip(&row).for_each(|(cell, own)| *cell -= factor * own);
            right[below] -= factor * value;
        }
    }
    let mut found = [0.0; N];
    for at in (0..N).rev() {
        let known: f64 = (at + 1..N).map(|after| matrix[at][after] * found[after]).sum();
        found[at] = (right[at] - known) / matrix[at][at];
    }
    Some(found)
}

pub(super) fn dot<const N: usize>(row: &[f64; N], weights: &[f64; N]) -> f64 {
    row.iter().zip(weights).map(|(value, weight)| value * weight).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_feature_that_tells_gets_the_weight() {
        let row = |tells: f64, noise: f64| {
            let mut row = [0.0; WIDTH];
            (row[2], row[5]) = (tells, noise);
            row
        };
        let samples: Vec<Sample> = (0..40)
            .map(|n| Sample {
                rows: vec![
                    row(0.1, f64::from(n % 3)),
                    row(0.9, f64::from(n % 2)),
                    row(0.2, f64::from(n % 5)),
                ],
                evidence: vec![false, n % 10 != 0, n % 10 == 0],
            })
            .collect();
        let weights = ranking(samples.iter());
        assert!(weights[2] > 2.0 && weights[5].abs() < 1.0, "{weights:?}");
        assert_eq!(weights[0], 0.0, "what never differs says nothing");
    }

    #[test]
    fn a_logistic_fit_meets_the_shares() {
        let rows: Vec<([f64; 2], bool)> = (0..100)
            .map(|n| ([f64::from(n % 2), 1.0], if n % 2 == 0 { n % 10 == 0 } else { n % 10 != 1 }))
            .collect();
        let [factor, constant] = logistic(&rows);
        let share = |value: f64| 1.0 / (1.0 + (-(factor * value + constant)).exp());
        assert!((share(0.0) - 0.2).abs() < 1e-3 && (share(1.0) - 0.8).abs() < 1e-3, "{factor} {constant}");
    }
}
