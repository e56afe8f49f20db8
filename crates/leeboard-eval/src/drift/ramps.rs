//! Slow changes: how many turns pass from the middle of a ramp until it is noticed.
//!
//! Owns the delays. Which replies belong to a ramp is for `labels`; what a score or a flag is,
//! for `metrics`.

use std::collections::BTreeMap;

use leeboard_core::text::round6;
use serde::Serialize;

use super::labels::Label;
use super::metrics::Series;

/// The share of ramps that `p95_delay` speaks for.
const MOST: f64 = 0.95;

/// How soon slow changes are noticed.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct RampFigures {
    /// Ramps in the labels.
    pub ramps: usize,
    /// Until the first flag; `None` for what has no alarm.
    pub flags: Option<Delays>,
    /// Until the first score at or over the threshold of 2 % false alarms; `None` without one.
    pub threshold: Option<Delays>,
}

/// Delays over all ramps, in turns after the onset; 0 is the turn of the onset. A ramp that is
/// not noticed from its onset to its end has an infinite delay, and where a figure falls on such
/// a ramp, it is `None`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Delays {
    /// Half of the ramps are noticed by then.
    pub median_delay: Option<f64>,
    /// 95 % of the ramps are noticed by then (nearest rank).
    pub p95_delay: Option<f64>,
    /// Share of ramps that are not noticed from onset to end, in [0, 1].
    pub never: f64,
    /// Share of ramps that are noticed between their start and their onset, in [0, 1]. Such a
    /// ramp still has to be noticed after its onset.
    pub before: f64,
}

/// The figures of a detector; `None` if no label is of a ramp.
pub(super) fn evaluate(labels: &[&Label], series: &Series, threshold: f64) -> Option<RampFigures> {
    let mut places: BTreeMap<(&str, u32), usize> = BTreeMap::new();
    let mut ramps = BTreeMap::new();
    for (at, label) in labels.iter().enumerate() {
        places.insert((&label.conversation, label.turn), at);
        if let Some((start, onset, end)) = label.ramp() {
            ramps.insert((label.conversation.as_str(), start), (onset, end));
        }
    }
    let delays = |hit: &dyn Fn(usize) -> bool| {
        let noticed = |id: &str, turn: u32| places.get(&(id, turn)).is_some_and(|at| hit(*at));
        let of = |(&(id, start), &(onset, end)): (&(&str, u32), &(u32, u32))| {
            let first = (onset..=end).find(|turn| noticed(id, *turn));
            let before = (start..onset).any(|turn| noticed(id, turn));
            (first.map_or(f64::INFINITY, |turn| f64::from(turn - onset)), before)
        };
        Delays::of(&ramps.iter().map(of).collect::<Vec<_>>())
    };
    let over = |at: usize| series.scores.get(at).is_some_and(|score| *score >= threshold);
    (!ramps.is_empty()).then(|| RampFigures {
        ramps: ramps.len(),
        flags: (!series.flags.is_empty())
            .then(|| delays(&|at| series.flags.get(at).copied().unwrap_or(false))),
        threshold: threshold.is_finite().then(|| delays(&over)),
    })
}

impl Delays {
    /// Of each ramp's delay and whether it was noticed before its onset.
    fn of(found: &[(f64, bool)]) -> Self {
        let mut delays: Vec<f64> = found.iter().map(|(delay, _)| *delay).collect();
        delays.sort_by(f64::total_cmp);
        let at = |place: usize| delays.get(place).copied().unwrap_or(f64::INFINITY);
        let count = delays.len();
        let median = f64::midpoint(at(count.saturating_sub(1) / 2), at(count / 2));
        let rank = (MOST * count as f64).ceil() as usize;
        let share = |hits: usize| round6(hits as f64 / count.max(1) as f64);
        Self {
            median_delay: Some(median).filter(|delay| delay.is_finite()),
            p95_delay: Some(at(rank.saturating_sub(1))).filter(|delay| delay.is_finite()),
            never: share(delays.iter().filter(|delay| delay.is_infinite()).count()),
            before: share(found.iter().filter(|(_, before)| *before).count()),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Ramps of turns 20 to 26 with their onset at 23; `hits` are the turns that are noticed.
    fn figures(hits: &[&[u32]]) -> RampFigures {
        let mut labels: Vec<Label> = Vec::new();
        let mut series = Series::default();
        for (n, hits) in hits.iter().enumerate() {
            for turn in 18..=28 {
                let mut line = json!({"id": format!("talk {n}"), "turn": turn, "label": 0, "kind": "clean"});
                if (20..=26).contains(&turn) {
                    line["ramp_start"] = json!(20);
                    line["onset"] = json!(23);
                    line["ramp_end"] = json!(26);
                }
                labels.push(serde_json::from_value(line).unwrap());
                series.flags.push(hits.contains(&turn));
                series.scores.push(if hits.contains(&turn) { 0.9 } else { 0.1 });
            }
        }
        evaluate(&labels.iter().collect::<Vec<_>>(), &series, 0.5).unwrap()
    }

    #[test]
    fn the_first_notice_from_the_onset_on_counts() {
        let found = figures(&[&[24, 25], &[21, 26], &[23]]);
        assert_eq!(found.ramps, 3);
        let delays = found.flags.unwrap();
        assert_eq!((delays.median_delay, delays.p95_delay), (Some(1.0), Some(3.0)));
        assert_eq!((delays.never, delays.before), (0.0, round6(1.0 / 3.0)));
        assert_eq!(found.threshold, Some(delays));
    }

    #[test]
    fn what_is_noticed_after_the_end_or_never_has_no_delay() {
        let delays = figures(&[&[23], &[27], &[]]).flags.unwrap();
        assert_eq!((delays.median_delay, delays.never), (None, round6(2.0 / 3.0)));
        // Of two, the middle lies between a delay and never.
        let delays = figures(&[&[25], &[]]).flags.unwrap();
        assert_eq!((delays.median_delay, delays.p95_delay), (None, None));
    }

    #[test]
    fn the_slowest_twentieth_is_left_to_the_share_of_never() {
        let mut hits: Vec<&[u32]> = vec![&[24]; 19];
        hits.push(&[]);
        let delays = figures(&hits).flags.unwrap();
        assert_eq!((delays.p95_delay, delays.never), (Some(1.0), 0.05));
    }

    #[test]
    fn labels_without_ramps_have_no_figures() {
        let label: Label =
            serde_json::from_value(json!({"id": "a", "turn": 11, "label": 0, "kind": "clean"})).unwrap();
        assert_eq!(evaluate(&[&label], &Series::default(), 0.5), None);
    }
}
