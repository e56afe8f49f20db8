//! Rules read from natural wording, sentence by sentence, with where each stands.
//!
//! Owns the way from a prompt to its rules and to the list of what could not be read. The
//! grammar is in `reader`, the meanings in `kinds`. Reads English.

use super::kinds::{self, Found};
use super::measure::{Bound, Measure};
use super::reader::clause;
use super::reader::condition::Condition;
use super::reader::lines::{self, Sentence};
use super::unchecked::{self, Unchecked};
use super::{Rule, RuleKind, Severity, merge};
use crate::text;

/// What a prompt says that can be checked, and what cannot.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Reading {
    /// The rules, in the order of the text.
    pub rules: Vec<Rule>,
    /// Instructions that no rule came of, with the reason.
    pub unchecked: Vec<Unchecked>,
}

impl Reading {
    /// Rules and unchecked instructions put together.
    #[must_use]
    pub fn new(rules: Vec<Rule>, unchecked: Vec<Unchecked>) -> Self {
        Self { rules, unchecked }
    }
}

/// Compiles the checkable rules that a text states.
#[must_use]
pub fn compile(source: &str) -> Vec<Rule> {
    let mut rules = Vec::new();
    for sentence in lines::sentences(source) {
        if let Ok(found) = read_sentence(&sentence) {
            take(&mut rules, &sentence, found);
        }
    }
    merge(Vec::new(), rules)
}

/// Reads a text for rules, and says what of its instructions is not checked and why.
#[must_use]
pub fn read(source: &str) -> Reading {
    let (mut rules, mut unchecked) = (Vec::new(), Vec::new());
    for sentence in lines::sentences(source) {
        match read_sentence(&sentence) {
            Ok(found) => take(&mut rules, &sentence, found),
            Err(reason) => unchecked.extend(reason),
        }
    }
    Reading { rules: merge(Vec::new(), rules), unchecked }
}

/// Words of a sentence at most: longer ones are data, not instructions.
const MAX_SENTENCE: usize = 1 << 20;

/// The rules of a sentence; or, if it has none, what is said of it where it obliges.
fn read_sentence(sentence: &Sentence) -> Result<Vec<Found>, Option<Unchecked>> {
    if sentence.text.len() > MAX_SENTENCE {
        return Err(None);
    }
    if let Some(language) = unchecked::language(&sentence.text) {
        return Err(Unchecked::foreign(sentence, &language));
    }
    let parsed = clause::parse(&sentence.text);
    let mut found = kinds::read(&sentence.text, &parsed);
    let own_head =
        parsed.clauses.first().is_some_and(|clause| clause.headed && (clause.negative || clause.strong));
    let mut obliges = parsed.obliges || parsed.clauses.iter().any(|clause| clause.directive);
    if !sentence.lead.is_empty() && !own_head && sentence.text.len() <= 400 {
        let mark = if sentence.lead.ends_with(|c: char| c.is_alphanumeric()) && ends_with_noun(&sentence.lead)
        {
            ": "
        } else {
            " "
        };
        let text = format!("{}{mark}{}", sentence.lead, sentence.text);
        let led = clause::parse(&text);
        let of_lead = kinds::read(&text, &led);
        obliges = true;
        if !of_lead.is_empty() {
            found = of_lead;
        }
    }
    let conditional =
        found.iter().any(|found| matches!(found.condition, Condition::Some | Condition::WhenAsked));
    found.retain(|found| !matches!(found.condition, Condition::Some | Condition::WhenAsked));
    if found.is_empty() {
        return Err((obliges || conditional)
            .then(|| Unchecked::of(sentence, &parsed, conditional))
            .flatten());
    }
    Ok(found)
}

/// "Forbidden words", "these phrases": what follows is a list of them.
fn ends_with_noun(lead: &str) -> bool {
    let last = lead.rsplit(' ').next().unwrap_or_default().to_lowercase();
    matches!(
        last.as_str(),
        "words" | "phrases" | "terms" | "keywords" | "expressions" | "following" | "these" | "of"
    )
}

/// Makes rules of what a sentence states; a sentence that only completes the one before does so.
fn take(rules: &mut Vec<Rule>, sentence: &Sentence, found: Vec<Found>) {
    let source = wording(&sentence.text);
    for found in found {
        let Some(kind) = complete(rules, found.kind) else { continue };
        let exceptions = if found.condition == Condition::UnlessAsked { asking(&kind) } else { Vec::new() };
        rules.push(Rule {
            id: kind.name().to_owned(),
            kind,
            severity: if found.soft { Severity::Warn } else { Severity::Correct },
            source: source.clone(),
            line: Some(sentence.line),
            exceptions,
            outside_quotations: found.condition == Condition::Quoting,
        });
    }
}

/// A separator or a section marker without a number takes the number of the rule before.
fn complete(rules: &mut Vec<Rule>, kind: RuleKind) -> Option<RuleKind> {
    let before = rules.last().map(|rule| rule.kind.clone());
    match (kind, before) {
        (
            RuleKind::Parts(separator, 0),
            Some(RuleKind::Count(Measure::Paragraphs, Bound::Exactly(n) | Bound::Max(n))),
        ) => {
            rules.pop();
            Some(RuleKind::Parts(separator, n))
        }
        (RuleKind::Parts(separator, 0), Some(RuleKind::Parts(_, n))) => {
            rules.pop();
            Some(RuleKind::Parts(separator, n))
        }
        (RuleKind::Parts(_, 0), _) => None,
        (RuleKind::Sections(marker, Bound::Min(0)), Some(RuleKind::Sections(_, bound))) => {
            rules.pop();
            Some(RuleKind::Sections(marker, bound))
        }
        (RuleKind::Sections(_, Bound::Min(0)), _) => None,
        (kind, _) => Some(kind),
    }
}

/// What a user says who asks for what the rule forbids.
fn asking(kind: &RuleKind) -> Vec<String> {
    let words: &[&str] = match kind {
        RuleKind::Count(measure, _) => match measure {
            Measure::Lists | Measure::Bullets | Measure::NumberedItems => {
                &["list", "bullet", "numbered", "steps", "points"]
            }
            Measure::Headings => &["heading", "header", "section"],
            Measure::Emoji => &["emoji", "emoticon", "smiley"],
            Measure::Markdown => &["markdown", "format", "bold", "list", "table", "heading"],
            Measure::Tables => &["table"],
            Measure::CodeBlocks => &["code", "snippet", "script"],
            Measure::Bold | Measure::Italics | Measure::Highlights => {
                &["bold", "italic", "highlight", "emphasi"]
            }
            Measure::Urls => &["link", "url", "source", "website"],
            Measure::Questions => &["ask me", "question", "quiz"],
            Measure::Words
            | Measure::Sentences
            | Measure::Paragraphs
            | Measure::Characters
            | Measure::Lines => &[
                "detail",
                "longer",
                "elaborate",
                "expand",
                "in depth",
                "at length",
                "more words",
                "full explanation",
                "essay",
                "in full",
            ],
            measure => return vec![measure.unit().to_owned()],
        },
        RuleKind::Language(_) => {
            &["in english", "in french", "in german", "in spanish", "translate", "another language"]
        }
        RuleKind::LetterCase(_) => &["capital", "case", "caps"],
        RuleKind::Format(_) => &["plain text", "prose", "format", "json", "yaml", "xml", "csv"],
        RuleKind::ForbiddenPhrase(phrase) | RuleKind::RequiredPhrase(phrase) => {
            return vec![phrase.to_lowercase()];
        }
        RuleKind::NoTopic(topic) => return vec![super::topics::words(topic)],
        _ => return Vec::new(),
    };
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// Bytes of a sentence that its rules quote: each keeps a copy, and a sentence can state many.
const MAX_WORDING: usize = 600;

fn wording(sentence: &str) -> String {
    if sentence.len() <= MAX_WORDING { sentence.to_owned() } else { text::excerpt(sentence, MAX_WORDING) }
}
