//! Copies of a store: made while a gateway may write, whole, private, and the same when restored; and
//! what damage to a store's file is called.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use assert_cmd::cargo::cargo_bin;
use serde_json::{Value, json};
use tempfile::TempDir;

fn run(folder: &Path, line: &str) -> Output {
    let mut command = Command::new(cargo_bin("leeboard"));
    command.args(line.split(' ')).current_dir(folder).env_clear().stdin(Stdio::null());
    command.output().unwrap()
}

fn stdout(folder: &Path, line: &str) -> String {
    let output = run(folder, line);
    assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn stderr(folder: &Path, line: &str) -> String {
    let output = run(folder, line);
    assert_eq!(output.status.code(), Some(2), "{line}");
    String::from_utf8(output.stderr).unwrap()
}

/// A store of two sessions, in which one turn was managed.
fn filled() -> TempDir {
    let place = TempDir::new().unwrap();
    let chat = |id: &str, turns: usize| {
        let said = |n: usize| {
            let (user, assistant) = (format!("Where is pier {n} of {id}?"), format!("Pier {n} is north."));
            [json!({"role": "user", "content": user}), json!({"role": "assistant", "content": assistant})]
        };
        json!({"id": id, "messages": (0..turns).flat_map(said).collect::<Vec<_>>()}).to_string()
    };
    std::fs::write(place.path().join("c.jsonl"), format!("{}\n{}\n", chat("one", 5), chat("two", 300)))
        .unwrap();
    assert_eq!(stdout(place.path(), "import c.jsonl"), "one\ntwo\n");
    let talk = Command::new(cargo_bin("leeboard"))
        .args(["chat", "--model", "sim", "--session", "one"])
        .current_dir(place.path())
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    std::io::Write::write_all(&mut talk.stdin.as_ref().unwrap(), b"My boat is called Wren.\n").unwrap();
    assert!(talk.wait_with_output().unwrap().status.success());
    place
}

#[test]
fn a_restored_backup_has_the_same_sessions_and_prompts() {
    let place = filled();
    let folder = place.path();
    assert!(stderr(folder, "import c.jsonl").contains("there is a session of that id"));
    stdout(folder, "backup copy.db");
    let mode = std::fs::metadata(folder.join("copy.db")).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, 0o600);
    assert!(stderr(folder, "backup copy.db").contains("it is there already"));
    for what in ["sessions ls --json", "sessions show one --json", "export --all", "verify --json"] {
        assert_eq!(stdout(folder, &format!("{what} --store copy.db")), stdout(folder, what), "{what}");
    }
    assert!(stdout(folder, "verify one --json").contains("\"prompts\":1,"));
    // What comes later is not in it, and it can be gone on with.
    stdout(folder, "sessions delete two");
    assert!(
        stdout(folder, "sessions ls").lines().count()
            < stdout(folder, "sessions ls --store copy.db").lines().count()
    );
    stdout(folder, "sessions delete two --store copy.db");
}

#[test]
fn what_was_exported_is_imported_as_it_was() {
    let place = filled();
    let folder = place.path();
    let all = stdout(folder, "export --all");
    assert_eq!(all.lines().count(), 2);
    std::fs::write(folder.join("all.jsonl"), &all).unwrap();
    let ids = stdout(folder, "import all.jsonl --store other.db");
    assert_eq!(ids.lines().count(), 2);
    let lines = |text: &str| {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    assert_eq!(lines(&stdout(folder, "export --all --store other.db")), lines(&all));
    assert!(stderr(folder, "export").contains("--all"));
}

#[test]
fn a_flipped_bit_is_named_and_the_other_session_stays_usable() {
    let place = filled();
    let folder = place.path();
    let file = folder.join("leeboard.db");
    let sound = std::fs::read(&file).unwrap();
    // In the text of one session's records.
    let words = b"Where is pier 7 of two?";
    let at = sound.windows(words.len()).position(|window| window == words).unwrap();
    let mut damaged = sound.clone();
    damaged[at + 14] ^= 1;
    std::fs::write(&file, &damaged).unwrap();
    let verified = run(folder, "verify --json");
    assert_eq!(verified.status.code(), Some(1));
    let lines = String::from_utf8(verified.stdout).unwrap();
    let of = |id: &str| lines.lines().find(|line| line.contains(&format!("\"id\":\"{id}\""))).unwrap();
    assert!(of("two").contains("its payload was changed"), "{lines}");
    assert!(of("one").contains("\"ok\":true"), "{lines}");
    assert!(stdout(folder, "sessions export one").contains("Wren"));
    // In the pages of the file itself. Some are free, so that a bit in them changes nothing.
    let (mut tried, mut named) = (0, 0);
    for page in (1..sound.len() / 4096).step_by(9) {
        let mut damaged = sound.clone();
        damaged[page * 4096] ^= 0x40;
        std::fs::write(&file, &damaged).unwrap();
        let checked = run(folder, "doctor --json");
        let found: Value = serde_json::from_slice(&checked.stdout).unwrap();
        let checks = found["checks"].as_array().unwrap();
        let is_problem = |check: &&Value| check["verdict"] == "problem";
        let problem = |name: &str| checks.iter().filter(is_problem).any(|check| check["name"] == name);
        tried += 1;
        named += u32::from(problem("integrity") || problem("store"));
    }
    assert!(2 * named > tried && tried > 3, "{named} of {tried}");
}
