//! THE LOOP: one turn of a conversation, from the user's message to the judged reply.
//!
//! The eleven steps of the published loop in their order: [`open`] does steps 1 to 7, the shell
//! calls the model (8), [`close`] does steps 9 to 11. Both are pure: they read the session and
//! return records; nothing changes until the shell applies and persists those. What a step does
//! is in the room it calls; only the order is here.

use crate::config::Config;
use crate::control::{self, Plan};
use crate::drift;
use crate::error::{Misuse, TurnError};
use crate::ledger::Chain;
use crate::memory;
use crate::message::Entry;
use crate::patterns::{self, CausalLink};
use crate::prompt::{self, Prompt, TokenReport};
use crate::record::{Closed, Digest, MessageTokens, Mode, Opened, Outcome, Payload, Record, Rejected, Stamp};
use crate::safety;
use crate::session::{Session, spoken_by_user};
use crate::symbols;
use crate::tokens::TokenCounter;
use crate::vector::Answer;

/// What the user has said, with the moment and the mode of the turn.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "the shell builds it for every turn")]
pub struct Input {
    /// The new messages: the user's, with tool results between them if there are any.
    pub entries: Vec<Entry>,
    /// What leeboard may change.
    pub mode: Mode,
    /// Now, and fresh salt.
    pub stamp: Stamp,
}

/// What the model has said.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "the shell builds it for every turn")]
pub struct Reply {
    /// Tool calls and results since the input, oldest first.
    pub steps: Vec<Entry>,
    /// The reply; `None` if there was none.
    pub entry: Option<Entry>,
    /// How the turn ended.
    pub outcome: Outcome,
    /// Replies of this turn that were rejected before.
    pub rejected: Vec<Rejected>,
    /// Whether the reply is held back until it is judged, so that it may be regenerated.
    pub buffered: bool,
    /// Now, and fresh salt.
    pub stamp: Stamp,
}

/// Settings and the token counter, as every step gets them.
#[derive(Clone, Copy)]
#[expect(clippy::exhaustive_structs, reason = "the shell builds it")]
pub struct Tools<'a> {
    /// The settings.
    pub config: &'a Config,
    /// Counts tokens.
    pub tokens: &'a dyn TokenCounter,
}

/// An opened turn.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Opening {
    /// To be applied and persisted before the model is called.
    pub records: Vec<Record>,
    /// What to send in mode manage; `None` in observe.
    pub prompt: Option<Prompt>,
    /// The note to add to the client's messages in mode augment.
    pub note: Option<String>,
    /// What is to be corrected, and why.
    pub plan: Plan,
}

/// A judged reply.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "the shell must handle both")]
pub enum Closing {
    /// Ask the model once more with this prompt; pass `rejected` on with the next reply.
    Retry {
        /// The corrected prompt.
        prompt: Box<Prompt>,
        /// The reply that is not delivered.
        rejected: Rejected,
    },
    /// Deliver the reply; apply and persist the records.
    Done(Vec<Record>),
}

/// The texts whose vectors [`open`] would use, in the order it wants the answers.
#[must_use]
pub fn wants_open(input: &Input) -> Vec<String> {
    Some(spoken_by_user(&input.entries)).filter(|text| !text.trim().is_empty()).into_iter().collect()
}

/// Steps 1 to 7: from the user's message to the prompt.
///
/// # Errors
/// [`TurnError::Limit`] if the input is too large, [`TurnError::Misuse`] if the answers do not
/// match [`wants_open`]. Nothing has changed then.
pub fn open(
    session: &Session,
    input: &Input,
    answers: &[Answer],
    tools: Tools<'_>,
) -> Result<Opening, TurnError> {
    // 1. Ingest the user's input.
    safety::check_sizes(&input.entries, &tools.config.limits)?;
    let vector = answer_to(&wants_open(input), answers)?;
    let request = spoken_by_user(&input.entries);

    // 2. Update the state: changed settings; a turn that got no reply is given up.
    let settled = settle(session, input.stamp, tools)?;
    let (session, mut records) = (settled.as_ref().map_or(session, |(now, _)| now), Vec::new());
    records.extend(settled.iter().flat_map(|(_, records)| records.iter().cloned()));

    // 5. Detect drift: look back at the last judged reply. (The reply to come is judged in
    //    `close`; symbols, patterns and attractor, steps 4 and 6, stand as it left them.)
    let plan = if input.mode == Mode::Observe { Plan::default() } else { control::plan(session) };

    let tokens = MessageTokens::of(&input.entries, tools.tokens);
    let mut opened = Opened {
        turn: session.next_turn(),
        input: input.entries.clone(),
        mode: input.mode,
        recalled: Vec::new(),
        window_start: session.window_start(),
        note: None,
        prompt_hash: None,
        report: TokenReport::default(),
        vector,
        plan,
        tokens,
    };
    let mut built = None;
    if input.mode != Mode::Observe {
        // 3. Retrieve relevant memory.
        let candidates = tools.config.memory.max_results.saturating_mul(3);
        let hits = memory::recall(session.index(), &request, candidates, &tools.config.memory);

        // 7. Build the prompt.
        let prompt = prompt::build(
            session,
            &prompt::Request {
                opened: &opened,
                text: &request,
                hits: &hits,
                config: tools.config,
                counter: tools.tokens,
            },
        );
        opened.recalled = prompt.recalled;
        opened.window_start = prompt.window_start;
        opened.note = prompt.note;
        opened.prompt_hash = Some(prompt.prompt.hash);
        opened.report = prompt.prompt.report.clone();
        built = Some(prompt.prompt);
    }
    let (note, plan) = (opened.note.clone(), opened.plan.clone());
    let mut chain = Chain::after(session, input.stamp, tools.config).skipping(records.len());
    chain.add(Payload::Opened(Box::new(opened)));
    records.extend(chain.finish());
    Ok(Opening { records, prompt: built, note, plan })
}

/// The texts whose vectors [`close`] would use, in the order it wants the answers.
#[must_use]
pub fn wants_close(reply: &Reply) -> Vec<String> {
    reply.spoken().filter(|text| !text.trim().is_empty()).into_iter().collect()
}

/// Steps 9 to 11: from the model's reply to the committed turn. The records of [`open`] must
/// have been applied.
///
/// # Errors
/// [`TurnError::Misuse`] without an open turn or with other answers than [`wants_close`] wants,
/// [`TurnError::Limit`] if the reply is too large. Nothing has changed then.
pub fn close(
    session: &Session,
    reply: &Reply,
    answers: &[Answer],
    tools: Tools<'_>,
) -> Result<Closing, TurnError> {
    let opened = session.pending().ok_or(TurnError::Misuse(Misuse::NoOpenTurn))?;
    safety::check_sizes(reply.steps.iter().chain(&reply.entry), &tools.config.limits)?;
    let vector = answer_to(&wants_close(reply), answers)?;
    let Some(spoken) = reply.spoken() else {
        return Ok(Closing::Done(give_up(session, opened, reply, tools)));
    };

    // 9. Post-process: verify the reply by every signal; reject it if it may be asked for again.
    let situation = drift::Situation::new(session, opened, &spoken, vector.as_ref(), tools.config);
    let drift = drift::judge(&situation);
    if let Some(closing) = regenerate(session, reply, &spoken, &drift, tools) {
        return Ok(closing);
    }

    // 10. Store memory: what the turn adds to symbols, voice, pattern and posture.
    let terms = situation.request_text.terms.iter().chain(&situation.reply_text.terms);
    let symbols = symbols::extract(terms, tools.config.patterns.max_symbols);
    let attractor = patterns::update(session, &symbols, drift.index, reply.stamp, &tools.config.patterns);
    let stability = attractor.as_ref().map(|attractor| attractor.stability_index);
    let (posture, transition) = control::next_posture(session, &drift, stability, tools.config);
    let entries: Vec<&Entry> = reply.steps.iter().chain(&reply.entry).collect();
    let closed = Closed {
        turn: opened.turn,
        outcome: reply.outcome,
        tokens: MessageTokens::of(entries, tools.tokens),
        steps: reply.steps.clone(),
        reply: reply.entry.clone().map(Entry::remembered),
        rejected: reply.rejected.clone(),
        voice: situation.voice.clone(),
        accepted: drift.flags.is_empty(),
        causes: CausalLink::of_cycle(
            opened,
            &drift,
            transition.as_ref(),
            attractor.as_ref(),
            session.attractor(),
        ),
        symbols,
        attractor,
        posture,
        transition,
        vector,
        drift,
    };

    // 11. Return: the shell applies and persists the record and delivers the reply.
    let mut chain = Chain::after(session, reply.stamp, tools.config);
    chain.add(Payload::Closed(Box::new(closed)));
    Ok(Closing::Done(chain.finish()))
}

impl Reply {
    fn spoken(&self) -> Option<String> {
        self.entry.as_ref().map(|entry| entry.message.spoken())
    }
}

/// The answer to the one wanted text, if there was one and it has a vector.
fn answer_to(wanted: &[String], answers: &[Answer]) -> Result<Option<crate::vector::Vector>, TurnError> {
    if wanted.len() != answers.len() {
        return Err(TurnError::Misuse(Misuse::Answers { wanted: wanted.len(), got: answers.len() }));
    }
    Ok(answers.first().and_then(|answer| answer.as_ref().ok()).cloned())
}

/// The session with changed settings applied and an unanswered turn given up, and the records
/// of that; `None` in the usual case that there is nothing to settle.
fn settle(
    session: &Session,
    stamp: Stamp,
    tools: Tools<'_>,
) -> Result<Option<(Session, Vec<Record>)>, TurnError> {
    if session.pending().is_none() && session.config() == tools.config && session.sequence() > 0 {
        return Ok(None);
    }
    let mut records = session.start(session.identity(), tools.config, stamp);
    let mut settled = session.clone();
    for record in &records {
        settled.apply(record)?;
    }
    if let Some(opened) = session.pending() {
        let mut chain = Chain::after(&settled, stamp, tools.config).skipping(records.len());
        chain.add(Payload::Closed(Box::new(Closed::abandoned(opened.turn))));
        let abandoned = chain.finish();
        for record in &abandoned {
            settled.apply(record)?;
        }
        records.extend(abandoned);
    }
    Ok(Some((settled, records)))
}

/// A turn without a reply: nothing to judge, its input is taken along by the next turn.
fn give_up(session: &Session, opened: &Opened, reply: &Reply, tools: Tools<'_>) -> Vec<Record> {
    let mut chain = Chain::after(session, reply.stamp, tools.config);
    chain.add(Payload::Closed(Box::new(Closed {
        steps: reply.steps.clone(),
        tokens: MessageTokens::of(&reply.steps, tools.tokens),
        rejected: reply.rejected.clone(),
        ..Closed::abandoned(opened.turn)
    })));
    chain.finish()
}

/// Step 4 of the correction ladder: a buffered reply in posture contain is asked for again with
/// a corrected prompt, a bounded number of times.
fn regenerate(
    session: &Session,
    reply: &Reply,
    spoken: &str,
    drift: &drift::Drift,
    tools: Tools<'_>,
) -> Option<Closing> {
    let opened = session.pending()?;
    let (posture, _) = control::posture_for(drift, &tools.config.control);
    let asked_for = reply.buffered
        && opened.mode != Mode::Observe
        && reply.outcome == Outcome::Replied
        && posture == control::Posture::Contain
        && !drift.flags.is_empty();
    if !asked_for || !safety::may_regenerate(reply.rejected.len() + 1, tools.config) {
        return None;
    }
    let plan = control::plan_for(drift, posture);
    let corrected = Opened { plan: plan.clone(), ..opened.clone() };
    let built = prompt::build(
        session,
        &prompt::Request {
            opened: &corrected,
            text: &spoken_by_user(&opened.input),
            hits: &[],
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
