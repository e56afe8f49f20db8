//! What the user wants to reach.
//!
//! Owns the cues: a wish is a goal where it is called one, sets a time, asks for help with it or
//! opens the conversation; "I want to know" is talk.

use super::super::clause::{low, value_at};
use super::super::token::{Sentence, Token, sentences, tokens};
use super::super::value::{Dimension, Value};
use super::list::shorten;
use super::names_a_plan;

/// Turns in which a mere wish is taken for what the conversation is for.
const OPENING_TURNS: u32 = 2;

/// Whether a sentence asks for help with something, or calls something a goal.
pub(super) fn is_goal(sentence: &str) -> bool {
    sentences(sentence).iter().any(|sentence| goal(&tokens(sentence), sentence, u32::MAX).is_some())
}

fn rest(tokens: &[Token<'_>], sentence: &Sentence, at: usize) -> String {
    let start = tokens.get(at).map_or(sentence.text.len(), |token| token.at);
    shorten(sentence.text.get(start..).unwrap_or_default().trim_end_matches(['.', '!', '?']))
}

pub(super) fn goal(tokens: &[Token<'_>], sentence: &Sentence, turn: u32) -> Option<String> {
    for at in 0..tokens.len().min(14) {
        let word = |n: usize| low(tokens, at + n);
        // "My goal is to ...", "the aim: ..."
        if matches!(word(0), "goal" | "aim" | "objective" | "target" | "mission")
            && !sentence.question
            && matches!(
                low(tokens, at.wrapping_sub(1)),
                "my" | "our" | "the" | "main" | "new" | "overall" | "big" | "whose"
            )
        {
            let says = matches!(word(1), "is" | "was" | "'s")
                || tokens.get(at + 1).is_some_and(|token| token.is_mark(':'));
            let past = word(1) == "was";
            // "Our goal for this year is to ..."
            let later = (at + 1..tokens.len().min(at + 8)).find(|&n| low(tokens, n) == "is");
            let start = if says { Some(at + 2) } else { later.map(|n| n + 1) };
            let start = start.filter(|_| !past)?;
            let start = start + usize::from(matches!(low(tokens, start), "to" | "now"));
            let figure = value_at(tokens, start).is_some();
            return (!figure || word(0) != "target").then(|| rest(tokens, sentence, start));
        }
        // "Help me (to) plan ...", "can you help us prepare ..."
        if word(0) == "help" && matches!(word(1), "me" | "us") {
            let mut start = at + 2;
            while matches!(low(tokens, start), "to" | "with" | "please") {
                start += 1;
            }
            let task = !talk(low(tokens, start)) && tokens.len() > start + 1;
            let firm = spans(tokens) || names_a_plan(&sentence.text) || works(low(tokens, start));
            return (task && firm && !matches!(low(tokens, 0), "did" | "does" | "what" | "thank" | "thanks"))
                .then(|| rest(tokens, sentence, start));
        }
        if sentence.question {
            continue;
        }
        let mine = matches!(word(0), "i" | "we");
        let start = match (word(1), word(2), word(3)) {
            ("want" | "plan" | "hope" | "aim" | "intend" | "need" | "wish", "to", _) => Some(at + 3),
            ("'d" | "would", "like" | "love", "to") => Some(at + 4),
            (
                "'m" | "am" | "are" | "'re",
                "planning" | "trying" | "hoping" | "aiming" | "preparing" | "training" | "working",
                _,
            ) => Some(at + 3 + usize::from(matches!(word(3), "to" | "for" | "on"))),
            _ => None,
        };
        let Some(start) = start.filter(|_| mine) else { continue };
        let first = low(tokens, start);
        if talk(first)
            || matches!(first, "" | "it" | "that" | "this" | "be" | "go" | "get" if tokens.len() < start + 3)
        {
            return None;
        }
        let denied = (0..at + 3).any(|n| matches!(low(tokens, n), "n't" | "not" | "never" | "used"));
        let prepares = matches!(word(2), "planning" | "preparing" | "training");
        let firm = spans(tokens) || (prepares && word(3) != "to") || turn <= OPENING_TURNS;
        return (firm && !denied).then(|| rest(tokens, sentence, if prepares { at + 2 } else { start }));
    }
    None
}

/// Verbs of talk: "I want to ask" is no goal.
fn talk(verb: &str) -> bool {
    matches!(
        verb,
        "know"
            | "ask"
            | "hear"
            | "talk"
            | "discuss"
            | "say"
            | "tell"
            | "see"
            | "check"
            | "thank"
            | "mention"
            | "test"
            | "share"
            | "understand"
            | "think"
            | "believe"
            | "chat"
            | "clarify"
            | "add"
            | "point"
            | "make"
            | "apologise"
            | "apologize"
            | "remember"
            | "remind"
            | "stop"
            | "cry"
            | "scream"
            | "sleep"
            | "continue"
            | "speak"
            | "hi"
            | "revisit"
            | "return"
            | "feel"
            | "me"
            | "us"
            | "you"
    )
}

/// Verbs of something that takes a while.
fn works(verb: &str) -> bool {
    matches!(
        verb,
        "plan"
            | "prepare"
            | "organise"
            | "organize"
            | "train"
            | "learn"
            | "build"
            | "write"
            | "develop"
            | "launch"
            | "get"
            | "become"
            | "reach"
            | "move"
            | "renovate"
            | "design"
            | "start"
            | "study"
            | "save"
            | "lose"
    )
}

/// "in ten weeks", "over the next 3 months", "by June": a time until something is reached.
fn spans(tokens: &[Token<'_>]) -> bool {
    (0..tokens.len()).any(|at| {
        let limit = matches!(
            low(tokens, at),
            "in" | "over" | "within" | "by" | "before" | "until" | "for" | "during"
        );
        let skipped = (at + 1..at + 4)
            .find(|&n| !matches!(low(tokens, n), "the" | "next" | "coming" | "about" | "end" | "of"));
        let value = skipped.and_then(|n| value_at(tokens, n)).map(|read| read.value);
        let weeks = low(tokens, at).ends_with("-week")
            || low(tokens, at).ends_with("-day")
            || low(tokens, at).ends_with("-month");
        limit
            && match value {
                Some(Value::Number { dimension: Dimension::Duration, low, .. }) => low >= 2.0,
                Some(Value::Date { .. } | Value::Weekday { .. }) => true,
                _ => skipped.is_some_and(|n| {
                    matches!(low(tokens, n), "year" | "summer" | "autumn" | "winter" | "spring" | "christmas")
                }),
            }
            || weeks
    })
}
