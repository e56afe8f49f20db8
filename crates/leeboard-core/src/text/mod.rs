//! Text taken apart once: words, sentences, terms.
//!
//! Owns tokenisation, stop words and stemming, shared by memory, patterns and drift. Judges
//! nothing. English stop words and stemming; other languages keep their words as they are.

mod letters;
pub(crate) mod lookup;
mod parts;
mod stem;
mod stop_words;

use unicode_segmentation::UnicodeSegmentation;

pub(crate) use self::letters::{base, is_invisible, like, narrow};
pub use self::parts::{is_heading, is_list_item, paragraphs, sentences};
use self::stem::stem;
pub use self::stop_words::is_stop_word;

/// A text with its words and terms.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Analysis {
    /// All words in lower case, curly apostrophes made straight.
    pub words: Vec<String>,
    /// How many of them are English stop words.
    pub stop_words: usize,
    /// The others: content words, stemmed, in order, with repetitions.
    pub terms: Vec<String>,
    /// For each term whether it directly follows the one before it, no stop word between them.
    pub joined: Vec<bool>,
}

impl Analysis {
    /// Takes a text apart.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let words: Vec<String> = words(text).collect();
        let (mut terms, mut joined) = (Vec::new(), Vec::new());
        let mut follows = false;
        for word in &words {
            let content = !is_stop_word(word);
            if content {
                terms.push(stem(word));
                joined.push(follows);
            }
            follows = content;
        }
        Self { stop_words: words.len() - terms.len(), words, terms, joined }
    }
}

/// The words of a text in lower case (Unicode UAX 29), with `’` as `'`.
pub fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    text.unicode_words().map(|word| {
        if word.is_ascii() { word.to_ascii_lowercase() } else { word.to_lowercase().replace('\u{2019}', "'") }
    })
}

/// The content terms of a text: stemmed words that are no stop words.
#[must_use]
pub fn terms(text: &str) -> Vec<String> {
    Analysis::of(text).terms
}

/// The first characters of a text on one line, for evidence and tables.
#[must_use]
pub fn excerpt(text: &str, max_chars: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= max_chars {
        return line;
    }
    let mut cut: String = line.chars().take(max_chars.saturating_sub(1)).collect();
    cut.push('…');
    cut
}

/// Rounds to six digits, so that scores read and compare alike everywhere. Not finite gives 0.
#[must_use]
pub fn round6(value: f64) -> f64 {
    if value.is_finite() { (value * 1e6).round() / 1e6 } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_stemmed_content_words() {
        assert_eq!(terms("The sailors’ anchors were holding"), ["sailor", "anchor", "hold"]);
        assert_eq!(Analysis::of("The sailors’ anchors were holding").joined, [false, true, false]);
    }
}
