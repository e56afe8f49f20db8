//! A reply held against a rule.
//!
//! Owns the checks and the words of their evidence. Every check is exact: it counts or finds,
//! it does not estimate.

use unicode_segmentation::UnicodeSegmentation;

use super::{Rule, RuleKind};
use crate::text;

/// A broken rule.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Violation {
    /// What the reply did, for people: "reply uses a list; rule \"...\" (line 3)".
    pub evidence: String,
}

impl Rule {
    /// Whether the user's words lift the rule for this reply.
    #[must_use]
    pub fn is_lifted_by(&self, request: &str) -> bool {
        let request = request.to_lowercase();
        self.exceptions.iter().any(|phrase| request.contains(&phrase.to_lowercase()))
    }

    /// Checks a reply. An empty reply breaks nothing: there is nothing to judge.
    #[must_use]
    pub fn check(&self, reply: &str) -> Option<Violation> {
        if reply.trim().is_empty() {
            return None;
        }
        let finding = find(&self.kind, reply)?;
        let place = self.line.map(|line| format!(", line {line}")).unwrap_or_default();
        let source = text::excerpt(&self.source, 100);
        Some(Violation { evidence: format!("{finding}; rule {} (\"{source}\"{place})", self.id) })
    }
}

fn find(kind: &RuleKind, reply: &str) -> Option<String> {
    match kind {
        RuleKind::NoLists => reply
            .lines()
            .find(|line| text::is_list_item(line))
            .map(|line| format!("reply uses a list (\"{}\")", text::excerpt(line, 40))),
        RuleKind::NoHeadings => reply
            .lines()
            .find(|line| text::is_heading(line))
            .map(|line| format!("reply uses a heading (\"{}\")", text::excerpt(line, 40))),
        RuleKind::NoExclamationMarks => around(reply, &['!', '！'], "an exclamation mark"),
        RuleKind::NoQuestions => around(reply, &['?', '？'], "a question"),
        RuleKind::NoEmoji => {
            reply.chars().find(|&c| is_emoji(c)).map(|c| format!("reply uses the emoji {c}"))
        }
        RuleKind::NoAiTalk => AI_TALK
            .iter()
            .find(|phrase| has_phrase(reply, phrase))
            .map(|phrase| format!("reply says \"{phrase}\"")),
        RuleKind::MaxWords(most) => over(reply.unicode_words().count(), *most, "words"),
        RuleKind::MinWords(least) => {
            let count = reply.unicode_words().count();
            (count < *least as usize).then(|| format!("reply has {count} words, fewer than {least}"))
        }
        RuleKind::MaxSentences(most) => over(text::sentences(reply).len(), *most, "sentences"),
        RuleKind::MaxParagraphs(most) => over(text::paragraphs(reply).len(), *most, "paragraphs"),
        RuleKind::ForbiddenPhrase(phrase) => {
            has_phrase(reply, phrase).then(|| format!("reply says \"{phrase}\""))
        }
        RuleKind::RequiredPhrase(phrase) => {
            (!has_phrase(reply, phrase)).then(|| format!("reply does not say \"{phrase}\""))
        }
        RuleKind::EndsWith(phrase) => {
            (!bare(reply).ends_with(&bare(phrase))).then(|| format!("reply does not end with \"{phrase}\""))
        }
        RuleKind::StartsWith(phrase) => (!bare(reply).starts_with(&bare(phrase)))
            .then(|| format!("reply does not start with \"{phrase}\"")),
    }
}

/// Ways of stepping out of a persona, lower case.
pub(crate) const AI_TALK: &[&str] = &[
    "as an ai",
    "an ai assistant",
    "an ai model",
    "i am an ai",
    "i'm an ai",
    "language model",
    "being an ai",
    "a chatbot",
    "artificial intelligence model",
    "my training data",
    "i was trained by",
    "my programming",
];

fn over(count: usize, most: u32, unit: &str) -> Option<String> {
    (count > most as usize).then(|| format!("reply has {count} {unit}, more than {most}"))
}

fn around(reply: &str, marks: &[char], what: &str) -> Option<String> {
    let sentence = text::sentences(reply).into_iter().find(|sentence| sentence.contains(marks));
    let place =
        sentence.map(|sentence| format!(" (\"{}\")", text::excerpt(sentence, 60))).unwrap_or_default();
    reply.contains(marks).then(|| format!("reply uses {what}{place}"))
}

/// Whether a phrase occurs as whole words, in any case, with either apostrophe.
pub(crate) fn has_phrase(text: &str, phrase: &str) -> bool {
    let text = text.to_lowercase().replace('\u{2019}', "'");
    let phrase = phrase.to_lowercase().replace('\u{2019}', "'");
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut from = 0;
    while let Some(found) = text.get(from..).and_then(|rest| rest.find(&phrase)) {
        let start = from + found;
        let end = start + phrase.len();
        let before = text[..start].chars().next_back();
        let after = text[end..].chars().next();
        let opens = !phrase.starts_with(is_word) || !before.is_some_and(is_word);
        let closes = !phrase.ends_with(is_word) || !after.is_some_and(is_word);
        if opens && closes {
            return true;
        }
        from = start + text[start..].chars().next().map_or(1, char::len_utf8);
    }
    false
}

/// Lower case, without white space, trailing full stops and surrounding emphasis.
fn bare(text: &str) -> String {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_lowercase();
    text.trim_matches(['.', '*', '_', '"']).to_owned()
}

/// Pictographs by Unicode block; plain symbols such as arrows and card suits do not count.
fn is_emoji(c: char) -> bool {
    matches!(u32::from(c), 0x1F300..=0x1FAFF | 0x2600..=0x2604 | 0x263A | 0x2728 | 0x2764 | 0x2705 | 0x274C | 0x2B50 | 0x1F1E6..=0x1F1FF)
}

#[cfg(test)]
mod tests {
    use crate::rules::compile;

    fn breaks(rule: &str, reply: &str) -> bool {
        let rules = compile(rule);
        assert_eq!(rules.len(), 1, "{rules:?}");
        rules[0].check(reply).is_some()
    }

    #[test]
    fn each_kind_tells_good_from_bad() {
        let cases = [
            ("Never use lists.", "One - two.", "Here:\n- one"),
            ("Never use headings.", "A #tag", "# Title\nText"),
            ("No exclamation marks.", "Fine.", "Fine!"),
            ("No emoji.", "Fine → ok", "Fine 🎉"),
            ("Do not ask questions.", "Fine.", "Is it fine?"),
            ("Never say you are an AI.", "I am a pilot.", "I’m an AI, sorry."),
            ("Use at most 3 words.", "One two three.", "One two three four."),
            ("Use at least 3 words.", "One two three.", "One two."),
            ("Use at most two sentences.", "One. Two.", "One. Two. Three."),
            ("Write a single paragraph.", "One.\nTwo.", "One.\n\nTwo."),
            ("Never say \"sail\".", "A sailor.", "A Sail!"),
            ("Always say \"aye\".", "Aye, it is.", "Layers."),
            ("End every reply with \"— Ada\".", "So.\n\n— Ada", "— Ada said"),
            ("Begin every reply with \"Ahoy\".", "Ahoy there", "Well, ahoy"),
        ];
        for (rule, good, bad) in cases {
            assert!(!breaks(rule, good), "{rule}: {good}");
            assert!(breaks(rule, bad), "{rule}: {bad}");
            assert!(!breaks(rule, " \n"), "{rule}: empty");
        }
    }

    #[test]
    fn evidence_names_the_rule_and_its_line() {
        let rules = compile("You are Ada.\nNever use lists.");
        let violation = rules[0].check("So:\n- this").unwrap();
        assert_eq!(
            violation.evidence,
            "reply uses a list (\"- this\"); rule no_lists (\"Never use lists.\", line 2)"
        );
    }

    #[test]
    fn a_declared_exception_lifts_the_rule() {
        let mut rule = compile("Never use lists.").remove(0);
        rule.exceptions = vec!["as a list".to_owned()];
        assert!(rule.is_lifted_by("Please give it as a LIST"));
        assert!(!rule.is_lifted_by("Please answer"));
    }
}
