//! The window restarted on request, between two turns.

use crate::shell::Run;
use leeboard_core::error::Misuse;
use leeboard_core::memory::forget::{Forget, forget};
use leeboard_core::message::Message;
use leeboard_core::record::{Mode, Payload};
use leeboard_core::tokens::Estimate;
use leeboard_core::turn;
use leeboard_core::{Session, Tools, TurnError, ledger};

fn recenter(run: &mut Run, drop_corrections: bool) -> Result<(), TurnError> {
    let tools = Tools { config: &run.config, tokens: &Estimate };
    let records = turn::recenter(&run.session, drop_corrections, run.stamp(), tools)?;
    run.take(records);
    Ok(())
}

fn voyage() -> Run {
    let mut run = Run::start("s", "You are Ada, a pilot. Never use lists.");
    run.turn("My sloop is called Petrel and she draws 1.4 metres.", "Noted.");
    for n in 0..8 {
        run.turn(&format!("What of buoy number {n}?"), &format!("Buoy {n} lies to the north of the bar."));
    }
    run
}

#[test]
fn the_next_prompt_begins_with_a_brief_and_the_last_messages() {
    let mut run = voyage();
    assert_eq!(run.session.window_start(), 1);
    recenter(&mut run, false).unwrap();
    assert_eq!(run.session.window_start(), 7);
    let prompt = run.open("And now?", Mode::Manage).prompt.unwrap();
    let texts: Vec<String> = prompt.messages.iter().map(Message::full_text).collect();
    assert!(texts[1].contains("<leeboard_memory>") && texts[1].contains("Petrel"), "{texts:?}");
    assert!(texts[1].ends_with("What of buoy number 5?"), "{texts:?}");
    assert!(!texts.iter().any(|text| text.contains("buoy number 4")), "{texts:?}");
    // The window stands where it was put.
    run.close("Slack water.");
    run.open("Good.", Mode::Manage);
    assert_eq!(run.session.window_start(), 7);
}

#[test]
fn corrections_that_wait_are_dropped_only_if_asked_for() {
    let mut run = voyage();
    run.turn("How is the tide?", "High water is at six:\n- wait\n- then go");
    let mut kept = run.clone();
    recenter(&mut run, true).unwrap();
    recenter(&mut kept, false).unwrap();
    let plan = |run: &mut Run| {
        run.open("And now?", Mode::Manage);
        run.session.pending().unwrap().plan.clone()
    };
    let (dropped, kept) = (plan(&mut run), plan(&mut kept));
    assert!(dropped.rules.is_empty() && dropped.cause.contains("since the window was restarted"));
    assert_eq!(kept.rules, ["no_lists"]);
    // What is said afterwards is corrected again.
    run.close("So:\n- one\n- two");
    assert_eq!(plan(&mut run).rules, ["no_lists"]);
}

#[test]
fn an_open_turn_keeps_its_prompt() {
    let mut run = voyage();
    run.open("And now?", Mode::Manage);
    let refused = recenter(&mut run, true);
    assert_eq!(refused, Err(TurnError::Misuse(Misuse::OpenTurn { turn: 10 })));
}

#[test]
fn the_log_replays_verifies_and_forks_with_it() {
    let mut run = voyage();
    recenter(&mut run, true).unwrap();
    run.turn("And now?", "Slack water.");
    assert_eq!(Session::replay("s", &run.records).unwrap(), run.session);
    ledger::verify(&run.records).unwrap();
    let holds = |through: u32| {
        let copies = ledger::fork(&run.records, "fork", through);
        copies.iter().any(|record| matches!(record.payload(), Some(Payload::Recentered(_))))
    };
    assert!(holds(9) && !holds(8));
}

#[test]
fn an_empty_session_can_be_restarted() {
    let mut run = Run::start("s", "");
    recenter(&mut run, true).unwrap();
    run.turn("Hello?", "Here I am.");
    assert_eq!(run.session.turns().len(), 1);
}

#[test]
fn what_is_forgotten_is_in_no_brief_either() {
    let mut run = voyage();
    recenter(&mut run, false).unwrap();
    let brief = |records: &[leeboard_core::Record]| {
        records.iter().find_map(|record| match record.payload() {
            Some(Payload::Recentered(recentered)) => Some(recentered.anchors.lines.clone()),
            _ => None,
        })
    };
    assert!(brief(&run.records).unwrap().iter().any(|line| line.text.contains("Petrel")));
    let what = Forget::Text { text: "Petrel".to_owned() };
    let erasure = forget(&run.session, &run.records, &what, run.stamp(), &run.config).unwrap();
    let left = brief(&erasure.restated).expect("the brief is restated");
    assert!(!left.iter().any(|line| line.text.contains("Petrel")), "{left:?}");
}
