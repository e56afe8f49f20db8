//! `keys`: make, list and revoke the keys that clients show to the gateway.
//!
//! Owns how keys look on the command line. A key itself is printed once, when it is made; nothing
//! else ever knows it.

use anyhow::bail;
use comfy_table::Table;
use comfy_table::presets::NOTHING;
use leeboard_core::{Mode, Timestamp};
use leeboard_io::stamp;
use leeboard_io::store::keys::ShownKey;
use leeboard_io::store::{Key, Keys};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

use crate::args::{KeysAction, KeysArguments};
use crate::exit::Exit;
use crate::output::{self, Data};
use crate::settings::Settings;
use crate::shell;
use leeboard_io::stamp::rfc3339;

pub(crate) fn run(arguments: &KeysArguments, settings: &Settings) -> anyhow::Result<Exit> {
    shell::block_on(async {
        // A first key may be made before the gateway has made its store.
        let opened = match arguments.action {
            KeysAction::Create { .. } => shell::open_store(&settings.store).await?,
            _ => shell::existing_store(&settings.store).await?,
        };
        let end = act(&arguments.action, opened.keys.as_ref()).await;
        opened.close().await;
        end
    })?;
    Ok(Exit::Done)
}

async fn act(action: &KeysAction, keys: &dyn Keys) -> anyhow::Result<()> {
    match action {
        KeysAction::Create { tenant, note, mode, json } => {
            let mode = mode.map(Mode::from);
            create(keys, tenant, note.clone(), mode, *json).await
        }
        KeysAction::List { json } => list(keys, *json).await,
        KeysAction::Revoke { id } => revoke(keys, id).await,
    }
}

async fn create(
    keys: &dyn Keys,
    tenant: &str,
    note: Option<String>,
    mode: Option<Mode>,
    json: bool,
) -> anyhow::Result<()> {
    let first = !keys.has_keys().await?;
    let (mut key, secret) = Key::generate(tenant, note, stamp::clock())?;
    key.mode = mode;
    keys.create_key(&key).await?;
    let mut data = Data::open();
    if json {
        let mut line = described(&key);
        line["key"] = json!(secret.expose_secret());
        data.json(&line)?;
    } else {
        data.text(&format!("{}\n", secret.expose_secret()))?;
    }
    data.flush()?;
    output::say(format_args!(
        "made key {} of tenant {}; it is not shown again, and clients send it as `Authorization: Bearer`",
        key.id, key.tenant
    ));
    if first {
        output::say("from now on the gateway over this store answers nobody without a key");
    }
    Ok(())
}

async fn list(keys: &dyn Keys, json: bool) -> anyhow::Result<()> {
    let keys = keys.keys().await?;
    let mut data = Data::open();
    if json {
        for key in &keys {
            data.json(&described(key))?;
        }
    } else if keys.is_empty() {
        output::say("no keys yet");
    } else {
        let moment = |at: Option<Timestamp>| at.map_or_else(|| "-".to_owned(), rfc3339);
        let mut table = Table::new();
        table.load_preset(NOTHING).set_header([
            "id",
            "tenant",
            "mode",
            "created",
            "last used",
            "revoked",
            "note",
        ]);
        for key in keys {
            table.add_row([
                key.id,
                key.tenant,
                key.mode.map_or("-", Mode::name).to_owned(),
                rfc3339(key.created_at),
                moment(key.last_used_at),
                moment(key.revoked_at),
                key.note.unwrap_or_default(),
            ]);
        }
        for line in table.lines() {
            data.text(line.trim())?;
            data.text("\n")?;
        }
    }
    data.flush()
}

/// What may be told of a key.
fn described(key: &Key) -> Value {
    json!({
        "id": key.id,
        "tenant": key.tenant,
        "note": key.note,
        "mode": key.mode,
        "created_at": rfc3339(key.created_at),
        "last_used_at": key.last_used_at.map(rfc3339),
        "revoked_at": key.revoked_at.map(rfc3339),
    })
}

async fn revoke(keys: &dyn Keys, id: &str) -> anyhow::Result<()> {
    // Whoever has found a leaked key has the key and not its id. It is not repeated.
    let shown = ShownKey::read(&SecretString::from(id));
    let id = shown.as_ref().map_or(id, ShownKey::id);
    if !keys.revoke_key(id, stamp::clock()).await? {
        bail!("find that key (`leeboard keys list` shows the ids)");
    }
    output::say(format_args!("revoked key {id}; gateways that run notice within 5 seconds"));
    Ok(())
}
