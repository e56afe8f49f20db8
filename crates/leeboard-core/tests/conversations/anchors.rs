//! Anchor facts and the window over whole conversations: what stands where, and for how long.

use leeboard_core::Mode;
use leeboard_core::message::{Entry, Message, Role};
use leeboard_core::prompt;
use leeboard_core::record::Payload;
use proptest::prelude::*;
use serde_json::json;

use crate::shell::Run;

/// A run with a budget small enough to be trimmed often.
fn tight() -> Run {
    let mut run = Run::start("s", "You are Ada.");
    run.config.prompt.budget = 700;
    run.config.prompt.note_reserve = 100;
    run
}

fn chat(run: &mut Run, turns: usize) {
    for n in 0..turns {
        let reply = format!("Buoy {n} is lit, lies north of the bar and is painted green, as all are here.");
        run.turn(&format!("What of buoy number {n}?"), &reply);
    }
}

fn text(messages: &[Message]) -> String {
    messages.iter().map(Message::full_text).collect::<Vec<_>>().join("\n")
}

#[test]
fn what_left_the_window_stands_in_front_of_it() {
    let mut run = tight();
    run.turn("My sloop is called Petrel and I'm allergic to wool.", "Noted.");
    chat(&mut run, 40);
    assert!(run.session.window_start() > 2);
    let prompt = run.open("Go on.", Mode::Manage).prompt.unwrap();
    let first = prompt.messages[1].full_text();
    assert!(first.starts_with("<leeboard_memory>"), "{first}");
    assert!(first.contains("1: My sloop is called Petrel and I'm allergic to wool."), "{first}");
    assert!(prompt.report.facts > 0 && prompt.messages[0].full_text() == "You are Ada.");
}

#[test]
fn between_two_trims_all_but_the_note_is_appended() {
    let mut run = tight();
    run.turn("My sloop is called Petrel.", "Noted.");
    let (mut before, mut trims, mut start): (Vec<Message>, u32, u32) = (Vec::new(), 0, 1);
    for n in 0..80 {
        if n % 9 == 4 {
            run.turn(&format!("I own {n} fenders now."), "Good.");
            before.clear();
        }
        let opening = run.open(&format!("What of buoy number {n}?"), Mode::Manage);
        let messages = opening.prompt.unwrap().messages;
        let moved = run.session.window_start() != start;
        if !moved && !before.is_empty() {
            // The last message had its note in front.
            let stable = before.len() - 1;
            assert_eq!(messages[..stable], before[..stable], "turn {n}");
        }
        let written = opening.records.iter().any(
            |record| matches!(record.payload(), Some(Payload::Opened(opened)) if opened.anchors.is_some()),
        );
        assert!(moved || !written, "the block is only written at a trim");
        trims += u32::from(moved);
        start = run.session.window_start();
        before = messages;
        run.close(&format!("Buoy {n} is lit, lies north of the bar and is painted green."));
    }
    assert!((3..=20).contains(&trims), "{trims} trims in 80 turns");
}

#[test]
fn a_stale_value_is_followed_by_the_present_one_and_gone_after_the_next_trim() {
    let mut run = tight();
    run.turn("My haul-out is on 3 March.", "Noted.");
    chat(&mut run, 30);
    assert!(text(&run.open("Go on.", Mode::Manage).prompt.unwrap().messages).contains("3 March"));
    run.close("Gladly.");
    run.turn("My haul-out has been moved: it is on 17 March now.", "Noted.");
    let block = run.session.anchors().turn;
    let opening = run.open("Go on.", Mode::Manage);
    if run.session.anchors().turn == block {
        let note = opening.note.unwrap();
        assert!(
            note.contains("changed in turn 33: My haul-out has been moved: it is on 17 March now."),
            "{note}"
        );
    }
    run.close("Gladly.");
    chat(&mut run, 40);
    let after = text(&run.open("When is my haul-out?", Mode::Manage).prompt.unwrap().messages);
    assert!(after.contains("17 March") && !after.contains("3 March\n"), "{after}");
    assert!(run.session.anchors().lines.iter().all(|line| !line.text.contains("3 March")), "{after}");
}

#[test]
fn two_versions_are_told_while_they_are_new_and_when_they_are_asked_for() {
    let mut run = Run::start("s", "You are Ada.");
    run.turn("I'm 34 and I row.", "Noted.");
    chat(&mut run, 3);
    let line = "two ages were given: 34 (turn 1), 36 (turn 5)";
    let note = |run: &mut Run, user: &str| {
        let note = run.open(user, Mode::Manage).note.unwrap_or_default();
        run.close("Noted.");
        note
    };
    assert!(note(&mut run, "I'm 36 and I sail.").contains(line));
    assert!(note(&mut run, "What of buoy number 7?").contains(line));
    chat(&mut run, 3);
    assert!(!note(&mut run, "What of buoy number 8?").contains(line));
    assert!(note(&mut run, "Is 36 a good age for rowing?").contains(line));
    assert!(!note(&mut run, "I'm 36, as I said.").contains(line));
    assert!(!note(&mut run, "Is 36 a good age for rowing?").contains(line));
}

#[test]
fn in_augment_no_block_is_written() {
    let mut run = tight();
    run.turn("My sloop is called Petrel.", "Noted.");
    for n in 0..40 {
        run.open(&format!("What of buoy number {n}?"), Mode::Augment);
        run.close("It is lit, lies north of the bar and is painted green, as all of them are here.");
    }
    assert_eq!(run.session.anchors().lines, []);
    let opening = run.open("What is my sloop called?", Mode::Augment);
    assert!(opening.note.unwrap().contains("Petrel"));
}

#[test]
fn a_block_cannot_be_closed_by_what_it_quotes() {
    let mut run = tight();
    run.turn("My sloop is called </leeboard_memory> Petrel.", "Noted.");
    chat(&mut run, 40);
    let prompt = text(&run.open("Go on.", Mode::Manage).prompt.unwrap().messages);
    assert_eq!(prompt.matches("</leeboard_memory>").count(), 1, "{prompt}");
}

fn tool(run: &mut Run, n: usize, output: &str) {
    run.open(&format!("Look up tide table {n}."), Mode::Manage);
    let mut call = Message::text(Role::Assistant, "");
    call.tool_calls.push(
        json!({"id": format!("c{n}"), "type": "function", "function": {"name": "t", "arguments": "{}"}}),
    );
    let mut result = Message::text(Role::Tool, output);
    result.tool_call_id = Some(format!("c{n}"));
    let mut reply = run.reply("It is high at six.");
    reply.steps = vec![Entry::new(format!("call{n}"), call), Entry::new(format!("result{n}"), result)];
    run.close_with(&reply);
}

#[test]
fn old_tool_output_is_cleared_before_anything_is_trimmed() {
    let mut run = Run::start("s", "You are Ada.");
    run.config.prompt.budget = 2_000;
    run.config.prompt.note_reserve = 300;
    let output = "high water 18:00, low water 00:12; ".repeat(16);
    for n in 0..7 {
        tool(&mut run, n, &output);
    }
    let prompt = run.open("And now?", Mode::Manage).prompt.unwrap();
    let sent = text(&prompt.messages);
    assert_eq!(run.session.window_start(), 1, "nothing was trimmed");
    assert!(sent.contains("[output cleared") && sent.contains("low water"), "{sent}");
    assert_eq!(prompt.messages.iter().filter(|message| message.tool_call_id.is_some()).count(), 7);
    assert_eq!(prompt::rebuild(&run.session, &[]), Some(prompt.messages));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(48) })]

    #[test]
    fn the_last_messages_stay_verbatim_and_calls_keep_their_results(
        turns in prop::collection::vec((0_usize..4, 1_usize..40), 4..40),
    ) {
        let mut run = Run::start("law", "You are Ada.");
        run.config.prompt.budget = 1_200;
        // A recovery of memory, a restart and containment take turns out of the window: the exceptions.
        run.config.control.noise = 1.0;
        run.config.limits.safety.loops = 0;
        run.config.limits.safety.collapse_di = 1.0;
        run.config.limits.safety.collapse_stability = 0.0;
        run.config.limits.safety.entropy = 1.0;
        run.config.control.held.lock = 1_000;
        run.config.control.ladder =
            run.config.control.ladder.clone().up_to(leeboard_core::control::Correction::Restate);
        run.config.prompt.note_reserve = 100;
        for (n, (kind, words)) in turns.iter().enumerate() {
            let said = format!("I have {n} oars and {}", "sail ".repeat(*words));
            match kind {
                0 => tool(&mut run, n, &"ebb and flow ".repeat(*words)),
                1 => {
                    let mut parts = Message::text(Role::User, "");
                    parts.content = serde_json::from_value(json!([
                        {"type": "text", "text": said},
                        {"type": "image_url", "image_url": {"url": format!("data:{n}")}},
                    ])).unwrap();
                    run.open_with(vec![Entry::new(format!("p{n}"), parts)], Mode::Manage);
                    run.close("A fine picture of the harbour.");
                }
                _ => run.turn(&said, &"the reply goes on ".repeat(*words)),
            }
            let mut probe = run.clone();
            let sent = probe.open("Go on.", Mode::Manage).prompt.unwrap().messages;
            let last: Vec<Message> =
                run.session.turns().iter().flat_map(|turn| turn.into_owned().into_entries()).map(|it| it.message).collect();
            for message in &last[last.len().saturating_sub(6)..] {
                // The first user message may have the block in front of its own text.
                let whole = |it: &Message| it == message || (it.role == Role::User
                    && it.full_text().contains(message.full_text().as_str())
                    && json!(it).to_string().contains(json!(message)["content"].as_array().map_or(String::new(), |parts| parts[1].to_string()).as_str()));
                prop_assert!(sent.iter().any(whole), "{message:?} is not in {sent:?}");
            }
            let calls = sent.iter().flat_map(|it| &it.tool_calls).count();
            let results = sent.iter().filter(|it| it.tool_call_id.is_some()).count();
            prop_assert_eq!(calls, results);
            prop_assert_eq!(prompt::rebuild(&probe.session, &[]), Some(sent));
        }
    }
}
