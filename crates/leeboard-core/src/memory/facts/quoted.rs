//! Names in quotation marks: "I call my car \"Betsy\"".
//!
//! Owns telling them from quoted speech, which says nothing in the speaker's own voice.

use super::lexicon::{MODAL, NEGATION, POSSESSIVE, PRONOUN, VERB, tags};

/// Words of a name, at most.
const MOST_WORDS: usize = 3;

/// The name that a text begins with in quotation marks, and where it ends, if what stands before
/// it calls for one: "called", "my boat is".
pub(super) fn name<'a>(before: &str, text: &'a str) -> Option<(&'a str, usize)> {
    let open = text.chars().next()?;
    let close = match open {
        '"' | '\'' | '`' => open,
        '“' => '”',
        '„' => '“',
        '«' => '»',
        '‘' => '’',
        _ => return None,
    };
    // An apostrophe stands behind a letter.
    if !before.ends_with([' ', '(', ':']) || !calls_for(before) {
        return None;
    }
    let rest = text.get(open.len_utf8()..)?;
    let end = rest.find(close)?;
    let name = rest.get(..end)?.trim_end_matches(['.', ',']);
    let words = || name.split(' ');
    let begins = name.chars().next().is_some_and(|c| c.is_uppercase() || c.is_ascii_digit());
    let plain = |word: &str| {
        let speech = PRONOUN | POSSESSIVE | VERB | MODAL | NEGATION;
        !word.is_empty() && tags(&word.to_lowercase()) & speech == 0
    };
    let whole =
        words().count() <= MOST_WORDS && words().all(plain) && !name.contains(['.', '!', '?', ':', ';']);
    (begins && whole).then(|| (name, open.len_utf8() + end + close.len_utf8()))
}

/// Whether a name comes next.
fn calls_for(before: &str) -> bool {
    let low = before.to_lowercase();
    let words: Vec<&str> = low.split_whitespace().collect();
    let owned = || words.iter().any(|word| matches!(*word, "my" | "our" | "your"));
    let behind =
        |n: usize| words.len().checked_sub(n).and_then(|at| words.get(at)).copied().unwrap_or_default();
    match behind(1) {
        "called" | "named" | "nicknamed" | "titled" | "entitled" | "christened" => true,
        "is" | "was" => behind(2) == "name" || owned(),
        "name's" => true,
        _ => {
            (2..=4).any(|n| matches!(behind(n), "call" | "calls" | "named" | "nicknamed" | "christened"))
                && owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_from_speech() {
        for (before, text, wanted) in [
            ("My boat is called ", "\"Petrel\".", Some("Petrel")),
            ("My dog's name is ", "'Rex'.", Some("Rex")),
            ("We call our van ", "“Old Moss”,", Some("Old Moss")),
            ("My flat is ", "\"Villa Ida.\"", Some("Villa Ida")),
            ("She said ", "\"Rex\"", None),
            ("His answer is ", "\"Rome\"", None),
            ("My motto is ", "\"Never mind it\"", None),
            ("My answer is ", "\"I am 40\"", None),
            ("My boat is called", "'s", None),
            ("They are called ", "\"unclosed", None),
        ] {
            assert_eq!(name(before, text).map(|found| found.0), wanted, "{before}{text}");
        }
    }
}
