//! Reading a place from a question.
//!
//! Owns the wordings, English only. A wording counts only where it can mean nothing but a place
//! in this conversation: "the first question" does, "the first question of the exam" and "the
//! first book I mentioned" do not.

use super::{End, Kind, Place, What};
use crate::message::Role;
use crate::{number, text};

/// The place that a question asks for, if it asks for one.
pub(in crate::memory::recall) fn read(question: &str) -> Option<Place> {
    // A place is asked for in a sentence, not in a letter.
    if question.len() > 400 {
        return None;
    }
    let words: Vec<String> = text::words(question).collect();
    let words = Words(words.iter().map(String::as_str).collect());
    let all = 0..words.0.len();
    all.clone()
        .find_map(|at| turn_number(&words, at))
        .or_else(|| all.clone().find_map(|at| ago(&words, at)))
        .or_else(|| all.clone().find_map(|at| counted(&words, at)))
        .or_else(|| all.clone().find_map(|at| spoken(&words, at)))
        .or_else(|| all.clone().find_map(|at| opening(&words, at)))
}

struct Words<'a>(Vec<&'a str>);

impl Words<'_> {
    /// A word; empty before the first and after the last.
    fn at(&self, at: usize) -> &str {
        self.0.get(at).copied().unwrap_or("")
    }

    fn before(&self, at: usize, back: usize) -> &str {
        at.checked_sub(back).map_or("", |at| self.at(at))
    }

    fn has(&self, words: &[&str]) -> bool {
        self.0.iter().any(|word| words.contains(word))
    }

    /// Who is said to have spoken: "did I", "I said", "your answer".
    fn speaker(&self) -> Option<Role> {
        let pair = self.0.windows(2).find_map(|pair| match pair {
            ["did" | "have" | "had" | "was" | "were", who] | [who, "said" | "asked" | "told" | "wrote"] => {
                pronoun(who)
            }
            _ => None,
        });
        pair.or_else(|| match (self.has(&["my"]), self.has(&["your"])) {
            (true, false) => Some(Role::User),
            (false, true) => Some(Role::Assistant),
            _ => None,
        })
    }
}

fn pronoun(word: &str) -> Option<Role> {
    match word {
        "i" | "i've" | "i'd" | "my" | "me" => Some(Role::User),
        "you" | "you've" | "you'd" | "your" => Some(Role::Assistant),
        _ => None,
    }
}

/// "at turn 50", "after turn 30", "turns 3 to 5", "between turn 3 and turn 5".
fn turn_number(words: &Words<'_>, at: usize) -> Option<Place> {
    const BEFORE: [&str; 22] = [
        "", "about", "after", "and", "around", "at", "before", "between", "by", "during", "for", "from",
        "in", "of", "on", "since", "than", "through", "until", "versus", "vs", "with",
    ];
    if !matches!(words.at(at), "turn" | "turns" | "exchange") {
        return None;
    }
    let before = words.before(at, 1);
    let before = if matches!(before, "the" | "your" | "my" | "our") { words.before(at, 2) } else { before };
    let number_at = at + 1 + usize::from(matches!(words.at(at + 1), "number" | "no" | "nr"));
    let from = number(words.at(number_at))?;
    let by = words.speaker();
    let mut next = number_at + 1;
    if matches!(words.at(next), "to" | "through" | "until" | "and" | "till") {
        next += 1;
    }
    next += usize::from(matches!(words.at(next), "turn" | "turns") && next > number_at + 1);
    let second = number(words.at(next)).filter(|&through| through > from);
    // "She turns 40" is no place; "turns 4 to 9" is one after any word.
    let is_range = words.at(at) == "turns" && second.is_some();
    if !is_range && !BEFORE.contains(&before) {
        return None;
    }
    let ranged = matches!(words.at(at), "turns") || matches!(before, "between" | "from");
    let (from, through) = match (before, second) {
        (_, Some(through)) if ranged => (from, through),
        // What was seen after turn 30 is seen in it and in the next.
        ("after" | "since", _) => (from, from.saturating_add(1)),
        ("before", _) => (from.saturating_sub(1).max(1), from),
        _ => (from, from),
    };
    let [from, through] = [from, through].map(|turn| u32::try_from(turn).unwrap_or(u32::MAX));
    (from > 0).then_some(Place::Turns { from, through, by })
}

/// "two turns ago", "three messages back", "the question before last".
fn ago(words: &Words<'_>, at: usize) -> Option<Place> {
    if (words.at(at), words.at(at + 1)) == ("before", "last") && ends(words, at + 2) {
        let (kind, side) = noun(words.before(at, 1))?;
        let by = side.or_else(|| words.speaker()).or_else(|| (kind == Kind::Question).then_some(Role::User));
        return Some(Place::Messages { what: What { by, kind }, end: End::Last, nth: 2, count: 1 });
    }
    if !matches!(words.at(at), "ago" | "back" | "earlier") {
        return None;
    }
    let (kind, by) = noun(words.before(at, 1))?;
    let nth = match words.before(at, 2) {
        "a" | "an" => 1,
        count => number(count)?,
    };
    let what = What { by: by.or_else(|| words.speaker()), kind };
    Some(Place::Messages { what, end: End::Last, nth, count: 1 })
}

/// "the first question", "my last two messages", "the third thing you said".
fn counted(words: &Words<'_>, at: usize) -> Option<Place> {
    let (end, nth, mut next) = ordinal(words, at)?;
    if matches!(words.at(next), "ever" | "recent" | "actual" | "single") {
        next += 1;
    }
    let mut count = 1;
    if let Some(several) = number(words.at(next)).filter(|_| nth == 1) {
        (count, next) = (several, next + 1);
    }
    let owner = words.before(at, 1);
    let owner = if matches!(owner, "very" | "most") { words.before(at, 2) } else { owner };
    let owner = pronoun(owner);
    let known = noun(words.at(next));
    let is_thing = matches!(words.at(next), "thing" | "things" | "words" | "sentence");
    let ((mut kind, side), after) = match known {
        Some(known) => (known, next + 1),
        None if is_thing => ((Kind::Message, None), next + 1),
        None => return None,
    };
    let clause = speech(words, after);
    if let Some((_, true)) = clause {
        kind = if is_thing || kind == Kind::Message { Kind::Asked } else { kind };
    }
    let by = match (clause, owner.or(side)) {
        (Some((by, _)), _) => Some(by),
        (None, _) if is_thing || !ends(words, after) => return None,
        (None, Some(by)) => Some(by),
        // People call what they ask a question, and themselves the ones who ask.
        (None, None) if kind == Kind::Question => Some(Role::User),
        (None, None) => None,
    };
    let by = if kind == Kind::Turn { by.filter(|_| clause.is_some() || owner.is_some()) } else { by };
    Some(Place::Messages { what: What { by, kind }, end, nth, count })
}

/// "what did I just say", "what did you say last", "what did I ask you first", "what did I say
/// just before that".
fn spoken(words: &Words<'_>, at: usize) -> Option<Place> {
    if words.at(at) != "did" || words.has(&["about", "if", "whether"]) {
        return None;
    }
    let by = pronoun(words.at(at + 1))?;
    let just = matches!(words.at(at + 2), "just" | "last" | "first");
    let verb_at = at + 2 + usize::from(just);
    let asked = verb(words.at(verb_at))?;
    let mut rest = verb_at + 1;
    rest += usize::from(matches!(words.at(rest), "you" | "me" | "to"));
    rest += usize::from(matches!(words.at(rest), "you" | "me"));
    let kind = if asked { Kind::Asked } else { Kind::Message };
    let place = |end, nth| Some(Place::Messages { what: What { by: Some(by), kind }, end, nth, count: 1 });
    if just {
        return place(if words.at(at + 2) == "first" { End::First } else { End::Last }, 1);
    }
    rest += usize::from(matches!(words.at(rest), "just" | "right" | "immediately" | "at" | "in"));
    rest += usize::from(matches!(words.at(rest), "the"));
    rest += usize::from(matches!(words.at(rest), "very"));
    match (words.at(rest), words.at(rest + 1)) {
        ("before", "that" | "this") => place(End::Last, 2),
        ("last" | "now", "") => place(End::Last, 1),
        ("first" | "initially" | "beginning" | "start" | "outset", _) => place(End::First, 1),
        _ => None,
    }
}

/// "how did we start", "how did this conversation begin".
fn opening(words: &Words<'_>, at: usize) -> Option<Place> {
    let starts = matches!(words.at(at), "start" | "begin" | "open" | "started" | "began");
    let subject = |word: &str| word == "we" || is_conversation(word);
    let about_us =
        subject(words.before(at, 1)) && matches!(words.before(at, 2), "did" | "this" | "our" | "the");
    let last = matches!(words.at(at + 1), "" | "with" | "today" | "again");
    let asks = matches!(words.at(0), "how" | "what" | "where");
    (starts && about_us && last && asks).then_some(Place::Turns { from: 1, through: 1, by: None })
}

/// An ordinal at this word: from which end, the how-manieth, and the word after it.
fn ordinal(words: &Words<'_>, at: usize) -> Option<(End, usize, usize)> {
    match words.at(at) {
        "last" if matches!(words.before(at, 1), "to" | "from" | "but") => None,
        "last" if (words.at(at + 1), words.at(at + 2)) == ("but", "one") => Some((End::Last, 2, at + 3)),
        "last" | "latest" | "final" | "previous" | "preceding" => Some((End::Last, 1, at + 1)),
        "recent" if words.before(at, 1) == "most" => Some((End::Last, 1, at + 1)),
        "penultimate" => Some((End::Last, 2, at + 1)),
        "initial" | "opening" | "earliest" => Some((End::First, 1, at + 1)),
        word => {
            let nth = if word == "next" { 2 } else { ordinal_number(word)? };
            let to_last = matches!(words.at(at + 1), "to" | "from") && words.at(at + 2) == "last";
            match (to_last, word) {
                (true, _) => Some((End::Last, nth, at + 3)),
                (false, "next") => None,
                (false, _) => Some((End::First, nth, at + 1)),
            }
        }
    }
}

/// What a noun counts, and who says such a thing.
fn noun(word: &str) -> Option<(Kind, Option<Role>)> {
    match word {
        "question" | "questions" => Some((Kind::Question, None)),
        "message" | "messages" | "statement" | "statements" | "utterance" | "utterances" => {
            Some((Kind::Message, None))
        }
        "request" | "requests" | "prompt" | "prompts" | "input" | "inputs" => {
            Some((Kind::Message, Some(Role::User)))
        }
        "answer" | "answers" | "reply" | "replies" | "response" | "responses" => {
            Some((Kind::Message, Some(Role::Assistant)))
        }
        "turn" | "turns" | "exchange" | "exchanges" => Some((Kind::Turn, None)),
        _ => None,
    }
}

/// A clause that says who spoke: "(that) I asked"; with whether it is asking.
fn speech(words: &Words<'_>, at: usize) -> Option<(Role, bool)> {
    let at = at + usize::from(matches!(words.at(at), "that" | "which"));
    let by = pronoun(words.at(at)).filter(|_| !matches!(words.at(at), "my" | "your" | "me"))?;
    let helps = matches!(words.at(at + 1), "have" | "had" | "just" | "ever" | "actually" | "did");
    let verb_at = at + 1 + usize::from(helps);
    let asked = verb(words.at(verb_at))?;
    // With a subject it is no longer the place alone that decides.
    let about = matches!(words.at(verb_at + 1), "about" | "on")
        || (matches!(words.at(verb_at + 1), "you" | "me") && matches!(words.at(verb_at + 2), "about" | "on"));
    (!about).then_some((by, asked))
}

/// Whether a word is speaking, and whether it is asking.
fn verb(word: &str) -> Option<bool> {
    match word {
        "ask" | "asked" | "asking" | "request" | "requested" => Some(true),
        "say" | "said" | "tell" | "told" | "write" | "wrote" | "written" | "type" | "typed" | "send"
        | "sent" | "answer" | "answered" | "reply" | "replied" | "respond" | "responded" | "mention"
        | "mentioned" => Some(false),
        _ => None,
    }
}

/// Whether what follows a noun leaves it a message of this conversation.
fn ends(words: &Words<'_>, at: usize) -> bool {
    match words.at(at) {
        "" | "again" | "today" | "here" | "now" | "please" | "exactly" | "verbatim" | "word" | "and"
        | "back" => true,
        "is" | "was" | "were" => true,
        "of" | "in" | "from" | "to" => {
            let next = at + 1 + usize::from(matches!(words.at(at + 1), "this" | "our" | "the" | "today's"));
            is_conversation(words.at(next))
                || (matches!(words.at(next), "me" | "you" | "mine" | "yours")
                    && words.at(next + 1).is_empty())
        }
        _ => false,
    }
}

fn is_conversation(word: &str) -> bool {
    matches!(word, "conversation" | "chat" | "session" | "discussion" | "dialogue" | "thread" | "talk")
}

/// A whole number from one up, in figures or words.
fn number(word: &str) -> Option<usize> {
    let spelled = || number::word(word).and_then(|spelled| usize::try_from(spelled).ok());
    word.parse().ok().or_else(spelled).filter(|&number| number > 0)
}

/// "third", "3rd".
fn ordinal_number(word: &str) -> Option<usize> {
    number::ordinal(word).and_then(|place| usize::try_from(place).ok())
}
