//! Prohibitions with the thing as subject: "Emoji are forbidden".
//!
//! Owns the predicates that forbid. What is forbidden is read as everywhere else.

use super::super::measure::{Bound, Measure};
use super::super::reader::clause::Clause;
use super::super::reader::condition::Condition;
use super::super::reader::token::Token;
use super::super::reader::verbs::Act;
use super::phrases::NAMES_WORDS;
use super::{Reading, features, says};

/// "Emoji are forbidden", "Lists must not be used": the thing is the subject.
pub(super) fn read(reading: &mut Reading<'_>) {
    let tokens = &reading.parsed.tokens;
    let word = |at: usize| tokens.get(at).map(Token::word).unwrap_or_default();
    let Some(verb) = (1..tokens.len().min(30)).find(|&at| {
        matches!(
            word(at),
            "is" | "are" | "must" | "should" | "may" | "can" | "shall" | "will" | "have" | "has"
        )
    }) else {
        return;
    };
    let subject = &tokens[..verb];
    if spelled(reading, subject, verb) {
        return;
    }
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
        "left",
        "rejected",
        "refused",
        "discarded",
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
        "supported",
        "discussed",
        "show",
        "occur",
        "turn",
        "mentioned",
        "shared",
        "given",
        "written",
        "said",
    ]);
    // "a no-go", "have no place", "is a word you never use".
    let phrase =
        format!(" {} ", tokens.iter().skip(verb).take(10).map(Token::word).collect::<Vec<_>>().join(" "));
    let never = [" never ", " not ", " avoid "].iter().any(|word| phrase.contains(word));
    let names = phrase.starts_with(" is a ") || phrase.starts_with(" are ");
    let shunned = names
        && never
        && [" you ", " we "].iter().any(|who| phrase.contains(who))
        && NAMES_WORDS.iter().any(|name| phrase.contains(&format!(" {name} ")));
    let bans = bans.or_else(|| {
        let last = if phrase.contains(" no go ") {
            "go"
        } else if phrase.contains(" no place ") {
            "place"
        } else {
            ""
        };
        predicate(&[last]).filter(|_| !last.is_empty())
    });
    if shunned && subject.len() <= 12 {
        return forbid(reading, subject);
    }
    if matches!(word(verb), "have" | "has") && !phrase.contains(" no place ") && word(verb + 1) != "to" {
        return;
    }

    let Some(end) = bans.filter(|_| !negated).or_else(|| allows.filter(|_| negated)) else { return };
    if teller {
        return;
    }
    if matches!(word(0), "it" | "you" | "i" | "we" | "there") {
        return;
    }
    // What stands after the verb may limit it to some place or case.
    let after = tokens.get(end + 1..).unwrap_or_default();
    let limits = after.iter().any(|token| {
        matches!(token.word(), "unless" | "except" | "if" | "when" | "outside" | "until" | "but" | "other")
    });
    // Where nothing limits it, what stands behind a comma is said beside it.
    let comma = after
        .iter()
        .position(|token| token.is(",") || token.is(";"))
        .filter(|_| !limits)
        .unwrap_or(after.len());
    let rest: Vec<&str> = after.iter().take(comma).map(Token::word).filter(|word| !word.is_empty()).collect();
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
        "times",
        "time",
        "always",
        "table",
        "out",
        "up",
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
    forbid(reading, subject);
}

/// "Numbers must be written as words".
fn spelled(reading: &mut Reading<'_>, subject: &[Token], verb: usize) -> bool {
    let tokens = &reading.parsed.tokens;
    let noun = subject.last().map(Token::word).unwrap_or_default();
    let numbers = matches!(noun, "numbers" | "numerals" | "digits" | "figures") && subject.len() <= 3;
    let rest =
        format!(" {} ", tokens.iter().skip(verb).map(Token::word).take(12).collect::<Vec<_>>().join(" "));
    let out = says(&rest, &["spelled out", "spelt out", "written out", "as words", "in words"]);
    if !numbers
        || !out
        || says(&rest, &["not", "never", "if", "when", "up to", "below", "under", "except", "over"])
    {
        return false;
    }
    reading.count(&banning(subject), Measure::Digits, Bound::Max(0), false);
    true
}

/// What the words of the subject name is forbidden.
fn forbid(reading: &mut Reading<'_>, subject: &[Token]) {
    let clause = banning(subject);
    let mut last = features::Before::default();
    features::read(reading, &clause, &mut last, false);
    super::phrases::read_clause(reading, &clause);
    super::manner::topic(reading, &clause);
}

/// A clause that forbids what the words name.
fn banning(subject: &[Token]) -> Clause {
    Clause {
        tokens: subject.to_vec(),
        act: Some(Act::Use),
        negative: true,
        strong: true,
        soft: false,
        directive: true,
        headed: true,
        only: false,
        condition: Condition::None,
    }
}
