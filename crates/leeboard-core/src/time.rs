//! Time as data: a moment is an argument, never read from a clock here.
//!
//! Owns the `Timestamp` type and its calendar date. Does not parse dates from
//! text; that is the shell's work (`leeboard-io`).

use serde::{Deserialize, Serialize};

/// Milliseconds since 1970-01-01T00:00:00Z. Negative before that.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// The month (1-12) that a lower-case English word names, in full or by its first letters.
pub(crate) fn month(word: &str) -> Option<u8> {
    let short = matches!(word.len(), 3) || word == "sept";
    let names = |month: &str| {
        let start = month.get(..word.len()).filter(|_| short);
        month.eq_ignore_ascii_case(word) || start.is_some_and(|start| start.eq_ignore_ascii_case(word))
    };
    (1..).zip(&MONTHS).find(|(_, month)| names(month)).map(|(n, _)| n)
}

/// The day of the week (0 is Monday) that a lower-case English word names.
pub(crate) fn weekday(word: &str) -> Option<u8> {
    (0..).zip(WEEKDAYS).find(|(_, day)| *day == word).map(|(n, _)| n)
}

/// Days from 1970-01-01 to a date of the proleptic Gregorian calendar; a day that the month does
/// not have runs on into the next.
///
/// Formula: `days_from_civil` of Howard Hinnant, as for [`Timestamp::date`].
pub(crate) fn days(year: i32, month: u8, day: u8) -> i32 {
    let (month, day) = (i32::from(month), i32::from(day));
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let shifted = if month > 2 { month - 3 } else { month + 9 };
    let day_of_year = (153 * shifted + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

impl Timestamp {
    /// The UTC calendar date as (year, month 1-12, day 1-31), proleptic Gregorian.
    ///
    /// Formula: `civil_from_days` of Howard Hinnant, "chrono-Compatible Low-Level Date
    /// Algorithms".
    #[must_use]
    pub fn date(self) -> (i64, u8, u8) {
        let shifted = self.0.div_euclid(86_400_000) + 719_468;
        let era = shifted.div_euclid(146_097);
        let day_of_era = shifted.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_index = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_index + 2) / 5 + 1;
        let month = if month_index < 10 { month_index + 3 } else { month_index - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        (year, u8::try_from(month).unwrap_or(1), u8::try_from(day).unwrap_or(1))
    }

    /// The date in words, "8 May 2023", as it is put into indexed text.
    #[must_use]
    pub fn date_in_words(self) -> String {
        let (year, month, day) = self.date();
        let name = MONTHS.get(usize::from(month) - 1).copied().unwrap_or("");
        format!("{day} {name} {year}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_before_and_after_the_epoch() {
        assert_eq!(Timestamp(0).date(), (1970, 1, 1));
        assert_eq!(Timestamp(-1).date(), (1969, 12, 31));
        assert_eq!(Timestamp(951_782_400_000).date(), (2000, 2, 29));
        assert_eq!(Timestamp(1_683_504_000_000).date_in_words(), "8 May 2023");
    }

    #[test]
    fn days_are_those_of_the_date() {
        for day in (-800_000..800_000).step_by(137) {
            let (year, month, of_month) = Timestamp(i64::from(day) * 86_400_000).date();
            assert_eq!(days(i32::try_from(year).unwrap(), month, of_month), day);
        }
    }

    #[test]
    fn months_and_weekdays_by_name() {
        assert_eq!(
            ["may", "september", "sept", "dec", "ma", "mayor"].map(month),
            [Some(5), Some(9), Some(9), Some(12), None, None]
        );
        assert_eq!((weekday("sunday"), weekday("sun")), (Some(6), None));
    }
}
