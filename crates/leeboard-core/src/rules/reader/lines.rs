//! A prompt cut into sentences, each with its line.
//!
//! Owns what is no instruction at all (examples, dialogue, code), what belongs together (a
//! sentence over several lines, a list under its lead-in) and what is only decoration (list
//! markers, tags, emphasis).

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

/// Whether a lead-in says what is to be done with the items below it.
fn governs(lead: &str) -> bool {
    let words: Vec<String> = text::words(lead).collect();
    let has = |any: &[&str]| words.iter().any(|word| any.contains(&word.as_str()));
    has(&[
        "never",
        "not",
        "don't",
        "avoid",
        "refrain",
        "no",
        "don’t",
        "forbidden",
        "prohibited",
        "banned",
        "without",
        "always",
        "must",
        "should",
        "shouldn't",
        "mustn't",
        "cannot",
        "can't",
        "don'ts",
        "required",
        "use",
        "include",
        "one",
        "only",
        "don'ts",
        "keep",
        "answer",
        "reply",
        "respond",
        "write",
    ])
}

/// The name of a tag that has a line of its own: `<rules>`, `</example>`.
fn tag(line: &str) -> Option<&str> {
    let inner = line.strip_prefix('<')?.strip_suffix('>')?;
    let plain = inner.chars().all(|c| c.is_alphanumeric() || "_-/ =\"'".contains(c));
    (plain && !inner.is_empty()).then_some(inner)
}

fn has_example_name(name: &str) -> bool {
    let lower = name.to_lowercase();
    [
        "example",
        "sample",
        "few-shot",
        "few_shot",
        "transcript",
        "about the user",
        "user profile",
        "background",
        "conversation so far",
        "document",
        "knowledge base",
        "backstory",
    ]
    .iter()
    .any(|word| lower.contains(word))
}

fn is_label_of_example(line: &str) -> bool {
    let lower = line.to_lowercase();
    let label = lower.ends_with(':') && lower.len() < 60;
    (label && has_example_name(&lower))
        || (lower.starts_with("example:") || lower.starts_with("for example:"))
}

/// A line of recorded talk.
fn is_speech(line: &str) -> bool {
    let Some((who, _)) = line.split_once(':') else { return false };
    matches!(
        who.trim().to_lowercase().as_str(),
        "user"
            | "assistant"
            | "human"
            | "ai"
            | "bot"
            | "customer"
            | "q"
            | "a"
            | "input"
            | "student"
            | "caller"
            | "good"
            | "bad"
            | "wrong"
            | "right"
            | "correct"
            | "incorrect"
    )
}

fn ends_sentence(text: &str) -> bool {
    text.trim_end().ends_with(['.', '!', '?', ':', ';', '。'])
}

/// A line without its list marker, tags and emphasis; whether it had a marker.
fn body(line: &str) -> (bool, String) {
    let mut rest = line.trim_start_matches(['>', ' ']).trim();
    let mut item = false;
    let bullets = ['-', '*', '+', '•', '‣', '–', '·', '●', '○', '▪', '✗', '✓', '❌', '✅', '→'];
    let marked = rest.strip_prefix(bullets).filter(|after| after.starts_with([' ', '\t', '\u{fe0f}']));
    if let Some(after) = marked {
        rest = after.trim_start_matches('\u{fe0f}').trim_start();
        item = true;
    }
    let opened = rest.strip_prefix('(').unwrap_or(rest);
    let label = opened.chars().take_while(char::is_ascii_alphanumeric).count();
    let number = opened.chars().take(label).all(|c| c.is_ascii_digit()) && label <= 3;
    if (number && label > 0 || label == 1)
        && opened[label..].starts_with(['.', ')'])
        && opened[label + 1..].starts_with([' ', '\t'])
    {
        rest = opened[label + 1..].trim_start();
        item = true;
    }
    let rest = rest.strip_prefix("[ ]").or_else(|| rest.strip_prefix("[x]")).unwrap_or(rest);
    (item, plain(rest.trim()))
}

/// Without emphasis and without tags around the whole.
fn plain(text: &str) -> String {
    let mut rest = text;
    while let Some(inner) = rest.strip_prefix('<').filter(|inner| !inner.starts_with('<')) {
        match inner.split_once('>') {
            Some((name, after)) if name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-') => {
                rest = after
            }
            _ => break,
        }
    }
    while let Some(at) = rest.rfind("</").filter(|_| rest.ends_with('>')) {
        rest = rest[..at].trim_end();
    }
    let mut out = String::with_capacity(rest.len());
    let mut chars = rest.chars().peekable();
    let mut before = ' ';
    while let Some(c) = chars.next() {
        if c != '*' && c != '_' {
            out.push(c);
            before = c;
            continue;
        }
        let mut run = 1;
        while chars.peek() == Some(&c) {
            chars.next();
            run += 1;
        }
        let beside = |c: Option<char>| c.is_some_and(|c| !c.is_whitespace());
        let inner = c == '_' && before.is_alphanumeric() && chars.peek().is_some_and(|c| c.is_alphanumeric());
        // Three and more, or one that stands alone, is meant as itself.
        if inner || run > 2 || !(beside(Some(before)) || beside(chars.peek().copied())) {
            out.extend(std::iter::repeat_n(c, run));
        }
        before = c;
    }
    out
}

/// A text's sentences with their places. Full stops in quotations and abbreviations end none.
fn split(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let (mut start, mut quoted) = (0, false);
    let balanced = text.matches('"').count().is_multiple_of(2);
    let mut chars = text.char_indices().peekable();
    let mut push = |from: usize, to: usize| {
        let part = &text[from..to];
        let trimmed = part.trim();
        if trimmed.chars().any(char::is_alphanumeric) {
            found.push((from + (part.len() - part.trim_start().len()), trimmed));
        }
    };
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map(|&(_, c)| c);
        match c {
            '"' if balanced => quoted = !quoted,
            '“' => quoted = text[at..].contains('”'),
            '”' => quoted = false,
            _ => {}
        }
        let end = at + c.len_utf8();
        let stop = matches!(c, '.' | '!' | '?') && next.is_none_or(char::is_whitespace)
            || matches!(c, '。' | '！' | '？');
        // "Say "aye." Then go": the quotation's own full stop ends the sentence.
        let closing = matches!(c, '"' | '”' | ')' | '\'')
            && text[..at].ends_with(['.', '!', '?'])
            && text[end..].trim_start().starts_with(char::is_uppercase)
            && text[end..].starts_with(' ');
        if !quoted && (closing || stop && !abbreviates(&text[start..at], &text[end..], c)) {
            push(start, end);
            start = end;
        }
    }
    push(start, text.len());
    found
}

/// Whether the stop after some text belongs to an abbreviation.
fn abbreviates(before: &str, after: &str, mark: char) -> bool {
    if mark != '.' {
        return false;
    }
    let last = before.rsplit(|c: char| c.is_whitespace() || c == '(' || c == '"').next().unwrap_or_default();
    let known = ["e.g", "i.e", "eg", "ie", "Mr", "Mrs", "Ms", "Dr", "St", "vs", "approx", "max", "min", "No"];
    let ends = after.trim_start().is_empty() || after.trim_start().starts_with(char::is_uppercase);
    match last {
        "" => false,
        "e.g" | "i.e" | "Mr" | "Mrs" | "Ms" | "Dr" => true,
        last if known.contains(&last) => !ends,
        last if last.chars().count() == 1 && last.chars().all(char::is_alphabetic) => !ends,
        last => last.contains('.') && !ends,
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
