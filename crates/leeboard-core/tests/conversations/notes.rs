//! Anchors: at which depth the note stands, in whose name, and how often it reminds.

#![expect(clippy::expect_used, reason = "a test stops at the first surprise")]

use leeboard_core::config::AnchorRole;
use leeboard_core::control::{Correction, Method, Posture};
use leeboard_core::message::{Message, Role};
use leeboard_core::prompt::rebuild;
use leeboard_core::record::Mode;

use crate::shell::Run;

const NOTE: &str = "<leeboard_note>";

/// A conversation whose last reply has broken a rule, so that the next prompt has a note.
fn corrected(depth: u32, role: AnchorRole) -> (Run, Vec<Message>) {
    let mut run = Run::start("s", "You are Ada. Never use lists.");
    run.config.prompt.anchor.depth = depth;
    run.config.prompt.anchor.role = role;
    run.turn("How is the tide?", "It turns at six.");
    run.turn("And the wind?", "So:\n- one\n- two");
    let prompt = run.open("And now?", Mode::Manage).prompt.expect("a prompt is built");
    (run, prompt.messages)
}

/// Role and place of the message with the note.
fn place(messages: &[Message]) -> Vec<(usize, Role)> {
    let noted = messages.iter().enumerate().filter(|(_, message)| message.full_text().contains(NOTE));
    noted.map(|(at, message)| (at, message.role)).collect()
}

#[test]
fn by_default_the_note_stands_in_the_last_message_of_the_user() {
    let (run, messages) = corrected(0, AnchorRole::User);
    assert_eq!(run.config.prompt.anchor, leeboard_core::Config::default().prompt.anchor);
    assert_eq!(place(&messages), [(5, Role::User)]);
}

#[test]
fn depth_counts_messages_of_the_user_from_the_last_up() {
    for (depth, at) in [(1, 3), (2, 1), (9, 1)] {
        let (run, messages) = corrected(depth, AnchorRole::User);
        assert_eq!(place(&messages), [(at, Role::User)], "depth {depth}");
        assert!(messages[5].full_text() == "And now?");
        assert_eq!(rebuild(&run.session, &[]).unwrap(), messages, "and again byte for byte");
    }
}

#[test]
fn as_a_system_message_the_note_stands_in_front_of_the_users() {
    let (run, messages) = corrected(0, AnchorRole::System);
    assert_eq!(place(&messages), [(5, Role::System)]);
    assert_eq!((messages.len(), messages[6].full_text().as_str()), (7, "And now?"));
    assert_eq!(rebuild(&run.session, &[]).unwrap(), messages);
    let report = &run.session.pending().unwrap().report;
    let (_, plain) = corrected(0, AnchorRole::User);
    assert_eq!(plain.len(), 6);
    // One message more, and four tokens for it.
    let framing = |run: &Run| run.session.pending().unwrap().report.framing;
    assert_eq!(report.framing, framing(&corrected(0, AnchorRole::User).0) + 4);
}

#[test]
fn every_so_many_turns_the_note_says_who_the_assistant_is() {
    let mut run = Run::start("s", "You are Ada. Never use lists.");
    run.config.prompt.anchor.every = 3;
    for turn in 1..=7 {
        let opening = run.open(&format!("How is the tide at buoy {turn}?"), Mode::Manage);
        let reminds =
            opening.note.as_deref().is_some_and(|note| note.contains("Stay as you are: You are Ada."));
        assert_eq!(reminds, turn % 3 == 0, "turn {turn}: {:?}", opening.note);
        if reminds {
            assert_eq!(
                (opening.plan.correction, opening.plan.cause.as_str()),
                (Correction::Anchor, "every 3 turns")
            );
            assert_eq!(opening.plan.methods[0], Method::SemanticReanchoring);
        }
        run.close("It turns at six, and the wind is light from the west all day.");
    }
    run.open("Observed?", Mode::Observe);
    run.close("Yes.");
    assert!(run.open("In observe nothing is added.", Mode::Observe).note.is_none());
}

/// SRIP-03 section 8 answers a format that has crystallized as section 6.1 does: the posture says so,
/// and another form is asked for.
#[test]
fn srip_03_section_8_format_crystallization_asks_for_another_form() {
    let mut run = Run::start("s", "You are Ada, a pilot.");
    // How stable the pattern has to be is another rule.
    run.config.control.crystallization_stability = 0.0;
    let words = ["green", "buoy", "marks", "harbour", "channel", "pier", "bell", "tide", "pilot", "slack"];
    let mut crystallized = None;
    for turn in 0..14 {
        let opening = run.open("Which buoy marks the channel at the pier?", Mode::Manage);
        if let Some(seen) = crystallized {
            assert!(opening.plan.vary, "turn {turn}, after {seen}: {:?}", opening.plan);
            assert!(opening.plan.methods.contains(&Method::DensityModulation));
            assert!(opening.note.unwrap().contains("choose another opening and shape"));
            return;
        }
        // The same words in another order: nothing is repeated but the terms.
        let said: Vec<&str> = (0..words.len()).map(|n| words[(n * 3 + turn * 7) % words.len()]).collect();
        run.close(&format!("{} at {}.", said[..5].join(", "), said[5..].join(" or ")));
        let posture = run.session.posture();
        crystallized = (posture == Posture::Crystallization).then_some(turn);
    }
    panic!("the posture was never crystallization: {:?}", run.session.history());
}
