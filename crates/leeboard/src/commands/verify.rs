//! `verify`: checks the hash chains of stored sessions and replays them.
//!
//! Owns how the result looks. What is checked is `leeboard_io::verify`'s. Changes nothing.

use anyhow::bail;
use comfy_table::presets::NOTHING;
use comfy_table::{Cell, CellAlignment, Table};
use leeboard_io::store::Store;
use leeboard_io::verify::{self, Verified};
use serde_json::json;

use crate::args::VerifyArguments;
use crate::exit::Exit;
use crate::output::{self, Data};
use crate::progress::Progress;
use crate::settings::Settings;
use crate::shell;

pub(crate) fn run(arguments: &VerifyArguments, settings: &Settings) -> anyhow::Result<Exit> {
    shell::block_on(async {
        let opened = shell::existing_store(&settings.store).await?;
        let end = check(arguments, opened.store.as_ref()).await;
        opened.close().await;
        end
    })
}

async fn check(arguments: &VerifyArguments, store: &dyn Store) -> anyhow::Result<Exit> {
    let ids = named(arguments, store).await?;
    let mut progress = Progress::of_counts();
    let mut found = Vec::new();
    for (n, id) in ids.iter().enumerate() {
        progress.show(format_args!("session {} of {}", n + 1, ids.len()));
        found.push((id.as_str(), verify::session(store, id).await));
    }
    progress.clear();
    let mut data = Data::open();
    if arguments.json {
        for (id, found) in &found {
            data.json(&line(id, found))?;
        }
    } else {
        data.text(&table(&found))?;
    }
    data.flush()?;
    drop(data);
    let damaged = found.iter().filter(|(_, found)| !found.faults.is_empty()).count();
    if damaged > 0 {
        output::say(format_args!(
            "{damaged} of {} sessions are damaged (restore them from a backup, or delete them)",
            found.len()
        ));
        return Ok(Exit::Threshold);
    }
    Ok(Exit::Done)
}

async fn named(arguments: &VerifyArguments, store: &dyn Store) -> anyhow::Result<Vec<String>> {
    let all = store.list().await?.into_iter().map(|session| session.id);
    let Some(id) = &arguments.session else { return Ok(all.collect()) };
    if !all.into_iter().any(|known| known == *id) {
        bail!("find the session {id:?} (`leeboard sessions ls` lists them)");
    }
    Ok(vec![id.clone()])
}

fn line(id: &str, found: &Verified) -> serde_json::Value {
    json!({
        "id": id,
        "ok": found.faults.is_empty(),
        "records": found.records,
        "redacted": found.redacted,
        "branches": found.branches,
        "turns": found.turns,
        "prompts": found.prompts,
        "not_compared": found.not_compared,
        "faults": found.faults.iter().map(ToString::to_string).collect::<Vec<_>>(),
    })
}

fn table(found: &[(&str, Verified)]) -> String {
    let mut table = Table::new();
    let header =
        ["session", "turns", "records", "redacted", "branches", "prompts", "not compared", "verdict"];
    table.load_preset(NOTHING).set_header(header);
    for (id, found) in found {
        let numbers =
            [found.turns, found.records, found.redacted, found.branches, found.prompts, found.not_compared];
        let numbers = numbers.map(|number| Cell::new(number).set_alignment(CellAlignment::Right));
        let verdict = found.faults.first().map_or_else(|| "sound".to_owned(), ToString::to_string);
        let cells = std::iter::once(Cell::new(id)).chain(numbers).chain([Cell::new(verdict)]);
        table.add_row(cells.collect::<Vec<_>>());
        for fault in found.faults.iter().skip(1) {
            let empty = std::iter::repeat_n(Cell::new(""), 7);
            table.add_row(empty.chain([Cell::new(fault)]).collect::<Vec<_>>());
        }
    }
    if found.is_empty() {
        "no sessions yet\n".to_owned()
    } else {
        table.lines().map(|line| line.trim_end().to_owned() + "\n").collect()
    }
}
