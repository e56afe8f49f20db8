//! The time that a question names: a date, a month, a year, or "last week" as seen from now.
//!
//! Owns reading it and how near a message's day is to it. English only. Knows no clock: the
//! caller says when the question is asked.

use unicode_segmentation::UnicodeSegmentation;

use crate::memory::index::day;
use crate::time::{self, Timestamp};

/// A time, as far as the question says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Period {
    /// Parts of a date; each that is missing may be any.
    Date { year: Option<i32>, month: Option<u8>, day: Option<u8> },
    /// From one day through another, counted from 1970-01-01.
    Days { from: i32, through: i32 },
}

/// Days that a named span may have for its days to count as named one by one.
const SHORT: i32 = 10;

impl Period {
    /// The time that a question names. What is relative needs the time of asking.
    pub(super) fn read(question: &str, now: Option<Timestamp>) -> Option<Self> {
        let words: Vec<(String, bool)> = question
            .unicode_words()
            .take(200)
            .map(|word| (word.to_lowercase(), word.starts_with(char::is_uppercase)))
            .collect();
        date(&words).or_else(|| {
            let today = now.and_then(day)?;
            (0..words.len()).find_map(|at| relative(&words, at, today))
        })
    }

    /// Whether a day lies in the period, 0 or 1; and how near it is to the very day, in [0, 1],
    /// if the question names one. People speak of an event on its day and soon after it.
    pub(super) fn nearness(self, said: i32) -> (f64, f64) {
        match self {
            Self::Days { from, through } => {
                let within = f64::from(u8::from((from..=through).contains(&said)));
                let near = if said > through { soon(said - through) } else { soon(said - from) };
                let near = if within > 0.0 { 1.0 } else { near };
                (within, if through - from <= SHORT { near } else { 0.0 })
            }
            Self::Date { year, month, day } => {
                let (own_year, own_month, _) = Timestamp(i64::from(said) * 86_400_000).date();
                let fits = month.is_none_or(|month| month == own_month)
                    && year.is_none_or(|year| i64::from(year) == own_year);
                let near = month.zip(day).map_or(0.0, |(month, day)| {
                    let year = year.or_else(|| i32::try_from(own_year).ok()).unwrap_or(1970);
                    soon(said - time::days(year, month, day))
                });
                (f64::from(u8::from(fits)), near)
            }
        }
    }
}

/// How near a message is that was said so many days after the day: full on it, less within two
/// days, a week, a fortnight, and little in the three days before.
fn soon(after: i32) -> f64 {
    match after {
        0 => 1.0,
        1..=2 => 0.8,
        3..=7 => 0.5,
        8..=14 | -3..=-1 => 0.2,
        _ => 0.0,
    }
}

/// "8 May 2023", "May 8th, 2023", "in May", "2023-05-08", "in 2023".
fn date(words: &[(String, bool)]) -> Option<Period> {
    let word = |at: usize| words.get(at).map_or("", |(word, _)| word.as_str());
    let year_of = |text: &str| {
        let year: i32 = text.parse().ok().filter(|_| text.len() == 4)?;
        (1900..2100).contains(&year).then_some(year)
    };
    let small = |text: &str, most: u8| text.parse().ok().filter(|number| (1..=most).contains(number));
    for at in 0..words.len() {
        if let (Some(year), Some(month), Some(day)) =
            (year_of(word(at)), small(word(at + 1), 12), small(word(at + 2), 31))
        {
            return Some(Period::Date { year: Some(year), month: Some(month), day: Some(day) });
        }
    }
    let year = words.iter().find_map(|(word, _)| year_of(word));
    let Some((at, month)) = (0..words.len()).find_map(|at| Some((at, month(words, at)?))) else {
        return year.map(|year| Period::Date { year: Some(year), month: None, day: None });
    };
    let of_month = |text: &str| small(text.trim_end_matches(|c: char| c.is_ascii_alphabetic()), 31);
    let back = |steps: usize| at.checked_sub(steps).map_or("", word);
    let before = if back(1) == "of" { back(2) } else { back(1) };
    let day = of_month(word(at + 1)).or_else(|| of_month(before));
    Some(Period::Date { year, month: Some(month), day })
}

/// A month's name. Those that are other words too need a capital and a date beside them.
fn month(words: &[(String, bool)], at: usize) -> Option<u8> {
    let (word, capital) = words.get(at)?;
    let month = time::month(word)?;
    if !capital {
        return (word.len() > 5).then_some(month);
    }
    if !matches!(word.as_str(), "may" | "march" | "mar" | "jan" | "jun") {
        return Some(month);
    }
    let before = at.checked_sub(1).and_then(|at| words.get(at)).map_or("", |(word, _)| word.as_str());
    let after = words.get(at + 1).map_or("", |(word, _)| word.as_str());
    let figure = |word: &str| word.starts_with(|c: char| c.is_ascii_digit());
    let preposition = matches!(
        before,
        "in" | "of" | "on" | "during" | "since" | "until" | "last" | "this" | "early" | "late" | "mid"
    );
    (preposition || figure(before) || figure(after)).then_some(month)
}

/// "yesterday", "three weeks ago", "last month", "on Monday", as seen from today.
fn relative(words: &[(String, bool)], at: usize, today: i32) -> Option<Period> {
    let word = |at: usize| words.get(at).map_or("", |(word, _)| word.as_str());
    let before = at.checked_sub(1).map_or("", word);
    let span = |from: i32, through: i32| Some(Period::Days { from, through });
    // 1970-01-01 was a Thursday.
    let weekday = (today + 3).rem_euclid(7);
    match word(at) {
        "today" => span(today, today),
        "yesterday" if before == "before" => span(today - 2, today - 2),
        "yesterday" => span(today - 1, today - 1),
        "ago" => {
            let count = match at.checked_sub(2).map_or("", word) {
                "a" | "an" | "one" => 1,
                "two" => 2,
                "three" => 3,
                "four" => 4,
                "five" => 5,
                "six" => 6,
                figures => figures.parse().ok().filter(|count| (1..=5_000).contains(count))?,
            };
            let (length, slack) = unit(before)?;
            let middle = today.saturating_sub(length * count);
            span(middle - slack, middle + slack)
        }
        "last" | "past" => match word(at + 1) {
            "night" => span(today - 1, today - 1),
            "week" if word(at) == "last" => span(today - weekday - 7, today - weekday - 1),
            "weekend" => span(today - weekday - 2, today - weekday - 1),
            "month" if word(at) == "last" => calendar_month(today, 1),
            "year" if word(at) == "last" => {
                let (year, ..) = Timestamp(i64::from(today) * 86_400_000).date();
                Some(Period::Date { year: i32::try_from(year - 1).ok(), month: None, day: None })
            }
            next => match time::weekday(next) {
                Some(day) => past_weekday(today, weekday, day),
                None => unit(next).and_then(|(length, _)| span(today - length, today)),
            },
        },
        "this" => match word(at + 1) {
            "week" => span(today - weekday, today),
            "month" => calendar_month(today, 0),
            "morning" | "afternoon" | "evening" => span(today, today),
            _ => None,
        },
        "on" => time::weekday(word(at + 1)).and_then(|day| past_weekday(today, weekday, day)),
        _ => None,
    }
}

/// Days of a unit, and how far off people are who count in it.
fn unit(word: &str) -> Option<(i32, i32)> {
    match word {
        "day" | "days" => Some((1, 0)),
        "week" | "weeks" => Some((7, 3)),
        "month" | "months" => Some((30, 15)),
        "year" | "years" => Some((365, 183)),
        _ => None,
    }
}

/// The last such day of the week before today.
fn past_weekday(today: i32, weekday: i32, wanted: u8) -> Option<Period> {
    let back = (weekday - i32::from(wanted)).rem_euclid(7);
    let day = today - if back == 0 { 7 } else { back };
    Some(Period::Days { from: day, through: day })
}

fn calendar_month(today: i32, back: u8) -> Option<Period> {
    let (year, month, _) = Timestamp(i64::from(today) * 86_400_000).date();
    let year = i32::try_from(year).ok()?;
    let (year, month) = if month > back { (year, month - back) } else { (year - 1, month + 12 - back) };
    Some(Period::Date { year: Some(year), month: Some(month), day: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Wednesday, 10 May 2023.
    const NOW: i32 = 19_487;

    fn read(question: &str) -> Option<Period> {
        Period::read(question, Some(Timestamp(i64::from(NOW) * 86_400_000)))
    }

    fn date(year: i32, month: u8, day: u8) -> Option<Period> {
        let part = |part: u8| (part > 0).then_some(part);
        Some(Period::Date { year: (year > 0).then_some(year), month: part(month), day: part(day) })
    }

    fn back(from: i32, through: i32) -> Option<Period> {
        Some(Period::Days { from: NOW - from, through: NOW - through })
    }

    #[test]
    fn times_are_read() {
        assert_eq!(time::days(2023, 5, 10), NOW);
        for (question, period) in [
            ("What happened on 8 May 2023?", date(2023, 5, 8)),
            ("What happened on May 8th, 2023?", date(2023, 5, 8)),
            ("on the 8th of May", date(0, 5, 8)),
            ("on 2023-05-08", date(2023, 5, 8)),
            ("What did Ann do in May?", date(0, 5, 0)),
            ("Where was Ann in October 2022?", date(2022, 10, 0)),
            ("What happened in 2022?", date(2022, 0, 0)),
            ("in early March", date(0, 3, 0)),
            ("What did I eat yesterday?", back(1, 1)),
            ("the day before yesterday", back(2, 2)),
            ("last night", back(1, 1)),
            ("What did I say last week?", back(9, 3)),
            ("this week", back(2, 0)),
            ("last weekend", back(4, 3)),
            ("three days ago", back(3, 3)),
            ("2 weeks ago", back(17, 11)),
            ("What did we do last month?", date(2023, 4, 0)),
            ("last year", date(2022, 0, 0)),
            ("last Monday", back(2, 2)),
            ("on Wednesday", back(7, 7)),
            ("in the past month", back(30, 0)),
        ] {
            assert_eq!(read(question), period, "{question}");
        }
    }

    #[test]
    fn what_is_no_time_is_not_read() {
        for question in [
            "May I ask what you may know?",
            "They march in step.",
            "Which turn was it, 1899 or 3000?",
            "the last thing I said",
            "May knows it.",
            "ago",
            "",
        ] {
            assert_eq!(read(question), None, "{question}");
        }
        assert_eq!(Period::read("yesterday", None), None, "nobody says when it is asked");
    }

    #[test]
    fn a_day_is_near_on_it_and_soon_after() {
        let day = read("on 8 May 2023").unwrap();
        assert_eq!(
            [NOW - 2, NOW, NOW + 5, NOW - 4, NOW - 30].map(|said| day.nearness(said)),
            [(1.0, 1.0), (1.0, 0.8), (1.0, 0.5), (1.0, 0.2), (0.0, 0.0)]
        );
        assert_eq!(read("yesterday").unwrap().nearness(NOW - 1), (1.0, 1.0));
        assert_eq!(read("yesterday").unwrap().nearness(NOW), (0.0, 0.8));
        assert_eq!(read("in May").unwrap().nearness(NOW), (1.0, 0.0));
    }
}
