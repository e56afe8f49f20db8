//! Words and phrases that a reply must have or must not have, and how often.
//!
//! Owns quoted phrases, listed words, counted words and letters, forms of address and names.

use super::super::RuleKind;
use super::super::reader::clause::{Clause, Parsed};
use super::super::reader::quantity;
use super::super::reader::token::Token;
use super::super::reader::verbs::Act;
use super::address::{address, names};
use super::counted::{counted, lettered};
use super::listed::listed;
use super::nouns::noun_at;
use super::{Reading, joined, says};

/// Nouns for a piece of text.
pub(super) const NAMES_WORDS: &[&str] = &[
    "word",
    "words",
    "phrase",
    "phrases",
    "term",
    "terms",
    "keyword",
    "keywords",
    "expression",
    "expressions",
];

/// Reads what takes the whole sentence: counted phrases, lists of words. Whether it did.
pub(super) fn read_sentence(reading: &mut Reading<'_>) -> bool {
    let parsed = reading.parsed;
    appears(reading);
    let Some(clause) =
        parsed.clauses.iter().find(|clause| clause.directive).cloned().or_else(|| subject_clause(parsed))
    else {
        return false;
    };
    counted(reading, &clause) || lettered(reading, &clause) || listed(reading, &clause)
}

/// "Make sure the word 'tide' appears": what is quoted is the subject of a clause that follows.
fn appears(reading: &mut Reading<'_>) {
    let tokens = &reading.parsed.tokens;
    let words: Vec<&str> = tokens.iter().take(12).map(Token::word).collect();
    let ensures = matches!(
        words.as_slice(),
        ["make", "sure", ..]
            | ["ensure" | "see", ..]
            | ["be", "sure", ..]
            | ["please", "ensure" | "make", ..]
    );
    let Some(at) = tokens.iter().take(10).position(|token| matches!(token, Token::Quote(_))) else { return };
    let verb = tokens.get(at + 1).map(Token::word).unwrap_or_default();
    let shows = matches!(verb, "appears" | "occurs" | "is" | "features" | "stands");
    let denied = tokens.iter().any(|token| matches!(token.word(), "not" | "never" | "no"));
    let counted = (at..tokens.len().min(at + 20)).any(|at| quantity::quantity_at(tokens, at).is_some());
    if let (true, true, false, false, Some(Token::Quote(phrase))) =
        (ensures, shows, denied, counted, tokens.get(at))
    {
        let phrase = phrase.trim_end_matches(['.', ',']).trim().to_owned();
        if let Some(clause) = reading.parsed.clauses.first().cloned() {
            reading.push(&clause, RuleKind::RequiredPhrase(phrase));
        }
    }
}

/// "The word tide should appear ...": the sentence has no other verb.
fn subject_clause(parsed: &Parsed) -> Option<Clause> {
    let names = parsed.tokens.iter().take(10).any(|token| {
        NAMES_WORDS.contains(&token.word()) || token.word() == "letter" || matches!(token, Token::Quote(_))
    });
    let says = |words: &[&str]| parsed.tokens.iter().any(|token| words.contains(&token.word()));
    let verb = says(&[
        "appear",
        "appears",
        "occur",
        "used",
        "included",
        "present",
        "mentioned",
        "forbidden",
        "banned",
        "prohibited",
        "avoided",
    ]);
    let modal = says(&["must", "should", "is", "are", "shall", "may"]);
    let mut clause = parsed.clauses.first()?.clone();
    let labelled = parsed
        .tokens
        .iter()
        .take(3)
        .any(|token| matches!(token.word(), "forbidden" | "banned" | "prohibited"))
        && parsed.tokens.iter().take(5).any(|token| token.is(":"));
    clause.directive = names && (verb && modal || labelled);
    clause.negative = says(&["not", "never"]) != says(&["forbidden", "banned", "prohibited", "avoided"]);
    clause.strong = true;
    clause.act = Some(Act::Include);
    clause.directive.then_some(clause)
}

/// Reads quotations and names in a clause.
pub(super) fn read_clause(reading: &mut Reading<'_>, clause: &Clause) {
    let words = joined(clause);
    let demands = clause.strong
        || matches!(clause.act, Some(Act::Include | Act::Call))
        || says(&words, &["every", "each", "always", "all replies", "all your"]);
    let mut forbids = clause.negative;
    let mut example = false;
    let mut any = false;
    // "Say X instead of Y" forbids Y and asks for X in its place only.
    let instead = clause
        .tokens
        .windows(2)
        .any(|pair| matches!((pair[0].word(), pair[1].word()), ("instead", "of") | ("rather", "than")));
    for (at, token) in clause.tokens.iter().enumerate() {
        match token {
            // "contractions such as 'don't'": the noun before says what is forbidden.
            Token::Word(word, _) if word == "such" && at > 0 && noun_at(&clause.tokens, at - 1).is_some() => {
                break;
            }
            Token::Word(word, _) => {
                forbids |= !clause.negative
                    && (matches!(word.as_str(), "instead" | "without" | "never")
                        || word == "than" && instead
                        || word == "no");
                example |= matches!(
                    word.as_str(),
                    "such"
                        | "like"
                        | "e.g"
                        | "example"
                        | "instance"
                        | "called"
                        | "named"
                        | "titled"
                        | "about"
                );
            }
            Token::Quote(phrase) => {
                any = true;
                let phrase = phrase.trim_end_matches(['.', ',']).trim().to_owned();
                let refers = matches!(
                    clause.act,
                    Some(
                        Act::Use | Act::Include | Act::Say | Act::Call | Act::Avoid | Act::Reply | Act::Utter
                    ) | None
                );
                if phrase.is_empty() || !refers {
                } else if forbids {
                    reading.push(clause, RuleKind::ForbiddenPhrase(phrase));
                } else if demands
                    && !example
                    && !instead
                    && matches!(clause.act, Some(Act::Use | Act::Include | Act::Say | Act::Call))
                {
                    reading.push(clause, RuleKind::RequiredPhrase(phrase));
                }
            }
            Token::Mark(_) => {}
        }
    }
    if !any {
        address(reading, clause);
        names(reading, clause);
    }
}
