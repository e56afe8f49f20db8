//! `leeboard identity lint` as a person or a script meets it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use assert_cmd::Command;
use assert_cmd::cargo::cargo_bin;
use serde_json::Value;

fn lint(arguments: &[&str], stdin: &str, folder: &std::path::Path) -> (i32, String, String) {
    let output = Command::new(cargo_bin("leeboard"))
        .args(["identity", "lint"])
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .write_stdin(stdin)
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[test]
fn a_text_gives_its_rules_and_what_is_not_checked() {
    let folder = tempfile::tempdir().unwrap();
    let prompt = "You are Ada.\nNever use lists unless the user asks for one.\nBe polite.";
    let (code, stdout, _) = lint(&["--json", prompt], "", folder.path());
    let found: Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!(code, 0);
    assert_eq!(found["rules"][0]["kind"], "no_lists");
    assert_eq!(found["rules"][0]["severity"], "correct");
    assert_eq!(found["rules"][0]["source"]["line"], 2);
    assert_eq!(found["exceptions"][0]["rule"], "no_lists");
    let from_stdin = lint(&["-", "--json"], prompt, folder.path());
    assert_eq!(from_stdin.1, stdout);
    let (_, table, _) = lint(&[prompt], "", folder.path());
    assert!(table.contains("no_lists") && table.contains("lifted by"), "{table}");
}

#[test]
fn what_cannot_be_checked_has_a_reason_and_a_way_out() {
    let folder = tempfile::tempdir().unwrap();
    let (_, stdout, _) =
        lint(&["--json", "Always keep a friendly tone.\nIf asked, use a list."], "", folder.path());
    let found: Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!(found["rules"], serde_json::json!([]));
    assert_eq!(found["unchecked"][0]["line"], 1);
    assert!(found["unchecked"][0]["reason"].as_str().unwrap().contains("tone"));
    assert!(found["unchecked"][1]["reason"].as_str().unwrap().contains("condition"));
    assert!(!found["unchecked"][1]["suggestion"].as_str().unwrap().is_empty());
}

#[test]
fn an_identity_file_is_read_as_one() {
    let folder = tempfile::tempdir().unwrap();
    let file = "[identity]\ntext = \"You are Ada.\"\ninvariants = [\"Never use emoji.\"]\n\n[[rule]]\nkind = \"max_words\"\nvalue = 80\n";
    std::fs::write(folder.path().join("ada.toml"), file).unwrap();
    let (code, stdout, _) = lint(&["ada.toml", "--json"], "", folder.path());
    let found: Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!(code, 0);
    assert_eq!(found["rules"][0]["kind"], "max_words");
    assert_eq!(found["rules"][0]["value"], 80);
    assert_eq!(found["rules"][1]["source"]["line"], 3);
    std::fs::write(folder.path().join("bad.toml"), "[identity]\ntext = 1\n").unwrap();
    let (code, _, stderr) = lint(&["bad.toml"], "", folder.path());
    assert_eq!(code, 2);
    assert!(stderr.contains("failed to read the identity file bad.toml"), "{stderr}");
    let (code, _, stderr) = lint(&["missing.toml"], "", folder.path());
    assert_eq!(code, 2);
    assert!(stderr.contains("no such file"), "{stderr}");
}
