//! Single turns that have gone wrong somewhere: abandoned inputs, tools, reasoning, short budgets,
//! notes, retries, bad input. The laws over all conversations are in `laws`.

use crate::shell::Run;
use leeboard_core::message::{Entry, Message, Role};
use leeboard_core::record::Mode;
use leeboard_core::tokens::{Estimate, TokenCounter};
use leeboard_core::turn::{Closing, Delivery};
use leeboard_core::vector::Answer;
use leeboard_core::{Identity, Input, Session, Tools, turn};
use serde_json::json;

#[test]
fn an_abandoned_input_is_taken_along_by_the_next_turn() {
    let mut run = Run::start("s", "You are Ada.");
    run.open("Are you there?", Mode::Manage);
    let opening = run.open("Hello?", Mode::Manage);
    let texts: Vec<String> = opening.prompt.unwrap().messages.iter().map(Message::full_text).collect();
    assert_eq!(texts, ["You are Ada.", "Are you there?", "Hello?"]);
    run.close("Here I am.");
    assert_eq!(run.session.turns().len(), 1);
    assert_eq!(run.session.turns().get(0).unwrap().input.len(), 2);
    assert_eq!(run.session.pending(), None);
}

#[test]
fn the_note_stands_next_to_the_input_and_is_not_kept_in_history() {
    let mut run = Run::start("s", "You are Ada, a pilot. Never use lists.");
    run.turn("How is the tide?", "High water is at six:\n- wait\n- then go");
    let prompt = run.open("And now?", Mode::Manage).prompt.unwrap();
    let last = prompt.messages.last().unwrap().full_text();
    assert!(last.starts_with("<leeboard_note>\nA recent reply broke this rule"), "{last}");
    assert!(last.contains("Never use lists.") && last.ends_with("And now?"), "{last}");
    run.close("Slack water. Now.");
    let prompt = run.open("Good.", Mode::Manage).prompt.unwrap();
    let (last, history) = prompt.messages.split_last().unwrap();
    assert!(history.iter().all(|message| !message.full_text().contains("leeboard_note")));
    assert!(last.full_text().contains("Never use lists."), "held for some replies");
    for _ in 0..run.config.control.hold {
        run.close("Slack water is over now; we go.");
        run.open("Good.", Mode::Manage);
    }
    assert_eq!(run.session.pending().unwrap().note, None, "and then dropped");
}

#[test]
fn what_left_the_window_is_recalled_as_a_quotation() {
    let mut run = Run::start("s", "You are Ada.");
    run.config.prompt.budget = 400;
    run.config.prompt.note_reserve = 120;
    run.turn("My sloop is called Petrel and draws 1.4 metres.", "Noted.");
    for n in 0..30 {
        run.turn(
            &format!("What of buoy number {n}?"),
            &format!("Buoy {n} is lit and lies to the north of the bar."),
        );
    }
    let opening = run.open("What did you say of the number 3 buoy?", Mode::Manage);
    let note = opening.note.unwrap();
    assert!(
        note.contains("- turn 5, assistant: \"Buoy 3 is lit and lies to the north of the bar.\""),
        "{note}"
    );
    let pending = run.session.pending().unwrap();
    assert!(pending.recalled.iter().any(|item| item.used && item.turn == 5 && item.why.contains("shares")));

    // What stands in the anchor facts is not quoted once more.
    run.close("It lies to the north.");
    run.open("How much does my sloop Petrel draw?", Mode::Manage);
    let pending = run.session.pending().unwrap();
    let fact = pending.recalled.iter().find(|item| item.turn == 1).unwrap();
    assert_eq!((fact.used, fact.why.as_str()), (false, "not needed: stands in the anchor facts"));
    assert!(run.session.anchors().lines[0].text.contains("draws 1.4 metres"));
}

#[test]
fn a_buffered_reply_in_containment_is_asked_for_again_and_then_delivered() {
    let mut run = Run::start("s", "You are Ada. Never use lists.");
    run.config.control.regenerate = 1;
    run.open("How is the tide?", Mode::Manage);
    let mut reply = run.reply("So:\n- one\n- two");
    reply.delivery = Delivery::Held;
    let Closing::Retry { prompt, rejected, .. } = run.judge(&reply) else {
        panic!("a broken rule in a buffered reply is asked for again")
    };
    assert!(prompt.messages.last().unwrap().full_text().contains("Never use lists."));
    assert!(rejected.reasons[0].contains("reply uses a list"), "{rejected:?}");
    reply.rejected.push(rejected);
    let Closing::Done(records) = run.judge(&reply) else { panic!("bounded to one retry") };
    run.take(records);
    assert_eq!(run.session.turns().len(), 1);
}

#[test]
fn observe_decides_no_prompt() {
    let mut run = Run::start("s", "You are Ada.");
    let opening = run.open("Hello.", Mode::Observe);
    assert_eq!((opening.prompt, opening.note), (None, None));
}

#[test]
fn oversized_input_is_refused_and_changes_nothing() {
    let run = Run::start("s", "You are Ada.");
    let entry = Entry::new("u", Message::text(Role::User, "x".repeat(5 << 20)));
    let input = Input { entries: vec![entry], mode: Mode::Manage, stamp: run.stamp() };
    let tools = Tools { config: &run.config, tokens: &Estimate };
    let answers = [Answer::missing("none")];
    let error = turn::open(&run.session, &input, &answers, tools).unwrap_err();
    assert!(error.to_string().contains("limits.max_message_bytes"), "{error}");
}

#[test]
fn a_record_of_a_newer_format_is_refused_with_the_way_out() {
    let run = Run::start("s", "You are Ada.");
    let mut record = run.records[0].clone();
    record.format = 99;
    let error = Session::new("s").apply(&record).unwrap_err().to_string();
    assert!(error.contains("upgrade leeboard"), "{error}");
}

#[test]
fn reasoning_is_not_counted_as_history() {
    let mut run = Run::start("s", "You are Ada.");
    run.turn("Hello.", &format!("<think>{}</think>Aye.", "hm ".repeat(5_000)));
    let prompt = run.open("And now?", Mode::Manage).prompt.unwrap();
    let texts: Vec<String> = prompt.messages.iter().map(Message::full_text).collect();
    assert_eq!(texts, ["You are Ada.", "Hello.", "Aye.", "And now?"], "the turn stays in the window");
    assert_eq!(prompt.report.history, Estimate.count("Hello.") + Estimate.count("Aye."));
}

#[test]
fn reasoning_beside_a_tool_call_is_not_remembered() {
    let mut run = Run::start("s", "You are Ada.");
    run.open("How is the tide?", Mode::Manage);
    let mut call = call("c1", "<think>look it up</think>");
    call.message.extra.insert("reasoning_content".to_owned(), json!("look it up"));
    let mut reply = run.reply("High at six.");
    reply.steps = vec![call, result("c1")];
    let Closing::Done(records) = run.judge(&reply) else { panic!("not buffered") };
    run.take(records);
    let stored = serde_json::to_string(&run.session.turns().get(0).unwrap().input).unwrap();
    assert!(!stored.contains("look it up"), "{stored}");
}

#[test]
fn a_tool_result_keeps_its_call_when_the_call_came_with_words() {
    let mut run = Run::start("s", "You are Ada.");
    run.config.prompt.budget = 260;
    run.config.prompt.note_reserve = 0;
    run.config.memory.max_results = 0;
    for n in 0..40 {
        let id = format!("c{n}");
        if n % 3 == 0 {
            run.turn(
                &format!("Which buoy is number {n}, and where does it lie?"),
                "The green one, to the north.",
            );
        }
        run.open("How is the tide at the bar?", Mode::Manage);
        let mut reply = run.reply("I will look into the tide table for the bar.");
        reply.entry = Some(call(&id, "I will look into the tide table for the bar."));
        let Closing::Done(records) = run.judge(&reply) else { panic!("not buffered") };
        run.take(records);
        let prompt = run.open_with(vec![result(&id)], Mode::Manage).prompt.unwrap();
        assert_calls(&prompt.messages);
        run.close("High water is at six in the evening, sir.");
        assert_calls(&run.open("Good.", Mode::Manage).prompt.unwrap().messages);
        run.close("Indeed.");
    }
    assert!(run.session.window_start() > 1, "the window was trimmed");
}

fn call(id: &str, text: &str) -> Entry {
    let mut message = Message::text(Role::Assistant, text);
    message
        .tool_calls
        .push(json!({"id": id, "type": "function", "function": {"name": "t", "arguments": "{}"}}));
    Entry::new(format!("call {id}"), message)
}

fn result(id: &str) -> Entry {
    let mut message = Message::text(Role::Tool, "high water 18:00");
    message.tool_call_id = Some(id.to_owned());
    Entry::new(format!("result {id}"), message)
}

fn assert_calls(messages: &[Message]) {
    for (at, message) in messages.iter().enumerate() {
        let Some(id) = &message.tool_call_id else { continue };
        let mut calls = messages[..at].iter().flat_map(|message| &message.tool_calls);
        assert!(calls.any(|call| call["id"] == json!(id)), "{id} has lost its call: {messages:#?}");
    }
}

#[test]
fn a_reply_that_is_asked_for_again_still_has_what_was_recalled() {
    let mut run = Run::start("s", "You are Ada. Never use lists.");
    run.config.control.regenerate = 1;
    run.config.prompt.budget = 500;
    run.config.prompt.note_reserve = 200;
    run.turn("My sloop is called Petrel and draws 1.4 metres.", "Noted.");
    for n in 0..30 {
        run.turn(
            &format!("What of buoy number {n}?"),
            &format!("Buoy {n} is lit and lies north of the bar."),
        );
    }
    run.turn("And who keeps the lights?", "The harbour master.");
    let first = run.open("Which buoy did you say is number 7?", Mode::Manage).note.unwrap();
    assert!(first.contains("Buoy 7 is lit"), "{first}");
    let mut reply = run.reply("So:\n- one\n- two");
    reply.delivery = Delivery::Held;
    let Closing::Retry { prompt, .. } = run.judge(&reply) else { panic!("a broken rule is asked for again") };
    let last = prompt.messages.last().unwrap().full_text();
    assert!(last.contains("Never use lists.") && last.contains("Buoy 7 is lit"), "{last}");
}

#[test]
fn a_correction_that_has_little_room_still_asks_not_to_be_mentioned() {
    let mut run = Run::start("s", "You are Ada. Never use lists. Never use headings. Never use emoji.");
    run.turn("How is the tide?", "# Tide\n- wait\n- go 🎉");
    let whole = run.open("And now?", Mode::Manage).note.unwrap();
    assert_eq!(whole.matches("broke this rule").count(), 3, "{whole}");
    let cut: Vec<String> = (0..140)
        .filter_map(|budget| {
            let mut tight = run.clone();
            tight.config.prompt.budget = budget;
            tight.open("And now?", Mode::Manage).note
        })
        .collect();
    assert!(cut.iter().any(|note| note.matches("broke this rule").count() == 1), "{cut:?}");
    assert!(cut.iter().all(|note| note.contains("broke this rule")), "{cut:?}");
    assert!(cut.iter().all(|note| note.contains("Do not mention this note.")), "{cut:?}");
}

#[test]
fn a_note_without_a_user_message_to_stand_in_is_not_written() {
    let mut run = Run::start("s", "You are Ada. Never use lists.");
    run.turn("How is the tide?", "So:\n- wait");
    let opening = run.open_with(Vec::new(), Mode::Manage);
    assert_eq!(opening.note, None);
    assert_eq!(opening.prompt.unwrap().report.note, 0);
}

#[test]
fn what_was_asked_in_the_turn_just_abandoned_is_part_of_the_request() {
    let mut run = Run::start("s", "You are Ada.");
    run.open("How deep is my sloop?", Mode::Manage);
    let entry = Entry::new("u", Message::text(Role::User, "Hello?"));
    let input = Input { entries: vec![entry], mode: Mode::Manage, stamp: run.stamp() };
    assert_eq!(turn::wants_open(&run.session, &input), ["How deep is my sloop?\nHello?", "Hello?"]);
}

#[test]
fn warnings_alone_never_alarm_however_many_there_are() {
    let rule = |kind: &str| format!("[[rule]]\nkind = \"{kind}\"\nseverity = \"warn\"\n");
    let file = ["no_lists", "no_headings", "no_emoji"].map(rule).join("");
    let identity = Identity::from_toml(&format!("[identity]\ntext = \"You are Ada.\"\n{file}")).unwrap();
    let mut run = Run::start_as("s", &identity);
    run.turn("How is the tide?", "# Tide\n- wait\n- go 🎉");
    let drift = run.session.last_judgement().unwrap();
    assert_eq!(drift.evidence.len(), 3);
    assert_eq!(drift.flags, []);
    assert!(drift.index > 0.4 && drift.index < 0.45, "{drift:?}");
}
