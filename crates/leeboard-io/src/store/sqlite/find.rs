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
    let mut rows = view_rows(pool, session, known.map_or(0, |(number, _)| number)).await?;
    let mut whole = known.is_none();
    if let Some((number, at)) = known {
        let is_known = |row: &ViewRow| {
            row.mark.0.and_then(|found| u64::try_from(found).ok()) == Some(number)
                && row.mark.1.as_deref() == Some(at.to_string().as_str())
        };
        if rows.first().is_some_and(is_known) {
            if let Some(first) = rows.first_mut() {
                first.mark.0 = None;
            }
        } else {
            rows = view_rows(pool, session, 0).await?;
            whole = true;
        }
    }
    let Some(first) = rows.first() else { return Ok(None) };
    let (head, resends) = (digest(session, &first.head)?, first.resends != 0);
    let erasures = u64::try_from(first.erasures).unwrap_or_default();
    let turn = first.turn.as_deref().map(|turn| digest(session, turn)).transpose()?;
    let marks = rows.into_iter().filter_map(|row| mark(session, row.mark).transpose());
    Ok(Some(View { head, turn, resends, erasures, marks: marks.collect::<Result<_, _>>()?, whole }))
}

/// The session with one of its marks, or with none if there is none.
struct ViewRow {
    head: String,
    resends: i64,
    erasures: i64,
    turn: Option<String>,
    mark: MarkRow,
}

/// Number, place, the finished turn before it, digests of the question and of the reply.
type MarkRow = (Option<i64>, Option<String>, Option<String>, Option<String>, Option<String>);

impl<'r> sqlx::FromRow<'r, sqlx::sqlite::SqliteRow> for ViewRow {
    fn from_row(row: &'r sqlx::sqlite::SqliteRow) -> Result<Self, sqlx::Error> {
        use sqlx::Row;
        let mark = (row.try_get(4)?, row.try_get(5)?, row.try_get(6)?, row.try_get(7)?, row.try_get(8)?);
        let (head, resends) = (row.try_get(0)?, row.try_get(1)?);
        Ok(Self { head, resends, erasures: row.try_get(2)?, turn: row.try_get(3)?, mark })
    }
}

/// One statement, so that head and marks are of one moment, and one hand-over to SQLite's thread.
async fn view_rows(pool: &SqlitePool, session: &str, from: u64) -> Result<Vec<ViewRow>, StoreError> {
    sqlx::query_as(
        "SELECT sessions.head, sessions.resends, sessions.erasures, records.turn, \
             turns.number, turns.at, turns.after, turns.asked, turns.reply FROM sessions \
         LEFT JOIN records ON records.session = sessions.id AND records.hash = sessions.head \
         LEFT JOIN turns ON turns.session = sessions.id AND turns.number >= ?2 \
         WHERE sessions.id = ?1 ORDER BY turns.number",
    )
    .bind(session)
    .bind(super::column(from)?)
    .fetch_all(pool)
    .await
    .map_err(database)
}

/// A mark; `None` for a row without one.
fn mark(session: &str, (number, at, after, asked, reply): MarkRow) -> Result<Option<Mark>, StoreError> {
    let (Some(number), Some(at)) = (number, at) else { return Ok(None) };
    let read = |hex: &str| digest(session, hex);
    let asked = asked.unwrap_or_default();
    let asked = asked.split(',').filter(|hex| !hex.is_empty()).map(read).collect::<Result<_, _>>()?;
    Ok(Some(Mark {
        number: u64::try_from(number).unwrap_or(0),
        at: read(&at)?,
        after: after.as_deref().map(read).transpose()?,
        said: Said::new(asked, reply.as_deref().map(read).transpose()?),
    }))
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
