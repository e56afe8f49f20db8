//! Constructions that say the same, brought to one form before clauses are read.
//!
//! Owns rewording by pattern: "the maximum length of a reply is", "there is a limit of", "stay away
//! from", "keep ... out of". What the common form means is read elsewhere.

use super::fragment::LABELS;
use super::token::Token;
use super::{quantity, words};

/// The tokens of a sentence in the common form.
pub(super) fn rewritten(tokens: Vec<Token>) -> Vec<Token> {
    let mut tokens = tokens;
    for rewrite in [limit_of, label_of, counted_label, share, without, preferred, done, worked_in, hidden] {
        if let Some(better) = rewrite(&tokens) {
            tokens = better;
        }
    }
    tokens
}

fn word(tokens: &[Token], at: usize) -> &str {
    tokens.get(at).map(Token::word).unwrap_or_default()
}

fn token(word: &str) -> Token {
    Token::Word(word.to_owned(), false)
}

/// New words, then the tokens from a place on.
fn before(new: &[&str], tokens: &[Token], from: usize) -> Vec<Token> {
    new.iter().map(|word| token(word)).chain(tokens.iter().skip(from).cloned()).collect()
}

/// "There is a hard limit of 120 words", "You have a maximum of": at most so many.
fn limit_of(tokens: &[Token]) -> Option<Vec<Token>> {
    let from = match (word(tokens, 0), word(tokens, 1)) {
        ("there", "is") | ("you", "have") | ("we", "have") => 2,
        _ => return None,
    };
    let of = (from..from + 5).find(|&at| word(tokens, at) == "of")?;
    let limits = matches!(word(tokens, of - 1), "limit" | "maximum" | "max" | "cap" | "ceiling");
    (limits && quantity::quantity_at(tokens, of + 1).is_some()).then(|| before(&["max"], tokens, of + 1))
}

/// "The maximum length of a reply is 150 words", "the language of all replies is Swedish".
fn label_of(tokens: &[Token]) -> Option<Vec<Token>> {
    let named = |at: &usize| LABELS.contains(&word(tokens, *at));
    let label = (0..3).find(named)?;
    if !matches!(word(tokens, label + 1), "of" | "for") {
        return None;
    }
    let verb = (label + 2..label + 8).find(|&at| matches!(word(tokens, at), "is" | "must" | "should"))?;
    let replies = (label + 2..verb).any(|at| words::is_reply(word(tokens, at)));
    let from = verb + 1 + usize::from(word(tokens, verb + 1) == "be");
    let limits = (0..=label).any(|at| matches!(word(tokens, at), "maximum" | "max" | "limit"));
    let counts = quantity::quantity_at(tokens, from).is_some_and(|(quantity, _)| quantity.plain);
    replies.then(|| {
        let mut better = vec![token(word(tokens, label)), Token::Mark(":".to_owned())];
        better.extend((limits && counts).then(|| token("max")));
        better.extend(tokens.iter().skip(from).cloned());
        better
    })
}

/// "Word count: 100 max": the label names the unit.
fn counted_label(tokens: &[Token]) -> Option<Vec<Token>> {
    let unit = match word(tokens, 0) {
        "word" => "words",
        "character" => "characters",
        "sentence" => "sentences",
        "paragraph" => "paragraphs",
        _ => return None,
    };
    let labels = matches!(word(tokens, 1), "count" | "limit" | "maximum" | "length" | "cap");
    let from =
        (2..4).find(|&at| tokens.get(at).is_some_and(|token| token.is(":")) || word(tokens, at) == "is")?;
    let (_, after) = quantity::quantity_at(tokens, from + 1)?;
    let open = word(tokens, after) != unit && labels;
    open.then(|| {
        let mut better = vec![token("length"), Token::Mark(":".to_owned())];
        let limits = word(tokens, 1) != "count" && quantity::quantity_at(tokens, from + 1)?.0.plain;
        better.extend(limits.then(|| token("max")));
        better.extend(tokens.get(from + 1..after)?.iter().cloned());
        better.push(token(unit));
        better.extend(tokens.iter().skip(after).cloned());
        Some(better)
    })?
}

/// "You get one sentence per reply": so many, where each reply is said to have them.
fn share(tokens: &[Token]) -> Option<Vec<Token>> {
    let gives = word(tokens, 0) == "you" && matches!(word(tokens, 1), "get" | "have");
    let (_, after) = quantity::quantity_at(tokens, 2).filter(|_| gives)?;
    let each = (after..after + 4).any(|at| {
        matches!(word(tokens, at), "per" | "each" | "a" | "every") && words::is_reply(word(tokens, at + 1))
    });
    each.then(|| before(&["use"], tokens, 2))
}

/// "Stay away from", "keep clear of", "keep lists out of": to avoid.
fn without(tokens: &[Token]) -> Option<Vec<Token>> {
    let at =
        (0..tokens.len().min(8)).find(|&at| matches!(word(tokens, at), "stay" | "keep" | "shy" | "leave"))?;
    let joined = |from: usize| (word(tokens, from), word(tokens, from + 1));
    let mut better: Vec<Token> = tokens.iter().take(at).cloned().collect();
    better.push(token("avoid"));
    if matches!(joined(at + 1), ("away", "from") | ("clear", "of" | "from")) {
        better.extend(tokens.iter().skip(at + 3).cloned());
        return Some(better);
    }
    // What is kept out stands between: "keep emoji out of your replies".
    let out = (at + 2..at + 7).find(|&at| word(tokens, at) == "out")?;
    let own = |at: usize| matches!(word(tokens, at), "user" | "user's" | "users");
    let place = matches!(word(tokens, out + 1), "" | "of") && !(at..out + 6).any(own);
    let takes = matches!(word(tokens, at), "keep" | "leave") && place;
    takes.then(|| {
        better.extend(tokens.iter().take(out).skip(at + 1).cloned());
        // "of your replies" says no more; what goes on after it stays.
        let end = (out + 1..tokens.len()).find(|&at| {
            word(tokens, at).is_empty()
                || matches!(word(tokens, at), "and" | "but" | "unless" | "except" | "when" | "if")
        });
        better.extend(tokens.iter().skip(end.unwrap_or(tokens.len())).cloned());
        better
    })
}

/// "I would rather you did not use": to prefer that not.
fn preferred(tokens: &[Token]) -> Option<Vec<Token>> {
    let at = (0..3).find(|&at| word(tokens, at) == "rather")?;
    let wish = word(tokens, 0) == "i" && matches!(word(tokens, at + 1), "you" | "not");
    wish.then(|| before(&["i", "would", "prefer"], tokens, at + 1))
}

/// "You don't do lists": not to use.
fn done(tokens: &[Token]) -> Option<Vec<Token>> {
    let at = (0..3).find(|&at| word(tokens, at) == "do" && word(tokens, at + 1) == "not")?;
    (word(tokens, at + 2) == "do").then(|| {
        let mut better = tokens.to_vec();
        better.splice(at + 2..at + 3, [token("use")]);
        better
    })
}

/// "Work the word 'lantern' into every reply": to include.
fn worked_in(tokens: &[Token]) -> Option<Vec<Token>> {
    let at = (0..3).find(|&at| matches!(word(tokens, at), "work" | "weave" | "slip" | "build" | "fit"))?;
    let into = (at + 1..at + 12).find(|&at| word(tokens, at) == "into")?;
    (at + 1..into + 4).any(|at| words::is_reply(word(tokens, at))).then(|| {
        let mut better = tokens.to_vec();
        better.splice(at..=at, [token("include")]);
        better
    })
}

/// "The user must never find out that you are an AI": never to reveal it.
fn hidden(tokens: &[Token]) -> Option<Vec<Token>> {
    let user = (0..3)
        .find(|&at| matches!(word(tokens, at), "user" | "users" | "customer" | "customers" | "nobody"))?;
    let that =
        (user + 1..user + 8).find(|&at| word(tokens, at) == "that" && word(tokens, at + 1) == "you")?;
    let between: Vec<&str> = tokens.get(user..that)?.iter().map(Token::word).collect();
    let learns = between.iter().any(|word| {
        matches!(*word, "find" | "know" | "learn" | "notice" | "realise" | "realize" | "suspect" | "discover")
    });
    let denied = between.iter().any(|word| matches!(*word, "never" | "not" | "nobody"));
    let obliges = between.iter().any(|word| matches!(*word, "must" | "should" | "may" | "can" | "shall"));
    (learns && denied && obliges).then(|| before(&["never", "reveal"], tokens, that))
}
