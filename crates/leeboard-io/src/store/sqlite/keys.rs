//! The keys of the gateway in SQLite.

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use leeboard_core::time::Timestamp;
use sqlx::SqlitePool;

use super::super::StoreError;
use super::super::keys::{Key, Keys};
use super::super::keys_sql::keys_sql;
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

keys_sql!(SqlitePool, "keys", StoreError, database);
