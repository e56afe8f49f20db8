//! How a reply is written: language, spelling, letter case, person, tense, topics, being an AI.
//!
//! Owns the wordings for these. What they count is in `measure` and the rooms of `check`.

use super::super::measure::{Bound, Measure};
use super::super::reader::clause::Clause;
use super::super::reader::condition::Condition;
use super::super::reader::token::Token;
use super::super::reader::verbs::Act;
use super::super::{RuleKind, language, topics};
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

fn tongue(reading: &mut Reading<'_>, clause: &Clause, words: &str) {
    let variety = |names: &[&str]| says(words, names);
    let british = variety(&[
        "british",
        "uk english",
        "uk spelling",
        "uk spellings",
        "british english",
        "queen's english",
        "king's english",
        "commonwealth spelling",
    ]);
    let american = variety(&[
        "american english",
        "american spelling",
        "american spellings",
        "us english",
        "us spelling",
        "us spellings",
        "u.s english",
        "american",
    ]);
    let spells = variety(&["english", "spelling", "spellings", "conventions", "forms"]);
    let writes = matches!(
        clause.act,
        Some(Act::Reply | Act::Use | Act::Keep | Act::Say | Act::Spell | Act::Avoid) | None
    );
    if (british || american) && spells && writes {
        let over = says(
            words,
            &[
                "rather than american",
                "not american",
                "instead of american",
                "over american",
                "never american",
            ],
        );
        let wanted = if british && (!american || over) {
            !clause.negative
        } else if american && !british {
            clause.negative
        } else {
            return;
        };
        reading.push(clause, RuleKind::Spelling(if wanted { "british" } else { "american" }.to_owned()));
        return;
    }
    let tokens = &clause.tokens;
    let word = |at: usize| tokens.get(at).map(Token::word).unwrap_or_default();
    let mut named =
        (0..tokens.len().min(30)).filter_map(|at| language::code(word(at)).map(|code| (at, code)));
    let Some((at, code)) = named.next() else { return };
    let several = named.any(|(_, other)| other != code);
    let before = at.checked_sub(1).map(word).unwrap_or_default();
    let other_than = matches!(
        (at.checked_sub(2).map(word).unwrap_or_default(), before),
        ("other", "than") | ("language", "but")
    ) || before == "except";
    if other_than && (clause.negative || says(words, &["no"])) {
        reading.push(clause, RuleKind::Language(code.to_owned()));
        return;
    }
    let after = word(at + 1);
    let ends = tokens.get(at + 1).is_none_or(|token| token.word().is_empty())
        || matches!(
            after,
            "only"
                | "language"
                | "always"
                | "at"
                | "throughout"
                | "exclusively"
                | "regardless"
                | "to"
                | "no"
                | "every"
                | "please"
                | "even"
                | "with"
                | "using"
                | "letters"
                | "entirely"
                | "in"
        );
    let into = matches!(
        before,
        "in" | "only"
            | ""
            | "is"
            | "plain"
            | "simple"
            | "proper"
            | "standard"
            | "fluent"
            | "entirely"
            | "always"
            | "exclusively"
            | "modern"
    );
    let several_clauses = reading
        .parsed
        .clauses
        .iter()
        .take(40)
        .filter(|other| {
            other.directive
                && other
                    .tokens
                    .iter()
                    .any(|token| language::code(token.word()).is_some_and(|found| found != code))
        })
        .count()
        > 0;
    let speaks = matches!(clause.act, Some(Act::Reply | Act::Use | Act::Keep | Act::Say | Act::Include))
        && (!before.is_empty() || at == 0)
        || clause.act.is_none() && (clause.only || clause.strong);
    if ends && into && speaks && !several && !several_clauses && !clause.negative && writes {
        reading.push(clause, RuleKind::Language(code.to_owned()));
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
