//! `trace`: one turn explained from its records, in the order in which it was decided.
//!
//! Owns the command. Which records belong to a turn is `leeboard_io::trace`'s, how they read is in
//! `words`.

use anyhow::bail;
use leeboard_io::store::Store;
use leeboard_io::trace::{Trace, what_there_is};

use crate::args::TraceArguments;
use crate::exit::Exit;
use crate::output::Data;
use crate::settings::Settings;
use crate::shell;

use super::sessions;

mod words;

pub(crate) fn run(arguments: &TraceArguments, settings: &Settings) -> anyhow::Result<Exit> {
    shell::block_on(async {
        let opened = shell::existing_store(&settings.store).await?;
        let end = show(arguments, opened.store.as_ref()).await;
        opened.close().await;
        end
    })?;
    Ok(Exit::Done)
}

async fn show(arguments: &TraceArguments, store: &dyn Store) -> anyhow::Result<()> {
    let (id, turn) = (arguments.session.as_str(), arguments.turn);
    let records = sessions::records(store, id).await?;
    let Some(mut trace) = Trace::of(&records, id, turn) else {
        bail!("find turn {turn} of session {id:?}: {}", what_there_is(&records));
    };
    trace.read_facts(&records);
    trace.read_beliefs(&records);
    let mut data = Data::open();
    if arguments.json {
        data.json(&trace)?;
    } else {
        data.text(&words::of(&trace))?;
    }
    data.flush()
}
