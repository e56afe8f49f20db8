//! leeboard's own judgements as rows: the index, every signal, and every other number of the
//! audit that might tell drift.
//!
//! Owns which way each number points. Takes the numbers that the audit gives, so that a new
//! signal is a new row.

use std::collections::BTreeMap;

use leeboard_core::Config;
use leeboard_core::patterns::Lifecycle;
use serde_json::Value;

use super::Family;
use super::labels::Label;
use super::metrics::Series;
use crate::audit::AuditLine;

/// Numbers that fall where a conversation leaves its course; their row is 1 - the number.
const FALLS: [&str; 11] = [
    "compression",
    "density",
    "expected_stability",
    "nearness",
    "phase_alignment",
    "phase_resonance",
    "presence",
    "stability_coefficient",
    "stability_index",
    "symbolic_density",
    "term_overlap",
];

/// Numbers of a pattern that keep its books, or stand elsewhere already.
const LEFT_OUT: [&str; 5] = ["created_at", "updated_at", "origin_cycle", "cycles_in_state", "drift_index"];

/// A named series.
pub(super) struct Own {
    pub(super) name: String,
    pub(super) family: Family,
    pub(super) definition: String,
    pub(super) series: Series,
}

/// One number of a line, and whether it raises an alarm where it can.
type Reading = (String, Family, Option<f64>, Option<bool>);

/// The audit's lines by conversation and turn.
pub(super) type Lines<'a> = BTreeMap<(&'a str, u32), &'a AuditLine>;

/// Lines by conversation and turn.
pub(super) fn by_turn(lines: &[AuditLine]) -> Lines<'_> {
    lines.iter().map(|line| ((line.conversation.as_str(), line.turn), line)).collect()
}

/// The index of each labelled reply.
pub(super) fn index(labels: &[Label], lines: &Lines<'_>) -> Series {
    let line = |label: &Label| lines.get(&(label.conversation.as_str(), label.turn)).copied();
    Series {
        scores: labels
            .iter()
            .map(|label| line(label).map_or(f64::NEG_INFINITY, |line| line.drift.index))
            .collect(),
        flags: labels.iter().map(|label| line(label).is_some_and(|line| !line.flags.is_empty())).collect(),
    }
}

/// Every row of the audit but the index.
pub(super) fn rows(labels: &[Label], lines: &Lines<'_>, config: &Config) -> Vec<Own> {
    let mut order: Vec<(String, Family, bool)> = Vec::new();
    let mut found: BTreeMap<String, BTreeMap<usize, (f64, bool)>> = BTreeMap::new();
    for (at, label) in labels.iter().enumerate() {
        let Some(line) = lines.get(&(label.conversation.as_str(), label.turn)) else { continue };
        for (name, family, score, alarm) in readings(line, config) {
            if !order.iter().any(|(known, _, _)| *known == name) {
                order.push((name.clone(), family, alarm.is_some()));
            }
            if let Some(score) = score.filter(|score| score.is_finite()) {
                found.entry(name).or_default().insert(at, (score, alarm.unwrap_or(false)));
            }
        }
    }
    order.sort_by_key(|&(_, family, _)| family);
    let row = |(name, family, alarms): (String, Family, bool)| {
        let values = found.remove(&name).unwrap_or_default();
        let of = |at: usize| values.get(&at).copied().unwrap_or((f64::NEG_INFINITY, false));
        let flags = if alarms { (0..labels.len()).map(|at| of(at).1).collect() } else { Vec::new() };
        let series = Series { scores: (0..labels.len()).map(|at| of(at).0).collect(), flags };
        Own { definition: definition(family, alarms), name, family, series }
    };
    order.into_iter().map(row).collect()
}

fn definition(family: Family, alarms: bool) -> String {
    let text = match (family, alarms) {
        (Family::Signal, _) => "a signal of the audit",
        (_, true) => "a field of the audit; flagged from the reflective limit of the settings on",
        (_, false) => "a field of the audit; it has no limit of its own",
    };
    text.to_owned()
}

fn readings(line: &AuditLine, config: &Config) -> Vec<Reading> {
    let mut found: Vec<Reading> = line
        .signals
        .iter()
        .map(|(&signal, &score)| {
            (signal.name().to_owned(), Family::Signal, score, Some(line.flags.contains(&signal)))
        })
        .collect();
    // The JSON of the line is the contract: whatever number stands there is measured.
    let json = serde_json::to_value(line).unwrap_or_default();
    found.extend(numbers(&json["drift"], Family::Metric, config).filter(|reading| reading.0 != "index"));
    let severity = line.posture.severity();
    found.push(("posture".to_owned(), Family::Metric, Some(severity), Some(severity > 0.0)));
    found.extend(numbers(&json["attractor"], Family::Pattern, config));
    found.extend(numbers(&json["attractor"]["symbolic"], Family::Pattern, config));
    if let Some(pattern) = &line.attractor {
        let severity = match pattern.lifecycle_state {
            Lifecycle::Forming | Lifecycle::Stable => 0.0,
            Lifecycle::Reflective => 1.0 / 3.0,
            Lifecycle::Recovery => 2.0 / 3.0,
            Lifecycle::Fragmenting => 1.0,
        };
        found.push(("lifecycle".to_owned(), Family::Pattern, Some(severity), Some(severity > 0.0)));
    }
    found
}

fn numbers<'a>(object: &'a Value, family: Family, config: &'a Config) -> impl Iterator<Item = Reading> + 'a {
    let fields = object.as_object().into_iter().flatten();
    fields.filter(|(name, _)| !LEFT_OUT.contains(&name.as_str())).filter_map(move |(name, value)| {
        let value = value.as_f64()?;
        let alarm = limit(name, config).map(
            |(limit, from_above)| {
                if from_above { value <= limit } else { value >= limit }
            },
        );
        let falls = FALLS.contains(&name.as_str());
        let (name, value) = if falls { (format!("1 - {name}"), 1.0 - value) } else { (name.clone(), value) };
        Some((name, family, Some(value), alarm))
    })
}

/// The reflective limit of a field, and whether it is reached from above.
fn limit(name: &str, config: &Config) -> Option<(f64, bool)> {
    let control = &config.control;
    let (limits, from_above) = match name {
        "di" => (control.index, false),
        "semantic_drift" => (control.semantic_drift, false),
        "symbolic_variation" => (control.symbolic_variation, false),
        "posture_distance" => (control.posture_distance, false),
        "compression" => (control.compression, true),
        _ => return None,
    };
    Some((limits[0], from_above))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_point_up_and_books_are_left_out() {
        let pattern = serde_json::json!({"stability_index": 0.75, "created_at": 5, "name": "a"});
        let config = Config::default();
        let found: Vec<Reading> = numbers(&pattern, Family::Pattern, &config).collect();
        assert_eq!(found, [("1 - stability_index".to_owned(), Family::Pattern, Some(0.25), None)]);
        let drift = serde_json::json!({"di": 0.45, "compression": 0.66, "brand_new": 2.0});
        let found: Vec<Reading> = numbers(&drift, Family::Metric, &config).collect();
        let of = |name: &str| found.iter().find(|reading| reading.0 == name).unwrap();
        assert_eq!((of("di").3, of("1 - compression").3), (Some(true), Some(false)));
        assert_eq!((of("brand_new").2, of("brand_new").3), (Some(2.0), None));
    }

    #[test]
    fn every_field_that_is_said_to_fall_is_one_of_the_audit() {
        let mut fields = Vec::new();
        let lines = super::super::tests::sample_lines();
        for line in &lines {
            let json = serde_json::to_value(line).unwrap();
            for part in ["drift", "attractor"] {
                let fields_of = |part: &Value| part.as_object().cloned().into_iter().flatten();
                fields
                    .extend(fields_of(&json[part]).chain(fields_of(&json[part]["symbolic"])).map(|it| it.0));
            }
        }
        for name in FALLS.iter().chain(&LEFT_OUT) {
            assert!(fields.iter().any(|field| field == name), "{name}: {fields:?}");
        }
    }
}
