//! Whether a text is English enough for the table, by points for its words.
//!
//! A sum over pieces of foreign words has a direction that means nothing. The points and the word
//! lists (`assets/embedding/language.txt`) were set on sentences of five languages and checked on
//! others; see `docs/concepts/embeddings.md` for the rates. Short texts in Latin letters pass on
//! purpose: names and technical terms look the same. Owns the rule, not the words' pieces.

use super::vocabulary::{Token, Vocabulary};

/// The first entry that is a whole word; characters come before.
const FIRST_WORD: Token = 1996;
/// Words that are more than marks and numbers, at most, for a text to count as short.
const SHORT: i64 = 3;

/// What an entry says about a word's language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Marks, digits, single letters: nothing.
    Neutral,
    /// A whole word that is no function word.
    Word,
    /// A function word of English.
    English,
    /// A function word of other languages, as it looks without accents.
    Other,
    /// Ends an English word of two pieces.
    Suffix,
    /// Holds a letter beyond ASCII.
    Script,
}

/// The rule for one vocabulary: a kind for each entry.
pub(super) struct English {
    kinds: Vec<Kind>,
}

/// The points of the words so far.
#[derive(Debug, Default)]
pub(super) struct Points {
    sum: i64,
    /// Words that are not neutral.
    telling: i64,
    /// Words of several pieces without a known ending.
    split: i64,
}

impl English {
    /// The rule with its lists: a line each, the list's name first.
    pub(super) fn new(vocabulary: &Vocabulary, lists: &str) -> Self {
        let mut kinds: Vec<Kind> =
            vocabulary.entries().zip(0..).map(|(entry, token)| by_letters(entry, token)).collect();
        for line in lists.lines() {
            let (name, words) = line.split_once(' ').unwrap_or_default();
            for word in words.split(' ') {
                let (kind, token) = match name {
                    "english" => (Kind::English, vocabulary.token(word)),
                    "other" => (Kind::Other, vocabulary.token(word)),
                    "suffixes" => (Kind::Suffix, vocabulary.continuing_token(word)),
                    _ => continue,
                };
                if let Some(place) = token.and_then(|token| kinds.get_mut(usize::from(token))) {
                    *place = kind;
                }
            }
        }
        Self { kinds }
    }

    /// Counts a word by its pieces; none stands for an unknown word.
    #[inline]
    pub(super) fn count(&self, pieces: &[Token], points: &mut Points) {
        let worth = match *pieces {
            [] => -1,
            [token] => match self.kind(token) {
                Kind::Neutral | Kind::Suffix => return,
                Kind::Word => 1,
                Kind::English => 2,
                Kind::Other => -3,
                Kind::Script => -2,
            },
            _ if pieces.iter().any(|&token| self.kind(token) == Kind::Script) => -2,
            [_, last] if self.kind(last) == Kind::Suffix => 0,
            _ => {
                points.split += 1;
                -1
            }
        };
        points.sum += worth;
        points.telling += 1;
    }

    fn kind(&self, token: Token) -> Kind {
        self.kinds.get(usize::from(token)).copied().unwrap_or(Kind::Neutral)
    }
}

impl Points {
    /// Below 0 the text is not English enough.
    pub(super) fn score(&self) -> i64 {
        if self.telling <= SHORT { self.sum + self.split } else { self.sum }
    }
}

/// The kind of an entry that is on no list.
fn by_letters(entry: &str, token: Token) -> Kind {
    // From ß on, but for the division sign and the blocks of general and CJK punctuation.
    let is_foreign = |c| matches!(c, '\u{df}'.. if !matches!(c, '\u{f7}' | '\u{2000}'..='\u{303f}'));
    if !entry.is_ascii() && entry.chars().any(is_foreign) {
        Kind::Script
    } else if token >= FIRST_WORD && entry.bytes().any(|byte| byte.is_ascii_lowercase()) {
        Kind::Word
    } else {
        Kind::Neutral
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The score of words given by their pieces.
    fn score(words: &[&[&str]]) -> i64 {
        let filler = "[unused]\n".repeat(usize::from(FIRST_WORD) - 4);
        let text: &'static str = format!("the\nund\n!\nя\n{filler}boat\n##s\n##zug\n##ß\n").leak();
        let vocabulary = Vocabulary::new(text);
        let english = English::new(&vocabulary, "english the\nother und\nsuffixes s\n");
        let mut points = Points::default();
        for word in words {
            let piece = |piece: &&str| match piece.strip_prefix("##") {
                Some(rest) => vocabulary.continuing_token(rest).unwrap(),
                None => vocabulary.token(piece).unwrap(),
            };
            english.count(&word.iter().map(piece).collect::<Vec<_>>(), &mut points);
        }
        points.score()
    }

    #[test]
    fn words_have_the_points_of_their_class() {
        for (word, points) in [
            (&[][..], -1),
            (&["!"], 0),
            (&["boat"], 1),
            (&["the"], 2),
            (&["und"], -3),
            (&["я"], -2),
            (&["boat", "##s"], 0),
            (&["boat", "##ß"], -2),
        ] {
            assert_eq!(score(&[word]), points, "{word:?}");
        }
    }

    #[test]
    fn split_words_count_only_in_longer_texts() {
        let split: &[&str] = &["boat", "##zug"];
        assert_eq!(score(&[split, split, split, &["!"]]), 0);
        assert_eq!(score(&[split, split, split, split]), -4);
        assert_eq!(score(&[split, &["boat", "##s", "##s"], &["the"]]), 2);
        assert_eq!(score(&[]), 0);
    }
}
