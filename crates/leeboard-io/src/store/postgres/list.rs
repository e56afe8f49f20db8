//! The lists of sessions: all, those of a tenant in parts, those of a user.
//!
//! Owns their SQL. Reads no records.

use leeboard_core::record::Digest;
use sqlx::PgPool;

use super::super::rows::{SummaryRow, digest, summary};
use super::super::{Page, SessionSummary};
use super::fault::Fault;
use super::of;

/// All sessions.
pub(super) async fn all(pool: &PgPool) -> Result<Vec<SessionSummary>, Fault> {
    let rows: Vec<SummaryRow> = sqlx::query_as(
        "SELECT session, turns, updated_at FROM leeboard.sessions ORDER BY updated_at DESC, session",
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(summary).collect())
}

/// One session.
pub(super) async fn one(pool: &PgPool, session: &str) -> Result<Option<SessionSummary>, Fault> {
    let row: Option<SummaryRow> = sqlx::query_as(
        "SELECT session, turns, updated_at FROM leeboard.sessions WHERE tenant = $1 AND session = $2",
    )
    .bind(of(session))
    .bind(session)
    .fetch_optional(pool)
    .await?;
    Ok(row.map(summary))
}

/// A part of a tenant's, in the order of the index.
pub(super) async fn page(pool: &PgPool, page: Page<'_>) -> Result<Vec<SessionSummary>, Fault> {
    let (moment, id) = page.after.map_or((None, ""), |(moment, id)| (Some(moment.0), id));
    let rows: Vec<SummaryRow> = sqlx::query_as(
        "SELECT session, turns, updated_at FROM leeboard.sessions WHERE tenant = $1 \
         AND ($2::bigint IS NULL OR (updated_at <= $2 AND (updated_at < $2 OR session > $3))) \
         ORDER BY updated_at DESC, session LIMIT $4",
    )
    .bind(page.tenant)
    .bind(moment)
    .bind(id)
    .bind(i64::try_from(page.limit).unwrap_or(i64::MAX))
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(summary).collect())
}

/// The sessions with a mark of this scope.
pub(super) async fn of_scope(pool: &PgPool, scope: Digest) -> Result<Vec<String>, Fault> {
    let rows: Vec<(String,)> =
        sqlx::query_as("SELECT DISTINCT session FROM leeboard.turns WHERE scope = $1 ORDER BY session")
            .bind(scope.to_string())
            .fetch_all(pool)
            .await?;
    Ok(rows.into_iter().map(|(session,)| session).collect())
}

/// The scope of a session's newest mark.
pub(super) async fn scope(pool: &PgPool, session: &str) -> Result<Option<Digest>, Fault> {
    let row: Option<(String,)> = sqlx::query_as(
        "SELECT scope FROM leeboard.turns WHERE tenant = $1 AND session = $2 \
         ORDER BY number DESC LIMIT 1",
    )
    .bind(of(session))
    .bind(session)
    .fetch_optional(pool)
    .await?;
    Ok(row.map(|(scope,)| digest(session, &scope)).transpose()?)
}
