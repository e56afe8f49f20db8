//! The audit: every recorded reply scored, offline, without a model.
//!
//! Owns the output line. Rendering for people is the business of `report`.

use std::collections::BTreeMap;

use leeboard_core::control::Posture;
use leeboard_core::drift::{Drift, Evidence, Signal};
use leeboard_core::identity::Identity;
use leeboard_core::patterns::Attractor;
use leeboard_core::record::Mode;
use leeboard_core::text;
use leeboard_io::conversation::Conversation;
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
    /// The beginning of the reply, for reports; not in the JSON.
    #[serde(skip)]
    pub excerpt: String,
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
            excerpt: text::excerpt(&reply.message.spoken(), 160),
            drift: closed.drift,
        });
    }
    Ok(lines)
}
