//! The calibrations of the settings: which there are, whose they are, and which raw value a score
//! came from.
//!
//! Owns no list of them: whatever field of the drift settings is a calibration is one, and the
//! signal that moves first when its width does is its signal. A width changes no alarm, so that
//! later replies are held against nearly the same.

use std::collections::{BTreeMap, BTreeSet};

use leeboard_core::Config;
use leeboard_core::config::{Calibration, DriftConfig};
use leeboard_core::drift::Signal;
use serde_json::Value;

use super::labels::{Case, Labelled};
use super::{EvalDriftError, refitted};
use crate::audit::{AuditLine, audit};
use crate::offline::Means;

/// Calibrations by the name of their setting.
pub(super) type Calibrations = BTreeMap<String, Calibration>;

/// How much wider a calibration is made to see whose it is.
const WIDER: f64 = 8.0;

/// Narrow enough that a score is 0 under `at` and 1 over it.
const NARROW: f64 = 1e-9;

/// The calibrations of the settings.
pub(super) fn of(drift: &DriftConfig) -> Calibrations {
    let fields = serde_json::to_value(drift).ok().and_then(|value| match value {
        Value::Object(fields) => Some(fields),
        _ => None,
    });
    let calibration = |(name, value)| Some((name, serde_json::from_value::<Calibration>(value).ok()?));
    fields.into_iter().flatten().filter_map(calibration).collect()
}

/// The settings with some calibrations replaced.
pub(super) fn with(drift: &DriftConfig, changes: &Calibrations) -> Result<DriftConfig, serde_json::Error> {
    let mut value = serde_json::to_value(drift)?;
    for (name, calibration) in changes {
        if let Some(field) = value.get_mut(name) {
            *field = serde_json::to_value(calibration)?;
        }
    }
    serde_json::from_value(value)
}

/// The raw value behind a score, minus infinity for 0 and infinity for 1.
pub(super) fn raw(calibration: Calibration, score: f64) -> f64 {
    calibration.at + calibration.width * ((score / (1.0 - score)).ln() + (11.0_f64 / 9.0).ln())
}

/// Raw values of a calibration by conversation and turn. A reply on which its signal has no
/// opinion has none, and so has one on which another calibration of the same signal is in alarm.
pub(super) type Raws = BTreeMap<(String, u32), f64>;

/// The audit of some conversations with some calibrations replaced.
pub(super) fn audited(
    cases: &[&Case],
    changes: &Calibrations,
    means: Means<'_>,
) -> Result<Vec<AuditLine>, EvalDriftError> {
    let mut config: Config = means.config.clone();
    config.drift = refitted(&config.drift, changes)?;
    let mut lines = Vec::new();
    for case in cases {
        lines.extend(audit(&case.conversation, None, Means { config: &config, ..means })?);
    }
    Ok(lines)
}

/// The signal of each calibration; those that move no score have none.
pub(super) fn signals(
    data: &Labelled,
    shipped: &[AuditLine],
    means: Means<'_>,
) -> Result<BTreeMap<String, Signal>, EvalDriftError> {
    let mut moved: BTreeMap<String, BTreeSet<Signal>> = BTreeMap::new();
    for (name, calibration) in of(&means.config.drift) {
        let wider = Calibration { width: calibration.width * WIDER, ..calibration };
        let changes = [(name.clone(), wider)].into();
        for case in &data.cases {
            let lines = audited(&[case], &changes, means)?;
            let before = shipped.iter().filter(|line| line.conversation == case.conversation.id);
            // The first reply that moves: those after it may follow from what was learnt of it.
            let moves = before.zip(&lines).map(|(a, b)| differing(a, b)).find(|moves| !moves.is_empty());
            if let Some(moves) = moves {
                moved.insert(name, moves);
                break;
            }
        }
    }
    // A signal over the others moves with all of them; the own one is moved by the fewest.
    let movers = |signal: &Signal| moved.values().filter(|moves| moves.contains(signal)).count();
    let own = |moves: &BTreeSet<Signal>| moves.iter().copied().min_by_key(movers);
    Ok(moved.iter().filter_map(|(name, moves)| Some((name.clone(), own(moves)?))).collect())
}

fn differing(a: &AuditLine, b: &AuditLine) -> BTreeSet<Signal> {
    let moved = a.signals.iter().filter(|(signal, score)| b.signals.get(signal) != Some(score));
    moved.map(|(&signal, _)| signal).collect()
}

/// The raw values of a calibration over all conversations. Where its signal has no other one,
/// they are read off the shipped scores. Else the others are made so narrow that they say 0 or
/// 1, and what is between is this one's; what the conversation learns of a reply that nearly
/// alarmed may then differ a little.
pub(super) fn raws(
    name: &str,
    owners: &BTreeMap<String, Signal>,
    data: &Labelled,
    shipped: &[AuditLine],
    means: Means<'_>,
) -> Result<Raws, EvalDriftError> {
    let all = of(&means.config.drift);
    let (Some(&own), Some(&signal)) = (all.get(name), owners.get(name)) else { return Ok(Raws::new()) };
    let beside = |other: &&String| other.as_str() != name && owners.get(*other) == Some(&signal);
    let beside: Vec<&String> = all.keys().filter(beside).collect();
    if beside.is_empty() {
        return Ok(read_off(shipped, signal, own, |_| true));
    }
    let narrow = |other: &String| {
        let calibration = all.get(other)?;
        Some((other.clone(), Calibration { width: NARROW, ..*calibration }))
    };
    let changes: Calibrations = beside.into_iter().filter_map(narrow).collect();
    let cases: Vec<&Case> = data.cases.iter().collect();
    Ok(read_off(&audited(&cases, &changes, means)?, signal, own, |score| score < 1.0))
}

fn read_off(
    lines: &[AuditLine],
    signal: Signal,
    calibration: Calibration,
    is_own: impl Fn(f64) -> bool,
) -> Raws {
    let read = |line: &AuditLine| {
        let score = line.signals.get(&signal).copied().flatten().filter(|&score| is_own(score))?;
        Some(((line.conversation.clone(), line.turn), raw(calibration, score)))
    };
    lines.iter().filter_map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_score_leads_back_to_its_raw_value() {
        let calibration = Calibration { at: 2.2, width: 0.5 };
        for value in [-1.0, 0.0, 2.2, 3.5, 7.0] {
            assert!((raw(calibration, calibration.score(value)) - value).abs() < 1e-6, "{value}");
        }
        assert_eq!((raw(calibration, 0.0), raw(calibration, 1.0)), (f64::NEG_INFINITY, f64::INFINITY));
    }

    #[test]
    fn calibrations_are_found_and_replaced_by_name() {
        let drift = DriftConfig::default();
        let found = of(&drift);
        assert_eq!(found["repetition"], drift.repetition);
        assert!(!found.contains_key("rule_scores"), "{found:?}");
        let other = Calibration { at: 9.0, width: 3.0 };
        let changed = with(&drift, &[("style".to_owned(), other), ("unheard of".to_owned(), other)].into());
        let mut wanted = drift;
        wanted.style = other;
        assert_eq!(changed.unwrap(), wanted);
    }
}
