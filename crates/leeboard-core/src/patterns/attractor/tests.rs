//! Lifecycle rules and metadata of one pattern, with made-up drift.

use super::*;

fn core() -> Core {
    Core {
        motifs: ["keel", "sail", "mast", "helm"].map(str::to_owned).into(),
        density: 0.5,
        presence: 1.0,
        nearness: None,
        kind: AttractorType::Symbolic,
        parent: None,
    }
}

/// One pattern through cycles with these drift indices; the last is a reset if asked for.
fn run_to(drifts: &[f64], reset: bool) -> Vec<(Attractor, String)> {
    let config = PatternConfig::default();
    let mut seen: Vec<(Attractor, String)> = Vec::new();
    for (turn, (n, &drift_index)) in (1..).zip(drifts.iter().enumerate()) {
        let stamp = Stamp { time: Timestamp(i64::from(turn)), salt: Salt::from_text(&format!("{turn}")) };
        let phases = drifts[..=n].iter().rev().map(|&index| phase::vector(index, &config));
        let cycle = Cycle {
            turn,
            drift_index,
            phase: phase::stability(phases),
            reset: reset && n + 1 == drifts.len(),
            symbolic: Symbolic::default(),
            stamp,
            config: &config,
        };
        seen.push(step(seen.last().map(|(old, _)| old), core(), &cycle));
    }
    seen
}

fn run(drifts: &[f64]) -> Vec<Attractor> {
    run_to(drifts, false).into_iter().map(|(attractor, _)| attractor).collect()
}

fn state(drifts: &[f64]) -> Lifecycle {
    run(drifts).last().unwrap().lifecycle_state
}

/// A calm beginning, then these.
fn after_calm(drifts: &[f64]) -> Vec<f64> {
    [&[0.1; 9], drifts].concat()
}

#[test]
fn srip_02_section_5_new_is_forming() {
    assert_eq!(state(&[0.1]), Lifecycle::Forming);
}

#[test]
fn srip_02_section_5_stable_needs_drift_below_035_and_psi_above_08() {
    assert_eq!(state(&after_calm(&[0.349])), Lifecycle::Stable);
    assert_eq!(state(&after_calm(&[0.35])), Lifecycle::Forming, "drift at .35");
    let unsteady = [0.1, 0.48, 0.48, 0.48, 0.1];
    let last = run(&unsteady).pop().unwrap();
    assert!(last.stability_index <= 0.85 && last.stability_index > 0.6, "{last:?}");
    let low = [0.48, 0.48, 0.48, 0.48, 0.48, 0.1];
    let last = run(&low).pop().unwrap();
    assert!(last.stability_index <= 0.8 && last.drift_index < 0.35, "{last:?}");
    assert_ne!(last.lifecycle_state, Lifecycle::Stable, "PSI at or under .8");
}

#[test]
fn srip_02_section_5_reflective_from_drift_05() {
    assert_eq!(state(&after_calm(&[0.499])), Lifecycle::Forming);
    assert_eq!(state(&after_calm(&[0.5])), Lifecycle::Reflective);
}

#[test]
fn srip_02_section_5_reflective_from_psd_015() {
    // Two bad cycles take PSI far from its mean; the third is good and still reflective.
    let seen = run_to(&after_calm(&[0.9, 0.9, 0.1]), false);
    let (last, cause) = seen.last().unwrap();
    assert!(last.phase_stability_delta >= 0.15 && last.drift_index < 0.35, "{last:?}");
    assert_eq!(last.lifecycle_state, Lifecycle::Reflective);
    assert!(cause.contains("from the expected"), "{cause}");
    let one = run(&after_calm(&[0.65, 0.1])).pop().unwrap();
    assert!(one.phase_stability_delta < 0.15, "{one:?}");
    assert_eq!(one.lifecycle_state, Lifecycle::Stable);
}

#[test]
fn srip_02_section_5_recovery_from_drift_06() {
    assert_eq!(state(&after_calm(&[0.599])), Lifecycle::Reflective);
    assert_eq!(state(&after_calm(&[0.6])), Lifecycle::Recovery);
}

#[test]
fn srip_02_section_5_recovery_under_psi_06() {
    let seen = run_to(&[0.9, 0.9, 0.9, 0.9, 0.9, 0.1], false);
    let (last, cause) = seen.last().unwrap();
    assert!(last.stability_index < 0.6 && last.drift_index < 0.35, "{last:?}");
    assert_eq!(last.lifecycle_state, Lifecycle::Recovery);
    assert!(cause.starts_with("stability"), "{cause}");
}

#[test]
fn srip_02_section_5_fragmenting_over_drift_07() {
    assert_eq!(state(&after_calm(&[0.7])), Lifecycle::Recovery);
    assert_eq!(state(&after_calm(&[0.701])), Lifecycle::Fragmenting);
}

#[test]
fn srip_02_section_5_fragmenting_after_a_reset() {
    let (last, cause) = run_to(&after_calm(&[0.1]), true).pop().unwrap();
    assert_eq!(last.lifecycle_state, Lifecycle::Fragmenting);
    assert_eq!(cause, "the conversation was reset");
}

#[test]
fn srip_02_section_4_nominal_needs_psi_075() {
    let mut attractor = run(&[0.1]).remove(0);
    for (psi, nominal) in [(0.749, false), (0.75, true)] {
        attractor.stability_index = psi;
        assert_eq!(attractor.is_nominal(), nominal, "{psi}");
    }
}

#[test]
fn srip_02_section_4_psd_is_the_distance_from_the_expected_psi() {
    let seen = run(&after_calm(&[0.9, 0.1, 0.1]));
    let [.., calm, bad, _, _] = &seen[..] else { panic!("cycles") };
    assert!(calm.phase_stability_delta < 1e-6 && bad.phase_stability_delta > 0.05, "{bad:?}");
    assert!(bad.phase_shift_delta > 0.05 && bad.phase_resonance < calm.phase_resonance);
    assert!(bad.deviation_angle > calm.deviation_angle);
}

#[test]
fn eri_alignment_falls_a_fifth_at_a_phase_change_from_the_top_too() {
    let mut drifts = vec![0.1; 20];
    drifts.push(0.8);
    let seen = run(&drifts);
    let [.., before, after] = &seen[..] else { panic!("two patterns") };
    assert_eq!((before.phase_alignment, after.phase_alignment), (1.0, 0.8));
}

#[test]
fn identity_of_a_pattern_survives_a_bad_turn() {
    let seen = run(&[0.1, 0.1, 0.1, 0.8, 0.1]);
    assert!(seen.windows(2).all(|pair| pair[0].id == pair[1].id && pair[0].created_at == pair[1].created_at));
    assert_eq!((seen[4].origin_cycle, seen[0].id.len()), (1, 36));
    assert_eq!(seen.iter().map(|it| it.cycles_in_state).collect::<Vec<_>>(), [1, 1, 2, 1, 1]);
    assert!(seen[1].phase_alignment > seen[0].phase_alignment);
    assert!(seen[3].phase_alignment < seen[2].phase_alignment, "leaving the settled state");
    assert!(seen[3].phase_shift_delta > 0.1, "{:?}", seen[3]);
}
