//! `leeboard eval` on a small folder of data: what it measures, what it says is missing.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::path::Path;

use assert_cmd::cargo::cargo_bin;
use serde_json::{Value, json};
use tempfile::TempDir;

struct Run {
    code: i32,
    stdout: String,
    stderr: String,
}

impl Run {
    fn lines(&self) -> Vec<Value> {
        self.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

fn run(folder: &Path, line: &str) -> Run {
    let output = assert_cmd::Command::new(cargo_bin("leeboard"))
        .args(line.split_whitespace())
        .current_dir(folder)
        .env_clear()
        .output()
        .unwrap();
    Run {
        code: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

fn message(id: &str, role: &str, content: &str) -> Value {
    json!({"id": id, "role": role, "content": content})
}

/// Pairs, a run and questions.
fn data() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    write(
        at,
        "data/stsb/stsb-en-dev.csv",
        "The ferry leaves at noon.,\"At noon, the ferry leaves.\",5.0\n\
         A gull steals bread.,A gull takes some bread.,4.0\n\
         The rope is wet.,A clerk reads the news.,0.0\n",
    );
    let talk = json!({"id": "harbour", "messages": [
        message("s", "system", "You are a pilot."),
        message("1", "user", "Where does the red buoy lie?"),
        message("2", "assistant", "The red buoy lies north of the bar."),
        message("3", "user", "When does the ferry leave?"),
        message("4", "assistant", "The ferry leaves when the lamp is lit."),
        message("5", "user", "Who mends the sails?"),
        message("6", "assistant", "The sails are mended in the loft."),
    ]});
    write(at, "data/transcripts/harbour.json", &talk.to_string());
    write(at, "data/locomo/conversations/harbour.json", &talk.to_string());
    let question = |query: &str, evidence: Value| {
        json!({"conversation": "harbour", "query_id": "q", "query": query, "evidence": evidence}).to_string()
    };
    let questions = [question("Which way is the buoy?", json!(["2"])), question("Why?", json!([]))];
    write(at, "data/locomo/queries.jsonl", &questions.join("\n"));
    folder
}

#[test]
fn every_method_is_measured_on_all_that_is_there() {
    let folder = data();
    let run = run(folder.path(), "eval embed --data data --json --bootstrap 50");
    assert_eq!(run.code, 0, "{}", run.stderr);
    let lines = run.lines();
    let of = |method: &str| {
        lines.iter().find(|line| line["method"] == method).unwrap_or_else(|| panic!("{method}: {lines:?}"))
    };
    let words = of("tf-idf");
    assert_eq!(words["matching"]["harbour"]["replies"], 3);
    assert_eq!(words["matching"]["harbour"]["at_1"], json!({"value": 100.0, "interval": [100.0, 100.0]}));
    assert_eq!(words["recall"]["questions"], 1);
    // The embedder is the one line with a speed that is not the measure itself.
    assert_eq!(of("bm25")["speed"]["long_ratio"], 1.0);
    let timed: Vec<&Value> = lines.iter().filter(|line| line["speed"].is_object()).collect();
    assert_eq!(timed.len(), 2, "{lines:?}");
    let embedder = timed[1]["method"].as_str().unwrap();
    assert!(timed[1]["speed"]["short_us"].as_f64().unwrap() > 0.0);
    // People say 5, 4, 0; a model that sees any sense in words puts the unlike pair last.
    assert!(of(embedder)["sts"]["dev"].as_f64().unwrap() >= 50.0);
    for method in [" + tf-idf", " + tf-idf, as then"] {
        assert_eq!(of(&format!("{embedder}{method}"))["matching"]["harbour"]["replies"], 3);
    }
    assert_eq!(of(&format!("{embedder} + bm25"))["recall"]["at_5"]["value"], 100.0);
    for what in ["stsb-en-test.csv: there is none", "1 questions that no message answers"] {
        assert!(run.stderr.contains(what), "{}", run.stderr);
    }
}

#[test]
fn people_get_a_table() {
    let folder = data();
    let run = run(folder.path(), "eval embed --data data");
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.starts_with("method "), "{}", run.stdout);
    assert!(run.stdout.contains("\nharbour\n"), "{}", run.stdout);
}

#[test]
fn a_folder_without_data_is_named_with_the_way_out() {
    let folder = tempfile::tempdir().unwrap();
    for (line, what) in [
        ("eval embed", "there is no ../shared/data"),
        ("eval embed --data nowhere", "nowhere is no folder"),
        ("eval embed --data .", ". has no stsb, transcripts or locomo"),
    ] {
        let run = run(folder.path(), line);
        assert_eq!(run.code, 2, "{line}");
        assert!(run.stderr.contains(what) && run.stderr.contains("--data"), "{line}: {}", run.stderr);
    }
}

#[test]
fn a_bad_line_is_named() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "data/stsb/stsb-en-dev.csv", "a,b,5.0\na,b,high\n");
    let run = run(folder.path(), "eval embed --data data");
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("stsb-en-dev.csv:2: "), "{}", run.stderr);
}

#[test]
fn an_embedder_that_fails_is_left_out_and_the_rest_is_measured() {
    let folder = data();
    write(
        folder.path(),
        "leeboard.toml",
        "[embedding]\nkind = \"remote\"\nbase_url = \"http://127.0.0.1:9/v1\"\nmodel = \"absent\"\n",
    );
    let run = run(folder.path(), "eval embed --data data --json");
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("skipped the embedder absent: failed to reach"), "{}", run.stderr);
    assert!(run.lines().iter().any(|line| line["method"] == "tf-idf"));
}
