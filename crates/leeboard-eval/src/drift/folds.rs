//! Leave one run out: what the constants are worth on a run that did not help to set them.
//!
//! Owns the rule of refitting and the rows that stand beside the shipped constants. The rule is
//! applied twice, to all runs and to the others only: the second against the first is what
//! fitting to the run itself is worth, whatever the rule is worth against the shipped constants.

use std::collections::{BTreeMap, BTreeSet};

use leeboard_core::config::Calibration;
use leeboard_core::drift::Signal;
use leeboard_core::text::round6;
use serde::Serialize;

use super::calibrations::{self, Calibrations, Raws, audited};
use super::labels::{Case, Label, Labelled, Part};
use super::metrics::{FALSE_ALARMS, Figures, Series, allowed, evaluate};
use super::{EvalDriftError, Family, Row, own};
use crate::audit::AuditLine;
use crate::offline::Means;

/// The tail that the width is read off: from this many times the budget to the budget.
const TAIL: f64 = 10.0;

/// One recorded run, judged with constants of the others.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Fold {
    /// `source` and `persona` of its conversations.
    pub run: String,
    /// Its conversations.
    pub conversations: usize,
    /// Its labelled replies.
    pub replies: usize,
    /// What the other runs say by setting, the widths as shipped.
    pub fitted: BTreeMap<String, Calibration>,
    /// With the shipped constants.
    pub shipped: Figures,
    /// With `at` of the other runs.
    pub left_out: Figures,
}

/// The shipped constants beside refitted ones.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Folds {
    /// Share of good replies on which each calibration may alarm.
    pub budget: f64,
    /// Shipped, then each rule fitted on all runs and on the other runs.
    pub rows: Vec<Row>,
    /// The runs.
    pub folds: Vec<Fold>,
    /// What is as shipped in every row.
    pub as_shipped: Vec<String>,
}

/// What is refitted.
#[derive(Clone, Copy, PartialEq)]
enum Rule {
    At,
    AtAndWidth,
}

impl Rule {
    fn name(self) -> &'static str {
        match self {
            Self::At => "at",
            Self::AtAndWidth => "at and width",
        }
    }
}

/// Everything that the rules work on.
struct Ground<'a> {
    data: &'a Labelled,
    means: Means<'a>,
    shipped: Calibrations,
    raws: BTreeMap<String, Raws>,
    budget: f64,
}

/// Refits, judges again and evaluates. `lines` are the audit with the shipped constants, `index`
/// what they say of the labelled replies.
pub(super) fn measure(
    data: &Labelled,
    lines: &[AuditLine],
    index: &Series,
    means: Means<'_>,
    draws: usize,
    progress: &mut dyn FnMut(&str),
) -> Result<Folds, EvalDriftError> {
    let runs: BTreeSet<&str> = data.cases.iter().map(|case| case.run.as_str()).collect();
    if runs.len() < 2 {
        return Err(EvalDriftError::OneRun);
    }
    progress("whose calibration is whose");
    let owners = calibrations::signals(data, lines, means)?;
    let mut raws = BTreeMap::new();
    for name in owners.keys() {
        progress(&format!("raw values of {name}"));
        raws.insert(name.clone(), calibrations::raws(name, &owners, data, lines, means)?);
    }
    let shipped = calibrations::of(&means.config.drift);
    let silent = silent(data, &raws);
    raws.retain(|name, _| !silent.contains(name));
    let mut as_shipped = as_shipped(&shipped, &owners, lines);
    let few = |name: &String| format!("drift.{name}: under 2 % of good replies have a raw value");
    as_shipped.splice(0..0, silent.iter().map(few));
    let budget = FALSE_ALARMS / raws.len().max(1) as f64;
    let ground = Ground { data, means, shipped, raws, budget };
    let labels: Vec<&Label> = data.labels.iter().collect();
    let row = |name: String, definition: &str, series: &Series| Row {
        name,
        family: Family::Refit,
        definition: definition.to_owned(),
        us_per_reply: None,
        figures: evaluate(&labels, series, draws),
    };
    let mut rows = vec![row("shipped".to_owned(), "the constants of the settings", index)];
    let mut left_out = Vec::new();
    for rule in [Rule::At, Rule::AtAndWidth] {
        progress(&format!("{} of all runs", rule.name()));
        let all = ground.all_runs(rule)?;
        rows.push(row(format!("{}, all runs", rule.name()), "refitted on the runs that it judges", &all));
        progress(&format!("{} of the other runs", rule.name()));
        let others = ground.other_runs(rule, &runs)?;
        rows.push(row(format!("{}, other runs", rule.name()), "refitted on the other runs", &others));
        left_out.push(others);
    }
    let by_at = left_out.first();
    let folds = by_at.map(|others| runs.iter().map(|run| ground.fold(run, index, others)).collect());
    let folds = folds.unwrap_or_default();
    Ok(Folds { budget: round6(budget), rows, folds, as_shipped })
}

/// Calibrations that good replies hardly ever reach, so that they tell nothing of false alarms.
fn silent(data: &Labelled, raws: &BTreeMap<String, Raws>) -> BTreeSet<String> {
    let good = data.labels.iter().filter(|label| label.part() == Part::Negative);
    let good: Vec<(String, u32)> = good.map(|label| (label.conversation.clone(), label.turn)).collect();
    let is_silent = |raws: &Raws| {
        let told = good.iter().filter(|place| raws.get(*place).is_some_and(|raw| raw.is_finite()));
        told.count() <= allowed(good.len(), FALSE_ALARMS)
    };
    raws.iter().filter(|(_, raws)| is_silent(raws)).map(|(name, _)| name.clone()).collect()
}

/// Signals and calibrations that no rule moves.
fn as_shipped(shipped: &Calibrations, owners: &BTreeMap<String, Signal>, lines: &[AuditLine]) -> Vec<String> {
    let signals: BTreeSet<_> = lines.iter().flat_map(|line| line.signals.keys()).collect();
    let bare = signals.into_iter().filter(|signal| !owners.values().any(|owner| owner == *signal));
    let mut found: Vec<String> =
        bare.map(|signal| format!("{}: has no calibration of its own", signal.name())).collect();
    let still = shipped.keys().filter(|name| !owners.contains_key(*name));
    found.extend(still.map(|name| format!("drift.{name}: moves no score of these conversations")));
    found.push("what else is in the settings, and every constant inside the signals".to_owned());
    found
}

impl Ground<'_> {
    /// The calibrations as the good replies of these conversations set them.
    fn fit(&self, rule: Rule, is_in: impl Fn(&str) -> bool) -> Calibrations {
        let good: Vec<&Label> = self
            .data
            .labels
            .iter()
            .filter(|label| label.part() == Part::Negative && is_in(&label.conversation))
            .collect();
        let fit = |(name, raws): (&String, &Raws)| {
            let shipped = *self.shipped.get(name)?;
            let raw = |label: &&Label| {
                raws.get(&(label.conversation.clone(), label.turn)).copied().unwrap_or(f64::NEG_INFINITY)
            };
            let raws: Vec<f64> = good.iter().map(raw).collect();
            Some((name.clone(), fit(&raws, shipped, self.budget, rule)))
        };
        self.raws.iter().filter_map(fit).collect()
    }

    fn run_of(&self, conversation: &str) -> Option<&str> {
        let case = self.data.cases.iter().find(|case| case.conversation.id == conversation)?;
        Some(&case.run)
    }

    fn fit_without(&self, rule: Rule, run: &str) -> Calibrations {
        self.fit(rule, |conversation| self.run_of(conversation) != Some(run))
    }

    fn all_runs(&self, rule: Rule) -> Result<Series, EvalDriftError> {
        let cases: Vec<&Case> = self.data.cases.iter().collect();
        let lines = audited(&cases, &self.fit(rule, |_| true), self.means)?;
        Ok(own::index(&self.data.labels, &own::by_turn(&lines)))
    }

    fn other_runs(&self, rule: Rule, runs: &BTreeSet<&str>) -> Result<Series, EvalDriftError> {
        let mut lines = Vec::new();
        for run in runs {
            let cases: Vec<&Case> = self.data.cases.iter().filter(|case| case.run == *run).collect();
            lines.extend(audited(&cases, &self.fit_without(rule, run), self.means)?);
        }
        Ok(own::index(&self.data.labels, &own::by_turn(&lines)))
    }

    fn fold(&self, run: &str, shipped: &Series, left_out: &Series) -> Fold {
        let keep: Vec<bool> =
            self.data.labels.iter().map(|label| self.run_of(&label.conversation) == Some(run)).collect();
        let labels: Vec<&Label> =
            self.data.labels.iter().zip(&keep).filter(|(_, keep)| **keep).map(|(label, _)| label).collect();
        Fold {
            run: run.to_owned(),
            conversations: self.data.cases.iter().filter(|case| case.run == run).count(),
            replies: labels.len(),
            fitted: self.fit_without(Rule::At, run),
            shipped: evaluate(&labels, &shipped.only(&keep), 0),
            left_out: evaluate(&labels, &left_out.only(&keep), 0),
        }
    }
}

/// `at`: over it lie as many good replies as the budget allows. `width`: the distance from the
/// value that ten times as many exceed, divided by ln 10, so that a unit of log-odds is a factor e
/// in false alarms, for every signal alike. What the replies do not tell is as shipped.
fn fit(raws: &[f64], shipped: Calibration, budget: f64, rule: Rule) -> Calibration {
    let mut sorted = raws.to_vec();
    sorted.sort_by(|a, b| b.total_cmp(a));
    let cut = |budget: f64| {
        let below = *sorted.get(allowed(sorted.len(), budget))?;
        let above = sorted.iter().rev().find(|value| **value > below && value.is_finite());
        // Between two replies, so that rounding puts neither on the line.
        let cut = above.map_or(below + 0.01 * shipped.width, |above| f64::midpoint(below, *above));
        cut.is_finite().then_some(cut)
    };
    let Some(at) = cut(budget) else { return shipped };
    let width = cut(TAIL * budget).map(|far| (at - far) / TAIL.ln()).filter(|width| *width > 0.0);
    match rule {
        Rule::At => Calibration { at, ..shipped },
        Rule::AtAndWidth => Calibration { at, width: width.unwrap_or(shipped.width) },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHIPPED: Calibration = Calibration { at: 3.0, width: 0.7 };

    #[test]
    fn as_many_lie_over_the_cut_as_the_budget_allows() {
        let raws: Vec<f64> = (0..1000).map(|n| f64::from(n) / 100.0).collect();
        let found = fit(&raws, SHIPPED, 0.004, Rule::At);
        assert_eq!(raws.iter().filter(|raw| **raw >= found.at).count(), 4, "{found:?}");
        assert_eq!(found.width, SHIPPED.width);
        assert!(raws.iter().filter(|raw| found.score(**raw) >= 0.45).count() == 4);
    }

    #[test]
    fn the_width_makes_a_factor_in_false_alarms_a_unit_of_log_odds() {
        // An exponential tail: P(raw > x) = e^-x, so a unit of raw is a factor e.
        let count = 100_000;
        let raws: Vec<f64> = (0..count).map(|n| -((f64::from(n) + 0.5) / f64::from(count)).ln()).collect();
        let found = fit(&raws, SHIPPED, 0.004, Rule::AtAndWidth);
        assert!((found.width - 1.0).abs() < 0.01, "{found:?}");
        assert!((found.at - 0.004_f64.ln().abs()).abs() < 0.01, "{found:?}");
    }

    #[test]
    fn what_replies_do_not_tell_is_as_shipped() {
        assert_eq!(fit(&[f64::NEG_INFINITY; 50], SHIPPED, 0.02, Rule::AtAndWidth), SHIPPED);
        assert_eq!(fit(&[], SHIPPED, 0.02, Rule::AtAndWidth), SHIPPED);
        // All alike: a cut just over them, no width.
        let alike = fit(&[1.0; 50], SHIPPED, 0.02, Rule::AtAndWidth);
        assert!(alike.at > 1.0 && alike.at < 1.1 && alike.width == SHIPPED.width, "{alike:?}");
    }
}
