//! The summaries as an outline of the conversation, for prompts.
//!
//! Owns which requests ask for one, and which sentences come first where there is no room for
//! all. The room and the wording are in `prompt`.

use std::collections::BTreeSet;

use super::{Episodes, SummaryLine};
use crate::text;

/// Words that ask for a summary.
const SUMMARISE: [&str; 13] = [
    "summary",
    "summarise",
    "summarize",
    "summarised",
    "summarized",
    "summarising",
    "summarizing",
    "recap",
    "recapitulate",
    "overview",
    "outline",
    "highlights",
    "gist",
];

/// Words of what a conversation is.
const CONVERSATION: [&str; 15] = [
    "we",
    "we've",
    "us",
    "our",
    "conversation",
    "conversations",
    "chat",
    "discussion",
    "discussions",
    "dialogue",
    "session",
    "everything",
    "far",
    "now",
    "here",
];

/// What two people did who talked.
const TALKED: [&str; 9] =
    ["talked", "talk", "discussed", "discuss", "covered", "cover", "spoken", "spoke", "chatted"];

/// Words within which "we" follows what is asked for.
const NEAR: usize = 3;

/// Whether a request asks what the conversation was about: for a summary of it, or what was
/// talked about. The words are English; in another language nothing asks.
pub(crate) fn asks_for_outline(request: &str) -> bool {
    text::sentences(request).into_iter().any(|sentence| {
        let words: Vec<String> = text::words(sentence).collect();
        let any = |known: &[&str]| words.iter().any(|word| known.contains(&word.as_str()));
        let is = |word: &String, known: &[&str]| known.contains(&word.as_str());
        // "What did we discuss", not "what is the tide that we discussed".
        let together = words.iter().enumerate().any(|(at, word)| {
            let next = words.iter().skip(at + 1).take(NEAR);
            is(word, &["what", "which", "everything", "topics"])
                && next.clone().any(|it| is(it, &["we", "we've"]))
        });
        (any(&SUMMARISE) && any(&CONVERSATION)) || (together && any(&TALKED))
    })
}

/// The sentences said before a turn, in the order in which they should get room: those that share
/// words with the request, then one of each stretch, the newest first, then a second one.
pub(crate) fn outline<'a>(episodes: &'a Episodes, before: u32, request: &str) -> Vec<&'a SummaryLine> {
    let wanted: BTreeSet<String> = text::terms(request).into_iter().collect();
    let mut lines: Vec<((bool, usize, usize), &SummaryLine)> = Vec::new();
    for (age, summary) in episodes.outline().rev().enumerate() {
        for (place, line) in summary.lines.iter().filter(|line| line.turn < before).enumerate() {
            let shares = text::terms(&line.text).iter().any(|term| wanted.contains(term));
            lines.push(((!shares, place, age), line));
        }
    }
    lines.sort_by_key(|&(order, _)| order);
    lines.into_iter().map(|(_, line)| line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::EpisodeConfig;
    use crate::memory::episodes::{Scope, Summary};
    use crate::message::Role;

    #[test]
    fn only_questions_about_the_conversation_ask_for_an_outline() {
        for (request, wanted) in [
            ("What have we talked about so far?", true),
            ("Can you summarise our conversation?", true),
            ("Give me a quick recap of everything until now.", true),
            ("Remind me, which things did we discuss last week?", true),
            ("Summarise this article about tides: The moon ...", false),
            ("What did you say about my keel?", false),
            ("We talked about sails. Is a jib one?", false),
            ("What is the name of the boat that we discussed?", false),
            ("Thanks, that is all.", false),
        ] {
            assert_eq!(asks_for_outline(request), wanted, "{request}");
        }
    }

    #[test]
    fn every_stretch_gets_a_sentence_before_one_gets_two() {
        let line = |turn: u32, text: &str| SummaryLine {
            turn,
            message: turn.to_string(),
            role: Role::User,
            text: text.to_owned(),
        };
        let mut episodes = Episodes::default();
        for from in [1, 11, 21] {
            let lines = vec![line(from, "The mast was painted"), line(from + 1, "The keel was lifted")];
            let (scope, through) = (Scope::Episode, from + 9);
            let summary = Summary { scope, from, through, lines, centroid: None };
            episodes.learn(&summary, &EpisodeConfig::default());
        }
        let turns = |request: &str| {
            let lines = outline(&episodes, 22, request);
            lines.into_iter().map(|line| line.turn).collect::<Vec<_>>()
        };
        assert_eq!(turns("What have we talked about?"), [21, 11, 1, 12, 2]);
        assert_eq!(turns("What did we say about the keel?"), [12, 2, 21, 11, 1]);
    }
}
