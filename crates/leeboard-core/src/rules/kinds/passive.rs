//! Prohibitions with the thing as subject: "Emoji are forbidden".
//!
//! Owns the predicates that forbid. What is forbidden is read as everywhere else.

use super::super::reader::clause::Clause;
use super::super::reader::condition::Condition;
use super::super::reader::token::Token;
use super::super::reader::verbs::Act;
use super::{Reading, features};

/// "Emoji are forbidden", "Lists must not be used": the thing is the subject.
pub(super) fn read(reading: &mut Reading<'_>) {
    let tokens = &reading.parsed.tokens;
    let word = |at: usize| tokens.get(at).map(Token::word).unwrap_or_default();
    let Some(verb) = (1..tokens.len().min(30))
        .find(|&at| matches!(word(at), "is" | "are" | "must" | "should" | "may" | "can" | "shall" | "will"))
    else {
        return;
    };
    let subject = &tokens[..verb];
    let teller = subject.iter().any(|token| {
        matches!(
            token.word(),
            "he" | "she"
                | "they"
                | "i"
                | "we"
                | "who"
                | "user"
                | "users"
                | "people"
                | "my"
                | "his"
                | "her"
                | "their"
                | "in"
                | "by"
                | "from"
                | "were"
                | "was"
                | "if"
                | "when"
                | "where"
                | "some"
                | "most"
                | "many"
                | "these"
                | "those"
        )
    });
    let predicate =
        |words: &[&str]| (verb..(verb + 7).min(tokens.len())).find(|&at| words.contains(&word(at)));
    let negated = (verb..(verb + 4).min(tokens.len())).any(|at| matches!(word(at), "not" | "never"));
    let bans = predicate(&[
        "forbidden",
        "prohibited",
        "banned",
        "avoided",
        "off",
        "verboten",
        "unacceptable",
        "disallowed",
        "excluded",
        "omitted",
    ]);
    let allows = predicate(&[
        "allowed",
        "permitted",
        "acceptable",
        "used",
        "included",
        "appear",
        "present",
        "tolerated",
        "welcome",
        "contained",
        "asked",
    ]);
    let Some(end) = bans.filter(|_| !negated).or_else(|| allows.filter(|_| negated)) else { return };
    if teller {
        return;
    }
    if matches!(word(0), "it" | "you" | "i" | "we" | "there") {
        return;
    }
    // What stands after the verb may limit it to some place or case.
    let rest: Vec<&str> =
        tokens.iter().skip(end + 1).map(Token::word).filter(|word| !word.is_empty()).collect();
    let open = [
        "in",
        "your",
        "the",
        "replies",
        "reply",
        "response",
        "responses",
        "answers",
        "any",
        "here",
        "at",
        "all",
        "ever",
        "this",
        "conversation",
        "anywhere",
        "output",
        "limits",
        "under",
        "circumstances",
        "and",
        "so",
        "are",
        "entirely",
        "no",
    ];
    if !rest.iter().all(|word| open.contains(word)) {
        return;
    }
    let clause = Clause {
        tokens: subject.to_vec(),
        act: Some(Act::Use),
        negative: true,
        strong: true,
        soft: false,
        directive: true,
        headed: true,
        only: false,
        condition: Condition::None,
    };
    let mut last = features::Before::default();
    features::read(reading, &clause, &mut last, false);
    super::phrases::read_clause(reading, &clause);
}
