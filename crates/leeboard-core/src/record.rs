//! The append-only record: what was decided in a session, one decision at a time.
//!
//! Owns the envelope, the payloads and their digests. Does not decide anything and does not
//! fold: `turn` decides, `session` folds, `ledger` checks the chain.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::canonical;
use crate::config::Config;
use crate::control::{Effect, Held, Intent, Lapse, Plan, Posture, Transition};
use crate::drift::{Drift, FormSample, VoiceSample};
use crate::identity::Identity;
use crate::memory::edit::MemoryEdit;
use crate::memory::episodes::Summary;
use crate::memory::facts::Fact;
use crate::memory::forget::Erased;
use crate::memory::{Anchors, Continuity, Recalled};
use crate::message::Entry;
use crate::patterns::{Attractor, CausalLink, PatternEvent};
use crate::prompt::{TokenReport, count_message};
use crate::safety::{Attempt, Leak, Recovery, SafetyEvent};
use crate::time::Timestamp;
use crate::tokens::TokenCounter;
use crate::vector::Answer;

/// The newest record format that this version writes and reads.
pub const FORMAT: u16 = 1;

/// The version of the algorithms whose decisions records hold. A snapshot of another version
/// is discarded and the log replayed; records themselves stay valid.
pub const ALGORITHM: u16 = 7;

/// A BLAKE3 digest, written as 64 hex digits.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Digest(pub [u8; 32]);

/// Random bytes that make a payload's digest say nothing about the payload. Written as 32 hex
/// digits, destroyed with the payload.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Salt(pub [u8; 16]);

impl Digest {
    /// The digest of some bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(*blake3::hash(bytes).as_bytes())
    }

    /// The digest of a value's canonical JSON (RFC 8785: sorted keys, no white space).
    #[must_use]
    pub fn of_json(value: &impl Serialize) -> Self {
        Self::of(&canonical_json(value))
    }
}

/// Canonical JSON by RFC 8785. A value that JSON cannot hold gives an empty result; no type of
/// this crate is one.
#[must_use]
pub fn canonical_json(value: &impl Serialize) -> Vec<u8> {
    canonical::json(value)
}

impl Salt {
    /// The n-th salt that follows from this one, for a step that writes several records.
    #[must_use]
    pub fn nth(self, n: u8) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&self.0).update(&[n]);
        let mut salt = [0; 16];
        hasher.finalize_xof().fill(&mut salt);
        Self(salt)
    }

    /// A salt that follows from this one for a record that is restated.
    #[must_use]
    pub fn for_record(self, hash: Digest) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&self.0).update(&hash.0);
        let mut salt = [0; 16];
        hasher.finalize_xof().fill(&mut salt);
        Self(salt)
    }

    /// A salt that follows from a text: reproducible, so only for offline work on files, where
    /// nothing is stored that could be forgotten.
    #[must_use]
    pub fn from_text(text: &str) -> Self {
        let mut salt = [0; 16];
        blake3::Hasher::new().update(text.as_bytes()).finalize_xof().fill(&mut salt);
        Self(salt)
    }
}

fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| if nibble < 10 { b'0' + nibble } else { b'a' - 10 + nibble };
    let mut text = Vec::with_capacity(2 * bytes.len());
    for byte in bytes {
        text.extend([digit(byte >> 4), digit(byte & 15)]);
    }
    String::from_utf8(text).unwrap_or_default()
}

fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    if text.len() != 2 * N || !text.is_ascii() {
        return None;
    }
    let digit = |byte: u8| char::from(byte).to_digit(16);
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        let [high, low] = pair else { return None };
        *byte = (digit(*high)? << 4 | digit(*low)?) as u8;
    }
    Some(bytes)
}

macro_rules! as_hex {
    ($name:ident) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&hex(&self.0))
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&hex(&self.0))
            }
        }
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                // Sessions have thousands of them, so none is copied first.
                struct Digits;
                impl de::Visitor<'_> for Digits {
                    type Value = $name;
                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str(concat!("the hex digits of a ", stringify!($name)))
                    }
                    fn visit_str<E: de::Error>(self, text: &str) -> Result<$name, E> {
                        let wrong = || E::custom(concat!("not the hex digits of a ", stringify!($name)));
                        unhex(text).map($name).ok_or_else(wrong)
                    }
                }
                deserializer.deserialize_str(Digits)
            }
        }
    };
}
as_hex!(Digest);
as_hex!(Salt);

/// What the shell supplies for a step, since the core has neither clock nor randomness.
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "the shell builds it for every step")]
pub struct Stamp {
    /// Now.
    pub time: Timestamp,
    /// Fresh random bytes; the salts of all records of the step follow from them.
    pub salt: Salt,
}

/// One entry of a session's log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Record {
    /// The record format, [`FORMAT`] at the time of writing.
    pub format: u16,
    /// The algorithm version, [`ALGORITHM`] at the time of writing.
    pub algorithm: u16,
    /// Digest of the configuration that the decisions were made under.
    pub config: Digest,
    /// The session.
    pub session: String,
    /// Its place in the session's log, from 0.
    pub sequence: u64,
    /// Hash of the record before it; all zeros for the first.
    pub parent: Digest,
    /// When it was made.
    pub time: Timestamp,
    /// Salted digest of the payload. Stays when the payload is forgotten.
    pub digest: Digest,
    /// Salt and payload; `None` once they were forgotten ("redacted").
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sealed: Option<Sealed>,
    /// What is left of a payload of which a part was forgotten. An [`Erased`] record holds its
    /// digest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restated: Option<Sealed>,
}

/// A payload with the salt that its digest was made with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Sealed {
    /// The salt.
    pub salt: Salt,
    /// What was decided.
    pub payload: Payload,
}

impl Sealed {
    /// Seals a payload.
    #[must_use]
    pub fn new(payload: Payload, salt: Salt) -> Self {
        Self { salt, payload }
    }

    /// The salted digest: BLAKE3 over the salt and the payload's canonical JSON.
    #[must_use]
    pub fn digest(&self) -> Digest {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&self.salt.0).update(&canonical_json(&self.payload));
        Digest(*hasher.finalize().as_bytes())
    }
}

impl Record {
    /// What was decided, or what is left of it, unless all was forgotten.
    #[must_use]
    pub fn payload(&self) -> Option<&Payload> {
        self.sealed.as_ref().or(self.restated.as_ref()).map(|sealed| &sealed.payload)
    }

    /// The hash that the next record names as its parent: BLAKE3 over the canonical JSON of the
    /// envelope, without salt and payload, so that it survives forgetting.
    #[must_use]
    pub fn hash(&self) -> Digest {
        #[derive(Serialize)]
        struct Envelope<'a> {
            algorithm: u16,
            config: Digest,
            digest: Digest,
            format: u16,
            parent: Digest,
            sequence: u64,
            session: &'a str,
            time: Timestamp,
        }
        Digest::of_json(&Envelope {
            algorithm: self.algorithm,
            config: self.config,
            digest: self.digest,
            format: self.format,
            parent: self.parent,
            sequence: self.sequence,
            session: &self.session,
            time: self.time,
        })
    }

    /// The same record with salt and payload destroyed.
    #[must_use]
    pub fn redacted(mut self) -> Self {
        (self.sealed, self.restated) = (None, None);
        self
    }

    /// The same record with salt and payload destroyed, and what is left of it in their place.
    #[must_use]
    pub fn restated(self, left: Sealed) -> Self {
        Self { sealed: None, restated: Some(left), ..self }
    }
}

/// What a record decided.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Payload {
    /// The configuration from here on; the fold itself has settings too.
    Config(Box<Config>),
    /// The session's identity, at its start and whenever the operator or client changes it.
    Identity(Identity),
    /// An exchange that happened before leeboard saw the conversation: kept, never scored.
    Imported(Imported),
    /// The user has spoken; the prompt is decided.
    Opened(Box<Opened>),
    /// The reply is in and judged, or the turn was given up.
    Closed(Box<Closed>),
    /// Vectors that came late, or anew from another model.
    Embedded(Box<Embedded>),
    /// The user has changed what is remembered.
    Memory(Box<MemoryEdit>),
    /// Something was forgotten, in this record's past or on another branch.
    Erased(Erased),
    /// The window was restarted, between two turns.
    Recentered(Box<Recentered>),
}

/// An unscored exchange.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Imported {
    /// The turn number it takes.
    pub turn: u32,
    /// What was said before the reply (user and tool messages).
    pub input: Vec<Entry>,
    /// The reply.
    pub reply: Entry,
    /// Tokens of each input message, then of the reply.
    pub tokens: MessageTokens,
    /// The vectors of its messages, by id.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub vectors: BTreeMap<String, Answer>,
    /// What the user states in it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<Fact>,
}

/// What the shell supplies about a turn's messages after the turn was decided.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Embedded {
    /// The embedding model. Where it is another than the session's, the vectors of the old one
    /// go, and baselines that were learned from them start anew.
    pub model: String,
    /// The messages' vectors.
    pub vectors: Vec<EmbeddedMessage>,
    /// The last turn's judgement, now with the signals that had waited for vectors.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drift: Option<Drift>,
}

/// The prompt's window as it was restarted: on request, or by the correction ladder.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Recentered {
    /// The last finished turn then; 0 before the first.
    pub after: u32,
    /// The first turn that stands verbatim in the prompt from here on.
    pub window_start: u32,
    /// Tool output of turns before this one is cleared in the window; 0 for none.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub cleared_before: u32,
    /// The anchor facts that stand in front of the window.
    pub anchors: Anchors,
    /// Whether what the replies so far ask to be corrected is dropped.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub corrections_dropped: bool,
    /// Turns that do not stand in the window any more: their replies were at fault.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub set_aside: Vec<u32>,
    /// The turn whose plan has decided it; 0 where somebody asked for it.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub turn: u32,
}

/// One message's vector in an [`Embedded`] record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EmbeddedMessage {
    /// The message's turn.
    pub turn: u32,
    /// Its id.
    pub id: String,
    /// Its vector.
    pub vector: Answer,
}

/// How many tokens messages have, and by whose count.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct MessageTokens {
    /// The counter, for example `o200k_base` or `estimate`.
    pub counter: String,
    /// Tokens of each message, in order, content only.
    pub counts: Vec<usize>,
}

impl MessageTokens {
    /// Counts messages.
    #[must_use]
    pub fn of<'a>(entries: impl IntoIterator<Item = &'a Entry>, counter: &dyn TokenCounter) -> Self {
        Self {
            counter: counter.name().to_owned(),
            counts: entries.into_iter().map(|entry| count_message(&entry.message, counter)).collect(),
        }
    }
}

/// How much leeboard may change of what the client sends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "a new mode must be handled everywhere")]
pub enum Mode {
    /// Changes nothing, only scores.
    #[default]
    Observe,
    /// Keeps the client's messages and adds the note.
    Augment,
    /// Rebuilds the prompt.
    Manage,
}

impl Mode {
    /// Its name, as in records and settings.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Observe => "observe",
            Self::Augment => "augment",
            Self::Manage => "manage",
        }
    }
}

/// The first half of a turn: steps 1 to 7 of the loop, decided before the model is called.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Opened {
    /// The turn, from 1.
    pub turn: u32,
    /// The user's messages.
    pub input: Vec<Entry>,
    /// Tokens of each input message.
    pub tokens: MessageTokens,
    /// What leeboard may do in this turn.
    pub mode: Mode,
    /// What is to be corrected and how.
    pub plan: Plan,
    /// What the user is after.
    #[serde(default, skip_serializing_if = "is_none")]
    pub intent: Intent,
    /// What was recalled, in or out of the prompt, with the reason.
    pub recalled: Vec<Recalled>,
    /// The first turn whose messages stand verbatim in the prompt.
    pub window_start: u32,
    /// Tool output of turns before this one is cleared in the window; 0 for none.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub cleared_before: u32,
    /// The anchor facts that stand in front of the window from here on, where this turn has
    /// written them anew.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anchors: Option<Anchors>,
    /// The note next to the user's message; sent again unchanged within this turn.
    pub note: Option<String>,
    /// BLAKE3 of the canonical JSON of the prompt's messages; `None` in observe mode.
    pub prompt_hash: Option<Digest>,
    /// Tokens by section; zeros in observe mode.
    pub report: TokenReport,
    /// The vector of what the user asks; `None` where there is no text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vector: Option<Answer>,
    /// The vectors of the input's messages by id, where there are several.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub vectors: BTreeMap<String, Answer>,
    /// What the user states, and what the identity states where that is not known yet.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<Fact>,
    /// What in the input and the note tries to change who the assistant is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attempts: Vec<Attempt>,
}

fn is_zero(number: &u32) -> bool {
    *number == 0
}

fn is_none(intent: &Intent) -> bool {
    *intent == Intent::None
}

/// How a turn ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "every ending must be folded")]
pub enum Outcome {
    /// With a reply.
    Replied,
    /// With a reply that was cut short: the client left or the upstream broke off.
    Partial,
    /// Without one: the user spoke again first, or the model failed.
    Abandoned,
}

/// The second half of a turn: steps 9 to 11, decided after the model has answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Closed {
    /// The turn, from 1.
    pub turn: u32,
    /// How it ended.
    pub outcome: Outcome,
    /// Tool calls and their results between input and reply.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<Entry>,
    /// The delivered reply.
    pub reply: Option<Entry>,
    /// Tokens of each step, then of the reply.
    pub tokens: MessageTokens,
    /// Replies that were regenerated away: shown in the trace, never remembered.
    pub rejected: Vec<Rejected>,
    /// The judgement.
    pub drift: Drift,
    /// The reply's measurable voice, folded into the running baseline if `accepted`.
    pub voice: VoiceSample,
    /// The reply's form, folded into the running baseline.
    #[serde(default)]
    pub form: FormSample,
    /// Whether the reply may serve as an example of the right voice: not flagged.
    pub accepted: bool,
    /// Content words of the turn and phrases of two of them, with their counts.
    pub symbols: BTreeMap<String, u32>,
    /// The active pattern after this turn.
    pub attractor: Option<Attractor>,
    /// What happened to patterns in this turn.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pattern_events: Vec<PatternEvent>,
    /// Posture after this reply.
    pub posture: Posture,
    /// The change of posture, if there was one.
    pub transition: Option<Transition>,
    /// Causes and effects of this cycle.
    pub causes: Vec<CausalLink>,
    /// The posture that is held from here on.
    #[serde(default)]
    pub held: Held,
    /// What the reply shows of earlier corrections.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub effects: Vec<Effect>,
    /// The rules and facts that the reply went against, and whether they were in the prompt.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lapses: Vec<Lapse>,
    /// Containment: entries of the integrity ledger.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub safety: Vec<SafetyEvent>,
    /// What in the tool results tries to change who the assistant is, and the reply where it goes along.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attempts: Vec<Attempt>,
    /// Text of the runtime that the reply repeats.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leak: Option<Leak>,
    /// The reply's vector; `None` where there is no text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vector: Option<Answer>,
    /// What the reply states of the assistant and the plan.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<Fact>,
    /// The stretches that are summed up with this turn.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub summaries: Vec<Summary>,
    /// SRIP-04's invariants for this cycle.
    #[serde(default)]
    pub continuity: Continuity,
    /// What was done because memory held too much that is unsound.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recovery: Option<Recovery>,
}

impl Closed {
    /// The closing of a turn that got no reply; there is nothing to judge.
    #[must_use]
    pub fn abandoned(turn: u32) -> Self {
        Self {
            turn,
            outcome: Outcome::Abandoned,
            steps: Vec::new(),
            reply: None,
            tokens: MessageTokens::default(),
            rejected: Vec::new(),
            drift: Drift::default(),
            voice: VoiceSample::default(),
            form: FormSample::default(),
            accepted: false,
            symbols: BTreeMap::new(),
            attractor: None,
            pattern_events: Vec::new(),
            posture: Posture::default(),
            transition: None,
            causes: Vec::new(),
            held: Held::default(),
            effects: Vec::new(),
            lapses: Vec::new(),
            safety: Vec::new(),
            attempts: Vec::new(),
            leak: None,
            vector: None,
            facts: Vec::new(),
            summaries: Vec::new(),
            continuity: Continuity::default(),
            recovery: None,
        }
    }
}

/// A reply that was judged and not delivered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Rejected {
    /// BLAKE3 of its text; the text itself is not kept.
    pub digest: Digest,
    /// Its drift index.
    pub index: f64,
    /// Whether it was nothing but the runtime's own words.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub empty: bool,
    /// What was wrong, in words.
    pub reasons: Vec<String>,
    /// What the next attempt was asked to correct.
    pub plan: Plan,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_round_trip_as_hex() {
        let digest = Digest::of(b"leeboard");
        let text = serde_json::to_string(&digest).unwrap();
        assert_eq!(text.len(), 66);
        assert_eq!(serde_json::from_str::<Digest>(&text).unwrap(), digest);
        assert!(serde_json::from_str::<Digest>("\"zz\"").is_err());
    }

    #[test]
    fn equal_payloads_with_other_salts_have_other_digests() {
        let payload = || Payload::Identity(Identity::from_system_message("You are Ada."));
        let one = Sealed::new(payload(), Salt::from_text("a"));
        let two = Sealed::new(payload(), Salt::from_text("b"));
        assert_ne!(one.digest(), two.digest());
        assert_eq!(one.digest(), Sealed::new(payload(), Salt::from_text("a")).digest());
    }
}
