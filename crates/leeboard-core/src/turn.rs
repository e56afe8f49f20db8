//! THE LOOP: one turn of a conversation, from the user's message to the judged reply.
//!
//! The eleven steps of the published loop in their order: [`open`] does steps 1 to 7, the shell
//! calls the model (8), [`close`] does steps 9 to 11. Both are pure: they read the session and
//! return records; nothing changes until the shell applies and persists those. What a step does
//! is in the room it calls; only the order is here.

mod contract;
mod guard;
mod leak;
mod regenerate;
mod settle;
mod steer;
mod vectors;

use std::collections::BTreeMap;

use crate::control::{self, Intent, Plan};
use crate::drift;
use crate::error::{Misuse, TurnError};
use crate::ledger::Chain;
use crate::memory;
use crate::patterns;
use crate::prompt;
use crate::record::{Closed, MessageTokens, Mode, Opened, Payload, Record, Stamp};
use crate::safety;
use crate::session::Session;
use crate::symbols;
use crate::vector::Answer;

pub use contract::{Closing, Delivery, Input, Opening, Reply, Tools};
pub use vectors::Unembedded;

/// The texts whose vectors [`open`] would use, in the order it wants the answers.
#[must_use]
pub fn wants_open(session: &Session, input: &Input) -> Vec<String> {
    vectors::wanted_by_input(session, input)
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
    open_with(session, input, answers, tools, true)
}

/// The same, but the prompt corrects nothing: memory is all that leeboard adds.
///
/// # Errors
/// As [`open`].
pub fn open_uncorrected(
    session: &Session,
    input: &Input,
    answers: &[Answer],
    tools: Tools<'_>,
) -> Result<Opening, TurnError> {
    open_with(session, input, answers, tools, false)
}

fn open_with(
    session: &Session,
    input: &Input,
    answers: &[Answer],
    tools: Tools<'_>,
    correct: bool,
) -> Result<Opening, TurnError> {
    // 1. Ingest the user's input.
    safety::check_sizes(&input.entries, &tools.config.limits)?;
    let vectors = vectors::InputVectors::of(session, input, answers)?;
    let request = session.next_request(&input.entries);

    // 2. Update the state: changed settings; a turn that got no reply is given up.
    let mut settled = settle::settle(session, input.stamp, tools)?;

    // 5. Detect drift: done when the last reply was closed. Here the state that it left is read:
    //    what to correct now, and whether the window has to start anew for it.
    let intent = Intent::of(&request);
    let facts = memory::facts::stated(settled.session(), &input.entries);
    let plan = match input.mode {
        Mode::Observe => Plan::default(),
        _ if !correct => Plan::switched_off(),
        mode => control::plan(settled.session(), (mode, intent, &facts), &tools.config.control),
    };
    if plan.recenter && !input.answers_a_call() {
        settled = settled.restart(&plan, input.stamp, tools)?;
    }
    let session = settled.session();
    let attempts = guard::of_input(session, &input.entries);
    let plan = match input.mode {
        Mode::Observe => plan,
        _ => {
            let guarded = guard::guarded(plan, session, &attempts, tools.config);
            guard::reminded(guarded, session, tools.config)
        }
    };
    let mut opened = Opened {
        turn: session.next_turn(),
        input: input.entries.clone(),
        tokens: MessageTokens::of(&input.entries, tools.tokens),
        mode: input.mode,
        intent,
        plan: Plan { recenter: plan.recenter && !input.answers_a_call(), ..plan },
        window_start: session.window_start(),
        cleared_before: session.cleared_before(),
        vector: vectors.request,
        vectors: vectors.messages,
        facts,
        attempts,
        ..Opened::default()
    };
    let mut prompt = None;
    if input.mode != Mode::Observe {
        // 3. Retrieve relevant memory.
        let query = memory::Query {
            text: &request,
            vector: opened.vector.as_ref().and_then(Answer::vector),
            now: input.entries.last().and_then(|entry| entry.created_at).or(Some(input.stamp.time)),
        };
        let hits = memory::recall_for_prompt(session.index(), &query, &tools.config.memory);

        // 4. Analyse symbols and patterns, 6. update the attractor: done when the last reply was
        //    closed. 7. Build the prompt.
        let text = request.as_str();
        let wanted = prompt::Request {
            opened: &opened,
            text,
            hits: &hits,
            config: tools.config,
            counter: tools.tokens,
        };
        prompt = Some(prompt::build(session, &wanted).decide(&mut opened));
        opened.attempts.extend(guard::of_note(session, opened.note.as_deref()));
    }
    let (note, plan) = (opened.note.clone(), opened.plan.clone());
    let mut chain = Chain::after(session, input.stamp, tools.config).skipping(settled.records.len());
    chain.add(Payload::Opened(Box::new(opened)));
    let opened = chain.finish();
    let records = settled.records.into_iter().chain(opened).collect();
    Ok(Opening { records, prompt, note, plan })
}

/// The texts whose vectors [`close`] would use, in the order it wants the answers.
#[must_use]
pub fn wants_close(session: &Session, reply: &Reply) -> Vec<String> {
    vectors::wanted_by_reply(session, reply)
}

/// Steps 9 to 11, and 4 to 6 for the next turn: from the model's reply to the committed turn.
/// The records of [`open`] must have been applied.
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
    let vectors = vectors::ReplyVectors::of(session, reply, answers)?;
    let (reply, leak) = leak::taken_out(opened, reply);
    let reply = reply.as_ref();
    let Some(spoken) = reply.spoken() else {
        return Ok(Closing::Done(settle::give_up(session, opened, reply, tools)));
    };

    // 9. Post-process: verify the reply by every signal; reject it if it may be asked for again.
    let attempts = guard::of_reply(session, opened, reply, &spoken);
    let adopted = guard::adopted(&attempts);
    let situation = drift::Situation::new(session, opened, &spoken, tools.config)
        .with_adopted(adopted.map(|attempt| attempt.words.clone()))
        .with_vectors(vectors.request(opened.vector.as_ref()), vectors.reply.as_ref());
    let drift = drift::judge(&situation);
    let lapses = control::lapses(session, opened, &drift, &situation.claims, tools.tokens);
    let judged = regenerate::Judged {
        spoken: &spoken,
        drift: &drift,
        lapses: &lapses,
        leak: leak.as_ref(),
        adopted: adopted.is_some(),
    };
    if let Some(closing) = regenerate::regenerate(session, reply, &judged, tools) {
        return Ok(closing);
    }

    // 4. to 6. again, now with the reply: symbols, drift, attractor, and the posture they ask for.
    let symbols = symbols::extract(
        &[&situation.request_text, &situation.reply_text],
        tools.config.patterns.max_symbols,
        tools.config.patterns.max_phrases,
        |word| session.motifs().recurs(word, &tools.config.patterns),
    );
    let continuity = memory::continuity::measure(session, &drift, &symbols, tools.config);
    let recovery = safety::recover(session, opened, &continuity, tools.config);
    let present = patterns::Present {
        symbols: &symbols,
        asked: &situation.request_text.terms,
        drift: &drift,
        vector: vectors.reply.as_ref().and_then(Answer::vector),
        reset: recovery.is_some(),
        stamp: reply.stamp,
    };
    let patterns::Update { attractor, events } = patterns::update(session, &present, &tools.config.patterns);
    let mut steered = steer::steer(&steer::Cycle {
        session,
        opened,
        drift: &drift,
        attractor: attractor.as_ref(),
        pattern_events: &events,
        continuity: &continuity,
        recovery: recovery.as_ref(),
        lapses: &lapses,
        leak: leak.as_ref(),
        reply,
        config: tools.config,
    });

    steered.causes.extend(guard::links(opened, &attempts));

    // 10. Store memory.
    let (steps, entry) = reply.remembered();
    // In safe mode nothing is learned.
    let accepted = drift.flags.is_empty() && !session.safety().is_safe();
    let said = memory::episodes::Present {
        turn: opened.turn,
        input: session.carried().iter().chain(&opened.input).collect(),
        reply: entry.as_ref(),
        accepted,
        vector: vectors.reply.as_ref(),
    };
    let summaries = memory::episodes::due(session, &said, &tools.config.memory.episodes);
    let closed = Closed {
        turn: opened.turn,
        outcome: reply.outcome,
        tokens: MessageTokens::of(steps.iter().chain(&entry), tools.tokens),
        steps,
        reply: entry,
        rejected: reply.rejected.clone(),
        facts: situation.stated(&drift, opened.turn, reply.id()),
        voice: situation.voice,
        form: situation.form,
        accepted,
        drift,
        symbols: if safety::isolates(&steered.safety) { BTreeMap::new() } else { symbols },
        attractor,
        pattern_events: events,
        posture: steered.posture,
        transition: steered.transition,
        causes: steered.causes,
        held: steered.held,
        effects: steered.effects,
        lapses,
        safety: steered.safety,
        attempts,
        leak,
        vector: vectors.reply,
        summaries,
        continuity,
        recovery,
    };
    let mut chain = Chain::after(session, reply.stamp, tools.config);
    chain.add(Payload::Closed(Box::new(closed)));

    // 11. Return: the shell applies and persists the record and delivers the reply.
    Ok(Closing::Done(chain.finish()))
}

/// Restarts the window between two turns: the next prompt has a compact brief - identity and
/// anchor facts - and the last few messages. With `drop_corrections`, what the replies so far ask
/// to be corrected is dropped too.
///
/// # Errors
/// [`TurnError::Misuse`] while a turn is open: its prompt must not change.
pub fn recenter(
    session: &Session,
    drop_corrections: bool,
    stamp: Stamp,
    tools: Tools<'_>,
) -> Result<Vec<Record>, TurnError> {
    if let Some(open) = session.pending() {
        return Err(TurnError::Misuse(Misuse::OpenTurn { turn: open.turn }));
    }
    let settled = settle::settle(session, stamp, tools)?;
    let mut recentered = prompt::restart(settled.session(), tools.config, tools.tokens);
    recentered.corrections_dropped = drop_corrections;
    let mut chain = Chain::after(settled.session(), stamp, tools.config).skipping(settled.records.len());
    chain.add(Payload::Recentered(Box::new(recentered)));
    let recentered = chain.finish();
    Ok(settled.records.into_iter().chain(recentered).collect())
}

/// The newest remembered messages without a vector of this model, at most `most`, oldest first:
/// their vectors came too late, or the embedding model is a new one.
#[must_use]
pub fn wants_late(session: &Session, model: &str, most: usize) -> Vec<Unembedded> {
    vectors::wanted_late(session, model, most)
}

/// The record of the vectors that [`wants_late`] wanted; `None` if it wanted nothing. May be made
/// at any time, also within an open turn.
///
/// # Errors
/// [`TurnError::Misuse`] if the answers are not as many as the messages. Nothing has changed then.
pub fn late(
    session: &Session,
    model: &str,
    wanted: &[Unembedded],
    answers: &[Answer],
    stamp: Stamp,
    tools: Tools<'_>,
) -> Result<Option<Record>, TurnError> {
    vectors::late(session, model, wanted, answers, stamp, tools)
}
