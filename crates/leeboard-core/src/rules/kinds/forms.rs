//! The form of the whole reply: data formats, quotation marks around, postscript, title.
//!
//! Owns the wordings for these. How a form is recognised is in `formats` and `check`.

use super::super::RuleKind;
use super::super::reader::clause::Clause;
use super::super::reader::token::Token;
use super::super::reader::verbs::Act;
use super::{Reading, joined, says, whole};

pub(super) fn read(reading: &mut Reading<'_>, clause: &Clause) {
    if clause.negative {
        return;
    }
    let words = joined(clause);
    let whole = whole(reading);
    if format(reading, clause, &words) {
        return;
    }
    let quoted = says(
        &words,
        &["quotation marks", "double quotes", "double quotation marks", "quotes", "quotation mark"],
    );
    let all = says(
        &whole,
        &[
            "response",
            "reply",
            "answer",
            "output",
            "responses",
            "replies",
            "answers",
            "message",
            "everything",
            "messages",
            "it",
        ],
    );
    let around = clause.act == Some(Act::Wrap)
        || matches!(clause.act, Some(Act::Use))
            && says(
                &words,
                &[
                    "in double quotes",
                    "in double quotation marks",
                    "in quotation marks",
                    "inside double quotation marks",
                    "inside quotation marks",
                ],
            );
    if quoted
        && around
        && all
        && !says(&whole, &["titles", "names", "quotations", "title", "dialogue", "word", "words", "phrase"])
    {
        reading.push(clause, RuleKind::Quoted);
    }
    let mark = clause.tokens.iter().find(|token| {
        matches!(token, Token::Quote(text) if text.to_lowercase().starts_with("p."))
            || matches!(token.word(), "p.s" | "p.p.s" | "ps")
    });
    if says(&whole, &["postscript", "p.s", "p.p.s"])
        && matches!(clause.act, Some(Act::Include | Act::End | Act::Use | Act::Reply | Act::Start))
    {
        let named = reading.parsed.tokens.iter().any(|token| {
            token.word() == "p.p.s"
                || matches!(token, Token::Quote(text) if text.to_lowercase().starts_with("p.p"))
        });
        let known = reading.found.iter().any(|found| matches!(found.kind, RuleKind::Postscript(_)));
        if !known && (mark.is_some() || says(&words, &["postscript"])) {
            reading.push(clause, RuleKind::Postscript(if named { "P.P.S." } else { "P.S." }.to_owned()));
        }
    }
    let titled = says(&words, &["title"]);
    let brackets = titled
        && (says(&whole, &["angular brackets", "angle brackets", "double angular brackets"])
            || reading.parsed.tokens.iter().take(200).any(|token| token.is("<<")));
    if titled && brackets && !reading.found.iter().any(|found| found.kind == RuleKind::Title) {
        reading.push(clause, RuleKind::Title);
    }
    if says(
        &words,
        &[
            "only in questions",
            "questions only",
            "only questions",
            "nothing but questions",
            "only with questions",
        ],
    ) {
        reading.push(clause, RuleKind::OnlyQuestions);
    }
}

/// "valid JSON", "in YAML", "code only".
fn format(reading: &mut Reading<'_>, clause: &Clause, words: &str) -> bool {
    let writes = matches!(clause.act, Some(Act::Reply | Act::Use | Act::Wrap | Act::Include | Act::Keep))
        || clause.act.is_none() && (clause.only || clause.strong);
    if !writes {
        return false;
    }
    for name in ["json", "yaml", "xml", "csv", "html"] {
        let Some(at) = clause.tokens.iter().position(|token| token.word() == name) else { continue };
        let word =
            |at: Option<usize>| at.and_then(|at| clause.tokens.get(at)).map(Token::word).unwrap_or_default();
        let (before, after) = (word(at.checked_sub(1)), word(Some(at + 1)));
        let form = matches!(
            after,
            "" | "format"
                | "only"
                | "object"
                | "document"
                | "and"
                | "array"
                | "output"
                | "that"
                | "with"
                | "list"
                | "response"
                | "at"
                | "throughout"
                | "as"
                | "string"
                | "lines"
        );
        let into = matches!(
            before,
            "in" | "valid"
                | "as"
                | "a"
                | "only"
                | ""
                | "single"
                | "pure"
                | "raw"
                | "strict"
                | "an"
                | "proper"
                | "formed"
                | "parseable"
                | "of"
                | "but"
                | "is"
        );
        if form && into && !says(words, &["when", "if", "table", "example"]) {
            reading.push(clause, RuleKind::Format(name.to_owned()));
            return true;
        }
    }
    let code = says(
        words,
        &[
            "code only",
            "only code",
            "only the code",
            "nothing but code",
            "only with code",
            "just code",
            "the code only",
        ],
    ) || clause.only && says(words, &["code"]);
    if code && !says(words, &["code blocks", "code block", "code review", "about code", "inline code"]) {
        reading.push(clause, RuleKind::Format("code".to_owned()));
        return true;
    }
    false
}
