//! How a reply begins and ends: phrases, questions, sign-offs.
//!
//! Owns start and end of the whole reply; those of one paragraph are in `structure`.

use super::super::RuleKind;
use super::super::reader::clause::Clause;
use super::super::reader::token::Token;
use super::super::reader::verbs::Act;
use super::{Reading, joined, says, whole};

/// Reads a clause that speaks of the beginning or end of the reply; whether it does.
pub(super) fn read(reading: &mut Reading<'_>, clause: &Clause) -> bool {
    let whole = whole(reading);
    let (starts, ends) = place(clause, &whole);
    if !starts && !ends {
        return false;
    }
    let words = joined(clause);
    let of_part = says(
        &words,
        &[
            "sentence",
            "sentences",
            "paragraph",
            "paragraphs",
            "line",
            "section",
            "word",
            "poem",
            "list",
            "bullet",
            "verse",
        ],
    ) && says(
        &words,
        &[
            "each sentence",
            "every sentence",
            "sentences",
            "each paragraph",
            "every paragraph",
            "paragraphs",
            "each line",
            "every line",
            "each section",
            "each bullet",
            "any sentence",
            "a sentence",
        ],
    );
    let quoted = clause.tokens.iter().any(|token| matches!(token, Token::Quote(_)));
    if of_part {
        return quoted;
    }
    if ends
        && says(&words, &["question", "questions", "question mark"])
        && !says(&words, &["the question", "statement"])
    {
        let forbids = clause.negative
            || says(&words, &["without a question", "without asking", "not a question", "never a question"]);
        if clause.strong || forbids || clause.headed {
            reading.push(clause, RuleKind::FinalQuestion(!forbids));
        }
        return true;
    }
    for token in &clause.tokens {
        let Token::Quote(phrase) = token else { continue };
        push_edge(
            reading,
            clause,
            starts,
            phrase.trim_end_matches(|c: char| c == '.' && !phrase.ends_with("..")).to_owned(),
        );
    }
    if quoted {
        return true;
    }
    let phrase = unquoted(reading, clause, ends);
    let found = phrase.is_some();
    phrase.into_iter().for_each(|phrase| push_edge(reading, clause, starts, phrase));
    found
}

fn push_edge(reading: &mut Reading<'_>, clause: &Clause, starts: bool, phrase: String) {
    let phrase = phrase.trim().to_owned();
    if phrase.is_empty() {
        return;
    }
    reading.push(
        clause,
        match (starts, clause.negative) {
            (true, false) => RuleKind::StartsWith(phrase),
            (true, true) => RuleKind::NotStartsWith(phrase),
            (false, false) => RuleKind::EndsWith(phrase),
            (false, true) => RuleKind::NotEndsWith(phrase),
        },
    );
}

/// Whether the clause is about the beginning or the end, by its verb or by what it speaks of.
fn place(clause: &Clause, whole: &str) -> (bool, bool) {
    match clause.act {
        Some(Act::Start) => (true, false),
        Some(Act::End) => (false, true),
        Some(Act::Reply | Act::Include | Act::Use | Act::Say) | None => {
            let first = says(
                whole,
                &[
                    "first word",
                    "first words",
                    "first sentence",
                    "opening line",
                    "opening word",
                    "opening sentence",
                    "very first word",
                    "first line",
                ],
            );
            let last = says(
                whole,
                &[
                    "last word",
                    "last words",
                    "last sentence",
                    "final sentence",
                    "final line",
                    "last line",
                    "closing line",
                    "final word",
                    "final words",
                    "very end",
                    "sign off",
                    "closing sentence",
                    "end of your",
                    "end of each",
                    "end of every",
                    "at the end",
                ],
            );
            let quoted = clause.tokens.iter().any(|token| matches!(token, Token::Quote(_)));
            (first && !last && quoted, last && !first && quoted)
        }
        _ => (false, false),
    }
}

/// A phrase without quotation marks: after "with the word", "with this exact phrase", or after
/// "sign ... with".
fn unquoted(reading: &Reading<'_>, clause: &Clause, ends: bool) -> Option<String> {
    let text = reading.text;
    if text.len() > 2_000 {
        return None;
    }
    // Lower case of ASCII keeps the places of bytes.
    let lower = text.to_ascii_lowercase();
    let after = |marks: &[&str]| {
        marks.iter().find_map(|mark| lower.find(mark).map(|at| text[at + mark.len()..].trim().to_owned()))
    };
    let phrase = after(&[
        " exact phrase ",
        " exact phrase: ",
        " exact words ",
        " exact words: ",
        " exact sentence ",
        " the phrase ",
        " the phrase: ",
        " the words ",
        " the sentence ",
        " the line ",
    ])
    .or_else(|| {
        after(&[" the word ", " the word: "])
            .and_then(|rest| rest.split([' ', ',', '.']).next().map(str::to_owned))
    })
    .or_else(|| {
        let signs = ends
            && (lower.contains("sign off")
                || lower.contains("sign-off")
                || lower.starts_with("sign ")
                || lower.contains(" sign each")
                || lower.contains(" sign every")
                || lower.contains(" sign your")
                || lower.contains("sign all"));
        let rest = signs
            .then(|| {
                after(&[
                    "sign-off: ",
                    " sign-off ",
                    " signature: ",
                    " with: ",
                    " with ",
                    " as ",
                    " by signing ",
                ])
            })
            .flatten()?;
        let name = rest.starts_with(|c: char| c.is_uppercase() || "-—–~".contains(c));
        name.then_some(rest)
    })?;
    let phrase = phrase.trim_end_matches(['.', ' ']).to_owned();
    // A description is no phrase: "a sentence about the tide".
    let described = phrase.split_whitespace().next().is_some_and(|word| {
        matches!(word.to_lowercase().as_str(), "a" | "an" | "your" | "the" | "that" | "of" | "you")
    });
    (!described && !phrase.is_empty() && phrase.len() <= 200 && !clause.tokens.is_empty()).then_some(phrase)
}
