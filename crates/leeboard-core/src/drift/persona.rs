//! Signal `persona`: the reply's voice against the conversation's own.
//!
//! Two raw measures, each calibrated, the higher of which counts: how far the style lies from
//! the running baseline of accepted replies (root mean square over the voice features, in
//! standard deviations), and how many stock phrases of a generic assistant it has beyond the
//! usual. A change that the user asked for in this message does not count.

use super::request::Asked;
use super::voice::{FEATURES, feature};
use super::{Finding, Signal, Situation};

/// A single feature counts at most this many standard deviations: one odd reply shape is not
/// another persona.
const CLIP: f64 = 4.0;

/// What a request for another format or length changes.
const FORMAT: [usize; 5] =
    [feature::SENTENCE_LENGTH, feature::LISTS, feature::HEADINGS, feature::BOLD, feature::PARAGRAPHS];
const LENGTH: [usize; 3] = [feature::LENGTH, feature::SENTENCE_LENGTH, feature::PARAGRAPHS];

pub(super) fn judge(situation: &Situation<'_>, asked: Asked) -> Finding {
    let drift = &situation.config.drift;
    let distances = match situation.voice_distances() {
        Ok(_) if asked.voice => return Finding::abstain("the user asked for another voice"),
        Ok(distances) => distances,
        Err(reason) => return Finding::abstain(reason),
    };
    let mut distances: Vec<(usize, f64)> = distances.into_iter().enumerate().collect();
    let stock = distances.get(feature::STOCK).map_or(0.0, |&(_, z)| z);
    distances.retain(|(place, _)| {
        !(asked.format && FORMAT.contains(place) || asked.length() && LENGTH.contains(place))
    });
    let squares: f64 = distances.iter().map(|(_, z)| z.clamp(-CLIP, CLIP).powi(2)).sum();
    let style = (squares / distances.len().max(1) as f64).sqrt();
    distances.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
    let (style, stock) = (drift.style.score(style), drift.stock.score(stock));
    if stock > style {
        // What decided comes first.
        distances.sort_by_key(|&(place, _)| place != feature::STOCK);
    }
    Finding::scored(Signal::Persona, style.max(stock), || describe(&distances))
}

fn describe(distances: &[(usize, f64)]) -> String {
    let parts: Vec<String> = distances
        .iter()
        .take(3)
        .filter_map(|&(feature, z)| {
            let (name, _) = FEATURES.get(feature)?;
            let side = if z > 0.0 { "above" } else { "below" };
            Some(format!("{name} {:.1} deviations {side} the usual", z.abs()))
        })
        .collect();
    format!("voice: {}", parts.join(", "))
}
