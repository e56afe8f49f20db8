//! What is left after forgetting, looked at in the bytes.

use super::*;
use crate::ledger;
use crate::memory::edit::{Edit, edit};
use crate::message::{Message, Role};
use crate::record::{Mode, Outcome, Salt};
use crate::time::Timestamp;
use crate::tokens::Estimate;
use crate::turn::{self, Closing, Delivery, Input, Reply, Tools};

struct Run {
    session: Session,
    records: Vec<Record>,
    config: Config,
}

fn stamp(n: usize) -> Stamp {
    Stamp { time: Timestamp(n as i64), salt: Salt::from_text(&n.to_string()) }
}

impl Run {
    fn new(turns: &[(&str, &str)]) -> Self {
        let mut config = Config::default();
        // A small window, so that notes and anchors quote early.
        config.prompt.budget = 400;
        let mut run = Self { session: Session::new("s"), records: Vec::new(), config };
        let identity = crate::Identity::from_system_message("You are Ada.");
        let start = run.session.start(&identity, &run.config, stamp(0));
        run.apply(start);
        for (said, replied) in turns {
            run.turn(said, replied);
        }
        run
    }

    fn apply(&mut self, records: Vec<Record>) {
        for record in records {
            self.session.apply(&record).unwrap();
            self.records.push(record);
        }
    }

    fn prompt(&self, said: &str) -> (Vec<Record>, String) {
        let n = self.records.len();
        let entry = Entry::new(format!("u{n}"), Message::text(Role::User, said));
        let input = Input { entries: vec![entry], mode: Mode::Manage, stamp: stamp(n) };
        let tools = Tools { config: &self.config, tokens: &Estimate };
        let answers = turn::wants_open(&self.session, &input)
            .into_iter()
            .map(|_| crate::vector::Answer::missing("none"));
        let opening = turn::open(&self.session, &input, &answers.collect::<Vec<_>>(), tools).unwrap();
        let prompt = opening.prompt.unwrap().messages;
        (opening.records, prompt.iter().map(Message::full_text).collect::<Vec<_>>().join("\n"))
    }

    fn turn(&mut self, said: &str, replied: &str) {
        let (records, _) = self.prompt(said);
        self.apply(records);
        let n = self.records.len();
        let reply = Reply {
            steps: Vec::new(),
            entry: Some(Entry::new(format!("a{n}"), Message::text(Role::Assistant, replied))),
            outcome: Outcome::Replied,
            rejected: Vec::new(),
            delivery: Delivery::Sent,
            stamp: stamp(n),
        };
        let tools = Tools { config: &self.config, tokens: &Estimate };
        let answers = turn::wants_close(&self.session, &reply)
            .into_iter()
            .map(|_| crate::vector::Answer::missing("none"));
        let closing = turn::close(&self.session, &reply, &answers.collect::<Vec<_>>(), tools).unwrap();
        let Closing::Done(records) = closing else { panic!("not done") };
        self.apply(records);
    }

    fn edit(&mut self, order: &Edit) {
        let record = edit(&self.session, order, stamp(self.records.len()), &self.config).unwrap();
        self.apply(vec![record]);
    }

    fn forget(&mut self, what: &Forget) -> Option<Erasure> {
        let erasure = forget(&self.session, &self.records, what, stamp(self.records.len()), &self.config)?;
        for restated in &erasure.restated {
            let at = self.records.iter().position(|record| record.hash() == restated.hash()).unwrap();
            self.records[at] = restated.clone();
        }
        self.records.push(erasure.record.clone());
        self.session = Session::replay("s", &self.records).unwrap();
        let verified = ledger::verify(&self.records).unwrap();
        assert_eq!(verified.redacted, erasure.restated.len() as u64);
        Some(erasure)
    }

    fn bytes(&self) -> String {
        serde_json::to_string(&self.records).unwrap().to_lowercase()
    }

    fn fact(&self, part: &str) -> String {
        let found = self.session.facts().valid().find(|fact| fact.words.contains(part));
        found.unwrap_or_else(|| panic!("no fact with {part}")).id()
    }
}

fn chatter(n: usize) -> Vec<(String, String)> {
    let say = |n: usize| {
        (
            format!("What should I plant in bed number {n}, beans or marigolds?"),
            format!("Bed {n} gets the morning sun, so beans would do well and marigolds keep the lice away."),
        )
    };
    (0..n).map(say).collect()
}

fn long_run() -> Run {
    let mut turns = vec![
        ("My sister Wilhelmina lives in Trondheim.".to_owned(), "Trondheim is lovely in June.".to_owned()),
        (
            "I am allergic to hazelnuts. I have two dogs.".to_owned(),
            "Noted, no hazelnuts in the cake.".to_owned(),
        ),
    ];
    turns.extend(chatter(30));
    turns
        .push(("What was I allergic to, and where is my sister?".to_owned(), "You told me both.".to_owned()));
    let turns: Vec<(&str, &str)> = turns.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    Run::new(&turns)
}

#[test]
fn words_leave_every_record_note_and_prompt() {
    let mut run = long_run();
    assert!(run.bytes().matches("hazelnut").count() > 3, "notes and facts quote it");
    let text = "HAZELNUTS".to_owned();
    let erasure = run.forget(&Forget::Text { text }).unwrap();
    assert_eq!((erasure.erased.messages, erasure.erased.facts), (2, 1));
    assert!(!run.bytes().contains("hazelnut"));
    assert!(run.bytes().contains("two dogs"), "the rest of the message stays");
    assert!(!run.prompt("What am I allergic to?").1.to_lowercase().contains("hazelnut"));
}

#[test]
fn a_message_goes_as_a_whole_and_what_still_tells_of_it_is_named() {
    let mut run = long_run();
    let id = run.session.turns().get(0).unwrap().input[0].id.clone();
    let reply = run.session.turns().get(0).unwrap().reply.id.clone();
    let erasure = run.forget(&Forget::Message { id }).unwrap();
    assert!(!run.bytes().contains("wilhelmina"));
    // The reply names the town, the last question the sister.
    let last = run.session.turns().get(32).unwrap().input[0].id.clone();
    assert_eq!(erasure.still_said, [reply, last]);
    assert_eq!(run.session.turns().get(0).unwrap().input[0].message.full_text(), PLACEHOLDER);
    assert_eq!(run.session.turns().len(), 33);
}

#[test]
fn a_forgotten_fact_does_not_bring_back_the_older_one() {
    let mut run = Run::new(&[
        ("I live in Odense.", "A fine town."),
        ("We moved: I live in Aarhus now.", "Congratulations!"),
        ("What is a fjord?", "An inlet of the sea."),
    ]);
    let id = run.fact("Aarhus");
    run.forget(&Forget::Fact { id }).unwrap();
    assert!(!run.bytes().contains("aarhus"));
    let homes: Vec<_> = run.session.facts().valid().map(|fact| fact.shown.as_str()).collect();
    assert!(!homes.contains(&"Odense"), "{homes:?}");
}

#[test]
fn what_is_not_there_is_not_forgotten() {
    let mut run = long_run();
    for what in [
        Forget::Text { text: "hazel".to_owned() },
        Forget::Text { text: " ".to_owned() },
        Forget::Message { id: "none".to_owned() },
        Forget::Fact { id: "none".to_owned() },
    ] {
        assert_eq!(run.forget(&what), None, "{what:?}");
    }
}

#[test]
fn what_was_left_is_vouched_for() {
    let mut run = long_run();
    run.forget(&Forget::Text { text: "hazelnuts".to_owned() }).unwrap();
    let at = run.records.iter().position(|record| record.restated.is_some()).unwrap();
    let mut forged = run.records.clone();
    if let Some(Payload::Opened(opened)) = forged[at].restated.as_mut().map(|left| &mut left.payload) {
        opened.input[0].message.content = crate::Content::Text("I like hazel.".to_owned());
    }
    let sequence = forged[at].sequence;
    assert_eq!(ledger::verify(&forged), Err(ledger::LedgerError::Payload { sequence }));
    // A fork that ends before the forgetting has its voucher all the same.
    let fork = ledger::fork(&run.records, "fork", 20);
    assert!(ledger::verify(&fork).is_ok());
    assert_eq!(Session::replay("fork", &fork).unwrap().turns().len(), 20);
}

#[test]
fn edits_are_in_the_next_prompt_and_in_the_fold() {
    let mut run = long_run();
    run.edit(&Edit::Add { text: "My daughter's piano exam is on Friday.".to_owned(), pinned: true });
    let (_, prompt) = run.prompt("Is bed 3 ready?");
    assert!(prompt.contains("piano exam"), "{prompt}");
    let fact = run.fact("two dogs");
    run.edit(&Edit::Replace { fact, text: "I have three dogs.".to_owned() });
    let (_, prompt) = run.prompt("How many dogs do I have?");
    assert!(prompt.contains("three dogs"), "{prompt}");
    assert!(
        !run.session
            .facts()
            .valid()
            .any(|fact| fact.words.contains("two dogs") && fact.shown.contains("two"))
    );
    let id = run.fact("piano");
    run.edit(&Edit::Pin { fact: id.clone(), pinned: false });
    run.edit(&Edit::End { fact: id.clone() });
    assert!(edit(&run.session, &Edit::End { fact: id }, stamp(1), &run.config).is_err());
    assert_eq!(Session::replay("s", &run.records).unwrap(), run.session);
    run.forget(&Forget::Text { text: "piano exam".to_owned() }).unwrap();
    assert!(!run.bytes().contains("piano"));
}

#[test]
fn a_known_fact_that_is_added_again_is_pinned() {
    let mut run = long_run();
    let pinned = |run: &Run| -> Vec<String> {
        run.session.facts().valid().filter(|fact| fact.pinned).map(|fact| fact.words.clone()).collect()
    };
    let count = run.session.facts().all().count();
    run.edit(&Edit::Add { text: "I am allergic to hazelnuts.".to_owned(), pinned: false });
    assert_eq!(pinned(&run), [""; 0]);
    run.edit(&Edit::Add { text: "I am allergic to hazelnuts.".to_owned(), pinned: true });
    assert_eq!(pinned(&run), ["I am allergic to hazelnuts."]);
    assert_eq!(run.session.facts().all().count(), count, "it is not there twice");
    // What takes the place of a pinned fact and is known already stays in its stead.
    let id = run.fact("hazelnuts");
    run.edit(&Edit::Replace { fact: id, text: "I have two dogs.".to_owned() });
    assert_eq!(pinned(&run), ["I have two dogs."]);
    assert_eq!(Session::replay("s", &run.records).unwrap(), run.session);
}

#[test]
fn an_entered_text_must_say_something() {
    let run = Run::new(&[]);
    let add = |text: &str| Edit::Add { text: text.to_owned(), pinned: false };
    let refused = |text: &str| edit(&run.session, &add(text), stamp(1), &run.config).unwrap_err().to_string();
    assert!(refused(" ... ").contains("without words"));
    assert!(refused(&"word ".repeat(500)).contains("2499 bytes"));
}
