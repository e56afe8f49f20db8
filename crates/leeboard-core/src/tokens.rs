//! Token counts: the trait, and an estimate that needs no tables.
//!
//! Owns no vocabulary; exact counters live in `leeboard-io`.

/// Counts the tokens of a text. Must be a pure function of the text.
pub trait TokenCounter: Send + Sync {
    /// What counted, as stored with every count: `o200k_base`, `estimate`, ...
    fn name(&self) -> &str;
    /// Tokens in the text.
    fn count(&self, text: &str) -> usize;
}

/// A weighted sum of what is counted over the bytes, rounded up: words, long words, digits,
/// punctuation, line breaks, and letters of other scripts.
///
/// The weights were fitted to `o200k_base` by `cargo bench -p leeboard-io --bench tokens`, which
/// also prints how far off the estimate is; `docs/concepts/prompt.md#counting` states it.
///
/// Good enough where no prompt is built (observing, auditing) and for models whose vocabulary is
/// not known; prompts for OpenAI's models are budgeted with an exact counter.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "a stateless rule")]
pub struct Estimate;

/// How many things [`Estimate::features`] counts.
pub const FEATURES: usize = 19;

/// What each of [`Estimate::features`] weighs, in thousandths of a token, with its name.
pub const WEIGHTS: [(&str, u64); FEATURES] = [
    ("word starts", 1000),
    ("ASCII letters after 6 others", 60),
    ("capitals after a small letter", 1100),
    ("capitals after a capital", 150),
    ("digit runs", 1390),
    ("digits after 3 others", 420),
    ("punctuation runs", 880),
    ("punctuation after another mark", 100),
    ("punctuation after the same mark", 180),
    ("line breaks after text", 800),
    ("indentations", 260),
    ("Latin letters outside ASCII", 1180),
    ("Greek and Cyrillic letters", 160),
    ("Hebrew and Arabic letters", 180),
    ("Indic and Thai letters", 120),
    ("typographic marks and symbols", 1260),
    ("kana", 680),
    ("Han characters", 950),
    ("Hangul, emoji and all else", 400),
];

/// Bytes that are looked at together, so that the compiler can use vector instructions.
const BLOCK: usize = 64;
/// Bytes before a byte that its features depend on.
const BEFORE: usize = 6;
/// Stands before the text and after it: belongs to no class.
const NOTHING: u8 = 0x7f;

impl Estimate {
    /// What the estimate counts in a text, in the order of [`WEIGHTS`].
    ///
    /// Scripts are told apart by the first byte of a character in UTF-8, so the borders between
    /// them are those of whole blocks of 64 to 4,096 characters.
    #[must_use]
    pub fn features(text: &str) -> [u64; FEATURES] {
        let mut totals = [0; FEATURES];
        let mut window = [NOTHING; BEFORE + BLOCK];
        for block in text.as_bytes().chunks(BLOCK) {
            window.copy_within(BLOCK.., 0);
            let (_, place) = window.split_at_mut(BEFORE);
            place.fill(NOTHING);
            for (to, from) in place.iter_mut().zip(block) {
                *to = *from;
            }
            add_shapes(&window, &mut totals);
            if !block.is_ascii() {
                add_scripts(&window, &mut totals);
            }
        }
        totals
    }
}

impl TokenCounter for Estimate {
    fn name(&self) -> &'static str {
        "estimate"
    }

    fn count(&self, text: &str) -> usize {
        let features = Self::features(text);
        let sum: u64 = features.iter().zip(WEIGHTS).map(|(count, (_, weight))| count * weight).sum();
        let tokens = usize::try_from(sum.div_ceil(1000)).unwrap_or(usize::MAX);
        if text.is_empty() { 0 } else { tokens.max(1) }
    }
}

type Window = [u8; BEFORE + BLOCK];

/// At how many places of the block the condition holds. It sees the byte and those before it,
/// the byte itself last.
#[inline(always)]
fn tally(window: &Window, holds: impl Fn(&[u8; BEFORE + 1]) -> bool) -> u64 {
    let mut count = 0_u8;
    for at in window.array_windows::<{ BEFORE + 1 }>() {
        count += u8::from(holds(at));
    }
    u64::from(count)
}

// Conditions are joined with `&` and `|`: without branches they become vector instructions.

fn letter(byte: u8) -> bool {
    (byte | 0x20).wrapping_sub(b'a') < 26
}

fn small(byte: u8) -> bool {
    byte.wrapping_sub(b'a') < 26
}

fn capital(byte: u8) -> bool {
    byte.wrapping_sub(b'A') < 26
}

fn digit(byte: u8) -> bool {
    byte.wrapping_sub(b'0') < 10
}

/// Part of a word: all that is not ASCII counts as such.
fn wordy(byte: u8) -> bool {
    letter(byte) | (byte == b'\'') | (byte >= 0x80)
}

fn blank(byte: u8) -> bool {
    (byte == b' ') | (byte == b'\t')
}

fn line_break(byte: u8) -> bool {
    (byte == b'\n') | (byte == b'\r')
}

fn mark(byte: u8) -> bool {
    !(wordy(byte) | digit(byte) | blank(byte) | line_break(byte) | (byte == NOTHING))
}

/// The features that ASCII text has.
fn add_shapes(window: &Window, totals: &mut [u64; FEATURES]) {
    const AT: usize = BEFORE;
    totals[0] += tally(window, |w| wordy(w[AT]) & !wordy(w[AT - 1]));
    totals[1] += tally(window, |w| w.iter().fold(true, |all, &byte| all & letter(byte)));
    totals[2] += tally(window, |w| capital(w[AT]) & small(w[AT - 1]));
    totals[3] += tally(window, |w| capital(w[AT]) & capital(w[AT - 1]));
    totals[4] += tally(window, |w| digit(w[AT]) & !digit(w[AT - 1]));
    totals[5] += tally(window, |w| digit(w[AT]) & digit(w[AT - 1]) & digit(w[AT - 2]) & digit(w[AT - 3]));
    totals[6] += tally(window, |w| mark(w[AT]) & !mark(w[AT - 1]));
    totals[7] += tally(window, |w| mark(w[AT]) & mark(w[AT - 1]) & (w[AT] != w[AT - 1]));
    totals[8] += tally(window, |w| mark(w[AT]) & (w[AT] == w[AT - 1]));
    totals[9] += tally(window, |w| line_break(w[AT]) & !line_break(w[AT - 1]) & !mark(w[AT - 1]));
    totals[10] +=
        tally(window, |w| blank(w[AT]) & (blank(w[AT - 1]) | line_break(w[AT - 1])) & !blank(w[AT - 2]));
}

/// The features that only other text has: characters by their first byte.
fn add_scripts(window: &Window, totals: &mut [u64; FEATURES]) {
    const AT: usize = BEFORE;
    let between = |first: u8, last: u8| tally(window, |w| (w[AT] >= first) & (w[AT] <= last));
    totals[11] += between(0xc3, 0xcb);
    totals[12] += between(0xcc, 0xd6);
    totals[13] += between(0xd7, 0xdf);
    totals[14] += between(0xe0, 0xe1);
    totals[15] += between(0xe2, 0xe2) + between(0xc2, 0xc2);
    totals[16] += between(0xe3, 0xe3);
    totals[17] += between(0xe4, 0xe9);
    totals[18] += between(0xea, 0xff);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn common_text_is_counted_about_right() {
        // The text, its tokens in o200k_base, and the estimate.
        for (text, exact, estimate) in [
            ("", 0, 0),
            ("hello world", 2, 2),
            ("The tide turns at noon.", 6, 6),
            ("2 + 2 = 4", 7, 6),
            ("fn main() { let text = 1; }", 11, 10),
            ("El capitán izó las velas.", 9, 9),
            ("Der Lotse kommt erst bei Hochwasser.", 9, 8),
        ] {
            assert_eq!(Estimate.count(text), estimate, "{text:?}");
            assert!(estimate.abs_diff(exact) <= 1, "{text:?} is off by more than a token");
        }
    }

    #[test]
    fn every_class_of_character_is_counted() {
        for (feature, text) in [
            (11, "é"),
            (12, "ж"),
            (12, "ω"),
            (13, "ש"),
            (13, "ع"),
            (14, "ह"),
            (15, "“"),
            (15, "€"),
            (16, "は"),
            (17, "海"),
            (18, "한"),
            (18, "🙂"),
        ] {
            let features = Estimate::features(text);
            let scripts: u64 = features.iter().skip(11).sum();
            assert_eq!((features[feature], scripts), (1, 1), "{text} as {}", WEIGHTS[feature].0);
        }
    }

    /// Lengths of the runs of bytes that belong to a class.
    fn runs(text: &str, class: impl Fn(u8) -> bool) -> Vec<usize> {
        let pieces = text.as_bytes().split(|byte| !class(*byte));
        pieces.map(<[u8]>::len).filter(|length| *length > 0).collect()
    }

    /// 64 cases, or as many as `LEEBOARD_TEST_CASES` says (`./test --long`).
    fn cases() -> u32 {
        #[expect(clippy::disallowed_methods, reason = "how long to test is no setting of the core")]
        let asked = std::env::var("LEEBOARD_TEST_CASES");
        asked.ok().and_then(|count| count.parse().ok()).unwrap_or(64)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(cases()))]

        #[test]
        fn runs_are_counted_across_the_borders_of_blocks(text in "([a-zé']{1,14}[ .]{1,2}|[0-9]{1,9}|\\PC){0,80}") {
            let features = Estimate::features(&text);
            prop_assert_eq!(features[0], runs(&text, wordy).len() as u64);
            let beyond = |runs: Vec<usize>, free: usize| -> u64 {
                runs.iter().map(|length| length.saturating_sub(free) as u64).sum()
            };
            prop_assert_eq!(features[1], beyond(runs(&text, letter), 6));
            prop_assert_eq!(features[4], runs(&text, digit).len() as u64);
            prop_assert_eq!(features[5], beyond(runs(&text, digit), 3));
            prop_assert_eq!(features[6], runs(&text, mark).len() as u64);
        }

        #[test]
        fn a_text_that_is_not_empty_has_at_least_one_token(text in "\\PC{1,40}") {
            prop_assert!(Estimate.count(&text) >= 1);
        }
    }
}
