//! Cues of a whole sentence: that it changes something, recalls something, is worth keeping.

use super::clause::{Verb, low, value_at};
use super::extract::{Reading, Speaker};
use super::lexicon::{
    ADVERB, ASKS, BREAK, ENGLISH, LIGHT, MODAL, POSSESSIVE, PREPOSITION, PRONOUN, SUPPOSE, VALUE, VERB, tags,
};
use super::orders::{asks_for_reply, states_own};
use super::place;
use super::token::{Kind, Token};

/// Whether a verb behind "and" carries on with the subject before it.
pub(super) fn goes_on(tokens: &[Token<'_>], at: usize, verb: Verb) -> bool {
    tokens.get(at).is_some_and(|token| token.is(VERB | ADVERB | MODAL)) && verb.end > at
}

pub(super) fn is_change(tokens: &[Token<'_>]) -> bool {
    tokens.iter().any(|token| {
        matches!(
            token.low,
            "actually"
                | "correction"
                | "changed"
                | "change"
                | "moved"
                | "instead"
                | "postponed"
                | "rescheduled"
                | "updated"
                | "update"
                | "increased"
                | "raised"
                | "lowered"
                | "reduced"
                | "scratch"
                | "now"
                | "sorry"
                | "meant"
                | "longer"
                | "wrong"
                | "rather"
                | "stopped"
                | "quit"
                | "switched"
                | "brought"
                | "pushed"
        )
    }) || (low(tokens, 0) == "no" && tokens.get(1).is_some_and(|token| token.is_mark(',')))
        || tokens.windows(2).any(|pair| pair[0].low == "make" && matches!(pair[1].low, "it" | "that"))
}

/// Whether a reply says that it repeats what was said.
pub(super) fn is_recalled(tokens: &[Token<'_>], speaker: Speaker) -> bool {
    speaker == Speaker::Assistant
        && tokens.windows(2).any(|pair| {
            let report = |word: &str| {
                matches!(
                    word,
                    "said"
                        | "told"
                        | "mentioned"
                        | "gave"
                        | "stated"
                        | "noted"
                        | "shared"
                        | "agreed"
                        | "decided"
                        | "'ve"
                        | "do"
                )
            };
            (matches!(pair[0].low, "you" | "i" | "we")
                && report(pair[1].low)
                && !matches!(pair[1].low, "'ve" | "do"))
                || (pair[0].low == "as"
                    && matches!(pair[1].low, "agreed" | "discussed" | "mentioned" | "noted" | "promised"))
                || matches!(
                    (pair[0].low, pair[1].low),
                    ("i" | "you", "recall" | "remember") | ("of", "course")
                )
        })
}

/// Whether a user's sentence that fits no slot is worth keeping: it is about the user, or holds
/// a figure, and states something.
pub(super) fn is_statement(reading: &Reading<'_>) -> bool {
    let tokens = reading.tokens;
    let first = tokens.first().map_or("", |token| token.low);
    let own = tokens.iter().any(|token| matches!(token.low, "i" | "my" | "me" | "our" | "we"));
    let figure = (0..tokens.len()).any(|at| value_at(tokens, at).is_some_and(|read| read.figure));
    let content = tokens.iter().filter(|token| token.is_word() && !token.is(LIGHT)).count();
    // "What a day: I ran 10 km" says something beside its exclamation.
    let asks = tags(first) & ASKS != 0 && !(figure && own && !inverted(tokens));
    // An order for this reply states nothing, unless the user tells something of themselves in it.
    let ordered = asks_for_reply(tokens) && !states_own(tokens);
    let supposed = tags(first) & SUPPOSE != 0;
    let verb = own || tokens.iter().any(|token| token.is(VERB)) || content > 3;
    let told = matches!(first, "she" | "he" | "her" | "his" | "they") && content > 1;
    let said = content > 1 || (own && content > 0);
    said && verb
        && !ordered
        && !supposed
        && (figure || own || told)
        && !asks
        && !tokens.first().is_some_and(|token| token.is(PREPOSITION | BREAK) && content < 3)
}

/// "How many miles do I run", "what can I cook": a question without its mark.
fn inverted(tokens: &[Token<'_>]) -> bool {
    let auxiliary = |word: &str| {
        matches!(word, "do" | "does" | "did" | "is" | "are" | "am" | "was" | "were" | "will" | "have" | "has")
    };
    tokens.windows(2).take(8).any(|pair| {
        (auxiliary(pair[0].low) || pair[0].is(MODAL))
            && matches!(pair[1].low, "i" | "we" | "my" | "our" | "you")
    })
}

/// Whether a sentence of a reply can state anything that a fact could be about: it names a
/// person, or holds a value. Many sentences of an essay do not.
pub(super) fn may_state(tokens: &[Token<'_>]) -> bool {
    holds_value(tokens) || tokens.iter().any(|token| token.is(PRONOUN | POSSESSIVE))
}

/// Whether a sentence holds a number, a date, a word of a class, a name or the place of a thing.
pub(super) fn holds_value(tokens: &[Token<'_>]) -> bool {
    tokens.iter().enumerate().any(|(n, token)| {
        (matches!(token.low, "is" | "are" | "'s") && place::begins(tokens, n + 1))
            || (token.is(VALUE) && !matches!(token.low, "a" | "an" | "may"))
            || token.class > 0
            || token.kind == Kind::Number
            || token.text.bytes().any(|byte| byte.is_ascii_digit())
            || (token.capital
                && token.tags & !ENGLISH == 0
                && (n > 0 || tokens.get(1).is_some_and(|next| next.is(VERB))))
    })
}
