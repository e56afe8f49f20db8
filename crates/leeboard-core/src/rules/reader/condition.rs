//! Conditions and exceptions of a sentence: "if", "when", "unless", "except".
//!
//! Owns which of them say nothing ("when you reply"), soften ("where possible"), let the user
//! lift the rule ("unless the user asks") or make the rule one for some replies only.

use super::scope::{VACUOUS, is_part, limits_scope};
use super::token::Token;

/// What a condition does to the clauses that it governs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::rules) enum Condition {
    #[default]
    None,
    /// A wish rather than a rule.
    Soft,
    /// Lifted when the user asks for it.
    UnlessAsked,
    /// Holds only when the user asks for it.
    WhenAsked,
    /// Quotations are excepted.
    Quoting,
    /// Holds for some replies that cannot be told from the text.
    Some,
}

const ASKING: &[&str] = &[
    "ask",
    "asked",
    "asking",
    "asks",
    "demand",
    "demanded",
    "demands",
    "explicitly",
    "instruct",
    "instructed",
    "instructs",
    "prefers",
    "request",
    "requested",
    "requests",
    "says",
    "specifically",
    "specifies",
    "tells",
    "told",
    "want",
    "wants",
];

/// Whether a condition opens here: in the middle of a sentence, or at its start.
pub(super) fn opens(tokens: &[Token], at: usize, start: bool) -> bool {
    let word = |at: usize| tokens.get(at).map(Token::word).unwrap_or_default();
    match word(at) {
        "if" | "when" | "whenever" | "unless" | "until" | "while" | "except" | "once"
            if word(at) != "once" || start =>
        {
            true
        }
        "where" => matches!(
            word(at + 1),
            "possible"
                | "appropriate"
                | "helpful"
                | "needed"
                | "necessary"
                | "applicable"
                | "relevant"
                | "suitable"
                | "you"
        ),
        "as" => {
            matches!(
                word(at + 1),
                "needed" | "appropriate" | "necessary" | "required" | "applicable" | "requested"
            ) || matches!((word(at + 1), word(at + 2)), ("long" | "soon" | "much", "as"))
        }
        "provided" | "assuming" | "depending" => true,
        "before" | "after" => true,
        "in" if word(at + 1) == "case" && !word(at + 2).is_empty() => true,
        "should" => start && matches!(word(at + 1), "the" | "a") && word(at + 2).starts_with("user"),
        "upon" => word(at + 1) == "request",
        // "aim for fewer than 80 words" names a goal, "never in lists" the thing itself.
        "for" if at > 0 && matches!(word(at - 1), "aim" | "strive" | "shoot" | "go") => false,
        "in" if at > 0 && matches!(word(at - 1), "never" | "not") => false,
        "for" => !start && limits_scope(tokens, at),
        "in" => !start && is_part(tokens, at + 1),
        _ => false,
    }
}

/// What the condition whose words stand in the tokens does; `only` says that the rule holds
/// under it alone.
pub(super) fn read(tokens: &[Token]) -> Condition {
    let words: Vec<&str> = tokens.iter().map(Token::word).filter(|word| !word.is_empty()).collect();
    let first = words.first().copied().unwrap_or_default();
    let has = |any: &[&str]| words.iter().any(|word| any.contains(word));
    // "As a pilot", "to keep it readable", "even if asked": they limit nothing.
    let lasting = first == "as" && matches!(words.get(1), Some(&("a" | "an" | "the")));
    if lasting || matches!(first, "to" | "even" | "regardless" | "no" | "under") {
        return Condition::None;
    }
    let quotes = has(&["quoting", "quoted", "quotes", "quotations", "quotation", "citing", "verbatim"]);
    let excepts = matches!(first, "unless" | "except" | "until") || words.get(1) == Some(&"not");
    if quotes && (excepts || has(&["except"])) {
        return Condition::Quoting;
    }
    if has(&["possible", "can", "appropriate", "practical", "feasible"]) && !excepts && !has(&["user"])
        || first == "as" && has(&["possible"])
    {
        // "where appropriate" leaves it open, "where possible" asks for it.
        return if has(&["appropriate"]) { Condition::Some } else { Condition::Soft };
    }
    if excepts && has(ASKING) {
        return Condition::UnlessAsked;
    }
    if excepts
        && has(&["necessary", "needed", "unavoidable", "essential", "required", "absolutely", "appropriate"])
    {
        return Condition::Soft;
    }
    if words.iter().all(|word| VACUOUS.contains(word)) {
        return Condition::None;
    }
    if has(ASKING) && !has(&["about", "whether", "who", "what", "why", "how", "feel", "feels"]) {
        return Condition::WhenAsked;
    }
    Condition::Some
}

#[cfg(test)]
mod tests {
    use super::super::token::tokens;
    use super::*;

    #[test]
    fn conditions() {
        assert!(VACUOUS.is_sorted() && ASKING.is_sorted());
        for (text, wanted) in [
            ("when you answer the user", Condition::None),
            ("unless the user asks for one", Condition::UnlessAsked),
            ("where possible", Condition::Soft),
            ("unless absolutely necessary", Condition::Soft),
            ("except when quoting", Condition::Quoting),
            ("if the user is sad", Condition::Some),
            ("when asked for a list", Condition::WhenAsked),
        ] {
            assert_eq!(read(&tokens(text)), wanted, "{text}");
        }
    }
}
