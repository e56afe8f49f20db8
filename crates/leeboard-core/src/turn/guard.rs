//! Attempts to change who the assistant is, over one turn.
//!
//! Owns which texts of a turn are looked at, and what follows: a line of who the assistant is in the
//! next note. What is an attempt is decided in `safety`; that a reply which goes along counts as
//! drift, in `drift::persona`.

use super::Reply;
use crate::config::Config;
use crate::control::{Correction, Method, Plan};
use crate::identity::Identity;
use crate::message::{Entry, Role};
use crate::patterns::CausalLink;
use crate::record::Opened;
use crate::safety::{self, Attempt, AttemptPlace};
use crate::session::Session;
use crate::text;

/// Turns after an attempt in which a reply may still go along with it.
const LASTS: u32 = 3;

/// The attempts in what the user and tools say.
pub(super) fn of_input(session: &Session, entries: &[Entry]) -> Vec<Attempt> {
    let own = own_name(session.identity());
    entries.iter().filter_map(|entry| of_entry(entry, own.as_deref())).collect()
}

fn of_entry(entry: &Entry, own: Option<&str>) -> Option<Attempt> {
    let place = match entry.message.role {
        Role::User => AttemptPlace::User,
        Role::Tool => AttemptPlace::Tool,
        _ => return None,
    };
    safety::attempt(place, &entry.id, &entry.message.full_text(), own)
}

/// The attempts in what the note quotes.
pub(super) fn of_note(session: &Session, note: Option<&str>) -> Vec<Attempt> {
    let own = own_name(session.identity());
    let quoted = note.into_iter().flat_map(str::lines).filter_map(|line| line.strip_prefix("- "));
    quoted.filter_map(|line| safety::attempt(AttemptPlace::Memory, "", line, own.as_deref())).collect()
}

/// The attempts in the turn's tool results, and the reply if it goes along with any.
pub(super) fn of_reply(session: &Session, opened: &Opened, reply: &Reply, spoken: &str) -> Vec<Attempt> {
    let mut attempts = of_input(session, &reply.steps);
    // Without an identity there is none to leave.
    if !session.identity().text().is_empty() {
        let since = opened.turn.saturating_sub(LASTS);
        let tried = session.safety().attempts_from(since).chain(&opened.attempts).chain(&attempts);
        let tried: Vec<Attempt> = tried.cloned().collect();
        attempts.extend(safety::adopted(&tried, reply.id(), spoken));
    }
    attempts
}

/// The reply's part among them, if it goes along.
pub(super) fn adopted(attempts: &[Attempt]) -> Option<&Attempt> {
    attempts.iter().find(|attempt| attempt.place == AttemptPlace::Reply)
}

/// The plan, with a line of who the assistant is where something tries to change that: in this
/// input, or in what tools said in the turn before.
pub(super) fn guarded(plan: Plan, session: &Session, attempts: &[Attempt], config: &Config) -> Plan {
    let before = session.next_turn().saturating_sub(1);
    let tool = |attempt: &&Attempt| attempt.place == AttemptPlace::Tool;
    let first = attempts.first().or_else(|| session.safety().attempts_from(before.max(1)).find(tool));
    let off = plan.is_switched_off() || !config.limits.safety.guard || session.identity().anchor().is_none();
    match first {
        Some(attempt) if !off => {
            let cause = if plan.steps.is_empty() { attempt.in_words() } else { plan.cause };
            anchored(Plan { guards: true, cause, ..plan })
        }
        _ => plan,
    }
}

/// The plan, with a line of who the assistant is where its turn has come.
pub(super) fn reminded(plan: Plan, session: &Session, config: &Config) -> Plan {
    let every = config.prompt.anchor.every;
    let due = every > 0 && session.next_turn().is_multiple_of(every);
    let off = plan.is_switched_off() || plan.guards || session.identity().anchor().is_none();
    if !due || off {
        return plan;
    }
    let cause = if plan.steps.is_empty() { format!("every {every} turns") } else { plan.cause };
    anchored(Plan { reminds: true, cause, ..plan })
}

fn anchored(mut plan: Plan) -> Plan {
    plan.correction = plan.correction.max(Correction::Anchor);
    if !plan.methods.contains(&Method::SemanticReanchoring) {
        plan.methods.insert(0, Method::SemanticReanchoring);
    }
    plan
}

/// Cause and effect of each, for the causal chain.
pub(super) fn links(opened: &Opened, attempts: &[Attempt]) -> Vec<CausalLink> {
    let all = opened.attempts.iter().chain(attempts);
    all.map(|attempt| {
        let effect = match attempt.place {
            AttemptPlace::Reply => "counts as drift of persona",
            AttemptPlace::User | AttemptPlace::Quotation | AttemptPlace::Tool if opened.plan.guards => {
                "the identity was restated"
            }
            _ => "recorded",
        };
        CausalLink { cycle: opened.turn, cause: attempt.in_words(), effect: effect.to_owned() }
    })
    .collect()
}

/// The assistant's name in lower case: the identity's, or the capitalised word after "You are".
fn own_name(identity: &Identity) -> Option<String> {
    let named = identity.name().map(str::to_owned).or_else(|| {
        let (_, after) = identity.text().split_once("You are ")?;
        let first = after.split(|c: char| !c.is_alphanumeric()).next()?;
        first.chars().next().is_some_and(char::is_uppercase).then(|| first.to_owned())
    })?;
    let first = text::words(&named).next()?;
    Some(first)
}
