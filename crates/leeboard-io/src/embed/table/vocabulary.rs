//! The second half of BERT's tokenizer: a word becomes pieces of a fixed vocabulary.
//!
//! The longest entry that starts the word comes first, then the longest that continues it
//! (entries that begin with `##`), and so on; a word with a part that no entry covers is unknown
//! as a whole (Wu et al. 2016, "Google's Neural Machine Translation System", section 4.1, in the
//! greedy form of BERT). Owns the entries and how they are found, no vectors.

use std::hash::Hasher;

use hashbrown::HashTable;
use rustc_hash::FxHasher;

use super::words::MAX_CHARS;

/// A line of the vocabulary file, counted from 0.
pub(super) type Token = u16;

/// Marks an entry that continues a word.
const CONTINUES: &str = "##";

/// The entries, in hash tables of two bytes each: the words themselves stay in the file's text.
pub(super) struct Vocabulary {
    text: &'static str,
    /// Where each entry begins in the text, and one more place behind the last.
    begins: Vec<u32>,
    starting: Entries,
    continuing: Entries,
}

/// Entries of one kind.
#[derive(Default)]
struct Entries {
    table: HashTable<Token>,
    /// Bytes of the longest.
    longest: usize,
}

/// The pieces of one word, on the stack; a piece has one character or more.
pub(super) struct Pieces {
    tokens: [Token; MAX_CHARS],
    count: usize,
}

impl Pieces {
    pub(super) fn new() -> Self {
        Self { tokens: [0; MAX_CHARS], count: 0 }
    }

    /// No piece means that the word is unknown.
    #[inline]
    pub(super) fn tokens(&self) -> &[Token] {
        self.tokens.get(..self.count).unwrap_or_default()
    }

    fn push(&mut self, token: Token) {
        if let Some(place) = self.tokens.get_mut(self.count) {
            *place = token;
            self.count += 1;
        }
    }
}

impl Vocabulary {
    /// Reads a vocabulary file: one entry a line, at most 65,535.
    pub(super) fn new(text: &'static str) -> Self {
        let mut begins = vec![0];
        begins.extend(text.bytes().zip(1..).filter_map(|(byte, next)| (byte == b'\n').then_some(next)));
        let mut vocabulary =
            Self { text, begins, starting: Entries::default(), continuing: Entries::default() };
        // Room for all, so that nothing is moved while it is filled.
        let starting = Entries { table: HashTable::with_capacity(vocabulary.begins.len()), longest: 0 };
        let (mut starting, mut continuing) = (starting, Entries::default());
        for (entry, token) in text.lines().zip(0..) {
            match entry.strip_prefix(CONTINUES) {
                Some(rest) if !rest.is_empty() => continuing.insert(&vocabulary, token, CONTINUES.len()),
                _ => starting.insert(&vocabulary, token, 0),
            }
        }
        (vocabulary.starting, vocabulary.continuing) = (starting, continuing);
        vocabulary
    }

    /// All entries, in order.
    pub(super) fn entries(&self) -> impl Iterator<Item = &'static str> {
        self.text.lines()
    }

    /// The entry that starts a word.
    pub(super) fn token(&self, entry: &str) -> Option<Token> {
        self.starting.find(self, entry.as_bytes(), 0)
    }

    /// The entry that continues a word, given without its `##`.
    pub(super) fn continuing_token(&self, rest: &str) -> Option<Token> {
        self.continuing.find(self, rest.as_bytes(), CONTINUES.len())
    }

    /// Takes a word apart, in at most as many steps as the word and the longest entry have bytes.
    #[inline]
    pub(super) fn split(&self, word: &[u8], pieces: &mut Pieces) {
        pieces.count = 0;
        // Most words are entries.
        match self.starting.find(self, word, 0) {
            Some(token) => pieces.push(token),
            None => self.split_unlisted(word, pieces),
        }
    }

    fn split_unlisted(&self, word: &[u8], pieces: &mut Pieces) {
        let mut rest = word;
        while !rest.is_empty() {
            let (entries, skipped) = match pieces.count {
                0 => (&self.starting, 0),
                _ => (&self.continuing, CONTINUES.len()),
            };
            let ends = (1..=rest.len().min(entries.longest)).rev();
            let longest = ends.filter_map(|end| {
                let (piece, behind) = rest.split_at_checked(end)?;
                Some((entries.find(self, piece, skipped)?, behind))
            });
            match longest.take(1).next() {
                Some((token, behind)) => {
                    pieces.push(token);
                    rest = behind;
                }
                None => {
                    pieces.count = 0;
                    return;
                }
            }
        }
    }

    /// The bytes of an entry without the first `skipped`.
    #[inline]
    fn entry(&self, token: Token, skipped: usize) -> &[u8] {
        let place = |at: usize| self.begins.get(at).map_or(0, |&begin| begin as usize);
        let at = usize::from(token);
        let end = if at + 1 < self.begins.len() { place(at + 1) - 1 } else { self.text.len() };
        self.text.as_bytes().get(place(at) + skipped..end).unwrap_or_default()
    }
}

impl Entries {
    fn insert(&mut self, vocabulary: &Vocabulary, token: Token, skipped: usize) {
        let entry = vocabulary.entry(token, skipped);
        self.longest = self.longest.max(entry.len());
        let rehash = |&token: &Token| hash(vocabulary.entry(token, skipped));
        self.table.insert_unique(hash(entry), token, rehash);
    }

    #[inline]
    fn find(&self, vocabulary: &Vocabulary, entry: &[u8], skipped: usize) -> Option<Token> {
        let same = |&token: &Token| vocabulary.entry(token, skipped) == entry;
        self.table.find(hash(entry), same).copied()
    }
}

#[inline]
fn hash(entry: &[u8]) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(entry);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str = "[UNK]\nun\nunder\n##der\n##stand\n##s\n##st\na\n##a\n潮\nß\n##ß\n#\nstand";

    fn pieces(word: &str) -> Vec<&'static str> {
        let vocabulary = Vocabulary::new(SMALL);
        let mut pieces = Pieces::new();
        vocabulary.split(word.as_bytes(), &mut pieces);
        pieces.tokens().iter().map(|&token| SMALL.lines().nth(usize::from(token)).unwrap()).collect()
    }

    #[test]
    fn the_longest_entry_wins_at_every_step() {
        assert_eq!(pieces("under"), ["under"]);
        assert_eq!(pieces("understands"), ["under", "##stand", "##s"]);
        assert_eq!(pieces("unst"), ["un", "##st"]);
        assert_eq!(pieces("aßaa"), ["a", "##ß", "##a", "##a"]);
        assert_eq!(pieces("潮"), ["潮"]);
        assert_eq!(pieces("#"), ["#"]);
    }

    #[test]
    fn a_word_that_cannot_be_covered_is_unknown_as_a_whole() {
        // A continuation does not start a word, nor does a start continue one.
        for word in ["derstand", "aun", "underx", "xunder", "潮潮", "\u{df}\u{e9}", ""] {
            assert_eq!(pieces(word), [""; 0], "{word}");
        }
    }

    #[test]
    fn every_entry_is_found_with_and_without_a_last_line_end() {
        for text in ["a\nb\nc", "a\nb\nc\n"] {
            let vocabulary = Vocabulary::new(text);
            let found = ["a", "b", "c", "", "d"].map(|entry| vocabulary.token(entry));
            assert_eq!(found, [Some(0), Some(1), Some(2), None, None], "{text:?}");
        }
    }
}
