//! Tests of samples and baseline.

use proptest::prelude::*;

use super::*;

/// 64 cases, or as many as `LEEBOARD_TEST_CASES` says (`./test --long`).
pub(super) fn cases() -> u32 {
    #[expect(clippy::disallowed_methods, reason = "a test may read how long it shall run")]
    let asked = std::env::var("LEEBOARD_TEST_CASES");
    asked.ok().and_then(|cases| cases.parse().ok()).unwrap_or(64)
}

/// Two writers on the same prompts: a terse harbour pilot and a wordy consultant.
const PILOT: [&str; 6] = [
    "Tide turns at six. We wait by the quay, mind the rope, and say little until the bell has rung twice over the water.",
    "Keep her nose to the wind. The rope will tell you when she pulls, and the bell will tell you when to stop pulling.",
    "Fog comes low over the water here. You hear the bell first, then the quay, and only then do you see the tide.",
    "Mind the quay on your left hand. The tide is strong, the rope is old, and the wind never asks whether you are ready.",
    "We sail when the bell rings. Until then you coil the rope, watch the water, and let the wind say what it has to say.",
    "Old boats know the quay. You give her rope, you wait for the tide, and she comes in by herself with the wind behind.",
];
const CONSULTANT: &str = "Establishing an effective organisational foundation requires (a) comprehensive \
    stakeholder identification; (b) measurable performance indicators; and (c) systematic documentation, which \
    together ensure that implementation remains aligned with the \"strategic\" objectives of your institution.";

fn sample(text: &str, baseline: &VoiceBaseline) -> VoiceSample {
    VoiceSample::taken(text, &Analysis::of(text), &[], Asked::default(), baseline)
}

fn baseline() -> VoiceBaseline {
    let mut baseline = VoiceBaseline::default();
    for n in 0..18 {
        let reply = PILOT[n % PILOT.len()];
        let sample = sample(reply, &baseline);
        baseline.add(&sample, &text::terms(reply), 0.97);
        baseline.remember(n as u32 + 1, &sample);
    }
    baseline
}

#[test]
fn another_writer_is_told_from_the_same_one() {
    let baseline = baseline();
    let same = "Watch the bell, not the clock. The tide keeps its own time, and the rope will hold if you let the wind drop.";
    let evidence = |text: &str| baseline.distances(&sample(text, &baseline)).evidence();
    assert!(evidence(CONSULTANT) > 2.0, "{}", evidence(CONSULTANT));
    assert!(evidence(same) < 1.0, "{}", evidence(same));
    let described = baseline.distances(&sample(CONSULTANT, &baseline)).describe();
    assert_eq!(described.len(), 3);
}

#[test]
fn one_new_word_late_in_a_conversation_is_no_other_writer() {
    let mut baseline = VoiceBaseline::default();
    for n in 0..400 {
        let reply = PILOT[n % PILOT.len()];
        let sample = sample(reply, &baseline);
        baseline.add(&sample, &text::terms(reply), 0.97);
    }
    let novelty = |text: &str| baseline.distances(&sample(text, &baseline)).novelty;
    let one = novelty(&PILOT[1].replace("bell", "lantern"));
    assert!(one.len() == 3 && one.iter().all(|&z| z > 0.0 && z < 3.0), "{one:?}");
    let all = novelty(CONSULTANT);
    assert!(all.iter().all(|&z| z > 3.0), "{all:?}");
}

#[test]
fn what_several_replies_have_in_common_adds_up() {
    let mut baseline = baseline();
    // The pilot with a clause of somebody else's in it: little by itself.
    let mixed = "Mind the quay; the rope is old, and attention to overall safety requires that we allow for the tide \
        when the wind turns.";
    let (_, steady) = baseline.recent(&sample(PILOT[0], &baseline)).unwrap();
    for turn in 19..22 {
        let foreign = sample(mixed, &baseline);
        baseline.remember(turn, &foreign);
    }
    let last = sample(mixed, &baseline);
    let (since, sliding) = baseline.recent(&last).unwrap();
    assert_eq!(since, 19);
    assert!(sliding.evidence() > baseline.distances(&last).evidence());
    assert!(sliding.evidence() > steady.evidence() + 1.0);
}

#[test]
fn what_the_user_asked_for_is_not_measured() {
    let asked = Asked::of("As a list, please.");
    let text = PILOT.join("\n- ");
    let taken = VoiceSample::taken(&text, &Analysis::of(&text), &[], asked, &baseline());
    assert!(FORMAT.iter().all(|&place| taken.features[place].is_none()));
    assert!(taken.features[WORDS].is_some());
    let voice = Asked::of("Answer as a completely different person's voice would.");
    assert!(VoiceSample::taken(&text, &Analysis::of(&text), &[], voice, &baseline()).features.is_empty());
}

#[test]
fn short_and_foreign_replies_are_not_measured() {
    let empty = VoiceBaseline::default();
    assert!(sample("Aye.", &empty).features.is_empty());
    let german =
        "Das Wasser steigt heute Abend langsam und wir warten noch bis die Glocke dreimal geläutet hat.";
    assert!(sample(german, &empty).features.is_empty());
    let words: Vec<String> = text::words(german).collect();
    assert!(VoiceSample::unmeasured(&words).contains("language"));
}

#[test]
fn talk_that_is_usual_here_does_not_count() {
    let mut baseline = baseline();
    let talk = "How may I assist you? Of course, I'm here to help, and I hope this helps. Feel free to ask me for more of it.";
    let words: Vec<String> = text::words(talk).collect();
    let (before, phrase) = baseline.foreign_talk(&words, false);
    assert!(before >= 4.0 && phrase.is_some());
    for _ in 0..10 {
        let sample = sample(talk, &baseline);
        baseline.add(&sample, &[], 0.97);
    }
    let (after, _) = baseline.foreign_talk(&words, false);
    assert!(after < 0.5 * before, "{before} {after}");
}

#[test]
fn a_program_may_say_that_it_is_one() {
    let words: Vec<String> = text::words("As an AI I sleep little.").collect();
    let program = expects_programs("You are Ada, an AI librarian.", "Do you sleep?");
    assert!(program && expects_programs("You are Ada.", "Who are you?"));
    assert!(!expects_programs("You are Ada, a librarian.", "When do we close?"));
    assert!(expects_programs("You are an AI that does not flatter.", "When do we close?"));
    assert!(expects_programs("You are a computer that runs a ship.\nYou never sleep.", "When do we dock?"));
    for (identity, request) in [
        ("You are Ada, a librarian. Never say that you are an AI.", "When do we close?"),
        ("You are Ada. You repair computers and live with a computer engineer.", "When do we close?"),
        ("You are a warm human being called Ada.", "When do we close?"),
        ("You are Ada, a librarian.", "How are you today?"),
        ("You are Ada, a librarian.", "My washing machine is broken."),
    ] {
        assert!(!expects_programs(identity, request), "{identity} / {request}");
    }
    assert!(baseline().foreign_talk(&words, program).0 < 1.0);
    assert!(baseline().foreign_talk(&words, false).0 >= 4.0);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), ..ProptestConfig::default() })]

    #[test]
    fn any_conversation_keeps_finite_evidence(replies in prop::collection::vec("\\PC{0,120}|[a-z the of.,\n]{0,200}", 1..12)) {
        let mut baseline = VoiceBaseline::default();
        for (turn, reply) in (1..).zip(&replies) {
            let sample = sample(reply, &baseline);
            prop_assert!(baseline.distances(&sample).evidence().is_finite());
            let slide = baseline.recent(&sample);
            prop_assert!(slide.is_none_or(|(_, distances)| distances.evidence().is_finite()));
            baseline.add(&sample, &text::terms(reply), 0.97);
            baseline.remember(turn, &sample);
            prop_assert!(baseline.recent.len() < RECENT);
        }
    }
}
