//! Requests in English: how another format, length or voice, or a repetition, is asked for.
//!
//! Owns the words and, for another voice, what makes an instruction of them. Other languages have
//! tables of words, see `tables`.

use std::sync::LazyLock;

use super::Asked;
use crate::text::{self, lookup::Lookup};

/// What a request with these words asks for, read as English.
pub(super) fn read(request: &str, words: &[String]) -> Asked {
    let mut asked = Asked { shorter: counts_length(words), ..Asked::default() };
    for at in 0..words.len() {
        let Some((word, after)) = words.get(at..).and_then(<[String]>::split_first) else { continue };
        for &(kind, phrase) in PHRASES.get(word).into_iter().flatten() {
            let mut wanted = phrase.split(' ').skip(1);
            if wanted.clone().count() <= after.len() && after.iter().zip(&mut wanted).all(|(a, b)| a == b) {
                kind(&mut asked);
            }
        }
        for &(kind, _) in STEMS.iter().filter(|(_, stem)| word.starts_with(stem)) {
            kind(&mut asked);
        }
    }
    asked.voice = names_voice(words) && asks_for_voice(request);
    asked
}

/// Notes that one kind of change was asked for.
type Kind = fn(&mut Asked);

/// The words of each kind.
const KINDS: [(Kind, &[&str]); 5] = [
    (|asked| asked.format = true, FORMAT),
    (|asked| asked.shorter = true, SHORTER),
    (|asked| asked.summary = true, SUMMARY),
    (|asked| asked.longer = true, LONGER),
    (|asked| asked.repeat = true, REPEAT),
];

/// All of them one by one.
fn listed() -> impl Iterator<Item = (Kind, &'static str)> {
    KINDS.into_iter().flat_map(|(kind, phrases)| phrases.iter().map(move |&phrase| (kind, phrase)))
}

/// The phrases by first word, and the words of which only the beginning counts.
static PHRASES: LazyLock<Lookup<Vec<(Kind, &str)>>> = LazyLock::new(|| {
    let whole = listed().filter(|(_, phrase)| !phrase.ends_with('*'));
    let rows = whole.map(|(kind, phrase)| (phrase.split(' ').next().unwrap_or(phrase), vec![(kind, phrase)]));
    Lookup::joined(rows, |known, more| known.extend(more))
});
static STEMS: LazyLock<Vec<(Kind, &str)>> =
    LazyLock::new(|| listed().filter_map(|(kind, phrase)| Some((kind, phrase.strip_suffix('*')?))).collect());

/// Words and phrases, lower case, in no order. A `*` at the end of a lone word stands for any
/// ending.
const FORMAT: &[&str] = &[
    "list",
    "lists",
    "bullet*",
    "numbered",
    "points",
    "table",
    "heading*",
    "outline",
    "steps",
    "step by step",
    "checklist",
    "itemise*",
    "itemize*",
    "enumerate*",
    "markdown",
    "json",
    "csv",
];
const SHORTER: &[&str] = &[
    "brief*",
    "short",
    "shorter",
    "shortest",
    "shortly",
    "concise*",
    "succinct*",
    "terse*",
    "nutshell",
    "tldr",
    "tl dr",
    "compress*",
    "condense*",
    "one liner",
    "yes or no",
    "without explaining",
    "avoid explaining",
    "do not explain",
    "don't explain",
    "no explanation",
    "just say",
    "just tell",
    "just answer",
    "just the",
    "in a word",
    "quick answer",
    "quick reply",
    "quick check",
    "silence",
    "quietly",
    "minimal words",
    "few words",
    "fewer words",
    "keep it simple",
];
const SUMMARY: &[&str] = &["summar*", "recap*", "sum up", "wrap up", "gist", "takeaway*"];
const LONGER: &[&str] = &[
    "detail*",
    "elaborat*",
    "expand*",
    "longer",
    "long",
    "at length",
    "essay",
    "comprehensive*",
    "depth",
    "thorough*",
    "full",
    "fully",
    "deep dive",
    "deeper dive",
    "story",
    "walk me through",
    "exhaustive*",
    "integrate",
    "everything",
];
/// How a voice is named. Only an instruction about one asks for another: "what role does rhythm
/// play" does not.
const VOICE: &[&str] = &[
    "accent",
    "cadence",
    "casual",
    "casually",
    "character",
    "clinical",
    "clinically",
    "detached",
    "emotional",
    "formal",
    "formally",
    "gently",
    "haiku",
    "humor",
    "humour",
    "informal",
    "informally",
    "manner",
    "persona",
    "pirate",
    "playful",
    "playfully",
    "poem",
    "poetic",
    "poetically",
    "register",
    "rhyme",
    "rhythm",
    "sarcastically",
    "softly",
    "somebody",
    "someone",
    "style",
    "tone",
    "verse",
    "voice",
    "warmly",
];

/// Verbs that tell how to answer.
const SPEAK: &[&str] = &[
    "act", "adopt", "answer", "be", "become", "break", "change", "explain", "give", "narrate", "put",
    "rephrase", "reply", "respond", "rewrite", "say", "shift", "sound", "speak", "switch", "talk", "tell",
    "try", "use", "vary", "write",
];

/// These ask by themselves.
const PRETEND: &[&str] = &["imitate", "impersonate", "pretend", "roleplay"];

/// First words of sentences that ask about something instead of telling what to do.
const ASKING: &[&str] =
    &["are", "did", "do", "does", "how", "is", "what", "when", "where", "which", "who", "why"];

const REPEAT: &[&str] = &[
    "repeat*",
    "again",
    "once more",
    "restate*",
    "recap*",
    "reiterate*",
    "verbatim",
    "word for word",
    "echo",
    "pardon",
    "what did you say",
    "you just said",
    "your last answer",
    "your last reply",
];

/// What a length can be counted in.
const UNITS: &[&str] =
    &["word", "words", "sentence", "sentences", "line", "lines", "phrase", "phrases", "paragraph"];
const NUMBERS: &[&str] = &["a", "one", "two", "three", "four", "five", "single", "few", "couple"];

/// Whether a length is named, as in "in two sentences" or "20 words".
fn counts_length(words: &[String]) -> bool {
    let is_number = |word: &String| NUMBERS.contains(&word.as_str()) || word.parse::<u32>().is_ok();
    let near = |run: &[String]| run[1..].iter().any(|word| UNITS.contains(&word.as_str()));
    words.windows(2).chain(words.windows(3)).any(|run| is_number(&run[0]) && near(run))
}

/// Whether any word names a voice or a pretence: most requests have none.
fn names_voice(words: &[String]) -> bool {
    words.iter().any(|word| PRETEND.contains(&word.as_str()) || VOICE.contains(&word.as_str()))
}

/// Whether some sentence tells the assistant to speak in another voice.
fn asks_for_voice(request: &str) -> bool {
    text::sentences(request).into_iter().any(|sentence| {
        let words: Vec<String> = text::words(sentence).collect();
        let has = |any: &[&str]| words.iter().any(|word| any.contains(&word.as_str()));
        let asks = words.first().is_some_and(|word| ASKING.contains(&word.as_str()));
        has(PRETEND) || !asks && has(SPEAK) && has(VOICE)
    })
}
