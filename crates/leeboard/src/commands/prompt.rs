//! `prompt`: what would be sent to a model, turn by turn.
//!
//! Owns which prompts are wanted. The prompts are the core's; what they cost is in `replay`.

use std::collections::BTreeMap;

use anyhow::anyhow;
use leeboard_core::{Identity, Role};
use leeboard_eval::offline::Means;
use leeboard_eval::policies::Policy;
use leeboard_eval::prompts::{PromptLine, Which, prompts};
use leeboard_io::conversation::Conversation;
use leeboard_io::tokens;
use serde::Deserialize;

use crate::args::PromptArguments;
use crate::exit::Exit;
use crate::input;
use crate::output::{self, Data};
use crate::parallel;
use crate::settings::Settings;
use crate::shell;

use super::recall::unknown;

/// A line of `--at`; other fields are ignored.
#[derive(Debug, Deserialize)]
struct Place {
    conversation: String,
    at: usize,
}

/// How prompts are made.
struct Maker<'a> {
    policy: Policy,
    identity: Option<&'a Identity>,
    means: Means<'a>,
}

impl Maker<'_> {
    fn prompts(&self, conversation: &Conversation, which: &Which) -> anyhow::Result<Vec<PromptLine>> {
        Ok(prompts(conversation, which, self.policy, self.identity, self.means)?)
    }
}

pub(crate) fn run(arguments: &PromptArguments, settings: &Settings) -> anyhow::Result<Exit> {
    let identity = input::identity(arguments.identity.as_deref())?;
    let counter = tokens::counter(&settings.encoding)?;
    let policy = Policy::from_name(&arguments.policy)
        .ok_or_else(|| anyhow!("find the policy {:?}", arguments.policy))?;
    let embedder = shell::offline(settings)?;
    let means = Means { config: &settings.core, counter: counter.as_ref(), embedder: &embedder };
    let maker = Maker { policy, identity: identity.as_ref(), means };
    let mut exit = Exit::Done;
    match &arguments.at {
        Some(places) => {
            let name = input::shown(places);
            let places = input::lines::<Place>(places, &mut exit)?;
            let conversations = input::conversations(&arguments.files, &mut exit);
            some(&maker, &conversations, &places, &name, &mut exit)?;
        }
        None => all(arguments, &maker, &mut exit)?,
    }
    shell::tell_fault(&embedder);
    Ok(exit)
}

/// The prompt of every turn, conversation by conversation.
fn all(arguments: &PromptArguments, maker: &Maker<'_>, exit: &mut Exit) -> anyhow::Result<()> {
    let mut data = Data::open();
    let conversations = input::conversations(&arguments.files, exit);
    let work = |conversation: &Conversation| maker.prompts(conversation, &Which::All);
    parallel::in_order(conversations.iter(), parallel::threads(), work, |lines| {
        match lines {
            Ok(lines) => lines.iter().try_for_each(|line| data.json(line))?,
            Err(error) => {
                output::failed(&error);
                *exit = Exit::Bad;
            }
        }
        Ok(())
    })?;
    data.flush()
}

/// The prompts at some places, in the order of the places.
fn some(
    maker: &Maker<'_>,
    conversations: &[Conversation],
    places: &[(usize, Place)],
    file: &str,
    exit: &mut Exit,
) -> anyhow::Result<()> {
    let wanted = wanted(conversations, places, file, exit);
    let mut found: BTreeMap<(&str, usize), PromptLine> = BTreeMap::new();
    let work = conversations
        .iter()
        .filter_map(|conversation| Some((conversation, wanted.get(conversation.id.as_str())?.clone())));
    let make = |(conversation, at): (&'_ Conversation, Vec<usize>)| {
        (position(conversations, &conversation.id), maker.prompts(conversation, &Which::At(at)))
    };
    parallel::in_order(work, parallel::threads(), make, |(conversation, lines)| {
        match (conversation, lines) {
            (Some(conversation), Ok(lines)) => {
                found.extend(lines.into_iter().map(|line| ((conversation, line.at), line)));
            }
            (_, Err(error)) => {
                output::failed(&error);
                *exit = Exit::Bad;
            }
            (None, Ok(_)) => {}
        }
        Ok(())
    })?;
    let mut data = Data::open();
    for (_, place) in places {
        if let Some(line) = found.get(&(place.conversation.as_str(), place.at)) {
            data.json(line)?;
        }
    }
    data.flush()
}

fn position<'a>(conversations: &'a [Conversation], id: &str) -> Option<&'a str> {
    conversations.iter().map(|conversation| conversation.id.as_str()).find(|known| *known == id)
}

/// The places by conversation. Those that name no user message are told on stderr and left out.
fn wanted<'a>(
    conversations: &[Conversation],
    places: &'a [(usize, Place)],
    file: &str,
    exit: &mut Exit,
) -> BTreeMap<&'a str, Vec<usize>> {
    let mut wanted: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (line, place) in places {
        let id = place.conversation.as_str();
        let Some(conversation) = conversations.iter().find(|conversation| conversation.id == id) else {
            unknown(file, *line, id);
            *exit = Exit::Bad;
            continue;
        };
        let reason = match conversation.entries.get(place.at) {
            Some(entry) if entry.message.role == Role::User => {
                wanted.entry(id).or_default().push(place.at);
                continue;
            }
            Some(entry) => format!("that message is the {}'s", entry.message.role.as_str()),
            None => format!("the conversation has {} messages", conversation.entries.len()),
        };
        output::say(format_args!(
            "failed to make the prompt of {file}:{line}: no user message at index {} of conversation \
             {id:?}: {reason}",
            place.at
        ));
        *exit = Exit::Bad;
    }
    wanted
}
