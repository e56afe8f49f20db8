//! A text as a reader of orders sees it: disguises taken off, cut into words.
//!
//! Owns invisible characters, look-alike letters, markup within words, letters set apart, and
//! base64. Judges nothing; the words are matched in `pattern`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::text::{base, is_invisible, like, narrow};

/// Bytes of a text that are read, half of them at each end. What stands in the middle of a longer
/// one is not: a turn must not take longer the more a tool has returned.
const READ: usize = 64 << 10;

/// Runs of base64 that are decoded, and the characters that one has at least.
const RUNS: usize = 8;
const RUN: usize = 24;

/// A word of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    /// In lower case, without accents, contractions taken apart.
    pub(super) word: String,
    /// The sentence that it stands in.
    pub(super) sentence: usize,
    /// Whether a clause begins with it.
    pub(super) begins: bool,
    /// Whether the sentence does.
    pub(super) opens: bool,
    /// Whether it stands in a quotation or in code.
    pub(super) quoted: bool,
    /// Whether it is written with a capital.
    pub(super) capital: bool,
    /// Where it stands in the plain text.
    pub(super) at: std::ops::Range<usize>,
}

/// A text made plain.
#[derive(Clone, Debug, Default)]
pub(super) struct Plain {
    pub(super) text: String,
    pub(super) tokens: Vec<Token>,
}

impl Plain {
    /// The words of a text. In data - what a tool has returned - quotation marks and brackets part
    /// fields, and nothing counts as quoted.
    pub(super) fn of(text: &str, data: bool) -> Self {
        let mut plain = undisguised(&ends(text));
        for hidden in decoded(&plain).into_iter().chain(turned(&plain)) {
            plain.push('\n');
            plain.push_str(&hidden);
        }
        let tokens = tokens(&plain, data);
        Self { text: plain, tokens }
    }

    /// The words from one to another, as they are written.
    pub(super) fn written(&self, tokens: &[Token]) -> &str {
        let (Some(first), Some(last)) = (tokens.first(), tokens.last()) else { return "" };
        self.text.get(first.at.start..last.at.end).unwrap_or_default()
    }

    /// The words of one sentence.
    pub(super) fn sentence(&self, number: usize) -> &[Token] {
        let start = self.tokens.partition_point(|token| token.sentence < number);
        let end = self.tokens.partition_point(|token| token.sentence <= number);
        self.tokens.get(start..end).unwrap_or_default()
    }
}

fn ends(text: &str) -> String {
    if text.len() <= READ {
        return text.to_owned();
    }
    let head = text.get(..text.floor_char_boundary(READ / 2)).unwrap_or_default();
    let tail = text.get(text.ceil_char_boundary(text.len() - READ / 2)..).unwrap_or_default();
    format!("{head}\n{tail}")
}

fn undisguised(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let line: String =
            line.chars().filter(|&c| !(is_invisible(c) || matches!(c, '*' | '_'))).map(narrow).collect();
        let line = if is_spaced(&line) { joined(&line) } else { line };
        for piece in line.split_inclusive(|c: char| c.is_whitespace()) {
            plain.push_str(&unmasked(piece));
        }
    }
    plain
}

/// Whether a line is mostly letters set apart, such as "i g n o r e".
fn is_spaced(line: &str) -> bool {
    let words = line.split_whitespace();
    let (all, single) =
        words.fold((0, 0), |(all, single), word| (all + 1, single + usize::from(word.chars().count() == 1)));
    single >= 6 && single * 10 >= all * 7
}

/// The same with its letters put together; two spaces part words.
fn joined(line: &str) -> String {
    let words = line.trim_end().split("  ").map(|word| word.split_whitespace().collect::<String>());
    words.collect::<Vec<_>>().join(" ") + "\n"
}

/// A word with look-alike letters and figures made Latin, if it is a Latin word in disguise.
fn unmasked(word: &str) -> String {
    let latin = word.chars().filter(char::is_ascii_alphabetic).count();
    let foreign = word.chars().any(|c| like(c) != c);
    let figures = word.chars().any(|c| c.is_ascii_digit());
    // "3rd", "mp3" and "1st" stay what they are: figures stand on one side only.
    let inside = {
        let letters = word.trim_matches(|c: char| !c.is_alphanumeric());
        let first = letters.chars().next().is_some_and(|c| c.is_ascii_digit());
        let core: String = letters.trim_matches(|c: char| c.is_ascii_digit()).to_owned();
        core.chars().any(|c| c.is_ascii_digit()) || (first && latin >= 4)
    };
    if latin == 0 || !(foreign || (figures && inside)) {
        return word.to_owned();
    }
    word.chars().map(|c| if figures && inside { letter(like(c)) } else { like(c) }).collect()
}

/// The letter that a figure stands for in a word.
fn letter(c: char) -> char {
    match c {
        '0' => 'o',
        '1' | '!' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        other => other,
    }
}

/// What stands in base64 and is a text.
fn decoded(text: &str) -> Vec<String> {
    let is_run = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=');
    let runs = text.split(|c| !is_run(c)).filter(|run| run.len() >= RUN && run.len() % 4 == 0);
    let read = |run: &str| {
        let text = String::from_utf8(STANDARD.decode(run).ok()?).ok()?;
        let readable = text.chars().filter(|c| c.is_alphabetic() || c.is_whitespace()).count();
        (readable * 10 >= text.chars().count() * 8).then_some(text)
    };
    runs.take(RUNS).filter_map(read).collect()
}

/// The letters turned by thirteen places, where a text speaks of that.
fn turned(text: &str) -> Option<String> {
    let lower = text.to_lowercase();
    let turn = |c: char| match c {
        'a'..='m' | 'A'..='M' => char::from_u32(u32::from(c) + 13).unwrap_or(c),
        'n'..='z' | 'N'..='Z' => char::from_u32(u32::from(c) - 13).unwrap_or(c),
        other => other,
    };
    (lower.contains("rot13") || lower.contains("rot 13")).then(|| text.chars().map(turn).collect())
}

/// Pairs of quotation marks.
const QUOTES: [(char, char); 6] = [('"', '"'), ('“', '”'), ('„', '“'), ('«', '»'), ('「', '」'), ('`', '`')];

fn tokens(text: &str, data: bool) -> Vec<Token> {
    let mut reader = Reader { text, data, tokens: Vec::new(), sentence: 0, begins: true, close: None };
    let mut word = None;
    let mut fenced = false;
    let mut line_starts = true;
    for (at, c) in text.char_indices() {
        let rest = text.get(at..).unwrap_or_default();
        if line_starts {
            fenced ^= rest.starts_with("```");
            let quoted = !data && (fenced || rest.starts_with('>'));
            // A quotation that was never ended ends with its paragraph.
            reader.close = if quoted { Some('\n') } else { None };
        }
        line_starts = c == '\n';
        if c.is_alphanumeric() {
            word.get_or_insert(at);
            continue;
        }
        if let Some(start) = word.take() {
            reader.word(start..at);
        }
        reader.mark(c, rest);
    }
    if let Some(start) = word {
        reader.word(start..text.len());
    }
    reader.tokens
}

/// Reads words and marks one after the other.
struct Reader<'a> {
    text: &'a str,
    data: bool,
    tokens: Vec<Token>,
    sentence: usize,
    begins: bool,
    /// The mark that ends the quotation at hand.
    close: Option<char>,
}

impl Reader<'_> {
    fn word(&mut self, at: std::ops::Range<usize>) {
        let written = self.text.get(at.clone()).unwrap_or_default();
        let word: String = written.to_lowercase().chars().filter(|&c| c != '\u{307}').map(base).collect();
        let after_apostrophe = self.text.get(..at.start).is_some_and(|before| before.ends_with('\''));
        let capital = written.chars().next().is_some_and(char::is_uppercase);
        if after_apostrophe
            && word == "t"
            && let Some(before) = self.tokens.last_mut()
        {
            let stem = before.word.strip_suffix('n').unwrap_or(&before.word).to_owned();
            before.word = match stem.as_str() {
                "wo" => "will".to_owned(),
                "ca" => "can".to_owned(),
                _ => stem,
            };
            return self.push("not", at, false);
        }
        match word.as_str() {
            "re" if after_apostrophe => self.push("are", at, false),
            "ve" if after_apostrophe => self.push("have", at, false),
            "ll" if after_apostrophe => self.push("will", at, false),
            "m" if after_apostrophe => self.push("am", at, false),
            "youre" => self.both(["you", "are"], at),
            "im" => self.both(["i", "am"], at),
            "dont" => self.both(["do", "not"], at),
            "arent" => self.both(["are", "not"], at),
            "u" => self.push("you", at, false),
            "ur" => self.push("your", at, false),
            _ => self.push(&word, at, capital),
        }
    }

    fn both(&mut self, words: [&str; 2], at: std::ops::Range<usize>) {
        for word in words {
            self.push(word, at.clone(), false);
        }
    }

    fn push(&mut self, word: &str, at: std::ops::Range<usize>, capital: bool) {
        let (begins, quoted) = (std::mem::take(&mut self.begins), self.close.is_some());
        let word = word.to_owned();
        let opens = self.tokens.last().is_none_or(|last| last.sentence != self.sentence);
        self.tokens.push(Token { opens, word, sentence: self.sentence, begins, quoted, capital, at });
    }

    fn mark(&mut self, c: char, rest: &str) {
        match c {
            '.' | '!' | '?' | '\n' | '。' | '！' | '？' | '।' | '؟' | '…' => self.sentence_ends(),
            '<' | '>' | '{' | '}' | '[' | ']' if self.data => self.sentence_ends(),
            '"' if self.data => self.sentence_ends(),
            '\'' if self.single(rest) => return,
            '\'' | ' ' | '-' if !rest.starts_with(" - ") && !rest.starts_with("--") => {}
            _ => self.begins = true,
        }
        if self.data {
            return;
        }
        if self.close == Some(c) {
            if c != '\n' {
                self.close = None;
            }
        } else if self.close.is_none()
            && let Some((_, close)) = QUOTES.iter().find(|(open, _)| *open == c)
        {
            self.close = Some(*close);
            self.begins = true;
        }
    }

    /// Whether a straight single mark begins or ends a quotation; within a word it does not.
    fn single(&mut self, rest: &str) -> bool {
        let at = self.text.len() - rest.len();
        let before = self.text.get(..at).and_then(|it| it.chars().next_back());
        let before = before.is_some_and(char::is_alphanumeric);
        let after = rest.chars().nth(1).is_some_and(char::is_alphanumeric);
        if self.data || (before && after) {
            return false;
        }
        match self.close {
            None if after && !before && rest.get(1..).is_some_and(|rest| rest.contains('\'')) => {
                (self.close, self.begins) = (Some('\''), true);
                true
            }
            Some('\'') if !after => {
                (self.close, self.begins) = (None, true);
                true
            }
            _ => false,
        }
    }

    fn sentence_ends(&mut self) {
        self.sentence += 1;
        self.begins = true;
    }
}
