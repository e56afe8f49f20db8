//! What the user does to the plan: steps done, changed and dropped, the plan taken back.
//!
//! Owns how such sentences read. Which steps a sentence names is in `named`, what is added and
//! exchanged in `moves`. What a question or a supposition says of a step changes nothing.

use super::super::clause::low;
use super::super::lexicon::SUPPOSE;
use super::super::token::{Kind, Sentence, Token, sentences, tokens};
use super::cues::{accepts, is_change, is_done, is_drop, is_finish, is_verb, off};
use super::list::shorten;
use super::named::Named;
use super::{Origin, TaskFrame, words_of};
use crate::memory::facts::{Fact, Facts, Slot};

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

pub(super) struct Reader<'a> {
    pub(super) task: &'a TaskFrame<'a>,
    pub(super) tokens: &'a [Token<'a>],
    pub(super) sentence: &'a Sentence,
    pub(super) from: Origin<'a>,
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
            return Some(
                self.task.live().map(|step| self.from.dropped(step, self.sentence.said())).collect(),
            );
        }
        let last = self.task.steps.iter().map(|step| step.fact.turn).max().unwrap_or_default();
        let answers = self.from.turn <= last + 1;
        (accepts(self.tokens) && (plan.is_some() || answers)).then(|| {
            let words = self.sentence.said();
            vec![Fact {
                key: vec!["plan".to_owned(), "agree".to_owned()],
                ..self.from.fact(Slot::Decision, Vec::new(), words, words)
            }]
        })
    }

    /// What happens to steps that are named by number.
    fn single(&self, named: &Named) -> Vec<Fact> {
        let (tokens, words, from) = (self.tokens, self.sentence.said(), self.from);
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
    pub(super) fn wish(&self, at: usize) -> Option<usize> {
        let tokens = self.tokens;
        match (low(tokens, at), low(tokens, at + 1), low(tokens, at + 2)) {
            ("let", "'s", _) | ("i" | "we", "'ll" | "will", _) => Some(at + 2),
            ("i" | "we", "want" | "prefer", "to") | ("i" | "we", "'d" | "would", "rather" | "prefer") => {
                Some(at + 3)
            }
            _ => None,
        }
    }

    /// The text between two tokens, without what only carries it.
    pub(super) fn written(&self, from: usize, end: usize) -> String {
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
