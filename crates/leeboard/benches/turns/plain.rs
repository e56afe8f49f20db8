//! A plain program that inserts the rows of a store into another: one transaction a turn.
//!
//! Owns its SQL, which knows the tables and nothing of sessions.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

use leeboard_io::store::Durability;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{PgPool, postgres::PgPoolOptions};

/// A row of `records`, without tenant and session: hash, parent, sequence, time, turns, turn, path, record.
type Record = (String, String, i64, i64, i64, Option<String>, Option<String>, String);

/// A row of `turns`: at, after, asked, reply, scope, path.
type Mark = (String, Option<String>, String, Option<String>, String, Option<String>);

/// What one turn wrote.
#[derive(Clone)]
struct Turn {
    session: String,
    records: Vec<Record>,
    marks: Vec<Mark>,
}

/// The rows of a store, by session and turn.
pub(crate) struct Rows(Vec<Vec<Turn>>);

const RECORDS: &str = "hash, parent, sequence, time, turns, turn, path, record";
const MARKS: &str = "at, after, asked, reply, scope, path";

impl Rows {
    pub(crate) async fn of_sqlite(path: &Path) -> Self {
        let pool = SqlitePool::connect_with(SqliteConnectOptions::new().filename(path)).await.unwrap();
        let mut sessions = Vec::new();
        let ids: Vec<(String,)> = sqlx::query_as("SELECT id FROM sessions").fetch_all(&pool).await.unwrap();
        for (id,) in ids {
            let records = format!("SELECT {RECORDS} FROM records WHERE session = ? ORDER BY sequence");
            let marks = format!("SELECT {MARKS} FROM turns WHERE session = ? ORDER BY number");
            let records =
                sqlx::query_as(sqlx::AssertSqlSafe(records)).bind(&id).fetch_all(&pool).await.unwrap();
            let marks = sqlx::query_as(sqlx::AssertSqlSafe(marks)).bind(&id).fetch_all(&pool).await.unwrap();
            sessions.push(cut(&id, records, marks));
        }
        pool.close().await;
        Self(sessions)
    }

    pub(crate) async fn of_postgres(url: &str) -> Self {
        let pool = PgPool::connect(url).await.unwrap();
        let mut sessions = Vec::new();
        let ids: Vec<(String,)> =
            sqlx::query_as("SELECT session FROM leeboard.sessions").fetch_all(&pool).await.unwrap();
        for (id,) in ids {
            let records =
                format!("SELECT {RECORDS} FROM leeboard.records WHERE session = $1 ORDER BY sequence");
            let marks = format!("SELECT {MARKS} FROM leeboard.turns WHERE session = $1 ORDER BY number");
            let records =
                sqlx::query_as(sqlx::AssertSqlSafe(records)).bind(&id).fetch_all(&pool).await.unwrap();
            let marks = sqlx::query_as(sqlx::AssertSqlSafe(marks)).bind(&id).fetch_all(&pool).await.unwrap();
            sessions.push(cut(&id, records, marks));
        }
        pool.close().await;
        Self(sessions)
    }

    /// Transactions.
    pub(crate) fn turns(&self) -> usize {
        self.0.iter().map(Vec::len).sum()
    }

    /// The sessions in as many parts as there are connections.
    fn parts(&self, connections: usize) -> Vec<Vec<&Turn>> {
        let part = |at| self.0.iter().skip(at).step_by(connections).flatten().collect();
        (0..connections).map(part).collect()
    }
}

/// A turn ends with the record whose mark has a reply.
fn cut(session: &str, records: Vec<Record>, marks: Vec<Mark>) -> Vec<Turn> {
    let mut of: BTreeMap<String, Mark> = marks.into_iter().map(|mark| (mark.0.clone(), mark)).collect();
    let new = || Turn { session: session.to_owned(), records: Vec::new(), marks: Vec::new() };
    let (mut turns, mut turn) = (Vec::new(), new());
    for record in records {
        let mark = of.remove(&record.0);
        let ends = mark.as_ref().is_some_and(|mark| mark.3.is_some());
        turn.records.push(record);
        turn.marks.extend(mark);
        if ends {
            turns.push(std::mem::replace(&mut turn, new()));
        }
    }
    turns
}

/// Runs each part in a thread of the runtime; the seconds that it took.
fn timed<F: Future<Output = ()> + Send + 'static>(parts: Vec<F>) -> f64 {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let began = Instant::now();
    runtime.block_on(async {
        let mut tasks = tokio::task::JoinSet::new();
        for part in parts {
            tasks.spawn(part);
        }
        tasks.join_all().await;
    });
    began.elapsed().as_secs_f64()
}

/// Inserts all turns; the seconds that it took.
pub(crate) fn sqlite(rows: &Rows, path: &Path, durability: Durability, connections: usize) -> f64 {
    let synchronous = match durability {
        Durability::Machine => SqliteSynchronous::Full,
        _ => SqliteSynchronous::Normal,
    };
    let options = SqliteConnectOptions::new().filename(path).synchronous(synchronous);
    let options = options.journal_mode(SqliteJournalMode::Wal).foreign_keys(true);
    let part = |turns: Vec<&Turn>| {
        let (turns, options) = (owned(turns), options.clone());
        async move {
            let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await.unwrap();
            for turn in turns {
                let last = turn.records.last().unwrap();
                let mut writing = pool.begin_with("BEGIN IMMEDIATE").await.unwrap();
                sqlx::query(
                    "INSERT INTO sessions (id, turns, updated_at, head) VALUES (?, ?, ?, ?) ON CONFLICT (id) \
                     DO UPDATE SET turns = excluded.turns, updated_at = excluded.updated_at, head = excluded.head",
                )
                .bind(&turn.session)
                .bind(last.4)
                .bind(last.3)
                .bind(&last.0)
                .execute(&mut *writing)
                .await
                .unwrap();
                for (hash, parent, sequence, time, count, at, path, record) in &turn.records {
                    sqlx::query(
                        "INSERT INTO records (session, hash, parent, sequence, time, turns, turn, path, record) \
                         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    )
                    .bind(&turn.session)
                    .bind(hash)
                    .bind(parent)
                    .bind(sequence)
                    .bind(time)
                    .bind(count)
                    .bind(at)
                    .bind(path)
                    .bind(record)
                    .execute(&mut *writing)
                    .await
                    .unwrap();
                }
                for (at, after, asked, reply, scope, path) in &turn.marks {
                    sqlx::query(
                        "INSERT INTO turns (session, at, after, asked, reply, scope, path) \
                         VALUES (?, ?, ?, ?, ?, ?, ?)",
                    )
                    .bind(&turn.session)
                    .bind(at)
                    .bind(after)
                    .bind(asked)
                    .bind(reply)
                    .bind(scope)
                    .bind(path)
                    .execute(&mut *writing)
                    .await
                    .unwrap();
                }
                writing.commit().await.unwrap();
            }
            pool.close().await;
        }
    };
    timed(rows.parts(connections).into_iter().map(part).collect())
}

/// Inserts all turns; the seconds that it took.
pub(crate) fn postgres(rows: &Rows, url: &str, connections: usize) -> f64 {
    let url = url.to_owned();
    let part = |turns: Vec<&Turn>| {
        let (turns, url) = (owned(turns), url.clone());
        async move {
            let pool = PgPoolOptions::new().max_connections(1).connect(&url).await.unwrap();
            for turn in turns {
                let last = turn.records.last().unwrap();
                let mut writing = pool.begin().await.unwrap();
                sqlx::query(
                    "INSERT INTO leeboard.sessions (tenant, session, version, turns, updated_at, head) \
                     VALUES ('default', $1, 1, $2, $3, $4) ON CONFLICT (tenant, session) DO UPDATE SET \
                     version = leeboard.sessions.version + 1, turns = excluded.turns, \
                     updated_at = excluded.updated_at, head = excluded.head",
                )
                .bind(&turn.session)
                .bind(last.4)
                .bind(last.3)
                .bind(&last.0)
                .execute(&mut *writing)
                .await
                .unwrap();
                for (hash, parent, sequence, time, count, at, path, record) in &turn.records {
                    sqlx::query(
                        "INSERT INTO leeboard.records \
                         (tenant, session, hash, parent, sequence, time, turns, turn, path, record) \
                         VALUES ('default', $1, $2, $3, $4, $5, $6, $7, $8, $9)",
                    )
                    .bind(&turn.session)
                    .bind(hash)
                    .bind(parent)
                    .bind(sequence)
                    .bind(time)
                    .bind(count)
                    .bind(at)
                    .bind(path)
                    .bind(record)
                    .execute(&mut *writing)
                    .await
                    .unwrap();
                }
                for (at, after, asked, reply, scope, path) in &turn.marks {
                    sqlx::query(
                        "INSERT INTO leeboard.turns (tenant, session, at, after, asked, reply, scope, path) \
                         VALUES ('default', $1, $2, $3, $4, $5, $6, $7)",
                    )
                    .bind(&turn.session)
                    .bind(at)
                    .bind(after)
                    .bind(asked)
                    .bind(reply)
                    .bind(scope)
                    .bind(path)
                    .execute(&mut *writing)
                    .await
                    .unwrap();
                }
                writing.commit().await.unwrap();
            }
            pool.close().await;
        }
    };
    timed(rows.parts(connections).into_iter().map(part).collect())
}

fn owned(turns: Vec<&Turn>) -> Vec<Turn> {
    turns.into_iter().cloned().collect()
}

/// Bytes of the tables with their indexes.
pub(crate) async fn size(url: &str) -> u64 {
    let pool = PgPool::connect(url).await.unwrap();
    let (bytes,): (i64,) = sqlx::query_as(
        "SELECT SUM(pg_total_relation_size(c.oid))::bigint FROM pg_class c \
         JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'leeboard' AND c.relkind = 'r'",
    )
    .fetch_one(&pool)
    .await
    .unwrap();
    pool.close().await;
    u64::try_from(bytes).unwrap()
}
