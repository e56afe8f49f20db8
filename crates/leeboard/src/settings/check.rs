//! Values that parse but make no sense.
//!
//! Owns the ranges of the core's settings. A threshold out of order or a width of zero would
//! not fail anywhere: it would quietly judge nonsense.

use anyhow::{Context, bail};
use leeboard_core::Config;
use leeboard_core::config::DriftConfig;

/// Refuses settings out of range, naming the setting and the range.
pub(super) fn check(config: &Config) -> anyhow::Result<()> {
    let (drift, control, memory, prompt) = (&config.drift, &config.control, &config.memory, &config.prompt);
    calibrations(drift)?;
    share(drift.baseline_keep, "drift.baseline_keep")?;
    for score in drift.rule_scores {
        share(score, "drift.rule_scores")?;
    }
    let ascending = [
        ("index", control.index),
        ("semantic_drift", control.semantic_drift),
        ("symbolic_variation", control.symbolic_variation),
        ("posture_distance", control.posture_distance),
    ];
    for (name, [reflective, recovery, contain]) in ascending {
        let ordered = reflective <= recovery && recovery <= contain;
        require(ordered, &format!("control.{name}"), "must ascend: reflective, recovery, contain")?;
    }
    let [reflective, recovery, contain] = control.compression;
    let ordered = reflective >= recovery && recovery >= contain;
    require(ordered, "control.compression", "must descend: reflective, recovery, contain")?;
    share(memory.floor, "memory.floor")?;
    share(memory.bm25_b, "memory.bm25_b")?;
    require(memory.bm25_k1 >= 0.0, "memory.bm25_k1", "must not be negative")?;
    require(prompt.budget > 0, "prompt.budget", "must be over 0")?;
    require(prompt.keep > 0.0 && prompt.keep < 1.0, "prompt.keep", "must lie between 0 and 1")
}

/// All calibrations, whichever signals there are: every table with a width.
fn calibrations(drift: &DriftConfig) -> anyhow::Result<()> {
    let value = serde_json::to_value(drift).context("read the drift settings")?;
    for (name, table) in value.as_object().into_iter().flatten() {
        // JSON has no infinities: a number that is not finite has become null.
        let number = |field: &str| table.get(field).map(serde_json::Value::as_f64);
        if let (Some(at), Some(width)) = (number("at"), number("width")) {
            let sound = at.is_some() && width.is_some_and(|width| width > 0.0);
            require(sound, &format!("drift.{name}"), "needs finite numbers and a width over 0")?;
        }
    }
    Ok(())
}

fn share(value: f64, name: &str) -> anyhow::Result<()> {
    require((0.0..=1.0).contains(&value), name, "must lie between 0 and 1")
}

fn require(holds: bool, name: &str, wanted: &str) -> anyhow::Result<()> {
    if !holds {
        bail!("use the settings: {name} {wanted}");
    }
    Ok(())
}
