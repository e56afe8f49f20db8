//! One conversation of one agent, from the first line to the last, with the truth of each turn.
//!
//! Owns the judging: a simulated model tells the truth about itself, a real one is checked by
//! code. The drift index judges nothing here.

use std::collections::BTreeMap;

use leeboard_core::Config;
use leeboard_core::drift::Signal;
use leeboard_io::model::OpenAi;
use leeboard_io::model::openai::OpenAiSettings;

use super::agents::{Agent, Managed, Plain, Said};
use super::script::{Known, Line, Script};
use super::{LoopError, Who};
use crate::simulator::{Conversation, Kind, Server, Truth};

/// What a turn was.
#[derive(Clone, Debug, Default)]
pub(super) struct Turn {
    pub(super) truth: Truth,
    /// States or answers something else than what holds, or does not answer.
    pub(super) wrong_fact: bool,
    /// The part of the wrong facts in which no answer was given.
    pub(super) unanswered: bool,
    pub(super) asked: bool,
    pub(super) prompt_tokens: usize,
    pub(super) cached_tokens: usize,
    pub(super) billed_tokens: usize,
    pub(super) rungs: Vec<String>,
    pub(super) cause: String,
    pub(super) index: f64,
    pub(super) flags: Vec<Signal>,
    pub(super) evidence: Vec<String>,
    pub(super) user: String,
    pub(super) reply: String,
    pub(super) note: Option<String>,
}

/// One agent on one seed.
#[derive(Clone, Debug)]
pub struct Trial {
    pub(super) seed: u64,
    pub(super) kind: Kind,
    pub(super) who: Who,
    /// Whether the model obeys corrections at all; nobody knows of a real one.
    pub(super) obeys: bool,
    pub(super) turns: Vec<Turn>,
}

/// The name of the one conversation of a simulated server.
const NAME: &str = "conversation";

/// A conversation with the simulated model of the seed, or with a real one.
pub(super) async fn run(
    who: &Who,
    (seed, kind): (u64, Kind),
    turns: u32,
    upstream: Option<&OpenAiSettings>,
    config: &Config,
) -> Result<Trial, LoopError> {
    let script = Script::new(seed, turns);
    let simulated = BTreeMap::from([(NAME.to_owned(), Conversation::new(seed, kind, turns))]);
    let server = if upstream.is_none() { Some(Server::start(simulated).await?) } else { None };
    let settings = upstream.cloned().unwrap_or_else(|| {
        let url = server.as_ref().map(|server| server.url(NAME)).unwrap_or_default();
        OpenAiSettings::new(url, "simulated")
    });
    let model = OpenAi::new(settings)?;
    let mut agent = match who {
        Who::Plain => Agent::Plain(Plain::new(&script.identity, model)),
        Who::Managed { without } => {
            let managed = Managed::new(seed, &script.identity, model, config.clone(), without.clone());
            Agent::Managed(Box::new(managed.await?))
        }
    };
    let mut known = Known::default();
    let mut held = Vec::new();
    for line in &script.lines {
        known.hear(line);
        let said = agent.say(&line.text).await?;
        let told = server.as_ref().and_then(|server| server.look(NAME, |it| it.truths().last().cloned()));
        let judged = match told.flatten() {
            Some(truth) => by_truth(truth, line, &known),
            None => by_checks(&said.reply, line, &known, &script),
        };
        held.push(Turn { user: line.text.clone(), ..joined(judged, said) });
    }
    let obeys = server.as_ref().and_then(|server| server.look(NAME, Conversation::obeys)).unwrap_or(true);
    Ok(Trial { seed, kind, who: who.clone(), obeys, turns: held })
}

fn joined(judged: Turn, said: Said) -> Turn {
    Turn {
        prompt_tokens: said.cost.prompt,
        cached_tokens: said.cost.cached,
        billed_tokens: said.cost.billed,
        rungs: said.rungs,
        cause: said.cause,
        index: said.index,
        flags: said.flags,
        evidence: said.evidence,
        reply: said.reply,
        note: said.note,
        ..judged
    }
}

/// What the simulated model says of its own reply, held against what the user has told.
fn by_truth(truth: Truth, line: &Line, known: &Known) -> Turn {
    let right = |subject: &str, value: &str| known.value(subject).is_none_or(|holds| holds == value);
    let false_claim = truth.asserted.iter().any(|it| !right(&it.subject, &it.value));
    let answered = |subject: &String| truth.asserted.iter().any(|it| it.subject == *subject);
    let unanswered = line.asks.as_ref().is_some_and(|subject| !answered(subject));
    Turn {
        wrong_fact: false_claim || unanswered,
        unanswered,
        asked: line.asks.is_some(),
        truth,
        ..Turn::default()
    }
}

/// What code can tell of a real model's reply: rules, asked facts, and whether it calls itself
/// something else than its name when it is asked.
fn by_checks(reply: &str, line: &Line, known: &Known, script: &Script) -> Turn {
    let wanted = line.asks.as_ref().and_then(|subject| known.value(subject));
    let wrong_fact = wanted.is_some_and(|value| !holds(reply, value));
    let broken = script.rules.iter().filter(|rule| rule.broken_by(reply)).cloned().collect();
    let off_persona = line.probes && !holds(reply, &script.name);
    Turn {
        wrong_fact,
        asked: wanted.is_some(),
        truth: Truth { broken, off_persona, ..Truth::default() },
        ..Turn::default()
    }
}

/// Whether a reply holds the words of a value in their order, in any case.
fn holds(reply: &str, value: &str) -> bool {
    let words = |text: &str| {
        let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        words.map(str::to_lowercase).collect::<Vec<_>>()
    };
    let (reply, value) = (words(reply), words(value));
    !value.is_empty() && reply.windows(value.len()).any(|run| run == value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_found_as_whole_words_only() {
        assert!(holds("It is **340 sheets**, love.", "340 sheets"));
        assert!(!holds("It is 1340 sheets.", "340 sheets") && !holds("It is 340.", "340 sheets"));
    }
}
