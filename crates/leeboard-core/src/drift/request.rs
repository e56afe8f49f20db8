//! What kind of change the user asked for in this very message.
//!
//! Owns the reading of a request for another format, length or voice, or for a repetition.
//! User-led change is not drift; but it excuses only the change that was asked for. Reads
//! English; in other languages nothing counts as asked for.

use crate::text;

/// The changes that the user asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Asked {
    /// A list, a table, headings, steps.
    pub(crate) format: bool,
    /// A shorter or longer reply.
    pub(crate) length: bool,
    /// Another voice, tone or style.
    pub(crate) voice: bool,
    /// The same again.
    pub(crate) repeat: bool,
}

const FORMAT: &[&str] = &[
    "list",
    "lists",
    "bullet",
    "bullets",
    "bulleted",
    "numbered",
    "points",
    "table",
    "headings",
    "outline",
    "steps",
    "checklist",
    "itemise",
    "itemize",
];
const LENGTH: &[&str] = &[
    "brief",
    "briefly",
    "short",
    "shorter",
    "shortest",
    "concise",
    "concisely",
    "tersely",
    "summary",
    "summarise",
    "summarize",
    "sentence",
    "sentences",
    "word",
    "words",
    "line",
    "longer",
    "detail",
    "detailed",
    "elaborate",
    "expand",
    "length",
    "compress",
    "compressed",
    "paragraph",
    "essay",
    "succinct",
    "succinctly",
    "minimal",
];
const VOICE: &[&str] = &[
    "voice",
    "tone",
    "style",
    "pretend",
    "imitate",
    "impersonate",
    "persona",
    "character",
    "poem",
    "haiku",
    "rhyme",
    "metaphor",
    "poetically",
    "clinically",
    "formally",
    "informally",
    "casually",
    "playfully",
    "warmly",
    "softly",
    "gently",
    "slowly",
    "sarcastically",
    "humour",
    "humor",
    "role",
    "roleplay",
    "narrative",
    "story",
    "clinical",
    "poetic",
    "casual",
    "detached",
    "emotional",
    "technical",
    "analytical",
    "abstract",
    "simple",
    "simply",
];
const REPEAT: &[&str] = &["repeat", "again", "restate", "recap", "reiterate", "verbatim", "echo"];

impl Asked {
    pub(crate) fn of(request: &str) -> Self {
        let words: Vec<String> = text::words(request).collect();
        let has = |any: &[&str]| words.iter().any(|word| any.contains(&word.as_str()));
        Self { format: has(FORMAT), length: has(LENGTH), voice: has(VOICE), repeat: has(REPEAT) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_request_is_read() {
        assert!(Asked::of("As a numbered list, please.").format);
        assert!(Asked::of("Be brief.").length);
        assert!(Asked::of("Answer in a pirate's voice.").voice);
        assert!(Asked::of("Could you repeat that?").repeat);
        assert_eq!(Asked::of("Where is the harbour?"), Asked::default());
    }
}
