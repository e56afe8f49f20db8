//! Numbers with their units, read from tokens.
//!
//! Owns number words, units, approximations ("about 50", "in your fifties") and composed lengths
//! ("5 ft 9"). Dates and times of day are in `date`.

use super::token::{Kind, Token};
use super::unit::unit;
use super::value::{Dimension, Value};
use crate::number;

/// A number and where it ends.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Quantity {
    pub(super) value: Value,
    /// The token after it.
    pub(super) end: usize,
    /// Whether digits, a unit or a currency make it a figure rather than a small word.
    pub(super) figure: bool,
    /// Whether a unit was named.
    pub(super) unit: bool,
}

/// What no number of a conversation exceeds: stands for "no upper bound".
const UNBOUNDED: f64 = 1e15;

/// Share by which "about" may be off.
const ABOUT: f64 = 0.1;

/// Reads a quantity that begins at a token.
pub(super) fn read(tokens: &[Token<'_>], at: usize) -> Option<Quantity> {
    let (mark, after_mark) = match tokens.get(at)?.kind {
        Kind::Mark('£') => (Some(Dimension::Sterling), at + 1),
        Kind::Mark('$') => (Some(Dimension::Dollar), at + 1),
        Kind::Mark('€') => (Some(Dimension::Euro), at + 1),
        Kind::Mark(_) => return None,
        _ => (None, at),
    };
    let (number, mut end, digits) = plain(tokens, after_mark)?;
    let (mut low, mut high) = (number, number);
    // "5-6 hours", "5 to 6"; "from 4,000 to 6,500" is a change.
    let from = at.checked_sub(1).is_some_and(|before| tokens[before].low == "from");
    let dash = tokens
        .get(end)
        .is_some_and(|token| token.is_mark('-') || token.is_mark('–') || (token.low == "to" && !from));
    if dash
        && let Some((second, after, _)) = plain(tokens, end + 1)
        && second > number
    {
        (high, end) = (second, after);
    }
    if tokens.get(end).is_some_and(|token| token.is_mark('+')) {
        (high, end) = (UNBOUNDED, end + 1);
    }
    if tokens.get(end).is_some_and(|token| token.is_mark('-'))
        && tokens.get(end + 1).is_some_and(|t| unit(t.low).is_some() || t.low.starts_with("year"))
    {
        end += 1;
    }
    let mut dimension = mark.unwrap_or(Dimension::Plain);
    let mut named = mark.is_some();
    if mark.is_none() {
        if tokens.get(end).is_some_and(|token| token.is_mark('%')) {
            (dimension, end, named) = (Dimension::Percent, end + 1, true);
        } else if tokens.get(end).is_some_and(|token| token.is_mark('°')) {
            let scale = tokens.get(end + 1).is_some_and(|token| matches!(token.low, "c" | "f"));
            (dimension, end, named) = (Dimension::Temperature, end + 1 + usize::from(scale), true);
        } else if tokens.get(end).is_some_and(|t| t.is_mark('\'')) && digits && number < 9.0 {
            let (inches, after) = inches(tokens, end + 1);
            let metres = number * 0.3048 + inches;
            return Some(Quantity {
                value: Value::number(metres, metres, Dimension::Length),
                end: after,
                figure: true,
                unit: true,
            });
        } else if let Some((found, factor)) =
            tokens.get(end).filter(|token| token.is_word()).and_then(|token| unit(token.low))
        {
            let feet = matches!(tokens[end].low, "ft" | "feet" | "foot") && number < 9.0;
            let stone = matches!(tokens[end].low, "stone" | "st");
            (dimension, end, named) = (found, end + 1, true);
            (low, high) = (low * factor, if high >= UNBOUNDED { high } else { high * factor });
            if feet || stone {
                let (more, after) = if feet { inches(tokens, end) } else { pounds(tokens, end) };
                (low, high, end) = (low + more, high + more, after);
            }
        }
    }
    let (low, high) = approximate(tokens, at, low, high);
    Some(Quantity { value: Value::number(low, high, dimension), end, figure: digits || named, unit: named })
}

/// Widens a number by the words before it.
fn approximate(tokens: &[Token<'_>], at: usize, low: f64, high: f64) -> (f64, f64) {
    let word = |back: usize| at.checked_sub(back).and_then(|n| tokens.get(n)).map_or("", |token| token.low);
    match (word(2), word(1)) {
        (
            _,
            "about" | "around" | "roughly" | "approximately" | "some" | "circa" | "nearly" | "almost"
            | "near" | "~",
        )
        | ("close", "to") => (low - ABOUT * low.abs(), high + ABOUT * high.abs()),
        (_, "over" | "above" | "past") | ("more", "than") | ("at", "least") => (low, UNBOUNDED),
        (_, "under" | "below") | ("less" | "fewer", "than") | ("at", "most") | ("up", "to") => (0.0, high),
        _ => (low, high),
    }
}

/// Inches behind feet, in metres.
fn inches(tokens: &[Token<'_>], at: usize) -> (f64, usize) {
    match plain(tokens, at) {
        Some((inches, end, _)) if inches < 12.0 => {
            let unit = tokens.get(end).is_some_and(|token| {
                token.is_mark('"') || token.is_mark('\'') || matches!(token.low, "in" | "inch" | "inches")
            });
            // "5 ft 9 in Leeds" is rare; "in" before a capital is a place.
            let place = tokens.get(end).is_some_and(|token| token.low == "in")
                && tokens.get(end + 1).is_some_and(|token| token.capital);
            (inches * 0.0254, end + usize::from(unit && !place))
        }
        _ => (0.0, at),
    }
}

/// Pounds behind stones, in kilograms.
fn pounds(tokens: &[Token<'_>], at: usize) -> (f64, usize) {
    match plain(tokens, at) {
        Some((pounds, end, _)) if pounds < 14.0 => {
            let unit = tokens.get(end).is_some_and(|token| matches!(token.low, "lb" | "lbs" | "pounds"));
            (pounds * 0.453_592, end + usize::from(unit))
        }
        _ => (0.0, at),
    }
}

/// A number in digits or words, with "k" and "million"; where it ends; whether it has digits.
pub(super) fn plain(tokens: &[Token<'_>], at: usize) -> Option<(f64, usize, bool)> {
    let token = tokens.get(at)?;
    let (mut number, mut end, digits) = match token.kind {
        Kind::Number => (digits(token.low)?, at + 1, true),
        Kind::Word => {
            let (number, end) = spelled(tokens, at)?;
            (number, end, false)
        }
        Kind::Mark(_) => return None,
    };
    if digits {
        let factor = match tokens.get(end).map(|token| token.low) {
            Some("k") => 1e3,
            Some("thousand") => 1e3,
            Some("million" | "m") if tokens.get(end).is_some_and(|t| t.low == "million") => 1e6,
            Some("billion") => 1e9,
            _ => 1.0,
        };
        if factor > 1.0 {
            (number, end) = (number * factor, end + 1);
        }
    }
    Some((number, end, digits))
}

/// Digits: commas group thousands, a point is a decimal point; times and fractions are no numbers.
fn digits(text: &str) -> Option<f64> {
    if text.contains([':', '/']) || text.matches('.').count() > 1 {
        return None;
    }
    let grouped = text
        .split(',')
        .skip(1)
        .all(|group| group.len() >= 3 && group.as_bytes()[..3].iter().all(u8::is_ascii_digit));
    if !grouped {
        return None;
    }
    let plain: String = text.chars().filter(|&c| c != ',').collect();
    plain.parse().ok().filter(|number: &f64| number.is_finite() && *number < UNBOUNDED)
}

fn spelled(tokens: &[Token<'_>], at: usize) -> Option<(f64, usize)> {
    let word = |at: usize| tokens.get(at).map_or("", |token| token.low);
    match (word(at), word(at + 1)) {
        ("a", "dozen") => Some((12.0, at + 2)),
        ("a", "couple") => Some((2.0, at + 2 + usize::from(word(at + 2) == "of"))),
        ("dozen", _) => Some((12.0, at + 1)),
        _ => number::spelled(word, at).map(|(number, end)| (number as f64, end)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::token::{sentences, tokens};
    use super::*;

    fn of(text: &str) -> (f64, f64, Dimension) {
        let all = sentences(text);
        let tokens = tokens(&all[0]);
        let found = (0..tokens.len()).find_map(|at| read(&tokens, at)).unwrap();
        match found.value {
            Value::Number { low, high, dimension } => (low, high, dimension),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn numbers_are_read_with_their_units() {
        for (text, low, dimension) in [
            ("1,000", 1000.0, Dimension::Plain),
            ("a thousand", 1000.0, Dimension::Plain),
            ("two hundred and fifty-one", 251.0, Dimension::Plain),
            ("five thousand two hundred dollars", 5200.0, Dimension::Dollar),
            ("£4k", 4000.0, Dimension::Sterling),
            ("4,000 pounds", 4000.0, Dimension::Pound),
            ("10mg", 1e-5, Dimension::Mass),
            ("3 weeks", 21.0, Dimension::Duration),
            ("12 %", 12.0, Dimension::Percent),
            ("5'9\"", 1.7526, Dimension::Length),
            ("5 ft 9", 1.7526, Dimension::Length),
            ("thirty five", 35.0, Dimension::Plain),
        ] {
            let (found, _, unit) = of(text);
            assert!((found - low).abs() < 1e-9 && unit == dimension, "{text}: {found} {unit:?}");
        }
    }

    #[test]
    fn approximations_are_ranges() {
        assert_eq!(of("about 50"), (45.0, 55.0, Dimension::Plain));
        assert_eq!(of("5-6"), (5.0, 6.0, Dimension::Plain));
        assert_eq!(of("60+"), (60.0, UNBOUNDED, Dimension::Plain));
        assert_eq!(of("at most 20"), (0.0, 20.0, Dimension::Plain));
    }
}
