//! Words by which steps are dropped, changed and done, and by which a plan is agreed to.

use super::super::clause::low;
use super::super::token::{Kind, Token};

/// "Sounds good", "let's do that", "perfect, thanks": short words of consent.
pub(super) fn accepts(tokens: &[Token<'_>]) -> bool {
    let words: Vec<&str> = tokens.iter().filter(|token| token.is_word()).map(|token| token.low).collect();
    let denied = words.iter().any(|word| matches!(*word, "not" | "n't" | "but" | "no" | "instead"));
    let consent = matches!(words.first(), Some(&"perfect" | &"great" | &"agreed" | &"excellent" | &"deal"))
        || words.windows(2).any(|pair| {
            matches!(
                pair,
                ["sounds" | "looks", "good" | "great" | "perfect" | "fine" | "right"]
                    | ["i", "agree"]
                    | ["love" | "like" | "take", "it" | "this" | "that" | "the"]
                    | ["works", "for"]
            )
        })
        || words
            .windows(3)
            .any(|three| matches!(three, ["let", "'s", "do" | "go" | "start" | "follow" | "use"]));
    consent && !denied && words.len() <= 14
}

pub(super) fn is_verb(word: &str) -> bool {
    is_drop(word)
        || is_change(word)
        || is_finish(word)
        || matches!(word, "swap" | "switch" | "exchange" | "flip" | "need")
}

pub(super) fn is_drop(word: &str) -> bool {
    matches!(
        word,
        "drop"
            | "dropped"
            | "skip"
            | "skipped"
            | "remove"
            | "removed"
            | "cut"
            | "delete"
            | "deleted"
            | "cancel"
            | "cancelled"
            | "scrap"
            | "scrapped"
            | "omit"
            | "forget"
            | "strike"
            | "leave"
            | "ditch"
            | "ditched"
            | "abandon"
            | "eliminate"
    )
}

pub(super) fn is_change(word: &str) -> bool {
    matches!(
        word,
        "change"
            | "changed"
            | "make"
            | "set"
            | "update"
            | "updated"
            | "replace"
            | "replaced"
            | "rewrite"
            | "turn"
            | "amend"
            | "modify"
            | "edit"
            | "adjust"
            | "rephrase"
            | "switch"
            | "swap"
    )
}

pub(super) fn is_finish(word: &str) -> bool {
    matches!(
        word,
        "finished"
            | "completed"
            | "did"
            | "done"
            | "ticked"
            | "crossed"
            | "checked"
            | "sorted"
            | "wrapped"
            | "finish"
            | "complete"
            | "managed"
            | "accomplished"
            | "undo"
            | "reopen"
    )
}

pub(super) fn is_done(tokens: &[Token<'_>], at: usize) -> bool {
    match low(tokens, at) {
        "done" | "finished" | "complete" | "completed" | "sorted" | "accomplished" | "✓" => true,
        "behind" => matches!(low(tokens, at + 1), "me" | "us"),
        "ticked" | "checked" | "crossed" => low(tokens, at + 1) == "off",
        _ => tokens.get(at).is_some_and(|token| matches!(token.kind, Kind::Mark('✓' | '✔' | '✅'))),
    }
}

/// "Step 4 is off", "step 4 can go".
pub(super) fn off(tokens: &[Token<'_>], at: usize) -> bool {
    match low(tokens, at) {
        "is" | "'s" | "was" => {
            matches!(
                low(tokens, at + 1),
                "off" | "out" | "cancelled" | "canceled" | "dropped" | "gone" | "unnecessary"
            ) || matches!(
                (low(tokens, at + 1), low(tokens, at + 2), low(tokens, at + 3)),
                ("no", "longer", "needed" | "necessary") | ("not", "needed" | "necessary", _)
            )
        }
        "can" => {
            matches!(low(tokens, at + 1), "go")
                || (low(tokens, at + 1), low(tokens, at + 2)) == ("be", "dropped")
        }
        "falls" => matches!(low(tokens, at + 1), "away" | "out"),
        _ => false,
    }
}
