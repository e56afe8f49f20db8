//! Clauses without a verb: labels and fragments.
//!
//! Owns "Language: French", "JSON only", "British spelling, please". Clauses with a verb are read
//! in `head`.

use super::head::Head;
use super::segment::Segment;
use super::token::Token;

/// "JSON only", "Language: French": words that direct without a verb.
pub(super) fn fragment(part: &[Token], mut head: Head, labelled: bool) -> Head {
    let only = part.iter().any(|token| matches!(token.word(), "only" | "max" | "maximum")) && part.len() <= 6;
    let label = LABELS.contains(&part.first().map(Token::word).unwrap_or_default());
    if !head.headed
        && !head.tells
        && (only || labelled || label && part.len() <= 2 || head.strong && part.len() <= 4)
    {
        head.directive = true;
        head.headed = true;
        head.only = only;
        head.strong = true;
        head.end = 0;
    }
    head
}

/// Labels that direct what follows them.
pub(super) const LABELS: &[&str] = &[
    "language",
    "format",
    "length",
    "tone",
    "style",
    "spelling",
    "output",
    "person",
    "tense",
    "case",
    "limit",
    "voice",
    "formatting",
];

/// Whether a sentence begins with a label.
pub(super) fn labels(first: &Segment<'_>) -> bool {
    let last = first.tokens.last().map(Token::word).unwrap_or_default();
    first.tokens.len() <= 2 && LABELS.contains(&last)
}

/// "please" alone.
pub(super) fn pleads(segment: &Segment<'_>) -> bool {
    matches!(segment.tokens, [token] if token.word() == "please")
}
