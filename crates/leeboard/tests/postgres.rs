//! Every command that takes `--store` on a PostgreSQL database, and what it tells of the password.

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
