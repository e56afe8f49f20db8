//! The reference pages name what the code has: settings, rule kinds, signals, record fields.
//!
//! The pages are compiled in, so the core still opens no files.

#![expect(clippy::expect_used, reason = "a test stops at the first surprise")]

use std::collections::BTreeSet;

use leeboard_core::memory::edit::{Edit, edit};
use leeboard_core::memory::forget::{Forget, forget};
use leeboard_core::message::{Entry, Message, Role};
use leeboard_core::record::{Outcome, Payload, Salt, Stamp};
use leeboard_core::tokens::Estimate;
use leeboard_core::turn::{self, Closing, Delivery, Input, Reply, Tools};
use leeboard_core::vector::{Answer, Vector};
use leeboard_core::{Config, Identity, Mode, Record, Session, Timestamp};
use serde_json::Value;

const CONFIG: &str = include_str!("../../../docs/reference/config.md");
const IDENTITY: &str = include_str!("../../../docs/reference/identity.md");
const RECORD: &str = include_str!("../../../docs/reference/record.md");
const DRIFT: &str = include_str!("../../../docs/concepts/drift.md");

/// Objects in records whose keys are data, not field names.
const MAPS: [&str; 4] = ["symbols", "signals", "vectors", "pins"];

/// The default settings, with those that records leave out where they are the default.
fn settings() -> Value {
    let usual = Config::default();
    let mut config = serde_json::to_value(&usual).expect("settings are JSON");
    config["drift"]["adopted"] = usual.drift.adopted.into();
    config["limits"]["safety"]["guard"] = usual.limits.safety.guard.into();
    config["prompt"]["anchor"] = serde_json::to_value(&usual.prompt.anchor).expect("settings are JSON");
    config
}

#[test]
fn every_setting_is_documented_and_every_documented_setting_exists() {
    let config = settings();
    let known: BTreeSet<String> = leaves("", &config);
    let documented: BTreeSet<String> = CONFIG
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
        .filter(|name| config.as_object().is_some_and(|sections| is_setting_of(name, sections)))
        .map(str::to_owned)
        .collect();
    assert_eq!(documented, known);
}

/// Whether a name begins with a section of the core's settings.
fn is_setting_of(name: &str, sections: &serde_json::Map<String, Value>) -> bool {
    name.split_once('.').is_some_and(|(section, _)| sections.contains_key(section))
}

/// Dotted names of all settings; a calibration or a policy is one setting.
fn leaves(prefix: &str, value: &Value) -> BTreeSet<String> {
    match value.as_object() {
        Some(object) if !["width", "highest"].iter().any(|part| object.contains_key(*part)) => {
            let name = |key: &String| if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
            object.iter().flat_map(|(key, inner)| leaves(&name(key), inner)).collect()
        }
        _ => BTreeSet::from([prefix.to_owned()]),
    }
}

#[test]
fn every_default_in_the_table_is_the_default() {
    let config = settings();
    for name in leaves("", &config) {
        let row = CONFIG.lines().find(|line| line.starts_with(&format!("| `{name}` |"))).expect("a row");
        let documented = row.split('|').nth(2).map(|cell| cell.trim().trim_matches('`')).expect("a default");
        let pointer = format!("/{}", name.replace('.', "/"));
        let value = config.pointer(&pointer).expect("a value");
        let parsed: toml::Table = toml::from_str(&format!("value = {documented}")).expect("TOML");
        let documented = serde_json::to_value(&parsed["value"]).expect("JSON");
        assert_eq!(&documented, value, "{name}");
    }
}

#[test]
fn every_rule_kind_is_documented() {
    let file = "[identity]\ntext = \"You are Ada.\"\n[[rule]]\nkind = \"?\"\n";
    let error = Identity::from_toml(file).expect_err("there is no such kind").to_string();
    // "unknown variant `?`, expected one of `no_lists`, ..."
    let listed = error.split("expected one of").nth(1).expect("the error lists the kinds");
    let kinds: Vec<&str> = listed.split('`').skip(1).step_by(2).collect();
    assert!(kinds.len() >= 14, "{error}");
    for kind in kinds {
        assert!(IDENTITY.contains(&format!("| `{kind}` |")), "docs/reference/identity.md lacks {kind}");
    }
}

#[test]
fn every_signal_is_documented() {
    for record in full_log() {
        let Some(Payload::Closed(closed)) = record.payload() else { continue };
        for signal in closed.drift.signals.keys() {
            let heading = format!("### `{}`", signal.name());
            assert!(DRIFT.contains(&heading), "docs/concepts/drift.md lacks {heading}");
        }
    }
}

#[test]
fn every_field_of_a_record_is_documented() {
    let mut fields = BTreeSet::new();
    for record in full_log() {
        collect(&serde_json::to_value(&record).expect("records are JSON"), &mut fields);
    }
    assert!(fields.len() > 80, "{fields:?}");
    let missing: Vec<&String> =
        fields.iter().filter(|field| !RECORD.contains(&format!("`{field}`"))).collect();
    assert!(missing.is_empty(), "docs/reference/record.md lacks {missing:?}");
}

fn collect(value: &Value, fields: &mut BTreeSet<String>) {
    match value {
        // Settings have a page of their own.
        Value::Object(object) if object.get("type").is_some_and(|kind| kind == "config") => {}
        Value::Object(object) => {
            for (key, inner) in object {
                fields.insert(key.clone());
                if !MAPS.contains(&key.as_str()) {
                    collect(inner, fields);
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, fields)),
        _ => {}
    }
}

/// The records of an imported exchange and some turns with every part filled: vectors, a broken
/// rule, a repetition, a recalled message, a pattern, a rejected reply.
fn full_log() -> Vec<Record> {
    let mut config = Config::default();
    config.prompt.budget = 400;
    config.prompt.note_reserve = 150;
    config.control.regenerate = 1;
    let mut run = Run { session: Session::new("docs"), records: Vec::new(), config };
    let identity = Identity::from_system_message("You are Ada, a pilot. Never use lists.");
    let start = run.session.start(&identity, &run.config, run.stamp());
    run.take(start);
    let question = entry("i1", Role::User, "My sloop Petrel draws 1.4 metres.");
    let noted = entry("i2", Role::Assistant, "Noted, Petrel draws 1.4 metres.");
    let none = Answer::missing("none");
    let vectors = [("i1".to_owned(), none), ("i2".to_owned(), Answer::Late)].into();
    let imported = run.session.import(vec![question], noted, vectors, run.stamp(), &Estimate);
    run.take(vec![imported]);
    for turn in 0..12 {
        let say = format!("Which buoy marks the harbour channel at Skagen pier, number {turn}?");
        let reply = "The harbour channel at Skagen pier is marked by a green buoy with a bell, and the pilot \
                     waits there for slack water every evening before he comes in.";
        run.turn(&say, reply);
    }
    run.turn("How much does my sloop Petrel draw?", "So:\n- 1.4 metres\n- no more");
    let wanted = turn::wants_late(&run.session, "another", 100);
    let answers = vec![Answer::Vector(vector("another")); wanted.len()];
    let config = run.config.clone();
    let tools = Tools { config: &config, tokens: &Estimate };
    let late = turn::late(&run.session, "another", &wanted, &answers, run.stamp(), tools);
    run.take(late.expect("as many answers as texts").into_iter().collect());
    let tools = Tools { config: &config, tokens: &Estimate };
    let recentered = turn::recenter(&run.session, true, run.stamp(), tools);
    run.take(recentered.expect("no turn is open"));
    let fact = run.session.facts().valid().next().expect("the sloop is known").id();
    let pin = Edit::Pin { fact: fact.clone(), pinned: true };
    let replace = Edit::Replace { fact, text: "My sloop Petrel draws 1.6 metres.".to_owned() };
    for order in [pin, replace] {
        let record = edit(&run.session, &order, run.stamp(), &run.config).expect("the fact holds");
        run.take(vec![record]);
    }
    let words = Forget::Text { text: "Petrel".to_owned() };
    let erasure = forget(&run.session, &run.records, &words, run.stamp(), &run.config);
    let erasure = erasure.expect("the sloop was named");
    run.take(vec![erasure.record]);
    run.records.extend(erasure.restated);
    run.records
}

struct Run {
    session: Session,
    records: Vec<Record>,
    config: Config,
}

impl Run {
    fn stamp(&self) -> Stamp {
        Stamp { time: Timestamp(0), salt: Salt::from_text(&self.records.len().to_string()) }
    }

    fn take(&mut self, records: Vec<Record>) {
        for record in &records {
            self.session.apply(record).expect("the core's own records apply");
        }
        self.records.extend(records);
    }

    fn turn(&mut self, say: &str, answer: &str) {
        let config = self.config.clone();
        let tools = Tools { config: &config, tokens: &Estimate };
        let embedded = || Answer::Vector(vector("test"));
        let id = self.records.len();
        let input = Input {
            entries: vec![entry(&format!("u{id}"), Role::User, say)],
            mode: Mode::Manage,
            stamp: self.stamp(),
        };
        let opening = turn::open(&self.session, &input, &[embedded()], tools).expect("a valid input opens");
        self.take(opening.records);
        let mut reply = Reply {
            steps: vec![entry(&format!("t{id}"), Role::Tool, "tide table")],
            entry: Some(entry(&format!("a{id}"), Role::Assistant, answer)),
            outcome: Outcome::Replied,
            rejected: Vec::new(),
            delivery: Delivery::Held,
            stamp: self.stamp(),
        };
        loop {
            match turn::close(&self.session, &reply, &[embedded()], tools).expect("an open turn closes") {
                Closing::Retry { rejected, .. } | Closing::Better { rejected, .. } => {
                    reply.rejected.push(rejected);
                }
                Closing::Done(records) => return self.take(records),
            }
        }
    }
}

fn vector(model: &str) -> Vector {
    Vector::new(&model.into(), &[1.0, 0.5]).expect("it has a direction")
}

fn entry(id: &str, role: Role, text: &str) -> Entry {
    Entry { created_at: Some(Timestamp(0)), ..Entry::new(id, Message::text(role, text)) }
}
