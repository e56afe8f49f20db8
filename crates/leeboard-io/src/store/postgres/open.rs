//! Opening a PostgreSQL store: connect, recognise, migrate.
//!
//! Owns the connection settings and the refusals. A schema of another program or of a newer leeboard
//! is left exactly as it was. What names a store here is host, port and database: a URL may hold a
//! password anywhere.

use sqlx::PgPool;
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use super::super::StoreError;
use super::{PATIENCE, fault};

static MIGRATIONS: Migrator = sqlx::migrate!("migrations/postgres");

/// How often opening is tried while another replica creates or migrates the same schema.
const TRIES: u32 = 5;

/// The migrations up to a version, for the schema that they belong to.
pub(super) fn migrator(up_to: i64) -> Migrator {
    let migrations = MIGRATIONS.iter().filter(|migration| migration.version <= up_to).cloned();
    let mut migrator = Migrator::with_migrations(migrations.collect());
    migrator.dangerous_set_table_name("leeboard.migrations");
    migrator.create_schema("leeboard");
    migrator
}

pub(super) async fn open(url: &str, connections: u32) -> Result<PgPool, StoreError> {
    let options: PgConnectOptions = url.parse().map_err(|error: sqlx::Error| {
        refused("postgres://", format!("{error} (write postgres://USER:PASSWORD@HOST:PORT/DATABASE)"))
    })?;
    let name = name(&options);
    let options = match options.get_application_name() {
        Some(_) => options,
        None => options.application_name("leeboard"),
    };
    let pool = PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(PATIENCE)
        // What fails is repeated, so asking first would only cost a round trip.
        .test_before_acquire(false)
        .connect_with(options)
        .await
        .map_err(|error| unopened(&name, &error))?;
    let prepared = prepare(&pool, &name).await;
    if prepared.is_err() {
        pool.close().await;
    }
    prepared.map(|()| pool)
}

/// Where a store is, without who connects.
fn name(options: &PgConnectOptions) -> String {
    let database = options.get_database().unwrap_or_else(|| options.get_username());
    match options.get_socket() {
        Some(socket) => format!("postgres://{}/{database}", socket.display()),
        None => format!("postgres://{}:{}/{database}", options.get_host(), options.get_port()),
    }
}

async fn prepare(pool: &PgPool, name: &str) -> Result<(), StoreError> {
    let known = newest_known();
    let mut tries = 1;
    loop {
        let found = look(pool, name).await?;
        if found == known {
            return Ok(());
        }
        if found > known {
            return Err(newer(name, found));
        }
        match migrator(known).run(pool).await {
            Ok(()) => return Ok(()),
            Err(MigrateError::VersionMissing(found)) => return Err(newer(name, found)),
            Err(MigrateError::VersionMismatch(version)) => {
                let reason =
                    format!("migration {version} in it differs from this program's (was it a test build?)");
                return Err(refused(name, reason));
            }
            // Another replica may be migrating the same schema; the next look will tell.
            Err(error) if tries == TRIES => return Err(refused(name, error.to_string())),
            Err(_) => tokio::time::sleep(tries * super::LONGEST_PAUSE).await,
        }
        tries += 1;
    }
}

/// The version of the schema: 0 if there is none.
async fn look(pool: &PgPool, name: &str) -> Result<i64, StoreError> {
    let failed = |error: sqlx::Error| unopened(name, &error);
    let (migrated, tables): (bool, i64) = sqlx::query_as(
        "SELECT to_regclass('leeboard.migrations') IS NOT NULL, \
         (SELECT COUNT(*) FROM pg_tables WHERE schemaname = 'leeboard')",
    )
    .fetch_one(pool)
    .await
    .map_err(failed)?;
    if !migrated && tables > 0 {
        return Err(refused(name, "its schema `leeboard` is another program's (name another database)"));
    }
    if !migrated {
        return Ok(0);
    }
    let (version,): (i64,) = sqlx::query_as("SELECT COALESCE(MAX(version), 0) FROM leeboard.migrations")
        .fetch_one(pool)
        .await
        .map_err(failed)?;
    Ok(version)
}

pub(super) fn newest_known() -> i64 {
    MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or(0)
}

fn unopened(name: &str, error: &sqlx::Error) -> StoreError {
    let reason = match fault::told(error) {
        StoreError::Unreachable { reason } => {
            format!("{reason} (check that the server runs and that the address is right)")
        }
        _ => error.to_string(),
    };
    refused(name, reason)
}

fn newer(name: &str, found: i64) -> StoreError {
    StoreError::NewerSchema { path: name.to_owned(), found, known: newest_known() }
}

fn refused(name: &str, reason: impl Into<String>) -> StoreError {
    StoreError::Open { path: name.to_owned(), reason: reason.into() }
}
