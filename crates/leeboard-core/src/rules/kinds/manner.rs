//! How a reply is written: letter case, person, tense, topics, being an AI.
//!
//! Owns the wordings for these. What they count is in `measure` and the rooms of `check`.

use super::super::measure::{Bound, Measure};
use super::super::reader::clause::Clause;
use super::super::reader::condition::Condition;
use super::super::reader::token::Token;
use super::super::reader::verbs::Act;
use super::super::{RuleKind, topics};
use super::tongue::tongue;
use super::{Reading, joined, says};

pub(super) fn read(reading: &mut Reading<'_>, clause: &Clause) {
    let words = joined(clause);
    letter_case(reading, clause, &words);
    tongue(reading, clause, &words);
    narration(reading, clause, &words);
    if clause.negative || clause.tokens.first().is_some_and(|token| token.word() == "no") {
        being_ai(reading, clause, &words);
        topic(reading, clause);
    }
}

const LOWER: &[&str] = &["lower case", "lowercase", "all lowercase", "small letters", "lowercase letters"];
const UPPER: &[&str] = &[
    "capital letters",
    "all caps",
    "all capitals",
    "upper case",
    "uppercase",
    "block capitals",
    "capitals",
    "caps lock",
    "caps",
];

fn letter_case(reading: &mut Reading<'_>, clause: &Clause, words: &str) {
    let written =
        matches!(clause.act, Some(Act::Reply | Act::Use | Act::Keep | Act::Include | Act::Avoid) | None);
    // A count of such words, or a part of the reply, is something else.
    let part = says(
        words,
        &[
            "word",
            "words",
            "first letter",
            "names",
            "times",
            "title",
            "sentence",
            "sentences",
            "emphasis",
            "acronyms",
        ],
    ) && !says(words, &["all words"]);
    if !written || part && !says(words, &["first letter of every word"]) {
        if written && clause.negative && says(words, UPPER) && says(words, &["emphasis"]) {
            reading.count(clause, Measure::CapitalWords, Bound::Max(0), false);
        }
        return;
    }
    let first = clause.tokens.first().map(Token::word).unwrap_or_default();
    let negative = clause.negative
        || matches!(first, "no" | "without" | "zero")
        || says(
            words,
            &[
                "no capital letters",
                "no uppercase letters",
                "no uppercase",
                "without capital letters",
                "without capitals",
                "not contain any capital letters",
            ],
        );
    if says(words, LOWER) && !negative {
        reading.push(clause, RuleKind::LetterCase("lower".to_owned()));
    } else if says(words, &["title case"]) && !negative {
        reading.push(clause, RuleKind::LetterCase("title".to_owned()));
    } else if says(
        words,
        &["capital letters", "uppercase letters", "capital letter", "upper case letters", "capitals"],
    ) && negative
        && !says(words, &["all capital letters", "all capitals", "in capital letters", "in capitals"])
    {
        reading.push(clause, RuleKind::LetterCase("lower".to_owned()));
    } else if says(words, LOWER) && negative {
        reading.push(clause, RuleKind::LetterCase("upper".to_owned()));
    } else if says(words, UPPER) && negative {
        if !says(words, &["all caps", "all capitals"])
            || !reading
                .found
                .iter()
                .any(|found| matches!(found.kind, RuleKind::Count(Measure::CapitalWords, _)))
        {
            reading.count(clause, Measure::CapitalWords, Bound::Max(0), false);
        }
    } else if says(words, UPPER) && (clause.only || says(words, &["in", "all", "entirely", "only", "use"])) {
        reading.push(clause, RuleKind::LetterCase("upper".to_owned()));
    }
}

fn narration(reading: &mut Reading<'_>, clause: &Clause, words: &str) {
    let about_self = says(words, &["yourself", "itself"]);
    let tells = matches!(clause.act, Some(Act::Reply | Act::Use | Act::Say | Act::Keep));
    if !tells || clause.negative {
        return;
    }
    for (person, names) in [
        ("third", &["third person", "3rd person"][..]),
        ("second", &["second person", "2nd person"][..]),
        ("first", &["first person", "1st person"][..]),
    ] {
        let plural = says(words, &["first person plural", "person plural"]);
        let denied = says(
            words,
            &["without first person", "no first person", "not first person", "avoid first person"],
        );
        let own = about_self && person != "third";
        if says(words, names) && !plural && !denied && !own {
            reading.push(clause, RuleKind::Person(person.to_owned()));
        }
    }
    for (tense, names) in [("present", &["present tense"][..]), ("past", &["past tense"][..])] {
        if says(words, names) {
            reading.push(clause, RuleKind::Tense(tense.to_owned()));
        }
    }
}

fn being_ai(reading: &mut Reading<'_>, clause: &Clause, words: &str) {
    let speaks = matches!(clause.act, Some(Act::Say | Act::Call))
        || clause.act == Some(Act::Use) && says(words, &["phrases"])
        || clause.act == Some(Act::Break);
    let names = says(
        words,
        &[
            "ai",
            "chatbot",
            "bot",
            "language model",
            "llm",
            "virtual assistant",
            "machine learning model",
            "computer program",
            "artificial intelligence",
            "ai model",
        ],
    );
    let own = says(
        words,
        &[
            "you",
            "you're",
            "yourself",
            "being",
            "your",
            "are",
            "itself",
            "an ai",
            "a chatbot",
            "a language model",
            "that",
            "as",
        ],
    );
    if speaks && names && own && !says(words, &["ai companies", "ai products", "ai tools", "other ai"]) {
        reading.count(clause, Measure::AiTalk, Bound::Max(0), false);
    }
}

pub(super) fn topic(reading: &mut Reading<'_>, clause: &Clause) {
    let speaks =
        matches!(clause.act, Some(Act::Say | Act::Use | Act::Avoid | Act::Include | Act::Reply) | None)
            || clause.act == Some(Act::Ask);
    let words: Vec<&str> = clause.tokens.iter().take(20).map(Token::word).collect();
    let asks = clause.act == Some(Act::Ask)
        || words.iter().any(|word| matches!(*word, "question" | "questions" | "answer"));
    let all: Vec<&str> = reading.parsed.tokens.iter().take(40).map(Token::word).collect();
    let Some(topic) =
        topics::topic(&words, &all).filter(|_| speaks && !asks && clause.condition != Condition::Some)
    else {
        return;
    };
    let limited = words.iter().any(|word| {
        matches!(*word, "without" | "unless" | "before" | "until" | "internal" | "wrong" | "specific")
    });
    if !limited || words.contains(&"specific") {
        reading.push(clause, RuleKind::NoTopic(topic.to_owned()));
    }
}
