//! Every command that takes `--store` on a PostgreSQL database, what it tells of the password, and
//! what damage in a row is called.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

#[expect(dead_code, reason = "a command needs no server of its own")]
#[path = "../../leeboard-io/tests/support/postgres.rs"]
mod postgres;

use assert_cmd::Command;
use assert_cmd::cargo::cargo_bin;
use postgres::Database;
use serde_json::{Value, json};
use tempfile::TempDir;

/// A folder to work in, and the database.
struct Place {
    folder: TempDir,
    url: String,
}

impl Place {
    /// Runs a command: exit code, stdout, stderr.
    fn run(&self, command: &str, input: &str) -> (i32, String, String) {
        let output = Command::new(cargo_bin("leeboard"))
            .args(command.split(' '))
            .current_dir(self.folder.path())
            .env_clear()
            .env("LEEBOARD_STORE", &self.url)
            .write_stdin(input)
            .output()
            .unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let (out, err) = (text(output.stdout), text(output.stderr));
        let password = self.url.split([':', '@']).nth(2).unwrap();
        assert!(!format!("{out}{err}").contains(password), "{command} tells the password");
        (output.status.code().unwrap(), out, err)
    }

    fn good(&self, command: &str) -> String {
        let (code, out, err) = self.run(command, "");
        assert_eq!(code, 0, "{command}: {err}");
        out
    }

    fn json(&self, command: &str) -> Value {
        serde_json::from_str(&self.good(command)).unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_command_works_on_a_database() {
    let database = Database::fresh().await;
    let place = Place { folder: TempDir::new().unwrap(), url: database.url.clone() };
    tokio::task::block_in_place(|| {
        let (code, _, err) = place.run("chat --model sim --session s1", "Hello there\nWhat now?\n/quit\n");
        assert_eq!(code, 0, "{err}");
        let (code, _, err) = place.run("chat --model sim --session s1", "And then?\n");
        assert!(code == 0 && err.contains("session s1 goes on after 2 turns"), "{err}");
        assert!(place.good("sessions ls").contains("s1"));
        assert_eq!(place.json("sessions show s1 --json")["turns"], 3);
        assert_eq!(place.json("trace s1 1 --json")["closed"]["outcome"], "replied");
        place.good("verify");
        assert!(place.good("sessions export s1").contains("And then?"));
        let made = place.good("keys create --tenant acme");
        assert!(made.starts_with("lb_") && place.good("keys list").contains("acme"));

        let report = place.json("doctor --json");
        assert_eq!(report["ok"], json!(true), "{report}");
        let detail = |name: &str| {
            let checks = report["checks"].as_array().unwrap();
            checks.iter().find(|check| check["name"] == name).unwrap()["detail"].to_string()
        };
        assert!(detail("store").contains("PostgreSQL") && detail("store").contains("1 sessions"));
        assert!(detail("access").contains("stays on this machine"));
        place.good("sessions delete s1");
        assert!(!place.good("sessions ls").contains("s1"));

        let gone = Place { folder: TempDir::new().unwrap(), url: format!("{}_gone", place.url) };
        for command in ["sessions ls", "keys list", "verify", "doctor"] {
            let (code, out, err) = gone.run(command, "");
            let said = format!("{out}{err}");
            assert!(code != 0 && said.contains("postgres://127.0.0.1:"), "{command}: {said}");
        }
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_row_is_named_and_the_other_session_stays_usable() {
    let database = Database::fresh().await;
    let place = Place { folder: TempDir::new().unwrap(), url: database.url.clone() };
    let run = |command: &str, input: &str| tokio::task::block_in_place(|| place.run(command, input));
    for id in ["one", "two"] {
        let talk = format!("chat --model sim --session {id}");
        assert_eq!(run(&talk, "Where is pier 7?\nWhere is pier 8?\nAnd pier 9?\n").0, 0);
    }
    let pool = sqlx::PgPool::connect(&database.url).await.unwrap();
    let change = async |what: &str| {
        let statement = format!("UPDATE leeboard.records SET {what} WHERE session = 'two'");
        let done = sqlx::query(sqlx::AssertSqlSafe(statement)).execute(&pool).await.unwrap();
        assert!(done.rows_affected() > 0, "{what}");
    };
    assert_eq!(run("verify", "").0, 0);
    for (damage, says) in [
        ("record = replace(record, 'pier 8', 'pier 9')", "its payload was changed"),
        ("record = replace(record, '\"time\":', '\"time\":1')", "hash"),
        ("record = left(record, -1)", "read record 0 of session two"),
        ("parent = overlay(parent placing 'f00d' from 1)", "two"),
    ] {
        sqlx::raw_sql("CREATE TABLE sound AS TABLE leeboard.records").execute(&pool).await.unwrap();
        change(damage).await;
        let (code, out, _) = run("verify --json", "");
        let of = |id: &str| out.lines().find(|line| line.contains(&format!("\"id\":\"{id}\""))).unwrap();
        assert_eq!(code, 1, "{damage}: {out}");
        assert!(of("two").contains("\"ok\":false") && of("two").contains(says), "{damage}: {out}");
        assert!(of("one").contains("\"ok\":true"), "{damage}: {out}");
        assert!(run("sessions export one", "").1.contains("pier 9"));
        let restore = "TRUNCATE leeboard.records; INSERT INTO leeboard.records TABLE sound; DROP TABLE sound";
        sqlx::raw_sql(restore).execute(&pool).await.unwrap();
    }
    assert_eq!(run("verify", "").0, 0);
}
