//! Signal `persona`: the reply's voice against the conversation's own.
//!
//! Raw measure: the distance of the voice sample from the running baseline of accepted replies,
//! as the root mean square of the four features that stick out most, each in standard
//! deviations. A change that the user asked for in this message does not count.

use super::request::Asked;
use super::{FEATURES, Finding, Signal, Situation, VoiceSample};

/// Features that the distance looks at: drift shows in a few of them, not in all.
const LOOKED_AT: usize = 4;

/// A single feature counts at most this many standard deviations.
const CLIP: f64 = 6.0;

/// Indices into the feature table of what a request for another format or length changes.
const FORMAT: [usize; 5] = [1, 7, 8, 9, 14];
const LENGTH: [usize; 3] = [0, 1, 14];

pub(super) fn judge(situation: &Situation<'_>, asked: Asked) -> Finding {
    let drift = &situation.config.drift;
    let baseline = situation.session.voice_baseline();
    if baseline.count() < drift.baseline_replies {
        return Finding::abstain("too few replies to know the voice");
    }
    let sample = VoiceSample::of(situation.reply, &situation.reply_text);
    if sample.0.is_empty() {
        return Finding::abstain("the reply is too short");
    }
    if asked.voice {
        return Finding::abstain("the user asked for another voice");
    }
    let mut distances: Vec<(usize, f64)> = baseline.distances(&sample).into_iter().enumerate().collect();
    distances.retain(|(feature, _)| {
        !(asked.format && FORMAT.contains(feature) || asked.length && LENGTH.contains(feature))
    });
    distances.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
    distances.truncate(LOOKED_AT);
    let squares: f64 = distances.iter().map(|(_, z)| z.clamp(-CLIP, CLIP).powi(2)).sum();
    let distance = (squares / LOOKED_AT as f64).sqrt();
    Finding::scored(Signal::Persona, drift.persona.score(distance), || describe(&distances))
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
