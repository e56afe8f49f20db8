//! What control and safety decide of a judged reply, in their order.
//!
//! Owns only that order: effects of earlier corrections, containment, the posture asked for, the
//! posture held, and the causal chain of all of it. Each is decided in its own room.

use super::Reply;
use crate::config::Config;
use crate::control::{self, Effect, Held, Lapse, Posture, Transition};
use crate::drift::Drift;
use crate::memory::Continuity;
use crate::patterns::{Attractor, CausalLink, PatternEvent};
use crate::record::Opened;
use crate::safety::{self, Leak, Recovery, SafetyEvent};
use crate::session::Session;

/// A cycle as far as it is measured.
pub(super) struct Cycle<'a> {
    pub(super) session: &'a Session,
    pub(super) opened: &'a Opened,
    pub(super) drift: &'a Drift,
    pub(super) attractor: Option<&'a Attractor>,
    pub(super) pattern_events: &'a [PatternEvent],
    pub(super) continuity: &'a Continuity,
    pub(super) recovery: Option<&'a Recovery>,
    pub(super) lapses: &'a [Lapse],
    pub(super) leak: Option<&'a Leak>,
    pub(super) reply: &'a Reply,
    pub(super) config: &'a Config,
}

/// What follows from it.
pub(super) struct Steered {
    pub(super) effects: Vec<Effect>,
    pub(super) safety: Vec<SafetyEvent>,
    pub(super) posture: Posture,
    pub(super) transition: Option<Transition>,
    pub(super) held: Held,
    pub(super) causes: Vec<CausalLink>,
}

pub(super) fn steer(cycle: &Cycle<'_>) -> Steered {
    let Cycle { session, opened, drift, attractor, continuity, recovery, config, .. } = *cycle;
    let turn = opened.turn;
    let effects = control::measure_effects(session.steering(), turn, drift, &config.control);
    let entry = cycle.reply.entry.as_ref();
    let safety = safety::contain(&safety::Cycles {
        session,
        opened,
        drift,
        attractor,
        continuity,
        recovery,
        effects: &effects,
        calls: cycle.reply.rejected.len() + 1,
        calls_tools: entry.is_some_and(|entry| !entry.message.tool_calls.is_empty()),
        config,
    });
    let asked = control::next_posture(session, drift, attractor, recovery, config);
    let wish = control::Wish {
        turn,
        asked: asked.posture,
        cause: asked.cause,
        index: drift.index,
        stability: attractor.map(|it| it.stability_index),
        locked: safety::locks(&safety),
    };
    let held = control::next_held(session.steering().held(), &wish, &config.control);
    let mut causes = CausalLink::of_cycle(opened, drift, asked.transition.as_ref(), cycle.pattern_events);
    causes.extend(recovery.map(|recovery| recovery.link(turn)));
    causes.extend(control::links(turn, cycle.lapses, &effects, &held, cycle.leak));
    causes.extend(safety.iter().map(SafetyEvent::link));
    Steered { effects, safety, posture: asked.posture, transition: asked.transition, held, causes }
}
