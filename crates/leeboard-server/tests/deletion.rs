//! What is deleted is nowhere any more: no row, vector, index, page of the file, or log line.

#[cfg(test)]
#[expect(dead_code, reason = "each test file uses its part of the support")]
mod support;

use std::io::Write;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};

use leeboard_core::Mode;
use leeboard_core::record::Digest;
use leeboard_core::vector::Vector;
use leeboard_io::store::said::key;
use leeboard_io::store::{Durability, PostgresStore, SqliteStore, Store, Trace};
use serde_json::{Value, json};
use support::fragile::Fragile;
use support::postgres::Database;
use support::{Gateway, Play, reply};
use tempfile::TempDir;
use tracing_subscriber::fmt::MakeWriter;

/// Words that nothing else holds, by where they are planted: in messages, a name, the output of
/// a tool, an edited message, a reply, an id.
const PLANTED: [&str; 6] = ["quokkazan", "Xerxoline", "tapirvault", "narwhalbye", "okapireply", "wombatroom"];
/// A word of another user's session, which stays.
const STAYS: &str = "lemurstay";

/// All log lines of this process.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

#[cfg(test)]
impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

fn holds(bytes: &[u8], word: &str) -> bool {
    bytes.to_ascii_lowercase().windows(word.len()).any(|part| part == word.to_ascii_lowercase().as_bytes())
}

/// The words that some file of a folder holds.
#[cfg(test)]
fn in_files<'a>(folder: &Path, words: &[&'a str]) -> Vec<&'a str> {
    let files: Vec<Vec<u8>> =
        std::fs::read_dir(folder).unwrap().map(|file| std::fs::read(file.unwrap().path()).unwrap()).collect();
    words.iter().filter(|word| files.iter().any(|file| holds(file, word))).copied().collect()
}

fn chat(session: &str, user: &str, messages: Value) -> String {
    json!({"session_id": session, "user": user, "messages": messages}).to_string()
}

/// A user's session with all that a session can hold: facts, tool output, a branch, notes that
/// quote, vectors.
#[cfg(test)]
async fn live(gateway: &Gateway, session: &str) {
    let user = |text: &str| json!({"role": "user", "name": "Xerxoline", "content": text});
    let first = user("My boat is called quokkazan and she is 9 metres long.");
    let noted = json!({"role": "assistant", "content": "Noted, the okapireply."});
    gateway.script.says("Noted, the okapireply.");
    gateway.send(chat(session, "ann", json!([first]))).await;
    let calls = json!({"role": "assistant", "content": null, "tool_calls": [{"id": "c1", "type": "function",
        "function": {"name": "vault", "arguments": "{}"}}]});
    gateway.script.play(Play::Whole(200, reply(calls.clone()).to_string()));
    gateway.send(chat(session, "ann", json!([first, noted, user("Look into it.")]))).await;
    let result = json!({"role": "tool", "tool_call_id": "c1", "content": "the tapirvault is open"});
    gateway.script.says("It is open.");
    let asked = json!([first, noted, user("Look into it."), calls, result]);
    gateway.send(chat(session, "ann", asked)).await;
    // A branch: the second question is edited.
    gateway.script.says("As you like.");
    gateway.send(chat(session, "ann", json!([first, noted, user("Say narwhalbye instead.")]))).await;
    gateway.client.post(format!("{}/v1/sessions/{session}/compact", gateway.url)).send().await.unwrap();
    gateway.script.says("She is called quokkazan.");
    let recalled = json!([first, noted, user("Say narwhalbye instead."),
        {"role": "assistant", "content": "As you like."}, user("What is my boat called?")]);
    gateway.send(chat(session, "ann", recalled)).await;
}

/// Digests that a store holds of what was planted.
struct Traces {
    text: Digest,
    reply: Digest,
    head: Digest,
}

impl Traces {
    fn hex(&self) -> [String; 3] {
        [self.text, self.reply, self.head].map(|digest| digest.to_string())
    }
}

/// Sessions of two users, with vectors.
#[cfg(test)]
async fn filled(gateway: &Gateway) -> Traces {
    gateway.script.says("Welcome.");
    let other = json!([{"role": "user", "content": "My dog is called lemurstay."}]);
    gateway.send(chat("other", "bo", other)).await;
    for session in ["wombatroom", "wombatroom-2"] {
        live(gateway, session).await;
    }
    let vector = Vector::new(&"m".into(), &[0.25, -0.5, 1.0]).unwrap();
    let text = Digest::of(b"quokkazan");
    gateway.store.keep_vectors("wombatroom", &[(text, vector)]).await.unwrap();
    assert!(gateway.script.last().body.contains("quokkazan"));
    let spoken = gateway.session("wombatroom").await;
    Traces { text, reply: key(&spoken.turns().get(0).unwrap().reply.message), head: spoken.head() }
}

/// Deletes a session and then the rest of its user; neither the store nor the API knows it then.
#[cfg(test)]
async fn deleted(gateway: &Gateway, traces: &Traces) {
    let delete = async |what: &str| -> Value {
        let answer = gateway.client.delete(format!("{}/v1/{what}", gateway.url)).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{what}");
        answer.json().await.unwrap()
    };
    delete("sessions/wombatroom").await;
    assert_eq!(delete("users/ann").await["sessions"], 1);
    let ids: Vec<String> = gateway.store.list().await.unwrap().into_iter().map(|line| line.id).collect();
    assert_eq!(ids, ["other"]);
    for id in ["wombatroom", "wombatroom-2"] {
        assert!(gateway.store.load(id).await.unwrap().is_empty());
        assert!(gateway.store.view(id, None).await.unwrap().is_none());
        assert_eq!(gateway.store.vectors(id, "m", &[traces.text]).await.unwrap(), [None]);
        for what in ["", "/state", "/memories?query=boat", "/turns/1/trace", "/export"] {
            let answer = gateway.client.get(format!("{}/v1/sessions/{id}{what}", gateway.url)).send().await;
            assert_eq!(answer.unwrap().status(), 404, "{what}");
        }
    }
    let scope = Digest::of_json(&json!(["leeboard scope", null, "ann".as_bytes()]));
    assert!(gateway.store.sessions_of(scope).await.unwrap().is_empty());
    assert!(gateway.store.find(scope, Trace::Replies(&[traces.reply])).await.unwrap().is_empty());
}

#[tokio::test]
async fn nothing_of_a_deleted_session_or_user_is_left() {
    let lines = Lines::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(lines.clone())
        .finish();
    let _logging = tracing::subscriber::set_default(subscriber);
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("leeboard.db");
    let file = SqliteStore::open(&path, Durability::Process).await.unwrap();
    let gateway = Gateway::over(Arc::new(file.clone()), |config| config.mode = Mode::Manage).await;
    let traces = filled(&gateway).await;
    let digests = traces.hex();
    let digests: Vec<&str> = digests.iter().map(String::as_str).collect();
    // All of it is there before, or the rest would prove nothing.
    assert_eq!(in_files(folder.path(), &PLANTED), PLANTED);
    assert_eq!(in_files(folder.path(), &digests), digests);
    deleted(&gateway, &traces).await;

    // In the bytes of the file, its write-ahead log and its index, while the gateway runs and
    // after it has ended.
    assert_eq!(in_files(folder.path(), &PLANTED), [""; 0]);
    assert_eq!(in_files(folder.path(), &digests), [""; 0]);
    assert_eq!(in_files(folder.path(), &[STAYS]), [STAYS]);
    gateway.stop().await;
    file.close().await;
    assert_eq!(in_files(folder.path(), &PLANTED), [""; 0]);
    assert_eq!(in_files(folder.path(), &digests), [""; 0]);
    not_in(&lines);
}

#[tokio::test]
async fn nothing_of_a_deleted_session_or_user_is_in_any_table() {
    let lines = Lines::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(lines.clone())
        .finish();
    let _logging = tracing::subscriber::set_default(subscriber);
    let database = Database::fresh().await;
    let store = PostgresStore::open(&database.url, 4).await.unwrap();
    let gateway = Gateway::over(Arc::new(store), |config| config.mode = Mode::Manage).await;
    let traces = filled(&gateway).await;
    let digests = traces.hex();
    let digests: Vec<&str> = digests.iter().map(String::as_str).collect();
    assert_eq!(in_tables(&database, &PLANTED).await, PLANTED);
    assert_eq!(in_tables(&database, &digests).await, digests);
    deleted(&gateway, &traces).await;
    assert_eq!(in_tables(&database, &PLANTED).await, [""; 0]);
    assert_eq!(in_tables(&database, &digests).await, [""; 0]);
    assert_eq!(in_tables(&database, &[STAYS]).await, [STAYS]);
    not_in(&lines);
}

/// The words that some row of some table of a database holds.
#[cfg(test)]
async fn in_tables<'a>(database: &Database, words: &[&'a str]) -> Vec<&'a str> {
    let pool = sqlx::PgPool::connect(&database.url).await.unwrap();
    let tables: Vec<(String,)> =
        sqlx::query_as("SELECT tablename FROM pg_tables WHERE schemaname = 'leeboard'")
            .fetch_all(&pool)
            .await
            .unwrap();
    assert!(tables.len() >= 6, "{tables:?}");
    let mut all = String::new();
    for (table,) in tables {
        let rows = format!("SELECT t::text FROM leeboard.{table} AS t");
        let rows: Vec<(String,)> = sqlx::query_as(sqlx::AssertSqlSafe(rows)).fetch_all(&pool).await.unwrap();
        all.extend(rows.into_iter().map(|(row,)| row));
    }
    words.iter().filter(|word| holds(all.as_bytes(), word)).copied().collect()
}

/// Requests are logged, and nothing of what was planted.
#[cfg(test)]
fn not_in(lines: &Lines) {
    let log = lines.0.lock().unwrap().clone();
    let ours: Vec<u8> = String::from_utf8_lossy(&log)
        .lines()
        .filter(|line| line.contains("leeboard"))
        .flat_map(|line| format!("{line}\n").into_bytes())
        .collect();
    assert!(holds(&ours, "path=\"/v1/chat/completions\""), "requests are logged");
    let logged: Vec<&str> = PLANTED.iter().filter(|word| holds(&ours, word)).copied().collect();
    assert_eq!(logged, [""; 0]);
}

#[tokio::test]
async fn a_reply_that_comes_after_the_deletion_is_not_taken_for_another() {
    let store = Arc::new(Fragile::default());
    let gateway = Gateway::over(Arc::clone(&store) as Arc<dyn Store>, |_| ()).await;
    store.waits.store(true, Ordering::SeqCst);
    for said in ["the old reply", "the new reply"] {
        gateway.script.says(said);
    }
    let ask = |text: &str| gateway.send(chat("s", "ann", json!([{"role": "user", "content": text}])));
    let asked = |text: &'static str| {
        gateway.session_when("s", move |session| {
            session.pending().is_some_and(|opened| opened.input[0].message.full_text() == text)
        })
    };
    let between = async {
        asked("the old question").await;
        let path = format!("{}/v1/sessions/s", gateway.url);
        assert_eq!(gateway.client.delete(path).send().await.unwrap().status(), 200);
        let new = ask("the new question");
        let then = async {
            asked("the new question").await;
            store.permits.0.add_permits(3);
        };
        tokio::join!(new, then).0
    };
    let (old, new) = tokio::join!(ask("the old question"), between);
    assert!(
        old.headers().contains_key("x-leeboard-error") && !new.headers().contains_key("x-leeboard-error")
    );
    let session = gateway.session("s").await;
    assert_eq!(session.turns().len(), 1);
    assert_eq!(session.turns().get(0).unwrap().reply.message.full_text(), "the new reply");
}
