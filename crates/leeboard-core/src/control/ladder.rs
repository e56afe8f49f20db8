//! Step 5 of the loop, looking back: which rung of the correction ladder answers which signal.
//!
//! Owns the choice: the least rung that may work, one higher where the last one did not help, none
//! where the model does not respond or the budget is spent. Bounds are in `config::LadderConfig`;
//! whether a rung has helped is measured in `effect`.

use super::course::Course;
use super::lapse::Known;
use super::plan::{RestatedFact, Resting, Step};
use super::{Correction, Intent, Plan, Posture, method};
use crate::config::{ControlConfig, LadderConfig};
use crate::drift::{Drift, Signal};
use crate::memory::facts::{self, Fact};
use crate::record::Mode;
use crate::session::{Cycle, Session};

/// The signals in the order in which they are named.
const SIGNALS: [Signal; 7] = [
    Signal::Rules,
    Signal::Persona,
    Signal::OffTopic,
    Signal::Consistency,
    Signal::Repetition,
    Signal::Contradiction,
    Signal::Slow,
];

/// What the last judged replies ask to be corrected now. A correction is held for some replies
/// after the one that called for it, since one reminder fades as fast as what it reminds of.
pub(crate) fn plan(
    session: &Session,
    (mode, intent, stated): (Mode, Intent, &[Fact]),
    control: &ControlConfig,
) -> Plan {
    let held = usize::try_from(control.hold).unwrap_or(usize::MAX).saturating_add(1);
    let recent: Vec<&Cycle> = session.correctable().take(held).collect();
    let Some(last) = recent.first() else {
        let cause = if session.history().is_empty() {
            "nothing judged yet"
        } else {
            "nothing judged since the window was restarted"
        };
        return Plan { cause: cause.to_owned(), ..Plan::default() };
    };
    let view = View { session, mode, intent, stated, control, recent: &recent };
    let mut plan = Plan { facts: view.facts(), ..Plan::default() };
    for signal in SIGNALS {
        match view.choose(signal) {
            Some(Ok(step)) => plan.steps.push(step),
            Some(Err(why)) => plan.resting.push(Resting { signal, why }),
            None => {}
        }
    }
    plan.facts
        .retain(|fact| fact.forgotten || plan.steps.iter().any(|it| it.signal == Signal::Contradiction));
    if plan.treats(Signal::Rules) {
        plan.rules = recent.iter().flat_map(|cycle| cycle.broken.iter().cloned()).collect();
        plan.rules.sort();
        plan.rules.dedup();
    }
    plan.vary = last.posture == Posture::Crystallization || plan.treats(Signal::Repetition);
    let flagged = recent.iter().find(|cycle| !cycle.flags.is_empty());
    plan.cause = flagged.map_or_else(
        || format!("last reply not flagged, posture {}", last.posture.name()),
        |cycle| format!("reply of turn {} flagged: {}", cycle.turn, names(&cycle.flags)),
    );
    method::rebalance(&mut plan, session, control);
    plan.correction = plan.steps.iter().map(|step| step.rung).max().unwrap_or_default();
    let due = session.safety().recenter_due();
    plan.recenter = mode == Mode::Manage && (due.is_some() || plan.steps.iter().any(Step::restarts));
    if let Some(due) = due.filter(|_| plan.recenter) {
        plan.correction = plan.correction.max(Correction::Contain);
        due.clone_into(&mut plan.cause);
    }
    method::name(&mut plan, session, control);
    plan
}

impl Step {
    /// Whether the window starts anew with it.
    fn restarts(&self) -> bool {
        self.begins && matches!(self.rung, Correction::Consolidate | Correction::Contain)
    }
}

/// What the choice is made from.
struct View<'a> {
    session: &'a Session,
    mode: Mode,
    intent: Intent,
    /// What the user states in the message that is to be answered.
    stated: &'a [Fact],
    control: &'a ControlConfig,
    /// The judged replies that may call for a correction, newest first.
    recent: &'a [&'a Cycle],
}

impl View<'_> {
    /// What to do about a signal: nothing to do, a step, or why there is none.
    fn choose(&self, signal: Signal) -> Option<Result<Step, String>> {
        let alarms = || self.recent.iter().enumerate().filter(|(_, cycle)| cycle.flags.contains(&signal));
        let (back, alarm) = alarms().next()?;
        let [_, recovery, _] = self.control.index;
        let sure = is_exact(signal) || alarm.index >= recovery;
        // What was only likely is not held against later replies.
        if back > 0 && !sure {
            return None;
        }
        if signal == Signal::Contradiction && only_forgotten(alarm) {
            return Some(Err("the fact was missing in the prompt and is put back".to_owned()));
        }
        if signal == Signal::Contradiction && self.facts().is_empty() {
            return Some(Err("what it went against holds no more".to_owned()));
        }
        let (ladder, turn) = (&self.control.ladder, self.session.next_turn());
        let course = self.session.steering().course(signal);
        let again = alarms().nth(1).is_some_and(|(at, _)| at - back <= ladder.within as usize);
        // What came down with the first corrected reply may have been chance.
        if back > 0 && !is_exact(signal) && !again {
            return None;
        }
        if let Some(why) = self.rest(signal, course, turn) {
            return Some(Err(why));
        }
        let act = self.intent.threshold(signal, ladder.act, recovery);
        if !is_exact(signal) && alarm.index < act && !again && course.rung == Correction::Observe {
            return Some(Err(format!("index {:.3}, under {act:.2}: watched until it recurs", alarm.index)));
        }
        let (rung, begins) = self.rung(signal, course, back == 0, alarm.turn);
        // A reminder that is held need not stand in every prompt.
        let every = ladder.every.max(1);
        if !begins && turn.saturating_sub(course.began) % every != 0 {
            return Some(Err(format!("held, said every {every} turns")));
        }
        Some(Ok(Step { signal, rung, begins }))
    }

    /// Why a signal is left alone.
    fn rest(&self, signal: Signal, course: &Course, turn: u32) -> Option<String> {
        let ladder = &self.control.ladder;
        let policy = ladder.policy(signal);
        if policy.highest == Correction::Observe {
            return Some("its policy is to observe".to_owned());
        }
        if course.given_up {
            let failures = course.failures;
            return Some(format!(
                "not responding after {failures} courses; left alone until it falls by itself"
            ));
        }
        if turn < course.rests_until {
            return Some(format!("not responding; rests until turn {}", course.rests_until));
        }
        let spent = course.spent(turn.saturating_sub(ladder.window).saturating_add(1));
        (spent >= policy.budget)
            .then(|| format!("budget of {} in {} turns is spent", policy.budget, ladder.window))
    }

    /// The rung, and whether it begins.
    fn rung(&self, signal: Signal, course: &Course, fresh: bool, alarm: u32) -> (Correction, bool) {
        let ladder = &self.control.ladder;
        let highest = ladder.policy(signal).highest;
        let base = self.base(signal).min(highest);
        if !fresh {
            // Restarts and safe mode are done once; what they were for is then said again.
            let held = if course.rung == Correction::Observe { course.helped } else { course.rung };
            return (
                held.clamp(base, Correction::Restate.max(base)),
                course.rung == Correction::Observe && course.last < alarm,
            );
        }
        let relapse = course.helped_at > 0
            && course.rung == Correction::Observe
            && alarm <= course.helped_at.saturating_add(ladder.within);
        let before = if relapse { course.helped } else { course.rung };
        let failed = before != Correction::Observe && (relapse || course.last == alarm);
        if !failed {
            return (base, true);
        }
        let next = self.next(before, highest);
        (next.max(base), next != before || relapse)
    }

    /// The next rung that can be taken. Regeneration is decided when the reply is in, and safe mode
    /// by `safety`; without either of these the fault is restated.
    fn next(&self, rung: Correction, highest: Correction) -> Correction {
        let wanted = match rung {
            Correction::Observe => Correction::Anchor,
            Correction::Anchor => Correction::Restate,
            Correction::Restate => Correction::Consolidate,
            Correction::Consolidate | Correction::Regenerate | Correction::Contain => Correction::Contain,
        };
        match wanted.min(highest) {
            Correction::Consolidate | Correction::Regenerate if !self.may_restart() => Correction::Restate,
            Correction::Contain if !self.session.safety().is_safe() => Correction::Restate,
            Correction::Regenerate => Correction::Consolidate,
            next => next,
        }
    }

    /// Whether the window may start anew: it is ours, there is something to leave out, and the last
    /// time is long enough ago.
    fn may_restart(&self) -> bool {
        let last = self.session.steering().recentered();
        let due = last == 0
            || self.session.next_turn() >= last.saturating_add(self.control.ladder.restart_cooldown);
        self.mode == Mode::Manage && due && self.session.turns_from(self.session.window_start()).len() > 3
    }

    /// The least rung that answers a signal.
    fn base(&self, signal: Signal) -> Correction {
        match signal {
            Signal::Rules => Correction::Restate,
            Signal::Contradiction if self.facts().iter().any(|fact| !fact.forgotten) => Correction::Restate,
            _ => Correction::Anchor,
        }
    }

    /// The facts that recent replies went against, each once, as far as they still hold.
    fn facts(&self) -> Vec<RestatedFact> {
        let known = self.session.facts();
        let holds =
            |id: &String| known.valid().any(|fact| fact.id() == *id && !facts::ended_by(fact, self.stated));
        let mut facts: Vec<RestatedFact> = Vec::new();
        for lapse in self.recent.iter().flat_map(|cycle| &cycle.lapses) {
            let new = facts.iter().all(|fact| fact.words != lapse.words);
            if lapse.signal == Signal::Contradiction && new && holds(&lapse.id) {
                let forgotten = lapse.known == Known::Forgotten;
                facts.push(RestatedFact { turn: lapse.turn, words: lapse.words.clone(), forgotten });
            }
        }
        facts
    }
}

/// The turns whose replies call for a restart of the window, but those that tools have gone on
/// with; the last of them stands as long as it is the last turn.
pub(crate) fn at_fault(session: &Session, plan: &Plan, control: &ControlConfig) -> Vec<u32> {
    let held = usize::try_from(control.hold).unwrap_or(usize::MAX).saturating_add(1);
    let recent = session.correctable().take(held);
    let at_fault = recent.filter(|cycle| cycle.flags.iter().any(|&flag| plan.treats(flag)));
    let mut turns = crate::safety::free(session, at_fault.map(|cycle| cycle.turn).collect());
    turns.reverse();
    turns
}

/// Whether everything that a reply contradicted was missing in its prompt.
fn only_forgotten(cycle: &Cycle) -> bool {
    let mut facts = cycle.lapses.iter().filter(|lapse| lapse.signal == Signal::Contradiction).peekable();
    facts.peek().is_some() && facts.all(|lapse| lapse.known == Known::Forgotten)
}

/// Whether a signal is not a matter of degree.
fn is_exact(signal: Signal) -> bool {
    matches!(signal, Signal::Rules | Signal::Contradiction)
}

/// The correction that one judgement asks for, for a reply that is asked for again.
pub(crate) fn plan_for(drift: &Drift, lapses: &[super::Lapse], ladder: &LadderConfig) -> Plan {
    let allowed = |signal: &&Signal| ladder.policy(**signal).highest >= Correction::Anchor;
    let rung = |signal| if is_exact(signal) { Correction::Restate } else { Correction::Anchor };
    let steps: Vec<Step> = drift
        .flags
        .iter()
        .filter(allowed)
        .map(|&signal| Step { signal, rung: rung(signal).min(ladder.policy(signal).highest), begins: false })
        .collect();
    let facts = lapses.iter().filter(|lapse| lapse.signal == Signal::Contradiction);
    Plan {
        correction: Correction::Regenerate,
        rules: drift.broken_rules().cloned().collect(),
        facts: facts
            .map(|lapse| RestatedFact {
                turn: lapse.turn,
                words: lapse.words.clone(),
                forgotten: lapse.known == Known::Forgotten,
            })
            .collect(),
        vary: drift.flags.contains(&Signal::Repetition),
        steps,
        cause: format!("reply flagged: {}", names(&drift.flags)),
        ..Plan::default()
    }
}

fn names(flags: &[Signal]) -> String {
    flags.iter().map(|flag| flag.name()).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests;
