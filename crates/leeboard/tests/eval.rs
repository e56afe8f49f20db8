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

/// Two labelled conversations of two runs: each breaks its rule in turn 12.
fn labelled() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut labels = Vec::new();
    for (id, thing) in [("east", "lantern"), ("west", "anchor")] {
        let mut messages = vec![message("s", "system", "You are a pilot. Never use bullet lists.")];
        for turn in 1..=14 {
            let reply = match turn {
                12 => "- red\n- green\n- white".to_owned(),
                _ => format!("The {thing} of pier {turn} hangs {} feet over the water.", turn * 3),
            };
            messages.push(message(&format!("u{turn}"), "user", &format!("And the {thing} of pier {turn}?")));
            messages.push(message(&format!("a{turn}"), "assistant", &reply));
            let kind = if turn == 12 { "constraint" } else { "clean" };
            let label = json!({"id": id, "turn": turn, "label": u8::from(turn == 12), "kind": kind});
            labels.push(label.to_string());
        }
        let case =
            json!({"id": id, "source": format!("log of {id}"), "persona": "pilot", "messages": messages});
        write(folder.path(), &format!("data/drift/cases/{id}.json"), &case.to_string());
    }
    write(folder.path(), "data/drift/labels.jsonl", &labels.join("\n"));
    folder
}

#[test]
fn drift_is_measured_beside_what_others_publish() {
    let folder = labelled();
    let at = folder.path();
    let measured = run(at, "eval drift --data data --json --bootstrap 20 --predictions judged.jsonl");
    assert_eq!(measured.code, 0, "{}", measured.stderr);
    let lines = measured.lines();
    let of = |name: &str| {
        lines.iter().find(|line| line["name"] == name).unwrap_or_else(|| panic!("{name}: {lines:?}"))
    };
    // 4 turns after the warm-up in each conversation, one of them drifts.
    let own = &of("leeboard")["figures"];
    assert_eq!((&own["overall"]["replies"], &own["good"]["replies"]), (&json!(2), &json!(6)));
    assert_eq!(own["kinds"]["constraint"]["flag_recall"], 1.0);
    assert_eq!(own["overall"]["auroc_interval"].as_array().map(Vec::len), Some(2));
    assert_eq!(of("rules")["figures"]["overall"]["auroc"], 1.0);
    for name in ["RI", "ERI", "SR-EI-03, SR-EI-037", "4-gram overlap"] {
        assert!(of(name)["us_per_reply"].as_f64().unwrap() > 0.0, "{name}");
    }
    // The predictions are the audit's own lines.
    let audit = run(at, "audit data/drift/cases/east.json data/drift/cases/west.json --output jsonl");
    assert_eq!(std::fs::read_to_string(at.join("judged.jsonl")).unwrap(), audit.stdout);
}

#[test]
fn a_slow_change_has_a_delay() {
    let folder = labelled();
    let at = folder.path();
    // The rule is broken in turn 12: one turn after the onset of the first ramp, outside the second.
    let ramp = |id: &str, start: u32, end: u32| {
        (1..=14_u32)
            .map(|turn| {
                let mut label = json!({"id": id, "turn": turn, "label": 0, "kind": "clean"});
                if (start..=end).contains(&turn) {
                    label["label"] = json!(u8::from(turn > start));
                    label["kind"] = json!(if turn > start { "gradual" } else { "gradual-ramp" });
                    for (field, value) in [("ramp_start", start), ("onset", start + 1), ("ramp_end", end)] {
                        label[field] = json!(value);
                    }
                }
                label.to_string() + "\n"
            })
            .collect::<String>()
    };
    write(at, "ramps.jsonl", &(ramp("east", 10, 13) + &ramp("west", 12, 14)));
    let measured = run(at, "eval drift --data data --labels ramps.jsonl --json");
    assert_eq!(measured.code, 0, "{}", measured.stderr);
    let lines = measured.lines();
    let ramps = &lines.iter().find(|line| line["name"] == "rules").unwrap()["figures"]["ramps"];
    let flags = json!({"median_delay": null, "p95_delay": null, "never": 0.5, "before": 0.5});
    assert_eq!((&ramps["ramps"], &ramps["flags"]), (&json!(2), &flags));
    let overlap = lines.iter().find(|line| line["name"] == "4-gram overlap").unwrap();
    assert_eq!(overlap["figures"]["ramps"]["flags"], Value::Null);
    let table = run(at, "eval drift --data data --labels ramps.jsonl").stdout;
    assert!(table.contains("until a slow change is noticed, 2 ramps"), "{table}");
    // Without ramps nothing is said of them.
    assert!(!run(at, "eval drift --data data").stdout.contains("slow change"));
}

#[test]
fn people_see_the_runs_left_out() {
    let folder = labelled();
    let line = "eval drift --labels data/drift/labels.jsonl --leave-one-run-out \
                --cases data/drift/cases/west.json data/drift/cases/east.json";
    let measured = run(folder.path(), line);
    assert_eq!(measured.code, 0, "{}", measured.stderr);
    for what in
        ["2 replies that drift, 6 good ones", "\nlog of east, pilot", "at, other runs", "  rules: has no"]
    {
        assert!(measured.stdout.contains(what), "{what}: {}", measured.stdout);
    }
}

#[test]
fn labelled_data_that_is_not_there_is_named() {
    let folder = labelled();
    let at = folder.path();
    write(at, "other.jsonl", "{\"id\":\"south\",\"turn\":1,\"label\":0,\"kind\":\"clean\"}\n");
    write(at, "bad.jsonl", "{\"id\":\"east\",\"turn\":1,\"label\":3,\"kind\":\"clean\"}\n");
    for (line, what) in [
        ("eval drift", "there is no ../shared/data"),
        ("eval drift --data .", "there is no ./drift/labels.jsonl"),
        ("eval drift --data data --labels other.jsonl", "none is about one of them"),
        ("eval drift --data data --labels bad.jsonl", "bad.jsonl:1: a label is 0 or 1"),
        ("eval drift --data data --cases data/drift/cases/east.json --leave-one-run-out", "of one run"),
    ] {
        let run = run(at, line);
        assert_eq!(run.code, 2, "{line}");
        assert!(run.stderr.contains(what), "{line}: {}", run.stderr);
    }
    let run = run(at, "eval drift --data data --cases data/drift/cases/east.json --json");
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stderr.contains("skipped 14 labels of conversations that are not there"), "{}", run.stderr);
}

#[test]
fn the_closed_loop_prints_a_line_a_length_and_the_same_again() {
    let folder = tempfile::tempdir().unwrap();
    let line = "eval loop --turns 12,20 --seeds 2 --perturbation topic --json --failures failures.jsonl";
    let held = run(folder.path(), line);
    assert_eq!(held.code, 0, "{}", held.stderr);
    let lines = held.lines();
    assert_eq!(lines.iter().map(|line| line["turns"].as_u64().unwrap()).collect::<Vec<_>>(), [12, 20]);
    for line in &lines {
        assert_eq!((&line["seeds"], &line["simulated"]), (&json!(2), &json!(true)));
        assert_eq!(line["agents"]["plain"]["interventions_per_100"], 0.0);
        assert!(line["agents"]["managed"]["prompt_tokens_mean"].as_f64().unwrap() > 0.0);
        assert!(line["per_perturbation"]["topic"]["managed"].is_object());
    }
    assert!(folder.path().join("failures.jsonl").exists());
    assert_eq!(run(folder.path(), line).stdout, held.stdout);
}

#[test]
fn the_closed_loop_says_that_it_is_a_simulation_and_plants_nothing_in_a_real_model() {
    let folder = tempfile::tempdir().unwrap();
    let shown = run(folder.path(), "eval loop --turns 10 --seeds 1");
    assert_eq!(shown.code, 0, "{}", shown.stderr);
    for what in ["10 turns, 1 seeds", "A simulation", "\nall\n", "plain", "managed"] {
        assert!(shown.stdout.contains(what), "{what}: {}", shown.stdout);
    }
    let planted = "eval loop --upstream http://127.0.0.1:9/v1 --model m --perturbation rut";
    let refused = run(folder.path(), planted);
    assert_eq!(refused.code, 2);
    assert!(refused.stderr.contains("only the simulated one"), "{}", refused.stderr);
    let half = run(folder.path(), "eval loop --upstream http://127.0.0.1:9/v1");
    assert!(half.code == 2 && half.stderr.contains("--model"), "{}", half.stderr);
}
