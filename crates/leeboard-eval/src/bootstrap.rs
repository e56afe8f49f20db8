//! The bootstrap: what a figure might have been on another sample of the same kind.
//!
//! Owns the dice and the percentile interval. What is drawn is for the callers. Deterministic:
//! the same sample gives the same interval.

/// The seed of every bootstrap here.
const SEED: u64 = 1;

/// SplitMix64 (Steele, Lea and Flood 2014) from a fixed seed: one run gives what the next gives.
pub(crate) struct Dice(u64);

impl Default for Dice {
    fn default() -> Self {
        Self(SEED)
    }
}

impl Dice {
    /// Dice of a seed of one's own.
    pub(crate) fn of(seed: u64) -> Self {
        Self(seed)
    }

    /// A number in [0, 1), in steps of 2^-53.
    pub(crate) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`, even but for a share of `end` / 2^64.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        ((u128::from(self.next()) * end as u128) >> 64) as usize
    }
}

/// The 95 % percentile interval of a figure over its draws (Efron and Tibshirani 1993); `None`
/// for no draws.
pub(crate) fn interval(mut drawn: Vec<f64>) -> Option<[f64; 2]> {
    drawn.sort_by(f64::total_cmp);
    let last = drawn.len().checked_sub(1)?;
    let at = |share: f64| drawn.get((share * last as f64).round() as usize).copied();
    Some([at(0.025)?, at(0.975)?])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dice_stay_below_their_end() {
        let mut dice = Dice::default();
        let thrown: std::collections::BTreeSet<usize> = (0..200).map(|_| dice.below(6)).collect();
        assert_eq!(thrown, (0..6).collect());
    }

    #[test]
    fn an_interval_leaves_out_the_outer_draws() {
        let drawn = (0..=1000).rev().map(f64::from).collect();
        assert_eq!(interval(drawn), Some([25.0, 975.0]));
        assert_eq!(interval(Vec::new()), None);
    }
}
