//! Signal `slow`: a voice that slides away by steps of which none shows alone.
//!
//! Raw measure: the evidence of `persona` for the mean of the last replies instead of one, so
//! that what they have in common adds up while their accidents cancel; and a share of this
//! reply's own evidence, so that the signal falls as soon as the voice is back. The baseline
//! stands still meanwhile, since flagged replies hardly move it.

use super::request::Asked;
use super::{Finding, Signal, Situation};

/// What this reply's own evidence adds, and the limits within which it counts: one odd reply
/// alone is the business of `persona`.
const OWN: f64 = 0.6;
const OWN_CLIP: (f64, f64) = (-4.0, 3.0);

pub(super) fn judge(situation: &Situation<'_>, asked: Asked) -> Finding {
    if let Err(reason) = asked.unknown() {
        return Finding::abstain(reason);
    }
    if asked.voice {
        return Finding::abstain("the user asked for another voice");
    }
    let own = match situation.voice_distances() {
        Ok(distances) => distances,
        Err(reason) => return Finding::abstain(reason),
    };
    let Some((since, together)) = situation.session.voice_baseline().recent(&situation.voice) else {
        return Finding::abstain("too few replies to see a slide");
    };
    let (least, most) = OWN_CLIP;
    let raw = together.evidence() + OWN * own.evidence().clamp(least, most);
    let score = situation.config.drift.slow.score(raw);
    Finding::scored(Signal::Slow, score, || {
        format!("voice has been sliding since turn {since}: {}", together.describe().join("; "))
    })
}
