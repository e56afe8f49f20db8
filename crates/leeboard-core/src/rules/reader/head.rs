//! The head of a clause: subject, modal verb, negation, verb.
//!
//! Owns what directs, what only tells, and what forbids. How a sentence falls into clauses is in
//! `clause`.

use super::statement::{allows, is_past, is_teller};
use super::token::Token;
use super::verbs::{self, Act};
use super::{quantity, words};

/// The head of a segment.
#[derive(Clone, Debug, Default)]
pub(super) struct Head {
    pub(super) headed: bool,
    pub(super) imperative: bool,
    pub(super) directive: bool,
    pub(super) act: Option<Act>,
    pub(super) negative: bool,
    pub(super) strong: bool,
    pub(super) soft: bool,
    pub(super) only: bool,
    /// A statement or a permission.
    pub(super) tells: bool,
    pub(super) end: usize,
}

/// Reads the head of a segment: everything up to its verb.
pub(super) fn head(tokens: &[Token]) -> Head {
    let word = |at: usize| tokens.get(at).map(Token::word).unwrap_or_default();
    let mut head = Head::default();
    let mut subject = "";
    let mut at = 0;
    let mut permits = false;
    while at < tokens.len() {
        let here = word(at);
        let next = word(at + 1);
        match here {
            "" => {
                // A quotation before the verb is a subject ("'sir' must appear").
                if matches!(tokens[at], Token::Quote(_)) {
                    break;
                }
            }
            "never" | "nor" | "neither" => head.negative = true,
            "not" if next != "only" => head.negative = !head.negative || here == "not",
            "no" if next == "longer" => head.negative = true,
            "no" if matches!(
                next,
                "circumstances" | "account" | "point" | "time" | "case" | "event" | "conditions" | "means"
            ) =>
            {
                head.negative = true
            }
            "no" if matches!(
                next,
                "reply" | "response" | "answer" | "message" | "sentence" | "paragraph" | "bullet"
            ) =>
            {
                head.negative = true
            }
            "no" | "without" | "zero" => {
                head.headed = true;
                head.negative = false;
                break;
            }
            "always" | "must" | "required" | "every" | "each" | "mandatory" | "shall" | "all"
            | "everything" | "entire" | "whole" | "ensure" => head.strong = true,
            "make" if next == "sure" => head.strong = true,
            "only" => head.only = true,
            // "Aim for under 80 words".
            "for" if at > 0 && matches!(word(at - 1), "aim" | "strive" | "shoot" | "go") => {
                at += 1;
                continue;
            }
            "try" | "aim" | "strive" | "seek" | "ideally" | "preferably" | "generally" | "usually"
            | "typically" | "normally" | "mostly" => head.soft = true,
            "prefer" | "favour" | "favor" => {
                head.soft = true;
                head.headed = true;
                head.imperative = true;
                head.directive = true;
                head.act = Some(Act::Use);
                head.end = at + 1;
                return settle(head, subject, permits, obliging(tokens, at));
            }
            "forbidden" | "prohibited" | "banned" => head.negative = !head.negative,
            "allowed" | "permitted" => permits = !head.negative,
            "may" | "can" | "might" | "could" if next != "not" => permits = true,
            // "Every message you send must": the reply stays the subject.
            "you" if subject == "reply" && is_relative(tokens, at) => {
                at += 2;
                continue;
            }
            "a" | "an" if words::names_reply(next) => {
                at += 1;
                continue;
            }
            "you" => subject = "you",
            "i" | "we" => subject = "i",
            _ => {}
        }
        let plural = words::are_replies(here);
        let reply = words::names_reply(here);
        let determined = at > 0 && words::DETERMINERS.contains(&word(at - 1));
        let noun = plural
            || reply
                && (determined
                    || matches!(next, "must" | "should" | "shall" | "may" | "can" | "will" | "is"));
        if noun {
            subject = "reply";
        }
        let copula =
            matches!(here, "be" | "make" | "do" | "let" | "remain" | "need" | "take" | "note" | "output")
                && skips_as_verb(here, next);
        // "present tense", "let on that".
        let no_verb = here == "present" && next == "tense"
            || here == "post" && noun
            || matches!(here, "has" | "have") && next == "to"
            || here == "bold" && matches!(next, "" | "text" | "type" | "font" | "words" | "print");
        if here == "let" && next == "on" {
            head = Head {
                headed: true,
                imperative: true,
                directive: true,
                act: Some(Act::Say),
                end: at + 2,
                ..head
            };
            return settle(head, subject, permits, obliging(tokens, at));
        }
        if let Some(act) = verbs::act(here).filter(|_| !noun && !copula && !no_verb) {
            let base = verbs::is_base(here) || matches!(here, "keep");
            let participle = !base && at > 0;
            // An imperative, a verb of "you" or of the reply, or an -ing form after a negation.
            let directs = base
                || participle
                    && (!subject.is_empty()
                        || head.negative
                        || here.ends_with("ing")
                        || head.strong
                        || head.only)
                || here.ends_with("ing") && at == 0;
            head.headed = directs;
            head.imperative = base;
            head.directive = directs;
            head.act = Some(act);
            head.negative ^= act == Act::Avoid;
            head.end = at + 1;
            head.tells |= is_past(tokens, at);
            // "avoid starting with", "refrain from asking": the second verb says what.
            let from = at + 1 + usize::from(next == "from");
            if let Some(inner) =
                verbs::act(word(from)).filter(|_| act == Act::Avoid && word(from).ends_with("ing"))
            {
                head.act = Some(inner);
                head.end = from + 1;
            }
            return settle(head, subject, permits, obliging(tokens, at));
        }
        if matches!(here, "it" | "this" | "they" | "there") && subject.is_empty() {
            subject = "it";
        }
        if !words::is_skipped(here) && !here.is_empty() {
            break;
        }
        at += 1;
    }
    head.end = at;
    let here = word(at);
    // "I need every reply in Polish".
    let wants = matches!((word(0), word(1)), ("i" | "we", "need" | "want" | "expect"));
    if wants && tokens.iter().take(at).any(|token| words::is_reply(token.word())) {
        head.headed = true;
        head.directive = true;
        head.act = Some(Act::Reply);
        return head;
    }
    let quantity = (0..=at).rev().take(3).any(|from| quantity::quantity_at(tokens, from).is_some());
    let begins_negative = head.negative
        && matches!(word(0), "never" | "not" | "nor" | "neither")
        && at <= 2
        && verbs::act(here).is_none();
    if head.headed || quantity && subject != "i" {
        // "No emoji", "At most three sentences": the words themselves say it.
        let modal = tokens
            .iter()
            .take(at)
            .any(|token| matches!(token.word(), "must" | "should" | "shall" | "will" | "is" | "are"));
        head.headed |= modal || quantity::quantity_at(tokens, 0).is_some_and(|(quantity, _)| !quantity.plain);
        head.end = (0..=at).find(|&from| quantity::quantity_at(tokens, from).is_some()).unwrap_or(at).min(at);
        head.directive = true;
        head.tells |= allows(tokens, head.end);
        return settle(head, subject, permits, obliging(tokens, at));
    }
    if begins_negative && at < tokens.len() && !matches!(subject, "you") && is_nominal(here) {
        head.headed = true;
        head.directive = true;
        return head;
    }
    // "Your replies must be in lower case": the verb is a form of "be" or there is none.
    let modal = tokens.iter().take(at).any(|token| {
        matches!(token.word(), "must" | "should" | "shall" | "will" | "be" | "remain" | "is" | "are")
    });
    if modal && matches!(subject, "reply" | "it")
        || tokens.iter().take(at).any(|token| matches!(token.word(), "must" | "should" | "shall"))
            && subject != "i"
            && at > 0
    {
        head.headed = true;
        head.directive = true;
        head.act = Some(Act::Reply);
        let strict =
            tokens.iter().take(at).any(|token| matches!(token.word(), "must" | "should" | "shall" | "will"));
        head.tells = subject == "it" && !strict;
        return settle(head, subject, permits, obliging(tokens, at));
    }
    if matches!(word(0), "be" | "remain") || subject == "you" && head.negative {
        head.headed = true;
        head.directive = matches!(word(0), "be" | "remain");
        head.act = Some(Act::Reply);
        head.tells = !head.directive;
        return head;
    }
    let other = at == 0 && !tokens.is_empty() || subject == "you" || subject == "i";
    head.tells = other && is_teller(tokens, at);
    head.headed |= head.tells;
    head
}

/// "you send" behind a noun, with the verb of the sentence still to come.
fn is_relative(tokens: &[Token], at: usize) -> bool {
    let word = |at: usize| tokens.get(at).map(Token::word).unwrap_or_default();
    let writes = matches!(word(at + 1), "send" | "write" | "give" | "produce" | "make" | "generate" | "post");
    let modal =
        ["must", "should", "has", "have", "needs", "need", "is", "are", "will", "shall", "may", "can"];
    writes && modal.contains(&word(at + 2))
}

/// Whether a modal verb of obligation stands before a place.
fn obliging(tokens: &[Token], at: usize) -> bool {
    tokens.iter().take(at).any(|token| {
        matches!(
            token.word(),
            "must" | "should" | "shall" | "will" | "needs" | "need" | "has" | "have" | "sure" | "ensure"
        )
    })
}

/// "be sure to", "make sure": no verbs of their own.
fn skips_as_verb(here: &str, next: &str) -> bool {
    match here {
        "be" => !matches!(
            next,
            "at" | "under"
                | "no"
                | "in"
                | "between"
                | "exactly"
                | "less"
                | "fewer"
                | "within"
                | "a"
                | "written"
                | "longer"
        ),
        "make" => matches!(next, "sure" | "certain"),
        "take" => next == "care",
        "output" => false,
        _ => true,
    }
}

/// A noun that can be forbidden after "never" or "not" without a verb.
fn is_nominal(word: &str) -> bool {
    matches!(
        word,
        "a" | "any" | "emoji" | "emojis" | "lists" | "bullet" | "bullets" | "markdown" | "headings"
    )
}

/// Permissions and wishes of others direct nothing.
fn settle(mut head: Head, subject: &str, permits: bool, modal: bool) -> Head {
    head.tells |= subject == "it" && !modal && !head.negative;
    if permits && !head.negative {
        head.tells = true;
    }
    if subject == "i" && head.act.is_some() && !head.strong && head.end <= 2 && !head.negative {
        // "I write in French" tells of the writer; "I want you to write" names "you" too.
        head.tells = true;
    }
    head.directive &= !head.tells;
    head
}
