//! A sentence cut at its marks and conjunctions.
//!
//! Owns where segments end and which asides change nothing. What a segment says is in `clause`.

use super::quantity;
use super::token::Token;

/// A part of a sentence between marks or conjunctions.
pub(super) struct Segment<'t> {
    pub(super) tokens: &'t [Token],
    /// The mark or conjunction before it.
    pub(super) joined: String,
}

/// Cuts at marks and conjunctions.
pub(super) fn segments(tokens: &[Token]) -> Vec<Segment<'_>> {
    let mut found = Vec::new();
    let (mut start, mut joined) = (0, String::new());
    for (at, token) in tokens.iter().enumerate() {
        let cut = match token {
            Token::Mark(mark) => matches!(
                mark.as_str(),
                "," | ";" | ":" | "—" | "(" | ")" | "/" | "&" | "." | "!" | "--" | "|"
            ),
            Token::Word(word, _) => {
                let number_range = matches!(word.as_str(), "and" | "or") && is_range(tokens, at);
                matches!(word.as_str(), "and" | "or" | "but" | "nor" | "yet" | "plus") && !number_range
            }
            Token::Quote(_) => false,
        };
        if cut {
            if at > start {
                found.push(Segment { tokens: &tokens[start..at], joined: std::mem::take(&mut joined) });
            }
            // "nor" forbids again: it stays with its clause.
            start = if token.word() == "nor" { at } else { at + 1 };
            joined = if let Token::Mark(mark) = token { mark.clone() } else { token.word().to_owned() };
        }
    }
    if start < tokens.len() {
        found.push(Segment { tokens: &tokens[start..], joined });
    }
    found
}

/// "two or three", "100 or fewer", "between 5 and 10", "two hundred and fifty", "10 words or less".
fn is_range(tokens: &[Token], at: usize) -> bool {
    let word = |at: Option<usize>| at.and_then(|at| tokens.get(at)).map(Token::word).unwrap_or_default();
    let before = word(at.checked_sub(1));
    let after = word(Some(at + 1));
    let counts = quantity::number(after).is_some()
        && (quantity::number(before).is_some()
            || matches!(before, "words" | "sentences" | "paragraphs") && word(Some(at)) == "and")
        && (word(Some(at)) == "or"
            || word(at.checked_sub(2)) == "between"
            || word(at.checked_sub(3)) == "between"
            || matches!(before, "hundred" | "thousand"));
    counts
        || word(Some(at)) == "or" && matches!(after, "less" | "fewer" | "more" | "under" | "over" | "shorter")
}

/// Without asides between commas that change nothing: "never, under any circumstances, use".
pub(super) fn without_asides(tokens: Vec<Token>) -> Vec<Token> {
    const ASIDES: &[&str] = &[
        "under",
        "any",
        "no",
        "circumstances",
        "conditions",
        "ever",
        "at",
        "time",
        "please",
        "however",
        "therefore",
        "of",
        "course",
        "in",
        "case",
        "all",
        "cost",
        "costs",
        "whatsoever",
    ];
    let mut kept: Vec<Token> = Vec::with_capacity(tokens.len());
    let mut aside: Option<usize> = None;
    for token in tokens {
        if token.is(",") {
            // The aside since the last comma goes, with that comma.
            if let Some(from) = aside.filter(|&from| from > 0 && kept.len() > from + 1) {
                kept.truncate(from);
                aside = None;
                continue;
            }
            aside = Some(kept.len());
        } else if !ASIDES.contains(&token.word()) {
            aside = None;
        }
        kept.push(token);
    }
    kept
}
