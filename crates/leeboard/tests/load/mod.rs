//! Real gateways under load, for tests: processes that may be killed, clients that remember what they
//! were told, and the comparison of that with what is stored.
//!
//! Owns the processes, the places where stores are and the dice. What goes over the wire is in `wire`,
//! one side of a conversation in `client`, small disks in `small`.

#[path = "../../../leeboard-io/tests/support/postgres.rs"]
pub(crate) mod postgres;

pub(crate) mod client;
pub(crate) mod small;
pub(crate) mod wire;

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread::{sleep, spawn};
use std::time::{Duration, Instant};

use assert_cmd::cargo::cargo_bin;
use serde_json::Value;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tempfile::TempDir;

use postgres::{Cluster, Database};

/// Long enough for a slow machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// Xorshift: the same moments in every run.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn below(&mut self, most: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % most
    }
}

/// A number that the environment may set.
pub(crate) fn asked<T: std::str::FromStr>(name: &str) -> Option<T> {
    #[expect(clippy::disallowed_methods, reason = "a test may read how long it shall run")]
    let asked = std::env::var(name);
    asked.ok().and_then(|asked| asked.parse().ok())
}

/// The program that is tried: the one of this build, or another, such as one built for release.
fn binary() -> PathBuf {
    asked("LEEBOARD_BIN").unwrap_or_else(|| cargo_bin("leeboard"))
}

/// Says that a test is not run here, to whoever looks at it and at the end of `./test`.
#[expect(clippy::print_stdout, reason = "whoever runs one test sees it there")]
pub(crate) fn not_run(what: &str) {
    println!("NOT RUN: {what}");
    if let Some(path) = asked::<PathBuf>("LEEBOARD_TEST_NOT_RUN") {
        let mut file = std::fs::OpenOptions::new().append(true).create(true).open(path).unwrap();
        std::io::Write::write_all(&mut file, format!("{what}\n").as_bytes()).unwrap();
    }
}

/// A few, or of so many for each of the 2,000 cases of `./test --long` as many as are asked for.
pub(crate) fn count(few: u64, many: u64) -> u64 {
    asked::<u64>("LEEBOARD_TEST_CASES").map_or(few, |cases| (cases * many / 2_000).max(few))
}

/// A folder to work in, and where the store is: a file in it, or a database.
pub(crate) struct Place {
    work: TempDir,
    folder: Option<PathBuf>,
    database: Option<Database>,
}

impl Place {
    pub(crate) fn file() -> Self {
        Self { work: TempDir::new().unwrap(), folder: None, database: None }
    }

    /// A file in a folder of another file system.
    pub(crate) fn file_in(folder: &Path) -> Self {
        Self { folder: Some(folder.to_owned()), ..Self::file() }
    }

    /// A fresh database of the server that tests share.
    pub(crate) fn database() -> Self {
        Self { database: Some(block_on(Database::fresh())), ..Self::file() }
    }

    /// A fresh database of one's own server.
    pub(crate) fn database_of(cluster: &Cluster) -> Self {
        Self { database: Some(block_on(cluster.database())), ..Self::file() }
    }

    /// The same, with its tables in a folder.
    pub(crate) fn database_on(cluster: &Cluster, folder: &Path) -> Self {
        let place = Self::database_of(cluster);
        let url = place.url().unwrap();
        let name = url.rsplit('/').next().unwrap();
        let statements = [
            format!("CREATE TABLESPACE small LOCATION '{}'", folder.display()),
            format!("ALTER DATABASE {name} SET default_tablespace = small"),
        ];
        block_on(async {
            let mut connection = PgConnection::connect(url).await.unwrap();
            for statement in statements {
                sqlx::query(AssertSqlSafe(statement)).execute(&mut connection).await.unwrap();
            }
        });
        place
    }

    /// Of the database.
    pub(crate) fn url(&self) -> Option<&str> {
        self.database.as_ref().map(|database| database.url.as_str())
    }

    /// Settings for all commands here.
    pub(crate) fn set(&self, settings: &str) {
        std::fs::write(self.folder().join("leeboard.toml"), settings).unwrap();
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.as_deref().unwrap_or_else(|| self.work.path())
    }

    fn command(&self, program: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.args(arguments).current_dir(self.folder()).env_clear();
        if let Some(database) = &self.database {
            command.env("LEEBOARD_STORE", &database.url);
        }
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command(&binary(), arguments).output().unwrap()
    }

    pub(crate) fn good(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let told = || format!("{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{}{}", told(), String::from_utf8_lossy(&output.stdout));
        String::from_utf8(output.stdout).unwrap()
    }

    /// Finds no fault in any session.
    pub(crate) fn verify(&self) {
        self.good(&["verify"]);
    }

    /// What was said in each session, tool results too, on the path to its head.
    pub(crate) fn kept(&self) -> BTreeMap<String, Vec<String>> {
        self.kept_in(&[])
    }

    /// The same of a store that arguments name.
    pub(crate) fn kept_in(&self, named: &[&str]) -> BTreeMap<String, Vec<String>> {
        let session = |line: &str| {
            let session: Value = serde_json::from_str(line).unwrap();
            let said = session["messages"].as_array().unwrap().iter();
            let said = said.filter_map(|said| said["content"].as_str().map(str::to_owned)).collect();
            (session["id"].as_str().unwrap().to_owned(), said)
        };
        self.good(&[&["export", "--all"], named].concat()).lines().map(session).collect()
    }
}

/// Waits for what the support of PostgreSQL does.
pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

/// A gateway in manage mode.
pub(crate) struct Gateway {
    process: Child,
    pub(crate) address: String,
}

impl Gateway {
    pub(crate) fn start(place: &Place, upstream: &str) -> Self {
        let serve = ["serve", "--listen", "127.0.0.1:0", "--mode", "manage", "--upstream", upstream];
        Self::listening(place.command(&binary(), &serve))
    }

    /// One that may make no file larger than so many KiB.
    pub(crate) fn start_within(place: &Place, upstream: &str, kib: u64) -> Self {
        // The signal of the limit is ignored, so that writing fails instead.
        let script = format!(
            "trap '' XFSZ; ulimit -f {kib}; exec \"$0\" serve --listen 127.0.0.1:0 --mode manage --upstream \"$1\""
        );
        let binary = binary();
        let arguments = ["-c", &script, binary.to_str().unwrap(), upstream];
        Self::listening(place.command(Path::new("/bin/bash"), &arguments))
    }

    fn listening(mut command: Command) -> Self {
        let mut process = command.stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(process.stderr.take().unwrap()).lines();
        let mut said = String::new();
        let ready = lines.by_ref().map(Result::unwrap).find(|line| {
            said.push_str(line);
            line.contains("listening on")
        });
        let ready = ready.unwrap_or_else(|| panic!("the gateway does not start: {said}"));
        let address = ready.split("http://").nth(1).unwrap().split('/').next().unwrap().to_owned();
        spawn(move || lines.for_each(drop));
        Self { process, address }
    }

    /// SIGKILL.
    pub(crate) fn end(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    pub(crate) fn kill(mut self) {
        self.end();
    }

    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }

    /// Asks for a page.
    pub(crate) fn get(&self, path: &str) -> String {
        let mut connection = TcpStream::connect(&self.address).unwrap();
        let head = format!("GET {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\r\n", self.address);
        std::io::Write::write_all(&mut connection, head.as_bytes()).unwrap();
        let (_, body) = wire::message(&mut BufReader::new(connection)).unwrap();
        String::from_utf8(body).unwrap()
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        // A test that failed leaves nothing behind; one that was killed has ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Waits until something is so, or patience ends; whether it is.
pub(crate) fn wait_until(mut is_so: impl FnMut() -> bool) -> bool {
    let began = Instant::now();
    while !is_so() {
        if began.elapsed() > PATIENCE {
            return false;
        }
        sleep(Duration::from_millis(1));
    }
    true
}
