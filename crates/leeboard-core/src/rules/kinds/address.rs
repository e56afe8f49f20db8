//! How somebody is called, and names that are not said.
//!
//! Owns forms of address and bare names. Quoted phrases are in `phrases`.

use super::super::RuleKind;
use super::super::reader::clause::Clause;
use super::super::reader::token::Token;
use super::super::reader::verbs::Act;
use super::Reading;

/// "Call the user Captain", "address them as sir".
pub(super) fn address(reading: &mut Reading<'_>, clause: &Clause) {
    let tokens = &clause.tokens;
    let refers = clause.act == Some(Act::Call)
        || clause.act == Some(Act::Say)
            && reading.parsed.tokens.iter().any(|token| token.word().starts_with("refer"));
    let word = |at: usize| tokens.get(at).map(Token::word).unwrap_or_default();
    let Some(who) = (0..tokens.len().min(4)).find(|&at| {
        matches!(
            word(at),
            "user"
                | "me"
                | "them"
                | "him"
                | "her"
                | "customer"
                | "player"
                | "everyone"
                | "users"
                | "customers"
                | "guest"
                | "reader"
        )
    }) else {
        return;
    };
    if !refers || !clause.headed {
        return;
    }
    let named = (who + 1..tokens.len().min(who + 3)).find(|&at| word(at) == "as");
    let from = named.map_or(who + 1, |at| at + 1);
    let capital = matches!(tokens.get(from), Some(Token::Word(_, true)));
    let plain =
        clause.act == Some(Act::Call) && reading.parsed.tokens.iter().any(|token| token.word() == "call");
    let stops = [
        "by",
        "in",
        "with",
        "at",
        "if",
        "when",
        "every",
        "always",
        "throughout",
        "directly",
        "politely",
        "formally",
        "warmly",
        "using",
        "only",
        "on",
        "back",
        "for",
        "from",
        "an",
        "a",
        "the",
        "names",
        "out",
        "their",
        "his",
    ];
    let phrase: Vec<String> = tokens
        .iter()
        .skip(from)
        .take(3)
        .take_while(|token| !token.word().is_empty() && !stops.contains(&token.word()))
        .map(Token::written)
        .collect();
    let phrase = phrase.join(" ");
    if phrase.is_empty() || phrase.ends_with("ly") || !(capital || named.is_some() || plain) {
        return;
    }
    reading.push(
        clause,
        if clause.negative { RuleKind::ForbiddenPhrase(phrase) } else { RuleKind::RequiredPhrase(phrase) },
    );
}

/// "Never mention Acme or Globex": names that must not be said.
pub(super) fn names(reading: &mut Reading<'_>, clause: &Clause) {
    if !clause.negative || clause.act != Some(Act::Say) {
        return;
    }
    let known = [
        "ai", "i", "english", "german", "french", "spanish", "llm", "american", "british", "openai's",
        "json", "html", "url", "urls", "ai's", "ais",
    ];
    let mut name = String::new();
    let mut names: Vec<String> = Vec::new();
    let shouted = !reading.text.chars().any(char::is_lowercase);
    for token in clause.tokens.iter().chain([&Token::Mark(String::new())]) {
        match token {
            Token::Word(word, true) if !known.contains(&word.as_str()) && !shouted => {
                if !name.is_empty() {
                    name.push(' ')
                }
                name.push_str(&token.written());
            }
            _ if !name.is_empty() => names.push(std::mem::take(&mut name)),
            _ => {}
        }
    }
    for name in names {
        reading.push(clause, RuleKind::ForbiddenPhrase(name));
    }
}
