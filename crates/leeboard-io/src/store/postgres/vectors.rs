//! The cache of vectors in PostgreSQL.
//!
//! Owns its SQL.

use std::collections::BTreeMap;

use leeboard_core::record::Digest;
use leeboard_core::vector::Vector;
use sqlx::PgPool;

use super::super::rows;
use super::fault::Fault;
use super::of;

pub(super) async fn get(
    pool: &PgPool,
    session: &str,
    model: &str,
    texts: &[Digest],
) -> Result<Vec<Option<Vector>>, Fault> {
    if texts.is_empty() {
        return Ok(Vec::new());
    }
    let names: Vec<String> = texts.iter().map(Digest::to_string).collect();
    let rows: Vec<(String, String)> = sqlx::query_as(
        "SELECT text, vector FROM leeboard.vectors \
         WHERE tenant = $1 AND session = $2 AND model = $3 AND text = ANY($4)",
    )
    .bind(of(session))
    .bind(session)
    .bind(model)
    .bind(&names)
    .fetch_all(pool)
    .await?;
    Ok(rows::vectors(session, model, &names, rows))
}

pub(super) async fn keep(pool: &PgPool, session: &str, vectors: &[(Digest, Vector)]) -> Result<(), Fault> {
    // In one order everywhere, so that two that keep the same wait for each other and no more; and a
    // later vector takes the earlier one's place here already.
    let mut kept = BTreeMap::new();
    for (text, vector) in vectors {
        kept.insert((vector.model(), text.to_string()), rows::vector_json(vector)?);
    }
    if kept.is_empty() {
        return Ok(());
    }
    let (models, texts): (Vec<&str>, Vec<&str>) =
        kept.keys().map(|(model, text)| (*model, text.as_str())).unzip();
    // The session stays while its vectors are written; without one nothing is.
    sqlx::query(
        "WITH there AS (SELECT 1 FROM leeboard.sessions WHERE tenant = $1 AND session = $2 \
             FOR KEY SHARE) \
         INSERT INTO leeboard.vectors (tenant, session, model, text, vector) \
         SELECT $1, $2, v.* FROM UNNEST($3::text[], $4::text[], $5::text[]) AS v \
         WHERE EXISTS (SELECT 1 FROM there) \
         ON CONFLICT (tenant, session, model, text) DO UPDATE SET vector = excluded.vector",
    )
    .bind(of(session))
    .bind(session)
    .bind(models)
    .bind(texts)
    .bind(kept.values().collect::<Vec<_>>())
    .execute(pool)
    .await?;
    Ok(())
}
