//! How a reply speaks: person, tense, contractions, talk of being an AI, politeness formulas.
//!
//! Owns the word lists and the readings of them. Everything is counted from the reply's words;
//! where a narrator may quote others, quotations are left out.

use super::phrase;
use super::reply::Reply;

/// Ways of stepping out of a persona, lower case, sorted.
pub(super) const AI_TALK: &[&str] = &[
    "a chatbot",
    "a computer program",
    "an ai assistant",
    "an ai model",
    "an artificial intelligence",
    "artificial intelligence model",
    "as a machine learning model",
    "as an ai",
    "as an llm",
    "being a chatbot",
    "being an ai",
    "i am a bot",
    "i am a machine",
    "i am a program",
    "i am a virtual assistant",
    "i am an ai",
    "i am an llm",
    "i am just a program",
    "i am just an ai",
    "i am only an ai",
    "i was trained by",
    "i was trained on",
    "i'm a bot",
    "i'm a machine",
    "i'm a program",
    "i'm a virtual assistant",
    "i'm actually an ai",
    "i'm an ai",
    "i'm an llm",
    "i'm just a program",
    "i'm just an ai",
    "i'm only an ai",
    "language model",
    "language models",
    "my developers",
    "my knowledge cutoff",
    "my programming",
    "my training data",
    "openai",
];
pub(super) const APOLOGIES: &[&str] = &[
    "apologies",
    "apologise",
    "apologize",
    "forgive me",
    "i am sorry",
    "i regret",
    "i'm so sorry",
    "i'm sorry",
    "i'm very sorry",
    "my apologies",
    "pardon me",
    "sorry",
    "we apologise",
    "we apologize",
    "we're sorry",
];
pub(super) const GREETINGS: &[&str] = &[
    "dear",
    "good afternoon",
    "good day",
    "good evening",
    "good morning",
    "greetings",
    "hello",
    "hey",
    "hi",
    "hiya",
    "welcome",
];
pub(super) const PROFANITY: &[&str] = &[
    "arse",
    "arsehole",
    "ass",
    "asshole",
    "bastard",
    "bastards",
    "bitch",
    "bitches",
    "bloody hell",
    "bollocks",
    "bullshit",
    "crap",
    "cunt",
    "damn",
    "damned",
    "dick",
    "fuck",
    "fucked",
    "fucker",
    "fucking",
    "goddamn",
    "motherfucker",
    "piss",
    "pissed",
    "prick",
    "shit",
    "shitty",
    "wanker",
];
pub(super) const ABBREVIATIONS: &[&str] = &[
    "aka", "approx", "asap", "brb", "btw", "diy", "e g", "eg", "eta", "etc", "faq", "fyi", "i e", "idk",
    "ie", "imho", "imo", "lol", "misc", "omg", "rsvp", "tbd", "tbh", "vs",
];
pub(super) const FIRST: &[&str] = &[
    "i",
    "i'd",
    "i'll",
    "i'm",
    "i've",
    "me",
    "mine",
    "my",
    "myself",
    "our",
    "ours",
    "ourselves",
    "us",
    "we",
    "we'd",
    "we'll",
    "we're",
    "we've",
];
pub(super) const SECOND: &[&str] =
    &["you", "you'd", "you'll", "you're", "you've", "your", "yours", "yourself", "yourselves"];
/// What the first person is not, though it is written so: a Roman numeral after these.
const NUMBERED: &[&str] = &[
    "act",
    "book",
    "chapter",
    "charles",
    "class",
    "elizabeth",
    "george",
    "james",
    "part",
    "phase",
    "richard",
    "section",
    "stage",
    "title",
    "type",
    "volume",
    "war",
    "william",
];
/// Words that an 's shortens after: "it's" is a contraction, "Ada's" need not be one.
const SHORTENED: &[&str] =
    &["he", "here", "how", "it", "let", "she", "that", "there", "what", "when", "where", "who", "why"];
const PAST: &[&str] = &[
    "ate", "became", "began", "bent", "broke", "brought", "came", "caught", "chose", "did", "drew", "drove",
    "fell", "felt", "flew", "found", "gave", "got", "grew", "had", "heard", "held", "kept", "knew", "led",
    "left", "lost", "made", "meant", "met", "ran", "rose", "said", "sang", "sat", "saw", "sent", "shone",
    "shook", "slept", "spoke", "stood", "swam", "threw", "told", "took", "turned", "was", "went", "were",
    "woke", "won", "wore", "wrote",
];

/// Words of a narrator, lower case: the prose outside quotations. Where nothing is quoted, they
/// are the reply's own.
#[derive(Debug)]
pub(super) struct Narration(Option<(String, Vec<(u32, u32)>)>);

impl Narration {
    pub(super) fn of(reply: &Reply<'_>) -> Self {
        Self(reply.raw.contains(['"', '“', '«', '`']).then(|| {
            let text = phrase::lower(reply.unquoted());
            let spans = phrase::spans(&text);
            (text, spans)
        }))
    }

    pub(super) fn words<'a>(
        &'a self,
        reply: &'a Reply<'_>,
    ) -> impl ExactSizeIterator<Item = &'a str> + Clone {
        let own = self.0.as_ref().map(|(text, spans)| (text.as_str(), spans.as_slice()));
        let (text, spans) = own.unwrap_or_else(|| reply.view());
        spans.iter().map(move |&(from, to)| text.get(from as usize..to as usize).unwrap_or_default())
    }

    /// How many pronouns of a list there are, and the first of them.
    pub(super) fn pronouns(&self, reply: &Reply<'_>, list: &[&str]) -> (usize, String) {
        let (mut count, mut first, mut before) = (0, String::new(), "");
        let filter = phrase::marks(list);
        for word in self.words(reply) {
            let numeral = word == "i" && NUMBERED.binary_search(&before).is_ok();
            if filter & phrase::mark(word) != 0 && list.binary_search(&word).is_ok() && !numeral {
                count += 1;
                if first.is_empty() {
                    word.clone_into(&mut first);
                }
            }
            before = word;
        }
        (count, first)
    }
}

/// The first contraction of a text and their number.
pub(super) fn contractions<'w>(words: impl Iterator<Item = &'w str>) -> (usize, String) {
    let mut found = words.filter(|word| is_contraction(word));
    let first = found.next().unwrap_or_default().to_owned();
    (usize::from(!first.is_empty()) + found.count(), first)
}

fn is_contraction(word: &str) -> bool {
    let Some((stem, end)) = word.rsplit_once('\'') else {
        return matches!(word, "gonna" | "wanna" | "gotta");
    };
    match end {
        "t" => stem.ends_with('n'),
        "re" | "ve" | "ll" | "m" | "d" => !stem.is_empty(),
        "s" => SHORTENED.binary_search(&stem).is_ok(),
        _ => false,
    }
}

/// What breaks a rule about the person of the narrator.
pub(super) fn person(reply: &Reply<'_>, wanted: &str) -> Option<String> {
    let narration = reply.narration();
    let long = narration.words(reply).len() >= 25;
    let (first, example) = narration.pronouns(reply, FIRST);
    let (second, you) = narration.pronouns(reply, SECOND);
    match wanted {
        "third" if first > 0 => Some(format!("reply speaks in the first person (\"{example}\")")),
        "third" if second > 1 && long => Some(format!("reply speaks in the second person (\"{you}\")")),
        "second" if second == 0 && long => Some("reply does not speak in the second person".to_owned()),
        "second" if first > second => Some(format!("reply speaks in the first person (\"{example}\")")),
        "first" if first == 0 && long => Some("reply does not speak in the first person".to_owned()),
        _ => None,
    }
}

/// What breaks a rule about the tense of the narration: verbs of the other tense outnumber
/// those of the wanted one two to one, and there are three at least.
pub(super) fn tense(reply: &Reply<'_>, wanted: &str) -> Option<String> {
    let narration = reply.narration();
    let (mut past, mut present) = (0_usize, 0_usize);
    let mut before = "";
    for word in narration.words(reply) {
        let subject = matches!(before, "he" | "she" | "it" | "they" | "i" | "we" | "you" | "who" | "that");
        let third = matches!(before, "he" | "she" | "it");
        if PAST.binary_search(&word).is_ok() || subject && word.len() > 3 && word.ends_with("ed") {
            past += 1;
        } else if matches!(
            word,
            "is" | "are" | "am" | "has" | "does" | "says" | "goes" | "comes" | "stands" | "looks"
        ) || third && word.len() > 3 && word.ends_with('s') && !word.ends_with("ss")
        {
            present += 1;
        }
        before = word;
    }
    let (own, other, name) =
        if wanted == "past" { (past, present, "present") } else { (present, past, "past") };
    (other >= 3 && other >= own * 2)
        .then(|| format!("reply narrates in the {name} tense ({other} verbs against {own})"))
}

/// Whether a reply begins with a greeting.
pub(super) fn greets(reply: &Reply<'_>) -> Option<&'static str> {
    phrase::find_any(reply.words().take(2), GREETINGS).0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_sorted() {
        for list in [
            AI_TALK,
            APOLOGIES,
            GREETINGS,
            PROFANITY,
            ABBREVIATIONS,
            FIRST,
            SECOND,
            NUMBERED,
            SHORTENED,
            PAST,
        ] {
            assert!(list.is_sorted(), "{list:?}");
        }
    }

    #[test]
    fn contractions_are_no_possessives() {
        assert_eq!(contractions(["ada's", "it", "cannot", "o'clock"].into_iter()).0, 0);
        assert_eq!(contractions(["it's", "don't", "we'll"].into_iter()), (3, "it's".to_owned()));
    }

    #[test]
    fn a_narrator_is_not_who_is_quoted() {
        let reply = Reply::new("Ada looked up. \"I see it,\" she said. World War I was over.", "");
        assert_eq!(person(&reply, "third"), None);
        assert!(person(&Reply::new("I looked up.", ""), "third").is_some());
        assert!(tense(&Reply::new("She looked up. He was there. It had gone.", ""), "present").is_some());
        assert_eq!(tense(&Reply::new("She looks up. He is there.", ""), "present"), None);
    }
}
