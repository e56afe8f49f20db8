//! The cache of vectors in SQLite.
//!
//! Owns its SQL. A damaged entry counts as absent, since it can be made again.

use std::collections::BTreeMap;

use leeboard_core::record::Digest;
use leeboard_core::vector::Vector;
use serde_json::json;
use sqlx::SqlitePool;

use super::super::StoreError;
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
    let found: BTreeMap<String, Vector> = rows
        .into_iter()
        .filter_map(|(text, json)| match serde_json::from_str::<Vector>(&json) {
            Ok(vector) if vector.model() == model => Some((text, vector)),
            _ => {
                tracing::warn!(session, "a kept vector is damaged and will be made again");
                None
            }
        })
        .collect();
    Ok(names.iter().map(|name| found.get(name).cloned()).collect())
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
        let json = serde_json::to_string(vector)
            .map_err(|error| StoreError::Database(format!("a vector is no JSON: {error}")))?;
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
