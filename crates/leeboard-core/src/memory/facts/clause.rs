//! The grammar: subjects, verb groups and complements of the clauses of a sentence.
//!
//! Owns finding who a clause is about and what is said of them. What it means as a fact is in
//! `frames`. Shallow by design: a clause that it does not understand yields nothing.

use super::lexicon::{
    ADVERB, ASKS, BREAK, DETERMINER, DISLIKE, FULL, LIGHT, MODAL, NEGATION, NO_NAME, POSSESSIVE, PREPOSITION,
    PRONOUN, VALUE, VERB, base,
};
use super::token::{Kind, Token};
use super::value::Value;
use super::{date, number};

/// A value with the tokens that say it.
#[derive(Clone, Debug)]
pub(super) struct Read {
    pub(super) value: Value,
    pub(super) from: usize,
    pub(super) end: usize,
    /// Digits, a unit, a date: not a small number word.
    pub(super) figure: bool,
    pub(super) unit: bool,
}

/// A verb with its auxiliaries.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Verb {
    pub(super) main: usize,
    pub(super) negated: bool,
    pub(super) modal: bool,
    /// A past tense, which reported speech also has: "you said your name was".
    pub(super) past: bool,
    /// Certainly over: "used to", "lived".
    pub(super) over: bool,
    /// The token after it.
    pub(super) end: usize,
    /// Whether the main verb is a form of be.
    pub(super) be: bool,
}

/// Reads a value that begins at a token.
pub(super) fn value_at(tokens: &[Token<'_>], at: usize) -> Option<Read> {
    let token = tokens.get(at)?;
    match token.kind {
        Kind::Number | Kind::Mark('£' | '$' | '€') => {}
        Kind::Word if token.is(VALUE) || token.low.contains('-') => {}
        Kind::Word => {
            return code_at(token).map(|value| Read {
                value,
                from: at,
                end: at + 1,
                figure: true,
                unit: true,
            });
        }
        Kind::Mark(_) => return None,
    }
    if let Some((value, end)) = date::read(tokens, at) {
        return Some(Read { value, from: at, end, figure: true, unit: true });
    }
    if let Some(found) = number::read(tokens, at) {
        return Some(Read {
            value: found.value,
            from: at,
            end: found.end,
            figure: found.figure,
            unit: found.unit,
        });
    }
    code_at(token).map(|value| Read { value, from: at, end: at + 1, figure: true, unit: true })
}

/// Letters with digits, as in a flight number, or "128/82".
fn code_at(token: &Token<'_>) -> Option<Value> {
    let digits = token.low.bytes().any(|b| b.is_ascii_digit());
    let code = match token.kind {
        Kind::Number => token.low.contains('/'),
        Kind::Word => {
            digits
                && token.text.chars().all(|c| c.is_ascii_digit() || c.is_uppercase())
                && token.text.len() > 2
        }
        Kind::Mark(_) => false,
    };
    code.then(|| Value::Code { code: token.low.to_owned() })
}

pub(super) fn low<'a>(tokens: &[Token<'a>], at: usize) -> &'a str {
    tokens.get(at).map_or("", |token| token.low)
}

pub(super) fn is(tokens: &[Token<'_>], at: usize, tags: u32) -> bool {
    tokens.get(at).is_some_and(|token| token.is(tags))
}

/// Whether a token is a word of a name.
pub(super) fn is_name(token: &Token<'_>) -> bool {
    token.capital
        && !token.is(NO_NAME | PRONOUN | POSSESSIVE | DETERMINER | PREPOSITION | BREAK | MODAL | ASKS)
}

/// A run of capitalised words: where it ends.
pub(super) fn name_end(tokens: &[Token<'_>], at: usize) -> usize {
    let title = matches!(low(tokens, at), "dr" | "mr" | "mrs" | "ms");
    let mut end = at + usize::from(title);
    if title && tokens.get(end).is_some_and(|token| token.is_mark('.')) {
        end += 1;
    }
    while tokens
        .get(end)
        .is_some_and(|token| is_name(token) && !(token.is(VERB | LIGHT) && end > at && !token.capital))
        && end < at + 5
    {
        end += 1;
    }
    if end == at + usize::from(title) { at } else { end }
}

/// Reads the verb group that begins at a token.
pub(super) fn verb(tokens: &[Token<'_>], at: usize, pronoun: bool) -> Option<Verb> {
    let mut verb = Verb { end: at, ..Verb::default() };
    let mut auxiliary = None;
    for _ in 0..9 {
        let here = verb.end;
        let Some(token) = tokens.get(here).filter(|token| token.is_word()) else { break };
        let (next, after) = (low(tokens, here + 1), low(tokens, here + 2));
        match token.low {
            "used" if next == "to" => {
                verb.over = true;
                verb.end += 2;
                continue;
            }
            "'s" if next == "got" => {}
            "no" if next == "longer" => {
                verb.negated = true;
                verb.end += 2;
                continue;
            }
            "going" if next == "to" => {
                verb.end += 2;
                continue;
            }
            "do" | "does" | "did" | "have" | "has" | "had" | "'ve" | "'s" | "'d" | "is" | "am" | "are"
            | "was" | "were" | "'m" | "'re" | "be" | "been" | "being" | "will" | "'ll" => {
                if matches!(token.low, "was" | "were" | "had" | "did") {
                    verb.past = true;
                }
                if token.low == "'d" {
                    verb.modal = true;
                }
                auxiliary = Some(here);
                verb.end += 1;
                continue;
            }
            _ if token.is(MODAL) => {
                let stand = matches!(
                    (token.low, next, after),
                    ("can", "n't" | "not", "stand" | "bear" | "eat" | "drink" | "have" | "tolerate")
                );
                verb.modal |= !stand;
                verb.end += 1;
                continue;
            }
            _ if token.is(NEGATION) && token.low != "no" && token.low != "none" => {
                verb.negated = true;
                verb.end += 1;
                continue;
            }
            _ if token.is(ADVERB) => {
                verb.over |= matches!(token.low, "previously" | "formerly" | "originally" | "once");
                verb.end += 1;
                continue;
            }
            _ => {}
        }
        let gerund = token.low.ends_with("ing") && token.is(VERB);
        let participle = token.is(VERB)
            && (token.low.ends_with("ed")
                || matches!(token.low, "born" | "set" | "made" | "got" | "kept" | "chosen" | "put"));
        let full = match auxiliary.map(|n| low(tokens, n)) {
            None => {
                token.is(VERB) && (!token.is(LIGHT) || token.is(FULL))
                    || token.is(DISLIKE)
                    || ((pronoun || token.low.ends_with("ed")) && token.tags == 0 && !token.capital)
            }
            Some("am" | "is" | "are" | "was" | "were" | "'m" | "'re" | "'s" | "be" | "been" | "being") => {
                gerund || participle && !matches!(token.low, "married" | "divorced" | "engaged" | "retired")
            }
            Some("have" | "has" | "had" | "'ve") => participle || gerund,
            Some(_) => token.is(VERB) || token.tags == 0,
        };
        if full {
            verb.main = here;
            verb.end = here + 1;
            verb.over |= auxiliary.is_none()
                && matches!(
                    token.low,
                    "lived" | "worked" | "loved" | "liked" | "enjoyed" | "smoked" | "weighed" | "was"
                );
            return Some(verb);
        }
        break;
    }
    let main = auxiliary?;
    verb.main = main;
    verb.be = matches!(
        low(tokens, main),
        "am" | "is" | "are" | "was" | "were" | "'m" | "'re" | "'s" | "be" | "been" | "being"
    );
    Some(verb)
}

/// Where the complement that begins at a token ends.
pub(super) fn clause_end(tokens: &[Token<'_>], at: usize) -> usize {
    let mut end = at;
    while let Some(token) = tokens.get(end) {
        // Figures hold marks of their own.
        if token.kind == Kind::Number || matches!(token.kind, Kind::Mark('£' | '$' | '€')) {
            end = value_at(tokens, end).map_or(end + 1, |read| read.end);
            continue;
        }
        if token.capital
            && let Some(read) = value_at(tokens, end)
        {
            end = read.end;
            continue;
        }
        match token.kind {
            Kind::Mark('-' | '%' | '+' | '\'' | '°' | '/' | '&') => {}
            Kind::Mark(_) => break,
            _ if token.is(BREAK) && end > at => break,
            // A sentence that begins without a stop before it.
            _ if token.capital && end > at && token.is(POSSESSIVE | DETERMINER) => break,
            _ if token.low == "and"
                && is(tokens, end + 1, PRONOUN | POSSESSIVE | VERB | DETERMINER | ADVERB) =>
            {
                break;
            }
            _ => {}
        }
        end += 1;
    }
    end
}

/// Base forms of the content words between two tokens, without the given values.
pub(super) fn content(tokens: &[Token<'_>], from: usize, to: usize, values: &[Read]) -> Vec<String> {
    let inside = |n: usize| values.iter().any(|read| (read.from..read.end).contains(&n));
    (from..to.min(tokens.len()))
        .filter(|&n| !inside(n))
        .filter_map(|n| tokens.get(n))
        .filter(|token| token.is_word() && !token.is(LIGHT) && token.low.len() > 1)
        .map(|token| base(token.low).into_owned())
        .take(8)
        .collect()
}
