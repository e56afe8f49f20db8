//! Conditions and exceptions of a sentence: "if", "when", "unless", "except".
//!
//! Owns which of them say nothing ("when you reply"), soften ("where possible"), let the user
//! lift the rule ("unless the user asks") or make the rule one for some replies only.

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

/// Words of a condition that holds for every reply: "when you answer the user".
const VACUOUS: &[&str] = &[
    "a",
    "all",
    "always",
    "an",
    "and",
    "answer",
    "answering",
    "answers",
    "any",
    "are",
    "as",
    "at",
    "be",
    "begin",
    "beginning",
    "case",
    "cases",
    "chat",
    "chatting",
    "circumstances",
    "conversation",
    "conversations",
    "conversing",
    "crafting",
    "customer",
    "customers",
    "during",
    "each",
    "end",
    "entire",
    "every",
    "everything",
    "final",
    "for",
    "from",
    "generating",
    "give",
    "giving",
    "in",
    "interacting",
    "interaction",
    "interactions",
    "it",
    "its",
    "me",
    "message",
    "messages",
    "moment",
    "my",
    "now",
    "of",
    "on",
    "or",
    "other",
    "our",
    "output",
    "outputs",
    "people",
    "point",
    "points",
    "producing",
    "question",
    "questions",
    "replies",
    "reply",
    "replying",
    "respond",
    "responding",
    "response",
    "responses",
    "session",
    "single",
    "something",
    "speak",
    "speaking",
    "start",
    "talk",
    "talking",
    "text",
    "the",
    "this",
    "time",
    "times",
    "to",
    "turn",
    "turns",
    "under",
    "user",
    "user's",
    "users",
    "when",
    "whenever",
    "while",
    "whole",
    "with",
    "write",
    "writing",
    "you",
    "your",
];

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

/// "for" with something that not every reply is for.
fn limits_scope(tokens: &[Token], at: usize) -> bool {
    let rest = tokens
        .iter()
        .skip(at + 1)
        .take(12)
        .take_while(|token| !matches!(token, Token::Mark(_)))
        .map(Token::word);
    let harmless = [
        "emphasis",
        "anything",
        "reason",
        "whatever",
        "clarity",
        "readability",
        "yourself",
        "this",
        "example",
        "them",
        "example",
        "instance",
    ];
    let mut rest = rest.peekable();
    rest.peek().is_some_and(|word| !word.is_empty())
        && !rest.clone().any(|word| harmless.contains(&word))
        && !rest.all(|word| VACUOUS.contains(&word))
}

/// A part of a reply or a sort of text: what holds in it does not hold for the whole.
fn is_part(tokens: &[Token], at: usize) -> bool {
    let words = tokens.iter().skip(at).take(4).map(Token::word);
    let mut words =
        words.skip_while(|word| matches!(*word, "the" | "a" | "an" | "any" | "your" | "all" | "every"));
    let parts = [
        "title",
        "titles",
        "heading",
        "headings",
        "headers",
        "code",
        "lists",
        "list",
        "table",
        "tables",
        "email",
        "emails",
        "introduction",
        "introductions",
        "conclusion",
        "summary",
        "summaries",
        "subject",
        "poem",
        "poems",
        "stories",
        "opening",
        "first",
        "dialogue",
        "captions",
        "comments",
        "commit",
        "chapter",
        "step",
        "steps",
        "section",
        "sections",
    ];
    words.next().is_some_and(|word| parts.contains(&word))
        && !tokens.iter().skip(at).take(5).any(|token| token.word() == "person")
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
