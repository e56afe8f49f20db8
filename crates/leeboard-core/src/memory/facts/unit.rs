//! Units of measure, and the decades that words name.

use super::value::Dimension;

/// The decade that "fifties" or the "s" of "50s" names.
pub(super) fn decade(word: &str) -> Option<f64> {
    Some(match word {
        "teens" => 13.0,
        "twenties" => 20.0,
        "thirties" => 30.0,
        "forties" => 40.0,
        "fifties" => 50.0,
        "sixties" => 60.0,
        "seventies" => 70.0,
        "eighties" => 80.0,
        "nineties" => 90.0,
        _ => return None,
    })
}

/// A unit's dimension and its size in the base unit.
pub(super) fn unit(word: &str) -> Option<(Dimension, f64)> {
    use Dimension::{
        Area, Dollar, Duration, Energy, Euro, Iu, Length, Mass, Money, Percent, Pound, Speed, Sterling,
        Temperature, Volume,
    };
    Some(match word {
        "pound" | "pounds" => (Pound, 1.0),
        "quid" | "gbp" => (Sterling, 1.0),
        "dollar" | "dollars" | "usd" | "bucks" => (Dollar, 1.0),
        "euro" | "euros" | "eur" => (Euro, 1.0),
        "franc" | "francs" | "chf" | "yen" | "rupees" | "kronor" | "kroner" => (Money, 1.0),
        "kg" | "kilo" | "kilos" | "kilogram" | "kilograms" | "kilogrammes" => (Mass, 1.0),
        "g" | "gram" | "grams" | "grammes" => (Mass, 1e-3),
        "mg" | "milligram" | "milligrams" => (Mass, 1e-6),
        "mcg" | "µg" | "microgram" | "micrograms" => (Mass, 1e-9),
        "lb" | "lbs" => (Mass, 0.453_592),
        "oz" | "ounce" | "ounces" => (Mass, 0.028_35),
        "stone" => (Mass, 6.350_29),
        "tonne" | "tonnes" | "ton" | "tons" => (Mass, 1e3),
        "mm" | "millimetres" => (Length, 1e-3),
        "cm" | "centimetre" | "centimetres" | "centimeter" | "centimeters" => (Length, 1e-2),
        "m" | "metre" | "metres" | "meter" | "meters" => (Length, 1.0),
        "km" | "kilometre" | "kilometres" | "kilometer" | "kilometers" | "k" => (Length, 1e3),
        "mile" | "miles" => (Length, 1609.34),
        "ft" | "feet" | "foot" => (Length, 0.3048),
        "inch" | "inches" => (Length, 0.0254),
        "second" | "seconds" | "sec" | "secs" => (Duration, 1.0 / 86_400.0),
        "minute" | "minutes" | "min" | "mins" => (Duration, 1.0 / 1_440.0),
        "hour" | "hours" | "hr" | "hrs" => (Duration, 1.0 / 24.0),
        "day" | "days" => (Duration, 1.0),
        "week" | "weeks" => (Duration, 7.0),
        "fortnight" => (Duration, 14.0),
        "month" | "months" => (Duration, 30.4375),
        "year" | "years" | "yrs" => (Duration, 365.25),
        "ml" | "millilitres" => (Volume, 1e-3),
        "l" | "litre" | "litres" | "liter" | "liters" => (Volume, 1.0),
        "degrees" | "degree" | "celsius" | "fahrenheit" => (Temperature, 1.0),
        "percent" | "pct" => (Percent, 1.0),
        "kcal" | "calories" | "cal" => (Energy, 1.0),
        "mph" => (Speed, 1.609_34),
        "kph" | "kmh" => (Speed, 1.0),
        "sqm" | "m2" => (Area, 1.0),
        "iu" => (Iu, 1.0),
        _ => return None,
    })
}
