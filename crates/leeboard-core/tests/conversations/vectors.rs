//! What becomes of vectors: which texts want one, answers that come late, a new embedding model.

#![expect(clippy::expect_used, reason = "a test stops at the first surprise")]

use crate::shell::Run;
use leeboard_core::drift::Signal;
use leeboard_core::message::{Entry, Message, Role};
use leeboard_core::record::{Mode, Outcome, Payload, Record};
use leeboard_core::tokens::Estimate;
use leeboard_core::turn::{self, Closing, Input, Reply, Tools};
use leeboard_core::vector::{Answer, Vector};
use leeboard_core::{Session, ledger};

/// A vector that points one way for harbour talk and another for anything else.
fn embed(model: &str, text: &str) -> Answer {
    let harbour = text.contains("harbour");
    let length = (text.len() as f32).sin() / 4.0;
    let values = [1.0, f32::from(u8::from(harbour)), f32::from(u8::from(!harbour)), length];
    Vector::new(&model.into(), &values).map_or(Answer::Late, Answer::Vector)
}

fn turn_with(run: &mut Run, user: &str, reply: &str, answer: impl Fn(&str) -> Answer) {
    let answers = |texts: Vec<String>| texts.iter().map(|text| answer(text)).collect::<Vec<_>>();
    let config = run.config.clone();
    let tools = Tools { config: &config, tokens: &Estimate };
    let id = run.records.len();
    let entry = Entry::new(format!("u{id}"), Message::text(Role::User, user));
    let input = Input { entries: vec![entry], mode: Mode::Observe, stamp: run.stamp() };
    let wanted = answers(turn::wants_open(&run.session, &input));
    let opening = turn::open(&run.session, &input, &wanted, tools).expect("a valid input opens");
    run.take(opening.records);
    let reply = run.reply(reply);
    let wanted = answers(turn::wants_close(&run.session, &reply));
    match turn::close(&run.session, &reply, &wanted, tools).expect("an open turn closes") {
        Closing::Done(records) => run.take(records),
        Closing::Retry { .. } | Closing::Better { .. } => unreachable!("it is not buffered"),
    }
}

fn late(run: &mut Run, model: &str, answer: impl Fn(&str) -> Answer) -> Option<Record> {
    let wanted = turn::wants_late(&run.session, model, 100);
    let answers: Vec<Answer> = wanted.iter().map(|message| answer(&message.text)).collect();
    let config = run.config.clone();
    let tools = Tools { config: &config, tokens: &Estimate };
    let record = turn::late(&run.session, model, &wanted, &answers, run.stamp(), tools)
        .expect("as many answers as texts");
    run.take(record.iter().cloned().collect());
    record
}

fn waiting(session: &Session, model: &str) -> Vec<String> {
    turn::wants_late(session, model, 100).into_iter().map(|message| message.text).collect()
}

#[test]
fn an_input_wants_what_is_asked_and_each_of_its_messages() {
    let run = Run::start("s", "You are Ada.");
    let said = |id: &str, text: &str| Entry::new(id, Message::text(Role::User, text));
    let wants = |entries: Vec<Entry>| {
        turn::wants_open(&run.session, &Input { entries, mode: Mode::Observe, stamp: run.stamp() })
    };
    assert_eq!(wants(vec![said("a", "One.")]), ["One."]);
    assert_eq!(wants(vec![said("a", "One."), said("b", "Two.")]), ["One.\nTwo.", "One.", "Two."]);
    assert_eq!(wants(vec![said("a", " \n")]), Vec::<String>::new());
    assert_eq!(wants(Vec::new()), Vec::<String>::new());
}

#[test]
fn late_vectors_complete_the_last_judgement() {
    let mut run = Run::start("s", "You are Ada.");
    for n in 0..12 {
        let user = format!("Which harbour has moorings for boat number {n}, and how deep is the water?");
        let reply = "The northern harbour has moorings, and the water there is two metres deep at low tide.";
        turn_with(&mut run, &user, reply, |text| embed("m", text));
    }
    let user = "Which harbour has moorings for the last boat, and how deep is the water?";
    let reply = "Bread wants patience: knead the dough, let it rest, and bake it when the oven is hot and \
                 full of steam.";
    turn_with(&mut run, user, reply, |_| Answer::Late);
    let before = run.session.last_judgement().unwrap().clone();
    assert_eq!(waiting(&run.session, "m"), [user, reply]);

    let record = late(&mut run, "m", |text| embed("m", text)).unwrap();
    let after = run.session.last_judgement().unwrap();
    let reason = before.signals[&Signal::OffTopic].reason().unwrap();
    assert_eq!(reason, "the embedding endpoint has not answered yet");
    assert!(after.signals[&Signal::OffTopic].score().is_some(), "{after:?}");
    assert_eq!((before.topic_distance, after.topic_distance.is_some()), (None, true));
    assert_eq!(run.session.history().back().unwrap().index, after.index);
    assert_eq!(waiting(&run.session, "m"), Vec::<String>::new());
    assert_eq!(late(&mut run, "m", |_| Answer::Late), None);
    assert!(matches!(record.payload(), Some(Payload::Embedded(embedded)) if embedded.vectors.len() == 2));
    assert_eq!(Session::replay("s", &run.records).unwrap(), run.session);
    ledger::verify(&run.records).unwrap();
}

#[test]
fn the_request_that_was_late_may_be_answered_at_the_close() {
    let mut run = Run::start("s", "You are Ada.");
    let opening = run.open("Which harbour?", Mode::Observe);
    assert_eq!(opening.plan, leeboard_core::control::Plan::default());
    let reply = run.reply("The northern one.");
    // The test shell answers "missing", which is final, so only the reply is wanted.
    assert_eq!(turn::wants_close(&run.session, &reply), ["The northern one."]);

    let mut run = Run::start("s", "You are Ada.");
    let entry = Entry::new("u", Message::text(Role::User, "Which harbour?"));
    let input = Input { entries: vec![entry], mode: Mode::Observe, stamp: run.stamp() };
    let config = run.config.clone();
    let tools = Tools { config: &config, tokens: &Estimate };
    let opening = turn::open(&run.session, &input, &[Answer::Late], tools).unwrap();
    run.take(opening.records);
    let reply = Reply { outcome: Outcome::Replied, ..run.reply("The northern one.") };
    assert_eq!(turn::wants_close(&run.session, &reply), ["The northern one.", "Which harbour?"]);
}

#[test]
fn a_new_model_makes_all_messages_wanted_again_and_old_vectors_go() {
    let mut run = Run::start("s", "You are Ada.");
    for n in 0..3 {
        turn_with(&mut run, &format!("Harbour {n}?"), &format!("Pier {n}."), |text| embed("old", text));
    }
    assert_eq!(run.session.embedding_model(), "old");
    assert_eq!(waiting(&run.session, "old"), Vec::<String>::new());
    assert_eq!(waiting(&run.session, "new").len(), 6);

    late(&mut run, "new", |text| embed("new", text)).unwrap();
    assert_eq!(run.session.embedding_model(), "new");
    assert_eq!(waiting(&run.session, "new"), Vec::<String>::new());
    assert_eq!(waiting(&run.session, "old").len(), 6);
    assert_eq!(Session::replay("s", &run.records).unwrap(), run.session);
}

#[test]
fn a_text_that_the_model_has_no_vector_for_is_not_asked_for_again() {
    let mut run = Run::start("s", "You are Ada.");
    turn_with(&mut run, "Harbour?", "Pier.", |text| embed("m", text));
    turn_with(&mut run, "Где?", "Там.", |_| Answer::missing("another language"));
    assert_eq!(waiting(&run.session, "m"), Vec::<String>::new());
    assert_eq!(waiting(&run.session, "n").len(), 4);
}

#[test]
fn answers_and_wanted_texts_must_be_as_many() {
    let run = Run::start("s", "You are Ada.");
    let entry = Entry::new("u", Message::text(Role::User, "Which harbour?"));
    let input = Input { entries: vec![entry], mode: Mode::Observe, stamp: run.stamp() };
    let tools = Tools { config: &run.config, tokens: &Estimate };
    let error = turn::open(&run.session, &input, &[], tools).unwrap_err();
    assert_eq!(error.to_string(), "0 answers for 1 wanted texts");
}

#[test]
fn a_session_whose_vectors_always_come_late_learns_what_is_usual() {
    let mut run = Run::start("s", "You are Ada.");
    for boat in ["Petrel", "Gannet", "Fulmar", "Skua", "Tern", "Puffin", "Curlew", "Heron"] {
        let user = format!("Which harbour has moorings for {boat}, and how deep is the water?");
        let reply =
            format!("The northern harbour has moorings for {boat}, and the water is two metres deep.");
        turn_with(&mut run, &user, &reply, |_| Answer::Late);
        late(&mut run, "m", |text| embed("m", text)).unwrap();
    }
    let judged = run.session.last_judgement().unwrap();
    assert!(judged.signals[&Signal::OffTopic].score().is_some(), "{judged:?}");
    assert_eq!(Session::replay("s", &run.records).unwrap(), run.session);
}
