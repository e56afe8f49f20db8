//! `backup`: a copy of the store while it is in use.
//!
//! Owns checking the copy and saying what is in it. How it is made is the store's business.

use anyhow::{Context, bail};
use leeboard_io::store::{SqliteStore, Store};

use crate::args::BackupArguments;
use crate::exit::Exit;
use crate::output;
use crate::settings::Settings;
use crate::shell;

pub(crate) fn run(arguments: &BackupArguments, settings: &Settings) -> anyhow::Result<Exit> {
    let file = &arguments.file;
    shell::block_on(async {
        let opened = shell::existing_store(&settings.store).await?;
        let Some(store) = opened.file() else {
            bail!("back up the store: it is not a file (the tools of its database copy it)");
        };
        let copied = store.back_up(file).await;
        opened.close().await;
        copied?;
        let copy = SqliteStore::open(file, settings.store.durability).await?;
        let looked = async { Ok::<_, anyhow::Error>((copy.quick_check().await?, copy.list().await?.len())) };
        let looked = looked.await;
        copy.close().await;
        let (faults, sessions) = looked.with_context(|| format!("check the copy {}", file.display()))?;
        if !faults.is_empty() {
            bail!(
                "back up the store: the copy is damaged, so the store is (see `leeboard doctor`): {}",
                faults.join("; ")
            );
        }
        output::say(format_args!("{sessions} sessions are in {}", file.display()));
        Ok(Exit::Done)
    })
}
