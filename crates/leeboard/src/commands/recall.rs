//! `recall`: which messages of recorded conversations answer queries.
//!
//! Owns bringing queries and conversations together, with the answers in the queries' order.

use std::collections::BTreeMap;

use leeboard_core::tokens::Estimate;
use leeboard_eval::offline::Means;
use leeboard_eval::recall::{Query, RecallLine, recall};
use leeboard_io::conversation::Conversation;

use crate::args::RecallArguments;
use crate::exit::Exit;
use crate::input;
use crate::output::{self, Data};
use crate::parallel;
use crate::settings::Settings;
use crate::shell;

pub(crate) fn run(arguments: &RecallArguments, settings: &Settings) -> anyhow::Result<Exit> {
    let embedder = shell::offline(settings)?;
    let means = Means { config: &settings.core, counter: &Estimate, embedder: &embedder };
    let mut exit = Exit::Done;
    let queries = input::lines::<Query>(&arguments.queries, &mut exit)?;
    let conversations = input::conversations(&arguments.files, &mut exit);
    let mut answers = answers(&queries, &conversations, arguments.k, means, &mut exit)?;

    let file = input::shown(&arguments.queries);
    let known = |id: &str| conversations.iter().any(|conversation| conversation.id == id);
    let mut data = Data::open();
    for (n, (line, query)) in queries.iter().enumerate() {
        match answers.remove(&n) {
            Some(answer) => data.json(&answer)?,
            None if !known(&query.conversation) => {
                unknown(&file, *line, &query.conversation);
                exit = Exit::Bad;
            }
            None => {}
        }
    }
    data.flush()?;
    shell::tell_fault(&embedder);
    Ok(exit)
}

/// The answers by the place of their query. Each conversation is read once.
fn answers(
    queries: &[(usize, Query)],
    conversations: &[Conversation],
    k: usize,
    means: Means<'_>,
    exit: &mut Exit,
) -> anyhow::Result<BTreeMap<usize, RecallLine>> {
    let mut asked: BTreeMap<&str, Vec<(usize, Query)>> = BTreeMap::new();
    for (n, (_, query)) in queries.iter().enumerate() {
        asked.entry(&query.conversation).or_default().push((n, query.clone()));
    }
    let mut answers = BTreeMap::new();
    let work = conversations
        .iter()
        .filter_map(|conversation| Some((conversation, asked.get(conversation.id.as_str())?.clone())));
    let answer = |(conversation, wanted): (&Conversation, Vec<(usize, Query)>)| {
        let (places, wanted): (Vec<usize>, Vec<Query>) = wanted.into_iter().unzip();
        (places, recall(conversation, &wanted, k, means))
    };
    parallel::in_order(work, parallel::threads(), answer, |(places, lines)| {
        match lines {
            Ok(lines) => answers.extend(places.into_iter().zip(lines)),
            Err(error) => {
                output::failed(&error.into());
                *exit = Exit::Bad;
            }
        }
        Ok(())
    })?;
    Ok(answers)
}

/// Says that a query names a conversation that no file holds.
pub(super) fn unknown(file: &str, line: usize, conversation: &str) {
    output::say(format_args!(
        "failed to find the conversation {conversation:?} of {file}:{line} in the files given"
    ));
}
