//! Text taken apart once: words, sentences, terms.
//!
//! Owns tokenisation, stop words and stemming, shared by memory, patterns and drift. Judges
//! nothing. English stop words and stemming; other languages keep their words as they are.

use rust_stemmers::{Algorithm, Stemmer};
use unicode_segmentation::UnicodeSegmentation;

/// Words that carry grammar rather than content, lower case, sorted.
const STOP_WORDS: &[&str] = &[
    "a",
    "about",
    "above",
    "actually",
    "after",
    "again",
    "against",
    "all",
    "almost",
    "also",
    "although",
    "always",
    "am",
    "among",
    "an",
    "and",
    "any",
    "anything",
    "are",
    "aren't",
    "around",
    "as",
    "at",
    "back",
    "be",
    "because",
    "been",
    "before",
    "being",
    "below",
    "between",
    "both",
    "but",
    "by",
    "can",
    "can't",
    "cannot",
    "could",
    "couldn't",
    "did",
    "didn't",
    "do",
    "does",
    "doesn't",
    "doing",
    "don't",
    "done",
    "down",
    "during",
    "each",
    "either",
    "else",
    "even",
    "ever",
    "every",
    "few",
    "for",
    "from",
    "further",
    "get",
    "give",
    "go",
    "got",
    "had",
    "hadn't",
    "has",
    "hasn't",
    "have",
    "haven't",
    "having",
    "he",
    "he's",
    "her",
    "here",
    "hers",
    "herself",
    "hey",
    "hi",
    "him",
    "himself",
    "his",
    "how",
    "however",
    "i",
    "i'd",
    "i'll",
    "i'm",
    "i've",
    "if",
    "in",
    "instead",
    "into",
    "is",
    "isn't",
    "it",
    "it's",
    "its",
    "itself",
    "just",
    "kind",
    "let",
    "let's",
    "like",
    "made",
    "make",
    "many",
    "may",
    "maybe",
    "me",
    "might",
    "more",
    "most",
    "much",
    "must",
    "my",
    "myself",
    "never",
    "no",
    "nor",
    "not",
    "now",
    "of",
    "off",
    "oh",
    "on",
    "once",
    "one",
    "only",
    "onto",
    "or",
    "other",
    "others",
    "ought",
    "our",
    "ours",
    "ourselves",
    "out",
    "over",
    "own",
    "per",
    "perhaps",
    "please",
    "quite",
    "rather",
    "really",
    "same",
    "shall",
    "she",
    "she's",
    "should",
    "shouldn't",
    "since",
    "so",
    "some",
    "something",
    "still",
    "such",
    "than",
    "that",
    "that's",
    "the",
    "their",
    "theirs",
    "them",
    "themselves",
    "then",
    "there",
    "there's",
    "these",
    "they",
    "they're",
    "thing",
    "things",
    "this",
    "those",
    "though",
    "through",
    "thus",
    "to",
    "too",
    "toward",
    "towards",
    "under",
    "until",
    "up",
    "upon",
    "us",
    "very",
    "was",
    "wasn't",
    "way",
    "we",
    "we're",
    "we've",
    "well",
    "were",
    "weren't",
    "what",
    "what's",
    "when",
    "where",
    "whether",
    "which",
    "while",
    "who",
    "who's",
    "whom",
    "whose",
    "why",
    "will",
    "with",
    "within",
    "without",
    "won't",
    "would",
    "wouldn't",
    "yes",
    "yet",
    "you",
    "you'd",
    "you'll",
    "you're",
    "you've",
    "your",
    "yours",
    "yourself",
    "yourselves",
];

/// Whether a lower-case word is a stop word.
#[must_use]
pub fn is_stop_word(word: &str) -> bool {
    STOP_WORDS.binary_search(&word).is_ok()
}

/// A text with its words and terms.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Analysis {
    /// All words in lower case, curly apostrophes made straight.
    pub words: Vec<String>,
    /// Content words, stemmed, in order, with repetitions.
    pub terms: Vec<String>,
}

impl Analysis {
    /// Takes a text apart.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let stemmer = Stemmer::create(Algorithm::English);
        let words: Vec<String> = words(text).collect();
        let terms =
            words.iter().filter(|word| !is_stop_word(word)).map(|word| stem(&stemmer, word)).collect();
        Self { words, terms }
    }
}

/// Characters of a term, at most. Longer "words" are encoded data or lines without spaces, on
/// which a stemmer takes time that grows with the square of the length.
const MAX_TERM: usize = 64;

fn stem(stemmer: &Stemmer, word: &str) -> String {
    if word.len() > MAX_TERM {
        return word.chars().take(MAX_TERM).collect();
    }
    let word = word.strip_suffix("'s").unwrap_or(word);
    if word.is_ascii() { stemmer.stem(word).into_owned() } else { word.to_owned() }
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

/// The sentences of a text, trimmed: split at line ends and after `.`, `!`, `?`, `…` or their
/// CJK forms where white space, a closing mark or the end follows. List markers, abbreviations
/// of one letter and decimal numbers do not end a sentence.
#[must_use]
pub fn sentences(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for line in text.lines() {
        let mut start = 0;
        let mut marks = line.char_indices().peekable();
        while let Some((at, mark)) = marks.next() {
            let end = at + mark.len_utf8();
            let ends = match mark {
                '。' | '！' | '？' => true,
                '.' | '!' | '?' | '…' => {
                    let next = marks.peek().map(|&(_, c)| c);
                    next.is_none_or(|c| c.is_whitespace() || "\"'”’)»*_".contains(c))
                        && !(mark == '.' && is_abbreviation(&line[start..at]))
                }
                _ => false,
            };
            if ends {
                // Closing marks belong to the sentence that they close.
                let closing = line[end..].chars().take_while(|c| "\"”’)»*_".contains(*c));
                let end = end + closing.map(char::len_utf8).sum::<usize>();
                push_sentence(&mut found, &line[start..end]);
                start = end;
            }
        }
        push_sentence(&mut found, &line[start..]);
    }
    found
}

fn push_sentence<'a>(found: &mut Vec<&'a str>, text: &'a str) {
    let text = text.trim();
    if text.chars().any(char::is_alphanumeric) {
        found.push(text);
    }
}

/// Whether the text before a full stop ends in a single letter, a short title or a list number.
fn is_abbreviation(before: &str) -> bool {
    let last = before.rsplit(|c: char| c.is_whitespace() || c == '(').next().unwrap_or("");
    let lone_letter = last.chars().count() == 1 && last.chars().all(char::is_alphabetic) && last != "I";
    // The trimming comes last: it reads all of a long indentation.
    let list_number = !last.is_empty()
        && last.chars().all(|c| c.is_ascii_digit())
        && before.trim_start().len() == last.len();
    let known = matches!(last, "Mr" | "Mrs" | "Ms" | "Dr" | "St" | "e.g" | "i.e" | "vs" | "etc" | "No");
    lone_letter || list_number || known
}

/// The paragraphs of a text: runs of lines between blank lines.
#[must_use]
pub fn paragraphs(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut start = None;
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        if line.trim().is_empty() {
            if let Some(from) = start.take() {
                found.push(text[from..offset].trim());
            }
        } else if start.is_none() {
            start = Some(offset);
        }
        offset += line.len();
    }
    if let Some(from) = start {
        found.push(text[from..].trim());
    }
    found
}

/// Whether a line is an item of a bullet or numbered list.
#[must_use]
pub fn is_list_item(line: &str) -> bool {
    let line = line.trim_start();
    if let Some(rest) = line.strip_prefix(['-', '*', '+', '•', '‣', '–']) {
        return rest.starts_with([' ', '\t']);
    }
    let digits = line.chars().take_while(char::is_ascii_digit).count();
    let marker = &line[digits..];
    (1..=3).contains(&digits) && marker.starts_with(['.', ')']) && marker[1..].starts_with([' ', '\t'])
}

/// Whether a line is a heading: Markdown `#`, or a line that is bold as a whole.
#[must_use]
pub fn is_heading(line: &str) -> bool {
    let line = line.trim();
    let hashes = line.chars().take_while(|&c| c == '#').count();
    let markdown = (1..=6).contains(&hashes) && line[hashes..].starts_with(' ');
    let bold = line.len() > 4
        && line.starts_with("**")
        && line.trim_end_matches(':').ends_with("**")
        && line.matches("**").count() == 2;
    markdown || bold
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
    fn stop_words_are_sorted_and_found() {
        assert!(STOP_WORDS.is_sorted());
        assert!(is_stop_word("the") && !is_stop_word("anchor"));
    }

    #[test]
    fn sentences_end_where_people_end_them() {
        assert_eq!(
            sentences("Dr. Lee paid 3.5 pounds. \"Why?\" she asked.\n1. First\n2. Second one! Yes"),
            ["Dr. Lee paid 3.5 pounds.", "\"Why?\"", "she asked.", "1. First", "2. Second one!", "Yes"]
        );
        assert_eq!(sentences("好。再见！"), ["好。", "再见！"]);
        assert!(sentences("... !!").is_empty());
    }

    #[test]
    fn lists_and_headings() {
        assert!(is_list_item("- a") && is_list_item("  12) b") && is_list_item("• c"));
        assert!(!is_list_item("-a") && !is_list_item("2024 was") && !is_list_item("**bold** x"));
        assert!(is_heading("## Plan") && is_heading("**Plan:**") && is_heading("**Plan**:"));
        assert!(!is_heading("#tag") && !is_heading("**a** and **b**"));
    }

    #[test]
    fn terms_are_stemmed_content_words() {
        assert_eq!(terms("The sailors’ anchors were holding"), ["sailor", "anchor", "hold"]);
    }

    #[test]
    fn a_line_without_spaces_is_cut_not_stemmed() {
        assert_eq!(terms(&"running".repeat(100_000)), ["running".repeat(100)[..MAX_TERM].to_owned()]);
    }

    #[test]
    fn paragraphs_are_runs_of_lines() {
        assert_eq!(paragraphs("\n a\nb\n\n \nc\n"), ["a\nb", "c"]);
    }
}
