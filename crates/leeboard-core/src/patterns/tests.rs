//! Patterns through whole conversations.

use super::{AttractorType, Lifecycle, PatternChange, PatternEvent};
use crate::memory::talk::Talk;
use crate::record::Mode;
use crate::session::Session;

fn talk() -> Talk {
    let mut talk = Talk::new();
    talk.mode = Mode::Observe;
    talk
}

/// Some turns about one subject, each with other words around its motifs.
fn about(talk: &mut Talk, turns: usize, subject: [&str; 3]) {
    let [one, two, three] = subject;
    for n in 0..turns {
        let aside = ["early", "today", "slowly", "again", "calmly", "twice"][n % 6];
        talk.say(&format!("Tell me {aside} of the {one} and the {two}."));
        talk.answer(&format!("The {one} is {aside} near the {two}, where a {three} was with the {one}."));
    }
}

const BOAT: [&str; 3] = ["red buoy", "keel", "mast"];
const BREAD: [&str; 3] = ["rye flour", "oven", "yeast"];

fn events(talk: &Talk, change: PatternChange) -> Vec<&PatternEvent> {
    talk.session.patterns().registry().iter().filter(|it| it.event == change).collect()
}

#[test]
fn srip_02_section_4_a_pattern_forms_of_what_recurs_together_with_phrases_for_words() {
    let mut talk = talk();
    about(&mut talk, 1, BOAT);
    assert!(talk.session.attractor().is_none(), "nothing has recurred");
    about(&mut talk, 3, BOAT);
    let active = talk.session.attractor().unwrap();
    for motif in ["red buoy", "keel", "mast"] {
        assert!(active.motifs.iter().any(|it| it == motif), "{motif}: {active:?}");
    }
    assert!(!active.motifs.iter().any(|it| it == "red"), "{active:?}");
    assert_eq!((active.kind, active.origin_cycle), (AttractorType::Symbolic, 2));
    let formed = events(&talk, PatternChange::Formed);
    assert_eq!((formed.len(), formed[0].cycle, &formed[0].pattern), (1, 2, &active.id));
    assert!(formed[0].cause.contains("recur together"), "{formed:?}");
}

#[test]
fn srip_02_section_4_several_live_and_one_is_active() {
    let mut talk = talk();
    about(&mut talk, 5, BOAT);
    let boat = talk.session.attractor().unwrap().clone();
    about(&mut talk, 9, BREAD);
    let bread = talk.session.attractor().unwrap().clone();
    assert!(bread.id != boat.id && bread.motifs.iter().any(|it| it == "oven"), "{bread:?}");
    assert_eq!(bread.parent_id, Some(boat.id.clone()));
    assert_eq!(talk.session.patterns().living().count(), 2);
    about(&mut talk, 9, BOAT);
    assert_eq!(talk.session.attractor().unwrap().id, boat.id, "it is the same as before");
    assert_eq!(events(&talk, PatternChange::Activated).last().unwrap().pattern, boat.id);
    assert_eq!(events(&talk, PatternChange::Formed).len(), 2);
}

#[test]
fn srip_02_section_6_what_fades_dissolves_and_identity_and_causes_stay() {
    let mut talk = talk();
    about(&mut talk, 4, BOAT);
    let boat = talk.session.attractor().unwrap().id.clone();
    let identity = talk.session.identity().clone();
    about(&mut talk, 40, BREAD);
    let dissolved = events(&talk, PatternChange::Dissolved);
    assert_eq!(dissolved.iter().map(|it| &it.pattern).collect::<Vec<_>>(), [&boat]);
    assert!(dissolved[0].cause.contains("faded"), "{dissolved:?}");
    assert!(talk.session.patterns().living().all(|it| it.id != boat));
    assert_eq!((talk.session.identity(), talk.session.identity_version()), (&identity, 1));
    let told = |words: &str| talk.session.causes().iter().any(|link| link.effect.contains(words));
    assert!(told("forms") && told("dissolves") && told("is stable"), "{:?}", talk.session.causes());
}

#[test]
fn srip_02_section_5_every_change_of_state_is_in_the_registry_with_its_cause() {
    let mut talk = talk();
    about(&mut talk, 6, BOAT);
    assert_eq!(talk.session.attractor().unwrap().lifecycle_state, Lifecycle::Stable);
    talk.say("Tell me of the red buoy and the keel.");
    talk.answer("So:\n- the red buoy\n- the keel\n- the mast");
    let last = *events(&talk, PatternChange::Transition).last().unwrap();
    assert_eq!((last.from, last.to), (Some(Lifecycle::Stable), Some(Lifecycle::Fragmenting)));
    assert_eq!((last.cycle, last.cause.starts_with("drift 0.9")), (7, true), "{last:?}");
}

#[test]
fn srip_02_section_6_what_stays_fragmenting_dissolves_and_what_forms_then_knows_its_parent() {
    let mut talk = talk();
    about(&mut talk, 6, BOAT);
    let boat = talk.session.attractor().unwrap().id.clone();
    let weight = |talk: &Talk| talk.session.motifs().weight("keel");
    for n in 0..4 {
        let before = weight(&talk);
        talk.say("Tell me of the red buoy and the keel.");
        talk.answer(&format!("So {n}:\n- the red buoy\n- the keel\n- the mast {n}"));
        assert_eq!(n == 3, weight(&talk) < before, "halved at the last");
    }
    assert!(talk.session.attractor().is_none());
    let last = events(&talk, PatternChange::Dissolved);
    assert_eq!((last[0].pattern.as_str(), last[0].from), (boat.as_str(), Some(Lifecycle::Fragmenting)));
    about(&mut talk, 2, BOAT);
    let reborn = talk.session.attractor().unwrap();
    assert!(reborn.id != boat && reborn.parent_id == Some(boat), "{reborn:?}");
}

#[test]
fn the_same_records_give_the_same_patterns() {
    let mut talk = talk();
    talk.vectors = true;
    about(&mut talk, 5, BOAT);
    about(&mut talk, 9, BREAD);
    about(&mut talk, 5, BOAT);
    let replayed = Session::replay("s", &talk.records).unwrap();
    assert_eq!(replayed.patterns(), talk.session.patterns());
    assert!(talk.session.attractor().unwrap().nearness.is_some());
    assert!(talk.session.attractor().unwrap().symbolic.semantic_coefficient.is_some());
}

#[test]
fn patterns_are_bounded_in_memory() {
    let mut talk = talk();
    talk.config.patterns.max_living = 2;
    talk.config.patterns.motif_keep = 0.99;
    talk.config.limits.max_history = 5;
    let subjects = [BOAT, BREAD, ["blue door", "lamp", "stair"], ["tall pine", "moss", "fern"]];
    for (n, subject) in subjects.into_iter().enumerate() {
        about(&mut talk, 6 + 5 * n, subject);
        assert!(talk.session.patterns().living().count() <= 2);
        assert!(talk.session.patterns().registry().len() <= 5);
    }
    let dissolved = events(&talk, PatternChange::Dissolved);
    assert!(dissolved.iter().any(|it| it.cause.starts_with("the lightest")), "{dissolved:?}");
}
