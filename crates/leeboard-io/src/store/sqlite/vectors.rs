//! The cache of vectors in SQLite.
//!
//! Owns its SQL.

use leeboard_core::record::Digest;
use leeboard_core::vector::Vector;
use serde_json::json;
use sqlx::SqlitePool;

use super::super::{StoreError, rows};
use super::database;

pub(super) async fn get(
    pool: &SqlitePool,
    session: &str,
    model: &str,
    texts: &[Digest],
) -> Result<Vec<Option<Vector>>, StoreError> {
    if texts.is_empty() {
        return Ok(Vec::new());
    }
    let names: Vec<String> = texts.iter().map(Digest::to_string).collect();
    let rows: Vec<(String, String)> = sqlx::query_as(
        "SELECT text, vector FROM vectors WHERE session = ? AND model = ? \
         AND text IN (SELECT value FROM json_each(?))",
    )
    .bind(session)
    .bind(model)
    .bind(json!(names).to_string())
    .fetch_all(pool)
    .await
    .map_err(database)?;
    Ok(rows::vectors(session, model, &names, rows))
}

pub(super) async fn keep(
    pool: &SqlitePool,
    session: &str,
    vectors: &[(Digest, Vector)],
) -> Result<(), StoreError> {
    if vectors.is_empty() {
        return Ok(());
    }
    let mut transaction = pool.begin_with("BEGIN IMMEDIATE").await.map_err(database)?;
    for (text, vector) in vectors {
        let json = rows::vector_json(vector)?;
        // No row for a session that is not there.
        sqlx::query(
            "INSERT INTO vectors (session, model, text, vector) \
             SELECT id, ?, ?, ? FROM sessions WHERE id = ? \
             ON CONFLICT (session, model, text) DO UPDATE SET vector = excluded.vector",
        )
        .bind(vector.model())
        .bind(text.to_string())
        .bind(json)
        .bind(session)
        .execute(&mut *transaction)
        .await
        .map_err(database)?;
    }
    transaction.commit().await.map_err(database)
}
