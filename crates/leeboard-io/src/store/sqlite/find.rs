//! Reading the tree of a session, and finding sessions by what was said in them.
//!
//! Owns the SQL of paths, views and searches. Changes nothing.

use leeboard_core::record::{Digest, Record};
use serde_json::json;
use sqlx::SqlitePool;

use super::super::branch::MOST_FOUND;
use super::super::rows::{self, ViewRow};
use super::super::{StoreError, Trace, View};
use super::database;

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
    rows::path(session, after, rows)
}

/// Head and marks of a session.
pub(super) async fn view(
    pool: &SqlitePool,
    session: &str,
    known: Option<(u64, Digest)>,
) -> Result<Option<View>, StoreError> {
    for known in [known, None] {
        let Some(row) = view_row(pool, session, known.map_or(0, |(number, _)| number)).await? else {
            return Ok(None);
        };
        if let Some(view) = rows::view(session, row, known)? {
            return Ok(Some(view));
        }
    }
    Ok(None)
}

/// One statement, so that head and marks are of one moment.
async fn view_row(pool: &SqlitePool, session: &str, from: u64) -> Result<Option<ViewRow>, StoreError> {
    sqlx::query_as(
        "SELECT head, resends, erasures, \
             (SELECT turn FROM records WHERE session = ?1 AND hash = sessions.head), \
             (SELECT group_concat(line, char(10)) FROM (SELECT number || ' ' || at || ' ' \
                 || COALESCE(after, '') || ' ' || asked || ' ' || COALESCE(reply, '') AS line \
              FROM turns WHERE session = ?1 AND number >= ?2 ORDER BY number)) \
         FROM sessions WHERE id = ?1",
    )
    .bind(session)
    .bind(rows::column(from)?)
    .fetch_optional(pool)
    .await
    .map_err(database)
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
