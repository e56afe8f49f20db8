//! What is particular to the SQLite store: the file, its mode, its versions, its refusals.

mod upgrade;

use std::sync::atomic::{AtomicU32, Ordering};

use futures_util::future::join_all;
use sqlx::migrate::Migrator;
use tempfile::TempDir;

use super::super::testing::{record, records, vector};
use super::super::{Keys, Said, conformance};
use super::*;

fn directory() -> TempDir {
    tempfile::tempdir().unwrap()
}

async fn open(directory: &TempDir) -> SqliteStore {
    SqliteStore::open(&directory.path().join("leeboard.db"), Durability::Process).await.unwrap()
}

#[tokio::test]
async fn passes_the_conformance_suite() {
    let (directory, next) = (directory(), AtomicU32::new(0));
    for durability in [Durability::Process, Durability::Machine] {
        let fresh = async || {
            let name = format!("{}.db", next.fetch_add(1, Ordering::Relaxed));
            SqliteStore::open(&directory.path().join(name), durability).await.unwrap()
        };
        conformance::check(fresh).await.unwrap();
        conformance::check_snapshots(fresh).await.unwrap();
        conformance::check_keys(fresh).await.unwrap();
    }
}

#[tokio::test]
async fn what_one_handle_wrote_another_reads_even_after_a_sudden_end() {
    let directory = directory();
    let store = open(&directory).await;
    let [one, two] = records("a", ["one", "two"]);
    store.append(std::slice::from_ref(&one)).await.unwrap();
    // The first handle is never closed, as in a killed process.
    let other = open(&directory).await;
    assert_eq!(other.load("a").await.unwrap(), [one]);
    other.append(&[two]).await.unwrap();
    assert_eq!(store.load("a").await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_head_that_another_handle_moved_is_noticed() {
    let directory = directory();
    let (one, other) = (open(&directory).await, open(&directory).await);
    let log = records("a", ["one", "two", "three", "four"]);
    for (at, record) in log.iter().enumerate() {
        // Each handle has seen the head where it stood two records ago.
        let (writes, late) = if at % 2 == 0 { (&one, &other) } else { (&other, &one) };
        writes.append(std::slice::from_ref(record)).await.unwrap();
        let stale = late.append(std::slice::from_ref(record)).await;
        assert!(matches!(stale, Ok(()) | Err(StoreError::Conflict { .. })), "{stale:?}");
        assert_eq!(late.load("a").await.unwrap(), log[..=at]);
    }
    let before = &log[1..2];
    assert!(matches!(one.append(before).await, Ok(()) | Err(StoreError::Conflict { .. })));
    assert_eq!(one.load("a").await.unwrap(), log);
}

#[tokio::test]
async fn a_commit_that_nobody_waits_for_is_there_whole_or_not_at_all() {
    let directory = directory();
    let store = open(&directory).await;
    let texts = [(); 64].map(|()| "text");
    let log = records("a", texts);
    store.append(&log[..1]).await.unwrap();
    let other = open(&directory).await;
    let mut cut = 0_u32;
    for (at, record) in log.iter().enumerate().skip(1) {
        // Some are certainly cut off: they wait for a lock. Others are on their way, or done.
        let lock = match at % 16 {
            0 => Some(other.pool.begin_with("BEGIN IMMEDIATE").await.unwrap()),
            _ => None,
        };
        #[expect(clippy::disallowed_methods, reason = "its timers are too coarse, and SQLite has its thread")]
        let patience = async {
            for _ in 0..at % 16 {
                std::thread::sleep(std::time::Duration::from_micros(40));
                tokio::task::yield_now().await;
            }
        };
        cut += tokio::select! {
            biased;
            _ = store.append(std::slice::from_ref(record)) => 0,
            () = patience => 1,
        };
        if let Some(lock) = lock {
            lock.rollback().await.unwrap();
        }
        // Again, as a client does that has seen no answer.
        let again = Commit {
            records: std::slice::from_ref(record),
            said: &[],
            tip: super::super::Tip::Follows,
            client: super::super::Client::default(),
        };
        store.commit(again).await.unwrap();
        assert_eq!(store.load("a").await.unwrap(), log[..=at]);
    }
    assert!(cut >= 3, "{cut} were cut off");
    assert_eq!(open(&directory).await.quick_check().await.unwrap(), Vec::<String>::new());
}

/// Transactions in a write-ahead log: the frames that end one say how large the file is then.
fn transactions(directory: &TempDir) -> usize {
    let log = std::fs::read(directory.path().join("leeboard.db-wal")).unwrap();
    let number = |bytes: &[u8]| u32::from_be_bytes(bytes.try_into().unwrap());
    let (page, salt) = (number(&log[8..12]) as usize, &log[16..24]);
    let frames = log[32..].chunks_exact(24 + page);
    frames.filter(|frame| &frame[8..16] == salt && number(&frame[4..8]) > 0).count()
}

#[tokio::test]
async fn commits_that_wait_at_once_share_a_transaction_and_one_misfit_harms_no_other() {
    let directory = directory();
    let store = open(&directory).await;
    let logs: Vec<_> =
        (0..20).map(|n: u32| records(&format!("session {n}"), ["one", "two", "three"])).collect();
    for log in &logs {
        store.append(&log[..1]).await.unwrap();
    }
    // Another process goes on with one of the sessions.
    let other = open(&directory).await;
    other.append(&logs[7][1..2]).await.unwrap();
    for (step, most) in [(1, 25), (2, 3)] {
        store.checkpoint().await.unwrap();
        let mut holder = store.pool.begin_with("BEGIN IMMEDIATE").await.unwrap();
        sqlx::query("UPDATE sessions SET resends = 1").execute(&mut *holder).await.unwrap();
        let release = async {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            holder.commit().await.unwrap();
        };
        let commits = logs.iter().map(|log| store.append(&log[step..=step]));
        let (answers, ()) = tokio::join!(join_all(commits), release);
        assert!(answers.iter().all(Result::is_ok), "{answers:?}");
        // The first takes the connection alone; those that came meanwhile go together.
        let found = transactions(&directory) - 1;
        assert!(found <= most, "{found} transactions");
    }
    for log in &logs {
        assert_eq!(store.load(&log[0].session).await.unwrap(), log);
    }
}

#[tokio::test]
async fn a_question_leaves_the_disk_to_the_reply_that_ends_its_turn() {
    let directory = directory();
    let path = directory.path().join("leeboard.db");
    let store = SqliteStore::open(&path, Durability::Machine).await.unwrap();
    let log = records("a", ["one", "two", "three", "four", "five"]);
    let (question, reply) = (Said::default(), Said::new(Vec::new(), Some(Digest::default())));
    let said = [None, Some(question.clone()), Some(reply), Some(question), None];
    let mut waits = Vec::new();
    for at in 0..log.len() {
        let (records, said) = (&log[at..=at], &said[at..=at]);
        let (tip, client) = (super::super::Tip::Follows, super::super::Client::default());
        store.commit(Commit { records, said, tip, client }).await.unwrap();
        waits.push(store.writer.synchronous().await);
    }
    // 2 is FULL, 1 NORMAL.
    assert_eq!(waits, [2, 1, 2, 1, 2]);
}

#[tokio::test]
async fn a_new_file_may_be_opened_by_many_at_once() {
    let directory = directory();
    let path = directory.path().join("leeboard.db");
    let opened = join_all((0..6).map(|_| SqliteStore::open(&path, Durability::Process))).await;
    for store in opened {
        store.unwrap();
    }
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_may_read_the_files() {
    use std::os::unix::fs::PermissionsExt;
    let directory = directory();
    let store = open(&directory).await;
    store.append(&[record("a", "one")]).await.unwrap();
    let mut names = Vec::new();
    for entry in std::fs::read_dir(directory.path()).unwrap() {
        let entry = entry.unwrap();
        assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{entry:?}");
        names.push(entry.file_name().into_string().unwrap());
    }
    names.sort();
    assert_eq!(names, ["leeboard.db", "leeboard.db-shm", "leeboard.db-wal"]);
}

#[tokio::test]
async fn deleted_text_is_in_no_file_any_more() {
    let directory = directory();
    let store = open(&directory).await;
    let secret = "the harbour code is 4711 ".repeat(600);
    store.append(&records("a", [&secret, "harbour code"])).await.unwrap();
    let components: Vec<f32> = (1..100_u8).map(f32::from).collect();
    let vector = Vector::new(&"m".into(), &components).unwrap();
    let written = serde_json::to_value(&vector).unwrap()["int8"].as_str().unwrap().to_owned();
    store.keep_vectors("a", &[(Digest::of(b"harbour"), vector)]).await.unwrap();
    let held = |needle: &str| {
        std::fs::read_dir(directory.path()).unwrap().any(|entry| {
            let bytes = std::fs::read(entry.unwrap().path()).unwrap();
            bytes.windows(needle.len()).any(|window| window == needle.as_bytes())
        })
    };
    let digest = Digest::of(b"harbour").to_string();
    let needles = ["harbour code", &written, &digest];
    assert!(needles.iter().all(|needle| held(needle)));
    assert!(store.delete("a").await.unwrap());
    assert!(!needles.iter().any(|needle| held(needle)));
}

#[tokio::test]
async fn a_store_of_a_newer_version_is_refused_and_left_alone() {
    let directory = directory();
    let store = open(&directory).await;
    sqlx::query(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
         VALUES (900, 'later', TRUE, x'00', 0)",
    )
    .execute(&store.pool)
    .await
    .unwrap();
    store.close().await;
    let path = directory.path().join("leeboard.db");
    let before = std::fs::read(&path).unwrap();
    let error = SqliteStore::open(&path, Durability::Process).await.unwrap_err();
    let newest = open::MIGRATOR.iter().map(|migration| migration.version).max().unwrap();
    assert!(matches!(error, StoreError::NewerSchema { found: 900, known, .. } if known == newest), "{error}");
    assert!(error.to_string().contains("upgrade leeboard"));
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[tokio::test]
async fn sessions_are_looked_for_by_index() {
    let directory = directory();
    let store = open(&directory).await;
    for (query, index) in [(find::BY_PATH, "turns_by_path"), (find::BY_REPLY, "turns_by_reply")] {
        let plan: Vec<(i64, i64, i64, String)> =
            sqlx::query_as(sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {query}")))
                .bind("s")
                .bind("[]")
                .bind(1)
                .fetch_all(&store.pool)
                .await
                .unwrap();
        let searched = format!("SEARCH turns USING INDEX {index} (scope=? AND ");
        assert!(plan.iter().any(|(.., step)| step.starts_with(&searched)), "{plan:?}");
    }
}

#[tokio::test]
async fn a_damaged_vector_counts_as_absent() {
    let directory = directory();
    let store = open(&directory).await;
    store.append(&[record("a", "one")]).await.unwrap();
    let text = Digest::of(b"one");
    for damage in ["{", r#"{"model":"m","int8":"?"}"#, r#"{"model":"other","int8":"QIEA"}"#] {
        store.keep_vectors("a", &[(text, vector())]).await.unwrap();
        assert_eq!(store.vectors("a", "m", &[text]).await.unwrap(), [Some(vector())]);
        sqlx::query("UPDATE vectors SET vector = ?").bind(damage).execute(&store.pool).await.unwrap();
        assert_eq!(store.vectors("a", "m", &[text]).await.unwrap(), [None], "{damage}");
    }
}

#[tokio::test]
async fn other_files_are_refused_and_left_alone() {
    let directory = directory();
    let path = directory.path().join("notes.txt");
    std::fs::write(&path, "Not a database, but long enough to look like one. ".repeat(40)).unwrap();
    let before = std::fs::read(&path).unwrap();
    let error = SqliteStore::open(&path, Durability::Process).await.unwrap_err();
    assert!(error.to_string().ends_with("it is not an SQLite database"), "{error}");
    assert_eq!(std::fs::read(&path).unwrap(), before);

    let path = directory.path().join("other.db");
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&path).create_if_missing(true);
    let pool = SqlitePool::connect_with(options).await.unwrap();
    sqlx::query("CREATE TABLE bookmarks (url TEXT)").execute(&pool).await.unwrap();
    pool.close().await;
    let before = std::fs::read(&path).unwrap();
    let error = SqliteStore::open(&path, Durability::Process).await.unwrap_err();
    assert!(error.to_string().contains("another program"), "{error}");
    assert_eq!(std::fs::read(&path).unwrap(), before);

    let missing = directory.path().join("no/such/folder.db");
    let error = SqliteStore::open(&missing, Durability::Process).await.unwrap_err();
    assert!(matches!(error, StoreError::Open { .. }), "{error}");
}

#[tokio::test]
async fn damage_and_newer_records_are_told_apart() {
    let directory = directory();
    let store = open(&directory).await;
    store.append(&records("a", ["one", "two"])).await.unwrap();
    let replace = async |json: &str| {
        sqlx::query("UPDATE records SET record = ? WHERE sequence = 1")
            .bind(json)
            .execute(&store.pool)
            .await
            .unwrap();
        store.load("a").await.unwrap_err()
    };
    assert!(matches!(replace("{").await, StoreError::Corrupt { sequence: 1, .. }));
    let newer = replace(r#"{"format": 99}"#).await;
    assert!(matches!(newer, StoreError::NewerRecord { found: 99, .. }), "{newer}");
    let moved = serde_json::to_string(&records("b", ["one", "two"])[1]).unwrap();
    assert!(matches!(replace(&moved).await, StoreError::Corrupt { .. }));
}

#[tokio::test]
async fn a_held_store_is_busy_and_not_broken() {
    let directory = directory();
    let store = open(&directory).await;
    let mut holder = store.pool.begin_with("BEGIN IMMEDIATE").await.unwrap();
    let records = [record("a", "one")];
    let (answer, ()) = tokio::join!(store.append(&records), async {
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        sqlx::query("SELECT 1").execute(&mut *holder).await.unwrap();
        holder.rollback().await.unwrap();
    });
    answer.unwrap();
}
