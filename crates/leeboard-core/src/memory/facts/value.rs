//! Values of facts: numbers with units, dates, times, names, members of a word class.
//!
//! Owns their shapes. When two agree is in `agreement`; reading them from text in `number` and
//! `date`.

use serde::{Deserialize, Serialize};

/// What a number measures. Values are held in the base unit in brackets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Dimension {
    /// No unit was given, or one that is not known.
    Plain,
    /// Money in pounds sterling.
    Sterling,
    /// Money in dollars.
    Dollar,
    /// Money in euros.
    Euro,
    /// Money in another currency.
    Money,
    /// "Pounds", of money or of weight: in the unit as written.
    Pound,
    /// Mass (kilograms).
    Mass,
    /// Length (metres).
    Length,
    /// Duration (days).
    Duration,
    /// Volume (litres).
    Volume,
    /// Temperature in degrees, whichever scale.
    Temperature,
    /// Percent.
    Percent,
    /// Energy (kilocalories).
    Energy,
    /// Speed (kilometres an hour).
    Speed,
    /// Area (square metres).
    Area,
    /// International units.
    Iu,
}

/// The value of a fact.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Value {
    /// No value: the words alone count.
    #[default]
    None,
    /// A number or a range of numbers.
    Number {
        /// The least it may be.
        low: f64,
        /// The most it may be.
        high: f64,
        /// What it measures.
        dimension: Dimension,
    },
    /// A date; what was not said is `None`.
    Date {
        /// The year.
        year: Option<i32>,
        /// The month, from 1.
        month: Option<u8>,
        /// The day of the month.
        day: Option<u8>,
    },
    /// A day of the week, Monday is 0.
    Weekday {
        /// From 0 to 6.
        day: u8,
    },
    /// A time of day.
    Time {
        /// Minutes since midnight.
        minutes: u16,
        /// Whether morning or afternoon is certain.
        certain: bool,
    },
    /// A name, as written.
    Name {
        /// The name.
        name: String,
    },
    /// A code: a flight number, the last digits of a telephone number.
    Code {
        /// The code in lower case.
        code: String,
    },
    /// A member of a word class: the instrument cello, the colour green.
    Member {
        /// The class.
        class: String,
        /// The member's base form.
        member: String,
    },
    /// Base forms of the words that say it.
    Words {
        /// The base forms in order.
        words: Vec<String>,
    },
}

impl Value {
    /// A plain number.
    pub(super) fn number(low: f64, high: f64, dimension: Dimension) -> Self {
        Self::Number { low, high, dimension }
    }
}
