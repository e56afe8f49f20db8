//! The command line: what may be typed, and its help.
//!
//! Owns the structures only. What a flag means together with the environment and the settings
//! file is decided in `settings`.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use leeboard_core::Mode;
use leeboard_eval::closed_loop::Kind;
use leeboard_eval::policies::Policy;
use leeboard_io::store::tenant;
use serde::Deserialize;

/// Keeps long LLM conversations on course.
#[derive(Debug, Parser)]
#[command(name = "leeboard", version, max_term_width = 100)]
pub(crate) struct Arguments {
    /// Settings file [default: leeboard.toml, if there is one]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Score the replies of recorded conversations, offline
    Audit(AuditArguments),
    /// Find the messages of recorded conversations that answer queries
    Recall(RecallArguments),
    /// Show the prompts that would be sent in recorded conversations
    Prompt(PromptArguments),
    /// Show what the prompts of recorded conversations cost, by one policy beside another
    Replay(ReplayArguments),
    /// Run the gateway: any OpenAI client works through it
    Serve(ServeArguments),
    /// List, show, export, delete and fork stored sessions
    Sessions(SessionsArguments),
    /// Make, list and revoke the keys that clients show to the gateway
    Keys(KeysArguments),
    /// Explain one turn of a stored session: what was sent, why, and how the reply was judged
    Trace(TraceArguments),
    /// Check the hash chains of stored sessions, and that replaying gives the same prompts
    Verify(VerifyArguments),
    /// Copy the store to a file, also while a gateway works on it
    Backup(BackupArguments),
    /// Print all sessions as conversations, a line each
    Export(ExportArguments),
    /// Take conversation files in as new sessions
    Import(ImportArguments),
    /// Talk with a model in the terminal, kept on course
    Chat(ChatArguments),
    /// Write a commented leeboard.toml and identity.toml
    Init(InitArguments),
    /// Show which rules a prompt or identity file states, and what in it cannot be checked
    Identity(IdentityArguments),
    /// Watch a managed agent beside a plain one, on a simulated model
    Demo(DemoArguments),
    /// Check settings, identity, store, disk, embedder, upstream and clock
    Doctor(DoctorArguments),
    /// Measure what leeboard is made of on data of your own
    Eval(EvalArguments),
}

#[derive(Debug, Args)]
pub(crate) struct AuditArguments {
    /// Conversation files: JSON or JSONL, OpenAI fine-tuning, ShareGPT or ChatGPT export; - is stdin
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Identity file to judge by, instead of each conversation's system message
    #[arg(long, value_name = "FILE")]
    pub(crate) identity: Option<PathBuf>,
    /// Form of the result [default: table on a terminal, else jsonl]
    #[arg(long, value_enum)]
    pub(crate) output: Option<Output>,
    /// Write the result to this file instead of stdout
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Exit with code 1 if a reply reaches this posture
    #[arg(long, value_enum, value_name = "POSTURE")]
    pub(crate) fail_on: Option<FailOn>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Output {
    /// One JSON object a reply
    Jsonl,
    /// A table with the worst turns
    Table,
    /// A self-contained page with drift charts
    Html,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    Reflective,
    Recovery,
    Contain,
}

#[derive(Debug, Args)]
pub(crate) struct RecallArguments {
    /// Conversation files; - is stdin
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// JSONL of queries: query_id, conversation, query, and optionally at
    #[arg(long, value_name = "FILE")]
    pub(crate) queries: PathBuf,
    /// Messages to find for each query, at most
    #[arg(short, default_value_t = 10, value_name = "COUNT")]
    pub(crate) k: usize,
}

#[derive(Debug, Args)]
pub(crate) struct PromptArguments {
    /// Conversation files; - is stdin
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// JSONL of places: conversation, and at, the 0-based index of the current user message
    #[arg(long, value_name = "FILE", required_unless_present = "all", conflicts_with = "all")]
    pub(crate) at: Option<PathBuf>,
    /// The prompt of every turn
    #[arg(long)]
    pub(crate) all: bool,
    /// Tokens of a prompt, at most
    #[arg(long, value_name = "TOKENS")]
    pub(crate) budget: Option<usize>,
    /// How prompts are made: leeboard, window20 (a rolling window of 20 messages), full, blocks or
    /// state-first
    #[arg(long, default_value = "leeboard", value_parser = Policy::NAMES.map(|(name, _)| name))]
    pub(crate) policy: String,
    /// Token vocabulary: o200k_base, cl100k_base or estimate [default: o200k_base]
    #[arg(long, value_name = "NAME")]
    pub(crate) encoding: Option<String>,
    /// Identity file, instead of each conversation's system message
    #[arg(long, value_name = "FILE")]
    pub(crate) identity: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct ReplayArguments {
    /// Conversation files; - is stdin
    #[arg(required = true, value_name = "LOG")]
    pub(crate) files: Vec<PathBuf>,
    /// How prompts are made, several times for several: leeboard, window20, full, blocks or
    /// state-first; settings of the section prompt may follow, as in leeboard:budget=3000,keep=0.4
    /// [default: leeboard and window20]
    #[arg(long, value_name = "POLICY")]
    pub(crate) policy: Vec<String>,
    /// Instead of costs, how the prompts of this turn differ: by the first two policies, or with
    /// one policy from the turn before
    #[arg(long, value_name = "TURN")]
    pub(crate) diff: Option<usize>,
    /// Token vocabulary: o200k_base, cl100k_base or estimate [default: o200k_base]
    #[arg(long, value_name = "NAME")]
    pub(crate) encoding: Option<String>,
    /// Identity file, instead of each conversation's system message
    #[arg(long, value_name = "FILE")]
    pub(crate) identity: Option<PathBuf>,
    /// Costs as JSON lines
    #[arg(long, conflicts_with = "diff")]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ServeArguments {
    /// Address to listen on [default: 127.0.0.1:8377]
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) listen: Option<String>,
    /// Base URL of the OpenAI-compatible API behind, for example `https://api.openai.com/v1`
    #[arg(long, value_name = "URL")]
    pub(crate) upstream: Option<String>,
    /// What may be changed of the client's messages [default: observe]
    #[arg(long, value_enum)]
    pub(crate) mode: Option<ModeName>,
    /// What to do when the store is down: answer unprotected, or refuse [default: open]
    #[arg(long, value_enum)]
    pub(crate) fail: Option<FailName>,
    #[command(flatten)]
    pub(crate) store: StoreArguments,
    /// Identity file, instead of the clients' system messages
    #[arg(long, value_name = "FILE")]
    pub(crate) identity: Option<PathBuf>,
    /// How log lines look [default: text]
    #[arg(long, value_enum)]
    pub(crate) log_format: Option<LogFormat>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ModeName {
    /// Nothing: replies are scored
    Observe,
    /// A short note is added
    Augment,
    /// The prompt is rebuilt within its budget
    Manage,
}

impl ModeName {
    /// The name as it is typed.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Observe => "observe",
            Self::Augment => "augment",
            Self::Manage => "manage",
        }
    }
}

impl From<ModeName> for Mode {
    fn from(name: ModeName) -> Self {
        match name {
            ModeName::Observe => Self::Observe,
            ModeName::Augment => Self::Augment,
            ModeName::Manage => Self::Manage,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum FailName {
    /// Replies go on, marked as unprotected
    Open,
    /// Requests end with an error
    Closed,
}

#[derive(Debug, Args)]
pub(crate) struct StoreArguments {
    /// Where sessions are kept: a file, or postgres://... [default: ./leeboard.db]
    #[arg(long, global = true, value_name = "PATH")]
    pub(crate) store: Option<String>,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogFormat {
    /// For people
    #[default]
    Text,
    /// One JSON object a line
    Json,
}

#[derive(Debug, Args)]
pub(crate) struct DoctorArguments {
    #[command(flatten)]
    pub(crate) store: StoreArguments,
    /// As one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct SessionsArguments {
    #[command(flatten)]
    pub(crate) store: StoreArguments,
    #[command(subcommand)]
    pub(crate) action: SessionsAction,
}

#[derive(Debug, Subcommand)]
pub(crate) enum SessionsAction {
    /// All sessions, newest first
    Ls {
        /// One JSON object a session
        #[arg(long)]
        json: bool,
    },
    /// How a session stands
    Show {
        /// The session
        id: String,
        /// As a JSON object
        #[arg(long)]
        json: bool,
    },
    /// Print a session as a conversation that `leeboard audit` reads
    Export {
        /// The session
        id: String,
    },
    /// Delete a session for good
    Delete {
        /// The session
        id: String,
    },
    /// Delete sessions that nobody has used for long; prints their ids
    Prune {
        /// Days without a new record
        #[arg(long, value_name = "DAYS")]
        older_than: u32,
        /// Only print the ids
        #[arg(long)]
        dry_run: bool,
    },
    /// Copy a session, to go on in another way; prints the new id
    Fork {
        /// The session
        id: String,
        /// The last turn to copy [default: all]
        #[arg(long, value_name = "TURN")]
        through: Option<u32>,
        /// Id of the copy [default: a fresh one]
        #[arg(long, value_name = "ID")]
        new_id: Option<String>,
    },
}

#[derive(Debug, Args)]
pub(crate) struct KeysArguments {
    #[command(flatten)]
    pub(crate) store: StoreArguments,
    #[command(subcommand)]
    pub(crate) action: KeysAction,
}

#[derive(Debug, Subcommand)]
pub(crate) enum KeysAction {
    /// Make a key and print it, this once
    Create {
        /// Whose sessions it opens: lower-case letters, digits, - and _
        #[arg(long, default_value = tenant::DEFAULT, value_name = "NAME")]
        tenant: String,
        /// What it is for
        #[arg(long, value_name = "TEXT")]
        note: Option<String>,
        /// What leeboard may change in requests with it; the gateway's mode if left out
        #[arg(long, value_enum)]
        mode: Option<ModeName>,
        /// The key with its id, tenant and note as a JSON object
        #[arg(long)]
        json: bool,
    },
    /// All keys, oldest first, without their secrets
    List {
        /// One JSON object a key
        #[arg(long)]
        json: bool,
    },
    /// Revoke a key for good; its tenant's sessions stay
    Revoke {
        /// The key's id, or the key itself
        id: String,
    },
}

#[derive(Debug, Args)]
pub(crate) struct TraceArguments {
    /// The session
    pub(crate) session: String,
    /// The turn, from 1
    #[arg(value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) turn: u32,
    #[command(flatten)]
    pub(crate) store: StoreArguments,
    /// The records of the turn as one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct VerifyArguments {
    /// The session [default: all]
    pub(crate) session: Option<String>,
    #[command(flatten)]
    pub(crate) store: StoreArguments,
    /// One JSON object a session
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct BackupArguments {
    /// The new file; one that is there is not overwritten
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) store: StoreArguments,
}

#[derive(Debug, Args)]
pub(crate) struct ExportArguments {
    /// All sessions
    #[arg(long)]
    pub(crate) all: bool,
    #[command(flatten)]
    pub(crate) store: StoreArguments,
}

#[derive(Debug, Args)]
pub(crate) struct ImportArguments {
    /// Conversation files: JSON or JSONL, OpenAI fine-tuning, ShareGPT or ChatGPT export; - is stdin
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) store: StoreArguments,
}

#[derive(Debug, Args)]
pub(crate) struct ChatArguments {
    /// Base URL of the model's OpenAI-compatible API
    #[arg(long, value_name = "URL")]
    pub(crate) base_url: Option<String>,
    /// The model's name; `sim` is a simulation that needs no model
    #[arg(long, value_name = "NAME")]
    pub(crate) model: Option<String>,
    #[command(flatten)]
    pub(crate) store: StoreArguments,
    /// Session to go on with, or the id of a new one [default: a fresh one]
    #[arg(long, value_name = "ID")]
    pub(crate) session: Option<String>,
    /// Identity file
    #[arg(long, value_name = "FILE")]
    pub(crate) identity: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct IdentityArguments {
    #[command(subcommand)]
    pub(crate) action: IdentityAction,
}

#[derive(Debug, Subcommand)]
pub(crate) enum IdentityAction {
    /// List the checkable rules with their lines, and what is not checked with the reason
    Lint {
        /// Identity file (TOML), prompt file, or the prompt itself; - is stdin
        #[arg(value_name = "FILE|TEXT")]
        source: String,
        /// As one JSON object
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Args)]
pub(crate) struct InitArguments {
    /// Folder to write to
    #[arg(long, default_value = ".", value_name = "FOLDER")]
    pub(crate) dir: PathBuf,
    /// Overwrite files that are there
    #[arg(long)]
    pub(crate) force: bool,
}

#[derive(Debug, Args)]
pub(crate) struct DemoArguments {
    /// Turns of the conversation
    #[arg(long, default_value_t = 120, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) turns: u32,
    /// Another seed, another conversation
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// One JSON object a turn, then one for the summary
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct EvalArguments {
    #[command(subcommand)]
    pub(crate) action: EvalAction,
}

#[derive(Debug, Subcommand)]
pub(crate) enum EvalAction {
    /// Quality and speed of every embedder, beside tf-idf and BM25
    Embed(EvalEmbedArguments),
    /// Drift detection on labelled replies, beside published detectors and simple baselines
    Drift(EvalDriftArguments),
    /// A managed agent beside a plain one, with a simulated model that is disturbed on purpose
    Loop(EvalLoopArguments),
    /// Recall of evidence for questions, with the weights in force and with weights fitted anew
    Recall(EvalRecallArguments),
}

#[derive(Debug, Args)]
pub(crate) struct EvalEmbedArguments {
    /// Folder with stsb, transcripts and locomo, or some of them [default: ../shared/data]
    #[arg(long, value_name = "FOLDER")]
    pub(crate) data: Option<PathBuf>,
    /// One JSON object a method
    #[arg(long)]
    pub(crate) json: bool,
    /// 95 % intervals of matching and recall, from this many bootstrap samples
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) bootstrap: Option<u32>,
}

#[derive(Debug, Args)]
pub(crate) struct EvalRecallArguments {
    /// Folder with locomo/queries.jsonl and locomo/conversations [default: ../shared/data]
    #[arg(long, value_name = "FOLDER")]
    pub(crate) data: Option<PathBuf>,
    /// The report as one JSON object
    #[arg(long)]
    pub(crate) json: bool,
    /// 95 % intervals, from this many bootstrap samples of questions
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) bootstrap: Option<u32>,
    /// Write the answers under weights fitted on the other conversations to this file, as
    /// `recall` prints them
    #[arg(long, value_name = "FILE")]
    pub(crate) predictions: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct EvalDriftArguments {
    /// Folder with drift/labels.jsonl and drift/cases [default: ../shared/data]
    #[arg(long, value_name = "FOLDER")]
    pub(crate) data: Option<PathBuf>,
    /// Labels: JSONL of id, turn, label (0 or 1) and kind, instead of the folder's
    #[arg(long, value_name = "FILE")]
    pub(crate) labels: Option<PathBuf>,
    /// The labelled conversations, instead of the folder's
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub(crate) cases: Vec<PathBuf>,
    /// One JSON object a detector
    #[arg(long)]
    pub(crate) json: bool,
    /// 95 % intervals of AUROC, from this many bootstrap samples of conversations
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) bootstrap: Option<u32>,
    /// Write every judged reply to this file, as `audit --output jsonl` prints it
    #[arg(long, value_name = "FILE")]
    pub(crate) predictions: Option<PathBuf>,
    /// Also refit the calibrations on the other runs, for each recorded run
    #[arg(long)]
    pub(crate) leave_one_run_out: bool,
}

#[derive(Debug, Args)]
pub(crate) struct EvalLoopArguments {
    /// Turns of the conversations, one report for each length
    #[arg(long, value_name = "COUNTS", value_delimiter = ',', default_values_t = [30, 200, 500],
        value_parser = clap::value_parser!(u32).range(1..=5_000))]
    pub(crate) turns: Vec<u32>,
    /// Conversations of each length and agent; each seed is another model and another script
    #[arg(long, value_name = "COUNT", default_value_t = 14,
        value_parser = clap::value_parser!(u64).range(1..=100_000))]
    pub(crate) seeds: u64,
    /// What happens to them; `all` takes the kinds in turn
    #[arg(long, value_enum, default_value_t)]
    pub(crate) perturbation: Perturbation,
    /// Also with each rung of the correction ladder switched off in turn
    #[arg(long)]
    pub(crate) ablate: bool,
    /// A real endpoint (root of its API, with version) instead of the simulated model
    #[arg(long, value_name = "URL", requires = "model")]
    pub(crate) upstream: Option<String>,
    /// The model there
    #[arg(long, value_name = "NAME", requires = "upstream")]
    pub(crate) model: Option<String>,
    /// One JSON object a length
    #[arg(long)]
    pub(crate) json: bool,
    /// Write what the managed agent noticed late or did not bring back to this file, as JSONL
    #[arg(long, value_name = "FILE")]
    pub(crate) failures: Option<PathBuf>,
}

/// What happens to the conversations of `eval loop`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Perturbation {
    /// Each seed takes the next kind
    #[default]
    All,
    /// A burst of replies out of character
    Persona,
    /// It talks about something else
    Topic,
    /// It believes and says something false
    Fact,
    /// It breaks a rule
    Rule,
    /// Its replies take one form
    Rut,
    /// No event: character and rules fade by themselves
    Fade,
    /// Nothing happens and nothing fades
    None,
}

impl Perturbation {
    /// The one kind that it names.
    pub(crate) fn kind(self) -> Option<Kind> {
        match self {
            Self::All => None,
            Self::Persona => Some(Kind::Persona),
            Self::Topic => Some(Kind::Topic),
            Self::Fact => Some(Kind::Fact),
            Self::Rule => Some(Kind::Rule),
            Self::Rut => Some(Kind::Rut),
            Self::Fade => Some(Kind::Fade),
            Self::None => Some(Kind::None),
        }
    }

    /// Whether it asks for something that only a simulated model can do.
    pub(crate) fn is_planted(self) -> bool {
        !matches!(self, Self::All | Self::None)
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }
}
