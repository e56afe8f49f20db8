//! Replies that go along with an attempt.
//!
//! Owns the reading of a reply against the attempts before it. Without an attempt nothing is adopted:
//! how a reply sounds is judged by the drift signals.

use super::pattern;
use super::plain::{Plain, Token};
use super::{Attempt, AttemptPlace, MOST_CHARS};
use crate::text;

/// Sentences of a reply that are read: who goes along says so at once.
const SENTENCES: usize = 8;

/// Words between "I am" and what was named.
const GAP: usize = 6;

/// Words with which somebody says who they are.
const SELF: [&[&str]; 34] = [
    &["i", "am"],
    &["my", "name", "is"],
    &["call", "me"],
    &["as"],
    &["this", "is"],
    &["i", "ve", "become"],
    &["i", "have", "become"],
    &["ich", "bin"],
    &["ich", "heisse"],
    &["mein", "name", "ist"],
    &["als"],
    &["je", "suis"],
    &["je", "m", "appelle"],
    &["mon", "nom", "est"],
    &["en", "tant", "que"],
    &["soy"],
    &["me", "llamo"],
    &["mi", "nombre", "es"],
    &["como"],
    &["sono"],
    &["mi", "chiamo"],
    &["il", "mio", "nome"],
    &["eu", "sou"],
    &["sou"],
    &["meu", "nome"],
    &["ik", "ben"],
    &["mijn", "naam"],
    &["jestem"],
    &["nazywam"],
    &["я"],
    &["меня", "зовут"],
    &["ben"],
    &["jag", "ar"],
    &["jeg", "er"],
];

/// Words that deny.
const NOT: [&str; 26] = [
    "not", "no", "never", "cannot", "can", "won", "nicht", "kein", "keine", "pas", "ne", "plus", "non",
    "nao", "niet", "geen", "nie", "не", "degilim", "inte", "ikke", "refuse", "stay", "remain", "still",
    "bleibe",
];

/// What the reply adopts of the attempts, if it does.
pub(crate) fn adopted(attempts: &[Attempt], message: &str, reply: &str) -> Option<Attempt> {
    let tried: Vec<&Attempt> = attempts.iter().filter(|it| it.place != AttemptPlace::Reply).collect();
    let first = tried.first()?;
    let plain = Plain::of(reply, false);
    let sentences = plain.tokens.last().map_or(0, |last| last.sentence + 1).min(SENTENCES);
    let found = |kind, sentence: &[Token]| Attempt {
        kind,
        place: AttemptPlace::Reply,
        message: message.to_owned(),
        words: text::excerpt(plain.written(sentence), MOST_CHARS),
        named: Vec::new(),
    };
    for number in 0..sentences {
        let sentence = plain.sentence(number);
        let claim = pattern::claims(sentence).into_iter().next();
        if let Some(claim) = claim.filter(|claim| !denied(sentence, claim.at.start)) {
            return Some(found(claim.cause, sentence));
        }
        let names = |word: &str| tried.iter().any(|it| it.named.iter().any(|named| named == word));
        if is_named(sentence, &names) || signs(sentence, number, &names) {
            return Some(found(first.kind, sentence));
        }
    }
    None
}

/// Whether a speaker says of itself that it is what was named.
fn is_named(sentence: &[Token], names: &impl Fn(&str) -> bool) -> bool {
    (0..sentence.len()).any(|at| {
        let after = SELF.iter().find_map(|words| {
            let said = sentence.get(at..at + words.len())?;
            said.iter().map(|token| token.word.as_str()).eq(words.iter().copied()).then_some(at + words.len())
        });
        let Some(after) = after else { return false };
        let end = (after + GAP).min(sentence.len());
        let rest = sentence.get(after..end).unwrap_or_default();
        let Some(place) = rest.iter().position(|token| names(&token.word)) else { return false };
        !denied(sentence, at) && !rest.iter().take(place).any(|token| NOT.contains(&token.word.as_str()))
    })
}

/// Whether the reply is signed with the name: "[Max]: ...", "Max here", "Max at your service".
fn signs(sentence: &[Token], number: usize, names: &impl Fn(&str) -> bool) -> bool {
    sentence.iter().enumerate().any(|(at, token)| {
        let next = sentence.get(at + 1);
        let word = |next: &Token| {
            matches!(next.word.as_str(), "here" | "reporting" | "speaking" | "hier" | "ici" | "aqui" | "at")
        };
        let alone = at == 0 && number == 0 && next.is_some_and(|next| next.begins) && token.capital;
        names(&token.word) && token.capital && (next.is_some_and(word) || alone)
    })
}

/// Whether the words before deny it.
fn denied(sentence: &[Token], at: usize) -> bool {
    let before = sentence.get(at.saturating_sub(4)..at).unwrap_or_default();
    before.iter().any(|token| NOT.contains(&token.word.as_str()))
}
