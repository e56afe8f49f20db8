//! Signal `off_topic`: the reply against what the user just asked.
//!
//! Raw measure: the distance of reply and request, which joins two cosines: the dense one after
//! removing what all replies of the conversation have in common, since a persona answers
//! everything in its own words, and the lexical one over the session's own rarities. A little is
//! added for lying above the conversation's usual and taken off where the request names hardly
//! any topic.

use std::collections::BTreeSet;

use super::request::Asked;
use super::{Finding, Signal, Situation};
use crate::memory::lexical::Weighted;

/// Words that a reply needs before it can be off topic.
const MIN_WORDS: usize = 8;

/// How the distance spreads before the conversation has shown its own.
const PRIOR_SPREAD: f64 = 0.05;

/// Distances seen before the conversation's own mean is trusted.
const MIN_SEEN: u32 = 5;

/// Weight of the lexical cosine beside the dense one. This and the next three were calibrated on
/// recorded dialogues, see `docs/concepts/drift.md`.
const LEXICAL_WEIGHT: f64 = 2.0;

/// What one standard deviation above the conversation's usual adds to the distance.
const UNUSUAL: f64 = 0.01;

/// A request names a topic well with this many content terms; each one less takes something off.
/// So does a request for a summary, which is about what was said before, twice, and a reply of few
/// words, which can take up little.
const TOPICAL_TERMS: usize = 3;
const FEW_WORDS: usize = 25;
const VAGUE: f64 = 0.02;

/// Stems of words that tell what to do or talk about the talk, not what it is about, sorted: a
/// reply need not take them up.
const REQUEST_WORDS: &[&str] = &[
    "answer", "asid", "ask", "avoid", "baselin", "break", "brief", "bullet", "casual", "chang", "compar",
    "contrast", "defin", "describ", "detail", "differ", "direct", "discuss", "elabor", "entir", "exampl",
    "expand", "explain", "express", "first", "formal", "format", "give", "hello", "help", "illustr", "keep",
    "know", "leav", "line", "list", "long", "manner", "mention", "messag", "mind", "mode", "move", "neutral",
    "new", "next", "normal", "now", "outlin", "pleas", "poetic", "point", "question", "quick", "react",
    "reflect", "remind", "repeat", "repli", "respond", "respons", "return", "rhythm", "said", "say",
    "sentenc", "short", "show", "specif", "style", "subject", "summar", "summari", "switch", "talk", "tell",
    "thank", "think", "time", "today", "tone", "topic", "turn", "usual", "voic", "want", "word", "write",
];

/// How far a reply lies from its request.
#[derive(Clone, Copy, Debug)]
pub(super) struct Distance {
    /// In [0, 1]; 3/4 for two texts that have nothing to do with one another.
    pub(super) value: f64,
    /// Distinct content terms of the request that name a topic.
    topical: usize,
}

/// The value for two texts that have nothing to do with one another: both cosines are 0.
const UNRELATED: f64 = 1.0 - 1.0 / (LEXICAL_WEIGHT + 2.0);

/// The distance of reply and request, or why it cannot be told.
pub(super) fn distance<'a>(situation: &Situation<'a>) -> Result<Distance, &'a str> {
    let (request, reply) = situation.vectors()?;
    if situation.reply_text.words.len() < MIN_WORDS {
        return Err("the reply is too short");
    }
    let index = situation.session.index();
    let about = |term: &&String| REQUEST_WORDS.binary_search(&term.as_str()).is_err();
    let asked: Vec<String> = situation.request_text.terms.iter().filter(about).cloned().collect();
    let beyond = situation.session.replies_centroid().cosine_beyond(request, reply);
    let dense = beyond.ok_or("request and reply have vectors of two models")?;
    let (topic, said) = (Weighted::new(&asked, index), Weighted::new(&situation.reply_text.terms, index));
    let lexical = topic.zip(said).map_or(0.0, |(topic, said)| topic.cosine(&said));
    let near = dense + LEXICAL_WEIGHT * lexical;
    let value = (1.0 - (near + 1.0) / (LEXICAL_WEIGHT + 2.0)).clamp(0.0, 1.0);
    Ok(Distance { value, topical: asked.iter().collect::<BTreeSet<_>>().len() })
}

/// How far a distance lies above the conversation's usual, in standard deviations; `None` before
/// that is known.
pub(super) fn deviation(situation: &Situation<'_>, distance: f64) -> Option<f64> {
    let usual = situation.session.topic_baseline();
    (usual.count >= MIN_SEEN).then(|| usual.z(distance, PRIOR_SPREAD))
}

pub(super) fn judge(situation: &Situation<'_>, distance: Result<Distance, &str>, asked: Asked) -> Finding {
    if let Err(reason) = asked.unknown() {
        return Finding::abstain(reason);
    }
    if asked.repeat {
        return Finding::abstain("the user asked for the same again");
    }
    let distance = match distance {
        Ok(distance) => distance,
        Err(reason) => return Finding::abstain(reason),
    };
    let Some(z) = deviation(situation, distance.value) else {
        return Finding::abstain("too few replies to know the usual distance");
    };
    let vague = TOPICAL_TERMS.saturating_sub(distance.topical)
        + 2 * usize::from(asked.summary)
        + usize::from(situation.reply_text.words.len() < FEW_WORDS);
    let raw = distance.value + UNUSUAL * z - VAGUE * vague as f64;
    Finding::scored(Signal::OffTopic, situation.config.drift.off_topic.score(raw), || {
        let percent = |value: f64| (value / UNRELATED * 100.0).min(100.0);
        format!(
            "reply is {:.0} % as far from the request as an unrelated text, usually {:.0} %",
            percent(distance.value),
            percent(situation.session.topic_baseline().mean)
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
