//! Marks that only a runtime or a provider writes: chat templates, roles, headings of the system.
//!
//! Owns the marks. A mark that is talked about, in code or in a question, is none.

use super::AttemptPlace;
use super::pattern;
use super::plain::Plain;
use crate::text;

/// Marks that no message holds of itself.
const TEMPLATES: [&str; 22] = [
    "<|im_start|>",
    "<|im_end|>",
    "<|system|>",
    "<|user|>",
    "<|assistant|>",
    "<|endoftext|>",
    "<|eot_id|>",
    "<|start_header_id|>",
    "[inst]",
    "[/inst]",
    "<<sys>>",
    "<</sys>>",
    "<start_of_turn>",
    "<end_of_turn>",
    "<system>",
    "</system>",
    "<system_prompt>",
    "</system_prompt>",
    "<leeboard_note>",
    "</leeboard_note>",
    "<leeboard_memory>",
    "<system-reminder>",
];

/// Beginnings of a line that pose as a system's, if what follows speaks to an assistant.
const HEADINGS: [&str; 19] = [
    "begin new instructions",
    "new instructions",
    "begin instructions",
    "begin system",
    "new system",
    "system:",
    "[system]",
    "(system)",
    "### system",
    "# system",
    "**system",
    "system message:",
    "system prompt:",
    "system override",
    "[system ",
    "### instruction",
    "system note:",
    "system update",
    "<<system",
];

/// Words that say that a heading is followed by an order to an assistant.
const ORDERS: [&str; 20] = [
    "you ",
    "your ",
    "assistant",
    "persona",
    "override",
    "instructions",
    "ignore ",
    "identity",
    "du ",
    "tu ",
    "ты ",
    "usted",
    "you're",
    "você",
    "identit",
    "developer mode",
    "unrestricted",
    "forget",
    "jij ",
    " role",
];

/// The spoofed mark in a text, with what follows it.
pub(super) fn mark(plain: &Plain, given: &str, place: AttemptPlace) -> Option<String> {
    // Underscores and stars were taken off in the plain text; marks have some.
    let text = given.chars().filter(|&c| !text::is_invisible(c)).collect::<String>().to_lowercase();
    let talks = [
        "what does",
        "what is",
        "what are",
        "mean",
        "why ",
        "how do",
        "explain",
        "chatml",
        "template",
        "tokenizer",
        "sdk",
        "used by",
        "error",
    ];
    let is_talk = place == AttemptPlace::User && talks.iter().any(|word| outside_code(&text).contains(word));
    let shown = |at: usize| text.get(at..).unwrap_or_default().to_owned();
    if !is_talk && let Some(at) = TEMPLATES.iter().filter_map(|mark| text.find(mark)).min() {
        return Some(shown(at));
    }
    if !is_talk && let Some(at) = role(&text) {
        return Some(shown(at));
    }
    if let Some(found) = command(&text).or_else(|| transcript(&text)).filter(|_| !is_talk) {
        return Some(found);
    }
    let plain = plain.text.to_lowercase();
    let mut lines = plain.lines().peekable();
    while let Some(line) = lines.next() {
        let start =
            line.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '-' | '>' | '"' | '{' | '='));
        let rest = format!("{start} {}", lines.peek().unwrap_or(&""));
        if HEADINGS.iter().any(|heading| start.starts_with(heading))
            && ORDERS.iter().any(|word| rest.contains(word))
            && !start.contains(" gb")
        {
            return Some(rest);
        }
    }
    None
}

/// Commands and settings that clients do not have.
const COMMANDS: [&str; 14] = [
    "/persona",
    "/system",
    "/role ",
    "/jailbreak",
    "/identity",
    "/sudo",
    "/godmode",
    "/character",
    "identity =",
    "persona =",
    "persona.load",
    "assistant.rules",
    "system_prompt =",
    "session reset",
];

/// What poses as the end of the conversation and the beginning of another.
const ENDINGS: [&str; 8] = [
    "end of conversation",
    "end of prompt",
    "end of system prompt",
    "end of instructions",
    "new session",
    "new conversation begins",
    "conversation reset",
    "begin new prompt",
];

fn command(text: &str) -> Option<String> {
    let ruled = |line: &str| line.contains("--") || line.contains("==") || line.contains("##");
    let line = text.lines().map(str::trim_start).find(|line| {
        (ENDINGS.iter().any(|it| line.contains(it)) && ruled(line))
            || COMMANDS
                .iter()
                .any(|it| if it.starts_with('/') { line.starts_with(it) } else { line.contains(it) })
    })?;
    (!text.contains('?')).then(|| line.to_owned())
}

/// A made-up reply of the assistant in which it has given in already.
fn transcript(text: &str) -> Option<String> {
    let by = |line: &str, who: &[&str]| who.iter().any(|it| line.trim_start().starts_with(it));
    let human = text.lines().any(|line| by(line, &["human:", "user:", "me:"]));
    let mut said = text.lines().filter(|line| by(line, &["assistant:", "ai:", "bot:"]));
    let gave_in = |line: &&str| {
        let plain = Plain::of(line, false);
        let last = plain.tokens.last().map_or(0, |last| last.sentence);
        (0..=last).any(|number| !pattern::claims(plain.sentence(number)).is_empty())
    };
    said.find(gave_in).filter(|_| human).map(str::to_owned)
}

/// A message of the system in JSON, as a request has it.
fn role(text: &str) -> Option<usize> {
    let squeezed: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let found = squeezed.contains("\"role\":\"system\"")
        || squeezed.contains("\"role\":\"developer\"")
        || squeezed.contains("role=system");
    found.then(|| text.find("role").unwrap_or_default())
}

/// A text without what stands in code.
fn outside_code(text: &str) -> String {
    text.split("```").step_by(2).collect()
}
