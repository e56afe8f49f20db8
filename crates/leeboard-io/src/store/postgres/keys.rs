//! The keys of the gateway in PostgreSQL.

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use leeboard_core::Mode;
use leeboard_core::time::Timestamp;
use sqlx::PgPool;

use super::super::StoreError;
use super::super::keys::{Key, Keys};
use super::super::rows::{KeyRow, key};
use super::PostgresStore;
use super::fault::Fault;

impl Keys for PostgresStore {
    fn create_key<'a>(&'a self, key: &'a Key) -> BoxFuture<'a, Result<(), StoreError>> {
        async move {
            // The one that must not be repeated: a key that is there would be taken for another's.
            match create(&self.pool, key).await {
                Ok(()) => Ok(()),
                Err(Fault::Store(error)) => Err(error),
                Err(Fault::Database(error)) => Err(self.told(&error)),
            }
        }
        .boxed()
    }

    fn keys<'a>(&'a self) -> BoxFuture<'a, Result<Vec<Key>, StoreError>> {
        self.repeat(move || list(&self.pool)).boxed()
    }

    fn has_keys<'a>(&'a self) -> BoxFuture<'a, Result<bool, StoreError>> {
        self.repeat(move || any(&self.pool)).boxed()
    }

    fn find_key<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<Option<Key>, StoreError>> {
        self.repeat(move || find(&self.pool, id)).boxed()
    }

    fn revoke_key<'a>(&'a self, id: &'a str, now: Timestamp) -> BoxFuture<'a, Result<bool, StoreError>> {
        self.repeat(move || revoke(&self.pool, id, now)).boxed()
    }

    fn use_key<'a>(&'a self, id: &'a str, now: Timestamp) -> BoxFuture<'a, Result<(), StoreError>> {
        self.repeat(move || used(&self.pool, id, now)).boxed()
    }
}

async fn create(pool: &PgPool, key: &Key) -> Result<(), Fault> {
    let created = sqlx::query(
        "INSERT INTO leeboard.keys (id, digest, tenant, note, created_at, last_used_at, revoked_at, mode) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO NOTHING",
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
    .await?;
    if created.rows_affected() == 0 {
        return Err(StoreError::KeyExists { id: key.id.clone() }.into());
    }
    Ok(())
}

async fn list(pool: &PgPool) -> Result<Vec<Key>, Fault> {
    let rows: Vec<KeyRow> = sqlx::query_as(
        "SELECT id, digest, tenant, note, created_at, last_used_at, revoked_at, mode FROM leeboard.keys \
         ORDER BY created_at, id",
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(key).collect::<Result<_, _>>()?)
}

async fn any(pool: &PgPool) -> Result<bool, Fault> {
    let (any,): (bool,) =
        sqlx::query_as("SELECT EXISTS (SELECT 1 FROM leeboard.keys)").fetch_one(pool).await?;
    Ok(any)
}

async fn find(pool: &PgPool, id: &str) -> Result<Option<Key>, Fault> {
    let row: Option<KeyRow> = sqlx::query_as(
        "SELECT id, digest, tenant, note, created_at, last_used_at, revoked_at, mode FROM leeboard.keys \
         WHERE id = $1",
    )
    .bind(id)
    .fetch_optional(pool)
    .await?;
    Ok(row.map(key).transpose()?)
}

async fn revoke(pool: &PgPool, id: &str, now: Timestamp) -> Result<bool, Fault> {
    let found = sqlx::query("UPDATE leeboard.keys SET revoked_at = COALESCE(revoked_at, $1) WHERE id = $2")
        .bind(now.0)
        .bind(id)
        .execute(pool)
        .await?;
    Ok(found.rows_affected() > 0)
}

async fn used(pool: &PgPool, id: &str, now: Timestamp) -> Result<(), Fault> {
    sqlx::query("UPDATE leeboard.keys SET last_used_at = $1 WHERE id = $2")
        .bind(now.0)
        .bind(id)
        .execute(pool)
        .await?;
    Ok(())
}
