//! PostgreSQL for tests: a server, and a fresh database for each test.
//!
//! The server is the one that `LEEBOARD_TEST_POSTGRES` names, as in `./test`, or one that this process
//! starts with `scripts/postgres-for-tests`; it ends with the process. A machine without PostgreSQL
//! fails the test and says what to install. Other crates include this file.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{Connection, PgConnection};

/// A server of this process.
pub(crate) struct Cluster {
    url: String,
    child: Child,
    answers: BufReader<ChildStdout>,
}

impl Cluster {
    pub(crate) fn start() -> Self {
        Self::start_with(&[])
    }

    /// One with other settings, such as `fsync=on`.
    pub(crate) fn start_with(settings: &[&str]) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scripts/postgres-for-tests");
        let binary = std::env::current_exe().unwrap();
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("postgres-{}-{number}", std::process::id());
        let folder = binary.ancestors().nth(2).unwrap().join(name);
        let mut child = Command::new(script)
            .arg(folder)
            .args(settings)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{script} does not run: {error}"));
        let mut answers = BufReader::new(child.stdout.take().unwrap());
        let mut url = String::new();
        answers.read_line(&mut url).unwrap();
        if url.is_empty() {
            let mut why = String::new();
            child.stderr.take().unwrap().read_to_string(&mut why).unwrap();
            panic!("there is no PostgreSQL for this test: {why}");
        }
        Self { url: url.trim().to_owned(), child, answers }
    }

    /// `crash`, `stop` or `start`: waits until it is done.
    pub(crate) fn tell(&mut self, word: &str) {
        writeln!(self.child.stdin.as_ref().unwrap(), "{word}").unwrap();
        let mut answer = String::new();
        self.answers.read_line(&mut answer).unwrap();
        assert_eq!(answer.trim(), word);
    }

    /// A fresh database in it.
    pub(crate) async fn database(&self) -> Database {
        Database::on(&self.url).await
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // The end of its input is the end of the server.
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

/// The server that tests share.
fn shared() -> &'static str {
    static SHARED: OnceLock<(String, Option<Cluster>)> = OnceLock::new();
    #[expect(clippy::disallowed_methods, reason = "a test may read where its server is")]
    let named = || std::env::var("LEEBOARD_TEST_POSTGRES").ok().filter(|url| !url.is_empty());
    let (url, _) = SHARED.get_or_init(|| match named() {
        Some(url) => (url, None),
        None => {
            let cluster = Cluster::start();
            (cluster.url.clone(), Some(cluster))
        }
    });
    url
}

/// An empty database, which is dropped at the end.
pub(crate) struct Database {
    server: String,
    name: String,
    /// Where a store opens it.
    pub(crate) url: String,
}

impl Database {
    /// On the server that tests share.
    pub(crate) async fn fresh() -> Self {
        let server = tokio::task::spawn_blocking(shared).await.unwrap();
        Self::on(server).await
    }

    async fn on(server: &str) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("leeboard_{}_{number}", std::process::id());
        let (base, _) = server.rsplit_once('/').unwrap();
        let database = Self { server: server.to_owned(), url: format!("{base}/{name}"), name };
        database.execute("CREATE DATABASE").await.unwrap();
        database
    }

    async fn execute(&self, what: &str) -> Result<(), sqlx::Error> {
        let options = if what.starts_with("DROP") { " WITH (FORCE)" } else { "" };
        let statement = format!("{what} {}{options}", self.name);
        let mut connection = PgConnection::connect(&self.server).await?;
        sqlx::query(sqlx::AssertSqlSafe(statement)).execute(&mut connection).await?;
        connection.close().await
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                // A server that was stopped has dropped all.
                let _ = runtime.block_on(self.execute("DROP DATABASE IF EXISTS"));
            });
        });
    }
}
