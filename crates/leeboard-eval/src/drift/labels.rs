//! Labelled conversations on disk: which replies drift, and of which kind.
//!
//! Owns reading them and what each label counts as. Scores nothing.
//!
//! ```text
//! DATA/drift/labels.jsonl    {"id", "turn", "label": 0 or 1, "kind"}, a line a reply; in slow changes
//!                            also "share", "ramp_start", "onset", "ramp_end"
//! DATA/drift/cases/*.json    conversations, each with `source` and `persona` of its run
//! ```

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use leeboard_io::conversation::{self, Conversation};
use serde::{Deserialize, Deserializer, de::Error};
use serde_json::Value;

use crate::embed::data::{DataError, json_files, lines, text};

/// The last reply that is left to a detector for learning: no drift lies there, and it counts in
/// no ranking.
pub const WARM_UP: u32 = 10;

/// The kind of the first half of a slow change.
const RAMP: &str = "gradual-ramp";

/// Share of foreign sentences from which on such a reply is neither drift nor clean.
const RAMP_SHARE: f64 = 0.25;

/// What a person or an edit says of one reply.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Label {
    /// The conversation's id.
    #[serde(rename = "id")]
    pub conversation: String,
    /// The reply, counted from 1.
    pub turn: u32,
    /// Whether it drifts.
    #[serde(rename = "label", deserialize_with = "zero_or_one")]
    pub drifts: bool,
    /// How, or which kind of good reply it is.
    pub kind: String,
    /// Share of foreign sentences in a slow change, in [0, 1].
    #[serde(default)]
    pub share: Option<f64>,
    /// The first turn of the slow change that this reply belongs to.
    #[serde(default)]
    pub ramp_start: Option<u32>,
    /// The turn from which on the slow change counts as drift.
    #[serde(default)]
    pub onset: Option<u32>,
    /// The last turn of the slow change.
    #[serde(default)]
    pub ramp_end: Option<u32>,
}

fn zero_or_one<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    match u8::deserialize(deserializer)? {
        0 => Ok(false),
        1 => Ok(true),
        other => Err(D::Error::custom(format!("a label is 0 or 1, not {other}"))),
    }
}

/// What a label counts as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// A reply of the warm-up: only flags count there.
    WarmUp,
    /// A good reply.
    Negative,
    /// A reply that drifts.
    Positive,
    /// The first half of a slow change, once it is heard: neither.
    Between,
}

impl Label {
    /// First turn, onset and last turn of the slow change that this reply belongs to.
    pub(super) fn ramp(&self) -> Option<(u32, u32, u32)> {
        Some((self.ramp_start?, self.onset?, self.ramp_end?))
    }

    pub(super) fn part(&self) -> Part {
        if self.turn <= WARM_UP {
            Part::WarmUp
        } else if self.drifts {
            Part::Positive
        } else if self.kind == RAMP && self.share.unwrap_or(1.0) >= RAMP_SHARE {
            Part::Between
        } else {
            Part::Negative
        }
    }
}

/// A conversation with the run that it was made of.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Case {
    /// What was said.
    pub conversation: Conversation,
    /// The file's `source` and `persona`; the conversation's id if it names neither.
    pub run: String,
}

/// Labelled conversations.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Labelled {
    /// The conversations, in the order of their files.
    pub cases: Vec<Case>,
    /// The labels of these conversations.
    pub labels: Vec<Label>,
    /// What was left out, for people.
    pub skipped: Vec<String>,
}

impl Labelled {
    /// Reads labels and the conversations that they are about. Labels of other conversations,
    /// and conversations without a label, are left out and named in `skipped`.
    ///
    /// # Errors
    /// [`DataError`] if a file cannot be read or is not of its form.
    pub fn read(labels: &Path, cases: &[PathBuf]) -> Result<Self, DataError> {
        let mut found = Self { labels: lines(labels)?, ..Self::default() };
        for path in cases {
            let bytes = text(path)?;
            let talks = conversation::parse(&path.display().to_string(), &bytes)?;
            found.add(talks, &runs(&bytes));
        }
        found.match_up();
        Ok(found)
    }

    /// The conversation files of a folder, by name.
    ///
    /// # Errors
    /// [`DataError`] if the folder cannot be read.
    pub fn files(folder: &Path) -> Result<Vec<PathBuf>, DataError> {
        json_files(folder)
    }

    fn add(&mut self, talks: Vec<Conversation>, runs: &[Option<String>]) {
        // Runs are by place; a file whose shape hides its conversations names none.
        let named = talks.len() == runs.len();
        for (n, conversation) in talks.into_iter().enumerate() {
            if self.cases.iter().any(|case| case.conversation.id == conversation.id) {
                self.skipped.push(format!("a second conversation {:?}", conversation.id));
                continue;
            }
            let run = runs.get(n).filter(|_| named).cloned().flatten();
            self.cases.push(Case { run: run.unwrap_or_else(|| conversation.id.clone()), conversation });
        }
    }

    fn match_up(&mut self) {
        let there: BTreeSet<&String> = self.cases.iter().map(|case| &case.conversation.id).collect();
        let labels = self.labels.len();
        self.labels.retain(|label| there.contains(&label.conversation));
        if self.labels.len() < labels {
            let other = labels - self.labels.len();
            self.skipped.push(format!("{other} labels of conversations that are not there"));
        }
        let labelled: BTreeSet<&String> = self.labels.iter().map(|label| &label.conversation).collect();
        let cases = self.cases.len();
        self.cases.retain(|case| labelled.contains(&case.conversation.id));
        if self.cases.len() < cases {
            self.skipped.push(format!("{} conversations without a label", cases - self.cases.len()));
        }
    }
}

/// The run of each conversation of a file: one object, a list, or an object a line.
fn runs(bytes: &[u8]) -> Vec<Option<String>> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let values = serde_json::Deserializer::from_slice(bytes).into_iter::<Value>();
    values
        .filter_map(Result::ok)
        .flat_map(|value| match value {
            Value::Array(items) => items,
            other => vec![other],
        })
        .map(|value| {
            let field = |name: &str| value.get(name).and_then(Value::as_str);
            let parts: Vec<&str> = [field("source"), field("persona")].into_iter().flatten().collect();
            (!parts.is_empty()).then(|| parts.join(", "))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label(line: &str) -> Result<Label, serde_json::Error> {
        serde_json::from_str(line)
    }

    #[test]
    fn a_label_counts_by_turn_kind_and_share() {
        let part = |turn: u32, drifts: u8, rest: &str| {
            let line = format!(r#"{{"id":"a","turn":{turn},"label":{drifts},{rest}}}"#);
            label(&line).unwrap().part()
        };
        assert_eq!(part(10, 0, r#""kind":"clean""#), Part::WarmUp);
        assert_eq!(part(11, 0, r#""kind":"clean""#), Part::Negative);
        assert_eq!(part(11, 1, r#""kind":"persona""#), Part::Positive);
        assert_eq!(part(11, 0, r#""kind":"gradual-ramp","share":0.24"#), Part::Negative);
        assert_eq!(part(11, 0, r#""kind":"gradual-ramp","share":0.25"#), Part::Between);
        assert_eq!(part(11, 0, r#""kind":"gradual-ramp""#), Part::Between);
        assert!(label(r#"{"id":"a","turn":1,"label":2,"kind":"clean"}"#).is_err());
    }

    #[test]
    fn runs_are_found_in_every_shape() {
        let one = r#"{"id":"a","source":"log 1","persona":"Ada","messages":[]}"#;
        let ada = Some("log 1, Ada".to_owned());
        assert_eq!(runs(one.as_bytes()), std::slice::from_ref(&ada));
        let two = format!("[{one},{{\"messages\":[]}}]");
        assert_eq!(runs(two.as_bytes()), [ada.clone(), None]);
        assert_eq!(runs(format!("{one}\n{one}\n").as_bytes()), [ada.clone(), ada]);
    }

    #[test]
    fn what_has_no_partner_is_left_out_and_named() {
        let talk = |id: &str| Conversation { id: id.to_owned(), entries: Vec::new() };
        let of = |id: &str| label(&format!(r#"{{"id":"{id}","turn":1,"label":0,"kind":"clean"}}"#)).unwrap();
        let mut found = Labelled { labels: vec![of("a"), of("elsewhere")], ..Labelled::default() };
        found.add(vec![talk("a"), talk("b"), talk("a")], &[Some("run".to_owned()), None, None]);
        found.match_up();
        assert_eq!(found.cases.len(), 1);
        assert_eq!((found.cases[0].run.as_str(), found.labels.len()), ("run", 1));
        assert_eq!(found.skipped.len(), 3, "{:?}", found.skipped);
    }
}
