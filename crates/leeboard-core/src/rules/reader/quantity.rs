//! Quantities: "at most three", "50-100", "under 90", "a couple of".
//!
//! Owns numbers and the words around them that make bounds. What is counted comes after.

use super::token::Token;

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

/// A number in digits or words.
pub(in crate::rules) fn number(word: &str) -> Option<u32> {
    const WORDS: &[&str] = &[
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
        "twenty",
    ];
    match word {
        "single" | "once" => return Some(1),
        "twice" | "couple" | "pair" => return Some(2),
        "thrice" => return Some(3),
        "dozen" => return Some(12),
        "thirty" => return Some(30),
        "forty" => return Some(40),
        "fifty" => return Some(50),
        "sixty" => return Some(60),
        "seventy" => return Some(70),
        "eighty" => return Some(80),
        "ninety" => return Some(90),
        "hundred" => return Some(100),
        "thousand" => return Some(1000),
        _ => {}
    }
    let named = WORDS.iter().position(|name| *name == word).and_then(|n| u32::try_from(n).ok());
    named.or_else(|| word.trim_end_matches('+').parse().ok()).filter(|&n| n > 0)
}

/// A number of one word or of several ("two hundred and fifty"), and the place after it.
fn number_at(tokens: &[Token], at: usize) -> Option<(u32, usize)> {
    let word = |at: usize| tokens.get(at).map(Token::word).unwrap_or_default();
    let mut total = number(word(at))?;
    let mut next = at + 1;
    let small = |word: &str| {
        number(word).filter(|n| *n < 100 && !matches!(word, "single" | "once" | "twice" | "couple" | "pair"))
    };
    for _ in 0..4 {
        match word(next) {
            "hundred" if total < 100 => total *= 100,
            "thousand" if total < 1000 => total *= 1000,
            "and"
                if total >= 100
                    && total.is_multiple_of(100)
                    && small(word(next + 1)).is_some()
                    && word(at).parse::<u32>().is_err() => {}
            following => match small(following) {
                Some(n) if total >= 100 && total.is_multiple_of(100) && word(at).parse::<u32>().is_err() => {
                    total += n
                }
                Some(n)
                    if n < 10
                        && (20..100).contains(&total)
                        && total.is_multiple_of(10)
                        && word(at).parse::<u32>().is_err() =>
                {
                    total += n
                }
                _ => break,
            },
        }
        next += 1;
    }
    Some((total, next))
}

const BEFORE: &[(&str, Way)] = &[
    ("no fewer than", Way::Least),
    ("no less than", Way::Least),
    ("not less than", Way::Least),
    ("not fewer than", Way::Least),
    ("no more than", Way::Most),
    ("not more than", Way::Most),
    ("no longer than", Way::Most),
    ("not longer than", Way::Most),
    ("nothing over", Way::Most),
    ("not over", Way::Most),
    ("nothing longer than", Way::Most),
    ("no greater than", Way::Most),
    ("not exceed", Way::Most),
    ("not exceeding", Way::Most),
    ("without exceeding", Way::Most),
    ("never exceed", Way::Most),
    ("at least", Way::Least),
    ("at minimum", Way::Least),
    ("a minimum of", Way::Least),
    ("minimum of", Way::Least),
    ("minimum", Way::Least),
    ("min", Way::Least),
    ("upwards of", Way::Least),
    ("at most", Way::Most),
    ("at maximum", Way::Most),
    ("up to", Way::Most),
    ("a maximum of", Way::Most),
    ("maximum of", Way::Most),
    ("max of", Way::Most),
    ("maximum", Way::Most),
    ("max", Way::Most),
    ("within", Way::Most),
    ("limited to", Way::Most),
    ("a limit of", Way::Most),
    ("limit of", Way::Most),
    ("fewer than", Way::Below),
    ("less than", Way::Below),
    ("shorter than", Way::Below),
    ("lower than", Way::Below),
    ("under", Way::Below),
    ("below", Way::Below),
    ("more than", Way::Above),
    ("longer than", Way::Above),
    ("greater than", Way::Above),
    ("over", Way::Above),
    ("above", Way::Above),
    ("exceeding", Way::Above),
    ("exceeds", Way::Above),
    ("exceed", Way::Above),
    ("beyond", Way::Above),
    ("past", Way::Above),
    ("exactly", Way::Exact),
    ("precisely", Way::Exact),
    ("just", Way::Most),
    ("only", Way::Most),
    ("around", Way::Loose),
    ("about", Way::Loose),
    ("roughly", Way::Loose),
    ("approximately", Way::Loose),
    ("approx", Way::Loose),
    ("some", Way::Loose),
    ("circa", Way::Loose),
    ("close to", Way::Loose),
    ("nearly", Way::Loose),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Least,
    Most,
    Below,
    Above,
    Exact,
    Loose,
}

/// The words of a bound that begin here, and the place after them.
fn bound_at(tokens: &[Token], at: usize) -> Option<(Way, usize)> {
    let word = |at: usize| tokens.get(at).map(Token::word).unwrap_or_default();
    let first = word(at);
    let found = BEFORE.iter().filter(|(phrase, _)| phrase.split(' ').next() == Some(first)).find_map(
        |(phrase, way)| {
            let count = phrase.split(' ').count();
            phrase
                .split(' ')
                .enumerate()
                .all(|(n, wanted)| word(at + n) == wanted)
                .then_some((*way, at + count))
        },
    )?;
    // "at most one or two", "a maximum of about 50"; an article before the number.
    let mut next = found.1;
    while matches!(word(next), "about" | "around" | "a" | "the" | "of" | "roughly")
        && number(word(next)).is_none()
    {
        next += 1;
    }
    Some((found.0, next))
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

fn bounded(way: Way, low: u32, high: u32) -> Quantity {
    let none = Quantity::default();
    match way {
        Way::Least => Quantity { least: Some(low), ..none },
        Way::Most => Quantity { most: Some(high), ..none },
        Way::Below => Quantity { most: Some(high.saturating_sub(1).max(1)), ..none },
        Way::Above => Quantity { least: Some(low.saturating_add(1)), over: true, ..none },
        Way::Exact => Quantity { least: Some(low), most: Some(high), exact: true, ..none },
        Way::Loose => Quantity {
            least: Some(low - low / 5),
            most: Some(high.saturating_add(high / 5)),
            loose: true,
            ..none
        },
    }
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
