//! A prompt cut into sentences, each with its line.
//!
//! Owns what is no instruction at all (examples, dialogue, code), what belongs together (a
//! sentence over several lines, a list under its lead-in) and what is only decoration (list
//! markers, tags, emphasis).

use super::decoration::body;
use super::passage::{governs, has_example_name, is_label_of_example, is_speech, tag};
use super::sentence::{ends_sentence, split};
use crate::text;

/// A sentence of a prompt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::rules) struct Sentence {
    /// Where it begins, from 1.
    pub(in crate::rules) line: u32,
    /// Its text, without decoration.
    pub(in crate::rules) text: String,
    /// The lead-in or heading that it stands under, if that governs it ("Never:").
    pub(in crate::rules) lead: String,
}

/// Bytes of a lead-in at most: it is put in front of each item below it.
const MAX_LEAD: usize = 120;

/// The sentences of a prompt that may be instructions.
pub(in crate::rules) fn sentences(source: &str) -> Vec<Sentence> {
    let mut walk = Walk::default();
    for (number, line) in (1_u32..).zip(source.lines()) {
        walk.take(number, line);
    }
    walk.flush();
    walk.found
}

#[derive(Default)]
struct Walk {
    found: Vec<Sentence>,
    /// Lines of a paragraph that belong to one text, with the line each begins on.
    text: String,
    starts: Vec<(usize, u32)>,
    lead: String,
    heading_lead: String,
    fenced: bool,
    /// In an example: until a heading, an end tag or, after a mere label, a blank line.
    example: Option<Until>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Until {
    Blank,
    Heading,
    Tag,
}

impl Walk {
    fn take(&mut self, number: u32, line: &str) {
        let trimmed = line.trim();
        if trimmed.starts_with("```") || trimmed.starts_with("~~~") {
            self.fenced = !self.fenced;
            return self.flush();
        }
        if self.fenced {
            return;
        }
        if trimmed.is_empty() {
            self.flush();
            self.lead.clear();
            if self.example == Some(Until::Blank) {
                self.example = None;
            }
            return;
        }
        if let Some(tag) = tag(trimmed) {
            return self.tagged(tag);
        }
        let heading = text::is_heading(line) && trimmed.len() < 100;
        if heading {
            return self.headed(number, trimmed);
        }
        if self.example.is_some() {
            return;
        }
        let (item, body) = body(trimmed);
        if !item && is_label_of_example(&body) {
            self.flush();
            self.example = Some(Until::Blank);
            return;
        }
        if is_speech(&body) {
            return self.flush();
        }
        // A line that goes on with the sentence above begins in lower case.
        let goes_on = !item
            && !self.text.is_empty()
            && !ends_sentence(&self.text)
            && (body.starts_with(char::is_lowercase)
                || line.starts_with([' ', '\t'])
                || body.starts_with(['"', '“']));
        if !goes_on {
            self.flush();
            if !item && !line.starts_with([' ', '\t']) {
                self.lead.clear();
            }
        }
        if !self.text.is_empty() {
            self.text.push(' ');
        }
        self.starts.push((self.text.len(), number));
        self.text.push_str(&body);
    }

    fn tagged(&mut self, tag: &str) {
        self.flush();
        let opens = !tag.starts_with('/');
        if has_example_name(tag) {
            self.example = opens.then_some(Until::Tag);
        }
        self.heading_lead.clear();
        self.lead.clear();
    }

    fn headed(&mut self, number: u32, line: &str) {
        self.flush();
        if self.example != Some(Until::Tag) {
            self.example = None;
        }
        let (_, name) = body(line.trim_start_matches('#'));
        let name = name.trim_end_matches(':').trim().to_owned();
        self.lead.clear();
        self.heading_lead.clear();
        if has_example_name(&name.to_lowercase()) {
            self.example = Some(self.example.unwrap_or(Until::Heading));
        } else if governs(&name) && name.split_whitespace().count() <= 6 {
            self.heading_lead.clone_from(&name);
        }
        if self.example.is_none() {
            self.found.push(Sentence { line: number, text: name, lead: String::new() });
        }
    }

    /// Ends the text under way: its sentences are found, and a lead-in is kept for what follows.
    fn flush(&mut self) {
        if self.text.is_empty() {
            return;
        }
        let text = std::mem::take(&mut self.text);
        let starts = std::mem::take(&mut self.starts);
        let lead = if self.lead.is_empty() { self.heading_lead.clone() } else { self.lead.clone() };
        let mut last = String::new();
        for (at, sentence) in split(&text) {
            let next = starts.partition_point(|&(from, _)| from <= at);
            let line = starts.get(next.saturating_sub(1)).map_or(1, |&(_, line)| line);
            sentence.clone_into(&mut last);
            self.found.push(Sentence { line, text: sentence.to_owned(), lead: lead.clone() });
        }
        if let Some(opening) = last.trim_end().strip_suffix(':') {
            self.lead = if opening.len() <= MAX_LEAD && governs(opening) {
                opening.to_owned()
            } else {
                String::new()
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(source: &str) -> Vec<(u32, String)> {
        sentences(source).into_iter().map(|sentence| (sentence.line, sentence.text)).collect()
    }

    #[test]
    fn sentences_keep_their_lines() {
        assert_eq!(
            texts("You are Ada. Be\nbrief.\n\n- **Never** use emoji\n2. Say \"no. thanks\" often"),
            [
                (1, "You are Ada.".to_owned()),
                (1, "Be brief.".to_owned()),
                (4, "Never use emoji".to_owned()),
                (5, "Say \"no. thanks\" often".to_owned()),
            ]
        );
    }

    #[test]
    fn examples_and_code_are_left_out() {
        let source = "Be kind.\n```\nNever use lists.\n```\n<examples>\nUse emoji.\n</examples>\n## Examples\nNo lists.\n## Rules\nNo emoji.\nUser: no lists";
        let found: Vec<String> = texts(source).into_iter().map(|(_, text)| text).collect();
        assert_eq!(found, ["Be kind.", "Rules", "No emoji."]);
    }

    #[test]
    fn lead_ins_govern_their_items() {
        let found = sentences("You must never:\n- use emoji\n- ask\n\nElse:\n- go");
        let leads: Vec<&str> = found.iter().map(|sentence| sentence.lead.as_str()).collect();
        assert_eq!(leads, ["", "You must never", "You must never", "", ""]);
    }

    #[test]
    fn separators_stay() {
        assert_eq!(
            texts("Divide by ****** and *** only."),
            [(1, "Divide by ****** and *** only.".to_owned())]
        );
    }
}
