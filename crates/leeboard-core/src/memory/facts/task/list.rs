//! Lists in a text: numbered, named (Week 1, Step 1), bulleted, on one line.
//!
//! Owns their forms. Whether a list is the plan is decided in `steps`.

use std::borrow::Cow;

use super::super::token::listed_lines;
use super::names_a_plan;
use crate::number;
use crate::text;

/// Steps of a plan, at most.
const MOST_STEPS: usize = 40;

/// Words of a step that are kept, at most.
const MOST_WORDS: usize = 30;

/// A list with what stands before it.
#[derive(Debug, Default, PartialEq)]
pub(super) struct List {
    /// What its items are called.
    pub(super) label: String,
    pub(super) items: Vec<String>,
    /// The text in front of the first item.
    pub(super) lead: String,
    /// Whether the items are called steps, weeks or the like.
    pub(super) labelled: bool,
    /// Whether the items have numbers.
    pub(super) numbered: bool,
}

/// The list that a text holds, if it holds one: items with names (Week 1, Step 1) before plain
/// numbers before bullets.
pub(super) fn list(text: &str) -> Option<List> {
    let mut runs: Vec<Run> = Vec::new();
    let mut lead = String::new();
    let mut inline = None;
    let mut waiting: Option<usize> = None;
    for raw in listed_lines(text) {
        let row = raw.trim_start().starts_with('|');
        let item = if row { item_of(raw).map(Cow::Owned) } else { Some(Cow::Borrowed(raw)) };
        let Some(raw) = item else { continue };
        let (bullet, line) = bare(&raw);
        let own = without_emphasis(line);
        let own = own.trim();
        if own.is_empty() {
            continue;
        }
        let nested = raw.starts_with([' ', '\t']);
        let (kind, number, rest) = match mark(own) {
            Some(found) => found,
            None if bullet && !nested => ("", 0, own),
            None => {
                if let Some(run) = waiting.take().and_then(|at| runs.get_mut(at)) {
                    run.fill(own);
                }
                inline = inline.or_else(|| within(own, &lead));
                lead.push_str(own);
                lead.push('\n');
                continue;
            }
        };
        // Points below a numbered item are part of it.
        if nested && kind.is_empty() {
            continue;
        }
        waiting = None;
        let at = runs.iter().position(|run| run.kind == kind && run.bullets == (number == 0));
        let at = at.unwrap_or_else(|| {
            runs.push(Run::new(kind, number == 0, &lead));
            runs.len() - 1
        });
        if let Some(run) = runs.get_mut(at)
            && run.add(number, rest)
            && rest.is_empty()
        {
            waiting = Some(at);
        }
    }
    let rank = |run: &Run| if run.bullets { 0 } else { 1 + u8::from(!run.kind.is_empty()) };
    runs.retain(|run| run.items.len() >= 2 && (!run.bullets || announces(&run.lead)));
    let best = runs.into_iter().max_by_key(|run| (rank(run), run.items.len()));
    best.map(Run::into_list).or(inline)
}

/// The row of a table as a numbered item: its first cell is the number, the others say what.
fn item_of(row: &str) -> Option<String> {
    let mut cells = row.trim().trim_matches('|').split('|').map(str::trim);
    let head = without_emphasis(cells.next()?).into_owned();
    let number = head.rsplit(' ').next()?.trim_end_matches('.');
    let named = head.split(' ').count() == 1 || labelled(&head).is_some();
    let texts: Vec<&str> = cells.filter(|cell| !cell.is_empty()).collect();
    let numbered = named && number.len() <= 2 && number.bytes().all(|byte| byte.is_ascii_digit());
    (numbered && !number.is_empty() && !texts.is_empty()).then(|| {
        let label = head.split_once(' ').map(|(label, _)| label);
        let text = texts.join(", ");
        label.map_or_else(|| format!("{number}. {text}"), |label| format!("{label} {number}: {text}"))
    })
}

/// A line without the marks of bold type. What is quoted in a step is part of it.
fn without_emphasis(line: &str) -> Cow<'_, str> {
    if line.is_ascii() && !line.contains("**") && !line.contains("__") {
        return Cow::Borrowed(line);
    }
    let plain = line.replace("**", "").replace("__", "");
    Cow::Owned(plain.replace(['\u{a0}', '\u{202f}', '\u{2009}'], " ").replace(['\u{2010}', '\u{2011}'], "-"))
}

/// Bulleted lists are a plan only where the line before them says so.
fn announces(lead: &str) -> bool {
    lead.lines().last().is_some_and(|line| line.trim_end().ends_with(':') && names_a_plan(line))
}

/// Items of one kind in their order.
struct Run {
    kind: &'static str,
    bullets: bool,
    items: Vec<String>,
    lead: String,
    closed: bool,
}

impl Run {
    fn new(kind: &'static str, bullets: bool, lead: &str) -> Self {
        Self { kind, bullets, items: Vec::new(), lead: lead.to_owned(), closed: false }
    }

    /// Takes an item if it is the next one; a list that begins again is another list.
    fn add(&mut self, number: u32, text: &str) -> bool {
        let next = self.items.len() + 1;
        let follows = self.bullets || usize::try_from(number) == Ok(next);
        self.closed |= !follows && number == 1;
        if !follows || self.closed || next > MOST_STEPS {
            return false;
        }
        self.items.push(shorten(text));
        true
    }

    fn fill(&mut self, text: &str) {
        if let Some(item) = self.items.last_mut() {
            *item = shorten(text);
        }
    }

    fn into_list(self) -> List {
        let labelled = !self.kind.is_empty();
        let label = if labelled { self.kind } else { "step" };
        List {
            label: label.to_owned(),
            items: self.items,
            lead: self.lead,
            labelled,
            numbered: !self.bullets,
        }
    }
}

/// A line without its bullet or the marks of a heading.
fn bare(raw: &str) -> (bool, &str) {
    let line = raw.trim().trim_start_matches('#').trim_start();
    let rest = ["- ", "* ", "• ", "+ ", "– "].iter().find_map(|bullet| line.strip_prefix(bullet));
    (rest.is_some(), rest.unwrap_or(line).trim_start_matches("[ ]").trim())
}

/// "3. text", "3) text", "(3) text", "Step 3: text", "Week three - text": what the item is
/// called, its number, its text.
fn mark(line: &str) -> Option<(&'static str, u32, &str)> {
    let (head, rest) = line.split_at(line.find([' ', '\t']).unwrap_or(line.len()));
    let digits = head.trim_start_matches('(').trim_end_matches([')', '.', ':']);
    if head.ends_with([')', '.', ':']) && digits.len() <= 2 {
        let number = digits.parse().ok()?;
        // "1. Step 1: text" has two marks.
        let inner = labelled(rest.trim()).filter(|inner| inner.1 == number);
        return inner.or_else(|| Some(("", number, rest.trim())));
    }
    labelled(line)
}

/// "Step 3: text", "Week three - text".
fn labelled(line: &str) -> Option<(&'static str, u32, &str)> {
    let (head, rest) = line.split_at(line.find([' ', '\t']).unwrap_or(line.len()));
    let label = label(&head.to_ascii_lowercase())?;
    let rest = rest.trim_start();
    let end = rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len());
    let (figure, rest) = rest.split_at(end);
    let number = figure.parse().ok().or_else(|| number::word(&figure.to_ascii_lowercase()))?;
    let rest = rest.trim_start();
    let text = rest.trim_start_matches([':', '.', '-', '—', '–', ')']).trim_start();
    (rest.is_empty() || text.len() < rest.len()).then_some((label, number, text))
}

/// What steps are called.
pub(super) fn label(word: &str) -> Option<&'static str> {
    ["step", "week", "day", "phase", "stage", "milestone", "part", "month", "lesson", "session"]
        .into_iter()
        .find(|known| *known == word || word.strip_suffix('s') == Some(*known))
}

/// "The plan: 1) book, 2) pack, 3) go", "our steps: book; pack; go", on one line.
fn within(line: &str, before: &str) -> Option<List> {
    let lead = |at: usize| format!("{before}{}", line.get(..at).unwrap_or_default());
    let styles: [fn(usize) -> String; 3] =
        [|n| format!("({n}) "), |n| format!("{n}) "), |n| format!("{n}. ")];
    for style in styles {
        let mut starts = Vec::new();
        let mut from = 0;
        while let Some(at) = line.get(from..).and_then(|rest| rest.find(&style(starts.len() + 1))) {
            let at = from + at;
            let free = line
                .get(..at)
                .is_none_or(|text| text.is_empty() || text.ends_with([' ', ':', '(', ',', ';']));
            if !free {
                break;
            }
            let text = at + style(starts.len() + 1).len();
            starts.push((at, text));
            from = text;
        }
        if starts.len() >= 2 && starts.len() <= MOST_STEPS {
            let ends = starts.iter().skip(1).map(|start| start.0).chain([line.len()]);
            let items = starts.iter().zip(ends).map(|(start, end)| {
                let item = line.get(start.1..end).unwrap_or_default();
                shorten(text::sentences(item).first().copied().unwrap_or(item))
            });
            let lead = lead(starts.first().map_or(0, |start| start.0));
            return Some(List {
                items: items.collect(),
                lead,
                numbered: true,
                label: "step".into(),
                labelled: false,
            });
        }
    }
    let (head, rest) = line.split_once(':')?;
    let items: Vec<String> = rest.split(';').map(shorten).collect();
    (items.len() >= 3 && names_a_plan(head) && items.iter().all(|item| !item.is_empty())).then(|| List {
        items,
        lead: lead(head.len()),
        numbered: true,
        label: "step".into(),
        labelled: false,
    })
}

/// A step's text on one line, without the marks around it.
pub(super) fn shorten(text: &str) -> String {
    let text = text.trim().trim_end_matches([',', ';', '.']).trim();
    let text = text.strip_suffix(" and").unwrap_or(text).trim_end_matches([',', ';']);
    let mut words: Vec<&str> = text.split_whitespace().collect();
    let long = words.len() > MOST_WORDS;
    words.truncate(MOST_WORDS);
    let mut text = words.join(" ");
    if long {
        text.push('…');
    }
    text
}
