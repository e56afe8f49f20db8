//! `leeboard replay`: costs by policy, prices, differences of prompts.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use assert_cmd::Command;
use serde_json::{Value, json};
use tempfile::TempDir;

/// A planning talk of so many exchanges.
fn log(place: &TempDir, exchanges: usize) -> String {
    let mut messages = vec![json!({"role": "system", "content": "You are Ada, a harbour pilot."})];
    for n in 0..exchanges {
        let asked = format!("How deep is berth {n}, and what lies on the chart beside it?");
        let said = format!("Berth {n} is {} metres deep. ", 3 + n % 7)
            + &"The chart shows mud and a wreck. ".repeat(8);
        messages.push(json!({"role": "user", "content": asked}));
        messages.push(json!({"role": "assistant", "content": said}));
    }
    let path = place.path().join("log.json");
    std::fs::write(&path, json!({"id": "berths", "messages": messages}).to_string()).unwrap();
    path.to_str().unwrap().to_owned()
}

fn run(place: &TempDir, arguments: &[&str]) -> (i32, String, String) {
    let mut command = Command::cargo_bin("leeboard").unwrap();
    let output = command.env_clear().current_dir(place.path()).args(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[test]
fn policies_are_costed_side_by_side() {
    let place = TempDir::new().unwrap();
    let log = log(&place, 60);
    std::fs::write(
        place.path().join("leeboard.toml"),
        "[[price]]\nname = \"even\"\ninput = 1000000.0\ncached = 1000000.0\n",
    )
    .unwrap();
    let policies = ["leeboard", "leeboard:budget=1500,keep=0.4", "window20", "full", "blocks", "state-first"];
    let mut arguments = vec!["replay", &log, "--json", "--encoding", "estimate"];
    policies.iter().for_each(|policy| arguments.extend(["--policy", policy]));
    let (code, stdout, stderr) = run(&place, &arguments);
    assert_eq!((code, stderr.as_str()), (0, ""));
    let costs: Vec<Value> = stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let names: Vec<&str> = costs.iter().map(|cost| cost["policy"].as_str().unwrap()).collect();
    assert_eq!(names, policies);
    let number = |at: usize, field: &str| costs[at][field].as_f64().unwrap();
    // Everything is shared with the prompt before, a window that rolls shares the system message.
    assert!(number(3, "shared_share") > 0.9 && number(3, "cached_share") > 0.8);
    assert!(number(2, "shared_share") < 0.5 && number(2, "cached_share") == 0.0);
    assert_eq!(number(5, "cached_share"), 0.0);
    assert!(number(4, "cached_share") > number(2, "cached_share"));
    assert!(number(1, "max_tokens") <= 1_500.0 && number(0, "max_tokens") > 1_500.0);
    for cost in &costs {
        // At one price for all tokens the bill is the number of tokens.
        let tokens = cost["mean_tokens"].as_f64().unwrap() * 60.0;
        assert!((cost["cost"]["even"].as_f64().unwrap() - tokens).abs() <= 6.0, "{cost}");
        let billed = |share: &str| cost["billed"][share].as_f64().unwrap();
        assert!(billed("0.1") <= billed("0.5"));
    }
    let (code, table, _) = run(&place, &["replay", &log]);
    assert_eq!(code, 0);
    assert!(
        table.starts_with("conversation") && table.contains("cost,") && table.contains("window20"),
        "{table}"
    );
}

#[test]
fn the_difference_of_two_prompts_is_shown() {
    let place = TempDir::new().unwrap();
    let log = log(&place, 30);
    let both = ["replay", &log, "--policy", "full", "--policy", "window20", "--diff", "25"];
    let (code, diff, _) = run(&place, &both);
    assert_eq!(code, 0);
    assert!(diff.starts_with("--- full, turn 25\n+++ window20, turn 25\n"), "{diff}");
    assert!(diff.contains("-How deep is berth 0,") && !diff.contains("-How deep is berth 20,"), "{diff}");
    let (_, diff, _) = run(&place, &["replay", &log, "--policy", "full", "--diff", "2"]);
    assert!(diff.contains("+How deep is berth 1,") && !diff.contains("\n-How"), "{diff}");
    let (code, _, stderr) = run(&place, &["replay", &log, "--diff", "31"]);
    assert_eq!((code, stderr.as_str()), (2, "leeboard: failed to find turn 31 (there are 30)\n"));
}

#[test]
fn what_cannot_be_compared_is_named() {
    let place = TempDir::new().unwrap();
    let log = log(&place, 2);
    let said = |policy: &str| {
        let (code, _, stderr) = run(&place, &["replay", &log, "--policy", policy]);
        assert_eq!(code, 2);
        stderr
    };
    assert!(
        said("windw")
            .contains("the policy \"windw\" (known are leeboard, window20, full, blocks, state-first)")
    );
    assert!(said("leeboard:bugdet=2").contains("unknown field `bugdet`"));
    assert!(said("leeboard:keep=7.0").contains("use the settings of the policy \"leeboard:keep=7.0\""));
    std::fs::write(
        place.path().join("leeboard.toml"),
        "[[price]]\nname = \"odd\"\ninput = -1.0\ncached = 0.0\n",
    )
    .unwrap();
    assert!(said("full").contains("the price \"odd\" has input = -1 and cached = 0"));
}
