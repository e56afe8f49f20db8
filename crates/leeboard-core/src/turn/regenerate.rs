//! Step 4 of the correction ladder: asking the model once more before anything is delivered.
//!
//! Owns the decision and the corrected prompt. Bounded by `control.regenerate` and by
//! `limits.max_recursion`; only a buffered reply can be taken back.

use super::{Closing, Reply, Tools};
use crate::control::{self, Posture};
use crate::drift::Drift;
use crate::memory::Hit;
use crate::prompt;
use crate::record::{Digest, Mode, Opened, Outcome, Rejected};
use crate::safety;
use crate::session::Session;

/// The retry, if the reply is flagged in posture contain and may be asked for again.
pub(super) fn regenerate(
    session: &Session,
    reply: &Reply,
    spoken: &str,
    drift: &Drift,
    tools: Tools<'_>,
) -> Option<Closing> {
    let opened = session.pending()?;
    let (posture, _) = control::posture_for(drift, &tools.config.control);
    let asked_for = reply.buffered
        && opened.mode != Mode::Observe
        && reply.outcome == Outcome::Replied
        && posture == Posture::Contain
        && !drift.flags.is_empty();
    if !asked_for || !safety::may_regenerate(reply.rejected.len() + 1, tools.config) {
        return None;
    }
    let plan = control::plan_for(drift);
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
    let rejected = Rejected {
        digest: Digest::of(spoken.as_bytes()),
        index: drift.index,
        reasons: drift.evidence.iter().map(|evidence| evidence.text.clone()).collect(),
        plan,
    };
    Some(Closing::Retry { prompt: Box::new(built.prompt), rejected })
}
