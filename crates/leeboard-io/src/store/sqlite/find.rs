//! Reading the tree of a session, and finding sessions by what was said in them.
//!
//! Owns the SQL of paths, views and searches. Changes nothing.

use leeboard_core::record::{Digest, Record};
use serde_json::json;
use sqlx::SqlitePool;

use super::super::branch::MOST_FOUND;
use super::super::{Mark, Said, StoreError, Trace, View};
use super::tree::digest;
use super::{corrupt, database, parse};

/// Sessions by what was said. Written out twice, so that each can use the index of its column.
pub(super) const BY_PATH: &str = "SELECT session FROM turns WHERE scope = ? AND path IS NOT NULL \
    AND path IN (SELECT value FROM json_each(?)) GROUP BY session ORDER BY MAX(number) DESC LIMIT ?";
pub(super) const BY_REPLY: &str = "SELECT session FROM turns WHERE scope = ? AND reply IS NOT NULL \
    AND reply IN (SELECT value FROM json_each(?)) GROUP BY session ORDER BY MAX(number) DESC LIMIT ?";

/// The records on the path to a tip, or to the head, after one that is on it.
pub(super) async fn path(
    pool: &SqlitePool,
    session: &str,
    tip: Option<Digest>,
    after: Digest,
) -> Result<Vec<Record>, StoreError> {
    if tip == Some(after) {
        return Ok(Vec::new());
    }
    let rows: Vec<(i64, String)> = sqlx::query_as(
        "WITH RECURSIVE path (parent, sequence, record) AS ( \
             SELECT parent, sequence, record FROM records WHERE session = ?1 \
                 AND hash = COALESCE(?2, (SELECT head FROM sessions WHERE id = ?1)) \
             UNION ALL \
             SELECT records.parent, records.sequence, records.record FROM path \
             JOIN records ON records.session = ?1 AND records.hash = path.parent \
             WHERE path.parent <> ?3) \
         SELECT sequence, record FROM path ORDER BY sequence",
    )
    .bind(session)
    .bind(tip.map(|tip| tip.to_string()))
    .bind(after.to_string())
    .fetch_all(pool)
    .await
    .map_err(database)?;
    let first = rows.first().map_or(0, |(sequence, _)| *sequence);
    let records = (first..)
        .zip(rows)
        .map(|(expected, (sequence, json))| {
            let place = u64::try_from(expected).unwrap_or(0);
            if sequence != expected {
                return Err(corrupt(session, place, "it is missing"));
            }
            parse(session, place, &json)
        })
        .collect::<Result<Vec<_>, _>>()?;
    match records.first() {
        Some(first) if first.sequence > 0 && first.parent != after => {
            Err(corrupt(session, first.sequence - 1, "it is missing"))
        }
        _ => Ok(records),
    }
}

/// Head and marks of a session.
pub(super) async fn view(
    pool: &SqlitePool,
    session: &str,
    known: Option<(u64, Digest)>,
) -> Result<Option<View>, StoreError> {
    let Some(mut row) = view_row(pool, session, known.map_or(0, |(number, _)| number)).await? else {
        return Ok(None);
    };
    let mut marks = row.marks(session)?;
    let mut whole = known.is_none();
    if let Some(known) = known {
        if marks.first().is_some_and(|first| (first.number, first.at) == known) {
            marks.remove(0);
        } else {
            let Some(all) = view_row(pool, session, 0).await? else { return Ok(None) };
            (marks, row, whole) = (all.marks(session)?, all, true);
        }
    }
    let turn = row.turn.as_deref().map(|turn| digest(session, turn)).transpose()?;
    let erasures = u64::try_from(row.erasures).unwrap_or_default();
    Ok(Some(View {
        head: digest(session, &row.head)?,
        turn,
        resends: row.resends != 0,
        erasures,
        marks,
        whole,
    }))
}

/// The session, with its marks as lines of words.
#[derive(sqlx::FromRow)]
struct ViewRow {
    head: String,
    resends: i64,
    erasures: i64,
    turn: Option<String>,
    marks: Option<String>,
}

/// One statement, so that head and marks are of one moment, and one row, since each is handed over
/// from SQLite's thread: a long session has many thousand marks.
async fn view_row(pool: &SqlitePool, session: &str, from: u64) -> Result<Option<ViewRow>, StoreError> {
    sqlx::query_as(
        "SELECT sessions.head, sessions.resends, sessions.erasures, records.turn, \
             (SELECT group_concat(number || ' ' || at || ' ' || COALESCE(after, '') || ' ' || asked \
                  || ' ' || COALESCE(reply, ''), char(10) ORDER BY number) \
              FROM turns WHERE session = ?1 AND number >= ?2) AS marks \
         FROM sessions \
         LEFT JOIN records ON records.session = sessions.id AND records.hash = sessions.head \
         WHERE sessions.id = ?1",
    )
    .bind(session)
    .bind(super::column(from)?)
    .fetch_optional(pool)
    .await
    .map_err(database)
}

impl ViewRow {
    /// The marks, oldest first.
    fn marks(&self, session: &str) -> Result<Vec<Mark>, StoreError> {
        let lines = self.marks.as_deref().unwrap_or_default().lines();
        lines.map(|line| mark(session, line)).collect()
    }
}

/// A mark: number, place, the finished turn before it, digests of the question and of the reply.
fn mark(session: &str, line: &str) -> Result<Mark, StoreError> {
    let read = |hex: &str| digest(session, hex);
    let some = |hex: &str| (!hex.is_empty()).then(|| read(hex)).transpose();
    let mut words = line.split(' ');
    let mut word = || words.next().unwrap_or_default();
    let number = word().parse().map_err(|_| corrupt(session, 0, "the number of a mark is damaged"))?;
    let (at, after) = (read(word())?, some(word())?);
    let asked = word().split(',').filter(|hex| !hex.is_empty()).map(read).collect::<Result<_, _>>()?;
    Ok(Mark { number, at, after, said: Said::new(asked, some(word())?) })
}

/// The sessions of a scope in which something was said, newest first.
pub(super) async fn find(
    pool: &SqlitePool,
    scope: Digest,
    trace: Trace<'_>,
) -> Result<Vec<String>, StoreError> {
    let (query, wanted) = match trace {
        Trace::Paths(paths) => (BY_PATH, paths),
        Trace::Replies(replies) => (BY_REPLY, replies),
    };
    let wanted: Vec<String> = wanted.iter().map(Digest::to_string).collect();
    let rows: Vec<(String,)> = sqlx::query_as(query)
        .bind(scope.to_string())
        .bind(json!(wanted).to_string())
        .bind(i64::try_from(MOST_FOUND).unwrap_or(i64::MAX))
        .fetch_all(pool)
        .await
        .map_err(database)?;
    Ok(rows.into_iter().map(|(session,)| session).collect())
}
