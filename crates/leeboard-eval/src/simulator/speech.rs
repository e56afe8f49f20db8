//! How a simulated model makes text: fragments of a voice put together by dice.
//!
//! Owns the composition and the ear that tells voices apart by their words. What is to be said
//! is decided in `latent`.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use super::reading::bare;
use super::voices::{CHARACTERS, OPPOSITES, Voice};
use crate::bootstrap::Dice;

/// One of these.
pub(super) fn pick<'a, T: ?Sized>(from: &[&'a T], dice: &mut Dice) -> Option<&'a T> {
    from.get(dice.below(from.len())).copied()
}

/// A sentence of a voice with a place for its topic, `{t}`.
pub(super) fn sentence(voice: &Voice, pattern: &str, dice: &mut Dice) -> String {
    let mut text = String::with_capacity(pattern.len() * 3);
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let Some((name, after)) = after.split_once('}') else { break };
        let pool = voice.pools.iter().find(|(letter, _)| name.starts_with(*letter));
        match pool.and_then(|(_, pool)| pick(pool, dice)) {
            Some(chosen) => text.push_str(chosen),
            None => {
                text.push('{');
                text.push_str(name);
                text.push('}');
            }
        }
        rest = after;
    }
    text.push_str(rest);
    text
}

/// Different patterns of a voice, in an order of their own.
pub(super) fn patterns(voice: &Voice, dice: &mut Dice) -> Vec<&'static str> {
    let mut left = voice.patterns.to_vec();
    let mut drawn = Vec::new();
    while !left.is_empty() {
        drawn.push(left.swap_remove(dice.below(left.len())));
    }
    drawn
}

/// The text with a capital at the beginning of each sentence.
pub(super) fn capitalised(text: &str) -> String {
    let mut opens = true;
    let mut out = String::with_capacity(text.len());
    let mut before = ' ';
    for mark in text.chars() {
        if opens && mark.is_alphabetic() {
            out.extend(mark.to_uppercase());
            opens = false;
        } else {
            out.push(mark);
            // Only a mark with white space behind it ends a sentence.
            opens = (opens && !mark.is_alphanumeric())
                || (mark.is_whitespace() && matches!(before, '.' | '?' | '!'));
        }
        before = mark;
    }
    out
}

/// The words that only characters, and only their opposites, use.
static WORDS: LazyLock<[BTreeSet<String>; 2]> = LazyLock::new(|| {
    let of = |voices: &[Voice]| -> BTreeSet<String> {
        let pools = voices.iter().flat_map(|voice| voice.pools).flat_map(|(_, pool)| pool.iter());
        let all = pools.chain(voices.iter().flat_map(|voice| voice.patterns));
        let words = all.flat_map(|text| text.split_whitespace()).filter(|word| !word.contains('{'));
        words.map(|word| bare(word).to_lowercase()).filter(|word| word.len() > 3).collect()
    };
    let (own, other) = (of(&CHARACTERS), of(&OPPOSITES));
    [own.difference(&other).cloned().collect(), other.difference(&own).cloned().collect()]
});

/// How much of a text sounds like a character, in [0, 1]; 1 where nothing tells.
pub(super) fn in_voice(text: &str) -> f64 {
    let [own, other] = &*WORDS;
    let (mut ours, mut theirs) = (0_u32, 0_u32);
    for word in text.split_whitespace() {
        let word = bare(word).to_lowercase();
        ours += u32::from(own.contains(&word));
        theirs += u32::from(other.contains(&word));
    }
    if ours + theirs == 0 { 1.0 } else { f64::from(ours) / f64::from(ours + theirs) }
}
