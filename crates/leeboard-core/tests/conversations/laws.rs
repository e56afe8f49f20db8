//! The laws of the loop, as properties over random conversations.

use crate::shell::Run;
use leeboard_core::message::{Entry, Message, Role};
use leeboard_core::record::{Mode, Payload, Record, canonical_json};
use leeboard_core::tokens::{Estimate, TokenCounter};
use leeboard_core::turn::Opening;
use leeboard_core::vector::{Answer, Vector};
use leeboard_core::{Identity, Session, ledger, prompt};
use proptest::prelude::*;
use serde_json::json;

/// One turn: what both say, and what happens between.
#[derive(Clone, Debug)]
struct Said {
    user: String,
    assistant: String,
    how: How,
}

#[derive(Clone, Copy, Debug)]
enum How {
    Plainly,
    /// The model thinks aloud first.
    WithReasoning,
    /// The model calls a tool first.
    WithTools,
    /// The user has asked before and got no reply.
    AfterSilence,
}

/// Conversations of up to twelve turns: words that recur, so that memory, motifs and repetition
/// have something to do, mixed with any Unicode.
fn conversation() -> impl Strategy<Value = Vec<Said>> {
    let words = prop::sample::select(vec![
        "anchor", "tide", "harbour", "keel", "the", "we", "sail", "chart", "Skagen", "seven", "pilot", "and",
    ]);
    let prose = prop::collection::vec(words, 0..60).prop_map(|words| words.join(" "));
    let text = prop_oneof![4 => prose, 1 => any::<String>(), 1 => Just(String::new())];
    let how = prop_oneof![
        4 => Just(How::Plainly), 1 => Just(How::WithReasoning), 1 => Just(How::WithTools), 1 => Just(How::AfterSilence)
    ];
    let said = (text.clone(), text, how).prop_map(|(user, assistant, how)| Said { user, assistant, how });
    prop::collection::vec(said, 1..12)
}

/// Says one turn; gives its opening.
fn say(run: &mut Run, said: &Said) -> Opening {
    if matches!(said.how, How::AfterSilence) {
        run.open("Hello? The anchor drags.", Mode::Manage);
    }
    let opening = run.open(&said.user, Mode::Manage);
    let text = match said.how {
        How::WithReasoning => format!("<think>the keel, the tide</think>{}", said.assistant),
        _ => said.assistant.clone(),
    };
    let mut reply = run.reply(&text);
    if matches!(said.how, How::WithTools) {
        reply.steps = tool_steps(run.records.len());
    }
    run.close_with(&reply);
    opening
}

fn tool_steps(n: usize) -> Vec<Entry> {
    let mut call = Message::text(Role::Assistant, "");
    call.tool_calls
        .push(json!({"id": "c1", "type": "function", "function": {"name": "tide", "arguments": "{}"}}));
    let mut result = Message::text(Role::Tool, "high water at six");
    result.tool_call_id = Some("c1".to_owned());
    vec![Entry::new(format!("c{n}"), call), Entry::new(format!("r{n}"), result)]
}

/// Vectors, late ones, none, and sometimes those of another model: all from the text alone.
fn embed(text: &str) -> Answer {
    let model = if text.len() % 31 == 7 { "other" } else { "usual" };
    let values = [text.len() as f32 - 40.0, text.chars().count() as f32 - 20.0, 1.0];
    match text.len() % 7 {
        5 => Answer::missing("none"),
        6 => Answer::Late,
        _ => Vector::new(&model.into(), &values).map_or(Answer::Late, Answer::Vector),
    }
}

fn run(turns: &[Said]) -> Run {
    let mut run = Run::start("law", "You are Ada, a harbour pilot. Never use emoji. Keep to 40 words.");
    run.embed = embed;
    for said in turns {
        say(&mut run, said);
    }
    run
}

/// Tokens of a prompt counted from its messages, with the overhead of the chat format.
fn counted(messages: &[Message]) -> usize {
    let content = |message: &Message| {
        let calls: usize = message.tool_calls.iter().map(|call| Estimate.count(&call.to_string())).sum();
        Estimate.count(&message.full_text()) + calls + 4
    };
    messages.iter().map(content).sum::<usize>() + 3
}

/// Whether every tool result stands behind a call.
fn results_have_calls(messages: &[Message]) -> bool {
    let mut called = false;
    messages.iter().all(|message| {
        let fits = message.role != Role::Tool || called;
        called = !message.tool_calls.is_empty() || (called && message.role == Role::Tool);
        fits
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), ..ProptestConfig::default() })]

    #[test]
    fn same_input_same_records_same_state_same_prompts(turns in conversation()) {
        let (one, two) = (run(&turns), run(&turns));
        prop_assert_eq!(&one.records, &two.records);
        prop_assert_eq!(&one.session, &two.session);
        prop_assert_eq!(&one.prompts, &two.prompts);
        prop_assert!(one.prompts.len() >= turns.len());
    }

    #[test]
    fn any_prefix_of_the_log_replays_to_the_state_at_that_point(turns in conversation()) {
        let mut live = Session::new("law");
        let log = run(&turns).records;
        for (n, record) in log.iter().enumerate() {
            live.apply(record).unwrap();
            // Through JSON, as a store keeps them.
            let stored: Vec<Record> =
                serde_json::from_slice(&serde_json::to_vec(&log[..=n]).unwrap()).unwrap();
            prop_assert_eq!(&Session::replay("law", &stored).unwrap(), &live);
        }
    }

    #[test]
    fn a_snapshot_and_the_rest_of_the_log_give_the_state_of_the_whole(turns in conversation(), at in any::<prop::sample::Index>()) {
        let mut whole = run(&turns);
        let (before, after) = whole.records.split_at(at.index(whole.records.len() + 1));
        let then = Session::replay("law", before).unwrap();
        let bytes = then.snapshot().unwrap();
        let mut restored = Session::restore("law", then.head(), &bytes).unwrap();
        prop_assert_eq!(&restored, &then);
        for record in after {
            restored.apply(record).unwrap();
        }
        prop_assert_eq!(canonical_json(&restored), canonical_json(&whole.session));
        prop_assert_eq!(&restored, &whole.session);
        // The next prompt is the same too, byte for byte.
        let mut other = Run { session: restored, ..whole.clone() };
        let prompts = [&mut whole, &mut other].map(|run| run.open("And the tide?", Mode::Manage).prompt);
        prop_assert_eq!(prompts[0].as_ref().map(|it| it.hash), prompts[1].as_ref().map(|it| it.hash));
        prop_assert!(prompts[0].is_some());
    }

    #[test]
    fn a_fork_equals_a_fresh_session_given_the_same_turns(turns in conversation(), cut in 0_usize..12) {
        let cut = cut.min(turns.len());
        let forked = ledger::fork(&run(&turns).records, "law", u32::try_from(cut).unwrap());
        prop_assert_eq!(Session::replay("law", &forked).unwrap(), run(&turns[..cut]).session);
        let renamed = ledger::fork(&run(&turns).records, "other", u32::try_from(cut).unwrap());
        prop_assert!(ledger::verify(&renamed).is_ok());
        prop_assert_eq!(Session::replay("other", &renamed).unwrap().turns().len(), cut);
    }

    #[test]
    fn dialogue_never_changes_the_identity(turns in conversation()) {
        let run = run(&turns);
        let fresh = Run::start("law", run.session.identity().prompt());
        prop_assert_eq!(run.session.identity(), fresh.session.identity());
        prop_assert_eq!(run.session.identity_version(), 1);
    }

    #[test]
    fn every_score_is_finite_and_in_range(turns in conversation()) {
        for record in &run(&turns).records {
            let Some(Payload::Closed(closed)) = record.payload() else { continue };
            let drift = &closed.drift;
            let coherence = &drift.coherence;
            let attractor = closed.attractor.iter().flat_map(|it| {
                [it.stability_index, it.phase_stability_delta, it.phase_shift_delta, it.phase_alignment, it.density,
                 it.expected_stability, it.phase_resonance, it.presence, it.symbolic.stability_coefficient, it.symbolic.divergence_rate]
            });
            let scores = drift.signals.values().filter_map(|opinion| opinion.score());
            let figures = [
                drift.index, drift.di, coherence.semantic_drift, coherence.symbolic_variation,
                coherence.posture_distance, coherence.compression.0, coherence.symbolic_density, coherence.term_overlap,
            ];
            for value in figures.into_iter().chain(scores).chain(attractor) {
                prop_assert!(value.is_finite() && (0.0..=1.0).contains(&value), "{value} in {closed:?}");
            }
            prop_assert_eq!(drift.index >= 0.45, !drift.flags.is_empty());
        }
    }

    #[test]
    fn the_prompt_keeps_its_budget_its_prefix_and_the_input(turns in conversation(), budget in 60_usize..600) {
        let mut run = Run::start("law", "You are Ada.");
        run.config.prompt.budget = budget;
        run.config.prompt.note_reserve = budget / 6;
        for said in &turns {
            let opening = say(&mut run, said);
            let prompt = opening.prompt.unwrap();
            prop_assert!(prompt.report.total <= budget || prompt.report.over_budget);
            if prompt.report.over_budget {
                prop_assert_eq!(prompt.report.facts + prompt.report.history + prompt.report.note, 0);
            }
            // The report is about what is sent: counted again, note and facts
            // in their messages with them. At a seam the estimate may see an indentation more.
            let counted = counted(&prompt.messages);
            prop_assert!((counted - 1..=counted + 2).contains(&prompt.report.total), "{counted} {:?}", prompt.report);
            prop_assert!(results_have_calls(&prompt.messages), "{:?}", prompt.messages);
            prop_assert!(prompt.messages.iter().all(|message| !message.full_text().contains("<think>the keel")));
            prop_assert_eq!(prompt.messages[0].full_text(), "You are Ada.");
            prop_assert!(prompt.messages.last().unwrap().full_text().ends_with(said.user.as_str()));
        }
    }

    #[test]
    fn an_open_turn_rebuilds_its_prompt_byte_for_byte(turns in conversation()) {
        let mut run = run(&turns);
        let opening = run.open("And the tide?", Mode::Manage);
        prop_assert_eq!(prompt::rebuild(&run.session, &[]), opening.prompt.map(|prompt| prompt.messages));
    }

    #[test]
    fn a_changed_byte_breaks_the_chain_and_forgetting_does_not(turns in conversation(), at in any::<prop::sample::Index>()) {
        let log = run(&turns).records;
        let at = at.index(log.len());
        let verified = ledger::verify(&log).unwrap();
        prop_assert_eq!((verified.records, verified.redacted), (log.len() as u64, 0));

        let mut forgotten = log.clone();
        forgotten[at] = forgotten[at].clone().redacted();
        let after = ledger::verify(&forgotten).unwrap();
        prop_assert_eq!((after.head, after.redacted), (verified.head, 1));

        let mut other = log.clone();
        if let Some(sealed) = &mut other[at].sealed {
            sealed.payload = Payload::Identity(Identity::from_system_message("You are somebody else."));
        }
        prop_assert_eq!(ledger::verify(&other), Err(ledger::LedgerError::Payload { sequence: at as u64 }));

        let mut changed = log;
        changed[at].time.0 += 1;
        let last = at + 1 == changed.len();
        prop_assert!(last || ledger::verify(&changed).is_err());
        prop_assert!(!last || ledger::verify(&changed).unwrap().head != verified.head);
    }
}

/// 64 cases, or as many as `LEEBOARD_TEST_CASES` says (`./test --long`).
fn cases() -> u32 {
    #[expect(clippy::disallowed_methods, reason = "a test may read how long it shall run")]
    let asked = std::env::var("LEEBOARD_TEST_CASES");
    asked.ok().and_then(|cases| cases.parse().ok()).unwrap_or(64)
}
