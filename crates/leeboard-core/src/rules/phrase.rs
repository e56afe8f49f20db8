//! Phrases and words found in text.
//!
//! Owns whole-word search, plain word spans and the search for many phrases at once. Knows no
//! rules.

use unicode_segmentation::UnicodeSegmentation;

/// Lower case, with straight apostrophes.
pub(super) fn lower(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\u{2019}' | '\u{2018}' => out.push('\''),
            c if c.is_ascii() => out.push(c.to_ascii_lowercase()),
            c => out.extend(c.to_lowercase()),
        }
    }
    out
}

/// How often a phrase occurs as whole words, both in lower case; stops at `most`.
pub(super) fn count_in(text: &str, phrase: &str, most: usize) -> usize {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let (mut from, mut count) = (0, 0);
    if phrase.is_empty() {
        return 0;
    }
    while let Some(found) = text.get(from..).and_then(|rest| rest.find(phrase)) {
        let start = from + found;
        let end = start + phrase.len();
        let before = text[..start].chars().next_back();
        let after = text[end..].chars().next();
        let opens = !phrase.starts_with(is_word) || !before.is_some_and(is_word);
        let closes = !phrase.ends_with(is_word) || !after.is_some_and(is_word);
        if opens && closes {
            count += 1;
            if count >= most {
                break;
            }
            from = end;
        } else {
            from = start + text[start..].chars().next().map_or(1, char::len_utf8);
        }
    }
    count
}

/// Byte spans of runs of letters and digits with apostrophes inside. Texts over 4 GB end early.
pub(super) fn spans(text: &str) -> Vec<(u32, u32)> {
    let mut found = Vec::with_capacity(text.len() / 5);
    let mut start = None;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let inside = c.is_alphanumeric()
            || (c == '\'' && start.is_some() && chars.peek().is_some_and(|(_, next)| next.is_alphanumeric()));
        match (inside, start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                found.extend(span(from, at));
                start = None;
            }
            _ => {}
        }
    }
    found.extend(start.and_then(|from| span(from, text.len())));
    found
}

fn span(start: usize, end: usize) -> Option<(u32, u32)> {
    Some((u32::try_from(start).ok()?, u32::try_from(end).ok()?))
}

/// The number of words by Unicode's rules (UAX 29).
pub(super) fn count_words(text: &str) -> usize {
    text.unicode_words().count()
}

/// The first phrase of a sorted lexicon that occurs in the words, and how many do.
pub(super) fn find_any<'w>(
    words: impl Iterator<Item = &'w str> + Clone,
    lexicon: &'static [&'static str],
) -> (Option<&'static str>, usize) {
    let (mut first, mut count) = (None, 0);
    // Most words begin like no phrase: two letters tell.
    let filter = marks(lexicon);
    let mut rest = words;
    loop {
        let here = rest.clone();
        let Some(word) = rest.next() else { break };
        if filter & mark(word) == 0 {
            continue;
        }
        let from = lexicon.partition_point(|phrase| *phrase < word);
        let candidates = lexicon.iter().skip(from).take_while(|phrase| phrase.starts_with(word));
        for phrase in candidates {
            let mut said = here.clone();
            if phrase.split(' ').all(|wanted| said.next() == Some(wanted)) {
                first = first.or(Some(*phrase));
                count += 1;
                break;
            }
        }
    }
    (first, count)
}

/// The bits of all words of a list.
pub(super) fn marks(list: &[&str]) -> u64 {
    list.iter().fold(0, |marks, word| marks | mark(word))
}

/// A bit for the first two letters of a word.
pub(super) fn mark(word: &str) -> u64 {
    let bytes = word.as_bytes();
    let first = u64::from(bytes.first().copied().unwrap_or_default());
    let second = u64::from(bytes.get(1).copied().unwrap_or(b' '));
    1 << ((first * 7 + second * 3) % 64)
}

/// The text without what stands in double quotation marks; a mark without a partner stays.
pub(super) fn without_quotations(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find(['"', '“', '«']) {
        let mark = rest[open..].chars().next().unwrap_or('"');
        let inner = &rest[open + mark.len_utf8()..];
        // A quotation ends in its own paragraph.
        let paragraph = inner.find("\n\n").unwrap_or(inner.len());
        let close = inner[..paragraph].find(['"', '”', '»']);
        out.push_str(&rest[..open]);
        out.push(' ');
        rest = match close {
            Some(at) => &inner[at + inner[at..].chars().next().map_or(1, char::len_utf8)..],
            None => inner,
        };
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_words_only() {
        assert_eq!(count_in("a sail!", "sail", 1), 1);
        assert_eq!(count_in("a sailor", "sail", 1), 0);
        assert_eq!(count_in("tide, tides and tide", "tide", 9), 2);
        assert_eq!(count_in(&lower("I’m here"), "i'm", 1), 1);
    }

    #[test]
    fn many_phrases_at_once() {
        let words = ["well", "as", "an", "ai", "i", "am"];
        assert_eq!(find_any(words.into_iter(), &["am", "as an ai"]), (Some("as an ai"), 2));
        assert_eq!(find_any(words.into_iter(), &["ai model"]), (None, 0));
    }

    #[test]
    fn quotations_are_left_out() {
        assert_eq!(without_quotations("a \"b c\" d “e” f \"g"), "a   d   f  g");
    }

    #[test]
    fn spans_keep_inner_apostrophes() {
        let text = "'don't' stop-it";
        let words: Vec<&str> = spans(text).into_iter().map(|(a, b)| &text[a as usize..b as usize]).collect();
        assert_eq!(words, ["don't", "stop", "it"]);
    }
}
