//! The signals combined into `drift.index`.
//!
//! The index is the maximum of the calibrated scores, raised a little where several agree
//! (a noisy-or of the others, weighted low). One fitted mean would dilute a signal that is
//! sure: a reply that breaks a rule is wrong however well it fits the topic.

use std::collections::BTreeMap;

use super::{Coherence, Drift, Finding, Opinion, Signal};
use crate::text::round6;

/// The alarm threshold of the index and of each signal. SRIP-03 section 3: DI over .45 is no
/// longer nominal; the calibrations put it near 2 % false alarms.
pub(crate) const ALARM: f64 = 0.45;

/// The highest score that is no alarm, in six digits.
pub(super) const JUST_UNDER: f64 = 0.449_999;

/// How much the other signals may close the distance between the highest score and 1.
const AGREEMENT: f64 = 0.25;

pub(super) fn combine(
    findings: impl IntoIterator<Item = (Signal, Finding)>,
    coherence: Coherence,
    topic_distance: Option<f64>,
) -> Drift {
    let mut signals = BTreeMap::new();
    let mut found = Vec::new();
    for (signal, finding) in findings {
        let score = finding.opinion.score().unwrap_or(0.0);
        found.extend(finding.evidence.into_iter().map(|evidence| (score, evidence)));
        signals.insert(signal, finding.opinion);
    }
    // A stable sort: equal scores keep the order of the signals.
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    let scores: Vec<f64> = signals.values().filter_map(Opinion::score).collect();
    let index = index(&scores);
    let flags = signals
        .iter()
        .filter(|(_, opinion)| opinion.score().is_some_and(|score| score >= ALARM))
        .map(|(&signal, _)| signal)
        .collect();
    Drift {
        index,
        di: round6(coherence.di()),
        coherence,
        signals,
        evidence: found.into_iter().map(|(_, evidence)| evidence).collect(),
        flags,
        topic_distance: topic_distance.map(round6),
        repeated: None,
    }
}

/// Highest score h, plus `AGREEMENT` (1 - h) times the noisy-or of the others. Below the alarm
/// threshold agreement may not cross it: an alarm always has a signal that stands for it.
fn index(scores: &[f64]) -> f64 {
    let Some((at, &highest)) = scores.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)) else {
        return 0.0;
    };
    let others = scores.iter().enumerate().filter(|&(n, _)| n != at);
    let noisy_or = 1.0 - others.map(|(_, score)| 1.0 - score).product::<f64>();
    let index = round6(highest + AGREEMENT * (1.0 - highest) * noisy_or);
    if highest < ALARM { index.min(JUST_UNDER) } else { index }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_signal_leads_and_agreement_adds() {
        assert_eq!(index(&[]), 0.0);
        assert_eq!(index(&[0.8]), 0.8);
        assert!(index(&[0.8, 0.5]) > 0.8);
        assert!(index(&[0.9, 0.0, 0.0]) >= 0.9);
        assert!(index(&[1.0, 1.0]) <= 1.0);
    }

    #[test]
    fn agreement_alone_never_alarms() {
        assert!(index(&[0.44, 0.44, 0.44, 0.44]) < ALARM);
        assert!(index(&[0.45, 0.0]) >= ALARM);
    }
}
