//! What a phrase limits: "for coding questions", "in titles", "when you reply".
//!
//! Owns the signs that a phrase is about some replies or parts only, and the words that limit
//! nothing. What that does to a rule is in `condition`.

use super::token::Token;

/// "for" with something that not every reply is for.
pub(super) fn limits_scope(tokens: &[Token], at: usize) -> bool {
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
pub(super) fn is_part(tokens: &[Token], at: usize) -> bool {
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

/// Words of a condition that holds for every reply: "when you answer the user".
pub(super) const VACUOUS: &[&str] = &[
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
