//! Closed classes of words in heads: what names a reply, what may stand before the verb.
//!
//! Owns the lists. How a head is read with them is in `head`.

use std::collections::BTreeSet;
use std::sync::LazyLock;

/// Nouns for what the assistant writes, in the plural: they need no article.
pub(super) fn are_replies(word: &str) -> bool {
    matches!(
        word,
        "replies"
            | "answers"
            | "messages"
            | "texts"
            | "outputs"
            | "responses"
            | "posts"
            | "tweets"
            | "utterances"
    )
}

/// Such nouns in the singular, some of which are verbs too.
pub(super) fn names_reply(word: &str) -> bool {
    matches!(
        word,
        "answer"
            | "reply"
            | "message"
            | "text"
            | "output"
            | "response"
            | "chat"
            | "post"
            | "tweet"
            | "narration"
            | "narrator"
    )
}

/// Any of them.
pub(super) fn is_reply(word: &str) -> bool {
    are_replies(word) || names_reply(word)
}

/// Words that determine a noun.
pub(super) const DETERMINERS: &[&str] = &[
    "your", "the", "each", "every", "all", "any", "entire", "whole", "final", "single", "a", "full",
    "complete", "this", "of", "one", "in", "first", "second", "last", "next", "previous", "opening",
];

/// Words that a head may have before its verb, sorted.
const SKIPPED: &str = "\
    absolutely additionally again ai aim all allowed also always am answer answers any are as assistant \
    at banned be being bot bullet bullets by can care careful carefully case certain chat circumstances \
    clearly closing complete conditions consistently constraint content conversation cost costs could \
    course critical crucial default directly do each either ensure entire essential event ever every \
    everything expect expected explicitly final finally first firstly forbidden from full furthermore \
    generally going guarantee has have i ideally imperative importance important importantly in instead \
    instructed is it item items its itself just kindly last lastly let letter like line long longer make \
    mandatory may means message messages might model moreover mostly must narration narrator need needs neither \
    never new no nor normally not note obliged of on one only opening ought output outputs own paragraph \
    paragraphs permitted phrase please point points post posts preferably prohibited prose rather remain \
    remember replies reply required response responses rule rules second secondly seek sentence \
    sentences shall should simply single so still strictly strive supposed sure take text texts that the \
    them then there therefore they third this throughout thus time times to too try turn tweet tweets \
    typically under usually utmost utterances very vital want we well whole will with word words would \
    writing you your yourself \
";

/// Whether a head goes on after the word.
pub(super) fn is_skipped(word: &str) -> bool {
    static WORDS: LazyLock<BTreeSet<&'static str>> = LazyLock::new(|| SKIPPED.split_whitespace().collect());
    WORDS.contains(word)
}
