//! Tests of containment, over whole conversations.

use super::*;
use crate::memory::talk::Talk;
use crate::record::{Closed, Payload};
use crate::safety::Safety;

const GOOD: &str = "That is the northern one, painted green; its bell rings whenever the tide sets in.";
const LISTED: &str = "So:\n- a harbour buoy\n- the pier at Skagen";

fn talk() -> Talk {
    let mut talk = Talk::new();
    talk.config.control.noise = 1.0;
    talk.turns(8);
    talk
}

fn turn(talk: &mut Talk, reply: &str) -> Closed {
    talk.say("Which buoy marks the channel?");
    talk.answer(reply)
}

fn events(closed: &Closed) -> Vec<(Breach, Response)> {
    closed.safety.iter().map(|event| (event.breach, event.response)).collect()
}

#[test]
fn srip_06_safe_mode_freezes_locks_snapshots_purges_and_resumes() {
    let mut talk = talk();
    // Restate and consolidate do not help: the ladder's last rung.
    let closed: Vec<Closed> = (0..3).map(|_| turn(&mut talk, LISTED)).collect();
    assert_eq!(events(&closed[2]), [(Breach::Drift, Response::Quarantine)]);
    let event = &closed[2].safety[0];
    let snapshot = event.snapshot.as_ref().unwrap();
    assert_eq!(snapshot.sound, Some(8));
    assert_eq!(snapshot.identity, Digest::of(talk.session.identity().prompt().as_bytes()));
    assert_eq!(closed[2].held.posture, Posture::Contain, "contain had been asked for already");
    assert!(closed[2].held.lock.is_some() && event.pruned.contains(&11), "{event:?}");
    assert!(talk.session.safety().is_safe());

    let opening = talk.say("Which buoy marks the channel?");
    assert_eq!((opening.plan.recenter, opening.plan.correction), (true, Correction::Contain));
    let prompt = opening.prompt.unwrap().text();
    assert_eq!(prompt.matches("- a harbour buoy").count(), 1, "the last turn stands: {prompt}");
    let frozen = talk.answer(GOOD);
    assert!(!frozen.accepted, "nothing is learned");
    let prompt = talk.say("Which buoy marks the channel?").prompt.unwrap().text();
    assert!(!prompt.contains("- a harbour buoy"), "quarantined: {prompt}");
    talk.answer(GOOD);
    let mut resumed = None;
    for n in 0..12 {
        let closed = turn(&mut talk, GOOD);
        assert!(!closed.accepted, "nothing is learned in turn {n} of safe mode");
        if events(&closed).contains(&(Breach::Resumed, Response::Resume)) {
            resumed = Some((n, closed.safety[0].cause.clone()));
            break;
        }
    }
    let (_, cause) = resumed.expect("it ends");
    assert!(cause.starts_with("stability 0.9") || cause.contains("ended by itself"), "{cause}");
    assert!(!talk.session.safety().is_safe());
    assert_eq!(talk.session.identity().rules().len(), 1);
    assert_eq!(Session::replay("s", &talk.records).unwrap(), talk.session);
    crate::ledger::verify(&talk.records).unwrap();
    assert!(talk.session.safety().ledger().len() >= 2);
}

/// What would be contained if a cycle were like this.
fn asserted(talk: &mut Talk, change: impl Fn(&mut Drift, &mut Continuity), calls: usize) -> Vec<SafetyEvent> {
    talk.say("Which buoy marks the channel?");
    let (mut drift, mut continuity) = (Drift::default(), Continuity::default());
    change(&mut drift, &mut continuity);
    let opened = talk.session.pending().unwrap();
    contain(&Cycles {
        session: &talk.session,
        opened,
        drift: &drift,
        attractor: talk.session.attractor(),
        continuity: &continuity,
        recovery: None,
        effects: &[],
        calls,
        calls_tools: false,
        config: &talk.config,
    })
}

#[test]
fn srip_03_section_8_runaway_recursion_is_cut_and_recentred() {
    let events = asserted(&mut talk(), |_, _| {}, 8);
    assert_eq!((events[0].breach, events[0].response), (Breach::Recursion, Response::Recover));
    assert!(asserted(&mut talk(), |_, _| {}, 7).is_empty());
    let mut safety = Safety::default();
    safety.fold(&events);
    assert!(safety.recenter_due().is_some_and(|due| due.starts_with("runaway recursion")));
}

#[test]
fn srip_03_section_8_semantic_collapse_is_quarantined() {
    let events = asserted(&mut talk(), |drift, _| drift.di = 0.76, 1);
    let collapse = events.iter().find(|event| event.breach == Breach::SemanticCollapse).unwrap();
    assert_eq!((collapse.response, collapse.pruned.as_slice()), (Response::Quarantine, [9].as_slice()));
    assert!(asserted(&mut talk(), |drift, _| drift.di = 0.3, 1).is_empty());
}

#[test]
fn srip_06_entropy_over_its_limit_recovers() {
    let events = asserted(&mut talk(), |_, continuity| continuity.noise = 0.5, 1);
    assert_eq!((events[0].breach, events[0].response), (Breach::Entropy, Response::Recover));
    assert!(asserted(&mut talk(), |_, continuity| continuity.noise = 0.4, 1).is_empty());
}

#[test]
fn srip_06_collapse_dissolves_what_is_weak_for_more_than_three_cycles() {
    let mut talk = talk();
    talk.config.limits.safety.collapse_stability = 1.1;
    talk.config.limits.safety.resume_stability = 2.0;
    talk.config.limits.safety.timeout = 0;
    let runs = |drift: &mut Drift, _: &mut Continuity| drift.coherence.posture_distance = 0.3;
    let events = asserted(&mut talk, runs, 1);
    assert_eq!((events[0].breach, events[0].response), (Breach::PatternCollapse, Response::Dissolve));
    assert!(isolates(&events), "the cycle's symbols form no motifs");
    let calm = |_: &mut Drift, _: &mut Continuity| {};
    assert!(asserted(&mut talk, calm, 1).is_empty(), "weak alone is not a collapse");
}

#[test]
fn srip_06_a_jump_of_di_isolates_the_motifs() {
    let events = asserted(&mut talk(), |drift, _| drift.di = 0.6, 1);
    assert_eq!((events[0].breach, events[0].response), (Breach::Jump, Response::Isolate));
    assert!(isolates(&events) && events[0].snapshot.is_none(), "without safe mode");
}

#[test]
fn srip_06_a_phase_shift_locks_the_posture() {
    let mut talk = talk();
    talk.config.limits.safety.phase_shift = -1.0;
    let events = asserted(&mut talk, |_, _| {}, 1);
    let (posture, cause) = locks(&events).unwrap();
    assert!(posture == Posture::Reflective && cause.starts_with("phase shift"), "{cause}");
}

#[test]
fn srip_06_a_loop_is_pruned() {
    let mut talk = talk();
    talk.config.control.ladder = talk.config.control.ladder.clone().up_to(Correction::Restate);
    let said = "Channel 3 at Skagen pier is marked by a green harbour buoy with a bell.";
    let mut pruned = Vec::new();
    let asked = [
        "How is the weather?",
        "Who paints hulls?",
        "Describe a lantern.",
        "What do gulls eat?",
        "Name a knot.",
    ];
    for request in asked {
        talk.say(request);
        pruned.extend(talk.answer(said).safety.into_iter().filter(|event| event.breach == Breach::Loop));
    }
    let seen: Vec<_> = talk.session.history().iter().map(|it| it.flags.clone()).collect();
    assert!(!pruned.is_empty(), "{seen:?}");
    assert_eq!(pruned[0].response, Response::Prune);
    assert_eq!(pruned[0].pruned.len(), 2, "{pruned:?}");
    let prompt = talk.say("Go on.").prompt.unwrap().text();
    assert!(prompt.matches(said).count() < 6, "{prompt}");
}

#[test]
fn srip_06_nothing_is_contained_in_observe_nor_in_a_sound_conversation() {
    let mut observed = Talk { mode: Mode::Observe, ..talk() };
    for _ in 0..6 {
        assert!(turn(&mut observed, LISTED).safety.is_empty());
    }
    let mut sound = talk();
    sound.turns(40);
    assert_eq!(sound.session.safety().events(), 0, "{:?}", sound.session.safety().ledger());
    let records = sound.records.iter().filter(|it| matches!(it.payload(), Some(Payload::Recentered(_))));
    assert_eq!(records.count(), 0);
}

#[test]
fn srip_06_dissolution_halves_the_motifs_of_the_pattern() {
    let mut talk = talk();
    let pattern = talk.session.attractor().unwrap().motifs.clone();
    talk.say("Which buoy marks the channel?");
    let before = talk.session.clone();
    let mut closed = talk.answer(GOOD);
    let untouched = talk.session.motifs().weight(&pattern[0]);
    // The same closing, but with a dissolution.
    let event = SafetyEvent {
        turn: closed.turn,
        breach: Breach::PatternCollapse,
        response: Response::Dissolve,
        cause: "a test".to_owned(),
        pruned: Vec::new(),
        snapshot: None,
    };
    closed.safety.push(event);
    let motifs = closed.attractor.as_ref().unwrap().motifs.clone();
    let mut chain = crate::ledger::Chain::after(&before, talk.stamp(), &talk.config);
    chain.add(Payload::Closed(Box::new(closed)));
    let mut dissolved = before.clone();
    chain.finish().iter().for_each(|record| dissolved.apply(record).unwrap());
    assert!(motifs.contains(&pattern[0]));
    let halved = dissolved.motifs().weight(&pattern[0]);
    assert!((halved - untouched / 2.0).abs() < 1e-9, "{halved} of {untouched}");
    assert_eq!(dissolved.identity(), talk.session.identity());
}
