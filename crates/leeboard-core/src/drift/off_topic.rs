//! Signal `off_topic`: the reply against what the user just asked.
//!
//! Raw measure: the distance of reply and request, in standard deviations above what is usual
//! in this conversation. Lexical distance is 1 - the share of the request's content terms,
//! weighted by rarity, that the reply takes up; where the shell supplied vectors, it is averaged
//! with 1 - cosine.

use std::collections::BTreeSet;

use super::{Finding, Signal, Situation};

/// Content terms that a request needs before a reply can be held against it.
const MIN_TERMS: usize = 2;

/// Words that a reply needs before it can be off topic.
const MIN_WORDS: usize = 12;

/// How the distance spreads before the conversation has shown its own.
const PRIOR_SPREAD: f64 = 0.25;

/// Distances seen before the conversation's own mean is trusted.
const MIN_SEEN: u32 = 5;

/// Stems of words that tell what to do or talk about the talk, not what it is about, sorted: a
/// reply need not take them up.
const REQUEST_WORDS: &[&str] = &[
    "answer", "asid", "ask", "brief", "bullet", "chang", "compar", "contrast", "defin", "describ", "detail",
    "differ", "discuss", "elabor", "entir", "exampl", "expand", "explain", "express", "first", "format",
    "hello", "help", "illustr", "know", "leav", "line", "list", "long", "mention", "messag", "mind", "move",
    "new", "next", "now", "outlin", "point", "question", "quick", "reflect", "remind", "repeat", "repli",
    "respond", "respons", "said", "say", "sentenc", "short", "show", "specif", "subject", "summar",
    "summari", "switch", "talk", "tell", "thank", "think", "time", "today", "topic", "turn", "voic", "want",
    "word", "write",
];

/// The distance of reply and request in [0, 1]; `None` where there is too little to compare.
pub(super) fn distance(situation: &Situation<'_>) -> Option<f64> {
    let about = |term: &&String| REQUEST_WORDS.binary_search(&term.as_str()).is_err();
    let asked: BTreeSet<&String> = situation.request_text.terms.iter().filter(about).collect();
    if asked.len() < MIN_TERMS || situation.reply_text.words.len() < MIN_WORDS {
        return None;
    }
    let said: BTreeSet<&String> = situation.reply_text.terms.iter().collect();
    let index = situation.session.index();
    let (mut taken_up, mut all) = (0.0, 0.0);
    for term in asked {
        let rarity = index.rarity(term);
        all += rarity;
        if said.contains(term) {
            taken_up += rarity;
        }
    }
    let lexical = 1.0 - taken_up / all;
    let dense = situation
        .request_vector
        .zip(situation.reply_vector)
        .and_then(|(request, reply)| request.cosine(reply))
        .map(|cosine| 1.0 - cosine.max(0.0));
    let distance = dense.map_or(lexical, |dense| f64::midpoint(lexical, dense));
    distance.is_finite().then_some(distance)
}

/// How far a distance lies above the conversation's usual, in standard deviations; `None` before
/// that is known.
pub(super) fn deviation(situation: &Situation<'_>, distance: f64) -> Option<f64> {
    let usual = situation.session.topic_baseline();
    (usual.count >= MIN_SEEN).then(|| usual.z(distance, PRIOR_SPREAD))
}

pub(super) fn judge(situation: &Situation<'_>, distance: Option<f64>) -> Finding {
    let Some(distance) = distance else {
        return Finding::abstain("request or reply holds too few content words");
    };
    let Some(z) = deviation(situation, distance) else {
        return Finding::abstain("too few replies to know the usual distance");
    };
    Finding::scored(Signal::OffTopic, situation.config.drift.off_topic.score(z), || {
        format!(
            "reply takes up {:.0} % of what the user asked about, usually {:.0} %",
            (1.0 - distance) * 100.0,
            (1.0 - situation.session.topic_baseline().mean) * 100.0
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn request_words_are_sorted_stems() {
        assert!(REQUEST_WORDS.is_sorted());
        assert_eq!(
            crate::text::terms("Changing the subject: explain replies"),
            ["chang", "subject", "explain", "repli"]
        );
    }
}
