//! Words that make a bound of a number: "at most", "fewer than", "around".
//!
//! Owns the words and the bounds that they make. The numbers are read in `quantity`.

use super::quantity::{Quantity, number};
use super::token::Token;

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
pub(super) enum Way {
    Least,
    Most,
    Below,
    Above,
    Exact,
    Loose,
}

/// The words of a bound that begin here, and the place after them.
pub(super) fn bound_at(tokens: &[Token], at: usize) -> Option<(Way, usize)> {
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

pub(super) fn bounded(way: Way, low: u32, high: u32) -> Quantity {
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
