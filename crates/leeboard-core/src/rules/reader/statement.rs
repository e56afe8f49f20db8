//! What only tells: of the user, of others, of what was.
//!
//! Owns the signs of a statement. What directs is read in `head`.

use super::clause::Clause;
use super::segment::Segment;
use super::token::Token;
use super::{quantity, verbs};

/// Whether a segment has a subject of its own that is neither the assistant nor the reply, and
/// tells of it: "the user likes lists", "my boss hates emoji", "you love lists".
pub(super) fn is_teller(tokens: &[Token], at: usize) -> bool {
    let subjects = [
        "he",
        "she",
        "they",
        "people",
        "users",
        "customers",
        "everyone",
        "someone",
        "i",
        "who",
        "customer",
        "user",
        "readers",
        "it",
    ];
    let mut words = tokens.iter().take(at + 2).map(Token::word);
    let pronoun = words.any(|word| subjects.contains(&word) || word.starts_with("user"));
    let verb = tokens.iter().skip(at).take(3).map(Token::word).any(|word| {
        matches!(
            word,
            "love"
                | "like"
                | "likes"
                | "loves"
                | "enjoy"
                | "enjoys"
                | "hate"
                | "hates"
                | "wrote"
                | "know"
                | "knows"
                | "was"
                | "were"
                | "had"
                | "is"
                | "are"
                | "has"
                | "prefers"
                | "wants"
                | "dislikes"
        )
    });
    pronoun || verb
}

/// "You have written 300 words": what was done directs nothing.
pub(super) fn is_past(tokens: &[Token], act: usize) -> bool {
    let word = |at: usize| tokens.get(at).map(Token::word).unwrap_or_default();
    let participle =
        |word: &str| verbs::act(word).is_some() && (word.ends_with("ed") || word.ends_with("en"));
    let adverb =
        usize::from(matches!(word(act + 1), "never" | "not" | "always" | "also" | "already" | "often"));
    matches!(word(act), "have" | "has" | "had") && participle(word(act + 1 + adverb))
}

/// Whether a part goes on with a statement: "users come from Lyon and speak French", "a chapter has
/// ten pages and no tables".
pub(super) fn goes_on_telling(before: &[Token], segment: &Segment<'_>, last: Option<&Clause>) -> bool {
    if !matches!(segment.joined.as_str(), "and" | "or" | "but" | ",")
        || last.is_none_or(|last| last.directive)
    {
        return false;
    }
    let others = before.iter().take(3).any(|token| {
        let word = token.word();
        matches!(word, "he" | "she" | "they" | "people" | "customer" | "customers" | "who")
            || word.starts_with("user")
    });
    let has = before
        .iter()
        .any(|token| matches!(token.word(), "has" | "have" | "had" | "is" | "are" | "was" | "were"));
    let first = segment.tokens.first().map(Token::word).unwrap_or_default();
    let modal =
        segment.tokens.iter().any(|token| matches!(token.word(), "must" | "should" | "shall" | "you"));
    let bare = matches!(first, "no" | "without" | "zero");
    !modal && (bare && has || others && segment.joined != "," && verbs::is_base(first))
}

/// "Answers of 500 words are welcome": a number without a bound that is only allowed.
pub(super) fn allows(tokens: &[Token], from: usize) -> bool {
    let word = |at: usize| tokens.get(at).map(Token::word).unwrap_or_default();
    let plain = quantity::quantity_at(tokens, from).is_some_and(|(quantity, _)| quantity.plain);
    let allowed = |word: &str| {
        matches!(word, "welcome" | "fine" | "ok" | "okay" | "allowed" | "acceptable" | "permitted")
    };
    plain
        && (from..tokens.len().min(from + 8))
            .any(|at| matches!(word(at), "is" | "are") && allowed(word(at + 1)))
}
