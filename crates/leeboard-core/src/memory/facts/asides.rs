//! What a sentence says beside its clauses: "Bergen, where I live", "my third marathon",
//! "people call me Bea", "I come from Galway", "I can't have dairy".
//!
//! Owns these turns of speech, for every speaker. Clauses are read in `extract`.

use super::Slot;
use super::clause::{Read, content, is_name, low, name_end};
use super::extract::{Claim, Reader, Reading, Speaker};
use super::frames::{claim, written};
use super::lexicon::{
    ADVERB, DETERMINER, MODAL, NEGATION, POSSESSIVE, PREPOSITION, PRONOUN, RELATION, VERB, base, relation,
};
use super::person::place_at;
use super::token::Token;
use super::value::{Dimension, Value};
use super::ways::class_of;
use crate::number;

impl Reader {
    /// Reads all of them in a sentence.
    pub(super) fn asides(&mut self, reading: &Reading<'_>) {
        let known = self.entity.clone();
        for at in 0..reading.tokens.len() {
            let found = match low(reading.tokens, at) {
                "where" => self.where_clause(reading, at),
                "come" | "comes" | "hail" | "hails" => self.comes_from(reading, at),
                "call" | "calls" | "named" => self.called(reading, at).or_else(|| self.calls(reading, at)),
                "have" | "eat" | "drink" | "tolerate" => self.cannot(reading, at),
                _ => self.ordinal(reading, at),
            };
            self.claims.extend(found);
        }
        // Whom an aside is about, "she" does not mean.
        self.entity = known;
    }

    fn first(&self) -> &'static str {
        if self.speaker == Speaker::User { "user" } else { "assistant" }
    }

    /// "Bergen, where I live", "Graz where my sister grew up".
    fn where_clause(&mut self, reading: &Reading<'_>, at: usize) -> Option<Claim> {
        let tokens = reading.tokens;
        let comma = usize::from(tokens.get(at.checked_sub(1)?).is_some_and(|token| token.is_mark(',')));
        let end = at.checked_sub(comma).filter(|&end| end > 0)?;
        let start = (end.saturating_sub(4)..end)
            .find(|&n| name_end(tokens, n) == end && tokens.get(n).is_some_and(is_name))?;
        let subject = self.subject(tokens, at + 1)?;
        let mut verb = subject.end;
        while tokens.get(verb).is_some_and(|token| {
            token.is(ADVERB)
                || matches!(
                    token.low,
                    "have" | "'ve" | "has" | "am" | "are" | "'m" | "'re" | "is" | "was" | "were" | "been"
                )
        }) {
            verb += 1;
        }
        let (slot, past) = match low(tokens, verb) {
            "live" | "lives" | "living" | "reside" | "resides" | "based" | "settled" => (Slot::Home, false),
            "lived" => (
                Slot::Home,
                tokens.get(verb - 1).is_none_or(|token| !matches!(token.low, "have" | "'ve" | "has")),
            ),
            "grew" | "born" | "raised" => (Slot::Origin, false),
            _ => return None,
        };
        let found = place_at(reading, &subject.who, slot, start, &[])?;
        Some(Claim { past, ..found })
    }

    /// "I come from Galway", "my wife comes from Oslo".
    fn comes_from(&mut self, reading: &Reading<'_>, at: usize) -> Option<Claim> {
        let tokens = reading.tokens;
        if low(tokens, at + 1) != "from" {
            return None;
        }
        let owner = |n: &usize| tokens.get(*n).is_some_and(|token| token.is(PRONOUN | POSSESSIVE));
        let start = (at.saturating_sub(5)..at).rev().find(owner)?;
        let subject = self.subject(tokens, start)?;
        let between = (subject.end..at).all(|n| tokens.get(n).is_some_and(|token| token.is(ADVERB)));
        let person =
            !subject.who.is_empty() && (subject.phrase.key.is_empty() || subject.phrase.relation.is_some());
        (between && person).then(|| place_at(reading, &subject.who, Slot::Origin, at + 2, &[])).flatten()
    }

    /// "People call me Bea", "just call me Sam".
    fn called(&self, reading: &Reading<'_>, at: usize) -> Option<Claim> {
        let end = name_end(reading.tokens, at + 2);
        // "Don't call me Samuel" gives no name.
        let denied =
            (at.saturating_sub(2)..at).any(|n| reading.tokens.get(n).is_some_and(|token| token.is(NEGATION)));
        if low(reading.tokens, at + 1) != "me" || end == at + 2 || denied {
            return None;
        }
        let name = written(reading, at + 2, end);
        // Besides the name that somebody has.
        let key = vec!["call".to_owned()];
        Some(claim(reading, self.first(), Slot::Name, key, Value::Name { name: name.clone() }, name))
    }

    /// "I call my car Betsy", "we named our van Old Moss".
    fn calls(&self, reading: &Reading<'_>, at: usize) -> Option<Claim> {
        let tokens = reading.tokens;
        let own = matches!(low(tokens, at.checked_sub(1)?), "i" | "we")
            && matches!(low(tokens, at + 1), "my" | "our");
        let from = (at + 3..at + 6).find(|&n| tokens.get(n).is_some_and(is_name))?;
        let end = name_end(tokens, from);
        let plain = |token: &Token<'_>| {
            token.is_word() && !token.is(PREPOSITION | PRONOUN | POSSESSIVE | VERB | MODAL)
        };
        if !own || end == from || !tokens.get(at + 2..from)?.iter().all(plain) {
            return None;
        }
        let name = written(reading, from, end);
        let value = Value::Name { name: name.clone() };
        let head = tokens.get(from - 1).filter(|token| token.is(RELATION));
        Some(match head {
            Some(head) => claim(reading, relation(head.low), Slot::Name, Vec::new(), value, name),
            None => {
                let key = content(tokens, at + 2, from, &[]);
                claim(reading, self.first(), Slot::Measure, key, value, name)
            }
        })
    }

    /// "I can't have dairy": food that somebody must not have.
    fn cannot(&self, reading: &Reading<'_>, at: usize) -> Option<Claim> {
        let tokens = reading.tokens;
        let negated = at >= 3
            && (tokens.get(at - 1).is_some_and(|token| token.is(NEGATION)))
            && matches!(low(tokens, at - 2), "can" | "ca");
        let own = matches!(low(tokens, at.checked_sub(3)?), "i" | "we") && self.speaker != Speaker::Identity;
        let food = low(tokens, at + 1);
        if !negated || !own || class_of(&base(food)).is_empty() || low(tokens, at) != "have" {
            return None;
        }
        let key = vec![base("eat").into_owned(), base(food).into_owned()];
        let shown = written(reading, at, at + 2);
        let found = claim(reading, self.first(), Slot::Habit, key, Value::None, shown);
        Some(Claim { negated: true, ..found })
    }

    /// "My third marathon", "our second visit": how often something was. The first of anything is
    /// mostly a manner of speaking.
    fn ordinal(&self, reading: &Reading<'_>, at: usize) -> Option<Claim> {
        let tokens = reading.tokens;
        let digits = tokens.get(at).is_some_and(|token| token.low.bytes().all(|byte| byte.is_ascii_digit()));
        let (place, noun) = if digits {
            let ending = low(tokens, at + 1);
            let place = number::ordinal(&format!("{}{ending}", low(tokens, at)));
            (place?, at + 2)
        } else {
            (number::ordinal(low(tokens, at))?, at + 1)
        };
        let who = match low(tokens, at.checked_sub(1)?) {
            "my" => self.first(),
            "our" => "user",
            "your" if self.speaker == Speaker::Assistant => "user",
            _ => return None,
        };
        let mut end = noun;
        while tokens.get(end).is_some_and(|token| {
            token.is_word()
                && end < noun + 3
                && !token.is(PREPOSITION | PRONOUN | DETERMINER | MODAL | POSSESSIVE | RELATION)
                && !(end > noun && token.is(VERB | ADVERB))
                && !matches!(token.low, "and" | "or")
        }) {
            end += 1;
        }
        let head = end.checked_sub(1).filter(|&head| head >= noun)?;
        let idle = matches!(
            low(tokens, head),
            "name"
                | "language"
                | "time"
                | "thought"
                | "choice"
                | "half"
                | "question"
                | "point"
                | "one"
                | "step"
                | "week"
        );
        if place < 2 || idle {
            return None;
        }
        let value = Value::number(place.into(), place.into(), Dimension::Plain);
        let key = vec![base(low(tokens, head)).into_owned(), "ordinal".to_owned()];
        Some(claim(reading, who, Slot::Count, key, value, written(reading, at, end)))
    }
}

/// ", 58," and "(12)" behind somebody: the age, and where it ends.
pub(super) fn age_behind(tokens: &[Token<'_>], at: usize) -> Option<(Read, usize)> {
    let opens = tokens.get(at).filter(|token| token.is_mark(',') || token.is_mark('('))?;
    let close = if opens.is_mark('(') { ')' } else { ',' };
    let (years, end, digits) = super::number::plain(tokens, at + 1)?;
    let closed = tokens.get(end).is_some_and(|token| token.is_mark(close));
    (closed && digits && (1.0..120.0).contains(&years)).then(|| {
        let value = Value::number(years, years, Dimension::Plain);
        (Read { value, from: at + 1, end, figure: true, unit: true }, end + 1)
    })
}
