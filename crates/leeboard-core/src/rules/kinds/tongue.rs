//! Language and spelling: "answer only in French", "use British spelling".
//!
//! Owns the wordings for these. Names of languages are in `language`.

use super::super::reader::clause::Clause;
use super::super::reader::token::Token;
use super::super::reader::verbs::Act;
use super::super::{RuleKind, language};
use super::{Reading, says};

pub(super) fn tongue(reading: &mut Reading<'_>, clause: &Clause, words: &str) {
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
