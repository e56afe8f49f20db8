//! Goals, decisions, demands and promises, each one sentence of the user.
//!
//! Owns the cues of the last three; those of goals are in `goals`, those of demands on how the
//! assistant is to be in `standing`.

use super::super::clause::{low, value_at};
use super::super::lexicon::{MODAL, SUPPOSE};
use super::super::orders::{asks_for_reply, states_own};
use super::super::token::{Sentence, Token, sentences, tokens};
use super::super::value::Value;
use super::goals::goal;
use super::list::shorten;
use super::standing::{lifted, standing};
use super::{Origin, alike, words_of};
use crate::memory::facts::{Fact, Facts, Slot};

/// Words of a sentence that is kept, at most; longer ones tell a story.
const MOST_WORDS: usize = 40;

/// The goals, decisions, demands and promises in a message of the user.
pub(in super::super) fn wishes(facts: &Facts, text: &str, from: Origin<'_>) -> Vec<Fact> {
    let mut found: Vec<Fact> = Vec::new();
    let sentences = sentences(text);
    let passing = sentences.iter().any(|sentence| asks_for_reply(&tokens(sentence)));
    for sentence in sentences {
        let tokens = tokens(&sentence);
        if tokens.len() < 3 || tokens.len() > MOST_WORDS {
            continue;
        }
        if !sentence.question {
            found.extend(lifted(facts, &tokens, &sentence, from));
        }
        if let Some(standing) = standing(&tokens, &sentence, passing, from) {
            found.push(standing);
            continue;
        }
        if tokens.first().is_some_and(|token| token.is(SUPPOSE)) {
            continue;
        }
        let changed = tokens.iter().any(|token| {
            matches!(
                token.low,
                "now" | "actually" | "instead" | "changed" | "change" | "new" | "rather" | "after"
            )
        });
        let mut add = |slot: Slot, shown: String| {
            let words = words_of(&shown);
            if !words.is_empty() {
                found.push(Fact { corrects: changed, ..from.fact(slot, words, &shown, sentence.said()) });
            }
        };
        if let Some(goal) = goal(&tokens, &sentence, from.turn) {
            add(Slot::Goal, goal);
            continue;
        }
        if sentence.question {
            continue;
        }
        if let Some(decision) = decision(&tokens, &sentence) {
            add(Slot::Decision, decision);
        }
        // "Write a poem of at most 4 lines" demands nothing that lasts.
        let one_reply = asks_for_reply(&tokens) && !states_own(&tokens);
        if let Some(promise) = promise(&tokens, &sentence) {
            add(Slot::Commitment, promise);
        } else if demands(&tokens) && !one_reply {
            add(Slot::Constraint, shorten(sentence.said()));
        }
    }
    // What a goal says anew in other words takes its place.
    for goal in found.iter_mut().filter(|fact| fact.slot == Slot::Goal) {
        goal.corrects |= facts.valid().any(|known| known.slot == Slot::Goal && alike(&known.key, &goal.key));
    }
    found
}

/// "Let's go with X", "we decided on X", "I'll take X", "Lisbon it is".
fn decision(tokens: &[Token<'_>], sentence: &Sentence) -> Option<String> {
    let last = tokens.iter().filter(|token| token.is_word()).count();
    if last <= 8 && tokens.windows(2).rev().take(2).any(|pair| pair[0].low == "it" && pair[1].low == "is") {
        let at = tokens.iter().rposition(|token| token.low == "it")?;
        return (at > 0 && tokens.first().is_some_and(|token| token.capital)).then(|| {
            let end = tokens.get(at).map_or(0, |token| token.at);
            shorten(sentence.text.get(..end).unwrap_or_default())
        });
    }
    for at in 0..tokens.len().min(12) {
        let word = |n: usize| low(tokens, at + n);
        let we = matches!(word(0), "i" | "we");
        let found = match (word(0), word(1), word(2), word(3)) {
            ("let", "'s", "go" | "stick", "with" | "for") | ("let", "'s", "settle", "on") => true,
            ("let", "'s", "take" | "choose" | "pick" | "book", _) => true,
            (_, "'ll" | "will", "go", "with" | "for") | (_, "'ll" | "will", "stick", "with" | "to") if we => {
                true
            }
            (_, "'ll" | "will", "take" | "choose" | "pick", next) if we => {
                !matches!(next, "it" | "care" | "that" | "a" | "your")
            }
            (_, "'m" | "'re" | "am" | "are", "going", "with") if we => true,
            (_, "choose" | "chose" | "picked" | "pick", _, _) if we => true,
            (_, "decided" | "agreed", "on" | "to" | "against" | "that" | "for" | "not", _) if we => true,
            (_, "'ve" | "have", "decided" | "agreed" | "settled" | "chosen" | "picked", _) if we => true,
            (_, "settled" | "opted", "on" | "for", _) if we => true,
            ("final" | "my", "decision" | "choice" | "pick", "is", _) => true,
            _ => false,
        };
        let reported = tokens.get(..at).is_some_and(|before| before.iter().any(|token| token.is(MODAL)));
        if found && !reported {
            return Some(shorten(&sentence.text));
        }
    }
    None
}

/// "I'll call her on Monday", "I promise to ...", "remind me to ...".
fn promise(tokens: &[Token<'_>], sentence: &Sentence) -> Option<String> {
    let dated = || {
        (0..tokens.len()).any(|at| {
            matches!(low(tokens, at), "tomorrow" | "tonight" | "weekend")
                || matches!(
                    (low(tokens, at), low(tokens, at + 1)),
                    ("next" | "this", "week" | "month" | "year" | "morning" | "evening" | "afternoon")
                )
                || value_at(tokens, at).is_some_and(|read| {
                    matches!(read.value, Value::Date { .. } | Value::Weekday { .. } | Value::Time { .. })
                })
        })
    };
    let found = (0..tokens.len().min(10)).any(|at| {
        let word = |n: usize| low(tokens, at + n);
        match (word(0), word(1)) {
            ("i" | "we", "promise" | "promised" | "swear") => true,
            ("remind", "me" | "us") => true,
            ("i" | "we", "'ll" | "will") => {
                !matches!(
                    word(2),
                    "be" | "have" | "n't" | "not" | "see" | "know" | "need" | "probably" | "turn"
                ) && dated()
            }
            ("i" | "we", "'m" | "am" | "are" | "'re") => {
                word(2) == "going" && word(3) == "to" && word(4) != "be" && dated()
            }
            _ => false,
        }
    });
    found.then(|| shorten(&sentence.text))
}

/// "No more than 2,000 euros", "it has to be vegetarian", "never on Fridays".
fn demands(tokens: &[Token<'_>]) -> bool {
    (0..tokens.len()).any(|at| {
        let word = |n: usize| low(tokens, at + n);
        let figure = |n: usize| value_at(tokens, at + n).is_some();
        match (word(0), word(1)) {
            ("no" | "not", "more" | "less" | "fewer" | "later" | "earlier") => word(2) == "than" && figure(3),
            ("at", "most" | "least") => figure(2) && at > 0,
            ("must" | "mustn't", _) => {
                at > 0 && !matches!(word(1), "have" | "'ve" | "admit" | "say" | "confess")
            }
            ("has" | "have" | "needs", "to") => {
                word(2) == "be"
                    && matches!(
                        low(tokens, at.wrapping_sub(1)),
                        "it" | "they" | "everything" | "that" | "all" | "food" | "trip" | "plan"
                    )
            }
            ("ca", "n't") | ("can", "n't" | "not") | ("cannot", _) => {
                (at..tokens.len().min(at + 6))
                    .any(|n| matches!(low(tokens, n), "spend" | "exceed" | "afford" | "before" | "later"))
                    && (at..tokens.len()).any(|n| value_at(tokens, n).is_some_and(|read| read.figure))
            }
            ("never" | "nothing" | "no", _) => {
                at < 2
                    && (at + 1..at + 5).any(|n| {
                        matches!(low(tokens, n), "on" | "before" | "after")
                            && value_at(tokens, n + 1).is_some()
                    })
            }
            ("only" | "except", "on" | "after" | "before") => figure(2),
            _ => false,
        }
    })
}
