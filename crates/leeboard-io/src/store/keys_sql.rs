//! The keys of the gateway in SQL that SQLite and PostgreSQL both understand.
//!
//! Owns the statements. The stores say what their table is called and what a fault is to them, and
//! decide what is repeated.

/// Functions on the table of keys: for a pool, a table, an error, and what makes one of `sqlx`'s.
macro_rules! keys_sql {
    ($pool:ty, $table:literal, $error:ty, $fault:expr) => {
        const COLUMNS: &str = "id, digest, tenant, note, created_at, last_used_at, revoked_at, mode";

        async fn create(pool: &$pool, key: &Key) -> Result<(), $error> {
            let created = sqlx::query(sqlx::AssertSqlSafe(format!(
                concat!(
                    "INSERT INTO ",
                    $table,
                    " ({}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO NOTHING"
                ),
                COLUMNS
            )))
            .bind(&key.id)
            .bind(key.digest.to_hex())
            .bind(&key.tenant)
            .bind(&key.note)
            .bind(key.created_at.0)
            .bind(key.last_used_at.map(|time| time.0))
            .bind(key.revoked_at.map(|time| time.0))
            .bind(key.mode.map(leeboard_core::Mode::name))
            .execute(pool)
            .await
            .map_err($fault)?;
            if created.rows_affected() == 0 {
                return Err(StoreError::KeyExists { id: key.id.clone() }.into());
            }
            Ok(())
        }

        async fn list(pool: &$pool) -> Result<Vec<Key>, $error> {
            let select = format!(concat!("SELECT {} FROM ", $table, " ORDER BY created_at, id"), COLUMNS);
            let rows: Vec<KeyRow> =
                sqlx::query_as(sqlx::AssertSqlSafe(select)).fetch_all(pool).await.map_err($fault)?;
            let mut keys = Vec::new();
            for row in rows {
                keys.push(key(row)?);
            }
            Ok(keys)
        }

        async fn any(pool: &$pool) -> Result<bool, $error> {
            let (any,): (bool,) = sqlx::query_as(concat!("SELECT EXISTS (SELECT 1 FROM ", $table, ")"))
                .fetch_one(pool)
                .await
                .map_err($fault)?;
            Ok(any)
        }

        async fn find(pool: &$pool, id: &str) -> Result<Option<Key>, $error> {
            let select = format!(concat!("SELECT {} FROM ", $table, " WHERE id = $1"), COLUMNS);
            let row: Option<KeyRow> = sqlx::query_as(sqlx::AssertSqlSafe(select))
                .bind(id)
                .fetch_optional(pool)
                .await
                .map_err($fault)?;
            match row {
                Some(row) => Ok(Some(key(row)?)),
                None => Ok(None),
            }
        }

        async fn revoke(pool: &$pool, id: &str, now: Timestamp) -> Result<bool, $error> {
            let found = sqlx::query(concat!(
                "UPDATE ",
                $table,
                " SET revoked_at = COALESCE(revoked_at, $1) WHERE id = $2"
            ))
            .bind(now.0)
            .bind(id)
            .execute(pool)
            .await
            .map_err($fault)?;
            Ok(found.rows_affected() > 0)
        }

        async fn used(pool: &$pool, id: &str, now: Timestamp) -> Result<(), $error> {
            sqlx::query(concat!("UPDATE ", $table, " SET last_used_at = $1 WHERE id = $2"))
                .bind(now.0)
                .bind(id)
                .execute(pool)
                .await
                .map_err($fault)?;
            Ok(())
        }
    };
}

pub(super) use keys_sql;
