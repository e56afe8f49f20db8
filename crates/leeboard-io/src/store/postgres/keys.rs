//! The keys of the gateway in PostgreSQL.

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use leeboard_core::time::Timestamp;
use sqlx::PgPool;

use super::super::StoreError;
use super::super::keys::{Key, Keys};
use super::super::keys_sql::keys_sql;
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

keys_sql!(PgPool, "leeboard.keys", Fault, Fault::from);
