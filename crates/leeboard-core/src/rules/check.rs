//! A reply held against a rule.
//!
//! Owns the checks, how far a limit was passed, and the words of the evidence. Checks count or
//! find; those that read manner or language answer only where the case is plain.

use super::count::count;
use super::measure::{Bound, Measure};
use super::reply::Reply;
use super::{Rule, RuleKind, formats, language, manner, marks, phrase, spelling, topics};
use crate::text;

/// A broken rule.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Violation {
    /// What the reply did, for people: "reply uses a list; rule \"...\" (line 3)".
    pub evidence: String,
    /// How plainly, in (0, 1]: 1 for what is present or absent, less for a limit of words or
    /// characters that was passed by less than a quarter.
    pub strength: f64,
}

impl Rule {
    /// Whether the user's words lift the rule for this reply.
    #[must_use]
    pub fn is_lifted_by(&self, request: &str) -> bool {
        if self.exceptions.is_empty() {
            return false;
        }
        let request = request.to_lowercase();
        self.exceptions.iter().any(|phrase| asks(&request, &phrase.to_lowercase()))
    }

    /// Checks a reply. An empty reply breaks nothing: there is nothing to judge.
    #[must_use]
    pub fn check(&self, reply: &str) -> Option<Violation> {
        self.check_reply(&Reply::new(reply, ""))
    }

    /// Checks a reply that was taken apart for several rules.
    #[must_use]
    pub fn check_reply(&self, reply: &Reply<'_>) -> Option<Violation> {
        if reply.raw.trim().is_empty() {
            return None;
        }
        let unquoted = self.outside_quotations.then(|| Reply::new(reply.unquoted(), reply.request));
        let (finding, strength) = find(&self.kind, unquoted.as_ref().unwrap_or(reply))?;
        let place = self.line.map(|line| format!(", line {line}")).unwrap_or_default();
        let source = text::excerpt(&self.source, 100);
        Some(Violation { evidence: format!("{finding}; rule {} (\"{source}\"{place})", self.id), strength })
    }
}

/// Whether a request contains the phrase and does not decline it: "no list, please".
fn asks(request: &str, phrase: &str) -> bool {
    request.match_indices(phrase).any(|(at, _)| {
        let mut before = request[..at].split_whitespace().rev().take(3);
        !before.any(|word| matches!(word, "no" | "not" | "don't" | "without" | "never" | "avoid"))
    })
}

fn find(kind: &RuleKind, reply: &Reply<'_>) -> Option<(String, f64)> {
    if let RuleKind::Count(measure, bound) = kind {
        return counted(reply, *measure, *bound);
    }
    if let RuleKind::Spelling(variety) = kind {
        return spelt(reply, variety);
    }
    finding(kind, reply).map(|finding| (finding, 1.0))
}

fn finding(kind: &RuleKind, reply: &Reply<'_>) -> Option<String> {
    let says = |phrase: &str| phrase::count_in(reply.lower(), &phrase::lower(phrase), 1) > 0;
    match kind {
        RuleKind::Count(..) => None,
        RuleKind::Phrase(phrase, bound) => {
            let number = phrase::count_in(reply.lower(), &phrase::lower(phrase), usize::MAX);
            (!bound.allows(number))
                .then(|| format!("reply says \"{phrase}\" {number} times, not {}", bound.words()))
        }
        RuleKind::Letter(letter, bound) => {
            let wanted = letter.to_lowercase().to_string();
            let number = reply.lower().matches(&wanted).count();
            (!bound.allows(number))
                .then(|| format!("reply has the letter {letter} {number} times, not {}", bound.words()))
        }
        RuleKind::ForbiddenPhrase(phrase) => says(phrase).then(|| format!("reply says \"{phrase}\"")),
        RuleKind::RequiredPhrase(phrase) => {
            (!says(phrase)).then(|| format!("reply does not say \"{phrase}\""))
        }
        RuleKind::EndsWith(phrase) => {
            (!ends(reply.raw, phrase)).then(|| format!("reply does not end with \"{phrase}\""))
        }
        RuleKind::StartsWith(phrase) => {
            (!starts(reply.raw, phrase)).then(|| format!("reply does not start with \"{phrase}\""))
        }
        RuleKind::NotEndsWith(phrase) => {
            ends(reply.raw, phrase).then(|| format!("reply ends with \"{phrase}\""))
        }
        RuleKind::NotStartsWith(phrase) => {
            starts(reply.raw, phrase).then(|| format!("reply starts with \"{phrase}\""))
        }
        RuleKind::FinalQuestion(wanted) => {
            let last = text::sentences(reply.prose()).last().copied().unwrap_or_default();
            let asks = marks::questions(last) > 0;
            (asks != *wanted).then(|| {
                format!(
                    "reply {} (\"{}\")",
                    if asks { "ends with a question" } else { "does not end with a question" },
                    text::excerpt(last, 60)
                )
            })
        }
        RuleKind::OnlyQuestions => {
            let other =
                text::sentences(reply.prose()).into_iter().find(|sentence| !sentence.contains(['?', '？']));
            other.map(|other| {
                format!("reply has a sentence that is no question (\"{}\")", text::excerpt(other, 60))
            })
        }
        RuleKind::ParagraphStartsWith(at, phrase) => {
            let paragraphs = text::paragraphs(reply.raw);
            let paragraph = (*at as usize).checked_sub(1).and_then(|at| paragraphs.get(at));
            (!paragraph.is_some_and(|paragraph| starts(paragraph, phrase)))
                .then(|| format!("paragraph {at} of the reply does not start with \"{phrase}\""))
        }
        RuleKind::Parts(separator, wanted) => {
            let number = parts(reply.raw, separator);
            (number != *wanted as usize)
                .then(|| format!("reply has {number} parts divided by {separator}, not {wanted}"))
        }
        RuleKind::Sections(marker, bound) => {
            let marked = sections(reply.raw, marker);
            let number = if marked == 0 { reply.shape().headings } else { marked };
            (!bound.allows(number)).then(|| {
                format!("reply has {number} sections that begin with \"{marker}\", not {}", bound.words())
            })
        }
        RuleKind::LetterCase(case) => letter_case(reply, case),
        RuleKind::Person(person) => manner::person(reply, person),
        RuleKind::Tense(tense) => manner::tense(reply, tense),
        RuleKind::Language(code) => {
            tongue(reply, code).map(|other| format!("reply is not in {} ({other})", language::name(code)))
        }
        RuleKind::Spelling(_) => None,
        RuleKind::Format(format) => formats::fault(reply.raw, format),
        RuleKind::OneOf(texts) => {
            let answer = formats::bare_answer(reply.raw);
            (!texts.iter().any(|text| formats::bare_answer(text) == answer))
                .then(|| format!("reply is none of the {} fixed answers", texts.len()))
        }
        RuleKind::NoTopic(topic) => topics::passage(topic, reply.raw)
            .map(|passage| format!("reply gives {} ({passage})", topics::words(topic))),
        RuleKind::Quoted => {
            let raw = reply.raw.trim();
            let quoted = raw.len() > 1 && raw.starts_with(['"', '“']) && raw.ends_with(['"', '”']);
            (!quoted).then(|| "reply is not wrapped in quotation marks".to_owned())
        }
        RuleKind::Postscript(mark) => {
            (!has_postscript(reply.raw, mark)).then(|| format!("reply has no postscript ({mark})"))
        }
        RuleKind::Title => {
            (!has_title(reply.raw)).then(|| "reply has no title in <<double angular brackets>>".to_owned())
        }
        RuleKind::RepeatsRequest => {
            let (said, asked) = (bare(reply.raw), bare(reply.request));
            let begin: String = asked.chars().take(60).collect();
            (!begin.is_empty() && !said.starts_with(&begin))
                .then(|| "reply does not begin by repeating the request".to_owned())
        }
    }
}

fn counted(reply: &Reply<'_>, measure: Measure, bound: Bound) -> Option<(String, f64)> {
    let count = count(reply, measure, matches!(bound, Bound::Min(_)));
    let either = matches!(bound, Bound::Exactly(_))
        && measure == Measure::Words
        && bound.allows(super::count::count(reply, measure, true).number);
    if either || bound.allows(count.number) {
        return None;
    }
    let unit = measure.unit();
    let example = count.example.map(|example| format!(" (\"{example}\")")).unwrap_or_default();
    let number = count.number;
    let finding = match bound {
        Bound::Max(0) => match measure {
            Measure::Lists => format!("reply uses a list{example}"),
            Measure::Headings => format!("reply uses a heading{example}"),
            Measure::ExclamationMarks => format!("reply uses an exclamation mark{example}"),
            Measure::Questions => format!("reply uses a question{example}"),
            Measure::AiTalk => format!("reply speaks of being an AI{example}"),
            _ => format!("reply uses {unit}{example}"),
        },
        Bound::Max(most) => format!("reply has {number} {unit}, more than {most}"),
        Bound::Min(least) => format!("reply has {number} {unit}, fewer than {least}"),
        Bound::Exactly(wanted) => format!("reply has {number} {unit}, not {wanted}"),
    };
    Some((finding, strength(measure, number, bound)))
}

/// The other language that a reply, or a longer sentence of it outside quotations, is in.
fn tongue(reply: &Reply<'_>, code: &str) -> Option<String> {
    let words: Vec<&str> = reply.words().collect();
    language::other_than(code, reply.prose(), &words).or_else(|| {
        let lower = phrase::lower(reply.unquoted());
        text::sentences(&lower).into_iter().find_map(|sentence| {
            let spans = phrase::spans(sentence);
            let words: Vec<&str> = spans
                .iter()
                .map(|&(from, to)| sentence.get(from as usize..to as usize).unwrap_or_default())
                .collect();
            if words.len() < LONG_SENTENCE { None } else { language::other_than(code, sentence, &words) }
        })
    })
}

/// Words of a sentence whose language is judged by itself; shorter ones may be names or sayings.
const LONG_SENTENCE: usize = 8;

/// Words of the other variety; one word is a weak sign, three and more are a plain one.
fn spelt(reply: &Reply<'_>, variety: &str) -> Option<(String, f64)> {
    let (first, number) = spelling::other_variety(reply.words(), variety == "british");
    let others = if number > 1 { format!(" and {} more", number - 1) } else { String::new() };
    let strength = f64::from(u32::try_from(number).unwrap_or(u32::MAX)) / 3.0;
    first.map(|word| {
        let finding = format!("reply spells \"{word}\"{others}, which is not {variety} spelling");
        (finding, strength.min(1.0))
    })
}

/// A limit of words or characters passed by a few is a weak sign and by a quarter a plain one;
/// other counts are broken or not.
fn strength(measure: Measure, number: usize, bound: Bound) -> f64 {
    if !matches!(
        measure,
        Measure::Words | Measure::Characters | Measure::WordsPerSentence | Measure::WordsPerParagraph
    ) {
        return 1.0;
    }
    let limit = f64::from(bound.number().max(1));
    let number = f64::from(u32::try_from(number).unwrap_or(u32::MAX));
    let excess = (number - limit).abs() / limit;
    (excess / FULL_EXCESS).clamp(0.05, 1.0)
}

/// Excess over a limit at which a violation counts in full.
const FULL_EXCESS: f64 = 0.25;

/// Lower case, without white space, surrounding emphasis, quotation marks and final stops; one
/// kind of dash and apostrophe.
fn bare(text: &str) -> String {
    let kept = text.chars().filter(|c| !c.is_whitespace()).map(|c| match c {
        '—' | '–' | '―' | '‒' => '-',
        '’' | '‘' => '\'',
        '“' | '”' => '"',
        c => c,
    });
    kept.collect::<String>().to_lowercase().trim_matches(['.', '*', '_', '"']).to_owned()
}

fn ends(text: &str, phrase: &str) -> bool {
    let phrase_bare = bare(phrase);
    // The end of a text holds its last phrase: no need to normalise all of it.
    let tail = tail(text.trim_end(), phrase.len() * 4 + 64);
    bare(tail).ends_with(&phrase_bare) || phrase_bare.is_empty()
}

fn starts(text: &str, phrase: &str) -> bool {
    let text = text.trim_start();
    let head: String = text.chars().take(phrase.chars().count() * 4 + 64).collect();
    let (head, phrase_bare) = (bare(&head), bare(phrase));
    let Some(rest) = head.strip_prefix(&phrase_bare) else { return false };
    // "Sure" is not the beginning of "Surely".
    let cut = phrase.ends_with(char::is_alphanumeric) && rest.starts_with(char::is_alphanumeric);
    !cut || word_ends(text, phrase)
}

/// Whether the first letters of the text that make up the phrase end at the end of a word.
fn word_ends(text: &str, phrase: &str) -> bool {
    let wanted = phrase.chars().filter(|c| c.is_alphanumeric()).count();
    let mut letters = text.char_indices().filter(|(_, c)| c.is_alphanumeric()).skip(wanted.saturating_sub(1));
    let Some((at, last)) = letters.next() else { return true };
    !text[at + last.len_utf8()..].starts_with(char::is_alphanumeric)
}

fn tail(text: &str, bytes: usize) -> &str {
    let mut from = text.len().saturating_sub(bytes);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    &text[from..]
}

/// Parts with text in them that a separator of its own line, or in a line, divides.
fn parts(text: &str, separator: &str) -> usize {
    let filled = |part: &&str| part.contains(char::is_alphanumeric);
    text.split(separator).filter(filled).count()
}

/// Lines that begin with the marker and a number or a name ("SECTION 1", "Section A:").
fn sections(text: &str, marker: &str) -> usize {
    let marker = marker.to_lowercase();
    text.lines()
        .filter(|line| {
            let line = line.trim_start_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
            line.strip_prefix(&marker)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(|c: char| !c.is_alphabetic()))
        })
        .count()
}

fn letter_case(reply: &Reply<'_>, case: &str) -> Option<String> {
    let prose = reply.prose();
    let word_of = |at: usize| {
        let from = at - prose[..at].rsplit(char::is_whitespace).next().map_or(0, str::len);
        text::excerpt(prose[from..].split_whitespace().next().unwrap_or_default(), 30)
    };
    let wrong = match case {
        "lower" => prose.char_indices().find(|(_, c)| c.is_uppercase()),
        "upper" => prose.char_indices().find(|(_, c)| c.is_lowercase()),
        _ => prose.char_indices().find(|&(at, c)| {
            let begins = prose[..at].chars().next_back().is_none_or(char::is_whitespace);
            let length = prose[at..].chars().take_while(|c| c.is_alphanumeric()).count();
            begins && length > 4 && c.is_lowercase()
        }),
    };
    wrong.map(|(at, _)| format!("reply is not in {case} case (\"{}\")", word_of(at)))
}

fn has_postscript(text: &str, mark: &str) -> bool {
    let letters = |text: &str| text.chars().filter(|c| c.is_alphabetic()).collect::<String>().to_lowercase();
    let wanted = letters(mark);
    text.lines().any(|line| {
        let line = line.trim_start_matches(|c: char| !c.is_alphanumeric());
        let head: String = line.chars().take_while(|c| c.is_alphabetic() || *c == '.').collect();
        letters(&head) == wanted
    })
}

fn has_title(text: &str) -> bool {
    let opens = text.find("<<");
    opens.is_some_and(|at| {
        text[at + 2..].find(">>").is_some_and(|end| !text[at + 2..at + 2 + end].trim().is_empty())
    })
}
