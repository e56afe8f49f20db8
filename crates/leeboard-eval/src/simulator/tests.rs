//! The promises of the simulated model: it knows what it reads, forgets the rest, and its seed is
//! all its luck.

use super::*;

const SYSTEM: &str = "You are Edda, a ferry cook.\nNever use bullet points.\nNever use exclamation marks.\n\
    End every reply with \"Mind the ladle.\"";

fn prompt(parts: &[(Speaker, &str)]) -> Vec<(Speaker, String)> {
    let system = (Speaker::System, SYSTEM.to_owned());
    [system].into_iter().chain(parts.iter().map(|(who, text)| (*who, (*text).to_owned()))).collect()
}

/// A conversation that sends all that was said.
fn talk(conversation: &mut Conversation, turns: u32, note: &str) -> Vec<String> {
    let mut sent = prompt(&[]);
    for turn in 0..turns {
        let things = ["leaking gutters", "old piano", "garden wall", "bread oven"];
        let line = format!("What could go wrong with the {}?", things[turn as usize % 4]);
        sent.push((Speaker::User, format!("{note}{line}")));
        let reply = conversation.reply(&sent);
        sent.pop();
        sent.push((Speaker::User, line));
        sent.push((Speaker::Own, reply));
    }
    sent.into_iter().filter(|(who, _)| *who == Speaker::Own).map(|(_, text)| text).collect()
}

/// The first seed whose model obeys, or does not.
fn seed(obeys: bool) -> u64 {
    (1..200).find(|&seed| Conversation::new(seed, Kind::None, 30).obeys() == obeys).unwrap()
}

#[test]
fn the_same_seed_says_the_same_and_another_one_something_else() {
    let said = |seed| talk(&mut Conversation::new(seed, Kind::Fade, 30), 30, "");
    assert_eq!(said(3), said(3));
    assert_ne!(said(3), said(4));
}

#[test]
fn it_forgets_what_is_not_in_the_prompt() {
    let asked = "Can you remind me, what is our linen order?";
    let told = prompt(&[
        (Speaker::User, "Our linen order is 340 sheets."),
        (Speaker::Own, "Ah."),
        (Speaker::User, asked),
    ]);
    let untold = prompt(&[(Speaker::User, asked)]);
    for seed in 1..40 {
        assert!(Conversation::new(seed, Kind::None, 30).reply(&told).contains("340 sheets"));
        assert!(!Conversation::new(seed, Kind::None, 30).reply(&untold).contains("340 sheets"));
    }
}

#[test]
fn nothing_happens_in_a_run_without_drift() {
    for seed in 1..20 {
        let mut conversation = Conversation::new(seed, Kind::None, 60);
        let replies = talk(&mut conversation, 60, "");
        assert!(conversation.truths().iter().all(|it| !it.off_persona && it.broken.is_empty() && !it.rut));
        assert!(replies.iter().all(|it| it.ends_with("Mind the ladle.") && !it.contains(['!', '{'])));
    }
}

#[test]
fn who_obeys_nothing_never_comes_back() {
    let note = "Stay as you are: You are Edda, a ferry cook. Keep to the question.\n\
        Never use bullet points. Never use exclamation marks. End every reply with \"Mind the ladle.\"\n\n";
    for kind in [Kind::Persona, Kind::Topic, Kind::Rule] {
        let out = |seed: u64| {
            let mut conversation = Conversation::new(seed, kind, 40);
            talk(&mut conversation, 40, note);
            let bad = |it: &Truth| it.off_persona || it.off_topic || !it.broken.is_empty();
            let first = conversation.truths().iter().position(bad).unwrap();
            conversation.truths().iter().skip(first).filter(|it| !bad(it)).count()
        };
        assert_eq!(out(seed(false)), 0, "{kind}");
        assert!(out(seed(true)) > 0, "{kind}");
    }
}

#[test]
fn the_text_shows_what_is_true() {
    let broken = |it: &Truth, text: &str| it.broken.iter().all(|rule| rule.broken_by(text));
    for (seed, kind) in (1..30).zip(Kind::ALL.into_iter().cycle()) {
        let mut conversation = Conversation::new(seed, kind, 60);
        let replies = talk(&mut conversation, 60, "");
        for (truth, reply) in conversation.truths().iter().zip(&replies) {
            assert!(broken(truth, reply), "{kind} {truth:?}: {reply}");
            let away = !["gutters", "piano", "wall", "oven"].iter().any(|thing| reply.contains(thing));
            assert!(!truth.off_topic || away, "{reply}");
        }
    }
}

#[test]
fn a_correction_is_read_as_what_it_addresses_and_nothing_else() {
    let read = |line: &str| {
        let last = format!("{line}\nDo not mention this note.\n\nHow is the attic?");
        let told = [(Speaker::User, "Our linen order is 340 sheets."), (Speaker::Own, "Ah.")];
        let reading = Reading::of(&prompt(&[told[0], told[1], (Speaker::User, &last)]));
        let rules = reading.rules.iter().filter(|told| told.reminded).count();
        let fact = reading.known("linen order").unwrap().reminded;
        (reading.persona_reminded, rules, fact, reading.topic_wanted, reading.form_wanted)
    };
    // The runtime's lines, as `leeboard_core` words them.
    for (line, meant) in [
        ("Stay as you are: You are Edda, a ferry cook.", (true, 0, false, false, false)),
        (
            "Your last replies lost this voice; answer in it again: You are Edda, a ferry cook.",
            (true, 0, false, false, false),
        ),
        (
            "A recent reply broke this rule, keep it: Never use bullet points.",
            (false, 1, false, false, false),
        ),
        (
            "A recent reply went against this, keep to it. Turn 1 says (quoted): Our linen order is 340 sheets.",
            (false, 0, true, false, false),
        ),
        ("Answer what was asked in the message below.", (false, 0, false, true, false)),
        (
            "Your last reply left what was asked. Answer the message below, and only that.",
            (false, 0, false, true, false),
        ),
        (
            "Your replies have become alike; choose another opening and shape this time.",
            (false, 0, false, false, true),
        ),
        // What addresses none of the five faults moves nothing.
        ("Keep the length and layout of your earlier replies.", (false, 0, false, false, false)),
        ("This conversation is about: attic, gutters.", (false, 0, false, false, false)),
        ("- turn 7, assistant: \"Our linen order is 210 sheets.\"", (false, 0, false, false, false)),
    ] {
        assert_eq!(read(line), meant, "{line}");
    }
}
