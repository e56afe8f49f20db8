//! Noun phrases: what is spoken of, whose it is, and what is said of it on the way.

use super::asides::age_behind;
use super::clause::{Read, is, is_name, low, name_end, value_at};
use super::lexicon::{
    ADVERB, BREAK, DETERMINER, LIGHT, MODAL, NEGATION, POSSESSIVE, PREPOSITION, PRONOUN, RELATION, VERB,
    base, relation,
};
use super::token::{Kind, Token};

/// A noun phrase.
#[derive(Clone, Debug, Default)]
pub(super) struct Phrase {
    /// Base forms of its content words.
    pub(super) key: Vec<String>,
    /// The token of its head noun.
    pub(super) head: Option<usize>,
    /// The relation whose thing this is: the sister of "my sister's flight", or the head itself.
    pub(super) relation: Option<String>,
    /// A name behind the head: "your sister Anna".
    pub(super) name: Option<(usize, usize)>,
    /// The age of a person, set off behind: "my husband, 58,".
    pub(super) age: Option<Read>,
    /// Values inside or behind: "your 4,000 pound budget", "your meeting on Tuesday".
    pub(super) values: Vec<Read>,
    /// The token after it.
    pub(super) end: usize,
    /// Whether the speaker says that the other has said it: "the budget you gave".
    pub(super) recalled: bool,
}

/// Reads the noun phrase that begins at a token, behind its determiner.
pub(super) fn phrase(tokens: &[Token<'_>], at: usize) -> Phrase {
    let mut phrase = Phrase { end: at, ..Phrase::default() };
    let mut nouns = 0;
    while let Some(token) = tokens.get(phrase.end) {
        let here = phrase.end;
        if here > at + 8 {
            break;
        }
        if let Some(read) = value_at(tokens, here).filter(|read| read.figure || nouns == 0) {
            phrase.end = read.end;
            phrase.values.push(read);
            continue;
        }
        if token.is_mark('-') && tokens.get(here + 1).is_some_and(Token::is_word) && nouns == 0 {
            phrase.end += 1;
            continue;
        }
        if !token.is_word() {
            break;
        }
        if token.low == "'s" || token.low == "'" {
            if nouns > 0 && owns(tokens, here) {
                let owner = phrase.head.and_then(|head| tokens.get(head)).filter(|token| token.is(RELATION));
                if let Some(owner) = owner {
                    phrase.relation = Some(relation(owner.low).to_owned());
                    phrase.key.pop();
                }
                phrase.end += 1;
                continue;
            }
            break;
        }
        let verb = token.is(VERB) && (nouns > 0 || !phrase.values.is_empty()) && !is_noun_here(tokens, here);
        let closed = token.is(PREPOSITION | BREAK | PRONOUN | MODAL | POSSESSIVE | NEGATION)
            || (token.is(DETERMINER) && here > at)
            || (token.is(ADVERB) && nouns > 0)
            || matches!(token.low, "and" | "or" | "than")
            || token.low.starts_with('\'')
            || token.low == "n't";
        // "My husband insured it": an unknown verb behind somebody.
        let did = token.tags == 0
            && token.low.ends_with("ed")
            && phrase.head.and_then(|head| tokens.get(head)).is_some_and(|head| head.is(RELATION));
        if verb || closed || did || (nouns == 0 && token.is(VERB) && token.is(LIGHT)) {
            break;
        }
        if nouns > 0 && is_name(token) && !tokens[at].capital {
            let end = name_end(tokens, here);
            if end > here {
                phrase.name = Some((here, end));
                phrase.end = end;
                break;
            }
        }
        if !token.is(LIGHT) {
            phrase.key.push(base(token.low).into_owned());
            phrase.head = Some(here);
        } else if phrase.head.is_none() && matches!(token.low, "number" | "name" | "age") {
            phrase.head = Some(here);
        }
        if matches!(token.low, "name" | "age" | "favourite" | "favorite") {
            phrase.head = Some(here);
        }
        nouns += 1;
        phrase.end += 1;
    }
    if phrase.relation.is_none()
        && let Some(head) = phrase.head.and_then(|head| tokens.get(head))
        && head.is(RELATION)
    {
        phrase.relation = Some(relation(head.low).to_owned());
    }
    apposition(tokens, &mut phrase);
    if phrase.relation.is_some()
        && let Some((age, end)) = age_behind(tokens, phrase.end)
    {
        phrase.age = Some(age);
        phrase.end = end;
    }
    modifiers(tokens, &mut phrase);
    phrase
}

/// Whether "'s" marks an owner here: a noun follows rather than what somebody is.
fn owns(tokens: &[Token<'_>], at: usize) -> bool {
    let Some(next) = tokens.get(at + 1) else { return false };
    let state = next.is(DETERMINER | NEGATION | PREPOSITION | ADVERB | DETERMINER | POSSESSIVE)
        || next.kind != Kind::Word
        || matches!(next.low, "called" | "named" | "born" | "based" | "due" | "been" | "got")
        || (next.low.ends_with("ing")
            && next.low.len() > 5
            && !matches!(next.low, "wedding" | "meeting" | "evening" | "training"))
        || crate::number::word(next.low).is_some()
        || is_name(next);
    !state
}

/// Whether a word that may be a verb is a noun here: a verb or a number's preposition follows.
fn is_noun_here(tokens: &[Token<'_>], at: usize) -> bool {
    let participle = matches!(low(tokens, at), "called" | "named" | "based" | "born");
    let next = at + 1;
    !participle
        && !is(tokens, at, LIGHT)
        && is(tokens, next, VERB | MODAL)
        && !low(tokens, at).ends_with("ing")
}

/// ", Anna," behind a relation.
fn apposition(tokens: &[Token<'_>], phrase: &mut Phrase) {
    if phrase.name.is_none()
        && phrase.relation.is_some()
        && tokens.get(phrase.end).is_some_and(|t| t.is_mark(','))
    {
        let end = name_end(tokens, phrase.end + 1);
        let closed = tokens.get(end).is_none_or(|token| !token.is_word() || token.is(VERB));
        if end > phrase.end + 1 && closed {
            phrase.name = Some((phrase.end + 1, end));
            phrase.end = end + usize::from(tokens.get(end).is_some_and(|token| token.is_mark(',')));
        }
    }
}

/// "for the project", "on Tuesday", "that you gave me".
fn modifiers(tokens: &[Token<'_>], phrase: &mut Phrase) {
    for _ in 0..3 {
        let at = phrase.end;
        if matches!(
            low(tokens, at),
            "of" | "for" | "with" | "at" | "in" | "on" | "to" | "from" | "about" | "as" | "by"
        ) {
            let every = usize::from(matches!(
                low(tokens, at + 1),
                "every" | "each" | "the" | "about" | "around" | "over"
            ));
            let read = value_at(tokens, at + 1 + every).or_else(|| value_at(tokens, at + 1));
            // "from 4,000 to 6,500": the old value.
            if let Some(read) = read {
                if low(tokens, at) == "from" {
                    phrase.end = read.end;
                    continue;
                }
                phrase.end = read.end;
                phrase.values.push(read);
                continue;
            }
            let owned = is(tokens, at + 1, DETERMINER | POSSESSIVE);
            if owned && tokens[at + 1].capital {
                break;
            }
            let start = at + 1 + usize::from(owned);
            let mut end = start;
            while let Some(token) = tokens.get(end) {
                let stop = !token.is_word()
                    || token.is(VERB
                        | PREPOSITION
                        | BREAK
                        | PRONOUN
                        | MODAL
                        | ADVERB
                        | NEGATION
                        | POSSESSIVE)
                    || matches!(token.low, "and" | "or")
                    || end > start + 3;
                if stop {
                    break;
                }
                if !token.is(LIGHT) {
                    phrase.key.push(base(token.low).into_owned());
                }
                end += 1;
            }
            if end == start {
                break;
            }
            phrase.end = end;
        } else if let Some(end) = recalled(tokens, at) {
            phrase.recalled = true;
            phrase.end = end;
        } else {
            break;
        }
    }
}

/// "(that) you gave (me)", "I set (earlier)": where it ends.
fn recalled(tokens: &[Token<'_>], at: usize) -> Option<usize> {
    let at = at + usize::from(matches!(low(tokens, at), "that" | "which"));
    if !is(tokens, at, PRONOUN) {
        return None;
    }
    let at = at + 1 + usize::from(matches!(low(tokens, at + 1), "have" | "'ve" | "had"));
    if !matches!(
        low(tokens, at),
        "gave"
            | "given"
            | "set"
            | "mentioned"
            | "told"
            | "named"
            | "stated"
            | "said"
            | "chose"
            | "quoted"
            | "agreed"
    ) {
        return None;
    }
    let mut end = at + 1;
    while matches!(low(tokens, end), "me" | "us" | "you" | "earlier" | "before" | "on") {
        end += 1;
    }
    Some(end)
}
