//! How long an order holds: what says that it lasts, and what that it is about this moment.

use super::super::super::clause::low;
use super::super::super::orders::listed;
use super::super::super::token::Token;
use super::words::WORKS;

/// Where a word that makes something last ends: "from now on", "in future".
pub(super) fn marker(tokens: &[Token<'_>], at: usize) -> Option<usize> {
    let word = |n: usize| low(tokens, at + n);
    let length = match (word(0), word(1), word(2)) {
        ("from", "now", "on") | ("from", "here", "on") => 3,
        ("from", "this", _) if matches!(word(3), "on" | "onwards") => 4,
        ("from", "now", "onwards") => 3,
        ("going", "forward", _) | ("in", "future", _) => 2,
        ("every" | "each", "time", "i" | "you") => 2,
        ("in", "the", "future") => 3,
        ("for", "the", "rest") => {
            3 + (3..8).find(|&n| matches!(word(n), "conversation" | "chat" | "session"))? - 2
        }
        ("henceforth", ..) => 1,
        _ => return None,
    };
    Some(at + length)
}

/// Whether an order says that it lasts.
pub(super) fn lasts(tokens: &[Token<'_>], from: usize) -> bool {
    let pair = |n: usize, first: &str, second: &str| low(tokens, n) == first && low(tokens, n + 1) == second;
    (0..tokens.len()).any(|n| {
        marker(tokens, n).is_some()
            || n >= from
                && (matches!(
                    low(tokens, n),
                    "ever" | "anymore" | "always" | "never" | "whenever" | "unless" | "henceforth"
                ) || (n > from + 1 && low(tokens, n) == "again")
                    || pair(n, "any", "more")
                    || pair(n, "any", "longer")
                    || pair(n, "at", "all") && n > from
                    || pair(n, "no", "matter"))
            || pair(n, "whatever", "happens")
            || pair(n, "no", "circumstances")
            || pair(n, "any", "circumstances")
            || (n == 0 && (pair(n, "when", "i") || pair(n, "if", "i") || low(tokens, n) == "whenever"))
    })
}

/// Whether an order is about this moment or this reply.
pub(super) fn passes(tokens: &[Token<'_>], from: usize) -> bool {
    (from..tokens.len()).any(|n| {
        let next = low(tokens, n + 1);
        match low(tokens, n) {
            "yet" | "today" | "tonight" | "until" | "till" | "tomorrow" => true,
            "this" => matches!(next, "time" | "one" | "once" | "morning" | "evening" | "afternoon" | "week"),
            "just" | "right" | "for" if next == "now" => true,
            "for" => matches!((next, low(tokens, n + 2)), ("a", "moment" | "minute" | "second" | "while")),
            "in" | "of" | "to" | "from" | "on" | "into" => {
                matches!(next, "this" | "that") && tokens.get(n + 2).is_some_and(Token::is_word)
                    || next == "the" && listed(WORKS, low(tokens, n + 2))
            }
            _ => false,
        }
    })
}
