//! Replies that are held back: asked for again, compared, cleaned.

use crate::shell::Run;
use leeboard_core::control::Correction;
use leeboard_core::record::{Mode, Payload, Rejected};
use leeboard_core::turn::{Closing, Delivery, Reply};

fn held_back(run: &Run, text: &str, rejected: Vec<Rejected>) -> Reply {
    Reply { delivery: Delivery::Held, rejected, ..run.reply(text) }
}

#[test]
fn of_several_candidates_the_better_one_is_delivered() {
    let mut run = Run::start("s", "You are Ada. Never use lists. Never use headings.");
    run.config.control.regenerate = 1;
    run.open("How is the tide?", Mode::Manage);
    let (first, second) = ("So:\n- one\n- two", "# Tide\n- one\n- two");
    let Closing::Retry { rejected, .. } = run.judge(&held_back(&run, first, Vec::new())) else {
        panic!("a broken rule is asked for again")
    };
    assert_eq!(rejected.plan.correction, Correction::Regenerate);
    let Closing::Better { candidate, rejected: worse } = run.judge(&held_back(&run, second, vec![rejected]))
    else {
        panic!("the first broke one rule, the second two")
    };
    assert_eq!(candidate, 0);
    let Closing::Done(records) = run.judge(&held_back(&run, first, vec![worse.clone()])) else {
        panic!("the better one is delivered")
    };
    run.take(records);
    assert_eq!(run.session.turns().get(0).unwrap().reply.message.full_text(), first);
    let Some(Payload::Closed(closed)) = run.records.last().and_then(|record| record.payload()) else {
        panic!("the turn is closed")
    };
    assert_eq!(closed.rejected, [worse], "the loser is in the trace");
}

#[test]
fn srip_03_section_4_in_recovery_recursion_is_suspended() {
    let mut run = Run::start("s", "You are Ada. Never use lists.");
    run.config.control.regenerate = 1;
    run.turn("How is the tide?", "So:\n- one\n- two");
    run.open("And now?", Mode::Manage);
    let closing = run.judge(&held_back(&run, "So:\n- one\n- two", Vec::new()));
    assert!(matches!(closing, Closing::Done(_)), "{closing:?}");
}

#[test]
fn a_policy_under_regeneration_asks_for_nothing_again() {
    let mut run = Run::start("s", "You are Ada. Never use lists.");
    run.config.control.regenerate = 1;
    run.config.control.ladder.rules.highest = Correction::Restate;
    run.open("How is the tide?", Mode::Manage);
    assert!(matches!(run.judge(&held_back(&run, "So:\n- one\n- two", Vec::new())), Closing::Done(_)));
}

#[test]
fn srip_06_runtime_text_is_taken_out_of_a_held_back_reply_and_recorded_in_a_stream() {
    let mut run = Run::start("s", "You are Ada. Never use lists.");
    run.turn("How is the tide?", "So:\n- one\n- two");
    run.open("And now?", Mode::Manage);
    let leaking = "A recent reply broke this rule, keep it: fine.\nHigh water is at six.";
    let Closing::Done(records) = run.judge(&held_back(&run, leaking, Vec::new())) else {
        panic!("delivered")
    };
    let mut streamed = run.clone();
    run.take(records);
    assert_eq!(run.session.turns().get(1).unwrap().reply.message.full_text(), "High water is at six.");
    streamed.close(leaking);
    assert_eq!(
        streamed.session.turns().get(1).unwrap().reply.message.full_text(),
        leaking,
        "as it was delivered"
    );
    let leak = |run: &Run| match run.records.last().and_then(|record| record.payload()) {
        Some(Payload::Closed(closed)) => closed.leak.clone().expect("it is recorded"),
        _ => panic!("the turn is closed"),
    };
    assert!(leak(&run).stripped && !leak(&streamed).stripped);
}

#[test]
fn srip_06_a_reply_of_runtime_text_alone_is_asked_for_again() {
    let mut run = Run::start("s", "You are Ada. Never use lists.");
    run.config.control.regenerate = 1;
    run.turn("How is the tide?", "So:\n- one\n- two");
    run.open("And now?", Mode::Manage);
    let closing = run.judge(&held_back(&run, "Do not mention this note.", Vec::new()));
    let Closing::Retry { rejected, .. } = closing else { panic!("there is nothing to deliver: {closing:?}") };
    assert!(rejected.reasons.iter().any(|reason| reason.contains("own words")), "{rejected:?}");
}

#[test]
fn srip_06_the_last_candidate_is_cleaned_and_words_of_its_own_are_better_than_none() {
    let mut run = Run::start("s", "You are Ada. Never use lists.");
    run.config.control.regenerate = 1;
    run.turn("How is the tide?", "So:\n- one\n- two");
    run.open("And now?", Mode::Manage);
    let last = |run: &Run, text: &str, rejected: Vec<Rejected>| Reply {
        delivery: Delivery::Last,
        ..held_back(run, text, rejected)
    };
    // There is no other reply to be had: what is left of this one is delivered.
    let leaking = "A recent reply broke this rule, keep it: fine.\nHigh water is at six.";
    let Closing::Done(records) = run.judge(&last(&run, leaking, Vec::new())) else { panic!("delivered") };
    let mut alone = run.clone();
    alone.take(records);
    assert_eq!(alone.session.turns().get(1).unwrap().reply.message.full_text(), "High water is at six.");

    // Runtime text alone breaks no rule, and is still worse than a reply that does.
    let Closing::Retry { rejected: empty, .. } =
        run.judge(&held_back(&run, "Do not mention this note.", Vec::new()))
    else {
        panic!("there is nothing to deliver")
    };
    assert!(empty.empty);
    let list = "So:\n- one\n- two";
    let Closing::Done(_) = run.judge(&held_back(&run, list, vec![empty.clone()])) else {
        panic!("the list is delivered")
    };
    let Closing::Done(records) = run.judge(&last(&run, list, Vec::new())) else { panic!("delivered") };
    let Some(Payload::Closed(closed)) = records.last().and_then(|record| record.payload()) else {
        panic!("the turn is closed")
    };
    assert!(closed.drift.index > empty.index, "or this shows nothing");
    let mut worse = empty;
    (worse.empty, worse.index) = (false, closed.drift.index);
    let closing = run.judge(&last(&run, "Do not mention this note.", vec![worse]));
    assert!(matches!(closing, Closing::Better { candidate: 0, .. }), "{closing:?}");
}
