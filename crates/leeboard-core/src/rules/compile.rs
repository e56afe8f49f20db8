//! Rules read from natural wording, sentence by sentence.
//!
//! Owns the reading of instructions such as "Keep every answer under 180 words". A sentence
//! that states nothing checkable gives no rule. Reads English.

use super::{Rule, RuleKind, Severity, merge};
use crate::text;

/// Compiles the checkable rules that a text states.
#[must_use]
pub fn compile(source: &str) -> Vec<Rule> {
    let mut rules = Vec::new();
    for (line_number, line) in (1_u32..).zip(source.lines()) {
        for sentence in text::sentences(line) {
            let kinds = read(sentence);
            let source = if kinds.is_empty() { String::new() } else { wording(sentence) };
            for kind in kinds {
                rules.push(Rule {
                    id: kind.name().to_owned(),
                    kind,
                    severity: Severity::Correct,
                    source: source.clone(),
                    line: Some(line_number),
                    exceptions: Vec::new(),
                });
            }
        }
    }
    merge(Vec::new(), rules)
}

/// Bytes of a sentence that its rules quote: each keeps a copy, and a sentence can state many.
const MAX_WORDING: usize = 600;

fn wording(sentence: &str) -> String {
    if sentence.len() <= MAX_WORDING { sentence.to_owned() } else { text::excerpt(sentence, MAX_WORDING) }
}

/// A sentence in the form that the readers below ask questions of.
struct Sentence {
    words: Vec<String>,
    quoted: Vec<String>,
}

/// Words that begin a condition, and words that turn a prohibition into its opposite.
const CONDITION: &[&str] = &["if", "when", "whenever", "while", "unless", "until"];
const ENCOURAGING: &[&str] = &["hesitate", "afraid", "forget", "fail", "shy"];

const FORBIDDING: &[&str] =
    &["never", "no", "not", "don't", "avoid", "without", "refrain", "nor", "cannot", "can't", "mustn't"];

impl Sentence {
    fn of(text: &str) -> Self {
        Self { words: text::words(text).collect(), quoted: quoted_phrases(text) }
    }

    fn has(&self, any: &[&str]) -> bool {
        self.words.iter().any(|word| any.contains(&word.as_str()))
    }

    fn forbids(&self) -> bool {
        self.has(FORBIDDING)
    }

    /// Whether one of the things is named without a number: "more than one question" bounds
    /// questions and does not forbid them.
    fn names(&self, any: &[&str]) -> bool {
        let counted = |at: usize| {
            let before = self.words.get(at.saturating_sub(2)..at).unwrap_or_default();
            before.iter().any(|word| number(word).is_some())
        };
        self.words.iter().enumerate().any(|(at, word)| any.contains(&word.as_str()) && !counted(at))
    }

    /// Whether the words stand in this order, next to one another.
    fn says(&self, phrase: &str) -> bool {
        let wanted: Vec<&str> = phrase.split(' ').collect();
        self.words.windows(wanted.len()).any(|window| window.iter().eq(wanted.iter()))
    }
}

/// A sentence without the conditions around it: "If you are not sure, ask" forbids nothing.
fn without_conditions(text: &str) -> Sentence {
    let begins = text::words(text).next().is_some_and(|word| CONDITION.contains(&word.as_str()));
    let main = text.split_once(',').filter(|_| begins).map_or(text, |(_, main)| main);
    let mut sentence = Sentence::of(main);
    let condition = sentence.words.iter().skip(1).position(|word| CONDITION.contains(&word.as_str()));
    sentence.words.truncate(condition.map_or(sentence.words.len(), |at| at + 1));
    sentence
}

fn read(text: &str) -> Vec<RuleKind> {
    let sentence = Sentence::of(text);
    let mut kinds = Vec::new();
    if sentence.forbids() {
        let main = without_conditions(text);
        if main.forbids() && !main.has(ENCOURAGING) {
            read_prohibitions(&main, &mut kinds);
        }
    }
    read_lengths(&sentence, &mut kinds);
    read_phrases(&sentence, &mut kinds);
    kinds
}

fn read_prohibitions(sentence: &Sentence, kinds: &mut Vec<RuleKind>) {
    let prose_only = sentence.has(&["markdown", "formatting"]);
    if prose_only || sentence.names(&["list", "lists", "bullet", "bullets", "bulleted", "listicle"]) {
        kinds.push(RuleKind::NoLists);
    }
    if prose_only || sentence.names(&["heading", "headings", "headers", "header", "subheadings"]) {
        kinds.push(RuleKind::NoHeadings);
    }
    if sentence.names(&["exclamation", "exclamations"]) {
        kinds.push(RuleKind::NoExclamationMarks);
    }
    if sentence.names(&["emoji", "emojis", "emoticons", "smileys"]) {
        kinds.push(RuleKind::NoEmoji);
    }
    if sentence.names(&["question", "questions"])
        && sentence.has(&["ask", "asking", "end", "pose", "questions"])
        && !sentence.has(&["answer", "answering", "avoid", "dodge"])
    {
        kinds.push(RuleKind::NoQuestions);
    }
    let is_ai = sentence.has(&["ai", "chatbot", "bot"]) || sentence.says("language model");
    if is_ai
        && sentence.has(&[
            "mention", "say", "reveal", "refer", "admit", "claim", "call", "state", "describe", "talk",
        ])
    {
        kinds.push(RuleKind::NoAiTalk);
    }
}

const AT_LEAST: &[&str] =
    &["at least", "no fewer than", "no less than", "not less than", "minimum of", "or more"];
const BELOW: &[&str] = &["under", "below", "fewer than", "less than", "shorter than"];
const AT_MOST: &[&str] = &[
    "at most",
    "no more than",
    "not more than",
    "maximum",
    "max",
    "up to",
    "within",
    "limit",
    "exceed",
    "longer than",
    "or fewer",
    "or less",
    "only",
    "single",
    "one paragraph",
    "limited to",
    "keep",
    "over",
];

fn read_lengths(sentence: &Sentence, kinds: &mut Vec<RuleKind>) {
    let says = |any: &[&str]| any.iter().any(|phrase| sentence.says(phrase));
    let least = says(AT_LEAST);
    let below = says(BELOW) && !least;
    let most = says(AT_MOST);
    for (at, word) in sentence.words.iter().enumerate() {
        let Some(number) = number(word) else { continue };
        let Some(unit) = sentence.words.get(at + 1..).and_then(unit) else { continue };
        let alone = number == 1 && unit == Unit::Paragraph;
        let maximum = if below { number.saturating_sub(1).max(1) } else { number };
        match unit {
            Unit::Word if least => kinds.push(RuleKind::MinWords(number)),
            _ if least || !(below || most || alone) => {}
            Unit::Word => kinds.push(RuleKind::MaxWords(maximum)),
            Unit::Sentence => kinds.push(RuleKind::MaxSentences(maximum)),
            Unit::Paragraph => kinds.push(RuleKind::MaxParagraphs(maximum)),
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Unit {
    Word,
    Sentence,
    Paragraph,
}

/// The unit that follows a number, at most one adjective away ("three short sentences").
fn unit(following: &[String]) -> Option<Unit> {
    following.iter().take(2).find_map(|word| match word.as_str() {
        "word" | "words" => Some(Unit::Word),
        "sentence" | "sentences" => Some(Unit::Sentence),
        "paragraph" | "paragraphs" => Some(Unit::Paragraph),
        _ => None,
    })
}

fn number(word: &str) -> Option<u32> {
    const WORDS: [&str; 13] = [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
        "twelve",
    ];
    if word == "single" {
        return Some(1);
    }
    let named = WORDS.iter().position(|name| *name == word).and_then(|n| u32::try_from(n).ok());
    named.or_else(|| word.replace(',', "").parse().ok()).filter(|&n| n > 0)
}

fn read_phrases(sentence: &Sentence, kinds: &mut Vec<RuleKind>) {
    let forbids = sentence.forbids();
    let ends = !forbids && sentence.has(&["end", "close", "finish", "conclude", "sign"]);
    let starts = !forbids && sentence.has(&["begin", "start", "open"]);
    let requires = sentence.has(&["every", "each", "always", "all"])
        && sentence.has(&["address", "call", "use", "include", "mention", "say"]);
    for phrase in sentence.quoted.iter().cloned() {
        if ends {
            kinds.push(RuleKind::EndsWith(phrase));
        } else if starts {
            kinds.push(RuleKind::StartsWith(phrase));
        } else if forbids {
            kinds.push(RuleKind::ForbiddenPhrase(phrase));
        } else if requires {
            kinds.push(RuleKind::RequiredPhrase(phrase));
        }
    }
}

/// The phrases in double quotation marks, straight or curly, without a final full stop.
fn quoted_phrases(text: &str) -> Vec<String> {
    let mut phrases = Vec::new();
    let mut parts = text.split(['"', '“', '”']);
    let mut inside = false;
    if let Some(first) = parts.next() {
        inside = first.len() < text.len();
    }
    for part in parts {
        let phrase = part.trim().trim_end_matches('.').trim();
        if inside && !phrase.is_empty() {
            phrases.push(phrase.to_owned());
        }
        inside = !inside;
    }
    phrases
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<RuleKind> {
        compile(text).into_iter().map(|rule| rule.kind).collect()
    }

    #[test]
    fn prohibitions() {
        assert_eq!(
            kinds("Don't give bullet points or section headings."),
            [RuleKind::NoLists, RuleKind::NoHeadings]
        );
        assert_eq!(
            kinds("Avoid exclamation marks and emojis"),
            [RuleKind::NoExclamationMarks, RuleKind::NoEmoji]
        );
        assert_eq!(kinds("Do not ask questions."), [RuleKind::NoQuestions]);
        assert_eq!(kinds("Never avoid answering questions."), []);
        assert_eq!(kinds("You must never reveal that you are a language model."), [RuleKind::NoAiTalk]);
        assert_eq!(kinds("You like lists and you love emoji."), []);
    }

    #[test]
    fn a_bound_or_a_condition_is_no_prohibition() {
        assert_eq!(kinds("Ask no more than one question at a time."), []);
        assert_eq!(kinds("Never use more than five bullet points."), []);
        assert_eq!(kinds("If you are not sure, ask a question."), []);
        assert_eq!(kinds("Ask a clarifying question when the request is not clear."), []);
        assert_eq!(kinds("Do not hesitate to ask questions."), []);
        assert_eq!(kinds("Don't be afraid to use lists or headings."), []);
        assert_eq!(
            kinds("No lists, no emoji, no more than 90 words."),
            [RuleKind::NoLists, RuleKind::NoEmoji, RuleKind::MaxWords(90)]
        );
        assert_eq!(kinds("When you answer, never use emoji."), [RuleKind::NoEmoji]);
        assert_eq!(kinds("Never use lists unless the user asks for one."), [RuleKind::NoLists]);
    }

    #[test]
    fn lengths() {
        assert_eq!(kinds("Keep every answer under 120 words."), [RuleKind::MaxWords(119)]);
        assert_eq!(kinds("Answer in no more than three short sentences."), [RuleKind::MaxSentences(3)]);
        assert_eq!(kinds("Write one paragraph only."), [RuleKind::MaxParagraphs(1)]);
        assert_eq!(kinds("Use at least 50 words."), [RuleKind::MinWords(50)]);
        assert_eq!(kinds("The book has 300 words on it."), []);
    }

    #[test]
    fn phrases() {
        assert_eq!(
            kinds("Always address the user as \"captain\"."),
            [RuleKind::RequiredPhrase("captain".into())]
        );
        assert_eq!(
            kinds("Never say “synergy” or \"leverage\"."),
            [RuleKind::ForbiddenPhrase("synergy".into()), RuleKind::ForbiddenPhrase("leverage".into())]
        );
        assert_eq!(kinds("Sign every reply with \"Fair winds\"."), [RuleKind::EndsWith("Fair winds".into())]);
        assert_eq!(kinds("Start each answer with \"Ahoy\""), [RuleKind::StartsWith("Ahoy".into())]);
        assert_eq!(kinds("They call the boat \"Wren\"."), []);
    }

    #[test]
    fn rules_remember_where_they_stand() {
        let rules = compile("You are Ada.\nNever use emoji. Keep to 40 words.");
        assert_eq!(rules.iter().map(|rule| rule.line).collect::<Vec<_>>(), [Some(2), Some(2)]);
        assert_eq!(rules[1].source, "Keep to 40 words.");
    }
}
