//! Reading the tree of a session, and finding sessions by what was said in them.
//!
//! Owns the SQL of paths, views and searches. Changes nothing.

use leeboard_core::record::{Digest, Record};
use sqlx::{FromRow, PgPool};

use super::super::branch::MOST_FOUND;
use super::super::heads::Heads;
use super::super::rows::{self, Place, ViewRow};
use super::super::{Trace, View};
use super::fault::Fault;
use super::of;
use super::tree::Head;

/// Sessions by what was said. Written out twice, so that each can use the index of its column.
pub(super) const BY_PATH: &str = "SELECT session FROM leeboard.turns WHERE scope = $1 \
    AND path IS NOT NULL AND path = ANY($2) GROUP BY session ORDER BY MAX(number) DESC LIMIT $3";
pub(super) const BY_REPLY: &str = "SELECT session FROM leeboard.turns WHERE scope = $1 \
    AND reply IS NOT NULL AND reply = ANY($2) GROUP BY session ORDER BY MAX(number) DESC LIMIT $3";

/// The records on a path. `LIMIT` keeps the planner, which takes all sessions to be short, from reading
/// the whole session for each step.
pub(super) const PATH: &str = "WITH RECURSIVE path (parent, sequence, record) AS ( \
         SELECT parent, sequence, record FROM leeboard.records \
         WHERE tenant = $1 AND session = $2 AND hash = COALESCE($3, \
             (SELECT head FROM leeboard.sessions WHERE tenant = $1 AND session = $2)) \
         UNION ALL \
         SELECT r.parent, r.sequence, r.record FROM path, LATERAL ( \
             SELECT parent, sequence, record FROM leeboard.records \
             WHERE tenant = $1 AND session = $2 AND hash = path.parent LIMIT 1) r \
         WHERE path.parent <> $4) \
     SELECT sequence, record FROM path ORDER BY sequence";

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
    let rows: Vec<(i64, String)> = sqlx::query_as(PATH)
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
    heads: &Heads<Head>,
    session: &str,
    known: Option<(u64, Digest)>,
) -> Result<Option<View>, Fault> {
    for known in [known, None] {
        let Some(found) = view_row(pool, session, known.map_or(0, |(number, _)| number)).await? else {
            heads.forget(session);
            return Ok(None);
        };
        let (row, place) = found.apart();
        if let Some(view) = rows::view(session, row, known)? {
            // A commit that follows need not look.
            if let Some((version, place)) = place {
                let (sequence, standing) = rows::stands(session, place)?;
                heads.put(session, Head { version, hash: view.head, sequence, standing });
            }
            return Ok(Some(view));
        }
    }
    Ok(None)
}

#[derive(FromRow)]
struct Found {
    head: String,
    resends: i64,
    erasures: i64,
    mode: Option<String>,
    marks: Option<String>,
    version: i64,
    sequence: Option<i64>,
    turns: Option<i64>,
    turn: Option<String>,
    path: Option<String>,
}

impl Found {
    /// What is shown, and the version with the place of the head.
    fn apart(self) -> (ViewRow, Option<(i64, Place)>) {
        let Self { head, resends, erasures, mode, marks, version, sequence, turns, turn, path } = self;
        let place = sequence.map(|at| (version, (at, turns.unwrap_or(0), turn.clone(), path)));
        ((head, resends, erasures, mode, turn, marks), place)
    }
}

/// One statement, so that head and marks are of one moment.
async fn view_row(pool: &PgPool, session: &str, from: u64) -> Result<Option<Found>, Fault> {
    let row = sqlx::query_as(
        "SELECT s.head, s.resends, s.erasures, s.mode, s.version, r.sequence, r.turns, r.turn, r.path, \
             (SELECT string_agg(number || ' ' || at || ' ' || COALESCE(after, '') || ' ' || asked || ' ' \
                 || COALESCE(reply, ''), chr(10) ORDER BY number) FROM leeboard.turns \
              WHERE tenant = $1 AND session = $2 AND number >= $3) AS marks \
         FROM leeboard.sessions s LEFT JOIN leeboard.records r \
             ON r.tenant = $1 AND r.session = $2 AND r.hash = s.head \
         WHERE s.tenant = $1 AND s.session = $2",
    )
    .bind(of(session))
    .bind(session)
    .bind(rows::column(from)?)
    .fetch_optional(pool)
    .await?;
    Ok(row)
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
