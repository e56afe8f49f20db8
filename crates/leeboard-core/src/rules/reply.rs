//! A reply taken apart once, for all the rules it is held against.
//!
//! Owns the views that checks share: lower case, words, prose without code, lines. Each is made
//! when the first rule asks for it. Judges nothing.

use std::cell::OnceCell;

use super::manner::Narration;
use super::phrase;
use crate::text;

/// A reply and the message that it answers.
#[derive(Debug)]
pub struct Reply<'a> {
    /// The reply as it is.
    pub(super) raw: &'a str,
    /// The user's message.
    pub(super) request: &'a str,
    lower: OnceCell<String>,
    words: OnceCell<Vec<(u32, u32)>>,
    prose: OnceCell<Option<String>>,
    unquoted: OnceCell<String>,
    count: OnceCell<usize>,
    shape: OnceCell<Shape>,
    narration: OnceCell<Narration>,
}

/// What the lines of a reply are, code in fences aside.
#[derive(Clone, Debug, Default)]
pub(super) struct Shape {
    pub(super) bullets: usize,
    pub(super) numbered: usize,
    pub(super) lists: usize,
    pub(super) headings: usize,
    pub(super) tables: usize,
    pub(super) blockquotes: usize,
    pub(super) dividers: usize,
    pub(super) code_blocks: usize,
    pub(super) longest_item: usize,
    pub(super) first_list: Option<String>,
    pub(super) first_heading: Option<String>,
}

impl<'a> Reply<'a> {
    /// A reply to a request.
    #[must_use]
    pub fn new(raw: &'a str, request: &'a str) -> Self {
        Self {
            raw,
            request,
            lower: OnceCell::new(),
            words: OnceCell::new(),
            prose: OnceCell::new(),
            unquoted: OnceCell::new(),
            count: OnceCell::new(),
            shape: OnceCell::new(),
            narration: OnceCell::new(),
        }
    }

    /// With its number of words by Unicode's rules, where that is known already.
    #[must_use]
    pub(crate) fn with_word_count(self, count: usize) -> Self {
        Self { count: OnceCell::from(count), ..self }
    }

    /// The reply in lower case, with straight apostrophes.
    pub(super) fn lower(&self) -> &str {
        self.lower.get_or_init(|| phrase::lower(self.raw))
    }

    /// The words of `lower`, with their apostrophes, in order.
    pub(super) fn words(&self) -> impl ExactSizeIterator<Item = &str> + Clone {
        let (lower, spans) = self.view();
        spans.iter().map(move |&(start, end)| lower.get(start as usize..end as usize).unwrap_or_default())
    }

    /// `lower` and the places of its words.
    pub(super) fn view(&self) -> (&str, &[(u32, u32)]) {
        let lower = self.lower();
        (lower, self.words.get_or_init(|| phrase::spans(lower)))
    }

    /// The number of words by Unicode's rules.
    pub(super) fn word_count(&self) -> usize {
        *self.count.get_or_init(|| phrase::count_words(self.raw))
    }

    /// The reply with code in fences and in back quotes made blank.
    pub(super) fn prose(&self) -> &str {
        self.prose
            .get_or_init(|| self.raw.contains('`').then(|| without_code(self.raw)))
            .as_deref()
            .unwrap_or(self.raw)
    }

    /// The prose without what stands in double quotation marks.
    pub(super) fn unquoted(&self) -> &str {
        self.unquoted.get_or_init(|| phrase::without_quotations(self.prose()))
    }

    /// The words of the narrator.
    pub(super) fn narration(&self) -> &Narration {
        self.narration.get_or_init(|| Narration::of(self))
    }

    /// What the lines are.
    pub(super) fn shape(&self) -> &Shape {
        self.shape.get_or_init(|| Shape::of(self.raw))
    }
}

/// The text with the characters of code replaced by spaces; fences are lines of three marks.
fn without_code(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut fenced = false;
    for line in text.split_inclusive('\n') {
        if is_fence(line) {
            fenced = !fenced;
            out.push('\n');
        } else if fenced {
            out.push('\n');
        } else {
            // An odd mark opens nothing.
            let marks = line.matches('`').count() / 2 * 2;
            let (mut seen, mut code) = (0, false);
            for c in line.chars() {
                if c == '`' && seen < marks {
                    seen += 1;
                    code = !code;
                    out.push(' ');
                } else {
                    out.push(if code { ' ' } else { c });
                }
            }
        }
    }
    out
}

pub(super) fn is_fence(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with("```") || line.starts_with("~~~")
}

impl Shape {
    fn of(text: &str) -> Self {
        let mut shape = Self::default();
        let (mut fenced, mut in_list) = (false, false);
        for line in text.lines() {
            if is_fence(line) {
                fenced = !fenced;
                shape.code_blocks += usize::from(fenced);
                continue;
            }
            if fenced || line.trim().is_empty() {
                continue;
            }
            in_list = shape.take(line, in_list);
        }
        shape
    }

    /// Counts a line; whether it belongs to a list.
    fn take(&mut self, line: &str, in_list: bool) -> bool {
        let bare = line.trim();
        if is_divider(bare) {
            self.dividers += 1;
            return false;
        }
        if text::is_list_item(line) {
            if bare.starts_with(|c: char| c.is_ascii_digit()) {
                self.numbered += 1;
            } else {
                self.bullets += 1;
            }
            self.lists += usize::from(!in_list);
            self.longest_item = self
                .longest_item
                .max(phrase::count_words(bare.trim_start_matches(|c: char| c.is_ascii_digit())));
            self.first_list.get_or_insert_with(|| text::excerpt(line, 40));
            return true;
        }
        if text::is_heading(line) {
            self.headings += 1;
            self.first_heading.get_or_insert_with(|| text::excerpt(line, 40));
            return false;
        }
        self.tables += usize::from(is_table_rule(bare));
        self.blockquotes += usize::from(bare.starts_with("> "));
        // A line under an item, indented, goes on with it.
        in_list && line.starts_with([' ', '\t'])
    }
}

fn is_divider(line: &str) -> bool {
    let mark = line.chars().next().filter(|c| "-*_".contains(*c));
    let spaced = line.chars().filter(|c| *c != ' ');
    mark.is_some_and(|mark| spaced.clone().all(|c| c == mark) && spaced.count() >= 3)
}

/// The row of dashes under a table's head.
fn is_table_rule(line: &str) -> bool {
    line.contains('|') && line.contains("--") && line.chars().all(|c| "|-: ".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_no_prose() {
        let reply = Reply::new("Say `a!` now.\n```\n- x!\n# y\n```\n1. one\n   more\n2. two", "");
        assert!(!reply.prose().contains('!') && reply.prose().contains("Say"));
        let shape = reply.shape();
        assert_eq!((shape.bullets, shape.numbered, shape.lists, shape.headings), (0, 2, 1, 0));
        assert_eq!(shape.code_blocks, 1);
        assert_eq!(Reply::new("an ` odd! mark", "").prose(), "an ` odd! mark");
    }

    #[test]
    fn tables_and_dividers() {
        let shape = Reply::new("| a | b |\n|---|---|\n| 1 | 2 |\n\n***\n> said", "").shape().clone();
        assert_eq!((shape.tables, shape.dividers, shape.blockquotes, shape.lists), (1, 1, 1, 0));
    }
}
