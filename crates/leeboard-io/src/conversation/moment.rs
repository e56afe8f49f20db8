//! Reads and writes moments as conversation files give them.
//!
//! Owns the accepted notations of `created_at` and the one it is written in. Reads no clock
//! and no time zone database: a time without an offset is taken as UTC.

use jiff::civil::DateTime;
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp as Instant, Unit};
use leeboard_core::Timestamp;
use serde_json::Value;

/// The accepted notations, for messages.
pub(super) const EXPECTED: &str =
    "an RFC 3339 time, an ISO time without offset, a date, or Unix seconds or milliseconds";

/// Numbers from here on are milliseconds. As seconds this is the year 5138, as milliseconds
/// March 1973: nothing that was recorded is on the wrong side.
const MILLISECONDS_FROM: i64 = 100_000_000_000;

/// RFC 3339, ISO without offset (UTC), or a date alone (midnight UTC).
pub(super) fn from_text(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let instant = text.parse::<Instant>().ok().or_else(|| without_offset(text))?;
    Some(Timestamp(instant.as_millisecond()))
}

fn without_offset(text: &str) -> Option<Instant> {
    // jiff reads over an offset here; one that was no valid instant must not turn into UTC.
    let time = text.split_once(['T', 't', ' ']).map_or("", |(_, time)| time);
    if time.contains(['+', '-', '[']) {
        return None;
    }
    Offset::UTC.to_timestamp(text.parse::<DateTime>().ok()?).ok()
}

/// Unix seconds, or milliseconds if too large for seconds.
pub(super) fn from_integer(number: i64) -> Option<Timestamp> {
    let instant = if number.unsigned_abs() < MILLISECONDS_FROM.unsigned_abs() {
        Instant::from_second(number)
    } else {
        Instant::from_millisecond(number)
    };
    Some(Timestamp(instant.ok()?.as_millisecond()))
}

/// As `from_integer`, with a fraction, to the nearest millisecond.
pub(super) fn from_float(number: f64) -> Option<Timestamp> {
    let seconds = if number.abs() < MILLISECONDS_FROM as f64 { number } else { number / 1000.0 };
    let since_epoch = SignedDuration::try_from_secs_f64(seconds).ok()?;
    let instant = Instant::from_duration(since_epoch).ok()?.round(Unit::Millisecond).ok()?;
    Some(Timestamp(instant.as_millisecond()))
}

/// RFC 3339 in UTC; a moment outside the years 1 to 9999 stays a number of milliseconds.
pub(super) fn to_json(moment: Timestamp) -> Value {
    let (year, _, _) = moment.date();
    match Instant::from_millisecond(moment.0) {
        Ok(instant) if (1..=9999).contains(&year) => Value::String(instant.to_string()),
        _ => Value::from(moment.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAY: i64 = 1_683_504_000_000;

    #[test]
    fn notations_of_one_moment_agree() {
        let noon = Some(Timestamp(MAY + 12 * 3_600_000));
        for text in [
            "2023-05-08T12:00:00Z",
            "2023-05-08T14:00:00+02:00",
            "2023-05-08 12:00:00.000Z",
            "2023-05-08T12:00:00",
            "2023-05-08 12:00",
        ] {
            assert_eq!(from_text(text), noon, "{text}");
        }
        assert_eq!(from_text("2023-05-08"), Some(Timestamp(MAY)));
        assert_eq!(from_integer(MAY / 1000), Some(Timestamp(MAY)));
        assert_eq!(from_integer(MAY), Some(Timestamp(MAY)));
        assert_eq!(from_float(1_683_504_000.123), Some(Timestamp(MAY + 123)));
        assert_eq!(from_float(1_683_504_000_123.0), Some(Timestamp(MAY + 123)));
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in [
            "",
            "yesterday",
            "12:00",
            "2023-13-01",
            "2023-02-30T00:00:00Z",
            "1683504000",
            "2023-05-08T12:00:00+99:00",
            "2023-05-08T12:00:00+26:30",
            "2023-05-08T12:00:00[UTC",
        ] {
            assert_eq!(from_text(text), None, "{text}");
        }
        assert_eq!(from_integer(i64::MAX), None);
        assert_eq!(from_integer(i64::MIN), None);
        assert_eq!(from_float(f64::NAN), None);
        assert_eq!(from_float(1e300), None);
    }

    #[test]
    fn what_is_written_reads_back() {
        for moment in [0, -1, MAY, MAY + 1, 951_782_400_000] {
            let Value::String(text) = to_json(Timestamp(moment)) else { panic!("text expected") };
            assert_eq!(from_text(&text), Some(Timestamp(moment)), "{text}");
        }
        assert_eq!(to_json(Timestamp(i64::MAX)), Value::from(i64::MAX));
        assert_eq!(to_json(Timestamp(MAY)), "2023-05-08T00:00:00Z");
    }
}
