//! Settings that parse but make no sense.
//!
//! Owns the ranges. A threshold out of order or a number that is not finite would not fail
//! anywhere: it would quietly judge nonsense, and a record could not hold it.

use serde_json::Value;
use thiserror::Error;

use super::{Config, DriftConfig, HeldConfig, SafetyConfig};

/// A setting out of range.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{setting} {wanted}")]
#[non_exhaustive]
pub struct SettingError {
    /// Its dotted name, as in the file.
    pub setting: String,
    /// What it must be: "must lie between 0 and 1".
    pub wanted: &'static str,
}

impl Config {
    /// Refuses settings out of range. To be called once on settings that a person has written.
    ///
    /// # Errors
    /// [`SettingError`] with the first setting that is out of range, and the range.
    pub fn check(&self) -> Result<(), SettingError> {
        let (drift, control, memory, prompt) = (&self.drift, &self.control, &self.memory, &self.prompt);
        finite(&serde_json::to_value(self).unwrap_or_default(), "")?;
        widths(drift)?;
        share(drift.baseline_keep, "drift.baseline_keep")?;
        share(drift.baseline_trust, "drift.baseline_trust")?;
        share(drift.baseline_nudge, "drift.baseline_nudge")?;
        for score in drift.rule_scores {
            share(score, "drift.rule_scores")?;
        }
        let ascending = [
            ("control.index", control.index),
            ("control.semantic_drift", control.semantic_drift),
            ("control.symbolic_variation", control.symbolic_variation),
            ("control.posture_distance", control.posture_distance),
            ("control.compression", control.compression.map(|limit| -limit)),
        ];
        for (name, [reflective, recovery, contain]) in ascending {
            let ordered = reflective <= recovery && recovery <= contain;
            require(ordered, name, "must grow more severe: reflective, recovery, contain")?;
        }
        held(&control.held)?;
        share(control.ladder.act, "control.ladder.act")?;
        require(control.ladder.window > 0, "control.ladder.window", "must be over 0")?;
        require(control.ladder.within > 0, "control.ladder.within", "must be over 0")?;
        share(control.density_floor, "control.density_floor")?;
        require(control.throttle_temperature >= 0.0, "control.throttle_temperature", "must not be negative")?;
        safety(&self.limits.safety)?;
        share(control.continuity, "control.continuity")?;
        share(control.retention, "control.retention")?;
        share(control.noise, "control.noise")?;
        share(control.carry_over, "control.carry_over")?;
        share(memory.floor, "memory.floor")?;
        share(memory.unasked_floor, "memory.unasked_floor")?;
        share(memory.bm25_b, "memory.bm25_b")?;
        require(memory.bm25_k1 >= 0.0, "memory.bm25_k1", "must not be negative")?;
        share(self.patterns.motif_keep, "patterns.motif_keep")?;
        share(self.patterns.link, "patterns.link")?;
        share(self.patterns.merge_overlap, "patterns.merge_overlap")?;
        require(prompt.budget > 0, "prompt.budget", "must be over 0")?;
        require(prompt.keep > 0.0 && prompt.keep < 1.0, "prompt.keep", "must lie between 0 and 1")
    }
}

fn held(held: &HeldConfig) -> Result<(), SettingError> {
    share(held.margin, "control.held.margin")?;
    share(held.crystal_loss, "control.held.crystal_loss")?;
    share(held.crystal_floor, "control.held.crystal_floor")?;
    require(held.lock > 0, "control.held.lock", "must be over 0")
}

fn safety(safety: &SafetyConfig) -> Result<(), SettingError> {
    let shares = [
        (safety.collapse_di, "limits.safety.collapse_di"),
        (safety.entropy, "limits.safety.entropy"),
        (safety.collapse_stability, "limits.safety.collapse_stability"),
        (safety.collapse_compression, "limits.safety.collapse_compression"),
        (safety.collapse_posture, "limits.safety.collapse_posture"),
        (safety.jump, "limits.safety.jump"),
        (safety.phase_shift, "limits.safety.phase_shift"),
        (safety.resume_stability, "limits.safety.resume_stability"),
    ];
    shares.into_iter().try_for_each(|(value, name)| share(value, name))
}

/// Every number is finite: JSON has no infinities, so one that is not has become null.
fn finite(value: &Value, name: &str) -> Result<(), SettingError> {
    match value {
        Value::Null => require(false, name, "must be a finite number"),
        Value::Object(fields) => fields.iter().try_for_each(|(field, value)| {
            let name = if name.is_empty() { field.clone() } else { format!("{name}.{field}") };
            finite(value, &name)
        }),
        Value::Array(items) => items.iter().try_for_each(|item| finite(item, name)),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => Ok(()),
    }
}

/// All calibrations, whichever signals there are: every table with a width.
fn widths(drift: &DriftConfig) -> Result<(), SettingError> {
    let value = serde_json::to_value(drift).unwrap_or_default();
    value.as_object().into_iter().flatten().try_for_each(|(name, table)| {
        let width = table.get("width").and_then(Value::as_f64);
        require(width.is_none_or(|width| width > 0.0), &format!("drift.{name}"), "needs a width over 0")
    })
}

fn share(value: f64, name: &str) -> Result<(), SettingError> {
    require((0.0..=1.0).contains(&value), name, "must lie between 0 and 1")
}

fn require(holds: bool, name: &str, wanted: &'static str) -> Result<(), SettingError> {
    if holds { Ok(()) } else { Err(SettingError { setting: name.to_owned(), wanted }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(change: fn(&mut Config)) -> String {
        let mut config = Config::default();
        change(&mut config);
        config.check().unwrap_err().to_string()
    }

    #[test]
    fn the_defaults_are_in_range() {
        assert_eq!(Config::default().check(), Ok(()));
    }

    #[test]
    fn what_is_out_of_range_is_named() {
        assert_eq!(refused(|c| c.memory.bm25_k1 = f64::INFINITY), "memory.bm25_k1 must be a finite number");
        assert_eq!(refused(|c| c.control.index[1] = f64::NAN), "control.index must be a finite number");
        assert_eq!(refused(|c| c.drift.style.width = 0.0), "drift.style needs a width over 0");
        assert_eq!(refused(|c| c.memory.floor = 1.1), "memory.floor must lie between 0 and 1");
        assert_eq!(
            refused(|c| c.control.compression = [0.1, 0.2, 0.3]),
            "control.compression must grow more severe: reflective, recovery, contain"
        );
        assert_eq!(refused(|c| c.prompt.keep = 1.0), "prompt.keep must lie between 0 and 1");
    }
}
