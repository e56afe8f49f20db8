//! `leeboard doctor`: what it finds, how it says so, and its exit codes.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use assert_cmd::Command;
use assert_cmd::cargo::cargo_bin;
use serde_json::{Value, json};
use tempfile::TempDir;
use wiremock::matchers::path;
use wiremock::{Mock, MockServer, ResponseTemplate};

/// Runs it in a folder: exit code, stdout, stderr.
fn doctor(folder: &TempDir, arguments: &[&str]) -> (i32, String, String) {
    let output = Command::new(cargo_bin("leeboard"))
        .arg("doctor")
        .args(arguments)
        .current_dir(folder.path())
        .env_clear()
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn verdict<'a>(report: &'a Value, name: &str) -> (&'a str, &'a Value) {
    let checks = report["checks"].as_array().unwrap();
    let check = checks.iter().find(|check| check["name"] == name).unwrap();
    (check["verdict"].as_str().unwrap(), check)
}

fn write(folder: &TempDir, name: &str, text: impl AsRef<[u8]>) {
    std::fs::write(folder.path().join(name), text).unwrap();
}

#[test]
fn an_empty_folder_is_healthy() {
    let folder = TempDir::new().unwrap();
    let (code, report, _) = doctor(&folder, &["--json"]);
    let report: Value = serde_json::from_str(&report).unwrap();
    assert_eq!((code, &report["ok"]), (0, &json!(true)), "{report}");
    assert_eq!(verdict(&report, "store").0, "ok");
    assert_eq!(verdict(&report, "upstream").0, "skipped");
    assert_eq!(verdict(&report, "embedder").0, "ok");
    // Looking creates nothing.
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    let (code, table, _) = doctor(&folder, &[]);
    assert!(code == 0 && table.contains("clock") && !table.contains("PROBLEM"), "{table}");
}

#[test]
fn every_problem_says_the_way_out() {
    let folder = TempDir::new().unwrap();
    let settings = "[server]\nidentity = \"who.toml\"\nupstream = \"http://user:hunter2@127.0.0.1:9/v1\"\n\
                    [model]\napi_key = \"env::NOT_SET_ANYWHERE\"\n[store]\nurl = \"no.db\"\n";
    write(&folder, "leeboard.toml", settings);
    write(&folder, "who.toml", "[identity]\ntext = 3\n");
    write(&folder, "no.db", "this is no database, and long enough to be looked at as one. ".repeat(40));
    let (code, report, _) = doctor(&folder, &["--json"]);
    assert!(!report.contains("hunter2"));
    let report: Value = serde_json::from_str(&report).unwrap();
    assert_eq!((code, &report["ok"]), (1, &json!(false)));
    for name in ["settings", "identity", "store", "upstream"] {
        let (verdict, check) = verdict(&report, name);
        assert!(verdict == "problem" && check["remedy"].is_string(), "{name}: {check}");
    }
    let (_, table, _) = doctor(&folder, &[]);
    assert!(table.contains("PROBLEM") && table.contains("-> "), "{table}");
}

#[test]
fn bad_settings_are_said_at_once() {
    let folder = TempDir::new().unwrap();
    write(&folder, "leeboard.toml", "[server]\nnothing = 1\n");
    let (code, out, error) = doctor(&folder, &[]);
    assert!(code == 2 && out.is_empty() && error.contains("leeboard.toml:2"), "{error}");
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_others_may_read_is_told() {
    use std::os::unix::fs::PermissionsExt;
    let server = MockServer::start().await;
    Mock::given(path("/v1/models")).respond_with(ResponseTemplate::new(200)).mount(&server).await;
    let folder = TempDir::new().unwrap();
    write(&folder, "leeboard.toml", format!("[server]\nupstream = \"{}\"\n", server.uri()));
    let path = folder.path().join("leeboard.db");
    let store = leeboard_io::store::SqliteStore::open(&path, leeboard_io::store::Durability::Process).await;
    store.unwrap().close().await;
    let folder = &folder;
    let report = |code: i32| {
        let (found, report, _) = tokio::task::block_in_place(|| doctor(folder, &["--json"]));
        assert_eq!(found, code, "{report}");
        serde_json::from_str::<Value>(&report).unwrap()
    };
    let healthy = report(0);
    assert_eq!(verdict(&healthy, "integrity").0, "ok");
    assert_eq!(verdict(&healthy, "upstream").1["detail"], "it answers");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    let open = report(1);
    assert_eq!(verdict(&open, "access").0, "problem");
    assert!(verdict(&open, "access").1["remedy"].as_str().unwrap().starts_with("chmod 600"));
}
