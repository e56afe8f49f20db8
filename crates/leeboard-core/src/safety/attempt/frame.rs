//! Talk about orders that gives none: quotations of a story, questions about attacks, reports.
//!
//! Owns what excuses a phrase that was found. An attack may hide in such a frame; that is the price
//! of not taking a developer or a novelist for an attacker.

use super::AttemptPlace;
use super::pattern::Found;
use super::plain::{Plain, Token};

/// Words of those who talk about such texts.
const ABOUT: [&str; 30] = [
    "injection",
    "injections",
    "jailbreak",
    "jailbreaks",
    "jailbreaking",
    "attack",
    "attacks",
    "attacker",
    "attackers",
    "detector",
    "detect",
    "classifier",
    "chatml",
    "sdk",
    "api",
    "token",
    "tokens",
    "tag",
    "tags",
    "typeerror",
    "exception",
    "regex",
    "phishing",
    "vulnerability",
    "sanitize",
    "defend",
    "unit",
    "owasp",
    "moderation",
    "dataset",
];

/// Words of stories and of those who quote them.
const TOLD: [&str; 64] = [
    "novel",
    "story",
    "scene",
    "chapter",
    "book",
    "poem",
    "dialogue",
    "character",
    "film",
    "movie",
    "screenplay",
    "fiction",
    "wrote",
    "writes",
    "said",
    "says",
    "whispered",
    "cried",
    "asked",
    "replied",
    "told",
    "quote",
    "quotation",
    "line",
    "fairy",
    "tale",
    "lyrics",
    "song",
    "sagte",
    "sagt",
    "roman",
    "geschichte",
    "rief",
    "flusterte",
    "dit",
    "disait",
    "conte",
    "livre",
    "dijo",
    "dice",
    "cuento",
    "novela",
    "libro",
    "disse",
    "romanzo",
    "conto",
    "livro",
    "zei",
    "verhaal",
    "boek",
    "сказал",
    "сказала",
    "роман",
    "рассказ",
    "книге",
    "powiedzial",
    "powiedziala",
    "powiesc",
    "dedi",
    "hikaye",
    "scenario",
    "theatre",
    "buch",
    "szene",
];

/// Words that make a sentence one about what might be, or about what others do.
const MIGHT: [&str; 16] = [
    "if",
    "when",
    "whenever",
    "whether",
    "suppose",
    "someone",
    "somebody",
    "users",
    "people",
    "anyone",
    "attackers",
    "wenn",
    "jemand",
    "quelqu",
    "alguien",
    "qualcuno",
];

/// Whether what was found is no attempt.
pub(super) fn excuses(plain: &Plain, found: &Found<'_>, place: AttemptPlace) -> bool {
    let Some(first) = found.sentence.get(found.at.start) else { return true };
    if compares(found) {
        return true;
    }
    if place.is_data() {
        return !concerns_assistants(plain, found) || (!addresses(found.sentence) && is_about(&plain.tokens));
    }
    let before = found.sentence.get(..found.at.start).unwrap_or_default();
    if is_nation(found) {
        return true;
    }
    if might(before) || is_reported(before) {
        return true;
    }
    let outside = || plain.tokens.iter().filter(|token| !token.quoted);
    if first.quoted {
        let told = outside().any(|token| TOLD.contains(&token.word.as_str()));
        let about = outside().any(|token| ABOUT.contains(&token.word.as_str()));
        let means = outside().any(|token| {
            matches!(
                token.word.as_str(),
                "mean" | "means" | "phrase" | "phrases" | "python" | "code" | "javascript" | "does"
            )
        });
        return about || ((told || means) && !addresses(found.sentence)) || (means && is_code(plain, first));
    }
    is_about(&plain.tokens) && !outside().any(|token| token.word == "you")
}

/// "You are German": a word with a capital that names nobody.
fn is_nation(found: &Found<'_>) -> bool {
    const NATIONS: [&str; 26] = [
        "german",
        "english",
        "french",
        "spanish",
        "italian",
        "dutch",
        "danish",
        "swedish",
        "norwegian",
        "polish",
        "russian",
        "chinese",
        "japanese",
        "american",
        "british",
        "irish",
        "european",
        "i",
        "ok",
        "ai",
        "gpt",
        "claude",
        "chatgpt",
        "llm",
        "not",
        "christian",
    ];
    let last = found.at.end.checked_sub(1).and_then(|at| found.sentence.get(at));
    last.is_some_and(|token| token.capital && NATIONS.contains(&token.word.as_str()))
}

/// "as early as", "as good as".
fn compares(found: &Found<'_>) -> bool {
    let words: Vec<&str> =
        found.sentence.iter().skip(found.at.start).map(|token| token.word.as_str()).collect();
    words.windows(3).take(found.at.len() + 1).any(|words| matches!(words, ["as", _, "as"]))
}

/// Whether somebody only might say it: "what happens if a user ...".
fn might(before: &[Token]) -> bool {
    before.iter().enumerate().any(|(at, token)| {
        let next = before.get(at + 1).map(|next| next.word.as_str());
        MIGHT.contains(&token.word.as_str())
            && !matches!(next, Some("you" | "du" | "tu" | "an"))
            && !(token.word == "when" && next == Some("i"))
    })
}

/// Whether somebody else is told to: "my boss told me to ...", "a captain tells his parrot ...".
fn is_reported(before: &[Token]) -> bool {
    let word =
        |back: usize| before.len().checked_sub(back).and_then(|at| before.get(at)).map(|it| it.word.as_str());
    let tells =
        |word: &str| ["told", "tells", "asked", "ordered", "asks", "orders", "makes", "made"].contains(&word);
    let others = |word: &str| ["me", "him", "her", "them", "us", "it"].contains(&word);
    word(1) == Some("to") && (word(2).is_some_and(others) || (2..=5).filter_map(word).any(tells))
}

fn is_about(tokens: &[Token]) -> bool {
    tokens.iter().any(|token| ABOUT.contains(&token.word.as_str()))
}

/// Whether a sentence speaks to an assistant.
fn addresses(sentence: &[Token]) -> bool {
    sentence.iter().any(|token| {
        matches!(
            token.word.as_str(),
            "assistant"
                | "assistants"
                | "ai"
                | "ais"
                | "chatbot"
                | "llm"
                | "model"
                | "agent"
                | "chatbots"
                | "bot"
                | "gpt"
                | "assistent"
                | "assistente"
                | "asistente"
                | "ki"
                | "ia"
                | "ассистент"
        )
    })
}

/// Whether words in data are meant for a model: they speak of one, or of its instructions.
fn concerns_assistants(plain: &Plain, found: &Found<'_>) -> bool {
    use super::AttemptKind::{Assigned, Disregard};
    let near = |token: &Token| {
        matches!(
            token.word.as_str(),
            "prompt" | "persona" | "instructions" | "guidelines" | "programming" | "identity"
        )
    };
    match found.cause {
        Disregard => addresses(found.sentence) || found.sentence.iter().any(near),
        Assigned => {
            let number = found.sentence.first().map_or(0, |token| token.sentence);
            let about = |number: usize| {
                let sentence = plain.sentence(number);
                addresses(sentence) || sentence.iter().any(near)
            };
            about(number) || number.checked_sub(1).is_some_and(about) || about(number + 1)
        }
        _ => true,
    }
}

fn is_code(plain: &Plain, token: &Token) -> bool {
    plain.text.get(..token.at.start).is_some_and(|before| before.matches("```").count() % 2 == 1)
}

/// Whether a text in a script without word marks asks about an instruction rather than giving one.
pub(super) fn asks_about(words: &str) -> bool {
    ["我忘", "私は", "나는", "저는", "أنا", "मैं"].iter().any(|mine| words.trim_start().starts_with(mine))
}
