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

type Row = (i64, String, Option<String>, String, Option<String>);

/// Head and marks of a session.
pub(super) async fn view(
    pool: &SqlitePool,
    session: &str,
    known: Option<(u64, Digest)>,
) -> Result<Option<View>, StoreError> {
    let mut reading = pool.begin().await.map_err(database)?;
    let found: Option<(String, i64, i64, Option<String>)> = sqlx::query_as(
        "SELECT sessions.head, sessions.resends, sessions.erasures, records.turn FROM sessions \
         LEFT JOIN records ON records.session = sessions.id AND records.hash = sessions.head \
         WHERE sessions.id = ?",
    )
    .bind(session)
    .fetch_optional(&mut *reading)
    .await
    .map_err(database)?;
    let Some((head, resends, erasures, turn)) = found else { return Ok(None) };
    let mut whole = known.is_none();
    let mut rows = marks(&mut reading, session, known.map_or(0, |(number, _)| number)).await?;
    if let Some((number, at)) = known {
        let first = rows.first().map(|(number, at, ..)| (u64::try_from(*number).ok(), at.as_str()));
        if first == Some((Some(number), at.to_string().as_str())) {
            rows.remove(0);
        } else {
            rows = marks(&mut reading, session, 0).await?;
            whole = true;
        }
    }
    let marks = rows.into_iter().map(|row| mark(session, row)).collect::<Result<_, _>>()?;
    let turn = turn.map(|turn| digest(session, &turn)).transpose()?;
    let erasures = u64::try_from(erasures).unwrap_or_default();
    Ok(Some(View { head: digest(session, &head)?, turn, resends: resends != 0, erasures, marks, whole }))
}

async fn marks(
    reading: &mut super::tree::Writing<'_>,
    session: &str,
    from: u64,
) -> Result<Vec<Row>, StoreError> {
    sqlx::query_as(
        "SELECT number, at, after, asked, reply FROM turns WHERE session = ? AND number >= ? ORDER BY number",
    )
    .bind(session)
    .bind(super::column(from)?)
    .fetch_all(&mut **reading)
    .await
    .map_err(database)
}

fn mark(session: &str, (number, at, after, asked, reply): Row) -> Result<Mark, StoreError> {
    let read = |hex: &str| digest(session, hex);
    let asked = asked.split(',').filter(|hex| !hex.is_empty()).map(read).collect::<Result<_, _>>()?;
    Ok(Mark {
        number: u64::try_from(number).unwrap_or(0),
        at: read(&at)?,
        after: after.as_deref().map(read).transpose()?,
        said: Said::new(asked, reply.as_deref().map(read).transpose()?),
    })
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
