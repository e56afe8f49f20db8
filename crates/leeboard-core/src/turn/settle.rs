//! Turns that do not end as planned: what was left open is settled before the next one starts.
//!
//! Owns giving up a turn without a reply and taking over changed settings. Decides nothing about
//! replies.

use super::{Reply, Tools};
use crate::control::{self, Plan};
use crate::error::TurnError;
use crate::ledger::Chain;
use crate::prompt;
use crate::record::{Closed, MessageTokens, Opened, Payload, Record, Stamp};
use crate::session::Session;

/// A session with nothing left open.
pub(super) struct Settled<'a> {
    given: &'a Session,
    /// The session after the records; only there if there was something to settle.
    changed: Option<Session>,
    pub(super) records: Vec<Record>,
}

impl Settled<'_> {
    pub(super) fn session(&self) -> &Session {
        self.changed.as_ref().unwrap_or(self.given)
    }

    /// Restarts the window for the next turn, as its plan wants.
    pub(super) fn restart(self, plan: &Plan, stamp: Stamp, tools: Tools<'_>) -> Result<Self, TurnError> {
        // Replies that were at fault are examples of it as long as they stand in the prompt.
        let set_aside = control::at_fault(self.session(), plan, &tools.config.control);
        let without = self.session().without(&set_aside);
        let mut recentered = prompt::restart(&without, tools.config, tools.tokens);
        recentered.set_aside = set_aside;
        recentered.turn = self.session().next_turn();
        let mut chain = Chain::after(self.session(), stamp, tools.config).skipping(self.records.len());
        chain.add(Payload::Recentered(Box::new(recentered)));
        let recentered = chain.finish();
        let mut changed = self.changed.unwrap_or_else(|| self.given.clone());
        let mut records = self.records;
        for record in recentered {
            changed.apply(&record)?;
            records.push(record);
        }
        Ok(Self { given: self.given, changed: Some(changed), records })
    }
}

/// Applies changed settings and gives up an unanswered turn. In the usual case there is nothing
/// to do and nothing is copied.
pub(super) fn settle<'a>(
    session: &'a Session,
    stamp: Stamp,
    tools: Tools<'_>,
) -> Result<Settled<'a>, TurnError> {
    if session.pending().is_none() && session.config() == tools.config && session.sequence() > 0 {
        return Ok(Settled { given: session, changed: None, records: Vec::new() });
    }
    let mut records = session.start(session.identity(), tools.config, stamp);
    let mut changed = session.clone();
    for record in &records {
        changed.apply(record)?;
    }
    if let Some(opened) = session.pending() {
        let mut chain = Chain::after(&changed, stamp, tools.config).skipping(records.len());
        chain.add(Payload::Closed(Box::new(Closed::abandoned(opened.turn))));
        let abandoned = chain.finish();
        for record in &abandoned {
            changed.apply(record)?;
        }
        records.extend(abandoned);
    }
    Ok(Settled { given: session, changed: Some(changed), records })
}

/// A turn without a reply: nothing to judge, its input is taken along by the next turn.
pub(super) fn give_up(session: &Session, opened: &Opened, reply: &Reply, tools: Tools<'_>) -> Vec<Record> {
    let mut chain = Chain::after(session, reply.stamp, tools.config);
    let (steps, _) = reply.remembered();
    chain.add(Payload::Closed(Box::new(Closed {
        tokens: MessageTokens::of(&steps, tools.tokens),
        steps,
        rejected: reply.rejected.clone(),
        ..Closed::abandoned(opened.turn)
    })));
    chain.finish()
}
