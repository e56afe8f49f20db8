//! The closed loop: does what leeboard does bring a conversation back?
//!
//! Owns the comparison: scripted conversations over plain chat completions, held by an agent in
//! the runtime and by one that sends its last 20 messages, with a simulated model that is
//! disturbed at random turns, or with a real one. Failures are judged by the simulator's own
//! latent truth or by coded checks, never by the drift index. The same options give the same
//! figures, however many trials run at a time.

mod agents;
mod episodes;
mod failures;
mod figures;
mod script;
mod script_words;
mod table;
mod trial;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::io;

use leeboard_core::Config;
use leeboard_io::driver::StepError;
use leeboard_io::engine::EngineError;
use leeboard_io::model::ModelError;
use leeboard_io::model::openai::OpenAiSettings;
use serde::{Serialize, Serializer};
use thiserror::Error;

pub use crate::simulator::Kind;
pub use episodes::Episode;
pub use failures::{Failure, FailureTurn};
pub use figures::{Figures, Measured, NotResponding};
pub use table::table;
pub use trial::Trial;

/// Why the closed loop broke off.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum LoopError {
    /// The runtime.
    #[error(transparent)]
    Step(#[from] StepError),
    /// The state of the agent in the runtime.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The endpoint.
    #[error("get a reply from the model: {0}")]
    Model(#[from] ModelError),
    /// The simulated model.
    #[error("serve the simulated model on loopback: {0}")]
    Loopback(#[from] io::Error),
}

/// Who holds the conversation.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(clippy::exhaustive_enums, reason = "the comparison has two sides")]
pub enum Who {
    /// The agent that sends its system message and its last 20 messages.
    Plain,
    /// The agent in the runtime.
    Managed {
        /// The rung of the ladder that is switched off.
        without: Option<String>,
    },
}

impl Who {
    /// The agent in the runtime with all that is built.
    pub const MANAGED: Self = Self::Managed { without: None };

    /// The name in reports.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Plain => "plain".to_owned(),
            Self::Managed { without: None } => "managed".to_owned(),
            Self::Managed { without: Some(rung) } => format!("managed without {rung}"),
        }
    }

    /// Both agents; with `ablate` also the managed one with each rung switched off in turn.
    #[must_use]
    pub fn all(ablate: bool) -> Vec<Self> {
        let rungs = if ablate { &RUNGS[..] } else { &[] };
        let without = rungs.iter().map(|rung| Self::Managed { without: Some((*rung).to_owned()) });
        [Self::Plain, Self::MANAGED].into_iter().chain(without).collect()
    }
}

impl Serialize for Who {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.name())
    }
}

/// The rungs that can be switched off.
const RUNGS: [&str; 5] = ["anchor", "restate", agents::VARY, agents::CONSOLIDATE, agents::CONTAIN];

/// What is run.
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_structs, reason = "the caller builds it")]
pub struct Options {
    /// Turns of each conversation.
    pub turns: u32,
    /// Seeds, from 1.
    pub seeds: u64,
    /// What happens: one kind, or all in turn.
    pub perturbation: Option<Kind>,
    /// A real endpoint instead of the simulated model. Nothing is planted there.
    pub upstream: Option<OpenAiSettings>,
    /// The settings of the agent in the runtime.
    pub config: Config,
}

impl Options {
    /// What happens to a seed's conversation.
    #[must_use]
    pub fn kind(&self, seed: u64) -> Kind {
        if self.upstream.is_some() {
            return Kind::None;
        }
        let turn = (seed % Kind::ALL.len() as u64) as usize;
        self.perturbation.or_else(|| Kind::ALL.get(turn).copied()).unwrap_or(Kind::None)
    }

    /// One agent on one seed.
    ///
    /// # Errors
    /// [`LoopError`]; a simulated model gives none unless loopback is not there.
    pub async fn run(&self, who: &Who, seed: u64) -> Result<Trial, LoopError> {
        let what = (seed, self.kind(seed));
        trial::run(who, what, self.turns, self.upstream.as_ref(), &self.config).await
    }
}

/// The figures of all agents.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Report {
    /// Turns of each conversation.
    pub turns: u32,
    /// Seeds.
    pub seeds: u64,
    /// Whether the replies are made up by a simulated model.
    pub simulated: bool,
    /// The figures over all seeds, by agent.
    pub agents: BTreeMap<String, Measured>,
    /// The same over the models that obey corrections at all.
    pub obeying: BTreeMap<String, Measured>,
    /// The same over the seeds of each kind.
    pub per_perturbation: BTreeMap<Kind, BTreeMap<String, Measured>>,
}

impl Report {
    /// Of trials in any order.
    #[must_use]
    pub fn of(options: &Options, trials: &[Trial]) -> Self {
        let mut ordered: Vec<&Trial> = trials.iter().collect();
        ordered.sort_by_key(|trial| trial.seed);
        let by_agent = |wanted: &dyn Fn(&Trial) -> bool| {
            let mut agents: BTreeMap<String, Vec<&Trial>> = BTreeMap::new();
            for trial in ordered.iter().filter(|trial| wanted(trial)) {
                agents.entry(trial.who.name()).or_default().push(trial);
            }
            agents.into_iter().map(|(name, trials)| (name, Measured::of(&trials))).collect::<BTreeMap<_, _>>()
        };
        let kinds = Kind::ALL.into_iter().map(|kind| (kind, by_agent(&|trial| trial.kind == kind)));
        Self {
            turns: options.turns,
            seeds: options.seeds,
            simulated: options.upstream.is_none(),
            agents: by_agent(&|_| true),
            obeying: by_agent(&|trial| trial.obeys),
            per_perturbation: kinds.filter(|(_, agents)| !agents.is_empty()).collect(),
        }
    }
}

impl Trial {
    /// The seed.
    #[must_use]
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// Who held it.
    #[must_use]
    pub fn who(&self) -> &Who {
        &self.who
    }
}
