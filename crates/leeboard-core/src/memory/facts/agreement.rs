//! Whether two values can both be true of one thing.
//!
//! Owns when two values agree, differ or cannot be compared. What follows for the facts is in
//! `timeline` and `compare`.

use super::value::{Dimension, Value};

/// How two values compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Agreement {
    /// They may both be true.
    Agree,
    /// Both cannot be true.
    Differ,
    /// They are of different kinds, or too little is known.
    Unknown,
}

use Agreement::{Agree, Differ, Unknown};

/// Relative difference that rounding explains in one unit, and between two: "5 ft 9" is 175 cm.
const ROUNDING: f64 = 0.002;
const CONVERSION: f64 = 0.025;

impl Value {
    /// Whether the two can both be true of one thing.
    pub(crate) fn compare(&self, other: &Self) -> Agreement {
        match (self, other) {
            (
                &Self::Number { low, high, dimension },
                &Self::Number { low: low2, high: high2, dimension: dimension2 },
            ) => compare_numbers((low, high, dimension), (low2, high2, dimension2)),
            (&Self::Date { year, month, day }, &Self::Date { year: year2, month: month2, day: day2 }) => {
                compare_dates(
                    [year, month.map(i32::from), day.map(i32::from)],
                    [year2, month2.map(i32::from), day2.map(i32::from)],
                )
            }
            (Self::Weekday { day }, Self::Weekday { day: other }) => same(day == other),
            (&Self::Time { minutes, certain }, &Self::Time { minutes: minutes2, certain: certain2 }) => {
                same(minutes == minutes2 || (minutes % 720 == minutes2 % 720 && !(certain && certain2)))
            }
            (Self::Name { name }, Self::Name { name: other }) => compare_names(name, other),
            (Self::Code { code }, Self::Code { code: other }) => {
                same(code.ends_with(other.as_str()) || other.ends_with(code.as_str()))
            }
            (Self::Member { class, member }, Self::Member { class: class2, member: member2 })
                if class == class2 =>
            {
                same(member == member2)
            }
            (Self::Words { words }, Self::Words { words: others }) => compare_words(words, others),
            _ => Unknown,
        }
    }
}

fn same(equal: bool) -> Agreement {
    if equal { Agree } else { Differ }
}

fn compare_numbers(one: (f64, f64, Dimension), other: (f64, f64, Dimension)) -> Agreement {
    let ((low, high, unit), (low2, high2, unit2)) = (one, other);
    let slack = match units(unit, unit2) {
        Some(1.0) => ROUNDING,
        // A pound of weight beside kilograms.
        Some(factor) => {
            let (low, high) =
                if unit == Dimension::Pound { (low * factor, high * factor) } else { (low, high) };
            let (low2, high2) =
                if unit2 == Dimension::Pound { (low2 * factor, high2 * factor) } else { (low2, high2) };
            return overlap(low, high, low2, high2, CONVERSION);
        }
        None => return Unknown,
    };
    let converted = matches!(
        unit,
        Dimension::Mass
            | Dimension::Length
            | Dimension::Volume
            | Dimension::Duration
            | Dimension::Speed
            | Dimension::Area
            | Dimension::Temperature
    );
    overlap(low, high, low2, high2, if converted { CONVERSION } else { slack })
}

fn overlap(low: f64, high: f64, low2: f64, high2: f64, slack: f64) -> Agreement {
    let slack = slack * high.abs().min(high2.abs());
    same(low <= high2 + slack && low2 <= high + slack)
}

/// How many of the first unit's base one of the other's is, if they can be compared.
fn units(one: Dimension, other: Dimension) -> Option<f64> {
    use Dimension::{Mass, Plain, Pound, Sterling};
    match (one, other) {
        _ if one == other => Some(1.0),
        // A number without a unit is meant in the unit that was used before.
        (Plain, Dimension::Percent | Dimension::Temperature | Dimension::Duration)
        | (Dimension::Percent | Dimension::Temperature | Dimension::Duration, Plain) => None,
        (Plain, _) | (_, Plain) | (Pound, Sterling) | (Sterling, Pound) => Some(1.0),
        (Pound, Mass) | (Mass, Pound) => Some(0.453_592),
        _ => None,
    }
}

fn compare_dates(one: [Option<i32>; 3], other: [Option<i32>; 3]) -> Agreement {
    let mut compared = false;
    for (one, other) in one.iter().zip(other) {
        if let (Some(one), Some(other)) = (one, other) {
            if *one != other {
                return Differ;
            }
            compared = true;
        }
    }
    if compared { Agree } else { Unknown }
}

const TITLES: [&str; 9] = ["mr", "mrs", "ms", "miss", "dr", "sir", "prof", "professor", "madam"];

/// Names agree where one is a part, a short form or a fuller form of the other.
fn compare_names(one: &str, other: &str) -> Agreement {
    let parts = |name: &str| -> Vec<String> {
        let words = name.split([' ', ',', '.']).map(str::to_lowercase);
        words.filter(|word| !word.is_empty() && !TITLES.contains(&word.as_str())).collect()
    };
    let (one, other) = (parts(one), parts(other));
    let (short, long) = if one.len() <= other.len() { (&one, &other) } else { (&other, &one) };
    if short.is_empty() {
        return Unknown;
    }
    same(short.iter().all(|part| long.iter().any(|full| alike(part, full))))
}

fn alike(one: &str, other: &str) -> bool {
    let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    short == long || (short.chars().count() > 2 && long.contains(short))
}

/// Nouns that name a person in a way that fits any trade.
const GENERIC: [&str; 14] = [
    "person",
    "professional",
    "expert",
    "specialist",
    "practitioner",
    "employee",
    "worker",
    "human",
    "senior",
    "junior",
    "chartered",
    "freelance",
    "retired",
    "job",
];

/// Words agree where they share one; the last is the head, which the others only describe.
fn compare_words(one: &[String], other: &[String]) -> Agreement {
    let solid = |words: &[String]| -> Vec<String> {
        words.iter().filter(|word| !GENERIC.contains(&word.as_str())).cloned().collect()
    };
    let (one, other) = (solid(one), solid(other));
    match (one.last(), other.last()) {
        (Some(head), Some(head2)) => {
            let shared = one.iter().any(|word| other.contains(word));
            if head == head2 {
                // "Civil engineer" and "structural engineer" share the head and differ.
                let described = one.len() > 1 && other.len() > 1;
                let more = one.iter().filter(|word| other.contains(word)).count() > 1;
                same(!described || more)
            } else if shared {
                Agree
            } else {
                Differ
            }
        }
        _ => Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(low: f64, high: f64, dimension: Dimension) -> Value {
        Value::number(low, high, dimension)
    }

    #[test]
    fn numbers_agree_within_rounding_and_range() {
        let age = number(54.0, 54.0, Dimension::Plain);
        assert_eq!(age.compare(&number(50.0, 59.0, Dimension::Plain)), Agree);
        assert_eq!(age.compare(&number(45.0, 45.0, Dimension::Plain)), Differ);
        let height = number(1.7526, 1.7526, Dimension::Length);
        assert_eq!(height.compare(&number(1.75, 1.75, Dimension::Length)), Agree);
        assert_eq!(height.compare(&number(1.85, 1.85, Dimension::Length)), Differ);
        assert_eq!(height.compare(&number(75.0, 75.0, Dimension::Mass)), Unknown);
    }

    #[test]
    fn names_agree_with_their_parts() {
        let name = |name: &str| Value::Name { name: name.to_owned() };
        for (one, other, agree) in [
            ("Daniel Okafor", "Daniel", Agree),
            ("Daniel Okafor", "Mr Okafor", Agree),
            ("Daniel", "Dan", Agree),
            ("Daniel Okafor", "Daniel Reyes", Differ),
            ("Anna", "Emma", Differ),
        ] {
            assert_eq!(name(one).compare(&name(other)), agree, "{one} {other}");
        }
    }

    #[test]
    fn dates_and_times_compare_what_was_said() {
        let date = |month, day| Value::Date { year: None, month, day };
        assert_eq!(date(Some(3), Some(14)).compare(&date(Some(3), None)), Agree);
        assert_eq!(date(Some(3), Some(14)).compare(&date(Some(3), Some(28))), Differ);
        assert_eq!(date(Some(3), None).compare(&date(None, Some(3))), Unknown);
        let time = |minutes, certain| Value::Time { minutes, certain };
        assert_eq!(time(180, true).compare(&time(900, false)), Agree);
        assert_eq!(time(180, true).compare(&time(900, true)), Differ);
    }
}
