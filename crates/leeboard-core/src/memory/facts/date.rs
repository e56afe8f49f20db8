//! Dates, days of the week and times of day, read from tokens.

use super::token::{Kind, Token};
use super::value::Value;

/// Reads a date, a day of the week or a time of day that begins at a token; the value and the
/// token after it.
pub(super) fn read(tokens: &[Token<'_>], at: usize) -> Option<(Value, usize)> {
    let token = tokens.get(at)?;
    match token.kind {
        Kind::Number => iso(token.low)
            .map(|date| (date, at + 1))
            .or_else(|| day_first(tokens, at))
            .or_else(|| clock(tokens, at)),
        Kind::Word => weekday(tokens, at)
            .or_else(|| month_first(tokens, at))
            .or_else(|| named_time(tokens, at))
            .or_else(|| spelled_clock(tokens, at)),
        Kind::Mark(_) => None,
    }
}

fn date(year: Option<i32>, month: Option<u8>, day: Option<u8>) -> Value {
    Value::Date { year, month, day }
}

/// "2026-03-14" reaches us as a number, dashes and numbers; "2026/03/14" as one token.
fn iso(text: &str) -> Option<Value> {
    let mut parts = text.split('/');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if year.len() != 4 || parts.next().is_some() {
        return None;
    }
    let month = month.parse().ok().filter(|month| (1..=12).contains(month))?;
    Some(date(year.parse().ok(), Some(month), day.parse().ok().filter(|day| (1..=31).contains(day))))
}

/// "14 March 2026", "14th of March", "the 14th", "2026-03-14", "in 1987".
fn day_first(tokens: &[Token<'_>], at: usize) -> Option<(Value, usize)> {
    let number: i32 = tokens.get(at)?.low.parse().ok()?;
    let word = |n: usize| tokens.get(n).map_or("", |token| token.low);
    if (1900..2100).contains(&number) && tokens[at].low.len() == 4 {
        let dashed = |n: usize| tokens.get(n).is_some_and(|token| token.is_mark('-'));
        if dashed(at + 1) && dashed(at + 3) {
            let month = word(at + 2).parse().ok().filter(|month| (1..=12).contains(month))?;
            return Some((date(Some(number), Some(month), word(at + 4).parse().ok()), at + 5));
        }
        let before = at.checked_sub(1).map_or("", word);
        let year = matches!(before, "in" | "since" | "of" | "from" | "until" | "by" | "year");
        return year.then(|| (date(Some(number), None, None), at + 1));
    }
    let day = u8::try_from(number).ok().filter(|day| (1..=31).contains(day))?;
    let mut end = at + 1;
    let ordinal = matches!(word(end), "st" | "nd" | "rd" | "th");
    end += usize::from(ordinal);
    let month_at = end + usize::from(word(end) == "of");
    if let Some(month) =
        tokens.get(month_at).filter(|token| token.capital || ordinal).and_then(|token| month(token.low))
    {
        let (year, end) = year(tokens, month_at + 1);
        return Some((date(year, Some(month), Some(day)), end));
    }
    let before = at.checked_sub(1).map_or("", word);
    (ordinal && before == "the").then(|| (date(None, None, Some(day)), end))
}

/// "March 14, 2026", "March the 14th", "March 2026", "in March".
fn month_first(tokens: &[Token<'_>], at: usize) -> Option<(Value, usize)> {
    let token = tokens.get(at).filter(|token| token.capital)?;
    let month = month(token.low)?;
    let word = |n: usize| tokens.get(n).map_or("", |token| token.low);
    let day_at = at + 1 + usize::from(word(at + 1) == "the");
    if let Some(day) = word(day_at).parse().ok().filter(|day: &u8| (1..=31).contains(day)) {
        let mut end = day_at + 1;
        end += usize::from(matches!(word(end), "st" | "nd" | "rd" | "th"));
        let (year, end) = year(tokens, end);
        return Some((date(year, Some(month), Some(day)), end));
    }
    let (year, end) = year(tokens, at + 1);
    // "May" and "March" at the start of a sentence are words; in the middle they are months.
    (at > 0 || year.is_some()).then(|| (date(year, Some(month), None), end))
}

/// A year behind a day and month, with or without a comma.
fn year(tokens: &[Token<'_>], at: usize) -> (Option<i32>, usize) {
    let comma = tokens.get(at).is_some_and(|token| token.is_mark(','));
    let year_at = at + usize::from(comma);
    let year =
        tokens.get(year_at).filter(|token| token.low.len() == 4).and_then(|token| token.low.parse().ok());
    match year.filter(|year| (1900..2100).contains(year)) {
        Some(year) => (Some(year), year_at + 1),
        None => (None, at),
    }
}

fn month(word: &str) -> Option<u8> {
    const MONTHS: [(&str, &str); 12] = [
        ("january", "jan"),
        ("february", "feb"),
        ("march", "mar"),
        ("april", "apr"),
        ("may", "may"),
        ("june", "jun"),
        ("july", "jul"),
        ("august", "aug"),
        ("september", "sept"),
        ("october", "oct"),
        ("november", "nov"),
        ("december", "dec"),
    ];
    let at = MONTHS.iter().position(|&(long, short)| word == long || word == short)?;
    u8::try_from(at + 1).ok()
}

fn weekday(tokens: &[Token<'_>], at: usize) -> Option<(Value, usize)> {
    const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let token = tokens.get(at)?;
    let word = token.low.strip_suffix('s').filter(|_| token.low.ends_with("days")).unwrap_or(token.low);
    let day = DAYS.iter().position(|&day| day == word)?;
    // "Friday, 14 March" is a date.
    let comma = tokens.get(at + 1).is_some_and(|token| token.is_mark(','));
    let next = at + 1 + usize::from(comma);
    let next = next + usize::from(tokens.get(next).is_some_and(|token| token.low == "the"));
    if let Some((date @ Value::Date { .. }, end)) =
        day_first(tokens, next).or_else(|| month_first(tokens, next))
    {
        return Some((date, end));
    }
    u8::try_from(day).ok().map(|day| (Value::Weekday { day }, at + 1))
}

/// "7:40", "3 pm", "14:00", "at 7".
fn clock(tokens: &[Token<'_>], at: usize) -> Option<(Value, usize)> {
    let token = tokens.get(at)?;
    let (hour, minute) = match token.low.split_once([':', '.']) {
        Some((hour, minute)) if minute.len() == 2 => (hour.parse::<u16>().ok()?, minute.parse::<u16>().ok()?),
        Some(_) => return None,
        None => (token.low.parse::<u16>().ok()?, 0),
    };
    let (half, end) = half_of_day(tokens, at + 1);
    let colon = token.low.contains(':');
    if hour > 23 || minute > 59 || (end == at + 1 && !colon) || (half.is_some() && hour > 12) {
        return None;
    }
    Some((time(hour, minute, half), end))
}

fn time(hour: u16, minute: u16, half: Option<bool>) -> Value {
    let hour = match half {
        Some(afternoon) => hour % 12 + if afternoon { 12 } else { 0 },
        None => hour,
    };
    Value::Time { minutes: hour * 60 + minute, certain: half.is_some() || hour > 12 || hour == 0 }
}

/// Whether "am", "pm" or "a.m." follows: `Some(true)` for the afternoon.
fn half_of_day(tokens: &[Token<'_>], at: usize) -> (Option<bool>, usize) {
    let word = |n: usize| tokens.get(n).map_or("", |token| token.low);
    match word(at) {
        "am" => (Some(false), at + 1),
        "pm" => (Some(true), at + 1),
        half @ ("a" | "p") if word(at + 1) == "." && word(at + 2) == "m" => {
            (Some(half == "p"), at + 3 + usize::from(word(at + 3) == "."))
        }
        "o'clock" => match half_of_day(tokens, at + 1) {
            (None, _) => (None, at + 1),
            found => found,
        },
        "in" if word(at + 1) == "the" && matches!(word(at + 2), "morning" | "afternoon" | "evening") => {
            (Some(word(at + 2) != "morning"), at + 3)
        }
        _ => (None, at),
    }
}

fn named_time(tokens: &[Token<'_>], at: usize) -> Option<(Value, usize)> {
    let minutes = match tokens.get(at)?.low {
        "noon" | "midday" => 720,
        "midnight" => 0,
        _ => return None,
    };
    Some((Value::Time { minutes, certain: true }, at + 1))
}

/// "half past seven", "quarter to eight", "seven o'clock".
fn spelled_clock(tokens: &[Token<'_>], at: usize) -> Option<(Value, usize)> {
    let word = |n: usize| tokens.get(n).map_or("", |token| token.low);
    let hour = |n: usize| {
        let hour = crate::number::word(word(n)).map(f64::from).or_else(|| word(n).parse().ok())?;
        (1.0..=12.0).contains(&hour).then_some(hour as u16)
    };
    let (offset, hour_at) = match (word(at), word(at + 1)) {
        ("half", "past") => (30, at + 2),
        ("quarter", "past") => (15, at + 2),
        ("quarter", "to") => (-15, at + 2),
        _ => {
            let hour = hour(at)?;
            let (half, end) = half_of_day(tokens, at + 1);
            return (end > at + 1).then(|| (time(hour, 0, half), end));
        }
    };
    let (half, end) = half_of_day(tokens, hour_at + 1);
    let Value::Time { minutes, certain } = time(hour(hour_at)?, 0, half) else { return None };
    let minutes = (i32::from(minutes) + offset).rem_euclid(1_440);
    Some((Value::Time { minutes: u16::try_from(minutes).ok()?, certain }, end))
}

#[cfg(test)]
mod tests {
    use super::super::token::{sentences, tokens};
    use super::*;

    fn of(text: &str) -> Value {
        let all = sentences(text);
        let tokens = tokens(&all[0]);
        (0..tokens.len()).find_map(|at| read(&tokens, at)).unwrap_or_else(|| panic!("{text}")).0
    }

    #[test]
    fn dates_are_read_in_every_order() {
        for text in ["on 14 March", "March 14th", "the 14th of March", "Friday, 14 March", "March the 14th"] {
            assert_eq!(of(text), date(None, Some(3), Some(14)), "{text}");
        }
        assert_eq!(of("on 2026-03-14"), date(Some(2026), Some(3), Some(14)));
        assert_eq!(of("on March 14, 2026"), date(Some(2026), Some(3), Some(14)));
        assert_eq!(of("in 1987"), date(Some(1987), None, None));
        assert_eq!(of("every Tuesday"), Value::Weekday { day: 1 });
    }

    #[test]
    fn times_are_read() {
        let time = |minutes, certain| Value::Time { minutes, certain };
        assert_eq!(of("at 3am"), time(180, true));
        assert_eq!(of("at 7:40"), time(460, false));
        assert_eq!(of("at 14:00"), time(840, true));
        assert_eq!(of("at half past seven"), time(450, false));
        assert_eq!(of("at quarter to eight in the evening"), time(1185, true));
        assert_eq!(of("noon"), time(720, true));
    }
}
