//! Quantities: "at most three", "50-100", "under 90", "a couple of".
//!
//! Owns numbers and the words around them that make bounds. What is counted comes after.

use super::bound::{bound_at, bounded};
use super::token::Token;
use crate::number;

/// A quantity; a number alone is both bounds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::rules) struct Quantity {
    pub(in crate::rules) least: Option<u32>,
    pub(in crate::rules) most: Option<u32>,
    /// "around", "about".
    pub(in crate::rules) loose: bool,
    /// A number without a word that bounds it.
    pub(in crate::rules) plain: bool,
    /// "exactly".
    pub(in crate::rules) exact: bool,
    /// "more than", "over": a bound from above where the sentence forbids.
    pub(in crate::rules) over: bool,
}

/// Words that count without being numbers.
fn counting(word: &str) -> Option<u32> {
    Some(match word {
        "single" | "once" => 1,
        "twice" | "couple" | "pair" => 2,
        "thrice" => 3,
        "dozen" => 12,
        _ => return None,
    })
}

fn in_digits(word: &str) -> Option<u32> {
    word.trim_end_matches('+').parse().ok()
}

/// A number in digits or words, of one word.
pub(in crate::rules) fn number(word: &str) -> Option<u32> {
    let scale = || number::scale(word).and_then(|n| u32::try_from(n).ok());
    let found = counting(word).or_else(|| number::word(word)).or_else(scale).or_else(|| in_digits(word));
    found.filter(|&n| n > 0)
}

/// A number of one word or of several ("two hundred and fifty"), and the place after it.
fn number_at(tokens: &[Token], at: usize) -> Option<(u32, usize)> {
    let word = |at: usize| tokens.get(at).map(Token::word).unwrap_or_default();
    if let Some(n) = counting(word(at)) {
        return Some((n, at + 1));
    }
    let (n, after) = if let Some(n) = in_digits(word(at)) {
        // "2 thousand".
        let factor = number::scale(word(at + 1)).filter(|factor| u64::from(n) < *factor);
        (u64::from(n).saturating_mul(factor.unwrap_or(1)), at + 1 + usize::from(factor.is_some()))
    } else if number::scale(word(at)).is_some() {
        // "a hundred", after its article.
        number::composed(word, 1, at)
    } else {
        number::spelled(word, at).filter(|_| !matches!(word(at), "a" | "an"))?
    };
    u32::try_from(n).ok().filter(|&n| n > 0).map(|n| (n, after))
}

/// The quantity that begins at a place, and the place after it. `limiting` says that the verb
/// sets a limit ("keep it to 40 words").
pub(in crate::rules) fn quantity_at(tokens: &[Token], at: usize) -> Option<(Quantity, usize)> {
    let word = |at: usize| tokens.get(at).map(Token::word).unwrap_or_default();
    if let Some((way, next)) = bound_at(tokens, at) {
        let (n, after) = number_at(tokens, next)?;
        // "at most one or two": the larger number bounds from above.
        let (high, after) = range_end(tokens, after).unwrap_or((n, after));
        return Some((bounded(way, n, high), after));
    }
    if word(at) == "between" || word(at) == "from" {
        let (low, next) = number_at(tokens, at + 1)?;
        let next = skip_unit(tokens, next);
        let (high, after) =
            matches!(word(next), "and" | "to").then(|| number_at(tokens, next + 1)).flatten()?;
        return Some((
            Quantity { least: Some(low.min(high)), most: Some(high.max(low)), ..Quantity::default() },
            after,
        ));
    }
    if matches!(word(at), "a" | "an") && matches!(word(at + 1), "few" | "handful") {
        let after = at + 2 + usize::from(word(at + 2) == "of");
        return Some((Quantity { most: Some(5), loose: true, ..Quantity::default() }, after));
    }
    let from = at
        + usize::from(
            matches!(word(at), "a")
                && matches!(word(at + 1), "single" | "couple" | "dozen" | "hundred" | "pair"),
        );
    let (n, mut after) = number_at(tokens, from)?;
    let couple = matches!(word(from), "couple" | "pair");
    after += usize::from((couple || word(from) == "dozen") && word(after) == "of");
    if let Some((high, after)) = range_end(tokens, after) {
        return Some((
            Quantity { least: Some(n.min(high)), most: Some(high.max(n)), ..Quantity::default() },
            after,
        ));
    }
    if word(from).ends_with('+') {
        return Some((Quantity { least: Some(n), ..Quantity::default() }, after));
    }
    let or = |words: &[&str]| matches!(word(after), "or" | "and") && words.contains(&word(after + 1));
    if or(&["fewer", "less", "under", "below"]) {
        return Some((Quantity { most: Some(n), ..Quantity::default() }, after + 2));
    }
    if or(&["more", "over", "above"]) {
        return Some((Quantity { least: Some(n), ..Quantity::default() }, after + 2));
    }
    let most = if couple { n + 1 } else { n };
    Some((Quantity { least: Some(n), most: Some(most), plain: true, ..Quantity::default() }, after))
}

/// "to 100", "or two": the other end of a range.
fn range_end(tokens: &[Token], at: usize) -> Option<(u32, usize)> {
    let word = |at: usize| tokens.get(at).map(Token::word).unwrap_or_default();
    let joins = matches!(word(at), "to" | "or") || tokens.get(at).is_some_and(|token| token.is("—"));
    joins.then(|| number_at(tokens, at + 1)).flatten()
}

/// "between 50 words and 100 words".
fn skip_unit(tokens: &[Token], at: usize) -> usize {
    let is_unit = tokens
        .get(at)
        .is_some_and(|token| matches!(token.word(), "words" | "sentences" | "paragraphs" | "characters"));
    at + usize::from(is_unit)
}

impl Quantity {
    /// The quantity where the sentence forbids it: "never more than three", "not under fifty".
    pub(in crate::rules) fn forbidden(self) -> Option<Self> {
        let none = Self::default();
        match (self.least, self.most) {
            (Some(least), None) if self.over => Some(Self { most: Some(least - 1), ..none }),
            (None, Some(most)) if !self.loose => Some(Self { least: Some(most + 1), ..none }),
            _ => None,
        }
    }

    /// What words after the unit make of it: "100 words max", "50 words or more".
    pub(in crate::rules) fn with_words_after(self, tokens: &[Token], at: usize) -> Self {
        let word = |at: usize| tokens.get(at).map(Token::word).unwrap_or_default();
        if !self.plain {
            return self;
        }
        let none = Self::default();
        match (word(at), word(at + 1), word(at + 2)) {
            ("max" | "maximum" | "tops", _, _)
            | ("at", "most", _)
            | ("at", "the", "most")
            | ("or", "fewer" | "less" | "under", _)
            | ("only", _, _) => Self { most: self.most, ..none },
            ("min" | "minimum", _, _) | ("at", "least", _) | ("at", "a", "minimum") | ("or", "more", _) => {
                Self { least: self.least, ..none }
            }
            ("exactly", _, _) => Self { exact: true, plain: false, ..self },
            _ => self,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::token::tokens;
    use super::*;

    fn read(text: &str) -> (Option<u32>, Option<u32>) {
        quantity_at(&tokens(text), 0).map(|(quantity, _)| (quantity.least, quantity.most)).unwrap_or_default()
    }

    #[test]
    fn quantities() {
        for (text, least, most) in [
            ("at least three", Some(3), None),
            ("no more than 1,200", None, Some(1200)),
            ("under 90", None, Some(89)),
            ("between 50 and 100", Some(50), Some(100)),
            ("50-100", Some(50), Some(100)),
            ("one or two", Some(1), Some(2)),
            ("two hundred and fifty", Some(250), Some(250)),
            ("300+", Some(300), None),
            ("a couple of", Some(2), Some(3)),
            ("about 100", Some(80), Some(120)),
            ("at most one or two", None, Some(2)),
            ("twenty five", Some(25), Some(25)),
            ("the end", None, None),
        ] {
            assert_eq!(read(text), (least, most), "{text}");
        }
    }
}
