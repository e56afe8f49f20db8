//! Steps 5 and 9 of the loop: how far a reply is off course, by several independent signals.
//!
//! Owns the signals (one file each), the coherence metrics of SRIP-03 and their combination.
//! Does not decide what to do about it; that is `control`.

mod baseline;
mod coherence;
mod consistency;
mod contradiction;
mod form;
mod index;
mod off_topic;
mod persona;
mod repetition;
mod request;
mod rules;
mod situation;
mod slow;
mod voice;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::config::Config;
use crate::session::Session;
use crate::vector::Answer;

pub use baseline::Running;
pub use coherence::{Coherence, Compression, RecentTerms};
pub use form::{FormBaseline, FormSample};
pub use repetition::PhraseIndex;
pub(crate) use situation::Situation;
pub use voice::{VoiceBaseline, VoiceSample};

/// The names of the drift signals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Signal {
    /// An explicit rule of the identity is broken.
    Rules,
    /// The voice is not the one of this conversation and identity.
    Persona,
    /// The reply is not about what the user asked.
    OffTopic,
    /// The form of the reply changed though nobody asked.
    Consistency,
    /// The reply says again what an earlier reply said.
    Repetition,
    /// The reply states what cannot be true if a known fact is.
    Contradiction,
    /// The voice slides away over several replies.
    Slow,
}

impl Signal {
    /// The name in files and headers.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Rules => "rules",
            Self::Persona => "persona",
            Self::OffTopic => "off_topic",
            Self::Consistency => "consistency",
            Self::Repetition => "repetition",
            Self::Contradiction => "contradiction",
            Self::Slow => "slow",
        }
    }
}

/// What a signal says: a calibrated score in [0, 1], or why it has none. A signal without an
/// opinion never alarms.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "a score or a reason, nothing else")]
pub enum Opinion {
    /// .45 is the alarm threshold, set near 2 % false alarms on recorded dialogues.
    Score(f64),
    /// No opinion, and why.
    Abstained(String),
}

impl Opinion {
    fn abstain(reason: &str) -> Self {
        Self::Abstained(reason.to_owned())
    }

    /// The score, if there is an opinion.
    #[must_use]
    pub fn score(&self) -> Option<f64> {
        match self {
            Self::Score(score) => Some(*score),
            Self::Abstained(_) => None,
        }
    }

    /// Why there is no opinion, if there is none.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Score(_) => None,
            Self::Abstained(reason) => Some(reason),
        }
    }
}

/// Why a signal is high, for people.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Evidence {
    /// The signal it speaks for.
    pub signal: Signal,
    /// What was found.
    pub text: String,
    /// The id of the broken rule, for `rules`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// The earlier turn it refers to, for `repetition` and `contradiction`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub turn: Option<u32>,
}

impl Evidence {
    fn new(signal: Signal, text: String) -> Self {
        Self { signal, text, rule: None, turn: None }
    }
}

/// The judgement of one reply.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Drift {
    /// The signals combined, in [0, 1], six digits. At or over .45 the reply is flagged.
    pub index: f64,
    /// SRIP-03's composite, reported beside the index: (SDI + SV + PD) / (3 SCR), in [0, 1].
    pub di: f64,
    /// The parts of `di`.
    pub coherence: Coherence,
    /// Every signal's opinion.
    pub signals: BTreeMap<Signal, Opinion>,
    /// Why, strongest signal first.
    pub evidence: Vec<Evidence>,
    /// The signals in alarm; non-empty exactly when `index` is at or over .45.
    pub flags: Vec<Signal>,
    /// Distance of reply and request, raw, in [0, 1]; its running mean calibrates `off_topic`.
    pub topic_distance: Option<f64>,
    /// Share of the reply's phrases that one earlier reply has, raw, in [0, 1]; what is usual of it
    /// calibrates `repetition`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeated: Option<f64>,
}

impl Drift {
    /// The rules that were broken, by id.
    pub(crate) fn broken_rules(&self) -> impl Iterator<Item = &String> {
        self.evidence.iter().filter_map(|evidence| evidence.rule.as_ref())
    }
}

/// A signal's opinion with its evidence.
pub(crate) struct Finding {
    opinion: Opinion,
    evidence: Vec<Evidence>,
}

impl Finding {
    fn abstain(reason: &str) -> Self {
        Self { opinion: Opinion::abstain(reason), evidence: Vec::new() }
    }

    /// A score; evidence is kept where it is in alarm.
    fn scored(signal: Signal, score: f64, evidence: impl FnOnce() -> String) -> Self {
        let score = crate::text::round6(score);
        let evidence =
            if score >= index::ALARM { vec![Evidence::new(signal, evidence())] } else { Vec::new() };
        Self { opinion: Opinion::Score(score), evidence }
    }
}

/// Judges a reply outside of a turn, as the next of a session: nothing is recorded. `vectors` are
/// those of request and reply.
#[must_use]
pub fn preview(
    session: &Session,
    request: &str,
    reply: &str,
    vectors: [Option<&Answer>; 2],
    config: &Config,
) -> Drift {
    let [asked, said] = vectors;
    judge(&Situation::of(session, request.to_owned(), reply, config).with_vectors(asked, said))
}

/// Judges a reply: every signal, the index over them, and SRIP-03's composite.
pub(crate) fn judge(situation: &Situation<'_>) -> Drift {
    let asked = situation.asked;
    let topic_distance = off_topic::distance(situation);
    let repeated = repetition::measure(situation);
    let findings = [
        (Signal::Rules, rules::judge(situation)),
        (Signal::Persona, persona::judge(situation, asked)),
        (Signal::OffTopic, off_topic::judge(situation, topic_distance, asked)),
        (Signal::Consistency, consistency::judge(situation, asked)),
        (Signal::Repetition, repetition::judge(situation, repeated, asked)),
        (Signal::Contradiction, contradiction::judge(situation)),
        (Signal::Slow, slow::judge(situation, asked)),
    ];
    let topic_distance = topic_distance.ok().map(|distance| distance.value);
    let coherence = coherence::measure(situation, topic_distance);
    let drift = index::combine(findings, coherence, topic_distance);
    // What was repeated by the user's wish is not the voice's usual.
    let judged = drift.signals.get(&Signal::Repetition).and_then(Opinion::score);
    let repeated = judged.and_then(|_| repeated.ok()).map(|(_, share)| crate::text::round6(share));
    Drift { repeated, ..drift }
}

/// The last turn's judgement with the signals that had waited for vectors; `None` if it is not
/// the last, or nothing was judged. Everything else stays as it was decided.
pub(crate) fn judge_again(
    session: &Session,
    turn: u32,
    vectors: [&Answer; 2],
    config: &Config,
) -> Option<Drift> {
    let [request, reply] = vectors;
    let judged = session.last_judgement()?;
    let last = session.turns().last().filter(|last| last.number == turn)?;
    let spoken = last.reply.message.spoken();
    let situation = Situation::of(session, session.asked_in(turn), &spoken, config)
        .with_vectors(Some(request), Some(reply));
    let asked = situation.asked;
    let topic_distance = off_topic::distance(&situation);
    let findings = judged.signals.iter().map(|(&signal, opinion)| {
        let own = judged.evidence.iter().filter(|evidence| evidence.signal == signal).cloned();
        let finding = match signal {
            Signal::OffTopic => off_topic::judge(&situation, topic_distance, asked),
            _ => Finding { opinion: opinion.clone(), evidence: own.collect() },
        };
        (signal, finding)
    });
    let topic_distance = topic_distance.ok().map(|distance| distance.value);
    let combined = index::combine(findings, judged.coherence, topic_distance);
    Some(Drift { repeated: judged.repeated, ..combined })
}
