//! The minimal self-model: what the runtime believes of the conversation, and why it acts.
//!
//! Reads the folded state; decides nothing. What happened, and what followed from it, is the causal
//! chain of the records.

use serde::{Deserialize, Serialize};

use super::Correction;
use crate::session::Session;

/// One belief with its reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Belief {
    /// What is believed, or done.
    pub what: String,
    /// Why.
    pub why: String,
}

/// All beliefs about a session as it stands, the posture first.
#[must_use]
pub fn beliefs(session: &Session) -> Vec<Belief> {
    let mut beliefs = vec![posture(session)];
    if let Some(since) = session.safety().since() {
        let cause = session.safety().ledger().iter().rev().find(|event| event.snapshot.is_some());
        let why = cause.map_or_else(String::new, |event| event.cause.clone());
        beliefs.push(Belief { what: format!("in safe mode since turn {since}: nothing is learned"), why });
    }
    if let tried @ 1.. = session.safety().attempted() {
        let what = "somebody tries to change who the assistant is".to_owned();
        beliefs.push(Belief { what, why: format!("attempts so far: {tried}") });
    }
    let turn = session.next_turn();
    for (signal, course) in session.steering().courses() {
        let name = signal.name();
        if course.not_responding(turn) {
            let until = if course.given_up {
                format!("until {name} falls by itself")
            } else {
                format!("until turn {}", course.rests_until)
            };
            let what = format!("the model does not respond about {name}; it is left alone {until}");
            beliefs.push(Belief { what, why: format!("{} courses in a row did not help", course.failures) });
        } else if course.rung > Correction::Observe {
            let what = format!("{} is awaited to bring {name} down", course.rung.name());
            beliefs.push(Belief { what, why: format!("it began with turn {}", course.began) });
        } else if course.helped_at > 0 {
            let what = format!("{} helps against {name}", course.helped.name());
            beliefs.push(Belief { what, why: format!("{name} came down with turn {}", course.helped_at) });
        }
    }
    if let Some(pattern) = session.attractor() {
        let what = format!("the conversation is about {}", pattern.name);
        let (state, psi) = (pattern.lifecycle_state.name(), pattern.stability_index);
        beliefs.push(Belief { what, why: format!("this pattern is {state}, stability {psi:.3}") });
    }
    beliefs
}

fn posture(session: &Session) -> Belief {
    let held = session.steering().held();
    let what = format!("the course is {}", held.posture.name());
    let why = match (&held.lock, &held.transition, session.history().back()) {
        (Some(lock), ..) => format!("locked until turn {}: {}", lock.until, lock.cause),
        (None, Some(change), _) => change.cause.clone(),
        (None, None, Some(cycle)) if held.since > 0 => {
            format!("held since turn {}, last index {:.3}", held.since, cycle.index)
        }
        (None, None, Some(cycle)) => format!("no reply has asked for more, last index {:.3}", cycle.index),
        (None, None, None) => "nothing was judged yet".to_owned(),
    };
    Belief { what, why }
}
