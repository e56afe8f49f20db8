//! Stores of older versions.

use super::*;

/// The version since which records are stored as they are now.
const TREE: i64 = 3;

#[tokio::test]
async fn a_store_of_every_older_version_is_brought_up_to_date() {
    let newest = open::MIGRATOR.iter().map(|migration| migration.version).max().unwrap();
    for version in 1..newest {
        let directory = directory();
        let path = directory.path().join("leeboard.db");
        let older = open::MIGRATOR.iter().filter(|migration| migration.version <= version).cloned();
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&path).create_if_missing(true);
        let pool = SqlitePool::connect_with(options).await.unwrap();
        Migrator::with_migrations(older.collect()).run(&pool).await.unwrap();
        for id in ["a", "b"] {
            if version < TREE {
                old_log(&pool, id, &log(id)).await;
            } else {
                tree_of(&pool, &log(id)).await;
            }
        }
        pool.close().await;
        let store = open(&directory).await;
        for id in ["a", "b"] {
            assert_eq!(store.load(id).await.unwrap(), log(id));
            let view = store.view(id, None).await.unwrap().unwrap();
            assert_eq!((view.head, view.turn), (log(id)[2].hash(), Some(log(id)[2].hash())));
            assert_eq!(view.marks.len(), 2);
        }
        let turns: Vec<u64> = store.list().await.unwrap().iter().map(|line| line.turns).collect();
        assert_eq!(turns, [2, 2]);
        store.append(&records_after(&log("a"), "more")).await.unwrap();
        assert_eq!(store.load("a").await.unwrap().len(), 4);
        assert_eq!(open(&directory).await.load("a").await.unwrap().len(), 4);
        let kept = [(Digest::of(b"one"), vector())];
        store.keep_vectors("a", &kept).await.unwrap();
        assert_eq!(store.vectors("a", "m", &[kept[0].0]).await.unwrap(), [Some(vector())]);
        assert!(store.delete("a").await.unwrap());
        assert!(!store.has_keys().await.unwrap());
    }
}

/// A session with two turns.
fn log(id: &str) -> Vec<Record> {
    let mut session = leeboard_core::Session::new(id);
    let counter = crate::tokens::counter("estimate").unwrap();
    let mut log = Vec::new();
    for n in 0..2_u64 {
        let stamp = crate::stamp::offline(id, n);
        let entry = |role, text: &str| {
            let message = leeboard_core::message::Message::text(role, text);
            leeboard_core::message::Entry::new(format!("{text}{n}"), message)
        };
        let (user, assistant) = (leeboard_core::Role::User, leeboard_core::Role::Assistant);
        let mut records = match n {
            0 => session.start(
                &leeboard_core::Identity::from_system_message("You are Ada."),
                &Default::default(),
                stamp,
            ),
            _ => Vec::new(),
        };
        records.truncate(1);
        for record in &records {
            session.apply(record).unwrap();
        }
        let reply = entry(assistant, "a");
        let imported =
            session.import(vec![entry(user, "u")], reply, Default::default(), stamp, counter.as_ref());
        session.apply(&imported).unwrap();
        log.extend(records);
        log.push(imported);
    }
    log
}

fn records_after(log: &[Record], text: &str) -> [Record; 1] {
    let mut session = leeboard_core::Session::replay(log[0].session.as_str(), log).unwrap();
    let identity = leeboard_core::Identity::from_system_message(text);
    let mut records = session.start(&identity, &Default::default(), crate::stamp::offline(text, 9));
    session.apply(&records[0]).unwrap();
    [records.remove(0)]
}

/// Stores a log as all versions since the third do.
async fn tree_of(pool: &SqlitePool, log: &[Record]) {
    let said = crate::store::Follower::default().all(log);
    let (tip, client) = (crate::store::Tip::Required, crate::store::Client::default());
    let commit = Commit { records: log, said: &said, tip, client };
    let mut writing = pool.begin_with("BEGIN IMMEDIATE").await.unwrap();
    tree::add_to(&mut writing, &log[0].session, commit).await.unwrap();
    writing.commit().await.unwrap();
}

/// Stores a log as the first two versions did.
async fn old_log(pool: &SqlitePool, id: &str, log: &[Record]) {
    sqlx::query("INSERT INTO sessions (id, turns, updated_at) VALUES (?, 2, 0)")
        .bind(id)
        .execute(pool)
        .await
        .unwrap();
    for record in log {
        sqlx::query(
            "INSERT INTO records (session, sequence, digest, parent, time, record) VALUES (?, ?, ?, ?, 0, ?)",
        )
        .bind(id)
        .bind(record.sequence as i64)
        .bind(record.digest.to_string())
        .bind(record.parent.to_string())
        .bind(serde_json::to_string(record).unwrap())
        .execute(pool)
        .await
        .unwrap();
    }
}
