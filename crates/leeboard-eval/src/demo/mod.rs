//! The demo: one long planning conversation, held by a managed and by a plain agent.
//!
//! Owns the comparison and its sums. Both agents get the same script, an equal simulated model
//! and the same judge; where the managed one is not better, the rows say so. Needs no network
//! and no key. The same options give the same rows.

mod agents;
mod lines;
mod scenario;

use leeboard_core::drift::Signal;
use leeboard_io::driver::StepError;
use leeboard_io::engine::EngineError;
use leeboard_io::model::{Model, ModelError, Sim};
use serde::Serialize;
use thiserror::Error;

use agents::{Managed, Plain, Said};
use scenario::{Expected, Known};

/// Why the demo broke off.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DemoError {
    /// The runtime.
    #[error(transparent)]
    Step(#[from] StepError),
    /// The judge of the plain agent.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The model of the plain agent.
    #[error("get a reply from the model: {0}")]
    Model(#[from] ModelError),
}

/// What to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "two numbers, built by the command line")]
pub struct Options {
    /// Turns of the conversation. The script is made for 120; fewer cut it in proportion, more
    /// add rounds.
    pub turns: u32,
    /// The seed of the simulated model.
    pub seed: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self { turns: 120, seed: 1 }
    }
}

/// One turn of both agents.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Row {
    /// The turn, from 1.
    pub turn: u32,
    /// What the line is in the script: `step 3`, `tells budget`, `asks budget`, `remark`.
    pub phase: String,
    /// What the user says.
    pub user: String,
    /// The agent in the runtime.
    pub managed: Lane,
    /// The agent that sends the last 20 messages.
    pub plain: Lane,
}

/// One turn of one agent.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Lane {
    /// The drift index of the reply.
    pub drift: f64,
    /// The signals in alarm.
    pub flags: Vec<Signal>,
    /// Why, strongest first.
    pub evidence: Vec<String>,
    /// The posture after the reply.
    pub posture: &'static str,
    /// Tokens of the prompt.
    pub prompt_tokens: usize,
    /// Those that a provider's cache would have served after the prompt before.
    pub cached_tokens: usize,
    /// Tokens to pay for: a cached one counts a tenth.
    pub billed_tokens: usize,
    /// How a question for a fact was answered; `None` if none was asked.
    pub fact: Option<FactOutcome>,
    /// Recalled messages in the note.
    pub recalled: usize,
    /// What the prompt corrected: `observe` (nothing), `anchor`, `restate`, `vary`; empty for
    /// the plain agent.
    pub correction: &'static str,
    /// The note in front of the user's message, if there was one.
    pub note: Option<String>,
    /// The reply.
    pub reply: String,
}

/// The answer to a question for a fact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct FactOutcome {
    /// The fact.
    pub name: &'static str,
    /// What a right answer holds: the value that was told last.
    pub expected: &'static str,
    /// Turns since it was told.
    pub age: u32,
    /// Whether the prompt held it. A wrong answer without it is forgotten, not invented.
    pub in_prompt: bool,
    /// Whether the reply holds it.
    pub right: bool,
}

/// The whole run.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Summary {
    /// Turns.
    pub turns: u32,
    /// The seed.
    pub seed: u64,
    /// The agent in the runtime.
    pub managed: Totals,
    /// The plain agent.
    pub plain: Totals,
    /// Whether the replies are made up by a stand-in; whoever shows them must say so.
    pub simulated: bool,
    /// The model's name.
    pub model: String,
}

/// The sums of one agent.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Totals {
    /// Questions for facts.
    pub facts_asked: usize,
    /// Those answered with the present value.
    pub facts_right: usize,
    /// Turns whose reply was flagged.
    pub drifted_turns: usize,
    /// Mean drift index.
    pub mean_drift: f64,
    /// Prompt tokens.
    pub tokens: usize,
    /// Those that a provider's cache would have served.
    pub cached_tokens: usize,
    /// Tokens to pay for.
    pub billed_tokens: usize,
    /// Turns whose prompt corrected something.
    pub corrections: usize,
}

/// Runs the demo and hands over every row as it is made.
///
/// # Errors
/// [`DemoError`], which would be a bug: nothing in it can fail from outside but the system's
/// memory.
pub async fn run(options: &Options, mut on_row: impl FnMut(&Row)) -> Result<Summary, DemoError> {
    let mut managed = Managed::new(options.seed).await?;
    let mut plain = Plain::new(options.seed).await?;
    let (mut managed_totals, mut plain_totals) = (Totals::default(), Totals::default());
    let mut known = Known::default();
    for (turn, line) in (1..).zip(scenario::script(options.turns)) {
        let expected = known.follow(turn, &line);
        let row = Row {
            turn,
            phase: line.kind.phase(),
            managed: lane(managed.say(&line.text).await?, expected),
            plain: lane(plain.say(&line.text).await?, expected),
            user: line.text,
        };
        managed_totals.add(&row.managed, turn);
        plain_totals.add(&row.plain, turn);
        on_row(&row);
    }
    let model = Sim::new(options.seed);
    Ok(Summary {
        turns: options.turns,
        seed: options.seed,
        managed: managed_totals,
        plain: plain_totals,
        simulated: model.simulated(),
        model: model.name().to_owned(),
    })
}

fn lane(said: Said, expected: Option<Expected>) -> Lane {
    let fact = expected.map(|expected| FactOutcome {
        name: expected.name,
        expected: expected.value,
        age: expected.age,
        in_prompt: scenario::holds(&said.prompt, expected.value),
        right: scenario::holds(&said.lane.reply, expected.value),
    });
    Lane { fact, ..said.lane }
}

impl Totals {
    /// Takes in the lane of the n-th turn.
    fn add(&mut self, lane: &Lane, turn: u32) {
        self.facts_asked += usize::from(lane.fact.is_some());
        self.facts_right += usize::from(lane.fact.as_ref().is_some_and(|fact| fact.right));
        self.drifted_turns += usize::from(!lane.flags.is_empty());
        self.mean_drift += (lane.drift - self.mean_drift) / f64::from(turn.max(1));
        self.tokens += lane.prompt_tokens;
        self.cached_tokens += lane.cached_tokens;
        self.billed_tokens += lane.billed_tokens;
        self.corrections += usize::from(!matches!(lane.correction, "" | "observe"));
    }
}

#[cfg(test)]
mod tests;
