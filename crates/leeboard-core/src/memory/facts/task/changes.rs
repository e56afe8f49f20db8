//! What the user does to the plan: steps done, changed, dropped, added, exchanged.
//!
//! Owns how such sentences read. What a question or a supposition says of a step changes nothing.

use super::super::clause::low;
use super::super::lexicon::SUPPOSE;
use super::super::token::{Kind, Sentence, Token, sentences, tokens};
use super::steps::shorten;
use super::{Origin, StepState, TaskFrame, TaskStep, words_of};
use crate::memory::facts::{Fact, Facts, Slot};
use crate::number;

/// What the user's message changes in the plan.
pub(in super::super) fn changes(facts: &Facts, text: &str, from: Origin<'_>) -> Vec<Fact> {
    let task = facts.task();
    let mut found: Vec<Fact> = Vec::new();
    for sentence in sentences(text) {
        let tokens = tokens(&sentence);
        if states(&tokens, &sentence) {
            let reader = Reader { task: &task, tokens: &tokens, sentence: &sentence, from };
            found.extend(reader.read());
        }
    }
    found
}

/// Whether a sentence tells or orders; "can you drop step 4?" orders.
fn states(tokens: &[Token<'_>], sentence: &Sentence) -> bool {
    let supposed = tokens.iter().any(|token| token.is(SUPPOSE));
    let orders = matches!(
        (low(tokens, 0), low(tokens, 1)),
        ("can" | "could" | "would" | "will", "you") | ("please", _)
    );
    !supposed && (!sentence.question || orders)
}

/// Steps that one sentence names, at most.
const MOST_NAMED: usize = 40;

struct Reader<'a> {
    task: &'a TaskFrame<'a>,
    tokens: &'a [Token<'a>],
    sentence: &'a Sentence,
    from: Origin<'a>,
}

/// The steps that some words name: their numbers, and the tokens that name them.
struct Named {
    label: String,
    numbers: Vec<u32>,
    start: usize,
    end: usize,
}

impl Reader<'_> {
    fn read(&self) -> Vec<Fact> {
        if let Some(facts) = self.whole() {
            return facts;
        }
        if let Some(facts) = self.added() {
            return facts;
        }
        match self.named() {
            Some(named) => self.single(&named),
            None => self.exchanged().into_iter().collect(),
        }
    }

    /// "Scrap the plan", "I don't like this plan", "That plan sounds good".
    fn whole(&self) -> Option<Vec<Fact>> {
        let words = || self.tokens.iter().map(|token| token.low);
        let plan = words()
            .position(|word| matches!(word, "plan" | "itinerary" | "schedule" | "roadmap" | "programme"));
        if self.tokens.len() > 16 || self.task.steps.is_empty() {
            return None;
        }
        let scraps = words().any(|word| matches!(word, "scrap" | "forget" | "bin" | "discard" | "ditch"));
        let dislikes = words().any(|word| matches!(word, "like" | "want" | "work" | "works"))
            && words().any(|word| matches!(word, "n't" | "not"));
        if let Some(at) = plan
            && (scraps || dislikes)
            && self.named().is_none()
            && matches!(
                low(self.tokens, at.wrapping_sub(1)),
                "the" | "this" | "that" | "whole" | "our" | "my" | "your"
            )
        {
            return Some(self.task.live().map(|step| self.from.dropped(step, &self.sentence.text)).collect());
        }
        let last = self.task.steps.iter().map(|step| step.fact.turn).max().unwrap_or_default();
        let answers = self.from.turn <= last + 1;
        (accepts(self.tokens) && (plan.is_some() || answers)).then(|| {
            let words = &self.sentence.text;
            vec![Fact {
                key: vec!["plan".to_owned(), "agree".to_owned()],
                ..self.from.fact(Slot::Decision, Vec::new(), words, words)
            }]
        })
    }

    /// "Add a step: pack the bags", "add packing the bags as step 11", "insert X after step 3".
    fn added(&self) -> Option<Vec<Fact>> {
        let tokens = self.tokens;
        let verb = (0..tokens.len().min(6))
            .find(|&n| matches!(low(tokens, n), "add" | "insert" | "include" | "append"))?;
        let last = self.task.steps.iter().map(|step| step.number).max().unwrap_or_default();
        let label = self.task.label().to_owned();
        let named = self.named();
        let colon = (verb..tokens.len()).find(|&n| tokens.get(n).is_some_and(|token| token.is_mark(':')));
        let after = named.as_ref().and_then(|named| {
            let number = *named.numbers.first()?;
            match low(tokens, named.start.wrapping_sub(1)) {
                "after" | "behind" => Some(number),
                "before" => number.checked_sub(1),
                "as" => number.checked_sub(1).filter(|&before| before <= last),
                _ => (colon == Some(named.end)).then(|| number.saturating_sub(1)),
            }
        });
        let says_step = (verb..tokens.len()).find(|&n| matches!(low(tokens, n), "step" | "task" | "stage"));
        if after.is_none() && (says_step.is_none() || self.task.steps.is_empty()) {
            return None;
        }
        let text = match (colon, named.as_ref().filter(|named| named.start > verb + 1)) {
            (Some(colon), _) => self.written(colon + 1, tokens.len()),
            (None, Some(named)) => {
                let link = |&n: &usize| matches!(low(tokens, n), "as" | "after" | "before" | "behind");
                self.written(verb + 1, (verb..named.start).rev().find(link)?)
            }
            // "Add packing the bags as a last step."
            (None, None) => {
                let as_at = (verb..tokens.len()).rev().find(|&n| low(tokens, n) == "as")?;
                self.written(verb + 1, as_at)
            }
        };
        if text.split_whitespace().count() < 1 || text.is_empty() {
            return None;
        }
        let place = after.unwrap_or(last);
        let mut facts = Vec::new();
        for step in self.task.steps.iter().filter(|step| step.number > place) {
            facts.extend(self.put(&label, step.number + 1, step));
        }
        facts.push(self.from.step(&label, place + 1, &text, &self.sentence.text));
        Some(facts)
    }

    /// A step with its state at another number.
    fn put(&self, label: &str, number: u32, step: &TaskStep<'_>) -> Vec<Fact> {
        let words = &self.sentence.text;
        let mut moved = vec![self.from.step(label, number, &step.fact.shown, words)];
        match step.state {
            StepState::Open => {}
            StepState::Done => moved.push(self.from.progress(label, number, true, words)),
            StepState::Dropped => moved.iter_mut().for_each(|fact| fact.negated = true),
        }
        moved
    }

    /// What happens to steps that are named by number.
    fn single(&self, named: &Named) -> Vec<Fact> {
        let (tokens, words, from) = (self.tokens, &self.sentence.text, self.from);
        let known = |number: &u32| {
            self.task
                .steps
                .iter()
                .find(|step| step.number == *number && step.fact.key.first() == Some(&named.label))
        };
        let verb = (0..named.start).rev().find(|&n| is_verb(low(tokens, n)));
        let word = verb.map_or("", |at| low(tokens, at));
        let refused = verb.is_some_and(|at| {
            (at.saturating_sub(3)..at).any(|n| matches!(low(tokens, n), "n't" | "not" | "never"))
        });
        if let [one, other] = named.numbers[..]
            && matches!(word, "swap" | "switch" | "exchange" | "flip")
        {
            let (Some(first), Some(second)) = (known(&one), known(&other)) else { return Vec::new() };
            return [self.put(&named.label, one, second), self.put(&named.label, other, first)].concat();
        }
        if let Some(done) = self.done(named, word, verb) {
            let named_steps = named.numbers.iter().filter(|number| known(number).is_some());
            return named_steps.map(|&n| from.progress(&named.label, n, done, words)).collect();
        }
        let unneeded = verb.is_some_and(|_| word == "need" && refused) || off(tokens, named.end);
        if unneeded || (is_drop(word) && !refused && !self.goes_on(named.end)) {
            return named.numbers.iter().filter_map(known).map(|step| from.dropped(step, words)).collect();
        }
        let &[number] = named.numbers.as_slice() else { return Vec::new() };
        match self.new_text(named, word, refused) {
            Some(text) => vec![from.step(&named.label, number, &text, words)],
            None => Vec::new(),
        }
    }

    /// "Drop step 4 to one hour": the verb does not end at the step.
    fn goes_on(&self, end: usize) -> bool {
        matches!(low(self.tokens, end), "to" | "into")
    }

    /// Whether the sentence says that the steps are done, or that they are not.
    fn done(&self, named: &Named, word: &str, verb: Option<usize>) -> Option<bool> {
        let tokens = self.tokens;
        let partly = tokens
            .iter()
            .any(|token| matches!(token.low, "almost" | "nearly" | "half" | "partly" | "mostly"));
        let denied = |from: usize, to: usize| {
            (from..to).any(|n| matches!(low(tokens, n), "n't" | "not" | "never" | "yet" | "undo" | "reopen"))
        };
        // "Step 2 is done", "Steps 1 and 2 are finished".
        let state = matches!(
            low(tokens, named.end),
            "is" | "are"
                | "was"
                | "were"
                | "'s"
                | "has"
                | "have"
                | "done"
                | "finished"
                | "complete"
                | "completed"
                | "isn't"
        ) || tokens
            .get(named.end)
            .is_some_and(|token| matches!(token.kind, Kind::Mark('✓' | '✔' | ':' | '✅' | '-' | '—')));
        let finished = (named.end..(named.end + 7).min(tokens.len())).find(|&n| is_done(tokens, n));
        if state && let Some(at) = finished {
            let planned =
                (named.end..at).any(|n| matches!(low(tokens, n), "to" | "be" | "until" | "when" | "will"));
            return (!partly && !planned).then(|| !denied(named.end, (at + 3).min(tokens.len())));
        }
        // "I finished step 2", "done with step 2".
        let verb = verb.filter(|_| is_finish(word))?;
        let ahead = (verb.saturating_sub(4)..verb).any(|n| {
            matches!(
                low(tokens, n),
                "will"
                    | "'ll"
                    | "to"
                    | "should"
                    | "must"
                    | "can"
                    | "could"
                    | "would"
                    | "might"
                    | "may"
                    | "let"
                    | "'d"
                    | "when"
                    | "once"
            )
        });
        let past = word != "finish" && word != "complete" && word != "do";
        (past && !ahead && !partly).then(|| !denied(verb.saturating_sub(4), tokens.len()))
    }

    /// What a step is to say from now on.
    fn new_text(&self, named: &Named, word: &str, refused: bool) -> Option<String> {
        let tokens = self.tokens;
        let (next, after) = (low(tokens, named.end), low(tokens, named.end + 1));
        let mark = |at: usize| {
            tokens.get(at).is_some_and(|token| matches!(token.kind, Kind::Mark(':' | '—' | '–' | '-')))
        };
        let changed = is_change(word) && !refused;
        let start = match next {
            _ if mark(named.end) => named.end + 1,
            "to" | "into" | "with" | "by" | "for" | "so" if changed => {
                named.end + 1 + usize::from(after == "that")
            }
            "is" | "becomes" | "will" | "should" | "shall" | "must" | "now" | "'s" => {
                let mut at = named.end + 1;
                let firm = next == "becomes" || next == "should" || next == "shall" || next == "must";
                let turned = matches!(low(tokens, at), "now" | "to" | "be" | "become");
                if !firm && !turned && !tokens.iter().any(|token| token.low == "instead") {
                    return None;
                }
                while matches!(low(tokens, at), "now" | "to" | "be" | "become" | "instead") {
                    at += 1;
                }
                at + usize::from(mark(at))
            }
            _ if word == "make" && named.end < tokens.len() => named.end,
            _ if tokens.get(named.end).is_some_and(|token| token.is_mark(',')) && self.opens(named) => {
                self.wish(named.end + 1)?
            }
            _ => return None,
        };
        let text = self.written(start, tokens.len());
        let ordinary = matches!(low(tokens, start), "the" | "a" | "an") || !words_of(&text).is_empty();
        (!text.is_empty() && ordinary).then_some(text)
    }

    /// "For step 3, let's ...": the sentence opens with the step.
    fn opens(&self, named: &Named) -> bool {
        named.start <= 2 && matches!(low(self.tokens, 0), "for" | "in" | "as" | "at" | "on")
    }

    /// Where a wish says what is to be done: behind "let's", "I'd rather", "we'll".
    fn wish(&self, at: usize) -> Option<usize> {
        let tokens = self.tokens;
        match (low(tokens, at), low(tokens, at + 1), low(tokens, at + 2)) {
            ("let", "'s", _) | ("i" | "we", "'ll" | "will", _) => Some(at + 2),
            ("i" | "we", "want" | "prefer", "to") | ("i" | "we", "'d" | "would", "rather" | "prefer") => {
                Some(at + 3)
            }
            _ => None,
        }
    }

    /// "Let's swap the museum for the castle", "the castle instead of the museum": a step that is
    /// known by its words.
    fn exchanged(&self) -> Option<Fact> {
        let tokens = self.tokens;
        let find =
            |from: usize, wanted: &[&str]| (from..tokens.len()).find(|&n| wanted.contains(&low(tokens, n)));
        let (old, new) = if let Some(verb) = find(0, &["swap", "replace", "exchange", "substitute"]) {
            let link = find(verb, &["for", "with", "by"])?;
            ((verb + 1, link), (link + 1, tokens.len()))
        } else {
            let at = find(0, &["instead"]).filter(|&at| low(tokens, at + 1) == "of")?;
            let comma = (at..tokens.len()).find(|&n| tokens.get(n).is_some_and(|token| token.is_mark(',')));
            match comma.filter(|_| at == 0) {
                Some(comma) => ((2, comma), (self.wish(comma + 1).unwrap_or(comma + 1), tokens.len())),
                None => {
                    let start = (0..at)
                        .rev()
                        .find(|&n| matches!(low(tokens, n), "do" | "have" | "'s" | "take" | "prefer"))?;
                    ((at + 2, tokens.len()), (start + 1, at))
                }
            }
        };
        let (old, new) = (self.written(old.0, old.1), self.written(new.0, new.1));
        let wanted = words_of(&old);
        if wanted.is_empty() || new.is_empty() {
            return None;
        }
        let mut fitting = self.task.live().filter(|step| {
            let words = words_of(&step.fact.shown);
            wanted.iter().all(|word| words.contains(word))
        });
        let step = fitting.next().filter(|_| fitting.next().is_none())?;
        let text = replaced(&step.fact.shown, &old, &new).unwrap_or(new);
        Some(self.from.step(step.fact.key.first()?, step.number, &text, &self.sentence.text))
    }

    /// The steps that the sentence names first: "step 3", "steps 1 and 2", "the third step".
    fn named(&self) -> Option<Named> {
        (0..self.tokens.len()).find_map(|at| self.named_at(at))
    }

    fn named_at(&self, at: usize) -> Option<Named> {
        let tokens = self.tokens;
        let numbers = |at: usize| {
            tokens.get(at).and_then(|token| token.low.parse().ok().or_else(|| number::word(token.low)))
        };
        let place = number::ordinal(low(tokens, at))
            .filter(|_| !tokens.get(at).is_some_and(|token| token.kind == Kind::Number));
        if let Some(place) = place.or_else(|| self.last(at)) {
            let label = self.label(low(tokens, at + 1))?;
            let the = usize::from(at > 0 && low(tokens, at - 1) == "the");
            return Some(Named { label, numbers: vec![place], start: at - the, end: at + 2 });
        }
        let label = self.label(low(tokens, at))?;
        let mut found = vec![numbers(at + 1).filter(|number| *number > 0)?];
        let mut end = at + 2;
        loop {
            let (link, next) = (low(tokens, end), numbers(end + 1));
            let comma = tokens.get(end).is_some_and(|token| token.is_mark(','));
            match next {
                Some(next) if link == "and" || link == "&" || comma => found.push(next),
                Some(next) if matches!(link, "to" | "through" | "-" | "–") && next < 100 => {
                    let first = found.last().copied().unwrap_or(next);
                    found.extend(first.saturating_add(1)..=next);
                }
                _ => break,
            }
            end += 2;
        }
        let the = usize::from(at > 0 && low(tokens, at - 1) == "the");
        found.truncate(MOST_NAMED);
        Some(Named { label, numbers: found, start: at - the, end })
    }

    /// The number of "the last step".
    fn last(&self, at: usize) -> Option<u32> {
        let last = matches!(low(self.tokens, at), "last" | "final")
            .then(|| self.task.live().map(|step| step.number).max());
        last.flatten()
    }

    /// What the plan calls its steps, if a word names one. A plan of weeks also has items.
    fn label(&self, word: &str) -> Option<String> {
        let plan = self.task.label();
        match super::steps::label(word) {
            Some("step") => Some(plan.to_owned()),
            Some(label) => (label == plan && !self.task.steps.is_empty()).then(|| label.to_owned()),
            None => (matches!(word, "item" | "point" | "items" | "points" | "task" | "tasks")
                && !self.task.steps.is_empty())
            .then(|| plan.to_owned()),
        }
    }

    /// The text between two tokens, without what only carries it.
    fn written(&self, from: usize, end: usize) -> String {
        let start = self.tokens.get(from).map_or(self.sentence.text.len(), |token| token.at);
        let stop = end.checked_sub(1).and_then(|last| self.tokens.get(last)).map_or(start, Token::end);
        let text = self.sentence.text.get(start..stop.max(start)).unwrap_or_default();
        let mut text = text.trim().trim_end_matches(['.', '!', ',', ';', '?']).trim();
        for tail in [" instead", " please", " from now on", " now", ", please", ","] {
            text = text.strip_suffix(tail).unwrap_or(text);
        }
        shorten(text)
    }
}

/// "Sounds good", "let's do that", "perfect, thanks": short words of consent.
fn accepts(tokens: &[Token<'_>]) -> bool {
    let words: Vec<&str> = tokens.iter().filter(|token| token.is_word()).map(|token| token.low).collect();
    let denied = words.iter().any(|word| matches!(*word, "not" | "n't" | "but" | "no" | "instead"));
    let consent = matches!(words.first(), Some(&"perfect" | &"great" | &"agreed" | &"excellent" | &"deal"))
        || words.windows(2).any(|pair| {
            matches!(
                pair,
                ["sounds" | "looks", "good" | "great" | "perfect" | "fine" | "right"]
                    | ["i", "agree"]
                    | ["love" | "like" | "take", "it" | "this" | "that" | "the"]
                    | ["works", "for"]
            )
        })
        || words
            .windows(3)
            .any(|three| matches!(three, ["let", "'s", "do" | "go" | "start" | "follow" | "use"]));
    consent && !denied && words.len() <= 14
}

fn is_verb(word: &str) -> bool {
    is_drop(word)
        || is_change(word)
        || is_finish(word)
        || matches!(word, "swap" | "switch" | "exchange" | "flip" | "need")
}

fn is_drop(word: &str) -> bool {
    matches!(
        word,
        "drop"
            | "dropped"
            | "skip"
            | "skipped"
            | "remove"
            | "removed"
            | "cut"
            | "delete"
            | "deleted"
            | "cancel"
            | "cancelled"
            | "scrap"
            | "scrapped"
            | "omit"
            | "forget"
            | "strike"
            | "leave"
            | "ditch"
            | "ditched"
            | "abandon"
            | "eliminate"
    )
}

fn is_change(word: &str) -> bool {
    matches!(
        word,
        "change"
            | "changed"
            | "make"
            | "set"
            | "update"
            | "updated"
            | "replace"
            | "replaced"
            | "rewrite"
            | "turn"
            | "amend"
            | "modify"
            | "edit"
            | "adjust"
            | "rephrase"
            | "switch"
            | "swap"
    )
}

fn is_finish(word: &str) -> bool {
    matches!(
        word,
        "finished"
            | "completed"
            | "did"
            | "done"
            | "ticked"
            | "crossed"
            | "checked"
            | "sorted"
            | "wrapped"
            | "finish"
            | "complete"
            | "managed"
            | "accomplished"
            | "undo"
            | "reopen"
    )
}

fn is_done(tokens: &[Token<'_>], at: usize) -> bool {
    match low(tokens, at) {
        "done" | "finished" | "complete" | "completed" | "sorted" | "accomplished" | "✓" => true,
        "behind" => matches!(low(tokens, at + 1), "me" | "us"),
        "ticked" | "checked" | "crossed" => low(tokens, at + 1) == "off",
        _ => tokens.get(at).is_some_and(|token| matches!(token.kind, Kind::Mark('✓' | '✔' | '✅'))),
    }
}

/// "Step 4 is off", "step 4 can go".
fn off(tokens: &[Token<'_>], at: usize) -> bool {
    match low(tokens, at) {
        "is" | "'s" | "was" => {
            matches!(
                low(tokens, at + 1),
                "off" | "out" | "cancelled" | "canceled" | "dropped" | "gone" | "unnecessary"
            ) || matches!(
                (low(tokens, at + 1), low(tokens, at + 2), low(tokens, at + 3)),
                ("no", "longer", "needed" | "necessary") | ("not", "needed" | "necessary", _)
            )
        }
        "can" => {
            matches!(low(tokens, at + 1), "go")
                || (low(tokens, at + 1), low(tokens, at + 2)) == ("be", "dropped")
        }
        "falls" => matches!(low(tokens, at + 1), "away" | "out"),
        _ => false,
    }
}

/// The text with the old words replaced, where it holds them as they are or with another article.
fn replaced(text: &str, old: &str, new: &str) -> Option<String> {
    let find = |old: &str, new: &str| {
        let at = text.to_ascii_lowercase().find(&old.to_ascii_lowercase())?;
        Some(format!("{}{new}{}", text.get(..at)?, text.get(at + old.len()..)?))
    };
    find(old, new).or_else(|| find(without_article(old), without_article(new)))
}

fn without_article(text: &str) -> &str {
    ["the ", "a ", "an ", "my ", "our "].iter().find_map(|article| text.strip_prefix(article)).unwrap_or(text)
}
