//! Verbs that are rules by themselves: swear, apologise, spell out, break character.
//!
//! Owns the wordings in which the verb, not a noun, says what is forbidden or done.

use super::super::measure::{Bound, Measure};
use super::super::reader::clause::Clause;
use super::super::reader::verbs::Act;
use super::{Reading, joined, says, whole};

/// Verbs that name what is forbidden or done: swear, apologise, greet, spell out, break character.
pub(super) fn read(reading: &mut Reading<'_>, clause: &Clause) {
    let words = joined(clause);
    let whole = whole(reading);
    match clause.act {
        Some(Act::Utter) if clause.negative && clause.headed => {
            let measure = if says(&whole, &["apologise", "apologize", "apologising", "apologizing"]) {
                Measure::Apologies
            } else if says(&whole, &["swear", "curse", "swearing", "cursing"]) {
                Measure::Profanity
            } else {
                Measure::Greetings
            };
            reading.count(clause, measure, Bound::Max(0), false);
        }
        Some(Act::Spell)
            if !clause.negative
                && says(&words, &["out"])
                && says(&whole, &["numbers", "numerals", "digits"]) =>
        {
            reading.count(clause, Measure::Digits, Bound::Max(0), false);
        }
        Some(Act::Spell) if clause.negative && says(&whole, &["abbreviate"]) => {
            reading.count(clause, Measure::Abbreviations, Bound::Max(0), false)
        }
        Some(Act::Reply | Act::Use)
            if !clause.negative
                && says(&whole, &["numbers", "numerals"])
                && says(&words, &["as words", "in words", "out in words", "out"]) =>
        {
            reading.count(clause, Measure::Digits, Bound::Max(0), false);
        }
        Some(Act::Break)
            if clause.negative && says(&words, &["character", "role", "persona", "the fourth wall"]) =>
        {
            reading.count(clause, Measure::AiTalk, Bound::Max(0), false);
        }
        Some(Act::Reply | Act::Keep)
            if !clause.negative
                && says(&words, &["in character", "in your role", "in role", "in persona"]) =>
        {
            reading.count(clause, Measure::AiTalk, Bound::Max(0), false);
        }
        Some(Act::Say) if clause.negative && clause.headed && says(&words, &["sorry"]) => {
            reading.count(clause, Measure::Apologies, Bound::Max(0), false);
        }
        Some(Act::Say)
            if clause.negative
                && says(&whole, &["refer to yourself", "talk about yourself", "mention yourself"])
                && !says(&whole, &["yourself as", "yourself by", "yourself in"]) =>
        {
            reading.count(clause, Measure::FirstPerson, Bound::Max(0), false);
        }
        Some(Act::Mark) if clause.negative && clause.headed => {
            for (verb, measure) in [
                (&["bold", "bolding"][..], Measure::Bold),
                (&["italicise", "italicize", "italicising", "italicizing"][..], Measure::Italics),
                (&["highlight", "highlighting"][..], Measure::Highlights),
            ] {
                if says(&whole, verb) && says(&words, &["anything", "words", "text", "any", "phrases"]) {
                    reading.count(clause, measure, Bound::Max(0), false);
                }
            }
        }
        Some(Act::Reply | Act::Keep) if !clause.negative && says(&words, &["plain text"]) => {
            reading.count(clause, Measure::Markdown, Bound::Max(0), false)
        }
        _ if !clause.negative && clause.only && says(&whole, &["plain text", "prose"]) => {
            let measure = if says(&whole, &["prose"]) { Measure::Lists } else { Measure::Markdown };
            reading.count(clause, measure, Bound::Max(0), false);
        }
        Some(Act::Use)
            if !clause.negative
                && says(&words, &["plain text"])
                && says(&whole, &["only", "always", "plain text"]) =>
        {
            reading.count(clause, Measure::Markdown, Bound::Max(0), false)
        }
        _ => {}
    }
}
