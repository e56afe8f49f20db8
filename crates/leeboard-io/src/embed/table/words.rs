//! The first half of BERT's uncased tokenizer: a text becomes lower-case words without accents.
//!
//! Control characters vanish, white space separates, every punctuation mark and every Chinese
//! character is a word of its own, the rest is decomposed (NFD), freed of its nonspacing marks
//! and put into lower case. Categories are those of today's Unicode: a mark or accent that was
//! added after version 8 makes its whole word unknown to the reference tokenizer, not to this one.
//! Owns no vocabulary; see `vocabulary` for the other half.

use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

/// Characters of a word, at most. Longer ones are unknown, as in the reference tokenizer.
pub(super) const MAX_CHARS: usize = 100;

const MAX_BYTES: usize = 4 * MAX_CHARS;

/// One word in a buffer on the stack, used again for the next.
pub(super) struct Word {
    bytes: [u8; MAX_BYTES],
    length: usize,
    /// Those that did not fit included.
    chars: usize,
}

impl Word {
    fn new() -> Self {
        Self { bytes: [0; MAX_BYTES], length: 0, chars: 0 }
    }

    /// UTF-8; `None` for a word of more than [`MAX_CHARS`] characters.
    pub(super) fn bytes(&self) -> Option<&[u8]> {
        if self.chars > MAX_CHARS { None } else { self.bytes.get(..self.length) }
    }

    #[inline]
    fn push_byte(&mut self, byte: u8) {
        if let Some(place) = self.bytes.get_mut(self.length) {
            *place = byte;
            self.length += 1;
        }
        self.chars += 1;
    }

    fn push(&mut self, c: char) {
        let end = self.length + c.len_utf8();
        if let Some(place) = self.bytes.get_mut(self.length..end) {
            c.encode_utf8(place);
            self.length = end;
        }
        self.chars += 1;
    }

    /// Hands the word over, if there is one, and starts the next.
    #[inline]
    fn end(&mut self, found: &mut impl FnMut(&Self)) {
        if self.chars > 0 {
            found(self);
            (self.length, self.chars) = (0, 0);
        }
    }
}

/// What an ASCII character is to the tokenizer.
#[derive(Clone, Copy)]
enum Ascii {
    /// Part of a word, in lower case.
    Part(u8),
    /// A word of its own.
    Mark,
    Dropped,
}

/// Looked up rather than computed: it is asked for every byte of almost every text. White space
/// never gets here.
const ASCII: [Ascii; 128] = {
    let mut classes = [Ascii::Dropped; 128];
    let mut at = 0;
    while at < classes.len() {
        let byte = at as u8;
        if byte.is_ascii_punctuation() {
            classes[at] = Ascii::Mark;
        } else if byte.is_ascii_graphic() {
            classes[at] = Ascii::Part(byte.to_ascii_lowercase());
        }
        at += 1;
    }
    classes
};

/// Hands every word of a text to `found`, in order. Takes time linear in the text and no memory,
/// but for what a run of combining marks needs to be put in order.
pub(super) fn each(text: &str, mut found: impl FnMut(&Word)) {
    let bytes = text.as_bytes();
    let mut word = Word::new();
    let mut start = 0;
    while start < bytes.len() {
        // Up to the next white space of ASCII: no rule looks across it.
        let (mut end, mut all) = (start, 0);
        while let Some(&byte) = bytes.get(end)
            && !matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
        {
            all |= byte;
            end += 1;
        }
        if all < 0x80 {
            ascii(bytes.get(start..end).unwrap_or_default(), &mut word, &mut found);
        } else {
            unicode(text.get(start..end).unwrap_or_default(), &mut word, &mut found);
        }
        word.end(&mut found);
        start = end + 1;
    }
}

fn ascii(chunk: &[u8], word: &mut Word, found: &mut impl FnMut(&Word)) {
    for &byte in chunk {
        match ASCII.get(usize::from(byte)) {
            Some(Ascii::Part(lower)) => word.push_byte(*lower),
            Some(Ascii::Mark) => {
                word.end(found);
                word.push_byte(byte);
                word.end(found);
            }
            Some(Ascii::Dropped) | None => {}
        }
    }
}

fn unicode(chunk: &str, word: &mut Word, found: &mut impl FnMut(&Word)) {
    for c in chunk.chars().filter(|&c| !is_dropped(c)).nfd() {
        match class(c) {
            Class::Part => c.to_lowercase().for_each(|c| word.push(c)),
            Class::Mark => {
                word.end(found);
                word.push(c);
                word.end(found);
            }
            Class::Space => word.end(found),
            Class::Accent => {}
        }
    }
}

/// Control and format characters, private use, and the replacement character.
fn is_dropped(c: char) -> bool {
    use GeneralCategory::{Control, Format, PrivateUse};
    if c.is_ascii() {
        return c.is_ascii_control();
    }
    c == char::REPLACEMENT_CHARACTER || matches!(c.general_category(), Control | Format | PrivateUse)
}

/// What a decomposed character is to the tokenizer.
enum Class {
    /// Part of a word.
    Part,
    /// A word of its own.
    Mark,
    Space,
    /// Left out.
    Accent,
}

fn class(c: char) -> Class {
    use GeneralCategory::{
        ClosePunctuation, ConnectorPunctuation, DashPunctuation, FinalPunctuation, InitialPunctuation,
        NonspacingMark, OpenPunctuation, OtherPunctuation,
    };
    if c.is_ascii_alphanumeric() {
        return Class::Part;
    }
    if c.is_ascii_punctuation() || is_cjk(c) {
        return Class::Mark;
    }
    if c.is_whitespace() {
        return Class::Space;
    }
    match c.general_category() {
        NonspacingMark => Class::Accent,
        ConnectorPunctuation | DashPunctuation | OpenPunctuation | ClosePunctuation | InitialPunctuation
        | FinalPunctuation | OtherPunctuation => Class::Mark,
        _ => Class::Part,
    }
}

/// The blocks of Chinese characters that the reference tokenizer sets apart. Japanese syllables
/// and Korean are not among them.
fn is_cjk(c: char) -> bool {
    matches!(c,
        '\u{4E00}'..='\u{9FFF}'
        | '\u{3400}'..='\u{4DBF}'
        | '\u{20000}'..='\u{2A6DF}'
        | '\u{2A700}'..='\u{2B73F}'
        | '\u{2B740}'..='\u{2B81F}'
        | '\u{2B920}'..='\u{2CEAF}'
        | '\u{F900}'..='\u{FAFF}'
        | '\u{2F800}'..='\u{2FA1F}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        let mut words = Vec::new();
        each(text, |word| {
            let bytes = word.bytes().map(|bytes| String::from_utf8(bytes.to_vec()).unwrap());
            words.push(bytes.unwrap_or_else(|| format!("<{} characters>", word.chars)));
        });
        words
    }

    #[test]
    fn ascii_text_is_split_at_space_and_marks() {
        assert_eq!(
            words("Don't\tPANIC,\r\nit's 5 o\u{7f}'clock_"),
            ["don", "'", "t", "panic", ",", "it", "'", "s", "5", "o", "'", "clock", "_"]
        );
        assert_eq!(words(""), [""; 0]);
        assert_eq!(words(" \n\u{0}\u{1b}"), [""; 0]);
    }

    #[test]
    fn accents_and_case_go() {
        assert_eq!(words("Crème BRÛLÉE"), ["creme", "brulee"]);
        assert_eq!(words("e\u{301}a \u{301}x"), ["ea", "x"]);
        assert_eq!(words("İSTANBUL ΣΟΦΟΣ Ωm"), ["istanbul", "σοφοσ", "ωm"]);
        assert_eq!(words("한국"), ["\u{1112}\u{1161}\u{11ab}\u{1100}\u{116e}\u{11a8}"]);
    }

    #[test]
    fn marks_and_spaces_of_other_scripts_separate() {
        assert_eq!(words("it’s“so”—yes…"), ["it", "’", "s", "“", "so", "”", "—", "yes", "…"]);
        assert_eq!(words("a\u{a0}b\u{3000}c\u{2028}d"), ["a", "b", "c", "d"]);
        assert_eq!(words("潮が満ちる。ok"), ["潮", "か", "満", "ちる", "。", "ok"]);
        assert_eq!(words("zero\u{200b}width\u{feff}\u{fffd}\u{e000}"), ["zerowidth"]);
    }

    #[test]
    fn words_of_more_than_a_hundred_characters_keep_only_their_length() {
        let (fits, long) = ("ß".repeat(100), "ß".repeat(101));
        assert_eq!(words(&format!("{fits} {long} x")), [fits.as_str(), "<101 characters>", "x"]);
        let wide = "\u{1d4d0}".repeat(100);
        assert_eq!(words(&wide), [wide.as_str()]);
        assert_eq!(words(&"a".repeat(100_000)), ["<100000 characters>"]);
    }
}
