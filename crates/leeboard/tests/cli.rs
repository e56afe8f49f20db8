//! The program as a person or a script meets it: exit code, stdout and stderr.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use assert_cmd::cargo::cargo_bin;
use serde_json::{Value, json};
use tempfile::TempDir;
use wiremock::matchers::{header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

/// A folder with files, and the program run in it.
struct Place(TempDir);

impl Place {
    fn new(files: &[(&str, &str)]) -> Self {
        let place = Self(tempfile::tempdir().unwrap());
        for (name, text) in files {
            std::fs::write(place.path(name), text).unwrap();
        }
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    fn run(&self, line: &str) -> Run {
        self.run_with(line, "", &[])
    }

    fn run_with(&self, line: &str, stdin: &str, variables: &[(&str, &str)]) -> Run {
        let output = assert_cmd::Command::new(cargo_bin("leeboard"))
            .args(line.split_whitespace())
            .current_dir(self.0.path())
            .env_clear()
            .envs(variables.iter().copied())
            .write_stdin(stdin)
            .output()
            .unwrap();
        Run {
            code: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

struct Run {
    code: i32,
    stdout: String,
    stderr: String,
}

impl Run {
    /// All three, for snapshots.
    fn shown(&self) -> String {
        format!("exit {}\n--- stdout\n{}--- stderr\n{}", self.code, self.stdout, self.stderr)
    }

    fn json(&self) -> Vec<Value> {
        self.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

const BOAT: &str = r#"{"id":"boat","messages":[{"role":"system","content":"You are Marlow, a harbour pilot. Never use bullet points."},{"role":"user","content":"Which way out of the harbour today?"},{"role":"assistant","content":"Keep the green buoys to starboard and leave with the ebb."},{"role":"user","content":"And when?"},{"role":"assistant","content":"- at nine\n- or at ten"}]}
"#;

const CALM: &str = r#"{"id":"calm","messages":[{"role":"user","content":"How deep is the harbour at low water?"},{"role":"assistant","content":"The harbour holds two metres at low water, a little more beside the quay."}]}
"#;

const IDENTITY: &str =
    "[identity]\ntext = \"You are Ada.\"\n[[rule]]\nkind = \"forbidden_phrase\"\nvalue = \"ebb\"\n";

/// A conversation of so many turns without anything to object to.
fn long(turns: usize) -> String {
    let mut messages = vec![json!({"role": "system", "content": "You are Marlow, a harbour pilot."})];
    for turn in 0..turns {
        let (buoy, depth) = (turn * 7 % 90, turn * 13 % 40);
        let place = ["north basin", "old lock", "fish quay", "west mole"][turn % 4];
        messages.push(
            json!({"role": "user", "content": format!("How deep is it at buoy {buoy} by the {place}?")}),
        );
        messages.push(json!({"role": "assistant", "content": format!(
            "At buoy {buoy} by the {place} the chart gives {depth} metres, so there is room under the keel \
             at any tide, and the bottom there is sand with some weed."
        )}));
    }
    format!("{}\n", json!({"id": "long", "messages": messages}))
}

#[test]
fn audit_prints_one_line_a_reply() {
    let run = Place::new(&[("chats.jsonl", BOAT)]).run("audit chats.jsonl");
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let lines = run.json();
    assert_eq!(lines.len(), 2);
    for line in &lines {
        for field in ["conversation", "turn", "drift", "signals", "evidence", "flags", "posture", "attractor"]
        {
            assert!(line.get(field).is_some(), "{field} is missing in {line}");
        }
        assert!(line["drift"]["index"].is_number() && line["drift"]["di"].is_number());
    }
    assert_eq!(lines[1]["turn"], 2);
    assert_eq!(lines[1]["flags"], json!(["rules"]));
    assert_eq!(lines[1]["posture"], "contain");
}

#[test]
fn audit_as_a_table_names_the_worst_turns() {
    let run = Place::new(&[("chats.jsonl", BOAT)]).run("audit chats.jsonl --output table");
    insta::assert_snapshot!(run.shown(), @r#"
    exit 0
    --- stdout
    conversation  drift  turns  flagged  first  worst  posture
    boat          ▁█         2        1      2   0.90  contain

    signal  replies  share   conversations  first   worst
    rules         1  50.0 %              1  turn 2  turn 2

    boat
      turn 2    0.90  rules
        reply uses a list ("- at nine"); rule no_lists ("Never use bullet points.", line 1)
        > - at nine

    1 conversation, 2 replies, 1 flagged (50.0 %)
    --- stderr
    "#);
}

#[test]
fn audit_as_a_page_stands_alone() {
    let place = Place::new(&[("chats.jsonl", BOAT)]);
    let run = place.run("audit chats.jsonl --output html --out page.html");
    assert_eq!(run.shown(), "exit 0\n--- stdout\n--- stderr\n");
    let page = place.read("page.html");
    assert!(page.contains("<svg") && page.contains("prefers-color-scheme") && !page.contains("://"));
    assert_eq!(place.run("audit chats.jsonl --output html").stdout, page);
}

#[test]
fn audit_goes_on_after_a_bad_file_and_says_which() {
    let place = Place::new(&[
        ("broken.json", "{\"messages\": [{\"role\": \"user\"},\n"),
        ("wizard.jsonl", "{\"messages\":[]}\n{\"messages\":[{\"role\":\"wizard\",\"content\":\"x\"}]}\n"),
        ("empty.json", " \n"),
        ("recipe.json", "{\"flour\": 500}"),
        ("chats.jsonl", BOAT),
    ]);
    std::fs::write(place.path("latin.json"), b"caf\xe9").unwrap();
    let run =
        place.run("audit broken.json wizard.jsonl empty.json recipe.json latin.json gone.json chats.jsonl");
    assert_eq!((run.code, run.json().len()), (2, 2));
    insta::assert_snapshot!(run.stderr, @r#"
    leeboard: failed to read conversations: broken.json:2:1: messages: not valid JSON: EOF while parsing a value
    leeboard: failed to read conversations: wizard.jsonl:2:29: messages[0].role: unknown role "wizard", expected system, developer, user, assistant, tool or function
    leeboard: failed to read conversations: empty.json is empty
    leeboard: failed to read conversations: recipe.json: no conversation: expected an object with `messages`, `conversations` or `mapping`, a list of those or a list of messages, found an object with none of these
    leeboard: failed to read conversations: latin.json:1: not UTF-8 at byte 3 of the file; save it as UTF-8
    leeboard: failed to read gone.json: No such file or directory (os error 2)
    "#);
}

#[test]
fn audit_warns_of_repeated_ids_and_of_nothing_to_score() {
    let place = Place::new(&[
        ("a.jsonl", BOAT),
        ("b.jsonl", BOAT),
        ("c.json", r#"{"id":"quiet","messages":[{"role":"user","content":"Anybody?"}]}"#),
        ("d.json", r#"[{"role":"assistant","content":"Welcome aboard."}]"#),
    ]);
    let run = place.run("audit a.jsonl b.jsonl c.json d.json");
    assert_eq!((run.code, run.json().len()), (0, 5));
    insta::assert_snapshot!(run.stderr, @r#"
    leeboard: warning: b.jsonl: the id "boat" has occurred before (both are scored)
    leeboard: warning: c.json: conversation "quiet" has no reply of an assistant, so nothing to score
    "#);
}

#[test]
fn audit_reads_stdin_and_keeps_the_order_of_files() {
    let ids: Vec<String> = (0..40).map(|n| format!("c{n}")).collect();
    let text: String = ids.iter().map(|id| BOAT.replace("boat", id)).collect();
    let run = Place::new(&[]).run_with("audit -", &text, &[]);
    let got: Vec<_> =
        run.json().iter().map(|line| line["conversation"].as_str().unwrap().to_owned()).collect();
    let wanted: Vec<_> = ids.iter().flat_map(|id| [id.clone(), id.clone()]).collect();
    assert_eq!(got, wanted);
}

#[test]
fn fail_on_sets_the_exit_code() {
    let place = Place::new(&[("chats.jsonl", BOAT), ("calm.jsonl", CALM)]);
    assert_eq!(place.run("audit chats.jsonl --fail-on contain").code, 1);
    assert_eq!(place.run("audit chats.jsonl gone.json --fail-on contain").code, 2);
    assert_eq!(place.run("audit calm.jsonl --fail-on contain").code, 0);
}

#[test]
fn an_identity_file_replaces_the_system_message() {
    let place = Place::new(&[
        ("chats.jsonl", BOAT),
        ("ada.toml", IDENTITY),
        ("typo.toml", "[identity]\ntext = \"You are Ada.\"\nvioce = 1\n"),
    ]);
    let lines = place.run("audit chats.jsonl --identity ada.toml").json();
    assert_eq!(lines[0]["flags"], json!(["rules"]));
    assert_eq!(lines[1]["flags"], json!([]));
    assert!(
        place.run("audit chats.jsonl --identity gone.toml").stderr.contains("`leeboard init` writes one")
    );
    insta::assert_snapshot!(place.run("audit chats.jsonl --identity typo.toml").shown(), @"
    exit 2
    --- stdout
    --- stderr
    leeboard: failed to read the identity file typo.toml: TOML parse error at line 3, column 1
      |
    3 | vioce = 1
      | ^^^^^
    unknown field `vioce`, expected one of `name`, `text`, `invariants`
    ");
}

#[test]
fn recall_answers_in_the_order_of_the_queries() {
    let queries = "{\"query_id\":\"q1\",\"conversation\":\"boat\",\"query\":\"green buoys\"}\n\
        {\"query_id\":\"q2\",\"conversation\":\"ship\",\"query\":\"x\"}\n\
        {\"query_id\":3}\n\
        {\"query_id\":\"q4\",\"conversation\":\"boat\",\"query\":\"green buoys\",\"at\":2}\n";
    let place = Place::new(&[("chats.jsonl", BOAT), ("q.jsonl", queries)]);
    let run = place.run("recall chats.jsonl --queries q.jsonl -k 1");
    let lines = run.json();
    assert_eq!(lines.len(), 2);
    assert_eq!((&lines[0]["query_id"], &lines[0]["hits"][0]["id"]), (&json!("q1"), &json!("2")));
    assert_eq!(lines[1]["query_id"], "q4");
    assert!(lines[1]["hits"].as_array().unwrap().iter().all(|hit| hit["id"] != "2"));
    assert_eq!(run.code, 2);
    insta::assert_snapshot!(run.stderr, @r#"
    leeboard: failed to read q.jsonl:3:13: query_id: invalid type: integer `3`, expected a string
    leeboard: failed to find the conversation "ship" of q.jsonl:2 in the files given
    "#);
}

#[test]
fn prompt_shows_what_would_be_sent() {
    let at = "{\"conversation\":\"boat\",\"at\":3}\n{\"conversation\":\"boat\",\"at\":2}\n{\"conversation\":\"boat\",\"at\":1}\n";
    let place = Place::new(&[("chats.jsonl", BOAT), ("at.jsonl", at)]);
    let run = place.run("prompt chats.jsonl --at at.jsonl");
    let lines = run.json();
    assert_eq!(lines.iter().map(|line| line["at"].clone()).collect::<Vec<_>>(), [3, 1]);
    assert_eq!(lines[0]["messages"][0]["role"], "system");
    assert_eq!(lines[0]["hash"].as_str().unwrap().len(), 64);
    insta::assert_snapshot!(run.stderr, @r#"leeboard: failed to make the prompt of at.jsonl:2: no user message at index 2 of conversation "boat": that message is the assistant's"#);
    assert_eq!(place.run("prompt chats.jsonl --all").json().len(), 2);
    let unknown = place.run("prompt chats.jsonl --all --encoding p50k");
    insta::assert_snapshot!(unknown.shown(), @"
    exit 2
    --- stdout
    --- stderr
    leeboard: failed to find the token counter `p50k` (known are o200k_base, cl100k_base and estimate)
    ");
}

#[test]
fn prompt_keeps_its_budget() {
    let place = Place::new(&[("long.jsonl", &long(80))]);
    let lines = place.run("prompt long.jsonl --all --budget 1500 --encoding estimate").json();
    assert_eq!(lines.len(), 80);
    assert!(lines.iter().all(|line| line["tokens"]["total"].as_u64().unwrap() <= 1500));
    assert_eq!(place.run("prompt long.jsonl").code, 2);
}

#[test]
fn settings_files_are_refused_by_line_and_field() {
    let place = Place::new(&[
        ("chats.jsonl", BOAT),
        ("typo.toml", "[prompt]\nbudget = 3000\nkep = 0.5\n"),
        ("key.toml", "[model]\napi_key = \"sk-very-secret\"\n"),
        ("range.toml", "[prompt]\nkeep = 7.0\n"),
    ]);
    let all = ["typo.toml", "key.toml", "range.toml", "gone.toml"]
        .map(|file| place.run(&format!("audit chats.jsonl --config {file}")).shown());
    insta::assert_snapshot!(all.join("\n"), @r#"
    exit 2
    --- stdout
    --- stderr
    leeboard: failed to read the settings file typo.toml:3:1: prompt.kep: unknown field `kep`, expected one of `budget`, `keep`, `note_reserve`, `min_messages`, `facts`, `note_facts`, `earlier`, `note_earlier`, `anchor`

    exit 2
    --- stdout
    --- stderr
    leeboard: failed to read the settings file key.toml:2:11: model.api_key: secrets do not belong into this file; put the key into an environment variable and write its name, for example "env::OPENAI_API_KEY"

    exit 2
    --- stdout
    --- stderr
    leeboard: failed to use the settings: prompt.keep must lie between 0 and 1

    exit 2
    --- stdout
    --- stderr
    leeboard: failed to read the settings file gone.toml: No such file or directory (os error 2)
    "#);
}

#[test]
fn init_writes_files_that_work_and_overwrites_nothing() {
    let place = Place::new(&[("chats.jsonl", BOAT)]);
    insta::assert_snapshot!(place.run("init").shown(), @"
    exit 0
    --- stdout
    --- stderr
    leeboard: wrote ./leeboard.toml
    leeboard: wrote ./identity.toml
    leeboard: next: set the upstream in leeboard.toml and run `leeboard serve`, or `leeboard chat`
    ");
    insta::assert_snapshot!(place.run("init").shown(), @"
    exit 2
    --- stdout
    --- stderr
    leeboard: failed to write ./leeboard.toml and ./identity.toml: already there (overwrite with --force)
    ");
    assert_eq!(place.run("init --force").code, 0);
    let run = place.run("audit chats.jsonl --identity identity.toml");
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    // Every setting that is shown commented out is one, with a value that is accepted.
    let uncommented: String = place
        .read("leeboard.toml")
        .lines()
        .map(|line| match line.strip_prefix("# ") {
            Some(rest) if rest.split(' ').nth(1) == Some("=") && !rest.contains("cl100k_base for") => rest,
            _ => line,
        })
        .flat_map(|line| [line, "\n"])
        .collect();
    assert!(uncommented.contains("\nlisten = "));
    std::fs::write(place.path("all.toml"), uncommented).unwrap();
    let run = place.run("audit chats.jsonl --config all.toml");
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
}

#[test]
fn chat_with_the_simulation_is_stored_and_labelled() {
    let place = Place::new(&[("ada.toml", IDENTITY)]);
    let said = "Hello there\n/state\n/nope\n\nWhat now?\n/quit\nnever read\n";
    let run = place.run_with("chat --model sim --session s1 --identity ada.toml", said, &[]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stderr.contains("this is a simulation") && run.stderr.contains("simulation]"));
    assert!(run.stderr.contains("[turn 2, drift ") && run.stderr.contains("unknown command \"/nope\""));
    assert!(!run.stdout.is_empty() && !run.stdout.contains("[turn"));

    let go_on = place.run_with("chat --model sim --session s1", "And then?\n", &[]);
    assert!(go_on.stderr.contains("session s1 goes on after 2 turns"), "{}", go_on.stderr);
    let shown = place.run("sessions show s1 --json").json().remove(0);
    assert_eq!((&shown["turns"], &shown["identity_version"]), (&json!(3), &json!(1)));
}

#[tokio::test(flavor = "multi_thread")]
async fn chat_sends_the_identity_and_the_key_to_the_model() {
    let reply =
        json!({"choices": [{"message": {"role": "assistant", "content": "Aye."}, "finish_reason": "stop"}]});
    let model = MockServer::start().await;
    Mock::given(method("POST"))
        .and(path("/v1/chat/completions"))
        .and(header("authorization", "Bearer k1"))
        .respond_with(ResponseTemplate::new(200).set_body_json(reply))
        .mount(&model)
        .await;
    let settings = format!(
        "[server]\nidentity = \"ada.toml\"\n[model]\nbase_url = \"{}/v1\"\nname = \"m\"\napi_key = \"env::BOAT_KEY\"\n",
        model.uri()
    );
    let place = Place::new(&[("ada.toml", IDENTITY), ("leeboard.toml", &settings)]);
    let run = place.run_with("chat", "Ready?\n", &[("BOAT_KEY", "k1")]);
    assert_eq!((run.code, run.stdout.as_str()), (0, "Aye.\n"), "{}", run.stderr);
    let asked: Value = model.received_requests().await.unwrap()[0].body_json().unwrap();
    assert_eq!(asked["model"], "m");
    assert!(asked["messages"][0]["content"].as_str().unwrap().starts_with("You are Ada."));
    let unset = place.run("chat");
    assert!(unset.code == 2 && unset.stderr.contains("BOAT_KEY, which is not set"), "{}", unset.stderr);
}

#[test]
fn chat_without_a_model_says_the_ways_out() {
    let place = Place::new(&[]);
    insta::assert_snapshot!(place.run("chat").shown(), @"
    exit 2
    --- stdout
    --- stderr
    leeboard: failed to find a model: none is configured
      with a key:        set OPENAI_API_KEY and give --model NAME
      a local server:    --base-url http://localhost:11434/v1 --model NAME
      without any model: --model sim, a simulation that shows how leeboard works
    ");
    let run = place.run_with("chat", "", &[("OPENAI_API_KEY", "sk-very-secret")]);
    assert!(run.code == 2 && run.stderr.contains("--model NAME") && !run.stderr.contains("very-secret"));
}

#[test]
fn chat_survives_a_model_that_is_away() {
    let place = Place::new(&[]);
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let run = place.run_with(
        &format!("chat --base-url http://127.0.0.1:{port}/v1 --model m --session s1"),
        "My boat is called Petrel.\n/state\n",
        &[],
    );
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("reach the model at http://127.0.0.1"), "{}", run.stderr);
    assert!(run.stderr.contains("your message is kept") && run.stderr.contains("turns     0"));
    let exported = place.run("sessions export s1").json().remove(0);
    assert_eq!(exported["messages"][0]["content"], "My boat is called Petrel.");
}

#[test]
fn sessions_are_listed_exported_forked_and_deleted() {
    let place = Place::new(&[("ada.toml", IDENTITY)]);
    place.run_with("chat --model sim --session s1 --identity ada.toml", "One\nTwo\nThree\n", &[]);
    let listed = place.run("sessions ls --json").json();
    assert_eq!((&listed[0]["id"], &listed[0]["turns"]), (&json!("s1"), &json!(3)));
    let moment = listed[0]["updated_at"].as_str().unwrap();
    assert!(moment.starts_with("20") && moment.ends_with('Z'), "{moment}");

    let exported = place.run("sessions export s1");
    std::fs::write(place.path("s1.json"), &exported.stdout).unwrap();
    assert_eq!(exported.json()[0]["messages"].as_array().unwrap().len(), 7);
    assert_eq!(place.run("audit s1.json").json().len(), 3);

    assert_eq!(place.run("sessions fork s1 --through 2 --new-id s2").stdout, "s2\n");
    assert_eq!(place.run("sessions show s2 --json").json()[0]["turns"], 2);
    let refused =
        ["fork s1 --new-id s2", "fork s1 --through 9", "show s9", "export s9", "fork s9", "delete s9"]
            .map(|action| place.run(&format!("sessions {action}")).shown());
    insta::assert_snapshot!(refused.join("\n"), @r#"
    exit 2
    --- stdout
    --- stderr
    leeboard: failed to fork session "s1": there is a session of that id (take another)

    exit 2
    --- stdout
    --- stderr
    leeboard: failed to fork session "s1": there is no turn 9, its last one is 3

    exit 2
    --- stdout
    --- stderr
    leeboard: failed to find the session "s9" (`leeboard sessions ls` lists them)

    exit 2
    --- stdout
    --- stderr
    leeboard: failed to find the session "s9" (`leeboard sessions ls` lists them)

    exit 2
    --- stdout
    --- stderr
    leeboard: failed to find the session "s9" (`leeboard sessions ls` lists them)

    exit 2
    --- stdout
    --- stderr
    leeboard: failed to find the session "s9" (`leeboard sessions ls` lists them)
    "#);
    insta::assert_snapshot!(place.run("sessions delete s2").shown(), @r#"
    exit 0
    --- stdout
    --- stderr
    leeboard: deleted session "s2"
    "#);
    assert_eq!(place.run("sessions ls --json").json().len(), 1);
}

/// A session `s1` in which the user tells a fact, breaks off nothing, and asks for it.
fn traced() -> Place {
    let place = Place::new(&[("ada.toml", IDENTITY)]);
    place.run_with(
        "chat --model sim --session s1 --identity ada.toml",
        "My sloop is called Petrel.\nWhat is the weather like?\nWhat is my sloop called?\n",
        &[],
    );
    place
}

#[test]
fn trace_explains_a_turn_in_words() {
    let place = traced();
    let run = place.run("trace s1 3");
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    assert!(run.stdout.lines().all(|line| line.chars().count() <= 80), "{}", run.stdout);
    let headings: Vec<&str> = run
        .stdout
        .lines()
        .filter_map(|line| line.split(' ').next())
        .filter(|word| !word.is_empty())
        .collect();
    for heading in [
        "session", "input", "mode", "recalled", "plan", "note", "prompt", "hash", "facts", "reply", "drift",
        "signals", "baseline", "posture", "pattern", "records", "opened", "closed",
    ] {
        assert!(headings.contains(&heading), "{heading} is missing in {}", run.stdout);
    }
    for text in ["What is my sloop called?", "no opinion: ", "framing ", "manage: the prompt was rebuilt"] {
        assert!(run.stdout.contains(text), "{text} is missing in {}", run.stdout);
    }
}

#[test]
fn trace_gives_the_records_as_json() {
    let trace = traced().run("trace s1 1 --json --store leeboard.db").json().remove(0);
    assert_eq!((&trace["session"], &trace["turn"]), (&json!("s1"), &json!(1)));
    assert_eq!(trace["opened"]["input"][0]["message"]["content"], "My sloop is called Petrel.");
    assert_eq!((&trace["closed"]["outcome"], &trace["opened"]["sequence"]), (&json!("replied"), &json!(2)));
    assert_eq!(trace["closed"]["hash"].as_str().unwrap().len(), 64);
    assert!(trace["closed"]["drift"]["signals"].is_object());
    assert_eq!(trace["facts"], json!(null), "nothing was known yet");
    let later = traced().run("trace s1 3 --json").json().remove(0);
    let known = later["facts"].as_array().unwrap();
    let petrel = known.iter().find(|it| it["fact"].as_str().unwrap().contains("Petrel")).unwrap();
    assert_eq!((&petrel["place"], &petrel["turn"]), (&json!("window"), &json!(1)));
}

#[test]
fn trace_of_an_unanswered_turn_says_that_there_is_no_reply() {
    let place = Place::new(&[]);
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let away = format!("chat --base-url http://127.0.0.1:{port}/v1 --model m --session s1");
    place.run_with(&away, "Anybody?\n", &[]);
    assert!(place.run("trace s1 1").stdout.contains("none yet; the turn is open"));
    place.run_with("chat --model sim --session s1", "Hello?\n", &[]);
    let run = place.run("trace s1 1");
    assert!(run.stdout.contains("given up") && run.stdout.contains("Hello?"), "{}", run.stdout);
}

#[test]
fn trace_of_what_is_not_there_says_what_is() {
    let place = traced();
    let all = ["trace s9 1", "trace s1 4", "trace s1 1 --store gone.db"].map(|line| place.run(line).shown());
    insta::assert_snapshot!(all.join("\n"), @r#"
    exit 2
    --- stdout
    --- stderr
    leeboard: failed to find the session "s9" (`leeboard sessions ls` lists them)

    exit 2
    --- stdout
    --- stderr
    leeboard: failed to find turn 4 of session "s1": it has the turns 1 to 3

    exit 2
    --- stdout
    --- stderr
    leeboard: failed to open the store gone.db: there is no such file (name another with --store)
    "#);
    assert_eq!(place.run("trace s1 0").code, 2);
}

#[test]
fn logs_to_a_file_have_no_colours() {
    let run = Place::new(&[]).run_with("chat --model sim", "Hello\n", &[("LEEBOARD_LOG", "trace")]);
    assert!(run.stderr.contains("DEBUG") && !run.stderr.contains('\u{1b}'), "{}", run.stderr);
}

#[test]
fn a_file_of_bad_lines_is_not_recited() {
    let place = Place::new(&[("chats.jsonl", BOAT), ("q.jsonl", &"no\n".repeat(200))]);
    let run = place.run("recall chats.jsonl --queries q.jsonl");
    assert_eq!((run.code, run.stderr.lines().count()), (2, 11));
    assert!(run.stderr.contains("190 more lines of q.jsonl"), "{}", run.stderr);
}

#[test]
fn stores_that_cannot_be_used_are_named() {
    let place = Place::new(&[("note.txt", "not a database, but a text long enough to be looked at twice")]);
    let all = ["gone.db", "note.txt", "mysql://me:secret@host/db"]
        .map(|store| place.run(&format!("sessions ls --store {store}")).shown());
    insta::assert_snapshot!(all.join("\n"), @"
    exit 2
    --- stdout
    --- stderr
    leeboard: failed to open the store gone.db: there is no such file (name another with --store)

    exit 2
    --- stdout
    --- stderr
    leeboard: failed to open the store note.txt: it is not an SQLite database

    exit 2
    --- stdout
    --- stderr
    leeboard: failed to open the mysql:// store: sessions are kept in SQLite or PostgreSQL (give a path, for example --store leeboard.db, or postgres://USER:PASSWORD@HOST:PORT/DATABASE)
    ");
    assert!(!place.path("gone.db").exists());
}

#[test]
fn serve_says_what_is_missing_or_taken() {
    let place = Place::new(&[]);
    insta::assert_snapshot!(place.run("serve").shown(), @"
    exit 2
    --- stdout
    --- stderr
    leeboard: failed to start the gateway: no upstream is set (give --upstream URL, for example https://api.openai.com/v1, or set it in leeboard.toml)
    ");
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let run = place.run(&format!("serve --upstream http://127.0.0.1:9/v1 --listen {address}"));
    insta::assert_snapshot!(run.shown().replace(&address, "ADDRESS"), @"
    exit 2
    --- stdout
    --- stderr
    leeboard: failed to listen on ADDRESS: another program does so already (stop it, or take another address with --listen)
    ");
    let run = place.run_with("serve", "", &[("LEEBOARD_UPSTREAM", "u"), ("LEEBOARD_MODE", "loud")]);
    insta::assert_snapshot!(run.shown(), @r#"
    exit 2
    --- stdout
    --- stderr
    leeboard: failed to read the variable LEEBOARD_MODE: "loud" is none of observe, augment, manage
    "#);
}

#[test]
fn serve_with_a_wrong_upstream_leaves_no_store_behind() {
    let place = Place::new(&[]);
    let run = place.run("serve --upstream api.example");
    assert!(run.code == 2 && run.stderr.contains("write it like https://"), "{}", run.stderr);
    assert!(!place.path("leeboard.db").exists());
}

#[test]
fn serve_is_ready_when_it_says_so() {
    let place = Place::new(&[]);
    let mut child = std::process::Command::new(cargo_bin("leeboard"))
        .args(["serve", "--upstream", "http://127.0.0.1:9/v1", "--listen", "127.0.0.1:0"])
        .current_dir(place.0.path())
        .env_clear()
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut ready = String::new();
    BufReader::new(child.stderr.take().unwrap()).read_line(&mut ready).unwrap();
    let address = ready.split("http://").nth(1).and_then(|rest| rest.split("/v1").next()).unwrap();
    let mut connection = TcpStream::connect(address).unwrap();
    connection.write_all(b"GET /health HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert_eq!(
        ready.replace(address, "ADDRESS"),
        "leeboard: listening on http://ADDRESS/v1, mode observe, upstream http://127.0.0.1:9/v1, store \
         ./leeboard.db\n"
    );
    assert!(Path::new(&place.path("leeboard.db")).exists());
}

#[test]
fn the_demo_says_that_it_is_a_simulation() {
    let place = Place::new(&[]);
    let run = place.run("demo --turns 60");
    assert_eq!(run.code, 0);
    assert!(run.stdout.lines().all(|line| line.chars().count() <= 80), "{}", run.stdout);
    assert!(run.stderr.contains("simulation") && run.stdout.contains("This was a simulation"));
    assert!(run.stdout.contains("leeboard audit chats.jsonl"));
    let json = place.run("demo --turns 6 --json").json();
    assert_eq!((json.len(), &json[6]["simulated"]), (7, &json!(true)));
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let place = Place::new(&[("long.jsonl", &long(300))]);
    let mut child = std::process::Command::new(cargo_bin("leeboard"))
        .args(["audit", "long.jsonl", "--output", "jsonl"])
        .current_dir(place.0.path())
        .env_clear()
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr), (Some(0), Vec::new()));
}

#[test]
fn a_damaged_session_is_named_and_the_others_are_sound() {
    let place = Place::new(&[]);
    place.run_with("chat --model sim --session s1", "My boat is called Petrel.\nTwo\n", &[]);
    place.run_with("chat --model sim --session s2", "One\n", &[]);
    let sound = place.run("verify --json").json();
    assert!(sound.iter().all(|line| line["ok"] == true), "{sound:?}");
    assert_eq!((&sound[1]["turns"], &sound[1]["prompts"]), (&json!(2), &json!(2)));

    let mut bytes = std::fs::read(place.path("leeboard.db")).unwrap();
    let at = bytes.windows(6).position(|window| window == b"Petrel").unwrap();
    bytes[at] ^= 1;
    std::fs::write(place.path("leeboard.db"), bytes).unwrap();
    let damaged = place.run("verify");
    assert_eq!(damaged.code, 1);
    assert!(damaged.stdout.contains("its payload was changed"), "{}", damaged.stdout);
    assert!(damaged.stderr.contains("1 of 2 sessions are damaged"), "{}", damaged.stderr);
    assert_eq!(place.run("verify s2").code, 0);
    assert_eq!(place.run("verify s3").code, 2);
}
