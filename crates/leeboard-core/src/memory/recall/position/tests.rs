//! Wordings that name a place, and wordings that look like it and do not.

use super::*;
use crate::message::{Entry, Message};

/// Turn by turn what the user and the assistant say; "?" asks.
fn index() -> Index {
    let said = [
        ("Good morning.", "Good morning, what can I do?"),
        ("How deep is the harbour?", "Two metres."),
        ("I sail at noon.", "Then mind the tide."),
        ("Which buoy is the northern one?", "The green one."),
        ("Write it down.", "Done."),
    ];
    let mut index = Index::default();
    for (turn, (asked, answered)) in (1..).zip(said) {
        index.push(turn, &Entry::new(format!("u{turn}"), Message::text(Role::User, asked)));
        index.push(turn, &Entry::new(format!("a{turn}"), Message::text(Role::Assistant, answered)));
    }
    index
}

fn found(question: &str) -> String {
    let index = index();
    let places = read(question).map(|place| place.find(&index)).unwrap_or_default();
    let ids: Vec<&str> = places.iter().map(|&place| &*index.documents()[place].id).collect();
    ids.join(" ")
}

#[test]
fn places_are_found_exactly() {
    for (question, ids) in [
        ("What was the first thing I asked you today?", "u2 u1"),
        ("What was the first thing I said?", "u1"),
        ("What was the very first thing you said to me?", "a1"),
        ("What was the first question?", "u2"),
        ("What was my first question?", "u2"),
        ("the second question", "u4"),
        ("What was the second question I asked?", "u4"),
        ("And the first question you asked me?", "a1"),
        ("Repeat your last answer.", "a5"),
        ("What was your previous reply?", "a5"),
        ("Please repeat your most recent response", "a5"),
        ("What was your first reply in this conversation?", "a1"),
        ("Quote my last message.", "u5"),
        ("What was my last question?", "u4"),
        ("What was the last thing you told me?", "a5"),
        ("What did I say just before that?", "u4"),
        ("What did you say right before that?", "a4"),
        ("What did I just say?", "u5"),
        ("What did you just tell me?", "a5"),
        ("What did I ask you first?", "u2 u1"),
        ("What did you say last?", "a5"),
        ("What did I say at the beginning?", "u1"),
        ("What did I first ask you?", "u2 u1"),
        ("Compare it to your state at turn 3.", "a3 u3"),
        ("What happened at turn 3?", "u3 a3"),
        ("What did I say in turn 2?", "u2 a2"),
        ("your answer in turn number 4", "a4 u4"),
        ("What drift did you notice after turn 3?", "a3 a4 u3 u4"),
        ("What came before turn 3?", "u2 a2 u3 a3"),
        ("Summarise turns 2 to 3", "u2 a2 u3 a3"),
        ("Summarise turns 2-3", "u2 a2 u3 a3"),
        ("What changed between turn 2 and turn 3?", "u2 a2 u3 a3"),
        ("From turn 1 to turn 2, what changed?", "u1 a1 u2 a2"),
        ("What was said in the third turn?", "u3 a3"),
        ("the last two messages", "u5 a5"),
        ("my last 2 messages", "u4 u5"),
        ("What was your second to last answer?", "a4"),
        ("my penultimate message", "u4"),
        ("the question before last", "u2"),
        ("What did I say two turns ago?", "u4 a4"),
        ("What did I write three messages ago?", "u3"),
        ("What was your answer a turn ago?", "a5 u5"),
        ("How did we start?", "u1 a1"),
        ("How did this conversation begin?", "u1 a1"),
        ("the 3rd message", "u2"),
        ("What was the last but one answer?", "a4"),
    ] {
        assert_eq!(found(question), ids, "{question}");
    }
}

#[test]
fn other_firsts_and_lasts_are_no_places() {
    for question in [
        "What was the first book I mentioned?",
        "What is my sister's last name?",
        "When was the first time I sailed?",
        "What was the first thing I bought in Leeds?",
        "What was the first question of the exam?",
        "Who was my first boss?",
        "What was the last message to my sister?",
        "Did she turn 30 in May?",
        "When do I turn 50?",
        "I will turn 40 next year.",
        "Turn left at the harbour.",
        "What did I say about the harbour?",
        "What was your last answer about tides?",
        "What did I tell you about my job at the beginning?",
        "What did I do last week?",
        "the first thing I asked about tides",
        "What were the main symptoms I described at the very beginning?",
        "How did the war begin?",
        "Three days ago we sailed.",
        "Is this the last ferry?",
        "",
    ] {
        assert_eq!(read(question), None, "{question}");
    }
}

#[test]
fn a_place_that_is_not_there_is_not_found() {
    for question in
        ["At turn 99?", "What was the ninth question?", "What did I say 40 turns ago?", "At turn 0?"]
    {
        assert_eq!(found(question), "", "{question}");
    }
    let mut short = Index::default();
    for n in 1..=3 {
        short.add(n, &Entry::new(n.to_string(), Message::text(Role::User, "Why?")), None, None, 2);
    }
    let find = |question: &str| read(question).unwrap().find(&short);
    assert!(find("What was the first question?").is_empty(), "the first has left the index");
    assert_eq!(find("What was the last question?"), [1]);
    assert_eq!(find("At turn 3?"), [1]);
}
