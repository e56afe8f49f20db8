//! `chat`: a conversation in the terminal, kept on course.
//!
//! Owns the reading of lines and what is said between them. Replies go to stdout, everything
//! else to stderr, so that a chat can be piped. The loop of a turn is `leeboard_io::driver`.

use std::io::{self, BufRead, IsTerminal};
use std::sync::Arc;

use anyhow::{Context, bail};
use leeboard_core::Session;
use leeboard_io::driver::{Runtime, Step, StepError};
use leeboard_io::engine::Engine;
use leeboard_io::model::openai::OpenAiSettings;
use leeboard_io::model::{Model, OpenAi, Sim};
use leeboard_io::{stamp, tokens};

use crate::args::ChatArguments;
use crate::exit::Exit;
use crate::input;
use crate::output::{self, Data};
use crate::settings::Settings;
use crate::shell;

use super::sessions::described;

/// The name of the built-in stand-in for a model.
const SIMULATION: &str = "sim";

pub(crate) fn run(arguments: &ChatArguments, settings: &Settings) -> anyhow::Result<Exit> {
    shell::log(settings)?;
    let model = model(settings)?;
    shell::block_on(async {
        let opened = shell::open_store(&settings.store).await?;
        let counter = tokens::counter(&settings.encoding)?;
        let engine = Engine::new(settings.core.clone(), counter, Arc::clone(&opened.store))
            .with_embedder(shell::embedder(settings)?);
        let end = converse(arguments, settings, model, engine).await;
        opened.close().await;
        end
    })
}

/// The model that flags, environment or settings name.
fn model(settings: &Settings) -> anyhow::Result<Arc<dyn Model>> {
    let (base_url, name) = (settings.model.base_url.as_ref(), settings.model.name.as_deref());
    if name == Some(SIMULATION) {
        return Ok(Arc::new(Sim::default()));
    }
    let Some(base_url) = base_url else {
        bail!(
            "find a model: none is configured\n  \
             with a key:        set OPENAI_API_KEY and give --model NAME\n  \
             a local server:    --base-url http://localhost:11434/v1 --model NAME\n  \
             without any model: --model sim, a simulation that shows how leeboard works"
        );
    };
    let Some(name) = name else {
        bail!("find a model: {base_url} is known, but not which model (give --model NAME)");
    };
    let endpoint = OpenAiSettings::new(base_url, name);
    let endpoint = match settings.model.key.get()? {
        Some(key) => endpoint.with_key(key),
        None => endpoint,
    };
    Ok(Arc::new(OpenAi::new(endpoint)?))
}

async fn converse(
    arguments: &ChatArguments,
    settings: &Settings,
    model: Arc<dyn Model>,
    engine: Engine,
) -> anyhow::Result<Exit> {
    let id = arguments.session.clone().unwrap_or_else(stamp::new_id);
    let mut session = engine.load(&id).await?;
    // A session that goes on keeps its identity unless another one is given.
    let identity = match input::identity(settings.identity.as_deref())? {
        Some(identity) => identity,
        None => session.identity().clone(),
    };
    engine.start(&mut session, &identity).await?;
    greet(&session, model.as_ref());
    let style = Style { dim: settings.color && output::stderr_is_terminal(), simulated: model.simulated() };
    let runtime = Runtime::new(model).with_engine(engine);
    talk(&runtime, &mut session, &style).await
}

fn greet(session: &Session, model: &dyn Model) {
    if model.simulated() {
        output::say("this is a simulation: the replies are made up, no model is asked");
    }
    match session.turns().len() {
        0 => output::say(format_args!("session {}; /state shows how it stands, /quit ends", session.id())),
        turns => output::say(format_args!("session {} goes on after {turns} turns", session.id())),
    }
}

/// How the status line looks.
struct Style {
    dim: bool,
    simulated: bool,
}

/// Reads lines until the end of stdin or /quit.
async fn talk(runtime: &Runtime, session: &mut Session, style: &Style) -> anyhow::Result<Exit> {
    let interactive = io::stdin().is_terminal();
    let mut data = Data::open();
    let mut lines = io::stdin().lock().lines();
    let mut exit = Exit::Done;
    loop {
        if interactive {
            output::raw("> ");
        }
        let Some(line) = lines.next() else { break };
        match line.context("read stdin (is it UTF-8?)")?.trim() {
            "" => {}
            "/quit" => break,
            "/state" => output::raw(described(session)),
            command if command.starts_with('/') => {
                output::say(format_args!("unknown command {command:?}; there are /state and /quit"));
            }
            said => match runtime.step(session, said).await {
                Ok(step) => {
                    data.text(step.text().trim_end())?;
                    data.text("\n")?;
                    data.flush()?;
                    status(&step, style);
                }
                Err(error) => {
                    sorry(error);
                    // In a script nobody reads the message, but somebody reads the code.
                    exit = if interactive { Exit::Done } else { Exit::Bad };
                }
            },
        }
    }
    Ok(exit)
}

/// What went wrong with a turn, and what became of the message.
fn sorry(error: StepError) {
    let kept = matches!(error, StepError::Model(_));
    output::failed(&error.into());
    if kept {
        output::say("your message is kept and goes along with the next one");
    }
}

/// Turn, drift, posture and tokens in one line.
fn status(step: &Step, style: &Style) {
    let flags: Vec<&str> = step.drift.flags.iter().map(|flag| flag.name()).collect();
    let flags = if flags.is_empty() { String::new() } else { format!(" ({})", flags.join(", ")) };
    let simulated = if style.simulated { ", simulation" } else { "" };
    let line = format!(
        "turn {}, drift {:.2}{flags}, {}, prompt {} tokens{simulated}",
        step.turn,
        step.drift.index,
        step.posture.name(),
        step.opened.report.total,
    );
    let (on, off) = if style.dim { ("\u{1b}[2m", "\u{1b}[0m") } else { ("", "") };
    output::raw(format_args!("{on}[{line}]{off}\n"));
}
