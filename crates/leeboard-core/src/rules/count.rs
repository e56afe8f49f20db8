//! How many of each measure a reply has.
//!
//! Owns the counting and an example for the evidence. Marks are counted in prose: what stands
//! in code is not the reply's own punctuation.

use super::manner;
use super::measure::Measure;
use super::phrase;
use super::reply::Reply;
use crate::text;

/// A number with an example of what was counted.
pub(super) struct Count {
    pub(super) number: usize,
    pub(super) example: Option<String>,
}

impl From<usize> for Count {
    fn from(number: usize) -> Self {
        Self { number, example: None }
    }
}

impl Count {
    fn with(number: usize, example: impl Into<String>) -> Self {
        Self { number, example: Some(example.into()).filter(|example| !example.is_empty()) }
    }
}

/// Counts in a reply. `least` asks for the generous reading, where there are two: a bound from
/// below is broken only if even that is too low.
pub(super) fn count(reply: &Reply<'_>, measure: Measure, least: bool) -> Count {
    let shape = || reply.shape();
    let listed = || shape().first_list.clone().unwrap_or_default();
    match measure {
        Measure::Words => words(reply, least).into(),
        Measure::Sentences => text::sentences(reply.prose()).len().into(),
        Measure::Paragraphs => text::paragraphs(reply.raw)
            .iter()
            .filter(|part| part.contains(char::is_alphanumeric))
            .count()
            .into(),
        Measure::Lines => reply.raw.lines().filter(|line| !line.trim().is_empty()).count().into(),
        Measure::Characters => reply.raw.trim().chars().count().into(),
        Measure::WordsPerSentence => longest(text::sentences(reply.prose()).into_iter(), phrase::count_words),
        Measure::WordsPerParagraph => {
            longest(text::paragraphs(reply.prose()).into_iter(), phrase::count_words)
        }
        Measure::SentencesPerParagraph => {
            longest(text::paragraphs(reply.prose()).into_iter(), |part| text::sentences(part).len())
        }
        Measure::WordsPerItem => shape().longest_item.into(),
        Measure::Lists => Count::with(shape().lists, listed()),
        Measure::Bullets => Count::with(shape().bullets, listed()),
        Measure::NumberedItems => Count::with(shape().numbered, listed()),
        Measure::Headings => Count::with(shape().headings, shape().first_heading.clone().unwrap_or_default()),
        Measure::Bold => emphasis(reply.prose(), 2).into(),
        Measure::Italics => emphasis(reply.prose(), 1).into(),
        Measure::Highlights => (emphasis(reply.prose(), 1) + emphasis(reply.prose(), 2)).into(),
        Measure::Tables => shape().tables.into(),
        Measure::CodeBlocks => shape().code_blocks.into(),
        Measure::Blockquotes => shape().blockquotes.into(),
        Measure::Dividers => shape().dividers.into(),
        Measure::Markdown => markdown(reply),
        Measure::AiTalk => found(phrase::find_any(reply.words(), manner::AI_TALK)),
        Measure::Apologies => found(phrase::find_any(reply.words(), manner::APOLOGIES)),
        Measure::Profanity => found(phrase::find_any(reply.words(), manner::PROFANITY)),
        Measure::Greetings => found((manner::greets(reply), usize::from(manner::greets(reply).is_some()))),
        Measure::Abbreviations => abbreviations(reply),
        Measure::Contractions => {
            let (number, first) = manner::contractions(reply.words());
            Count::with(number, first)
        }
        Measure::FirstPerson => pronouns(reply, manner::FIRST),
        Measure::SecondPerson => pronouns(reply, manner::SECOND),
        Measure::CapitalWords => capital_words(reply.raw, least),
        Measure::Emoji => emoji(reply.raw),
        _ => super::marks::count(reply, measure),
    }
}

/// Words by Unicode's rules or by white space: "well-known" is two or one. The reading that
/// favours the reply counts.
fn words(reply: &Reply<'_>, generous: bool) -> usize {
    let spaced = reply.raw.split_whitespace().filter(|word| word.contains(char::is_alphanumeric)).count();
    // Without spaces between words there is only one reading.
    if spaced * 4 < reply.word_count() {
        return reply.word_count();
    }
    if generous { spaced.max(reply.word_count()) } else { spaced.min(reply.word_count()) }
}

fn found((first, number): (Option<&str>, usize)) -> Count {
    Count::with(number, first.unwrap_or_default())
}

fn pronouns(reply: &Reply<'_>, list: &[&str]) -> Count {
    let (number, first) = reply.narration().pronouns(reply, list);
    Count::with(number, first)
}

fn longest<'t>(parts: impl Iterator<Item = &'t str>, size: impl Fn(&str) -> usize) -> Count {
    let longest = parts.map(|part| (size(part), part)).max_by_key(|&(size, _)| size);
    longest.map_or_else(|| 0.into(), |(size, part)| Count::with(size, text::excerpt(part, 50)))
}

/// Passages between marks of emphasis, `marks` asterisks or underscores on each side.
fn emphasis(text: &str, marks: usize) -> usize {
    text.lines()
        .map(|line| {
            let bytes = line.as_bytes();
            let (mut at, mut open, mut count) = (0, None, 0);
            while at < bytes.len() {
                let mark = bytes[at];
                if mark != b'*' && mark != b'_' {
                    at += 1;
                    continue;
                }
                let run = bytes[at..].iter().take_while(|&&next| next == mark).count();
                let before = at.checked_sub(1).map(|before| bytes[before]);
                let after = bytes.get(at + run).copied();
                // Bold italics are both.
                if run == marks || run == 3 {
                    let closes = open == Some(mark) && before.is_some_and(|b| b != b' ');
                    let opens = after.is_some_and(|b| !b.is_ascii_whitespace())
                        && (mark == b'*' || before.is_none_or(|b| !b.is_ascii_alphanumeric()));
                    if closes {
                        count += 1;
                        open = None;
                    } else if opens {
                        open = Some(mark);
                    }
                }
                at += run;
            }
            count
        })
        .sum()
}

fn markdown(reply: &Reply<'_>) -> Count {
    let shape = reply.shape();
    let bold = emphasis(reply.prose(), 2);
    let spans = if reply.raw.contains('`') { reply.raw.matches('`').count() / 2 } else { 0 };
    let number = shape.lists
        + shape.headings
        + shape.tables
        + shape.code_blocks
        + bold
        + shape.blockquotes
        + spans.min(1);
    let example = shape.first_heading.clone().or_else(|| shape.first_list.clone());
    Count { number, example: example.or_else(|| (bold > 0).then(|| "bold".to_owned())) }
}

fn abbreviations(reply: &Reply<'_>) -> Count {
    let (first, number) = phrase::find_any(reply.words(), manner::ABBREVIATIONS);
    let shouts = !reply.raw.chars().any(char::is_lowercase);
    let acronyms = reply.raw.split(|c: char| !c.is_alphanumeric()).filter(|word| {
        (2..=5).contains(&word.len())
            && word.bytes().all(|b| b.is_ascii_uppercase())
            && !matches!(*word, "OK" | "II" | "III" | "IV")
    });
    let mut acronyms = acronyms.filter(|_| !shouts).peekable();
    let example = first.map(str::to_owned).or_else(|| acronyms.peek().map(|word| (*word).to_owned()));
    Count { number: number + acronyms.count(), example }
}

/// Words in capital letters. "I" and "A" count in the generous reading only.
fn capital_words(text: &str, generous: bool) -> Count {
    let words = text.split(|c: char| !c.is_alphanumeric() && c != '\'' && c != '-');
    let mut capital = words.filter(|word| {
        let letters = word.chars().filter(|c| c.is_alphabetic());
        letters.clone().count() > usize::from(!generous) && letters.clone().all(char::is_uppercase)
    });
    let first = capital.next().unwrap_or_default();
    Count::with(usize::from(!first.is_empty()) + capital.count(), first)
}

fn emoji(text: &str) -> Count {
    if text.is_ascii() {
        return 0.into();
    }
    // A sequence joined to one picture is one emoji; flags are pairs.
    let (mut number, mut first, mut joined, mut flag) = (0, String::new(), false, false);
    for c in text.chars() {
        let code = u32::from(c);
        let is_flag = (0x1F1E6..=0x1F1FF).contains(&code);
        if code == 0x200D {
            joined = true;
            continue;
        }
        if is_emoji(c) && !(0x1F3FB..=0x1F3FF).contains(&code) {
            let second = joined || is_flag && flag;
            if !second {
                number += 1;
                if first.is_empty() {
                    first.push(c);
                }
            }
            flag = is_flag && !flag;
        } else if code != 0xFE0F {
            flag = false;
        }
        joined = false;
    }
    Count::with(number, first)
}

/// Pictographs by Unicode block; plain symbols such as arrows and card suits do not count.
fn is_emoji(c: char) -> bool {
    matches!(u32::from(c),
        0x1F300..=0x1FAFF | 0x2600..=0x2604 | 0x2615 | 0x2639..=0x263A | 0x26A0..=0x26A1 | 0x26BD..=0x26BE | 0x2705
        | 0x2709..=0x270D | 0x2728 | 0x274C | 0x2753..=0x2757 | 0x2763..=0x2764 | 0x2795..=0x2797 | 0x2B50 | 0x2B55
        | 0x1F004 | 0x1F0CF | 0x1F1E6..=0x1F1FF)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str, measure: Measure) -> usize {
        count(&Reply::new(text, ""), measure, false).number
    }

    #[test]
    fn emphasis_is_counted_by_its_marks() {
        assert_eq!(number("*a* and **b** and ***c***", Measure::Bold), 2);
        assert_eq!(number("* item\n* item *two*", Measure::Italics), 1);
        assert_eq!(number("snake_case_name and 2 * 3 * 4", Measure::Italics), 0);
        assert_eq!(number("*a b* and **c**", Measure::Highlights), 2);
    }

    #[test]
    fn emoji_are_pictures_not_symbols() {
        assert_eq!(number("→ ♠ ok", Measure::Emoji), 0);
        assert_eq!(number("👩‍🚀 and 🇬🇧 and ❤️ and 👍🏽", Measure::Emoji), 4);
    }

    #[test]
    fn capitals_and_abbreviations() {
        assert_eq!(number("I SAW A BOAT", Measure::CapitalWords), 2);
        assert_eq!(count(&Reply::new("I SAW A BOAT", ""), Measure::CapitalWords, true).number, 4);
        assert_eq!(number("The NASA craft, e.g. one", Measure::Abbreviations), 2);
        assert_eq!(number("It is OK.", Measure::Abbreviations), 0);
    }
}
