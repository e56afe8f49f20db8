//! `audit` as a person or a build machine meets it: every format of conversation file, reports
//! for people, and the exit code that stops a build.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::path::Path;

use assert_cmd::cargo::cargo_bin;
use serde_json::{Value, json};

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

const SYSTEM: &str = "You are Marlow, a harbour pilot. Never use bullet points.";
const ASKED: [&str; 2] = ["Which way out of the harbour today?", "And when?"];
const REPLIED: [&str; 2] =
    ["Keep the green buoys to starboard and leave with the ebb.", "- at nine\n- or at ten"];

/// One conversation in every format that is read.
fn formats() -> Vec<(&'static str, Value)> {
    let turns = || ASKED.iter().zip(REPLIED);
    let open = |system: &str, user: &str, assistant: &str, who: &str, what: &str| {
        let said = |role: &str, text: &str| json!({who: role, what: text});
        let mut messages = vec![said(system, SYSTEM)];
        for (asked, replied) in turns() {
            messages.extend([said(user, asked), said(assistant, replied)]);
        }
        messages
    };
    vec![
        ("openai", json!({"messages": open("system", "user", "assistant", "role", "content")})),
        ("sharegpt", json!({"conversations": open("system", "human", "gpt", "from", "value")})),
        ("chatgpt", json!([export()])),
    ]
}

/// A `ChatGPT` export with a regenerated reply: the branch that is not shown is another one.
fn export() -> Value {
    let node = |id: &str, parent: Option<&str>, children: &[&str], role: &str, text: &str| {
        let message = json!({"id": id, "author": {"role": role},
            "content": {"content_type": "text", "parts": [text]}});
        json!({"id": id, "parent": parent, "children": children, "message": message})
    };
    json!({"title": "boat", "conversation_id": "c1", "current_node": "a2", "mapping": {
        "s": node("s", None, &["u1"], "system", SYSTEM),
        "u1": node("u1", Some("s"), &["gone", "a1"], "user", ASKED[0]),
        "gone": node("gone", Some("u1"), &[], "assistant", "- west\n- east\n- or north"),
        "a1": node("a1", Some("u1"), &["u2"], "assistant", REPLIED[0]),
        "u2": node("u2", Some("a1"), &["a2"], "user", ASKED[1]),
        "a2": node("a2", Some("u2"), &[], "assistant", REPLIED[1]),
    }})
}

#[test]
fn every_format_is_judged_alike() {
    let folder = tempfile::tempdir().unwrap();
    let mut judged = Vec::new();
    for (name, conversation) in formats() {
        let file = folder.path().join(format!("{name}.json"));
        std::fs::write(&file, conversation.to_string()).unwrap();
        let run = run(folder.path(), &format!("audit {name}.json --output jsonl"));
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{name}");
        let mut lines = run.lines();
        assert_eq!(lines.len(), 2, "{name}: the branch that is shown has two replies");
        assert_eq!((&lines[0]["flags"], &lines[1]["flags"]), (&json!([]), &json!(["rules"])), "{name}");
        for line in &mut lines {
            line["conversation"].take();
        }
        judged.push((name, lines));
    }
    for (name, lines) in &judged {
        assert_eq!(lines, &judged[0].1, "{name}");
    }
}

/// Conversations whose worst reply reaches each posture: by no rule, and by a hard one.
fn graded(folder: &Path) {
    let calm = json!({"id": "calm", "messages": [
        {"role": "user", "content": "How deep is the harbour at low water?"},
        {"role": "assistant", "content": "The harbour holds two metres at low water, more beside the quay."}
    ]});
    std::fs::write(folder.join("calm.json"), calm.to_string()).unwrap();
    let (_, bad) = formats().remove(0);
    std::fs::write(folder.join("bad.json"), bad.to_string()).unwrap();
}

#[test]
fn a_build_stops_at_the_posture_that_it_names() {
    let folder = tempfile::tempdir().unwrap();
    graded(folder.path());
    let postures: Vec<String> = run(folder.path(), "audit bad.json --output jsonl")
        .lines()
        .iter()
        .map(|line| line["posture"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(postures.last().map(String::as_str), Some("contain"));
    for posture in ["reflective", "recovery", "contain"] {
        for output in ["jsonl", "table", "html"] {
            let line = |files: &str| format!("audit {files} --output {output} --fail-on {posture}");
            assert_eq!(run(folder.path(), &line("calm.json")).code, 0, "{posture}, {output}");
            assert_eq!(run(folder.path(), &line("calm.json bad.json")).code, 1, "{posture}, {output}");
            assert_eq!(run(folder.path(), &line("bad.json gone.json")).code, 2, "{posture}, {output}");
        }
    }
    // The report is written though the build stops.
    let stopped = run(folder.path(), "audit bad.json --output html --out page.html --fail-on recovery");
    assert_eq!(stopped.code, 1);
    assert!(std::fs::read_to_string(folder.path().join("page.html")).unwrap().ends_with("</html>\n"));
}

#[test]
fn a_page_shows_where_what_fired_and_why() {
    let folder = tempfile::tempdir().unwrap();
    graded(folder.path());
    let page = run(folder.path(), "audit calm.json bad.json --output html").stdout;
    for part in [
        "1 of 3 replies is off course",
        "href=\"#c0-t2\"",
        "id=\"c0-t2\"",
        "<mark>- at nine</mark>",
        "rule <code>no_lists</code>",
        "no opinion: ",
        "<svg class=\"spark\"",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    // The worst conversation comes first.
    assert!(page.find(">bad<") < page.find(">calm<"));
}

#[test]
fn a_table_in_a_pipe_has_no_colours_and_says_no_progress() {
    let folder = tempfile::tempdir().unwrap();
    graded(folder.path());
    let run = run(folder.path(), "audit calm.json bad.json --output table");
    assert!(!run.stdout.contains('\u{1b}') && run.stderr.is_empty(), "{}", run.stdout);
    assert!(run.stdout.contains("▁█") && run.stdout.contains("turn 2 of bad"), "{}", run.stdout);
}
