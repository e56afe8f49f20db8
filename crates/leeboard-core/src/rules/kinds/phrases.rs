//! Words and phrases that a reply must have or must not have, and how often.
//!
//! Owns quoted phrases, listed words, counted words and letters, forms of address and names.

use super::super::RuleKind;
use super::super::reader::clause::{Clause, Parsed};
use super::super::reader::quantity;
use super::super::reader::token::Token;
use super::super::reader::verbs::Act;
use super::counted::{counted, lettered};
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

/// "the words delve, tapestry and robust", "Forbidden phrases: ...": words without quotation
/// marks, to the end of the sentence.
fn listed(reading: &mut Reading<'_>, clause: &Clause) -> bool {
    let tokens = &reading.parsed.tokens;
    let word = |at: usize| tokens.get(at).map(Token::word).unwrap_or_default();
    let Some(at) = (0..tokens.len().min(40)).find(|&at| NAMES_WORDS.contains(&word(at))) else {
        return false;
    };
    if tokens.iter().any(|token| matches!(token, Token::Quote(_)))
        || word(at) == "words"
            && word(at + 1).is_empty()
            && !tokens.get(at + 1).is_some_and(|token| token.is(":") || token.is("["))
    {
        return false;
    }
    let labelled = (0..at).any(|at| matches!(word(at), "forbidden" | "banned" | "prohibited"));
    let numbered = at > 0 && quantity::number(word(at - 1)).is_some()
        || at > 1 && quantity::number(word(at - 2)).is_some();
    let qualified = at > 0
        && matches!(
            word(at - 1),
            "swear"
                | "curse"
                | "other"
                | "big"
                | "long"
                | "filler"
                | "difficult"
                | "own"
                | "capital"
                | "of"
                | "in"
                | "last"
                | "first"
                | "kind"
                | "key"
                | "more"
                | "than"
                | "few"
                | "fewer"
                | "simple"
                | "exact"
                | "all"
                | "foreign"
                | "final"
                | "single"
                | "as"
                | "complex"
                | "latin"
                | "foul"
                | "bad"
        );
    if numbered
        || qualified
        || matches!(
            clause.act,
            Some(Act::Start | Act::End | Act::Keep | Act::Mark | Act::Spell | Act::Repeat)
        )
    {
        return false;
    }
    let mut phrases: Vec<String> = vec![String::new()];
    let stops = [
        "in",
        "longer",
        "shorter",
        "over",
        "starting",
        "beginning",
        "ending",
        "anywhere",
        "at",
        "should",
        "must",
        "ever",
        "when",
        "if",
        "unless",
        "more",
        "less",
        "that",
        "with",
        "to",
        "for",
        "from",
        "is",
        "are",
        "such",
        "like",
        "per",
        "limit",
        "count",
        "than",
        "of",
        "you",
        "your",
        "which",
        "who",
        "because",
        "under",
        "may",
        "can",
        "will",
        "instead",
        "somewhere",
        "appear",
        "as",
        "only",
        "on",
        "by",
        "wisely",
        "choice",
        "correctly",
        "sparingly",
        "carefully",
        "throughout",
        "by",
        "has",
        "have",
        "first",
        "below",
        "above",
        "problem",
        "problems",
        "count",
        "counts",
        "length",
        "order",
        "processor",
    ];
    for token in tokens.iter().skip(at + 1).take(2_000) {
        match token {
            Token::Mark(mark)
                if matches!(mark.as_str(), ":" | "[" | "—")
                    && phrases.len() == 1
                    && phrases[0].is_empty() => {}
            Token::Mark(mark) if mark == "," || mark == "/" || mark == ";" => phrases.push(String::new()),
            Token::Mark(_) => break,
            Token::Word(word, _) if matches!(word.as_str(), "and" | "or" | "nor") => {
                phrases.push(String::new())
            }
            Token::Word(word, _) if stops.contains(&word.as_str()) => break,
            _ => {
                let written = token.written();
                if let Some(last) = phrases.last_mut() {
                    if !last.is_empty() {
                        last.push(' ')
                    }
                    last.push_str(&written);
                }
            }
        }
    }
    phrases.retain(|phrase| !phrase.is_empty() && phrase.split(' ').count() <= 5);
    if phrases.is_empty() {
        return false;
    }
    let negative = labelled || clause.negative;
    let demands =
        clause.strong || clause.act == Some(Act::Include) || says(&joined(clause), &["every", "each", "all"]);
    let requires = demands && matches!(clause.act, Some(Act::Include | Act::Use | Act::Say));
    if !negative && !requires {
        return false;
    }
    for phrase in phrases {
        reading.push(
            clause,
            if negative { RuleKind::ForbiddenPhrase(phrase) } else { RuleKind::RequiredPhrase(phrase) },
        );
    }
    true
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

/// "Call the user Captain", "address them as sir".
fn address(reading: &mut Reading<'_>, clause: &Clause) {
    let tokens = &clause.tokens;
    let refers = clause.act == Some(Act::Call)
        || clause.act == Some(Act::Say)
            && reading.parsed.tokens.iter().any(|token| token.word().starts_with("refer"));
    let word = |at: usize| tokens.get(at).map(Token::word).unwrap_or_default();
    let Some(who) = (0..tokens.len().min(4)).find(|&at| {
        matches!(
            word(at),
            "user"
                | "me"
                | "them"
                | "him"
                | "her"
                | "customer"
                | "player"
                | "everyone"
                | "users"
                | "customers"
                | "guest"
                | "reader"
        )
    }) else {
        return;
    };
    if !refers || !clause.headed {
        return;
    }
    let named = (who + 1..tokens.len().min(who + 3)).find(|&at| word(at) == "as");
    let from = named.map_or(who + 1, |at| at + 1);
    let capital = matches!(tokens.get(from), Some(Token::Word(_, true)));
    let plain =
        clause.act == Some(Act::Call) && reading.parsed.tokens.iter().any(|token| token.word() == "call");
    let stops = [
        "by",
        "in",
        "with",
        "at",
        "if",
        "when",
        "every",
        "always",
        "throughout",
        "directly",
        "politely",
        "formally",
        "warmly",
        "using",
        "only",
        "on",
        "back",
        "for",
        "from",
        "an",
        "a",
        "the",
        "names",
        "out",
        "their",
        "his",
    ];
    let phrase: Vec<String> = tokens
        .iter()
        .skip(from)
        .take(3)
        .take_while(|token| !token.word().is_empty() && !stops.contains(&token.word()))
        .map(Token::written)
        .collect();
    let phrase = phrase.join(" ");
    if phrase.is_empty() || phrase.ends_with("ly") || !(capital || named.is_some() || plain) {
        return;
    }
    reading.push(
        clause,
        if clause.negative { RuleKind::ForbiddenPhrase(phrase) } else { RuleKind::RequiredPhrase(phrase) },
    );
}

/// "Never mention Acme or Globex": names that must not be said.
fn names(reading: &mut Reading<'_>, clause: &Clause) {
    if !clause.negative || clause.act != Some(Act::Say) {
        return;
    }
    let known = [
        "ai", "i", "english", "german", "french", "spanish", "llm", "american", "british", "openai's",
        "json", "html", "url", "urls", "ai's", "ais",
    ];
    let mut name = String::new();
    let mut names: Vec<String> = Vec::new();
    let shouted = !reading.text.chars().any(char::is_lowercase);
    for token in clause.tokens.iter().chain([&Token::Mark(String::new())]) {
        match token {
            Token::Word(word, true) if !known.contains(&word.as_str()) && !shouted => {
                if !name.is_empty() {
                    name.push(' ')
                }
                name.push_str(&token.written());
            }
            _ if !name.is_empty() => names.push(std::mem::take(&mut name)),
            _ => {}
        }
    }
    for name in names {
        reading.push(clause, RuleKind::ForbiddenPhrase(name));
    }
}
