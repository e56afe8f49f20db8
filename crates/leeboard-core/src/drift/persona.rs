//! Signal `persona`: the reply's voice against the conversation's own.
//!
//! Two raw measures, each calibrated, the higher of which counts: how far the style lies from
//! the running baseline of accepted replies (root mean square over the voice features, in
//! standard deviations), and how many stock phrases of a generic assistant it has beyond the
//! usual. A change that the user asked for in this message does not count.

use super::request::Asked;
use super::{FEATURES, Finding, Signal, Situation};

/// A single feature counts at most this many standard deviations: one odd reply shape is not
/// another persona.
const CLIP: f64 = 4.0;

/// Indices into the feature table of what a request for another format or length changes, and
/// of the stock phrases.
const FORMAT: [usize; 5] = [1, 7, 8, 9, 14];
const LENGTH: [usize; 3] = [0, 1, 14];
const STOCK: usize = 15;

pub(super) fn judge(situation: &Situation<'_>, asked: Asked) -> Finding {
    let drift = &situation.config.drift;
    let baseline = situation.session.voice_baseline();
    if baseline.count() < drift.baseline_replies {
        return Finding::abstain("too few replies to know the voice");
    }
    let sample = &situation.voice;
    if sample.0.is_empty() {
        return Finding::abstain("the reply is too short");
    }
    if asked.voice {
        return Finding::abstain("the user asked for another voice");
    }
    let mut distances: Vec<(usize, f64)> = baseline.distances(sample).into_iter().enumerate().collect();
    let stock = distances.get(STOCK).map_or(0.0, |&(_, z)| z);
    distances.retain(|(feature, _)| {
        !(asked.format && FORMAT.contains(feature) || asked.length && LENGTH.contains(feature))
    });
    let squares: f64 = distances.iter().map(|(_, z)| z.clamp(-CLIP, CLIP).powi(2)).sum();
    let style = (squares / distances.len().max(1) as f64).sqrt();
    distances.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
    let (style, stock) = (drift.style.score(style), drift.stock.score(stock));
    if stock > style {
        // What decided comes first.
        distances.sort_by_key(|&(feature, _)| feature != STOCK);
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
