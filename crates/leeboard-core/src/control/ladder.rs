//! The correction ladder: which rung answers which signal.

use super::{Correction, Plan, Posture};
use crate::config::ControlConfig;
use crate::drift::{Drift, Signal};
use crate::session::{Cycle, Session};

/// Step 5, looking back: what the last judged replies ask to be corrected now. A correction is
/// held for some replies after the one that called for it, since one reminder fades as fast as
/// what it reminds of.
pub(crate) fn plan(session: &Session, config: &ControlConfig) -> Plan {
    let held = usize::try_from(config.hold).unwrap_or(usize::MAX).saturating_add(1);
    let recent: Vec<&Cycle> = session.correctable().take(held).collect();
    let Some(last) = recent.first() else {
        let cause = if session.history().is_empty() {
            "nothing judged yet"
        } else {
            "nothing judged since the window was restarted"
        };
        return Plan { cause: cause.to_owned(), ..Plan::default() };
    };
    let flagged = recent.iter().find(|cycle| !cycle.flags.is_empty());
    let flags: Vec<Signal> = recent.iter().flat_map(|cycle| cycle.flags.iter().copied()).collect();
    let mut rules: Vec<String> = recent.iter().flat_map(|cycle| cycle.broken.iter().cloned()).collect();
    rules.sort();
    rules.dedup();
    let rut = last.posture == Posture::Crystallization || last.flags.contains(&Signal::Repetition);
    let cause = flagged.map_or_else(
        || format!("last reply not flagged, posture {}", last.posture.name()),
        |cycle| format!("reply of turn {} flagged: {}", cycle.turn, names(&cycle.flags)),
    );
    Plan { correction: step(&flags), rules, vary: rut, cause }
}

/// The correction that one judgement asks for, for a reply that is asked for again.
pub(crate) fn plan_for(drift: &Drift) -> Plan {
    Plan {
        correction: step(&drift.flags),
        rules: drift.broken_rules().cloned().collect(),
        vary: drift.flags.contains(&Signal::Repetition),
        cause: format!("reply flagged: {}", names(&drift.flags)),
    }
}

/// The least step of the ladder that answers the signals: a broken rule is restated, a lost
/// voice, topic or form is anchored; against a repetition another form is asked for, and no
/// reminder is needed.
fn step(flags: &[Signal]) -> Correction {
    if flags.contains(&Signal::Rules) {
        Correction::Restate
    } else if flags.iter().any(|flag| *flag != Signal::Repetition) {
        Correction::Anchor
    } else {
        Correction::Observe
    }
}

fn names(flags: &[Signal]) -> String {
    flags.iter().map(|flag| flag.name()).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_step_that_answers_the_signals_is_taken() {
        assert_eq!(step(&[Signal::Persona, Signal::Rules]), Correction::Restate);
        assert_eq!(step(&[Signal::Persona]), Correction::Anchor);
        assert_eq!(step(&[Signal::Repetition]), Correction::Observe);
        assert_eq!(step(&[]), Correction::Observe);
    }
}
