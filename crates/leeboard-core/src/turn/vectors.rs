//! Which texts of a turn want a vector, and what becomes of answers that come after the turn.
//!
//! Owns the order in which texts are wanted and the record of late vectors. Makes no vectors;
//! the shell does, and may answer that one comes late.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::{Input, Reply, Tools};
use crate::drift::{self, Drift};
use crate::error::{Misuse, TurnError};
use crate::ledger::Chain;
use crate::memory;
use crate::message::{Entry, Role};
use crate::record::{Embedded, EmbeddedMessage, Payload, Record, Stamp};
use crate::session::Session;
use crate::vector::Answer;

/// A remembered message that has no vector of the embedding model in use.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unembedded {
    /// Its turn.
    pub turn: u32,
    /// Its id.
    pub id: String,
    /// Who said it.
    pub role: Role,
    /// What was said.
    pub text: String,
}

/// What the user asks, then the messages that memory keeps, where they are not just that.
pub(super) fn wanted_by_input(session: &Session, input: &Input) -> Vec<String> {
    let request = asked(session, session.next_request(&input.entries));
    let others = other_messages(&input.entries, &request).into_iter().map(|(_, text)| text);
    let request = Some(request.clone()).filter(|text| !is_blank(text));
    request.into_iter().chain(others).collect()
}

/// The newest messages that wait for a vector of this model, oldest first.
pub(super) fn wanted_late(session: &Session, model: &str, most: usize) -> Vec<Unembedded> {
    let mut wanted: Vec<Unembedded> = session.unembedded(model).take(most).collect();
    wanted.reverse();
    wanted
}

/// The reply, then what the user asked, if that is still without an answer.
pub(super) fn wanted_by_reply(session: &Session, reply: &Reply) -> Vec<String> {
    let spoken = reply.spoken().filter(|text| !is_blank(text));
    let late = session.pending().filter(|opened| opened.vector.as_ref().is_some_and(Answer::is_late));
    spoken.into_iter().chain(late.map(|opened| asked(session, session.request(&opened.input)))).collect()
}

/// What the user asks as it is embedded: recall looks for it by its meaning, and speakers' names
/// would draw in whatever mentions them.
fn asked(session: &Session, request: String) -> String {
    match memory::without_names(session.index(), &request) {
        Cow::Borrowed(_) => request,
        Cow::Owned(rest) => rest,
    }
}

/// The messages of an input whose text is not already the request's, with their ids.
fn other_messages<'a>(entries: &'a [Entry], request: &str) -> Vec<(&'a str, String)> {
    let kept = entries.iter().filter(|entry| entry.message.is_remembered());
    kept.map(|entry| (entry.id.as_str(), entry.message.spoken()))
        .filter(|(_, text)| !is_blank(text) && text != request)
        .collect()
}

fn is_blank(text: &str) -> bool {
    text.trim().is_empty()
}

/// The answers to what an input wanted: the request's own, and those of its other messages.
pub(super) struct InputVectors {
    pub(super) request: Option<Answer>,
    pub(super) messages: BTreeMap<String, Answer>,
}

impl InputVectors {
    pub(super) fn of(session: &Session, input: &Input, answers: &[Answer]) -> Result<Self, TurnError> {
        check(wanted_by_input(session, input).len(), answers)?;
        let request = asked(session, session.next_request(&input.entries));
        let mut answers = answers.iter().cloned();
        Ok(Self {
            request: if is_blank(&request) { None } else { answers.next() },
            messages: other_messages(&input.entries, &request)
                .into_iter()
                .map(|(id, _)| id.to_owned())
                .zip(answers)
                .collect(),
        })
    }
}

/// The answers to what a reply wanted: its own, and the request's if that was late.
pub(super) struct ReplyVectors {
    pub(super) reply: Option<Answer>,
    request: Option<Answer>,
}

impl ReplyVectors {
    pub(super) fn of(session: &Session, reply: &Reply, answers: &[Answer]) -> Result<Self, TurnError> {
        check(wanted_by_reply(session, reply).len(), answers)?;
        let mut answers = answers.iter().cloned();
        let spoken = reply.spoken().filter(|text| !is_blank(text));
        Ok(Self { reply: spoken.and_then(|_| answers.next()), request: answers.next() })
    }

    /// The vector of what the user asked: as opened, or as it came meanwhile.
    pub(super) fn request<'a>(&'a self, opened: Option<&'a Answer>) -> Option<&'a Answer> {
        self.request.as_ref().or(opened)
    }
}

fn check(wanted: usize, answers: &[Answer]) -> Result<(), TurnError> {
    if wanted == answers.len() {
        return Ok(());
    }
    Err(TurnError::Misuse(Misuse::Answers { wanted, got: answers.len() }))
}

/// The record of vectors that came late, or of another model than before. Where they complete
/// the last turn, its judgement is made anew with them; the posture follows with the next turn.
/// No record where `wanted` is empty.
///
/// # Errors
/// [`TurnError::Misuse`] if the answers are not as many as the messages. Nothing has changed then.
pub(super) fn late(
    session: &Session,
    model: &str,
    wanted: &[Unembedded],
    answers: &[Answer],
    stamp: Stamp,
    tools: Tools<'_>,
) -> Result<Option<Record>, TurnError> {
    check(wanted.len(), answers)?;
    if wanted.is_empty() {
        return Ok(None);
    }
    let vectors = wanted.iter().zip(answers).map(|(message, answer)| EmbeddedMessage {
        turn: message.turn,
        id: message.id.clone(),
        vector: answer.clone(),
    });
    let drift = completed(session, model, wanted, answers, tools);
    let mut chain = Chain::after(session, stamp, session.config());
    let model = model.to_owned();
    chain.add(Payload::Embedded(Box::new(Embedded { model, vectors: vectors.collect(), drift })));
    Ok(chain.finish().pop())
}

/// The last turn's judgement, where these answers are what it had waited for. With another model
/// than the session's it stays: what it would be compared with is of the old one.
fn completed(
    session: &Session,
    model: &str,
    wanted: &[Unembedded],
    answers: &[Answer],
    tools: Tools<'_>,
) -> Option<Drift> {
    let known = session.embedding_model();
    let waits = session.last_judgement()?.topic_distance.is_none();
    let turn = session.history().back()?.turn;
    if !waits || (known != model && !known.is_empty()) || wanted.iter().all(|message| message.turn != turn) {
        return None;
    }
    // What several messages asked together is taken to be in the last of them.
    let said = |by: Role| {
        let mut found = wanted.iter().zip(answers).rev();
        let new = found.find(|(message, _)| message.turn == turn && message.role == by);
        let answer = new.map(|(_, answer)| answer.clone()).or_else(|| session.vector_of(turn, by))?;
        (!answer.is_late()).then_some(answer)
    };
    drift::judge_again(session, turn, [&said(Role::User)?, &said(Role::Assistant)?], tools.config)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::drift::Signal;
    use crate::identity::Identity;
    use crate::message::Message;
    use crate::record::{Mode, Outcome, Salt};
    use crate::time::Timestamp;
    use crate::tokens::Estimate;
    use crate::turn::{self, Closing, Delivery};
    use crate::vector::Vector;

    const ASKED: &str = "Which harbour has moorings for the boat, and how deep is the water there?";
    const SAID: &str = "The northern harbour has moorings, and the water is two metres deep at low tide.";

    /// A session whose last turn waits for its vectors, all others having those of `model`.
    fn waiting(model: &str, config: &Config) -> Session {
        let mut session = Session::new("s");
        let apply = |session: &mut Session, records: Vec<Record>| {
            records.iter().for_each(|record| session.apply(record).unwrap());
        };
        let records = session.start(&Identity::from_system_message("You are Ada."), config, stamp(&session));
        apply(&mut session, records);
        for left in (0..8).rev() {
            let answer = |text: &String| if left == 0 { Answer::Late } else { embed(model, text) };
            let answers = |texts: Vec<String>| texts.iter().map(answer).collect::<Vec<_>>();
            let entry =
                |kind: char, role, text| Entry::new(format!("{kind}{left}"), Message::text(role, text));
            let entries = vec![entry('u', Role::User, ASKED)];
            let input = Input { entries, mode: Mode::Observe, stamp: stamp(&session) };
            let wanted = answers(turn::wants_open(&session, &input));
            let opening = turn::open(&session, &input, &wanted, tools(config)).unwrap();
            apply(&mut session, opening.records);
            let reply = Reply {
                steps: Vec::new(),
                entry: Some(entry('a', Role::Assistant, SAID)),
                outcome: Outcome::Replied,
                rejected: Vec::new(),
                delivery: Delivery::Sent,
                stamp: stamp(&session),
            };
            let wanted = answers(turn::wants_close(&session, &reply));
            let closing = turn::close(&session, &reply, &wanted, tools(config)).unwrap();
            let Closing::Done(records) = closing else { panic!("nothing is buffered") };
            apply(&mut session, records);
        }
        session
    }

    fn stamp(session: &Session) -> Stamp {
        Stamp { time: Timestamp(1), salt: Salt::from_text(&session.sequence().to_string()) }
    }

    fn tools(config: &Config) -> Tools<'_> {
        Tools { config, tokens: &Estimate }
    }

    fn embed(model: &str, text: &str) -> Answer {
        let vector = Vector::new(&model.into(), &[1.0, text.len() as f32 / 100.0]);
        vector.map_or(Answer::Late, Answer::Vector)
    }

    /// Supplies the wanted messages that `role` said, all of them without a role; gives the
    /// judgement that was made anew.
    fn supply(session: &mut Session, model: &str, role: Option<Role>, config: &Config) -> Option<Drift> {
        let mut wanted = turn::wants_late(session, model, 99);
        wanted.retain(|message| role.is_none_or(|role| role == message.role));
        let answers: Vec<Answer> = wanted.iter().map(|message| embed(model, &message.text)).collect();
        let record = late(session, model, &wanted, &answers, stamp(session), tools(config)).unwrap().unwrap();
        session.apply(&record).unwrap();
        let Some(Payload::Embedded(embedded)) = record.payload() else { panic!("another payload") };
        embedded.drift.clone()
    }

    #[test]
    fn the_judgement_is_completed_whichever_of_the_two_comes_last() {
        let config = Config::default();
        for [first, last] in [[Role::User, Role::Assistant], [Role::Assistant, Role::User]] {
            let mut session = waiting("m", &config);
            assert_eq!(supply(&mut session, "m", Some(first), &config), None, "{first:?} first");
            let drift = supply(&mut session, "m", Some(last), &config).unwrap();
            assert!(drift.signals[&Signal::OffTopic].score().is_some(), "{drift:?}");
            assert_eq!(session.last_judgement(), Some(&drift));
        }
    }

    #[test]
    fn vectors_of_another_model_are_not_judged_by_what_was_learnt_from_the_old_one() {
        let config = Config::default();
        let mut session = waiting("old", &config);
        assert_eq!(supply(&mut session, "new", None, &config), None);
        assert_eq!(session.embedding_model(), "new");
        assert!(turn::wants_late(&session, "new", 99).is_empty());
    }
}
