//! Writing records into the tree of a session, and moving its head.
//!
//! Owns the SQL of commits. Every commit is one transaction that takes the write lock at once, so
//! what is read in it still holds when it is written.

use leeboard_core::Mode;
use leeboard_core::record::{Digest, Record};
use leeboard_core::time::Timestamp;
use sqlx::sqlite::SqliteArguments;
use sqlx::{Arguments, Encode, Sqlite, SqliteConnection, SqlitePool, Transaction, Type};

use super::super::plan::{Row, Turn, follow, moves, rows};
use super::super::rows::{Place, column, digest, json, records, stands};
use super::super::{Commit, Standing, StoreError, Tip, conflict, would_lose};
use super::database;
use super::writer::Head;

pub(super) type Writing<'a> = Transaction<'a, Sqlite>;

/// Does all of a commit but its end; gives the head if it moved there.
pub(super) async fn add_to(
    writing: &mut Writing<'_>,
    session: &str,
    commit: Commit<'_>,
) -> Result<Option<Head>, StoreError> {
    let mut known = 0;
    let mut found = Found::default();
    while let Some(record) = commit.records.get(known) {
        found = look(writing, session, record).await?;
        if !found.known {
            break;
        }
        known += 1;
    }
    let head = found.head;
    let (parent, standing) = match commit.records.get(known) {
        Some(first) => followed(writing, session, &found, first, commit.tip).await?,
        // All is known: the head can only go to where these end.
        None => (commit.records.last().map(Record::hash).unwrap_or_default(), Standing::default()),
    };
    if let Some((first, head)) = commit.records.get(known).zip(head)
        && commit.tip == Tip::Delivered
        && head != parent
        && would_lose(&down_to(writing, session, head, first.sequence).await?, parent)
    {
        return Err(conflict(session, first.sequence + 1, first.sequence));
    }
    let rows = rows(&commit, known, standing);
    let moves = moves(commit.tip, head.unwrap_or_default(), parent);
    write(writing, session, &commit, &rows, moves).await?;
    if rows.is_empty() && moves {
        set_head(writing, session, parent).await?;
    }
    Ok(rows.last().filter(|_| moves).map(Head::of))
}

/// What a commit must know before it writes, read in one go: each statement is a hand-over to
/// SQLite's thread.
#[derive(Default)]
struct Found {
    head: Option<Digest>,
    /// Whether the record is there already.
    known: bool,
    /// Where the record that it follows stands.
    before: Option<(u64, Standing)>,
}

type FoundRow = (Option<String>, bool, Option<i64>, Option<i64>, Option<String>, Option<String>);

async fn look(writing: &mut Writing<'_>, session: &str, record: &Record) -> Result<Found, StoreError> {
    let (head, known, sequence, turns, turn, path): FoundRow = sqlx::query_as(
        "SELECT (SELECT head FROM sessions WHERE id = ?1), \
             EXISTS (SELECT 1 FROM records WHERE session = ?1 AND hash = ?2), \
             earlier.sequence, earlier.turns, earlier.turn, earlier.path \
         FROM (SELECT 1) LEFT JOIN records AS earlier ON earlier.session = ?1 AND earlier.hash = ?3",
    )
    .bind(session)
    .bind(record.hash().to_string())
    .bind(record.parent.to_string())
    .fetch_one(&mut **writing)
    .await
    .map_err(database)?;
    let before = match sequence {
        Some(sequence) => Some(stands(session, (sequence, turns.unwrap_or(0), turn, path))?),
        None => None,
    };
    Ok(Found { head: head.map(|head| digest(session, &head)).transpose()?, known, before })
}

/// Records in one script: enough for a turn; an import takes several.
pub(super) const AT_ONCE: usize = 16;

/// Writes the session's row, the records and their marks, as one script for each few of them.
async fn write(
    writing: &mut Writing<'_>,
    session: &str,
    commit: &Commit<'_>,
    rows: &[Row<'_>],
    moves: bool,
) -> Result<(), StoreError> {
    let chunks = rows.chunks(AT_ONCE).chain(rows.is_empty().then_some(&[][..]));
    for (at, rows) in chunks.enumerate() {
        let mut script = Script::default();
        if at == 0 {
            script.touch(session, commit);
        }
        for row in rows {
            script.insert(session, row, PARENT)?;
        }
        if let Some(last) = rows.last().filter(|_| moves) {
            script.move_head(session, last)?;
        }
        script.run(&mut *writing).await?;
    }
    Ok(())
}

/// Statements that go to SQLite's thread together, with what is bound to them.
#[derive(Debug, Default)]
pub(super) struct Script {
    text: String,
    bound: SqliteArguments,
}

impl Script {
    /// Records that follow the head, and the head's move. It fails if that is elsewhere.
    pub(super) fn following(
        session: &str,
        commit: &Commit<'_>,
        rows: &[Row<'_>],
    ) -> Result<Self, StoreError> {
        let mut script = Self::default();
        for (at, row) in rows.iter().enumerate() {
            script.insert(session, row, if at == 0 { HEAD } else { PARENT })?;
        }
        script.touch(session, commit);
        if let Some(last) = rows.last() {
            script.move_head(session, last)?;
        }
        Ok(script)
    }

    /// Makes this the first of a transaction.
    pub(super) fn begin(&mut self) {
        self.text.insert_str(0, "BEGIN IMMEDIATE;");
    }

    /// Makes this the last of a transaction.
    pub(super) fn end(&mut self) {
        self.text.push_str("COMMIT;");
    }

    pub(super) async fn run(self, connection: &mut SqliteConnection) -> Result<(), StoreError> {
        let query = sqlx::query_with(sqlx::AssertSqlSafe(self.text), self.bound);
        query.execute(connection).await.map_err(database)?;
        Ok(())
    }

    /// Creates the session's row or brings it up to date.
    fn touch(&mut self, session: &str, commit: &Commit<'_>) {
        let now = commit.records.last().map_or(Timestamp(0), |newest| newest.time);
        self.text.push_str(TOUCH);
        self.bind(session.to_owned());
        self.bind(now.0);
        self.bind(Digest::default().to_string());
        self.bind(i64::from(commit.client.resends));
    }

    /// Adds a record and its mark.
    fn insert(&mut self, session: &str, row: &Row<'_>, after: &str) -> Result<(), StoreError> {
        let Row { record, hash, standing, turn } = row;
        self.text.push_str(INSERT);
        self.text.push_str(after);
        self.text.push_str(");");
        self.bind(session.to_owned());
        self.bind(hash.to_string());
        self.bind(column(record.sequence)?);
        self.bind(record.time.0);
        self.bind(column(standing.turns)?);
        self.bind(standing.turn.map(|(at, _)| at.to_string()));
        self.bind(standing.turn.map(|(_, path)| path.to_string()));
        self.bind(json(record)?);
        self.bind(record.parent.to_string());
        if after == HEAD {
            self.bind(session.to_owned());
        }
        if let Some(turn) = turn {
            self.mark(session, turn);
        }
        Ok(())
    }

    fn mark(&mut self, session: &str, turn: &Turn<'_>) {
        self.text.push_str(MARK);
        self.bind(session.to_owned());
        self.bind(turn.at.to_string());
        self.bind(turn.after.map(|after| after.to_string()));
        self.bind(turn.asked());
        self.bind(turn.said.reply.map(|reply| reply.to_string()));
        self.bind(turn.scope.to_string());
        self.bind(turn.path.map(|path| path.to_string()));
    }

    /// Moves the head. The session's turns are those on the path to it.
    fn move_head(&mut self, session: &str, last: &Row<'_>) -> Result<(), StoreError> {
        self.text.push_str(MOVE);
        self.bind(last.hash.to_string());
        self.bind(column(last.standing.turns)?);
        self.bind(session.to_owned());
        Ok(())
    }

    fn bind(&mut self, value: impl for<'q> Encode<'q, Sqlite> + Type<Sqlite>) {
        // Only what has no place in memory cannot be bound.
        let _ = self.bound.add(value);
    }
}

/// Creates the session's row or brings it up to date.
const TOUCH: &str = "INSERT INTO sessions (id, turns, updated_at, head, resends) VALUES (?, 0, ?, ?, ?) \
    ON CONFLICT (id) DO UPDATE SET updated_at = excluded.updated_at, \
    resends = MAX(resends, excluded.resends);";

/// A record, but for the one that it follows.
const INSERT: &str = "INSERT INTO records \
    (session, hash, sequence, time, turns, turn, path, record, parent) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ";

/// It follows a record.
const PARENT: &str = "?";

/// It follows the head, if that is the record that is named; NULL, which no row may have, if not.
const HEAD: &str = "(SELECT head FROM sessions WHERE head = ? AND id = ?)";

const MARK: &str =
    "INSERT INTO turns (session, at, after, asked, reply, scope, path) VALUES (?, ?, ?, ?, ?, ?, ?);";

/// Moves the head. The session's turns are those on the path to it.
const MOVE: &str = "UPDATE sessions SET head = ?, turns = ? WHERE id = ?;";

pub(super) async fn deliver(pool: &SqlitePool, session: &str, tip: Digest) -> Result<(), StoreError> {
    let moved = sqlx::query(
        "UPDATE sessions SET head = ?2, turns = records.turns FROM records \
         WHERE sessions.id = ?1 AND records.session = ?1 AND records.hash = ?2",
    )
    .bind(session)
    .bind(tip.to_string())
    .execute(pool)
    .await
    .map_err(database)?;
    if moved.rows_affected() == 0 { Err(conflict(session, 0, 0)) } else { Ok(()) }
}

/// Sets what leeboard may change in a session; tells whether there is one.
pub(super) async fn set_mode(
    pool: &SqlitePool,
    session: &str,
    mode: Option<Mode>,
) -> Result<bool, StoreError> {
    let set = sqlx::query("UPDATE sessions SET mode = ? WHERE id = ?")
        .bind(mode.map(Mode::name))
        .bind(session)
        .execute(pool)
        .await
        .map_err(database)?;
    Ok(set.rows_affected() > 0)
}

/// The records on the path to a head, from a place on.
async fn down_to(
    writing: &mut Writing<'_>,
    session: &str,
    head: Digest,
    from: u64,
) -> Result<Vec<Record>, StoreError> {
    let rows: Vec<(i64, String)> = sqlx::query_as(
        "WITH RECURSIVE path (parent, sequence, record) AS ( \
             SELECT parent, sequence, record FROM records WHERE session = ?1 AND hash = ?2 \
                 AND sequence >= ?3 \
             UNION ALL \
             SELECT records.parent, records.sequence, records.record FROM path \
             JOIN records ON records.session = ?1 AND records.hash = path.parent \
             WHERE records.sequence >= ?3) \
         SELECT sequence, record FROM path ORDER BY sequence",
    )
    .bind(session)
    .bind(head.to_string())
    .bind(column(from)?)
    .fetch_all(&mut **writing)
    .await
    .map_err(database)?;
    records(session, rows)
}

/// The record that a new one follows, and where that stands.
async fn followed(
    writing: &mut Writing<'_>,
    session: &str,
    found: &Found,
    first: &Record,
    tip: Tip,
) -> Result<(Digest, Standing), StoreError> {
    let head = found.head;
    if let Some(place) = follow(first, tip, head.unwrap_or_default(), found.before) {
        return Ok(place);
    }
    let due = match head {
        Some(head) => standing_sequence(writing, session, head).await?,
        None => 0,
    };
    Err(conflict(session, due, first.sequence))
}

async fn standing_sequence(
    writing: &mut Writing<'_>,
    session: &str,
    head: Digest,
) -> Result<u64, StoreError> {
    Ok(standing(writing, session, head).await?.map_or(0, |(sequence, _)| sequence + 1))
}

async fn standing(
    writing: &mut Writing<'_>,
    session: &str,
    hash: Digest,
) -> Result<Option<(u64, Standing)>, StoreError> {
    let row: Option<Place> =
        sqlx::query_as("SELECT sequence, turns, turn, path FROM records WHERE session = ? AND hash = ?")
            .bind(session)
            .bind(hash.to_string())
            .fetch_optional(&mut **writing)
            .await
            .map_err(database)?;
    row.map(|row| stands(session, row)).transpose()
}

/// Moves the head. The session's turns are those on the path to it.
pub(super) async fn set_head(
    writing: &mut Writing<'_>,
    session: &str,
    tip: Digest,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE sessions SET head = ?2, turns = \
         (SELECT turns FROM records WHERE session = ?1 AND hash = ?2) WHERE id = ?1",
    )
    .bind(session)
    .bind(tip.to_string())
    .execute(&mut **writing)
    .await
    .map_err(database)?;
    Ok(())
}

/// Adds a mark.
pub(super) async fn mark(
    writing: &mut Writing<'_>,
    session: &str,
    turn: &Turn<'_>,
) -> Result<(), StoreError> {
    let mut script = Script::default();
    script.mark(session, turn);
    script.run(&mut *writing).await
}
