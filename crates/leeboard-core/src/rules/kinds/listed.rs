//! Lists of words without quotation marks: "the words delve, tapestry and robust".
//!
//! Owns where such a list begins and ends. Quoted phrases are in `phrases`.

use super::super::RuleKind;
use super::super::reader::clause::Clause;
use super::super::reader::quantity;
use super::super::reader::token::Token;
use super::super::reader::verbs::Act;
use super::phrases::NAMES_WORDS;
use super::{Reading, joined, says};

/// "the words delve, tapestry and robust", "Forbidden phrases: ...": words without quotation
/// marks, to the end of the sentence.
pub(super) fn listed(reading: &mut Reading<'_>, clause: &Clause) -> bool {
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
