//! Tests of the ladder over whole conversations: what stands in prompts, and the bounds.

use super::*;
use crate::config::Config;
use crate::control::Effect;
use crate::memory::talk::Talk;
use crate::record::Payload;
use proptest::prelude::*;

const GOOD: &str = "The channel at Skagen pier is marked by a green harbour buoy with a bell.";
const LISTED: &str = "So:\n- a harbour buoy\n- the pier at Skagen";

/// A conversation that has gone on for a while.
fn talk() -> Talk {
    let mut talk = Talk::new();
    talk.config.control.noise = 1.0;
    talk.turns(6);
    talk
}

/// One turn with this reply; the plan of its prompt.
fn turn(talk: &mut Talk, reply: &str) -> Plan {
    let plan = talk.say("Which buoy marks the channel?").plan;
    talk.answer(reply);
    plan
}

fn rung(plan: &Plan, signal: Signal) -> Option<Correction> {
    plan.steps.iter().find(|step| step.signal == signal).map(|step| step.rung)
}

#[test]
fn a_broken_rule_climbs_the_ladder_and_is_then_left_alone() {
    let mut talk = talk();
    let rungs: Vec<_> = (0..12).map(|_| rung(&turn(&mut talk, LISTED), Signal::Rules)).collect();
    use Correction::{Consolidate, Contain, Restate};
    let climbed = [None, Some(Restate), Some(Consolidate), Some(Contain)];
    assert_eq!(rungs[..4], climbed, "{rungs:?}");
    assert!(rungs[7..].iter().all(Option::is_none), "then it rests: {rungs:?}");
    let plan = talk.say("And now?").plan;
    assert!(plan.resting[0].why.contains("not responding"), "{plan:?}");
    let effects: Vec<String> = talk.session.steering().effects().iter().map(Effect::in_words).collect();
    assert_eq!(effects[0], "restate of turn 8 for rules: did not help, the next rung follows");
    assert!(effects.last().unwrap().contains("not responding"), "{effects:?}");
}

#[test]
fn a_model_that_obeys_is_corrected_once_and_the_correction_is_held() {
    let mut talk = talk();
    turn(&mut talk, LISTED);
    let plans: Vec<Plan> = (0..7).map(|_| turn(&mut talk, GOOD)).collect();
    assert!(plans[0].steps[0].begins && !plans[1].steps[0].begins, "{plans:?}");
    assert!(plans[..5].iter().all(|plan| plan.rules == ["no_lists"]), "held for four more");
    assert!(plans[5..].iter().all(|plan| !plan.treats(Signal::Rules)), "and then dropped");
    let effect = &talk.session.steering().effects()[0];
    assert_eq!((effect.fell, effect.replies), (Some(true), 1));
    assert_eq!(talk.session.steering().course(Signal::Rules).failures, 0);
}

#[test]
fn a_relapse_begins_one_rung_higher() {
    let mut talk = talk();
    turn(&mut talk, LISTED);
    turn(&mut talk, GOOD);
    turn(&mut talk, LISTED);
    assert_eq!(rung(&turn(&mut talk, GOOD), Signal::Rules), Some(Correction::Consolidate));
}

#[test]
fn the_third_rung_restarts_the_window_without_the_replies_at_fault() {
    let mut talk = talk();
    turn(&mut talk, LISTED);
    turn(&mut talk, LISTED);
    let opening = talk.say("Which buoy marks the channel?");
    assert!(opening.plan.recenter && opening.plan.correction == Correction::Consolidate);
    let Some(Payload::Recentered(recentered)) = opening.records[0].payload() else {
        panic!("a restart first")
    };
    assert_eq!((recentered.turn, recentered.set_aside.as_slice()), (9, [7, 8].as_slice()));
    let prompt = opening.prompt.unwrap().text();
    assert_eq!(prompt.matches("a harbour buoy\n").count(), 1, "only the last turn is left: {prompt}");
    assert!(prompt.contains("Never use lists.") && prompt.starts_with("You are Ada"), "{prompt}");
    talk.answer(GOOD);
    assert_eq!(Session::replay("s", &talk.records).unwrap(), talk.session);
    let forked = crate::ledger::fork(&talk.records, "s", 8);
    assert!(!forked.iter().any(|record| matches!(record.payload(), Some(Payload::Recentered(_)))));
}

#[test]
fn in_augment_the_window_is_the_clients_and_the_fault_is_restated() {
    let mut talk = Talk { mode: Mode::Augment, ..talk() };
    for _ in 0..8 {
        let plan = turn(&mut talk, LISTED);
        assert!(!plan.recenter && plan.correction <= Correction::Restate, "{plan:?}");
    }
}

#[test]
fn a_policy_bounds_the_rung_and_can_switch_a_signal_off() {
    let mut talk = talk();
    talk.config.control.ladder.rules.highest = Correction::Restate;
    let rungs: Vec<_> = (0..6).filter_map(|_| rung(&turn(&mut talk, LISTED), Signal::Rules)).collect();
    assert!(!rungs.is_empty() && rungs.iter().all(|rung| *rung == Correction::Restate), "{rungs:?}");
    let mut off = self::talk();
    off.config.control.ladder.rules.highest = Correction::Observe;
    turn(&mut off, LISTED);
    let plan = turn(&mut off, LISTED);
    assert_eq!((plan.steps.len(), plan.resting[0].why.as_str()), (0, "its policy is to observe"));
}

#[test]
fn what_was_forgotten_is_put_back_and_what_was_violated_is_restated() {
    let mut talk = Talk::new();
    talk.say("I'm 54 years old and I row.");
    talk.answer("Noted.");
    talk.say("How old am I?");
    let closed = talk.answer("Well, you are 45 years old.");
    let lapse = &closed.lapses[0];
    assert_eq!((lapse.signal, lapse.known, lapse.turn), (Signal::Contradiction, Known::Violated, 1));
    assert!(lapse.why.starts_with("window:"), "{lapse:?}");
    let opening = talk.say("And now?");
    assert_eq!(rung(&opening.plan, Signal::Contradiction), Some(Correction::Restate));
    let note = opening.note.unwrap();
    assert!(note.contains("went against this") && note.contains("I'm 54"), "{note}");

    // The same, but the words had left the prompt.
    let mut lost = Talk::new();
    lost.config.prompt.budget = 260;
    lost.config.prompt.note_reserve = 0;
    lost.config.prompt.facts = 0;
    lost.config.prompt.note_facts = 0;
    lost.config.memory.max_results = 0;
    lost.say("I'm 54 years old and I row.");
    lost.answer("Noted.");
    lost.turns(8);
    lost.say("How old am I?");
    let closed = lost.answer("Well, you are 45 years old.");
    assert_eq!(closed.lapses[0].known, Known::Forgotten, "{:?}", closed.lapses);
    lost.config.prompt.note_facts = 300;
    lost.config.prompt.budget = 600;
    let opening = lost.say("And now?");
    assert_eq!(opening.plan.steps, [], "nobody is corrected for what we forgot");
    let note = opening.note.unwrap();
    assert!(
        note.contains("- turn 1: ") && note.contains("I'm 54") && !note.contains("went against"),
        "{note}"
    );
}

#[test]
fn srip_03_section_8_hyper_correction_gives_way_to_variance() {
    let mut talk = talk();
    talk.config.control.over_correction = 3;
    talk.config.control.ladder.repetition.highest = Correction::Anchor;
    talk.config.drift.style = crate::config::Calibration { at: -50.0, width: 1.0 };
    for _ in 0..6 {
        turn(&mut talk, GOOD);
    }
    let plan = talk.say("Which buoy marks the channel?").plan;
    assert!(plan.vary, "{plan:?}");
    assert!(plan.resting.iter().any(|it| it.why.starts_with("hyper-correction")), "{plan:?}");
    assert!(!plan.treats(Signal::Persona) && plan.methods.contains(&super::super::Method::DensityModulation));
}

#[test]
fn srip_03_section_4_a_weak_alarm_of_a_likely_signal_is_watched_first() {
    let mut talk = talk();
    let weak = |talk: &Talk, signal| {
        let mut cycle = talk.session.history().back().unwrap().clone();
        (cycle.index, cycle.flags) = (0.46, vec![signal]);
        cycle
    };
    talk.turns(1);
    let (persona, rules) = (weak(&talk, Signal::Persona), weak(&talk, Signal::Rules));
    let choose = |recent: &[&Cycle]| {
        let (session, control) = (&talk.session, &talk.config.control);
        let view = View { session, mode: Mode::Manage, intent: Intent::None, stated: &[], control, recent };
        (view.choose(Signal::Persona), view.choose(Signal::Rules))
    };
    let (watched, _) = choose(&[&persona]);
    assert!(watched.unwrap().unwrap_err().contains("watched until it recurs"));
    let (again, _) = choose(&[&persona, &persona]);
    assert_eq!(again.unwrap().unwrap().rung, Correction::Anchor);
    let (_, exact) = choose(&[&rules]);
    assert_eq!(exact.unwrap().unwrap().rung, Correction::Restate);

    // One strong alarm is corrected, and held only if it was no accident.
    let calm = Cycle { flags: Vec::new(), ..persona.clone() };
    let strong = Cycle { index: 0.8, ..persona };
    assert!(choose(&[&strong]).0.unwrap().is_ok());
    assert!(choose(&[&calm, &strong]).0.is_none());
    assert!(choose(&[&calm, &strong, &calm, &strong]).0.unwrap().is_ok());
    assert!(choose(&[&calm, &rules]).1.unwrap().is_ok(), "a broken rule is held");
}

#[test]
fn a_fact_that_the_user_changes_is_not_restated() {
    let mut talk = Talk::new();
    talk.say("Our key cabinet is in the boat shed.");
    talk.answer("Noted.");
    talk.say("Where is the key cabinet?");
    talk.answer("Well, your key cabinet is in the coal cellar.");
    let mut other = Talk { session: talk.session.clone(), records: talk.records.clone(), ..Talk::new() };
    let plan = talk.say("And the oars?").plan;
    assert_eq!(plan.facts[0].words, "Our key cabinet is in the boat shed.");
    let plan = other.say("Change of plan: our key cabinet is now in the smithy.").plan;
    assert_eq!((plan.facts.len(), plan.treats(Signal::Contradiction)), (0, false), "{plan:?}");
    assert_eq!(plan.resting[0].why, "what it went against holds no more");
}

/// Replies that break the rule where the plan says so; whether each prompt was corrected.
fn obeying(replies: &[bool]) -> (Vec<bool>, Talk) {
    let mut talk = Talk { config: Config::default(), ..Talk::new() };
    let corrected =
        replies.iter().map(|&broken| !turn(&mut talk, if broken { LISTED } else { GOOD }).steps.is_empty());
    (corrected.collect(), talk)
}

#[test]
fn a_model_that_never_responds_is_given_up_and_interventions_end() {
    let (corrected, talk) = obeying(&[true; 120]);
    let late = corrected[80..].iter().filter(|it| **it).count();
    assert_eq!(late, 0, "{corrected:?}");
    assert!(corrected.iter().filter(|it| **it).count() <= 30, "{corrected:?}");
    assert!(talk.session.steering().course(Signal::Rules).given_up);
}

#[expect(clippy::disallowed_methods, reason = "the number of cases is the environment's")]
fn cases() -> u32 {
    let cases = std::env::var("LEEBOARD_TEST_CASES").ok().and_then(|cases| cases.parse().ok());
    // A case is a conversation of 70 turns.
    cases.map_or(12, |cases: u32| cases.div_ceil(8))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_the_replies_interventions_stay_within_their_budget(
        replies in prop::collection::vec(prop::bool::weighted(0.6), 20..70),
    ) {
        let (corrected, talk) = obeying(&replies);
        let ladder = &talk.config.control.ladder;
        let budget = [Signal::Rules, Signal::Repetition, Signal::Consistency, Signal::Persona]
            .map(|signal| ladder.policy(signal).budget as usize).iter().sum::<usize>();
        for window in corrected.windows(ladder.window as usize) {
            prop_assert!(window.iter().filter(|it| **it).count() <= budget);
        }
        let rules = talk.session.steering().course(Signal::Rules);
        let turn = talk.session.next_turn();
        prop_assert!(rules.spent(turn.saturating_sub(ladder.window)) <= ladder.rules.budget);
        prop_assert_eq!(&Session::replay("s", &talk.records).unwrap(), &talk.session);
    }
}
