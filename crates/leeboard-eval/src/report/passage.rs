//! The sentences that a report shows: where in a reply lies what was found.
//!
//! Owns finding the words again that evidence names. Evidence whose words are not in the reply,
//! such as a length, has no sentence.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use leeboard_core::drift::{Evidence, Signal};
use unicode_segmentation::UnicodeSegmentation;

use super::Finding;
use crate::audit::AuditLine;

/// Characters of a reply that are shown, at most.
const REPLY: usize = 900;

/// Characters of one sentence that are shown, at most.
const SENTENCE: usize = 320;

/// Characters of a reply that stand for it where no sentence does.
const BEGINNING: usize = 200;

/// Words that two replies must share in a row to be marked. The signal counts runs of four.
const RUN: usize = 4;

/// Words of a reply that are searched. Longer replies are shown by their beginning.
const SEARCHED: usize = 20_000;

/// A piece of text with parts of it marked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Passage {
    /// The parts in order; together they are the text.
    pub parts: Vec<Part>,
}

/// A part of a passage.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Part {
    /// The words.
    pub text: String,
    /// Whether this is what was found.
    pub marked: bool,
}

impl Passage {
    /// The text without its marks.
    #[must_use]
    pub fn text(&self) -> String {
        self.parts.iter().map(|part| part.text.as_str()).collect()
    }

    /// How the text begins, with its marks.
    pub(super) fn beginning(&self) -> Self {
        let mut beginning = Self::default();
        let mut left = BEGINNING;
        for part in &self.parts {
            let shown = fitting(&part.text, left);
            beginning.push(shown, part.marked);
            if shown.len() < part.text.len() {
                beginning.push(" …", false);
                break;
            }
            left -= shown.chars().count();
        }
        beginning
    }

    /// At most `chars` characters of `text`, from `within` on, with the marks that lie there.
    fn cut(text: &str, within: Range<usize>, marks: &[Range<usize>], chars: usize) -> Self {
        let (start, whole) = (within.start, text.get(within).unwrap_or_default());
        let end = start + fitting(whole, chars).len();
        let mut passage = Self::default();
        if !text.get(..start).unwrap_or_default().trim().is_empty() {
            passage.push("… ", false);
        }
        let mut at = start;
        for mark in marks {
            let (from, to) = (mark.start.clamp(at, end), mark.end.clamp(at, end));
            passage.push(text.get(at..from).unwrap_or_default(), false);
            passage.push(text.get(from..to).unwrap_or_default(), true);
            at = to;
        }
        passage.push(text.get(at..end).unwrap_or_default(), false);
        if !text.get(end..).unwrap_or_default().trim().is_empty() {
            passage.push(" …", false);
        }
        passage
    }

    fn push(&mut self, text: &str, marked: bool) {
        if !text.is_empty() {
            self.parts.push(Part { text: text.to_owned(), marked });
        }
    }
}

/// What a detail shows of a reply.
pub(super) struct Found {
    pub(super) reply: Passage,
    pub(super) findings: Vec<Finding>,
}

impl Found {
    pub(super) fn new(line: &AuditLine, replies: &BTreeMap<u32, &str>) -> Self {
        let reply = Text::of(&line.reply);
        let mut all = Vec::new();
        let mut findings = Vec::new();
        for evidence in &line.evidence {
            let earlier = said_again(evidence).and_then(|turn| replies.get(&turn)).copied().map(Text::of);
            let marks = match &earlier {
                Some(earlier) => reply.shared_with(earlier),
                None => named(evidence).iter().filter_map(|phrase| reply.find(phrase)).collect(),
            };
            findings.push(Finding {
                signal: evidence.signal,
                text: evidence.text.clone(),
                rule: evidence.rule.clone(),
                turn: evidence.turn,
                sentence: reply.sentence(&marks),
                earlier: earlier.and_then(|earlier| earlier.sentence(&earlier.shared_with(&reply))),
            });
            all.extend(marks);
        }
        let all = joined(all);
        // What was found may lie far down; then the passage begins with its sentence.
        let far = all.first().filter(|mark| mark.start > REPLY / 2);
        let start = far.map_or(0, |mark| reply.sentence_at(mark.start).start);
        let reply = Passage::cut(reply.text, start..reply.text.len(), &all, REPLY);
        Self { reply, findings }
    }
}

/// The turn whose reply is said again.
fn said_again(evidence: &Evidence) -> Option<u32> {
    evidence.turn.filter(|_| evidence.signal == Signal::Repetition)
}

/// What evidence names of the reply: what it puts in quotation marks before it goes on to a
/// rule or a user's words, else what it says that the reply says.
fn named(evidence: &Evidence) -> Vec<String> {
    let about = evidence.text.split("; ").next().unwrap_or_default();
    let quoted: Vec<String> = about.split('"').skip(1).step_by(2).map(str::to_owned).collect();
    let said = about.strip_prefix("reply says ").map(|said| said.split(", which").next().unwrap_or(said));
    quoted.into_iter().chain(said.map(str::to_owned)).filter(|phrase| !phrase.trim().is_empty()).collect()
}

/// A text with its words, for finding words again whatever their case and apostrophes.
struct Text<'a> {
    text: &'a str,
    words: Vec<(Range<usize>, String)>,
}

impl<'a> Text<'a> {
    fn of(text: &'a str) -> Self {
        let word = |(at, word): (usize, &str)| (at..at + word.len(), word.to_lowercase().replace('’', "'"));
        Self { text, words: text.unicode_word_indices().take(SEARCHED).map(word).collect() }
    }

    /// Where the phrase stands first.
    fn find(&self, phrase: &str) -> Option<Range<usize>> {
        let phrase = phrase.trim_matches(['…', ' ']);
        let exact = || self.text.find(phrase).map(|at| at..at + phrase.len());
        let sought = Text::of(phrase).words;
        let same = |window: &&[(Range<usize>, String)]| {
            window.iter().zip(&sought).all(|(here, there)| here.1 == there.1)
        };
        let span = |window: &[(Range<usize>, String)]| Some(window.first()?.0.start..window.last()?.0.end);
        let words = || self.words.windows(sought.len()).find(same).and_then(span);
        exact().or_else(|| if sought.is_empty() { None } else { words() })
    }

    /// The runs of words that the other text has too.
    fn shared_with(&self, other: &Text<'_>) -> Vec<Range<usize>> {
        let run = |window: &[(Range<usize>, String)]| -> Vec<String> {
            window.iter().map(|(_, word)| word.clone()).collect()
        };
        let theirs: BTreeSet<Vec<String>> = other.words.windows(RUN).map(run).collect();
        let ours = self.words.windows(RUN).filter(|window| theirs.contains(&run(window)));
        joined(ours.filter_map(|window| Some(window.first()?.0.start..window.last()?.0.end)).collect())
    }

    /// The sentence with the longest mark.
    fn sentence(&self, marks: &[Range<usize>]) -> Option<Passage> {
        let longest = marks.iter().rev().max_by_key(|mark| mark.len())?;
        let sentence = self.sentence_at(longest.start);
        // A mark far down a long sentence must be in what is shown.
        let before = self.text.get(sentence.start..longest.start).unwrap_or_default();
        let start = if before.chars().count() > SENTENCE / 2 { longest.start } else { sentence.start };
        let within = trimmed(self.text, start..sentence.end);
        let mut passage = Passage::cut(self.text, within.clone(), marks, SENTENCE);
        // A whole sentence needs no dots around it.
        if within.start == trimmed(self.text, sentence).start {
            passage.parts.retain(|part| part.text != "… ");
        }
        if self.text.get(within).is_some_and(|shown| shown.chars().count() <= SENTENCE) {
            passage.parts.retain(|part| part.text != " …");
        }
        Some(passage)
    }

    /// The sentence at a place.
    fn sentence_at(&self, at: usize) -> Range<usize> {
        let sentences = self.text.split_sentence_bound_indices();
        let ranges = sentences.map(|(start, sentence)| start..start + sentence.len());
        ranges.take_while(|range| range.start <= at).last().unwrap_or(0..self.text.len())
    }
}

/// The beginning of a text, cut between words where that costs little.
fn fitting(text: &str, chars: usize) -> &str {
    let Some((end, _)) = text.char_indices().nth(chars) else { return text };
    let cut = text.get(..end).unwrap_or_default();
    let at = cut.rfind(char::is_whitespace).filter(|at| *at > cut.len() / 2);
    at.and_then(|at| cut.get(..at)).unwrap_or(cut)
}

fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let inner = text.get(range.clone()).unwrap_or_default();
    let start = range.start + (inner.len() - inner.trim_start().len());
    start..start + inner.trim().len()
}

/// Ranges in order, overlapping and touching ones as one.
fn joined(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|range| (range.start, range.end));
    let mut joined: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        match joined.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => joined.push(range),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(passage: &Passage) -> Vec<&str> {
        passage.parts.iter().filter(|part| part.marked).map(|part| part.text.as_str()).collect()
    }

    #[test]
    fn words_are_found_again_whatever_their_case_and_apostrophes() {
        let text = Text::of("Well.\nAs I said, I’m an AI, and so on. More follows.");
        let mark = text.find("i'm an ai").unwrap();
        let sentence = text.sentence(&[mark]).unwrap();
        assert_eq!(sentence.text(), "As I said, I’m an AI, and so on.");
        assert_eq!(marked(&sentence), ["I’m an AI"]);
        assert_eq!(text.find("sails"), None);
        assert_eq!(Text::of("fine 😊 then").find("😊"), Some(5..9));
    }

    #[test]
    fn shared_runs_are_marked_and_the_longest_gives_the_sentence() {
        let now = Text::of("So be it. The old ferry leaves the quay at noon today. We wait.");
        let then = Text::of("I know that the old ferry leaves the quay at noon. That is all.");
        let passage = now.sentence(&now.shared_with(&then)).unwrap();
        assert_eq!(marked(&passage), ["The old ferry leaves the quay at noon"]);
        assert_eq!(passage.text(), "The old ferry leaves the quay at noon today.");
    }

    #[test]
    fn a_long_sentence_is_cut_around_its_mark() {
        let text = format!("{} the red buoy {}", "many words and ".repeat(80), "more of them ".repeat(80));
        let text = Text::of(&text);
        let passage = text.sentence(&[text.find("red buoy").unwrap()]).unwrap();
        assert_eq!(marked(&passage), ["red buoy"]);
        let shown = passage.text();
        assert!(shown.starts_with("… ") && shown.ends_with(" …"), "{shown}");
        assert!(shown.chars().count() <= SENTENCE + 4);
    }

    #[test]
    fn without_a_sentence_the_beginning_stands_for_a_reply() {
        let text = "The tide turns at six. ".repeat(40);
        let whole = Passage::cut(&text, 0..text.len(), &[4..8, 15..17], 800);
        let beginning = whole.beginning();
        assert_eq!(marked(&beginning), ["tide", "at"]);
        let shown = beginning.text();
        assert!(shown.ends_with(" …") && shown.chars().count() <= BEGINNING + 2, "{shown}");
        let short = Passage::cut("At six.", 0..7, &[], 800);
        assert_eq!(short.beginning(), short);
    }

    #[test]
    fn evidence_names_what_the_reply_says() {
        let evidence = |text: &str| {
            serde_json::from_value::<Evidence>(serde_json::json!({"signal": "rules", "text": text})).unwrap()
        };
        assert_eq!(named(&evidence("reply uses a list (\"- at\"); rule a (\"Never.\", line 1)")), ["- at"]);
        assert_eq!(named(&evidence("reply says Leeds, which held from turn 2; user said York")), ["Leeds"]);
        assert_eq!(named(&evidence("reply has 203 words, more than 180; rule b")), [""; 0]);
    }
}
