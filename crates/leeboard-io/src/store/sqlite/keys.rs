//! The keys of the gateway in SQLite.

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use leeboard_core::Mode;
use leeboard_core::time::Timestamp;
use sqlx::SqlitePool;

use super::super::StoreError;
use super::super::keys::{Key, Keys};
use super::super::rows::{KeyRow, key};
use super::{SqliteStore, database};

impl Keys for SqliteStore {
    fn create_key<'a>(&'a self, key: &'a Key) -> BoxFuture<'a, Result<(), StoreError>> {
        create(&self.pool, key).boxed()
    }

    fn keys<'a>(&'a self) -> BoxFuture<'a, Result<Vec<Key>, StoreError>> {
        list(&self.pool).boxed()
    }

    fn has_keys<'a>(&'a self) -> BoxFuture<'a, Result<bool, StoreError>> {
        any(&self.pool).boxed()
    }

    fn find_key<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<Option<Key>, StoreError>> {
        find(&self.pool, id).boxed()
    }

    fn revoke_key<'a>(&'a self, id: &'a str, now: Timestamp) -> BoxFuture<'a, Result<bool, StoreError>> {
        revoke(&self.pool, id, now).boxed()
    }

    fn use_key<'a>(&'a self, id: &'a str, now: Timestamp) -> BoxFuture<'a, Result<(), StoreError>> {
        used(&self.pool, id, now).boxed()
    }
}

async fn create(pool: &SqlitePool, key: &Key) -> Result<(), StoreError> {
    let created = sqlx::query(
        "INSERT INTO keys (id, digest, tenant, note, created_at, last_used_at, revoked_at, mode) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
    )
    .bind(&key.id)
    .bind(key.digest.to_hex())
    .bind(&key.tenant)
    .bind(&key.note)
    .bind(key.created_at.0)
    .bind(key.last_used_at.map(|time| time.0))
    .bind(key.revoked_at.map(|time| time.0))
    .bind(key.mode.map(Mode::name))
    .execute(pool)
    .await
    .map_err(database)?;
    if created.rows_affected() == 0 { Err(StoreError::KeyExists { id: key.id.clone() }) } else { Ok(()) }
}

async fn list(pool: &SqlitePool) -> Result<Vec<Key>, StoreError> {
    let rows: Vec<KeyRow> = sqlx::query_as(
        "SELECT id, digest, tenant, note, created_at, last_used_at, revoked_at, mode FROM keys \
         ORDER BY created_at, id",
    )
    .fetch_all(pool)
    .await
    .map_err(database)?;
    rows.into_iter().map(key).collect()
}

async fn any(pool: &SqlitePool) -> Result<bool, StoreError> {
    let (any,): (bool,) =
        sqlx::query_as("SELECT EXISTS (SELECT 1 FROM keys)").fetch_one(pool).await.map_err(database)?;
    Ok(any)
}

async fn find(pool: &SqlitePool, id: &str) -> Result<Option<Key>, StoreError> {
    let row: Option<KeyRow> = sqlx::query_as(
        "SELECT id, digest, tenant, note, created_at, last_used_at, revoked_at, mode FROM keys WHERE id = ?",
    )
    .bind(id)
    .fetch_optional(pool)
    .await
    .map_err(database)?;
    row.map(key).transpose()
}

async fn revoke(pool: &SqlitePool, id: &str, now: Timestamp) -> Result<bool, StoreError> {
    let found = sqlx::query("UPDATE keys SET revoked_at = COALESCE(revoked_at, ?) WHERE id = ?")
        .bind(now.0)
        .bind(id)
        .execute(pool)
        .await
        .map_err(database)?;
    Ok(found.rows_affected() > 0)
}

async fn used(pool: &SqlitePool, id: &str, now: Timestamp) -> Result<(), StoreError> {
    sqlx::query("UPDATE keys SET last_used_at = ? WHERE id = ?")
        .bind(now.0)
        .bind(id)
        .execute(pool)
        .await
        .map(drop)
        .map_err(database)
}
