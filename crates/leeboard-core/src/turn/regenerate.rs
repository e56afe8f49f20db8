//! Rung 4 of the correction ladder: asking the model once more before anything is delivered.
//!
//! Owns the decision, the corrected prompt, and which of several candidates is the better one.
//! Bounded by `control.regenerate`, by the policy of each signal and by `limits.max_recursion`; only
//! a buffered reply can be taken back. In posture recovery or worse recursion is suspended.

use super::{Closing, Delivery, Reply, Tools};
use crate::control::{self, Correction, Lapse, Plan, Posture};
use crate::drift::Drift;
use crate::memory::Hit;
use crate::prompt;
use crate::record::{Digest, Mode, Opened, Outcome, Rejected};
use crate::safety::{self, Leak};
use crate::session::Session;

/// A reply as it was judged.
pub(super) struct Judged<'a> {
    pub(super) spoken: &'a str,
    pub(super) drift: &'a Drift,
    pub(super) lapses: &'a [Lapse],
    pub(super) leak: Option<&'a Leak>,
    /// Whether the reply takes on another identity.
    pub(super) adopted: bool,
}

/// The retry, if the reply may be asked for again; else the better candidate, if it is another.
pub(super) fn regenerate(
    session: &Session,
    reply: &Reply,
    judged: &Judged<'_>,
    tools: Tools<'_>,
) -> Option<Closing> {
    let opened = session.pending()?;
    if reply.delivery == Delivery::Sent || opened.mode == Mode::Observe || opened.plan.is_switched_off() {
        return None;
    }
    let again = reply.delivery == Delivery::Held
        && wanted(session, reply, judged, tools)
        && safety::may_regenerate(reply.rejected.len() + 1, tools.config);
    if !again {
        return better(reply, judged);
    }
    let plan = Plan {
        guards: opened.plan.guards || judged.adopted,
        ..control::plan_for(judged.drift, judged.lapses, &tools.config.control.ladder)
    };
    let corrected = Opened { plan: plan.clone(), ..opened.clone() };
    // What was recalled for the first attempt is recalled for this one.
    let hits: Vec<Hit> = opened.recalled.iter().filter(|item| item.used).map(Hit::again).collect();
    let built = prompt::build(
        session,
        &prompt::Request {
            opened: &corrected,
            text: &session.request(&opened.input),
            hits: &hits,
            config: tools.config,
            counter: tools.tokens,
        },
    );
    let note = built.note().map(str::to_owned);
    Some(Closing::Retry { prompt: Box::new(built.prompt), note, rejected: rejected(judged, plan) })
}

/// Whether a reply is asked for again: it is nothing but the runtime's own words, or it is flagged
/// in posture contain by a signal whose policy goes so far.
fn wanted(session: &Session, reply: &Reply, judged: &Judged<'_>, tools: Tools<'_>) -> bool {
    let control = &tools.config.control;
    let (posture, _) = control::posture_for(judged.drift, control);
    let allowed = |signal| control.ladder.policy(signal).highest >= Correction::Regenerate;
    let suspended = session.steering().held().posture >= Posture::Recovery;
    let drifts = posture == Posture::Contain && judged.drift.flags.iter().any(|&flag| allowed(flag));
    let empty = judged.leak.is_some_and(|leak| !leak.stripped);
    reply.outcome == Outcome::Replied && (empty || (drifts && !suspended))
}

/// The earlier candidate with the lowest index, if it is lower than this one's. Whatever the index,
/// words of its own are better than none.
fn better(reply: &Reply, judged: &Judged<'_>) -> Option<Closing> {
    let by = |a: &Rejected, b: &Rejected| a.empty.cmp(&b.empty).then(a.index.total_cmp(&b.index));
    let candidates = reply.rejected.iter().enumerate();
    let (candidate, best) = candidates.min_by(|a, b| by(a.1, b.1))?;
    let this = rejected(judged, best.plan.clone());
    by(best, &this).is_lt().then_some(Closing::Better { candidate, rejected: this })
}

fn rejected(judged: &Judged<'_>, plan: Plan) -> Rejected {
    let leaked = judged.leak.map(|leak| format!("repeats the runtime's own words: {}", leak.found));
    let reasons = judged.drift.evidence.iter().map(|evidence| evidence.text.clone());
    Rejected {
        digest: Digest::of(judged.spoken.as_bytes()),
        index: judged.drift.index,
        empty: judged.leak.is_some_and(|leak| !leak.stripped),
        reasons: reasons.chain(leaked).collect(),
        plan,
    }
}
