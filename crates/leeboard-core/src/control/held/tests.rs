//! Tests of the held posture, named after the sections that ask for what they show.

use super::*;
use proptest::prelude::*;

/// What is held after each reply, given index and posture asked for.
fn run(replies: &[(Posture, f64)]) -> Vec<Held> {
    let control = ControlConfig::default();
    let mut held = Held::default();
    let mut all = Vec::new();
    for (turn, &(asked, index)) in (1..).zip(replies) {
        let cause = format!("drift index {index:.3}");
        let wish = Wish { turn, asked, cause, index, stability: Some(0.95), locked: None };
        held = next(&held, &wish, &control);
        all.push(held.clone());
    }
    all
}

fn by_index(indices: &[f64]) -> Vec<Held> {
    let control = ControlConfig::default();
    let asked = |index: f64| super::super::posture_of_index(index, &control);
    run(&indices.iter().map(|&index| (asked(index), index)).collect::<Vec<_>>())
}

fn postures(held: &[Held]) -> Vec<Posture> {
    held.iter().map(|held| held.posture).collect()
}

#[test]
fn srip_03_section_4_transitions_rise_at_once_and_fall_one_by_one() {
    use Posture::{Recovery, Reflective, Stable};
    let held = by_index(&[0.1, 0.46, 0.62, 0.1, 0.1, 0.1, 0.1, 0.1]);
    let wanted = [Stable, Reflective, Recovery, Recovery, Reflective, Reflective, Stable, Stable];
    assert_eq!(postures(&held), wanted);
    let cause = |at: usize| held[at].transition.as_ref().map(|change| change.cause.as_str());
    assert_eq!(cause(2), Some("drift index 0.620"));
    assert_eq!(cause(4), Some("2 calm replies, index 0.100"));
    assert_eq!(cause(3), None);
}

#[test]
fn an_index_that_hovers_at_the_limit_does_not_move_the_posture() {
    let held = by_index(&[0.46, 0.44, 0.46, 0.44, 0.44, 0.44, 0.44]);
    assert!(held.iter().all(|held| held.posture == Posture::Reflective), "{held:?}");
    assert_eq!(by_index(&[0.46, 0.39, 0.39])[2].posture, Posture::Stable);
}

#[test]
fn srip_03_section_4_critical_is_a_containment_lock() {
    let held = by_index(&[0.8, 0.62, 0.3, 0.3, 0.3]);
    assert_eq!(held[0].lock.as_ref().map(|lock| lock.until), Some(9));
    assert_eq!(held[1].posture, Posture::Contain, "one calm reply is not enough");
    assert_eq!(postures(&held)[2..], [Posture::Recovery, Posture::Recovery, Posture::Reflective]);
    assert_eq!(held[4].lock, None);
}

#[test]
fn srip_06_a_lock_times_out_and_does_not_lock_again_at_once() {
    let held = by_index(&[0.9; 20]);
    assert!(held[..8].iter().all(|held| held.posture == Posture::Contain));
    assert_eq!(held[8].posture, Posture::Reflective);
    assert!(held[8].transition.as_ref().is_some_and(|it| it.cause.contains("opened by itself")), "{held:?}");
    assert!(held[8..16].iter().all(|held| held.posture == Posture::Reflective), "immunity after it");
    assert_eq!(held[16].posture, Posture::Contain);
}

#[test]
fn srip_03_recovery_is_followed_by_an_immunity() {
    let held = by_index(&[0.62, 0.1, 0.1, 0.62, 0.62, 0.62, 0.62]);
    assert_eq!(held[2].posture, Posture::Reflective);
    assert!(held[3..6].iter().all(|held| held.posture == Posture::Reflective), "{:?}", postures(&held));
    assert_eq!(held[6].posture, Posture::Recovery);
}

#[test]
fn srip_03_section_8_oscillation_is_locked_with_a_timeout() {
    // Down and up again as fast as immunity allows.
    let mut replies = vec![0.5];
    for _ in 0..6 {
        replies.extend([0.62, 0.3, 0.3, 0.5, 0.5, 0.5]);
    }
    let held = by_index(&replies);
    let locked = held.iter().position(|held| held.lock.is_some()).unwrap();
    let cause = held[locked].lock.as_ref().map(|lock| lock.cause.clone()).unwrap();
    assert!(cause.starts_with("oscillation: 3 changes"), "{cause}");
    assert!(held[locked..locked + 8].iter().all(|held| held.posture == Posture::Reflective));
    assert!(held[locked + 8].lock.is_none(), "it opens after 8 cycles: {:?}", held[locked + 8]);
}

#[test]
fn srip_03_section_8_over_damping_is_lifted() {
    let control = ControlConfig::default();
    let lock = Lock { until: 99, lifts_after: control.held.over_damping, cause: "oscillation".to_owned() };
    let mut held = Held { posture: Posture::Reflective, lock: Some(lock), ..Held::default() };
    for turn in 1..=5 {
        assert!(held.lock.is_some(), "turn {turn}");
        let cause = String::new();
        let wish = Wish { turn, asked: Posture::Stable, cause, index: 0.1, stability: None, locked: None };
        held = next(&held, &wish, &control);
    }
    assert_eq!((held.posture, held.lock.is_none()), (Posture::Stable, true));
    assert!(held.transition.unwrap().cause.starts_with("over-damping"), "it says why");
}

#[test]
fn srip_03_section_6_1_crystallization_wears_off_becomes_reflective_and_ends_with_the_zone() {
    use Posture::{Crystallization, Reflective, Stable};
    let rut = (Crystallization, 0.1);
    let held = run(&[rut, rut, rut, rut, rut, rut, (Stable, 0.1), (Stable, 0.1)]);
    // .95, .87, .79, .71, .63: under .70.
    assert_eq!(held[3].crystal, Some(0.71));
    assert_eq!(postures(&held)[3..6], [Crystallization, Reflective, Reflective]);
    assert_eq!(postures(&held)[6..], [Reflective, Stable]);
    let left = run(&[rut, rut, (Stable, 0.1)]);
    assert_eq!(left[2].transition.as_ref().unwrap().cause, "the convergent zone was left");
    let drifting = run(&[rut, (Posture::Recovery, 0.62)]);
    assert_eq!((drifting[1].posture, drifting[1].crystal), (Posture::Recovery, None));
}

#[test]
fn a_lock_of_safety_holds_and_says_why() {
    let control = ControlConfig::default();
    let locked = Some((Posture::Recovery, "phase shift 0.300".to_owned()));
    let wish =
        Wish { turn: 4, asked: Posture::Stable, cause: String::new(), index: 0.1, stability: None, locked };
    let held = next(&Held::default(), &wish, &control);
    assert_eq!((held.posture, held.lock.as_ref().map(|lock| lock.until)), (Posture::Recovery, Some(12)));
    assert_eq!(held.transition.unwrap().cause, "phase shift 0.300");
}

#[expect(clippy::disallowed_methods, reason = "the number of cases is the environment's")]
fn cases() -> u32 {
    std::env::var("LEEBOARD_TEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(64)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), ..ProptestConfig::default() })]

    #[test]
    fn no_sequence_of_indices_makes_the_posture_swing(indices in prop::collection::vec(0.0_f64..1.0, 1..200)) {
        let held = by_index(&indices);
        let swings: Vec<usize> = held.windows(2).enumerate().filter(|(_, pair)| {
            let pair = [pair[0].posture, pair[1].posture];
            pair == [Posture::Reflective, Posture::Recovery] || pair == [Posture::Recovery, Posture::Reflective]
        }).map(|(at, _)| at).collect();
        // Any 12 cycles have at most the swings that lock, and the fall that the lock itself may be.
        for (n, from) in swings.iter().enumerate() {
            let within = swings[n..].iter().take_while(|at| *at - from < 12).count();
            prop_assert!(within <= 4, "{swings:?}");
        }
        for held in &held {
            prop_assert!(held.lock.is_none() || held.since > 0);
        }
    }

    #[test]
    fn a_calm_conversation_always_comes_to_rest(indices in prop::collection::vec(0.0_f64..1.0, 1..60)) {
        let mut all = indices;
        all.extend([0.1; 20]);
        let held = by_index(&all);
        prop_assert_eq!(held.last().map(|held| held.posture), Some(Posture::Stable));
    }
}
