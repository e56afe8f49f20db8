//! The audit: every recorded reply scored, offline, without a model.
//!
//! Owns the output line. Rendering for people is the business of `report`.

use std::collections::BTreeMap;

use leeboard_core::control::{self, Posture};
use leeboard_core::drift::{Drift, Evidence, Signal};
use leeboard_core::identity::Identity;
use leeboard_core::patterns::Attractor;
use leeboard_core::record::Mode;
use leeboard_core::{Config, Role};
use leeboard_io::conversation::{Conversation, Exchange};
use serde::{Serialize, Serializer};

use crate::offline::{EvalError, Means, Replay};

/// The judgement of one reply, as `audit --output jsonl` prints it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct AuditLine {
    /// The conversation's id.
    pub conversation: String,
    /// The reply, counted from 1.
    pub turn: u32,
    /// Index, DI and the parts of DI.
    #[serde(serialize_with = "figures")]
    pub drift: Drift,
    /// Every signal's score; `null` where it has no opinion.
    pub signals: BTreeMap<Signal, Option<f64>>,
    /// Why a signal has no opinion.
    pub abstained: BTreeMap<Signal, String>,
    /// What speaks for drift, strongest first.
    pub evidence: Vec<Evidence>,
    /// The signals in alarm.
    pub flags: Vec<Signal>,
    /// The posture after this reply.
    pub posture: Posture,
    /// The active pattern after this reply.
    pub attractor: Option<Attractor>,
    /// What the user said, for reports; not in the JSON.
    #[serde(skip)]
    pub request: String,
    /// The reply, for reports; not in the JSON.
    #[serde(skip)]
    pub reply: String,
    /// What decided the posture, for reports; not in the JSON.
    #[serde(skip)]
    pub cause: String,
}

/// The figures of a judgement; evidence, flags and signals stand beside them in the line.
fn figures<S: Serializer>(drift: &Drift, serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Figures {
        index: f64,
        di: f64,
        semantic_drift: f64,
        symbolic_variation: f64,
        posture_distance: f64,
        compression: f64,
        symbolic_density: f64,
        term_overlap: f64,
    }
    let coherence = &drift.coherence;
    Figures {
        index: drift.index,
        di: drift.di,
        semantic_drift: coherence.semantic_drift,
        symbolic_variation: coherence.symbolic_variation,
        posture_distance: coherence.posture_distance,
        compression: coherence.compression.0,
        symbolic_density: coherence.symbolic_density,
        term_overlap: coherence.term_overlap,
    }
    .serialize(serializer)
}

/// Scores every reply of a conversation.
///
/// # Errors
/// [`EvalError`] if a message is over a limit.
pub fn audit(
    conversation: &Conversation,
    identity: Option<&Identity>,
    means: Means<'_>,
) -> Result<Vec<AuditLine>, EvalError> {
    audit_with(conversation, identity, means, &mut || ())
}

/// [`audit`], telling `scored` of every reply.
///
/// # Errors
/// [`EvalError`] if a message is over a limit.
pub fn audit_with(
    conversation: &Conversation,
    identity: Option<&Identity>,
    means: Means<'_>,
    scored: &mut dyn FnMut(),
) -> Result<Vec<AuditLine>, EvalError> {
    let mut replay = Replay::start(conversation, identity, means)?;
    let mut lines = Vec::new();
    for exchange in conversation.exchanges() {
        let Some(reply) = &exchange.reply else { continue };
        let Some(closed) = replay.turn(&exchange, Mode::Observe)? else { continue };
        let opinions = &closed.drift.signals;
        lines.push(AuditLine {
            conversation: conversation.id.clone(),
            turn: closed.turn,
            signals: opinions.iter().map(|(&signal, opinion)| (signal, opinion.score())).collect(),
            abstained: opinions
                .iter()
                .filter_map(|(&signal, opinion)| Some((signal, opinion.reason()?.to_owned())))
                .collect(),
            evidence: closed.drift.evidence.clone(),
            flags: closed.drift.flags.clone(),
            posture: closed.posture,
            attractor: closed.attractor,
            request: asked(&exchange),
            reply: reply.message.spoken(),
            cause: cause(&closed.drift, closed.posture, means.config),
            drift: closed.drift,
        });
        scored();
    }
    Ok(lines)
}

/// The user's words of an exchange.
fn asked(exchange: &Exchange) -> String {
    let users = exchange.input.iter().filter(|entry| entry.message.role == Role::User);
    users.map(|entry| entry.message.spoken()).collect::<Vec<_>>().join("\n")
}

/// The measure that asks for the posture.
fn cause(drift: &Drift, posture: Posture, config: &Config) -> String {
    match posture {
        Posture::Crystallization => "the replies have become alike".to_owned(),
        _ => control::posture_for(drift, &config.control).1,
    }
}
