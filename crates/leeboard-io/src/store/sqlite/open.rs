//! Opening an SQLite store: create, recognise, migrate.
//!
//! Owns the connection settings and the refusals. A file that is not a leeboard store, or is
//! one of a newer version, is left exactly as it was.

use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::path::Path;
use std::time::Duration;

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, SqliteConnection, SqlitePool};

use super::super::StoreError;
use super::{Durability, database, is_busy, upgrade};

pub(super) static MIGRATOR: Migrator = sqlx::migrate!("migrations/sqlite");

/// "LEEB", as the first migration writes it into the file.
const APPLICATION_ID: i64 = 0x4c45_4542;

/// How long a writer waits for another one. Commits take milliseconds, so 5 seconds mean that
/// something is wrong.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// One connection writes at a time; the others let reads go on meanwhile.
const CONNECTIONS: u32 = 4;

type Opened = (SqlitePool, SqliteConnectOptions);

/// How often opening is tried while another process creates or migrates the same file.
const TRIES: u32 = 5;

const PAUSE: Duration = Duration::from_millis(50);

/// Connections for what is read, and the options for another one.
pub(super) async fn open(path: &Path, durability: Durability) -> Result<Opened, StoreError> {
    create(path).map_err(|error| refused(path, error.to_string()))?;
    let mut tries = 1;
    loop {
        match attempt(path, durability).await {
            Err(Fault::Passing(_)) if tries < TRIES => tokio::time::sleep(PAUSE * tries).await,
            Err(Fault::Passing(error) | Fault::Final(error)) => return Err(error),
            Ok(opened) => return Ok(opened),
        }
        tries += 1;
    }
}

/// Whether trying again may help.
enum Fault {
    Passing(StoreError),
    Final(StoreError),
}

/// An empty file, unless there is one already.
fn create(path: &Path) -> std::io::Result<()> {
    match create_new(path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        other => other,
    }
}

/// An empty file that only its owner may read. SQLite gives the files beside it the same mode.
pub(super) fn create_new(path: &Path) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

async fn attempt(path: &Path, durability: Durability) -> Result<Opened, Fault> {
    let plain = SqliteConnectOptions::new().filename(path).busy_timeout(BUSY_TIMEOUT);
    inspect(path, &plain).await?;
    let synchronous = match durability {
        Durability::Process => SqliteSynchronous::Normal,
        Durability::Machine => SqliteSynchronous::Full,
    };
    let options = plain
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(synchronous)
        .foreign_keys(true)
        .pragma("secure_delete", "ON");
    let pool = SqlitePoolOptions::new()
        .max_connections(CONNECTIONS)
        // A file does not go away; asking whether it has is one more hand-over to SQLite's thread.
        .test_before_acquire(false)
        .acquire_timeout(2 * BUSY_TIMEOUT)
        .connect_with(options.clone())
        .await
        .map_err(|error| fault(path, error))?;
    let migrated = match MIGRATOR.run(&pool).await {
        Ok(()) => upgrade::fill_in(&pool).await.map_err(|error| match error {
            StoreError::Busy => Fault::Passing(error),
            error => Fault::Final(error),
        }),
        Err(error) => Err(migration_fault(path, error)),
    };
    if migrated.is_err() {
        pool.close().await;
    }
    migrated.map(|()| (pool, options))
}

/// Looks at the file before anything in it is changed.
async fn inspect(path: &Path, options: &SqliteConnectOptions) -> Result<(), Fault> {
    let mut connection = options.connect().await.map_err(|error| fault(path, error))?;
    let looked = look(&mut connection).await;
    connection.close().await.map_err(|error| fault(path, error))?;
    let (foreign, found) = looked.map_err(|error| fault(path, error))?;
    if foreign {
        return Err(Fault::Final(refused(path, "it is the database of another program")));
    }
    let known = newest_known();
    if found > known {
        return Err(Fault::Final(newer(path, found)));
    }
    Ok(())
}

/// Whether the file belongs to another program, and the version of its schema (0 for none). One
/// transaction, since another process may just be making the store: its mark and its tables
/// must be seen together or not at all.
async fn look(connection: &mut SqliteConnection) -> Result<(bool, i64), sqlx::Error> {
    let mut connection = connection.begin().await?;
    let (id,): (i64,) = sqlx::query_as("PRAGMA application_id").fetch_one(&mut *connection).await?;
    let (tables, migrated): (i64, i64) = sqlx::query_as(
        "SELECT COALESCE(SUM(name <> '_sqlx_migrations'), 0), \
         COALESCE(SUM(name = '_sqlx_migrations'), 0) FROM sqlite_master WHERE type = 'table'",
    )
    .fetch_one(&mut *connection)
    .await?;
    let foreign = id != APPLICATION_ID && (tables > 0 || id != 0);
    if foreign || migrated == 0 {
        return Ok((foreign, 0));
    }
    let (version,): (i64,) = sqlx::query_as("SELECT COALESCE(MAX(version), 0) FROM _sqlx_migrations")
        .fetch_one(&mut *connection)
        .await?;
    Ok((false, version))
}

fn newest_known() -> i64 {
    MIGRATOR.iter().map(|migration| migration.version).max().unwrap_or(0)
}

fn migration_fault(path: &Path, error: MigrateError) -> Fault {
    match error {
        MigrateError::VersionMissing(found) => Fault::Final(newer(path, found)),
        MigrateError::VersionMismatch(version) => Fault::Final(refused(
            path,
            format!("migration {version} in it differs from this program's (was it a test build?)"),
        )),
        // Another process may be migrating the same file; the next look will tell.
        other => Fault::Passing(refused(path, other.to_string())),
    }
}

fn fault(path: &Path, error: sqlx::Error) -> Fault {
    if is_busy(&error) {
        return Fault::Passing(database(error));
    }
    Fault::Final(match &error {
        sqlx::Error::Database(inner) if inner.code().as_deref() == Some("26") => {
            refused(path, "it is not an SQLite database")
        }
        _ => refused(path, error.to_string()),
    })
}

fn newer(path: &Path, found: i64) -> StoreError {
    StoreError::NewerSchema { path: path.display().to_string(), found, known: newest_known() }
}

fn refused(path: &Path, reason: impl Into<String>) -> StoreError {
    StoreError::Open { path: path.display().to_string(), reason: reason.into() }
}
