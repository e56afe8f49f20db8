//! Punctuation and other marks in a reply's prose.
//!
//! Owns what counts as one mark: "?!" is one question, `!=` is no exclamation.

use super::count::Count;
use super::measure::Measure;
use super::reply::Reply;
use crate::text;

/// Counts the marks of a measure; 0 for what is no mark.
pub(super) fn count(reply: &Reply<'_>, measure: Measure) -> Count {
    let prose = reply.prose();
    let of = |marks: &[char]| prose.matches(marks).count();
    match measure {
        Measure::ExclamationMarks => around(prose, exclamations(prose), &['!', '！', '¡']),
        Measure::Questions => around(prose, questions(prose), &['?', '？', '؟']),
        Measure::Commas => of(&[',', '，', '、', '،']).into(),
        Measure::Semicolons => of(&[';', '；']).into(),
        Measure::Colons => followed(prose, ':').into(),
        Measure::Parentheses => parentheses(prose).into(),
        Measure::Dashes => dashes(prose).into(),
        Measure::Ellipses => (of(&['…']) + prose.matches("...").count()).into(),
        Measure::QuotationMarks => of(&['"', '“', '”', '«', '»', '„']).into(),
        Measure::Asterisks => of(&['*']).into(),
        Measure::Digits => digits(prose),
        Measure::Urls => urls(reply.raw).into(),
        Measure::HtmlTags => tags(prose).into(),
        Measure::Hashtags => hashtags(prose).into(),
        Measure::Placeholders => placeholders(prose).into(),
        _ => 0.into(),
    }
}

fn around(prose: &str, number: usize, marks: &[char]) -> Count {
    let sentence =
        (number > 0).then(|| text::sentences(prose).into_iter().find(|sentence| sentence.contains(marks)));
    Count { number, example: sentence.flatten().map(|sentence| text::excerpt(sentence, 60)) }
}

fn exclamations(prose: &str) -> usize {
    let marks = prose.char_indices().filter(|(_, c)| matches!(c, '!' | '！'));
    marks.filter(|&(at, c)| !prose[at + c.len_utf8()..].starts_with(['=', '['])).count()
}

/// Runs of marks that hold a question mark and end a word or a quotation; those in web
/// addresses do not count.
pub(super) fn questions(prose: &str) -> usize {
    let mut number = 0;
    let mut chars = prose.chars().peekable();
    let mut run = false;
    while let Some(c) = chars.next() {
        if matches!(c, '?' | '？' | '؟') {
            let ends = c != '?'
                || chars.peek().is_none_or(|next| !next.is_alphanumeric() && !"=&/%".contains(*next));
            if ends && !run {
                number += 1;
                run = true;
            }
        } else if !matches!(c, '!' | '！') {
            run = false;
        }
    }
    number
}

/// Colons that a space or line end follows: times and addresses have others.
fn followed(prose: &str, mark: char) -> usize {
    prose
        .match_indices(mark)
        .filter(|(at, _)| prose[at + mark.len_utf8()..].chars().next().is_none_or(char::is_whitespace))
        .count()
}

fn parentheses(prose: &str) -> usize {
    let marks = prose.char_indices().filter(|(_, c)| matches!(c, '(' | '（'));
    marks.filter(|&(at, _)| !prose[..at].ends_with([']', ':'])).count()
}

fn dashes(prose: &str) -> usize {
    let long = prose.matches(['—', '―']).count();
    let short = prose.matches(" – ").count() + prose.matches(" -- ").count();
    long + short
}

/// Runs of digits, numbers of list items aside.
fn digits(prose: &str) -> Count {
    let (mut number, mut example) = (0, None);
    for line in prose.lines() {
        let line = if text::is_list_item(line) {
            line.trim_start().trim_start_matches(|c: char| c.is_ascii_digit())
        } else {
            line
        };
        let mut inside = false;
        for c in line.chars() {
            let digit = c.is_ascii_digit();
            let goes_on = inside && matches!(c, '.' | ',' | ':');
            if digit && !inside {
                number += 1;
                example.get_or_insert_with(|| text::excerpt(line, 40));
            }
            inside = digit || goes_on;
        }
    }
    Count { number, example }
}

fn urls(text: &str) -> usize {
    let starts = |mark: &str| text.match_indices(mark).count();
    let named = text.match_indices("www.").filter(|(at, _)| !text[..*at].ends_with("//")).count();
    let linked = text
        .match_indices("](")
        .filter(|(at, _)| !text[at + 2..].starts_with("http") && !text[at + 2..].starts_with("www."))
        .count();
    starts("http://") + starts("https://") + named + linked
}

fn tags(prose: &str) -> usize {
    prose
        .match_indices('<')
        .filter(|&(at, _)| {
            let rest = &prose[at + 1..];
            let name = rest.strip_prefix('/').unwrap_or(rest);
            let Some(end) = name.chars().take(200).position(|c| c == '>' || c == '<' || c == '\n') else {
                return false;
            };
            let inner: String = name.chars().take(end + 1).collect();
            !prose[..at].ends_with('<')
                && inner.ends_with('>')
                && inner.starts_with(|c: char| c.is_ascii_alphabetic())
                && !inner.contains("://")
                && !inner.contains('@')
        })
        .count()
}

fn hashtags(prose: &str) -> usize {
    prose
        .match_indices('#')
        .filter(|&(at, _)| {
            let opens = prose[..at].chars().next_back().is_none_or(|c| c.is_whitespace() || c == '(');
            opens && prose[at + 1..].starts_with(char::is_alphabetic)
        })
        .count()
}

/// Texts in square brackets that are neither links nor footnotes nor boxes to tick.
fn placeholders(prose: &str) -> usize {
    let mut number = 0;
    let mut rest = prose;
    while let Some(open) = rest.find('[') {
        let inner = &rest[open + 1..];
        let end = inner.find(['[', ']', '\n']);
        rest = end.map_or("", |at| &inner[at..]);
        let Some(at) = end.filter(|&at| inner[at..].starts_with(']')) else {
            continue;
        };
        let word = inner[..at].trim();
        let link = inner[at + 1..].starts_with('(');
        number += usize::from(!link && !word.is_empty() && word != "x" && word.contains(char::is_alphabetic));
        rest = &rest[1..];
    }
    number
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str, measure: Measure) -> usize {
        count(&Reply::new(text, ""), measure).number
    }

    #[test]
    fn marks_of_prose() {
        for (text, measure, wanted) in [
            ("What?! Why? see a.com/?q=1", Measure::Questions, 2),
            ("a != b, but yes!", Measure::ExclamationMarks, 1),
            ("12:30, see: this", Measure::Colons, 1),
            ("[a](b) and (c)", Measure::Parentheses, 1),
            ("one — two – three 4–5", Measure::Dashes, 2),
            ("1. one\n2. 3,500 of 12", Measure::Digits, 2),
            ("[x](https://a.b) www.c.d", Measure::Urls, 2),
            ("<b>x</b> 3 < 4 <<title>>", Measure::HtmlTags, 2),
            ("#tide and # no, a#b", Measure::Hashtags, 1),
            ("[name], [address] [x] [link](u) [1] [", Measure::Placeholders, 2),
            ("\"a\"", Measure::QuotationMarks, 2),
        ] {
            assert_eq!(number(text, measure), wanted, "{text}");
        }
    }
}
