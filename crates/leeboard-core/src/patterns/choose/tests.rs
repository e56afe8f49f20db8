//! Merging, with made-up patterns: which share enough, which mean the same, what is said of it.

use super::*;
use crate::config::Config;
use crate::patterns::cluster::Candidate;
use crate::patterns::motif::{Motif, Motifs};
use crate::patterns::phase;
use crate::patterns::symbolic::Symbolic;
use crate::record::{Closed, Salt, Stamp};
use crate::time::Timestamp;
use crate::vector::{Answer, Vector};

fn stamp(turn: u32) -> Stamp {
    Stamp { time: Timestamp(i64::from(turn)), salt: Salt::from_text(&turn.to_string()) }
}

fn cycle(turn: u32, config: &PatternConfig) -> Cycle<'_> {
    Cycle {
        turn,
        drift_index: 0.0,
        phase: phase::stability(std::iter::once(phase::vector(0.0, config))),
        reset: false,
        symbolic: Symbolic::default(),
        stamp: stamp(turn),
        config,
    }
}

/// What a turn decides whose field is one cluster of these motifs.
fn decide(patterns: &Patterns, motifs: &[&str], turn: u32) -> Update {
    let config = PatternConfig::default();
    let candidate = |name| Candidate { name, motif: Motif { weight: 4.0, cycles: 1, ..Motif::default() } };
    let field = Field { motifs: motifs.iter().copied().map(candidate).collect(), weight: 40.0 };
    let cluster = Cluster { members: (0..motifs.len()).collect(), weight: 20.0 };
    let seen = Seen {
        field: &field,
        clusters: (Cluster::default(), vec![cluster]),
        weight: |_: &str| 4.0,
        nearness: |_: &str| None,
        said: &|_| true,
        asked: &|_| true,
        alarm: false,
        correcting: false,
    };
    choose(patterns, &seen, &cycle(turn, &config))
}

/// Turns with these motifs each, and these replies.
fn lived(turns: &[(&[&str], Option<[f32; 2]>)]) -> (Patterns, Update) {
    let mut patterns = Patterns::default();
    let mut last = Update::default();
    for (turn, (motifs, vector)) in (1..).zip(turns) {
        last = decide(&patterns, motifs, turn);
        let mut closed = Closed::abandoned(turn);
        closed.attractor.clone_from(&last.attractor);
        closed.pattern_events.clone_from(&last.events);
        closed.vector = vector.and_then(|it| Vector::new(&"m".into(), &it)).map(Answer::Vector);
        patterns.fold(&closed, &mut Motifs::default(), &Config::default());
    }
    (patterns, last)
}

fn changes(update: &Update) -> Vec<PatternChange> {
    update.events.iter().map(|event| event.event).collect()
}

const FIRST: &[&str] = &["a", "b", "c", "d", "e"];
const SECOND: &[&str] = &["p", "q", "r", "s", "t"];
/// Half of the first at least, so it is the first; three fifths of the second.
const BOTH: &[&str] = &["p", "q", "r", "a", "b"];
const LESS: &[&str] = &["p", "q", "x", "y", "z"];

#[test]
fn srip_02_section_6_patterns_that_share_60_percent_are_merged() {
    // What is active at last shares three motifs with each; of two the older one goes on.
    let grown: &[&str] = &["r", "a", "b", "c", "s"];
    let (patterns, update) = lived(&[(FIRST, None), (SECOND, None), (BOTH, None), (grown, None)]);
    let merged = update.events.iter().find(|it| it.event == PatternChange::Merged).unwrap();
    let active = update.attractor.unwrap();
    let of = |motif: &str| patterns.registry().iter().find(|it| it.name.starts_with(motif)).unwrap();
    assert_eq!((&merged.pattern, &active.id), (&of("a, b").pattern, &of("a, b").pattern));
    assert!(merged.cause.starts_with("shares 3 of 5 motifs"), "{merged:?}");
    assert_eq!(active.kind, AttractorType::Synthetic);
    let living: Vec<&str> = patterns.living().map(|it| it.id.as_str()).collect();
    assert_eq!(living, [active.id.as_str()], "the other lives no more");
    assert_eq!(merged.other, Some(of("p, q").pattern.clone()));
}

#[test]
fn srip_02_section_6_patterns_that_share_less_live_side_by_side() {
    let (patterns, update) = lived(&[(FIRST, None), (SECOND, None), (LESS, None)]);
    assert_eq!(changes(&update), [PatternChange::Formed]);
    assert_eq!(patterns.living().count(), 3);
}

#[test]
fn srip_02_section_6_what_means_something_else_is_kept_apart_and_said_once() {
    let (east, north) = (Some([1.0, 0.0]), Some([0.0, 1.0]));
    let grown: &[&str] = &["r", "a", "b", "c", "s"];
    let again: &[&str] = &["a", "r", "b", "c", "s"];
    let turns = [(FIRST, east), (SECOND, north), (BOTH, north), (grown, north), (again, north)];
    let (patterns, _) = lived(&turns[..4]);
    let kept = |patterns: &Patterns| {
        patterns.registry().iter().filter(|it| it.event == PatternChange::KeptApart).count()
    };
    assert_eq!((kept(&patterns), patterns.living().count()), (1, 2));
    let (patterns, _) = lived(&turns);
    assert_eq!((kept(&patterns), patterns.living().count()), (1, 2));
    let alike = [(FIRST, east), (SECOND, east), (BOTH, east), (grown, east)];
    assert_eq!(lived(&alike).0.living().count(), 1, "the same meaning merges");
}

#[test]
fn ids_are_of_the_step_that_formed_the_pattern() {
    let id = || decide(&Patterns::default(), FIRST, 1).attractor.unwrap().id;
    assert_eq!(id(), id());
    assert_ne!(id(), decide(&Patterns::default(), FIRST, 2).attractor.unwrap().id);
}

#[test]
fn srip_02_section_4_the_type_says_how_a_pattern_came_to_be() {
    let of = |alarm, correcting, asked: &dyn Fn(&str) -> bool| {
        let seen = Seen {
            field: &Field::default(),
            clusters: (Cluster::default(), Vec::new()),
            weight: |_: &str| 4.0,
            nearness: |_: &str| None::<f64>,
            said: &|_| true,
            asked,
            alarm,
            correcting,
        };
        kind(&seen, &["a".to_owned(), "b".to_owned()])
    };
    assert_eq!(of(true, true, &|_| true), AttractorType::Adversarial);
    assert_eq!(of(false, true, &|_| true), AttractorType::Reflective);
    assert_eq!(of(false, false, &|_| false), AttractorType::Generative);
    assert_eq!(of(false, false, &|name| name == "b"), AttractorType::Symbolic);
}
