//! `sim`, a stand-in for a model: for the demo and for tests, and always labelled as one.
//!
//! It has the two weaknesses that leeboard is there for, and hardly any strength:
//!
//! - **No memory.** It knows a fact only if a user's sentence in the prompt, or a quotation in
//!   the note, holds it. Otherwise it says that it does not know.
//! - **A persona that decays** with the messages and tokens between the last anchor and the
//!   prompt's end. An anchor is the system message at the start, or a reminder in the note. The
//!   weaker the persona, the likelier the reply falls into generic assistant talk, an unasked
//!   list, or a broken rule (see [`Sim::drift_probability`]).
//!
//! What obeys: simple rules of the system prompt, while the persona holds. What never decays:
//! answers to questions of fact. Asked for "step n" it writes a paragraph about the step, to
//! anything else a short remark. Owns no state: the same seed and prompt give the same reply.

mod banks;
mod dice;
mod facts;
mod habits;
mod prose;
mod view;

use futures_util::FutureExt;
use futures_util::future::{self, BoxFuture};
use leeboard_core::message::{Message, Role};
use leeboard_core::record::Digest;
use leeboard_core::tokens::{Estimate, TokenCounter};
use serde_json::Value;

use super::{Model, ModelError, ModelReply, ModelRequest, Pieces, Usage, in_pieces};
use dice::Dice;
use habits::Habit;
use prose::Talk;
use view::View;

/// The persona halves every so many messages after the anchor: 40, which is 20 exchanges.
const HALF_LIFE_MESSAGES: f64 = 40.0;
/// And every so many tokens: 4,000, what a prompt of leeboard's default budget holds.
const HALF_LIFE_TOKENS: f64 = 4000.0;
/// Drift of a fresh persona: rare, since no model is perfect.
const LEAST_DRIFT: f64 = 0.01;
/// Drift of a persona that is gone: often, but such a model still has good moments.
const MOST_DRIFT: f64 = 0.6;
/// How often a reply that drifts does so in two ways.
const SECOND_SLIP: f64 = 0.35;

/// The stand-in.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sim {
    seed: u64,
}

/// A way to drift.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Slip {
    Generic,
    List,
    Rule,
}

impl Sim {
    /// A stand-in whose every reply follows from this seed and the prompt.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { seed }
    }

    /// The probability that the reply to this prompt drifts.
    #[must_use]
    pub fn drift_probability(&self, messages: &[Message]) -> f64 {
        drift_probability(&View::of(messages))
    }

    /// The reply. Whether it drifts is thrown with the user's words alone, so that two prompts
    /// for the same words differ only by their anchors; how it is put, with the whole prompt.
    fn reply(&self, request: &ModelRequest) -> String {
        let view = View::of(&request.messages);
        let wished = request.parameters.get("seed").and_then(Value::as_u64).unwrap_or(0);
        let seed = self.seed ^ wished.rotate_left(32);
        let mut fate = Dice::new(seed ^ number(&Digest::of(view.asked.as_bytes())));
        let mut style = Dice::new(seed ^ number(&Digest::of_json(&request.messages)));
        let said = say(&view, &mut style);
        let habits = habits::habits(&view.standing);
        if fate.happens(drift_probability(&view)) {
            drift(&said, &habits, &mut fate)
        } else {
            habits::keep(&said, &habits)
        }
    }

    fn answer(&self, request: &ModelRequest) -> ModelReply {
        let text = self.reply(request);
        let count = |text: &str| u64::try_from(Estimate.count(text)).unwrap_or(u64::MAX);
        let usage = Usage {
            prompt_tokens: request.messages.iter().map(|message| count(&message.full_text())).sum(),
            completion_tokens: count(&text),
            cached_tokens: 0,
        };
        let message = Message::text(Role::Assistant, text);
        ModelReply::new(message, Some("stop".to_owned()), Some(usage))
    }
}

impl Model for Sim {
    fn name(&self) -> &str {
        "sim"
    }

    fn simulated(&self) -> bool {
        true
    }

    fn complete<'a>(&'a self, request: &'a ModelRequest) -> BoxFuture<'a, Result<ModelReply, ModelError>> {
        future::ready(Ok(self.answer(request))).boxed()
    }

    fn stream<'a>(&'a self, request: &'a ModelRequest) -> BoxFuture<'a, Result<Pieces, ModelError>> {
        future::ready(Ok(in_pieces(self.answer(request)))).boxed()
    }
}

/// What is left of the persona, from 1 at an anchor to 0 far from it or without one.
fn strength(view: &View) -> f64 {
    let number = |n: usize| u32::try_from(n).map_or(f64::MAX, f64::from);
    view.distance.map_or(0.0, |(messages, tokens)| {
        let half_lives = number(messages) / HALF_LIFE_MESSAGES + number(tokens) / HALF_LIFE_TOKENS;
        0.5_f64.powf(half_lives)
    })
}

fn drift_probability(view: &View) -> f64 {
    LEAST_DRIFT + (MOST_DRIFT - LEAST_DRIFT) * (1.0 - strength(view))
}

/// The reply before the persona or its absence shapes it.
fn say(view: &View, style: &mut Dice) -> String {
    let talk = Talk::new(&view.asked, &view.replied);
    if let Some(question) = facts::question(&view.asked) {
        let others = before_question(view);
        let texts: Vec<&str> =
            view.quoted.iter().chain(&view.said).map(String::as_str).chain([others.as_str()]).collect();
        match question.answer(&texts) {
            Some(sentence) => return talk.known(&sentence, style),
            None if question.personal => return talk.unknown(style),
            None => {}
        }
    }
    match prose::step_of(&view.asked) {
        Some(step) => talk.step(&step, style),
        None => talk.chat(style),
    }
}

/// What the user says in the same message beside questions and requests to be reminded.
fn before_question(view: &View) -> String {
    let mut sentences = facts::sentences(&view.asked);
    sentences.retain(|sentence| facts::question(sentence).is_none());
    sentences.join(" ")
}

/// The reply of a persona that has slipped, in one way or two.
fn drift(said: &str, habits: &[Habit], fate: &mut Dice) -> String {
    let mut ways = vec![Slip::Generic, Slip::List];
    if !habits.is_empty() {
        ways.push(Slip::Rule);
    }
    let mut slips = vec![ways.swap_remove(fate.below(ways.len()))];
    if fate.happens(SECOND_SLIP) {
        slips.push(ways.swap_remove(fate.below(ways.len())));
    }
    let broken = slips.contains(&Slip::Rule).then(|| fate.below(habits.len()));
    let kept: Vec<Habit> = (0..)
        .zip(habits)
        .filter(|(place, _)| Some(*place) != broken)
        .map(|(_, habit)| habit.clone())
        .collect();
    let mut text = habits::keep(said, &kept);
    if let Some(habit) = broken.and_then(|place| habits.get(place)) {
        text = habits::break_one(&text, habit, fate);
    }
    if slips.contains(&Slip::List) {
        text = format!("{text}\n\n{}", prose::list(fate));
    }
    if slips.contains(&Slip::Generic) {
        text = prose::generic(&text, fate);
    }
    text
}

/// The first eight bytes of a digest as a number.
fn number(digest: &Digest) -> u64 {
    digest.0.iter().take(8).fold(0, |number, byte| (number << 8) | u64::from(*byte))
}

#[cfg(test)]
mod tests;
