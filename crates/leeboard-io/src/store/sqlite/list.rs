//! The lists of sessions: all, those of a tenant in parts, those of a user.
//!
//! Owns their SQL. Reads no records.

use leeboard_core::record::Digest;
use sqlx::SqlitePool;

use super::super::rows::{SummaryRow, digest, summary};
use super::super::{Page, SessionSummary, StoreError, tenant};
use super::database;

/// All sessions.
pub(super) async fn all(pool: &SqlitePool) -> Result<Vec<SessionSummary>, StoreError> {
    let rows: Vec<SummaryRow> =
        sqlx::query_as("SELECT id, turns, updated_at FROM sessions ORDER BY updated_at DESC, id")
            .fetch_all(pool)
            .await
            .map_err(database)?;
    Ok(rows.into_iter().map(summary).collect())
}

/// One session.
pub(super) async fn one(pool: &SqlitePool, session: &str) -> Result<Option<SessionSummary>, StoreError> {
    let row: Option<SummaryRow> = sqlx::query_as("SELECT id, turns, updated_at FROM sessions WHERE id = ?")
        .bind(session)
        .fetch_optional(pool)
        .await
        .map_err(database)?;
    Ok(row.map(summary))
}

/// A part of a tenant's: in the order of the index, so that a page reads little more than itself
/// where most sessions are of the tenant.
pub(super) async fn page(pool: &SqlitePool, page: Page<'_>) -> Result<Vec<SessionSummary>, StoreError> {
    let (moment, id) = page.after.map_or((None, ""), |(moment, id)| (Some(moment.0), id));
    // Ids without a tenant are the default one's.
    let rows: Vec<SummaryRow> = sqlx::query_as(
        "SELECT id, turns, updated_at FROM sessions \
         WHERE (substr(id, 1, length(?1)) = ?1 OR (?2 AND instr(id, '/') = 0)) \
         AND (?3 IS NULL OR updated_at < ?3 OR (updated_at = ?3 AND id > ?4)) \
         ORDER BY updated_at DESC, id LIMIT ?5",
    )
    .bind(format!("{}/", page.tenant))
    .bind(page.tenant == tenant::DEFAULT)
    .bind(moment)
    .bind(id)
    .bind(i64::try_from(page.limit).unwrap_or(i64::MAX))
    .fetch_all(pool)
    .await
    .map_err(database)?;
    Ok(rows.into_iter().map(summary).collect())
}

/// The sessions with a mark of this scope.
pub(super) async fn of_scope(pool: &SqlitePool, scope: Digest) -> Result<Vec<String>, StoreError> {
    let rows: Vec<(String,)> =
        sqlx::query_as("SELECT DISTINCT session FROM turns WHERE scope = ? ORDER BY session")
            .bind(scope.to_string())
            .fetch_all(pool)
            .await
            .map_err(database)?;
    Ok(rows.into_iter().map(|(session,)| session).collect())
}

/// The scope of a session's newest mark.
pub(super) async fn scope(pool: &SqlitePool, session: &str) -> Result<Option<Digest>, StoreError> {
    let row: Option<(String,)> =
        sqlx::query_as("SELECT scope FROM turns WHERE session = ? ORDER BY number DESC LIMIT 1")
            .bind(session)
            .fetch_optional(pool)
            .await
            .map_err(database)?;
    row.map(|(scope,)| digest(session, &scope)).transpose()
}
