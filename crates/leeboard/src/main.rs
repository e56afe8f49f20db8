//! leeboard: keeps long LLM conversations on course. Gateway, log auditor, terminal chat.
//!
//! This page parses the arguments, resolves the settings, runs the command and turns its end
//! into an exit code. What a command does is in `commands`, one file each.

mod args;
mod commands;
mod env;
mod exit;
mod input;
mod output;
mod parallel;
mod progress;
mod settings;
mod shell;

use std::process::ExitCode;

use clap::Parser;
use mimalloc::MiMalloc;

use crate::args::{Arguments, Command};
use crate::env::Environment;
use crate::exit::Exit;
use crate::settings::Settings;

/// The gateway allocates much and frees it soon, on several threads.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let exit = match run(&arguments) {
        Ok(exit) => exit,
        Err(error) if output::is_closed(&error) => Exit::Done,
        Err(error) => {
            output::failed(&error);
            Exit::Bad
        }
    };
    exit.into()
}

fn run(arguments: &Arguments) -> anyhow::Result<Exit> {
    // These need no settings: one writes them, one shows the defaults, one reads a text.
    match &arguments.command {
        Command::Init(init) => return commands::init::run(init),
        Command::Demo(demo) => return commands::demo::run(demo),
        Command::Identity(identity) => return commands::identity::run(identity),
        _ => {}
    }
    let settings = Settings::resolve(arguments, &Environment::of_process())?;
    match &arguments.command {
        Command::Audit(audit) => commands::audit::run(audit, &settings),
        Command::Recall(recall) => commands::recall::run(recall, &settings),
        Command::Prompt(prompt) => commands::prompt::run(prompt, &settings),
        Command::Replay(replay) => commands::replay::run(replay, &settings),
        Command::Serve(_) => commands::serve::run(&settings),
        Command::Sessions(sessions) => commands::sessions::run(sessions, &settings),
        Command::Keys(keys) => commands::keys::run(keys, &settings),
        Command::Trace(trace) => commands::trace::run(trace, &settings),
        Command::Verify(verify) => commands::verify::run(verify, &settings),
        Command::Backup(backup) => commands::backup::run(backup, &settings),
        Command::Export(export) => commands::transfer::export(export, &settings),
        Command::Import(import) => commands::transfer::import(import, &settings),
        Command::Chat(chat) => commands::chat::run(chat, &settings),
        Command::Doctor(doctor) => commands::doctor::run(doctor, &settings),
        Command::Eval(eval) => commands::eval::run(eval, &settings),
        Command::Init(_) | Command::Demo(_) | Command::Identity(_) => Ok(Exit::Done),
    }
}
