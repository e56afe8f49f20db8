//! `export` and `import`: what was said, as conversation files, out of a store and into one.
//!
//! Owns going through sessions and files. Scores, branches and the memory's edits stay behind; a
//! `backup` keeps them.

use anyhow::bail;
use leeboard_core::Session;
use leeboard_io::engine::{Engine, EngineError};
use leeboard_io::store::StoreError;
use leeboard_io::{tokens, upkeep};

use crate::args::{ExportArguments, ImportArguments};
use crate::exit::Exit;
use crate::input;
use crate::output::{self, Data};
use crate::settings::Settings;
use crate::shell;

/// Prints all sessions, a conversation object a line, oldest last. One that cannot be read is named,
/// and the others are printed.
pub(crate) fn export(arguments: &ExportArguments, settings: &Settings) -> anyhow::Result<Exit> {
    if !arguments.all {
        bail!("export: which sessions? (--all for all, `leeboard sessions export ID` for one)");
    }
    shell::block_on(async {
        let opened = shell::existing_store(&settings.store).await?;
        let mut exit = Exit::Done;
        let mut data = Data::open();
        for line in opened.store.list().await? {
            let id = line.id;
            let records = match opened.store.load(&id).await {
                Ok(records) => records,
                Err(error) => {
                    output::failed(&error.into());
                    exit = Exit::Bad;
                    continue;
                }
            };
            match Session::replay(id.as_str(), &records) {
                Ok(session) => data.json(&upkeep::conversation(&session, &id).to_json())?,
                Err(error) => {
                    output::failed(&anyhow::anyhow!("replay session {id:?}: {error}"));
                    exit = Exit::Bad;
                }
            }
        }
        data.flush()?;
        opened.close().await;
        Ok(exit)
    })
}

/// Takes the conversations of files in as new sessions, and prints their ids.
pub(crate) fn import(arguments: &ImportArguments, settings: &Settings) -> anyhow::Result<Exit> {
    let mut exit = Exit::Done;
    let conversations = input::conversations(&arguments.files, &mut exit);
    shell::block_on(async {
        let opened = shell::open_store(&settings.store).await?;
        let engine = Engine::new(
            settings.core.clone(),
            tokens::counter(&settings.encoding)?,
            std::sync::Arc::clone(&opened.store),
        )
        .with_embedder(shell::embedder(settings)?);
        let mut data = Data::open();
        for conversation in &conversations {
            let id = &conversation.id;
            let known = opened.store.summary(id).await?.is_some();
            let taken = || anyhow::anyhow!("import {id:?}: there is a session of that id (delete it first)");
            let imported = match known {
                true => Err(taken()),
                false => match upkeep::import(&engine, id, conversation).await {
                    Ok(_) => Ok(()),
                    Err(EngineError::Store(StoreError::Conflict { .. })) => Err(taken()),
                    Err(error) => Err(error.into()),
                },
            };
            match imported {
                Ok(()) => data.text(&format!("{id}\n"))?,
                Err(error) => {
                    output::failed(&error);
                    exit = Exit::Bad;
                }
            }
        }
        data.flush()?;
        opened.close().await;
        Ok(exit)
    })
}
