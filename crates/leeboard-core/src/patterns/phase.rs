//! The phase of the conversation and how steady it is (SRIP-08, as SRIP-02 needs it).
//!
//! Owns the phase vector and PRS, PSI and the deviation angle. They are made from the drift index,
//! so they say when and how steadily it was up, and nothing that it does not say.

use crate::config::PatternConfig;

/// Cycles that PSI and the deviation angle look at. SRIP-08 says N.
pub(super) const PHASE_CYCLES: usize = 8;

/// How far a cycle is [stable, reflective, recovery]: a vector of length 1, each part in [0, 1].
///
/// SRIP-08 gives the parts, our definition is: stable `1 - index`; the rest, `index`, is reflective
/// up to the reflective limit of `patterns.drift`, recovery from the fragmenting one on, and divided
/// in proportion between them.
pub(super) fn vector(index: f64, config: &PatternConfig) -> [f64; 3] {
    let [reflective, _, fragmenting] = config.drift;
    let width = (fragmenting - reflective).max(f64::MIN_POSITIVE);
    let recovery = ((index - reflective) / width).clamp(0.0, 1.0);
    unit([1.0 - index, index * (1.0 - recovery), index * recovery])
}

/// PRS, the phase resonance of a cycle: cosine of its phase vector and the baseline [1, 0, 0], in
/// [0, 1] (SRIP-08).
pub(super) fn resonance(phase: [f64; 3]) -> f64 {
    let [stable, ..] = phase;
    stable.clamp(0.0, 1.0)
}

/// PSI and the deviation angle of some cycles, newest first: the mean of PRS, in [0, 1], and the
/// angle in radians, from 0 to pi/2, between the mean phase vector and the baseline. SRIP-08: the
/// angle is at most .15 in phase.
pub(super) fn stability(phases: impl Iterator<Item = [f64; 3]>) -> (f64, f64) {
    let (mut sum, mut count) = ([0.0; 3], 0_u32);
    for phase in phases.take(PHASE_CYCLES) {
        for (sum, part) in sum.iter_mut().zip(phase) {
            *sum += part;
        }
        count += 1;
    }
    if count == 0 {
        return (1.0, 0.0);
    }
    let psi = resonance(sum.map(|part| part / f64::from(count)));
    (psi, resonance(unit(sum)).acos())
}

fn unit(parts: [f64; 3]) -> [f64; 3] {
    let length = parts.iter().map(|part| part * part).sum::<f64>().sqrt();
    if length > 0.0 { parts.map(|part| part / length) } else { [1.0, 0.0, 0.0] }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phase(index: f64) -> [f64; 3] {
        vector(index, &PatternConfig::default())
    }

    #[test]
    fn srip_08_phase_vector_has_length_one_and_turns_from_stable_to_recovery() {
        for index in [0.0, 0.2, 0.5, 0.6, 0.7, 1.0] {
            let length: f64 = phase(index).iter().map(|part| part * part).sum();
            assert!((length - 1.0).abs() < 1e-12, "{index}");
        }
        assert_eq!(phase(0.0), [1.0, 0.0, 0.0]);
        let (half, bad) = (phase(0.45), phase(0.8));
        assert!(half[1] > 0.5 && half[2] == 0.0, "{half:?}");
        assert!(bad[2] > 0.9 && bad[1] == 0.0, "{bad:?}");
    }

    #[test]
    fn srip_08_prs_falls_with_drift() {
        let of = |index| resonance(phase(index));
        assert!(of(0.0) == 1.0 && of(0.2) > of(0.5) && of(0.5) > of(0.9) && of(1.0) == 0.0);
    }

    #[test]
    fn srip_08_psi_is_the_mean_resonance_and_the_angle_grows_with_drift() {
        let of = |indices: &[f64]| stability(indices.iter().map(|&index| phase(index)));
        assert_eq!(of(&[0.0; 4]), (1.0, 0.0));
        let (psi, angle) = of(&[1.0, 0.0, 0.0, 0.0]);
        assert!((psi - 0.75).abs() < 1e-12 && angle > 0.15, "{psi} {angle}");
        let (calm, small) = of(&[0.1, 0.0, 0.1, 0.0]);
        assert!(calm > 0.99 && small < 0.15, "{calm} {small}");
        assert_eq!(of(&[0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0]), (1.0, 0.0), "eight cycles");
    }
}
