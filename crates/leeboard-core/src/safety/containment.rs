//! Containment (SRIP-06): assertions over a cycle, and what is done when one fails.
//!
//! Owns the limits' checks as decisions for the turn's record. The order in safe mode is that of the
//! standard: freeze what is learned, lock the posture, take a diagnostic snapshot, purge what is
//! volatile, resume when the conversation is stable. What it does is done to the state, never to a
//! reply's words, and neither identity nor facts of the user are in its reach.

use super::event::{Breach, Response, SafetyEvent, Snapshot};
use super::recovery::{Recovery, free, unstable};
use crate::config::Config;
use crate::control::{Correction, Effect, Posture};
use crate::drift::{Drift, Signal};
use crate::memory::Continuity;
use crate::patterns::Attractor;
use crate::record::{Digest, Mode, Opened};
use crate::session::{Cycle, Session};

/// Calm replies that safe mode ends after.
const CALM: u32 = 3;

/// What a cycle is asserted of.
pub(crate) struct Cycles<'a> {
    pub(crate) session: &'a Session,
    pub(crate) opened: &'a Opened,
    pub(crate) drift: &'a Drift,
    pub(crate) attractor: Option<&'a Attractor>,
    pub(crate) continuity: &'a Continuity,
    pub(crate) recovery: Option<&'a Recovery>,
    pub(crate) effects: &'a [Effect],
    /// Model calls of the turn.
    pub(crate) calls: usize,
    /// Whether the reply calls tools: their results need it in the prompt.
    pub(crate) calls_tools: bool,
    pub(crate) config: &'a Config,
}

/// The containment that this cycle's figures ask for. In mode observe nothing is changed.
pub(crate) fn contain(cycle: &Cycles<'_>) -> Vec<SafetyEvent> {
    if cycle.opened.mode == Mode::Observe {
        return Vec::new();
    }
    let mut events = cycle.local();
    let safety = cycle.session.safety();
    if safety.is_safe() {
        events.extend(cycle.resumed());
    } else {
        events.extend(cycle.breach().map(|breach| cycle.enter(breach)));
    }
    events
}

impl Cycles<'_> {
    /// The gravest assertion that fails, with the response to it.
    fn breach(&self) -> Option<(Breach, Response, String)> {
        let limits = &self.config.limits;
        let safety = &limits.safety;
        let exhausted = self.effects.iter().find(|effect| {
            let policy = self.config.control.ladder.policy(effect.signal);
            effect.fell == Some(false)
                && effect.rung >= Correction::Consolidate
                && policy.highest == Correction::Contain
        });
        let lock = self.session.steering().held().lock.as_ref();
        if self.calls >= limits.max_recursion as usize {
            let cause = format!("runaway recursion: {} model calls in the turn", self.calls);
            Some((Breach::Recursion, Response::Recover, cause))
        } else if self.drift.di > safety.collapse_di {
            let cause = format!("semantic collapse: DI {:.3}, over {:.2}", self.drift.di, safety.collapse_di);
            Some((Breach::SemanticCollapse, Response::Quarantine, cause))
        } else if let Some(cause) = self.collapse() {
            Some((Breach::PatternCollapse, Response::Dissolve, cause))
        } else if let Some(effect) = exhausted {
            let cause = format!("{} still in alarm after the window was restarted", effect.signal.name());
            Some((Breach::Drift, Response::Quarantine, cause))
        } else if self.continuity.noise > safety.entropy && self.recovery.is_none() {
            let cause = format!("entropy {:.3}, over {:.2}", self.continuity.noise, safety.entropy);
            Some((Breach::Entropy, Response::Recover, cause))
        } else {
            // One alarm as the lock opens is an accident.
            let before = self.session.history().back().is_some_and(|cycle| !cycle.flags.is_empty());
            let alarmed = before && !self.drift.flags.is_empty();
            let lasted = lock.filter(|lock| alarmed && self.opened.turn >= lock.until);
            lasted.map(|lock| (Breach::Lock, Response::Reset, format!("lock outlasted: {}", lock.cause)))
        }
    }

    /// Stability too low for too long, with replies that say little or a posture that runs away.
    fn collapse(&self) -> Option<String> {
        let safety = &self.config.limits.safety;
        let weak = self.attractor.filter(|it| it.stability_index < safety.collapse_stability)?;
        let before = self.session.history().iter().rev().take(safety.collapse_cycles as usize);
        let cycles: Vec<&Cycle> = before.collect();
        let long = cycles.len() >= safety.collapse_cycles as usize
            && cycles.iter().all(|it| it.stability.is_some_and(|it| it < safety.collapse_stability));
        let coherence = &self.drift.coherence;
        let empty = coherence.compression.0 < safety.collapse_compression;
        let runs = coherence.posture_distance > safety.collapse_posture;
        (long && (empty || runs)).then(|| {
            format!(
                "collapse: stability {:.3} for more than {} cycles, compression {:.3}, posture distance {:.3}",
                weak.stability_index, safety.collapse_cycles, coherence.compression.0, coherence.posture_distance
            )
        })
    }

    /// Safe mode begins.
    fn enter(&self, (breach, response, cause): (Breach, Response, String)) -> SafetyEvent {
        let session = self.session;
        let mut pruned = unstable(session);
        // The reply at fault goes too; it leaves the prompt when the user has answered to it.
        if matches!(response, Response::Quarantine | Response::Dissolve) && !self.calls_tools {
            pruned.push(self.opened.turn);
        }
        let limits = &self.config.control;
        let mut earlier = session.history().iter().rev();
        let sound = earlier.find(|cycle| !cycle.continuity.unstable && cycle.continuity.holds(limits));
        let snapshot = Snapshot {
            sound: sound.map(|cycle| cycle.turn),
            head: session.head(),
            identity: Digest::of(session.identity().prompt().as_bytes()),
            identity_version: session.identity_version(),
            index: self.drift.index,
            di: self.drift.di,
            held: session.steering().held().posture,
            window_start: session.window_start(),
            noise: self.continuity.noise,
        };
        SafetyEvent { turn: self.opened.turn, breach, response, cause, pruned, snapshot: Some(snapshot) }
    }

    /// Safe mode ends when the conversation is stable, or by itself.
    fn resumed(&self) -> Option<SafetyEvent> {
        let (turn, safety) = (self.opened.turn, &self.config.limits.safety);
        let since = self.session.safety().since()?;
        let lasted = turn.saturating_sub(since);
        let unflagged = self.session.history().iter().rev().take_while(|cycle| cycle.turn > since);
        let calm = self.drift.flags.is_empty()
            && unflagged.clone().count() + 1 >= CALM as usize
            && unflagged.take(CALM as usize - 1).all(|cycle| cycle.flags.is_empty());
        let cause = match self.attractor.map(|it| it.stability_index) {
            Some(stability) if calm && stability > safety.resume_stability => {
                format!("stability {stability:.3}")
            }
            None if calm => format!("{CALM} calm replies and no pattern"),
            _ if lasted >= safety.timeout => format!("safe mode ended by itself after {lasted} cycles"),
            _ => return None,
        };
        let (breach, response) = (Breach::Resumed, Response::Resume);
        Some(SafetyEvent { turn, breach, response, cause, pruned: Vec::new(), snapshot: None })
    }

    /// Local instability: isolated without safe mode.
    fn local(&self) -> Vec<SafetyEvent> {
        let (turn, safety) = (self.opened.turn, &self.config.limits.safety);
        let event = |breach, response, cause, pruned| SafetyEvent {
            turn,
            breach,
            response,
            cause,
            pruned,
            snapshot: None,
        };
        let mut events = Vec::new();
        if let Some(before) = self.session.history().back() {
            let rise = self.drift.di - before.di;
            if rise > safety.jump {
                let cause = format!("DI rose by {rise:.3}, over {:.2}", safety.jump);
                events.push(event(Breach::Jump, Response::Isolate, cause, Vec::new()));
            }
        }
        let shift = self.attractor.map_or(0.0, |it| it.phase_shift_delta);
        if shift > safety.phase_shift && self.session.steering().held().lock.is_none() {
            let cause = format!("phase shift {shift:.3}, over {:.2}", safety.phase_shift);
            events.push(event(Breach::PhaseShift, Response::Lock, cause, Vec::new()));
        }
        if self.drift.flags.contains(&Signal::Repetition) {
            let history = self.session.history().iter().rev();
            let loops: Vec<u32> = history
                .take_while(|cycle| cycle.flags.contains(&Signal::Repetition))
                .map(|cycle| cycle.turn)
                .filter(|turn| !self.session.track().is_pruned(*turn))
                .collect();
            if loops.len() >= safety.loops as usize && safety.loops > 0 {
                let cause = format!("{} repetitions in a row", loops.len() + 1);
                events.push(event(Breach::Loop, Response::Prune, cause, free(self.session, loops)));
            }
        }
        events.retain(|event| event.response != Response::Prune || !event.pruned.is_empty());
        events
    }
}

/// Whether the cycle's symbols may form motifs.
pub(crate) fn isolates(events: &[SafetyEvent]) -> bool {
    events.iter().any(|event| matches!(event.response, Response::Isolate | Response::Dissolve))
}

/// The posture that the events lock, and why.
pub(crate) fn locks(events: &[SafetyEvent]) -> Option<(Posture, String)> {
    let safe = events.iter().find(|event| event.snapshot.is_some());
    let local = events.iter().find(|event| event.response == Response::Lock);
    safe.map(|event| (Posture::Recovery, event.cause.clone()))
        .or_else(|| local.map(|event| (Posture::Reflective, event.cause.clone())))
}

#[cfg(test)]
mod tests;
