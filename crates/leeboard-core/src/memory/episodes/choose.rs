//! Which sentences make a summary.
//!
//! Owns the choice: the weightiest first, each as far as it says something that those chosen
//! before do not, and one for each message, so that a stretch is covered rather than one reply.

use super::SummaryLine;
use super::rank::{self, Ranked, Sentence};
use crate::memory::facts::Facts;
use crate::text;

/// What is taken off a sentence whose terms all stand in a chosen one, and of it their share
/// (maximal marginal relevance, Carbonell and Goldstein 1998). As much as centrality gives at most,
/// so that what is said over and over is in once.
const REPEATS: f64 = 1.0;

/// At most so many of the sentences, in the order in which they were said.
pub(super) fn lines(
    sentences: Vec<Sentence<'_>>,
    facts: &Facts,
    most: usize,
    max_chars: usize,
) -> Vec<SummaryLine> {
    let ranked = rank::ranked(sentences, facts);
    let mut left: Vec<(usize, f64, &Ranked<'_>)> =
        ranked.iter().enumerate().map(|(place, it)| (place, it.weight, it)).collect();
    let mut chosen: Vec<(usize, &Ranked<'_>)> = Vec::new();
    while chosen.len() < most {
        // Of equals the one that was said first.
        let best = left.iter().max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)));
        let Some(&(place, weight, best)) = best else { break };
        if weight <= 0.0 {
            break;
        }
        chosen.push((place, best));
        left.retain(|(_, _, it)| it.sentence.message != best.sentence.message);
        for (_, weight, it) in &mut left {
            let worth = it.weight - REPEATS * it.repeated_in(best);
            *weight = weight.min(worth);
        }
    }
    chosen.sort_by_key(|(place, _)| *place);
    chosen.into_iter().map(|(_, it)| line(&it.sentence, max_chars)).collect()
}

fn line(sentence: &Sentence<'_>, max_chars: usize) -> SummaryLine {
    SummaryLine {
        turn: sentence.turn,
        message: sentence.message.to_owned(),
        role: sentence.role,
        text: text::excerpt(sentence.text, max_chars),
    }
}
