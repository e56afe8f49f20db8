//! `sessions`: list, show, export, delete and fork what is stored.
//!
//! Owns how sessions look on the command line. Never creates a store.

use std::collections::BTreeSet;

use anyhow::{Context, bail};
use comfy_table::presets::NOTHING;
use comfy_table::{Cell, CellAlignment, Table};
use jiff::Timestamp as Instant;
use leeboard_core::ledger;
use leeboard_core::record::Record;
use leeboard_core::{Entry, Message, Role, Session, Timestamp};
use leeboard_io::conversation::Conversation;
use leeboard_io::stamp;
use leeboard_io::store::{SessionSummary, Store};
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
            data.json(&Line { id, turns: *turns, updated_at: rfc3339(*updated_at) })?;
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
                Cell::new(rfc3339(session.updated_at)),
            ]);
        }
        for line in table.lines() {
            data.text(line.trim())?;
            data.text("\n")?;
        }
    }
    data.flush()
}

/// RFC 3339 in UTC; a moment that no calendar holds is shown in milliseconds.
pub(super) fn rfc3339(moment: Timestamp) -> String {
    Instant::from_millisecond(moment.0).map_or_else(|_| moment.0.to_string(), |at| at.to_string())
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
    let conversation = conversation(&session(store, id).await?);
    let mut data = Data::open();
    data.json(&conversation.to_json())?;
    data.flush()
}

/// A session as a conversation: the identity in force, then all that was said, with messages
/// that still wait for a reply at the end.
fn conversation(session: &Session) -> Conversation {
    let prompt = session.identity().prompt();
    let system = (!prompt.is_empty()).then(|| Entry::new("system", Message::text(Role::System, prompt)));
    let waiting = session.pending().map(|opened| opened.input.as_slice()).unwrap_or_default();
    let spoken = session.turns().iter().flat_map(|turn| turn.entries());
    let all = system.iter().chain(spoken).chain(session.carried()).chain(waiting);
    let mut taken = BTreeSet::new();
    let entries = all.enumerate().map(|(n, entry)| {
        let mut entry = entry.clone();
        // Clients may repeat ids; in a conversation file they are unique.
        while !taken.insert(entry.id.clone()) {
            entry.id = format!("{}-{n}", entry.id);
        }
        entry
    });
    Conversation { id: session.id().to_owned(), entries: entries.collect() }
}

async fn delete(store: &dyn Store, id: &str) -> anyhow::Result<()> {
    if !store.delete(id).await? {
        bail!("find the session {id:?} (`leeboard sessions ls` lists them)");
    }
    output::say(format_args!("deleted session {id:?}"));
    Ok(())
}

async fn fork(store: &dyn Store, id: &str, through: Option<u32>, new_id: Option<&str>) -> anyhow::Result<()> {
    let records = records(store, id).await?;
    let last = Session::replay(id, &records)?.turns().last().map_or(0, |turn| turn.number);
    if let Some(through) = through.filter(|through| *through > last) {
        bail!("fork session {id:?} through turn {through}: its last turn is {last}");
    }
    let new_id = new_id.map_or_else(stamp::new_id, str::to_owned);
    if !store.load(&new_id).await?.is_empty() {
        bail!("fork session {id:?} to {new_id:?}: there is a session of that id (take another --new-id)");
    }
    let copies = ledger::fork(&records, &new_id, through.unwrap_or(last));
    if copies.is_empty() {
        bail!("fork session {id:?} through turn {}: nothing comes before it", through.unwrap_or(last));
    }
    store.append(&copies).await?;
    let mut data = Data::open();
    data.text(&format!("{new_id}\n"))?;
    data.flush()
}
