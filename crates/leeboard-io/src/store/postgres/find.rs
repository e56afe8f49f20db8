//! Reading the tree of a session, and finding sessions by what was said in them.
//!
//! Owns the SQL of paths, views and searches. Changes nothing.

use leeboard_core::record::{Digest, Record};
use sqlx::PgPool;

use super::super::branch::MOST_FOUND;
use super::super::rows::{self, ViewRow};
use super::super::{Trace, View};
use super::fault::Fault;
use super::of;

/// Sessions by what was said. Written out twice, so that each can use the index of its column.
pub(super) const BY_PATH: &str = "SELECT session FROM leeboard.turns WHERE scope = $1 \
    AND path IS NOT NULL AND path = ANY($2) GROUP BY session ORDER BY MAX(number) DESC LIMIT $3";
pub(super) const BY_REPLY: &str = "SELECT session FROM leeboard.turns WHERE scope = $1 \
    AND reply IS NOT NULL AND reply = ANY($2) GROUP BY session ORDER BY MAX(number) DESC LIMIT $3";

/// The records on the path to a tip, or to the head, after one that is on it.
pub(super) async fn path(
    pool: &PgPool,
    session: &str,
    tip: Option<Digest>,
    after: Digest,
) -> Result<Vec<Record>, Fault> {
    if tip == Some(after) {
        return Ok(Vec::new());
    }
    let rows: Vec<(i64, String)> = sqlx::query_as(
        "WITH RECURSIVE path (parent, sequence, record) AS ( \
             SELECT parent, sequence, record FROM leeboard.records \
             WHERE tenant = $1 AND session = $2 AND hash = COALESCE($3, \
                 (SELECT head FROM leeboard.sessions WHERE tenant = $1 AND session = $2)) \
             UNION ALL \
             SELECT r.parent, r.sequence, r.record FROM path \
             JOIN leeboard.records r ON r.tenant = $1 AND r.session = $2 AND r.hash = path.parent \
             WHERE path.parent <> $4) \
         SELECT sequence, record FROM path ORDER BY sequence",
    )
    .bind(of(session))
    .bind(session)
    .bind(tip.map(|tip| tip.to_string()))
    .bind(after.to_string())
    .fetch_all(pool)
    .await?;
    Ok(rows::path(session, after, rows)?)
}

/// Head and marks of a session.
pub(super) async fn view(
    pool: &PgPool,
    session: &str,
    known: Option<(u64, Digest)>,
) -> Result<Option<View>, Fault> {
    let mut rows = view_rows(pool, session, known.map_or(0, |(number, _)| number)).await?;
    let mut whole = known.is_none();
    if let Some(known) = known
        && !rows::skip_known(&mut rows, known)
    {
        rows = view_rows(pool, session, 0).await?;
        whole = true;
    }
    Ok(rows::view(session, rows, whole)?)
}

/// One statement, so that head and marks are of one moment.
async fn view_rows(pool: &PgPool, session: &str, from: u64) -> Result<Vec<ViewRow>, Fault> {
    let rows = sqlx::query_as(
        "SELECT s.head, s.resends, s.erasures, r.turn, t.number, t.at, t.after, t.asked, t.reply, s.mode \
         FROM leeboard.sessions s \
         LEFT JOIN leeboard.records r ON r.tenant = $1 AND r.session = $2 AND r.hash = s.head \
         LEFT JOIN leeboard.turns t ON t.tenant = $1 AND t.session = $2 AND t.number >= $3 \
         WHERE s.tenant = $1 AND s.session = $2 ORDER BY t.number",
    )
    .bind(of(session))
    .bind(session)
    .bind(rows::column(from)?)
    .fetch_all(pool)
    .await?;
    Ok(rows)
}

/// The sessions of a scope in which something was said, newest first.
pub(super) async fn find(pool: &PgPool, scope: Digest, trace: Trace<'_>) -> Result<Vec<String>, Fault> {
    let (query, wanted) = match trace {
        Trace::Paths(paths) => (BY_PATH, paths),
        Trace::Replies(replies) => (BY_REPLY, replies),
    };
    let rows: Vec<(String,)> = sqlx::query_as(query)
        .bind(scope.to_string())
        .bind(wanted.iter().map(Digest::to_string).collect::<Vec<_>>())
        .bind(i64::try_from(MOST_FOUND).unwrap_or(i64::MAX))
        .fetch_all(pool)
        .await?;
    Ok(rows.into_iter().map(|(session,)| session).collect())
}
