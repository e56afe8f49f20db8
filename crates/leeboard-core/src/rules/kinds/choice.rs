//! Fixed answers: "answer only yes or no", "respond with one of: 'a', 'b'".
//!
//! Owns which answers a sentence allows. Other forms of the whole reply are in `structure`.

use super::super::RuleKind;
use super::super::reader::clause::Clause;
use super::super::reader::token::Token;
use super::super::reader::verbs::Act;
use super::{Reading, says};

/// "Answer only yes or no", "respond with one of: 'a', 'b'".
pub(super) fn one_of(reading: &mut Reading<'_>, clause: &Clause, whole: &str) -> bool {
    let tokens = &reading.parsed.tokens;
    let answers = reading.parsed.clauses.iter().any(|clause| {
        clause.directive && matches!(clause.act, Some(Act::Reply | Act::Say | Act::Use) | None)
    });
    let limits = says(
        whole,
        &[
            "one of",
            "only",
            "either",
            "options",
            "nothing but",
            "just",
            "nothing else",
            "simply",
            "exactly one",
        ],
    );
    let about_words = says(
        whole,
        &["words", "language", "languages", "must include", "contain", "include", "called", "call"],
    );
    if !answers || !limits || about_words {
        return false;
    }
    let quotes: Vec<String> = tokens
        .iter()
        .filter_map(|token| if let Token::Quote(text) = token { Some(text.clone()) } else { None })
        .collect();
    if quotes.len() >= 2
        && says(whole, &["one of", "either", "options", "only", "just", "exactly one"])
        && !says(whole, &["start", "begin", "end", "instead", "than"])
    {
        reading.push(clause, RuleKind::OneOf(quotes));
        return true;
    }
    if says(whole, &["yes or no", "true or false", "yes no or maybe", "yes no maybe", "yes no"])
        && quotes.is_empty()
        && !says(whole, &["questions", "question"])
    {
        let known = ["yes", "no", "true", "false", "maybe", "unknown", "unsure"];
        let mut texts: Vec<String> =
            tokens.iter().map(Token::word).filter(|word| known.contains(word)).map(str::to_owned).collect();
        texts.sort_unstable();
        texts.dedup();
        reading.push(clause, RuleKind::OneOf(texts));
        return true;
    }
    let colon = tokens.iter().position(|token| token.is(":"));
    let (Some(colon), true) = (colon, says(whole, &["one of", "options", "exactly one", "either"])) else {
        return false;
    };
    let mut texts: Vec<String> = vec![String::new()];
    for token in tokens.iter().skip(colon + 1).take(200) {
        match token {
            Token::Mark(mark) if matches!(mark.as_str(), "," | "/" | "|" | ";") => texts.push(String::new()),
            Token::Mark(_) => break,
            token if matches!(token.word(), "or" | "and") => texts.push(String::new()),
            token => {
                if let Some(last) = texts.last_mut() {
                    if !last.is_empty() {
                        last.push(' ')
                    }
                    last.push_str(&token.written());
                }
            }
        }
    }
    texts.retain(|text| !text.is_empty());
    if texts.len() < 2 || texts.iter().any(|text| text.split(' ').count() > 4) {
        return false;
    }
    reading.push(clause, RuleKind::OneOf(texts));
    true
}
