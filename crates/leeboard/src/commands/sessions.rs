//! `sessions`: list, show, export, delete, prune and fork what is stored.
//!
//! Owns how sessions look on the command line. Never creates a store.

use anyhow::{Context, bail};
use comfy_table::presets::NOTHING;
use comfy_table::{Cell, CellAlignment, Table};
use leeboard_core::Session;
use leeboard_core::record::Record;
use leeboard_io::store::{SessionSummary, Store};
use leeboard_io::{stamp, upkeep};
use serde::Serialize;
use serde_json::json;

use crate::args::{SessionsAction, SessionsArguments};
use crate::exit::Exit;
use crate::output::{self, Data};
use crate::settings::Settings;
use crate::shell;

pub(crate) fn run(arguments: &SessionsArguments, settings: &Settings) -> anyhow::Result<Exit> {
    shell::block_on(async {
        let opened = shell::existing_store(&settings.store).await?;
        let end = act(&arguments.action, opened.store.as_ref()).await;
        opened.close().await;
        end
    })?;
    Ok(Exit::Done)
}

async fn act(action: &SessionsAction, store: &dyn Store) -> anyhow::Result<()> {
    match action {
        SessionsAction::Ls { json } => list(store, *json).await,
        SessionsAction::Show { id, json } => show(store, id, *json).await,
        SessionsAction::Export { id } => export(store, id).await,
        SessionsAction::Delete { id } => delete(store, id).await,
        SessionsAction::Prune { older_than, dry_run } => prune(store, *older_than, *dry_run).await,
        SessionsAction::Fork { id, through, new_id } => fork(store, id, *through, new_id.as_deref()).await,
    }
}

/// One line of `ls --json`.
#[derive(Serialize)]
struct Line<'a> {
    id: &'a str,
    turns: u64,
    updated_at: String,
}

async fn list(store: &dyn Store, json: bool) -> anyhow::Result<()> {
    let sessions = store.list().await?;
    let mut data = Data::open();
    if json {
        for SessionSummary { id, turns, updated_at, .. } in &sessions {
            data.json(&Line { id, turns: *turns, updated_at: stamp::rfc3339(*updated_at) })?;
        }
    } else if sessions.is_empty() {
        output::say("no sessions yet");
    } else {
        let mut table = Table::new();
        table.load_preset(NOTHING).set_header(["session", "turns", "updated"]);
        for session in &sessions {
            table.add_row([
                Cell::new(&session.id),
                Cell::new(session.turns).set_alignment(CellAlignment::Right),
                Cell::new(stamp::rfc3339(session.updated_at)),
            ]);
        }
        for line in table.lines() {
            data.text(line.trim())?;
            data.text("\n")?;
        }
    }
    data.flush()
}

/// The records of a session that there is.
pub(super) async fn records(store: &dyn Store, id: &str) -> anyhow::Result<Vec<Record>> {
    let records = store.load(id).await?;
    if records.is_empty() {
        bail!("find the session {id:?} (`leeboard sessions ls` lists them)");
    }
    Ok(records)
}

async fn session(store: &dyn Store, id: &str) -> anyhow::Result<Session> {
    let records = records(store, id).await?;
    Session::replay(id, &records).with_context(|| format!("replay the session {id:?}"))
}

async fn show(store: &dyn Store, id: &str, json: bool) -> anyhow::Result<()> {
    let session = session(store, id).await?;
    let mut data = Data::open();
    if json {
        data.json(&json!({
            "id": session.id(),
            "turns": session.turns().len(),
            "open_turn": session.pending().map(|opened| opened.turn),
            "identity": session.identity().name(),
            "identity_version": session.identity_version(),
            "posture": session.posture(),
            "window_start": session.window_start(),
            "drift": session.last_judgement(),
            "attractor": session.attractor(),
            "redacted": session.redacted(),
            "head": session.head(),
        }))?;
    } else {
        data.text(&described(&session))?;
    }
    data.flush()
}

/// How a session stands, for people.
pub(super) fn described(session: &Session) -> String {
    let judged = session.last_judgement();
    let identity = session.identity();
    let name = identity.name().or_else(|| identity.anchor()).unwrap_or("none");
    let pattern = session.attractor().map_or_else(
        || "none yet".to_owned(),
        |attractor| format!("{} ({})", attractor.name, attractor.lifecycle_state.name()),
    );
    let mut lines = vec![
        format!("session   {}", session.id()),
        format!("turns     {}", session.turns().len()),
        format!("identity  {name}"),
        format!("posture   {}", session.posture().name()),
        format!(
            "drift     {}",
            judged.map_or_else(|| "nothing judged yet".to_owned(), |drift| format!("{:.2}", drift.index))
        ),
        format!("pattern   {pattern}"),
        format!("window    from turn {}", session.window_start()),
    ];
    lines.extend(
        judged
            .iter()
            .flat_map(|drift| &drift.evidence)
            .map(|evidence| format!("          {}: {}", evidence.signal.name(), evidence.text)),
    );
    lines.push(String::new());
    lines.join("\n")
}

async fn export(store: &dyn Store, id: &str) -> anyhow::Result<()> {
    let conversation = upkeep::conversation(&session(store, id).await?, id);
    let mut data = Data::open();
    data.json(&conversation.to_json())?;
    data.flush()
}

async fn delete(store: &dyn Store, id: &str) -> anyhow::Result<()> {
    if !store.delete(id).await? {
        bail!("find the session {id:?} (`leeboard sessions ls` lists them)");
    }
    output::say(format_args!("deleted session {id:?}"));
    Ok(())
}

async fn prune(store: &dyn Store, days: u32, dry_run: bool) -> anyhow::Result<()> {
    let unused = upkeep::unused_since(store, upkeep::days_before(stamp::clock(), days)).await?;
    let mut data = Data::open();
    for id in &unused {
        if dry_run || store.delete(id).await? {
            data.text(&format!("{id}\n"))?;
        }
    }
    let what = if dry_run { "would be deleted" } else { "deleted" };
    output::say(format_args!("{} sessions {what}", unused.len()));
    data.flush()
}

async fn fork(store: &dyn Store, id: &str, through: Option<u32>, new_id: Option<&str>) -> anyhow::Result<()> {
    let records = records(store, id).await?;
    let new_id = new_id.map_or_else(stamp::new_id, str::to_owned);
    upkeep::fork(store, &records, through, &new_id).await.with_context(|| format!("fork session {id:?}"))?;
    let mut data = Data::open();
    data.text(&format!("{new_id}\n"))?;
    data.flush()
}
