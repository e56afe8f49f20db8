//! What is particular to the PostgreSQL store: the server, its versions, its refusals, its losses.

#[path = "../../../tests/support/postgres.rs"]
mod support;

use std::sync::Mutex;

use futures_util::future::join_all;
use leeboard_core::record::FORMAT;
use sqlx::PgPool;
use support::{Cluster, Database};

use super::super::conformance;
use super::super::testing::{record, records, vector};
use super::*;

async fn open(database: &Database) -> PostgresStore {
    PostgresStore::open(&database.url, 4).await.unwrap()
}

async fn execute(pool: &PgPool, statement: &str) {
    sqlx::raw_sql(sqlx::AssertSqlSafe(statement.to_owned())).execute(pool).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn passes_the_conformance_suite() {
    let databases = Mutex::new(Vec::new());
    let fresh = async || {
        let database = Database::fresh().await;
        let store = open(&database).await;
        databases.lock().unwrap().push(database);
        store
    };
    conformance::check(fresh).await.unwrap();
    conformance::check_snapshots(fresh).await.unwrap();
    conformance::check_keys(fresh).await.unwrap();
}

/// Puts partitioned tables in the place of empty ones.
async fn partition(pool: &PgPool) {
    for table in ["sessions", "records", "turns", "vectors", "snapshots"] {
        let parts = (0..3).map(|part| {
            format!(
                "CREATE TABLE leeboard.{table}_{part} PARTITION OF leeboard.{table} \
                 FOR VALUES WITH (MODULUS 3, REMAINDER {part});"
            )
        });
        let parts: String = parts.collect();
        let statements = format!(
            "ALTER TABLE leeboard.{table} RENAME TO {table}_whole; \
             CREATE TABLE leeboard.{table} (LIKE leeboard.{table}_whole INCLUDING ALL) \
                 PARTITION BY HASH (tenant, session); \
             {parts} DROP TABLE leeboard.{table}_whole;"
        );
        execute(pool, &statements).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn passes_the_conformance_suite_with_partitions_by_tenant_and_session() {
    let databases = Mutex::new(Vec::new());
    let fresh = async || {
        let database = Database::fresh().await;
        let store = open(&database).await;
        partition(&store.pool).await;
        databases.lock().unwrap().push(database);
        store
    };
    conformance::check(fresh).await.unwrap();
    conformance::check_snapshots(fresh).await.unwrap();
}

#[tokio::test]
async fn a_new_database_may_be_opened_by_many_at_once() {
    let database = Database::fresh().await;
    for store in join_all((0..6).map(|_| PostgresStore::open(&database.url, 1))).await {
        store.unwrap().append(&[record("a", "one")]).await.unwrap();
    }
    let server = open(&database).await.server().await.unwrap();
    assert!(!server.encrypted && server.version.starts_with(|first: char| first.is_ascii_digit()));
}

#[tokio::test]
async fn a_schema_of_a_newer_version_is_refused_and_left_alone() {
    let database = Database::fresh().await;
    let store = open(&database).await;
    execute(
        &store.pool,
        "INSERT INTO leeboard.migrations (version, description, success, checksum, execution_time) \
         VALUES (900, 'later', TRUE, '', 0)",
    )
    .await;
    let error = PostgresStore::open(&database.url, 1).await.unwrap_err();
    let newest = open::newest_known();
    assert!(matches!(error, StoreError::NewerSchema { found: 900, known, .. } if known == newest), "{error}");
    assert!(error.to_string().contains("upgrade leeboard"), "{error}");
}

#[tokio::test]
async fn a_database_of_every_older_version_is_brought_up_to_date() {
    for version in 1..open::newest_known() {
        let database = Database::fresh().await;
        let pool = PgPool::connect(&database.url).await.unwrap();
        open::migrator(version).run(&pool).await.unwrap();
        let older = PostgresStore { pool, answers: Arc::default(), heads: Arc::default() };
        let log = records("a", ["one", "two", "three"]);
        older.append(&log[..2]).await.unwrap();
        let store = open(&database).await;
        assert_eq!(store.load("a").await.unwrap(), log[..2]);
        store.append(&log[2..]).await.unwrap();
        assert_eq!(store.summary("a").await.unwrap().unwrap().id, "a");
        assert!(store.delete("a").await.unwrap());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_is_encrypted_and_the_server_known_if_that_is_asked_for() {
    let cluster = tokio::task::spawn_blocking(|| Cluster::start_with(&["ssl=on"])).await.unwrap();
    let database = cluster.database().await;
    let pool = PgPool::connect(&database.url).await.unwrap();
    let (data,): (String,) = sqlx::query_as("SHOW data_directory").fetch_one(&pool).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let copy = |name: &str| {
        let to = folder.path().join(name);
        std::fs::copy(format!("{data}/{name}"), &to).unwrap();
        to.display().to_string()
    };
    let (right, wrong) = (copy("authority.crt"), copy("other.crt"));
    let by_name = database.url.replace("127.0.0.1", "localhost");
    for (url, encrypted) in [
        (format!("{}?sslmode=disable", database.url), Ok(false)),
        (database.url.clone(), Ok(true)),
        (format!("{}?sslmode=require", database.url), Ok(true)),
        (format!("{by_name}?sslmode=verify-full&sslrootcert={right}"), Ok(true)),
        (format!("{}?sslmode=verify-ca&sslrootcert={right}", database.url), Ok(true)),
        // Another authority, none that is known, and another name than the certificate's.
        (format!("{by_name}?sslmode=verify-full&sslrootcert={wrong}"), Err("certificate")),
        (format!("{by_name}?sslmode=verify-full"), Err("certificate")),
        (format!("{}?sslmode=verify-full&sslrootcert={right}", database.url), Err("certificate")),
    ] {
        match (PostgresStore::open(&url, 1).await, encrypted) {
            (Ok(store), Ok(encrypted)) => {
                assert_eq!(store.server().await.unwrap().encrypted, encrypted, "{url}");
                store.append(&[record("a", "one")]).await.unwrap();
            }
            (Err(error), Err(says)) => assert!(error.to_string().contains(says), "{url}: {error}"),
            (opened, _) => panic!("{url}: {opened:?}"),
        }
    }
}

#[tokio::test]
async fn the_schema_of_another_program_is_refused_and_its_tables_do_not_matter() {
    let database = Database::fresh().await;
    let pool = PgPool::connect(&database.url).await.unwrap();
    execute(&pool, "CREATE TABLE sessions (cookie text); CREATE SCHEMA leeboard").await;
    execute(&pool, "CREATE TABLE leeboard.boards (length integer)").await;
    let error = PostgresStore::open(&database.url, 1).await.unwrap_err().to_string();
    assert!(error.contains("another program's"), "{error}");
    execute(&pool, "DROP TABLE leeboard.boards").await;
    open(&database).await.append(&[record("a", "one")]).await.unwrap();
}

#[tokio::test]
async fn no_refusal_tells_a_password() {
    let database = Database::fresh().await;
    let (_, place) = database.url.split_once('@').unwrap();
    let (host, _) = place.split_once('/').unwrap();
    for url in [
        format!("postgres://leeboard:hunter2@{place}"),
        format!("postgres://{place}?user=leeboard&password=hunter2"),
        format!("postgres://leeboard:hunter2@{host}/no_such_database"),
        format!("postgres://leeboard:hunter2@{place}?sslmode=hunter"),
        format!("postgres://leeboard:hunter2@{place}?sslmode=require"),
        "postgres://leeboard:hunter2@127.0.0.1:port/x".to_owned(),
        "postgres://leeboard:hunter2@[/x".to_owned(),
    ] {
        let error = PostgresStore::open(&url, 1).await.unwrap_err();
        let told = format!("{error} {error:?}");
        assert!(told.contains("open the store postgres://") && !told.contains("hunter2"), "{told}");
    }
}

#[tokio::test]
async fn sessions_are_looked_for_by_index() {
    let database = Database::fresh().await;
    let store = open(&database).await;
    // A table of a few rows is faster read whole.
    execute(
        &store.pool,
        "INSERT INTO leeboard.turns (tenant, session, at, asked, reply, scope, path) \
         SELECT 't', 's', '', '', md5(n::text), 'scope', md5(n::text) FROM generate_series(1, 5000) AS n; \
         ANALYZE leeboard.turns",
    )
    .await;
    for (query, index) in [(find::BY_PATH, "turns_by_path"), (find::BY_REPLY, "turns_by_reply")] {
        let plan: Vec<(String,)> = sqlx::query_as(sqlx::AssertSqlSafe(format!("EXPLAIN {query}")))
            .bind("scope")
            .bind(vec!["a", "b"])
            .bind(1_i64)
            .fetch_all(&store.pool)
            .await
            .unwrap();
        assert!(plan.iter().any(|(step,)| step.contains(index)), "{plan:?}");
    }
}

#[tokio::test]
async fn a_step_of_a_long_path_reads_one_record_and_not_the_session() {
    let database = Database::fresh().await;
    let store = open(&database).await;
    // Among many short sessions, which the planner takes all for as long.
    for (session, from, to) in [("'s'", 1, 5_000), ("n::text", 5_001, 10_000)] {
        execute(
            &store.pool,
            &format!(
                "INSERT INTO leeboard.records (tenant, session, hash, parent, sequence, time, turns, record) \
                 SELECT 't', {session}, n::text, (n - 1)::text, n, 0, 0, repeat('x', 500) \
                 FROM generate_series({from}, {to}) AS n"
            ),
        )
        .await;
    }
    for prepare in ["", "ANALYZE leeboard.records"] {
        execute(&store.pool, prepare).await;
        let plan: Vec<(String,)> =
            sqlx::query_as(sqlx::AssertSqlSafe(format!("EXPLAIN (ANALYZE, BUFFERS OFF) {}", find::PATH)))
                .bind("t")
                .bind("s")
                .bind("5000")
                .bind("0")
                .fetch_all(&store.pool)
                .await
                .unwrap();
        let steps = plan.iter().map(|(step,)| step.as_str()).collect::<Vec<_>>().join("\n");
        // One of the conditions of the index, and not a filter over what the others find.
        let by_hash = |step: &str| step.contains("Index Cond: ((tenant") && step.contains(".parent))");
        assert!(steps.lines().any(by_hash), "{steps}");
        assert!(!steps.contains("Hash Cond") && !steps.contains("Merge Cond"), "{steps}");
    }
}

#[tokio::test]
async fn damage_and_newer_records_are_told_apart() {
    let database = Database::fresh().await;
    let store = open(&database).await;
    store.append(&records("a", ["one", "two"])).await.unwrap();
    let replace = async |json: &str| {
        sqlx::query("UPDATE leeboard.records SET record = $1 WHERE sequence = 1")
            .bind(json)
            .execute(&store.pool)
            .await
            .unwrap();
        store.load("a").await.unwrap_err()
    };
    assert!(matches!(replace("{").await, StoreError::Corrupt { sequence: 1, .. }));
    let newer = replace(r#"{"format": 99}"#).await;
    let known = u64::from(FORMAT);
    assert!(matches!(newer, StoreError::NewerRecord { found: 99, known: k, .. } if k == known), "{newer}");
    let text = Digest::of(b"one");
    store.keep_vectors("a", &[(text, vector()), (text, vector())]).await.unwrap();
    assert_eq!(store.vectors("a", "m", &[text]).await.unwrap(), [Some(vector())]);
    execute(&store.pool, "UPDATE leeboard.vectors SET vector = '{'").await;
    assert_eq!(store.vectors("a", "m", &[text]).await.unwrap(), [None]);
}

#[tokio::test]
async fn a_head_that_another_replica_moved_is_noticed() {
    let database = Database::fresh().await;
    let (one, other) = (open(&database).await, open(&database).await);
    let log = records("a", ["one", "two", "three", "four", "five", "six"]);
    for (at, record) in log.iter().enumerate() {
        // Each replica has seen the head where it stood two records ago, or looks at it now.
        let (writes, late) = if at % 2 == 0 { (&one, &other) } else { (&other, &one) };
        if at > 3 {
            assert_eq!(writes.view("a", None).await.unwrap().unwrap().head, record.parent);
        }
        writes.append(std::slice::from_ref(record)).await.unwrap();
        let stale = late.append(std::slice::from_ref(record)).await;
        assert!(matches!(stale, Ok(()) | Err(StoreError::Conflict { .. })), "{stale:?}");
        assert_eq!(late.load("a").await.unwrap(), log[..=at]);
    }
    assert!(one.delete("a").await.unwrap());
    assert_eq!(other.append(&log[..1]).await, Ok(()));
    assert_eq!(one.load("a").await.unwrap(), log[..1]);
}

#[tokio::test]
async fn two_that_write_to_one_session_never_mix() {
    let database = Database::fresh().await;
    let (one, two) = (open(&database).await, open(&database).await);
    // Both read before either writes, so the second must find its version gone.
    let logs = [records("a", ["one", "two"]), records("a", ["three", "four"])];
    let commit = |log| Commit {
        records: log,
        said: &[],
        tip: super::super::Tip::Required,
        client: Default::default(),
    };
    let mut connection = one.pool.acquire().await.unwrap();
    let first = tree::plan(&mut connection, "a", commit(&logs[0])).await;
    let first = first.unwrap_or_else(|_| panic!()).unwrap();
    two.append(&logs[1]).await.unwrap();
    let written = first.write(&mut connection, "a", &commit(&logs[0])).await.unwrap_or_else(|_| panic!());
    assert_eq!(written, None);
    assert!(matches!(one.append(&logs[0]).await, Err(StoreError::Conflict { .. })));
    assert_eq!(one.load("a").await.unwrap(), logs[1]);
}

#[tokio::test]
async fn what_was_committed_while_a_session_was_deleted_is_not_left_behind() {
    let database = Database::fresh().await;
    let store = open(&database).await;
    for round in 0..20 {
        let [one, two] = records("a", ["one", "two"]);
        store.append(std::slice::from_ref(&one)).await.unwrap();
        let vectors = [(Digest::of(b"one"), vector())];
        let second = [two];
        let (deleted, committed, kept) =
            tokio::join!(store.delete("a"), store.append(&second), store.keep_vectors("a", &vectors));
        assert!(deleted.unwrap() && kept.is_ok());
        assert!(matches!(committed, Ok(()) | Err(StoreError::Conflict { .. })), "{round}: {committed:?}");
        let (rows,): (i64,) = sqlx::query_as(
            "SELECT (SELECT COUNT(*) FROM leeboard.records) + (SELECT COUNT(*) FROM leeboard.turns) \
             + (SELECT COUNT(*) FROM leeboard.vectors) + (SELECT COUNT(*) FROM leeboard.sessions)",
        )
        .fetch_one(&store.pool)
        .await
        .unwrap();
        assert_eq!(rows, 0, "{round}");
    }
}

#[tokio::test]
async fn when_all_connections_are_in_use_that_is_said() {
    let database = Database::fresh().await;
    let store = PostgresStore::open(&database.url, 1).await.unwrap();
    let held = store.pool.acquire().await.unwrap();
    let error = store.load("a").await.unwrap_err();
    assert_eq!(error, StoreError::Exhausted { connections: 1 });
    assert!(error.to_string().contains("store.connections"), "{error}");
    drop(held);
    assert!(store.load("a").await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_gone_is_told_and_one_that_comes_back_is_used() {
    let mut cluster = tokio::task::spawn_blocking(Cluster::start).await.unwrap();
    let database = cluster.database().await;
    let store = open(&database).await;
    let [one, two] = records("a", ["one", "two"]);
    store.append(std::slice::from_ref(&one)).await.unwrap();
    cluster.tell("stop");
    let error = store.append(std::slice::from_ref(&two)).await.unwrap_err();
    assert!(matches!(error, StoreError::Unreachable { .. }), "{error}");
    assert!(error.to_string().contains("check that it runs"), "{error}");
    // It comes back while a commit waits for it.
    let late = [two];
    let (answer, ()) = tokio::join!(store.append(&late), async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        tokio::task::block_in_place(|| cluster.tell("start"));
    });
    answer.unwrap();
    assert_eq!(store.load("a").await.unwrap().len(), 2);
}
