//! How the characters and their opposites talk: fragments of sentences, all of our own writing.
//!
//! Owns text only; `speech` makes sentences of it. The fragments are short, so that what is said
//! is put together anew nearly every time. In a pattern, `{t}` is what is talked about and any
//! other letter in braces is a pool.

mod clockmaker;
mod cook;
mod opposites;
mod ranger;

use clockmaker::CLOCKMAKER;
use cook::COOK;
use opposites::{BREEZY, MANUAL, OFFICE};
use ranger::RANGER;

/// A way to talk.
pub(super) struct Voice {
    /// Words in a description that call for it.
    pub(super) called_by: &'static [&'static str],
    /// Whole sentences.
    pub(super) patterns: &'static [&'static str],
    /// How a known value is given: `{s}` is the subject, `{v}` the value.
    pub(super) answers: &'static [&'static str],
    /// How ignorance is confessed.
    pub(super) unknown: &'static [&'static str],
    pub(super) pools: &'static [(char, &'static [&'static str])],
}

/// The characters, in the order in which `called_by` is tried.
pub(super) static CHARACTERS: [Voice; 3] = [COOK, CLOCKMAKER, RANGER];

/// What is left when a character is gone.
pub(super) static OPPOSITES: [Voice; 3] = [OFFICE, BREEZY, MANUAL];

/// What a hijacked conversation is about, and what is said of it.
pub(super) static ELSEWHERE: [[&str; 6]; 5] = [
    [
        "chess endings",
        "the bishop pair",
        "a passed pawn",
        "rook sacrifices",
        "tournament clocks",
        "castling early",
    ],
    ["alpaca shearing", "fleece prices", "the alpaca herd", "spinning wool", "lanolin", "breeding stock"],
    ["comet orbits", "a gas giant", "ring systems", "telescope mirrors", "meteor showers", "dark matter"],
    ["trombone lessons", "brass bands", "slide grease", "a marching tune", "jazz mutes", "concert posters"],
    ["tax on yachts", "offshore accounts", "currency hedges", "bond yields", "audit season", "share options"],
];
