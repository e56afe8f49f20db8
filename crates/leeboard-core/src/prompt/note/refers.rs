//! Whether a request refers to anything that was said earlier.
//!
//! Owns the cues. They are English; a request in another language is taken to refer back, so
//! that it is answered as before.

use crate::memory::Index;
use crate::memory::facts::is_english;
use crate::text;

/// Words of what is shared and of what was. "I" and "me" are none of them: a question about the
/// user finds what the user has stated without them.
const CUES: [&str; 43] = [
    "my",
    "mine",
    "we",
    "we've",
    "our",
    "ours",
    "did",
    "was",
    "were",
    "had",
    "said",
    "told",
    "mentioned",
    "discussed",
    "agreed",
    "decided",
    "promised",
    "talked",
    "spoke",
    "spoken",
    "asked",
    "suggested",
    "recommended",
    "earlier",
    "before",
    "again",
    "remember",
    "recall",
    "recap",
    "remind",
    "previous",
    "previously",
    "last",
    "ago",
    "still",
    "already",
    "yesterday",
    "conversation",
    "chat",
    "summary",
    "far",
    "continue",
    "anymore",
];

/// Words of a request for everything.
const WHOLE: [&str; 15] = [
    "everything",
    "all",
    "overall",
    "summary",
    "summarize",
    "summarise",
    "recap",
    "overview",
    "entire",
    "whole",
    "comprehensive",
    "far",
    "picture",
    "history",
    "altogether",
];

/// Whether a request refers to something earlier: by a cue, or by a name that was heard before.
pub(super) fn refers_back(request: &str, index: &Index) -> bool {
    if !is_english(request) {
        return true;
    }
    let cue = |word: String| CUES.contains(&word.replace('\u{2019}', "'").as_str());
    text::words(request).any(cue) || text::sentences(request).into_iter().any(|it| names(it, index))
}

/// Whether a sentence holds a capitalised word, not the first, that was said before.
fn names(sentence: &str, index: &Index) -> bool {
    let words = sentence.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).skip(1);
    let capital = |word: &&str| word.chars().next().is_some_and(char::is_uppercase);
    let known = |word: &str| text::terms(word).iter().any(|term| index.postings(term).is_some());
    words.filter(capital).any(known)
}

/// Whether a request is for all that was said, not for one thing.
pub(super) fn asks_for_all(request: &str) -> bool {
    text::words(request).any(|word| WHOLE.contains(&word.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::{Entry, Message, Role};

    #[test]
    fn questions_about_the_world_refer_to_nothing() {
        let mut index = Index::default();
        let said = Entry::new("1", Message::text(Role::User, "Call Ragnhild about the mast."));
        index.add(1, &said, None, None, 10);
        for (request, wanted) in [
            ("How does a sail make lift?", false),
            ("Describe the tides in the Baltic.", false),
            ("When is my train?", true),
            ("What did you say about tides?", true),
            ("Who should call Ragnhild?", true),
            ("Wie stark war der Wind gestern im Hafen, und was sollte ich mitnehmen?", true),
        ] {
            assert_eq!(refers_back(request, &index), wanted, "{request}");
        }
    }
}
